/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics_priv.h - between the files of the folder. */
#ifndef DOMAIN_STATISTICS_STATISTICS_PRIV_H
#define DOMAIN_STATISTICS_STATISTICS_PRIV_H

#include "base/clock.h"
#include "domain/statistics/statistics.h"

/* statistics_db.c: can this sum be told for a row of the answer, or for its total? Hours at a seat belong to no script, a plan to no operator. */
bool stat_tells(const struct statistics *s, enum stat_sum sum, bool is_total);

/* statistics.c: what a request asks for, and the answer's figures and values as JSON. */
int stat_ask_of(struct request *q, struct stat_ask *ret) MUST_USE;
bool stat_english(const struct request *q);
const char *stat_unit(enum figure_unit unit);
void stat_put_figures(struct json_out *w, const struct statistics *s, bool english);
void stat_put_values(struct json_out *w, const char *key, const struct statistics *s, const struct stat_row *row);
int stat_may_export(struct request *q, const struct statistics *s) MUST_USE;
int stat_send_pdf(struct request *q, str bytes, const char *name) MUST_USE;

/* person.c: GET /statistics/operators/{id} and …/day. */
int person_card(struct request *q);
int person_day(struct request *q);
/* talks.c: GET /statistics/talks. */
int talks_answer(struct request *q);
/* person_db.c: a person's name as this asker may read it. ENOENT: nobody he may see. */
int stat_person(struct db *db, struct arena *a, const struct statistics *s, int64_t user_id, bool english, str *ret,
        struct fault *f) MUST_USE;

/* An answer while it is gathered: rows by key. */
struct gathering {
	struct db *db;
	struct arena *a;
	struct statistics *s;
	struct stat_row **slots; /* a hash of 2 × STAT_ROWS, rounded up */
	bool full;
};
/* The row of that key, made when it is new; NULL when there are too many, which is told at the end. */
struct stat_row *stat_row_of(struct gathering *g, int64_t key);
/* Add to the row of a key and to the total. Of an hour when the rows are days or hours. */
void stat_add(struct gathering *g, int64_t key, enum stat_sum sum, int64_t v);
/* " IN (…)" of the projects in reach, after a column's name. */
void stat_projects(struct query *q, const struct statistics *s, bool with_none);

/* plan.c: the plan of each project over its working days. */
int stat_plan(struct gathering *g, struct fault *f) MUST_USE;
/* names.c */
int stat_names(struct gathering *g, bool english, struct fault *f) MUST_USE;

#endif
