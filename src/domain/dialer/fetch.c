/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fetch.c - recordings that lie on the disk of a tel node: piece by piece over the link. On a job's thread. */
#include "base/log.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/recording/recording.h"
#include "engine/crypto/crypto.h"

enum { PIECE_WAIT_MS = 10000 };

static int node_of(struct db *db, struct arena *a, int64_t call_id, int64_t *ret, struct fault *f)
{
	struct val v;
	int err = db_one(db, a, "SELECT b.node_id FROM call c JOIN tel_boot b ON b.boot = c.tel_boot WHERE c.id = ?1",
	        VALS(V(call_id)), &v, 1, f);

	if (!err)
		*ret = val_int(v);
	return err;
}

/* Append what comes from at on; *ret_size: how long the whole is. */
static int take_piece(int64_t node_id, str path, int64_t at, FILE *to, int64_t *ret_n, int64_t *ret_size, struct fault *f)
{
	struct arena a = {0};
	struct message m = {.kind = CMD_FETCH, .path = path, .since = at}, answer;
	str bytes = {0};
	int err = wire_ask(node_id, &m, PIECE_WAIT_MS, &a, &answer, f);

	if (!err && answer.error.n)
		err = str_eq(answer.error, STR("gone"))
		              ? ENOENT
		              : fail(f, EIO, NULL, "fetch", "the node cannot read it: %.*s", STR_ARG(answer.error));
	if (!err) {
		bytes = base64url_decode(&a, answer.data);
		*ret_n = (int64_t)bytes.n;
		*ret_size = answer.bytes;
		if (fwrite(bytes.p, 1, bytes.n, to) != bytes.n)
			err = fail(f, errno, NULL, "fetch", "it cannot be written here: %s", strerror(errno));
	}
	arena_free(&a);
	return err;
}

static int fetch(struct db *db, struct arena *a, int64_t call_id, str path, const char *to, struct fault *f)
{
	int64_t node_id, at = 0, n = 1, size = 1;
	int err = node_of(db, a, call_id, &node_id, f);
	FILE *file = err ? NULL : fopen(to, "we");

	if (!err && !file)
		err = fail(f, errno, NULL, "fetch", "%s cannot be written: %s", to, strerror(errno));
	while (!err && at < size && n) {
		err = take_piece(node_id, path, at, file, &n, &size, f);
		at += err ? 0 : n;
	}
	if (file && fclose(file) && !err)
		err = fail(f, errno, NULL, "fetch", "%s cannot be written: %s", to, strerror(errno));
	if (!err && at < size)
		err = fail(f, EIO, NULL, "fetch", "it came to an end too early");
	return err;
}

/* Should it not be told, the file stays on the node: some megabytes, and nothing is lost. */
static void kept(struct db *db, struct arena *a, int64_t call_id, str path)
{
	struct fault f = {0};
	int64_t node_id;

	if (node_of(db, a, call_id, &node_id, &f) ||
	        wire_tell(node_id, &(struct message){.kind = CMD_KEPT, .path = path}, &f))
		log_warn("dialer", "a recording that is kept stays on its node, too: %s", f.what);
}

const struct recording_source recordings_of_nodes = {fetch, kept};
