/* SPDX-License-Identifier: GPL-3.0-or-later */
/* handover_http.c - a draft by sales, what its hand-over lacks, handing over, and who leads it from then on. */
#include "domain/handover/handover_priv.h"
#include "domain/role/role.h"
#include "kit/app/app.h"

/* A draft ------------------------------------------------------------------------------------------------------------- */

struct handover_draft {
	int64_t customer_id;
	str name;
	int type;
};
#define ENTITY struct handover_draft
static const struct field draft_fields[] = {
        F_REF(customer_id, "customer", "Who pays for it", .flags = REQUIRED),
        F_STR(name, 1, 200, "Name, unique among the customer's projects", .flags = REQUIRED),
        F_WORD(type, project_types, "What kind of work it is", .flags = REQUIRED),
};
#undef ENTITY
static const struct shape draft_shape =
        SHAPE_OF(handover_draft, draft_fields, "A project that sales begin, to hand it over");

struct making {
	struct request *q;
	struct project p;
};

static int make_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct making *m = arg;
	struct project p = m->p;
	int err = entity_insert(&project_entity, db, a, &p, f);

	if (!err)
		err = request_changed(m->q, db, &project_resource, "created", NULL, &p, f);
	if (!err)
		err = project_resource.changed(m->q, db, NULL, &p, f);
	if (!err)
		err = db_run(db, "UPDATE handover SET sales_id = ?2 WHERE id = ?1", VALS(V(p.id), V(m->q->who->user_id)),
		        NULL, f);
	m->p.id = p.id;
	return err;
}

static int customer_reached(struct request *q, int64_t id)
{
	struct query *sql = query_new(q->a);
	struct val v;
	int err;

	query_add(sql, "SELECT id FROM customer WHERE id = ");
	query_val(sql, V(id));
	access_scope(sql, q->who, SCOPE_CUSTOMER, "id");
	err = db_one(q->db, q->a, QUERY(sql), &v, 1, &q->fault);
	return err == ENOENT ? fail(&q->fault, EINVAL, "customer_id", "ref", "there is no such customer") : err;
}

static int handover_make(struct request *q)
{
	const struct handover_draft *d = q->body;
	struct making m = {.q = q};
	struct handover h;
	int err = customer_reached(q, d->customer_id);

	if (err)
		return err;
	project_resource.fill(q, &m.p);
	m.p.customer_id = d->customer_id;
	m.p.name = d->name;
	m.p.type = d->type;
	m.p.pm_id = 0; /* who leads it is said when it is handed over */
	err = project_resource.check(q, NULL, &m.p);
	if (!err)
		err = request_write(q, make_write, &m);
	if (!err)
		err = handover_get(q->db, q->a, m.p.id, &h, &q->fault);
	if (!err)
		request_give(q, &handover_entity.shape, &h);
	return err;
}

/* What it lacks ------------------------------------------------------------------------------------------------------- */

bool handover_lacks(const struct handover *h, const struct handover_item *i)
{
	const struct field *field = shape_field(&handover_entity.shape, str_of(i->field));
	struct val v = field_load(field, h);

	if (!strcmp(i->field, "client_phone"))
		return !h->client_phone.n && !h->client_email.n;
	if (!strcmp(i->field, "materials") && h->files)
		return false;
	return v.type == VAL_NULL || (field->type == FIELD_INT && !val_int(v));
}

bool handover_needs(const struct handover *h, const struct handover_item *i)
{
	return i->need == NEEDED || (i->need == NEEDED_OF_SALES && h->sales_id);
}

struct handover_gap {
	str field;
	bool needed;
};
#define ENTITY struct handover_gap
static const struct field gap_fields[] = {
        F_STR(field, 1, 40, "The field of the form"),
        F_BOOL(needed, "Without it the project is not handed over"),
};
#undef ENTITY
static const struct shape gap_shape = SHAPE_OF(handover_gap, gap_fields, "Something a hand-over does not say yet");

static int handover_gaps(struct request *q)
{
	struct handover h;
	int err = resource_find(&handover_resource, q, q->id[0], &h);

	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	for (const struct handover_item *i = handover_items; i->field; i++) {
		struct handover_gap gap = {str_of(i->field), handover_needs(&h, i)};
		if (handover_lacks(&h, i))
			shape_to_json(&gap_shape, &gap, q->who, true, &q->out);
	}
	json_close(&q->out, ']');
	json_key(&q->out, "next");
	json_add_text(&q->out, (str){0});
	json_close(&q->out, '}');
	return 0;
}

/* EINVAL at the first thing that is needed and not said. */
static int complete(const struct handover *h, struct fault *f)
{
	const struct handover_item *first = NULL;
	size_t n = 0;

	for (const struct handover_item *i = handover_items; i->field; i++) {
		if (!handover_needs(h, i) || !handover_lacks(h, i))
			continue;
		first = n++ ? first : i;
	}
	if (n)
		return fail(f, EINVAL, first->field, "handover_gaps",
		        "the hand-over is not complete: %zu things are missing, first of all: %s", n, first->en);
	if (!h->sales_id && !h->pm_id)
		return fail(f, EINVAL, "pm_id", "pm", "a project manager is missing");
	return 0;
}

/* Handing over, and who leads it -------------------------------------------------------------------------------------- */

struct handover_pm {
	int64_t pm_id;
};
#define ENTITY struct handover_pm
static const struct field pm_fields[] = {
        F_REF(pm_id, "user", "Who leads it from now on", .flags = REQUIRED),
};
#undef ENTITY
static const struct shape pm_shape = SHAPE_OF(handover_pm, pm_fields, "Who leads a project");

struct step {
	struct request *q;
	int64_t pm_id; /* 0: it is handed over */
};

/* The state is asked of the project's own row, whose version guards the write: the form may have been read a moment before. */
static int give_project(struct handover *h, struct project *p, struct fault *f)
{
	if (p->state != PROJECT_DRAFT)
		return fail(f, EINVAL, "state", "wrong_state", "a project that is %s cannot become %s",
		        project_states[p->state], project_states[PROJECT_HANDED_OVER]);
	p->state = PROJECT_HANDED_OVER;
	return complete(h, f);
}

static int appoint(struct db *db, struct arena *a, int64_t pm_id, struct project *p, struct fault *f)
{
	struct val v;
	int err;

	if (p->state == PROJECT_DRAFT)
		return fail(f, EALREADY, "state", "not_handed_over", "the project is not handed over yet");
	if (p->state == PROJECT_FINISHED)
		return fail(f, EALREADY, "state", "finished", "a finished project does not change");
	p->pm_id = pm_id;
	err = db_one(db, a, "SELECT id FROM pm_load WHERE id = ?1", VALS(V(pm_id)), &v, 1, f);
	return err == ENOENT ? fail(f, EINVAL, "pm_id", "ref", "there is no such project manager") : err;
}

/* When and by whom, in the hand-over's own row. */
static int note(const struct step *s, struct db *db, struct arena *a, int64_t id, struct fault *f)
{
	struct handover own_was, own;
	int err = entity_get(&handover_own, db, a, id, &own_was, f);

	own = own_was;
	own.handed_at = s->q->now;
	own.handed_by = s->q->who->user_id;
	return err ? err : entity_change(&handover_own, db, a, &own_was, &own, f);
}

static int step_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct step *s = arg;
	struct handover was;
	struct project p_was, p;
	int err = handover_get(db, a, s->q->id[0], &was, f);

	if (!err)
		err = entity_get(&project_entity, db, a, was.id, &p_was, f);
	if (err)
		return err;
	p = p_was;
	err = s->pm_id ? appoint(db, a, s->pm_id, &p, f) : give_project(&was, &p, f);
	if (err || (s->pm_id && p_was.pm_id == s->pm_id)) /* pressed twice is once */
		return err;
	err = entity_change(&project_entity, db, a, &p_was, &p, f);
	if (!err)
		err = request_changed(s->q, db, &project_resource, s->pm_id ? "assigned" : "handed_over", &p_was, &p, f);
	if (!err && !s->pm_id)
		err = note(s, db, a, was.id, f);
	return err ? err : handover_tell(s->q, db, a, was.id, s->pm_id != 0, f);
}

static int take_step(struct request *q, int64_t pm_id)
{
	struct step s = {q, pm_id};
	struct handover h;
	int err = resource_find(&handover_resource, q, q->id[0], &h);

	if (!err)
		err = request_write(q, step_write, &s);
	if (!err)
		job_wake(q->app->jobs);
	return err ? err : handover_get(q->db, q->a, h.id, &h, &q->fault);
}

static int project_hand_over(struct request *q)
{
	struct project p;
	int err = take_step(q, 0);

	if (!err)
		err = resource_find(&project_resource, q, q->id[0], &p);
	if (!err)
		request_give(q, &project_entity.shape, &p);
	return err;
}

static int project_assign(struct request *q)
{
	const struct handover_pm *body = q->body;
	struct handover h;
	int err = take_step(q, body->pm_id);

	if (!err)
		err = resource_find(&handover_resource, q, q->id[0], &h);
	if (!err)
		request_give(q, &handover_entity.shape, &h);
	return err;
}

const struct route handover_routes[] = {
        {HTTP_POST, "/handovers", MAY_HAND_OVER, handover_make, "Begin a project for a customer, to hand it over",
                .takes = &draft_shape, .gives = &handover_entity.shape, .makes = true},
        {HTTP_GET, "/handovers/{id}/gaps", MAY_HAND_OVER, handover_gaps, "What it does not say yet", .gives = &gap_shape,
                .gives_list = true},
        {HTTP_POST, "/projects/{id}/hand-over", MAY_HAND_OVER, project_hand_over,
                "Sales hand the project over: the hand-over is complete", .gives = &project_entity.shape},
        {HTTP_POST, "/projects/{id}/pm", MAY_ASSIGN_PM, project_assign, "Say who leads a project that was handed over",
                .takes = &pm_shape, .gives = &handover_entity.shape},
        {HTTP_POST, "/projects/{id}/materials", MAY_HAND_OVER, material_upload, "Add a file to the hand-over",
                .upload = true, .makes = true, .gives = &material_entity.shape},
        {HTTP_GET, "/projects/{project_id}/materials/{id}/file", MAY_HAND_OVER, material_file, "The file as it was uploaded",
                .gives_raw = "application/octet-stream"},
        {HTTP_DELETE, "/projects/{project_id}/materials/{id}", MAY_HAND_OVER, material_remove, "Take a file away"},
        {0},
};
