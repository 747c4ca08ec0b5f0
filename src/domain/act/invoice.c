/* SPDX-License-Identifier: GPL-3.0-or-later */
/* invoice.c - invoices, from an act or in advance: written once with a number, paid or cancelled afterwards. */
#include "domain/act/act_priv.h"

#include "domain/role/role.h"

static const char *const states[] = {"issued", "paid", "cancelled", NULL};

#define ENTITY struct invoice
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "For which project", .flags = GIVEN),
        F_REF(customer_id, "customer", "Who pays", .flags = GIVEN),
        F_REF(seller_id, "seller", "Which of our companies wrote it", .flags = GIVEN | STAFF_ONLY),
        F_REF(act_id, "act", "From which act; null: in advance", .flags = GIVEN | NULLABLE),
        F_WORD(state, states, "Where it is", .flags = GIVEN),
        F_INT(number, 0, 0, "Its number in the year", .flags = GIVEN),
        F_INT(year, 0, 0, "That year", .flags = GIVEN),
        F_DATE(issued_on, "Its date", .flags = GIVEN),
        F_DATE(due_on, "To be paid by this day", .flags = GIVEN),
        F_STR(what, 0, 300, "What for", .flags = GIVEN | SEARCHED),
        F_INT(sum_kop, 0, 0, "Its sum in kopecks", .flags = GIVEN),
        F_WORD(vat, vat_words, "VAT within it, %", .flags = GIVEN),
        F_INT(vat_kop, 0, 0, "That VAT in kopecks", .flags = GIVEN),
        F_JSON(parties, NULL, "Requisites of both sides as they were then",
                .flags = GIVEN | NULLABLE | STAFF_ONLY | UNSORTED | UNLISTED),
        F_INT(file_id, 0, 0, "Its kept paper", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_DATE(paid_on, "When it was paid", .flags = GIVEN | NULLABLE),
        F_TIME(cancelled_at, "When it was cancelled", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_STR(cancelled_why, 0, 1000, "Why", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_REF(author_id, "user", "Who wrote it", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_TIME(created_at, "When", .flags = GIVEN),
};
#undef ENTITY
const struct entity invoice_entity = ENTITY_OF(invoice, fields, "invoice", "An invoice, from an act or in advance");

/* From outside: what was not cancelled. */
static void reach(const struct request *q, struct query *where)
{
	if (q->who->role && q->who->role->outside)
		query_add(where, " AND state <> 'cancelled'");
}

const struct resource invoice_resource = {
        .entity = &invoice_entity,
        .path = "/invoices",
        .read = MAY_SEE_MONEY,
        .write = MAY_ISSUE,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-created_at",
        .reach = reach,
};

/* Writing one ------------------------------------------------------------------------------------------------------------------- */

struct invoice_new {
	int64_t act_id, seller_id;
	str what;
	int64_t sum_kop;
	str due_on;
};
#define ENTITY struct invoice_new
static const struct field new_fields[] = {
        F_INT(act_id, 0, INT64_MAX, "From this act, with its sum; null: in advance", .flags = NULLABLE),
        F_INT(seller_id, 0, INT64_MAX, "In advance: which of our companies writes it; null: the only one",
                .flags = NULLABLE),
        F_STR(what, 1, 300, "In advance: what for", .flags = NULLABLE),
        F_INT(sum_kop, 0, MONEY_MAX, "In advance: how much, in kopecks", .flags = NULLABLE),
        F_DATE(due_on, "To be paid by this day", .flags = REQUIRED),
};
#undef ENTITY
static const struct shape new_shape = SHAPE_OF(invoice_new, new_fields, "An invoice to be written");

struct writing {
	struct request *q;
	struct project project;
	struct invoice now;
};

/* Its act stays issued until we are done, and has no other invoice. */
static int act_free(struct db *db, struct arena *a, int64_t act_id, struct fault *f)
{
	struct val state, n;
	int err = act_hold(db, a, act_id, &state, f);

	if (!err)
		err = db_one(db, a, "SELECT COUNT(*) FROM invoice WHERE act_id = ?1 AND state <> 'cancelled'",
		        VALS(V(act_id)), &n, 1, f);
	if (!err && val_int(n))
		err = fail(f, EINVAL, "act_id", "has_invoice", "this act has an invoice already");
	if (!err && !str_eq(val_str(state), STR("issued")) && !str_eq(val_str(state), STR("signed")))
		err = fail(f, EINVAL, "act_id", "wrong_state", "only an act that was issued has an invoice");
	return err;
}

static int new_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct writing *w = arg;
	struct invoice *i = &w->now;
	int err = i->act_id ? act_free(db, a, i->act_id, f) : 0;

	if (!err)
		err = number_next(db, a, PAPER_INVOICE, i->seller_id, i->year, &i->number, f);
	if (!err)
		err = entity_insert(&invoice_entity, db, a, i, f);
	return err ? err : request_changed(w->q, db, &invoice_resource, "created", NULL, i, f);
}

static int of_act(struct request *q, struct invoice *i)
{
	struct act act;
	int err = resource_find(&act_resource, q, i->act_id, &act);

	if (err == ENOENT || (!err && act.project_id != i->project_id))
		return fail(&q->fault, EINVAL, "act_id", "ref", "there is no such act in this project");
	if (err)
		return err;
	i->seller_id = act.seller_id;
	i->sum_kop = act.sum_kop;
	i->vat = act.vat;
	i->vat_kop = act.vat_kop;
	i->what = str_printf(q->a, "Услуги колл-центра по акту № %lld от %.*s", (long long)act.number,
	        STR_ARG(day_words(q->a, act.issued_on)));
	return 0;
}

static int in_advance(struct request *q, struct invoice *i)
{
	const struct invoice_new *body = q->body;
	struct seller s;
	int err = seller_choose(q, body->seller_id, &s);

	if (err)
		return err;
	if (!body->sum_kop)
		return fail(&q->fault, EINVAL, "sum_kop", "required", "say how much");
	i->seller_id = s.id;
	i->sum_kop = body->sum_kop;
	i->vat = s.vat;
	i->vat_kop = vat_within(i->sum_kop, (enum vat)s.vat);
	i->what = body->what.n ? body->what : STR("Предоплата услуг колл-центра");
	return 0;
}

static int prepare(struct request *q, struct writing *w)
{
	struct invoice *i = &w->now;
	struct papers papers;
	struct seller s;
	int err = i->act_id ? of_act(q, i) : in_advance(q, i);

	if (!err)
		err = day_at(q->a, w->project.timezone, q->now, &i->issued_on, &i->year, &q->fault);
	if (!err && str_cmp(i->due_on, i->issued_on) < 0)
		err = fail(&q->fault, EINVAL, "due_on", "past", "this day has passed already");
	if (!err)
		err = entity_get(&seller_entity, q->db, q->a, i->seller_id, &s, &q->fault);
	if (!err)
		err = seller_complete(&s, &q->fault);
	if (!err)
		err = papers_gather(q->db, q->a, s.id, &w->project, &papers, &q->fault);
	if (!err)
		i->parties = papers_print(q->a, &papers);
	return err;
}

static int keep(struct request *q, const struct invoice *i, struct file *ret)
{
	struct papers w;
	str pdf;
	int err = papers_read(q->a, i->parties, &w, &q->fault);

	if (!err)
		err = invoice_paper(q->a, i, &w, &pdf, &q->fault);
	return err ? err : paper_keep(q, PAPER_INVOICE, i->id, pdf, ret);
}

static int invoice_make(struct request *q)
{
	const struct invoice_new *body = q->body;
	struct writing w = {.q = q};
	struct file file = {0};
	int err = resource_find(&project_resource, q, q->id[0], &w.project);

	w.now = (struct invoice){.project_id = w.project.id,
	        .customer_id = w.project.customer_id,
	        .act_id = body->act_id,
	        .due_on = body->due_on,
	        .author_id = q->who->user_id,
	        .created_at = q->now};
	if (!err)
		err = prepare(q, &w);
	if (!err)
		err = request_write(q, new_write, &w);
	if (!err)
		err = keep(q, &w.now, &file);
	w.now.file_id = file.id;
	if (!err)
		request_give(q, &invoice_entity.shape, &w.now);
	return err;
}

/* Afterwards ---------------------------------------------------------------------------------------------------------------------- */

struct moving {
	struct request *q;
	const char *verb;
	struct invoice was, now;
};

static int put(struct moving *m, struct db *db, struct arena *a, struct fault *f)
{
	int err = entity_change(&invoice_entity, db, a, &m->was, &m->now, f);

	return err ? err : request_changed(m->q, db, &invoice_resource, m->verb, &m->was, &m->now, f);
}

static int take(struct moving *m, struct db *db, struct arena *a, struct fault *f)
{
	int err = entity_get(&invoice_entity, db, a, m->was.id, &m->was, f);

	m->now = m->was;
	if (!err && m->was.state == INVOICE_CANCELLED)
		err = fail(f, EINVAL, "state", "wrong_state", "this invoice was cancelled");
	return err;
}

struct invoice_paid {
	str paid_on;
};
#define ENTITY struct invoice_paid
static const struct field paid_fields[] = {
        F_DATE(paid_on, "The day the money came; null: it did not come after all", .flags = REQUIRED | NULLABLE),
};
#undef ENTITY
static const struct shape paid_shape = SHAPE_OF(invoice_paid, paid_fields, "That an invoice was paid");

static int paid_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	int err = take(m, db, a, f);

	m->now.paid_on = ((const struct invoice_paid *)m->q->body)->paid_on;
	m->now.state = m->now.paid_on.n ? INVOICE_PAID : INVOICE_ISSUED;
	return err ? err : put(m, db, a, f);
}

#define ENTITY struct invoice_cancel
struct invoice_cancel {
	str why;
};
static const struct field cancel_fields[] = {
        F_STR(why, 3, 1000, "Why", .flags = REQUIRED),
};
#undef ENTITY
static const struct shape cancel_shape = SHAPE_OF(invoice_cancel, cancel_fields, "Cancelling an invoice");

static int cancel_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	int err = take(m, db, a, f);

	if (!err && m->was.state == INVOICE_PAID)
		err = fail(f, EINVAL, "state", "paid", "this invoice was paid: take the payment back first");
	m->now.state = INVOICE_CANCELLED;
	m->now.cancelled_at = m->q->now;
	m->now.cancelled_why = ((const struct invoice_cancel *)m->q->body)->why;
	return err ? err : put(m, db, a, f);
}

static int move(struct request *q, const char *verb, store_fn *fn)
{
	struct moving m = {.q = q, .verb = verb};
	int err = resource_find(&invoice_resource, q, q->id[0], &m.was);

	if (!err)
		err = request_write(q, fn, &m);
	if (!err)
		request_give(q, &invoice_entity.shape, &m.now);
	return err;
}

static int invoice_pay(struct request *q)
{
	return move(q, "paid", paid_write);
}

static int invoice_drop(struct request *q)
{
	return move(q, "cancelled", cancel_write);
}

static int invoice_pdf(struct request *q)
{
	struct file file;
	struct invoice i;
	int err = resource_find(&invoice_resource, q, q->id[0], &i);

	if (!err)
		err = i.file_id ? file_get(q->db, q->a, i.file_id, &file, &q->fault) : keep(q, &i, &file);
	if (!err)
		paper_give(q, PAPER_INVOICE, i.number, &file);
	return err;
}

static const struct route routes[] = {
        {HTTP_POST, "/projects/{id}/invoices", MAY_ISSUE, invoice_make, "Write an invoice, from an act or in advance",
                .takes = &new_shape, .gives = &invoice_entity.shape, .makes = true},
        {HTTP_POST, "/invoices/{id}/paid", MAY_ISSUE, invoice_pay, "It was paid, or was not after all", .takes = &paid_shape,
                .gives = &invoice_entity.shape},
        {HTTP_POST, "/invoices/{id}/cancel", MAY_ISSUE, invoice_drop, "Cancel an unpaid invoice: its number stays taken",
                .takes = &cancel_shape, .gives = &invoice_entity.shape},
        {HTTP_GET, "/invoices/{id}/pdf", MAY_SEE_MONEY, invoice_pdf, "The invoice on paper", .gives_raw = "application/pdf"},
        {0},
};
static const struct resource *const resources[] = {&invoice_resource, NULL};
const struct module invoice_module = {.name = "invoice", .resources = resources, .routes = routes};
