/* SPDX-License-Identifier: GPL-3.0-or-later */
/* record.c - the recording of a call: begun when its machine says so, told to app as it opens, fails and closes. */
#include "base/clock.h"
#include "base/log.h"
#include "exchange/house.h"
#include "exchange/link.h"

static void tell_recording(struct line *l, enum recording_state state, const struct tel_recording *r)
{
	struct message m = {.kind = EV_RECORDING,
	        .call = str_of(l->uuid),
	        .recording = state,
	        .path = str_of(r->path),
	        .bytes = r->bytes,
	        .ms = r->ms};

	if (r->err)
		m.error = r->err == ENOSPC || r->err == EDQUOT ? STR("disk_full") : STR("write");
	link_tell(&m);
}

static void on_recording(const struct tel_recording *r, void *arg)
{
	struct line *l = arg;

	tell_recording(l, r->closed ? RECORDING_CLOSED : RECORDING_FAILED, r);
	if (!r->closed)
		return;
	l->recording = false;
	mem_deref(l);
}

void line_record_begin(struct line *l)
{
	int err;

	if (!*l->stem || l->recorder ||
	        (l->in && !l->seat && !ivr_records(l))) /* no music: a talk, or what a caller leaves for us */
		return;
	err = tel_recorder_open(&l->recorder, l->stem, on_recording, l);
	if (err) {
		log_error("call", "the recording cannot begin: %s", strerror(err));
		tell_recording(l, RECORDING_CLOSED, &(struct tel_recording){.path = l->stem, .err = err});
		return;
	}
	l->recording = true;
	mem_ref(l); /* until on_recording */
	tell_recording(l, RECORDING_OPEN, &(struct tel_recording){.path = tel_recorder_path(l->recorder)});
	if (l->bridge)
		tel_bridge_record(l->bridge, l->recorder);
}

void line_record_stop(struct line *l)
{
	talk_recording(l);
	tel_recorder_close(l->recorder);
	l->recorder = NULL;
}

/* DIR/2026-11/UUID, as app names those it dials. */
void line_record_name(struct line *l)
{
	char iso[32];

	clock_iso(clock_ms(), iso);
	snprintf(l->stem, sizeof(l->stem), "%.7s/%s", iso, l->uuid);
}

void line_record(struct line *l)
{
	if (!*l->stem)
		line_record_name(l);
	line_record_begin(l);
}
