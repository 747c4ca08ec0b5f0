/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tell.c - a step of a hand-over told: the summary kept with the project, a letter and a word on the screen for each whom it concerns. */
#include "domain/handover/handover_priv.h"
#include "domain/letter/letter.h"
#include "domain/notification/notification.h"
#include "kit/app/app.h"

enum { READERS_MAX = 20 };
struct reader {
	int64_t id;
	str email, language;
};

/* Project directors, or in a house without one its directors. */
static const char *const directors_sql =
        "SELECT id, email, language FROM \"user\" WHERE disabled = 0 AND role = CASE WHEN EXISTS (SELECT 1 FROM \"user\" WHERE "
        "disabled = 0 AND role = 'project_director') THEN 'project_director' ELSE 'director' END ORDER BY id";
static const char *const pm_sql = "SELECT id, email, language FROM \"user\" WHERE disabled = 0 AND id = ?1";

static int readers_of(struct db *db, struct arena *a, const struct handover *h, bool assigned, struct reader *ret,
        size_t *ret_n, struct fault *f)
{
	struct rows r;
	size_t n = 0;
	int err = assigned ? db_ask(db, a, pm_sql, VALS(V(h->pm_id)), &r, f) : db_ask(db, a, directors_sql, NO_VALS, &r, f);

	while (!err && n < READERS_MAX && !(err = rows_next(&r, f)))
		ret[n++] = (struct reader){rows_int(&r, 0), rows_str(&r, 1), rows_str(&r, 2)};
	rows_done(&r);
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

static int files_of(struct db *db, struct arena *a, int64_t id, str *ret, struct fault *f)
{
	struct text t = {.a = a};
	struct rows r;
	int err = db_ask(db, a, "SELECT name FROM material WHERE project_id = ?1 ORDER BY id", VALS(V(id)), &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		if (t.n)
			text_lit(&t, "\n");
		text_add(&t, rows_str(&r, 0));
	}
	rows_done(&r);
	*ret = text_str(&t);
	return err == ENOENT ? 0 : err;
}

static int keep_summary(struct request *q, struct db *db, struct arena *a, const struct telling *t, struct fault *f)
{
	struct handover own_was, own;
	int err = entity_get(&handover_own, db, a, t->h->id, &own_was, f);

	own = own_was;
	own.summary = telling_summary(a, t, q->who->language);
	if (!err)
		err = entity_change(&handover_own, db, a, &own_was, &own, f);
	if (!err) {
		struct handover was = *t->h, now = was;
		now.summary = own.summary;
		err = request_changed(q, db, &handover_resource, t->assigned ? "assigned" : "handed_over", &was, &now, f);
	}
	return err;
}

static int letter_to(struct request *q, struct db *db, struct arena *a, const struct telling *t, const struct settings *s,
        const struct reader *to, struct fault *f)
{
	struct letter_new l = {.kind = "handover",
	        .project_id = t->h->id,
	        .to = to->email,
	        .reply_to = t->who->sales_email,
	        .subject = telling_subject(a, t, to->language),
	        .text = telling_text(a, t, to->language),
	        .html = telling_html(a, t, to->language),
	        .language = to->language,
	        .message_id = letter_message_id(a, s)};
	int64_t id;

	return to->email.n ? letter_add(db, a, &l, q->now, &id, f) : 0;
}

static int word_to(
        struct db *db, struct arena *a, const struct telling *t, const struct reader *to, int64_t now, struct fault *f)
{
	struct text body = {.a = a};
	struct json_out w = {.t = &body};
	struct event e = {.entity = "handover",
	        .verb = t->assigned ? "yours" : "waits",
	        .row_id = t->h->id,
	        .user_id = to->id,
	        .staff_only = true};
	int err;

	json_open(&w, '{');
	json_key(&w, "project");
	json_add_text(&w, t->h->name);
	json_close(&w, '}');
	e.body = text_str(&body);
	err = event_add(db, a, &e, f);
	return err ? err
	           : notify(db, a,
	                     &(struct notice_of){.kind = t->assigned ? NOTIFY_HANDOVER_YOURS : NOTIFY_HANDOVER_WAITS,
	                             .project_id = t->h->id,
	                             .user_id = to->id},
	                     now, f);
}

int handover_tell(struct request *q, struct db *db, struct arena *a, int64_t id, bool assigned, struct fault *f)
{
	struct reader readers[READERS_MAX];
	struct handover_people who = {0};
	struct settings s;
	struct handover h;
	struct telling t = {.h = &h, .who = &who, .assigned = assigned};
	size_t n = 0;
	int err = handover_get(db, a, id, &h, f);

	if (!err)
		err = handover_people(db, a, &h, &who, f);
	if (!err)
		err = files_of(db, a, id, &t.files, f);
	if (!err)
		err = settings_load(db, a, &s, f);
	if (err)
		return err;
	t.url = settings_url(q->app, &s);
	err = keep_summary(q, db, a, &t, f);
	/* Who leads his own project has nobody to tell. */
	if (!err && h.sales_id)
		err = readers_of(db, a, &h, assigned, readers, &n, f);
	for (size_t i = 0; i < n && !err; i++) {
		t.company = settings_sender_name(&s, readers[i].language);
		err = letter_to(q, db, a, &t, &s, &readers[i], f);
		if (!err)
			err = word_to(db, a, &t, &readers[i], q->now, f);
	}
	return err;
}
