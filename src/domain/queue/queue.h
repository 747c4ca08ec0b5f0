/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue.h - a queue of a project: where people who call us wait for an operator, and who serves it with which skill. Who is next is
 * callflow/queue.h's, run by tel; app tells it the rows. */
#ifndef DOMAIN_QUEUE_QUEUE_H
#define DOMAIN_QUEUE_QUEUE_H

#include "callflow/message.h"
#include "kit/route/route.h"

struct queue {
	int64_t id, version, project_id;
	str name;
	int64_t priority, target_s, max_wait_s, level, relax_s, announce_s, accept_s;
	int choice; /* enum queue_choice */
	bool offers_callback;
	int64_t offer_wait_s, offer_place;
	str offer_words;
	int64_t created_at;
};
struct queue_member {
	int64_t id, version, project_id, queue_id, user_id, level, created_at;
};
extern const struct entity queue_entity, queue_member_entity;
extern const struct module queue_module;

/* Queues and members of running projects, as tel is told them. Reads only. */
int queue_rows(struct db *db, struct arena *a, struct message_rows *ret_queues, struct message_rows *ret_members,
        struct fault *f) MUST_USE;

#endif
