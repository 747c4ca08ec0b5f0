/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notification.h - what a person should know now (X11): one of our own, and of what is kept for him one of the customer's: shown in the page at once, and by letter or SMS as he chose, written in the
 * transaction of what happened. One call, notify, is all that others need; kinds.c says for each kind who gets it and in which words.
 *
 *	err = notify(db, a, &(struct notice_of){.kind = NOTIFY_MENTION, .user_id = his_id, .by_user_id = mine, .project_id = p, .row_id = contact,
 *	        .what = comment}, now, f);
 *
 * Outside the page they go by a job: never in a person's quiet hours unless he lets what is urgent pass, at most one letter and one message in a
 * quarter of an hour with all that has gathered, and not at all when he has read them in the page meanwhile. */
#ifndef DOMAIN_NOTIFICATION_NOTIFICATION_H
#define DOMAIN_NOTIFICATION_NOTIFICATION_H

#include "kit/route/route.h"

enum notification_kind {
	NOTIFY_ALARM,          /* what: the alarm's name (domain/alarm); right: who is told of it. Urgent */
	NOTIFY_STOP,           /* a project was stopped; what: why, in words */
	NOTIFY_CHANGE_DECIDED, /* row_id: the change; what: approved, declined or asked */
	NOTIFY_TERM_DECIDED,   /* the shift of a term was confirmed or declined; what: confirmed, declined */
	NOTIFY_HANDOVER_WAITS, /* a project was handed over and has no manager */
	NOTIFY_HANDOVER_YOURS, /* … and is yours to lead; user_id */
	NOTIFY_CALLBACK,       /* a promise is due; user_id: whose it is; what: the company; row_id: the callback. Urgent */
	NOTIFY_MENTION,        /* user_id; row_id: the contact; what: the words */
	NOTIFY_LEAD_REJECTED,  /* row_id: the contact; what: the reason */
	NOTIFY_LEAD_ANSWERED,  /* user_id: who rejected it; row_id: the contact; what: our answer */
	NOTIFY_MAILBOX,        /* a mailbox cannot be read; project_id may be 0; what: its address. Urgent */
	NOTIFY_WEBHOOK, /* user_id; a webhook was switched off: its receiver is gone or fails for days; what: its name */
	NOTIFICATION_KINDS
};
extern const char *const notification_kind_names[NOTIFICATION_KINDS + 1];

struct notice_of {
	enum notification_kind kind;
	int64_t project_id, row_id; /* what it is about, or 0 */
	int64_t user_id;            /* whom it concerns alone; 0: whom the kind names */
	int64_t by_user_id;         /* who did it: he knows already; 0: the program */
	uint64_t right;             /* NOTIFY_ALARM: the right of those who are told */
	str what;                   /* short words of people, or a code the kind knows; absent: none */
	str once_key;               /* a second one with this key to the same person is not made; absent: always made */
};
/* In a writing closure. */
int notify(struct db *db, struct arena *a, const struct notice_of *n, int64_t now, struct fault *f) MUST_USE;

extern const struct module notification_module;

#endif
