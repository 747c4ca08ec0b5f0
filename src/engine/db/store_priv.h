/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_priv.h - what the two ways of writing share. Only for files of this folder. */
#ifndef ENGINE_DB_STORE_PRIV_H
#define ENGINE_DB_STORE_PRIV_H

#include "engine/db/db_priv.h"
#include "engine/db/store.h"

#include <pthread.h>
#include <stdatomic.h>

struct writer; /* the writer thread of SQLite */

struct store {
	enum db_engine engine;
	char *url;
	pthread_mutex_t lock; /* the pool and the hook */
	pthread_cond_t given; /* a connection came back */
	struct db **idle;     /* a stack: few connections stay warm */
	size_t n_idle, n_out, readers;
	void (*hook)(void *arg);
	void *hook_arg;
	struct writer *writer;
	_Atomic int64_t writes, groups, failed, queue_max, full_at;
};

/* One write on its way. */
struct write {
	store_fn *fn;
	void *arg;
	struct arena *a;
	struct fault *f;
	int err;
};
/* Run its closure from the start. */
int write_run(struct write *w, struct db *db);
/* Wake whoever waits for commits, and count. full: one of them failed because the disk is. */
void store_committed(struct store *s, int64_t writes, int64_t failed, bool full);

int writer_forget(struct store *s, struct fault *f) MUST_USE;
int writer_start(struct store *s, struct fault *f) MUST_USE;
void writer_stop(struct store *s);
int writer_write(struct store *s, struct write *w) MUST_USE;
/* A transaction on db itself, tried again when others stood in its way. */
int write_on(struct store *s, struct db *db, struct write *w) MUST_USE;

#endif
