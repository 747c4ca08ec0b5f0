/* SPDX-License-Identifier: GPL-3.0-or-later */
/* act_http.c - the life of an act: its lines, issuing, the signature, cancelling, its paper. */
#include "domain/act/act_priv.h"

#include "domain/role/role.h"
#include "engine/zone/zone.h"

/* Its lines: kept ones, or those a draft would have now. */
static int lines_of(struct request *q, const struct act *act, struct bill *ret)
{
	struct project p;
	int err;

	if (act->state != ACT_DRAFT && act->number)
		return bill_read(q->db, q->a, act, ret, &q->fault);
	err = entity_get(&project_entity, q->db, q->a, act->project_id, &p, &q->fault);
	return err ? err : bill_count(q->db, q->a, act, p.timezone, q->now, ret, &q->fault);
}

static int act_lines(struct request *q)
{
	struct act act;
	struct bill b;
	int err = resource_find(&act_resource, q, q->id[0], &act);

	if (!err)
		err = lines_of(q, &act, &b);
	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	for (size_t i = 0; i < b.n; i++)
		shape_to_json(&act_line_entity.shape, &b.lines[i], q->who, true, &q->out);
	json_close(&q->out, ']');
	json_key(&q->out, "next");
	json_add_null(&q->out);
	json_close(&q->out, '}');
	return 0;
}

/* Moves ------------------------------------------------------------------------------------------------------------------------ */

struct moving {
	struct request *q;
	const char *verb;
	struct act was, now;
	/* issuing: */
	str timezone, issued_on, parties;
	int64_t year;
	int vat;
};

static int put(struct moving *m, struct db *db, struct arena *a, struct fault *f)
{
	int err = entity_change(&act_entity, db, a, &m->was, &m->now, f);

	if (!err)
		err = request_changed(m->q, db, &act_resource, m->verb, &m->was, &m->now, f);
	return err ? err : act_tell(db, a, &m->now, m->verb, f);
}

/* The act as it is now, it and its project held: two acts of one project are issued one after the other, and an invoice is written before or
 * after, never meanwhile. */
static int take(struct moving *m, struct db *db, struct arena *a, unsigned from, struct fault *f)
{
	struct query *sql = query_new(a);
	struct val v;
	int err;

	query_add(sql, "SELECT id FROM project WHERE id = ");
	query_val(sql, V(m->was.project_id));
	query_add(sql, " ");
	query_word(sql, db, DB_FOR_UPDATE);
	err = db_one(db, a, QUERY(sql), &v, 1, f);
	if (!err)
		err = act_hold(db, a, m->was.id, &v, f);
	if (!err)
		err = entity_get(&act_entity, db, a, m->was.id, &m->was, f);
	if (!err && !(from & 1u << m->was.state))
		err = fail(f, EINVAL, "state", "wrong_state", "this act is past that state, or not yet in it");
	m->now = m->was;
	return err;
}

struct act_issue {
	str issued_on;
	bool undecided;
};
#define ENTITY struct act_issue
static const struct field issue_fields[] = {
        F_DATE(issued_on, "Its date, from its last day to today; null: today", .flags = NULLABLE),
        F_BOOL(undecided, "Leads the customer may still reject are billed all the same"),
};
#undef ENTITY
static const struct shape issue_shape = SHAPE_OF(act_issue, issue_fields, "Issuing an act");

static int issue_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	int64_t seen = m->was.version;
	struct bill b;
	int err = take(m, db, a, 1u << ACT_DRAFT, f);

	/* Days and company were looked at: they are what they were then. */
	if (!err && m->was.version != seen)
		err = request_stale(m->q, &act_entity.shape, &m->was);
	if (!err)
		err = act_overlap(db, a, &m->now, f);
	if (!err)
		err = bill_count(db, a, &m->now, m->timezone, m->q->now, &b, f);
	if (!err && !b.n)
		err = fail(f, EINVAL, "from_day", "no_tariff", "no tariff is in force in these days, or none is signed");
	if (!err && b.undecided && !((const struct act_issue *)m->q->body)->undecided)
		err = fail(f, EINVAL, "to_day", "undecided",
		        "the customer may still reject leads of these days: wait for his term, or bill them all the same");
	if (!err)
		err = number_next(db, a, PAPER_ACT, m->now.seller_id, m->year, &m->now.number, f);
	if (!err)
		err = bill_keep(db, m->now.id, &b, f);
	if (err)
		return err;
	m->now.state = ACT_ISSUED;
	m->now.issued_on = m->issued_on;
	m->now.year = m->year;
	m->now.sum_kop = b.sum_kop;
	m->now.vat = m->vat;
	m->now.vat_kop = vat_within(b.sum_kop, (enum vat)m->vat);
	m->now.parties = m->parties;
	m->now.issued_by = m->q->who->user_id;
	m->now.issued_at = m->q->now;
	return put(m, db, a, f);
}

/* The days are over, and so is every call that began in them. The day on which a project was finished brings no more calls. */
static int over_check(struct request *q, const struct act *act, const struct project *p, str today)
{
	int ahead = str_cmp(act->to_day, today);
	struct date last = {0};
	struct val open;
	int64_t end = 0;
	int err;

	if (ahead > 0 || (!ahead && p->state != PROJECT_FINISHED) || !date_parse(act->to_day, &last))
		return fail(&q->fault, EINVAL, "to_day", "not_over", "the last of these days is not over yet");
	err = zone_instant(p->timezone, date_of_days(date_days(last) + 1), 0, &end, &q->fault);
	if (!err)
		err = db_one(q->db, q->a,
		        "SELECT COUNT(*) FROM call WHERE project_id = ?1 AND asked_at < ?2 AND dialled_at IS NOT NULL AND ended_at IS "
		        "NULL",
		        VALS(V(act->project_id), V(end)), &open, 1, &q->fault);
	if (!err && val_int(open))
		err = fail(
		        &q->fault, EINVAL, "to_day", "open_calls", "a call of these days still goes on: try again after it");
	return err;
}

/* PDF of an act that has its number; kept the first time. */
static int keep(struct request *q, const struct act *act, struct file *ret)
{
	struct papers w;
	struct bill b;
	str pdf;
	int err = bill_read(q->db, q->a, act, &b, &q->fault);

	if (!err)
		err = papers_read(q->a, act->parties, &w, &q->fault);
	if (!err)
		err = act_paper(q->a, act, &b, &w, &pdf, &q->fault);
	return err ? err : paper_keep(q, PAPER_ACT, act->id, pdf, ret);
}

/* What can be looked at before the write: days, date, requisites. */
static int issue_prepare(struct request *q, struct moving *m)
{
	str asked = ((const struct act_issue *)q->body)->issued_on, today;
	struct papers w;
	struct project p;
	struct seller s;
	struct date d = {0};
	int64_t year;
	int err = entity_get(&project_entity, q->db, q->a, m->was.project_id, &p, &q->fault);

	if (!err)
		err = day_at(q->a, p.timezone, q->now, &today, &year, &q->fault);
	if (!err)
		err = over_check(q, &m->was, &p, today);
	if (!err && asked.n && (!date_parse(asked, &d) || str_cmp(asked, m->was.to_day) < 0 || str_cmp(asked, today) > 0))
		err = fail(&q->fault, EINVAL, "issued_on", "range", "its date lies between its last day and today");
	if (!err)
		err = entity_get(&seller_entity, q->db, q->a, m->was.seller_id, &s, &q->fault);
	if (!err)
		err = seller_complete(&s, &q->fault);
	if (!err)
		err = papers_gather(q->db, q->a, s.id, &p, &w, &q->fault);
	if (err)
		return err;
	m->issued_on = asked.n ? asked : today;
	m->year = asked.n ? d.year : year;
	m->timezone = p.timezone;
	m->vat = s.vat;
	m->parties = papers_print(q->a, &w);
	return 0;
}

static int act_issue(struct request *q)
{
	struct moving m = {.q = q, .verb = "issued"};
	struct file file = {0};
	int err = resource_find(&act_resource, q, q->id[0], &m.was);

	if (!err)
		err = issue_prepare(q, &m);
	if (!err)
		err = request_write(q, issue_write, &m);
	if (!err)
		err = keep(q, &m.now, &file);
	m.now.file_id = file.id;
	if (!err)
		request_give(q, &act_entity.shape, &m.now);
	return err;
}

struct act_signed {
	str signed_on;
};
#define ENTITY struct act_signed
static const struct field signed_fields[] = {
        F_DATE(signed_on, "The day the signed copy came back", .flags = REQUIRED),
};
#undef ENTITY
static const struct shape signed_shape = SHAPE_OF(act_signed, signed_fields, "The customer's signature");

static int signed_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	int err = take(m, db, a, 1u << ACT_ISSUED | 1u << ACT_SIGNED, f);

	m->now.state = ACT_SIGNED;
	m->now.signed_on = ((const struct act_signed *)m->q->body)->signed_on;
	if (!err && str_cmp(m->now.signed_on, m->now.issued_on) < 0)
		err = fail(f, EINVAL, "signed_on", "range", "an act is not signed before its date");
	return err ? err : put(m, db, a, f);
}

struct act_cancel {
	str why;
};
#define ENTITY struct act_cancel
static const struct field cancel_fields[] = {
        F_STR(why, 3, 1000, "Why", .flags = REQUIRED),
};
#undef ENTITY
static const struct shape cancel_shape = SHAPE_OF(act_cancel, cancel_fields, "Cancelling an act or an invoice");

static int cancel_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	struct val n;
	int err = take(m, db, a, 1u << ACT_ISSUED | 1u << ACT_SIGNED, f);

	if (!err)
		err = db_one(db, a, "SELECT COUNT(*) FROM invoice WHERE act_id = ?1 AND state <> 'cancelled'",
		        VALS(V(m->was.id)), &n, 1, f);
	if (!err && val_int(n))
		err = fail(
		        f, EINVAL, "state", "has_invoice", "an invoice was written from this act: cancel the invoice first");
	m->now.state = ACT_CANCELLED;
	m->now.cancelled_at = m->q->now;
	m->now.cancelled_why = ((const struct act_cancel *)m->q->body)->why;
	return err ? err : put(m, db, a, f);
}

static int move(struct request *q, const char *verb, store_fn *fn)
{
	struct moving m = {.q = q, .verb = verb};
	int err = resource_find(&act_resource, q, q->id[0], &m.was);

	if (!err)
		err = request_write(q, fn, &m);
	if (!err)
		request_give(q, &act_entity.shape, &m.now);
	return err;
}

static int act_sign(struct request *q)
{
	return move(q, "signed", signed_write);
}

static int act_cancel(struct request *q)
{
	return move(q, "cancelled", cancel_write);
}

/* The paper ------------------------------------------------------------------------------------------------------------------- */

static int draft_paper(struct request *q, const struct act *act)
{
	struct project p;
	struct papers w;
	struct bill b;
	str pdf;
	int err = entity_get(&project_entity, q->db, q->a, act->project_id, &p, &q->fault);

	if (!err)
		err = bill_count(q->db, q->a, act, p.timezone, q->now, &b, &q->fault);
	if (!err)
		err = papers_gather(q->db, q->a, act->seller_id, &p, &w, &q->fault);
	if (!err)
		err = act_paper(q->a, act, &b, &w, &pdf, &q->fault);
	if (err)
		return err;
	q->http->type = "application/pdf";
	text_add(&q->http->out, pdf);
	http_answer_header(q->http, "Content-Disposition", STR("inline; filename=\"act-draft.pdf\""));
	return 0;
}

static int act_pdf(struct request *q)
{
	struct file file;
	struct act act;
	int err = resource_find(&act_resource, q, q->id[0], &act);

	if (err)
		return err;
	if (!act.number)
		return draft_paper(q, &act);
	err = act.file_id ? file_get(q->db, q->a, act.file_id, &file, &q->fault) : keep(q, &act, &file);
	if (!err)
		paper_give(q, PAPER_ACT, act.number, &file);
	return err;
}

const struct route act_routes[] = {
        {HTTP_GET, "/acts/{id}/lines", MAY_SEE_MONEY, act_lines,
                "Its lines, each with the calls behind it; those of a draft as they would be now",
                .gives = &act_line_entity.shape, .gives_list = true},
        {HTTP_POST, "/acts/{id}/issue", MAY_ISSUE, act_issue, "Give it a number; from now on it does not change",
                .takes = &issue_shape, .gives = &act_entity.shape},
        {HTTP_POST, "/acts/{id}/signed", MAY_ISSUE, act_sign, "The customer signed it", .takes = &signed_shape,
                .gives = &act_entity.shape},
        {HTTP_POST, "/acts/{id}/cancel", MAY_ISSUE, act_cancel,
                "Cancel an issued act: its number stays taken, its days may be billed again", .takes = &cancel_shape,
                .gives = &act_entity.shape},
        {HTTP_GET, "/acts/{id}/pdf", MAY_SEE_MONEY, act_pdf, "The act on paper", .gives_raw = "application/pdf"},
        {0},
};
