/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe.c - the button «send a test letter»: every step on the way with what happened there. */
#include "domain/setting/setting_priv.h"

struct smtp_test {
	str to;
};
struct smtp_tested {
	bool ok;
	str steps;
};

#define ENTITY struct smtp_test
static const struct field test_fields[] = {F_EMAIL(to, "Where the letter goes", .flags = REQUIRED)};
#undef ENTITY
const struct shape smtp_test_shape = SHAPE_OF(smtp_test, test_fields, "Whom to send a test letter");

#define ENTITY struct smtp_tested
static const struct field tested_fields[] = {
        F_BOOL(ok, "The mail server took the letter"),
        F_JSON(steps, PROBE_STEPS_SCHEMA,
                "Steps in order: settings resolve connect greet secure login sender recipient data"),
};
#undef ENTITY
const struct shape smtp_tested_shape = SHAPE_OF(smtp_tested, tested_fields, "How the test letter fared");

void probe_step(struct json_out *w, const char *what, bool ok, const char *code, str detail)
{
	json_open(w, '{');
	json_key(w, "what");
	json_add_text(w, str_of(what));
	json_key(w, "ok");
	json_add_bool(w, ok);
	json_key(w, "code");
	json_add_text(w, ok ? (str){0} : str_of(code));
	json_key(w, "detail");
	json_add_text(w, detail);
	json_close(w, '}');
}

/* Was this phase on the way at all? Without TLS or login those two are not. */
static bool passed(const struct mail_report *r, enum mail_phase p)
{
	return p < r->phase && (p != MAIL_SECURE || r->secured) && (p != MAIL_LOGIN || r->logged_in);
}

static void steps_of(struct json_out *w, const struct mail_report *r, const struct fault *f)
{
	for (enum mail_phase p = MAIL_RESOLVE; p < MAIL_DONE; p++) {
		if (passed(r, p))
			probe_step(w, mail_phase_names[p], true, NULL, p == MAIL_DATA ? str_of(r->reply) : STR(""));
		else if (p == r->phase)
			probe_step(w, mail_phase_names[p], false, f->code, str_of(f->what));
	}
}

static int build(struct request *q, const struct settings *s, str to, str *ret_mime)
{
	bool en = str_eq(q->who->language, STR("en"));
	struct mail_letter l = {
	        .from_name = settings_sender_name(s, q->who->language),
	        .from = s->mail_from,
	        .to = to,
	        .subject = en ? STR("Test letter of Zvonar") : STR("Пробное письмо Звонаря"),
	        .text = en ? STR("The mail server takes our letters. There is nothing to answer.\n")
	                   : STR("Почтовый сервер принимает наши письма. Отвечать на это письмо не нужно.\n"),
	        .message_id =
	                mail_message_id(q->a, str_sub(s->mail_from, str_find(s->mail_from, '@', 0) + 1, s->mail_from.n)),
	        .language = q->who->language,
	        .at = q->now,
	};

	return mail_build(q->a, &l, ret_mime, &q->fault);
}

int settings_test(struct request *q)
{
	const struct smtp_test *in = q->body;
	struct smtp_tested out = {0};
	struct text t = {.a = q->a};
	struct json_out w = {.t = &t};
	struct mail_server server;
	struct mail_report report;
	struct settings s;
	struct fault f = {0};
	str mime;
	int err = settings_load(q->db, q->a, &s, &q->fault);

	if (!err && !mail_address_valid(in->to))
		err = fail(&q->fault, EINVAL, "to", "email", "to is no address a mail server takes");
	if (err)
		return err;
	json_open(&w, '[');
	if (settings_mail(&s, q->a, &server, &f)) {
		probe_step(&w, "settings", false, f.code, str_of(f.what));
	} else {
		server.timeout_s = 25;
		err = build(q, &s, in->to, &mime);
		if (!err)
			out.ok = mail_send(&server, s.mail_from, in->to, mime, &report, &f) == 0;
		if (!err)
			steps_of(&w, &report, &f);
	}
	json_close(&w, ']');
	out.steps = text_str(&t);
	if (!err)
		request_give(q, &smtp_tested_shape, &out);
	return err;
}
