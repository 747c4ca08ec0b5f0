/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script.c - the fields of a script version and its life. */
#include "domain/script/script.h"

#include "domain/role/role.h"
#include "domain/script/script_priv.h"
#include "domain/script/script_schema.h"
#include "domain/script/split.h"

static const char *const states[] = {"draft", "proposed", "approved", "declined", "active", "retired", NULL};

#define ENTITY struct script_version
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_INT(number, 1, 1000000, "Number within the project: v1, v2, …", .flags = GIVEN),
        F_WORD(state, states, "Where it is in its life; only «active» is dialled", .flags = GIVEN),
        F_JSON(graph, GRAPH_SCHEMA, "Stages and steps: see docs/script.md", .flags = UNSORTED | UNLISTED),
        F_STR(note, 0, 2000, "What changed against the version before, or why it was declined",
                .flags = NULLABLE | SEARCHED),
        F_REF(author_id, "user", "Who wrote it", .flags = NULLABLE | GIVEN | STAFF_ONLY),
        F_REF(approved_by, "user", "Who approved it", .flags = NULLABLE | GIVEN | STAFF_ONLY),
        F_TIME(approved_at, "When it was approved", .flags = NULLABLE | GIVEN),
        F_TIME(created_at, "When it was drafted", .flags = GIVEN),
};
#undef ENTITY

const struct entity script_version_entity =
        ENTITY_OF(script_version, fields, "script_version", "A version of a project's script");

static void script_fill(struct request *q, void *new)
{
	struct script_version *v = new;
	struct val language = {0};
	struct fault none = {0}; /* a project that is not there is refused before anything is written */

	if (db_one(q->db, q->a, "SELECT language FROM project WHERE id = ?1", VALS(V(q->id[0])), &language, 1, &none))
		language = V(STR("ru"));
	v->graph = script_template(q->a, val_str(language)); /* unless the body brings one */
	v->author_id = q->who->user_id;
	v->created_at = q->now;
	v->number = 1;
}

static int script_check(struct request *q, const void *old, void *new)
{
	const struct script_version *was = old;
	struct script_version *v = new;
	int err;

	if (was && was->state != SCRIPT_DRAFT)
		return entity_not_draft(&q->fault);
	if (!v)
		return 0;
	err = graph_check(q->a, v->graph, &q->fault);
	return err || was ? err
	                  : entity_next_number(
	                            &script_version_entity, q->db, q->a, "project_id", v->project_id, &v->number, &q->fault);
}

/* Phrases that were answered in a draft which goes have no answer any more. */
static int script_changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct script_version *was = old;

	(void)q;
	return new ? 0
	           : db_run(db,
	                     "UPDATE unanswered SET state = 'open', settled_by = NULL, settled_at = NULL, settled_in = NULL, version = "
	                     "version + 1 WHERE settled_in = ?1",
	                     VALS(V(was->id)), NULL, f);
}

const struct resource script_resource = {
        .entity = &script_version_entity,
        .path = "/projects/{project_id}/scripts",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_WRITE_SCRIPT,
        .remove = MAY_WRITE_SCRIPT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-number",
        .check = script_check,
        .changed = script_changed,
        .fill = script_fill,
};

#define ENTITY struct decline_body
static const struct field decline_fields[] = {
        F_STR(note, 3, 2000, "Why it is declined: its author reads it", .flags = REQUIRED),
};
#undef ENTITY
static const struct shape decline_shape = SHAPE_OF(decline_body, decline_fields, "Declining a script version");

static const struct route routes[] = {{HTTP_GET, "/scripts/{id}", MAY_SEE_PROJECTS, script_get, "One version with its graph",
                                              .gives = &script_version_entity.shape},
        {HTTP_GET, "/scripts/{id}/lint", MAY_SEE_PROJECTS, script_lint, "What an experienced author would notice",
                .gives_raw = "application/json", .schema = LINT_SCHEMA},
        {HTTP_GET, "/scripts/{id}/diff", MAY_SEE_PROJECTS, script_compare,
                "What changed against another version of the project (against): steps that came, went and changed, words marked",
                .gives_raw = "application/json", .schema = SCRIPT_DIFF_SCHEMA},
        {HTTP_GET, "/scripts/{id}/steps", MAY_SEE_REPORT, script_steps,
                "Talks through each step and where they ended, per operator; from outside: all operators together",
                .gives_raw = "application/json", .schema = SCRIPT_STEPS_SCHEMA},
        {HTTP_POST, "/seat/unanswered", MAY_SIT, unanswered_note,
                "Note what the client said where no answer of the step fits", .takes = &said_shape},
        {HTTP_GET, "/projects/{id}/unanswered", MAY_WRITE_SCRIPT, unanswered_groups,
                "What clients said where the script had no answer, in groups; state: open, answered, aside",
                .gives_raw = "application/json", .schema = UNANSWERED_SCHEMA},
        {HTTP_POST, "/projects/{id}/unanswered/settle", MAY_WRITE_SCRIPT, unanswered_settle,
                "Phrases have an answer now, are put aside, or are open again", .takes = &settle_shape},
        {HTTP_GET, "/splits/{id}/reading", MAY_SEE_REPORT, split_reading,
                "Both versions' conversions with intervals, and what the sequential test allows to say; b minus a",
                .gives_raw = "application/json", .schema = SPLIT_READING_SCHEMA},
        {HTTP_POST, "/splits/{id}/stop", MAY_RUN_PROJECT, split_stop, "Stop a split test; what is kept is used from now on",
                .takes = &split_stop_shape, .gives = &split_entity.shape},
        {HTTP_GET, "/projects/{id}/split-plan", MAY_RUN_PROJECT, split_plan,
                "What difference a split test could show with the contacts that are left, at the rate of the 5000 called last (goal: lead, meeting, "
                "presentation, sale)",
                .gives_raw = "application/json", .schema = SPLIT_PLAN_SCHEMA},
        {HTTP_POST, "/scripts/{id}/copy", MAY_WRITE_SCRIPT, script_copy, "A new draft with the same graph",
                .gives = &script_version_entity.shape},
        {HTTP_POST, "/scripts/{id}/propose", MAY_WRITE_SCRIPT, script_propose,
                "Propose a draft: its graph is fixed from now on", .gives = &script_version_entity.shape},
        {HTTP_POST, "/scripts/{id}/approve", MAY_RUN_PROJECT, script_approve,
                "Approve a proposed version: it becomes the active one", .gives = &script_version_entity.shape},
        {HTTP_POST, "/scripts/{id}/decline", MAY_RUN_PROJECT, script_decline, "Decline a proposed version, with the reason",
                .takes = &decline_shape, .gives = &script_version_entity.shape},
        {0}};

static const struct resource *const resources[] = {&script_resource, &split_resource, NULL};

const struct module script_module = {.name = "script", .resources = resources, .routes = routes};
