/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keeper.c - which node reads which box. A box is held by one node for HOLD_MS, by the database's clock, and the hold is renewed long before its end;
 * each hold has a number, the epoch, without which a reader writes nothing: whoever wakes too late can do no harm. A thread a box. */
#include "base/log.h"
#include "domain/mailbox/mailbox_priv.h"

#include <pthread.h>
#include <unistd.h>

enum { HOLD_MS = 30 * CLOCK_SECOND, RENEW_MS = 8 * CLOCK_SECOND, LOOK_MS = 2 * CLOCK_SECOND, BOXES_MAX = 64 };

struct slot {
	struct reading r;
	pthread_t thread;
	bool used, kept; /* kept: still ours at the last look */
};
static struct {
	struct app *app;
	pthread_t thread;
	pthread_mutex_t lock; /* leaf: of stop alone */
	pthread_cond_t woken;
	bool runs, stop;
	struct slot slots[BOXES_MAX];
} keeper = {.lock = PTHREAD_MUTEX_INITIALIZER, .woken = PTHREAD_COND_INITIALIZER};

bool reading_ends(void *reading)
{
	struct reading *r = reading;

	return __atomic_load_n(&r->stop, __ATOMIC_RELAXED);
}

/* What this node holds. */
struct holds {
	str holder;
	struct held {
		int64_t id, epoch, version;
	} of[BOXES_MAX];
	size_t n;
};

static int db_now(struct db *db, struct arena *a, int64_t *ret, struct fault *f)
{
	struct query *q = query_new(a);
	struct val now;
	int err;

	query_add(q, "SELECT ");
	query_word(q, db, DB_NOW_MS);
	err = db_one(db, a, QUERY(q), &now, 1, f);
	if (!err)
		*ret = val_int(now);
	return err;
}

/* Closure: what nobody holds is taken, ours is renewed. */
static int hold(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct holds *h = arg;
	int64_t now;
	int err = db_now(db, a, &now, f);

	if (!err)
		err = db_run(db,
		        "UPDATE mailbox SET epoch = CASE WHEN holder = ?1 AND held_until > ?2 THEN epoch ELSE epoch + 1 END, "
		        "held_until = ?3, holder = ?1 WHERE id IN (SELECT id FROM mailbox WHERE disabled = 0 AND (holder = ?1 OR "
		        "held_until <= ?2) ORDER BY CASE WHEN holder = ?1 THEN 0 ELSE 1 END, id LIMIT 64) AND (holder = ?1 OR held_until "
		        "<= ?2)",
		        VALS(V(h->holder), V(now), V(now + HOLD_MS)), NULL, f);
	return err;
}

/* Is there a box to take, or a hold to renew? Most looks write nothing. */
static int look(struct db *db, struct arena *a, const struct holds *h, bool *ret_hold, struct fault *f)
{
	struct val n;
	int64_t now;
	int err = db_now(db, a, &now, f);

	if (!err)
		err = db_one(db, a,
		        "SELECT COUNT(*) FROM mailbox WHERE disabled = 0 AND held_until <= CASE WHEN holder = ?1 THEN CAST(?2 AS BIGINT) ELSE "
		        "CAST(?3 AS BIGINT) END",
		        VALS(V(h->holder), V(now + HOLD_MS - RENEW_MS), V(now)), &n, 1, f);
	if (!err)
		*ret_hold = val_int(n) > 0;
	return err;
}

/* Boxes that wait for their next try have no thread. */
static int held(struct db *db, struct arena *a, struct holds *h, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT id, epoch, version FROM mailbox WHERE holder = ?1 AND disabled = 0 AND next_try_at <= ?2 ORDER BY id LIMIT 64",
	        VALS(V(h->holder), V(clock_ms())), &r, f);

	h->n = 0;
	while (!err && !(err = rows_next(&r, f)))
		h->of[h->n++] = (struct held){rows_int(&r, 0), rows_int(&r, 1), rows_int(&r, 2)};
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* Closure: another may read them at once. */
static int leave(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct holds *h = arg;

	(void)a;
	return db_run(db, "UPDATE mailbox SET held_until = 0, holder = NULL WHERE holder = ?1", VALS(V(h->holder)), NULL, f);
}

static void end(struct slot *s)
{
	__atomic_store_n(&s->r.stop, true, __ATOMIC_RELAXED);
	pthread_join(s->thread, NULL);
	s->used = false;
}

static void begin(const struct held *h)
{
	for (size_t i = 0; i < BOXES_MAX; i++) {
		struct slot *s = &keeper.slots[i];

		if (s->used)
			continue;
		*s = (struct slot){.r = {.app = keeper.app, .mailbox_id = h->id, .epoch = h->epoch, .version = h->version},
		        .kept = true};
		s->used = pthread_create(&s->thread, NULL, intake_run, &s->r) == 0;
		return;
	}
}

static struct slot *slot_of(const struct held *h)
{
	for (size_t i = 0; i < BOXES_MAX; i++) {
		struct slot *s = &keeper.slots[i];

		if (s->used && s->r.mailbox_id == h->id && s->r.epoch == h->epoch && s->r.version == h->version &&
		        !__atomic_load_n(&s->r.over, __ATOMIC_ACQUIRE))
			return s;
	}
	return NULL;
}

/* Threads as the holds are: ended where one is lost or the box has changed, begun where there is none. */
static void follow(const struct holds *h)
{
	struct slot *s;

	for (size_t i = 0; i < BOXES_MAX; i++)
		keeper.slots[i].kept = false;
	for (size_t i = 0; i < h->n; i++) {
		s = slot_of(&h->of[i]);
		if (s)
			s->kept = true;
	}
	for (size_t i = 0; i < BOXES_MAX; i++)
		if (keeper.slots[i].used && !keeper.slots[i].kept)
			__atomic_store_n(&keeper.slots[i].r.stop, true, __ATOMIC_RELAXED);
	for (size_t i = 0; i < BOXES_MAX; i++)
		if (keeper.slots[i].used && !keeper.slots[i].kept)
			end(&keeper.slots[i]);
	for (size_t i = 0; i < h->n; i++)
		if (!slot_of(&h->of[i]))
			begin(&h->of[i]);
}

static bool sleep_a_while(void)
{
	struct timespec until;
	bool stop;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += LOOK_MS / CLOCK_SECOND;
	pthread_mutex_lock(&keeper.lock);
	if (!keeper.stop)
		pthread_cond_timedwait(&keeper.woken, &keeper.lock, &until);
	stop = keeper.stop;
	pthread_mutex_unlock(&keeper.lock);
	return !stop;
}

static int turn(struct holds *h, struct arena *a, struct fault *f)
{
	struct db *db = store_take(keeper.app->store);
	bool takes = false;
	int err = look(db, a, h, &takes, f);

	if (!err && takes)
		err = store_write(keeper.app->store, db, a, hold, h, f);
	if (!err)
		err = held(db, a, h, f);
	store_give(keeper.app->store, db);
	return err;
}

static void *run(void *arg)
{
	struct holds *h = arg;
	struct arena a = {0};

	do {
		struct fault f = {0};

		/* While the database is away the holds run out by themselves. */
		if (turn(h, &a, &f))
			log_warn("mailbox", "who reads which box is not known: %s", f.what);
		else
			follow(h);
		arena_reset(&a);
	} while (sleep_a_while());
	h->n = 0;
	follow(h);
	(void)!store_write(keeper.app->store, NULL, &a, leave, h, NULL);
	arena_free(&a);
	free(h);
	return NULL;
}

int keeper_start(struct app *app, struct fault *f)
{
	struct holds *h = calloc(1, sizeof *h);

	if (!h)
		return fail(f, ENOMEM, NULL, "memory", "no memory to read mailboxes");
	h->holder = str_of(app->settings.node_uid ? app->settings.node_uid : "alone");
	keeper.app = app;
	keeper.stop = false;
	keeper.runs = pthread_create(&keeper.thread, NULL, run, h) == 0;
	if (!keeper.runs) {
		free(h);
		return fail(f, EAGAIN, NULL, "thread", "no thread to read mailboxes");
	}
	return 0;
}

void keeper_stop(struct app *app)
{
	(void)app;
	if (!keeper.runs)
		return;
	pthread_mutex_lock(&keeper.lock);
	keeper.stop = true;
	pthread_cond_signal(&keeper.woken);
	pthread_mutex_unlock(&keeper.lock);
	pthread_join(keeper.thread, NULL);
	keeper.runs = false;
}
