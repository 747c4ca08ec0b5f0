/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recount.h - roll-ups against the rows they count, and made anew from them. The columns of the table say by `of` what each is for a
 * counted row; from is a constant piece of SQL with its leading space, " FROM call c WHERE …", ending in conditions. */
#ifndef KIT_TALLY_RECOUNT_H
#define KIT_TALLY_RECOUNT_H

#include "kit/query/query.h"
#include "kit/tally/tally.h"

/* What the row of that id (c.id) adds to the roll-up, or with sign -1 takes off it. Nothing when from's conditions leave it out. */
int tally_count_row(struct db *db, struct arena *a, const struct tally_table *t, const char *from, int64_t id, int64_t sign,
        struct fault *f) MUST_USE;
/* Rows of either side that the other lacks or counts otherwise are added to *wrong. Reads only. */
int tally_check(struct db *db, struct arena *a, const struct tally_table *t, const char *from, int64_t *wrong,
        struct fault *f) MUST_USE;
int tally_recount(struct db *db, struct arena *a, const struct tally_table *t, const char *from, struct fault *f) MUST_USE;

#endif
