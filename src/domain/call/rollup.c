/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rollup.c - call_hour, call_day, project_hour and contact_state: kept with each call, recounted by a command. call_hour answers who did what
 * with which script, call_day the same over whole days; project_hour is its sum per project, so that a project's months cost the same with 3
 * operators and with 300. */
#include "domain/call/call.h"
#include "domain/queue/place.h"
#include "domain/script/split.h"
#include "domain/trunk/trunk.h"
#include "kit/tally/recount.h"

#define IS(condition) "CASE WHEN " condition " THEN 1 ELSE 0 END"
#define HOUR "c.asked_at / 3600000 * 3600000"
#define DAY "c.asked_at / 86400000 * 86400000"

/* of: its value for a call c. */
static const struct tally_column figures[] = {
        {"calls", "1"},
        {"answered", IS("c.answered_at IS NOT NULL")},
        {"dialogues", "c.is_dialogue"},
        {"leads", IS("c.counts_as = 'lead'")},
        {"meetings", IS("c.counts_as = 'meeting'")},
        {"presentations", IS("c.counts_as = 'presentation'")},
        {"sales", IS("c.counts_as = 'sale'")},
        {"refusals", IS("c.counts_as = 'refusal'")},
        {"callbacks", IS("(SELECT r.effect FROM result r WHERE r.id = c.result_id) = 'callback'")},
        {"talk_ms", "c.talk_ms"},
        {"wrap_ms", "c.wrap_ms"},
        {"ring_ms", "(coalesce(c.answered_at, c.ended_at) - c.dialled_at)"},
};
#define WHO_AND_WHAT \
	{"project_id", "c.project_id"}, {"base_id", "c.base_id"}, {"operator_id", "coalesce(c.operator_id, 0)"}, \
	        {"script_version_id", "coalesce(c.script_version_id, 0)"}, {"result_id", "coalesce(c.result_id, 0)"}, \
	{ \
		"direction", "c.direction" \
	}
static const struct tally_column call_key[] = {{"hour", HOUR}, WHO_AND_WHAT}, day_key[] = {{"day", DAY}, WHO_AND_WHAT};
static const struct tally_column project_key[] = {
        {"project_id", "c.project_id"}, {"hour", HOUR}, {"direction", "c.direction"}};

static const struct tally_table rollups[] = {
        {.name = "call_hour",
                .key = call_key,
                .n_key = COUNT(call_key),
                .sums = figures,
                .n_sums = COUNT(figures),
                .drops = true},
        {.name = "call_day",
                .key = day_key,
                .n_key = COUNT(day_key),
                .sums = figures,
                .n_sums = COUNT(figures),
                .drops = true},
        {.name = "project_hour",
                .key = project_key,
                .n_key = COUNT(project_key),
                .sums = figures,
                .n_sums = COUNT(figures),
                .drops = true},
};
_Static_assert(COUNT(call_key) <= TALLY_KEY && COUNT(figures) <= TALLY_SUMS, "a tally holds as many columns");

#define ENDED " FROM call c WHERE c.dialled_at IS NOT NULL AND c.ended_at IS NOT NULL"

int call_hour_add(struct db *db, int64_t call_id, bool take_out, struct fault *f)
{
	struct arena a = {0};
	int err = 0;

	for (size_t i = 0; !err && i < COUNT(rollups); i++)
		err = tally_count_row(db, &a, &rollups[i], ENDED, call_id, take_out ? -1 : 1, f);
	if (!err && !take_out)
		err = split_count(db, &a, call_id, f);
	arena_free(&a);
	return err;
}

enum { HOUR_AT, OPERATOR_AT = 3, CALLS_AT = 0, DIALOGUES_AT = 2, LEADS_AT = 3 }; /* in call_key and figures */

int call_day_of(struct db *db, struct arena *a, int64_t operator_id, int64_t since, struct call_day *ret, struct fault *f)
{
	struct val n[3];
	int err = db_one(db, a,
	        "SELECT CAST(SUM(calls) AS BIGINT), CAST(SUM(dialogues) AS BIGINT), CAST(SUM(leads) AS BIGINT) FROM call_hour "
	        "WHERE operator_id = ?1 AND hour >= ?2",
	        VALS(V(operator_id), V(since)), n, COUNT(n), f);

	if (err)
		return err;
	*ret = (struct call_day){val_int(n[0]), val_int(n[1]), val_int(n[2])};
	for (const struct tally_row *r = tally_gathered(db); r; r = r->next) {
		if (r->table != &rollups[0] || val_int(r->key[OPERATOR_AT]) != operator_id ||
		        val_int(r->key[HOUR_AT]) < since)
			continue;
		ret->calls += r->sums[CALLS_AT];
		ret->dialogues += r->sums[DIALOGUES_AT];
		ret->leads += r->sums[LEADS_AT];
	}
	return 0;
}

static int differing(struct db *db, struct arena *a, struct query *q, int64_t *sum, struct fault *f)
{
	struct val v;
	int err = db_one(db, a, QUERY(q), &v, 1, f);

	if (!err)
		*sum += val_int(v);
	return err;
}

#define STATE_RECOUNT \
	"SELECT project_id, base_id, state, coalesce(last_result_id, 0), count(*) FROM contact GROUP BY 1, 2, 3, 4"
#define STATE_KEPT "SELECT project_id, base_id, state, last_result_id, contacts FROM contact_state WHERE contacts <> 0"

static int check_states(struct db *db, struct arena *a, int64_t *wrong, struct fault *f)
{
	struct query *more = query_new(a), *less = query_new(a);
	int err;

	query_add(more, "SELECT count(*) FROM (SELECT * FROM (" STATE_RECOUNT ") y EXCEPT " STATE_KEPT ") x");
	query_add(less, "SELECT count(*) FROM (" STATE_KEPT " EXCEPT SELECT * FROM (" STATE_RECOUNT ") y) x");
	err = differing(db, a, more, wrong, f);
	return err ? err : differing(db, a, less, wrong, f);
}

int call_rollups_check(struct db *db, struct arena *a, int64_t *ret_wrong, struct fault *f)
{
	int64_t wrong = 0;
	int err = check_states(db, a, &wrong, f);

	for (size_t i = 0; !err && i < COUNT(rollups); i++)
		err = tally_check(db, a, &rollups[i], ENDED, &wrong, f);
	if (!err)
		err = caller_counts_check(db, a, &wrong, f);
	if (!err)
		err = place_counts_check(db, a, &wrong, f);
	if (!err)
		err = split_sums_check(db, a, &wrong, f);
	if (!err)
		*ret_wrong = wrong;
	return err;
}

int call_rollups_recount(struct db *db, struct fault *f)
{
	struct arena a = {0};
	int err = db_run(db, "DELETE FROM contact_state", NO_VALS, NULL, f);

	if (!err)
		err = db_run(db,
		        "INSERT INTO contact_state (project_id, base_id, state, last_result_id, contacts) " STATE_RECOUNT,
		        NO_VALS, NULL, f);
	for (size_t i = 0; !err && i < COUNT(rollups); i++)
		err = tally_recount(db, &a, &rollups[i], ENDED, f);
	if (!err)
		err = caller_counts_recount(db, f);
	if (!err)
		err = place_counts_recount(db, &a, f);
	if (!err)
		err = split_sums_recount(db, &a, f);
	arena_free(&a);
	return err;
}
