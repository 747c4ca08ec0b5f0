/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load_db.c - what an import has in the base: made visible, or taken away, both in pieces and both repeatable. */
#include "base/clock.h"
#include "domain/import/load_priv.h"
#include "kit/query/query.h"

enum { SHOW_ROWS = 1500, UNDO_ROWS = 500 };

/* Nobody has called it, promised it anything or written anything down for it. */
#define UNTOUCHED \
	"attempts = 0 AND last_call_id IS NULL AND state IN ('hidden', 'fresh') AND NOT EXISTS (SELECT 1 FROM call k WHERE " \
	"k.contact_id = contact.id) AND NOT EXISTS (SELECT 1 FROM callback b WHERE b.contact_id = contact.id) AND NOT EXISTS " \
	"(SELECT 1 FROM answer w WHERE w.contact_id = contact.id) AND NOT EXISTS (SELECT 1 FROM mark m WHERE m.contact_id = " \
	"contact.id)"
#define PIECE "import_id = ?1 AND id > ?2 AND id <= ?3"

struct range {
	int64_t import_id, after, last; /* (after, last] */
	int64_t rows;
	const struct load *l;
};

/* The next rows of the import behind r->after, held until the end of the transaction; ENOENT when there are none. */
static int next_range(struct db *db, struct arena *a, struct range *r, const char *table, int limit, struct fault *f)
{
	struct query *q = query_new(a);
	struct val v[2];
	int err;

	query_add(q, "SELECT MAX(id), COUNT(*) FROM (SELECT id FROM ");
	query_name(q, table);
	query_add(q, " WHERE import_id = ");
	query_val(q, V(r->import_id));
	query_add(q, " AND id > ");
	query_val(q, V(r->after));
	query_add(q, " ORDER BY id LIMIT ");
	query_val(q, V((int64_t)limit));
	query_add(q, " ");
	query_word(q, db, DB_FOR_UPDATE);
	query_add(q, ") x");
	err = db_one(db, a, QUERY(q), v, 2, f);
	r->rows = err ? 0 : val_int(v[1]);
	r->last = err ? 0 : val_int(v[0]);
	return err ? err : r->rows ? 0 : ENOENT;
}

static int pieces(struct store *s, store_fn *fn, struct range *r, struct fault *f)
{
	struct arena a = {0};
	int err = 0;

	while (!err) {
		err = store_write(s, NULL, &a, fn, r, f);
		r->after = r->last;
		arena_reset(&a);
	}
	arena_free(&a);
	return err == ENOENT ? 0 : err;
}

int load_is_loaded(struct load *l, bool *ret, struct fault *f)
{
	struct db *db = store_take(l->store);
	struct arena a = {0};
	struct val v[2];
	int err = db_one(db, &a,
	        "SELECT i.loaded_at, CASE WHEN i.loaded_at IS NOT NULL THEN i.held WHEN b.state = 'active' THEN p.customer_approves "
	        "ELSE 0 END FROM import i JOIN base b ON b.id = i.base_id JOIN project p ON p.id = i.project_id WHERE i.id = ?1",
	        VALS(V(l->import_id)), v, 2, f);

	*ret = !err && v[0].type != VAL_NULL;
	l->held = !err && val_int(v[1]) != 0;
	store_give(l->store, db);
	arena_free(&a);
	return err;
}

static int mark_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct load *l = arg;
	const struct import_counts *c = &l->counts;

	(void)a;
	return db_run(db,
	        "UPDATE import SET loaded_at = ?2, rows_done = ?3, rows_total = ?3, accepted = ?4, duplicates = ?5, rejected = ?6, "
	        "skipped = ?7, held = ?8 WHERE id = ?1",
	        VALS(V(l->import_id), V(clock_ms()), V(c->rows), V(c->by_status[ROW_ACCEPTED]),
	                V(c->by_status[ROW_DUPLICATE]), V(c->by_status[ROW_REJECTED]), V(c->by_status[ROW_SKIPPED]),
	                V(l->held)),
	        NULL, f);
}

int load_mark(struct load *l, struct fault *f)
{
	struct arena a = {0};
	int err = store_write(l->store, NULL, &a, mark_write, l, f);

	arena_free(&a);
	return err;
}

static int show_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct range *r = arg;
	int64_t shown = 0;
	int err = next_range(db, a, r, "contact", SHOW_ROWS, f);

	if (!err)
		err = db_run(db, "UPDATE contact SET state = 'fresh' WHERE " PIECE " AND state = 'hidden'",
		        VALS(V(r->import_id), V(r->after), V(r->last)), &shown, f);
	if (!err && shown)
		err = contact_state_add(db, r->l->project_id, r->l->base_id, LIFE_HIDDEN, 0, -shown, f);
	if (!err && shown)
		err = contact_state_add(db, r->l->project_id, r->l->base_id, LIFE_FRESH, 0, shown, f);
	return err;
}

int load_show(struct load *l, struct fault *f)
{
	struct range r = {.import_id = l->import_id, .l = l};

	return l->held ? 0 : pieces(l->store, show_write, &r, f);
}

int load_release(struct load *l, struct fault *f)
{
	l->held = false;
	return load_show(l, f);
}

/* The roll-up of states without the contacts of the piece that go. */
static int uncount(struct db *db, struct arena *a, const struct range *r, struct fault *f)
{
	struct rows rows;
	int64_t place[2] = {0};
	int err = db_ask(db, a,
	        "SELECT project_id, base_id, CASE WHEN state = 'hidden' THEN 1 ELSE 0 END, COUNT(*) FROM contact WHERE " PIECE
	        " AND " UNTOUCHED " GROUP BY 1, 2, 3",
	        VALS(V(r->import_id), V(r->after), V(r->last)), &rows, f);
	int64_t counts[2] = {0};

	while (!err && !(err = rows_next(&rows, f))) {
		place[0] = rows_int(&rows, 0);
		place[1] = rows_int(&rows, 1);
		counts[rows_int(&rows, 2)] = rows_int(&rows, 3);
	}
	rows_done(&rows);
	err = err == ENOENT ? 0 : err;
	for (int i = 0; !err && i < 2; i++)
		if (counts[i])
			err = contact_state_add(db, place[0], place[1], i ? LIFE_HIDDEN : LIFE_FRESH, 0, -counts[i], f);
	return err;
}

static int undo_contacts(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	static const char *const sql[] = {
	        "DELETE FROM phone WHERE contact_id IN (SELECT id FROM contact WHERE " PIECE " AND " UNTOUCHED ")",
	        "DELETE FROM person WHERE contact_id IN (SELECT id FROM contact WHERE " PIECE " AND " UNTOUCHED ")",
	        "DELETE FROM contact WHERE " PIECE " AND " UNTOUCHED,
	};
	struct range *r = arg;
	int err = next_range(db, a, r, "contact", UNDO_ROWS, f);

	if (!err)
		err = uncount(db, a, r, f);
	for (size_t i = 0; !err && i < COUNT(sql); i++)
		err = db_run(db, sql[i], VALS(V(r->import_id), V(r->after), V(r->last)), NULL, f);
	return err;
}

static int undo_phones(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct range *r = arg;
	int err = next_range(db, a, r, "phone", UNDO_ROWS, f);

	return err ? err
	           : db_run(db,
	                     "DELETE FROM phone WHERE " PIECE " AND NOT EXISTS (SELECT 1 FROM call k WHERE k.contact_id = "
	                     "phone.contact_id AND k.phone_id = phone.id)",
	                     VALS(V(r->import_id), V(r->after), V(r->last)), NULL, f);
}

static int undo_persons(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct range *r = arg;
	int err = next_range(db, a, r, "person", UNDO_ROWS, f);

	return err ? err
	           : db_run(db,
	                     "DELETE FROM person WHERE " PIECE " AND NOT EXISTS (SELECT 1 FROM phone h WHERE h.contact_id = "
	                     "person.contact_id AND h.person_id = person.id)",
	                     VALS(V(r->import_id), V(r->after), V(r->last)), NULL, f);
}

int load_undo(struct store *s, int64_t import_id, int64_t *ret_left, struct fault *f)
{
	struct range contacts = {.import_id = import_id}, phones = contacts, persons = contacts;
	int err = pieces(s, undo_contacts, &contacts, f);

	if (!err)
		err = pieces(s, undo_phones, &phones, f);
	if (!err)
		err = pieces(s, undo_persons, &persons, f);
	if (!err) {
		struct db *db = store_take(s);
		struct arena a = {0};
		struct val left;
		err = db_one(db, &a, "SELECT COUNT(*) FROM contact WHERE import_id = ?1", VALS(V(import_id)), &left, 1, f);
		if (!err)
			*ret_left = val_int(left);
		store_give(s, db);
		arena_free(&a);
	}
	return err;
}
