/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crew.c - what is to be done is a mask of parts, from which whoever has time takes one: each thread its own first, then any other that nobody
 * has begun. A thread that the machine lets sleep so costs nothing but its help. */
#include "engine/tel/crew.h"

#include "base/log.h"
#include "engine/tel/packet.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>

static struct {
	int size; /* 0: not begun */
	size_t plenty;
	size_t legs[TEL_CREW_PARTS];
	void (*h)(int part);
	atomic_uint open; /* parts nobody has begun */
	atomic_bool stop;
	sem_t done; /* once for each part a hand has done */
	struct hand {
		pthread_t thread;
		sem_t go;
		atomic_bool called; /* and not yet come */
	} hands[TEL_CREW_MAX];      /* the first is nobody: the loop */
} crew;

static void await(sem_t *sem)
{
	while (sem_wait(sem) && errno == EINTR) {
	}
}

static bool claim(int part)
{
	unsigned bit = 1u << part;

	return atomic_load_explicit(&crew.open, memory_order_relaxed) & bit && atomic_fetch_and(&crew.open, ~bit) & bit;
}

/* The parts done here, one's own the first. */
static int do_some(int own)
{
	int n = 0;

	for (int i = 0; i < crew.size; i++) {
		int part = (own + i) % crew.size;
		if (!claim(part))
			continue;
		crew.h(part);
		n++;
	}
	return n;
}

static void *hand_main(void *arg)
{
	struct hand *hand = arg;

	for (await(&hand->go); !crew.stop; await(&hand->go)) {
		hand->called = false;
		for (int n = do_some((int)(hand - crew.hands)); n; n--)
			sem_post(&crew.done);
	}
	tel_packet_done();
	return NULL;
}

static int cores(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);
}

/* Signals are the loop's. */
static int start(struct hand *hand)
{
	sigset_t all, was;
	int err;

	sem_init(&hand->go, 0, 0);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	err = pthread_create(&hand->thread, NULL, hand_main, hand);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return err;
}

int tel_crew_init(int threads, size_t plenty, struct fault *f)
{
	int n = threads > 0 ? threads : cores(), err = 0, i = 1;

	crew.plenty = plenty;
	crew.stop = false;
	crew.size = n < TEL_CREW_MAX ? n : TEL_CREW_MAX;
	sem_init(&crew.done, 0, 0);
	for (; !err && i < crew.size; i++)
		err = start(&crew.hands[i]);
	if (err) {
		crew.size = i - 1;
		tel_crew_done();
		return fail(f, err, "loops", "loops", "the threads of sound do not start: %s", strerror(err));
	}
	if (crew.size > 1)
		log_info("crew", "%d threads carry sound", crew.size);
	return 0;
}

void tel_crew_done(void)
{
	crew.stop = true;
	for (int i = 1; i < crew.size; i++) {
		sem_post(&crew.hands[i].go);
		pthread_join(crew.hands[i].thread, NULL);
	}
	crew.size = 0;
}

int tel_crew_size(void)
{
	return crew.size ? crew.size : 1;
}

int tel_crew_join(bool on_loop)
{
	int least = on_loop ? TEL_CREW_LOOP : 0;

	for (int i = 1; !on_loop && i < crew.size && crew.legs[least] >= crew.plenty; i++)
		if (crew.legs[i] < crew.legs[least])
			least = i;
	crew.legs[least]++;
	return least;
}

void tel_crew_leave(int part)
{
	crew.legs[part]--;
}

void tel_crew_run(void (*h)(int part))
{
	unsigned open = 1;
	int n = 1;

	h(TEL_CREW_LOOP);
	if (crew.size < 2) {
		h(0);
		return;
	}
	for (int i = 1; i < crew.size; i++)
		if (crew.legs[i]) {
			open |= 1u << i;
			n++;
		}
	crew.h = h;
	atomic_store(&crew.open, open);
	for (int i = 1; i < crew.size; i++)
		if (open & 1u << i && !atomic_exchange(&crew.hands[i].called, true))
			sem_post(&crew.hands[i].go);
	for (n -= do_some(0); n; n--)
		await(&crew.done);
}
