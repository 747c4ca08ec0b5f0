/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ticket.c - invitations and forgotten passwords: a link that lets a person choose a password, once.
 * Without a mail server an administrator gets an invitation's link to hand on himself, and the audit says so; a forgotten
 * password goes by letter only. */
#include "base/rand.h"
#include "base/utf8.h"
#include "domain/user/user_priv.h"
#include "engine/crypto/crypto.h"

static const char *const kinds[] = {[TICKET_INVITATION] = "invitation", [TICKET_RESET] = "reset"};
static const int64_t lives_ms[] = {[TICKET_INVITATION] = TICKET_INVITATION_MS, [TICKET_RESET] = TICKET_RESET_MS};

struct invited {
	bool sent;
	str link;
};
#define ENTITY struct invited
static const struct field invited_fields[] = {
        F_BOOL(sent, "A letter is on its way"),
        F_STR(link, 0, 400, "When none can be sent: the link to hand over; it is shown once", .flags = NULLABLE),
};
#undef ENTITY
const struct shape invited_shape = SHAPE_OF(invited, invited_fields, "How an invitation went out");

struct reset {
	str login;
};
#define ENTITY struct reset
static const struct field reset_fields[] = {F_STR(login, 1, 200, "Login", .flags = REQUIRED)};
#undef ENTITY
const struct shape reset_shape = SHAPE_OF(reset, reset_fields, "Whose password is forgotten");

struct ticket {
	str kind, login, name;
};
#define ENTITY struct ticket
static const struct field ticket_fields[] = {
        F_STR(kind, 1, 20, "invitation or reset"),
        F_STR(login, 1, 64, "Login it is for"),
        F_STR(name, 1, 200, "Name of the person"),
};
#undef ENTITY
const struct shape ticket_shape = SHAPE_OF(ticket, ticket_fields, "What a link is for");

int ticket_add(struct db *db, int64_t user_id, enum ticket_kind kind, str token, int64_t now, struct fault *f)
{
	char hash[SHA256_HEX];
	int err = db_run(db, "UPDATE ticket SET used_at = ?2 WHERE user_id = ?1 AND used_at IS NULL",
	        VALS(V(user_id), V(now)), NULL, f);

	sha256_hex(token, hash);
	if (!err)
		err = db_run(db,
		        "INSERT INTO ticket (token_hash, kind, user_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
		        VALS(V(str_of(hash)), V(str_of(kinds[kind])), V(user_id), V(now), V(now + lives_ms[kind])), NULL, f);
	return err;
}

str ticket_url(struct arena *a, str base_url, str token)
{
	return str_printf(a, "%.*s/tickets/%.*s", STR_ARG(base_url), STR_ARG(token));
}

bool ticket_reaches(const struct settings *s, const struct account *u)
{
	return s->smtp_host.n && s->mail_from.n && mail_address_valid(u->email);
}

struct words {
	const char *subject[2], *text[2];
};
static const struct words russian = {
        {"Приглашение в Звонарь", "Новый пароль в Звонаре"},
        {"Здравствуйте, %.*s.\n\nДля вас заведена учётная запись в «%.*s». Ваш логин: %.*s\n\n"
         "Придумайте пароль по этой ссылке: %.*s\nСсылка действует 7 дней и сработает один раз.\n",
                "Здравствуйте, %.*s.\n\nКто-то, вероятно вы, попросил новый пароль в «%.*s». Ваш логин: %.*s\n\n"
                "Придумайте пароль по этой ссылке: %.*s\nСсылка действует час и сработает один раз. "
                "Если вы ничего не просили, просто удалите это письмо: старый пароль остаётся.\n"},
};
static const struct words english = {
        {"Invitation to Zvonar", "A new password for Zvonar"},
        {"Hello %.*s,\n\nthere is an account for you at %.*s. Your login: %.*s\n\n"
         "Choose a password by this link: %.*s\nThe link works for 7 days, once.\n",
                "Hello %.*s,\n\nsomebody, probably you, asked for a new password at %.*s. Your login: %.*s\n\n"
                "Choose a password by this link: %.*s\nThe link works for an hour, once. "
                "If you asked for nothing, delete this letter: the old password stays.\n"},
};

int ticket_letter(const struct app *app, struct db *db, struct arena *a, const struct settings *s, const struct account *u,
        enum ticket_kind kind, int64_t now, struct fault *f)
{
	const struct words *w = str_eq(u->language, STR("en")) ? &english : &russian;
	str company = settings_sender_name(s, u->language), link = ticket_url(a, settings_url(app, s), STR("{token}"));
	struct letter_new l = {.kind = kinds[kind],
	        .user_id = u->id,
	        .to = u->email,
	        .subject = str_of(w->subject[kind]),
	        .language = u->language,
	        .message_id = letter_message_id(a, s)};
	char token[44];
	int64_t id;
	int err;

	/* The four texts of the tables above take the same four values. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	l.text = str_printf(a, w->text[kind], STR_ARG(u->name), STR_ARG(company), STR_ARG(u->login), STR_ARG(link));
#pragma GCC diagnostic pop
	letter_token(app, l.message_id, token);
	err = ticket_add(db, u->id, kind, str_of(token), now, f);
	return err ? err : letter_add(db, a, &l, now, &id, f);
}

struct inviting {
	struct request *q;
	struct settings s;
	struct account u;
	char token[44];
	bool by_letter;
};

static int invite_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct inviting *i = arg;
	struct request *q = i->q;
	struct audit e = {.who = q->who,
	        .entity = "user",
	        .verb = i->by_letter ? "invited" : "link_shown",
	        .row_id = i->u.id,
	        .peer = q->http->peer};
	int err = i->by_letter ? ticket_letter(q->app, db, a, &i->s, &i->u, TICKET_INVITATION, q->now, f)
	                       : ticket_add(db, i->u.id, TICKET_INVITATION, str_of(i->token), q->now, f);

	return err ? err : audit_add(db, a, &e, q->now, f);
}

/* The user a route is about, within reach, and not above who asks. */
static int target(struct request *q, struct account *ret)
{
	struct user u;
	int err = resource_find(&user_resource, q, q->id[0], &u);

	if (!err && !may(q->who, MAY_SET_UP) && (roles[u.role].may & MAY_SET_UP))
		err = fail(&q->fault, EACCES, NULL, "right", "only an administrator does this to an administrator");
	return err ? err : account_by_id(q->db, q->a, q->id[0], ret, &q->fault);
}

int user_send_invitation(struct request *q, int64_t user_id)
{
	struct inviting i = {.q = q};
	struct invited out = {0};
	int err = account_by_id(q->db, q->a, user_id, &i.u, &q->fault);

	if (!err && i.u.disabled)
		err = fail(&q->fault, EALREADY, NULL, "disabled", "the user is disabled: enable him first");
	/* Only where no letter can go is the link shown: who sees it could choose the password himself, so the audit keeps it. */
	if (!err)
		err = settings_load(q->db, q->a, &i.s, &q->fault);
	i.by_letter = !err && ticket_reaches(&i.s, &i.u);
	if (!err && !i.by_letter && i.u.password_hash.n && i.u.id == q->who->user_id)
		err = fail(&q->fault, EALREADY, NULL, "self", "change your own password in the profile");
	rand_token(i.token);
	if (!err)
		err = request_write(q, invite_write, &i);
	if (err)
		return err;
	job_wake(q->app->jobs);
	out.sent = i.by_letter;
	if (!out.sent)
		out.link = ticket_url(q->a, settings_url(q->app, &i.s), str_of(i.token));
	request_give(q, &invited_shape, &out);
	return 0;
}

int user_invite(struct request *q)
{
	struct account u;
	int err = target(q, &u);

	return err ? err : user_send_invitation(q, u.id);
}

static int logout_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	struct audit e = {.who = q->who, .entity = "user", .verb = "logged_out", .row_id = q->id[0], .peer = q->http->peer};
	int err = session_close_all(db, q->id[0], 0, false, f);

	return err ? err : audit_add(db, a, &e, q->now, f);
}

int user_logout(struct request *q)
{
	struct account u;
	int err = target(q, &u);

	return err ? err : request_write(q, logout_write, q);
}

struct asking {
	struct request *q;
	struct guess guess;
};

/* The same rows are written for a login that exists and one that does not; the job finds out. */
static int ask_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct asking *k = arg;
	struct text t = {.a = a};
	char hash[SHA256_HEX];
	int err = reset_count(db, a, &k->guess, k->q->now, f);

	json_put_str(&t, k->guess.login);
	sha256_hex(k->guess.login, hash);
	if (!err)
		err = job_add(db, a, "reset", 0, str_printf(a, "{\"login\":%.*s}", STR_ARG(text_str(&t))), k->q->now,
		        str_printf(a, "reset:%s", hash).p, f);
	return err;
}

int reset_ask(struct request *q)
{
	const struct reset *in = q->body;
	struct asking k = {q, {.login = utf8_lower(q->a, str_trim(in->login)), .peer = q->http->peer}};
	int err = request_write(q, ask_write, &k);

	if (!err)
		job_wake(q->app->jobs);
	return err == EDQUOT ? 0 : err;
}

struct resetting {
	const struct app *app;
	struct settings s;
	struct account u;
	int64_t now;
};

static int reset_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct resetting *r = arg;

	/* Who was invited and lost that letter gets an invitation again. */
	return ticket_letter(
	        r->app, db, a, &r->s, &r->u, r->u.password_hash.n ? TICKET_RESET : TICKET_INVITATION, r->now, f);
}

int reset_run(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct resetting r = {.app = app, .now = clock_ms()};
	struct json in;
	int err = json_parse(a, job->payload, &in, f);

	if (!err)
		err = account_by_login(db, a, json_get_text(in, "login"), &r.u, f);
	if (!err)
		err = settings_load(db, a, &r.s, f);
	if (err || !r.u.id || r.u.disabled || !ticket_reaches(&r.s, &r.u))
		return err;
	err = store_write(app->store, db, a, reset_write, &r, f);
	if (!err)
		job_wake(app->jobs);
	return err;
}

static int ticket_find(
        struct db *db, struct arena *a, str token, int64_t now, struct ticket *ret, int64_t *ret_user, struct fault *f)
{
	char hash[SHA256_HEX];
	struct val v[4];
	int err;

	sha256_hex(token, hash);
	err = db_one(db, a,
	        "SELECT t.kind, u.login, u.name, u.id FROM ticket t JOIN \"user\" u ON u.id = t.user_id "
	        "WHERE t.token_hash = ?1 AND t.used_at IS NULL AND t.expires_at > ?2 AND u.disabled = 0",
	        VALS(V(str_of(hash)), V(now)), v, COUNT(v), f);
	if (!err) {
		*ret = (struct ticket){val_str(v[0]), val_str(v[1]), val_str(v[2])};
		*ret_user = val_int(v[3]);
	}
	return err;
}

int ticket_get(struct request *q)
{
	struct ticket t;
	int64_t user_id;
	int err = ticket_find(q->db, q->a, q->word[0], q->now, &t, &user_id, &q->fault);

	if (!err)
		request_give(q, &ticket_shape, &t);
	return err;
}

struct choosing {
	struct entry entry;
	str hash;
	bool enters;
};

static int choose_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct choosing *c = arg;
	struct request *q = c->entry.q;
	struct who himself = {.user_id = c->entry.user_id};
	struct audit e = {
	        .who = &himself, .entity = "user", .verb = "password", .row_id = c->entry.user_id, .peer = q->http->peer};
	struct ticket t;
	int64_t user_id;
	int err = ticket_find(db, a, q->word[0], q->now, &t, &user_id, f);

	if (!err)
		err = user_password_set(db, user_id, c->hash, 0, f);
	if (!err)
		err = audit_add(db, a, &e, q->now, f);
	return err || !c->enters ? err : entry_open(&c->entry, db, a, f);
}

/* The person is logged in at once, unless a second factor stands between. */
int ticket_use(struct request *q)
{
	const struct password_only *in = q->body;
	struct choosing c = {.entry = {.q = q}};
	struct account u;
	struct settings s;
	struct ticket t;
	int err = ticket_find(q->db, q->a, q->word[0], q->now, &t, &c.entry.user_id, &q->fault);

	if (!err)
		err = user_password_allowed(in->password, t.login, "password", &q->fault);
	if (!err)
		err = account_by_id(q->db, q->a, c.entry.user_id, &u, &q->fault);
	if (!err)
		err = settings_load(q->db, q->a, &s, &q->fault);
	if (!err)
		err = password_hash(q->app->pepper, in->password, q->a, &c.hash, &q->fault);
	if (err)
		return err;
	c.entry.login = t.login;
	c.enters = !u.totp_on && !totp_missing(&u, &s);
	err = request_write(q, choose_write, &c);
	if (!err && c.enters)
		entry_cookies(&c.entry);
	return err;
}
