/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pace.c - predictive projects: the pacer (callflow/pacer.h) of each is told what happens on its floor and says how many to dial; whom, the
 * gate decides contact by contact (choose.c). The dialler's thread alone. What is told twice changes nothing, so each turn simply tells how
 * everything stands; the calls' ends come from the telephone process's events once they are stored. */
#include "base/log.h"
#include "base/parse.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/pacing/pacing.h"
#include "domain/trunk/trunk.h"

enum { PACES_MAX = 200, LOG_MS = 1000, SAVE_MS = 60 * 1000, MONTH_DAYS = 30 };

/* A predictive project with operators at work. */
struct plan {
	int64_t project_id, ring_ms;
	struct line_use lines;
	str timezone, hours;
	double abandon_max; /* less the people who are taken for machines: to them it is the same silence */
	int window;         /* enum abandon_window */
};
struct pace {
	struct pace *next;
	int64_t project_id, day_ends_at, logged_at, saved_at;
	bool here; /* in this turn */
	bool no_contacts;
	struct pacer_rules rules;
	int64_t since_log; /* dials not yet in the log */
	struct pacer_decision last;
	struct pacer pacer;
};
/* They live as long as the process. */
static struct {
	struct arena a;
	struct pace *first, *spare; /* spare: of projects that another leads now */
	size_t n;
} paces;

/* The pacer numbers calls: the first half of the UUID, which is random. */
static int64_t number_of(str uuid)
{
	char z[17];
	uint8_t bytes[8];
	int64_t n = 0;

	if (uuid.n != 36)
		return 0;
	snprintf(z, sizeof(z), "%.8s%.4s%.4s", uuid.p, uuid.p + 9, uuid.p + 14);
	if (!parse_hex(str_of(z), bytes, sizeof(bytes)))
		return 0;
	for (size_t i = 0; i < sizeof(bytes); i++)
		n = (int64_t)((uint64_t)n << 8 | bytes[i]);
	return n & INT64_MAX;
}

static void tell_call(
        struct pace *p, enum pacer_event_kind what, str uuid, int64_t since, int64_t now, enum call_cause cause)
{
	struct pacer_event e = {.at = now, .what = what, .id = number_of(uuid), .since_at = since, .cause = cause};

	if (e.id)
		pacer_step(&p->pacer, &e);
}

void pace_event(const struct message *m)
{
	enum pacer_event_kind what;

	if (m->kind == EV_OPERATOR && m->operator_state == OPERATOR_OFFLINE)
		for (struct pace *p = paces.first; p; p = p->next)
			pacer_step(
			        &p->pacer, &(struct pacer_event){.at = m->at, .what = PACER_EV_LEFT, .id = m->operator_id});
	if (m->kind != EV_CALL)
		return;
	if (m->call_state == CALL_ANSWERED && m->judging)
		return; /* it rings on until a person is known to be there */
	if (m->call_state == CALL_ANSWERED)
		what = PACER_EV_ANSWERED;
	else if (m->call_state == CALL_CONNECTED)
		what = PACER_EV_CONNECTED;
	else if (m->call_state == CALL_ENDED)
		what = m->cause == CAUSE_ABANDONED ? PACER_EV_ABANDONED : PACER_EV_ENDED;
	else
		return;
	for (struct pace *p = paces.first; p; p = p->next)
		tell_call(p, what, m->call, 0, m->at, m->cause);
}

/* The window the law counts in, from the calls that are stored: today, or the last 30 days, until calling ends today. */
static int window_set(struct pace *p, struct db *db, struct arena *a, const struct plan *plan, int64_t now, struct fault *f)
{
	struct pacer_window w = {0};
	struct hours hours;
	struct zone_time t;
	int64_t midnight;
	int err = zone_local(plan->timezone, now, &t, f);

	if (!err)
		err = zone_instant(plan->timezone, t.date, 0, &midnight, f);
	if (!err)
		err = zone_instant(plan->timezone, t.date, 1440, &p->day_ends_at, f);
	if (!err)
		err = hours_parse(a, plan->hours, &hours, f);
	if (!err)
		err = zone_instant(plan->timezone, t.date, hours.to[t.weekday] ? hours.to[t.weekday] : 1440, &w.ends_at, f);
	w.begins_at = plan->window == ABANDON_MONTH ? midnight - (MONTH_DAYS - 1) * (int64_t)CLOCK_DAY : midnight;
	if (!err)
		err = pacing_count(db, a, p->project_id, w.begins_at, &w.answered, &w.abandoned, f);
	if (!err)
		pacer_window(&p->pacer, &w);
	return err;
}

static struct pacer_rules rules_of(const struct plan *plan)
{
	struct pacer_rules r = pacer_rules_default;

	r.cap = plan->abandon_max > 0 ? plan->abandon_max / 100 : 0;
	r.strict = plan->window == ABANDON_MONTH;
	r.wait_ms = AHEAD_WAIT_MS;
	r.ring_ms = plan->ring_ms;
	return r;
}

/* Calls that rang when this process began. */
static int calls_again(struct pace *p, struct db *db, struct arena *a, int64_t now, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT uuid, dialled_at, answered_at FROM call WHERE project_id = ?1 AND ended_at IS NULL AND dialled_at IS NOT NULL "
	        "AND mode = 'predictive' AND operator_id IS NULL AND connected_at IS NULL ORDER BY id LIMIT 4000",
	        VALS(V(p->project_id)), &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		tell_call(p, PACER_EV_DIALLED, rows_str(&r, 0), rows_int(&r, 1), now, CAUSE_NONE);
		if (rows_int(&r, 2))
			tell_call(p, PACER_EV_ANSWERED, rows_str(&r, 0), 0, now, CAUSE_NONE);
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int learned_again(struct pace *p, struct db *db, struct arena *a, struct fault *f)
{
	uint8_t bytes[PACER_SAVED];
	struct fault why = {0};
	str hex;
	int err = pacing_learned(db, a, p->project_id, &hex, f);

	if (err)
		return err == ENOENT ? 0 : err;
	if (hex.n / 2 > sizeof(bytes) || !parse_hex(hex, bytes, hex.n / 2) || pacer_load(&p->pacer, bytes, hex.n / 2, &why))
		log_warn("pace", "project %lld begins anew: %s", (long long)p->project_id, why.what);
	return 0;
}

static int pace_new(struct pace **ret, struct db *db, struct arena *a, const struct plan *plan, int64_t now, struct fault *f)
{
	struct pace *p = paces.spare ? paces.spare : paces.n < PACES_MAX ? NEW(&paces.a, struct pace) : NULL;
	int err;

	if (!p)
		return fail(f, ENOSPC, NULL, "paces", "more than %d predictive projects in one process", PACES_MAX);
	if (p == paces.spare)
		paces.spare = p->next;
	else
		paces.n++;
	*p = (struct pace){.project_id = plan->project_id};
	p->rules = rules_of(plan);
	p->saved_at = now;
	pacer_init(&p->pacer, &p->rules, now);
	err = learned_again(p, db, a, f);
	if (!err)
		err = window_set(p, db, a, plan, now, f);
	if (!err)
		err = calls_again(p, db, a, now, f);
	p->next = err ? paces.spare : paces.first;
	*(err ? &paces.spare : &paces.first) = p;
	*ret = p;
	return err;
}

/* Another leads it now, and its calls end unheard here: what its pacer believes is worth nothing when it comes back. */
static void forget_others(struct db *db, struct arena *a)
{
	struct fault f = {0};
	int64_t node_id = 0;

	for (struct pace **at = &paces.first; *at;) {
		struct pace *p = *at;
		if (!placement_of(db, a, p->project_id, &node_id, &f) && leads(node_id)) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		p->next = paces.spare;
		paces.spare = p;
	}
}

static struct pace *pace_find(int64_t project_id)
{
	for (struct pace *p = paces.first; p; p = p->next)
		if (p->project_id == project_id)
			return p;
	return NULL;
}

static enum pacer_event_kind state_of(const struct shift *s)
{
	bool may = s->state != OPERATOR_READY || (s->leg_up && !s->call_id);

	return may ? pacing_place((int)s->state) : PACER_EV_LEFT;
}

static int tell_operators(struct db *db, struct arena *a, int64_t now, struct fault *f)
{
	struct shift *all;
	size_t n = 0;
	int err = shift_all(db, a, &all, &n, f);

	for (size_t i = 0; i < n && !err; i++)
		for (struct pace *p = paces.first; p; p = p->next) {
			bool his = p->project_id == all[i].project_id;
			struct pacer_event e = {.at = now,
			        .what = his ? state_of(all + i) : PACER_EV_LEFT,
			        .id = all[i].user_id,
			        .since_at = his ? all[i].state_at : 0};
			pacer_step(&p->pacer, &e);
			e.what = PACER_EV_LEAVING;
			if (his && all[i].leaving)
				pacer_step(&p->pacer, &e);
		}
	return err;
}

/* People who call us wait in a queue of the project: who becomes free is theirs. */
static int callers_wait(struct pace *p, struct db *db, struct arena *a, bool *ret, struct fault *f)
{
	struct val n;
	int err = db_one(db, a,
	        "SELECT COUNT(*) FROM call WHERE ended_at IS NULL AND state = 'queued' AND direction = 'in' AND project_id = ?1",
	        VALS(V(p->project_id)), &n, 1, f);

	*ret = !err && val_int(n) > 0;
	return err;
}

/* Dial as many as it says, each with a contact of its own. */
static int dial_ahead(struct store *s, struct pace *p, struct bucket *room, struct db *db, struct arena *a, struct fault *f)
{
	bool wait = false;
	int err = p->last.dials ? callers_wait(p, db, a, &wait, f) : 0;

	if (err || wait)
		return err;
	p->no_contacts = false;
	for (int i = 0; i < p->last.dials && !err; i++) {
		char uuid[37];
		int64_t from = clock_mono_us();
		err = choose_ahead(s, db, a, p->project_id, clock_ms(), uuid, f);
		if (err)
			break;
		dialer_count_dial(clock_mono_us() - from);
		tell_call(p, PACER_EV_DIALLED, str_of(uuid), 0, clock_ms(), CAUSE_NONE);
		(void)bucket_take(room, clock_ms());
		p->since_log++;
	}
	p->no_contacts = err == ENOENT;
	return err == ENOENT ? 0 : err;
}

/* Field by field: what lies between them is nobody's. */
static bool same_rules(const struct pacer_rules *a, const struct pacer_rules *b)
{
	return a->cap == b->cap && a->strict == b->strict && a->ring_ms == b->ring_ms;
}

static int pace_one(struct store *s, struct pace *p, const struct plan *plan, struct db *db, struct arena *a, int64_t now,
        struct fault *f)
{
	struct pacer_rules rules = rules_of(plan);
	struct bucket *room;
	int err = 0, left;

	if (!same_rules(&rules, &p->rules)) {
		p->rules = rules;
		pacer_rules_set(&p->pacer, &rules);
		err = window_set(p, db, a, plan, now, f);
	} else if (now >= p->day_ends_at) {
		err = window_set(p, db, a, plan, now, f);
	}
	if (err || now < pacer_due(&p->pacer))
		return err;
	left = line_left(&plan->lines, &room, now);
	pacer_decide(&p->pacer, left, now, &p->last);
	return dial_ahead(s, p, room, db, a, f);
}

/* The law's bound on abandoned calls where it is the stricter one, and its least ringing. */
static int bound_by_law(struct db *db, struct arena *a, struct plan *plan, struct fault *f)
{
	struct gate_project p;
	double share;
	int err = gate_project(db, a, plan->project_id, &p, f);

	if (err)
		return err;
	share = (double)p.law.of[RULE_ABANDONED_SHARE].value / 10;
	if (share > 0 && share <= plan->abandon_max) {
		plan->abandon_max = share;
		if (p.law.of[RULE_ABANDONED_SHARE].days <= 1)
			plan->window = ABANDON_DAY;
	}
	plan->ring_ms = p.ring_ms;
	return 0;
}

/* Projects that dial ahead now, with operators at work. Calling hours are the gate's business, contact by contact. */
static int plans(struct db *db, struct arena *a, struct plan ret[PACES_MAX], size_t *ret_n, struct fault *f)
{
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT p.id, " LINES_OF_PROJECT
	        ", p.ring_s, p.timezone, p.hours, p.abandon_max - p.amd * p.amd_wrong_pct, p.abandon_window, p.trunk_id, (SELECT node_id FROM placement WHERE project_id = p.id) FROM project p "
	        "WHERE p.mode = 'predictive' AND p.state = 'running' AND EXISTS "
	        "(SELECT 1 FROM shift s WHERE s.project_id = p.id AND s.ended_at IS NULL) ORDER BY p.id LIMIT 200",
	        NO_VALS, &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		struct val max = rows_get(&r, 7);
		if (!leads(rows_int(&r, 10)))
			continue;
		ret[n++] = (struct plan){.project_id = rows_int(&r, 0),
		        .lines = {rows_int(&r, 10), rows_int(&r, 9), rows_int(&r, 1), rows_int(&r, 2), rows_int(&r, 3)},
		        .ring_ms = rows_int(&r, 4) * CLOCK_SECOND,
		        .timezone = rows_str(&r, 5),
		        .hours = rows_str(&r, 6),
		        .abandon_max = max.type == VAL_REAL ? max.u.r : (double)val_int(max),
		        .window = call_word(abandon_windows, rows_str(&r, 8))};
	}
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < n && !err; i++)
		err = bound_by_law(db, a, ret + i, f);
	*ret_n = n;
	return err;
}

static struct pacing_second second_of(const struct pace *p, int64_t now)
{
	const struct pacer_decision *d = &p->last;

	return (struct pacing_second){.project_id = p->project_id,
	        .at = now,
	        .operators = d->operators,
	        .idle = d->idle,
	        .talking = d->talking,
	        .wrap_up = d->wrap_up,
	        .ringing = d->ringing,
	        .waiting = d->waiting,
	        .soon = d->soon,
	        .soon_ms = d->soon_ms,
	        .dialled = p->since_log,
	        .stop = p->no_contacts ? PACING_NO_CONTACTS : (int)d->stop,
	        .guard = (int)d->guard,
	        .answer_pct = 100 * d->p,
	        .risk_pct = 100 * d->risk,
	        .limit_pct = 100 * d->theta * d->scale,
	        .answered = d->answered,
	        .abandoned = d->abandoned,
	        .upper_pct = 100 * d->rate_upper,
	        .alarm = d->alarm};
}

static int learned_put(struct db *db, struct arena *a, const struct pace *p, int64_t now, struct fault *f)
{
	uint8_t bytes[PACER_SAVED];
	size_t n = pacer_save(&p->pacer, bytes);
	char *hex = arena_alloc(a, 2 * n + 1);

	print_hex(bytes, n, hex);
	return pacing_learned_put(db, p->project_id, str_of(hex), now, f);
}

/* The log's second of each that worked, and each minute what it learned. */
static int log_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	int64_t now = *(const int64_t *)arg;
	int err = 0;

	for (const struct pace *p = paces.first; p && !err; p = p->next) {
		struct pacing_second s = second_of(p, now);
		if (!p->here || now - p->logged_at < LOG_MS)
			continue;
		err = pacing_note(db, a, &s, f);
		if (!err && now - p->saved_at >= SAVE_MS)
			err = learned_put(db, a, p, now, f);
	}
	return err;
}

static void log_second(struct store *store, struct db *db, struct arena *a, int64_t now)
{
	struct fault f = {0};
	bool any = false;

	for (const struct pace *p = paces.first; p; p = p->next)
		any |= p->here && now - p->logged_at >= LOG_MS;
	if (!any)
		return;
	if (store_write(store, db, a, log_write, &now, &f))
		log_error("pace", "the log of a second: %s", f.what);
	for (struct pace *p = paces.first; p; p = p->next)
		if (p->here && now - p->logged_at >= LOG_MS) {
			p->logged_at = now;
			p->since_log = 0;
			if (now - p->saved_at >= SAVE_MS)
				p->saved_at = now;
		}
}

void pace_turn(struct store *s, struct db *db, struct arena *a, int64_t now)
{
	struct plan *all = NEW_N(a, struct plan, PACES_MAX);
	struct fault f = {0};
	size_t n = 0;
	int err;

	forget_others(db, a);
	err = plans(db, a, all, &n, &f);
	for (struct pace *p = paces.first; p; p = p->next)
		p->here = false;
	for (size_t i = 0; i < n && !err; i++) {
		struct pace *p = pace_find(all[i].project_id);
		if (!p)
			err = pace_new(&p, db, a, all + i, now, &f);
		if (!err)
			p->here = true;
	}
	if (!err && n)
		err = tell_operators(db, a, now, &f);
	for (size_t i = 0; i < n && !err; i++)
		err = pace_one(s, pace_find(all[i].project_id), all + i, db, a, now, &f);
	if (err)
		log_error("pace", "%s", f.what[0] ? f.what : strerror(err));
	log_second(s, db, a, now);
}

static int save_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	int err = 0;

	for (const struct pace *p = paces.first; p && !err; p = p->next)
		err = learned_put(db, a, p, *(const int64_t *)arg, f);
	return err;
}

void pace_done(struct store *s)
{
	struct arena a = {0};
	struct fault f = {0};
	int64_t now = clock_ms();

	if (paces.n && store_write(s, NULL, &a, save_write, &now, &f))
		log_warn("pace", "what was learned in the last minute is lost: %s", f.what);
	arena_free(&a);
	arena_free(&paces.a);
	paces.first = paces.spare = NULL;
	paces.n = 0;
}
