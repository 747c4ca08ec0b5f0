/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trunk.h - a trunk: a line of a telephone carrier (sip), or the practice carrier inside the program (practice), of which there is
 * exactly one, made at the first start. Its state is what tel last said. */
#ifndef DOMAIN_TRUNK_TRUNK_H
#define DOMAIN_TRUNK_TRUNK_H

#include "callflow/message.h"
#include "kit/route/route.h"

struct trunk {
	int64_t id, version;
	str name;
	int kind;
	str host;
	int64_t port;
	int transport;
	str login, password;
	bool registers;
	str caller_number;
	int64_t channels, calls_per_s;
	bool disabled;
	int state;
	str state_text;
	int64_t state_at, created_at;
};
extern const struct entity trunk_entity;
extern const struct resource trunk_resource;
extern const struct module trunk_module;

/* All trunks that are on, as tel is told them, in the arena. */
int trunk_rows(struct db *db, struct arena *a, struct message_rows *ret, struct fault *f) MUST_USE;
/* In a writing closure: what tel said (EV_TRUNK). */
int trunk_event(struct db *db, struct arena *a, const struct message *m, struct fault *f) MUST_USE;

#endif
