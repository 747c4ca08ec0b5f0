/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demo_priv.h - what the files of the demonstration share. */
#ifndef SERVER_DEMO_PRIV_H
#define SERVER_DEMO_PRIV_H

#include "base/arena.h"
#include "base/rand.h"
#include "engine/db/db.h"

struct demo {
	struct db *db;
	struct arena *a;
	const uint8_t *pepper;
	str password; /* one for all demonstration logins, drawn when it is filled */
	int64_t now;
	struct dice dice;
	int64_t customer_id, project_id, base_id, script_id;
	int64_t *people, *contacts;
	struct val one;
};

/* Everything but the roll-ups, in the transaction of d->db. */
int demo_fill(struct demo *d, struct fault *f) MUST_USE;
/* Its number, menu, queue and missed calls; after the contacts. Part of demo_fill. */
int demo_inbound(struct demo *d, struct fault *f) MUST_USE;
/* A draft that sales fill before they hand it over. Part of demo_fill. */
int demo_handover(struct demo *d, struct fault *f) MUST_USE;

/* Objections, articles, ways through the script and phrases without an answer; after the calls. Part of demo_fill. */
int demo_script(struct demo *d, struct fault *f) MUST_USE;
/* Shifts around the calls. Part of demo_fill. */
int demo_hours(struct demo *d, struct fault *f) MUST_USE;
/* Requisites, a tariff and an act; after the calls. Part of demo_fill. */
int demo_money(struct demo *d, struct fault *f) MUST_USE;

#endif
