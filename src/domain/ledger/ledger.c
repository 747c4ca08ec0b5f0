/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ledger.c - a project's log over HTTP: how it stands, and the pack its customer checks at home. */
#include "domain/ledger/ledger_priv.h"

#include "domain/ledger/heads.h"
#include "domain/role/role.h"

struct state {
	int64_t records, signed_records, signed_at;
	str root, fingerprint, trouble;
};
#define ENTITY struct state
static const struct field state_fields[] = {
        F_INT(records, 0, 0, "Records in the log"),
        F_INT(signed_records, 0, 0, "How many of them the last signed head covers"),
        F_TIME(signed_at, "When it was signed; null: there is none yet", .flags = NULLABLE),
        F_STR(root, 0, 64, "Its root, base64", .flags = NULLABLE),
        F_STR(fingerprint, 0, 100, "SHA-256 of the key heads are signed with, as it is printed in the contract",
                .flags = NULLABLE),
        F_STR(trouble, 0, 40, "Why no head can be had; null: they can", .flags = NULLABLE | STAFF_ONLY),
};
#undef ENTITY
static const struct shape state_shape = SHAPE_OF(state, state_fields, "How the verifiable log of a project stands");

static int state_give(struct request *q)
{
	struct ledger_state s;
	int err = access_project(q->db, q->a, q->who, q->id[0], &q->fault);

	if (!err)
		err = ledger_state(q->db, q->a, q->id[0], &s, &q->fault);
	if (!err)
		request_give(q, &state_shape, &(struct state){s.records, s.size, s.at, s.root, s.fingerprint, s.trouble});
	return err;
}

static const struct route routes[] = {
        {HTTP_GET, "/projects/{id}/ledger", MAY_SEE_REPORT, state_give,
                "How many calls are in the verifiable log, and its last signed head", .gives = &state_shape},
        {HTTP_GET, "/projects/{id}/ledger/pack", MAY_SEE_REPORT | MAY_EXPORT, ledger_pack,
                "The log as a file that can be checked without us: zvonar verify FILE, or verify.html",
                .gives_raw = "application/zip"},
        {0},
};
const struct module ledger_module = {.name = "ledger", .routes = routes, .start = heads_start, .stop = heads_stop};
