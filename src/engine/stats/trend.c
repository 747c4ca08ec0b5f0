/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/stats/trend.h"

#include "engine/stats/interval.h"

#include <math.h>

enum { STEPS = 50 };
#define Z95 1.959963984540054

static bool tells(const struct share_of *p)
{
	return p->n > 0;
}

/* P(|T| > t) of Student's t. */
static double student(double t, double degrees)
{
	return beta_cdf(degrees / 2, 0.5, degrees / (degrees + t * t));
}

static double armitage(const struct share_of *points, size_t n, int64_t all, int64_t hits, double *slope)
{
	double mean = 0, square = 0, score = 0, share = (double)hits / (double)all, variance;

	for (size_t i = 0; i < n; i++) {
		double x = (double)i;
		mean += (double)points[i].n * x;
		square += (double)points[i].n * x * x;
		score += x * ((double)points[i].hits - (double)points[i].n * share);
	}
	square -= mean * mean / (double)all;
	variance = share * (1 - share) * square;
	if (variance <= 0)
		return 1;
	*slope = score / variance; /* of the logit, to first order */
	return 2 * normal_cdf(-fabs(score) / sqrt(variance));
}

struct fit {
	double a, b;       /* logit = a + b x */
	double aa, ab, bb; /* information */
	double spread;
};

/* One step of Newton's; how far it went. */
static double step(struct fit *f, const struct share_of *points, size_t n)
{
	double ua = 0, ub = 0, det, da, db;

	f->aa = f->ab = f->bb = 0;
	for (size_t i = 0; i < n; i++) {
		double x = (double)i, p = 1 / (1 + exp(-f->a - f->b * x)), w = (double)points[i].n * p * (1 - p);
		double rest = (double)points[i].hits - (double)points[i].n * p;
		ua += rest;
		ub += rest * x;
		f->aa += w;
		f->ab += w * x;
		f->bb += w * x * x;
	}
	det = f->aa * f->bb - f->ab * f->ab;
	if (!(det > 0))
		return 0;
	da = (f->bb * ua - f->ab * ub) / det;
	db = (f->aa * ub - f->ab * ua) / det;
	f->a += da;
	f->b += db;
	return fabs(da) + fabs(db);
}

static double spread_of(const struct fit *f, const struct share_of *points, size_t n, size_t told)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		double p = 1 / (1 + exp(-f->a - f->b * (double)i)), expected = (double)points[i].n * p;
		if (tells(&points[i]))
			sum += pow((double)points[i].hits - expected, 2) / (expected * (1 - p));
	}
	sum /= (double)(told - 2);
	return sum > 1 ? sum : 1;
}

void trend_of(const struct share_of *points, size_t n, struct trend *ret)
{
	int64_t all = 0, hits = 0;
	struct fit f = {0};
	size_t told = 0;
	double error;

	*ret = (struct trend){.p = 1, .spread = 1};
	n = n < TREND_POINTS ? n : TREND_POINTS;
	for (size_t i = 0; i < n; i++) {
		all += points[i].n;
		hits += points[i].hits;
		told += tells(&points[i]);
	}
	if (told < 2 || !hits || hits == all)
		return;
	if (told < TREND_FITTED) {
		ret->p = armitage(points, n, all, hits, &ret->slope);
		return;
	}
	f.a = log((double)hits / (double)(all - hits));
	for (int i = 0; i < STEPS && step(&f, points, n) > 1e-10; i++) {
	}
	error = f.aa * f.bb - f.ab * f.ab;
	error = error > 0 ? sqrt(f.aa / error) : 0;
	if (!(error > 0) || !isfinite(f.b)) /* all hits on one side: the likelihood has no top */
		return;
	ret->slope = f.b;
	ret->spread = spread_of(&f, points, n, told);
	ret->p = student(f.b / (error * sqrt(ret->spread)), (double)(told - 2));
}

/* What is still to come --------------------------------------------------------------------------------------------------- */

/* Weights of 0 … left hits, 1 at the likeliest; those far from it are left out. */
struct cloud {
	double a, b, m;   /* of the beta; trials to come */
	int64_t from, to; /* those that count */
	double first, sum;
};

/* weight(k + 1) / weight(k) */
static double ratio(const struct cloud *c, int64_t at)
{
	double k = (double)at;

	return (c->m - k) / (k + 1) * (k + c->a) / (c->m - k - 1 + c->b);
}

static struct cloud cloud_of(const struct share_of *seen, int64_t left)
{
	struct cloud c = {.a = 1 + (double)seen->hits, .b = 1 + (double)(seen->n - seen->hits), .m = (double)left, .sum = 1};
	double mode = c.m * (c.a - 1) / (c.a + c.b - 2), w;
	int64_t top = seen->n ? (int64_t)mode : 0;

	c.first = 1;
	for (c.from = top, w = 1; c.from > 0 && w > 1e-12; c.from--) {
		w /= ratio(&c, c.from - 1);
		c.sum += w;
		c.first = w;
	}
	for (c.to = top, w = 1; c.to < left && w > 1e-12; c.to++) {
		w *= ratio(&c, c.to);
		c.sum += w;
	}
	return c;
}

static int64_t quantile(const struct cloud *c, double share)
{
	double w = c->first, sum = w;
	int64_t k = c->from;

	for (; k < c->to && sum < share * c->sum; k++) {
		w *= ratio(c, k);
		sum += w;
	}
	return k;
}

void expect_hits(const struct share_of *seen, int64_t left, double level, struct expected *ret)
{
	struct cloud c = cloud_of(seen, left > 0 ? left : 0);

	*ret = (struct expected){quantile(&c, (1 - level) / 2), quantile(&c, 0.5), quantile(&c, (1 + level) / 2)};
}

double expect_more(const struct share_of *seen, int64_t left, int64_t more)
{
	struct cloud c = cloud_of(seen, left > 0 ? left : 0);
	double w = c.first, sum = c.from > more ? w : 0;

	for (int64_t k = c.from; k < c.to; k++) {
		w *= ratio(&c, k);
		sum += k + 1 > more ? w : 0;
	}
	return sum / c.sum;
}

/* Two shares -------------------------------------------------------------------------------------------------------------- */

static void wilson(const struct share_of *s, double *low, double *high)
{
	double n = (double)s->n, p = (double)s->hits / n, z = Z95, z2 = z * z;
	double middle = (p + z2 / (2 * n)) / (1 + z2 / n),
	       half = z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n));

	*low = middle - half;
	*high = middle + half;
}

void share_differ(const struct share_of *a, const struct share_of *b, struct share_difference *ret)
{
	double pa, pb, la, ha, lb, hb;

	*ret = (struct share_difference){-1, 0, 1};
	if (!a->n || !b->n)
		return;
	pa = (double)a->hits / (double)a->n;
	pb = (double)b->hits / (double)b->n;
	wilson(a, &la, &ha);
	wilson(b, &lb, &hb);
	ret->difference = pb - pa;
	ret->low = pb - pa - sqrt(pow(pb - lb, 2) + pow(ha - pa, 2));
	ret->high = pb - pa + sqrt(pow(hb - pb, 2) + pow(pa - la, 2));
}
