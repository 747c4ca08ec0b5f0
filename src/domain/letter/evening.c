/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evening.c - the evening letter: when it is due, for whom, and exactly once for a project's day. */
#include "base/log.h"
#include "domain/calendar/calendar.h"
#include "domain/ledger/heads.h"
#include "domain/letter/letter_priv.h"
#include "domain/role/role.h"

/* A server that was down at the hour writes the letter when it is back, but not half a day late. */
enum { LATE_MS = 14 * CLOCK_HOUR, RECIPIENTS_MAX = 50 };

#define PROJECT_SQL \
	"SELECT p.id, p.name, u.email, p.timezone, p.hours, p.letter_to, p.language, p.state, p.letter_minute, " \
	"p.link_days, p.plan_per_day, p.created_at, p.dialogue_s, p.calls_days_off, p.jurisdiction FROM project p LEFT JOIN \"user\" u ON u.id = p.pm_id WHERE "

static struct evening evening_of(const struct rows *r)
{
	return (struct evening){
	        .project_id = rows_int(r, 0),
	        .project = rows_str(r, 1),
	        .reply_to = rows_str(r, 2),
	        .zone = rows_str(r, 3),
	        .hours = rows_str(r, 4),
	        .to = rows_str(r, 5),
	        .language = rows_str(r, 6),
	        .state = rows_str(r, 7),
	        .minute = rows_int(r, 8),
	        .link_days = rows_int(r, 9),
	        .plan = rows_int(r, 10),
	        .created_at = rows_int(r, 11),
	        .dialogue_s = rows_int(r, 12),
	        .days_off = rows_int(r, 13) != 0,
	        .jurisdiction = rows_str(r, 14),
	};
}

/* The day before or on which now lies: back 0 today, 1 yesterday. */
static int day_set(struct evening *e, int64_t now, int back, struct fault *f)
{
	struct zone_time t;
	int64_t days;
	int err = zone_local(e->zone, now, &t, f);

	if (err)
		return err;
	days = date_days(t.date) - back;
	e->day = date_of_days(days);
	e->yesterday = back > 0;
	e->weekday = date_weekday(days);
	err = zone_instant(e->zone, e->day, 0, &e->from, f);
	return err ? err : zone_instant(e->zone, date_of_days(days + 1), 0, &e->until, f);
}

/* The project calls on this weekday, and the day is none off. */
static int working_day(struct db *db, struct arena *a, const struct evening *e, bool *ret, struct fault *f)
{
	int64_t day = date_days(e->day);
	struct calendar c;
	struct json hours;
	int err = calendar_load(db, a, e->jurisdiction, day, day, &c, f);

	if (err)
		return err;
	*ret = !json_parse(a, e->hours, &hours, NULL) && json_kind(json_at(hours, (size_t)e->weekday)) == JSON_ARRAY &&
	       (e->days_off || !calendar_off(&c, day));
	return 0;
}

/* The hour has come, and not too long ago. */
static bool hour_has_come(const struct evening *e, int64_t now)
{
	int64_t due;

	if (zone_instant(e->zone, e->day, (int)e->minute, &due, NULL))
		return false;
	return now >= due && now - due < LATE_MS && e->created_at < due;
}

static int written_before(struct db *db, struct arena *a, const struct evening *e, bool *ret, struct fault *f)
{
	struct val one;
	int err = db_one(db, a,
	        "SELECT 1 FROM letter WHERE project_id = ?1 AND kind = 'evening' AND day = ?2 AND once_key LIKE 'evening:%' "
	        "LIMIT 1",
	        VALS(V(e->project_id), V(day_iso(a, e->day))), &one, 1, f);

	*ret = !err;
	return err == ENOENT ? 0 : err;
}

/* Everything a letter to one recipient needs, made before the closure. */
struct batch {
	const struct app *app;
	struct evening *e;
	struct letter_new of[RECIPIENTS_MAX];
	size_t n;
	bool by_hand;
	int64_t now, made;
};

static bool listed(const struct batch *b, str address)
{
	for (size_t i = 0; i < b->n; i++)
		if (str_eq_nocase(b->of[i].to, address))
			return true;
	return false;
}

/* Addresses, separated by commas, semicolons or blanks; each once. One that is none becomes a letter that fails, so that it is seen. */
static void recipients(struct batch *b)
{
	size_t from = 0;

	for (size_t i = 0; i <= b->e->to.n && b->n < RECIPIENTS_MAX; i++) {
		str one;

		if (i < b->e->to.n && !strchr(",; \t\r\n", b->e->to.p[i]))
			continue;
		one = str_trim(str_sub(b->e->to, from, i));
		from = i + 1;
		if (one.n && one.n <= 254 && !listed(b, one))
			b->of[b->n++].to = one;
	}
}

static str once_key(struct arena *a, const struct batch *b, str to)
{
	/* By hand: a button pressed twice within a minute is one wish. */
	if (b->by_hand)
		return str_printf(a, "hand:%lld:%lld:%.*s", (long long)b->e->project_id, (long long)(b->now / CLOCK_MINUTE),
		        STR_ARG(to));
	return str_printf(
	        a, "evening:%lld:%.*s:%.*s", (long long)b->e->project_id, STR_ARG(day_iso(a, b->e->day)), STR_ARG(to));
}

/* The head the day ends with, for whoever wants to hold us to it. A letter without one is still a letter. */
static int head_of(struct db *db, struct arena *a, const struct batch *b, struct fault *f)
{
	struct fault none = {0};
	struct ledger_state s;
	int err;

	if (head_now(b->app, db, a, b->e->project_id, &none))
		log_warn("letter", "no new head for the letter of project %lld: %s", (long long)b->e->project_id, none.what);
	err = ledger_state(db, a, b->e->project_id, &s, f);
	if (!err && s.size)
		b->e->head = str_printf(a, "%lld:%.*s", (long long)s.size, STR_ARG(s.root));
	return err;
}

static int compose(struct db *db, struct arena *a, struct batch *b, struct fault *f)
{
	struct leads *leads = NEW(a, struct leads);
	struct evening *e = b->e;
	int64_t until = b->now + e->link_days * CLOCK_DAY;
	struct settings s;
	struct figures g;
	int err = settings_load(db, a, &s, f);

	if (!err)
		err = figures_of_day(db, a, e, &g, f);
	if (!err)
		err = leads_of_day(db, a, e, leads, f);
	if (!err)
		err = head_of(db, a, b, f);
	if (err)
		return err;
	e->url = settings_url(b->app, &s);
	e->company = settings_sender_name(&s, e->language);
	recipients(b);
	for (size_t i = 0; i < b->n; i++)
		b->of[i] = (struct letter_new){.kind = "evening",
		        .project_id = e->project_id,
		        .to = b->of[i].to,
		        .reply_to = e->reply_to,
		        .subject = evening_subject(a, e, &g),
		        .text = evening_text(a, e, &g, leads, until),
		        .html = evening_html(a, e, &g, leads, until),
		        .day = day_iso(a, e->day),
		        .figures = figures_json(a, e, &g),
		        .language = e->language,
		        .for_customer = true,
		        .message_id = letter_message_id(a, &s),
		        .once_key = once_key(a, b, b->of[i].to)};
	/* A day without a single call is worth a letter only on its evening, and only when there should have been some. */
	if (!b->by_hand && !g.calls && (e->yesterday || !str_eq(e->state, STR("running"))))
		b->n = 0;
	return 0;
}

/* Closure: the letters, their links and the jobs that send them. */
static int batch_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct batch *b = arg;
	bool before = false;
	int err = b->by_hand ? 0 : written_before(db, a, b->e, &before, f);

	b->made = 0;
	for (size_t i = 0; i < b->n && !err && !before; i++) {
		int64_t id;

		err = letter_add(db, a, &b->of[i], b->now, &id, f);
		if (!err && id) {
			b->made++;
			err = link_add(db, b->app,
			        &(struct link_new){.kind = "report",
			                .project_id = b->e->project_id,
			                .days = b->e->link_days,
			                .to = b->of[i].to,
			                .message_id = b->of[i].message_id},
			        b->now, f);
		}
	}
	return err;
}

static int write_one(struct app *app, struct db *db, struct arena *a, struct evening *e, int64_t now, struct fault *f)
{
	struct batch *b = NEW(a, struct batch);
	int err;

	*b = (struct batch){.app = app, .e = e, .now = now};
	err = compose(db, a, b, f);
	if (!err && b->n)
		err = store_write(app->store, db, a, batch_write, b, f);
	if (!err && b->made) {
		log_info("letter", "evening letter of project %lld: %lld to send", (long long)e->project_id,
		        (long long)b->made);
		job_wake(app->jobs);
	}
	return err;
}

static int look_at(struct app *app, struct db *db, struct arena *a, struct evening *e, int64_t now, struct fault *f)
{
	bool before, works = false;
	int err = 0;

	for (int back = 0; back < 2 && !err; back++) {
		err = day_set(e, now, back, f);
		if (!err)
			err = working_day(db, a, e, &works, f);
		if (err || !works || !hour_has_come(e, now))
			continue;
		err = written_before(db, a, e, &before, f);
		if (!err && !before)
			err = write_one(app, db, a, e, now, f);
	}
	return err;
}

int evening_run(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct evening *all = NULL;
	size_t n = 0, room = 0;
	struct rows r;
	/* Of a finished project the letters of its last days are owed, and no others. */
	int err = db_ask(db, a,
	        PROJECT_SQL
	        "p.letter_on = 1 AND p.letter_to IS NOT NULL AND (p.state IN ('running', 'stopped') OR (p.state = 'finished' AND "
	        "EXISTS (SELECT 1 FROM project_hour h WHERE h.project_id = p.id AND h.hour > ?1))) ORDER BY p.id",
	        VALS(V(clock_ms() - 3 * CLOCK_DAY)), &r, f);

	(void)job;
	while (!err && !(err = rows_next(&r, f))) {
		if (n == room) {
			struct evening *more = NEW_N(a, struct evening, room = room ? 2 * room : 16);

			if (n)
				memcpy(more, all, n * sizeof *all);
			all = more;
		}
		all[n++] = evening_of(&r);
	}
	rows_done(&r);
	if (err != ENOENT)
		return err;
	/* One project's trouble (a damaged zone) must not keep the others' letters back. */
	err = 0;
	for (size_t i = 0; i < n; i++) {
		int one = look_at(app, db, a, &all[i], clock_ms(), f);

		if (one)
			log_error("letter", "the evening letter of project %lld: %s", (long long)all[i].project_id, f->what);
		err = one ? one : err;
	}
	return err == EINVAL ? EIO : err;
}

struct letters_made {
	int64_t letters;
};
#define ENTITY struct letters_made
static const struct field made_fields[] = {F_INT(letters, 0, RECIPIENTS_MAX, "How many letters are on their way")};
#undef ENTITY
const struct shape letters_made_shape = SHAPE_OF(letters_made, made_fields, "What a press of the button did");

static int load(struct request *q, struct evening *ret)
{
	struct rows r;
	int err = db_ask(q->db, q->a, PROJECT_SQL "p.id = ?1", VALS(V(q->id[0])), &r, &q->fault);

	if (!err)
		err = rows_next(&r, &q->fault);
	if (!err)
		*ret = evening_of(&r);
	rows_done(&r);
	return err;
}

struct by_hand {
	struct request *q;
	struct batch *b;
};

static int now_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct by_hand *x = arg;
	struct audit e = {.who = x->q->who,
	        .entity = "letter",
	        .verb = "asked",
	        .row_id = x->b->e->project_id,
	        .project_id = x->b->e->project_id,
	        .peer = x->q->http->peer};
	int err = batch_write(db, a, x->b, f);

	return err ? err : audit_add(db, a, &e, x->q->now, f);
}

int evening_now(struct request *q)
{
	struct batch *b = NEW(q->a, struct batch);
	struct evening e;
	struct by_hand x = {q, b};
	struct letters_made made;
	int err = access_project(q->db, q->a, q->who, q->id[0], &q->fault);

	if (!err)
		err = load(q, &e);
	if (!err)
		err = day_set(&e, q->now, 0, &q->fault);
	*b = (struct batch){.app = q->app, .e = &e, .by_hand = true, .now = q->now};
	if (!err)
		err = compose(q->db, q->a, b, &q->fault);
	if (!err && !b->n)
		err = fail(&q->fault, EINVAL, "letter_to", "no_recipient", "the project names nobody its letter goes to");
	if (!err)
		err = request_write(q, now_write, &x);
	if (err)
		return err;
	job_wake(q->app->jobs);
	made.letters = b->made;
	request_give(q, &letters_made_shape, &made);
	return 0;
}
