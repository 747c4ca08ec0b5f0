/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read.c - a person's own notifications: the list of the bell, and what is read. */
#include "domain/notification/notification_priv.h"

bool notification_row(const struct rows *r, struct notification *ret)
{
	int kind = notification_kind_find(rows_str(r, 1));

	if (kind < 0)
		return false;
	*ret = (struct notification){.id = rows_int(r, 0),
	        .kind = (enum notification_kind)kind,
	        .project_id = rows_int(r, 2),
	        .row_id = rows_int(r, 3),
	        .what = rows_str(r, 4),
	        .at = rows_int(r, 5),
	        .read_at = rows_int(r, 6),
	        .project = rows_str(r, 7)};
	return true;
}

static void put(struct request *q, const struct notification *n)
{
	struct json_out *w = &q->out;

	json_open(w, '{');
	json_member_int(w, "id", n->id);
	json_member_text(w, "kind", str_of(notification_kind_names[n->kind]));
	json_member_text(w, "words", notification_words(q->a, n, str_eq(q->who->language, STR("en"))));
	json_member_text(w, "path", notification_path(q->a, n));
	json_member_int(w, "at", n->at);
	json_key(w, "read_at");
	if (n->read_at)
		json_add_int(w, n->read_at);
	else
		json_add_null(w);
	json_close(w, '}');
}

int notifications_get(struct request *q)
{
	struct notification n;
	struct val unread;
	struct rows r;
	int err =
	        db_one(q->db, q->a, "SELECT COUNT(*) FROM notification WHERE user_id = ?1 AND read_at IS NULL AND shown = 1",
	                VALS(V(q->who->user_id)), &unread, 1, &q->fault);

	if (err)
		return err;
	json_open(&q->out, '{');
	json_member_int(&q->out, "unread", val_int(unread));
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	err = db_ask(q->db, q->a,
	        "SELECT " NOTIFICATION_COLUMNS " WHERE n.user_id = ?1 AND n.shown = 1 ORDER BY n.id DESC LIMIT 50",
	        VALS(V(q->who->user_id)), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault)))
		if (notification_row(&r, &n))
			put(q, &n);
	rows_done(&r);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}

struct read_body {
	int64_t id, until;
};
#define ENTITY struct read_body
static const struct field read_fields[] = {
        F_INT(id, 0, INT64_MAX, "This one"),
        F_INT(until, 0, INT64_MAX, "Or all up to this one"),
};
#undef ENTITY
const struct shape notifications_read_shape = SHAPE_OF(read_body, read_fields, "What I have read");

static int read_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	const struct read_body *in = q->body;
	int64_t changed = 0;
	int err = db_run(db,
	        "UPDATE notification SET read_at = ?4 WHERE user_id = ?1 AND read_at IS NULL AND (id = ?2 OR id <= ?3)",
	        VALS(V(q->who->user_id), V(in->id), V(in->until), V(q->now)), &changed, f);

	if (err || !changed)
		return err;
	return event_add(db, a,
	        &(struct event){.entity = "notification", .verb = "changed", .row_id = in->id, .user_id = q->who->user_id},
	        f);
}

int notifications_read(struct request *q)
{
	return request_write(q, read_write, q);
}
