/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mark.c - marks in a recording: a word at a moment, set by who listened, seen by who may listen, taken back by its author. */
#include "domain/recording/mark.h"

#include "domain/role/role.h"

struct recording_mark {
	int64_t id, version, project_id, recording_id, at_ms, author_id;
	str author, text;
	int64_t created_at;
};

#define BEFORE_AUTHOR \
	F_ID(), F_VERSION(), F_REF(project_id, "project", "Its project", .flags = GIVEN), \
	        F_REF(recording_id, "recording", "In which recording", .flags = REQUIRED | FIXED), \
	        F_INT(at_ms, 0, 86400000, "Where: milliseconds from its beginning", .flags = REQUIRED), \
	        F_REF(author_id, "user", "Who set it", .flags = GIVEN)
#define AFTER_AUTHOR \
	F_STR(text, 1, 300, "What there is to hear", .flags = REQUIRED | UNSORTED), \
	        F_TIME(created_at, "When it was set", .flags = GIVEN)
#define ENTITY struct recording_mark
static const struct field fields[] = {BEFORE_AUTHOR, AFTER_AUTHOR};
static const struct field seen_fields[] = {BEFORE_AUTHOR, F_STR(author, 0, 200, "His name", .flags = GIVEN), AFTER_AUTHOR};
#undef ENTITY
#define DOC "A mark in a recording: a word at a moment"
static const struct entity mark_entity = ENTITY_OF(recording_mark, fields, "recording_mark", DOC);
static const struct entity mark_seen = {.shape = {.name = "recording_mark",
                                                .doc = DOC,
                                                .fields = seen_fields,
                                                .n = COUNT(seen_fields),
                                                .size = sizeof(struct recording_mark)},
        .table = "recording_mark_seen"};

static void fill(struct request *q, void *new)
{
	struct recording_mark *m = new;

	m->author_id = q->who->user_id;
	m->created_at = q->now;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct recording_mark *was = old;
	struct recording_mark *m = new;
	struct val project;
	int err;

	if (was && was->author_id != q->who->user_id)
		return fail(&q->fault, EACCES, NULL, "not_yours", "only who set a mark changes it");
	if (was || !m)
		return 0;
	err = db_one(q->db, q->a, "SELECT project_id FROM recording WHERE id = ?1", VALS(V(m->recording_id)), &project, 1,
	        &q->fault);
	m->project_id = val_int(project);
	return err;
}

/* A link of a letter listens too, and discusses nothing. */
const struct resource recording_mark_resource = {
        .entity = &mark_entity,
        .list = &mark_seen,
        .path = "/recording_marks",
        .read = MAY_LISTEN,
        .write = MAY_LISTEN | MAY_DISCUSS,
        .remove = MAY_LISTEN | MAY_DISCUSS,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "at_ms,id",
        .check = check,
        .fill = fill,
};
