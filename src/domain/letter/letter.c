/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letter.c - the archive of letters, and handing them to the mail server. */
#include "base/log.h"
#include "domain/communication/communication.h"
#include "domain/letter/letter_priv.h"
#include "domain/role/role.h"
#include "domain/sending/sending.h"
#include "engine/crypto/crypto.h"

static const char *const states[] = {"waiting", "sent", "failed", NULL};

#define ENTITY struct letter
static const struct field letter_fields[] = {
        F_ID(),
        F_STR(kind, 1, 40, "evening, statistics, handover, invitation, reset, change, stop …", .flags = GIVEN),
        F_REF(project_id, "project", "The project it is about", .flags = GIVEN | NULLABLE),
        F_REF(user_id, "user", "The person it is about", .flags = GIVEN | NULLABLE),
        F_DATE(day, "The day an evening letter is about", .flags = GIVEN | NULLABLE),
        F_STR(to_list, 1, 254, "To whom", .flags = GIVEN | SEARCHED),
        F_STR(subject, 1, 400, "Subject", .flags = GIVEN | SEARCHED),
        F_STR(body_text, 0, 1000000, "Text; {token} stands for the secret of the link",
                .flags = GIVEN | UNLISTED | UNSORTED),
        F_STR(body_html, 0, 1000000, "The same as HTML", .flags = GIVEN | NULLABLE | UNLISTED | UNSORTED),
        F_WORD(state, states, "waiting: on its way; failed: given up", .flags = GIVEN),
        F_INT(tries, 0, INT64_MAX, "How often it was handed to the mail server", .flags = GIVEN),
        F_STR(error, 0, 1000, "What the mail server said the last time", .flags = GIVEN | NULLABLE | UNSORTED),
        F_TIME(next_try_at, "About when it is tried again", .flags = GIVEN | NULLABLE),
        F_STR(sha256, 64, 64, "SHA-256 of the letter as it was sent", .flags = GIVEN | NULLABLE | UNSORTED),
        F_INT(files, 0, INT64_MAX, "How many files are attached: GET /letters/{id}/files", .flags = GIVEN),
        F_TIME(created_at, "When it was written", .flags = GIVEN),
        F_TIME(sent_at, "When the mail server took it", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
static const struct entity letter_entity = ENTITY_OF(letter, letter_fields, "letter_seen", "A letter we sent or shall send");

const struct resource letter_resource = {
        .entity = &letter_entity,
        .path = "/letters",
        .read = MAY_SEND_LETTERS,
        .write = MAY_SEND_LETTERS,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-created_at",
};

str letter_message_id(struct arena *a, const struct settings *s)
{
	str from = s->mail_from;

	return mail_message_id(a, from.n ? str_sub(from, str_find(from, '@', 0) + 1, from.n) : STR("zvonar.invalid"));
}

void letter_token(const struct app *app, str message_id, char ret_token[44])
{
	token_sign(app->pepper, "letter", message_id, ret_token);
}

static int letter_told(struct db *db, struct arena *a, int64_t id, int64_t project_id, const char *verb, struct fault *f)
{
	const struct event e = {.entity = "letter",
	        .verb = verb,
	        .row_id = id,
	        .project_id = project_id,
	        .right = MAY_SEND_LETTERS,
	        .staff_only = true};

	return event_add(db, a, &e, f);
}

static const char *once_key(struct arena *a, int64_t id)
{
	return str_printf(a, "letter:%lld", (long long)id).p;
}

int letter_add(struct db *db, struct arena *a, const struct letter_new *l, int64_t now, int64_t *ret_id, struct fault *f)
{
	struct val id = {0};
	int err = db_one(db, a,
	        "INSERT INTO letter (kind, project_id, user_id, day, to_list, subject, body_text, body_html, language, "
	        "message_id, figures, once_key, created_at, reply_to, for_customer) "
	        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
	        "ON CONFLICT (once_key) DO NOTHING RETURNING id",
	        VALS(V(str_of(l->kind)), val_ref(l->project_id), val_ref(l->user_id), V(l->day), V(l->to), V(l->subject),
	                V(l->text), V(l->html), V(l->language), V(l->message_id), V(l->figures), V(l->once_key), V(now),
	                V(l->reply_to), V((int64_t)l->for_customer)),
	        &id, 1, f);

	*ret_id = err ? 0 : val_int(id);
	if (err)
		return err == ENOENT ? 0 : err;
	for (size_t i = 0; !err && i < l->n_files; i++)
		err = db_run(db, "INSERT INTO letter_file (letter_id, position, file_id) VALUES (?1, ?2, ?3)",
		        VALS(V(*ret_id), V((int64_t)i + 1), V(l->files[i])), NULL, f);
	if (err)
		return err;
	err = job_add(db, a, "letter_send", *ret_id, (str){0}, now, once_key(a, *ret_id), f);
	return err ? err : letter_told(db, a, *ret_id, l->project_id, "created", f);
}

int letter_bounced(struct db *db, struct arena *a, str message_id, str why, struct fault *f)
{
	struct val v[2];
	str id = str_starts(message_id, STR("<")) ? message_id : str_printf(a, "<%.*s>", STR_ARG(message_id));
	int err = db_one(db, a,
	        "UPDATE letter SET state = 'failed', error = ?2 WHERE message_id = ?1 AND state = 'sent' RETURNING id, project_id",
	        VALS(V(id), V(why)), v, 2, f);

	return err ? (err == ENOENT ? 0 : err) : letter_told(db, a, val_int(v[0]), val_int(v[1]), "changed", f);
}

/* A letter on its way out. */
struct parcel {
	int64_t id, project_id, tries, created_at, now;
	str to, reply_to, subject, text, html, language, message_id;
	struct settings s;
	struct mail_attachment *files;
	size_t n_files;
	bool by_hand;
	str sum;
	bool over;         /* given up */
	const char *error; /* NULL: sent */
};

#define CARD_KIND STR("card") /* domain/card: a person chose it */

static int parcel_load(struct db *db, struct arena *a, int64_t id, struct parcel *p, struct fault *f)
{
	struct val v[12];
	int err = db_one(db, a,
	        "SELECT to_list, subject, body_text, body_html, language, message_id, tries, created_at, project_id, id, "
	        "reply_to, kind FROM letter WHERE id = ?1 AND state = 'waiting'",
	        VALS(V(id)), v, COUNT(v), f);

	if (err)
		return err;
	p->to = val_str(v[0]);
	p->subject = val_str(v[1]);
	p->text = val_str(v[2]);
	p->html = val_str(v[3]);
	p->language = val_str(v[4]);
	p->message_id = val_str(v[5]);
	p->tries = val_int(v[6]);
	p->created_at = val_int(v[7]);
	p->project_id = val_int(v[8]);
	p->id = val_int(v[9]);
	p->reply_to = val_str(v[10]);
	p->by_hand = str_eq(val_str(v[11]), CARD_KIND);
	return 0;
}

static str with_token(struct arena *a, str body, const char *token)
{
	struct text t = {.a = a};
	size_t from = 0, at;

	while (body.p && (at = str_find_str(body, STR("{token}"), from)) < body.n) {
		text_add(&t, str_sub(body, from, at));
		text_add(&t, str_of(token));
		from = at + 7;
	}
	if (body.p)
		text_add(&t, str_sub(body, from, body.n));
	return body.p ? text_str(&t) : body;
}

static int parcel_hand_over(const struct app *app, struct arena *a, struct parcel *p, struct fault *f)
{
	struct mail_letter l = {.from_name = settings_sender_name(&p->s, p->language),
	        .from = p->s.mail_from,
	        .to = p->to,
	        .subject = p->subject,
	        .message_id = p->message_id,
	        .language = p->language,
	        .at = p->created_at,
	        .files = p->files,
	        .n_files = p->n_files,
	        .by_hand = p->by_hand};
	char token[44], sum[SHA256_HEX];
	struct mail_server server;
	struct mail_report report;
	str mime;
	int err = settings_mail(&p->s, a, &server, f);

	/* What an administrator can mend is worth another try. */
	if (err)
		return EIO;
	letter_token(app, p->message_id, token);
	/* An address that is none must not keep the letter back. */
	if (mail_address_valid(p->reply_to))
		l.reply_to = p->reply_to;
	l.text = with_token(a, p->text, token);
	l.html = with_token(a, p->html, token);
	err = mail_build(a, &l, &mime, f);
	if (!err)
		err = mail_send(&server, l.from, l.to, mime, &report, f);
	if (!err) {
		sha256_hex(mime, sum);
		p->sum = str_copy(a, str_of(sum));
	}
	return err;
}

/* Closure: how the try went. */
static int parcel_note(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct parcel *p = arg;
	int64_t n = p->tries + 1;
	int err;

	if (!p->error)
		err = db_run(db,
		        "UPDATE letter SET state = 'sent', tries = ?2, sent_at = ?3, error = NULL, next_try_at = NULL, "
		        "sha256 = ?4, "
		        "sender = ?5, sender_name = ?6 WHERE id = ?1 AND state = 'waiting'",
		        VALS(V(p->id), V(n), V(p->now), V(p->sum), V(p->s.mail_from),
		                V(settings_sender_name(&p->s, p->language))),
		        NULL, f);
	else
		err = db_run(db,
		        "UPDATE letter SET state = ?2, tries = ?3, error = ?4, next_try_at = ?5 WHERE id = ?1 AND state = "
		        "'waiting'",
		        VALS(V(p->id), V(p->over ? STR("failed") : STR("waiting")), V(n), V(str_of(p->error)),
		                p->over ? val_ref(0) : V(p->now + n * n * LETTER_BASE_MS)),
		        NULL, f);
	if (!err && !p->error)
		err = communication_letter(db, a, p->id, p->now, f);
	if (!err && (!p->error || p->over || p->tries < 1))
		err = sending_note(db, a,
		        &(struct sending_news){.letter_id = p->id,
		                .state = !p->error ? SENDING_SENT
		                         : p->over ? SENDING_FAILED
		                                   : SENDING_WAITING,
		                .error = str_of(p->error)},
		        p->now, f);
	return err ? err : letter_told(db, a, p->id, p->project_id, "changed", f);
}

int letter_send(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct parcel p = {0};
	struct fault f2 = {0};
	int err = parcel_load(db, a, job->ref_id, &p, f), noted;

	if (err == ENOENT) /* sent before, by a job that died while it wrote its end */
		return 0;
	if (!err)
		err = settings_load(db, a, &p.s, f);
	if (err)
		return err;
	err = letter_files(db, a, p.id, &p.files, &p.n_files, f);
	if (!err)
		err = parcel_hand_over(app, a, &p, f);
	p.error = err ? f->what : NULL;
	p.over = err == EINVAL || (err && job->tries >= LETTER_TRIES);
	p.now = clock_ms();
	noted = job_note(app->store, db, a, parcel_note, &p, &f2);
	if (noted)
		log_error("letter", "letter %lld: its state was not written: %s", (long long)p.id, f2.what);
	return err ? err : noted;
}

/* Closure: one letter again, from its first try. */
static int letter_again_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	struct audit e = {.who = q->who, .entity = "letter", .verb = "retried", .row_id = q->id[0], .peer = q->http->peer};
	int64_t changed = 0;
	int err = db_run(db, "UPDATE letter SET state = 'waiting', next_try_at = ?2 WHERE id = ?1 AND state <> 'sent'",
	        VALS(V(q->id[0]), V(q->now)), &changed, f);

	if (!err && !changed)
		err = fail(f, EALREADY, NULL, "sent", "the letter was sent already");
	if (!err)
		err = job_add_now(db, "letter_send", q->id[0], once_key(a, q->id[0]), q->now, f);
	return err ? err : audit_add(db, a, &e, q->now, f);
}

static int letter_again(struct request *q)
{
	struct letter l;
	int err = resource_find(&letter_resource, q, q->id[0], &l);

	if (!err)
		err = request_write(q, letter_again_write, q);
	if (!err)
		job_wake(q->app->jobs);
	return err;
}

static const struct route letter_routes[] = {
        {.method = HTTP_POST,
                .path = "/projects/{id}/letter",
                .right = MAY_SEND_LETTERS,
                .run = evening_now,
                .doc = "Send the letter about today as it stands now",
                .gives = &letters_made_shape},
        {.method = HTTP_GET,
                .path = "/letters/{id}/files",
                .right = MAY_SEND_LETTERS,
                .run = letter_file_list,
                .doc = "What is attached to a letter",
                .gives_raw = "application/json",
                .schema = letter_files_schema},
        {.method = HTTP_GET,
                .path = "/letters/{id}/files/{file_id}",
                .right = MAY_SEND_LETTERS,
                .run = letter_file,
                .doc = "One attached file, as it was sent",
                .gives_raw = "application/octet-stream"},
        {.method = HTTP_POST,
                .path = "/letters/{id}/retry",
                .right = MAY_SEND_LETTERS,
                .run = letter_again,
                .doc = "Hand a letter that waits or was given up to the mail server now"},
        {.method = HTTP_POST,
                .path = "/links/{id}/revoke",
                .right = MAY_SEND_LETTERS,
                .run = link_revoke,
                .doc = "Close a link before its term, and what was opened by it"},
        {0},
};
static const struct resource *const letter_resources[] = {&letter_resource, &received_resource, &link_resource, NULL};
static const struct job_kind letter_jobs[] = {
        {.name = "letter_send",
                .run = letter_send,
                .base_ms = LETTER_BASE_MS,
                .tries_max = LETTER_TRIES,
                .doc = "Hand one letter to the mail server"},
        {.name = "evening",
                .run = evening_run,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 3,
                .every_ms = 15 * CLOCK_SECOND,
                .doc = "Write the evening letters whose hour has come"},
        {0},
};

const struct module letter_module = {
        .name = "letter", .resources = letter_resources, .routes = letter_routes, .jobs = letter_jobs};
