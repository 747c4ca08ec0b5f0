/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ledger_db.c - records written: noted while a transaction works, numbered and stored as its last act, so that the log of a project is
 * locked only for as long as a commit takes. */
#include "domain/ledger/ledger_priv.h"

#include "base/clock.h"
#include "base/parse.h"
#include "base/rand.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the transaction has to say. call_id 0: leaf says it. */
struct noted {
	int64_t project_id, call_id;
	struct leaf leaf;
	struct noted *next;
};
struct notes {
	struct noted *first, **last;
	size_t n;
};

static uint8_t build[8];
static pthread_once_t build_once = PTHREAD_ONCE_INIT;

/* Which program wrote a record: SHA-256 of its own file. */
static void read_build(void)
{
	char hex[SHA256_HEX];
	struct fault f = {0};
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && !sha256_fd(fd, hex, NULL, &f))
		(void)parse_hex((str){hex, 2 * sizeof build}, build, sizeof build);
	if (fd >= 0)
		close(fd);
}

static int store_leaf(struct db *db, struct arena *a, int64_t project_id, int64_t call_id, struct leaf *l,
        const str values[LEAF_FIELDS], struct fault *f)
{
	static const str none[LEAF_FIELDS];
	uint8_t secret[SALT_BYTES];
	struct hash h;
	str opening, bytes;

	pthread_once(&build_once, read_build);
	memcpy(l->build, build, sizeof l->build);
	l->at = clock_ms();
	rand_bytes(secret, sizeof secret);
	leaf_commit(l, secret, values ? values : none, a, &opening);
	forget(secret, sizeof secret);
	bytes = leaf_encode(l, a);
	h = tree_leaf(bytes);
	return db_run(db,
	        "INSERT INTO ledger_leaf (project_id, seq, call_id, leaf, hash, opening) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	        VALS(V(project_id), V(l->seq), V(call_id), V(base64url(a, bytes.p, bytes.n)),
	                V(base64url(a, h.h, sizeof h.h)), V(opening)),
	        NULL, f);
}

/* ENOENT: the project has no log yet. */
static int next_number(struct db *db, struct arena *a, int64_t project_id, struct leaf *l, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a, "UPDATE ledger SET size = size + 1 WHERE project_id = ?1 RETURNING size, log",
	        VALS(V(project_id)), v, 2, f);
	str log = err ? (str){0} : base64url_decode(a, val_str(v[1]));

	if (err)
		return err;
	if (!log.p || log.n != sizeof l->log)
		return fail(f, EIO, NULL, "ledger", "the log of project %lld has no name", (long long)project_id);
	memcpy(l->log, log.p, sizeof l->log);
	l->seq = val_int(v[0]);
	return 0;
}

static int numbered(struct db *db, struct arena *a, int64_t project_id, int64_t call_id, struct leaf *l,
        const str values[LEAF_FIELDS], struct fault *f)
{
	int err = next_number(db, a, project_id, l, f);

	return err ? err : store_leaf(db, a, project_id, call_id, l, values, f);
}

static struct leaf script_leaf(int64_t version_id, str graph)
{
	struct leaf l = {.type = LEAF_CONFIG, .name = STR("script"), .script_id = version_id};

	sha256(graph, l.digest);
	return l;
}

/* The first records of a log: whose it is, and the script in use. */
static int begin(struct db *db, struct arena *a, int64_t project_id, struct fault *f)
{
	struct leaf first = {.type = LEAF_CONFIG, .name = STR("project"), .count = project_id}, script;
	struct val v[2];
	uint8_t log[16];
	int64_t made;
	int err;

	rand_bytes(log, sizeof log);
	err = db_run(db, "INSERT INTO ledger (project_id, log) VALUES (?1, ?2) ON CONFLICT (project_id) DO NOTHING",
	        VALS(V(project_id), V(base64url(a, log, sizeof log))), &made, f);
	if (err || !made) /* another was faster, and is through with it */
		return err;
	err = numbered(db, a, project_id, 0, &first, NULL, f);
	if (!err)
		err = db_one(db, a, "SELECT id, graph FROM script_version WHERE project_id = ?1 AND state = 'active'",
		        VALS(V(project_id)), v, 2, f);
	if (err)
		return err == ENOENT ? 0 : err;
	script = script_leaf(val_int(v[0]), val_str(v[1]));
	return numbered(db, a, project_id, 0, &script, NULL, f);
}

int ledger_append(struct db *db, struct arena *a, int64_t project_id, int64_t call_id, struct leaf *l,
        const str values[LEAF_FIELDS], struct fault *f)
{
	int err = numbered(db, a, project_id, call_id, l, values, f);

	if (err != ENOENT)
		return err;
	err = begin(db, a, project_id, f);
	if (err || (l->type == LEAF_CONFIG && l->script_id)) /* what began the log said it */
		return err;
	return numbered(db, a, project_id, call_id, l, values, f);
}

/* The call's row is its own lock until the end of the transaction: two who say something of it say it one after the other. */
static int write_call(struct db *db, struct arena *a, const struct noted *n, struct fault *f)
{
	struct call_said rows, records;
	str values[LEAF_FIELDS];
	struct leaf l;
	int err = call_as_rows(db, a, n->call_id, &rows, f);

	if (!err)
		err = call_as_records(db, a, n->call_id, &records, f);
	if (err)
		return err == ENOENT ? 0 : err;
	return call_news(&rows, &records, &l, values) ? ledger_append(db, a, n->project_id, n->call_id, &l, values, f) : 0;
}

static int by_project(const void *x, const void *y)
{
	const struct noted *a = *(struct noted *const *)x, *b = *(struct noted *const *)y;

	if (a->project_id != b->project_id)
		return a->project_id < b->project_id ? -1 : 1;
	return (a->call_id > b->call_id) - (a->call_id < b->call_id);
}

/* The logs one after the other in the order of their projects, whoever writes. */
static int write_all(struct db *db, void *data, struct fault *f)
{
	const struct notes *notes = data;
	struct arena a = {0};
	struct noted **all = NEW_N(&a, struct noted *, notes->n), **end = all;
	int err = 0;

	for (struct noted *n = notes->first; n; n = n->next)
		*end++ = n;
	qsort(all, notes->n, sizeof *all, by_project);
	for (size_t i = 0; i < notes->n && !err; i++)
		err = all[i]->call_id ? write_call(db, &a, all[i], f)
		                      : ledger_append(db, &a, all[i]->project_id, 0, &all[i]->leaf, NULL, f);
	arena_free(&a);
	return err;
}

static int note(struct db *db, const struct noted *what, struct fault *f)
{
	struct notes *notes = db_last(db, DB_LAST_RECORDS, write_all, sizeof *notes);
	struct noted *n;

	if (!notes)
		return fail(f, EIO, NULL, "ledger", "a record outside of a transaction");
	if (!notes->last)
		notes->last = &notes->first;
	for (n = notes->first; n && what->call_id; n = n->next)
		if (n->call_id == what->call_id)
			return 0;
	n = NEW(db_last_arena(db), struct noted);
	*n = *what;
	*notes->last = n;
	notes->last = &n->next;
	notes->n++;
	return 0;
}

int ledger_call(struct db *db, int64_t project_id, int64_t call_id, struct fault *f)
{
	return note(db, &(struct noted){.project_id = project_id, .call_id = call_id}, f);
}

int ledger_script(struct db *db, int64_t project_id, int64_t version_id, str graph, struct fault *f)
{
	return note(db, &(struct noted){.project_id = project_id, .leaf = script_leaf(version_id, graph)}, f);
}

int ledger_export(struct db *db, int64_t project_id, str form, int64_t count, int64_t actor, struct fault *f)
{
	struct leaf l = {.type = LEAF_EXPORT, .name = form, .count = count, .actor = actor};

	return note(db, &(struct noted){.project_id = project_id, .leaf = l}, f);
}

/* Erasing ---------------------------------------------------------------------------------------------------------------- */

struct erasing {
	int64_t seq;
	str opening;
};

static int erase_one(struct db *db, struct arena *a, int64_t project_id, const struct erasing *e, uint32_t fields, str basis,
        int64_t actor, struct fault *f)
{
	struct leaf l = {.type = LEAF_ERASE, .about = e->seq, .basis = basis, .actor = actor};
	struct opening o;
	int err;

	if (!opening_read(e->opening, a, &o))
		return 0;
	for (int i = 0; i < LEAF_FIELDS; i++)
		l.fields |= (int64_t)(fields >> i & 1 && o.value[i].p) << i;
	if (!l.fields)
		return 0;
	err = db_run(db, "UPDATE ledger_leaf SET opening = ?3 WHERE project_id = ?1 AND seq = ?2",
	        VALS(V(project_id), V(e->seq), V(opening_without(&o, (uint32_t)l.fields, a))), NULL, f);
	return err ? err : ledger_append(db, a, project_id, 0, &l, NULL, f);
}

int ledger_erase(struct db *db, struct arena *a, int64_t project_id, int64_t call_id, uint32_t fields, str basis,
        int64_t actor, struct fault *f)
{
	struct erasing all[64];
	size_t n = COUNT(all);
	int64_t after = 0;
	int err = 0;

	while (!err && n == COUNT(all)) {
		struct rows r;
		err = db_ask(db, a,
		        "SELECT seq, opening FROM ledger_leaf WHERE call_id = ?1 AND call_id <> 0 AND opening IS NOT NULL AND seq > ?2 "
		        "ORDER BY seq LIMIT 64",
		        VALS(V(call_id), V(after)), &r, f);
		for (n = 0; !err && n < COUNT(all) && !(err = rows_next(&r, f)); n++)
			all[n] = (struct erasing){rows_int(&r, 0), rows_str(&r, 1)};
		rows_done(&r);
		err = err == ENOENT ? 0 : err;
		for (size_t i = 0; i < n && !err; i++)
			err = erase_one(db, a, project_id, &all[i], fields, basis, actor, f);
		after = n ? all[n - 1].seq : after;
	}
	return err;
}
