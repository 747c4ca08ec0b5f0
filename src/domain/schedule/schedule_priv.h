/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schedule_priv.h - between the files of the folder. */
#ifndef DOMAIN_SCHEDULE_SCHEDULE_PRIV_H
#define DOMAIN_SCHEDULE_SCHEDULE_PRIV_H

#include "domain/schedule/schedule.h"
#include "domain/statistics/statistics.h"
#include "kit/app/app.h"

enum { REPORT_STATISTICS, REPORT_OPERATOR_DAY };
enum { PERIOD_TODAY, PERIOD_YESTERDAY, PERIOD_WEEK, PERIOD_THIS_MONTH, PERIOD_MONTH };
enum { ATTACH_NONE, ATTACH_XLSX, ATTACH_CSV, ATTACH_PDF };
extern const char *const schedule_attachments[];

struct schedule {
	int64_t id, version;
	str name;
	int report, period, grouping;
	int64_t project_id, operator_id, minute;
	int days;
	str timezone;
	int attach;
	str recipients;
	bool disabled;
	int64_t author_id, since_at;
	str last_day;
	int64_t last_at, last_sent, last_skipped, created_at;
};
extern const struct entity schedule_entity;
enum { RECIPIENTS_MAX = 50 };
/* Ids of users, each once. EINVAL "recipients" when the JSON is not a list of 1 to RECIPIENTS_MAX of them. */
int schedule_recipients(struct arena *a, str json, int64_t ret[RECIPIENTS_MAX], size_t *ret_n, struct fault *f) MUST_USE;
/* May this user be written that report? EINVAL with the field "recipients" and why not; ret and ret_email are set when he may. Reads only. */
int schedule_reaches(struct db *db, struct arena *a, const struct schedule *s, int64_t user_id, struct who *ret,
        str *ret_email, struct fault *f) MUST_USE;
/* The report's days when it is written for day. */
void schedule_period(const struct schedule *s, int64_t day, int64_t *ret_from, int64_t *ret_to);

/* schedule_job.c */
int schedule_run(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);
/* Write the letters of a day now; by_hand: whether or not it is their day, without taking it for done. *ret_sent: how many. */
int schedule_write(struct app *app, struct db *db, struct arena *a, const struct schedule *s, int64_t day, bool by_hand,
        int64_t now, int64_t *ret_sent, struct fault *f) MUST_USE;

/* compose.c: one recipient's letter. */
struct composed {
	str subject, text, html, figures, to;
	struct file *file; /* measured and on the disk; NULL: nothing is attached */
};
int schedule_compose(struct app *app, struct db *db, struct arena *a, const struct schedule *s, int64_t day,
        const struct who *who, int64_t now, struct composed *ret, struct fault *f) MUST_USE;

#endif
