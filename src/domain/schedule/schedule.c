/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schedule.c - what a schedule is, and who may be written by one. */
#include "domain/schedule/schedule_priv.h"

#include "domain/role/role.h"
#include "engine/mail/mail.h"
#include "engine/zone/zone.h"

static const char *const reports[] = {"statistics", "operator_day", NULL};
static const char *const period_words[] = {"today", "yesterday", "week", "this_month", "month", NULL};
static const char *const day_words[] = {"every", "working", "monday", "first", NULL};
const char *const schedule_attachments[] = {"none", "xlsx", "csv", "pdf", NULL};

#define ENTITY struct schedule
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(name, 1, 100, "What the letters are called", .flags = REQUIRED | SEARCHED),
        F_WORD(report, reports, "The figures, or one operator's day"),
        F_WORD(period, period_words,
                "today, yesterday, week: the seven days before, this_month so far, month: the one before"),
        F_WORD(grouping, stat_bys, "What the rows of the attached table are"),
        F_REF(project_id, "project", "Of one project; null: of all that the recipient sees", .flags = NULLABLE),
        F_REF(operator_id, "user", "Of one operator", .flags = NULLABLE),
        F_INT(minute, 0, 1439, "Minute of the day, by the clock of its zone", .flags = REQUIRED),
        F_WORD(days, day_words, "every day, working days of the country, each monday, the first of the month"),
        F_STR(timezone, 1, 64, "Its zone: Europe/Moscow"),
        F_WORD(attach, schedule_attachments, "What is attached"),
        F_JSON(recipients, "{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}",
                "Users it is written to, each what he may see", .flags = REQUIRED | UNSORTED),
        F_BOOL(disabled, "No letters for now"),
        F_REF(author_id, "user", "Who made it", .flags = GIVEN | NULLABLE),
        F_TIME(since_at, "Hours before it are not made up for", .flags = GIVEN),
        F_DATE(last_day, "The last day it was written for", .flags = GIVEN | NULLABLE),
        F_TIME(last_at, "When that was", .flags = GIVEN | NULLABLE),
        F_INT(last_sent, 0, RECIPIENTS_MAX, "How many letters that made", .flags = GIVEN),
        F_INT(last_skipped, 0, RECIPIENTS_MAX, "Recipients who may no longer see it, or have no address", .flags = GIVEN),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
};
#undef ENTITY
const struct entity schedule_entity = ENTITY_OF(schedule, fields, "schedule", "Letters with statistics, by the clock");

int schedule_recipients(struct arena *a, str json, int64_t ret[RECIPIENTS_MAX], size_t *ret_n, struct fault *f)
{
	struct json doc;
	size_t n = 0;
	bool good = !json_parse(a, json, &doc, NULL) && json_kind(doc) == JSON_ARRAY && json_count(doc) >= 1 &&
	            json_count(doc) <= RECIPIENTS_MAX;

	for (size_t i = 0; good && i < json_count(doc); i++) {
		int64_t id = 0;
		bool twice = false;
		good = json_int(json_at(doc, i), &id) && id > 0;
		for (size_t k = 0; k < n; k++)
			twice |= ret[k] == id;
		if (good && !twice)
			ret[n++] = id;
	}
	*ret_n = n;
	return good ? 0 : fail(f, EINVAL, "recipients", "recipients", "name from one to fifty people");
}

int schedule_reaches(struct db *db, struct arena *a, const struct schedule *s, int64_t user_id, struct who *ret,
        str *ret_email, struct fault *f)
{
	struct val email = {0};
	int err = access_of_user(db, a, user_id, ret, f);

	if (err == ENOENT || (!err && !may(ret, MAY_SEE_STATISTICS)))
		return fail(f, EINVAL, "recipients", "no_right", "one of them may not see statistics, or cannot log in");
	if (!err)
		err = db_one(db, a, "SELECT email FROM \"user\" WHERE id = ?1", VALS(V(user_id)), &email, 1, f);
	if (!err && !mail_address_valid(val_str(email)))
		return fail(f, EINVAL, "recipients", "no_address", "one of them has no e-mail address");
	if (!err && s->project_id)
		err = access_project(db, a, ret, s->project_id, f);
	if (err == ENOENT)
		return fail(f, EINVAL, "recipients", "no_project", "one of them does not see the project");
	if (!err)
		*ret_email = val_str(email);
	return err;
}

void schedule_period(const struct schedule *s, int64_t day, int64_t *ret_from, int64_t *ret_to)
{
	struct date d = date_of_days(day);
	int64_t first = date_days((struct date){d.year, d.month, 1});

	*ret_from = *ret_to = day;
	switch (s->report == REPORT_OPERATOR_DAY && s->period > PERIOD_YESTERDAY ? PERIOD_YESTERDAY : s->period) {
	case PERIOD_YESTERDAY: *ret_from = *ret_to = day - 1; return;
	case PERIOD_WEEK:
		*ret_from = day - 7;
		*ret_to = day - 1;
		return;
	case PERIOD_THIS_MONTH: *ret_from = first; return;
	case PERIOD_MONTH:
		*ret_from = date_days((struct date){d.year, d.month - 1, 1});
		*ret_to = first - 1;
		return;
	default: return;
	}
}

/* One's own, and those of projects in reach. */
static void reach(const struct request *q, struct query *where)
{
	query_add(where, " AND (author_id = ");
	query_val(where, V(q->who->user_id));
	query_add(where, " OR id IN (SELECT x.id FROM schedule x WHERE x.project_id IS NOT NULL");
	access_scope(where, q->who, SCOPE_PROJECT, "x.project_id");
	query_add(where, "))");
}

static int check(struct request *q, const void *old, void *new)
{
	const struct schedule *was = old;
	struct schedule *s = new;
	int64_t ids[RECIPIENTS_MAX];
	size_t n = 0;
	int err;

	if (!s)
		return 0;
	if (!zone_valid(s->timezone))
		return fail(&q->fault, EINVAL, "timezone", "zone", "there is no such time zone");
	if (s->report == REPORT_OPERATOR_DAY && !s->operator_id)
		return fail(&q->fault, EINVAL, "operator_id", "missing", "say whose day it is");
	err = schedule_recipients(q->a, s->recipients, ids, &n, &q->fault);
	for (size_t i = 0; !err && i < n; i++) {
		struct who who;
		str email;
		err = schedule_reaches(q->db, q->a, s, ids[i], &who, &email, &q->fault);
	}
	/* What had its hour before the change is not written because of it. */
	if (was &&
	        (was->minute != s->minute || was->days != s->days || !str_eq(was->timezone, s->timezone) || was->disabled))
		s->since_at = q->now;
	return err;
}

static void fill(struct request *q, void *new)
{
	struct schedule *s = new;

	s->timezone = STR("Europe/Moscow");
	s->period = PERIOD_YESTERDAY;
	s->days = DAYS_WORKING;
	s->author_id = q->who->user_id;
	s->since_at = s->created_at = q->now;
}

static const struct resource schedule_resource = {
        .entity = &schedule_entity,
        .path = "/schedules",
        .read = MAY_SEND_LETTERS,
        .write = MAY_SEND_LETTERS,
        .remove = MAY_SEND_LETTERS,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "name",
        .reach = reach,
        .check = check,
        .fill = fill,
};

struct written {
	int64_t letters;
};
#define ENTITY struct written
static const struct field written_fields[] = {F_INT(letters, 0, RECIPIENTS_MAX, "How many letters are on their way")};
#undef ENTITY
static const struct shape written_shape = SHAPE_OF(written, written_fields, "What a press of the button did");

static int send_now(struct request *q)
{
	struct schedule s;
	struct zone_time t;
	struct written w = {0};
	int err = resource_find(&schedule_resource, q, q->id[0], &s);

	if (!err)
		err = zone_local(s.timezone, q->now, &t, &q->fault);
	if (!err)
		err = schedule_write(q->app, q->db, q->a, &s, date_days(t.date), true, q->now, &w.letters, &q->fault);
	if (!err)
		request_give(q, &written_shape, &w);
	return err;
}

static const struct resource *const resources[] = {&schedule_resource, NULL};
static const struct route routes[] = {
        {.method = HTTP_POST,
                .path = "/schedules/{id}/send",
                .right = MAY_SEND_LETTERS,
                .run = send_now,
                .doc = "Write its letters now, as if its hour had come; those of the schedule come all the same",
                .gives = &written_shape},
        {0},
};
static const struct job_kind jobs[] = {
        {.name = "schedule",
                .run = schedule_run,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 3,
                .every_ms = 15 * CLOCK_SECOND,
                .doc = "Write the letters with statistics whose hour has come"},
        {0},
};
const struct module schedule_module = {.name = "schedule", .resources = resources, .routes = routes, .jobs = jobs};
