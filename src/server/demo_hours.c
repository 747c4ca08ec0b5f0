/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demo_hours.c - the shifts behind the demonstration's calls: ready until a call, waiting for its answer, the talk, the result, and a pause at noon. */
#include "base/clock.h"
#include "server/demo_priv.h"

/* A shift a day for each who called, from a little before his first call to a little after his last. */
static const char shifts[] =
        "INSERT INTO shift (user_id, project_id, started_at, ended_at, ended_why, state, state_at) SELECT operator_id, project_id, "
        "MIN(asked_at) - 180000, MAX(ended_at) + 600000, 'left', 'offline', MAX(ended_at) + 600000 FROM call WHERE project_id = ?1 AND "
        "operator_id IS NOT NULL GROUP BY operator_id, project_id, asked_at / 86400000";

#define SPAN(state, from, to, where) \
	"INSERT INTO state_span (shift_id, user_id, project_id, state, from_at, to_at) SELECT s.id, s.user_id, s.project_id, '" state \
	"', " from ", " to \
	" FROM shift s JOIN (SELECT operator_id, asked_at, answered_at, ended_at, LAG(ended_at) OVER (PARTITION BY " \
	"operator_id, asked_at / 86400000 ORDER BY asked_at) AS before_at, LEAD(asked_at) OVER (PARTITION BY operator_id, asked_at / 86400000 " \
	"ORDER BY asked_at) AS after_at FROM call WHERE project_id = ?1) c ON c.operator_id = s.user_id AND c.asked_at BETWEEN s.started_at " \
	"AND s.ended_at WHERE " where
static const char *const spans[] = {
        SPAN("ready", "coalesce(c.before_at + 14000, s.started_at)", "c.asked_at",
                "c.asked_at > coalesce(c.before_at + 14000, s.started_at)"),
        SPAN("reserved", "c.asked_at", "coalesce(c.answered_at, c.ended_at)", "1 = 1"),
        SPAN("talking", "c.answered_at", "c.ended_at", "c.answered_at IS NOT NULL"),
        SPAN("wrap_up", "c.ended_at", "c.ended_at + 14000", "1 = 1"),
        SPAN("ready", "c.ended_at + 14000", "s.ended_at", "c.after_at IS NULL"),
};
/* Of each wait around noon the last twenty minutes were a pause. */
static const char *const noon[] = {
        "INSERT INTO state_span (shift_id, user_id, project_id, state, pause_reason_id, from_at, to_at) SELECT shift_id, user_id, project_id, "
        "'pause', (SELECT MIN(id) FROM pause_reason), to_at - 1200000, to_at FROM state_span WHERE project_id = ?1 AND state = 'ready' AND "
        "to_at - from_at > 1500000 AND to_at % 86400000 BETWEEN 36000000 AND 39600000",
        "UPDATE state_span SET to_at = to_at - 1200000 WHERE project_id = ?1 AND state = 'ready' AND to_at - from_at > 1500000 AND to_at % "
        "86400000 BETWEEN 36000000 AND 39600000",
};

int demo_hours(struct demo *d, struct fault *f)
{
	int err = db_run(d->db, shifts, VALS(V(d->project_id)), NULL, f);

	for (size_t i = 0; !err && i < COUNT(spans); i++)
		err = db_run(d->db, spans[i], VALS(V(d->project_id)), NULL, f);
	for (size_t i = 0; !err && i < COUNT(noon); i++)
		err = db_run(d->db, noon[i], VALS(V(d->project_id)), NULL, f);
	return err;
}
