/* SPDX-License-Identifier: GPL-3.0-or-later */
/* merge.c - the merge fields of templates: which there are, and their values for a contact. */
#include "domain/template/template.h"

#include "engine/zone/zone.h"
#include "kit/phone/phone.h"

/* In the order of gather's columns. */
enum name {
	CONTACT_COMPANY,
	CONTACT_CITY,
	CONTACT_INDUSTRY,
	CONTACT_ADDRESS,
	CONTACT_SITE,
	PROJECT_NAME,
	CUSTOMER_NAME,
	CUSTOMER_SITE,
	CUSTOMER_PHONE,
	PERSON_NAME,
	PERSON_POSITION,
	OPERATOR_NAME,
	OPERATOR_PHONE,
	OPERATOR_EMAIL,
	COMPANY_NAME,
	TODAY,
	NAMES
};
static const char *const names[NAMES + 1] = {"contact.company", "contact.city", "contact.industry", "contact.address",
        "contact.site", "project.name", "customer.name", "customer.site", "customer.phone", "person.name", "person.position",
        "operator.name", "operator.phone", "operator.email", "company.name", "today", NULL};
enum { KEYS_MAX = 200 };

int template_check_words(struct db *db, struct arena *a, int64_t project_id, const struct template *t, struct fault *f)
{
	str *keys = NEW_N(a, str, KEYS_MAX);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a, "SELECT key FROM form_field WHERE project_id = ?1 AND archived = 0 ORDER BY id LIMIT 200",
	        VALS(V(project_id)), &r, f);

	while (!err && n < KEYS_MAX && !(err = rows_next(&r, f)))
		keys[n++] = rows_str(&r, 0);
	rows_done(&r);
	if (err && err != ENOENT)
		return err;
	err = spoken_check_names(t->subject, "subject", names, keys, n, f);
	return err ? err : spoken_check_names(t->body, "body", names, keys, n, f);
}

struct values {
	struct spoken_value of[NAMES + KEYS_MAX];
	size_t n;
	str zone;
	enum language language;
};

static int of_person(struct db *db, struct arena *a, const struct template_about *about, struct values *v, int64_t *ret_id,
        struct fault *f)
{
	struct val p[3];
	int err = db_one(db, a,
	        "SELECT id, name, position FROM person WHERE contact_id = ?1 ORDER BY CASE WHEN id = ?2 THEN 0 ELSE 1 END, decides DESC, "
	        "id LIMIT 1",
	        VALS(V(about->contact_id), V(about->person_id)), p, COUNT(p), f);

	*ret_id = err ? 0 : val_int(p[0]);
	v->of[PERSON_NAME].value = err ? (str){0} : val_str(p[1]);
	v->of[PERSON_POSITION].value = err ? (str){0} : val_str(p[2]);
	return err == ENOENT ? 0 : err;
}

static int of_answers(struct db *db, struct arena *a, int64_t contact_id, struct values *v, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT f.key, x.value FROM answer x JOIN form_field f ON f.id = x.field_id WHERE x.contact_id = ?1 ORDER BY f.id",
	        VALS(V(contact_id)), &r, f);

	while (!err && v->n < COUNT(v->of) && !(err = rows_next(&r, f)))
		v->of[v->n++] =
		        (struct spoken_value){str_printf(a, "field.%.*s", STR_ARG(rows_str(&r, 0))), rows_str(&r, 1)};
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int of_today(struct arena *a, int64_t now, struct values *v, struct fault *f)
{
	struct zone_time t;
	int err = zone_local(v->zone, now, &t, f);

	if (!err)
		v->of[TODAY].value = str_printf(a, v->language == LANGUAGE_RU ? "%02d.%02d.%04d" : "%02d/%02d/%04d",
		        t.date.day, t.date.month, t.date.year);
	return err;
}

/* What the columns of the contact, its project and our operator say. */
static int gather(struct db *db, struct arena *a, const struct template_about *about, struct values *v, struct fault *f)
{
	struct val c[14];
	int err = db_one(db, a,
	        "SELECT c.company, c.city, c.industry, c.address, c.site, p.name, k.name, k.site, k.phone, u.name, u.phone, u.email, "
	        "p.timezone, p.language FROM contact c JOIN project p ON p.id = c.project_id JOIN customer k ON k.id = p.customer_id "
	        "LEFT JOIN \"user\" u ON u.id = ?2 WHERE c.id = ?1",
	        VALS(V(about->contact_id), V(about->user_id)), c, COUNT(c), f);

	if (err)
		return err;
	for (int i = CONTACT_COMPANY; i <= CUSTOMER_PHONE; i++)
		v->of[i].value = val_str(c[i]);
	for (int i = OPERATOR_NAME; i <= OPERATOR_EMAIL; i++)
		v->of[i].value = val_str(c[i - 2]);
	v->of[COMPANY_NAME].value = about->company;
	if (v->of[OPERATOR_PHONE].value.n)
		v->of[OPERATOR_PHONE].value = phone_pretty(a, v->of[OPERATOR_PHONE].value);
	v->zone = val_str(c[12]);
	v->language = str_eq(val_str(c[13]), STR("en")) ? LANGUAGE_EN : LANGUAGE_RU;
	return of_today(a, about->now, v, f);
}

static void name_all(struct values *v)
{
	for (v->n = 0; v->n < NAMES; v->n++)
		v->of[v->n].name = str_of(names[v->n]);
}

static void say(struct arena *a, const struct template *t, const struct values *v, struct template_filled *ret)
{
	struct spoken subject, body;

	spoken_fill(a, t->subject, v->language, v->of, v->n, &subject);
	spoken_fill(a, t->body, v->language, v->of, v->n, &body);
	*ret = (struct template_filled){.subject = subject.text,
	        .body = body.text,
	        .gap = subject.gaps ? subject.gap
	               : body.gaps  ? body.gap
	                            : (str){0},
	        .language = v->language};
}

int template_fill(struct db *db, struct arena *a, const struct template *t, const struct template_about *about,
        struct template_filled *ret, struct fault *f)
{
	struct values *v = NEW(a, struct values);
	int64_t person_id = 0;
	int err;

	name_all(v);
	err = gather(db, a, about, v, f);
	if (!err)
		err = of_person(db, a, about, v, &person_id, f);
	if (!err)
		err = of_answers(db, a, about->contact_id, v, f);
	if (err)
		return err;
	say(a, t, v, ret);
	ret->person_id = person_id;
	return 0;
}

/* What the columns of the project and of who writes say. */
static int gather_letter(
        struct db *db, struct arena *a, const struct template_letter *about, struct values *v, struct fault *f)
{
	struct val c[9];
	int err = db_one(db, a,
	        "SELECT p.name, k.name, k.site, k.phone, u.name, u.phone, u.email, p.timezone, p.language FROM \"user\" u "
	        "LEFT JOIN project p ON p.id = ?1 LEFT JOIN customer k ON k.id = p.customer_id WHERE u.id = ?2",
	        VALS(V(about->project_id), V(about->user_id)), c, COUNT(c), f);
	str language;

	if (err)
		return err;
	for (int i = PROJECT_NAME; i <= CUSTOMER_PHONE; i++)
		v->of[i].value = val_str(c[i - PROJECT_NAME]);
	for (int i = OPERATOR_NAME; i <= OPERATOR_EMAIL; i++)
		v->of[i].value = val_str(c[4 + i - OPERATOR_NAME]);
	if (v->of[OPERATOR_PHONE].value.n)
		v->of[OPERATOR_PHONE].value = phone_pretty(a, v->of[OPERATOR_PHONE].value);
	v->of[PERSON_NAME].value = about->person;
	v->of[COMPANY_NAME].value = about->company;
	v->zone = val_str(c[7]).n ? val_str(c[7]) : STR("Europe/Moscow");
	language = val_str(c[8]).n ? val_str(c[8]) : about->language;
	v->language = str_eq(language, STR("en")) ? LANGUAGE_EN : LANGUAGE_RU;
	return of_today(a, about->now, v, f);
}

int template_fill_letter(struct db *db, struct arena *a, const struct template *t, const struct template_letter *about,
        struct template_filled *ret, struct fault *f)
{
	struct values *v = NEW(a, struct values);
	int err;

	name_all(v);
	err = gather_letter(db, a, about, v, f);
	if (!err)
		say(a, t, v, ret);
	return err;
}
