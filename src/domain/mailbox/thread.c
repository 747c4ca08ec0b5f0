/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread.c - threads as people see them: their list, whose project one belongs to, what was read. */
#include "domain/communication/communication.h"
#include "domain/mailbox/mailbox_priv.h"

const char *const mail_ways[] = {"in", "out", NULL};

#define ENTITY struct mail_thread
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(mailbox_id, "mailbox", "The mailbox", .flags = GIVEN),
        F_REF(project_id, "project", "The project it is about", .flags = NULLABLE),
        F_REF(customer_id, "customer", "The customer whose person writes in it; null: a stranger",
                .flags = GIVEN | NULLABLE),
        F_STR(subject, 0, 500, "Subject of its first letter", .flags = GIVEN | SEARCHED),
        F_STR(people, 0, 400, "Who wrote last", .flags = GIVEN | SEARCHED),
        F_INT(letters, 0, INT64_MAX, "How many letters", .flags = GIVEN),
        F_INT(unread, 0, INT64_MAX, "How many nobody has read", .flags = GIVEN),
        F_INT(files, 0, INT64_MAX, "How many files hang on them", .flags = GIVEN),
        F_WORD(last_way, mail_ways, "in: the last letter came; out: it is ours", .flags = GIVEN),
        F_STR(last_line, 0, 400, "First line of the last letter", .flags = GIVEN | NULLABLE | UNSORTED),
        F_TIME(last_at, "When the last letter was written", .flags = GIVEN),
        F_TIME(created_at, "When it began", .flags = GIVEN),
};
#undef ENTITY
const struct entity mail_thread_entity = ENTITY_OF(mail_thread, fields, "mail_thread", "Letters that answer each other");

/* In a box everybody reads, a thread about a project is for those who reach the project. */
static void reach(const struct request *q, struct query *where)
{
	mailbox_reach(q, where, "mailbox_id");
	query_add(where, " AND (project_id IS NULL OR mailbox_id IN (SELECT id FROM mailbox WHERE user_id = ");
	query_val(where, V(q->who->user_id));
	query_add(where, ") OR (project_id IS NOT NULL");
	access_scope(where, q->who, SCOPE_PROJECT, "project_id");
	query_add(where, "))");
}

int mail_tell(struct db *db, struct arena *a, int64_t mailbox_id, int64_t thread_id, struct fault *f)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};

	json_open(&w, '{');
	json_member_int(&w, "mailbox_id", mailbox_id);
	json_close(&w, '}');
	return event_add(db, a,
	        &(struct event){.entity = "mail_thread",
	                .verb = "changed",
	                .row_id = thread_id,
	                .right = MAY_USE_MAIL,
	                .staff_only = true,
	                .body = text_str(&t)},
	        f);
}

/* Letters of the customer's people enter the log of the project the thread is said to be about. */
static int log_all(struct db *db, struct arena *a, const struct mail_thread *t, int64_t now, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT l.id, l.at, l.ref, CASE WHEN l.way = 'in' THEN COALESCE(NULLIF(l.from_name, ''), l.from_address) ELSE t.people END, "
	        "l.subject FROM mail_letter l JOIN mail_thread t ON t.id = l.thread_id JOIN project p ON p.id = t.project_id AND "
	        "p.customer_id = l.customer_id WHERE l.thread_id = ?1 AND l.nature = 'personal' AND (l.state IS NULL OR l.state IN ('sent', "
	        "'kept')) ORDER BY l.at LIMIT 1000",
	        VALS(V(t->id)), &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		const struct communication_mail m = {.project_id = t->project_id,
		        .mail_id = rows_int(&r, 0),
		        .at = rows_int(&r, 1),
		        .ref = rows_str(&r, 2),
		        .whom = rows_str(&r, 3),
		        .subject = rows_str(&r, 4)};

		err = communication_mail(db, a, &m, now, f);
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct mail_thread *was = old, *t = new;
	int err = t->project_id && was && was->project_id != t->project_id ? log_all(db, q->a, t, q->now, f) : 0;

	return err ? err : mail_tell(db, q->a, t->mailbox_id, t->id, f);
}

const struct resource mail_thread_resource = {
        .entity = &mail_thread_entity,
        .path = "/mail-threads",
        .read = MAY_USE_MAIL,
        .write = MAY_USE_MAIL,
        .not_made = true,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "-last_at",
        .reach = reach,
        .changed = changed,
        .silent = true, /* mail_tell */
};

static int read_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct mail_thread *t = arg;
	int64_t n = 0;
	int err = db_run(db, "UPDATE mail_thread SET unread = 0, version = version + 1 WHERE id = ?1 AND unread > 0",
	        VALS(V(t->id)), &n, f);

	return err || !n ? err : mail_tell(db, a, t->mailbox_id, t->id, f);
}

int thread_read(struct request *q)
{
	struct mail_thread t;
	int err = resource_find(&mail_thread_resource, q, q->id[0], &t);

	return err ? err : request_write(q, read_write, &t);
}
