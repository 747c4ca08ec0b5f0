/* SPDX-License-Identifier: GPL-3.0-or-later */
/* me.c - one's own profile, password and sessions. */
#include "domain/user/user_priv.h"
#include "engine/crypto/crypto.h"

struct me {
	int64_t id, customer_id, project_id;
	str login, name, email, phone, role, language, theme, rights;
	bool totp_on, totp_advised, export_locked;
};
#define ENTITY struct me
static const struct field me_fields[] = {
        F_INT(id, 0, INT64_MAX, "My number; 0 for who came by a link"),
        F_STR(login, 0, 64, "My login", .flags = NULLABLE),
        F_STR(name, 0, 200, "My name", .flags = NULLABLE),
        F_EMAIL(email, "My address", .flags = NULLABLE),
        F_PHONE(phone, "My telephone", .flags = NULLABLE),
        F_STR(role, 0, 40, "My role; \"link\" for who came by one"),
        F_STR(language, 2, 2, "Language of the screen"),
        F_STR(theme, 4, 5, "Look of the screen"),
        F_INT(customer_id, 0, INT64_MAX, "My company, when I am a customer's manager", .flags = NULLABLE),
        F_JSON(rights, "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}", "What I may do"),
        F_BOOL(totp_on, "I log in with a second factor"),
        F_BOOL(export_locked, "I must set a second factor up before I take tables out"),
        F_BOOL(totp_advised, "My role should have a second factor and I have none"),
        F_INT(project_id, 0, INT64_MAX, "The one project I see, when I came by a link or with a token of one",
                .flags = NULLABLE),
};
#undef ENTITY
const struct shape me_shape = SHAPE_OF(me, me_fields, "Who I am and what I may");

static const char *const languages[] = {"", "ru", "en", NULL};
static const char *const themes[] = {"", "auto", "light", "dark", NULL};
struct me_change {
	str name, phone;
	int language, theme;
};
#define ENTITY struct me_change
static const struct field change_fields[] = {
        F_STR(name, 1, 200, "My name", .flags = NULLABLE),
        F_PHONE(phone, "My telephone", .flags = NULLABLE),
        F_WORD(language, languages, "Language of screen and letters", .flags = NULLABLE),
        F_WORD(theme, themes, "Look of the screen", .flags = NULLABLE),
};
#undef ENTITY
const struct shape me_change_shape =
        SHAPE_OF(me_change, change_fields, "What I change about myself; what is not sent stays");

struct me_password {
	str old, new;
};
#define ENTITY struct me_password
static const struct field password_fields[] = {
        F_STR(old, 1, 1000, "Present password", .flags = REQUIRED | SECRET),
        F_STR(new, 1, 1000, "New password: at least 10 characters", .flags = REQUIRED | SECRET),
};
#undef ENTITY
const struct shape me_password_shape = SHAPE_OF(me_password, password_fields, "A change of password");

struct session {
	int64_t id, created_at, seen_at, expires_at;
	str kind, peer;
	bool current;
};
#define ENTITY struct session
static const struct field session_fields[] = {
        F_ID(),
        F_STR(kind, 1, 10, "person"),
        F_STR(peer, 0, 60, "Address it was opened from", .flags = NULLABLE),
        F_TIME(created_at, "When I logged in"),
        F_TIME(seen_at, "When it was last used, within a minute"),
        F_TIME(expires_at, "When it ends in any case"),
        F_BOOL(current, "It is this one"),
};
#undef ENTITY
const struct shape session_shape = SHAPE_OF(session, session_fields, "A place where I am logged in");

/* Rights by name, in the order of their bits. */
static const struct {
	uint64_t right;
	const char *name;
} rights[] = {
        {MAY_SIT, "sit"},
        {MAY_SEE_PROJECTS, "see_projects"},
        {MAY_DECIDE, "decide"},
        {MAY_RUN_PROJECT, "run_project"},
        {MAY_SEE_REPORT, "see_report"},
        {MAY_MARK_REPORT, "mark_report"},
        {MAY_DISCUSS, "discuss"},
        {MAY_JUDGE_LEADS, "judge_leads"},
        {MAY_SHARE_REPORT, "share_report"},
        {MAY_SEE_CALLS, "see_calls"},
        {MAY_LISTEN, "listen"},
        {MAY_CHANGE_BASE, "change_base"},
        {MAY_CORRECT, "correct"},
        {MAY_CHANGE_RULES, "change_rules"},
        {MAY_SEE_BASE, "see_base"},
        {MAY_WRITE_SCRIPT, "write_script"},
        {MAY_SEE_CUSTOMERS, "see_customers"},
        {MAY_CHANGE_CUSTOMERS, "change_customers"},
        {MAY_SEE_USERS, "see_users"},
        {MAY_CHANGE_USERS, "change_users"},
        {MAY_SEE_COLLEAGUES, "see_colleagues"},
        {MAY_READ_LETTERS, "read_letters"},
        {MAY_SET_UP, "set_up"},
        {MAY_SEE_AUDIT, "see_audit"},
        {MAY_SEND_LETTERS, "send_letters"},
        {MAY_USE_MAIL, "use_mail"},
        {MAY_SEND_EVENTS, "send_events"},
        {MAY_SEE_FLOOR, "see_floor"},
        {MAY_EXPORT, "export"},
        {MAY_USE_API, "use_api"},
        {MAY_OPEN_CARD, "open_card"},
        {MAY_WRITE_CARD, "write_card"},
        {MAY_HAND_OVER, "hand_over"},
        {MAY_ASSIGN_PM, "assign_pm"},
        {MAY_SUPERVISE, "supervise"},
        {MAY_WATCH, "watch"},
        {MAY_SEE_STATISTICS, "see_statistics"},
        {MAY_SEE_MONEY, "see_money"},
        {MAY_BILL, "bill"},
        {MAY_SET_PRICE, "set_price"},
        {MAY_ISSUE, "issue"},
        {MAY_APPROVE_PRICE, "approve_price"},
};

static str rights_json(struct arena *a, uint64_t may_bits)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};

	json_open(&w, '[');
	for (size_t i = 0; i < COUNT(rights); i++)
		if (may_bits & rights[i].right)
			json_add_text(&w, str_of(rights[i].name));
	json_close(&w, ']');
	return text_str(&t);
}

/* role: the one of this very session, which a link or a narrow token makes smaller than the person's. */
static int me_load(struct request *q, struct db *db, int64_t user_id, const struct role *role, struct me *ret)
{
	struct val v[9];
	int err = db_one(db, q->a,
	        "SELECT login, name, email, phone, role, language, theme, customer_id, totp_on FROM \"user\" WHERE id = ?1",
	        VALS(V(user_id)), v, COUNT(v), &q->fault);

	if (err)
		return err;
	if (!role)
		role = access_role(str_z(q->a, val_str(v[4])));
	*ret = (struct me){.id = user_id,
	        .login = val_str(v[0]),
	        .name = val_str(v[1]),
	        .email = val_str(v[2]),
	        .phone = val_str(v[3]),
	        .role = val_str(v[4]),
	        .language = val_str(v[5]),
	        .theme = val_str(v[6]),
	        .customer_id = val_int(v[7]),
	        .totp_on = val_int(v[8]) != 0};
	ret->rights = rights_json(q->a, role ? role->may : 0);
	err = access_export_locked(
	        db, q->a, &(struct who){.user_id = user_id, .role = role}, &ret->export_locked, &q->fault);
	ret->totp_advised = role && (role->may & MAY_SET_UP) && !ret->totp_on;
	return err;
}

static int give(struct request *q, struct db *db, int64_t user_id, const struct role *role, int64_t project_id)
{
	struct me me;
	int err = me_load(q, db, user_id, role, &me);

	if (err)
		return err;
	me.project_id = project_id;
	request_give(q, &me_shape, &me);
	return 0;
}

int me_give(struct request *q, struct db *db, int64_t user_id, int64_t project_id)
{
	return give(q, db, user_id, NULL, project_id);
}

int me_get(struct request *q)
{
	const struct who *w = q->who;
	struct me by_link = {.role = str_of(w->role->name),
	        .language = w->language,
	        .theme = STR("auto"),
	        .customer_id = w->customer_id,
	        .project_id = w->project_id};

	if (w->user_id)
		return give(q, q->db, w->user_id, w->role, w->project_id);
	by_link.rights = rights_json(q->a, w->role->may);
	request_give(q, &me_shape, &by_link);
	return 0;
}

static int patch_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	const struct me_change *in = q->body;
	struct user old, new;
	int err = entity_get(&user_entity, db, a, q->who->user_id, &old, f);

	if (err)
		return err;
	new = old;
	if (in->name.p)
		new.name = in->name;
	if (q->seen >> 1 & 1)
		new.phone = in->phone;
	/* The words here have an empty one before those of the user: not sent. */
	if (in->language)
		new.language = in->language - 1;
	if (in->theme)
		new.theme = in->theme - 1;
	if (!entity_diff(&user_entity, &old, &new, a).p)
		return 0;
	err = entity_change(&user_entity, db, a, &old, &new, f);
	return err ? err : request_changed(q, db, &user_resource, "changed", &old, &new, f);
}

int me_patch(struct request *q)
{
	int err = in_person(q);

	if (!err)
		err = request_write(q, patch_write, q);
	return err ? err : me_get(q);
}

struct password_change {
	struct request *q;
	str hash;
};

static int password_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct password_change *c = arg;
	const struct who *w = c->q->who;
	struct audit e = {.who = w, .entity = "user", .verb = "password", .row_id = w->user_id, .peer = c->q->http->peer};
	int err = user_password_set(db, w->user_id, c->hash, w->session_id, f);

	return err ? err : audit_add(db, a, &e, c->q->now, f);
}

int me_password(struct request *q)
{
	const struct me_password *in = q->body;
	struct password_change c = {.q = q};
	struct account u;
	int err = in_person(q);

	if (!err)
		err = user_password_allowed(in->new, q->who->login, "new", &q->fault);
	if (!err)
		err = account_by_id(q->db, q->a, q->who->user_id, &u, &q->fault);
	if (!err)
		err = own_password(q, &u, in->old, "old");
	if (!err)
		err = password_hash(q->app->pepper, in->new, q->a, &c.hash, &q->fault);
	return err ? err : request_write(q, password_write, &c);
}

int me_sessions(struct request *q)
{
	struct rows r;
	int err = db_ask(q->db, q->a,
	        "SELECT id, kind, peer, created_at, seen_at, expires_at FROM session WHERE user_id = ?1 AND expires_at > ?2 "
	        "AND seen_at > ?3 ORDER BY seen_at DESC LIMIT 200",
	        VALS(V(q->who->user_id), V(q->now), V(q->now - SESSION_IDLE_MS)), &r, &q->fault);

	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	while (!err && !(err = rows_next(&r, &q->fault))) {
		struct session s = {.id = rows_int(&r, 0),
		        .kind = rows_str(&r, 1),
		        .peer = rows_str(&r, 2),
		        .created_at = rows_int(&r, 3),
		        .seen_at = rows_int(&r, 4),
		        .expires_at = rows_int(&r, 5)};

		s.current = s.id == q->who->session_id;
		shape_to_json(&session_shape, &s, q->who, true, &q->out);
	}
	rows_done(&r);
	json_close(&q->out, ']');
	json_key(&q->out, "next");
	json_add_null(&q->out);
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}

static int end_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	int64_t changed = 0;
	int err = db_run(db, "DELETE FROM session WHERE id = ?1 AND user_id = ?2", VALS(V(q->id[0]), V(q->who->user_id)),
	        &changed, f);

	(void)a;
	return err ? err : changed ? 0 : ENOENT;
}

int me_session_end(struct request *q)
{
	return request_write(q, end_write, q);
}
