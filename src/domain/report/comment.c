/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comment.c - comments under the rows: written, corrected and taken back by their author; what stood there before is in the trail. */
#include "domain/report/comment.h"

#include "domain/notification/notification.h"
#include "domain/report/report_priv.h"
#include "domain/role/role.h"

enum { MENTIONS_MAX = 20 };

struct comment {
	int64_t id, version, project_id, contact_id, author_id;
	str author, text, mentions;
	int64_t created_at, changed_at;
	bool removed;
};

#define MENTIONS_SCHEMA "{\"type\":\"array\",\"maxItems\":20,\"items\":{\"type\":\"integer\"}}"
#define BEFORE_AUTHOR \
	F_ID(), F_VERSION(), F_REF(project_id, "project", "Whose report", .flags = REQUIRED | FIXED), \
	        F_INT(contact_id, 1, INT64_MAX, "Under which row", .flags = REQUIRED | FIXED), \
	        F_REF(author_id, "user", "Who said it", .flags = GIVEN)
#define AFTER_AUTHOR \
	F_STR(text, 0, 4000, "What was said; empty when it was taken back", .flags = UNSORTED), \
	        F_JSON(mentions, MENTIONS_SCHEMA, "Who is named in it: ids of users", .flags = UNSORTED), \
	        F_TIME(created_at, "When it was said", .flags = GIVEN), \
	        F_TIME(changed_at, "When it was corrected last", .flags = GIVEN | NULLABLE), \
	        F_BOOL(removed, "Its author took it back")
#define ENTITY struct comment
static const struct field fields[] = {BEFORE_AUTHOR, AFTER_AUTHOR};
static const struct field seen_fields[] = {BEFORE_AUTHOR, F_STR(author, 0, 200, "His name", .flags = GIVEN), AFTER_AUTHOR};
#undef ENTITY
static const struct entity comment_entity = {.shape = {.name = "report_comment",
                                                     .doc = "A comment under a row of the report",
                                                     .fields = fields,
                                                     .n = COUNT(fields),
                                                     .size = sizeof(struct comment)},
        .table = "report_comment"};
static const struct entity comment_seen = {.shape = {.name = "report_comment",
                                                   .doc = "A comment under a row of the report",
                                                   .fields = seen_fields,
                                                   .n = COUNT(seen_fields),
                                                   .size = sizeof(struct comment)},
        .table = "report_comment_seen"};

static void fill(struct request *q, void *new)
{
	struct comment *c = new;

	c->author_id = q->who->user_id;
	c->mentions = STR("[]");
	c->created_at = q->now;
}

static int mention_ids(struct arena *a, str text, int64_t *ret, size_t *ret_n, struct fault *f)
{
	struct json doc;
	size_t n = 0;

	if (json_parse(a, text, &doc, f) || json_kind(doc) != JSON_ARRAY || json_count(doc) > MENTIONS_MAX)
		return fail(f, EINVAL, "mentions", "ids", "this is no list of numbers, or too long a one");
	for (; n < json_count(doc); n++)
		if (!json_int(json_at(doc, n), &ret[n]))
			return fail(f, EINVAL, "mentions", "ids", "this is no list of numbers, or too long a one");
	*ret_n = n;
	return 0;
}

static int check_mentions(struct request *q, const struct comment *c)
{
	int64_t ids[MENTIONS_MAX];
	size_t n = 0;
	int err = mention_ids(q->a, c->mentions, ids, &n, &q->fault);

	for (size_t i = 0; !err && i < n; i++) {
		bool may_name = false;
		err = report_may_name(q->db, q->a, q->who, c->project_id, ids[i], &may_name, &q->fault);
		if (!err && !may_name)
			err = fail(
			        &q->fault, EINVAL, "mentions", "mention", "there is nobody of this name who sees this row");
	}
	return err;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct comment *was = old;
	struct comment *c = new;
	struct val there;
	int err;

	if (was && was->author_id != q->who->user_id)
		return fail(&q->fault, EACCES, NULL, "not_yours", "only its author corrects a comment");
	if (was && was->removed)
		return fail(&q->fault, EALREADY, "removed", "removed", "this comment was taken back");
	if (c->removed) {
		c->text = STR("");
		c->mentions = STR("[]");
	} else if (!str_trim(c->text).n)
		return fail(&q->fault, EINVAL, "text", "required", "write something first");
	if (was)
		c->changed_at = q->now;
	err = db_one(q->db, q->a, "SELECT id FROM contact WHERE id = ?1 AND project_id = ?2 AND last_result_id IS NOT NULL",
	        VALS(V(c->contact_id), V(c->project_id)), &there, 1, &q->fault);
	if (err == ENOENT)
		return fail(&q->fault, EINVAL, "contact_id", "ref", "there is no such row in this report");
	return err ? err : check_mentions(q, c);
}

int mention_added(struct db *db, struct arena *a, const struct mention *m, struct fault *f)
{
	struct text body = {.a = a};
	struct json_out out = {.t = &body};

	json_open(&out, '{');
	json_member_int(&out, "project_id", m->project_id);
	json_member_int(&out, "contact_id", m->contact_id);
	json_member_int(&out, "comment_id", m->comment_id);
	json_close(&out, '}');
	return event_add(db, a,
	        &(struct event){.entity = "mention",
	                .verb = "created",
	                .row_id = m->id,
	                .user_id = m->user_id,
	                .right = MAY_DISCUSS,
	                .body = text_str(&body)},
	        f);
}

static int mention_write(struct request *q, struct db *db, const struct comment *c, int64_t user_id, struct fault *f)
{
	struct mention m = {
	        .comment_id = c->id, .project_id = c->project_id, .contact_id = c->contact_id, .user_id = user_id};
	struct val id;
	int err = db_one(db, q->a,
	        "INSERT INTO mention (comment_id, project_id, contact_id, user_id, created_at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT "
	        "(comment_id, user_id) DO NOTHING RETURNING id",
	        VALS(V(c->id), V(c->project_id), V(c->contact_id), V(user_id), V(q->now)), &id, 1, f);

	if (err)
		return err == ENOENT ? 0 : err;
	m.id = val_int(id);
	if (user_id == c->author_id)
		return 0;
	err = notify(db, q->a,
	        &(struct notice_of){.kind = NOTIFY_MENTION,
	                .project_id = c->project_id,
	                .row_id = c->contact_id,
	                .user_id = user_id,
	                .by_user_id = c->author_id,
	                .what = c->text},
	        q->now, f);
	return err ? err : mention_added(db, q->a, &m, f);
}

int row_event(struct db *db, struct arena *a, int64_t project_id, int64_t contact_id, int64_t user_id, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "report_row",
	                .verb = "changed",
	                .row_id = contact_id,
	                .project_id = project_id,
	                .user_id = user_id,
	                .right = MAY_SEE_REPORT},
	        f);
}

static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct comment *c = new;
	int64_t ids[MENTIONS_MAX];
	size_t n = 0;
	int err = mention_ids(q->a, c->mentions, ids, &n, f);

	(void)old;
	if (!err && c->removed)
		err = db_run(db, "DELETE FROM mention WHERE comment_id = ?1", VALS(V(c->id)), NULL, f);
	for (size_t i = 0; !err && i < n; i++)
		err = mention_write(q, db, c, ids[i], f);
	return err ? err : row_event(db, q->a, c->project_id, c->contact_id, 0, f);
}

const struct resource report_comment_resource = {
        .entity = &comment_entity,
        .list = &comment_seen,
        .path = "/report_comments",
        .read = MAY_DISCUSS,
        .write = MAY_DISCUSS,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "id",
        .check = check,
        .changed = changed,
        .fill = fill,
};
