/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacer_look.c - the risk of one more dial: D(k) = answers of ringing calls minus operators who become free, both within 2k
 * seconds; who answers at k meets nobody when D(k) has reached the number of idle operators. Few items: the exact distribution by
 * convolution; many: the normal one, with what is not known about p and the hazards in its variance. */
#include "callflow/pacer_priv.h"
#include "engine/stats/interval.h"

#include <math.h>

/* One more who comes (up) or goes (down) by each step with his own probability. */
static void convolve(struct look *l, const double *probability, bool up)
{
	int low = LOOK_ITEMS - l->below, high = LOOK_ITEMS + l->above;

	for (int k = 1; k <= PACER_STEPS; k++) {
		double *d = l->exact + k * LOOK_WIDTH, q = probability[k];
		if (up) {
			for (int i = high + 1; i > low; i--)
				d[i] = d[i] * (1 - q) + d[i - 1] * q;
			d[low] *= 1 - q;
		} else {
			for (int i = low - 1; i < high; i++)
				d[i] = d[i] * (1 - q) + d[i + 1] * q;
			d[high] *= 1 - q;
		}
	}
	if (up)
		l->above++;
	else
		l->below++;
}

static void moments(struct look *l, const double *probability, int n, double *sum, double sign)
{
	for (int k = 1; k <= PACER_STEPS; k++) {
		double q = probability[k];
		l->mean[k] += sign * n * q;
		l->var[k] += n * q * (1 - q);
		sum[k] += n * q;
	}
}

static void item(struct look *l, const double *probability, int n, bool up)
{
	moments(l, probability, n, up ? l->came : l->went, up ? 1 : -1);
	for (int i = 0; i < n && l->exact; i++)
		convolve(l, probability, up);
}

static void exact_init(struct look *l, double *room)
{
	l->exact = room;
	memset(room, 0, sizeof(double) * (PACER_STEPS + 1) * LOOK_WIDTH);
	for (int k = 0; k <= PACER_STEPS; k++)
		room[k * LOOK_WIDTH + LOOK_ITEMS] = 1;
}

void look_init(struct look *l, const struct pacer *p, const struct look_floor *f, double *room)
{
	const struct pacer_tables *t = &p->tables;
	double share = clamp(learned_p(&p->learned), 1e-6, 1), last = t->answer[0][PACER_STEPS];

	*l = (struct look){.idle = f->idle,
	        .cv2_p = (1 - share) / (share * (p->learned.exposure + 1)),
	        .cv2_free = 1 / (p->learned.talks + 3)};
	for (int k = 0; k <= PACER_STEPS; k++)
		l->answer[k] = t->answer[0][k];
	for (int k = 1; k <= PACER_STEPS; k++)
		l->weight[k] = last > 0 ? (l->answer[k] - l->answer[k - 1]) / last : 1.0 / PACER_STEPS;
	if (f->ringing + f->busy <= LOOK_ITEMS)
		exact_init(l, room);
	for (int a = 0; a < PACER_AGES; a++)
		if (f->ringing_at[a])
			item(l, t->answer[a], f->ringing_at[a], true);
	for (int b = 0; b < PACER_BINS; b++) {
		if (f->talk_at[b])
			item(l, t->talk_free[b], f->talk_at[b], false);
		if (f->wrap_at[b])
			item(l, t->wrap_free[b], f->wrap_at[b], false);
	}
}

void look_add(struct look *l)
{
	if (l->above + l->below >= LOOK_ITEMS)
		l->exact = NULL; /* the moments were kept beside it */
	item(l, l->answer, 1, true);
}

static double reached(const struct look *l, int k)
{
	double sum = 0, var;
	int from = LOOK_ITEMS + l->idle, low = LOOK_ITEMS - l->below, high = LOOK_ITEMS + l->above;

	if (l->exact) {
		for (int i = from > low ? from : low; i <= high; i++)
			sum += l->exact[k * LOOK_WIDTH + i];
		return sum;
	}
	var = l->var[k] + l->cv2_p * l->came[k] * l->came[k] + l->cv2_free * l->went[k] * l->went[k];
	return 1 - normal_cdf((l->idle - 0.5 - l->mean[k]) / sqrt(var + 1e-9));
}

/* The largest from k on: a queue without a buffer loses (max_k D_k - idle)+ calls, so a new answer at k costs one, its own or a
 * later one's, when D still reaches the border after k. */
double look_risk(const struct look *l)
{
	double risk = 0, most = 0;

	for (int k = PACER_STEPS; k >= 1; k--) {
		double r = reached(l, k);
		most = r > most ? r : most;
		risk += l->weight[k] * most;
	}
	return risk;
}
