/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import_db.c - rows of the table import: begun, ended. One import at a time works on a base. */
#include "base/clock.h"
#include "base/log.h"
#include "domain/import/import_priv.h"
#include "domain/import/load_priv.h"
#include "domain/role/role.h"
#include "engine/crypto/crypto.h"
#include "kit/event/event.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

enum { SILENCE_MS = 300000 };

/* What lies before the customer does not change under his eyes. */
static int unproposed(struct db *db, struct arena *a, int64_t base_id, struct fault *f)
{
	struct val v;
	int err = db_one(db, a,
	        "SELECT COUNT(*) FROM change c WHERE c.state IN ('proposed', 'questioned', 'approved') AND (c.base_id = ?1 OR "
	        "c.import_id IN (SELECT id FROM import WHERE base_id = ?1))",
	        VALS(V(base_id)), &v, 1, f);

	if (!err && val_int(v))
		err = fail(f, EALREADY, "base_id", "base_proposed",
		        "a change with this base waits for its decision or its moment: withdraw it first");
	return err;
}

int import_busy(struct db *db, struct arena *a, int64_t base_id, int64_t but_id, struct fault *f)
{
	struct val other;
	int err = db_one(db, a,
	        "SELECT id FROM import WHERE base_id = ?1 AND id <> ?2 AND state IN ('running', 'undoing') LIMIT 1",
	        VALS(V(base_id), V(but_id)), &other, 1, f);

	if (err == ENOENT)
		return unproposed(db, a, base_id, f);
	return err ? err : fail(f, EALREADY, "state", "busy", "another import works on this base: wait for its end");
}

int import_event(struct db *db, struct arena *a, int64_t id, int64_t project_id, struct fault *f)
{
	struct event e = {
	        .entity = "import", .verb = "changed", .row_id = id, .project_id = project_id, .right = MAY_SEE_BASE};

	return event_add(db, a, &e, f);
}

struct ending {
	int64_t id, project_id, rejects_file_id;
	enum import_state state;
	const struct fault *why;
	struct file *rejects;
};

static int end_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct ending *e = arg;
	int64_t now = clock_ms();
	int err = e->rejects ? file_add(db, a, e->rejects, now, f) : 0;

	if (!err)
		err = db_run(db,
		        "UPDATE import SET state = ?2, ended_at = ?3, error = ?4, rejects_file_id = COALESCE(?5, rejects_file_id), version = "
		        "version + 1 WHERE id = ?1",
		        VALS(V(e->id), V(str_of(import_states[e->state])), V(now),
		                V(e->why ? str_of(e->why->what) : (str){0}), val_ref(e->rejects ? e->rejects->id : 0)),
		        NULL, f);
	return err ? err : import_event(db, a, e->id, e->project_id, f);
}

int import_end(struct store *s, int64_t id, int64_t project_id, enum import_state state, const struct fault *why,
        struct file *rejects, struct fault *f)
{
	struct ending e = {.id = id, .project_id = project_id, .state = state, .why = why, .rejects = rejects};
	struct arena a = {0};
	int err = store_write(s, NULL, &a, end_write, &e, f);

	arena_free(&a);
	return err;
}

int import_settle(struct load *l, const struct fault *why, struct fault *f)
{
	bool loaded;
	int64_t left;
	int err = load_is_loaded(l, &loaded, f);

	if (!err)
		err = loaded ? load_show(l, f) : load_undo(l->store, l->import_id, &left, f);
	return err ? err
	           : import_end(l->store, l->import_id, l->project_id, loaded ? IMPORT_DONE : IMPORT_FAILED,
	                     loaded ? NULL : why, NULL, f);
}

/* The oldest import that has given no sign of life and that no job will go on with; ENOENT when there is none. */
static int silent(struct store *s, struct arena *a, struct load *ret, bool *ret_undoing, struct fault *f)
{
	struct db *db = store_take(s);
	struct val v[4];
	int err = db_one(db, a,
	        "SELECT id, project_id, base_id, state FROM import WHERE state IN ('running', 'undoing') AND alive_at < ?1 AND NOT EXISTS "
	        "(SELECT 1 FROM job j WHERE j.state IN ('waiting', 'running') AND j.kind IN ('import', 'import_undo') AND j.ref_id = "
	        "import.id) ORDER BY id LIMIT 1",
	        VALS(V(clock_ms() - SILENCE_MS)), v, COUNT(v), f);

	store_give(s, db);
	if (err)
		return err;
	*ret = (struct load){.store = s, .import_id = val_int(v[0]), .project_id = val_int(v[1]), .base_id = val_int(v[2])};
	*ret_undoing = str_eq(val_str(v[3]), str_of(import_states[IMPORT_UNDOING]));
	return 0;
}

int import_sweep(struct store *s, struct arena *a, struct fault *f)
{
	struct load l;
	struct fault why = {0};
	bool undoing;
	int64_t left;
	int err;

	(void)fail(&why, ECANCELED, NULL, "ended", "the program was ended before all rows were in");
	while (!(err = silent(s, a, &l, &undoing, f))) {
		err = undoing ? load_undo(s, l.import_id, &left, f) : import_settle(&l, &why, f);
		if (!err && undoing)
			err = import_end(s, l.import_id, l.project_id, IMPORT_UNDONE, NULL, NULL, f);
		if (err)
			return err;
	}
	return err == ENOENT ? 0 : err;
}

struct beginning {
	struct load *l;
	str name, sha256;
};

static int begin_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct beginning *b = arg;
	struct load *l = b->l;
	struct val v[2];
	int err = db_one(db, a,
	        "SELECT b.project_id, CASE WHEN b.state = 'active' THEN p.customer_approves ELSE 0 END FROM base b JOIN project p ON "
	        "p.id = b.project_id WHERE b.id = ?1",
	        VALS(V(l->base_id)), v, 2, f);

	if (err == ENOENT)
		return fail(f, ENOENT, "base", "none", "there is no base %lld", (long long)l->base_id);
	if (!err)
		err = import_busy(db, a, l->base_id, 0, f);
	if (err)
		return err;
	l->project_id = val_int(v[0]);
	l->held = val_int(v[1]) != 0;
	err = db_one(db, a,
	        "INSERT INTO import (project_id, base_id, file_name, file_sha256, state, created_at, started_at, alive_at, held) VALUES (?1, "
	        "?2, ?3, ?4, 'running', ?5, ?5, ?5, ?6) RETURNING id",
	        VALS(V(l->project_id), V(l->base_id), V(b->name), V(b->sha256), V(l->now), V(l->held)), v, 1, f);
	if (!err)
		l->import_id = val_int(v[0]);
	return err ? err : import_event(db, a, l->import_id, l->project_id, f);
}

static int hash_of(const char *path, char ret[SHA256_HEX], struct fault *f)
{
	int64_t bytes;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = fd < 0 ? fail(f, errno, NULL, "open", "the file cannot be opened") : sha256_fd(fd, ret, &bytes, f);

	if (fd >= 0)
		close(fd);
	return err;
}

/* The hash of a large file takes as long as a tenth of its import: made beside it. */
struct hashing {
	const char *path;
	char sum[SHA256_HEX];
	struct fault f;
	int err;
};

static void *hash_beside(void *arg)
{
	struct hashing *h = arg;

	h->err = hash_of(h->path, h->sum, &h->f);
	return NULL;
}

static int keep_hash(struct db *db, int64_t id, const struct hashing *h, struct fault *f)
{
	if (h->err) {
		*f = h->f;
		return h->err;
	}
	return db_run(db, "UPDATE import SET file_sha256 = ?2 WHERE id = ?1", VALS(V(id), V(str_of(h->sum))), NULL, f);
}

static int all_at_once(struct beginning *b, struct arena *a, struct fault *f)
{
	struct load *l = b->l;
	struct ending e = {.state = IMPORT_DONE};
	struct hashing h = {.path = l->path};
	pthread_t thread;
	int err = db_begin(l->alone, f);

	if (err)
		return err;
	if (pthread_create(&thread, NULL, hash_beside, &h)) {
		db_rollback(l->alone);
		return fail(f, EAGAIN, NULL, "thread", "no thread to hash the file with");
	}
	err = begin_write(l->alone, a, b, f);
	if (!err)
		err = load_run(l, f);
	pthread_join(thread, NULL);
	if (!err)
		err = keep_hash(l->alone, l->import_id, &h, f);
	e.id = l->import_id;
	e.project_id = l->project_id;
	if (!err)
		err = end_write(l->alone, a, &e, f);
	if (!err)
		return db_commit(l->alone, f);
	db_rollback(l->alone);
	return err;
}

int import_by_hand(struct load *l, struct arena *a, struct fault *f)
{
	const char *slash = strrchr(l->path, '/');
	struct beginning b = {.l = l, .name = str_of(slash ? slash + 1 : l->path)};
	struct fault why, unsettled;
	char sum[SHA256_HEX];
	int err;

	if (l->alone)
		return all_at_once(&b, a, f);
	err = hash_of(l->path, sum, f);
	b.sha256 = str_of(sum);
	if (!err)
		err = import_sweep(l->store, a, f);
	if (!err)
		err = store_write(l->store, NULL, a, begin_write, &b, f);
	if (err)
		return err;
	err = load_run(l, f);
	if (!err)
		return import_end(l->store, l->import_id, l->project_id, IMPORT_DONE, NULL, NULL, f);
	why = *f;
	if (import_settle(l, &why, &unsettled))
		log_warn("import", "import %lld is left to import_sweep: %s", (long long)l->import_id, unsettled.what);
	return err;
}

int import_country(const char *db_url, int64_t base_id, struct arena *a, str *ret, struct fault *f)
{
	struct db *db;
	struct val v;
	int err = db_open(db_url, true, &db, f);

	if (err)
		return err;
	err = db_one(db, a, "SELECT country FROM base WHERE id = ?1", VALS(V(base_id)), &v, 1, f);
	if (err == ENOENT)
		err = fail(f, ENOENT, "base", "none", "there is no base %lld", (long long)base_id);
	if (!err)
		*ret = val_str(v);
	db_close(db);
	return err;
}
