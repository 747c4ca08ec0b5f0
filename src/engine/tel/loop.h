/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loop.h - the telephony core's one libre loop: SIP, media and the machines run on it, nothing on it may block.
 * Other threads reach it by tel_loop_post only. One tick of 20 ms drives all audio, so there is one timer for all calls; four beats to
 * a tick, at which packets that came are taken, many at a time. Both are shared out to more cores by crew.h. */
#ifndef ENGINE_TEL_LOOP_H
#define ENGINE_TEL_LOOP_H

#include "base/fault.h"

enum { TEL_TICK_MS = 20, TEL_BEAT_MS = 5, TEL_LATE_MS = 5 };

typedef void(tel_note_h)(void *arg);

/* Prepare libre in the calling thread, which becomes the loop's. max_fds bounds its sockets. Once per process. */
int tel_loop_init(int max_fds, struct fault *f) MUST_USE;
/* Run until tel_loop_stop; loop thread. handler sees SIGTERM and SIGINT. */
int tel_loop_run(void (*signal_h)(int signal)) MUST_USE;
void tel_loop_stop(void); /* loop thread */
/* After the run: what a thread posted before it ended is run; loop thread. */
void tel_loop_rest(void);
void tel_loop_done(void);

/* Have h(arg) called on the loop, in the order of posting. Any thread. ENOMEM or a full pipe's errno. */
int tel_loop_post(tel_note_h *h, void *arg);
/* Have h(arg) called on the loop at each tick, in the order of adding (at most 8). Before tel_loop_run. */
void tel_loop_each_tick(tel_note_h *h, void *arg);
/* The same at each beat, before that beat's tick. One only. */
void tel_loop_each_beat(tel_note_h *h, void *arg);

/* Say that a callback named what began at start_us (clock_mono_us) and ended now: one line in the log if it took too long. */
void tel_loop_watch(const char *what, int64_t start_us);

/* Give back a reference to any object of engine/tel; always NULL, so that p = tel_deref(p). Loop thread. */
void *tel_deref(void *object);
void *tel_ref(void *object);

/* The worst lateness of a tick since the last question, and how many ticks were late by more than TEL_LATE_MS. */
struct tel_loop_figures {
	int64_t lag_ms, late;
};
struct tel_loop_figures tel_loop_figures(void);

#endif
