/* SPDX-License-Identifier: GPL-3.0-or-later */
/* listed.c - which sent files list a contact: an operator's day has a row for each of his calls. */
#include "domain/schedule/schedule_priv.h"

#include "engine/zone/zone.h"

/* A letter is written for a day, and reports that day or the one before. */
static bool lists(str day, str timezone, int64_t asked_at)
{
	struct zone_time at;
	struct date d;

	if (!date_parse(day, &d) || zone_local(timezone, asked_at, &at, NULL))
		return true; /* rather one too many */
	return date_days(d) == date_days(at.date) || date_days(d) == date_days(at.date) + 1;
}

int schedule_files_listing(
        struct db *db, struct arena *a, int64_t contact_id, schedule_file_fn *each, void *arg, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT f.id, f.key, l.day, s.timezone, c.asked_at FROM call c JOIN schedule s ON s.operator_id = c.operator_id AND s.report = "
	        "'operator_day' JOIN letter l ON l.kind = 'statistics' AND (l.once_key LIKE 'schedule:' || CAST(s.id AS TEXT) || ':%' OR "
	        "l.once_key LIKE 'schedule-hand:' || CAST(s.id AS TEXT) || ':%') JOIN letter_file x ON x.letter_id = l.id JOIN file f ON f.id = "
	        "x.file_id WHERE c.contact_id = ?1 AND c.dialled_at IS NOT NULL ORDER BY f.id",
	        VALS(V(contact_id)), &r, f);

	while (!err && !(err = rows_next(&r, f)))
		if (lists(rows_str(&r, 2), rows_str(&r, 3), rows_int(&r, 4)))
			each(arg, rows_int(&r, 0), rows_str(&r, 1));
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}
