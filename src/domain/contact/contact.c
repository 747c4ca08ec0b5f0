/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contact.c - the fields of a contact, its persons and phones, and the rules across them. */
#include "domain/contact/contact.h"
#include "domain/contact/contact_schema.h"
#include "domain/role/role.h"
#include "engine/zone/zone.h"
#include "kit/phone/phone.h"
#include "kit/tally/tally.h"

static const char *const phone_states[] = {"good", "wrong", "refused", NULL};

#define ENTITY struct contact
#define CONTACT_FIELDS \
	F_ID(), F_VERSION(), F_REF(project_id, "project", "The project", .flags = REQUIRED | FIXED), \
	        F_REF(base_id, "base", "The base it came with", .flags = REQUIRED | FIXED), \
	        F_INT(import_id, 0, 0, "The import that brought it; 0: made by hand", .flags = GIVEN), \
	        F_STR(company, 1, 300, "Name of the company", .flags = NULLABLE | SEARCHED), \
	        F_STR(industry, 1, 300, "Industry", .flags = NULLABLE), \
	        F_STR(activity, 1, 1000, "What it does", .flags = NULLABLE), \
	        F_STR(city, 1, 200, "City", .flags = NULLABLE | SEARCHED), \
	        F_STR(address, 1, 500, "Address", .flags = NULLABLE), F_STR(site, 1, 300, "Web site", .flags = NULLABLE), \
	        F_STR(email, 1, 254, "E-mail of the company", .flags = NULLABLE | SEARCHED), \
	        F_STR(fax, 1, 100, "Fax, as it was written", .flags = NULLABLE), \
	        F_STR(timezone, 1, 64, "IANA time zone it is called in; empty: the number's or the project's", \
	                .flags = NULLABLE), \
	        F_STR(note, 1, 4000, "What came with it and fits nowhere else", .flags = NULLABLE | UNSORTED | STAFF_ONLY), \
	        F_WORD(state, life_state_names, "Where it is in its life", .flags = GIVEN), \
	        F_WORD(closed_reason, life_closed_names, "Why it is not called any more", .flags = NULLABLE | GIVEN), \
	        F_TIME(due_at, "When it is next due; 0: at any time", .flags = GIVEN), \
	        F_INT(attempts, 0, 0, "Calls made", .flags = GIVEN), \
	        F_REF(last_call_id, "journal", "Last call", .flags = NULLABLE | GIVEN), \
	        F_REF(last_result_id, "result", "Last result", .flags = NULLABLE | GIVEN), \
	        F_TIME(last_at, "When it was last called", .flags = NULLABLE | GIVEN), \
	        F_REF(last_operator_id, "user", "Who called last", .flags = NULLABLE | GIVEN), \
	        F_STR(last_comment, 0, 0, "What he wrote", .flags = NULLABLE | GIVEN | UNSORTED), \
	        F_STR(why_not, 0, 0, "Rule by which it was last not dialled", .flags = NULLABLE | GIVEN | STAFF_ONLY), \
	        F_TIME(why_not_at, "When that was", .flags = NULLABLE | GIVEN | STAFF_ONLY), \
	        F_TIME(created_at, "When it came", .flags = GIVEN)
static const struct field contact_fields[] = {CONTACT_FIELDS};
static const struct field listed_fields[] = {
        CONTACT_FIELDS,
        F_STR(phone, 0, 0, "Its first number", .flags = NULLABLE | GIVEN | UNSORTED),
        F_STR(person, 0, 0, "Its first person", .flags = NULLABLE | GIVEN | UNSORTED),
};
#undef ENTITY
#define ENTITY struct contact_person
static const struct field person_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "The project", .flags = GIVEN),
        F_REF(contact_id, "contact", "The contact", .flags = REQUIRED | FIXED),
        F_STR(name, 1, 200, "Name", .flags = REQUIRED | SEARCHED),
        F_STR(position, 1, 200, "Position", .flags = NULLABLE),
        F_STR(email, 1, 254, "E-mail", .flags = NULLABLE),
        F_BOOL(decides, "Decides"),
        F_STR(note, 1, 2000, "Note", .flags = NULLABLE | UNSORTED),
};
#undef ENTITY
#define ENTITY struct contact_phone
static const struct field phone_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "The project", .flags = GIVEN),
        F_REF(base_id, "base", "The base", .flags = GIVEN),
        F_REF(contact_id, "contact", "The contact", .flags = REQUIRED | FIXED),
        F_REF(person_id, "person", "Whose it is", .flags = NULLABLE),
        F_PHONE(e164, "The number", .flags = REQUIRED),
        F_STR(ext, 1, 8, "Extension to ask for", .flags = NULLABLE),
        F_INT(position, 0, 1000, "Order on the card"),
        F_WORD(state, phone_states, "Can it be called"),
};
#undef ENTITY

const struct entity contact_entity = ENTITY_OF(contact, contact_fields, "contact", "A company or person that is called");
static const struct entity contact_listed = ENTITY_OF(contact, listed_fields, "contact_seen", "A contact in a list");
const struct entity person_entity = {.shape = {.name = "person",
                                             .doc = "A person of a contact",
                                             .fields = person_fields,
                                             .n = COUNT(person_fields),
                                             .size = sizeof(struct contact_person)},
        .table = "person"};
const struct entity phone_entity = {.shape = {.name = "phone",
                                            .doc = "A number of a contact",
                                            .fields = phone_fields,
                                            .n = COUNT(phone_fields),
                                            .size = sizeof(struct contact_phone)},
        .table = "phone"};

static void contact_fill(struct request *q, void *new)
{
	struct contact *c = new;

	c->created_at = q->now;
	c->state = LIFE_FRESH;
}

static int contact_check(struct request *q, const void *old, void *new)
{
	const struct contact *was = old, *c = new;
	struct val project;
	int err;

	if (!c)
		return was->last_call_id || was->state == LIFE_RESERVED
		               ? fail(&q->fault, EEXIST, NULL, "in_use", "the contact was called: it stays in the reports")
		               : 0;
	if (c->timezone.n && !zone_valid(c->timezone))
		return fail(&q->fault, EINVAL, "timezone", "timezone", "there is no such time zone");
	if (was)
		return 0;
	err = db_one(q->db, q->a, "SELECT project_id FROM base WHERE id = ?1", VALS(V(c->base_id)), &project, 1, &q->fault);
	if (!err && val_int(project) != c->project_id)
		err = fail(&q->fault, EINVAL, "base_id", "other_project", "the base is another project's");
	return err;
}

static int contact_changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct contact *was = old, *c = new;
	int err = 0;

	(void)q;
	if (!was)
		return contact_state_add(db, c->project_id, c->base_id, c->state, 0, 1, f);
	if (c)
		return 0;
	err = contact_state_add(db, was->project_id, was->base_id, was->state, was->last_result_id, -1, f);
	if (!err)
		err = db_run(db, "DELETE FROM phone WHERE contact_id = ?1", VALS(V(was->id)), NULL, f);
	if (!err)
		err = db_run(db, "DELETE FROM person WHERE contact_id = ?1", VALS(V(was->id)), NULL, f);
	return err;
}

int contact_state_add(struct db *db, int64_t project_id, int64_t base_id, enum life_state state, int64_t last_result_id,
        int64_t contacts, struct fault *f)
{
	static const struct tally_column columns[] = {
	        {"project_id", NULL}, {"base_id", NULL}, {"state", NULL}, {"last_result_id", NULL}, {"contacts", NULL}};
	static const struct tally_table contact_state = {
	        .name = "contact_state", .key = columns, .n_key = 4, .sums = columns + 4, .n_sums = 1};
	const struct val key[] = {V(project_id), V(base_id), V(str_of(life_state_names[state])), V(last_result_id)};

	return tally_add(db, &contact_state, key, &contacts, f);
}

const struct resource contact_resource = {
        .entity = &contact_entity,
        .list = &contact_listed,
        .path = "/projects/{project_id}/contacts",
        .read = MAY_SEE_BASE,
        .write = MAY_CHANGE_BASE,
        .remove = MAY_CHANGE_BASE,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-id",
        .check = contact_check,
        .changed = contact_changed,
        .fill = contact_fill,
};

static int place_of(struct request *q, int64_t contact_id, int64_t *project_id, int64_t *base_id)
{
	struct val v[2];
	int err = db_one(
	        q->db, q->a, "SELECT project_id, base_id FROM contact WHERE id = ?1", VALS(V(contact_id)), v, 2, &q->fault);

	if (!err) {
		*project_id = val_int(v[0]);
		*base_id = val_int(v[1]);
	}
	return err;
}

static int person_check(struct request *q, const void *old, void *new)
{
	struct contact_person *p = new;
	int64_t base;

	return !p || old ? 0 : place_of(q, p->contact_id, &p->project_id, &base);
}

static int person_changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct contact_person *was = old;

	(void)q;
	return new ? 0 : db_run(db, "UPDATE phone SET person_id = NULL WHERE person_id = ?1", VALS(V(was->id)), NULL, f);
}

static int phone_check(struct request *q, const void *old, void *new)
{
	struct contact_phone *p = new;
	struct val other;
	int err = 0;

	if (!p)
		return 0;
	if (!old)
		err = place_of(q, p->contact_id, &p->project_id, &p->base_id);
	for (size_t i = 0; !err && i < p->ext.n; i++)
		if (p->ext.p[i] < '0' || p->ext.p[i] > '9')
			err = fail(&q->fault, EINVAL, "ext", "digits", "an extension has digits only");
	if (!err && p->person_id) {
		err = db_one(q->db, q->a, "SELECT 1 FROM person WHERE id = ?1 AND contact_id = ?2",
		        VALS(V(p->person_id), V(p->contact_id)), &other, 1, &q->fault);
		if (err == ENOENT)
			err = fail(&q->fault, EINVAL, "person_id", "other_contact", "the person is another contact's");
	}
	if (err)
		return err;
	err = db_one(q->db, q->a, "SELECT contact_id FROM phone WHERE base_id = ?1 AND e164 = ?2 AND id <> ?3",
	        VALS(V(p->base_id), V(p->e164), V(p->id)), &other, 1, &q->fault);
	if (err == ENOENT)
		return 0;
	return err ? err
	           : fail(&q->fault, EEXIST, "e164", "taken", "contact %lld of this base has the number already",
	                     (long long)val_int(other));
}

static const struct resource person_resource = {
        .entity = &person_entity,
        .path = "/contacts/{contact_id}/persons",
        .read = MAY_SEE_BASE,
        .write = MAY_WRITE_CARD,
        .remove = MAY_WRITE_CARD,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "id",
        .check = person_check,
        .changed = person_changed,
};
static const struct resource phone_resource = {
        .entity = &phone_entity,
        .path = "/contacts/{contact_id}/phones",
        .read = MAY_SEE_BASE,
        .write = MAY_WRITE_CARD,
        .remove = MAY_WRITE_CARD,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "position",
        .check = phone_check,
};

static int card(struct request *q)
{
	struct contact c;
	int err = resource_find(&contact_resource, q, q->id[0], &c);
	return err ? err : contact_card(q->db, q->a, &c, q->who, &q->out, &q->fault);
}

static const struct route routes[] = {
        {HTTP_GET, "/contacts/{id}/card", MAY_OPEN_CARD, card, "Everything known of a contact, on one page",
                .gives_raw = "application/json", .schema = CARD_SCHEMA},
        {0},
};
static const struct resource *const resources[] = {&contact_resource, &person_resource, &phone_resource, NULL};

const struct module contact_module = {.name = "contact", .resources = resources, .routes = routes};
