/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_sqlite.c - the writer thread: takes what waits, runs each job in a savepoint, commits once for all, answers all.
 * While one group goes to the disk the next one gathers, so the groups grow with the load and nobody waits for a timer.
 * A second thread copies the WAL back into the database, so that no writer waits for that either. */
#include "engine/db/store_priv.h"

#include "base/log.h"

#include <semaphore.h>
#include <sqlite3.h>

enum { GROUP_MAX = 256, WAL_PAGES = 1000, WAL_PAGES_HARD = 16000, CHECKPOINT_WAIT_MS = 200, ANEW_PAGES = 16384 };

struct waiting {
	struct write *w;
	struct waiting *next;
	sem_t done;
};

struct writer {
	struct store *store;
	struct db *db, *checkpoint_db;
	pthread_t thread, checkpointer;
	pthread_mutex_t lock; /* all below */
	pthread_cond_t added, grown, copied;
	struct waiting *first, **last;
	int64_t n;
	int wal_pages;          /* in the WAL now */
	int wal_mark, wal_hard; /* from the first on the checkpointer works, from the second on the writer waits for it */
	bool stop, stop_checkpointer, held; /* held: the writer waits */
};

/* Take up to GROUP_MAX of the queue; NULL when told to stop and nothing waits. */
static struct waiting *take_group(struct writer *wr)
{
	struct waiting *group, **end;
	int n = 0;

	pthread_mutex_lock(&wr->lock);
	while (!wr->first && !wr->stop)
		pthread_cond_wait(&wr->added, &wr->lock);
	group = wr->first;
	for (end = &group; *end && n < GROUP_MAX; n++)
		end = &(*end)->next;
	wr->first = *end;
	*end = NULL;
	if (!wr->first)
		wr->last = &wr->first;
	wr->n -= n;
	pthread_mutex_unlock(&wr->lock);
	return group;
}

/* False when the engine gave up the whole transaction (full disk, I/O). */
static bool run_in_group(struct db *db, struct write *w)
{
	w->err = db_savepoint(db, w->f);
	if (w->err)
		return false;
	w->err = write_run(w, db);
	if (w->err || db->spoilt) {
		if (!w->err)
			w->err = fail(w->f, EIO, NULL, "spoilt", "a failed statement was passed over");
		db_savepoint_undo(db);
	} else {
		w->err = db_savepoint_end(db, w->f);
	}
	return db->driver->in_transaction(db) && !db->spoilt;
}

static bool run_group(struct db *db, struct waiting *group)
{
	struct fault f = {0};
	bool whole = true;

	if (db_begin(db, &f)) {
		for (struct waiting *at = group; at; at = at->next) {
			at->w->err = f.err;
			if (at->w->f)
				*at->w->f = f;
		}
		return true; /* nothing to try one by one: the lock itself was not to be had */
	}
	for (struct waiting *at = group; at && whole; at = at->next)
		whole = run_in_group(db, at->w);
	if (!whole)
		db_rollback(db);
	else if (db_commit(db, &f))
		whole = false;
	if (!whole)
		log_warn("db", "a group of writes failed as a whole: its jobs run one by one");
	return whole;
}

static void run_alone(struct db *db, struct write *w)
{
	w->err = db_begin(db, w->f);
	if (w->err)
		return;
	w->err = write_run(w, db);
	if (w->err)
		db_rollback(db);
	else
		w->err = db_commit(db, w->f);
}

/* Waking an owner ends the life of its struct waiting, so look at next before. */
static void answer(struct waiting *group)
{
	for (struct waiting *next; group; group = next) {
		next = group->next;
		sem_post(&group->done);
	}
}

/* Between groups: a WAL that outgrew the checkpointer makes the writer wait for one round of it. */
static void hold_for_checkpoint(struct writer *wr)
{
	pthread_mutex_lock(&wr->lock);
	if (wr->wal_pages >= wr->wal_hard) {
		wr->held = true;
		pthread_cond_signal(&wr->grown);
		while (wr->held)
			pthread_cond_wait(&wr->copied, &wr->lock);
	}
	pthread_mutex_unlock(&wr->lock);
}

static void *writer_main(void *arg)
{
	struct writer *wr = arg;
	struct waiting *group;

	pthread_setname_np(pthread_self(), "writer");
	while ((group = take_group(wr))) {
		int64_t ok = 0, failed = 0;
		bool full = false;

		if (!run_group(wr->db, group))
			for (struct waiting *at = group; at; at = at->next)
				run_alone(wr->db, at->w);
		for (struct waiting *at = group; at; at = at->next) {
			at->w->err ? failed++ : ok++;
			full |= at->w->err == ENOSPC;
		}
		store_committed(wr->store, ok, failed, full);
		answer(group);
		hold_for_checkpoint(wr);
	}
	return NULL;
}

int writer_write(struct store *s, struct write *w)
{
	struct writer *wr = s->writer;
	struct waiting me = {.w = w};
	int64_t n;

	if (pthread_equal(pthread_self(), wr->thread)) {
		log_error("db", "store_write inside a writing closure would wait for itself");
		abort();
	}
	sem_init(&me.done, 0, 0);
	pthread_mutex_lock(&wr->lock);
	*wr->last = &me;
	wr->last = &me.next;
	n = ++wr->n;
	if (n > atomic_load(&s->queue_max))
		atomic_store(&s->queue_max, n);
	pthread_cond_signal(&wr->added);
	pthread_mutex_unlock(&wr->lock);
	while (sem_wait(&me.done))
		; /* a signal */
	sem_destroy(&me.done);
	return w->err;
}

/* After each commit, on the writer. */
static int wal_grew(void *arg, sqlite3 *h, const char *name, int pages)
{
	struct writer *wr = arg;

	(void)h, (void)name;
	pthread_mutex_lock(&wr->lock);
	if (pages < wr->wal_pages) /* it began again from its start */
		wr->wal_mark = WAL_PAGES, wr->wal_hard = WAL_PAGES_HARD;
	wr->wal_pages = pages;
	if (pages >= wr->wal_mark)
		pthread_cond_signal(&wr->grown);
	pthread_mutex_unlock(&wr->lock);
	return SQLITE_OK;
}

/* Beside the writer, as a rule. With the writer held the WAL begins again from its start, unless somebody reads in it
 * for longer than CHECKPOINT_WAIT_MS: he keeps it growing until he ends. */
static void checkpoint(struct writer *wr, bool held)
{
	sqlite3 *h = db_sqlite_handle(wr->checkpoint_db, NULL);
	int in_wal = 0, copied = 0, err;

	if (!h)
		return;
	err = sqlite3_wal_checkpoint_v2(
	        h, NULL, held ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, &in_wal, &copied);
	if (err && (err & 0xff) != SQLITE_BUSY) {
		db_sqlite_check_fsync(h);
		log_error("db", "checkpoint: %s", sqlite3_errmsg(h));
	} else if (held) {
		log_info("db", "checkpoint with the writer held: %d of %d pages", copied, in_wal);
	}
}

static void *checkpointer_main(void *arg)
{
	struct writer *wr = arg;
	bool held;

	pthread_setname_np(pthread_self(), "checkpoint");
	pthread_mutex_lock(&wr->lock);
	while (!wr->stop_checkpointer) {
		held = wr->held;
		if (wr->wal_pages < wr->wal_mark && !held) {
			pthread_cond_wait(&wr->grown, &wr->lock);
			continue;
		}
		pthread_mutex_unlock(&wr->lock);
		checkpoint(wr, held);
		pthread_mutex_lock(&wr->lock);
		wr->wal_mark = wr->wal_pages + WAL_PAGES;
		if (held) {
			wr->wal_hard = wr->wal_pages + WAL_PAGES_HARD;
			wr->held = false;
			pthread_cond_signal(&wr->copied);
		}
	}
	pthread_mutex_unlock(&wr->lock);
	return NULL;
}

int writer_start(struct store *s, struct fault *f)
{
	struct writer *wr = calloc(1, sizeof(*wr));
	int err;

	if (!wr)
		abort();
	*wr = (struct writer){.store = s, .last = &wr->first, .wal_mark = WAL_PAGES, .wal_hard = WAL_PAGES_HARD};
	pthread_mutex_init(&wr->lock, NULL);
	pthread_cond_init(&wr->added, NULL);
	pthread_cond_init(&wr->grown, NULL);
	pthread_cond_init(&wr->copied, NULL);
	err = db_open(s->url, false, &wr->db, f);
	if (!err)
		err = db_open(s->url, false, &wr->checkpoint_db, f);
	if (err) {
		db_close(wr->db);
		free(wr);
		return err;
	}
	sqlite3_wal_hook(db_sqlite_handle(wr->db, f), wal_grew, wr);
	sqlite3_busy_timeout(db_sqlite_handle(wr->checkpoint_db, f), CHECKPOINT_WAIT_MS);
	s->writer = wr;
	if (pthread_create(&wr->thread, NULL, writer_main, wr) ||
	        pthread_create(&wr->checkpointer, NULL, checkpointer_main, wr))
		abort();
	return 0;
}

/* A page that was put in order anew may keep a copy of a cell that has moved, in its gap, where secure_delete does not look. A small database is
 * written anew, while writers wait for less than a second; a large one on a night of its own (docs/data.md). */
static int write_anew(struct db *db, struct fault *f)
{
	struct arena a = {0};
	struct val pages;
	int err = db_one(db, &a, "PRAGMA page_count", NO_VALS, &pages, 1, f);

	if (!err && val_int(pages) <= ANEW_PAGES)
		err = db_script(db, "VACUUM", f);
	arena_free(&a);
	return err;
}

int writer_forget(struct store *s, struct fault *f)
{
	int in_wal = 0, copied = 0, err;
	struct db *db;
	sqlite3 *h;

	err = db_open(s->url, false, &db, f);
	if (err)
		return err;
	err = write_anew(db, f);
	if (err) {
		db_close(db);
		return err;
	}
	h = db_sqlite_handle(db, f);
	sqlite3_busy_timeout(h, CHECKPOINT_WAIT_MS);
	err = h ? sqlite3_wal_checkpoint_v2(h, NULL, SQLITE_CHECKPOINT_TRUNCATE, &in_wal, &copied) : SQLITE_CANTOPEN;
	if (h && err && (err & 0xff) != SQLITE_BUSY)
		db_sqlite_check_fsync(h);
	db_close(db);
	return err ? fail(f, EBUSY, NULL, "wal", "the write-ahead log is being read: it is emptied a little later") : 0;
}

void writer_stop(struct store *s)
{
	struct writer *wr = s->writer;

	pthread_mutex_lock(&wr->lock);
	wr->stop = true;
	pthread_cond_signal(&wr->added);
	pthread_mutex_unlock(&wr->lock);
	pthread_join(wr->thread, NULL);
	pthread_mutex_lock(&wr->lock);
	wr->stop_checkpointer = true;
	pthread_cond_signal(&wr->grown);
	pthread_mutex_unlock(&wr->lock);
	pthread_join(wr->checkpointer, NULL);
	db_close(wr->checkpoint_db);
	db_close(wr->db);
	pthread_cond_destroy(&wr->added);
	pthread_cond_destroy(&wr->grown);
	pthread_cond_destroy(&wr->copied);
	pthread_mutex_destroy(&wr->lock);
	free(wr);
	s->writer = NULL;
}
