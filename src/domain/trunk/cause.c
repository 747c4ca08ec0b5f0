/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cause.c - what a carrier's final answers mean, where it means something of its own by them. */
#include "domain/role/role.h"
#include "domain/trunk/trunk.h"

/* Causes an answer may have: those of call_cause_of_sip. A carrier's fault hands the call on to the next trunk (routing_goes_on). */
static const char *const words[] = {
        "busy", "no_answer", "refused", "wrong_number", "unreachable", "trunk_down", "failed", NULL};

struct trunk_cause {
	int64_t id, version, trunk_id, sip_code;
	int cause;
};
#define ENTITY struct trunk_cause
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(trunk_id, "trunk", "Of which line", .flags = REQUIRED | FIXED),
        F_INT(sip_code, 300, 699, "Its answer", .flags = REQUIRED | FIXED),
        F_WORD(cause, words, "What it means by it", .flags = REQUIRED),
};
#undef ENTITY
static const struct entity cause_entity = ENTITY_OF(trunk_cause, fields, "trunk_cause", "What a carrier means by a code");

static int check(struct request *q, const void *old, void *new)
{
	const struct trunk_cause *c = new, *was = old;
	struct val n;
	int err;

	if (!c || was)
		return 0;
	err = db_one(q->db, q->a, "SELECT COUNT(*) FROM trunk_cause WHERE trunk_id = ?1 AND sip_code = ?2",
	        VALS(V(c->trunk_id), V(c->sip_code)), &n, 1, &q->fault);
	return err || !val_int(n) ? err
	                          : fail(&q->fault, EEXIST, "sip_code", "unique", "this code has a meaning there already");
}

const struct resource trunk_cause_resource = {
        .entity = &cause_entity,
        .path = "/trunk_causes",
        .read = MAY_SET_UP,
        .write = MAY_SET_UP,
        .remove = MAY_SET_UP,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "sip_code",
        .check = check,
};

enum { CAUSES_MAX = 64 };

int trunk_causes(struct db *db, struct arena *a, int64_t trunk_id, struct message_rows *ret, struct fault *f)
{
	struct message *rows = NEW_N(a, struct message, CAUSES_MAX);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a, "SELECT sip_code, cause FROM trunk_cause WHERE trunk_id = ?1 ORDER BY sip_code LIMIT 64",
	        VALS(V(trunk_id)), &r, f);

	while (!err && n < CAUSES_MAX && !(err = rows_next(&r, f)))
		rows[n++] = (struct message){.kind = ROW_CAUSE,
		        .code = rows_int(&r, 0),
		        .cause = (enum call_cause)call_word(call_cause_names, rows_str(&r, 1))};
	rows_done(&r);
	if (err != ENOENT && err)
		return err;
	*ret = (struct message_rows){rows, n};
	return 0;
}
