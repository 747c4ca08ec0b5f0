/* SPDX-License-Identifier: GPL-3.0-or-later */
/* who.c - whose an address is: by exact addresses we were given (the customer's own, those of its people, of a hand-over, of the evening letter), never
 * by its domain: half of all customers write from free mail. */
#include "base/utf8.h"
#include "domain/mailbox/mailbox_priv.h"

/* Of several customers: nobody's, and a person says which. */
static int gather(struct rows *r, struct mail_whose *ret, struct fault *f)
{
	struct mail_whose w = {0};
	bool several = false;
	int err;

	while (!(err = rows_next(r, f))) {
		int64_t customer = rows_int(r, 0), project = rows_int(r, 1);

		several |= w.customer_id && w.customer_id != customer;
		w.customer_id = customer;
		if (project)
			w.project_id = w.project_id && w.project_id != project ? -1 : project;
	}
	*ret = several ? (struct mail_whose){0} : w;
	return err == ENOENT ? 0 : err;
}

/* The only project of the customer that is not over. */
static int only_project(struct db *db, struct arena *a, struct mail_whose *w, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a, "SELECT COUNT(*), MIN(id) FROM project WHERE customer_id = ?1 AND state <> 'finished'",
	        VALS(V(w->customer_id)), v, 2, f);

	if (!err)
		w->project_id = val_int(v[0]) == 1 ? val_int(v[1]) : 0;
	return err;
}

int mail_whose(struct db *db, struct arena *a, str address, struct mail_whose *ret, struct fault *f)
{
	str low = utf8_lower(a, str_trim(address));
	struct text like = {.a = a};
	struct mail_whose w = {0};
	struct rows r;
	int err;

	*ret = w;
	if (!low.n || low.n > 254)
		return 0;
	text_add(&like, STR("%,"));
	for (size_t i = 0; i < low.n; i++) {
		if (strchr("%_!", low.p[i]))
			text_add_char(&like, '!');
		text_add_char(&like, low.p[i]);
	}
	text_add(&like, STR(",%"));
	err = db_ask(db, a,
	        "SELECT id AS customer_id, CAST(NULL AS BIGINT) AS project_id FROM customer WHERE lower(email) = ?1 "
	        "UNION SELECT customer_id, CAST(NULL AS BIGINT) FROM \"user\" WHERE customer_id IS NOT NULL AND lower(email) = ?1 "
	        "UNION SELECT p.customer_id, p.id FROM handover h JOIN project p ON p.id = h.id WHERE lower(h.client_email) = ?1 "
	        "UNION SELECT customer_id, id FROM project WHERE ',' || replace(lower(letter_to), ' ', '') || ',' LIKE ?2 ESCAPE '!'",
	        VALS(V(low), V(text_str(&like))), &r, f);
	if (!err)
		err = gather(&r, &w, f);
	rows_done(&r);
	if (!err && w.customer_id && w.project_id <= 0)
		err = only_project(db, a, &w, f);
	if (!err)
		*ret = w;
	return err;
}
