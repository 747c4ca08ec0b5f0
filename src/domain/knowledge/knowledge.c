/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knowledge.c - fields and rules of objections and articles, and the search for an article in the words of a talk. */
#include "domain/knowledge/knowledge.h"

#include "base/utf8.h"
#include "domain/role/role.h"
#include "engine/spell/stems.h"

enum { QUERY_WORDS = 8, FOUND_MAX = 20, EXCERPT = 160, TYPED_MAX = 200 };

#define OF_PROJECT "Its project; null: of the house, for every project"
#define ENTITY struct objection
static const struct field objection_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", OF_PROJECT, .flags = NULLABLE | FIXED),
        F_STR(phrase, 1, 200, "What the client says", .flags = REQUIRED | SEARCHED),
        F_STR(answer, 1, 4000, "What the operator answers, with merge fields", .flags = REQUIRED | SEARCHED | UNSORTED),
        F_TIME(created_at, "When it was written", .flags = GIVEN),
};
#undef ENTITY
#define ENTITY struct article
static const struct field article_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", OF_PROJECT, .flags = NULLABLE | FIXED),
        F_STR(title, 1, 200, "What it is about", .flags = REQUIRED | SEARCHED),
        F_STR(body, 1, 20000, "Plain text; an empty line parts paragraphs, «- » begins an item, «# » a heading",
                .flags = REQUIRED | SEARCHED | UNSORTED),
        F_BOOL(archived, "No longer shown to operators"),
        F_TIME(created_at, "When it was written", .flags = GIVEN),
};
#undef ENTITY
const struct entity objection_entity =
        ENTITY_OF(objection, objection_fields, "objection", "A client's doubt and its answer");
const struct entity article_entity = ENTITY_OF(article, article_fields, "article", "Knowledge beside the script");

static void objection_fill(struct request *q, void *new)
{
	((struct objection *)new)->created_at = q->now;
}

static void article_fill(struct request *q, void *new)
{
	((struct article *)new)->created_at = q->now;
}

/* What is for every project is written by who leads them all. */
static int may_write(struct request *q, int64_t project_id)
{
	if (!project_id && !may(q->who, MAY_ASSIGN_PM))
		return fail(&q->fault, EACCES, "project_id", "house_knowledge",
		        "what is for every project is written by who leads them all");
	return 0;
}

static int objection_check(struct request *q, const void *old, void *new)
{
	return may_write(q, ((const struct objection *)(new ? new : old))->project_id);
}

static int article_check(struct request *q, const void *old, void *new)
{
	return may_write(q, ((const struct article *)(new ? new : old))->project_id);
}

/* The words a search compares with go along with the text. */
static int article_changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct article *x = new;

	(void)old;
	return db_run(db, "UPDATE article SET title_words = ?2, words = ?3 WHERE id = ?1",
	        VALS(V(x->id), V(stems_join(q->a, stems_of(q->a, x->title))), V(stems_join(q->a, stems_of(q->a, x->body)))),
	        NULL, f);
}

/* A project's is seen by those who reach the project; one of the house by everybody with the right. */
static void reach(const struct request *q, struct query *where)
{
	query_add(where, " AND (project_id IS NULL OR project_id IN (SELECT id FROM project WHERE 1 = 1");
	access_scope(where, q->who, SCOPE_PROJECT, "id");
	query_add(where, "))");
}

static const struct resource objection_resource = {
        .entity = &objection_entity,
        .path = "/objections",
        .read = MAY_OPEN_CARD,
        .write = MAY_WRITE_SCRIPT,
        .remove = MAY_WRITE_SCRIPT,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "phrase",
        .reach = reach,
        .check = objection_check,
        .fill = objection_fill,
};
static const struct resource article_resource = {
        .entity = &article_entity,
        .path = "/articles",
        .read = MAY_OPEN_CARD,
        .write = MAY_WRITE_SCRIPT,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "title",
        .reach = reach,
        .check = article_check,
        .changed = article_changed,
        .fill = article_fill,
};

/* The search -------------------------------------------------------------------------------------------------------------- */

#define FOUND_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{" \
	"\"id\":{\"type\":\"integer\"},\"project_id\":{\"type\":[\"integer\",\"null\"]},\"title\":{\"type\":\"string\"}," \
	"\"excerpt\":{\"type\":\"string\"}},\"required\":[\"id\",\"project_id\",\"title\",\"excerpt\"]}}},\"required\":[\"rows\"]}"

static void put_found(struct json_out *w, const struct rows *r)
{
	json_open(w, '{');
	json_member_int(w, "id", rows_int(r, 0));
	json_key(w, "project_id");
	if (rows_int(r, 1))
		json_add_int(w, rows_int(r, 1));
	else
		json_add_null(w);
	json_member_text(w, "title", rows_str(r, 2));
	json_member_text(w, "excerpt", utf8_cut(rows_str(r, 3), EXCERPT));
	json_close(w, '}');
}

/* Every word must begin one of the article's; words in its title count more. */
static void add_words(struct query *sql, struct arena *a, struct stems words)
{
	for (size_t i = 0; i < words.n; i++) {
		str word = str_printf(a, " %.*s", STR_ARG(words.of[i]));
		query_add(sql, " AND (");
		query_contains(sql, "title_words", word);
		query_add(sql, " OR ");
		query_contains(sql, "words", word);
		query_add(sql, ")");
	}
	query_add(sql, " ORDER BY archived");
	for (size_t i = 0; i < words.n; i++) {
		query_add(sql, " + CASE WHEN ");
		query_contains(sql, "title_words", str_printf(a, " %.*s", STR_ARG(words.of[i])));
		query_add(sql, " THEN 1 ELSE 0 END");
	}
	query_add(sql, " DESC, title, id LIMIT ");
	query_val(sql, V((int64_t)FOUND_MAX));
}

/* Articles of a project and of the house, by the words typed; without words the first by title. */
static int articles_found(struct request *q)
{
	str typed = http_param(q->http, "q");
	struct stems words = stems_of(q->a, typed);
	struct query *sql = query_new(q->a);
	struct rows r;
	int err = access_project(q->db, q->a, q->who, q->id[0], &q->fault);

	if (!err && utf8_count(typed) > TYPED_MAX)
		err = fail(&q->fault, EINVAL, "q", "long", "at most %d characters", TYPED_MAX);
	if (err)
		return err;
	words.n = words.n > QUERY_WORDS ? QUERY_WORDS : words.n;
	query_add(sql,
	        "SELECT id, project_id, title, body FROM article WHERE archived = 0 AND (project_id IS NULL OR project_id = ");
	query_val(sql, V(q->id[0]));
	query_add(sql, ")");
	add_words(sql, q->a, words);
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	err = db_ask(q->db, q->a, QUERY(sql), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault)))
		put_found(&q->out, &r);
	rows_done(&r);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}

static const struct route routes[] = {
        {HTTP_GET, "/projects/{id}/articles/found", MAY_OPEN_CARD, articles_found,
                "Articles for an operator of the project, by the words typed (q), in whichever form they stand",
                .gives_raw = "application/json", .schema = FOUND_SCHEMA},
        {0}};
static const struct resource *const resources[] = {&objection_resource, &article_resource, NULL};
const struct module knowledge_module = {.name = "knowledge", .resources = resources, .routes = routes};
