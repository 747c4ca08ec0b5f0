/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number.h - a number of ours that people call: the queue it leads to, at once or after a flow, and where people have it from. A number is answered while its
 * project runs. */
#ifndef DOMAIN_NUMBER_NUMBER_H
#define DOMAIN_NUMBER_NUMBER_H

#include "callflow/message.h"
#include "kit/route/route.h"

struct number {
	int64_t id, version, project_id;
	str e164, alias;
	int64_t trunk_id, queue_id, flow_id;
	str source;
	bool disabled;
	int64_t created_at;
};
extern const struct entity number_entity;
extern const struct module number_module;

/* Numbers of running projects that are on, as tel is told them. Reads only. */
int number_rows(struct db *db, struct arena *a, int64_t node_id, struct message_rows *ret, struct fault *f) MUST_USE;

#endif
