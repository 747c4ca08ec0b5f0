/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.c - the pool of connections, and the way of a write: to the writer thread (SQLite) or onto its own connection. */
#include "engine/db/store_priv.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"

#include <unistd.h>

enum { TRIES = 12 };

static struct store *store_new(const char *url, size_t readers, enum db_engine engine)
{
	struct store *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	s->url = strdup(url);
	s->idle = calloc(readers, sizeof(struct db *));
	if (!s->url || !s->idle)
		abort();
	s->engine = engine;
	s->readers = readers;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->given, NULL);
	return s;
}

static void store_free(struct store *s)
{
	while (s->n_idle)
		db_close(s->idle[--s->n_idle]);
	pthread_cond_destroy(&s->given);
	pthread_mutex_destroy(&s->lock);
	free(s->idle);
	free(s->url);
	free(s);
}

int store_open(const char *url, size_t readers, struct store **ret, struct fault *f)
{
	struct db *first;
	struct store *s;
	int err = db_open(url, false, &first, f); /* is it there? and the file of SQLite is made */

	if (err)
		return err;
	s = store_new(url, readers ? readers : 1, db_engine(first));
	if (s->engine == DB_SQLITE)
		err = writer_start(s, f);
	db_close(first);
	if (err)
		store_free(s);
	else
		*ret = s;
	return err;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	if (s->n_out)
		log_error("db", "%zu connections were not given back", s->n_out);
	while (s->n_idle)
		db_close(s->idle[--s->n_idle]);
	if (s->writer)
		writer_stop(s);
	store_free(s);
}

enum db_engine store_engine(const struct store *s)
{
	return s->engine;
}

const char *store_url(const struct store *s)
{
	return s->url;
}

struct db *store_take(struct store *s)
{
	struct db *db;

	pthread_mutex_lock(&s->lock);
	while (s->n_out == s->readers)
		pthread_cond_wait(&s->given, &s->lock);
	s->n_out++;
	db = s->n_idle ? s->idle[--s->n_idle] : NULL;
	pthread_mutex_unlock(&s->lock);
	return db ? db : db_new(s->url, s->engine == DB_SQLITE);
}

/* A cursor or a transaction left standing would show whoever takes the connection next the world as it was then. */
static void end_what_stands(struct db *db)
{
	const struct stmt *left = stmt_standing(&db->cache);

	if (left) {
		log_error("db", "the rows of this question were not ended: %.300s", left->sql);
		stmt_forget_all(db);
	}
	if (!db->in_tx && db->driver->connected(db) && db->driver->in_transaction(db)) {
		log_error("db", "a transaction was not ended");
		db->in_tx = true;
	}
	if (db->in_tx)
		db_rollback(db);
}

void store_give(struct store *s, struct db *db)
{
	if (!db)
		return;
	end_what_stands(db);
	pthread_mutex_lock(&s->lock);
	s->idle[s->n_idle++] = db;
	s->n_out--;
	pthread_cond_signal(&s->given);
	pthread_mutex_unlock(&s->lock);
}

void store_on_commit(struct store *s, void (*hook)(void *arg), void *arg)
{
	pthread_mutex_lock(&s->lock);
	s->hook = hook;
	s->hook_arg = arg;
	pthread_mutex_unlock(&s->lock);
}

/* The disk takes writes again when a group of them went through. */
static void note_full(struct store *s, bool wrote, bool full)
{
	if (!full && wrote)
		atomic_store(&s->full_at, 0);
	else if (full && !atomic_load(&s->full_at))
		atomic_store(&s->full_at, clock_ms());
}

void store_committed(struct store *s, int64_t writes, int64_t failed, bool full)
{
	void (*hook)(void *arg);
	void *arg;

	atomic_fetch_add(&s->failed, failed);
	note_full(s, writes > 0, full);
	if (!writes)
		return;
	atomic_fetch_add(&s->writes, writes);
	atomic_fetch_add(&s->groups, 1);
	pthread_mutex_lock(&s->lock);
	hook = s->hook;
	arg = s->hook_arg;
	pthread_mutex_unlock(&s->lock);
	if (hook)
		hook(arg);
}

void store_figures(struct store *s, struct store_figures *ret)
{
	*ret = (struct store_figures){.writes = atomic_load(&s->writes),
	        .groups = atomic_load(&s->groups),
	        .failed = atomic_load(&s->failed),
	        .queue_max = atomic_load(&s->queue_max),
	        .full_at = atomic_load(&s->full_at)};
}

int store_forget(struct store *s, struct db *db, struct fault *f)
{
	return s->writer ? writer_forget(s, f) : db_script(db, "VACUUM", f);
}

int write_run(struct write *w, struct db *db)
{
	if (w->f)
		*w->f = (struct fault){0};
	return w->fn(db, w->a, w->arg, w->f);
}

static int write_once(struct db *db, struct write *w)
{
	int err = db_begin(db, w->f);

	if (err)
		return err;
	err = write_run(w, db);
	if (err)
		db_rollback(db);
	else
		err = db_commit(db, w->f);
	return err;
}

/* 1, 2, 4 … 128 ms, half of it by chance, so that those who met do not meet again. */
static void wait_a_little(int try)
{
	unsigned most = 1000u << (try < 7 ? try : 7), chance;

	rand_bytes(&chance, sizeof(chance));
	usleep(most / 2 + chance % (most / 2 + 1));
}

int write_on(struct store *s, struct db *db, struct write *w)
{
	int err = write_once(db, w);

	for (int i = 0; err && db->again && i < TRIES; i++) {
		wait_a_little(i);
		err = write_once(db, w);
	}
	store_committed(s, !err, !!err, err == ENOSPC);
	return err;
}

int store_write(struct store *s, struct db *own, struct arena *a, store_fn *fn, void *arg, struct fault *f)
{
	struct write w = {.fn = fn, .arg = arg, .a = a, .f = f};
	struct db *db = own;
	int err;

	if (s->writer)
		return writer_write(s, &w);
	if (!own)
		db = store_take(s);
	err = write_on(s, db, &w);
	if (!own)
		store_give(s, db);
	return err;
}

int store_backup(struct store *s, const char *file, struct fault *f)
{
	return db_backup(s->url, file, f);
}
