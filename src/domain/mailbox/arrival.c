/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arrival.c - a letter that came takes its place: once, in its thread, beside its customer and his project, in the log of both. */
#include "base/utf8.h"
#include "domain/communication/communication.h"
#include "domain/guard/guard.h"
#include "domain/letter/letter.h"
#include "domain/mailbox/mailbox_priv.h"
#include "engine/crypto/crypto.h"

enum { REF_CHARS = 32, HISTORY_BYTES = 64 << 10, FILES_LISTED = 3000, LINE_CHARS = 160, PEOPLE_LISTED = 200 };

str mail_ref(struct arena *a, str message_id)
{
	char hex[SHA256_HEX];

	if (str_starts(message_id, STR("<")) && str_ends(message_id, STR(">")))
		message_id = str_sub(message_id, 1, message_id.n - 1);
	sha256_hex(message_id, hex);
	return str_copy(a, (str){hex, REF_CHARS});
}

static void mix(struct sha256 *h, str s)
{
	uint64_t n = s.n;

	sha256_add(h, &n, sizeof n);
	sha256_add(h, s.p ? s.p : "", s.n);
}

/* What it says: the lines a server added on the way are none of it. So the same letter by two ways is one, and a stranger's under a known Message-ID
 * is another. */
static str key_of(struct arena *a, const struct arrival *l)
{
	const struct mail_read *r = &l->read;
	char hex[SHA256_HEX];
	struct sha256 h;

	if (!r->message_id.n) {
		sha256_hex(l->raw, hex);
		return str_copy(a, str_of(hex));
	}
	sha256_init(&h);
	mix(&h, r->message_id);
	mix(&h, r->from.address);
	mix(&h, r->subject);
	mix(&h, r->text);
	mix(&h, r->html);
	for (size_t i = 0; i < r->n_files; i++)
		mix(&h, r->files[i].name);
	sha256_done_hex(&h, hex);
	return str_copy(a, str_of(hex));
}

void arrival_prepare(struct arena *a, struct arrival *l)
{
	const struct mail_read *r = &l->read;
	size_t most = r->n_references < MAIL_REFS_MAX ? r->n_references : MAIL_REFS_MAX;

	l->key = key_of(a, l);
	l->ref = r->message_id.n ? mail_ref(a, r->message_id) : str_sub(l->key, 0, REF_CHARS);
	l->refs = NEW_N(a, str, most + 1);
	/* The first one names the thread, the last ones are nearest. */
	for (size_t i = 0; i < most; i++)
		l->refs[i] = mail_ref(a, r->references[i == 0 ? 0 : r->n_references - most + i]);
	l->n_refs = most;
	l->history_at = (int64_t)guard_history_at(a, utf8_cut(r->text, HISTORY_BYTES));
	if (r->cut && !l->trouble)
		l->trouble = "broken";
}

/* Threads -------------------------------------------------------------------------------------------------------------------- */

struct place {
	struct mail_whose whose;
	int64_t thread_id, parent_id, project_id, customer_id; /* the last two: of the thread */
	bool made;
};

/* Threads the letter names or is named by, the oldest first; at most two are looked at: what joins more does so letter by letter. */
static int threads_named(struct db *db, struct arena *a, const struct mailbox *box, const struct arrival *l,
        struct place ret[2], size_t *ret_n, struct fault *f)
{
	struct query *q = query_new(a);
	struct rows r;
	int err;

	*ret_n = 0;
	query_add(q,
	        "SELECT t.id, t.project_id, t.customer_id FROM mail_thread t WHERE t.id IN (SELECT thread_id FROM mail_ref WHERE "
	        "mailbox_id = ");
	query_val(q, V(box->id));
	query_add(q, " AND ref IN (");
	query_val(q, V(l->ref));
	for (size_t i = 0; i < l->n_refs; i++) {
		query_add(q, ", ");
		query_val(q, V(l->refs[i]));
	}
	query_add(q, ")) ORDER BY t.id LIMIT 2");
	err = db_ask(db, a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f)))
		ret[(*ret_n)++] = (struct place){
		        .thread_id = rows_int(&r, 0), .project_id = rows_int(&r, 1), .customer_id = rows_int(&r, 2)};
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* Two threads turn out to be one. Those of two customers never do, whatever a letter says it answers. */
static int join(struct db *db, const struct place *to, const struct place *from, struct fault *f)
{
	static const char *const moves[] = {"UPDATE mail_letter SET thread_id = ?1 WHERE thread_id = ?2",
	        "UPDATE mail_ref SET thread_id = ?1 WHERE thread_id = ?2",
	        "UPDATE mail_thread SET letters = letters + (SELECT o.letters FROM mail_thread o WHERE o.id = ?2), unread = unread + "
	        "(SELECT o.unread FROM mail_thread o WHERE o.id = ?2), files = files + (SELECT o.files FROM mail_thread o WHERE o.id = "
	        "?2), project_id = COALESCE(project_id, (SELECT o.project_id FROM mail_thread o WHERE o.id = ?2)), customer_id = "
	        "COALESCE(customer_id, (SELECT o.customer_id FROM mail_thread o WHERE o.id = ?2)) WHERE id = ?1",
	        "DELETE FROM mail_thread WHERE id = ?2 AND ?1 <> ?2"};
	int err = 0;

	if (from->customer_id && to->customer_id && from->customer_id != to->customer_id)
		return 0;
	for (size_t i = 0; i < COUNT(moves) && !err; i++)
		err = db_run(db, moves[i], VALS(V(to->thread_id), V(from->thread_id)), NULL, f);
	return err;
}

static str base_subject(str s)
{
	static const char *const marks[] = {"Re:", "RE:", "re:", "Fwd:", "FWD:", "FW:", "Fw:", "Отв:", "На:", "Ha:"};
	bool cut = true;

	for (s = str_trim(s); cut;) {
		cut = false;
		for (size_t i = 0; i < COUNT(marks); i++)
			if (str_starts(s, str_of(marks[i]))) {
				s = str_trim(str_sub(s, strlen(marks[i]), s.n));
				cut = true;
			}
	}
	return s.p ? s : STR("");
}

static int thread_make(struct db *db, struct arena *a, const struct arrivals *all, const struct arrival *l, struct place *p,
        struct fault *f)
{
	struct val id;
	int err = db_one(db, a,
	        "INSERT INTO mail_thread (mailbox_id, subject, people, last_at, created_at) VALUES (?1, ?2, '', 0, ?3) RETURNING id",
	        VALS(V(all->box->id), V(utf8_cut(base_subject(l->read.subject), 500)), V(all->now)), &id, 1, f);

	p->thread_id = val_int(id);
	p->made = true;
	return err;
}

static int thread_find(struct db *db, struct arena *a, const struct arrivals *all, const struct arrival *l, struct place *p,
        struct fault *f)
{
	struct place named[2];
	struct val parent;
	size_t n;
	int err = threads_named(db, a, all->box, l, named, &n, f);

	if (!err && n == 0)
		err = thread_make(db, a, all, l, p, f);
	if (!err && n > 0) {
		p->thread_id = named[0].thread_id;
		p->project_id = named[0].project_id;
		p->customer_id = named[0].customer_id;
	}
	if (!err && n > 1)
		err = join(db, &named[0], &named[1], f);
	if (err || !l->n_refs)
		return err;
	err = db_one(db, a, "SELECT id FROM mail_letter WHERE mailbox_id = ?1 AND ref = ?2 ORDER BY id LIMIT 1",
	        VALS(V(all->box->id), V(l->refs[l->n_refs - 1])), &parent, 1, f);
	p->parent_id = err ? 0 : val_int(parent);
	return err == ENOENT ? 0 : err;
}

/* The ids by which the thread is found from now on. */
static int refs_note(
        struct db *db, struct arena *a, int64_t mailbox_id, const struct arrival *l, int64_t thread_id, struct fault *f)
{
	struct query *q = query_new(a);

	query_add(q, "INSERT INTO mail_ref (mailbox_id, ref, thread_id) VALUES ");
	for (size_t i = 0; i <= l->n_refs; i++) {
		query_piece(q, i ? ", (" : "(");
		query_val(q, V(mailbox_id));
		query_add(q, ", ");
		query_val(q, V(i < l->n_refs ? l->refs[i] : l->ref));
		query_add(q, ", ");
		query_val(q, V(thread_id));
		query_add(q, ")");
	}
	query_add(q, " ON CONFLICT (mailbox_id, ref) DO NOTHING");
	return db_run(db, QUERY(q), NULL, f);
}

/* The letter ----------------------------------------------------------------------------------------------------------------- */

static str people_json(struct arena *a, const struct mail_people *p)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};

	json_open(&w, '[');
	for (size_t i = 0; i < p->n && i < PEOPLE_LISTED; i++) {
		json_open(&w, '{');
		json_member_text(&w, "name", p->of[i].name);
		json_member_text(&w, "address", p->of[i].address);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	return text_str(&t);
}

static str files_json(struct arena *a, const struct mail_read *r)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};

	json_open(&w, '[');
	for (size_t i = 0; i < r->n_files && i < FILES_LISTED; i++) {
		json_open(&w, '{');
		json_member_text(&w, "name", r->files[i].name);
		json_member_text(&w, "type", r->files[i].type);
		json_member_int(&w, "bytes", r->files[i].size);
		json_member_text(&w, "cid", r->files[i].content_id);
		json_member_int(&w, "part", r->files[i].part + 1);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	return text_str(&t);
}

static int letter_put(struct db *db, struct arena *a, const struct arrivals *all, const struct arrival *l,
        const struct place *p, int64_t *ret_id, struct fault *f)
{
	const struct mail_read *r = &l->read;
	const struct mail_sending *own = all->sending;
	bool out = all->folder == FOLDER_SENT;
	str state = own ? STR("waiting") : out ? STR("kept") : (str){0};
	struct val id;
	int err = db_one(db, a,
	        "INSERT INTO mail_letter (mailbox_id, thread_id, way, letter_key, message_id, ref, parent_id, from_name, from_address, "
	        "to_list, cc_list, reply_to, subject, body_text, body_html, history_at, files, files_n, nature, trouble, at, came_at, "
	        "file_id, file_at, bytes, customer_id, state, sent_at, html_bytes, user_id, reason, once_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
	        "?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32) RETURNING id",
	        VALS(V(all->box->id), V(p->thread_id), V(out ? STR("out") : STR("in")), V(l->key),
	                V(utf8_cut(r->message_id, 1000)), V(l->ref), val_ref(p->parent_id), V(utf8_cut(r->from.name, 400)),
	                V(utf8_cut(r->from.address, 320)), V(people_json(a, &r->to)), V(people_json(a, &r->cc)),
	                V(r->reply_to.n ? r->reply_to : (str){0}), V(utf8_cut(r->subject, 2000)), V(r->text),
	                V(r->html.n ? r->html : (str){0}), V(l->history_at), V(files_json(a, r)), V((int64_t)r->n_files),
	                V(str_of(mail_nature_names[r->nature])), V(str_of(l->trouble)), V(r->at ? r->at : all->now),
	                V(all->now), val_ref(all->file_id), V(l->at), V(l->bytes), val_ref(p->whose.customer_id), V(state),
	                str_eq(state, STR("kept")) ? V(r->at ? r->at : all->now) : val_ref(0), V((int64_t)r->html.n),
	                val_ref(own ? own->user_id : 0), V(own ? own->reason : (str){0}), V(own ? own->once_key : (str){0})),
	        &id, 1, f);

	if (!err)
		*ret_id = val_int(id);
	return err;
}

static str who_wrote(const struct mail_read *r)
{
	return r->from.name.n ? r->from.name : r->from.address;
}

static int thread_note(
        struct db *db, const struct arrivals *all, const struct arrival *l, const struct place *p, struct fault *f)
{
	const struct mail_read *r = &l->read;
	bool out = all->folder == FOLDER_SENT;
	int64_t at = r->at && r->at < all->now ? r->at : all->now;

	return db_run(db,
	        "UPDATE mail_thread SET version = version + 1, letters = letters + 1, unread = unread + ?2, files = files + ?3, people = CASE "
	        "WHEN people = '' OR ?9 = 'in' THEN ?4 ELSE people END, last_way = CASE WHEN ?5 >= last_at THEN ?9 ELSE last_way END, "
	        "last_line = CASE WHEN ?5 >= last_at THEN ?6 ELSE last_line END, last_at = CASE WHEN ?5 >= last_at THEN ?5 ELSE last_at END, "
	        "customer_id = COALESCE(customer_id, CAST(?7 AS BIGINT)), project_id = COALESCE(project_id, CAST(?8 AS BIGINT)) WHERE id = ?1",
	        VALS(V(p->thread_id), V(out ? 0 : 1), V((int64_t)r->n_files), V(utf8_cut(who_wrote(r), 400)), V(at),
	                V(utf8_cut(r->first_line, LINE_CHARS)), val_ref(p->whose.customer_id), val_ref(p->project_id),
	                V(out ? STR("out") : STR("in"))),
	        NULL, f);
}

/* What became of one recipient: of one that is late only the words are kept. */
static int bounce_one(struct db *db, int64_t letter_id, const struct mail_returned *r, struct fault *f)
{
	return db_run(db,
	        "UPDATE mail_delivery SET state = CASE WHEN ?4 = 1 THEN 'bounced' ELSE state END, error = ?3 WHERE letter_id = ?1 AND "
	        "lower(address) = ?2 AND state IN ('sent', 'bounced')",
	        VALS(V(letter_id), V(r->address), V(r->why), V((int64_t)r->failed)), NULL, f);
}

/* The letter as a whole came back when somebody did not get it; in words, who and why. */
static int bounce_letter(struct db *db, int64_t letter_id, str why, struct fault *f)
{
	return db_run(db,
	        "UPDATE mail_letter SET state = 'bounced', error = ?2 WHERE id = ?1 AND state IN ('sent', 'kept', 'bounced')",
	        VALS(V(letter_id), V(why)), NULL, f);
}

/* Who did not get it and why; absent when nobody failed: then it is only late. */
static str bounce_words(struct arena *a, const struct mail_read *r)
{
	struct text t = {.a = a};

	if (!r->n_returned)
		return utf8_cut(r->first_line, 900);
	for (size_t i = 0; i < r->n_returned && t.n < 900; i++)
		if (r->returned[i].failed)
			text_addf(&t, "%s%.*s%s%.*s", t.n ? "; " : "", STR_ARG(r->returned[i].address),
			        r->returned[i].why.n ? ": " : "", STR_ARG(r->returned[i].why));
	return t.n ? utf8_cut(text_str(&t), 1000) : (str){0};
}

/* A server could not deliver something: the letter of ours it names learns so, recipient by recipient (RFC 3464). */
static int bounce(struct db *db, struct arena *a, const struct arrivals *all, const struct arrival *l, struct fault *f)
{
	const struct mail_read *r = &l->read;
	str why = bounce_words(a, r);
	int err = 0;

	for (size_t i = 0; i < l->n_refs && !err; i++) {
		struct val id;

		err = db_one(db, a,
		        "SELECT id FROM mail_letter WHERE mailbox_id = ?1 AND ref = ?2 AND way = 'out' ORDER BY id LIMIT 1",
		        VALS(V(all->box->id), V(l->refs[i])), &id, 1, f);
		for (size_t k = 0; k < r->n_returned && !err; k++)
			err = bounce_one(db, val_int(id), &r->returned[k], f);
		if (!err && why.p)
			err = bounce_letter(db, val_int(id), why, f);
		err = err == ENOENT ? 0 : err;
	}
	for (size_t i = 0; i < r->n_references && i < MAIL_REFS_MAX && why.p && !err; i++)
		err = letter_bounced(db, a, r->references[i], why, f);
	return err;
}

/* Is it a customer's person, in a thread of a project of that customer? Then the project's log has it. A stranger's letter has no customer. */
static int log_note(struct db *db, struct arena *a, const struct arrivals *all, const struct arrival *l,
        const struct place *p, int64_t id, struct fault *f)
{
	struct val customer;
	const struct communication_mail m = {.project_id = p->project_id,
	        .mail_id = id,
	        .at = l->read.at ? l->read.at : all->now,
	        .ref = l->ref,
	        .whom = all->folder == FOLDER_INBOX ? who_wrote(&l->read)
	                : l->read.to.n              ? l->read.to.of[0].address
	                                            : STR("–"),
	        .subject = l->read.subject};
	int err;

	if (!p->project_id || !p->whose.customer_id || l->read.nature != MAIL_PERSONAL)
		return 0;
	err = db_one(db, a, "SELECT customer_id FROM project WHERE id = ?1", VALS(V(p->project_id)), &customer, 1, f);
	return err || val_int(customer) != p->whose.customer_id ? err : communication_mail(db, a, &m, all->now, f);
}

/* The copy of what we sent, or of what we wrote to ourselves. */
static int ours(
        struct db *db, struct arena *a, const struct arrivals *all, const struct arrival *l, bool *ret, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "SELECT id, state FROM mail_letter WHERE mailbox_id = ?1 AND ref = ?2 AND way = 'out' AND lower(from_address) = ?3 "
	        "AND (subject = ?4) LIMIT 1",
	        VALS(V(all->box->id), V(l->ref), V(utf8_lower(a, l->read.from.address)), V(l->read.subject)), v, 2, f);

	*ret = !err;
	if (err)
		return err == ENOENT ? 0 : err;
	return all->folder == FOLDER_SENT && str_eq(val_str(v[1]), STR("sent"))
	               ? db_run(db, "UPDATE mail_letter SET state = 'kept' WHERE id = ?1", VALS(v[0]), NULL, f)
	               : 0;
}

static int known(
        struct db *db, struct arena *a, const struct arrivals *all, const struct arrival *l, bool *ret, struct fault *f)
{
	struct val id;
	int err = db_one(db, a, "SELECT id FROM mail_letter WHERE mailbox_id = ?1 AND letter_key = ?2",
	        VALS(V(all->box->id), V(l->key)), &id, 1, f);

	if (err != ENOENT) {
		*ret = true;
		return err;
	}
	return ours(db, a, all, l, ret, f);
}

static int whose_thread(struct db *db, struct arena *a, const struct arrivals *all, const struct arrival *l, struct place *p,
        struct fault *f)
{
	const struct mail_read *r = &l->read;
	str address = all->folder == FOLDER_INBOX ? r->from.address : r->to.n ? r->to.of[0].address : STR("");
	struct val customer;
	int err = mail_whose(db, a, address, &p->whose, f);

	if (!p->project_id && all->sending)
		p->project_id = all->sending->project_id;
	if (err || p->project_id || !p->whose.customer_id)
		return err;
	p->project_id = p->whose.project_id;
	if (p->project_id || !all->box->project_id)
		return 0;
	err = db_one(db, a, "SELECT customer_id FROM project WHERE id = ?1", VALS(V(all->box->project_id)), &customer, 1, f);
	if (!err && val_int(customer) == p->whose.customer_id)
		p->project_id = all->box->project_id;
	return err;
}

static int add_one(struct db *db, struct arena *a, struct arrivals *all, const struct arrival *l, struct fault *f)
{
	struct place p = {0};
	bool here = false;
	int64_t id = 0;
	int err = all->sending ? 0 : known(db, a, all, l, &here, f);

	if (err || here)
		return err;
	err = thread_find(db, a, all, l, &p, f);
	if (!err)
		err = whose_thread(db, a, all, l, &p, f);
	if (!err)
		err = letter_put(db, a, all, l, &p, &id, f);
	if (!err)
		err = refs_note(db, a, all->box->id, l, p.thread_id, f);
	if (!err)
		err = thread_note(db, all, l, &p, f);
	if (!err && l->read.nature == MAIL_BOUNCE)
		err = bounce(db, a, all, l, f);
	if (!err && !all->sending)
		err = log_note(db, a, all, l, &p, id, f);
	if (!err && all->sending) {
		all->sending->id = id;
		all->sending->thread_id = p.thread_id;
	}
	all->added += !err;
	return err;
}

int arrivals_add(struct db *db, struct arena *a, struct arrivals *all, struct fault *f)
{
	int err = 0;

	all->added = 0;
	for (size_t i = 0; i < all->n && !err; i++)
		err = add_one(db, a, all, &all->of[i], f);
	if (!err && all->added && !all->sending)
		err = db_run(db, "UPDATE mailbox SET last_letter_at = ?2 WHERE id = ?1", VALS(V(all->box->id), V(all->now)),
		        NULL, f);
	return err || !all->added ? err : mail_tell(db, a, all->box->id, 0, f);
}
