/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decision.c - what such a link shows, and what it does. */
#include "domain/decision/decision.h"

#include "domain/change/change.h"
#include "domain/decision/decision_schema.h"
#include "domain/letter/letter.h"

struct decision_open {
	str token;
};
#define ENTITY struct decision_open
static const struct field open_fields[] = {F_STR(token, 1, 100, "The last part of the link", .flags = REQUIRED | SECRET)};
#undef ENTITY
static const struct shape open_shape = SHAPE_OF(decision_open, open_fields, "The secret of a link that decides");

struct decision_made {
	str token;
	int decision;
	str note;
};
#define ENTITY struct decision_made
static const struct field made_fields[] = {
        F_STR(token, 1, 100, "The last part of the link", .flags = REQUIRED | SECRET),
        F_WORD(decision, decision_words, "What is decided", .flags = REQUIRED),
        F_STR(note, 0, 2000, "The question, or why it is declined", .flags = NULLABLE),
};
#undef ENTITY
static const struct shape made_shape = SHAPE_OF(decision_made, made_fields, "A decision by the link of a letter");

/* Why there is nothing to decide any more; "open" when there is. */
static const char *standing(const struct decision_link *l, str state, int64_t now)
{
	if (l->used_at)
		return "used";
	if (str_eq(state, STR("withdrawn")))
		return "withdrawn";
	if (!str_eq(state, STR("proposed")) && !str_eq(state, STR("questioned")))
		return "decided";
	return l->revoked || l->expires_at <= now ? "expired" : "open";
}

/* Of a spent link no more than whose it was and what became of it. */
static int put_page(struct request *q, const struct decision_link *l)
{
	struct notice_words w;
	struct val v[6];
	const char *state = "expired";
	int err = notice_words(q->db, q->a, l->project_id, &w, &q->fault);

	if (!err)
		err = db_one(q->db, q->a,
		        "SELECT state, number, title, decided_at, decided_by, kind FROM change WHERE id = ?1",
		        VALS(V(l->change_id)), v, COUNT(v), &q->fault);
	if (err)
		return err;
	state = standing(l, val_str(v[0]), q->now);
	json_open(&q->out, '{');
	json_member_text(&q->out, "state", str_of(state));
	json_member_text(&q->out, "language", w.language);
	json_member_text(&q->out, "timezone", w.zone);
	json_member_text(&q->out, "project", w.project);
	json_member_text(&q->out, "company", w.company);
	json_member_int(&q->out, "number", val_int(v[1]));
	json_member_text(&q->out, "title", val_str(v[2]));
	json_member_text(&q->out, "became", val_str(v[0]));
	if (str_eq(str_of(state), STR("open")))
		err = change_put(q->db, q->a, l->change_id, &q->out, &q->fault);
	json_close(&q->out, '}');
	return err;
}

static int decision_open(struct request *q)
{
	const struct decision_open *in = q->body;
	struct decision_link l;
	int err = decision_link_find(q->db, q->a, in->token, &l, &q->fault);

	return err ? err : put_page(q, &l);
}

struct deciding {
	struct request *q;
	struct decision_link link;
};

static int decide_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct deciding *d = arg;
	const struct decision_made *in = d->q->body;
	const struct decision_body body = {in->decision, in->note};
	struct by by = request_by(d->q);
	struct change c;
	int err = decision_link_use(db, &d->link, d->q->now, f);

	return err ? err : change_decide(&by, d->q->app, db, a, d->link.change_id, &body, d->link.sent_to, &c, f);
}

static int decision_make(struct request *q)
{
	const struct decision_made *in = q->body;
	struct deciding d = {.q = q};
	int err = decision_link_find(q->db, q->a, in->token, &d.link, &q->fault);

	if (!err)
		err = request_write(q, decide_write, &d);
	if (!err)
		job_wake(q->app->jobs);
	return err;
}

static const struct route routes[] = {
        {HTTP_POST, "/decisions/open", OPEN_TO_ALL, decision_open,
                "What the link of a letter asks to decide; changes nothing", .takes = &open_shape,
                .gives_raw = "application/json", .schema = DECISION_SCHEMA},
        {HTTP_POST, "/decisions", OPEN_TO_ALL, decision_make, "Decide by the link of a letter, once", .takes = &made_shape},
        {0},
};

const struct module decision_module = {.name = "decision", .routes = routes};
