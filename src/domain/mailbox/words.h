/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.h - the words letters begin with. Text lives in the arena. */
#ifndef DOMAIN_MAILBOX_WORDS_H
#define DOMAIN_MAILBOX_WORDS_H

#include "domain/mailbox/mailbox_priv.h"

/* The letter as history below an answer, with who wrote it and when. */
str mail_history(struct arena *a, const struct mail_letter_row *l, str language, str zone);
/* In what a customer did not keep to the rules of correspondence. */
struct mail_lapse {
	bool thread;    /* he cut the history off */
	str dropped;    /* whom of the copies he dropped, by comma */
	int64_t pieces; /* so many letters of his with files, one after another; 0: no */
};
/* Ready to be edited; absent when there is nothing to remind of. */
str mail_reminder(struct arena *a, const struct mail_lapse *l, str language);

#endif
