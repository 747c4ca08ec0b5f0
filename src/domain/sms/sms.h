/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sms.h - a short message we send: written once into an outbox in the transaction that wants it, handed by a job to the SMS gateway of the settings
 * (engine/sms: Kannel's sendsms). Nothing is lost: it waits while the gateway is down. Nothing is sent twice: it is marked before it is handed
 * over, and one whose answer was lost stays "unknown" until the gateway reports on it or a person sends it again. */
#ifndef DOMAIN_SMS_SMS_H
#define DOMAIN_SMS_SMS_H

#include "domain/setting/setting.h"
#include "engine/sms/sms.h"

struct sms_new {
	int64_t project_id, user_id; /* what it is about; 0: none */
	str to, body;                /* E.164; not empty */
	str once_key;                /* a second one with the same key is not made; absent: always made */
};
/* In a writing closure; job_wake after it. *ret_id 0: it was made before. */
int sms_add(struct db *db, struct arena *a, const struct sms_new *s, int64_t now, int64_t *ret_id, struct fault *f) MUST_USE;
/* Can messages leave? EINVAL "sms_unset" when no gateway is set. ret points into s and a. */
int settings_sms(const struct settings *s, struct arena *a, struct sms_gateway *ret, struct fault *f) MUST_USE;

extern const struct module sms_module;

#endif
