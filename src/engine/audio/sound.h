/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sound.h - what is played into calls: 8 kHz, mono, 16 bits; how loud it is, and its files. A folder of sounds holds each as a WAV file named by
 * a key of 64 hex digits, so that a key once written always means the same sound: processes share such a folder without asking each other.
 * Any thread. */
#ifndef ENGINE_AUDIO_SOUND_H
#define ENGINE_AUDIO_SOUND_H

#include "base/fault.h"

/* SOUND_SPOKEN_MAX: octets a folder of words once spoken may take. */
enum { SOUND_RATE = 8000, SOUND_KEY = 65 /* with its NUL */, SOUND_SPOKEN_MAX = 256 << 20 };

struct sound {
	int16_t *pcm; /* malloc'ed, or NULL */
	size_t n;
};
void sound_free(struct sound *s); /* it is empty then */
int64_t sound_ms(const struct sound *s);

/* Mean power of what is not a pause, in dB of full scale; SOUND_SILENT for digital silence. What people speak over a line is at about -26. */
#define SOUND_SILENT (-100.0)
double sound_level(const struct sound *s);
/* What we play is brought to this: louder than a person on the line, well below what distorts in G.711. */
#define SOUND_LEVEL (-20.0)
/* Without its mean, and as loud as level says, or as loud as it can be without distortion. */
void sound_bring(struct sound *s, double level);

/* The key of a sound by what is in it: SHA-256 of its WAV file. */
void sound_key(const struct sound *s, char ret[SOUND_KEY]);
bool sound_key_good(str key);
/* Path of the file in a folder; ENAMETOOLONG. The key is good. */
int sound_path(const char *dir, str key, char *ret, size_t size) MUST_USE;
/* Whole or not at all, on the disk before it returns; the folder is made. There already: its time is moved, nothing is written. */
int sound_keep(const char *dir, str key, const struct sound *s, struct fault *f) MUST_USE;
/* ENOENT: it is not there, or what is there is no whole sound. Its time is moved: it was in use now. */
int sound_fetch(const char *dir, str key, struct sound *ret) MUST_USE;
bool sound_kept(const char *dir, str key); /* moves its time too */
/* The longest unused go until the folder takes so many octets. */
void sound_trim(const char *dir, int64_t octets);
/* Those that were not in use since so many seconds, and that keep answers no for, go. ret_gone counts them. */
void sound_sweep(const char *dir, int64_t seconds, bool (*keep)(str key, void *arg), void *arg, size_t *ret_gone);

#endif
