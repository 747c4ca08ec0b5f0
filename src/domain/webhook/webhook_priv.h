/* SPDX-License-Identifier: GPL-3.0-or-later */
/* webhook_priv.h - between the files of the folder. */
#ifndef DOMAIN_WEBHOOK_WEBHOOK_PRIV_H
#define DOMAIN_WEBHOOK_WEBHOOK_PRIV_H

#include "base/clock.h"
#include "domain/role/role.h"
#include "domain/setting/setting.h"
#include "domain/webhook/webhook.h"
#include "engine/net/post.h"

enum { OFF_NO, OFF_GONE, OFF_FAILING };
extern const char *const webhook_off[];

struct webhook {
	int64_t id, version, project_id, owner_id;
	str name, url, kinds, secret;
	bool disabled;
	int off_why;
	int64_t failing_since, last_at, created_at;
};
extern const struct entity webhook_entity;
extern const struct resource webhook_resource;

/* A kind that may be chosen: the events of one entity, with one verb or with any, and the entity its row is read as. */
struct webhook_kind {
	const char *name, *entity, *verb, *row;
};
enum { WEBHOOK_KINDS = 16 };
extern const struct webhook_kind webhook_kinds[WEBHOOK_KINDS];
/* The chosen ones as bits. False when the JSON is no list of known names, or an empty one. */
bool webhook_kinds_read(struct arena *a, str json, uint32_t *ret);

/* A delivery on its way. */
struct webhook_delivery {
	int64_t id, webhook_id, event_id, row_id, project_id, at, tries, next_at, status, tried_at;
	str kind, verb, entity, error;
	int state;
};
extern const struct resource webhook_delivery_resource;
enum { DELIVERY_WAITING, DELIVERY_DELIVERED, DELIVERY_FAILED };

/* In whose name it looks: the owner, within its project. ENOENT: disabled, or he may no longer. */
int webhook_who(struct db *db, struct arena *a, const struct webhook *w, struct who *ret, struct fault *f) MUST_USE;

/* gather.c: events to deliveries. */
enum { GATHER_MS = 2 * CLOCK_SECOND };
extern const char webhook_reader[];
int webhook_gather(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);
int webhook_purge(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);

/* send.c: deliveries to the receiver. */
int webhook_send(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);
int webhook_test(struct request *q);
extern const struct shape webhook_tested_shape;

#endif
