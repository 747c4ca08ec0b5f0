/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unanswered.c - «нет подходящего ответа»: an operator notes what the client said, the script's author reads it in groups and settles them. */
#include "base/utf8.h"
#include "domain/role/role.h"
#include "domain/script/phrases.h"
#include "domain/script/script_priv.h"
#include "engine/spell/stems.h"

enum { SETTLE_MAX = 500 };

static const char *const unanswered_states[] = {"open", "answered", "aside", NULL};

#define ENTITY struct said_body
static const struct field said_fields[] = {
        F_REF(call_id, "journal", "In which call", .flags = REQUIRED),
        F_STR(node, 1, 40, "At which step", .flags = REQUIRED),
        F_STR(said, 1, 500, "What the client said", .flags = REQUIRED),
};
#undef ENTITY
const struct shape said_shape = SHAPE_OF(said_body, said_fields, "What a client said where no answer fits");
#define ENTITY struct settle_body
static const struct field settle_fields[] = {
        F_JSON(ids, "{\"type\":\"array\",\"maxItems\":500,\"items\":{\"type\":\"integer\"}}", "Which phrases",
                .flags = REQUIRED),
        F_WORD(state, unanswered_states, "Has an answer now, put aside, or open again", .flags = REQUIRED),
        F_REF(script_version_id, "script_version", "The draft where it has an answer now", .flags = NULLABLE),
};
#undef ENTITY
const struct shape settle_shape = SHAPE_OF(settle_body, settle_fields, "What becomes of phrases without an answer");

static int moved(struct db *db, struct arena *a, int64_t project_id, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "unanswered",
	                .verb = "changed",
	                .row_id = project_id,
	                .project_id = project_id,
	                .right = MAY_WRITE_SCRIPT,
	                .staff_only = true},
	        f);
}

/* Noting it ----------------------------------------------------------------------------------------------------------------- */

struct noting {
	struct request *q;
	const struct said_body *body;
	struct val call[3]; /* project, script version, contact */
	str words;
};

static int note_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct noting *n = arg;
	int err = db_run(db,
	        "INSERT INTO unanswered (project_id, call_id, script_version_id, node, operator_id, said, words, said_at) VALUES (?1, ?2, "
	        "?3, ?4, ?5, ?6, ?7, ?8)",
	        VALS(n->call[0], V(n->body->call_id), n->call[1], V(n->body->node), V(n->q->who->user_id),
	                V(str_trim(n->body->said)), V(n->words), V(n->q->now)),
	        NULL, f);

	return err ? err : moved(db, a, val_int(n->call[0]), f);
}

/* Only in a call of his own, at a step its script has. */
int unanswered_note(struct request *q)
{
	struct noting n = {.q = q, .body = q->body};
	struct val graph = {0};
	struct json doc;
	int err = db_one(q->db, q->a,
	        "SELECT project_id, script_version_id, contact_id FROM call WHERE id = ?1 AND operator_id = ?2 AND script_version_id IS NOT "
	        "NULL",
	        VALS(V(n.body->call_id), V(q->who->user_id)), n.call, 3, &q->fault);

	if (err == ENOENT)
		return fail(&q->fault, ENOENT, "call_id", "reference", "no such call of yours");
	if (!err)
		err = db_one(q->db, q->a, "SELECT graph FROM script_version WHERE id = ?1", VALS(n.call[1]), &graph, 1,
		        &q->fault);
	if (!err)
		err = json_parse(q->a, val_str(graph), &doc, &q->fault);
	if (!err && json_kind(graph_node(doc, n.body->node)) != JSON_OBJECT)
		err = fail(&q->fault, EINVAL, "node", "no_step", "this step is not in the script of the call");
	if (!err && !str_trim(n.body->said).n)
		err = fail(&q->fault, EINVAL, "said", "required", "there is nothing to note");
	if (err)
		return err;
	n.words = stems_join(q->a, stems_of(q->a, n.body->said));
	return request_write(q, note_write, &n);
}

/* Reading it ---------------------------------------------------------------------------------------------------------------- */

/* The titles of steps as the versions of the calls have them. */
struct titles {
	struct {
		int64_t id;
		struct json graph;
	} of[20];
	size_t n;
};

static str title_of(struct titles *t, struct db *db, struct arena *a, int64_t version_id, str node)
{
	struct val graph;
	size_t i = 0;

	while (i < t->n && t->of[i].id != version_id)
		i++;
	if (i == COUNT(t->of))
		return node;
	if (i == t->n) {
		t->of[t->n].id = version_id;
		if (db_one(db, a, "SELECT graph FROM script_version WHERE id = ?1", VALS(V(version_id)), &graph, 1, NULL) ||
		        json_parse(a, val_str(graph), &t->of[t->n].graph, NULL))
			return node;
		t->n++;
	}
	return json_get_text(graph_node(t->of[i].graph, node), "title");
}

static void put_phrase(struct json_out *w, const struct phrase *p)
{
	json_open(w, '{');
	json_member_int(w, "id", p->id);
	json_member_int(w, "call_id", p->call_id);
	json_member_text(w, "said", p->said);
	json_member_text(w, "operator", p->operator_name);
	json_member_int(w, "said_at", p->said_at);
	json_member_int(w, "number", p->number);
	json_close(w, '}');
}

/* A group, called by what was said first of it; first: the newest version it was said in. */
static void put_group(struct request *q, struct titles *t, const struct phrase *of, size_t n, size_t group)
{
	const struct phrase *first = NULL;
	int64_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (of[i].group != group)
			continue;
		first = first ? first : &of[i];
		count++;
	}
	json_open(&q->out, '{');
	json_member_text(&q->out, "node", first->node);
	json_member_text(&q->out, "title", title_of(t, q->db, q->a, first->version_id, first->node));
	json_member_text(&q->out, "label", first->said);
	json_member_int(&q->out, "count", count);
	json_key(&q->out, "phrases");
	json_open(&q->out, '[');
	for (size_t i = 0; i < n; i++)
		if (of[i].group == group)
			put_phrase(&q->out, &of[i]);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
}

static int read_phrases(struct request *q, int state, struct phrase *of, size_t *ret_n)
{
	struct rows r;
	size_t n = 0;
	int err = db_ask(q->db, q->a,
	        "SELECT x.id, x.call_id, x.script_version_id, v.number, x.said_at, x.node, x.said, x.words, u.name FROM unanswered x JOIN "
	        "script_version v ON v.id = x.script_version_id LEFT JOIN \"user\" u ON u.id = x.operator_id WHERE x.project_id = ?1 AND "
	        "x.state = ?2 ORDER BY x.id DESC LIMIT ?3",
	        VALS(V(q->id[0]), V(str_of(unanswered_states[state])), V((int64_t)PHRASES_MAX)), &r, &q->fault);

	while (!err && !(err = rows_next(&r, &q->fault)))
		of[n++] = (struct phrase){.id = rows_int(&r, 0),
		        .call_id = rows_int(&r, 1),
		        .version_id = rows_int(&r, 2),
		        .number = rows_int(&r, 3),
		        .said_at = rows_int(&r, 4),
		        .node = rows_str(&r, 5),
		        .said = rows_str(&r, 6),
		        .words = rows_str(&r, 7),
		        .operator_name = rows_str(&r, 8)};
	rows_done(&r);
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

/* What was said in this state, in groups, the largest first. */
int unanswered_groups(struct request *q)
{
	struct phrase *of = NEW_N(q->a, struct phrase, PHRASES_MAX);
	str asked = http_param(q->http, "state");
	struct titles titles = {0};
	int state = asked.n ? -1 : 0, err = access_project(q->db, q->a, q->who, q->id[0], &q->fault);
	size_t n = 0, groups;

	for (int i = 0; unanswered_states[i]; i++)
		if (str_eq(asked, str_of(unanswered_states[i])))
			state = i;
	if (!err && state < 0)
		err = fail(&q->fault, EINVAL, "state", "word", "there is no such state");
	if (!err)
		err = read_phrases(q, state, of, &n);
	if (err)
		return err;
	groups = phrases_group(q->a, of, n);
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	for (size_t g = 0; g < groups; g++)
		put_group(q, &titles, of, n, g);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return 0;
}

/* Settling it --------------------------------------------------------------------------------------------------------------- */

struct settling {
	struct request *q;
	const struct settle_body *body;
	struct json ids;
};

static int settle_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct settling *s = arg;
	bool open = s->body->state == 0;
	int err = 0;

	for (size_t i = 0; !err && i < json_count(s->ids); i++) {
		int64_t id = 0;
		(void)json_int(json_at(s->ids, i), &id);
		err = db_run(db,
		        "UPDATE unanswered SET state = ?3, settled_by = ?4, settled_at = ?5, settled_in = ?6, version = version + 1 WHERE id = "
		        "?1 AND project_id = ?2 AND state <> ?3",
		        VALS(V(id), V(s->q->id[0]), V(str_of(unanswered_states[s->body->state])),
		                val_ref(open ? 0 : s->q->who->user_id), val_ref(open ? 0 : s->q->now),
		                val_ref(open ? 0 : s->body->script_version_id)),
		        NULL, f);
	}
	return err ? err : moved(db, a, s->q->id[0], f);
}

/* The draft they were answered in, if one is named, is the project's. */
static int check_draft(struct request *q, int64_t version_id)
{
	struct val project;
	int err = version_id ? db_one(q->db, q->a, "SELECT project_id FROM script_version WHERE id = ?1",
	                               VALS(V(version_id)), &project, 1, &q->fault)
	                     : 0;

	if (err == ENOENT || (!err && version_id && val_int(project) != q->id[0]))
		err = fail(&q->fault, EINVAL, "script_version_id", "reference", "no such version in this project");
	return err;
}

int unanswered_settle(struct request *q)
{
	struct settling s = {.q = q, .body = q->body};
	int err = access_project(q->db, q->a, q->who, q->id[0], &q->fault);

	if (!err)
		err = check_draft(q, s.body->script_version_id);
	if (!err)
		err = json_parse(q->a, s.body->ids, &s.ids, &q->fault);
	if (!err && (json_kind(s.ids) != JSON_ARRAY || json_count(s.ids) > SETTLE_MAX))
		err = fail(&q->fault, EINVAL, "ids", "type", "a list of at most 500 phrases");
	return err ? err : request_write(q, settle_write, &s);
}
