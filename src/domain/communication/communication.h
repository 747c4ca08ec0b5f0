/* SPDX-License-Identifier: GPL-3.0-or-later */
/* communication.h - the communication log of a project: what passed between us and the customer, each with its result or agreement. People enter
 * calls, messengers and meetings; letters come by themselves when the mail server has taken them. Nothing is erased, and a letter stays as it was:
 * what it came to is written beside it. */
#ifndef DOMAIN_COMMUNICATION_COMMUNICATION_H
#define DOMAIN_COMMUNICATION_COMMUNICATION_H

#include "kit/route/route.h"

/* In a writing closure: the letter was sent. One that belongs to no project, or is for our own people, leaves no trace; a second time changes
 * nothing. */
int communication_letter(struct db *db, struct arena *a, int64_t letter_id, int64_t now, struct fault *f) MUST_USE;

/* A letter of a mailbox, that came or was sent. */
struct communication_mail {
	int64_t project_id, mail_id, at;
	str ref; /* in several mailboxes it is one letter */
	str whom, subject;
};
/* In a writing closure; a second time changes nothing. */
int communication_mail(
        struct db *db, struct arena *a, const struct communication_mail *m, int64_t now, struct fault *f) MUST_USE;

extern const struct module communication_module;

#endif
