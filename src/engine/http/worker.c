/* SPDX-License-Identifier: GPL-3.0-or-later */
/* worker.c - the threads that may block, and the queue before them. */
#include "engine/http/http_priv.h"

#include "base/clock.h"
#include "base/log.h"

static _Thread_local void *worker_data;

void *http_worker_data(void)
{
	return worker_data;
}

bool worker_admits(struct http_server *s, struct exchange *x)
{
	bool room, turn;

	pthread_mutex_lock(&s->queue_lock);
	room = atomic_load(&s->queued) < (int64_t)s->n_workers * QUEUE_PER_WORKER;
	turn = room && turn_wait(x);
	pthread_mutex_unlock(&s->queue_lock);
	if (!room)
		exchange_refuse(x, 503, "busy", "too many requests wait");
	else if (!turn)
		exchange_refuse(x, 429, "too_often", "too many of your requests wait: try again in a while");
	return turn;
}

void worker_queue(struct http_server *s, struct exchange *x)
{
	x->next = NULL;
	pthread_mutex_lock(&s->queue_lock);
	*s->last = x;
	s->last = &x->next;
	atomic_fetch_add(&s->queued, 1);
	pthread_mutex_unlock(&s->queue_lock);
	pthread_cond_signal(&s->queue_filled); /* with the lock free, so that the woken one need not wait for it */
}

/* Take the first whose turn it is out of the queue; NULL: there is none. */
static struct exchange *take_next(struct http_server *s)
{
	struct exchange **at = &s->first, *x;

	while (*at && !turn_has(*at))
		at = &(*at)->next;
	x = *at;
	if (!x)
		return NULL;
	*at = x->next;
	if (!*at)
		s->last = at;
	atomic_fetch_sub(&s->queued, 1);
	turn_begin(x);
	return x;
}

/* NULL when the server stops and nothing waits. */
static struct exchange *next_exchange(struct http_server *s)
{
	struct exchange *x;

	pthread_mutex_lock(&s->queue_lock);
	while (!(x = take_next(s)) && !(s->workers_stop && !s->first))
		pthread_cond_wait(&s->queue_filled, &s->queue_lock);
	pthread_mutex_unlock(&s->queue_lock);
	return x;
}

/* Others of the same asker may have their turn now. */
static void end_turn(struct http_server *s, struct exchange *x)
{
	bool wait;

	pthread_mutex_lock(&s->queue_lock);
	turn_end(x);
	wait = s->first;
	pthread_mutex_unlock(&s->queue_lock);
	if (wait)
		pthread_cond_signal(&s->queue_filled);
}

static void count_latency(struct http_server *s, int64_t us)
{
	static const int64_t le_ms[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000};
	size_t i = 0;

	while (i < COUNT(le_ms) && us > le_ms[i] * 1000)
		i++;
	atomic_fetch_add(&s->latency[i], 1);
	atomic_fetch_add(&s->latency_sum, us);
}

static void serve(struct http_server *s, struct exchange *x)
{
	log_request_set(x->q.id);
	if (x->sink)
		upload_finish(x);
	if (x->refused) {
		answer_refusal(x);
	} else {
		s->set.serve(&x->q, s->set.arg);
		answer_make(x);
	}
	count_latency(s, clock_mono_us() - x->queued_us);
	log_request_set(NULL);
}

/* Give the connection back to its epoll thread; x may be gone at once. */
static void give_back(struct exchange *x)
{
	struct MHD_Connection *mhd = x->mhd;

	atomic_store(&x->away, false);
	MHD_resume_connection(mhd);
}

static void *worker_run(void *arg)
{
	struct worker *w = arg;
	struct http_server *s = w->s;
	struct exchange *x;

	if (s->set.worker_start)
		worker_data = s->set.worker_start(s->set.arg);
	while ((x = next_exchange(s))) {
		atomic_fetch_add(&s->busy, 1);
		if (x->write)
			upload_flush(x);
		else
			serve(s, x);
		end_turn(s, x);
		give_back(x);
		atomic_fetch_sub(&s->busy, 1);
	}
	gzip_thread_done();
	if (s->set.worker_stop)
		s->set.worker_stop(worker_data, s->set.arg);
	return NULL;
}

int workers_start(struct http_server *s, struct fault *f)
{
	unsigned n = s->set.workers ? s->set.workers : 32;
	int err = 0;

	s->workers = calloc(n, sizeof(*s->workers));
	if (!s->workers)
		abort();
	while (!err && s->n_workers < n) {
		s->workers[s->n_workers].s = s;
		err = pthread_create(&s->workers[s->n_workers].thread, NULL, worker_run, &s->workers[s->n_workers]);
		s->n_workers += !err;
	}
	return err ? fail(f, err, NULL, "threads", "no more threads: %s", strerror(err)) : 0;
}

void workers_stop(struct http_server *s)
{
	pthread_mutex_lock(&s->queue_lock);
	s->workers_stop = true;
	pthread_cond_broadcast(&s->queue_filled);
	pthread_mutex_unlock(&s->queue_lock);
	for (unsigned i = 0; i < s->n_workers; i++)
		pthread_join(s->workers[i].thread, NULL);
	free(s->workers);
	s->workers = NULL;
	s->n_workers = 0;
}
