/* SPDX-License-Identifier: GPL-3.0-or-later */
/* change.c - the fields of a change, what may be proposed, and the proposing itself. */
#include "domain/base/base.h"
#include "domain/change/change_priv.h"
#include "domain/change/change_schema.h"
#include "domain/import/import.h"
#include "domain/role/role.h"
#include "domain/script/script.h"

const char *const change_kinds[] = {"script", "base", "strategy", "flow", "composition", NULL};
const char *const change_states[CHANGE_STATES + 1] = {
        "proposed", "questioned", "approved", "declined", "applied", "withdrawn", NULL};
const char *const decision_words[] = {"approve", "decline", "ask", NULL};

#define ENTITY struct change
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_INT(number, 1, 1000000, "Number within the project", .flags = GIVEN),
        F_WORD(kind, change_kinds, "What it changes; composition: script, base and strategy at once, with a flow or without",
                .flags = REQUIRED | FIXED),
        F_WORD(state, change_states, "Where it is in its life", .flags = GIVEN),
        F_STR(title, 3, 200, "What it changes, in words", .flags = REQUIRED | FIXED | SEARCHED),
        F_STR(effect, 3, 2000, "What is expected of it, in words", .flags = REQUIRED | FIXED | UNSORTED),
        F_REF(script_version_id, "script_version", "The script version it proposes", .flags = NULLABLE | FIXED),
        F_REF(base_id, "base", "The base it proposes", .flags = NULLABLE | FIXED),
        F_REF(import_id, "import", "What came into a base that is dialled, and is proposed", .flags = NULLABLE | FIXED),
        F_REF(retires_base_id, "base", "The base that is dialled no more when it takes effect", .flags = NULLABLE | FIXED),
        F_REF(strategy_id, "strategy", "The strategy it proposes", .flags = NULLABLE | FIXED),
        F_REF(flow_version_id, "flow_version", "The version of a flow it proposes", .flags = NULLABLE | FIXED),
        F_JSON(diff, DIFF_SCHEMA, "What it changes, as it was shown to whoever decided",
                .flags = GIVEN | UNSORTED | UNLISTED),
        F_TIME(takes_effect_at, "When it takes effect; null: as soon as it is approved", .flags = NULLABLE | FIXED),
        F_REF(author_id, "user", "Who proposed it", .flags = NULLABLE | GIVEN | STAFF_ONLY),
        F_TIME(created_at, "When it was proposed", .flags = GIVEN),
        F_STR(decided_by, 0, 254, "Who decided: a name, or the address of the letter", .flags = NULLABLE | GIVEN),
        F_TIME(decided_at, "When it was decided", .flags = NULLABLE | GIVEN),
        F_STR(decision_note, 0, 2000, "Why it was declined, or withdrawn", .flags = NULLABLE | GIVEN | UNSORTED),
        F_TIME(applied_at, "When it took effect", .flags = NULLABLE | GIVEN),
        F_TIME(withdrawn_at, "When it was withdrawn", .flags = NULLABLE | GIVEN),
};
#undef ENTITY
const struct entity change_entity = ENTITY_OF(change, fields, "change", "A change of script, base, strategy or flow");

struct change_word {
	int64_t id, project_id, change_id, at;
	int kind;
	str said_by, words;
};
static const char *const word_kinds[] = {"question", "answer", NULL};
#define ENTITY struct change_word
static const struct field word_fields[] = {
        F_ID(),
        F_REF(project_id, "project", "The project", .flags = GIVEN),
        F_REF(change_id, "change", "The change", .flags = GIVEN),
        F_TIME(at, "When it was said", .flags = GIVEN),
        F_WORD(kind, word_kinds, "A question, or its answer", .flags = GIVEN),
        F_STR(said_by, 1, 254, "By whom", .flags = GIVEN),
        F_STR(words, 1, 2000, "What", .flags = GIVEN | UNSORTED),
};
#undef ENTITY
static const struct entity change_word_entity =
        ENTITY_OF(change_word, word_fields, "change_word", "A question to a change, and its answer");

static void change_fill(struct request *q, void *new)
{
	struct change *c = new;

	c->number = 1;
	c->author_id = q->who->user_id;
	c->created_at = q->now;
	c->diff = STR("{}");
}

/* Exactly what its kind says. */
static int parts_fit(struct request *q, const struct change *c)
{
	bool all = c->kind == CHANGE_COMPOSITION, base = c->base_id || c->import_id || c->retires_base_id;

	if ((c->script_version_id != 0) != (all || c->kind == CHANGE_SCRIPT))
		return fail(&q->fault, EINVAL, "script_version_id", "parts", "a change of this kind has other parts");
	if (base != (all || c->kind == CHANGE_BASE) || (c->base_id && c->import_id) || (all && !c->base_id))
		return fail(&q->fault, EINVAL, "base_id", "parts", "a change of this kind has other parts");
	if ((c->strategy_id != 0) != (all || c->kind == CHANGE_STRATEGY))
		return fail(&q->fault, EINVAL, "strategy_id", "parts", "a change of this kind has other parts");
	if (!all && (c->flow_version_id != 0) != (c->kind == CHANGE_FLOW))
		return fail(&q->fault, EINVAL, "flow_version_id", "parts", "a change of this kind has other parts");
	if (c->takes_effect_at && c->takes_effect_at <= q->now)
		return fail(&q->fault, EINVAL, "takes_effect_at", "past", "this moment has passed");
	return 0;
}

/* A question that finds a row when the part may be proposed. */
static int part_stands(struct request *q, const char *field, int64_t id, int64_t project_id, const char *sql)
{
	struct val v;
	int err = id ? db_one(q->db, q->a, sql, VALS(V(id), V(project_id)), &v, 1, &q->fault) : 0;

	if (err == ENOENT)
		err = fail(&q->fault, EINVAL, field, "not_to_propose", "this cannot be proposed as it stands now");
	return err;
}

#define OPEN_CHANGE "FROM change c WHERE c.state IN ('proposed', 'questioned', 'approved') AND c."

static int parts_stand(struct request *q, const struct change *c)
{
	int err = part_stands(q, "script_version_id", c->script_version_id, c->project_id,
	        "SELECT 1 FROM script_version v WHERE id = ?1 AND project_id = ?2 AND state IN ('draft', 'proposed') AND NOT EXISTS "
	        "(SELECT 1 " OPEN_CHANGE "script_version_id = v.id)");

	if (!err)
		err = part_stands(q, "base_id", c->base_id, c->project_id,
		        "SELECT 1 FROM base b WHERE id = ?1 AND project_id = ?2 AND state <> 'active' AND NOT EXISTS (SELECT 1 FROM import i "
		        "WHERE i.base_id = b.id AND i.state IN ('running', 'undoing')) AND NOT EXISTS (SELECT 1 " OPEN_CHANGE
		        "base_id = b.id)");
	if (!err)
		err = part_stands(q, "import_id", c->import_id, c->project_id,
		        "SELECT 1 FROM import i WHERE id = ?1 AND project_id = ?2 AND state = 'done' AND held = 1 AND NOT EXISTS "
		        "(SELECT 1 " OPEN_CHANGE "import_id = i.id)");
	if (!err)
		err = part_stands(q, "retires_base_id", c->retires_base_id, c->project_id,
		        "SELECT 1 FROM base WHERE id = ?1 AND project_id = ?2 AND state = 'active'");
	if (!err)
		err = part_stands(q, "strategy_id", c->strategy_id, c->project_id,
		        "SELECT 1 FROM strategy y WHERE id = ?1 AND project_id = ?2 AND state IN ('draft', 'proposed') AND NOT EXISTS "
		        "(SELECT 1 " OPEN_CHANGE "strategy_id = y.id)");
	if (!err)
		err = part_stands(q, "flow_version_id", c->flow_version_id, c->project_id,
		        "SELECT 1 FROM flow_version v WHERE id = ?1 AND project_id = ?2 AND state = 'draft' AND NOT EXISTS (SELECT 1 " OPEN_CHANGE
		        "flow_version_id = v.id)");
	return err;
}

static int change_check(struct request *q, const void *old, void *new)
{
	struct change *c = new;
	struct val v[2];
	int err = parts_fit(q, c);

	(void)old;
	if (!err)
		err = parts_stand(q, c);
	if (!err)
		err = db_one(q->db, q->a,
		        "SELECT state, (SELECT coalesce(max(number), 0) + 1 FROM change WHERE project_id = ?1) FROM project WHERE id = ?1",
		        VALS(V(c->project_id)), v, 2, &q->fault);
	if (!err && str_eq(val_str(v[0]), STR("finished")))
		err = fail(&q->fault, EINVAL, "state", "finished", "a finished project does not change");
	if (err)
		return err;
	c->number = val_int(v[1]);
	return change_diff(q->db, q->a, c, &c->diff, &q->fault);
}

static int change_made(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	struct by by = request_by(q);

	int64_t letters;
	int err = change_parts_move(&by, db, q->a, new, f);

	(void)old;
	return err ? err : change_ask_customer(q->app, db, q->a, new, q->now, &letters, f);
}

const struct resource change_resource = {
        .entity = &change_entity,
        .path = "/changes",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-created_at",
        .check = change_check,
        .changed = change_made,
        .fill = change_fill,
};
static const struct resource change_word_resource = {
        .entity = &change_word_entity,
        .path = "/changes/{change_id}/words",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "at",
};

#define ENTITY struct decision_body
static const struct field decision_fields[] = {
        F_WORD(decision, decision_words, "What is decided", .flags = REQUIRED),
        F_STR(note, 0, 2000, "The question, or why it is declined", .flags = NULLABLE),
};
#undef ENTITY
const struct shape decision_shape = SHAPE_OF(decision_body, decision_fields, "A decision about a change");
#define ENTITY struct answer_body
static const struct field answer_fields[] = {F_STR(words, 1, 2000, "The answer", .flags = REQUIRED)};
#undef ENTITY
const struct shape answer_shape = SHAPE_OF(answer_body, answer_fields, "The answer to a question about a change");

static const struct route routes[] = {
        {HTTP_POST, "/changes/{id}/decide", MAY_DECIDE, change_decide_route, "Approve, decline or question a change",
                .takes = &decision_shape, .gives = &change_entity.shape},
        {HTTP_POST, "/changes/{id}/answer", MAY_RUN_PROJECT, change_answer,
                "Answer the question: the change is proposed again", .takes = &answer_shape, .gives = &change_entity.shape},
        {HTTP_POST, "/changes/{id}/withdraw", MAY_RUN_PROJECT, change_withdraw,
                "Withdraw a change that has not taken effect", .gives = &change_entity.shape},
        {HTTP_GET, "/changes/{id}/effect", MAY_SEE_REPORT, change_effect_route,
                "From dialogue to lead before the change and after it, with the interval of the difference",
                .gives_raw = "application/json", .schema = EFFECT_SCHEMA},
        {HTTP_GET, "/scripts/{id}/effect", MAY_SEE_REPORT, script_effect_route,
                "From dialogue to lead in the calls of a version and of the one approved before it, and how far apart they plausibly are",
                .gives_raw = "application/json", .schema = EFFECT_SCHEMA},
        {HTTP_POST, "/changes/{id}/letter", MAY_SEND_LETTERS, change_letter,
                "Ask the customer again, by a letter with a new link", .gives = &change_entity.shape},
        {0},
};
static const struct resource *const resources[] = {&change_resource, &change_word_resource, NULL};
static const struct job_kind jobs[] = {
        {.name = "change",
                .run = change_apply,
                .base_ms = 5 * CLOCK_SECOND,
                .doc = "Let an approved change take effect at its moment"},
        {.name = "change_news",
                .run = change_news,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 3,
                .every_ms = 30 * CLOCK_MINUTE,
                .doc = "Tell the customer when the conversion rose for sure, after a change or without one"},
        {0},
};

const struct module change_module = {.name = "change", .resources = resources, .routes = routes, .jobs = jobs};
