/* SPDX-License-Identifier: GPL-3.0-or-later */
/* worker.c - the threads that may block, and the queues before them. */
#include "engine/http/http_priv.h"

#include "base/clock.h"
#include "base/log.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { HEAVY_NICE = 15, SLICE_NS = 100 * 1000 * 1000 };
static _Thread_local void *worker_data;

void *http_worker_data(void)
{
	return worker_data;
}

bool worker_admits(struct http_server *s, struct exchange *x)
{
	bool room, turn;

	pthread_mutex_lock(&s->queue_lock);
	room = atomic_load(&s->queued) < (int64_t)s->n_common * QUEUE_PER_WORKER;
	turn = room && turn_wait(x);
	pthread_mutex_unlock(&s->queue_lock);
	if (!room)
		exchange_refuse(x, 503, "busy", "too many requests wait");
	else if (!turn)
		exchange_refuse(x, 429, "too_often", "too many of your requests wait: try again in a while");
	return turn;
}

static void put(struct queue *to, struct exchange *x)
{
	x->next = NULL;
	*to->last = x;
	to->last = &x->next;
}

static struct exchange *take(struct queue *from, struct exchange **at)
{
	struct exchange *x = *at;

	*at = x->next;
	if (!*at)
		from->last = at;
	return x;
}

void worker_queue(struct http_server *s, struct exchange *x)
{
	struct queue *to;

	pthread_mutex_lock(&s->queue_lock);
	to = &s->queues[turn_crowd(x)];
	put(to, x);
	atomic_fetch_add(&s->queued, 1);
	pthread_mutex_unlock(&s->queue_lock);
	pthread_cond_signal(&to->filled); /* with the lock free, so that the woken one need not wait for it */
}

/* Take the first whose turn it is out of the crowd's queue; NULL: there is none. Once with the heavy ones, a request stays with them: what is
 * forgiven its asker meanwhile is for his next. */
static struct exchange *take_next(struct http_server *s, enum crowd crowd)
{
	struct queue *q = &s->queues[crowd];
	struct exchange **at = &q->first, *x;

	while (*at) {
		enum crowd its = crowd == CROWD_ALL ? turn_crowd(*at) : crowd;

		if (its != crowd) {
			put(&s->queues[its], take(q, at));
			pthread_cond_signal(&s->queues[its].filled);
		} else if (turn_has(*at)) {
			x = take(q, at);
			atomic_fetch_sub(&s->queued, 1);
			turn_begin(x);
			return x;
		} else {
			at = &(*at)->next;
		}
	}
	return NULL;
}

static void wake_all(struct http_server *s)
{
	for (size_t i = 0; i < CROWDS; i++)
		pthread_cond_broadcast(&s->queues[i].filled);
}

/* NULL when the server stops and nothing waits. */
static struct exchange *next_exchange(struct http_server *s, enum crowd crowd)
{
	struct exchange *x;

	pthread_mutex_lock(&s->queue_lock);
	while (!(x = take_next(s, crowd)) && !(s->workers_stop && !atomic_load(&s->queued)))
		pthread_cond_wait(&s->queues[crowd].filled, &s->queue_lock);
	if (s->workers_stop && !atomic_load(&s->queued))
		wake_all(s);
	pthread_mutex_unlock(&s->queue_lock);
	return x;
}

/* Another of the same asker may have its turn now. */
static void end_turn(struct http_server *s, struct exchange *x)
{
	bool wait[CROWDS];

	pthread_mutex_lock(&s->queue_lock);
	turn_end(x);
	for (size_t i = 0; i < CROWDS; i++)
		wait[i] = s->queues[i].first;
	pthread_mutex_unlock(&s->queue_lock);
	for (size_t i = 0; i < CROWDS; i++)
		if (wait[i])
			pthread_cond_signal(&s->queues[i].filled);
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

/* sched_setattr(2): the kernel's struct sched_attr, whose header does not go with the C library's. */
struct sched_settings {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/* What takes long gives way to what does not: Linux keeps priorities per thread. A thread that wakes waits until the one that runs has had its slice
 * of some 3 ms, unless its own is the shorter one (Linux 6.12; older ones pay no heed): so ours are the longest there are. */
static bool give_way(void)
{
	struct sched_settings a = {.size = sizeof(a), .policy = SCHED_BATCH, .nice = HEAVY_NICE, .runtime = SLICE_NS};

	return syscall(SYS_sched_setattr, 0, &a, 0) == 0;
}

static void *worker_run(void *arg)
{
	struct worker *w = arg;
	struct http_server *s = w->s;
	struct exchange *x;

	if (w->crowd != CROWD_ALL && !give_way())
		log_warn("http", "the priority of heavy requests cannot be lowered");
	if (s->set.worker_start)
		worker_data = s->set.worker_start(s->set.arg);
	while ((x = next_exchange(s, w->crowd))) {
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

static unsigned common(const struct http_settings *set)
{
	return set->workers ? set->workers : 32;
}

unsigned http_workers(const struct http_settings *set)
{
	unsigned cores = set->cores ? set->cores : (unsigned)sysconf(_SC_NPROCESSORS_ONLN);

	return common(set) + 2 * (cores > 3 ? cores / 2 : 1);
}

void queues_init(struct http_server *s)
{
	for (size_t i = 0; i < CROWDS; i++) {
		s->queues[i].last = &s->queues[i].first;
		pthread_cond_init(&s->queues[i].filled, NULL);
	}
}

void queues_free(struct http_server *s)
{
	for (size_t i = 0; i < CROWDS; i++)
		pthread_cond_destroy(&s->queues[i].filled);
}

int workers_start(struct http_server *s, struct fault *f)
{
	unsigned n = http_workers(&s->set);
	int err = 0;

	s->n_common = common(&s->set);
	s->workers = calloc(n, sizeof(*s->workers));
	if (!s->workers)
		abort();
	while (!err && s->n_workers < n) {
		struct worker *w = &s->workers[s->n_workers];
		unsigned heavy = s->n_workers - s->n_common;

		*w = (struct worker){.s = s,
		        .crowd = s->n_workers < s->n_common ? CROWD_ALL
		                 : heavy % 2                ? CROWD_OUTSIDE
		                                            : CROWD_HOUSE};
		err = pthread_create(&w->thread, NULL, worker_run, w);
		s->n_workers += !err;
	}
	return err ? fail(f, err, NULL, "threads", "no more threads: %s", strerror(err)) : 0;
}

void workers_stop(struct http_server *s)
{
	pthread_mutex_lock(&s->queue_lock);
	s->workers_stop = true;
	wake_all(s);
	pthread_mutex_unlock(&s->queue_lock);
	for (unsigned i = 0; i < s->n_workers; i++)
		pthread_join(s->workers[i].thread, NULL);
	free(s->workers);
	s->workers = NULL;
	s->n_workers = 0;
}
