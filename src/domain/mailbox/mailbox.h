/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailbox.h - a mailbox (почтовый ящик) on somebody's mail server: its letters are fetched by IMAP and kept here as threads, and letters are written
 * from it, with the house's rules said beside the text (domain/guard). It belongs to a person, to the people of a project, or to all who write letters.
 * One node at a time reads a box (ADR 0045). */
#ifndef DOMAIN_MAILBOX_MAILBOX_H
#define DOMAIN_MAILBOX_MAILBOX_H

#include "kit/route/route.h"

struct mailbox {
	int64_t id, version;
	str name, address, sender_name;
	str imap_host;
	int64_t imap_port; /* 0: the usual one */
	int imap_tls;      /* enum mail_tls */
	str smtp_host;
	int64_t smtp_port;
	int smtp_tls;
	bool any_certificate;
	str login, password, sent_folder;
	int auth; /* enum mailbox_auth */
	str oauth_url, oauth_client_id, oauth_client_secret, oauth_refresh_token;
	int64_t user_id, project_id; /* whose it is; neither: everybody's who writes letters */
	bool disabled;
	int state; /* enum mailbox_state */
	str state_code, state_text;
	int64_t state_at, last_letter_at, created_at;
};
enum mailbox_auth { MAILBOX_BY_PASSWORD, MAILBOX_BY_OAUTH };
enum mailbox_state { MAILBOX_NEW, MAILBOX_CONNECTED, MAILBOX_PASSWORD, MAILBOX_DOWN };

extern const struct entity mailbox_entity;
extern const struct resource mailbox_resource;
extern const struct module mailbox_module;

/* Boxes that are on and could not be read: how many, since when, the name of one. */
int mailbox_trouble(
        struct db *db, struct arena *a, int64_t *ret_n, int64_t *ret_since, str *ret_name, struct fault *f) MUST_USE;

#endif
