/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wav.h - the WAV files of recordings: their header, and reading them back even when the writer died. Any thread. */
#ifndef ENGINE_AUDIO_WAV_H
#define ENGINE_AUDIO_WAV_H

#include "base/fault.h"

enum { WAV_PCM = 1, WAV_ALAW = 6, WAV_ULAW = 7 };
enum { WAV_HEADER = 58, WAV_PCM_HEADER = 44 };

/* The header of an A-law file of 8 kHz that holds so many octets of samples. */
void wav_header(uint8_t header[WAV_HEADER], int channels, uint32_t octets);
/* Of a file of 16-bit samples, one channel. */
void wav_pcm_header(uint8_t header[WAV_PCM_HEADER], int rate, uint32_t octets);

/* An open file. Zero is closed. */
struct wav {
	int fd;
	int format, channels, rate, bits;
	int64_t frames;      /* one sample of each channel */
	int64_t at, data_at; /* frames read; where the samples begin in the file */
};
/* Open and read the header. A header whose size is 0 or more than the file holds is taken for a crash: what the file holds counts.
 * EINVAL with code "wav" says what is wrong; formats read: PCM of 16 bits, A-law, µ-law; 1 or 2 channels. */
int wav_open(struct wav *w, const char *path, struct fault *f) MUST_USE;
/* At most max frames as interleaved 16-bit samples. 0 in *ret at the end. */
int wav_read(struct wav *w, int16_t *pcm, size_t max, size_t *ret, struct fault *f) MUST_USE;
void wav_close(struct wav *w);

#endif
