/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sending.h - what went to a contact from its card (отправка): a row per letter, message or fax, with the words as they were sent, the call it belongs
 * to, why it might be sent, and what has become of it. The letter, message or fax itself lives elsewhere and tells its news here. Statistics
 * count these rows. Nothing is changed by people; an erased contact's rows keep figures and lose words. */
#ifndef DOMAIN_SENDING_SENDING_H
#define DOMAIN_SENDING_SENDING_H

#include "kit/route/route.h"

enum sending_kind { SENDING_LETTER, SENDING_SMS, SENDING_FAX };
enum sending_state {
	SENDING_WAITING,
	SENDING_SENT,      /* the mail server or the gateway has it */
	SENDING_DELIVERED, /* the far end said so: messages and faxes only */
	SENDING_FAILED,
	SENDING_UNKNOWN,      /* whether it arrived is not known: never sent again by itself */
	SENDING_CALLING,      /* a fax: its call is under way */
	SENDING_TRANSFERRING, /* a fax: the pages go */
	SENDING_WITHDRAWN,    /* a fax: a person took it back before it was called */
};
/* Why it might be sent: nothing is advertised; a consent is kept; the contact asked for it in this talk. */
enum sending_basis { BASIS_SERVICE, BASIS_CONSENT, BASIS_TALK };
extern const char *const sending_kinds[], *const sending_states[], *const sending_bases[];

struct sending {
	int64_t id, project_id, contact_id, person_id, call_id, user_id;
	int kind;
	int64_t template_id, template_number;
	str to_address, subject, body;
	bool advertising;
	int basis;
	int64_t parts, pages_done;
	str far_ident;
	int64_t file_id, letter_id, sms_id, fax_id;
	int state;
	str error;
	int64_t at, state_at;
	str once_key;
};
extern const struct entity sending_entity;
extern const struct resource sending_resource;
extern const struct module sending_module;

/* In a writing closure: sets its id; 0 when one with its once_key was made before. */
int sending_add(struct db *db, struct arena *a, struct sending *s, struct fault *f) MUST_USE;
/* What has become of it, named by what it consists of. In a writing closure; a letter or message that is nobody's sending changes nothing. */
struct sending_news {
	int64_t id, letter_id, sms_id, fax_id; /* one of them */
	enum sending_state state;
	str error, far_ident; /* absent: none */
	int64_t pages_done;   /* of a fax, as it stands now */
};
int sending_note(struct db *db, struct arena *a, const struct sending_news *n, int64_t now, struct fault *f) MUST_USE;

#endif
