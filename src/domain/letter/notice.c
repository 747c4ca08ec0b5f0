/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notice.c - a letter about a project in a few paragraphs: to whom, with which link, as text and as HTML. */
#include "domain/letter/letter_priv.h"

enum { RECIPIENTS_MAX = 50 };

struct people {
	str of[RECIPIENTS_MAX];
	size_t n;
};

static void people_add(struct people *p, str address)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq_nocase(p->of[i], address))
			return;
	if (address.n && p->n < RECIPIENTS_MAX)
		p->of[p->n++] = address;
}

/* Addresses by comma, semicolon or blank, as the evening letter's are written. */
static void people_listed(struct people *p, str list)
{
	size_t from = 0;

	for (size_t i = 0; i <= list.n; i++) {
		if (i < list.n && !strchr(",; \t\r\n", list.p[i]))
			continue;
		people_add(p, str_sub(list, from, i));
		from = i + 1;
	}
}

static int his_users(struct db *db, struct arena *a, int64_t project_id, struct people *p, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT u.email FROM \"user\" u JOIN project p ON p.customer_id = u.customer_id WHERE p.id = ?1 AND u.disabled = 0 "
	        "AND u.email IS NOT NULL ORDER BY u.id",
	        VALS(V(project_id)), &r, f);

	while (!err && !(err = rows_next(&r, f)))
		people_add(p, rows_str(&r, 0));
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int people_of(
        struct db *db, struct arena *a, int64_t project_id, enum notice_to to, struct people *ret, struct fault *f)
{
	struct val v[3];
	int err = db_one(db, a,
	        "SELECT c.email, p.letter_to, u.email FROM project p JOIN customer c ON c.id = p.customer_id LEFT JOIN \"user\" u ON "
	        "u.id = p.pm_id WHERE p.id = ?1",
	        VALS(V(project_id)), v, COUNT(v), f);

	ret->n = 0;
	if (!err && to == NOTICE_MANAGER)
		people_add(ret, val_str(v[2]));
	if (err || to == NOTICE_MANAGER)
		return err;
	err = his_users(db, a, project_id, ret, f);
	people_add(ret, val_str(v[0]));
	if (to == NOTICE_CUSTOMER || !ret->n)
		people_listed(ret, val_str(v[1]));
	return err;
}

int notice_addresses(struct db *db, struct arena *a, int64_t project_id, enum notice_to to, str *ret, struct fault *f)
{
	struct people *p = NEW(a, struct people);
	struct text t = {.a = a};
	int err = people_of(db, a, project_id, to, p, f);

	for (size_t i = 0; i < p->n; i++)
		text_addf(&t, "%s%.*s", i ? ", " : "", STR_ARG(p->of[i]));
	if (!err)
		*ret = text_str(&t);
	return err;
}

int notice_words(struct db *db, struct arena *a, int64_t project_id, struct notice_words *ret, struct fault *f)
{
	struct settings s;
	struct val v[4];
	int err = db_one(db, a,
	        "SELECT p.name, p.timezone, p.language, u.email FROM project p LEFT JOIN \"user\" u ON u.id = p.pm_id WHERE p.id = ?1",
	        VALS(V(project_id)), v, COUNT(v), f);

	if (!err)
		err = settings_load(db, a, &s, f);
	if (!err)
		*ret = (struct notice_words){.project = val_str(v[0]),
		        .zone = val_str(v[1]),
		        .language = val_str(v[2]),
		        .pm = val_str(v[3]),
		        .company = settings_sender_name(&s, val_str(v[2])),
		        .english = str_eq(val_str(v[2]), STR("en"))};
	return err;
}

/* What stands under the paragraphs. */
struct foot {
	str link, until, company;
	const char *button, *by_hand;
};

static str as_text(struct arena *a, const struct notice *n, const struct foot *foot)
{
	struct text t = {.a = a};

	text_addf(&t, "%.*s\n\n", STR_ARG(str_trim(n->text)));
	if (foot->link.n)
		text_addf(&t, "%s: %.*s\n%.*s\n\n", foot->button, STR_ARG(foot->link), STR_ARG(foot->until));
	text_addf(&t, "%.*s\n%s\n", STR_ARG(foot->company), foot->by_hand);
	return text_str(&t);
}

#define PARAGRAPH "<p style=\"margin:16px 0;font-size:15px;line-height:22px;color:#1a1a1a;" LETTER_FONT "\">"

static void html_paragraphs(struct text *t, str text)
{
	for (size_t from = 0, end; from < text.n; from = end + 2) {
		end = str_find_str(text, STR("\n\n"), from);
		text_lit(t, PARAGRAPH);
		letter_html(t, str_trim(str_sub(text, from, end)));
		text_lit(t, "</p>\n");
	}
}

static str as_html(struct arena *a, const struct notice *n, const struct foot *foot, bool english)
{
	struct text t = {.a = a};

	text_addf(&t, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>", english ? "en" : "ru");
	letter_html(&t, n->subject);
	text_lit(&t, "</title></head>\n<body style=\"margin:0;padding:0;background:#ffffff\">\n"
	             "<div style=\"max-width:600px;margin:0 auto;padding:24px 20px\">\n");
	html_paragraphs(&t, str_trim(n->text));
	if (foot->link.n) {
		text_lit(&t,
		        "<p style=\"margin:24px 0\"><a style=\"" LETTER_FONT
		        "font-size:16px;color:#ffffff;background:#1c5fb0;padding:10px 18px;text-decoration:none\" href=\"");
		letter_html(&t, foot->link);
		text_addf(&t, "\">%s</a></p>\n" PARAGRAPH, foot->button);
		letter_html(&t, foot->until);
		text_lit(&t, "</p>\n");
	}
	text_lit(&t, "<p style=\"margin:24px 0 0;font-size:13px;line-height:18px;color:#777777;" LETTER_FONT "\">");
	letter_html(&t, foot->company);
	text_addf(&t, "<br>%s</p>\n</div>\n</body></html>\n", foot->by_hand);
	return text_str(&t);
}

static int foot_of(const struct app *app, struct db *db, struct arena *a, const struct notice *n,
        const struct notice_words *w, int64_t until, struct foot *ret, struct fault *f)
{
	bool asks = n->change_id || n->stop_id;
	struct settings s;
	int err = settings_load(db, a, &s, f);

	if (err)
		return err;
	*ret = (struct foot){.company = w->company,
	        .button = n->button,
	        .by_hand = w->english ? "If anything here is unclear, please reply to this letter."
	                              : "Если что-то неясно, ответьте на это письмо."};
	if (asks) {
		str moment = letter_moment(a, w->language, w->zone, until);
		ret->link = str_printf(a, "%.*s/d/{token}", STR_ARG(settings_url(app, &s)));
		ret->until = str_printf(a,
		        w->english ? "The link asks for no password, decides once and works until %.*s."
		                   : "Ссылка не спрашивает пароль, решает один раз и действует до %.*s.",
		        STR_ARG(moment));
	}
	return 0;
}

static int send_one(const struct app *app, struct db *db, struct arena *a, const struct notice *n, struct letter_new *l,
        int64_t days, int64_t now, int64_t *made, struct fault *f)
{
	struct settings s;
	int64_t id;
	int err = settings_load(db, a, &s, f);

	if (err)
		return err;
	l->message_id = letter_message_id(a, &s);
	err = letter_add(db, a, l, now, &id, f);
	if (!err && (n->change_id || n->stop_id))
		err = link_add(db, app,
		        &(struct link_new){.kind = "decision",
		                .project_id = n->project_id,
		                .change_id = n->change_id,
		                .stop_id = n->stop_id,
		                .days = days,
		                .to = l->to,
		                .message_id = l->message_id},
		        now, f);
	*made += !err;
	return err;
}

int notice_send(const struct app *app, struct db *db, struct arena *a, const struct notice *n, int64_t now,
        int64_t *ret_letters, struct fault *f)
{
	struct people *p = NEW(a, struct people);
	struct letter_new l = {.kind = n->kind,
	        .project_id = n->project_id,
	        .subject = n->subject,
	        .for_customer = n->to != NOTICE_MANAGER};
	struct notice_words w;
	struct foot foot;
	struct val days = {0};
	int64_t made = 0;
	int err = notice_words(db, a, n->project_id, &w, f);

	if (!err)
		err = db_one(db, a, "SELECT link_days FROM project WHERE id = ?1", VALS(V(n->project_id)), &days, 1, f);
	if (!err)
		err = people_of(db, a, n->project_id, n->to, p, f);
	if (!err)
		err = foot_of(app, db, a, n, &w, now + val_int(days) * CLOCK_DAY, &foot, f);
	if (err)
		return err;
	l.language = w.language;
	l.reply_to = n->to == NOTICE_MANAGER ? (str){0} : w.pm;
	l.text = as_text(a, n, &foot);
	l.html = as_html(a, n, &foot, w.english);
	for (size_t i = 0; i < p->n && !err; i++) {
		l.to = p->of[i];
		err = send_one(app, db, a, n, &l, val_int(days), now, &made, f);
	}
	if (!err)
		*ret_letters = made;
	return err;
}
