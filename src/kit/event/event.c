/* SPDX-License-Identifier: GPL-3.0-or-later */
/* event.c - rows of the table event: added, counted, dropped. Pushing them is hub.c. */
#include "kit/event/event_priv.h"

#include "base/clock.h"

enum { PURGE_PIECE = 2000 };

int event_add(struct db *db, struct arena *a, const struct event *e, struct fault *f)
{
	struct query *q = query_new(a);
	const struct val v[] = {V(clock_ms()), V(str_of(e->entity)), V(str_of(e->verb)), V(e->row_id), V(e->project_id),
	        V(e->customer_id), V(e->user_id), V((int64_t)e->right), V(e->staff_only), V(e->body)};

	query_add(q, "INSERT INTO event (id, at, entity, verb, row_id, project_id, customer_id, user_id, may_bits, "
	             "staff_only, body) "
	             "VALUES (");
	query_word(q, db, DB_EVENT_BASE);
	query_add(q, " + ");
	query_val(q, V(db_event_ordinal(db)));
	for (size_t i = 0; i < COUNT(v); i++) {
		query_add(q, ", ");
		query_val(q, v[i]);
	}
	query_add(q, ")");
	return db_run(db, QUERY(q), NULL, f);
}

int event_position(struct db *db, struct arena *a, int64_t *ret, struct fault *f)
{
	struct query *q = query_new(a);
	struct val last;
	int err;

	query_add(q, "SELECT ");
	query_word(q, db, DB_EVENT_POSITION);
	err = db_one(db, a, QUERY(q), &last, 1, f);
	if (!err)
		*ret = val_int(last);
	return err;
}

int events_lost(struct db *db, struct arena *a, int64_t after, int64_t now, bool *ret, struct fault *f)
{
	struct val first;
	int err = db_one(db, a, "SELECT min(id) FROM event", NO_VALS, &first, 1, f);

	if (!err)
		*ret = after > now || (first.type == VAL_INT && after < first.u.i - 1);
	return err;
}

int events_read(
        struct db *db, struct arena *a, int64_t after, int64_t limit, struct event_row *ret, size_t *ret_n, struct fault *f)
{
	struct query *q = query_new(a);
	size_t n = 0;
	struct rows r;
	int err;

	query_add(q,
	        "SELECT id, entity, verb, row_id, project_id, customer_id, user_id, may_bits, staff_only, body, at FROM "
	        "event WHERE id > ");
	query_val(q, V(after));
	query_add(q, " AND ");
	query_word(q, db, DB_EVENT_VISIBLE);
	query_add(q, " ORDER BY id LIMIT ");
	query_val(q, V(limit));
	err = db_ask(db, a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f)))
		ret[n++] = (struct event_row){
		        .id = rows_int(&r, 0),
		        .at = rows_int(&r, 10),
		        .e = {.entity = str_z(a, rows_str(&r, 1)),
		                .verb = str_z(a, rows_str(&r, 2)),
		                .row_id = rows_int(&r, 3),
		                .project_id = rows_int(&r, 4),
		                .customer_id = rows_int(&r, 5),
		                .user_id = rows_int(&r, 6),
		                .right = (uint64_t)rows_int(&r, 7),
		                .staff_only = rows_int(&r, 8),
		                .body = rows_str(&r, 9)},
		};
	rows_done(&r);
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

int event_reader_begin(struct db *db, struct arena *a, const char *name, struct fault *f)
{
	int64_t now = 0;
	int err = event_position(db, a, &now, f);

	return err ? err
	           : db_run(db, "INSERT INTO event_reader (name, position) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
	                     VALS(V(str_of(name)), V(now)), NULL, f);
}

int event_reader_move(struct db *db, const char *name, int64_t from, int64_t to, bool *ret_moved, struct fault *f)
{
	int64_t changed = 0;
	int err = db_run(db, "UPDATE event_reader SET position = ?3 WHERE name = ?1 AND position = ?2",
	        VALS(V(str_of(name)), V(from), V(to)), &changed, f);

	*ret_moved = changed > 0;
	return err;
}

int event_reader_end(struct db *db, const char *name, struct fault *f)
{
	return db_run(db, "DELETE FROM event_reader WHERE name = ?1", VALS(V(str_of(name))), NULL, f);
}

int event_reader_position(struct db *db, struct arena *a, const char *name, int64_t *ret, struct fault *f)
{
	struct val v;
	int err = db_one(db, a, "SELECT position FROM event_reader WHERE name = ?1", VALS(V(str_of(name))), &v, 1, f);

	if (!err)
		*ret = val_int(v);
	return err;
}

struct purge {
	int64_t before, gone;
};

/* The oldest events go; the last one stays, so that the next position is never one that was given out before. */
static int purge_piece(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct purge *p = arg;

	(void)a;
	return db_run(db,
	        "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE at < ?1 AND id < (SELECT max(id) FROM event) "
	        "AND NOT EXISTS (SELECT 1 FROM event_reader r WHERE r.position < event.id) ORDER BY id LIMIT ?2)",
	        VALS(V(p->before), V(PURGE_PIECE)), &p->gone, f);
}

int event_purge(struct store *s, int64_t now, struct fault *f)
{
	struct purge p = {now - CLOCK_DAY, PURGE_PIECE};
	struct arena a = {0};
	int err = 0;

	while (!err && p.gone == PURGE_PIECE) {
		err = store_write(s, NULL, &a, purge_piece, &p, f);
		arena_reset(&a);
	}
	arena_free(&a);
	return err;
}
