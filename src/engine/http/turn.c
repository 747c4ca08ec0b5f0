/* SPDX-License-Identifier: GPL-3.0-or-later */
/* turn.c - whose turn it is: who asks much waits for himself, not others for him (trial W11). One asker has ASKER_RUNS workers at
 * most; who has had more than BURST_US of a worker's time lately is served by the few workers that his crowd's heavy ones share. Time
 * counts by the clock and while it passes; it is forgiven at a quarter of a second each second. Writes wait for the disk together
 * and cost no time here. Everything under queue_lock. */
#include "engine/http/http_priv.h"

#include "base/clock.h"
#include "base/rand.h"

enum {
	ASKERS = 1 << 14, /* more share a place, which costs them turns and nothing else */
	ASKER_RUNS = 6,   /* as many as a browser asks at once */
	ASKER_WAITS = 32,
	BURST_US = 1000 * 1000,
	MEMORY_US = 15 * 1000 * 1000, /* of time had no more is remembered */
	FORGIVEN = 4                  /* of so many microseconds passed, one */
};

struct asker {
	uint64_t id;
	bool outside;
	int running, waiting;
	int64_t had_us, at_us;     /* time had, as it was then */
	int64_t began_us, reading; /* sum of the beginnings of those that run and cost, and how many they are */
};

/* A secret and whom it was found to belong to. */
struct known {
	uint64_t secret, id;
	bool outside;
};

struct turns {
	struct known known[ASKERS];
	struct asker askers[ASKERS];
	uint64_t seed;
};

/* FNV-1a with a seed nobody knows: a clash costs turns, and must not be had at will. */
static uint64_t hash_of(uint64_t seed, str z)
{
	uint64_t h = 0xcbf29ce484222325u ^ seed;

	for (size_t i = 0; i < z.n; i++)
		h = (h ^ (uint8_t)z.p[i]) * 0x100000001b3u;
	h ^= h >> 32;
	return h ? h : 1;
}

struct turns *turns_new(void)
{
	struct turns *t = calloc(1, sizeof(*t)); /* touched where it is used */

	if (!t)
		abort();
	rand_bytes(&t->seed, sizeof(t->seed));
	return t;
}

/* The secret of the request as a number, 0: none. */
static uint64_t secret_of(const struct exchange *x)
{
	str z = x->s->set.secret ? x->s->set.secret(&x->q, x->s->set.arg) : (str){0};

	return z.n ? hash_of(x->s->turns->seed, z) : 0;
}

static struct asker *asker_at(struct turns *t, uint64_t id, bool outside)
{
	struct asker *k = &t->askers[hash_of(t->seed, (str){(const char *)&id, sizeof(id)}) % ASKERS];

	if (k->id != id && !k->running && !k->waiting)
		*k = (struct asker){.id = id, .outside = outside};
	return k;
}

bool turn_wait(struct exchange *x)
{
	struct turns *t = x->s->turns;
	uint64_t secret = secret_of(x);
	const struct known *w = &t->known[secret % ASKERS];

	x->asker = secret && w->secret == secret ? asker_at(t, w->id, w->outside) : NULL;
	if (x->asker && x->asker->waiting >= ASKER_WAITS)
		return false;
	if (x->asker)
		x->asker->waiting++;
	return true;
}

static int64_t had(const struct asker *k, int64_t now)
{
	int64_t us = k->had_us - (now - k->at_us) / FORGIVEN;

	return (us > 0 ? us : 0) + k->reading * now - k->began_us;
}

static bool is_heavy(const struct exchange *x, int64_t now)
{
	return x->asker && x->q.method == HTTP_GET && had(x->asker, now) > BURST_US;
}

enum crowd turn_crowd(const struct exchange *x)
{
	return !is_heavy(x, clock_mono_us()) ? CROWD_ALL : x->asker->outside ? CROWD_OUTSIDE : CROWD_HOUSE;
}

bool turn_has(const struct exchange *x)
{
	return !x->asker || x->asker->running < ASKER_RUNS;
}

void turn_begin(struct exchange *x)
{
	struct asker *k = x->asker;

	if (!k)
		return;
	k->waiting--;
	k->running++;
	if (x->q.method != HTTP_GET)
		return;
	x->began_us = clock_mono_us();
	k->began_us += x->began_us;
	k->reading++;
}

void turn_end(struct exchange *x)
{
	struct asker *k = x->asker;
	int64_t now, left;

	if (!k)
		return;
	k->running--;
	if (x->q.method != HTTP_GET)
		return;
	now = clock_mono_us();
	left = k->had_us - (now - k->at_us) / FORGIVEN;
	k->had_us = (left > 0 ? left : 0) + now - x->began_us;
	if (k->had_us > MEMORY_US)
		k->had_us = MEMORY_US;
	k->at_us = now;
	k->began_us -= x->began_us;
	k->reading--;
}

void http_asker(struct http_request *q, uint64_t id, bool outside)
{
	struct exchange *x = q->raw;
	struct turns *t = x->s->turns;
	uint64_t secret;

	if (x->asker && x->asker->id == id)
		return;
	secret = secret_of(x);
	if (!secret)
		return;
	pthread_mutex_lock(&x->s->queue_lock);
	t->known[secret % ASKERS] = (struct known){secret, id, outside};
	pthread_mutex_unlock(&x->s->queue_lock);
}
