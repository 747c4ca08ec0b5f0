/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arrive.c - somebody calls us: who he is, whose card an operator will see, and with whom he spoke last. */
#include "domain/dialer/dialer_priv.h"
#include "domain/script/split.h"
#include "kit/phone/phone.h"

enum { CALLER_MAX = 40, HELD_MS = 4 * CLOCK_HOUR };

struct arrival {
	struct db *db;
	struct arena *a;
	const struct message *m;
	struct gate_project p;
	str caller; /* E.164 where it is such a number, else as it came; absent: hidden */
	bool good;
	int64_t number_id, queue_id;
	str source;
	struct gate_contact contact; /* id 0: nobody is known */
	int64_t phone_id, person_id, operator_id;
};

static void read_caller(struct arrival *v)
{
	struct fault none = {0};
	str e164;

	if (!v->m->from.n)
		return;
	v->good = !phone_parse(v->m->from, "RU", v->a, &e164, NULL, &none);
	v->caller = v->good ? e164 : str_sub(v->m->from, 0, CALLER_MAX);
}

static int find_number(struct arrival *v, struct fault *f)
{
	struct val x[3] = {{0}};
	int err = db_one(
	        v->db, v->a, "SELECT id, queue_id, source FROM number WHERE e164 = ?1", VALS(V(v->m->number)), x, 3, f);

	v->number_id = val_int(x[0]);
	v->queue_id = val_int(x[1]);
	v->source = val_str(x[2]);
	return err == ENOENT ? 0 : err; /* it was removed a moment ago */
}

/* Of several with this number, whom we spoke with last. */
static int find_contact(struct arrival *v, struct fault *f)
{
	struct val x[4];
	int err =
	        !v->good
	                ? ENOENT
	                : db_one(v->db, v->a,
	                          "SELECT c.id, h.id, h.person_id, COALESCE(c.operator_id, c.last_operator_id) FROM phone h JOIN "
	                          "contact c ON c.id = h.contact_id WHERE h.e164 = ?1 AND c.project_id = ?2 AND c.state <> 'hidden' "
	                          "ORDER BY COALESCE(c.last_at, 0) DESC, c.id DESC LIMIT 1",
	                          VALS(V(v->caller), V(v->p.id)), x, 4, f);

	if (err)
		return err;
	v->phone_id = val_int(x[1]);
	v->person_id = val_int(x[2]);
	v->operator_id = val_int(x[3]);
	err = contact_hold(v->db, v->a, val_int(x[0]), f);
	return err ? err : gate_contact(v->db, v->a, val_int(x[0]), &v->contact, f);
}

/* New callers of one source are a base of their own, so that what a source brings is counted like any base. */
static int base_of_source(struct arrival *v, int64_t *ret, struct fault *f)
{
	struct val language, id;
	int err = db_one(v->db, v->a, "SELECT language FROM project WHERE id = ?1", VALS(V(v->p.id)), &language, 1, f);
	str name = str_eq(val_str(language), STR("en")) ? STR("Incoming") : STR("Входящие");

	if (v->source.n)
		name = str_printf(v->a, "%.*s: %.*s", STR_ARG(name), STR_ARG(v->source));
	if (!err)
		err = db_run(v->db,
		        "INSERT INTO base (project_id, name, state, created_at) VALUES (?1, ?2, 'active', ?3) ON CONFLICT (project_id, "
		        "name) DO NOTHING",
		        VALS(V(v->p.id), V(name), V(v->m->at)), NULL, f);
	if (!err)
		err = db_one(v->db, v->a, "SELECT id FROM base WHERE project_id = ?1 AND name = ?2",
		        VALS(V(v->p.id), V(name)), &id, 1, f);
	*ret = err ? 0 : val_int(id);
	return err;
}

/* He is due from now on: should nobody speak with him, he is called back like anybody who is due. */
static int register_caller(struct arrival *v, struct fault *f)
{
	int64_t base_id;
	struct val contact, phone;
	int err = base_of_source(v, &base_id, f);

	if (!err)
		err = db_one(v->db, v->a,
		        "INSERT INTO contact (project_id, base_id, state, due_at, created_at) VALUES (?1, ?2, 'due', ?3, ?3) RETURNING id",
		        VALS(V(v->p.id), V(base_id), V(v->m->at)), &contact, 1, f);
	if (!err)
		err = db_one(v->db, v->a,
		        "INSERT INTO phone (project_id, base_id, contact_id, e164) VALUES (?1, ?2, ?3, ?4) RETURNING id",
		        VALS(V(v->p.id), V(base_id), contact, V(v->caller)), &phone, 1, f);
	if (!err)
		err = contact_state_add(v->db, v->p.id, base_id, LIFE_DUE, 0, 1, f);
	if (err)
		return err;
	v->phone_id = val_int(phone);
	return gate_contact(v->db, v->a, val_int(contact), &v->contact, f);
}

static int make_call(struct arrival *v, struct after *after, struct fault *f)
{
	struct call_row c = {.uuid = v->m->call,
	        .project_id = v->p.id,
	        .base_id = v->contact.base_id,
	        .contact_id = v->contact.id,
	        .phone_id = v->phone_id,
	        .person_id = v->person_id,
	        .trunk_id = v->m->trunk,
	        .script_version_id = v->p.script_version_id,
	        .change_id = v->p.change_id,
	        .number = v->caller.n ? v->caller : STR(""),
	        .asked_at = v->m->at,
	        .incoming = true,
	        .number_id = v->number_id,
	        .queue_id = v->queue_id};
	bool waits = v->contact.id && (v->contact.life.state == LIFE_FRESH || v->contact.life.state == LIFE_DUE);
	int err = split_assign(v->db, v->a, v->p.id, c.contact_id, v->m->at, &c.script_version_id, f);

	if (!err)
		err = call_make(v->db, v->a, &c, f);

	if (!err)
		err = db_run(v->db,
		        "UPDATE call SET state = 'ringing', dialled_at = ?2, ringing_at = ?2, tel_boot = ?3 WHERE id = ?1",
		        VALS(V(c.id), V(v->m->at), V(v->m->boot)), NULL, f);
	if (!err && waits) /* nobody dials whom we have on the line; in another call or closed he stays as he is */
		err = contact_reserve(v->db, &v->contact, c.id, v->m->at + HELD_MS, f);
	if (!err && v->operator_id)
		after_tell(after, (struct message){.kind = CMD_CALLER, .call = c.uuid, .operator_id = v->operator_id});
	return err;
}

int arrive(struct db *db, struct arena *a, const struct message *m, struct after *after, struct fault *f)
{
	struct arrival v = {.db = db, .a = a, .m = m};
	struct call_row had;
	int err = call_find(db, a, 0, m->call, &had, f);

	if (err != ENOENT)
		return err;
	err = gate_project(db, a, m->project, &v.p, f);
	if (!err)
		err = find_number(&v, f);
	if (err)
		return err == ENOENT ? 0 : err;
	read_caller(&v);
	err = find_contact(&v, f);
	if (err == ENOENT)
		err = v.good ? register_caller(&v, f) : 0;
	return err ? err : make_call(&v, after, f);
}
