/* SPDX-License-Identifier: GPL-3.0-or-later */
/* user.c - the fields of a user, the rules across them, the routes of people. */
#include "base/utf8.h"
#include "domain/user/user_priv.h"
#include "kit/query/query.h"

static const char *const languages[] = {"ru", "en", NULL};
static const char *const themes[] = {"auto", "light", "dark", NULL};

#define ENTITY struct user
static const struct field user_fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(login, 2, 64, "What the person logs in with: small Latin letters, digits and . _ - @",
                .flags = REQUIRED | SEARCHED),
        F_STR(name, 1, 200, "Name as colleagues see it", .flags = REQUIRED | SEARCHED),
        F_EMAIL(email, "For the invitation and a forgotten password", .flags = NULLABLE | SEARCHED),
        F_PHONE(phone, "Telephone", .flags = NULLABLE),
        F_WORD(role, role_names, "What he may do", .flags = REQUIRED),
        F_REF(customer_id, "customer", "The company of a user with the role customer", .flags = NULLABLE),
        F_BOOL(manages_company, "Of a customer: invites and changes the people of his company"),
        F_WORD(language, languages, "Language of screen and letters"),
        F_WORD(theme, themes, "Look of the screen"),
        F_BOOL(totp_on, "Logs in with a second factor", .flags = GIVEN),
        F_BOOL(disabled, "May not log in"),
        F_TIME(created_at, "When it was entered", .flags = GIVEN),
        F_TIME(seen_at, "When he was last here", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
const struct entity user_entity = ENTITY_OF(user, user_fields, "\"user\"", "A person who logs in");

int user_login_form(struct arena *a, str login, str *ret, struct fault *f)
{
	str low = utf8_lower(a, str_trim(login));

	for (size_t i = 0; i < low.n; i++)
		if (!((low.p[i] >= 'a' && low.p[i] <= 'z') || (low.p[i] >= '0' && low.p[i] <= '9') ||
		            (low.p[i] && strchr("._-@", low.p[i]))))
			return fail(f, EINVAL, "login", "login", "a login has small Latin letters, digits and . _ - @ only");
	if (low.n < 2 || low.n > 64)
		return fail(f, EINVAL, "login", "length", "a login has 2 to 64 characters");
	*ret = low;
	return 0;
}

/* Who may not set the house up makes nobody who may, and changes none. */
static bool above(const struct request *q, const struct user *u)
{
	return !may(q->who, MAY_SET_UP) && (roles[u->role].may & MAY_SET_UP) != 0;
}

static int check_self(struct request *q, const struct user *old, const struct user *new)
{
	if (old->id != q->who->user_id)
		return 0;
	if (new->disabled)
		return fail(&q->fault, EINVAL, "disabled", "self", "nobody disables himself");
	if (new->role != old->role)
		return fail(&q->fault, EINVAL, "role", "self", "nobody changes his own role");
	return 0;
}

/* Somebody of each company manages its people: the first, until it is said otherwise. */
static int first_manages(struct request *q, struct user *u)
{
	struct val n = {0};
	int err = db_one(q->db, q->a, "SELECT COUNT(*) FROM \"user\" WHERE customer_id = ?1 AND disabled = 0",
	        VALS(V(u->customer_id)), &n, 1, &q->fault);

	u->manages_company = u->manages_company || !val_int(n);
	return err;
}

static int user_check(struct request *q, const void *was, void *is)
{
	const struct user *old = was;
	struct user *new = is;
	bool outside;

	if ((old && above(q, old)) || (new &&above(q, new)))
		return fail(&q->fault, EACCES, "role", "right", "only an administrator makes or changes administrators");
	if (!new)
		return 0;
	outside = roles[new->role].outside;
	if (outside && !new->customer_id)
		return fail(
		        &q->fault, EINVAL, "customer_id", "required", "a user with the role customer belongs to a customer");
	if (!outside && new->customer_id)
		return fail(&q->fault, EINVAL, "customer_id", "staff",
		        "only a user with the role customer belongs to a customer");
	if (!outside && new->manages_company)
		return fail(
		        &q->fault, EINVAL, "manages_company", "staff", "only a customer's own people manage his company's");
	if (outside && !old && first_manages(q, new))
		return q->fault.err;
	if (old && check_self(q, old, new))
		return q->fault.err;
	return user_login_form(q->a, new->login, &new->login, &q->fault);
}

static void user_fill(struct request *q, void *row)
{
	struct user *u = row;

	u->created_at = q->now;
}

/* Two who disable each other come one after the other: each holds the first row of all before he counts. */
static int somebody_left(struct db *db, struct arena *a, struct fault *f)
{
	struct query *first = query_new(a);
	struct val n;
	int err;

	query_add(first, "SELECT id FROM \"user\" ORDER BY id LIMIT 1 ");
	query_word(first, db, DB_FOR_UPDATE);
	err = db_one(db, a, QUERY(first), &n, 1, f);
	if (!err)
		err = db_one(
		        db, a, "SELECT COUNT(*) FROM \"user\" WHERE role = 'admin' AND disabled = 0", NO_VALS, &n, 1, f);
	if (!err && !val_int(n))
		err = fail(f, EINVAL, "role", "last_admin", "one administrator must stay");
	return err;
}

int user_welcome(struct request *q, struct db *db, int64_t user_id, struct fault *f)
{
	struct account who;
	struct settings s;
	int err = settings_load(db, q->a, &s, f);

	if (!err)
		err = account_by_id(db, q->a, user_id, &who, f);
	if (!err && ticket_reaches(&s, &who))
		err = ticket_letter(q->app, db, q->a, &s, &who, TICKET_INVITATION, q->now, f);
	return err;
}

static int user_changed(struct request *q, struct db *db, const void *was, const void *is, struct fault *f)
{
	const struct user *old = was, *new = is;
	int err = 0;

	if (!old)
		return user_welcome(q, db, new->id, f);
	if (new->disabled || new->role != old->role || new->customer_id != old->customer_id)
		err = session_close_all(db, new->id, 0, new->disabled, f);
	if (!err && (roles[old->role].may & MAY_SET_UP) && (new->disabled || new->role != old->role))
		err = somebody_left(db, q->a, f);
	return err;
}

const struct resource user_resource = {
        .entity = &user_entity,
        .path = "/users",
        .read = MAY_SEE_USERS,
        .write = MAY_CHANGE_USERS,
        .scope = SCOPE_SELF,
        .scope_column = "id",
        .sort = "name",
        .check = user_check,
        .changed = user_changed,
        .fill = user_fill,
};

int user_password_set(struct db *db, int64_t user_id, str hash, int64_t keep_session, struct fault *f)
{
	int err = db_run(db, "UPDATE \"user\" SET password_hash = ?2 WHERE id = ?1", VALS(V(user_id), V(hash)), NULL, f);

	if (!err)
		err = db_run(db, "UPDATE ticket SET used_at = created_at WHERE user_id = ?1 AND used_at IS NULL",
		        VALS(V(user_id)), NULL, f);
	return err ? err : session_close_all(db, user_id, keep_session, true, f);
}

#define ACCOUNT_SQL \
	"SELECT id, customer_id, totp_last, login, name, email, language, role, password_hash, totp_secret, totp_on, " \
	"disabled " \
	"FROM \"user\" WHERE "

static int account_of(int err, const struct val *v, struct account *ret)
{
	*ret = (struct account){0};
	if (err)
		return err == ENOENT ? 0 : err;
	*ret = (struct account){
	        .id = val_int(v[0]),
	        .customer_id = val_int(v[1]),
	        .totp_last = val_int(v[2]),
	        .login = val_str(v[3]),
	        .name = val_str(v[4]),
	        .email = val_str(v[5]),
	        .language = val_str(v[6]),
	        .role = val_str(v[7]),
	        .password_hash = val_str(v[8]),
	        .totp_secret = val_str(v[9]),
	        .totp_on = val_int(v[10]) != 0,
	        .disabled = val_int(v[11]) != 0,
	};
	return 0;
}

int account_by_login(struct db *db, struct arena *a, str login, struct account *ret, struct fault *f)
{
	struct val v[12];

	return account_of(db_one(db, a, ACCOUNT_SQL "login = ?1", VALS(V(login)), v, COUNT(v), f), v, ret);
}

int account_by_id(struct db *db, struct arena *a, int64_t id, struct account *ret, struct fault *f)
{
	struct val v[12];

	return account_of(db_one(db, a, ACCOUNT_SQL "id = ?1", VALS(V(id)), v, COUNT(v), f), v, ret);
}

static const struct route user_routes[] = {
        {HTTP_POST, "/login", OPEN_TO_ALL, login_run, "Log in; the answer sets the session's cookie", &login_shape,
                &me_shape},
        {HTTP_POST, "/logout", ANY_SESSION, logout_run, "End this session"},
        {HTTP_POST, "/links/open", OPEN_TO_ALL, link_open,
                "Exchange the secret of a letter's link for a session that sees one report", &link_open_shape,
                &link_opened_shape},
        {HTTP_GET, "/me", ANY_SESSION, me_get, "Who I am and what I may", NULL, &me_shape},
        {HTTP_PATCH, "/me", ANY_PERSON, me_patch, "Change my name, language and look", &me_change_shape, &me_shape},
        {HTTP_POST, "/me/password", ANY_PERSON, me_password, "Change my password; my other sessions and my tokens end",
                &me_password_shape},
        {HTTP_POST, "/me/totp", ANY_PERSON, totp_begin, "A new secret for my second factor, not used until confirmed", NULL,
                &totp_shape},
        {HTTP_POST, "/me/totp/confirm", ANY_PERSON, totp_confirm, "Turn the second factor on by its first code",
                &totp_code_shape},
        {HTTP_POST, "/me/totp/off", ANY_PERSON, totp_off, "Turn the second factor off", &password_only_shape},
        {HTTP_GET, "/me/sessions", ANY_PERSON, me_sessions, "Where I am logged in", NULL, &session_shape, true},
        {HTTP_DELETE, "/me/sessions/{id}", ANY_PERSON, me_session_end, "End one of my sessions"},
        {HTTP_POST, "/tokens", MAY_USE_API, token_make, "Make a token for a program; its secret is shown once",
                &token_new_shape, &token_made_shape, .makes = true},
        {HTTP_POST, "/users/{id}/invite", MAY_CHANGE_USERS, user_invite,
                "Send a link to choose a password, or give it when no letter can be sent", NULL, &invited_shape},
        {HTTP_POST, "/colleagues/{id}/invite", MAY_SEE_COLLEAGUES, colleague_invite,
                "Send a colleague a link to choose a password, or give it when no letter can be sent", NULL, &invited_shape},
        {HTTP_POST, "/users/{id}/logout", MAY_CHANGE_USERS, user_logout, "End all sessions of a user"},
        {HTTP_POST, "/reset", OPEN_TO_ALL, reset_ask,
                "Ask for a letter with a link to a new password; never tells whether the login exists", &reset_shape},
        {HTTP_GET, "/tickets/{token}", OPEN_TO_ALL, ticket_get, "What an invitation or reset link is for", NULL,
                &ticket_shape},
        {HTTP_POST, "/tickets/{token}", OPEN_TO_ALL, ticket_use, "Choose the password", &password_only_shape},
        {0},
};
static const struct resource *const user_resources[] = {&user_resource, &colleague_resource, &token_resource, NULL};
static const struct job_kind user_jobs[] = {
        {.name = "reset",
                .run = reset_run,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 5,
                .doc = "Write the letter for a forgotten password, if there is such a login"},
        {.name = "login_tidy",
                .run = tries_tidy,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 3,
                .every_ms = CLOCK_HOUR,
                .doc = "Forget spent tickets and counts of guesses"},
        {0},
};

const struct module user_module = {.name = "user", .resources = user_resources, .routes = user_routes, .jobs = user_jobs};
