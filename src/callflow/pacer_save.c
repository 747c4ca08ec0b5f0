/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacer_save.c - what outlives a restart, as bytes: a mark with the version, the account and the learned doubles as 8 bytes each,
 * lowest first, and a sum over them. A change of struct pacer_learned is a new version; old bytes are then a cold start. */
#include "callflow/pacer_priv.h"

#include <math.h>

static const uint8_t mark[8] = {'Z', 'P', 'A', 'C', 'E', '0', '0', '1'};

enum {
	LEARNED = sizeof(struct pacer_learned) / sizeof(double),
	ACCOUNT = 4,
	LENGTH = 8 + 8 * (ACCOUNT + LEARNED + 1),
};
_Static_assert((int)LENGTH <= (int)PACER_SAVED, "PACER_SAVED holds what is saved");
_Static_assert(sizeof(struct pacer_learned) == LEARNED * sizeof(double), "nothing but doubles");

static void put(uint8_t *at, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		at[i] = (uint8_t)(v >> 8 * i);
}

static uint64_t get(const uint8_t *at)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v |= (uint64_t)at[i] << 8 * i;
	return v;
}

/* FNV-1a: against a torn write, not against malice; that is what the bounds are for. */
static uint64_t sum_of(const uint8_t *bytes, size_t n)
{
	uint64_t h = 0xCBF29CE484222325u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ bytes[i]) * 0x100000001B3u;
	return h;
}

size_t pacer_save(const struct pacer *p, uint8_t bytes[PACER_SAVED])
{
	int64_t account[ACCOUNT] = {p->window.begins_at, p->window.ends_at, p->window.answered, p->window.abandoned};
	const double *learned = (const double *)&p->learned;
	uint8_t *at = bytes + 8;

	memcpy(bytes, mark, 8);
	for (int i = 0; i < ACCOUNT; i++, at += 8)
		put(at, (uint64_t)account[i]);
	for (int i = 0; i < LEARNED; i++, at += 8) {
		uint64_t bits;
		memcpy(&bits, &learned[i], 8);
		put(at, bits);
	}
	put(at, sum_of(bytes, LENGTH - 8));
	return LENGTH;
}

static bool bounded(const double *v, int n, double least, double most)
{
	for (int i = 0; i < n; i++)
		if (!(v[i] >= least && v[i] <= most)) /* a NaN is refused too */
			return false;
	return true;
}

static double total(const double *v, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += v[i];
	return sum;
}

static bool sane(const struct pacer_learned *l, const struct pacer_window *w)
{
	return bounded((const double *)l, LEARNED, 0, 1e12) && bounded(&l->theta, 1, 0.002, 0.8) &&
	       total(l->human, COUNT(l->human)) > 0.01 && total(l->other, COUNT(l->other)) > 0.01 &&
	       l->answers <= l->exposure * 2 + 100 && w->begins_at >= 0 && w->ends_at >= w->begins_at &&
	       w->ends_at < INT64_MAX / 2 && w->answered >= 0 && w->answered < INT64_C(1000000000000) && w->abandoned >= 0 &&
	       w->abandoned <= w->answered;
}

static int read_bytes(
        const uint8_t *bytes, size_t n, struct pacer_learned *ret, struct pacer_window *ret_window, struct fault *f)
{
	struct pacer_learned l;
	struct pacer_window w;

	if (n != LENGTH || memcmp(bytes, mark, 8) != 0 || get(bytes + LENGTH - 8) != sum_of(bytes, LENGTH - 8))
		return fail(f, EINVAL, NULL, "pacer_saved", "the saved state of the pacer is of another version or damaged");
	w = (struct pacer_window){.begins_at = (int64_t)get(bytes + 8),
	        .ends_at = (int64_t)get(bytes + 16),
	        .answered = (int64_t)get(bytes + 24),
	        .abandoned = (int64_t)get(bytes + 32)};
	for (int i = 0; i < LEARNED; i++) {
		uint64_t bits = get(bytes + 8 + 8 * (ACCOUNT + i));
		memcpy((double *)&l + i, &bits, 8);
	}
	if (!sane(&l, &w))
		return fail(f, EINVAL, NULL, "pacer_saved", "a number in the saved state of the pacer is out of its bounds");
	*ret = l;
	*ret_window = w;
	return 0;
}

int pacer_load(struct pacer *p, const uint8_t *bytes, size_t n, struct fault *f)
{
	struct pacer_learned l;
	struct pacer_window w;
	int err = read_bytes(bytes, n, &l, &w, f);

	if (err)
		return err;
	p->window = w;
	p->learned = l;
	p->warm = l.answers_ever >= 100;
	p->tables_at = -1;
	learn_tables(p);
	credit_reset(p);
	return 0;
}
