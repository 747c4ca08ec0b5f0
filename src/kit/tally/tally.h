/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tally.h - sums over rows (roll-ups), kept in the transaction of what they count. What a transaction adds is gathered in memory and
 * written as its last act, merged by key and in one order for all transactions: table by name, then key. So the rows everybody adds to
 * are locked for as long as a commit takes, and never in two orders (on PostgreSQL that was a deadlock, resolved after a second). */
#ifndef KIT_TALLY_TALLY_H
#define KIT_TALLY_TALLY_H

#include "engine/db/db.h"

enum { TALLY_KEY = 7, TALLY_SUMS = 12 };

struct tally_column {
	const char *name, *of; /* of: its value for a counted row, as SQL, for who counts by it; else NULL */
};
struct tally_table {
	const char *name;
	size_t n_key, n_sums;
	const struct tally_column *key; /* its primary key */
	const struct tally_column *sums;
	bool drops; /* a row whose first sum became 0 goes */
};
/* What the open transaction has added so far to one row. */
struct tally_row {
	const struct tally_table *table;
	struct val key[TALLY_KEY];
	int64_t sums[TALLY_SUMS];
	struct tally_row *next;
};

/* Add to the row of that key. In a transaction: written before it commits; without one: at once. The key is copied. */
int tally_add(
        struct db *db, const struct tally_table *t, const struct val *key, const int64_t *sums, struct fault *f) MUST_USE;
/* What is gathered and not yet in the tables, for who reads sums inside the writing transaction. NULL: nothing. */
const struct tally_row *tally_gathered(struct db *db);

#endif
