/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figures.c - what a project's day brought: its sums as the statistics show them, what is usual there, and its leads one by one. */
#include "domain/letter/letter_priv.h"
#include "domain/statistics/statistics.h"

#include <stdlib.h>

/* Days that tell what is usual: the last USUAL_MOST with enough calls, at least USUAL_LEAST of them. */
enum { LOOK_BACK = 45, USUAL_LEAST = 5, USUAL_MOST = 20, ENOUGH_CALLS = 20, ENOUGH_TALKS = 10 };

static int by_size(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

/* Between the tenths at either end. */
static struct usual usual_of(int64_t *values, size_t n)
{
	if (n < USUAL_LEAST)
		return (struct usual){0};
	qsort(values, n, sizeof(*values), by_size);
	return (struct usual){true, values[n / 10], values[n - 1 - n / 10]};
}

static void look_back(const struct statistics *s, int64_t day, struct figures *ret)
{
	int64_t shares[USUAL_MOST], talks[USUAL_MOST];
	size_t n_shares = 0, n_talks = 0;

	for (size_t i = s->n; i-- > 0;) {
		const int64_t *v = s->rows[i].sums;
		if (s->rows[i].key >= day)
			continue;
		if (v[STAT_CALLS] >= ENOUGH_CALLS && n_shares < USUAL_MOST)
			shares[n_shares++] = v[STAT_DIALOGUES] * 1000 / v[STAT_CALLS];
		if (v[STAT_ANSWERED] >= ENOUGH_TALKS && n_talks < USUAL_MOST)
			talks[n_talks++] = v[STAT_TALK_MS] / v[STAT_ANSWERED];
	}
	ret->share = usual_of(shares, n_shares);
	ret->talk = usual_of(talks, n_talks);
}

int figures_of_day(struct db *db, struct arena *a, const struct evening *e, struct figures *ret, struct fault *f)
{
	int64_t day = date_days(e->day);
	const struct stat_ask ask = {.now = clock_ms(),
	        .zone = e->zone,
	        .from = day - LOOK_BACK,
	        .to = day,
	        .by = STAT_BY_DAY,
	        .project_id = e->project_id};
	struct statistics s;
	int err = statistics_load(db, a, &ask, false, &s, f);

	*ret = (struct figures){0};
	for (size_t i = 0; !err && i < s.n; i++) {
		const int64_t *v = s.rows[i].sums;
		if (s.rows[i].key == day)
			*ret = (struct figures){v[STAT_CALLS], v[STAT_ANSWERED], v[STAT_DIALOGUES], v[STAT_LEADS],
			        v[STAT_MEETINGS], v[STAT_PRESENTATIONS], v[STAT_SALES], v[STAT_TALK_MS], {0}, {0}};
	}
	if (!err)
		look_back(&s, day, ret);
	return err;
}

static struct lead lead_of(const struct rows *r)
{
	return (struct lead){
	        .contact_id = rows_int(r, 0),
	        .company = rows_str(r, 1),
	        .city = rows_str(r, 2),
	        .person = rows_str(r, 3),
	        .position = rows_str(r, 4),
	        .number = rows_str(r, 5),
	        .result = rows_str(r, 6),
	        .comment = rows_str(r, 7),
	        .recorded = rows_int(r, 8) != 0,
	};
}

int leads_of_day(struct db *db, struct arena *a, const struct evening *e, struct leads *ret, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT c.contact_id, ct.company, ct.city, pe.name, pe.position, c.number, re.name, c.comment, rec.id FROM "
	        "call c "
	        "LEFT JOIN contact ct ON ct.id = c.contact_id LEFT JOIN person pe ON pe.id = c.person_id "
	        "LEFT JOIN result re ON re.id = c.result_id "
	        "LEFT JOIN recording rec ON rec.call_id = c.id AND rec.state IN ('raw', 'kept') "
	        "WHERE c.project_id = ?1 AND c.asked_at >= ?2 AND c.asked_at < ?3 AND c.counts_as IN ('lead', 'meeting', "
	        "'sale') "
	        "ORDER BY c.asked_at, c.id LIMIT 201",
	        VALS(V(e->project_id), V(e->from), V(e->until)), &r, f);

	ret->n = 0;
	ret->more = false;
	while (!err && !(err = rows_next(&r, f))) {
		if (ret->n < LEADS_MAX)
			ret->of[ret->n++] = lead_of(&r);
		else
			ret->more = true;
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

str figures_json(struct arena *a, const struct evening *e, const struct figures *g)
{
	const struct {
		const char *key;
		int64_t v;
	} rows[] = {{"calls", g->calls}, {"answered", g->answered}, {"dialogues", g->dialogues}, {"leads", g->leads},
	        {"meetings", g->meetings}, {"presentations", g->presentations}, {"sales", g->sales}, {"talk_ms", g->talk_ms},
	        {"plan", e->plan}};
	struct text t = {.a = a};
	struct json_out w = {.t = &t};

	json_open(&w, '{');
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_key(&w, rows[i].key);
		json_add_int(&w, rows[i].v);
	}
	json_close(&w, '}');
	return text_str(&t);
}
