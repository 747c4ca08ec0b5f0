/* SPDX-License-Identifier: GPL-3.0-or-later */
/* card.c - routes of what leaves from a card: how it would look, and sending it. */
#include "domain/card/card_priv.h"
#include "domain/card/preview_schema.h"
#include "domain/fax/fax.h"
#include "domain/letter/letter.h"
#include "domain/role/role.h"
#include "domain/sms/sms.h"
#include "kit/app/app.h"
#include "kit/file/file.h"
#include "kit/job/job.h"

#define ENTITY struct card_body
static const struct field preview_fields[] = {
        F_REF(template_id, "template", "By which template; null: by the words sent", .flags = NULLABLE),
        F_WORD(kind, template_kinds, "What these words become"),
        F_STR(subject, 0, TEMPLATE_SUBJECT_MAX,
                "Without a template: a subject with merge fields; with one: as the person changed it", .flags = NULLABLE),
        F_STR(body, 0, TEMPLATE_BODY_MAX, "The same for the words", .flags = NULLABLE),
        F_REF(person_id, "person", "To which person; null: who decides", .flags = NULLABLE),
        F_REF(call_id, "journal", "In which call", .flags = NULLABLE),
        F_STR(to, 0, 254, "To which address or number; empty: the card's own", .flags = NULLABLE),
        F_BOOL(agreed, "The contact asked for it in this talk"),
};
static const struct field send_fields[] = {
        F_REF(template_id, "template", "By which template", .flags = REQUIRED),
        F_REF(person_id, "person", "To which person; null: who decides", .flags = NULLABLE),
        F_REF(call_id, "journal", "In which call", .flags = NULLABLE),
        F_STR(to, 0, 254, "To which address or number; empty: the card's own", .flags = NULLABLE),
        F_STR(subject, 0, TEMPLATE_SUBJECT_MAX, "The subject as it shall go; null: the template's", .flags = NULLABLE),
        F_STR(body, 0, TEMPLATE_BODY_MAX, "The words as they shall go; null: the template's", .flags = NULLABLE),
        F_BOOL(agreed, "The contact asked for it in this talk: kept as a consent with the talk as its proof"),
        F_STR(key, 1, 100, "A word that makes pressing twice once", .flags = NULLABLE),
};
#undef ENTITY
const struct shape preview_body_shape = {
        "card_preview", "What would be sent", preview_fields, COUNT(preview_fields), sizeof(struct card_body)};
const struct shape send_body_shape = {
        "card_sending", "What is sent to a contact", send_fields, COUNT(send_fields), sizeof(struct card_body)};

/* Preview --------------------------------------------------------------------------------------------------------------------------- */

static void put_violations(struct json_out *w, const struct guard_verdict *v)
{
	json_key(w, "violations");
	json_open(w, '[');
	for (size_t i = 0; i < v->n; i++) {
		json_open(w, '{');
		json_member_text(w, "rule", str_of(guard_rule_names[v->of[i].rule]));
		json_member_text(w, "field", str_of(v->of[i].field));
		json_member_int(w, "at", v->of[i].at);
		json_member_text(w, "text", v->of[i].text.p ? v->of[i].text : STR(""));
		json_member_text(w, "why", str_of(v->of[i].why));
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_preview(struct json_out *w, const struct outgoing *o, int64_t parts, const struct guard_verdict *v)
{
	json_open(w, '{');
	json_member_text(w, "kind", str_of(sending_kinds[o->kind]));
	json_member_text(w, "to", o->to.n ? o->to : (str){0});
	json_member_text(w, "subject", o->kind == SENDING_SMS ? (str){0} : o->words.subject);
	json_member_text(w, "body", o->words.body);
	json_member_text(w, "gap", o->words.gap);
	json_member_int(w, "parts", parts);
	json_key(w, "may");
	json_add_bool(w, o->answer.allowed);
	json_member_text(w, "rule", str_of(gate_rule_names[o->answer.rule]));
	json_member_text(w, "basis", str_of(sending_bases[o->basis]));
	json_key(w, "talked");
	json_add_bool(w, o->talked);
	put_violations(w, v);
	json_key(w, "offer_id");
	if (o->template.offer_id)
		json_add_int(w, o->template.offer_id);
	else
		json_add_null(w);
	json_key(w, "editable");
	json_add_bool(w, o->template.editable);
	json_close(w, '}');
}

/* A person is changing the words of a saved template. */
static void as_edited(struct outgoing *o)
{
	if (o->in->subject.p)
		o->words.subject = o->in->subject;
	if (o->in->body.p) {
		o->words.body = o->in->body;
		o->words.gap = (str){0};
	}
}

/* Messages, or pages; before the words are whole there is nothing to count. */
static int count_parts(struct outgoing *o, int64_t *ret)
{
	str tiff;

	*ret = o->kind == SENDING_SMS ? (int64_t)sms_measure(o->words.body).parts : 1;
	return o->kind == SENDING_FAX && !o->words.gap.n ? outgoing_fax(o, &tiff, ret, &o->q->fault) : 0;
}

int card_preview(struct request *q)
{
	struct outgoing *o = NEW(q->a, struct outgoing);
	struct guard_verdict verdict = {0};
	int64_t parts = 1;
	int err = outgoing_load(q, o);

	if (!err)
		err = outgoing_address(o);
	if (!err)
		err = outgoing_gate(o);
	if (err)
		return err;
	if (o->in->template_id)
		as_edited(o);
	if (o->kind == SENDING_LETTER && o->template.kind == TEMPLATE_LETTER)
		verdict = outgoing_guard(o, o->words.subject, o->words.body);
	err = count_parts(o, &parts);
	if (!err)
		put_preview(&q->out, o, parts, &verdict);
	return err;
}

/* Sending --------------------------------------------------------------------------------------------------------------------------- */

enum { PER_DAY = 10 }; /* to one contact by one way: a slip of the hand, or a key that sticks */

struct posting {
	struct outgoing *o;
	struct file file, document; /* on paper, and of a fax as its machine takes it; key absent: none */
	int64_t pages;
	struct sending row;
	bool again; /* its key was there before */
};

/* The words as they go: the template's, or as the person has changed them. */
static int choose_words(struct outgoing *o)
{
	const struct card_body *in = o->in;
	struct request *q = o->q;
	str subject = in->subject.p ? str_trim(in->subject) : o->words.subject;
	str body = in->body.p ? str_trim(in->body) : o->words.body;
	bool changed = !str_eq(subject, o->words.subject) || !str_eq(body, o->words.body);

	if (o->template.kind == TEMPLATE_OFFER)
		return fail(&q->fault, EINVAL, "template_id", "template_is_offer",
		        "an offer goes with a letter: choose a letter");
	if (changed && !o->template.editable)
		return fail(&q->fault, EACCES, "body", "template_fixed", "the words of this template are not changed");
	if (!changed && o->words.gap.n)
		return fail(&q->fault, EINVAL, "body", "template_gap", "the contact has no value for a merge field: «%.*s»",
		        STR_ARG(o->words.gap));
	if (!body.n || (o->kind != SENDING_SMS && !subject.n))
		return fail(&q->fault, EINVAL, body.n ? "subject" : "body", "required", "there is nothing to send");
	if (o->kind == SENDING_SMS && sms_measure(body).parts > SMS_PARTS_MAX)
		return fail(&q->fault, EINVAL, "body", "sms_long", "a message has at most ten parts");
	o->words.subject = subject;
	o->words.body = body;
	return 0;
}

/* Spelling is told and does not hold a letter back: names of companies are in no dictionary. */
static int pass_guard(struct outgoing *o)
{
	struct guard_verdict v;

	if (o->kind != SENDING_LETTER)
		return 0;
	v = outgoing_guard(o, o->words.subject, o->words.body);
	for (size_t i = 0; i < v.n; i++)
		if (v.of[i].rule != GUARD_SPELL)
			return fail(&o->q->fault, EINVAL, v.of[i].field, "guard", "the guard of letters: %s: %.*s",
			        guard_rule_names[v.of[i].rule], STR_ARG(v.of[i].text));
	return 0;
}

static int pass_gate(struct outgoing *o)
{
	struct request *q = o->q;
	int err = outgoing_address(o);

	if (!err && !o->to.n)
		return fail(&q->fault, EINVAL, "to", "required", "the card has no address for it");
	if (!err && o->in->agreed && !o->talked)
		return fail(
		        &q->fault, EINVAL, "agreed", "no_talk", "there was no talk in which it could have been asked for");
	if (!err)
		err = outgoing_gate(o);
	if (!err && !o->answer.allowed)
		return fail(
		        &q->fault, EALREADY, "to", gate_rule_names[o->answer.rule], "%s", gate_rule_what(o->answer.rule));
	return err;
}

static int prepare_paper(struct posting *p)
{
	struct request *q = p->o->q;
	bool english = p->o->words.language == LANGUAGE_EN, fax = p->o->kind == SENDING_FAX;
	str pdf;
	int err = outgoing_paper(p->o, &pdf, &q->fault);

	if (err || !pdf.n)
		return err;
	p->file.name = fax       ? english ? STR("fax.pdf") : STR("Факс.pdf")
	                     : english ? STR("offer.pdf")
	                         : STR("Коммерческое предложение.pdf");
	p->file.type = STR("application/pdf");
	return file_keep(q->a, pdf, &p->file, &q->fault);
}

static int prepare_fax(struct posting *p)
{
	struct request *q = p->o->q;
	str tiff;
	int err = outgoing_fax(p->o, &tiff, &p->pages, &q->fault);

	p->document.name = STR("fax.tif");
	p->document.type = STR("image/tiff");
	return err ? err : file_keep(q->a, tiff, &p->document, &q->fault);
}

/* Nothing of it is kept: it was not sent, or had been before. */
static void drop_files(const struct posting *p, int err)
{
	if (p->file.key.n)
		file_unnamed(&p->file, err);
	if (p->document.key.n)
		file_unnamed(&p->document, err);
}

static int room(struct db *db, struct arena *a, const struct outgoing *o, struct fault *f)
{
	struct val n;
	int err = db_one(db, a, "SELECT COUNT(*) FROM sending WHERE contact_id = ?1 AND kind = ?2 AND at > ?3",
	        VALS(V(o->contact.id), V(str_of(sending_kinds[o->kind])), V(o->q->now - CLOCK_DAY)), &n, 1, f);

	return !err && val_int(n) >= PER_DAY
	               ? fail(f, EDQUOT, NULL, "sendings_day", "this contact was sent enough within a day")
	               : err;
}

/* What was said in the talk is a consent from now on; the recording is its proof. */
static int keep_consent(struct db *db, const struct outgoing *o, struct fault *f)
{
	struct arena *a = o->q->a;

	return db_run(db,
	        "INSERT INTO consent (customer_id, project_id, e164, kind, text_version, given_at, proof, author_id, created_at) VALUES "
	        "(?1, ?2, ?3, ?4, 'talk', ?5, ?6, ?7, ?5)",
	        VALS(V(o->project.customer_id), V(o->contact.project_id), V(o->number),
	                V(o->template.advertising ? STR("advertising") : STR("service")), V(o->q->now),
	                V(str_printf(a, "call %lld", (long long)o->in->call_id)), V(o->q->who->user_id)),
	        NULL, f);
}

static int make_letter(struct db *db, struct arena *a, struct posting *p, struct fault *f)
{
	struct outgoing *o = p->o;
	struct val v;
	struct letter_new l = {.kind = "card",
	        .project_id = o->contact.project_id,
	        .user_id = o->q->who->user_id,
	        .to = o->to,
	        .subject = o->words.subject,
	        .text = o->words.body,
	        .language = o->words.language == LANGUAGE_EN ? STR("en") : STR("ru"),
	        .message_id = letter_message_id(a, &o->settings),
	        .files = &p->file.id,
	        .n_files = p->file.id != 0};
	int err = db_one(db, a,
	        "SELECT COALESCE(u.email, (SELECT m.email FROM \"user\" m JOIN project p ON p.pm_id = m.id WHERE p.id = ?2)) FROM "
	        "\"user\" u WHERE u.id = ?1",
	        VALS(V(o->q->who->user_id), V(o->contact.project_id)), &v, 1, f);

	if (err)
		return err;
	l.reply_to = val_str(v);
	l.html = letter_plain_html(a, l.language, l.subject, l.text);
	return letter_add(db, a, &l, o->q->now, &p->row.letter_id, f);
}

static int make_it(struct db *db, struct arena *a, struct posting *p, struct fault *f)
{
	struct outgoing *o = p->o;

	if (o->kind == SENDING_LETTER)
		return make_letter(db, a, p, f);
	if (o->kind == SENDING_FAX)
		return fax_add(db, a,
		        &(struct fax_new){.project_id = o->contact.project_id,
		                .to = o->to,
		                .pages = p->pages,
		                .document_id = p->document.id},
		        o->q->now, &p->row.fax_id, f);
	return sms_add(db, a, &(struct sms_new){.project_id = o->contact.project_id, .to = o->to, .body = o->words.body},
	        o->q->now, &p->row.sms_id, f);
}

static void row_of(struct posting *p)
{
	const struct outgoing *o = p->o;
	str key = o->in->key;

	p->row = (struct sending){.project_id = o->contact.project_id,
	        .contact_id = o->contact.id,
	        .person_id = o->words.person_id,
	        .call_id = o->in->call_id,
	        .user_id = o->q->who->user_id,
	        .kind = (int)o->kind,
	        .template_id = o->template.id,
	        .template_number = o->template.number,
	        .to_address = o->to,
	        .subject = o->kind == SENDING_SMS ? (str){0} : o->words.subject,
	        .body = o->words.body,
	        .advertising = o->template.advertising,
	        .basis = (int)o->basis,
	        .parts = o->kind == SENDING_FAX   ? p->pages
	                 : o->kind == SENDING_SMS ? (int64_t)sms_measure(o->words.body).parts
	                                          : 1,
	        .at = o->q->now,
	        .state_at = o->q->now,
	        .once_key =
	                key.n ? str_printf(o->q->a, "%lld:%.*s", (long long)o->q->who->user_id, STR_ARG(key)) : (str){0}};
}

static int post_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct posting *p = arg;
	struct val v;
	int err;

	row_of(p);
	p->again = false;
	p->file.id = p->document.id = 0;
	if (p->row.once_key.n) {
		err = db_one(db, a, "SELECT id FROM sending WHERE once_key = ?1", VALS(V(p->row.once_key)), &v, 1, f);
		p->again = !err;
		if (err != ENOENT)
			return err ? err : entity_get(&sending_entity, db, a, val_int(v), &p->row, f);
	}
	err = room(db, a, p->o, f);
	if (!err && p->file.key.n)
		err = file_add(db, a, &p->file, p->o->q->now, f);
	if (!err && p->document.key.n)
		err = file_add(db, a, &p->document, p->o->q->now, f);
	if (!err && p->row.basis == BASIS_TALK && p->o->number.n)
		err = keep_consent(db, p->o, f);
	if (!err)
		err = make_it(db, a, p, f);
	p->row.file_id = p->file.id;
	return err ? err : sending_add(db, a, &p->row, f);
}

int card_send(struct request *q)
{
	struct posting *p = NEW(q->a, struct posting);
	struct outgoing *o = NEW(q->a, struct outgoing);
	int err = outgoing_load(q, o);

	p->o = o;
	if (!err)
		err = choose_words(o);
	if (!err)
		err = pass_gate(o);
	if (!err)
		err = pass_guard(o);
	if (!err)
		err = prepare_paper(p);
	if (!err && o->kind == SENDING_FAX)
		err = prepare_fax(p);
	if (!err)
		err = request_write(q, post_write, p);
	if (err || p->again)
		drop_files(p, err);
	if (err)
		return err;
	job_wake(q->app->jobs);
	request_give(q, &sending_entity.shape, &p->row);
	return 0;
}

/* The offer or fax as the contact would get it. */
int card_pdf(struct request *q)
{
	struct outgoing *o = NEW(q->a, struct outgoing);
	struct card_body body = {.template_id = q->id[1]};
	struct template_filled w[PAPERS];
	size_t n = 1;
	str pdf, company;
	int err;

	q->body = &body;
	err = outgoing_load(q, o);
	if (err && q->fault.field[0])
		return ENOENT;
	company = settings_sender_name(&o->settings, q->who->language);
	w[0] = o->words;
	if (!err && o->kind == SENDING_FAX)
		err = outgoing_papers(o, w, &n, &q->fault);
	if (!err)
		err = template_paper(q->a, w, n, company, q->now, &pdf, &q->fault);
	if (err)
		return err;
	q->http->type = "application/pdf";
	text_add(&q->http->out, pdf);
	http_answer_header(q->http, "Content-Disposition",
	        o->kind == SENDING_FAX ? STR("inline; filename=\"fax.pdf\"") : STR("inline; filename=\"offer.pdf\""));
	return 0;
}

static const struct route routes[] = {
        {.method = HTTP_POST,
                .path = "/contacts/{id}/preview",
                .right = MAY_WRITE_CARD,
                .run = card_preview,
                .doc = "How a letter, message or fax to this contact would look, where it would go, and whether it may",
                .takes = &preview_body_shape,
                .gives_raw = "application/json",
                .schema = PREVIEW_SCHEMA},
        {.method = HTTP_POST,
                .path = "/contacts/{id}/sendings",
                .right = MAY_WRITE_CARD,
                .run = card_send,
                .doc = "Send a contact a letter, message or fax by a template",
                .takes = &send_body_shape,
                .gives = &sending_entity.shape,
                .makes = true},
        {.method = HTTP_GET,
                .path = "/contacts/{id}/templates/{template_id}/pdf",
                .right = MAY_OPEN_CARD,
                .run = card_pdf,
                .doc = "An offer or fax filled for this contact, on paper",
                .gives_raw = "application/pdf"},
        {0},
};
const struct module card_module = {.name = "card", .routes = routes};
