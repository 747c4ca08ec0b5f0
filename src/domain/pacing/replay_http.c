/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay_http.c - a day of a project again under other settings (callflow/replay.h): read from the journal and the operators' spans. */
#include "base/clock.h"
#include "base/parse.h"
#include "callflow/replay.h"
#include "domain/pacing/pacing_priv.h"
#include "domain/role/role.h"
#include "engine/zone/zone.h"

enum { EVENTS_MAX = 600 * 1000, MONTH_DAYS = 30 };

/* What is asked for: the day, and what would have been other than it was. */
struct asked {
	str timezone;
	int64_t from, to; /* the day in the project's zone */
	bool month;       /* the law counts over 30 days */
	struct replay_settings set;
};
struct day {
	struct pacer_event *events;
	size_t n, cap;
};

static int day_add(struct day *d, struct arena *a, const struct pacer_event *e, struct fault *f)
{
	if (d->n == EVENTS_MAX)
		return fail(f, EINVAL, "day", "replay_much", "more than %d events in this day", EVENTS_MAX);
	if (d->n == d->cap) {
		struct pacer_event *more = NEW_N(a, struct pacer_event, d->cap ? d->cap * 2 : 4096);
		if (d->n)
			memcpy(more, d->events, d->n * sizeof(*more));
		d->cap = d->cap ? d->cap * 2 : 4096;
		d->events = more;
	}
	d->events[d->n++] = *e;
	return 0;
}

/* Where an operator was, span by span; he has left at the end of one that no other of the project follows at once. */
static int read_spans(struct day *d, struct request *q, const struct asked *ask)
{
	struct rows r;
	int64_t user = 0, left_at = 0;
	int err = db_ask(q->db, q->a,
	        "SELECT user_id, state, from_at, to_at FROM state_span WHERE project_id = ?1 AND from_at < ?3 AND "
	        "from_at >= ?4 AND (to_at IS NULL OR (to_at > ?2 AND to_at > from_at)) ORDER BY user_id, from_at, id",
	        VALS(V(q->id[0]), V(ask->from), V(ask->to), V(ask->from - CLOCK_DAY)), &r, &q->fault);

	while (!err && !(err = rows_next(&r, &q->fault))) {
		int64_t from_at = rows_int(&r, 2), to_at = rows_int(&r, 3);
		int state = call_word(operator_state_names, rows_str(&r, 1));
		struct pacer_event e = {.what = PACER_EV_LEFT, .id = user, .at = left_at};

		from_at = from_at < ask->from ? ask->from : from_at;
		if (user && left_at && (rows_int(&r, 0) != user || from_at > left_at))
			err = day_add(d, q->a, &e, &q->fault);
		user = rows_int(&r, 0);
		left_at = to_at < ask->to ? to_at : 0; /* 0: open, or over midnight */
		e = (struct pacer_event){.id = user, .at = from_at, .what = pacing_place(state)};
		if (!err)
			err = day_add(d, q->a, &e, &q->fault);
	}
	rows_done(&r);
	if (err == ENOENT)
		err = user && left_at
		              ? day_add(d, q->a, &(struct pacer_event){.what = PACER_EV_LEFT, .id = user, .at = left_at},
		                        &q->fault)
		              : 0;
	return err;
}

/* Dialled, answered, then connected, abandoned or ended: what the pacer would have been told. */
static int read_call(struct day *d, struct request *q, const struct rows *r)
{
	int64_t id = rows_int(r, 0), answered_at = rows_int(r, 2), connected_at = rows_int(r, 3), ended_at = rows_int(r, 4);
	int cause = call_word(call_cause_names, rows_str(r, 5));
	struct pacer_event e[3] = {{.id = id, .at = rows_int(r, 1), .what = PACER_EV_DIALLED}};
	size_t n = 1;
	int err = 0;

	if (answered_at)
		e[n++] = (struct pacer_event){.id = id, .at = answered_at, .what = PACER_EV_ANSWERED};
	if (connected_at)
		e[n++] = (struct pacer_event){.id = id, .at = connected_at, .what = PACER_EV_CONNECTED};
	else if (ended_at)
		e[n++] = (struct pacer_event){.id = id,
		        .at = ended_at,
		        .what = answered_at && cause == CAUSE_ABANDONED ? PACER_EV_ABANDONED : PACER_EV_ENDED,
		        .cause = cause < 0 ? CAUSE_NONE : (enum call_cause)cause};
	for (size_t i = 0; i < n && !err; i++)
		err = day_add(d, q->a, e + i, &q->fault);
	return err;
}

static int read_calls(struct day *d, struct request *q, const struct asked *ask)
{
	struct rows r;
	int err = db_ask(q->db, q->a,
	        "SELECT id, dialled_at, answered_at, connected_at, ended_at, cause FROM call WHERE project_id = ?1 AND "
	        "asked_at >= ?2 AND asked_at < ?3 AND direction = 'out' AND dialled_at IS NOT NULL ORDER BY asked_at, id",
	        VALS(V(q->id[0]), V(ask->from), V(ask->to)), &r, &q->fault);

	while (!err && !(err = rows_next(&r, &q->fault)))
		err = read_call(d, q, &r);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int by_time(const void *x, const void *y)
{
	const struct pacer_event *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->what != b->what) /* a call is dialled before it is answered, and so on */
		return a->what < b->what ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

/* "mode", "abandon_max", "lines": what the project has where they are not given. */
static int ask_settings(struct request *q, struct asked *ask)
{
	static const char *const modes[] = {"progressive", "predictive", NULL};
	str mode = http_param(q->http, "mode"), max = http_param(q->http, "abandon_max"),
	    lines = http_param(q->http, "lines");
	int word = mode.p ? call_word(modes, mode) : 1;
	double percent;
	int64_t n = 0;

	if (word < 0)
		return fail(&q->fault, EINVAL, "mode", "word", "progressive or predictive");
	ask->set.rules.mode = word ? PACER_PREDICTIVE : PACER_PROGRESSIVE;
	if (max.p) {
		if (!parse_real(max, &percent) || percent < 0 || percent > 10)
			return fail(&q->fault, EINVAL, "abandon_max", "range", "a share from 0 to 10 %%");
		ask->set.rules.cap = percent / 100;
	}
	if (lines.p && !parse_int(lines, 0, 10000, &n))
		return fail(&q->fault, EINVAL, "lines", "range", "channels from 1 to 10000; 0: as many as wanted");
	ask->set.lines = (int)n;
	return 0;
}

static int ask_day(struct request *q, struct asked *ask)
{
	str day = http_param(q->http, "day");
	struct date date;
	int err;

	if (!date_parse(day, &date))
		return fail(&q->fault, EINVAL, "day", "date", "a day like 2026-03-12");
	err = zone_instant(ask->timezone, date, 0, &ask->from, &q->fault);
	return err ? err : zone_instant(ask->timezone, date, 1440, &ask->to, &q->fault);
}

/* The project as it is now gives what was not asked to be other. */
static int ask_project(struct request *q, struct asked *ask)
{
	struct val v[4];
	int err = access_project(q->db, q->a, q->who, q->id[0], &q->fault);

	if (!err)
		err = db_one(q->db, q->a, "SELECT timezone, abandon_max, abandon_window, ring_s FROM project WHERE id = ?1",
		        VALS(V(q->id[0])), v, COUNT(v), &q->fault);
	if (err)
		return err;
	ask->timezone = val_str(v[0]);
	ask->month = str_eq(val_str(v[2]), STR("month"));
	ask->set = (struct replay_settings){.rules = pacer_rules_default, .seed = 1};
	ask->set.rules.cap = (v[1].type == VAL_REAL ? v[1].u.r : (double)val_int(v[1])) / 100;
	ask->set.rules.strict = ask->month;
	ask->set.rules.ring_ms = val_int(v[3]) * CLOCK_SECOND;
	return 0;
}

/* The account of the window before that day; what was learned till now, if anything. */
static int ask_past(struct request *q, struct asked *ask)
{
	int64_t since[2], until[2];
	str hex = {0};
	uint8_t *saved;
	int err = 0;

	if (ask->month) {
		err = pacing_count(
		        q->db, q->a, q->id[0], ask->to - MONTH_DAYS * (int64_t)CLOCK_DAY, &since[0], &since[1], &q->fault);
		if (!err)
			err = pacing_count(q->db, q->a, q->id[0], ask->from, &until[0], &until[1], &q->fault);
		if (!err) {
			ask->set.answered = since[0] - until[0];
			ask->set.abandoned = since[1] - until[1];
		}
	}
	if (!err)
		err = pacing_learned(q->db, q->a, q->id[0], &hex, &q->fault);
	if (err)
		return err == ENOENT ? 0 : err;
	saved = arena_alloc(q->a, hex.n / 2 + 1);
	if (parse_hex(hex, saved, hex.n / 2)) {
		ask->set.saved = saved;
		ask->set.n_saved = hex.n / 2;
	}
	return 0;
}

static void put_sums(struct json_out *w, const struct floor_day *d)
{
	json_open(w, '{');
	json_member_int(w, "dials", d->dials);
	json_member_int(w, "answered", d->answered);
	json_member_int(w, "connected", d->connected);
	json_member_int(w, "abandoned", d->abandoned);
	json_member_int(w, "here_ms", d->here_ms);
	json_member_int(w, "talk_ms", d->talk_ms);
	json_member_int(w, "wrap_ms", d->wrap_ms);
	json_key(w, "wait_s"); /* of an operator for his next talk */
	json_add_real(w, floor_wait_s(d));
	json_close(w, '}');
}

static void put_side(struct json_out *w, const char *key, const struct replay_side *s, int hours)
{
	json_key(w, key);
	json_open(w, '{');
	json_key(w, "all");
	put_sums(w, &s->all);
	json_key(w, "hours");
	json_open(w, '[');
	for (int i = 0; i < hours; i++)
		put_sums(w, s->hours + i);
	json_close(w, ']');
	json_close(w, '}');
}

int pacing_replay(struct request *q)
{
	struct replay *r = NEW(q->a, struct replay);
	struct asked ask;
	struct day d = {0};
	int64_t hours;
	int err = ask_project(q, &ask);

	if (!err)
		err = ask_settings(q, &ask);
	if (!err)
		err = ask_day(q, &ask);
	if (!err)
		err = ask_past(q, &ask);
	if (!err)
		err = read_spans(&d, q, &ask);
	if (!err)
		err = read_calls(&d, q, &ask);
	if (err)
		return err;
	if (d.n)
		qsort(d.events, d.n, sizeof(*d.events), by_time);
	err = replay_day(d.events, d.n, &ask.set, q->a, r, &q->fault);
	if (err)
		return err;
	hours = (r->ended_at - r->began_at) / CLOCK_HOUR + 1;
	json_open(&q->out, '{');
	json_member_int(&q->out, "began_at", r->began_at);
	json_member_int(&q->out, "ended_at", r->ended_at);
	json_member_int(&q->out, "operators", r->operators);
	put_side(&q->out, "recorded", &r->recorded, (int)(hours < REPLAY_HOURS ? hours : REPLAY_HOURS));
	put_side(&q->out, "simulated", &r->simulated, (int)(hours < REPLAY_HOURS ? hours : REPLAY_HOURS));
	json_close(&q->out, '}');
	return 0;
}
