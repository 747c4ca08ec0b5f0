/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draft.c - a letter that is being written, and what the guard says of it: the same rules, the same way, as `zvonar letter check`. */
#include "domain/guard/guard.h"
#include "domain/mailbox/mailbox_priv.h"
#include "domain/project/project.h"

#include <pthread.h>

enum { ONE_MS = 48 * CLOCK_HOUR, BEFORE_MAX = 10 }; /* ours before it that may still wait for their answer */

#define IDS_SCHEMA "{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}"
#define ENTITY struct mail_draft
static const struct field fields[] = {
        F_REF(parent_id, "mail_letter", "The letter it answers or forwards; null: a new one", .flags = NULLABLE),
        F_BOOL(forward, "It forwards that letter"),
        F_REF(project_id, "project", "Of a new letter: the project it is about", .flags = NULLABLE),
        F_STR(to_list, 0, 8000, "To whom: addresses by comma, with names or without", .flags = REQUIRED),
        F_STR(cc_list, 0, 8000, "Copies to", .flags = NULLABLE),
        F_STR(subject, 0, 500, "Subject", .flags = REQUIRED),
        F_STR(text, 0, 500000, "The whole text: what is written, the signature, the history", .flags = REQUIRED),
        F_JSON(files, IDS_SCHEMA, "Numbers of files that were uploaded for it", .flags = NULLABLE),
        F_JSON(questions, IDS_SCHEMA, "Numbers of questions it asks: they leave the box", .flags = NULLABLE),
        F_STR(reason, 1, 500, "Why it goes in spite of remarks", .flags = NULLABLE),
        F_STR(once, 8, 64, "Chosen by the browser: a second sending with the same one is the first", .flags = NULLABLE),
};
#undef ENTITY
const struct shape mail_draft_shape = SHAPE_OF(mail_draft, fields, "A letter that is being written");

/* Addresses ------------------------------------------------------------------------------------------------------------------ */

static struct mail_party party_of(str s)
{
	size_t open = str_find(s, '<', 0), close = str_find(s, '>', open);
	struct mail_party p = {STR(""), str_trim(s)};

	if (open < s.n) {
		p.address = str_trim(str_sub(s, open + 1, close));
		p.name = str_trim(str_sub(s, 0, open));
	}
	if (p.name.n > 1 && str_starts(p.name, STR("\"")) && str_ends(p.name, STR("\"")))
		p.name = str_sub(p.name, 1, p.name.n - 1);
	return p;
}

static bool known(const struct mail_party *p, size_t n, str address)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(p[i].address, address))
			return true;
	return false;
}

int mail_parties(struct arena *a, const char *field, str list, struct mail_party **ret, size_t *ret_n, struct fault *f)
{
	struct mail_party *all = NEW_N(a, struct mail_party, MAIL_RECIPIENTS_MAX);
	bool quoted = false;
	size_t from = 0, n = 0;

	for (size_t i = 0; i <= list.n; i++) {
		struct mail_party p;

		if (i < list.n && list.p[i] == '"')
			quoted = !quoted;
		if (i < list.n && (quoted || (list.p[i] != ',' && list.p[i] != ';' && list.p[i] != '\n')))
			continue;
		p = party_of(str_sub(list, from, i));
		from = i + 1;
		if (!p.address.n || known(all, n, p.address))
			continue;
		if (!mail_address_valid(p.address))
			return fail(f, EINVAL, field, "mail_address", "%.*s is no address a mail server takes",
			        (int)(p.address.n < 100 ? p.address.n : 100), p.address.p);
		if (n == MAIL_RECIPIENTS_MAX)
			return fail(f, EINVAL, field, "mail_recipients", "a letter goes to at most %d addresses",
			        MAIL_RECIPIENTS_MAX);
		all[n++] = p;
	}
	*ret = all;
	*ret_n = n;
	return 0;
}

/* What stands around ---------------------------------------------------------------------------------------------------------- */

static str signature_of(struct arena *a, const struct mail_around *w, str phone)
{
	const struct {
		str mark, value;
	} marks[] = {{STR("{name}"), w->user_name}, {STR("{email}"), w->box.address}, {STR("{phone}"), phone}};
	str all = w->set.letter_signature;

	for (size_t m = 0; m < COUNT(marks) && all.n; m++) {
		struct text t = {.a = a};
		size_t from = 0, at;

		for (; (at = str_find_str(all, marks[m].mark, from)) < all.n; from = at + marks[m].mark.n) {
			text_add(&t, str_sub(all, from, at));
			text_add(&t, marks[m].value.p ? marks[m].value : STR(""));
		}
		text_add(&t, str_sub(all, from, all.n));
		all = text_str(&t);
	}
	return all;
}

static int project_names(struct request *q, struct mail_around *w)
{
	struct val v[4];
	int err = db_one(q->db, q->a,
	        "SELECT p.name, COALESCE(p.offer, p.goal, ''), c.name, c.id FROM project p JOIN customer c ON c.id = p.customer_id WHERE p.id = "
	        "?1",
	        VALS(V(w->project_id)), v, 4, &q->fault);

	if (err)
		return err;
	w->project = val_str(v[0]);
	w->matter = val_str(v[1]);
	w->client = val_str(v[2]);
	w->customer_id = val_int(v[3]);
	return 0;
}

static int project_of(struct request *q, int64_t asked, struct mail_around *w)
{
	struct val v[2];
	int err = db_one(q->db, q->a, "SELECT project_id, customer_id FROM mail_thread WHERE id = ?1",
	        VALS(V(w->parent.thread_id)), v, 2, &q->fault);

	if (err == ENOENT) {
		w->project_id = asked ? asked : w->box.project_id;
		err = asked ? access_project(q->db, q->a, q->who, asked, &q->fault) : 0;
	} else if (!err) {
		w->project_id = val_int(v[0]);
		w->customer_id = val_int(v[1]);
	}
	return err || !w->project_id ? err : project_names(q, w);
}

int mail_around(struct request *q, int64_t mailbox_id, int64_t parent_id, int64_t project_id, struct mail_around *ret)
{
	struct query *own = query_new(q->a);
	struct val v[3], there;
	int err;

	*ret = (struct mail_around){0};
	/* Who sets boxes up sees all of them; he writes from those that are his. */
	query_add(own, "SELECT id FROM mailbox WHERE id = ");
	query_val(own, V(mailbox_id));
	mailbox_reach(q, own, "id");
	err = db_one(q->db, q->a, QUERY(own), &there, 1, &q->fault);
	if (!err)
		err = entity_get(&mailbox_entity, q->db, q->a, mailbox_id, &ret->box, &q->fault);
	if (!err && parent_id)
		err = resource_find(&mail_letter_resource, q, parent_id, &ret->parent);
	if (!err && parent_id && ret->parent.mailbox_id != mailbox_id)
		err = fail(&q->fault, EINVAL, "parent_id", "other_box", "the letter is in another mailbox");
	if (!err)
		err = settings_load(q->db, q->a, &ret->set, &q->fault);
	if (!err)
		err = project_of(q, parent_id ? 0 : project_id, ret);
	if (!err)
		err = db_one(q->db, q->a, "SELECT name, email, phone FROM \"user\" WHERE id = ?1", VALS(V(q->who->user_id)),
		        v, 3, &q->fault);
	if (err)
		return err;
	ret->user_name = val_str(v[0]);
	ret->user_email = val_str(v[1]);
	ret->signature = signature_of(q->a, ret, val_str(v[2]));
	return 0;
}

/* The guard ------------------------------------------------------------------------------------------------------------------- */

static void put_letter(struct json_out *w, const struct mail_letter_row *l, const char *at)
{
	json_member_text(w, "id", l->message_id);
	json_member_text(w, "from", l->from_address);
	json_key(w, "to");
	json_add_raw(w, l->to_list);
	json_key(w, "cc");
	json_add_raw(w, l->cc_list);
	json_member_text(w, "subject", l->subject);
	json_member_int(w, at, l->at);
	json_member_text(w, "body", l->body_text);
}

/* Ours to the same person, young and unanswered. */
static int put_before(struct request *q, const struct mail_around *w, str first, struct json_out *out)
{
	struct rows r;
	int err = db_ask(q->db, q->a,
	        "SELECT to_list, subject, body_text, at FROM mail_letter l WHERE mailbox_id = ?1 AND way = 'out' AND at > ?2 AND "
	        "lower(to_list) LIKE lower(?3) ESCAPE '!' AND NOT EXISTS (SELECT 1 FROM mail_letter o WHERE o.thread_id = l.thread_id AND "
	        "o.way = 'in' AND o.at > l.at) ORDER BY at LIMIT 10",
	        VALS(V(w->box.id), V(q->now - ONE_MS), V(str_printf(q->a, "%%\"%.*s\"%%", STR_ARG(first)))), &r, &q->fault);

	json_key(out, "sent_before_unanswered");
	json_open(out, '[');
	while (!err && !(err = rows_next(&r, &q->fault))) {
		json_open(out, '{');
		json_key(out, "to");
		json_add_raw(out, rows_str(&r, 0));
		json_member_text(out, "subject", rows_str(&r, 1));
		json_member_text(out, "body", rows_str(&r, 2));
		json_member_int(out, "sent_at", rows_int(&r, 3));
		json_close(out, '}');
	}
	rows_done(&r);
	json_close(out, ']');
	return err == ENOENT ? 0 : err;
}

static int draft_json(struct request *q, const struct mail_around *w, const struct mail_draft *d, str *ret)
{
	struct text t = {.a = q->a};
	struct json_out out = {.t = &t};
	struct mail_party *to;
	size_t n = 0;
	int err = 0;

	json_open(&out, '{');
	json_member_text(&out, "from", w->box.address);
	json_member_text(&out, "to", d->to_list);
	json_member_text(&out, "cc", d->cc_list);
	json_member_text(&out, "subject", d->subject);
	json_member_text(&out, "body", d->text);
	json_member_int(&out, "created_at", q->now);
	if (w->parent.id && !d->forward) {
		json_member_text(&out, "in_reply_to", w->parent.message_id);
		json_key(&out, "parent");
		json_open(&out, '{');
		put_letter(&out, &w->parent, "date");
		json_close(&out, '}');
	}
	if (!mail_parties(q->a, "to_list", d->to_list, &to, &n, NULL) && n)
		err = put_before(q, w, to[0].address, &out);
	json_key(&out, "project");
	json_open(&out, '{');
	json_member_text(&out, "name", w->project);
	json_member_text(&out, "client", w->client);
	json_member_text(&out, "matter", w->matter);
	json_close(&out, '}');
	json_close(&out, '}');
	*ret = text_str(&t);
	return err;
}

/* Read when first asked for, which takes a quarter of a second, and kept as long as the process lives. */
static struct speller *dictionaries;
static pthread_mutex_t reading = PTHREAD_MUTEX_INITIALIZER;

static struct speller *speller(void)
{
	struct fault f;

	pthread_mutex_lock(&reading);
	if (!dictionaries && guard_speller(&dictionaries, &f))
		dictionaries = NULL;
	pthread_mutex_unlock(&reading);
	return dictionaries;
}

int mail_guard(struct request *q, const struct mail_around *w, const struct mail_draft *d, struct guard_verdict *ret)
{
	struct guard_draft draft;
	struct json v;
	str json;
	int err = draft_json(q, w, d, &json);

	if (!err)
		err = json_parse(q->a, json, &v, &q->fault);
	if (!err)
		err = guard_draft(q->a, v, &draft, &q->fault);
	if (err)
		return err;
	draft.signature = w->signature.n ? w->signature : (str){0};
	*ret = guard_check(q->a, &draft, speller());
	return 0;
}

/* Words for a letter of the program -------------------------------------------------------------------------------------------- */

#define ENTITY struct mail_words
static const struct field words_fields[] = {F_STR(text, 0, 20000, "The words", .flags = REQUIRED)};
#undef ENTITY
const struct shape mail_words_shape = SHAPE_OF(mail_words, words_fields, "Words that go into a letter the program writes");

/* Subject, signature and thread of such a letter are the program's. */
int words_check(struct request *q)
{
	static const bool held_to[GUARD_RULES] = {[GUARD_EXCLAM] = true, [GUARD_SPELL] = true, [GUARD_PARA] = true};
	const struct mail_words *d = q->body;
	struct mail_around w = {.project_id = q->id[0]};
	struct guard_verdict v;
	size_t n = 0;
	int err = access_project(q->db, q->a, q->who, w.project_id, &q->fault);

	if (!err)
		err = project_names(q, &w);
	if (err)
		return err;
	v = guard_check(q->a,
	        &(struct guard_draft){.letter.body = d->text, .project = w.project, .client = w.client, .matter = w.matter},
	        speller());
	for (size_t i = 0; i < v.n; i++)
		if (held_to[v.of[i].rule])
			v.of[n++] = v.of[i];
	v.n = n;
	guard_put(&q->out, &v);
	return 0;
}
