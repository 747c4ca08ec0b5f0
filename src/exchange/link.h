/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link.h - how apps speak with us: by the unix socket where we listen, and over TLS by connections of ours to them. One leads: who said hello with the newest epoch; a newer one takes its place. Events go to
 * the leader; what answers a request goes to who asked, figures and EV_NODE to all. Any may command, with our epoch: whoever decided under
 * an older one is refused. Kept events are numbered in this boot and stay until acknowledged, at most LINK_KEPT_MAX; who leads next
 * gets them again. Loop thread. */
#ifndef EXCHANGE_LINK_H
#define EXCHANGE_LINK_H

#include "callflow/message.h"

enum { LINK_KEPT_MAX = 20000, LINK_APPS = 8 };

struct link_handlers {
	/* A command arrived; m and its text live until the handler returns. hello is answered by link_hello from within. */
	void (*command)(const struct message *m);
};
/* Texts and lists are kept by the caller. */
struct link_settings {
	const char *socket_path;
	const char *name, *uid, *address; /* who we are for the apps; NULL: not said */
	const char *const *apps; /* "HOST:PORT" of the app nodes to call, at most LINK_APPS, ended by NULL; or NULL */
	const uint8_t *key;      /* of 32 bytes, which they hold too */
};

int link_init(const struct link_settings *s, const struct link_handlers *h, struct fault *f) MUST_USE;
void link_done(void);

/* This boot's id, drawn by link_init. */
str link_boot(void);
int64_t link_last_seq(void);
/* Send an event; boot, seq and at are filled in. Kept ones wait for a leader when there is none, others are lost then. */
void link_tell(struct message *m);
/* What is kept and not yet acknowledged, again: behind the hello that answers the leader's. */
void link_repeat(void);
void link_ack(str boot, int64_t seq);
/* Is there an app that leads? */
bool link_up(void);
/* Of the last hello taken; 0: there was none. */
int64_t link_epoch(void);
/* The leader has compared: the others are told that they may command. */
void link_led(void);
/* End all connections: what is under way on them is never read. */
void link_drop(void);

#endif
