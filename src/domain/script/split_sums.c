/* SPDX-License-Identifier: GPL-3.0-or-later */
/* split_sums.c - what the contacts of a split test came to: each was spoken with or not, and to success or not (split_contact), and how many of a side
 * were (split_side). Kept with each call that ends and each result that changes. ADR 59. */
#include "domain/script/script_priv.h"
#include "domain/script/split.h"
#include "kit/tally/recount.h"

static const struct tally_column key[] = {{"split_id", "c.split_id"}, {"script_version_id", "c.script_version_id"}},
                                 sums[] = {{"contacts", "1"}, {"talked", "c.talked"}, {"won", "c.won"}};
static const struct tally_table sides = {
        .name = "split_side", .key = key, .n_key = COUNT(key), .sums = sums, .n_sums = COUNT(sums)};

#define CONTACTS " FROM split_contact c WHERE 1 = 1"
/* Is there an ended talk of a row of split_contact within its test? */
#define HEARD(more) \
	"CASE WHEN EXISTS (SELECT 1 FROM call x JOIN split s ON s.id = split_contact.split_id WHERE x.contact_id = split_contact.contact_id AND " \
	"x.script_version_id = split_contact.script_version_id AND x.asked_at >= s.started_at AND (s.stopped_at IS NULL OR x.asked_at <= " \
	"s.stopped_at) AND x.connected_at IS NOT NULL AND x.ended_at IS NOT NULL" more ") THEN 1 ELSE 0 END"
#define TALKED HEARD("")
#define WON HEARD(" AND x.counts_as = s.goal")

static int add(struct db *db, int64_t split_id, struct val version_id, int64_t contacts, int64_t talked, int64_t won,
        struct fault *f)
{
	const struct val side[] = {V(split_id), version_id};

	return tally_add(db, &sides, side, (const int64_t[]){contacts, talked, won}, f);
}

int split_joined(struct db *db, int64_t split_id, int64_t script_version_id, struct fault *f)
{
	return add(db, split_id, V(script_version_id), 1, 0, 0, f);
}

/* The row is held before the calls are looked at, so that of two at once the later one sees both. */
static int count_contact(struct db *db, struct arena *a, int64_t split_id, int64_t contact_id, struct fault *f)
{
	struct query *q = query_new(a);
	struct val v[3], is[2];
	int err;

	query_add(q, "SELECT script_version_id, talked, won FROM split_contact WHERE split_id = ");
	query_val(q, V(split_id));
	query_add(q, " AND contact_id = ");
	query_val(q, V(contact_id));
	query_add(q, " ");
	query_word(q, db, DB_FOR_UPDATE);
	err = db_one(db, a, QUERY(q), v, COUNT(v), f);
	if (!err)
		err = db_one(db, a, "SELECT " TALKED ", " WON " FROM split_contact WHERE split_id = ?1 AND contact_id = ?2",
		        VALS(V(split_id), V(contact_id)), is, COUNT(is), f);
	if (err || (val_int(v[1]) == val_int(is[0]) && val_int(v[2]) == val_int(is[1])))
		return err;
	err = db_run(db, "UPDATE split_contact SET talked = ?3, won = ?4 WHERE split_id = ?1 AND contact_id = ?2",
	        VALS(V(split_id), V(contact_id), is[0], is[1]), NULL, f);
	return err ? err : add(db, split_id, v[0], 0, val_int(is[0]) - val_int(v[1]), val_int(is[1]) - val_int(v[2]), f);
}

int split_count(struct db *db, struct arena *a, int64_t call_id, struct fault *f)
{
	enum { TESTS = 16 };
	int64_t splits[TESTS], contact_id = 0;
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT k.split_id, k.contact_id FROM call c JOIN split_contact k ON k.contact_id = c.contact_id AND k.script_version_id = "
	        "c.script_version_id WHERE c.id = ?1 ORDER BY k.split_id DESC LIMIT 16",
	        VALS(V(call_id)), &r, f);

	while (!err && n < TESTS && !(err = rows_next(&r, f))) {
		splits[n++] = rows_int(&r, 0);
		contact_id = rows_int(&r, 1);
	}
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; !err && i < n; i++)
		err = count_contact(db, a, splits[i], contact_id, f);
	return err;
}

int split_sums_check(struct db *db, struct arena *a, int64_t *wrong, struct fault *f)
{
	struct val n;
	int err = db_one(
	        db, a, "SELECT count(*) FROM split_contact WHERE talked <> " TALKED " OR won <> " WON, NO_VALS, &n, 1, f);

	if (!err)
		*wrong += val_int(n);
	return err ? err : tally_check(db, a, &sides, CONTACTS, wrong, f);
}

int split_sums_recount(struct db *db, struct arena *a, struct fault *f)
{
	int err = db_run(db, "UPDATE split_contact SET talked = " TALKED ", won = " WON, NO_VALS, NULL, f);

	return err ? err : tally_recount(db, a, &sides, CONTACTS, f);
}
