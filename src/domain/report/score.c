/* SPDX-License-Identifier: GPL-3.0-or-later */
/* score.c - how the customer's people liked a talk they heard: 1 to 5 and a word, one per recording and author. Quality and the manager read it. */
#include "domain/report/comment.h"
#include "domain/report/report_priv.h"
#include "domain/role/role.h"

struct talk_score {
	int64_t id, version, project_id, recording_id, contact_id, author_id;
	str author;
	int64_t score;
	str words;
	int64_t scored_at;
};
#define BEFORE_AUTHOR \
	F_ID(), F_VERSION(), F_REF(project_id, "project", "Its project", .flags = GIVEN), \
	        F_REF(recording_id, "recording", "The talk that was heard", .flags = REQUIRED | FIXED), \
	        F_REF(contact_id, "contact", "With whom", .flags = GIVEN | NULLABLE), \
	        F_REF(author_id, "user", "Who says it", .flags = GIVEN)
#define AFTER_AUTHOR \
	F_INT(score, 1, 5, "From 1, bad, to 5", .flags = REQUIRED), \
	        F_STR(words, 0, 1000, "Why", .flags = NULLABLE | UNSORTED), F_TIME(scored_at, "When", .flags = GIVEN)
#define ENTITY struct talk_score
static const struct field fields[] = {BEFORE_AUTHOR, AFTER_AUTHOR};
static const struct field seen_fields[] = {BEFORE_AUTHOR, F_STR(author, 0, 200, "His name", .flags = GIVEN), AFTER_AUTHOR};
#undef ENTITY
static const struct entity talk_score_entity = ENTITY_OF(talk_score, fields, "talk_score", "How the customer liked a talk");
static const struct entity talk_score_seen = {.shape = {.name = "talk_score",
                                                      .doc = "How the customer liked a talk",
                                                      .fields = seen_fields,
                                                      .n = COUNT(seen_fields),
                                                      .size = sizeof(struct talk_score)},
        .table = "talk_score_seen"};

static void fill(struct request *q, void *new)
{
	struct talk_score *s = new;

	s->author_id = q->who->user_id;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct talk_score *was = old;
	struct talk_score *s = new;
	struct val v[2];
	int err;

	if (was && was->author_id != q->who->user_id)
		return fail(&q->fault, EACCES, NULL, "not_yours", "only its author changes a score");
	s->scored_at = q->now;
	err = db_one(q->db, q->a,
	        "SELECT g.project_id, c.contact_id FROM recording g JOIN call c ON c.id = g.call_id WHERE g.id = ?1",
	        VALS(V(s->recording_id)), v, COUNT(v), &q->fault);
	if (err)
		return err;
	s->project_id = val_int(v[0]);
	s->contact_id = val_int(v[1]);
	return 0;
}

static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct talk_score *s = new ? new : old;

	return s->contact_id ? row_event(db, q->a, s->project_id, s->contact_id, 0, f) : 0;
}

const struct resource talk_score_resource = {
        .entity = &talk_score_entity,
        .list = &talk_score_seen,
        .path = "/talk_scores",
        .read = MAY_DISCUSS | MAY_LISTEN,
        .write = MAY_JUDGE_LEADS | MAY_LISTEN,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-scored_at",
        .check = check,
        .changed = changed,
        .fill = fill,
};
