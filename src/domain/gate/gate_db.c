/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate_db.c - what the gate reads of project, contact and phone. */
#include "domain/gate/gate.h"
#include "domain/trunk/trunk.h"

/* The stricter of the project's own and the law's. */
static void bound_by_law(struct gate_project *p)
{
	const struct law *l = &p->law;
	int64_t day = l->of[RULE_PER_DAY].value, week = l->of[RULE_PER_WEEK].value,
	        gap = l->of[RULE_GAP].value * CLOCK_MINUTE, ring = l->of[RULE_RING].value * CLOCK_SECOND;

	if (day && day < p->rules.per_day)
		p->rules.per_day = day;
	if (week && (!p->per_week || week < p->per_week))
		p->per_week = week;
	p->per_month = l->of[RULE_PER_MONTH].value;
	if (gap > p->rules.gap_ms)
		p->rules.gap_ms = gap;
	if (ring > p->ring_ms)
		p->ring_ms = ring;
}

static int laws(struct db *db, struct arena *a, struct gate_project *p, struct fault *f)
{
	int err = law_load(db, a, p->id, p->jurisdiction, (enum purpose)p->purpose, clock_ms(), &p->law, f);

	bound_by_law(p);
	return err;
}

static void order_of(struct gate_project *p, str takes_first, str promised_when, str fresh_by)
{
	p->takes_first = call_word(takes_first_words, takes_first);
	p->promised_when = call_word(promised_when_words, promised_when);
	p->fresh_by = call_word(fresh_by_words, fresh_by);
}

#define RUNNING_CHANGE \
	"(SELECT MAX(g.id) FROM change g WHERE g.project_id = p.id AND g.applied_at = (SELECT MAX(h.applied_at) FROM change h " \
	"WHERE h.project_id = p.id))"
#define STRATEGY_AGREED \
	"CASE WHEN p.customer_approves = 0 OR EXISTS (SELECT 1 FROM strategy y WHERE y.project_id = p.id AND y.state = 'active') " \
	"THEN 1 ELSE 0 END"

#define PROJECT_SQL \
	"SELECT p.customer_id, p.trunk_id, p.mode, p.state, p.records, p.timezone, p.caller_number, p.hours, " \
	"p.attempts_total, " \
	"p.attempts_day, p.attempt_gap_min, p.ring_s, p.wrap_up_s, p.preview_s, p.dialogue_s, " \
	"(SELECT MAX(s.id) FROM script_version s WHERE s.project_id = p.id AND s.state = 'active'), " \
	"(SELECT COUNT(*) FROM trunk t WHERE " TRUNK_OF_PROJECT "), " \
	"p.attempts_week, p.calls_days_off, p.record_notice, p.jurisdiction, p.purpose, l.kind, " \
	"COALESCE((SELECT MIN(n.number) FROM caller_number n WHERE n.trunk_id = l.id AND n.disabled = 0 AND (n.project_id IS NULL OR " \
	"n.project_id = p.id)), p.caller_number, l.caller_number), p.caller_label, p.takes_first, p.stick_min, " \
	"p.flow_id, p.after_flow_id, (SELECT COUNT(*) FROM quota u WHERE u.project_id = p.id AND u.filled_at IS NOT NULL), (SELECT COUNT(*) FROM trunk t WHERE " TRUNK_OF_PROJECT \
	" AND NOT " TOLL_SPENT( \
	        "?2") "), " RUNNING_CHANGE ", " STRATEGY_AGREED \
	              ", p.preview_then, p.promised_when, p.fresh_by, p.language, p.notice_text FROM project p LEFT JOIN trunk l ON l.id = p.trunk_id WHERE p.id = ?1"

int gate_project(struct db *db, struct arena *a, int64_t project_id, struct gate_project *ret, struct fault *f)
{
	struct val v[38];
	struct gate_project p;
	int err = db_one(db, a, PROJECT_SQL, VALS(V(project_id), V(clock_ms() / CLOCK_MINUTE - 60)), v, COUNT(v), f);

	if (err)
		return err;
	p = (struct gate_project){.id = project_id,
	        .customer_id = val_int(v[0]),
	        .trunk_id = val_int(v[1]),
	        .mode = call_word(project_modes, val_str(v[2])),
	        .running = str_eq(val_str(v[3]), STR("running")),
	        .records = val_int(v[4]) != 0,
	        .timezone = val_str(v[5]),
	        .caller_number = val_str(v[6]),
	        .rules = {.total = val_int(v[8]), .per_day = val_int(v[9]), .gap_ms = val_int(v[10]) * CLOCK_MINUTE},
	        .ring_ms = val_int(v[11]) * CLOCK_SECOND,
	        .wrap_up_ms = val_int(v[12]) * CLOCK_SECOND,
	        .preview_ms = val_int(v[13]) * CLOCK_SECOND,
	        .dialogue_ms = val_int(v[14]) * CLOCK_SECOND,
	        .script_version_id = val_int(v[15]),
	        .change_id = val_int(v[31]),
	        .strategy_agreed = val_int(v[32]) != 0,
	        .trunk_up = val_int(v[16]) > 0,
	        .trunk_room = val_int(v[30]) > 0,
	        .quotas = val_int(v[29]) > 0,
	        .per_week = val_int(v[17]),
	        .calls_days_off = val_int(v[18]) != 0,
	        .record_notice = val_int(v[19]) != 0,
	        .jurisdiction = val_str(v[20]),
	        .purpose = val_str(v[21]).n ? call_word(purpose_words, val_str(v[21])) : PURPOSE_NONE,
	        .caller_label = val_str(v[24]),
	        .preview_then = call_word(operator_preview_names, val_str(v[33])),
	        .stick_ms = val_int(v[26]) * CLOCK_MINUTE,
	        .flow_id = val_int(v[27]),
	        .after_flow_id = val_int(v[28]),
	        .language = val_str(v[36]),
	        .notice_text = val_str(v[37]),
	        .practice = str_eq(val_str(v[22]), STR("practice"))};
	order_of(&p, val_str(v[25]), val_str(v[34]), val_str(v[35]));
	p.paced = p.mode > MODE_PROGRESSIVE;
	p.shown_number = val_str(v[23]);
	err = hours_parse(a, val_str(v[7]), &p.hours, f);
	if (!err)
		err = laws(db, a, &p, f);
	if (!err)
		*ret = p;
	return err;
}

int gate_contact(struct db *db, struct arena *a, int64_t contact_id, struct gate_contact *ret, struct fault *f)
{
	struct val v[16];
	struct gate_contact c;
	str day;
	int err = db_one(db, a,
	        "SELECT c.project_id, c.base_id, c.state, c.closed_reason, c.due_at, c.attempts, c.attempts_day, "
	        "c.attempt_day, c.timezone, "
	        "b.state, k.due_at, k.id, k.phone_id, k.operator_id, c.operator_id, c.last_result_id FROM contact c "
	        "JOIN base b ON b.id = c.base_id LEFT JOIN callback k ON k.id = "
	        "(SELECT x.id FROM callback x WHERE x.contact_id = c.id AND x.state = 'open' ORDER BY x.due_at LIMIT 1) "
	        "WHERE c.id = ?1",
	        VALS(V(contact_id)), v, COUNT(v), f);

	if (err)
		return err;
	c = (struct gate_contact){.id = contact_id,
	        .project_id = val_int(v[0]),
	        .base_id = val_int(v[1]),
	        .last_result_id = val_int(v[15]),
	        .timezone = val_str(v[8]),
	        .base_active = str_eq(val_str(v[9]), STR("active")),
	        .callback_at = val_int(v[10]),
	        .callback_id = val_int(v[11]),
	        .callback_phone_id = val_int(v[12]),
	        .callback_operator_id = val_int(v[13]),
	        .operator_id = val_int(v[14])};
	c.life = (struct life){.state = (enum life_state)call_word(life_state_names, val_str(v[2])),
	        .closed = (enum life_closed)call_word(life_closed_names, val_str(v[3])),
	        .due_at = val_int(v[4]),
	        .attempts = val_int(v[5]),
	        .attempts_day = val_int(v[6])};
	day = str_sub(val_str(v[7]), 0, 10);
	if (day.n)
		memcpy(c.life.day, day.p, day.n);
	*ret = c;
	return 0;
}

int gate_phone(struct db *db, struct arena *a, int64_t contact_id, int64_t phone_id, struct gate_phone *ret,
        int64_t *ret_left, struct fault *f)
{
	struct gate_phone best = {0};
	struct rows r;
	int64_t left = 0;
	int err = db_ask(db, a,
	        "SELECT p.id, p.person_id, p.e164, p.ext FROM phone p WHERE p.contact_id = ?1 AND p.state = 'good' "
	        "ORDER BY COALESCE((SELECT MAX(c.asked_at) FROM call c WHERE c.contact_id = p.contact_id AND c.phone_id = "
	        "p.id), 0), "
	        "p.position, p.id",
	        VALS(V(contact_id)), &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		int64_t id = rows_int(&r, 0);
		if (!left++ || id == phone_id)
			best = (struct gate_phone){id, rows_int(&r, 1), rows_str(&r, 2), rows_str(&r, 3)};
	}
	rows_done(&r);
	if (err != ENOENT)
		return err;
	*ret = best;
	*ret_left = left;
	return 0;
}

int gate_refused(struct db *db, const struct gate_contact *c, str number, const struct gate_answer *answer, int64_t now,
        struct fault *f)
{
	str word = str_of(gate_rule_names[answer->rule]);
	int err = db_run(db, "UPDATE contact SET why_not = ?2, why_not_at = ?3 WHERE id = ?1",
	        VALS(V(c->id), V(word), V(now)), NULL, f);

	return err ? err
	           : db_run(db,
	                     "INSERT INTO refusal (at, project_id, contact_id, number, rule, rule_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	                     VALS(V(now), V(c->project_id), V(c->id), V(number), V(word), val_ref(answer->rule_id)), NULL,
	                     f);
}

/* The digits of a number: ranges are compared as numbers. */
static int64_t digits_of(str e164)
{
	int64_t n = 0;

	for (size_t i = 0; i < e164.n && n < INT64_MAX / 100; i++)
		if (e164.p[i] >= '0' && e164.p[i] <= '9')
			n = n * 10 + (e164.p[i] - '0');
	return n;
}

static int plan_zones(struct db *db, struct arena *a, str e164, struct gate_zones *z, struct fault *f)
{
	struct val v[2];
	int64_t number = digits_of(e164);
	int err = db_one(db, a,
	        "SELECT zones, to_number FROM number_range WHERE from_number <= ?1 ORDER BY from_number DESC LIMIT 1",
	        VALS(V(number)), v, 2, f);
	str rest = err || val_int(v[1]) < number ? (str){0} : val_str(v[0]);

	while (rest.n && z->n < COUNT(z->names)) {
		size_t comma = str_find(rest, ',', 0);
		str one = str_trim(str_sub(rest, 0, comma < rest.n ? comma : rest.n));
		if (zone_valid(one))
			z->names[z->n++] = one;
		rest = comma < rest.n ? str_sub(rest, comma + 1, rest.n) : (str){0};
	}
	return err == ENOENT ? 0 : err;
}

int gate_zones(struct db *db, struct arena *a, const struct gate_project *p, str contact_zone, str e164,
        struct gate_zones *ret, struct fault *f)
{
	struct gate_zones z = {.n = 0};
	bool own = contact_zone.n && zone_valid(contact_zone);
	int err = own || !e164.n ? 0 : plan_zones(db, a, e164, &z, f);

	if (!z.n)
		z.names[z.n++] = gate_zone(p, contact_zone, e164);
	if (!err)
		*ret = z;
	return err;
}
