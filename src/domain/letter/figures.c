/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figures.c - what a project's day brought: sums from the roll-ups, and its leads one by one. */
#include "domain/letter/letter_priv.h"

int figures_of_day(struct db *db, struct arena *a, const struct evening *e, struct figures *ret, struct fault *f)
{
	struct val v[8];
	int err = db_one(db, a,
	        "SELECT COALESCE(SUM(calls), 0), COALESCE(SUM(answered), 0), COALESCE(SUM(dialogues), 0), "
	        "COALESCE(SUM(leads), 0), "
	        "COALESCE(SUM(meetings), 0), COALESCE(SUM(presentations), 0), COALESCE(SUM(sales), 0), "
	        "COALESCE(SUM(talk_ms), 0) "
	        "FROM project_hour WHERE project_id = ?1 AND hour >= ?2 AND hour < ?3",
	        VALS(V(e->project_id), V(e->from), V(e->until)), v, COUNT(v), f);

	if (!err)
		*ret = (struct figures){val_int(v[0]), val_int(v[1]), val_int(v[2]), val_int(v[3]), val_int(v[4]),
		        val_int(v[5]), val_int(v[6]), val_int(v[7])};
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
