/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailbox.c - fields and rules of mailboxes, who reaches which, and the button that says what is wrong with one. */
#include "domain/mailbox/mailbox_priv.h"

#include "engine/net/post.h"

const char *const mail_tls_words[] = {"starttls", "tls", "none", NULL};
static const char *const auths[] = {"password", "oauth", NULL};
static const char *const states[] = {"new", "connected", "password", "down", NULL};

#define ENTITY struct mailbox
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(name, 1, 100, "Its name here", .flags = REQUIRED | SEARCHED),
        F_EMAIL(address, "Its address", .flags = REQUIRED | SEARCHED),
        F_STR(sender_name, 1, 100, "The name its letters come from; null: of the person who writes", .flags = NULLABLE),
        F_STR(imap_host, 1, 253, "Server letters are fetched from", .flags = REQUIRED),
        F_INT(imap_port, 0, 65535, "Its port; 0: 993 for tls, else 143"),
        F_WORD(imap_tls, mail_tls_words, "How the way to it is protected"),
        F_STR(smtp_host, 1, 253, "Server letters are handed to", .flags = REQUIRED),
        F_INT(smtp_port, 0, 65535, "Its port; 0: 587 for starttls, 465 for tls, 25 for none"),
        F_WORD(smtp_tls, mail_tls_words, "How the way to it is protected"),
        F_BOOL(any_certificate, "The servers' certificates are not checked"),
        F_STR(login, 1, 200, "Login at both servers", .flags = REQUIRED),
        F_STR(password, 0, 200, "Password at both servers", .flags = NULLABLE | SECRET),
        F_WORD(auth, auths, "How we log in: oauth: with a token of the provider's (XOAUTH2, OAUTHBEARER)"),
        F_STR(oauth_url, 1, 255, "The provider's token endpoint: https, or http on this machine", .flags = NULLABLE),
        F_STR(oauth_client_id, 1, 255, "As what Zvonar is registered with the provider", .flags = NULLABLE),
        F_STR(oauth_client_secret, 1, 500, "The secret that goes with it, if there is one", .flags = NULLABLE | SECRET),
        F_STR(oauth_refresh_token, 1, OAUTH_TOKEN_MAX, "What tokens are fetched with", .flags = NULLABLE | SECRET),
        F_STR(sent_folder, 1, 200, "Folder of sent letters; null: the one the server marks", .flags = NULLABLE),
        F_REF(user_id, "user", "The person it belongs to", .flags = NULLABLE),
        F_REF(project_id, "project", "The project whose people it belongs to; null, and no person: to all who write letters",
                .flags = NULLABLE),
        F_BOOL(disabled, "Not read"),
        F_WORD(state, states, "How it goes: password: log-in is not accepted any more; down: the server is not reached",
                .flags = GIVEN),
        F_STR(state_code, 0, 40, "What is wrong, as a code", .flags = GIVEN | NULLABLE),
        F_STR(state_text, 0, 300, "The same in words", .flags = GIVEN | NULLABLE | UNSORTED),
        F_TIME(state_at, "Since when", .flags = GIVEN | NULLABLE),
        F_TIME(last_letter_at, "When the last letter came", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
};
#undef ENTITY
const struct entity mailbox_entity = ENTITY_OF(mailbox, fields, "mailbox", "A mailbox that is read and written from here");

/* Servers -------------------------------------------------------------------------------------------------------------------- */

static struct mail_server server(struct arena *a, const struct mailbox *b, str host, int tls, int64_t port, bool inside)
{
	return (struct mail_server){.host = str_z(a, host),
	        .port = (int)port,
	        .tls = (enum mail_tls)tls,
	        .any_certificate = b->any_certificate,
	        .inside = inside,
	        .login = str_z(a, b->login),
	        .password = str_z(a, b->password),
	        .helo = str_z(a, str_sub(b->address, str_find(b->address, '@', 0) + 1, b->address.n))};
}

struct mail_server mailbox_imap(struct arena *a, const struct mailbox *b, bool inside)
{
	return server(a, b, b->imap_host, b->imap_tls,
	        b->imap_port              ? b->imap_port
	        : b->imap_tls == MAIL_TLS ? 993
	                                  : 143,
	        inside);
}

struct mail_server mailbox_smtp(struct arena *a, const struct mailbox *b, bool inside)
{
	static const int ports[] = {[MAIL_STARTTLS] = 587, [MAIL_TLS] = 465, [MAIL_PLAIN] = 25};

	return server(a, b, b->smtp_host, b->smtp_tls, b->smtp_port ? b->smtp_port : ports[b->smtp_tls], inside);
}

/* Rules ---------------------------------------------------------------------------------------------------------------------- */

static bool host_good(str host)
{
	for (size_t i = 0; i < host.n; i++)
		if (!((host.p[i] >= '0' && host.p[i] <= '9') || ((host.p[i] | 0x20) >= 'a' && (host.p[i] | 0x20) <= 'z') ||
		            (host.p[i] && strchr(".-:", host.p[i]))))
			return false;
	return true;
}

static bool near(str host)
{
	return str_eq(host, STR("localhost")) || str_eq(host, STR("127.0.0.1")) || str_eq(host, STR("::1"));
}

static bool printable(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

static int server_check(const char *host_field, str host, const char *tls_field, int tls, struct fault *f)
{
	if (!host_good(host))
		return fail(f, EINVAL, host_field, "host", "a host is a name or an address, without port or path");
	if (tls == MAIL_PLAIN && !near(host))
		return fail(f, EINVAL, tls_field, "plain_password", "a password does not leave this machine without TLS");
	return 0;
}

static int oauth_check(const struct mailbox *was, const struct mailbox *b, struct fault *f)
{
	bool elsewhere = was && was->oauth_url.n && !str_eq(was->oauth_url, b->oauth_url);

	if (b->oauth_url.n && !net_url_good(b->oauth_url))
		return fail(f, EINVAL, "oauth_url", "oauth_url",
		        "a token endpoint is an https address (http on this machine), without login and #");
	if (!printable(b->oauth_client_id) || !printable(b->oauth_client_secret) || !printable(b->oauth_refresh_token))
		return fail(f, EINVAL, "oauth_client_id", "text", "login and password hold no control characters");
	/* What is kept and never shown must not be had by having it sent to another address. */
	if (elsewhere && b->oauth_refresh_token.n && str_eq(was->oauth_refresh_token, b->oauth_refresh_token))
		return fail(f, EINVAL, "oauth_refresh_token", "oauth_elsewhere",
		        "for another token endpoint enter the refresh token and the secret again");
	if (elsewhere && b->oauth_client_secret.n && str_eq(was->oauth_client_secret, b->oauth_client_secret))
		return fail(f, EINVAL, "oauth_client_secret", "oauth_elsewhere",
		        "for another token endpoint enter the refresh token and the secret again");
	if (b->auth != MAILBOX_BY_OAUTH)
		return 0;
	if (!b->oauth_url.n)
		return fail(f, EINVAL, "oauth_url", "required", "for log-in by OAuth this is needed");
	if (!b->oauth_client_id.n)
		return fail(f, EINVAL, "oauth_client_id", "required", "for log-in by OAuth this is needed");
	if (!b->oauth_refresh_token.n)
		return fail(f, EINVAL, "oauth_refresh_token", "required", "for log-in by OAuth this is needed");
	return 0;
}

static int check(struct request *q, const void *old, void *new)
{
	struct mailbox *b = new;
	int err;

	if (!b)
		return fail(&q->fault, EINVAL, "id", "used", "a mailbox stays: it may be disabled");
	err = server_check("imap_host", b->imap_host, "imap_tls", b->imap_tls, &q->fault);
	if (!err)
		err = server_check("smtp_host", b->smtp_host, "smtp_tls", b->smtp_tls, &q->fault);
	if (!err && !mail_address_valid(b->address))
		err = fail(&q->fault, EINVAL, "address", "email", "the address is none a mail server takes");
	if (!err && !(printable(b->login) && printable(b->password) && printable(b->name) && printable(b->sender_name)))
		err = fail(&q->fault, EINVAL, "login", "text", "login and password hold no control characters");
	if (!err)
		err = oauth_check(old, b, &q->fault);
	if (!err && b->user_id && b->project_id)
		err = fail(&q->fault, EINVAL, "project_id", "owner",
		        "a mailbox belongs to a person or to a project, not to both");
	return err;
}

/* What was wrong may be mended by this: it is tried at once. */
static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct mailbox *b = new;

	(void)q;
	(void)old;
	return db_run(db,
	        "UPDATE mailbox SET tries = 0, next_try_at = 0, oauth_token = NULL, oauth_until = 0, oauth_busy_until = 0 WHERE id = ?1",
	        VALS(V(b->id)), NULL, f);
}

static void fill(struct request *q, void *new)
{
	struct mailbox *b = new;

	b->imap_tls = MAIL_TLS;
	b->smtp_tls = MAIL_STARTTLS;
	b->created_at = q->now;
}

/* Reach ---------------------------------------------------------------------------------------------------------------------- */

static void own_or_common(const struct request *q, struct query *where)
{
	query_add(where, "user_id = ");
	query_val(where, V(q->who->user_id));
	query_add(where, " OR (user_id IS NULL AND (project_id IS NULL OR (project_id IS NOT NULL");
	access_scope(where, q->who, SCOPE_PROJECT, "project_id");
	query_add(where, ")))");
}

void mailbox_reach(const struct request *q, struct query *where, const char *mailbox_column)
{
	query_add(where, " AND ");
	query_name(where, mailbox_column);
	query_add(where, " IN (SELECT id FROM mailbox WHERE ");
	own_or_common(q, where);
	query_add(where, ")");
}

static void reach(const struct request *q, struct query *where)
{
	if (may(q->who, MAY_SET_UP))
		return;
	query_add(where, " AND (");
	own_or_common(q, where);
	query_add(where, ")");
}

const struct resource mailbox_resource = {
        .entity = &mailbox_entity,
        .path = "/mailboxes",
        .read = MAY_USE_MAIL,
        .write = MAY_SET_UP,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "name",
        .reach = reach,
        .check = check,
        .changed = changed,
        .fill = fill,
};

/* State ---------------------------------------------------------------------------------------------------------------------- */

int mailbox_state_set(struct db *db, struct arena *a, const struct mailbox_word *w, struct fault *f)
{
	int64_t n = 0;
	int err = db_run(db,
	        "UPDATE mailbox SET state_at = CASE WHEN state = ?3 THEN state_at ELSE ?4 END, state = ?3, state_code = ?5, "
	        "state_text = ?6, tries = CASE WHEN ?3 = 'connected' THEN 0 ELSE tries + 1 END, next_try_at = ?7 "
	        "WHERE id = ?1 AND epoch = ?2 AND version = ?8",
	        VALS(V(w->id), V(w->epoch), V(str_of(states[w->state])), V(w->now), V(str_of(w->code)), V(str_of(w->text)),
	                V(w->next_try_at), V(w->version)),
	        &n, f);

	if (err || !n)
		return err;
	return event_add(db, a,
	        &(struct event){
	                .entity = "mailbox", .verb = "state", .row_id = w->id, .right = MAY_USE_MAIL, .staff_only = true},
	        f);
}

int mailbox_trouble(struct db *db, struct arena *a, int64_t *ret_n, int64_t *ret_since, str *ret_name, struct fault *f)
{
	struct val v[3];
	int err = db_one(db, a,
	        "SELECT MIN(state_at), COUNT(*), MIN(name) FROM mailbox WHERE disabled = 0 AND (state = 'password' OR (state = 'down' "
	        "AND tries > 2))",
	        NO_VALS, v, 3, f);

	if (err)
		return err;
	*ret_since = val_int(v[0]);
	*ret_n = val_int(v[1]);
	*ret_name = val_str(v[2]);
	return 0;
}

/* The test button ------------------------------------------------------------------------------------------------------------ */

enum { TEST_S = 15 };
struct mailbox_tested {
	bool ok;
	str steps;
};
#define STEPS_SCHEMA \
	"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"server\",\"what\",\"ok\",\"detail\"],\"properties\":{" \
	"\"server\":{\"type\":\"string\",\"enum\":[\"oauth\",\"imap\",\"smtp\"]},\"what\":{\"type\":\"string\"},\"ok\":{\"type\":\"boolean\"}," \
	"\"code\":{\"type\":[\"string\",\"null\"]},\"detail\":{\"type\":\"string\"}}}}"
#define ENTITY struct mailbox_tested
static const struct field tested_fields[] = {
        F_BOOL(ok, "Both servers do what is asked of them"),
        F_JSON(steps, STEPS_SCHEMA,
                "Steps in order: of oauth token; of imap resolve connect greet secure login folder, of smtp those of the mail server"),
};
#undef ENTITY
static const struct shape mailbox_tested_shape = SHAPE_OF(mailbox_tested, tested_fields, "How the test of a mailbox went");

static void step(struct json_out *w, const char *server_name, const char *what, bool ok, const struct fault *f)
{
	json_open(w, '{');
	json_member_text(w, "server", str_of(server_name));
	json_member_text(w, "what", str_of(what));
	json_key(w, "ok");
	json_add_bool(w, ok);
	json_member_text(w, "code", ok ? (str){0} : str_of(f->code));
	json_member_text(w, "detail", ok ? STR("") : str_of(f->what));
	json_close(w, '}');
}

/* Always a new one: the one in use may go on for an hour after the provider has taken the box away from us. */
static bool test_token(struct request *q, const struct mailbox *b, bool inside, struct json_out *w)
{
	struct mailbox_login login = {0};
	struct fault f = {0};
	int err = mailbox_log_in(q->app->store, q->a, b, inside, &login, &f);

	if (!err && login.token && !login.fresh)
		err = mailbox_log_in(q->app->store, q->a, b, inside, &login, &f);
	if (err || login.token)
		step(w, "oauth", "token", !err, &f);
	return !err;
}

static bool test_imap(struct request *q, const struct mailbox *b, bool inside, struct json_out *w)
{
	struct imap_folder folder;
	enum imap_phase phase;
	struct fault f = {0};
	struct imap *c = NULL;
	int err;

	err = mailbox_imap_open(q->app->store, q->a, b, inside, TEST_S, &c, &phase, &f);
	if (!err)
		err = imap_examine(c, STR("INBOX"), &folder, &f);
	if (!err && b->sent_folder.n)
		err = imap_examine(c, b->sent_folder, &folder, &f);
	if (!err)
		phase = IMAP_DONE;
	imap_free(c);
	for (enum imap_phase p = IMAP_RESOLVE; p <= phase && p < IMAP_DONE; p++)
		if (p != IMAP_SECURE || b->imap_tls != MAIL_PLAIN)
			step(w, "imap", imap_phase_names[p], p < phase, &f);
	return !err;
}

/* A letter from the box to itself: all of the way. */
static bool test_smtp(struct request *q, const struct mailbox *b, bool inside, struct json_out *w)
{
	bool en = str_eq(q->who->language, STR("en"));
	str domain = str_sub(b->address, str_find(b->address, '@', 0) + 1, b->address.n), mime;
	struct mail_letter l = {.from = b->address,
	        .to = b->address,
	        .subject = en ? STR("Test letter of Zvonar") : STR("Пробное письмо Звонаря"),
	        .text = en ? STR("The mailbox is connected. There is nothing to answer.\n")
	                   : STR("Почтовый ящик подключён. Отвечать на это письмо не нужно.\n"),
	        .message_id = mail_message_id(q->a, domain),
	        .language = q->who->language,
	        .at = q->now};
	struct mail_report r = {0};
	struct fault f = {0};
	int err;

	err = mail_build(q->a, &l, &mime, &f);
	if (!err)
		err = mailbox_send(q->app->store, q->a, b,
		        &(struct mailbox_parcel){.to = b->address, .mime = mime, .inside = inside, .timeout_s = TEST_S}, &r,
		        &f);
	for (enum mail_phase p = MAIL_RESOLVE; p <= r.phase && p < MAIL_DONE; p++)
		if (p == r.phase || ((p != MAIL_SECURE || r.secured) && (p != MAIL_LOGIN || r.logged_in)))
			step(w, "smtp", mail_phase_names[p], p < r.phase, &f);
	return !err;
}

static int mailbox_test(struct request *q)
{
	struct mailbox_tested out = {0};
	struct text t = {.a = q->a};
	struct json_out w = {.t = &t};
	struct settings s;
	struct mailbox b;
	int err = resource_find(&mailbox_resource, q, q->id[0], &b);

	if (!err)
		err = settings_load(q->db, q->a, &s, &q->fault);
	if (err)
		return err;
	json_open(&w, '[');
	out.ok = test_token(q, &b, s.mail_inside, &w);
	if (out.ok) {
		out.ok = test_imap(q, &b, s.mail_inside, &w);
		out.ok = test_smtp(q, &b, s.mail_inside, &w) && out.ok;
	}
	json_close(&w, ']');
	out.steps = text_str(&t);
	request_give(q, &mailbox_tested_shape, &out);
	return 0;
}

static const struct route mailbox_routes[] = {
        {HTTP_POST, "/mailboxes/{id}/test", MAY_SET_UP, mailbox_test, "Log in at both servers and send a letter to itself",
                .gives = &mailbox_tested_shape},
        {HTTP_POST, "/mail-threads/{id}/read", MAY_USE_MAIL, thread_read, "All letters of the thread were read"},
        {HTTP_GET, "/mail-letters/{id}/raw", MAY_USE_MAIL, mail_letter_give_raw, "The letter as it came, to be saved",
                .gives_raw = "application/octet-stream"},
        {HTTP_GET, "/mail-letters/{id}/parts/{part_id}", MAY_USE_MAIL, mail_letter_file,
                "A file that hangs on the letter, to be saved", .gives_raw = "application/octet-stream"},
        {HTTP_GET, "/mail-letters/{id}/html", MAY_USE_MAIL, mail_letter_html, "The letter as cleaned HTML",
                .gives = &mail_html_shape},
        {HTTP_GET, "/mailboxes/{id}/start", MAY_USE_MAIL, compose_start,
                "What a new letter begins with; ?project_id= says what it is about", .gives = &mail_start_shape},
        {HTTP_GET, "/mail-letters/{id}/answer", MAY_USE_MAIL, compose_answer,
                "What an answer begins with: everybody in copy, the history, a reminder if there is something to remind of",
                .gives = &mail_start_shape},
        {HTTP_GET, "/mail-letters/{id}/forward", MAY_USE_MAIL, compose_forward, "What a forwarded letter begins with",
                .gives = &mail_start_shape},
        {HTTP_POST, "/mailboxes/{id}/check", MAY_USE_MAIL, compose_check,
                "What the house's rules say of a letter that is being written", .takes = &mail_draft_shape,
                .gives_raw = "application/json", .schema = mail_verdict_schema},
        {HTTP_POST, "/projects/{id}/words/check", MAY_RUN_PROJECT, words_check,
                "What the house's rules say of words that go into a letter the program writes", .takes = &mail_words_shape,
                .gives_raw = "application/json", .schema = mail_verdict_schema},
        {HTTP_POST, "/mailboxes/{id}/files", MAY_USE_MAIL, compose_upload,
                "Add a file for a letter; the name goes in X-File-Name", .gives = &mail_upload_shape, .makes = true,
                .upload = true},
        {HTTP_POST, "/mailboxes/{id}/letters", MAY_USE_MAIL, compose_send, "Put a letter into the outbox",
                .takes = &mail_draft_shape, .gives = &mail_sent_shape, .makes = true},
        {HTTP_POST, "/mail-letters/{id}/retry", MAY_USE_MAIL, outbox_again,
                "Hand a letter that waits or was given up to the mail server now"},
        {0},
};
static const struct job_kind jobs[] = {
        {.name = "mail_send",
                .run = outbox_send,
                .base_ms = 15 * CLOCK_SECOND,
                .tries_max = 24,
                .doc = "Hand a person's letter to the mail server"},
        {.name = "mail_keep",
                .run = outbox_keep,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 10,
                .doc = "Put a copy of a letter into the folder of sent letters"},
        {.name = "mail_purge",
                .run = outbox_purge,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 3,
                .every_ms = 6 * CLOCK_HOUR,
                .doc = "Drop files that were added to letters and never sent"},
        {0},
};

static const struct resource *const resources[] = {&mailbox_resource, &mail_thread_resource, &mail_letter_resource,
        &mail_delivery_resource, &mail_question_resource, NULL};
const struct module mailbox_module = {.name = "mailbox",
        .resources = resources,
        .routes = mailbox_routes,
        .jobs = jobs,
        .start = keeper_start,
        .stop = keeper_stop};
