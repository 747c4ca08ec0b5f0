/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loop.c - libre's main loop, the notes into it and the tick. */
#include "engine/tel/loop.h"

#include "base/clock.h"
#include "base/log.h"
#include "engine/tel/re.h"

#define DEBUG_MODULE "loop"
#define DEBUG_LEVEL 3
#include <re_dbg.h>

enum { TICKS_MAX = 8, CATCH_UP_MAX = 50, SAY_EVERY_MS = 1000 };

struct note {
	tel_note_h *h;
	void *arg;
};

/* The loop is a thing of the process: libre itself keeps it per thread. */
static struct {
	struct mqueue *notes;
	struct tmr tmr;
	struct note ticks[TICKS_MAX], beat;
	size_t n_ticks;
	int64_t due_ms, beat_ms, said_ms; /* due_ms: of the tick, a beat among others */
	struct tel_loop_figures figures;
} loop;

void tel_loop_watch(const char *what, int64_t start_us)
{
	int64_t now = clock_mono_us(), took_ms = (now - start_us) / 1000;

	if (took_ms <= TEL_LATE_MS || now / 1000 - loop.said_ms < SAY_EVERY_MS)
		return;
	loop.said_ms = now / 1000;
	log_warn("loop", "%s held the loop for %lld ms", what, (long long)took_ms);
}

static void note_handler(int id, void *data, void *arg)
{
	struct note *note = data;
	int64_t start_us = clock_mono_us();

	(void)id;
	(void)arg;
	note->h(note->arg);
	mem_deref(note);
	tel_loop_watch("note", start_us);
}

int tel_loop_post(tel_note_h *h, void *arg)
{
	struct note *note = mem_zalloc(sizeof(*note), NULL);
	int err;

	if (!note)
		return ENOMEM;
	note->h = h;
	note->arg = arg;
	err = mqueue_push(loop.notes, 0, note);
	if (err)
		mem_deref(note);
	return err;
}

void tel_loop_each_tick(tel_note_h *h, void *arg)
{
	if (loop.n_ticks < TICKS_MAX)
		loop.ticks[loop.n_ticks++] = (struct note){h, arg};
}

void tel_loop_each_beat(tel_note_h *h, void *arg)
{
	loop.beat = (struct note){h, arg};
}

static void one_tick(void)
{
	for (size_t i = 0; i < loop.n_ticks; i++)
		loop.ticks[i].h(loop.ticks[i].arg);
}

/* The tick keeps to a fixed raster: a late one is followed by the missed ones, so that no audio is lost or stretched. */
static void ticks(int64_t now)
{
	int64_t late = now - loop.due_ms;

	if (late > loop.figures.lag_ms)
		loop.figures.lag_ms = late;
	if (late > TEL_LATE_MS)
		loop.figures.late++;
	if (late > CATCH_UP_MAX * TEL_TICK_MS) {
		log_warn("loop", "%lld ms late: audio of that time is lost", (long long)late);
		loop.due_ms = now;
	}
	for (; loop.due_ms <= now; loop.due_ms += TEL_TICK_MS)
		one_tick();
}

static void beat_handler(void *arg)
{
	int64_t start_us = clock_mono_us(), now = start_us / 1000;

	(void)arg;
	if (loop.beat.h)
		loop.beat.h(loop.beat.arg);
	if (now >= loop.due_ms)
		ticks(now);
	tel_loop_watch("tick", start_us);
	now = clock_mono_ms();
	while (loop.beat_ms <= now)
		loop.beat_ms += TEL_BEAT_MS;
	tmr_start(&loop.tmr, (uint64_t)(loop.beat_ms - now), beat_handler, NULL);
}

struct tel_loop_figures tel_loop_figures(void)
{
	struct tel_loop_figures f = loop.figures;

	loop.figures = (struct tel_loop_figures){0};
	return f;
}

void *tel_deref(void *object)
{
	return mem_deref(object);
}

void *tel_ref(void *object)
{
	return mem_ref(object);
}

int tel_loop_init(int max_fds, struct fault *f)
{
	int err = libre_init();

	if (!err)
		err = fd_setsize(max_fds);
	if (!err)
		err = mqueue_alloc(&loop.notes, note_handler, NULL);
	if (err)
		return fail(f, err, NULL, "loop", "the telephony loop cannot start: %s", strerror(err));
	dbg_init(DBG_ERR, DBG_NONE);
	tmr_init(&loop.tmr);
	return 0;
}

int tel_loop_run(void (*signal_h)(int))
{
	loop.beat_ms = clock_mono_ms() + TEL_BEAT_MS;
	loop.due_ms = loop.beat_ms + TEL_TICK_MS - TEL_BEAT_MS;
	tmr_start(&loop.tmr, TEL_BEAT_MS, beat_handler, NULL);
	return re_main(signal_h);
}

void tel_loop_stop(void)
{
	re_cancel();
}

static void stop_note(void *arg)
{
	(void)arg;
	tel_loop_stop();
}

void tel_loop_rest(void)
{
	tmr_cancel(&loop.tmr);
	if (loop.notes && !tel_loop_post(stop_note, NULL))
		(void)re_main(NULL);
}

void tel_loop_done(void)
{
	tmr_cancel(&loop.tmr);
	loop.notes = mem_deref(loop.notes);
	loop.n_ticks = 0;
	loop.beat = (struct note){0};
	fd_setsize(0);
	libre_close();
}
