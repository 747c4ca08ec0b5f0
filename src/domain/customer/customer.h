/* SPDX-License-Identifier: GPL-3.0-or-later */
/* customer.h - a customer (заказчик): a company that pays us for dialogues. Its people log in with the role customer and see
 * its projects only. The companies we call are contacts, another word everywhere. */
#ifndef DOMAIN_CUSTOMER_CUSTOMER_H
#define DOMAIN_CUSTOMER_CUSTOMER_H

#include "domain/party/party.h"

struct customer {
	int64_t id, version;
	str name;
	struct party party;
	str contract; /* what acts and invoices refer to */
	str person, email, phone, site, timezone, note;
	bool archived;
	int64_t created_at;
};

extern const struct entity customer_entity;
extern const struct module customer_module;

#endif
