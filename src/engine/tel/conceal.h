/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conceal.h - what is played where sound is missing. A lost frame of G.711 goes on with the pitch of what was heard, softer and softer, and
 * is gone after 60 ms (after ITU-T G.711 appendix I, without its delay). Where nothing is sent at all (a muted or silent far end that saves
 * its packets) there is noise as faint as the line's own, so that nobody takes the line for dead. Pure. */
#ifndef ENGINE_TEL_CONCEAL_H
#define ENGINE_TEL_CONCEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TEL_CONCEAL_HISTORY = 320 };

/* Zeroed is ready. */
struct tel_conceal {
	int16_t history[TEL_CONCEAL_HISTORY]; /* the last 40 ms played, a ring */
	size_t at;                            /* where its oldest sample is */
	size_t period;                        /* samples, while frames are missing; 0: none is */
	size_t made;                          /* samples since the last frame that came */
};
/* A frame that came: kept, and blended with what was made in the place of the one before. */
void tel_conceal_good(struct tel_conceal *c, int16_t *pcm, size_t n);
/* One that did not. */
void tel_conceal_lost(struct tel_conceal *c, int16_t *pcm, size_t n);

/* Zeroed is ready. */
struct tel_comfort {
	double floor_db; /* the faintest of late, below full scale; 0: nothing heard yet */
	uint32_t seed;
};
void tel_comfort_hear(struct tel_comfort *c, double level_db); /* of a frame that came */
void tel_comfort_told(struct tel_comfort *c, uint8_t level);   /* by a packet of RFC 3389 */
void tel_comfort_fill(struct tel_comfort *c, int16_t *pcm, size_t n);

#endif
