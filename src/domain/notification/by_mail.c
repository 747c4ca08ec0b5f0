/* SPDX-License-Identifier: GPL-3.0-or-later */
/* by_mail.c - what has gathered for a person goes out as one letter, or one message: a storm of alarms is a list, not five hundred letters. */
#include "base/utf8.h"
#include "domain/letter/letter.h"
#include "domain/notification/notification_priv.h"
#include "domain/sms/sms.h"

enum { GATHERED_MAX = 1000, LINES_MAX = 50, TOGETHER_MS = 15 * CLOCK_MINUTE, KEEP_DAYS = 90 };

struct person {
	int64_t id;
	str email, phone, language;
	bool quiet, urgent_only; /* nothing now; only what is urgent */
};

/* One person's turn by one way. */
struct turn {
	const struct app *app;
	const struct settings *s;
	struct person p;
	bool sms;
	int64_t now;
	struct notification *of;
	size_t n;
	bool wake;
};

static const char *const due_sql[] = {
        "SELECT DISTINCT user_id FROM notification WHERE letter_at <= ?1 ORDER BY user_id",
        "SELECT DISTINCT user_id FROM notification WHERE sms_at <= ?1 ORDER BY user_id",
};
/* What was read in the page needs no letter. */
static const char *const read_sql[] = {
        "UPDATE notification SET letter_at = NULL WHERE user_id = ?1 AND letter_at <= ?2 AND read_at IS NOT NULL",
        "UPDATE notification SET sms_at = NULL WHERE user_id = ?1 AND sms_at <= ?2 AND read_at IS NOT NULL",
};
static const char *const gather_sql[] = {
        "SELECT " NOTIFICATION_COLUMNS " WHERE n.user_id = ?1 AND n.letter_at <= ?2 ORDER BY n.id",
        "SELECT " NOTIFICATION_COLUMNS " WHERE n.user_id = ?1 AND n.sms_at <= ?2 ORDER BY n.id",
};
static const char *const last_sql[] = {
        "SELECT created_at FROM letter WHERE id = (SELECT MAX(letter_id) FROM notification WHERE user_id = ?1)",
        "SELECT created_at FROM sms WHERE id = (SELECT MAX(sms_id) FROM notification WHERE user_id = ?1)",
};
static const char *const gone_sql[] = {
        "UPDATE notification SET letter_at = NULL, letter_id = ?2 WHERE id = ?1",
        "UPDATE notification SET sms_at = NULL, sms_id = ?2 WHERE id = ?1",
};

static int load_person(struct db *db, struct arena *a, int64_t id, int64_t now, struct person *ret, struct fault *f)
{
	struct notification_hours h;
	struct val v[4];
	int err = db_one(
	        db, a, "SELECT email, phone, language, disabled FROM \"user\" WHERE id = ?1", VALS(V(id)), v, COUNT(v), f);

	if (!err)
		err = hours_of_user(db, a, id, &h, f);
	if (err)
		return err;
	*ret = (struct person){.id = id, .language = val_str(v[2])};
	if (!val_int(v[3])) {
		ret->email = val_str(v[0]);
		ret->phone = val_str(v[1]);
	}
	ret->urgent_only = hours_quiet(&h, now);
	ret->quiet = ret->urgent_only && !h.urgent_passes;
	return 0;
}

static int gather(struct db *db, struct arena *a, struct turn *t, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a, gather_sql[t->sms], VALS(V(t->p.id), V(t->now)), &r, f);

	t->of = NEW_N(a, struct notification, GATHERED_MAX);
	t->n = 0;
	while (!err && t->n < GATHERED_MAX && !(err = rows_next(&r, f)))
		if (notification_row(&r, t->of + t->n) && (!t->p.urgent_only || notification_kinds[t->of[t->n].kind].urgent))
			t->n++;
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static str subject_of(struct arena *a, const struct turn *t, bool english)
{
	if (t->n == 1)
		return utf8_cut(notification_words(a, t->of, english), 150);
	return str_printf(a, english ? "Zvonar: %zu notifications" : "Звонарь, уведомлений: %zu", t->n);
}

static str letter_text(struct arena *a, const struct turn *t, bool english)
{
	str url = settings_url(t->app, t->s);
	struct text out = {.a = a};

	for (size_t i = 0; i < t->n && i < LINES_MAX; i++)
		text_addf(&out, "%.*s\n%.*s%.*s\n\n", STR_ARG(notification_words(a, t->of + i, english)), STR_ARG(url),
		        STR_ARG(notification_path(a, t->of + i)));
	if (t->n > LINES_MAX)
		text_addf(&out, english ? "And %zu more.\n\n" : "И ещё %zu.\n\n", t->n - LINES_MAX);
	text_addf(&out,
	        english ? "What you are written about you choose in your profile: %.*s/profile\n"
	                : "О чём вам писать, выбирают в профиле: %.*s/profile\n",
	        STR_ARG(url));
	return text_str(&out);
}

static int send_letter(struct db *db, struct arena *a, struct turn *t, int64_t *ret_id, struct fault *f)
{
	bool english = str_eq(t->p.language, STR("en"));
	struct letter_new l = {.kind = "notification",
	        .user_id = t->p.id,
	        .to = t->p.email,
	        .subject = subject_of(a, t, english),
	        .text = letter_text(a, t, english),
	        .language = t->p.language,
	        .message_id = letter_message_id(a, t->s)};

	l.html = letter_plain_html(a, l.language, l.subject, l.text);
	return letter_add(db, a, &l, t->now, ret_id, f);
}

static int send_message(struct db *db, struct arena *a, struct turn *t, int64_t *ret_id, struct fault *f)
{
	bool english = str_eq(t->p.language, STR("en"));
	str body = utf8_cut(notification_words(a, t->of, english), 250);

	if (t->n > 1)
		body = str_printf(a, english ? "%.*s (and %zu more)" : "%.*s (и ещё %zu)", STR_ARG(body), t->n - 1);
	return sms_add(db, a, &(struct sms_new){.user_id = t->p.id, .to = t->p.phone, .body = body}, t->now, ret_id, f);
}

/* Closure: one person by one way. Without an address the rows are only taken off the list. */
static int turn_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct turn *t = arg;
	str address = t->sms ? t->p.phone : t->p.email;
	struct val last = {0};
	int64_t id = 0;
	int err = db_run(db, read_sql[t->sms], VALS(V(t->p.id), V(t->now)), NULL, f);

	t->wake = false;
	if (!err)
		err = db_one(db, a, last_sql[t->sms], VALS(V(t->p.id)), &last, 1, f);
	if (err && err != ENOENT)
		return err;
	if (t->p.quiet || (!err && val_int(last) > t->now - TOGETHER_MS))
		return 0;
	err = gather(db, a, t, f);
	if (err || !t->n)
		return err;
	if (address.n)
		err = t->sms ? send_message(db, a, t, &id, f) : send_letter(db, a, t, &id, f);
	for (size_t i = 0; i < t->n && !err; i++)
		err = db_run(db, gone_sql[t->sms], VALS(V(t->of[i].id), val_ref(id)), NULL, f);
	t->wake = id != 0;
	return err;
}

static int send_due(struct app *app, struct db *db, struct arena *a, const struct settings *s, bool sms, struct fault *f)
{
	struct turn t = {.app = app, .s = s, .sms = sms, .now = clock_ms()};
	struct arena one = {0};
	struct rows r;
	bool wake = false;
	int err = db_ask(db, a, due_sql[sms], VALS(V(t.now)), &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		err = load_person(db, &one, rows_int(&r, 0), t.now, &t.p, f);
		if (!err)
			err = store_write(app->store, db, &one, turn_write, &t, f);
		wake |= t.wake;
		arena_reset(&one);
	}
	rows_done(&r);
	arena_free(&one);
	if (wake)
		job_wake(app->jobs);
	return err == ENOENT ? 0 : err;
}

int notify_send(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct settings s;
	int err = settings_load(db, a, &s, f);

	(void)job;
	if (!err)
		err = send_due(app, db, a, &s, false, f);
	return err ? err : send_due(app, db, a, &s, true, f);
}

static int purge_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const int64_t *before = arg;

	(void)a;
	return db_run(db, "DELETE FROM notification WHERE at < ?1", VALS(V(*before)), NULL, f);
}

int notify_purge(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	int64_t before = clock_ms() - KEEP_DAYS * (int64_t)CLOCK_DAY;

	(void)job;
	return store_write(app->store, db, a, purge_write, &before, f);
}
