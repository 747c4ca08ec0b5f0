/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stop.c - the fields of a stop, and what people do: stop, run again, agree to a later end. */
#include "domain/role/role.h"
#include "domain/stop/stop_priv.h"

const char *const stop_causes[STOP_CAUSES + 1] = {"person", "trunk_down", "base_empty", "error_rate", NULL};
static const char *const shifts[] = {"none", "proposed", "confirmed", "declined", "withdrawn", NULL};

#define ENTITY struct stop
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "The project", .flags = GIVEN),
        F_WORD(cause, stop_causes, "Who or what stopped it", .flags = GIVEN),
        F_STR(reason, 1, 1000, "Why, as the customer reads it", .flags = GIVEN | UNSORTED),
        F_REF(user_id, "user", "Who stopped it; null: the program", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_TIME(started_at, "Since when it stood", .flags = GIVEN),
        F_TIME(ended_at, "Until when", .flags = GIVEN | NULLABLE),
        F_INT(letters, 0, 1000, "How many letters told the customer", .flags = GIVEN),
        F_INT(idle_min, 0, 0, "How long it stood, of the project's calling hours, min", .flags = GIVEN),
        F_WORD(shift, shifts, "The later end that is proposed to the customer", .flags = GIVEN),
        F_DATE(ends_on_was, "Last day of the term before", .flags = GIVEN | NULLABLE),
        F_DATE(ends_on_new, "Last day of the term as proposed", .flags = GIVEN | NULLABLE),
        F_STR(decided_by, 0, 254, "Who agreed or declined", .flags = GIVEN | NULLABLE),
        F_TIME(decided_at, "When", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
const struct entity stop_entity = ENTITY_OF(stop, fields, "stop", "A time a project stood");

const struct resource stop_resource = {
        .entity = &stop_entity,
        .path = "/stops",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-started_at",
};

struct stop_body {
	str reason, text;
	bool silent;
};
#define ENTITY struct stop_body
static const struct field body_fields[] = {
        F_STR(reason, 3, 1000, "Why: the customer reads it", .flags = REQUIRED),
        F_STR(text, 0, 4000, "The letter to the customer; {reason} in it is replaced; null: by the template",
                .flags = NULLABLE),
        F_BOOL(silent, "No letter: he knows already"),
};
#undef ENTITY
static const struct shape body_shape = SHAPE_OF(stop_body, body_fields, "Stopping a project");

struct stop_answer {
	bool agrees;
	str note;
};
#define ENTITY struct stop_answer
static const struct field answer_fields[] = {
        F_BOOL(agrees, "The later end is agreed to", .flags = REQUIRED),
        F_STR(note, 0, 2000, "Why not", .flags = NULLABLE),
};
#undef ENTITY
static const struct shape answer_shape = SHAPE_OF(stop_answer, answer_fields, "The customer's word about a later end");

struct stop_letter {
	str to, subject, text;
};
#define ENTITY struct stop_letter
static const struct field letter_fields[] = {
        F_STR(to, 0, 0, "Addresses it goes to"),
        F_STR(subject, 0, 0, "Its subject"),
        F_STR(text, 0, 0, "Its text, with {reason} in it"),
};
#undef ENTITY
static const struct shape letter_shape = SHAPE_OF(stop_letter, letter_fields, "The letter a stop sends");

struct moving {
	struct request *q;
	struct project p;
	struct stop s;
};

static int stop_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	const struct stop_body *body = m->q->body;
	struct by by = request_by(m->q);
	const struct stopping s = {m->q->id[0], STOP_PERSON, body->reason, body->text, body->silent};

	return stop_begin(&by, m->q->app, db, a, &s, &m->p, f);
}

static int run_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	struct by by = request_by(m->q);

	return stop_end(&by, m->q->app, db, a, m->q->id[0], &m->p, f);
}

static int finish_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	struct by by = request_by(m->q);

	return stop_finish(&by, db, a, m->q->id[0], &m->p, f);
}

static int move(struct request *q, store_fn *write)
{
	struct moving m = {.q = q};
	int err = resource_find(&project_resource, q, q->id[0], &m.p);

	if (!err)
		err = request_write(q, write, &m);
	if (err)
		return err;
	job_wake(q->app->jobs);
	request_give(q, &project_entity.shape, &m.p);
	return 0;
}

static int stop_now(struct request *q)
{
	return move(q, stop_write);
}

static int run_now(struct request *q)
{
	return move(q, run_write);
}

static int finish_now(struct request *q)
{
	return move(q, finish_write);
}

static int letter_get(struct request *q)
{
	struct stop_letter l = {0};
	struct notice_words w;
	struct project p;
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err)
		err = notice_words(q->db, q->a, p.id, &w, &q->fault);
	if (!err)
		err = notice_addresses(q->db, q->a, p.id, NOTICE_CUSTOMER, &l.to, &q->fault);
	if (err)
		return err;
	l.subject = stop_subject(q->a, &w);
	l.text = stop_text(q->a, &w, q->now);
	request_give(q, &letter_shape, &l);
	return 0;
}

static int answer_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	const struct stop_answer *body = m->q->body;
	struct by by = request_by(m->q);

	return stop_decide(&by, m->q->app, db, a, m->q->id[0], body->agrees, body->note, m->q->who->name, &m->s, f);
}

/* The term is the contract's: only the customer moves it so. */
static int stop_answered(struct request *q)
{
	struct moving m = {.q = q};
	int err = resource_find(&stop_resource, q, q->id[0], &m.s);

	if (!err && !q->who->role->outside)
		err = fail(&q->fault, EACCES, NULL, "customer_approves", "the customer agrees to a later end himself");
	if (!err)
		err = request_write(q, answer_write, &m);
	if (!err)
		request_give(q, &stop_entity.shape, &m.s);
	return err;
}

static const struct route routes[] = {
        {HTTP_POST, "/projects/{id}/run", MAY_RUN_PROJECT, run_now,
                "Dial, or dial again after a stop: its idle time may move the term", .gives = &project_entity.shape},
        {HTTP_POST, "/projects/{id}/stop", MAY_RUN_PROJECT, stop_now,
                "Stop dialling after the talks under way, with the reason, and tell the customer", .takes = &body_shape,
                .gives = &project_entity.shape},
        {HTTP_POST, "/projects/{id}/finish", MAY_RUN_PROJECT, finish_now, "End the project for good",
                .gives = &project_entity.shape},
        {HTTP_GET, "/projects/{id}/stop-letter", MAY_RUN_PROJECT, letter_get, "What a stop would write to the customer",
                .gives = &letter_shape},
        {HTTP_POST, "/stops/{id}/decide", MAY_DECIDE, stop_answered, "The customer agrees to a later end, or does not",
                .takes = &answer_shape, .gives = &stop_entity.shape},
        {0},
};
static const struct resource *const resources[] = {&stop_resource, NULL};
static const struct job_kind jobs[] = {
        {.name = "stop_watch",
                .run = stop_watch,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 3,
                .every_ms = 20 * CLOCK_SECOND,
                .doc = "Stop projects that cannot be dialled, and tell their customers"},
        {0},
};

const struct module stop_module = {.name = "stop", .resources = resources, .routes = routes, .jobs = jobs};
