/* SPDX-License-Identifier: GPL-3.0-or-later */
/* start.c - what an answer begins with: everybody in copy kept, the history below, the house's signature, and whether the customer is to be reminded. */
#include "base/parse.h"
#include "domain/guard/guard.h"
#include "domain/letter/letter.h"
#include "domain/mailbox/words.h"

enum { PIECES_LEAST = 3 };

struct mail_start {
	int64_t parent_id;
	bool forward;
	str to_list, cc_list, subject, signature, history, reminder;
	bool strict;
	int64_t project_id, customer_id;
};
#define ENTITY struct mail_start
static const struct field fields[] = {
        F_REF(parent_id, "mail_letter", "The letter it answers or forwards", .flags = NULLABLE),
        F_BOOL(forward, "It forwards that letter"),
        F_STR(to_list, 0, 8000, "To whom; of a new letter the customer's people of its project, to be proposed"),
        F_STR(cc_list, 0, 8000, "Copies: everybody who was in copy"),
        F_STR(subject, 0, 500, "Subject"),
        F_STR(signature, 0, 4000, "Signature of the house, filled in; null: there is none", .flags = NULLABLE),
        F_STR(history, 0, 1000000, "The letters before, to stand below", .flags = NULLABLE),
        F_STR(reminder, 0, 4000,
                "A polite reminder, when the customer cut the history off, dropped copies or writes in pieces; null: nothing to remind of",
                .flags = NULLABLE),
        F_BOOL(strict, "A letter with remarks is not sent, whatever the reason"),
        F_REF(project_id, "project", "The project it is about", .flags = NULLABLE),
        F_REF(customer_id, "customer", "The customer", .flags = NULLABLE),
};
#undef ENTITY
const struct shape mail_start_shape = SHAPE_OF(mail_start, fields, "What a letter begins with");

struct people {
	struct text t;
	const struct mail_around *w;
	struct text seen;
};

static void put_person(struct people *p, str name, str address)
{
	str mark = str_printf(p->t.a, "<%.*s>", STR_ARG(address));

	if (!address.n || str_eq_nocase(address, p->w->box.address) || str_find_str(text_str(&p->seen), mark, 0) < p->seen.n)
		return;
	text_add(&p->seen, mark);
	if (p->t.n)
		text_add(&p->t, STR(", "));
	if (!name.n)
		text_add(&p->t, address);
	else if (str_find(name, ',', 0) < name.n || str_find(name, ';', 0) < name.n)
		text_addf(&p->t, "\"%.*s\" <%.*s>", STR_ARG(name), STR_ARG(address));
	else
		text_addf(&p->t, "%.*s <%.*s>", STR_ARG(name), STR_ARG(address));
}

static void put_people(struct people *p, str list)
{
	struct fault f;
	struct json v;

	if (json_parse(p->t.a, list, &v, &f))
		return;
	for (size_t i = 0; i < json_count(v); i++)
		put_person(p, json_get_text(json_at(v, i), "name"), json_get_text(json_at(v, i), "address"));
}

static void recipients(struct arena *a, const struct mail_around *w, struct mail_start *s)
{
	struct people to = {.t = {.a = a}, .seen = {.a = a}, .w = w}, cc = to;

	if (w->parent.way == 1)
		put_people(&to, w->parent.to_list);
	else
		put_person(&to, w->parent.reply_to.n ? STR("") : w->parent.from_name,
		        w->parent.reply_to.n ? w->parent.reply_to : w->parent.from_address);
	cc.seen = to.seen;
	if (w->parent.way == 0)
		put_people(&cc, w->parent.to_list);
	put_people(&cc, w->parent.cc_list);
	s->to_list = text_str(&to.t);
	s->cc_list = text_str(&cc.t);
}

static str subject_with(struct arena *a, const char *mark, str subject)
{
	if (str_eq_nocase(str_sub(subject, 0, strlen(mark)), str_of(mark)))
		return subject;
	return str_printf(a, "%s %.*s", mark, (int)(subject.n < 480 ? subject.n : 480), subject.p);
}

/* The customer's letter beside ours that it answers. */
static int lapse_of(struct request *q, const struct mail_letter_row *l, struct mail_lapse *ret)
{
	struct text t = {.a = q->a}, dropped = {.a = q->a};
	struct json_out w = {.t = &t};
	struct mail_letter_row ours;
	struct guard_lapse lapse;
	struct guard_draft d;
	struct json v;
	int err = entity_get(&mail_letter_entity, q->db, q->a, l->parent_id, &ours, &q->fault);

	if (err || ours.way == 0)
		return err;
	json_open(&w, '{');
	for (int i = 0; i < 2; i++) {
		const struct mail_letter_row *one = i ? &ours : l;

		if (i) {
			json_key(&w, "parent");
			json_open(&w, '{');
		}
		json_member_text(&w, "from", one->from_address);
		json_key(&w, "to");
		json_add_raw(&w, one->to_list);
		json_key(&w, "cc");
		json_add_raw(&w, one->cc_list);
		json_member_text(&w, "subject", one->subject);
		json_member_text(&w, "body", one->body_text);
	}
	json_close(&w, '}');
	json_close(&w, '}');
	err = json_parse(q->a, text_str(&t), &v, &q->fault);
	if (!err)
		err = guard_draft(q->a, v, &d, &q->fault);
	if (err)
		return err;
	lapse = guard_lapse_of(q->a, &d.letter, &d.parent);
	for (size_t i = 0; i < lapse.dropped.n; i++)
		if (!str_eq(lapse.dropped.of[i], d.letter.from))
			text_addf(&dropped, dropped.n ? ", %.*s" : "%.*s", STR_ARG(lapse.dropped.of[i]));
	ret->thread = lapse.thread;
	ret->dropped = text_str(&dropped);
	return 0;
}

/* Letters of his with files since our last one, within a day. */
static int pieces_of(struct request *q, const struct mail_letter_row *l, struct mail_lapse *ret)
{
	struct val n;
	int err = db_one(q->db, q->a,
	        "SELECT COUNT(*) FROM mail_letter l WHERE thread_id = ?1 AND way = 'in' AND from_address = ?2 AND files_n > 0 AND at > ?3 AND "
	        "NOT EXISTS (SELECT 1 FROM mail_letter o WHERE o.thread_id = l.thread_id AND o.way = 'out' AND o.at > l.at)",
	        VALS(V(l->thread_id), V(l->from_address), V(l->at - CLOCK_DAY)), &n, 1, &q->fault);

	if (!err)
		ret->pieces = val_int(n) >= PIECES_LEAST ? val_int(n) : 0;
	return err;
}

/* Where and in which language the project's letters are; ours when there is none. */
static int place_of(struct request *q, int64_t project_id, str *ret_language, str *ret_zone)
{
	struct val v[2];
	int err = project_id ? db_one(q->db, q->a, "SELECT language, timezone FROM project WHERE id = ?1",
	                               VALS(V(project_id)), v, 2, &q->fault)
	                     : ENOENT;

	*ret_language = err ? q->who->language : val_str(v[0]);
	*ret_zone = err ? STR("Europe/Moscow") : val_str(v[1]);
	return err == ENOENT ? 0 : err;
}

static int begin(struct request *q, int64_t mailbox_id, int64_t parent_id, int64_t project_id, bool forward)
{
	struct mail_start s = {
	        .to_list = STR(""), .cc_list = STR(""), .subject = STR(""), .parent_id = parent_id, .forward = forward};
	struct mail_lapse lapse = {0};
	struct mail_around w;
	str language, zone;
	int err = mail_around(q, mailbox_id, parent_id, project_id, &w);

	if (!err)
		err = place_of(q, w.project_id, &language, &zone);
	if (err)
		return err;
	s.signature = w.signature.n ? w.signature : (str){0};
	s.strict = w.set.letter_strict;
	s.project_id = w.project_id;
	s.customer_id = w.customer_id;
	if (!parent_id && w.project_id)
		err = notice_addresses(q->db, q->a, w.project_id, NOTICE_CUSTOMER, &s.to_list, &q->fault);
	if (parent_id) {
		s.subject = subject_with(q->a, forward ? "Fwd:" : "Re:", w.parent.subject);
		s.history = mail_history(q->a, &w.parent, language, zone);
	}
	if (parent_id && !forward)
		recipients(q->a, &w, &s);
	if (parent_id && !forward && w.parent.way == 0 && w.parent.nature == MAIL_PERSONAL) {
		if (w.parent.parent_id)
			err = lapse_of(q, &w.parent, &lapse);
		if (!err)
			err = pieces_of(q, &w.parent, &lapse);
		s.reminder = mail_reminder(q->a, &lapse, language);
	}
	if (!err)
		request_give(q, &mail_start_shape, &s);
	return err;
}

int compose_start(struct request *q)
{
	int64_t project = 0;
	str asked = http_param(q->http, "project_id");

	if (asked.n && !parse_int(asked, 1, INT64_MAX, &project))
		return fail(&q->fault, EINVAL, "project_id", "type", "the number of a project");
	return begin(q, q->id[0], 0, project, false);
}

static int begin_of_letter(struct request *q, bool forward)
{
	struct mail_letter_row l;
	int err = resource_find(&mail_letter_resource, q, q->id[0], &l);

	return err ? err : begin(q, l.mailbox_id, l.id, 0, forward);
}

int compose_answer(struct request *q)
{
	return begin_of_letter(q, false);
}

int compose_forward(struct request *q)
{
	return begin_of_letter(q, true);
}
