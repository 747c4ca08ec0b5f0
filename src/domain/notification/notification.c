/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notification.c - whom a kind concerns, and a row for each of them. */
#include "base/utf8.h"
#include "domain/notification/notification_priv.h"
#include "domain/role/role.h"

enum { READERS_MAX = 200, GRACE_MS = CLOCK_MINUTE, WHAT_MAX = 300 };

/* ?1: the project, ?2: the named person. */
static const char *const whom_sql[] = {
        [WHOM_NAMED] = "SELECT id, role FROM \"user\" WHERE id = ?2 AND ?1 >= 0 AND disabled = 0",
        [WHOM_MANAGER] =
                "SELECT u.id, u.role FROM \"user\" u JOIN project p ON p.pm_id = u.id WHERE p.id = ?1 AND ?2 >= 0 AND "
                "u.disabled = 0",
        [WHOM_TEAM] =
                "SELECT id, role FROM \"user\" WHERE ?2 >= 0 AND disabled = 0 AND customer_id IS NULL AND id IN (SELECT pm_id FROM "
                "project WHERE id = ?1 UNION SELECT user_id FROM member WHERE project_id = ?1) ORDER BY id",
        [WHOM_HOUSE] =
                "SELECT id, role FROM \"user\" WHERE ?1 >= 0 AND ?2 >= 0 AND disabled = 0 AND customer_id IS NULL ORDER BY id",
};

static int readers_of(
        struct db *db, struct arena *a, const struct notice_of *n, int64_t *ret, size_t *ret_n, struct fault *f)
{
	const struct notification_kind_row *k = notification_kinds + n->kind;
	enum notify_whom whom = n->user_id ? WHOM_NAMED : k->whom;
	uint64_t right = n->right ? n->right : k->right;
	struct rows r;
	size_t found = 0;
	int err = db_ask(db, a, whom_sql[whom], VALS(V(n->project_id), V(n->user_id)), &r, f);

	while (!err && found < READERS_MAX && !(err = rows_next(&r, f))) {
		const struct role *role = access_role(str_z(a, rows_str(&r, 1)));
		if (role && (role->may & right) == right && (k->outside || !role->outside) &&
		        rows_int(&r, 0) != n->by_user_id)
			ret[found++] = rows_int(&r, 0);
	}
	rows_done(&r);
	*ret_n = found;
	return err == ENOENT ? 0 : err;
}

static int tell(struct db *db, struct arena *a, const struct notice_of *n, int64_t user_id, int64_t now, struct fault *f)
{
	int64_t later = now + (notification_kinds[n->kind].urgent ? 0 : GRACE_MS);
	struct notification_choice c;
	struct val id;
	int err = choice_of(db, a, user_id, n->kind, &c, f);

	if (err || (!c.page && !c.letter && !c.sms))
		return err;
	err = db_one(db, a,
	        "INSERT INTO notification (user_id, kind, project_id, row_id, what, shown, at, letter_at, sms_at, once_key) VALUES (?1, "
	        "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (user_id, once_key) DO NOTHING RETURNING id",
	        VALS(V(user_id), V(str_of(notification_kind_names[n->kind])), val_ref(n->project_id), V(n->row_id),
	                V(n->what.p ? utf8_cut(n->what, WHAT_MAX) : (str){0}), V(c.page), V(now),
	                c.letter ? V(later) : val_ref(0), c.sms ? V(later) : val_ref(0), V(n->once_key)),
	        &id, 1, f);
	if (err || !c.page)
		return err == ENOENT ? 0 : err;
	return event_add(db, a,
	        &(struct event){.entity = "notification", .verb = "created", .row_id = val_int(id), .user_id = user_id}, f);
}

int notify(struct db *db, struct arena *a, const struct notice_of *n, int64_t now, struct fault *f)
{
	int64_t *readers = NEW_N(a, int64_t, READERS_MAX);
	size_t count = 0;
	int err = readers_of(db, a, n, readers, &count, f);

	for (size_t i = 0; i < count && !err; i++)
		err = tell(db, a, n, readers[i], now, f);
	return err;
}

static const struct route routes[] = {
        {.method = HTTP_GET,
                .path = "/notifications",
                .right = ANY_PERSON,
                .run = notifications_get,
                .doc = "What I should know, the newest first, and how much of it is not read",
                .gives_raw = "application/json",
                .schema =
                        "{\"type\":\"object\",\"required\":[\"unread\",\"rows\"],\"properties\":{\"unread\":{\"type\":\"integer\"},\"rows\":{"
                        "\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"id\",\"kind\",\"words\",\"path\",\"at\",\"read_at\"],"
                        "\"properties\":{\"id\":{\"type\":\"integer\"},\"kind\":{\"type\":\"string\"},\"words\":{\"type\":\"string\"},\"path\":{"
                        "\"type\":\"string\"},\"at\":{\"type\":\"integer\"},\"read_at\":{\"type\":[\"integer\",\"null\"]}}}}}}"},
        {.method = HTTP_POST,
                .path = "/notifications/read",
                .right = ANY_PERSON,
                .run = notifications_read,
                .doc = "I have read one of them, or all up to one",
                .takes = &notifications_read_shape},
        {.method = HTTP_GET,
                .path = "/me/notifications",
                .right = ANY_PERSON,
                .run = choices_get,
                .doc = "How I want to be told of what, and when not",
                .gives = &choices_shape},
        {.method = HTTP_PUT,
                .path = "/me/notifications",
                .right = ANY_PERSON,
                .run = choices_put,
                .doc = "Change how I want to be told; what is not sent stays",
                .takes = &choices_change_shape,
                .gives = &choices_shape},
        {0},
};
static const struct job_kind jobs[] = {
        {.name = "notify",
                .run = notify_send,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 3,
                .every_ms = NOTIFY_EVERY_MS,
                .doc = "Write the letters and messages that notifications have gathered to"},
        {.name = "notify_purge",
                .run = notify_purge,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 3,
                .every_ms = CLOCK_DAY,
                .doc = "Forget notifications of three months ago"},
        {0},
};
const struct module notification_module = {.name = "notification", .routes = routes, .jobs = jobs};
