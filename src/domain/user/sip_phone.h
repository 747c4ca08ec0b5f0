/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip_phone.h - an operator's desk or soft phone: at most one login a person, made and replaced by himself; its secret is shown once. Its state
 * is what tel last said. */
#ifndef DOMAIN_USER_SIP_PHONE_H
#define DOMAIN_USER_SIP_PHONE_H

#include "callflow/message.h"
#include "kit/route/route.h"

extern const struct module sip_phone_module;

/* All that may register, as tel is told them (CMD_PHONES), in the arena. */
int sip_phone_rows(struct db *db, struct arena *a, struct message_rows *ret, struct fault *f) MUST_USE;
/* Does he work by it instead of the browser? */
int sip_phone_in_use(struct db *db, struct arena *a, int64_t user_id, bool *ret, struct fault *f) MUST_USE;
/* In a writing closure: what tel said (EV_PHONE); and that a new tel, or one we were away from, is asked anew. */
int sip_phone_event(struct db *db, struct arena *a, const struct message *m, struct fault *f) MUST_USE;
int sip_phone_forget(struct db *db, struct fault *f) MUST_USE;

#endif
