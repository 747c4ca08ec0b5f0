/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setting.c - the table of settings, reading and changing them. */
#include "base/log.h"
#include "base/parse.h"
#include "domain/role/role.h"
#include "domain/setting/setting_priv.h"

static const char *const tls_words[] = {"starttls", "tls", "none", NULL};

#define ENTITY struct settings
static const struct field setting_fields[] = {
        F_STR(company_name, 0, 200, "Name of the call centre in letters", .flags = NULLABLE),
        F_STR(public_url, 0, 200, "Address people open Zvonar at, for links in letters: https://host", .flags = NULLABLE),
        F_STR(smtp_host, 0, 253, "Mail server that takes our letters", .flags = NULLABLE),
        F_INT(smtp_port, 0, 65535, "Its port; 0: 587 for starttls, 465 for tls, 25 for none"),
        F_WORD(smtp_tls, tls_words, "How the way to it is protected"),
        F_BOOL(smtp_any_certificate,
                "Its certificate is not checked: for a server of one's own with a certificate of its own"),
        F_STR(smtp_login, 0, 200, "Login at the mail server, when it asks for one", .flags = NULLABLE),
        F_STR(smtp_password, 0, 200, "Password at the mail server", .flags = NULLABLE | SECRET),
        F_BOOL(smtp_password_set, "Whether a password is kept", .flags = GIVEN),
        F_EMAIL(mail_from, "Address our letters come from", .flags = NULLABLE),
        F_BOOL(mail_inside, "Mailboxes may be on servers in a closed network or on this machine"),
        F_STR(letter_signature, 1, 2000,
                "Signature of the house: {name}, {email} and {phone} stand for those of the person who writes; null: any will do",
                .flags = NULLABLE),
        F_BOOL(letter_strict, "A letter with remarks is not sent; else it is, with a reason"),
        F_STR(sms_url, 0, 300, "Address of sendsms of the SMS gateway: http://localhost:13013/cgi-bin/sendsms",
                .flags = NULLABLE),
        F_BOOL(sms_any_certificate, "Do not check the SMS gateway's certificate"),
        F_STR(sms_login, 0, 100, "Login at the SMS gateway", .flags = NULLABLE),
        F_STR(sms_password, 0, 200, "Password at the SMS gateway", .flags = NULLABLE | SECRET),
        F_BOOL(sms_password_set, "Whether a password is kept", .flags = GIVEN),
        F_STR(sms_from, 0, 16, "Name or number messages come from; empty: the gateway's own", .flags = NULLABLE),
        F_STR(sms_callback_url, 0, 200, "Our address as the SMS gateway reaches it, for its reports; empty: the public one",
                .flags = NULLABLE),
        F_STR(turn_urls, 0, 500,
                "Relays for headsets behind strict networks, by spaces: turn:turn.example.ru:3478 turns:turn.example.ru:443?transport=tcp",
                .flags = NULLABLE),
        F_STR(turn_secret, 0, 200, "The secret the relays share with us: static-auth-secret of coturn",
                .flags = NULLABLE | SECRET),
        F_BOOL(turn_secret_set, "Whether a secret is kept", .flags = GIVEN),
        F_BOOL(webhook_inside, "Webhooks may go to programs in a closed network or on this machine"),
        F_BOOL(require_totp,
                "Administrators must log in with a second factor; on by itself when the first of them has set his up, unless it was said otherwise"),
        F_BOOL(totp_exports, "People of customers set a second factor up before they take tables out"),
        F_INT(stop_fault_min, 0, 1440,
                "A running project stops by itself when its line has been down, or its calls have failed, for so many minutes; 0: never"),
        F_INT(stop_error_percent, 0, 100,
                "Calls fail when more than so many per cent of a quarter of an hour do; 0: not looked at"),
        F_INT(stop_base_min, 0, 1440,
                "A running project stops by itself when its base has been used up for so many minutes; 0: never"),
        F_INT(backup_hour, -1, 23, "Hour of the machine's day when a backup is made; -1: never"),
        F_INT(backup_keep, 0, 1000, "How many backups are kept"),
};
#undef ENTITY
static const struct shape settings_shape = SHAPE_OF(settings, setting_fields, "Settings of the whole house");
/* For the audit's comparison only: settings have a table of keys, not of rows. */
static const struct entity settings_entity = {.shape = SHAPE_OF(settings, setting_fields, "Settings of the whole house")};

static const struct settings defaults = {
        .stop_fault_min = 5, .stop_error_percent = 50, .stop_base_min = 10, .backup_hour = 3, .backup_keep = 14};

static void keep_one(const struct field *f, str value, struct arena *a, struct settings *s)
{
	struct fault why = {0};
	struct val v = val_s(value);
	int64_t i = 0;

	if (f->type == FIELD_INT || f->type == FIELD_BOOL)
		v = parse_int(value, INT64_MIN, INT64_MAX, &i) ? val_i(i) : (struct val){0};
	if (field_store(f, s, v, a, &why))
		log_warn("setting", "the stored %s is not used: %s", f->name, why.what);
}

int settings_load(struct db *db, struct arena *a, struct settings *ret, struct fault *f)
{
	struct settings s = defaults;
	struct rows r;
	int err = db_ask(db, a, "SELECT key, value FROM setting", NO_VALS, &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		const struct field *field = shape_field(&settings_shape, rows_str(&r, 0));

		if (field)
			keep_one(field, rows_str(&r, 1), a, &s);
	}
	rows_done(&r);
	if (err != ENOENT)
		return err;
	s.smtp_password_set = s.smtp_password.n > 0;
	s.sms_password_set = s.sms_password.n > 0;
	s.turn_secret_set = s.turn_secret.n > 0;
	*ret = s;
	return 0;
}

str settings_url(const struct app *app, const struct settings *s)
{
	str url = s->public_url.n ? s->public_url : str_of(app->settings.public_url);

	return str_ends(url, STR("/")) ? str_sub(url, 0, url.n - 1) : url;
}

str settings_sender_name(const struct settings *s, str language)
{
	if (s->company_name.n)
		return s->company_name;
	return str_eq(language, STR("en")) ? STR("Zvonar") : STR("Звонарь");
}

/* Our own name in EHLO: the sender's domain, which has the right form already. */
static str own_name(str address)
{
	return str_sub(address, str_find(address, '@', 0) + 1, address.n);
}

int settings_mail(const struct settings *s, struct arena *a, struct mail_server *ret, struct fault *f)
{
	static const int ports[] = {[MAIL_STARTTLS] = 587, [MAIL_TLS] = 465, [MAIL_PLAIN] = 25};

	if (!s->smtp_host.n)
		return fail(f, EINVAL, "smtp_host", "mail_unset", "no mail server is set: see Settings");
	if (!s->mail_from.n)
		return fail(f, EINVAL, "mail_from", "mail_unset", "no sender's address is set: see Settings");
	*ret = (struct mail_server){
	        .host = str_z(a, s->smtp_host),
	        .port = s->smtp_port ? (int)s->smtp_port : ports[s->smtp_tls],
	        .tls = (enum mail_tls)s->smtp_tls,
	        .any_certificate = s->smtp_any_certificate,
	        .inside = true, /* an administrator set it */
	        .login = str_z(a, s->smtp_login),
	        .password = str_z(a, s->smtp_password),
	        .helo = str_z(a, own_name(s->mail_from)),
	};
	return 0;
}

static int settings_get(struct request *q)
{
	struct settings s;
	int err = settings_load(q->db, q->a, &s, &q->fault);

	if (!err)
		request_give(q, &settings_shape, &s);
	return err;
}

static bool loopback(str host)
{
	return str_eq(host, STR("localhost")) || str_eq(host, STR("127.0.0.1")) || str_eq(host, STR("::1"));
}

static bool host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
	       c == ':';
}

static bool web(str url)
{
	return str_starts(url, STR("https://")) || str_starts(url, STR("http://"));
}

/* "http://[::1]:80/x" gives "::1". */
static str host_of(str url)
{
	str rest = str_sub(url, str_find_str(url, STR("://"), 0) + 3, url.n), host;

	rest = str_sub(rest, 0, str_find(rest, '/', 0));
	if (str_starts(rest, STR("[")))
		return str_sub(rest, 1, str_find(rest, ']', 0));
	host = str_sub(rest, 0, str_find(rest, ':', 0));
	return str_find(rest, '@', 0) < rest.n ? (str){0} : host; /* "localhost@elsewhere" */
}

/* Rules across settings. */
static int settings_check(const struct settings *s, struct fault *f)
{
	for (size_t i = 0; i < s->smtp_host.n; i++)
		if (!host_char(s->smtp_host.p[i]))
			return fail(f, EINVAL, "smtp_host", "host", "a host is a name or an address, without port or path");
	if (s->smtp_login.n && s->smtp_tls == MAIL_PLAIN && !loopback(s->smtp_host))
		return fail(f, EINVAL, "smtp_tls", "plain_password", "a password does not leave this machine without TLS");
	if (s->mail_from.n && !mail_address_valid(s->mail_from))
		return fail(f, EINVAL, "mail_from", "email", "mail_from is no address a mail server takes");
	if (s->sms_url.n && !web(s->sms_url))
		return fail(f, EINVAL, "sms_url", "url", "the address begins with https:// or http://");
	if (s->sms_password.n && str_starts(s->sms_url, STR("http://")) && !loopback(host_of(s->sms_url)))
		return fail(f, EINVAL, "sms_url", "plain_password", "a password does not leave this machine without TLS");
	if (s->sms_callback_url.n && !web(s->sms_callback_url))
		return fail(f, EINVAL, "sms_callback_url", "url", "the address begins with https:// or http://");
	if (s->public_url.n && !web(s->public_url))
		return fail(f, EINVAL, "public_url", "url", "the address begins with https://");
	return turn_check(s, f);
}

struct change {
	struct request *q;
	struct settings before, after;
};

static int keep_value(struct db *db, const struct field *f, const struct settings *s, int64_t now, struct fault *fault)
{
	struct val v = field_load(f, s);
	char number[24];

	if (v.type == VAL_NULL)
		return db_run(db, "DELETE FROM setting WHERE key = ?1", VALS(V(str_of(f->name))), NULL, fault);
	snprintf(number, sizeof number, "%lld", (long long)val_int(v));
	return db_run(db,
	        "INSERT INTO setting (key, value, changed_at) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET "
	        "value = excluded.value, changed_at = excluded.changed_at, version = setting.version + 1",
	        VALS(V(str_of(f->name)), v.type == VAL_TEXT ? v : V(str_of(number)), V(now)), NULL, fault);
}

static int note_change(struct change *c, struct db *db, struct arena *a, struct fault *f)
{
	struct request *q = c->q;
	struct audit e = {.who = q->who, .entity = "setting", .verb = "changed", .peer = q->http->peer};
	struct event told = {.entity = "setting", .verb = "changed", .right = MAY_SET_UP, .staff_only = true};
	int err;

	e.diff = entity_diff(&settings_entity, &c->before, &c->after, a);
	err = audit_add(db, a, &e, q->now, f);
	return err ? err : event_add(db, a, &told, f);
}

static int settings_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct change *c = arg;
	const struct settings *sent = c->q->body;
	int err = settings_load(db, a, &c->before, f);

	c->after = c->before;
	for (size_t i = 0; i < settings_shape.n && !err; i++)
		if (c->q->seen >> i & 1 && !(setting_fields[i].flags & GIVEN))
			err = field_store(&setting_fields[i], &c->after, field_load(&setting_fields[i], sent), a, f);
	if (!err)
		err = settings_check(&c->after, f);
	for (size_t i = 0; i < settings_shape.n && !err; i++)
		if (c->q->seen >> i & 1 && !(setting_fields[i].flags & GIVEN))
			err = keep_value(db, &setting_fields[i], &c->after, c->q->now, f);
	c->after.smtp_password_set = c->after.smtp_password.n > 0;
	c->after.sms_password_set = c->after.sms_password.n > 0;
	c->after.turn_secret_set = c->after.turn_secret.n > 0;
	return err ? err : note_change(c, db, a, f);
}

static int settings_put(struct request *q)
{
	struct change c = {.q = q};
	int err = request_write(q, settings_write, &c);

	if (err)
		return err;
	job_wake(q->app->jobs);
	request_give(q, &settings_shape, &c.after);
	return 0;
}

static const struct route setting_routes[] = {
        {.method = HTTP_GET,
                .path = "/settings",
                .right = MAY_SET_UP,
                .run = settings_get,
                .doc = "All settings of the house",
                .gives = &settings_shape},
        {.method = HTTP_PUT,
                .path = "/settings",
                .right = MAY_SET_UP,
                .run = settings_put,
                .doc = "Change the settings that are sent; null empties a text",
                .takes = &settings_shape,
                .gives = &settings_shape},
        {.method = HTTP_POST,
                .path = "/settings/smtp/test",
                .right = MAY_SET_UP,
                .run = settings_test,
                .doc = "Send a letter now and tell at which step it stops",
                .takes = &smtp_test_shape,
                .gives = &smtp_tested_shape},
        {.method = HTTP_GET,
                .path = "/ice-servers",
                .right = ANY_PERSON,
                .run = turn_give,
                .doc = "The relays a headset may use from here, with credentials for the next hours; for who has a leg",
                .gives_raw = "application/json",
                .schema = turn_schema},
        {.method = HTTP_POST,
                .path = "/jobs/{id}/retry",
                .right = MAY_SET_UP,
                .run = job_again,
                .doc = "Run a job that waits or was given up, now"},
        {0},
};

static const struct resource *const setting_resources[] = {&job_resource, NULL};

const struct module setting_module = {.name = "setting", .resources = setting_resources, .routes = setting_routes};
