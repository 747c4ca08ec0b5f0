/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rollup.c - call_hour and contact_state: kept with each call, recounted by a command. */
#include "domain/call/call.h"

/* One call's contribution; x is "" or "-". */
#define HOUR_KEY \
	"c.asked_at / 3600000 * 3600000, c.project_id, c.base_id, COALESCE(c.operator_id, 0), " \
	"COALESCE(c.script_version_id, 0), " \
	"COALESCE(c.result_id, 0), c.direction"
#define IS(condition) "CASE WHEN " condition " THEN 1 ELSE 0 END"
#define HOUR_ENDED " FROM call c WHERE c.dialled_at IS NOT NULL AND c.ended_at IS NOT NULL"
#define CALLBACK_RESULT "(SELECT r.effect FROM result r WHERE r.id = c.result_id) = 'callback'"
#define RING "COALESCE(c.answered_at, c.ended_at) - c.dialled_at"
#define HOUR_VALUES(x) \
	x "1, " x IS("c.answered_at IS NOT NULL") ", " x "c.is_dialogue, " x IS("c.counts_as = 'lead'") ", " x \
	        IS("c.counts_as = 'meeting'") ", " x IS("c.counts_as = 'presentation'") ", " x IS( \
	                "c.counts_as = 'sale'") ", " x IS("c.counts_as = 'refusal'") ", " x \
	        IS(CALLBACK_RESULT) ", " x "c.talk_ms, " x "c.wrap_ms, " x "(" RING ")"
#define HOUR_COLUMNS \
	"hour, project_id, base_id, operator_id, script_version_id, result_id, direction, calls, answered, dialogues, " \
	"leads, meetings, " \
	"presentations, sales, refusals, callbacks, talk_ms, wrap_ms, ring_ms"
#define PLUS(column) column " = call_hour." column " + excluded." column
#define HOUR_UPSERT(x) \
	"INSERT INTO call_hour (" HOUR_COLUMNS ") SELECT " HOUR_KEY ", " HOUR_VALUES(x) HOUR_ENDED \
	        " AND c.id = ?1 ON CONFLICT (project_id, hour, base_id, operator_id, script_version_id, result_id, " \
	        "direction) DO UPDATE SET " PLUS("calls") ", " PLUS("answered") ", " PLUS("dialogues") ", " PLUS("leads") ", " PLUS("meetings") ", " PLUS( \
	                "presentations") ", " PLUS("sales") ", " PLUS("refusals") ", " PLUS("callbacks") ", " PLUS("talk_" \
	                                                                                                           "ms") ", " PLUS("wrap_ms") ", " PLUS("ring_ms")
#define HOUR_RECOUNT \
	"SELECT " HOUR_KEY ", COUNT(*), SUM(" IS("c.answered_at IS NOT NULL") "), SUM(c.is_dialogue), SUM(" IS( \
	        "c.counts_" \
	        "as = " \
	        "'lead'") "), SUM(" IS("c.counts_as = 'meeting'") "), SUM(" IS("c.counts_as = 'presentation'") "), SUM(" IS("c.counts_as = 'sale'") "), SUM(" IS("c.counts_as = " \
	                                                                                                                                                         "'refusal'") "), " \
	                                                                                                                                                                      "SUM(" IS( \
	                                                                                                                                                                              CALLBACK_RESULT) "), SUM(c.talk_ms), SUM(c.wrap_ms), SUM(" RING \
	                                                                                                                                                                                               ")" HOUR_ENDED \
	                                                                                                                                                                                               " GROUP BY 1, 2, 3, 4, 5, 6, 7"
#define STATE_RECOUNT \
	"SELECT project_id, base_id, state, COALESCE(last_result_id, 0), COUNT(*) FROM contact GROUP BY 1, 2, 3, 4"

int call_hour_add(struct db *db, int64_t call_id, bool take_out, struct fault *f)
{
	int err = db_run(db, take_out ? HOUR_UPSERT("-") : HOUR_UPSERT(""), VALS(V(call_id)), NULL, f);

	if (!err && take_out) /* a key nothing stands on any more */
		err = db_run(db,
		        "DELETE FROM call_hour WHERE calls = 0 AND project_id = (SELECT project_id FROM call WHERE id = ?1)",
		        VALS(V(call_id)), NULL, f);
	return err;
}

/* Rows of either side that the other lacks or counts otherwise. */
static int differing(struct db *db, struct arena *a, const char *sql, int64_t *sum, struct fault *f)
{
	struct val v;
	int err = db_one(db, a, sql, NO_VALS, &v, 1, f);

	if (!err)
		*sum += val_int(v);
	return err;
}

int call_rollups_check(struct db *db, struct arena *a, int64_t *ret_wrong, struct fault *f)
{
	static const char *const sql[] = {
	        "SELECT COUNT(*) FROM (SELECT * FROM (" HOUR_RECOUNT ") r EXCEPT SELECT " HOUR_COLUMNS " FROM call_hour) x",
	        "SELECT COUNT(*) FROM (SELECT " HOUR_COLUMNS
	        " FROM call_hour WHERE calls <> 0 EXCEPT SELECT * FROM (" HOUR_RECOUNT ") r) x",
	        "SELECT COUNT(*) FROM (SELECT * FROM (" STATE_RECOUNT
	        ") r EXCEPT SELECT project_id, base_id, state, last_result_id, contacts FROM contact_state) x",
	        "SELECT COUNT(*) FROM (SELECT project_id, base_id, state, last_result_id, contacts FROM contact_state WHERE "
	        "contacts <> 0 "
	        "EXCEPT SELECT * FROM (" STATE_RECOUNT ") r) x",
	};
	int64_t wrong = 0;
	int err = 0;

	for (size_t i = 0; i < COUNT(sql) && !err; i++)
		err = differing(db, a, sql[i], &wrong, f);
	if (!err)
		*ret_wrong = wrong;
	return err;
}

int call_rollups_recount(struct db *db, struct fault *f)
{
	int err = db_run(db, "DELETE FROM call_hour", NO_VALS, NULL, f);

	if (!err)
		err = db_run(db, "INSERT INTO call_hour (" HOUR_COLUMNS ") " HOUR_RECOUNT, NO_VALS, NULL, f);
	if (!err)
		err = db_run(db, "DELETE FROM contact_state", NO_VALS, NULL, f);
	if (!err)
		err = db_run(db,
		        "INSERT INTO contact_state (project_id, base_id, state, last_result_id, contacts) " STATE_RECOUNT,
		        NO_VALS, NULL, f);
	return err;
}
