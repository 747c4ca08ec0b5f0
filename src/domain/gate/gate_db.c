/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate_db.c - what the gate reads of project, contact and phone. */
#include "domain/gate/gate.h"
#include "domain/trunk/trunk.h"

int gate_project(struct db *db, struct arena *a, int64_t project_id, struct gate_project *ret, struct fault *f)
{
	struct val v[17];
	struct gate_project p;
	int err = db_one(db, a,
	        "SELECT p.customer_id, p.trunk_id, p.mode, p.state, p.records, p.timezone, p.caller_number, p.hours, "
	        "p.attempts_total, "
	        "p.attempts_day, p.attempt_gap_min, p.ring_s, p.wrap_up_s, p.preview_s, p.dialogue_s, "
	        "(SELECT MAX(s.id) FROM script_version s WHERE s.project_id = p.id AND s.state = 'active'), "
	        "(SELECT COUNT(*) FROM trunk t WHERE " TRUNK_OF_PROJECT ") "
	        "FROM project p WHERE p.id = ?1",
	        VALS(V(project_id)), v, COUNT(v), f);

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
	        .trunk_up = val_int(v[16]) > 0};
	err = hours_parse(a, val_str(v[7]), &p.hours, f);
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

int gate_refused(struct db *db, int64_t contact_id, enum gate_rule rule, int64_t now, struct fault *f)
{
	return db_run(db, "UPDATE contact SET why_not = ?2, why_not_at = ?3 WHERE id = ?1",
	        VALS(V(contact_id), V(str_of(gate_rule_names[rule])), V(now)), NULL, f);
}
