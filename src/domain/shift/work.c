/* SPDX-License-Identifier: GPL-3.0-or-later */
/* work.c - the sums of time at seats: a span is cut at full hours, so that a period of any zone is a sum of rows. */
#include "domain/shift/work.h"

#include "base/clock.h"
#include "kit/tally/recount.h"

/* A span in pieces of one hour each, as a table c. */
#define PIECES \
	" FROM (WITH RECURSIVE piece(user_id, project_id, state, pause, from_at, to_at, hour) AS (SELECT user_id, coalesce(project_id, 0), state, CASE " \
	"WHEN state = 'pause' THEN coalesce(pause_reason_id, -1) ELSE 0 END, from_at, to_at, from_at / 3600000 * 3600000 FROM state_span WHERE " \
	"to_at > from_at UNION ALL SELECT user_id, project_id, state, pause, from_at, to_at, hour + 3600000 FROM piece WHERE hour + 3600000 < " \
	"to_at) " \
	"SELECT * FROM piece) c WHERE 1 = 1"
#define WHOSE \
	{"project_id", "c.project_id"}, {"user_id", "c.user_id"}, {"state", "c.state"}, \
	{ \
		"pause", "c.pause" \
	}

static const struct tally_column hour_key[] = {{"hour", "c.hour"}, WHOSE};
static const struct tally_column day_key[] = {{"day", "c.hour / 86400000 * 86400000"}, WHOSE};
static const struct tally_column project_key[] = {{"hour", "c.hour"}, {"project_id", "c.project_id"}, {"pause", "c.pause"}};
static const struct tally_column sums[] = {
        {"ms", "(CASE WHEN c.to_at < c.hour + 3600000 THEN c.to_at ELSE c.hour + 3600000 END - CASE WHEN c.from_at > c.hour THEN "
               "c.from_at ELSE c.hour END)"},
};
static const struct tally_table tables[] = {
        {.name = "work_hour", .key = hour_key, .n_key = COUNT(hour_key), .sums = sums, .n_sums = COUNT(sums)},
        {.name = "work_day", .key = day_key, .n_key = COUNT(day_key), .sums = sums, .n_sums = COUNT(sums)},
        {.name = "work_project", .key = project_key, .n_key = COUNT(project_key), .sums = sums, .n_sums = COUNT(sums)},
};
static const int64_t units[COUNT(tables)] = {CLOCK_HOUR, CLOCK_DAY, CLOCK_HOUR};

int work_add(struct db *db, const struct work_span *s, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; !err && i < COUNT(tables); i++)
		for (int64_t from = s->from_at, next; !err && from < s->to_at; from = next) {
			int64_t unit = from / units[i] * units[i], ms;
			bool by_person = tables[i].n_key == COUNT(hour_key);
			const struct val person[] = {V(unit), V(s->project_id), V(s->user_id), V(s->state), V(s->pause)},
			                 all[] = {V(unit), V(s->project_id), V(s->pause)};
			next = unit + units[i] < s->to_at ? unit + units[i] : s->to_at;
			ms = next - from;
			err = tally_add(db, &tables[i], by_person ? person : all, &ms, f);
		}
	return err;
}

int work_sums_check(struct db *db, struct arena *a, int64_t *wrong, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; !err && i < COUNT(tables); i++)
		err = tally_check(db, a, &tables[i], PIECES, wrong, f);
	return err;
}

int work_sums_recount(struct db *db, struct fault *f)
{
	struct arena a = {0};
	int err = 0;

	for (size_t i = 0; !err && i < COUNT(tables); i++)
		err = tally_recount(db, &a, &tables[i], PIECES, f);
	arena_free(&a);
	return err;
}
