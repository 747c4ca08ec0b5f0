/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notification_priv.h - between the files of the folder. */
#ifndef DOMAIN_NOTIFICATION_NOTIFICATION_PRIV_H
#define DOMAIN_NOTIFICATION_NOTIFICATION_PRIV_H

#include "base/clock.h"
#include "domain/notification/notification.h"
#include "kit/job/job.h"

enum notify_whom {
	WHOM_NAMED,   /* user_id; nobody without one */
	WHOM_MANAGER, /* who leads the project */
	WHOM_TEAM,    /* who leads it, and its members with the right */
	WHOM_HOUSE,   /* everybody of ours with the right */
};
struct notification_kind_row {
	const char *name;
	enum notify_whom whom;
	uint64_t right; /* those without it never get one */
	bool urgent;    /* may pass quiet hours */
	bool letter;    /* goes by letter too, unless he chose otherwise; off where a letter of its own is written anyway */
	bool outside;   /* people of the customer are told of it too */
	const char *path; /* where to look: {project} and {row} are filled */
	const char *words[2],
	        *title[2]; /* Russian, English; {project} and {what} are filled; title: of the row in the choices */
};
extern const struct notification_kind_row notification_kinds[NOTIFICATION_KINDS];
/* The kind of that name, or -1. */
int notification_kind_find(str name);

/* A notification as it is read. */
struct notification {
	int64_t id, project_id, row_id, at, read_at;
	enum notification_kind kind;
	str what, project; /* project: its name */
};
str notification_words(struct arena *a, const struct notification *n, bool english);
str notification_path(struct arena *a, const struct notification *n);

/* choices.c: how a person wants them. */
struct notification_choice {
	bool page, letter, sms;
};
struct notification_hours {
	str timezone;
	int64_t quiet_from, quiet_to; /* minutes of his day; equal: none */
	bool urgent_passes;
};
int choice_of(struct db *db, struct arena *a, int64_t user_id, enum notification_kind kind, struct notification_choice *ret,
        struct fault *f) MUST_USE;
int hours_of_user(struct db *db, struct arena *a, int64_t user_id, struct notification_hours *ret, struct fault *f) MUST_USE;
/* Is it quiet there now? */
bool hours_quiet(const struct notification_hours *h, int64_t now);
int choices_get(struct request *q);
int choices_put(struct request *q);
extern const struct shape choices_shape, choices_change_shape;

/* by_mail.c: letters and messages, gathered. */
enum { NOTIFY_EVERY_MS = 10 * CLOCK_SECOND };
int notify_send(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);
int notify_purge(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);

/* read.c */
int notifications_get(struct request *q);
int notifications_read(struct request *q);
extern const struct shape notifications_read_shape;
#define NOTIFICATION_COLUMNS \
	"n.id, n.kind, n.project_id, n.row_id, n.what, n.at, n.read_at, p.name FROM notification n LEFT JOIN project p ON p.id = " \
	"n.project_id"
/* The row the cursor stands on; false: of a kind that is no more. */
bool notification_row(const struct rows *r, struct notification *ret);

#endif
