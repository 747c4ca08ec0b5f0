/* SPDX-License-Identifier: GPL-3.0-or-later */
/* heads.c - asks the signer for heads and keeps them. The database keeps its own right edge too, so that a root is claimed and not only
 * received: who changed an old record and wants it signed has two histories to bring together, one of them out of his reach. */
#include "domain/ledger/heads.h"

#include "base/clock.h"
#include "base/log.h"
#include "engine/ledger/signer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum { ROUNDS = 8, FIRST_MS = 3000 };

static struct {
	pthread_t thread;
	pthread_mutex_t lock; /* all below, and one asker at a time */
	pthread_cond_t wake;
	struct app *app;
	bool runs;
	atomic_bool stopping;
} the = {.lock = PTHREAD_MUTEX_INITIALIZER};
static pthread_mutex_t asking = PTHREAD_MUTEX_INITIALIZER;

/* One log while a head of it is made. */
struct making {
	const struct app *app;
	struct db *db;
	struct arena *a;
	struct fault *f;
	int64_t project_id, size;
	str origin;
	uint8_t public[SIGN_PUBLIC];
	struct tree_edge edge; /* at the last head */
	struct head last;      /* size 0: none */
	str note;
	/* to be stored */
	str new_note;
	int64_t new_size, now;
	str new_edge;
};

static const char *socket_of(struct making *m)
{
	return str_printf(m->a, "%s/sign.sock", m->app->settings.data_dir).p;
}

/* The hashes of records from + 1 to to, at most SIGNER_HASHES, added to edge, and to ret unless NULL. */
static int add_hashes(struct making *m, struct tree_edge *edge, uint64_t to, struct hash *ret, size_t *ret_n)
{
	struct arena page = {0};
	int err = 0;

	while (!err && edge->size < to) {
		uint64_t from = edge->size;
		struct rows r;
		err = db_ask(m->db, &page,
		        "SELECT hash FROM ledger_leaf WHERE project_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT 4096",
		        VALS(V(m->project_id), V((int64_t)edge->size), V((int64_t)to)), &r, m->f);
		while (!err && !(err = rows_next(&r, m->f))) {
			str bytes = base64url_decode(&page, rows_str(&r, 0));
			struct hash h = {0};
			if (bytes.p && bytes.n == sizeof h)
				memcpy(h.h, bytes.p, sizeof h);
			tree_edge_add(edge, h);
			if (ret)
				ret[(*ret_n)++] = h;
		}
		rows_done(&r);
		err = err == ENOENT ? 0 : err;
		if (!err && edge->size == from)
			err = fail(m->f, EPERM, NULL, "missing", "records of the log of project %lld are missing",
			        (long long)m->project_id);
		arena_reset(&page);
	}
	arena_free(&page);
	return err;
}

static int read_log(struct making *m)
{
	struct val v[5];
	uint8_t log[16];
	struct hash hash;
	bool is_signed;
	str rest, bytes;
	int err = db_one(m->db, m->a,
	        "SELECT g.log, g.size, g.edge, (SELECT h.note FROM ledger_head h WHERE h.project_id = g.project_id ORDER BY h.size DESC LIMIT 1), "
	        "(SELECT public_key FROM ledger_house) FROM ledger g WHERE g.project_id = ?1",
	        VALS(V(m->project_id)), v, COUNT(v), m->f);

	if (err)
		return err;
	bytes = base64url_decode(m->a, val_str(v[0]));
	if (!bytes.p || bytes.n != sizeof log || !key_read_text(val_str(v[4]), m->a, m->public))
		return fail(m->f, ECONNREFUSED, NULL, "no_signer", "no signer has told its key");
	memcpy(log, bytes.p, sizeof log);
	m->origin = head_origin(m->project_id, log, m->a);
	m->size = val_int(v[1]);
	m->note = rest = val_str(v[3]);
	if (rest.n && (!head_next(&rest, m->public, m->a, &m->last, &is_signed, &hash) || !is_signed))
		return fail(m->f, EPERM, NULL, "note", "the last head of project %lld is damaged", (long long)m->project_id);
	if (!tree_edge_read(val_str(v[2]), m->a, &m->edge) || m->edge.size != m->last.size) {
		m->edge = (struct tree_edge){0};
		return add_hashes(m, &m->edge, m->last.size, NULL, NULL);
	}
	return 0;
}

static int store_head(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct making *m = arg;
	int err = db_run(db,
	        "INSERT INTO ledger_head (project_id, size, at, note) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (project_id, size) DO NOTHING",
	        VALS(V(m->project_id), V(m->new_size), V(m->now), V(m->new_note)), NULL, f);

	(void)a;
	if (!err)
		err = db_run(db, "UPDATE ledger SET edge = ?2, trouble = NULL, trouble_at = NULL WHERE project_id = ?1",
		        VALS(V(m->project_id), V(m->new_edge)), NULL, f);
	return err;
}

/* The signer's note over edge is ours from now on. */
static int keep(struct making *m, const struct tree_edge *edge, str note)
{
	struct hash hash;
	bool is_signed;
	str rest = note;

	if (!head_next(&rest, m->public, m->a, &m->last, &is_signed, &hash) || !is_signed || m->last.size != edge->size)
		return fail(m->f, EPERM, NULL, "note", "the signer's head is none of ours");
	m->edge = *edge;
	m->note = m->new_note = note;
	m->new_size = (int64_t)edge->size;
	m->new_edge = tree_edge_text(edge, m->a);
	m->now = clock_ms();
	return store_write(m->app->store, m->db, m->a, store_head, m, m->f);
}

/* The signer stands elsewhere: before our last head (its folder is from a backup), or behind it (its last answer was lost). What it signed
 * must be a beginning of what we have. */
static int meet(struct making *m, str known, struct tree_edge *ret_edge)
{
	struct tree_edge edge = {0};
	struct head head = {0};
	struct hash hash;
	bool is_signed;
	str rest = known;
	int err;

	if (known.n && (!head_next(&rest, m->public, m->a, &head, &is_signed, &hash) || !is_signed))
		return fail(m->f, EPERM, NULL, "key", "the signer has another key than the one the house knows");
	if (head.size > (uint64_t)m->size)
		return fail(m->f, EPERM, NULL, "missing",
		        "the signer has signed more records of project %lld than there are", (long long)m->project_id);
	err = add_hashes(m, &edge, head.size, NULL, NULL);
	if (!err && head.size && !hash_eq(tree_edge_root(&edge), head.root))
		err = fail(m->f, EPERM, NULL, "rewritten", "the records of project %lld are not those the signer has signed",
		        (long long)m->project_id);
	if (!err && head.size == m->last.size && known.n && !str_eq(known, m->note))
		err = fail(m->f, EPERM, NULL, "note", "the last head of project %lld is not the signer's",
		        (long long)m->project_id);
	if (!err && head.size > m->last.size)
		err = keep(m, &edge, known);
	*ret_edge = edge;
	return err;
}

/* One question. *edge: where the signer is thought to stand. */
static int ask(struct making *m, struct tree_edge *edge)
{
	struct tree_edge next = *edge;
	uint64_t left = (uint64_t)m->size - edge->size, n = left < SIGNER_HASHES ? left : SIGNER_HASHES;
	struct hash *hashes = NEW_N(m->a, struct hash, n);
	struct sign_ask q = {.origin = m->origin, .note = m->note, .from = edge->size, .hashes = hashes};
	enum sign_answer said;
	str note;
	int err = add_hashes(m, &next, edge->size + n, hashes, &q.n);

	q.root = tree_edge_root(&next);
	if (!err)
		err = sign_ask(socket_of(m), &q, m->a, &said, &note, m->f);
	if (err)
		return err;
	if (said == SIGN_KNOWN)
		return meet(m, note, edge);
	*edge = next;
	return keep(m, &next, note);
}

struct trouble {
	int64_t project_id, now;
	str word;
};
static int trouble_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct trouble *t = arg;

	(void)a;
	return db_run(db,
	        "UPDATE ledger SET trouble = ?2, trouble_at = COALESCE(trouble_at, ?3) WHERE project_id = ?1 AND (trouble IS NULL OR trouble <> ?2)",
	        VALS(V(t->project_id), V(t->word), V(t->now)), NULL, f);
}

static void note_trouble(const struct app *app, struct db *db, struct arena *a, int64_t project_id, const struct fault *why)
{
	struct trouble t = {project_id, clock_ms(), str_of(why->code)};
	struct fault f = {0};

	log_error("ledger", "no head of project %lld: %s", (long long)project_id, why->what);
	if (store_write(app->store, db, a, trouble_write, &t, &f))
		log_error("ledger", "%s", f.what);
}

int head_now(const struct app *app, struct db *db, struct arena *a, int64_t project_id, struct fault *f)
{
	struct making m = {.app = app, .db = db, .a = a, .project_id = project_id, .f = f};
	struct tree_edge at;
	int err;

	pthread_mutex_lock(&asking);
	err = read_log(&m);
	at = m.edge;
	for (int i = 0; !err && m.last.size < (uint64_t)m.size; i++)
		err = i < ROUNDS ? ask(&m, &at) : EAGAIN;
	pthread_mutex_unlock(&asking);
	if (err == EPERM)
		note_trouble(app, db, a, project_id, f);
	return err == ENOENT ? 0 : err; /* nothing is logged yet */
}

int ledger_state(struct db *db, struct arena *a, int64_t project_id, struct ledger_state *ret, struct fault *f)
{
	uint8_t public[SIGN_PUBLIC];
	struct head head;
	struct hash hash;
	bool is_signed;
	struct val v[6];
	str rest;
	int err = db_one(db, a,
	        "SELECT g.size, h.size, h.at, h.note, (SELECT public_key FROM ledger_house), g.trouble FROM ledger g LEFT JOIN ledger_head h "
	        "ON h.project_id = g.project_id AND h.size = (SELECT MAX(x.size) FROM ledger_head x WHERE x.project_id = g.project_id) "
	        "WHERE g.project_id = ?1",
	        VALS(V(project_id)), v, COUNT(v), f);

	*ret = (struct ledger_state){0};
	if (err)
		return err == ENOENT ? 0 : err;
	*ret = (struct ledger_state){.records = val_int(v[0]), .trouble = val_str(v[5])};
	rest = val_str(v[3]);
	if (!key_read_text(val_str(v[4]), a, public))
		return 0;
	ret->key = val_str(v[4]);
	ret->fingerprint = key_fingerprint(public, a);
	if (!rest.n || !head_next(&rest, public, a, &head, &is_signed, &hash))
		return 0;
	ret->size = val_int(v[1]);
	ret->at = val_int(v[2]);
	ret->root = base64_plain(a, head.root.h, sizeof head.root.h);
	return 0;
}

/* The thread ------------------------------------------------------------------------------------------------------------- */

struct house_key {
	str key, node;
	int64_t now;
};
static int key_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct house_key *k = arg;

	(void)a;
	return db_run(db,
	        "UPDATE ledger_house SET public_key = ?1, node_uid = ?2, since = ?3 WHERE id = 1 AND public_key IS NULL",
	        VALS(V(k->key), V(k->node), V(k->now)), NULL, f);
}

/* Does the signer of this node sign for the house? The first that tells its key does, from then on. */
static int signs_here(struct app *app, struct db *db, struct arena *a, bool *ret, struct fault *f)
{
	const char *socket = str_printf(a, "%s/sign.sock", app->settings.data_dir).p;
	struct house_key k = {.node = str_of(app->settings.node_uid), .now = clock_ms()};
	struct val v[2];
	int err = sign_ask_key(socket, a, &k.key, f);

	*ret = false;
	if (!err)
		err = db_one(db, a, "SELECT public_key, node_uid FROM ledger_house WHERE id = 1", NO_VALS, v, 2, f);
	if (!err && v[0].type != VAL_TEXT) {
		err = store_write(app->store, db, a, key_write, &k, f);
		if (!err)
			err = db_one(db, a, "SELECT public_key, node_uid FROM ledger_house WHERE id = 1", NO_VALS, v, 2, f);
	}
	if (err)
		return err;
	*ret = str_eq(val_str(v[0]), k.key);
	if (!*ret && str_eq(val_str(v[1]), k.node))
		return fail(f, EPERM, NULL, "key",
		        "the key of this node's signer is not the one the house knows: restore keys/sign");
	return 0;
}

static int grown(struct db *db, struct arena *a, int64_t **ret, size_t *ret_n, struct fault *f)
{
	static const size_t most = 10000;
	int64_t *ids = NEW_N(a, int64_t, most);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT g.project_id FROM ledger g WHERE g.size > COALESCE((SELECT MAX(h.size) FROM ledger_head h WHERE h.project_id = "
	        "g.project_id), 0) ORDER BY g.project_id LIMIT 10000",
	        NO_VALS, &r, f);

	while (!err && n < most && !(err = rows_next(&r, f)))
		ids[n++] = rows_int(&r, 0);
	rows_done(&r);
	*ret = ids;
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

static void round_of_heads(struct app *app, struct db *db, struct arena *a)
{
	struct fault f = {0};
	struct arena one = {0};
	int64_t *ids = NULL;
	bool here = false;
	size_t n = 0;
	int key = signs_here(app, db, a, &here, &f), err = key;

	if (!err && !here)
		return;
	if (!err || err == EPERM)
		err = grown(db, a, &ids, &n, &f);
	for (size_t i = 0; i < n && !the.stopping; i++) {
		if (key == EPERM)
			note_trouble(app, db, &one, ids[i], &f);
		else
			err = head_now(app, db, &one, ids[i], &f);
		arena_reset(&one);
	}
	if (err && err != EPERM)
		log_warn("ledger", "no heads now: %s", f.what);
	arena_free(&one);
}

static void *run(void *arg)
{
	struct app *app = arg;
	struct arena a = {0};
	int64_t wait_ms = FIRST_MS;

	pthread_setname_np(pthread_self(), "heads");
	pthread_mutex_lock(&the.lock);
	while (!the.stopping) {
		int64_t until = clock_mono_ms() + wait_ms;
		struct timespec ts = {until / 1000, until % 1000 * 1000000};
		if (!pthread_cond_timedwait(&the.wake, &the.lock, &ts) || the.stopping)
			continue;
		pthread_mutex_unlock(&the.lock);
		struct db *db = store_take(app->store);
		round_of_heads(app, db, &a);
		store_give(app->store, db);
		arena_reset(&a);
		wait_ms = HEADS_EVERY_MS - clock_ms() % HEADS_EVERY_MS;
		pthread_mutex_lock(&the.lock);
	}
	pthread_mutex_unlock(&the.lock);
	arena_free(&a);
	return NULL;
}

int heads_start(struct app *app, struct fault *f)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&the.wake, &attr);
	pthread_condattr_destroy(&attr);
	the.app = app;
	the.stopping = false;
	the.runs = pthread_create(&the.thread, NULL, run, app) == 0;
	return the.runs ? 0 : fail(f, EAGAIN, NULL, "thread", "the thread of heads cannot be started");
}

void heads_stop(struct app *app)
{
	(void)app;
	if (!the.runs)
		return;
	pthread_mutex_lock(&the.lock);
	the.stopping = true;
	pthread_cond_signal(&the.wake);
	pthread_mutex_unlock(&the.lock);
	pthread_join(the.thread, NULL);
	the.runs = false;
}
