/* SPDX-License-Identifier: GPL-3.0-or-later */
/* template.c - fields and rules of templates, and the versions of their words. */
#include "domain/template/template.h"

#include "base/utf8.h"
#include "domain/project/project.h"
#include "domain/role/role.h"
#include "domain/setting/setting.h"

const char *const template_kinds[] = {"letter", "offer", "sms", "fax", NULL};

#define ENTITY struct template
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project; null: of the house, for every project", .flags = NULLABLE | FIXED),
        F_WORD(kind, template_kinds, "What it becomes", .flags = REQUIRED | FIXED),
        F_STR(name, 1, 100, "Its name in lists", .flags = REQUIRED | SEARCHED),
        F_STR(subject, 1, TEMPLATE_SUBJECT_MAX, "Subject of a letter, title of an offer or a fax; with merge fields",
                .flags = NULLABLE | SEARCHED),
        F_STR(body, 1, TEMPLATE_BODY_MAX, "Its words, with merge fields: {person.name}, {field.KEY|fallback}",
                .flags = REQUIRED | SEARCHED | UNSORTED),
        F_REF(offer_id, "template", "The offer that goes with it as a PDF", .flags = NULLABLE),
        F_BOOL(advertising, "It advertises: the law asks for a consent"),
        F_BOOL(editable, "Who sends it may change its words"),
        F_BOOL(archived, "Not offered any more"),
        F_INT(number, 1, INT64_MAX, "Version of its words", .flags = GIVEN),
        F_REF(author_id, "user", "Who wrote it", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
};
#undef ENTITY
const struct entity template_entity = ENTITY_OF(template, fields, "template", "Words for what leaves from a card");

struct template_version {
	int64_t id, template_id, number;
	str subject, body;
	int64_t offer_id, author_id, created_at;
};
#define ENTITY struct template_version
static const struct field version_fields[] = {
        F_ID(),
        F_REF(template_id, "template", "Whose words", .flags = GIVEN),
        F_INT(number, 1, INT64_MAX, "Which version", .flags = GIVEN),
        F_STR(subject, 0, TEMPLATE_SUBJECT_MAX, "Its subject then", .flags = GIVEN | NULLABLE),
        F_STR(body, 0, TEMPLATE_BODY_MAX, "Its words then", .flags = GIVEN | UNSORTED),
        F_REF(offer_id, "template", "The offer that went with it", .flags = GIVEN | NULLABLE),
        F_REF(author_id, "user", "Who wrote them", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When", .flags = GIVEN),
};
#undef ENTITY
static const struct entity template_version_entity =
        ENTITY_OF(template_version, version_fields, "template_version", "Words of a template as they were");

static void fill(struct request *q, void *new)
{
	struct template *t = new;

	t->created_at = q->now;
	t->author_id = q->who->user_id;
	t->advertising = t->editable = true;
	t->number = 1;
}

static int check_offer(struct request *q, const struct template *t)
{
	struct template offer;
	int err;

	if (!t->offer_id)
		return 0;
	if (t->kind != TEMPLATE_LETTER && t->kind != TEMPLATE_FAX)
		return fail(&q->fault, EINVAL, "offer_id", "template_offer", "an offer goes with a letter or a fax");
	err = entity_get(&template_entity, q->db, q->a, t->offer_id, &offer, &q->fault);
	if (!err && (offer.kind != TEMPLATE_OFFER || offer.archived))
		return fail(&q->fault, EINVAL, "offer_id", "template_offer_kind", "it is no offer, or is not used any more");
	if (!err && offer.project_id && offer.project_id != t->project_id)
		return fail(&q->fault, EINVAL, "offer_id", "template_offer_project", "the offer is another project's");
	return err;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct template *was = old;
	struct template *t = new;
	int64_t project_id = t ? t->project_id : was->project_id;
	int err;

	if (!project_id && !may(q->who, MAY_ASSIGN_PM))
		return fail(&q->fault, EACCES, "project_id", "template_house",
		        "templates of the house are the project director's");
	if (!t)
		return 0;
	if (t->kind == TEMPLATE_SMS && t->subject.n)
		return fail(&q->fault, EINVAL, "subject", "template_sms_subject", "a short message has no subject");
	if (t->kind != TEMPLATE_SMS && !str_trim(t->subject).n)
		return fail(&q->fault, EINVAL, "subject", "required", "the subject says what it is about");
	if (t->kind == TEMPLATE_SMS && utf8_count(t->body) > TEMPLATE_SMS_MAX)
		return fail(&q->fault, EINVAL, "body", "length", "a short message has at most 1000 characters");
	if (was && (!str_eq(was->subject, t->subject) || !str_eq(was->body, t->body) || was->offer_id != t->offer_id))
		t->number = was->number + 1;
	err = check_offer(q, t);
	return err ? err : template_check_words(q->db, q->a, t->project_id, t, &q->fault);
}

/* Its words so far stay as a version. */
static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct template *was = old, *t = new;

	if (was && t->number == was->number)
		return 0;
	return db_run(db,
	        "INSERT INTO template_version (template_id, number, subject, body, offer_id, author_id, created_at) VALUES (?1, ?2, "
	        "?3, ?4, ?5, ?6, ?7)",
	        VALS(V(t->id), V(t->number), V(t->subject), V(t->body), val_ref(t->offer_id), val_ref(q->who->user_id),
	                V(q->now)),
	        NULL, f);
}

/* A project's is seen by those who reach the project; one of the house by everybody with the right. */
static void reach(const struct request *q, struct query *where)
{
	query_add(where, " AND (project_id IS NULL OR project_id IN (SELECT id FROM project WHERE 1 = 1");
	access_scope(where, q->who, SCOPE_PROJECT, "id");
	query_add(where, "))");
}

static void version_reach(const struct request *q, struct query *where)
{
	query_add(where, " AND template_id IN (SELECT id FROM template WHERE 1 = 1");
	reach(q, where);
	query_add(where, ")");
}

const struct resource template_resource = {
        .entity = &template_entity,
        .path = "/templates",
        .read = MAY_OPEN_CARD,
        .write = MAY_RUN_PROJECT,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "name",
        .reach = reach,
        .check = check,
        .changed = changed,
        .fill = fill,
};
static const struct resource version_resource = {
        .entity = &template_version_entity,
        .path = "/templates/{template_id}/versions",
        .read = MAY_RUN_PROJECT,
        .write = MAY_RUN_PROJECT,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "-number",
        .reach = version_reach,
};

int template_of_project(
        struct db *db, struct arena *a, int64_t id, int64_t project_id, struct template *ret, struct fault *f)
{
	int err = entity_get(&template_entity, db, a, id, ret, f);

	return err ? err : ret->archived || (ret->project_id && ret->project_id != project_id) ? ENOENT : 0;
}

/* Inserted while a letter is written ------------------------------------------------------------------------------------------ */

struct template_insert {
	int64_t project_id;
	str person;
};
#define ENTITY struct template_insert
static const struct field insert_fields[] = {
        F_REF(project_id, "project", "The project the letter is about", .flags = NULLABLE),
        F_STR(person, 0, 200, "Whom it greets: {person.name}", .flags = NULLABLE),
};
#undef ENTITY
static const struct shape insert_shape = SHAPE_OF(template_insert, insert_fields, "What a letter that is written is about");

struct template_inserted {
	int64_t number;
	str subject, body, gap;
};
#define ENTITY struct template_inserted
static const struct field inserted_fields[] = {
        F_INT(number, 1, INT64_MAX, "Version of the words"),
        F_STR(subject, 0, 1000, "The subject, filled", .flags = NULLABLE),
        F_STR(body, 0, 100000, "The words, filled"),
        F_STR(gap, 0, 100, "The first merge field nothing is known for; null: none", .flags = NULLABLE),
};
#undef ENTITY
static const struct shape inserted_shape = SHAPE_OF(template_inserted, inserted_fields, "Words of a template, filled");

static int insert(struct request *q)
{
	const struct template_insert *in = q->body;
	struct template_letter about = {.project_id = in->project_id,
	        .user_id = q->who->user_id,
	        .person = in->person,
	        .language = q->who->language,
	        .now = q->now};
	struct template_filled w;
	struct project project;
	struct settings set;
	struct template t;
	int err = resource_find(&template_resource, q, q->id[0], &t);

	if (!err && (t.kind != TEMPLATE_LETTER || t.archived ||
	                    (t.project_id && in->project_id && t.project_id != in->project_id)))
		err = ENOENT;
	/* Words of a project are of a letter about it, whatever thread it stands in. */
	if (!err && !about.project_id)
		about.project_id = t.project_id;
	if (!err && about.project_id)
		err = resource_find(&project_resource, q, about.project_id, &project);
	if (!err)
		err = settings_load(q->db, q->a, &set, &q->fault);
	if (err)
		return err;
	about.company = set.company_name;
	err = template_fill_letter(q->db, q->a, &t, &about, &w, &q->fault);
	if (!err)
		request_give(q, &inserted_shape, &(struct template_inserted){t.number, w.subject, w.body, w.gap});
	return err;
}

static const struct route routes[] = {
        {HTTP_POST, "/templates/{id}/fill", MAY_USE_MAIL, insert,
                "The words of a letter's template, filled for one that is written", .takes = &insert_shape,
                .gives = &inserted_shape},
        {0},
};

static const struct resource *const resources[] = {&template_resource, &version_resource, NULL};
const struct module template_module = {.name = "template", .resources = resources, .routes = routes};
