/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outgoing.c - what a preview and the sending have in common: words, address, the gate, the guard. */
#include "domain/card/card_priv.h"
#include "engine/mail/mail.h"
#include "kit/phone/phone.h"

#include <pthread.h>

static enum sending_kind kind_of(int template_kind)
{
	switch ((enum template_kind)template_kind) {
	case TEMPLATE_SMS: return SENDING_SMS;
	case TEMPLATE_FAX: return SENDING_FAX;
	case TEMPLATE_LETTER:
	case TEMPLATE_OFFER: break;
	}
	return SENDING_LETTER;
}

/* A saved template, or words that are being written. */
static int load_template(struct outgoing *o)
{
	const struct card_body *in = o->in;
	struct request *q = o->q;
	int err;

	if (!in->template_id) {
		o->template =
		        (struct template){.kind = in->kind, .subject = in->subject, .body = in->body, .advertising = true};
		return template_check_words(q->db, q->a, o->contact.project_id, &o->template, &q->fault);
	}
	err = template_of_project(q->db, q->a, in->template_id, o->contact.project_id, &o->template, &q->fault);
	return err == ENOENT ? fail(&q->fault, EINVAL, "template_id", "ref", "there is no such template") : err;
}

/* The talk it belongs to: of this contact, and the far side was there. */
static int load_call(struct outgoing *o)
{
	struct request *q = o->q;
	struct val v[2];
	int err =
	        o->in->call_id
	                ? db_one(q->db, q->a,
	                          "SELECT number, CASE WHEN connected_at IS NULL THEN 0 ELSE 1 END FROM call WHERE id = ?1 "
	                          "AND contact_id = ?2 AND project_id = ?3",
	                          VALS(V(o->in->call_id), V(o->contact.id), V(o->contact.project_id)), v, 2, &q->fault)
	                : 0;

	if (err == ENOENT)
		return fail(&q->fault, EINVAL, "call_id", "ref", "there is no such call with this contact");
	if (!err && o->in->call_id) {
		o->number = val_str(v[0]);
		o->talked = val_int(v[1]) != 0;
	}
	return err;
}

int outgoing_load(struct request *q, struct outgoing *ret)
{
	struct outgoing *o = ret;
	struct template_about about;
	int err;

	*o = (struct outgoing){.q = q, .in = q->body};
	err = resource_find(&contact_resource, q, q->id[0], &o->contact);
	if (!err)
		err = load_template(o);
	if (!err)
		err = load_call(o);
	if (!err)
		err = settings_load(q->db, q->a, &o->settings, &q->fault);
	if (!err)
		err = gate_project(q->db, q->a, o->contact.project_id, &o->project, &q->fault);
	if (err)
		return err;
	about = (struct template_about){.contact_id = o->contact.id,
	        .person_id = o->in->person_id,
	        .user_id = q->who->user_id,
	        .company = settings_sender_name(&o->settings, q->who->language),
	        .now = q->now};
	o->kind = kind_of(o->template.kind);
	return template_fill(q->db, q->a, &o->template, &about, &o->words, &q->fault);
}

static int letter_address(struct outgoing *o)
{
	struct request *q = o->q;
	struct val v;
	int err = 0;

	o->to = str_trim(o->in->to);
	if (!o->to.n) {
		err = db_one(q->db, q->a,
		        "SELECT COALESCE((SELECT n.email FROM person n WHERE n.contact_id = c.id AND n.email IS NOT NULL ORDER BY CASE "
		        "WHEN n.id = ?2 THEN 0 ELSE 1 END, n.decides DESC, n.id LIMIT 1), c.email) FROM contact c WHERE c.id = ?1",
		        VALS(V(o->contact.id), V(o->words.person_id)), &v, 1, &q->fault);
		o->to = err ? (str){0} : str_trim(val_str(v));
	}
	if (!err && o->to.n && !mail_address_valid(o->to))
		err = fail(&q->fault, EINVAL, "to", "email", "to is no address a mail server takes");
	return err;
}

/* Messages go to mobile numbers; where fixed ones cannot be told apart from them, to those too. */
static bool takes_sms(str e164)
{
	enum phone_kind kind = phone_kind(e164);

	return kind == PHONE_MOBILE || (kind == PHONE_FIXED && !str_starts(e164, STR("+7")));
}

static int first_mobile(struct outgoing *o)
{
	struct request *q = o->q;
	struct rows r;
	int err = db_ask(q->db, q->a,
	        "SELECT e164 FROM phone WHERE contact_id = ?1 AND state = 'good' ORDER BY CASE WHEN e164 = ?2 THEN 0 ELSE 1 END, CASE WHEN "
	        "person_id = ?3 THEN 0 ELSE 1 END, position, id",
	        VALS(V(o->contact.id), V(o->number), V(o->words.person_id)), &r, &q->fault);

	while (!err && !(err = rows_next(&r, &q->fault)) && !o->to.n)
		if (takes_sms(rows_str(&r, 0)))
			o->to = rows_str(&r, 0);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int number_address(struct outgoing *o)
{
	struct request *q = o->q;
	str typed = o->in->to.n ? o->in->to : o->kind == SENDING_FAX ? o->contact.fax : (str){0};
	int err = typed.n ? phone_parse(typed, "RU", q->a, &o->to, NULL, &q->fault) : 0;

	if (err && o->in->to.n) {
		snprintf(q->fault.field, sizeof q->fault.field, "to");
		return err;
	}
	if (err) /* what stands in the card as a fax is a text of people */
		o->to = (str){0};
	if (!o->to.n && o->kind == SENDING_SMS)
		err = first_mobile(o);
	if (o->to.n && o->kind == SENDING_SMS && !takes_sms(o->to))
		return fail(&q->fault, EINVAL, "to", "no_mobile", "messages go to mobile numbers only");
	if (o->to.n)
		o->number = o->to;
	return o->to.n ? err : 0;
}

int outgoing_address(struct outgoing *o)
{
	struct request *q = o->q;
	struct val v;
	int err = o->kind == SENDING_LETTER ? letter_address(o) : number_address(o);

	if (err || o->number.n)
		return err;
	err = db_one(q->db, q->a, "SELECT e164 FROM phone WHERE contact_id = ?1 ORDER BY position, id LIMIT 1",
	        VALS(V(o->contact.id)), &v, 1, &q->fault);
	o->number = err ? (str){0} : val_str(v);
	return err == ENOENT ? 0 : err;
}

/* Without a number there is nothing to look up: only what advertises nothing, or was asked for in a talk, goes. */
int outgoing_gate(struct outgoing *o)
{
	bool wanted = o->in->agreed && o->talked;
	enum gate_message what = wanted ? GATE_WANTED : o->template.advertising ? GATE_ADVERTISING : GATE_SERVICE;
	struct request *q = o->q;

	o->basis = wanted ? BASIS_TALK : o->template.advertising ? BASIS_CONSENT : BASIS_SERVICE;
	if (o->contact.closed_reason == LIFE_CLOSED_DO_NOT_CALL) {
		o->answer = (struct gate_answer){.rule = GATE_DNC_PROJECT};
		return 0;
	}
	o->project.by_hand = true;
	if (o->number.n && o->kind == SENDING_FAX)
		return gate_fax(q->db, q->a, &o->project, o->number, o->contact.timezone, what, false, q->now, &o->answer,
		        &q->fault);
	if (o->number.n)
		return gate_send(q->db, q->a, &o->project, o->number, what, q->now, &o->answer, &q->fault);
	o->answer = (struct gate_answer){.rule = what == GATE_ADVERTISING ? GATE_CONSENT : GATE_OK};
	o->answer.allowed = o->answer.rule == GATE_OK;
	return 0;
}

/* The dictionaries take a third of a second to load, once a process. */
static struct speller *dictionaries;
static void load_dictionaries(void)
{
	struct fault f;

	if (guard_speller(&dictionaries, &f))
		dictionaries = NULL;
}

struct guard_verdict outgoing_guard(struct outgoing *o, str subject, str body)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct guard_draft d = {
	        .letter = {.from = o->settings.mail_from, .subject = subject, .body = body, .at = o->q->now},
	        .project = STR(""),
	        .client = o->contact.company,
	        .matter = STR(""),
	};

	pthread_once(&once, load_dictionaries);
	d.letter.to.of = NEW(o->q->a, str);
	d.letter.to.of[0] = o->to;
	d.letter.to.n = o->to.n > 0;
	return guard_check(o->q->a, &d, dictionaries);
}

static int offer_words(struct outgoing *o, struct template_filled *ret, struct fault *f)
{
	struct request *q = o->q;
	struct template_about about = {.contact_id = o->contact.id,
	        .person_id = o->words.person_id,
	        .user_id = q->who->user_id,
	        .company = settings_sender_name(&o->settings, q->who->language),
	        .now = q->now};
	struct template offer;
	int err = entity_get(&template_entity, q->db, q->a, o->template.offer_id, &offer, f);

	if (!err)
		err = template_fill(q->db, q->a, &offer, &about, ret, f);
	if (!err && ret->gap.n)
		return fail(f, EINVAL, "template_id", "template_gap", "the contact has no value for a merge field: «%.*s»",
		        STR_ARG(ret->gap));
	return err;
}

int outgoing_papers(struct outgoing *o, struct template_filled ret[PAPERS], size_t *ret_n, struct fault *f)
{
	size_t n = 0;
	int err = 0;

	if (o->kind == SENDING_FAX)
		ret[n++] = o->words;
	if (o->template.offer_id)
		err = offer_words(o, ret + n++, f);
	*ret_n = n;
	return err;
}

int outgoing_paper(struct outgoing *o, str *ret, struct fault *f)
{
	struct template_filled w[PAPERS];
	size_t n = 0;
	int err = outgoing_papers(o, w, &n, f);

	*ret = (str){0};
	return err || !n ? err
	                 : template_paper(o->q->a, w, n, settings_sender_name(&o->settings, o->q->who->language), o->q->now,
	                           ret, f);
}

int outgoing_fax(struct outgoing *o, str *ret_tiff, int64_t *ret_pages, struct fault *f)
{
	struct template_filled w[PAPERS];
	size_t n = 0;
	int err = outgoing_papers(o, w, &n, f);

	return err ? err
	           : template_fax(
	                     o->q->a, w, n, settings_sender_name(&o->settings, o->q->who->language), ret_tiff, ret_pages, f);
}
