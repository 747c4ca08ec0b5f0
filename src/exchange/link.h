/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link.h - the unix socket where app speaks with us. One app at a time: a newer connection that says hello takes the place of the older.
 * Kept events are numbered in this boot and stay until acknowledged, at most LINK_KEPT_MAX; who comes back gets them again. Loop thread. */
#ifndef EXCHANGE_LINK_H
#define EXCHANGE_LINK_H

#include "callflow/message.h"

enum { LINK_KEPT_MAX = 20000 };

struct link_handlers {
	/* A command arrived; m and its text live until the handler returns. hello is answered by link_hello from within. */
	void (*command)(const struct message *m);
};

int link_init(const char *socket_path, const struct link_handlers *h, struct fault *f) MUST_USE;
void link_done(void);

/* This boot's id, drawn by link_init. */
str link_boot(void);
int64_t link_last_seq(void);
/* Send an event; boot, seq and at are filled in. Kept ones wait for an app when there is none, others are lost then. */
void link_tell(struct message *m);
/* What is kept and not yet acknowledged, again: behind the hello that answers the app's. */
void link_repeat(void);
void link_ack(str boot, int64_t seq);
/* Is an app here that said hello? */
bool link_up(void);

#endif
