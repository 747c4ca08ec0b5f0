/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk.h - how a talk went, from the loudness of its two sides alone, without knowing a word of it. Pure; any thread.
 *
 * Sound is cut into 20 ms frames. A frame is speech when it is 9 dB over its side's noise floor (the 10th percentile of its 10 s; never taken
 * for more than -40 dBFS, or a voice without a breath would be its own noise) and over -50 dBFS. Sounds under 100 ms are dropped, pauses
 * under 500 ms (200 ms of hangover and a gap of 300) belong to the speech around them. Such a stretch is an utterance. One that follows the
 * other side's loudness within 300 ms (correlation over 0.6) and is 12 dB lower is that side's echo and not heard at all.
 * The measures are those of the papers and products named beside them; what is compared between operators is the median of many talks. */
#ifndef ENGINE_AUDIO_TALK_H
#define ENGINE_AUDIO_TALK_H

#include "base/arena.h"
#include "base/fault.h"

enum { TALK_OURS, TALK_THEIRS, TALK_SIDES }; /* the operator, the person called: left and right of a recording */
enum { TALK_FRAME_MS = 20, TALK_NONE = -1 };

/* A part of the recording, [from, to) in ms of it. */
struct talk_span {
	int64_t from_ms, to_ms;
};

struct talk_side {
	int64_t speech_ms;
	int64_t monologue_ms; /* longest stretch with pauses under 2 s and no utterance of 1 s from the other (Gong: longest monologue, customer story) */
	int64_t first_word_ms; /* from the beginning of the recording; TALK_NONE: never */
	int64_t latency_ms; /* median of how long after the other's end it begins, at most 5 s, where neither overlaps (Gong: patience) */
	int64_t latency_p90_ms; /* of the same; both TALK_NONE when it never does */
	int64_t interruptions;  /* overlaps of 0.5 s it began and won: the other stopped within 2 s, it went on for 1 s */
};
struct talk_figures {
	int64_t talk_ms; /* what was looked at */
	/* Over 30 s, and 3 s of speech from each: only then does more than speech_ms and first_word_ms mean anything. */
	bool valid;
	struct talk_side side[TALK_SIDES];
	int64_t switches;                       /* changes of speaker, of utterances of 1 s and more */
	int64_t silence_ms, longest_silence_ms; /* both silent for 3 s and more (CallMiner: silence) */
	int64_t overlaps, overlap_ms;           /* both speak for 0.5 s and more */
};

/* Loudness of a recording as it is read. Memory is the arena's: two octets a frame. */
struct talk {
	int8_t *level[TALK_SIDES]; /* dBFS of each frame */
	size_t n, max;             /* frames */
	size_t frame;              /* samples of one */
	size_t have;               /* of the frame that is being filled */
	double sum[TALK_SIDES];    /* of its squares */
};
/* samples of each side at most; what is beyond is not looked at. */
void talk_init(struct talk *t, struct arena *a, int rate, int64_t samples);
/* n samples of each side, interleaved. */
void talk_add(struct talk *t, const int16_t *pcm, size_t n);
/* Only the spans are looked at (in order, apart from each other): the rest is waiting, music or somebody else's. */
void talk_measure(
        const struct talk *t, const struct talk_span *spans, size_t n_spans, struct arena *a, struct talk_figures *ret);

/* All of it for a file of engine/audio/wav.h. EINVAL "wav": not stereo, or no recording at all. */
int talk_of_wav(const char *path, const struct talk_span *spans, size_t n_spans, struct arena *a, struct talk_figures *ret,
        struct fault *f) MUST_USE;

#endif
