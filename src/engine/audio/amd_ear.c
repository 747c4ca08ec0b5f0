/* SPDX-License-Identifier: GPL-3.0-or-later */
/* amd_ear.c - voice by its mean amplitude, tones by how well each sample follows from the two before it: x[n+1] + x[n-1] = 2 cos(w) x[n] holds
 * for one sine and for nothing else. */
#include "engine/audio/amd.h"

#include "engine/audio/wav.h"

#include <math.h>
#include <stdlib.h>

enum { LOUD = 256, BEEP_FRAMES = 8, SIT_LEAST = 12, SIT_MOST = 21, SIT_GAP = 6, BEEP_LOW = 400, BEEP_HIGH = 2200 };
#define IMPURE 0.02 /* share of the power that is no sine */
#define STEADY_HZ 30
#define SIT_OFF_HZ 60 /* 50, and what a frame leaves open */
static const double sit_hz[] = {950, 1400, 1800};

static bool is_loud(const int16_t pcm[AMD_FRAME])
{
	int64_t sum = 0;

	for (int i = 0; i < AMD_FRAME; i++)
		sum += abs(pcm[i]);
	return sum > (int64_t)LOUD * AMD_FRAME;
}

/* The frequency of a frame that is one sine, else 0. */
static double pure_tone(const int16_t pcm[AMD_FRAME])
{
	double both = 0, own = 1, around = 0, k;

	for (int i = 1; i < AMD_FRAME - 1; i++) {
		double x = pcm[i], y = (double)pcm[i - 1] + pcm[i + 1];
		both += x * y;
		own += x * x;
		around += y * y;
	}
	k = both / own;
	if (fabs(k) > 2 || (around - k * both) / own > IMPURE)
		return 0;
	return acos(k / 2) * AMD_RATE / (2 * M_PI);
}

/* A tone ended: is it the next of the three? */
static void tone_over(struct amd_ear *e)
{
	bool fits = e->tone >= SIT_LEAST && e->tone <= SIT_MOST;

	if (fits && e->sit < (int)COUNT(sit_hz) && fabs(e->hz - sit_hz[e->sit]) < SIT_OFF_HZ)
		e->sit++;
	else
		e->sit = fits && fabs(e->hz - sit_hz[0]) < SIT_OFF_HZ;
	e->tone = 0;
}

/* True when what looked like the first of the three is now known to have been a beep near their pitch. */
static bool follow(struct amd_ear *e, double hz)
{
	bool beep = false;

	if (e->tone && (hz == 0 || fabs(hz - e->hz) > STEADY_HZ))
		tone_over(e);
	if (hz > 0) {
		e->hz = e->tone ? e->hz + (hz - e->hz) / 4 : hz;
		e->tone++;
		e->gap = 0;
	} else if (++e->gap > SIT_GAP) {
		beep = e->sit > 0;
		e->sit = 0;
	}
	return beep;
}

static bool may_be_sit(const struct amd_ear *e)
{
	return e->sit < (int)COUNT(sit_hz) && e->tone <= SIT_MOST && fabs(e->hz - sit_hz[e->sit]) < SIT_OFF_HZ;
}

char amd_hear(struct amd_ear *e, const int16_t pcm[AMD_FRAME])
{
	bool loud = is_loud(pcm), beep = follow(e, loud ? pure_tone(pcm) : 0);

	if (e->sit == (int)COUNT(sit_hz) || (e->sit == (int)COUNT(sit_hz) - 1 && e->tone >= SIT_LEAST && may_be_sit(e)))
		return AMD_SIT;
	if (beep)
		return AMD_BEEP;
	if (e->tone >= BEEP_FRAMES && e->hz >= BEEP_LOW && e->hz <= BEEP_HIGH && !may_be_sit(e))
		return AMD_BEEP;
	return loud ? AMD_VOICE : AMD_SILENCE;
}

/* One frame of the right side; false at the end. */
static int next_frame(struct wav *w, int16_t pcm[AMD_FRAME], bool *ret_whole, struct fault *f)
{
	int16_t both[2 * AMD_FRAME];
	size_t have = 0, n = 1;
	int err = 0;

	while (!err && n && have < AMD_FRAME) {
		err = wav_read(w, both + 2 * have, AMD_FRAME - have, &n, f);
		have += err ? 0 : n;
	}
	for (size_t i = 0; i < AMD_FRAME; i++)
		pcm[i] = both[2 * i + 1];
	*ret_whole = have == AMD_FRAME;
	return err;
}

int amd_hear_wav(const char *path, char marks[AMD_MARKS], size_t *ret_n, struct fault *f)
{
	int16_t pcm[AMD_FRAME];
	struct amd_ear ear = {0};
	bool whole = true;
	struct wav w;
	size_t n = 0;
	int err = wav_open(&w, path, f);

	if (err)
		return err;
	if (w.channels != 2 || w.rate != AMD_RATE)
		err = fail(f, EINVAL, NULL, "wav", "not two sides of 8 kHz");
	while (!err && n < AMD_MARKS && whole) {
		err = next_frame(&w, pcm, &whole, f);
		if (!err && whole)
			marks[n++] = amd_hear(&ear, pcm);
	}
	wav_close(&w);
	if (!err)
		*ret_n = n;
	return err;
}
