/* SPDX-License-Identifier: GPL-3.0-or-later */
/* runner.c - the threads that work on jobs: common ones, those that wait outside, one at low priority, and a keeper of the leases. */
#include "base/log.h"
#include "kit/job/job_priv.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

struct worker {
	struct job_runner *r;
	const struct job_set *set;
	struct job_lease now; /* what it works on, id 0: nothing; under the lock */
	pthread_t thread;
	bool nice;
};

struct job_runner {
	struct app *app;
	struct store *store;
	struct job_set common, slow, outside, all;
	struct worker *workers;
	size_t n;
	pthread_t keeper;
	pthread_mutex_t lock; /* innermost: nothing is called while it is held */
	pthread_cond_t wake;
	uint64_t woken;
	bool stopping;
	struct arena a;
};

static bool stopping(struct job_runner *r)
{
	bool yes;

	pthread_mutex_lock(&r->lock);
	yes = r->stopping;
	pthread_mutex_unlock(&r->lock);
	return yes;
}

static uint64_t wakes(struct job_runner *r)
{
	uint64_t n;

	pthread_mutex_lock(&r->lock);
	n = r->woken;
	pthread_mutex_unlock(&r->lock);
	return n;
}

/* Sleep until ms have passed, or a wake after the one numbered seen, or the end. */
static void rest(struct job_runner *r, int64_t ms, uint64_t seen)
{
	int64_t until = clock_mono_ms() + ms;
	struct timespec ts = {until / 1000, until % 1000 * 1000000};

	pthread_mutex_lock(&r->lock);
	while (!r->stopping && r->woken == seen && clock_mono_ms() < until)
		pthread_cond_timedwait(&r->wake, &r->lock, &ts);
	pthread_mutex_unlock(&r->lock);
}

static void works_on(struct worker *w, int64_t id, int64_t tries)
{
	pthread_mutex_lock(&w->r->lock);
	w->now = (struct job_lease){id, tries};
	pthread_mutex_unlock(&w->r->lock);
}

static const struct job_kind *kind_of(const struct job_set *set, str name)
{
	for (size_t i = 0; i < set->n; i++)
		if (str_eq(str_of(set->kind[i]->name), name))
			return set->kind[i];
	return NULL;
}

/* A job that killed its process again and again is stopped here: its tries are spent before it runs. */
static bool spent(const struct job_kind *k, const struct job *job)
{
	return k->every_ms <= 0 && job->tries > (k->tries_max > 0 ? k->tries_max : JOB_TRIES);
}

static void run_one(struct worker *w, struct arena *a, const struct job *job)
{
	const struct job_kind *k = kind_of(w->set, job->kind);
	struct fault f = {0}, f2 = {0};
	struct job_end end = {.job = job, .kind = k};
	struct db *db;

	if (spent(k, job)) {
		end.err = fail(&f, EINVAL, NULL, "spent", "the program died while it worked on this, too often");
	} else {
		db = store_take(w->r->store);
		end.err = k->run(w->r->app, db, a, job, &f);
		store_give(w->r->store, db);
	}
	end.now = clock_ms();
	if (end.err) {
		end.error = f.what[0] ? str_of(f.what) : str_of(strerror(end.err));
		log_warn("job", "%s %lld, try %lld: %.*s", k->name, (long long)job->id, (long long)job->tries,
		        STR_ARG(end.error));
	}
	/* When even this cannot be written, the lease runs out and the job comes again. */
	if (store_write(w->r->store, NULL, a, job_finish, &end, &f2))
		log_error("job", "the end of %s %lld was not written: %s", k->name, (long long)job->id, f2.what);
}

/* One round: a job if one is due. Returns how long to rest, 0 when a job was done. */
static int64_t round_of(struct worker *w, struct arena *a)
{
	struct job_claim c = {.set = w->set, .now = clock_ms()};
	struct fault f = {0};
	struct db *db = store_take(w->r->store);
	int64_t due = INT64_MAX;
	int err = job_next_due(db, a, w->set, &due, &f);

	store_give(w->r->store, db);
	if (!err && due <= c.now)
		err = store_write(w->r->store, NULL, a, job_take, &c, &f);
	if (err) {
		log_error("job", "the list of jobs cannot be read: %s", f.what);
		return JOB_POLL_MS;
	}
	if (c.taken) {
		works_on(w, c.job.id, c.job.tries);
		run_one(w, a, &c.job);
		works_on(w, 0, 0);
		return 0;
	}
	return due > c.now && due < c.now + JOB_POLL_MS ? due - c.now : JOB_POLL_MS;
}

static void *worker_run(void *arg)
{
	struct worker *w = arg;
	struct arena a = {0};

	/* Linux keeps priorities per thread, so this leaves the others alone. */
	if (w->nice && setpriority(PRIO_PROCESS, (id_t)gettid(), 15) != 0)
		log_warn("job", "the priority of slow work cannot be lowered");
	while (!stopping(w->r)) {
		uint64_t seen = wakes(w->r);
		int64_t ms = round_of(w, &a);

		if (ms)
			rest(w->r, ms, seen);
		arena_reset(&a);
	}
	arena_free(&a);
	return NULL;
}

static void keep(struct job_runner *r, struct arena *a)
{
	struct job_lease *of = NEW_N(a, struct job_lease, r->n);
	struct job_leases l = {.of = of, .now = clock_ms()};
	struct fault f = {0};

	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < r->n; i++)
		if (r->workers[i].now.id)
			of[l.n++] = r->workers[i].now;
	pthread_mutex_unlock(&r->lock);
	if (store_write(r->store, NULL, a, job_keep, &l, &f))
		log_error("job", "the leases cannot be renewed: %s", f.what);
}

static void *keeper_run(void *arg)
{
	struct job_runner *r = arg;
	struct arena a = {0};

	while (!stopping(r)) {
		int64_t until = clock_mono_ms() + JOB_KEEP_EVERY_MS;

		keep(r, &a);
		while (!stopping(r) && clock_mono_ms() < until)
			rest(r, until - clock_mono_ms(), wakes(r));
		arena_reset(&a);
	}
	arena_free(&a);
	return NULL;
}

static void sort_kinds(struct job_runner *r, const struct job_kind *const *kinds, size_t n)
{
	r->common.kind = NEW_N(&r->a, const struct job_kind *, n + 1);
	r->slow.kind = NEW_N(&r->a, const struct job_kind *, n + 1);
	r->outside.kind = NEW_N(&r->a, const struct job_kind *, n + 1);
	r->all.kind = NEW_N(&r->a, const struct job_kind *, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct job_set *set = kinds[i]->nice ? &r->slow : kinds[i]->outside ? &r->outside : &r->common;

		set->kind[set->n++] = kinds[i];
		r->all.kind[r->all.n++] = kinds[i];
	}
}

static int prepare(struct job_runner *r, struct fault *f)
{
	struct arena a = {0};
	int err = 0;

	if (store_engine(r->store) == DB_SQLITE)
		err = store_write(r->store, NULL, &a, job_reclaim_all, NULL, f);
	if (!err)
		err = store_write(r->store, NULL, &a, job_plant, &r->all, f);
	arena_free(&a);
	return err;
}

static int start_threads(struct job_runner *r, struct fault *f)
{
	size_t want = r->n;

	for (r->n = 0; r->n < want; r->n++)
		if (pthread_create(&r->workers[r->n].thread, NULL, worker_run, &r->workers[r->n]) != 0)
			return fail(f, EAGAIN, NULL, "thread", "a job thread cannot be started");
	if (pthread_create(&r->keeper, NULL, keeper_run, r) != 0)
		return fail(f, EAGAIN, NULL, "thread", "the keeper of jobs cannot be started");
	return 0;
}

int job_start(struct app *app, struct store *s, const struct job_kind *const *kinds, size_t n, unsigned threads,
        struct job_runner **ret, struct fault *f)
{
	struct job_runner *r = calloc(1, sizeof *r);
	pthread_condattr_t attr;
	int err;

	if (!r)
		return fail(f, ENOMEM, NULL, "memory", "no memory for the job runner");
	r->app = app;
	r->store = s;
	pthread_mutex_init(&r->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&r->wake, &attr);
	pthread_condattr_destroy(&attr);
	sort_kinds(r, kinds, n);
	r->workers = NEW_N(&r->a, struct worker, threads + 1 + JOB_OUTSIDE);
	for (unsigned i = 0; i < threads && r->common.n; i++)
		r->workers[r->n++] = (struct worker){.r = r, .set = &r->common};
	for (unsigned i = 0; i < JOB_OUTSIDE && r->outside.n; i++)
		r->workers[r->n++] = (struct worker){.r = r, .set = &r->outside};
	if (r->slow.n)
		r->workers[r->n++] = (struct worker){.r = r, .set = &r->slow, .nice = true};
	err = prepare(r, f);
	if (!err)
		err = start_threads(r, f);
	if (err)
		job_stop(r);
	else
		*ret = r;
	return err;
}

void job_wake(struct job_runner *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	r->woken++;
	pthread_cond_broadcast(&r->wake);
	pthread_mutex_unlock(&r->lock);
}

void job_stop(struct job_runner *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	r->stopping = true;
	pthread_cond_broadcast(&r->wake);
	pthread_mutex_unlock(&r->lock);
	for (size_t i = 0; i < r->n; i++)
		if (r->workers[i].thread)
			pthread_join(r->workers[i].thread, NULL);
	if (r->keeper)
		pthread_join(r->keeper, NULL);
	pthread_cond_destroy(&r->wake);
	pthread_mutex_destroy(&r->lock);
	arena_free(&r->a);
	free(r);
}
