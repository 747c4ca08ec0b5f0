/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt.c - fields and rules of prompts. */
#include "domain/prompt/prompt_priv.h"
#include "domain/role/role.h"

static const char *const kinds[] = {"words", "upload", NULL};

#define ENTITY struct prompt
#define G GIVEN
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project; null: of the house, for every project", .flags = NULLABLE | FIXED),
        F_STR(name, 1, 100, "Its name, unique in the project", .flags = REQUIRED | SEARCHED),
        F_WORD(language, language_names, "The language its words are spoken in"),
        F_WORD(kind, kinds, "Words that a voice speaks, or a sound that was uploaded", .flags = G),
        F_STR(words, 1, PROMPT_WORDS_MAX, "What is said, with merge fields: {person.name}, {field.KEY:money|fallback}",
                .flags = NULLABLE | SEARCHED | UNSORTED),
        F_INT(file_id, 0, 0, "The file as it was uploaded", .flags = G | NULLABLE | UNLISTED),
        F_STR(file_name, 0, 255, "Its name", .flags = G | NULLABLE),
        F_STR(sound, 0, 64, "SHA-256 of what is played of it", .flags = G | NULLABLE | UNSORTED | UNLISTED),
        F_INT(duration_ms, 0, 0, "How long the upload lasts", .flags = G | NULLABLE),
        F_REAL(level_db, -100, 0, "How loud the upload was, dB of full scale; what is played is brought to -20",
                .flags = G | NULLABLE),
        F_TIME(created_at, "When it was made", .flags = G),
};
#undef ENTITY
const struct entity prompt_entity = ENTITY_OF(prompt, fields, "prompt", "What callers hear: an uploaded sound, or words");

int prompt_may_write(struct request *q, int64_t project_id)
{
	if (!project_id && !may(q->who, MAY_SET_UP))
		return fail(&q->fault, EACCES, "project_id", "house_prompt", "prompts of the house are the administrator's");
	return 0;
}

static void fill(struct request *q, void *new)
{
	((struct prompt *)new)->created_at = q->now;
}

/* Where it is said, as a sentence. */
static int check_unused(struct request *q, int64_t id)
{
	struct text t = {.a = q->a};
	struct rows r;
	int err = db_ask(q->db, q->a,
	        "SELECT f.name FROM flow_prompt u JOIN flow f ON f.id = u.flow_id WHERE u.prompt_id = ?1 ORDER BY f.name LIMIT 20",
	        VALS(V(id)), &r, &q->fault);

	while (!err && !(err = rows_next(&r, &q->fault)))
		text_addf(&t, "%s«%.*s»", t.n ? ", " : "", STR_ARG(rows_str(&r, 0)));
	rows_done(&r);
	if (err != ENOENT)
		return err;
	return t.n ? fail(&q->fault, EEXIST, NULL, "prompt_in_use", "it is said in: %s", text_z(&t)) : 0;
}

int prompt_free(struct request *q, int64_t id)
{
	struct val n;
	int err = db_one(q->db, q->a,
	        "SELECT COUNT(*) FROM flow_prompt u JOIN flow f ON f.id = u.flow_id JOIN project p ON p.id = f.project_id WHERE u.prompt_id "
	        "= ?1 AND p.customer_approves = 1",
	        VALS(V(id)), &n, 1, &q->fault);

	if (!err && val_int(n))
		err = fail(&q->fault, EACCES, NULL, "customer_approves",
		        "a flow the customer has approved says it: make another prompt, and propose a version of the flow that says that one");
	return err;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct prompt *was = old;
	struct prompt *p = new;
	int err = prompt_may_write(q, p ? p->project_id : was->project_id);

	if (err || !p)
		return err ? err : check_unused(q, was->id);
	if (was && (!str_eq(was->words, p->words) || was->language != p->language) && (err = prompt_free(q, was->id)))
		return err;
	if (p->kind == PROMPT_UPLOAD)
		return p->words.n
		               ? fail(&q->fault, EINVAL, "words", "prompt_upload", "this prompt is a sound: it has no words")
		               : 0;
	if (!str_trim(p->words).n)
		return fail(&q->fault, EINVAL, "words", "required", "there is nothing to say");
	return prompt_check_words(q->db, q->a, p->project_id, "words", p->words, &q->fault);
}

static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct prompt *was = old;

	return new || !was->file_id ? 0 : prompt_drop_file(db, q->a, was->file_id, q->now, f);
}

/* A project's is seen by those who reach the project; one of the house by everybody with the right. */
static void reach(const struct request *q, struct query *where)
{
	query_add(where, " AND (project_id IS NULL OR project_id IN (SELECT id FROM project WHERE 1 = 1");
	access_scope(where, q->who, SCOPE_PROJECT, "id");
	query_add(where, "))");
}

const struct resource prompt_resource = {
        .entity = &prompt_entity,
        .path = "/prompts",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "name",
        .reach = reach,
        .check = check,
        .changed = changed,
        .fill = fill,
};

int prompt_of_project(struct db *db, struct arena *a, int64_t id, int64_t project_id, struct prompt *ret, struct fault *f)
{
	int err = entity_get(&prompt_entity, db, a, id, ret, f);

	return err ? err : ret->project_id && ret->project_id != project_id ? ENOENT : 0;
}

int prompt_check_words(struct db *db, struct arena *a, int64_t project_id, const char *field, str words, struct fault *f)
{
	enum { KEYS = 200 };
	str *keys = NEW_N(a, str, KEYS);
	struct rows r;
	size_t n = 0;
	int err;

	if (str_find(words, '{', 0) == words.n && str_find(words, '}', 0) == words.n)
		return 0;
	err = db_ask(db, a, "SELECT key FROM form_field WHERE project_id = ?1 AND archived = 0 ORDER BY id LIMIT 200",
	        VALS(V(project_id)), &r, f);

	while (!err && !(err = rows_next(&r, f)))
		keys[n++] = str_copy(a, rows_str(&r, 0));
	rows_done(&r);
	return err != ENOENT ? err : spoken_check(words, field, keys, n, f);
}

int prompt_known(struct db *db, struct arena *a, int64_t project_id, struct prompt_known *ret, struct fault *f)
{
	struct val v[3];
	int err = db_one(db, a,
	        "SELECT p.language, p.name, c.name FROM project p JOIN customer c ON c.id = p.customer_id WHERE p.id = ?1",
	        VALS(V(project_id)), v, COUNT(v), f);

	if (!err)
		*ret = (struct prompt_known){.language = str_eq(val_str(v[0]), STR("en")) ? LANGUAGE_EN : LANGUAGE_RU,
		        .values = {{STR("project.name"), val_str(v[1])}, {STR("customer.name"), val_str(v[2])}}};
	return err;
}

int prompt_said_by(struct db *db, int64_t flow_id, const int64_t *prompts, size_t n, struct fault *f)
{
	int err = db_run(db, "DELETE FROM flow_prompt WHERE flow_id = ?1", VALS(V(flow_id)), NULL, f);

	for (size_t i = 0; i < n && !err; i++)
		err = db_run(db, "INSERT INTO flow_prompt (flow_id, prompt_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
		        VALS(V(flow_id), V(prompts[i])), NULL, f);
	return err;
}

static const struct resource *const resources[] = {&prompt_resource, NULL};
const struct module prompt_module = {.name = "prompt", .resources = resources, .routes = prompt_routes, .jobs = prompt_jobs};
