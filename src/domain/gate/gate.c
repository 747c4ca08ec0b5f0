/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate.c - the rules in their order, each a small function; the calendar they share. */
#include "domain/gate/gate.h"

#include "kit/phone/phone.h"

static const struct {
	const char *name, *what;
} rules[GATE_RULES] = {
        [GATE_OK] = {"ok", "it may be dialled now"},
        [GATE_CLOSED] = {"closed", "the contact is closed"},
        [GATE_RESERVED] = {"reserved", "another call has it now"},
        [GATE_NO_NUMBER] = {"no_number", "no good number is left"},
        [GATE_NUMBER_INVALID] = {"number_invalid", "nobody has such a number"},
        [GATE_SPECIAL_NUMBER] = {"special_number", "emergency, short and paid numbers are never dialled"},
        [GATE_DNC_ALL] = {"do_not_call_all", "the number is on the list of all"},
        [GATE_DNC_CUSTOMER] = {"do_not_call_customer", "the number is on the customer's list"},
        [GATE_DNC_PROJECT] = {"do_not_call_project", "the number is on the project's list"},
        [GATE_HOURS] = {"hours", "it is outside the calling hours there"},
        [GATE_HOLIDAY] = {"holiday", "it is a holiday there"},
        [GATE_CALLBACK_LATER] = {"callback_later", "a call was promised for later"},
        [GATE_ATTEMPTS_TOTAL] = {"attempts_total", "the attempts are spent"},
        [GATE_ATTEMPTS_DAY] = {"attempts_day", "the attempts of the day are spent"},
        [GATE_GAP] = {"gap", "it was dialled a short while ago"},
        [GATE_BASE] = {"base_not_active", "the base is not approved"},
        [GATE_SCRIPT] = {"script_not_active", "no script version is approved"},
        [GATE_PROJECT] = {"project_not_running", "the project does not run"},
        [GATE_TRUNK] = {"trunk_down", "the project's trunk is down or not chosen"},
};
const char *const gate_rule_names[] = {"ok", "closed", "reserved", "no_number", "number_invalid", "special_number",
        "do_not_call_all", "do_not_call_customer", "do_not_call_project", "hours", "holiday", "callback_later",
        "attempts_total", "attempts_day", "gap", "base_not_active", "script_not_active", "project_not_running", "trunk_down",
        NULL};

const char *gate_rule_what(enum gate_rule rule)
{
	return rules[rule].what;
}

str gate_zone(const struct gate_project *p, str contact_zone, str e164)
{
	const char *of_number;

	if (contact_zone.n && zone_valid(contact_zone))
		return contact_zone;
	of_number = e164.n ? phone_zone(e164) : NULL;
	return of_number ? str_of(of_number) : p->timezone;
}

/* The first opening on or after the day at offset days from the date of t. 0 when no weekday has hours. */
static int opening(
        const struct gate_project *p, str zone, struct date from, int days, int64_t now, int64_t *ret, struct fault *f)
{
	int64_t first = date_days(from) + days, at;
	int err = 0;

	*ret = 0;
	for (int64_t d = first; d < first + 8 && !err; d++) {
		int w = date_weekday(d);
		if (p->hours.from[w] >= p->hours.to[w])
			continue;
		err = zone_instant(zone, date_of_days(d), p->hours.from[w], &at, f);
		if (!err && at > now) {
			*ret = at;
			break;
		}
	}
	return err;
}

int gate_open(const struct gate_project *p, str zone, int64_t now, bool *ret_open, int64_t *ret_until, struct fault *f)
{
	struct zone_time t;
	int64_t until = 0;
	bool open;
	int err = zone_local(zone, now, &t, f);

	if (err)
		return err;
	open = t.minute_of_day >= p->hours.from[t.weekday] && t.minute_of_day < p->hours.to[t.weekday];
	if (!open)
		err = opening(p, zone, t.date, 0, now, &until, f);
	if (!err) {
		*ret_open = open;
		*ret_until = until;
	}
	return err;
}

int gate_day(const struct gate_project *p, str zone, int64_t now, char ret_day[11], int64_t *ret_next, struct fault *f)
{
	struct zone_time t;
	int64_t next;
	int err = zone_local(zone, now, &t, f);

	if (!err)
		err = opening(p, zone, t.date, 1, now, &next, f);
	if (err)
		return err;
	snprintf(ret_day, 11, "%04u-%02u-%02u", (unsigned)t.date.year % 10000u, (unsigned)t.date.month % 100u,
	        (unsigned)t.date.day % 100u);
	*ret_next = next ? next : now + CLOCK_DAY;
	return 0;
}

/* One question to the gate on its way through the rules. */
struct ask {
	struct db *db;
	struct arena *a;
	const struct gate_project *p;
	const struct gate_contact *c;
	str e164, zone;
	bool held;
	int64_t now, until;
};
/* Each sets *ret when it says no, and a->until when waiting helps. */
typedef int rule_fn(struct ask *q, enum gate_rule *ret, struct fault *f);

static int rule_contact(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	(void)f;
	if (q->c->life.state == LIFE_CLOSED || q->c->life.state == LIFE_HIDDEN)
		*ret = GATE_CLOSED;
	else if (q->c->life.state == LIFE_RESERVED && !q->held)
		*ret = GATE_RESERVED;
	return 0;
}

static int rule_number(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	(void)f;
	if (!q->e164.n) {
		*ret = GATE_NO_NUMBER;
		return 0;
	}
	switch (phone_kind(q->e164)) {
	case PHONE_UNKNOWN:
	case PHONE_KINDS: *ret = GATE_NUMBER_INVALID; break;
	case PHONE_SPECIAL:
	case PHONE_PREMIUM: *ret = GATE_SPECIAL_NUMBER; break;
	case PHONE_FIXED:
	case PHONE_MOBILE:
	case PHONE_TOLL_FREE: break;
	}
	return 0;
}

static int rule_lists(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	static const enum gate_rule of_level[] = {GATE_DNC_ALL, GATE_DNC_CUSTOMER, GATE_DNC_PROJECT};
	struct val v;
	int err = db_one(q->db, q->a,
	        "SELECT MIN(CASE level WHEN 'all' THEN 0 WHEN 'customer' THEN 1 ELSE 2 END) FROM do_not_call WHERE e164 = "
	        "?1 "
	        "AND (level = 'all' OR (level = 'customer' AND owner_id = ?2) OR (level = 'project' AND owner_id = ?3))",
	        VALS(V(q->e164), V(q->p->customer_id), V(q->p->id)), &v, 1, f);

	if (!err && v.type != VAL_NULL)
		*ret = of_level[val_int(v)];
	return err;
}

static int rule_hours(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	bool open = false;
	int err = gate_open(q->p, q->zone, q->now, &open, &q->until, f);

	if (!err && !open)
		*ret = GATE_HOURS;
	return err;
}

static int rule_due(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	(void)f;
	if (q->c->callback_at > q->now) {
		*ret = GATE_CALLBACK_LATER;
		q->until = q->c->callback_at;
	} else if (q->c->life.state == LIFE_DUE && q->c->life.due_at > q->now && !q->c->callback_at) {
		*ret = GATE_GAP;
		q->until = q->c->life.due_at;
	}
	return 0;
}

/* A promised call is kept whatever the counts say. The number's attempts count across the projects of the customer, except those
 * that failed by our own fault (attempt_causes[].not_his). */
static int rule_attempts(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	struct val v[2] = {{0}};
	struct zone_time t;
	int64_t midnight, next;
	char day[11];
	int err;

	if (q->c->callback_at)
		return 0;
	if (q->c->id && !q->held && !life_total_left(&q->c->life, &q->p->rules)) {
		*ret = GATE_ATTEMPTS_TOTAL;
		return 0;
	}
	err = zone_local(q->zone, q->now, &t, f);
	if (!err)
		err = zone_instant(q->zone, t.date, 0, &midnight, f);
	if (!err)
		err = gate_day(q->p, q->zone, q->now, day, &next, f);
	if (!err)
		err = db_one(q->db, q->a,
		        "SELECT COUNT(CASE WHEN c.asked_at >= ?3 THEN 1 END), MAX(CASE WHEN c.contact_id <> ?5 THEN "
		        "c.dialled_at END) "
		        "FROM call c JOIN project p ON p.id = c.project_id WHERE c.number = ?1 AND p.customer_id = ?2 AND "
		        "c.asked_at >= ?4 "
		        "AND c.dialled_at IS NOT NULL AND (c.cause IS NULL OR c.cause NOT IN ('trunk_down', 'trunk_silent', "
		        "'operator_lost', 'gate', 'tel_lost', 'node_lost', 'cancelled'))",
		        VALS(V(q->e164), V(q->p->customer_id), V(midnight),
		                V(midnight < q->now - q->p->rules.gap_ms ? midnight : q->now - q->p->rules.gap_ms),
		                V(q->c->id)),
		        v, 2, f);
	if (err)
		return err;
	if (val_int(v[0]) >= q->p->rules.per_day || (q->c->id && !life_day_left(&q->c->life, &q->p->rules, day))) {
		*ret = GATE_ATTEMPTS_DAY;
		q->until = next;
	} else if (v[1].type != VAL_NULL && val_int(v[1]) + q->p->rules.gap_ms > q->now) {
		*ret = GATE_GAP;
		q->until = val_int(v[1]) + q->p->rules.gap_ms;
	}
	return 0;
}

static int rule_approvals(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	(void)f;
	if (q->c->id && !q->c->base_active)
		*ret = GATE_BASE;
	else if (!q->p->script_version_id)
		*ret = GATE_SCRIPT;
	else if (!q->p->running)
		*ret = GATE_PROJECT;
	else if (!q->p->trunk_up)
		*ret = GATE_TRUNK;
	return 0;
}

static rule_fn *const order[] = {rule_contact, rule_number, rule_lists, rule_hours, rule_due, rule_attempts, rule_approvals};

int gate_decide(struct db *db, struct arena *a, const struct gate_project *p, const struct gate_contact *c, str e164,
        bool held, int64_t now, struct gate_answer *ret, struct fault *f)
{
	struct ask q = {.db = db, .a = a, .p = p, .c = c, .e164 = e164, .held = held, .now = now};
	enum gate_rule rule = GATE_OK;
	int err = 0;

	q.zone = gate_zone(p, c->timezone, e164);
	for (size_t i = 0; i < COUNT(order) && !err && rule == GATE_OK; i++) {
		q.until = 0;
		err = order[i](&q, &rule, f);
	}
	if (!err)
		*ret = (struct gate_answer){
		        .rule = rule, .allowed = rule == GATE_OK, .until = rule == GATE_OK ? 0 : q.until};
	return err;
}
