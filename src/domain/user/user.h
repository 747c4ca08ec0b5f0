/* SPDX-License-Identifier: GPL-3.0-or-later */
/* user.h - a person who logs in: one of our own people, or a manager of a customer (role customer, with customer_id). Users are
 * disabled, never removed: what they did keeps their name. */
#ifndef DOMAIN_USER_USER_H
#define DOMAIN_USER_USER_H

#include "base/clock.h"
#include "domain/letter/letter.h"

struct user {
	int64_t id, version, customer_id, created_at, seen_at;
	str login, name, email, phone;
	int role, language, theme;
	bool manages_company, totp_on, disabled;
};
extern const struct entity user_entity;
extern const struct resource user_resource;
extern const struct module user_module;

/* Lower case, of a form a login may have. EINVAL "login" otherwise. */
int user_login_form(struct arena *a, str login, str *ret, struct fault *f) MUST_USE;
/* At least 10 characters, not one of the commonest, not the login. EINVAL "weak_…" on field. */
int user_password_allowed(str password, str login, const char *field, struct fault *f) MUST_USE;
/* In a writing closure: the password, hashed before; every session and token of the user ends but keep_session (0: none stays). */
int user_password_set(struct db *db, int64_t user_id, str hash, int64_t keep_session, struct fault *f) MUST_USE;

/* One-time links by which a person chooses a password. */
enum ticket_kind { TICKET_INVITATION, TICKET_RESET };
enum { TICKET_INVITATION_MS = 7 * CLOCK_DAY, TICKET_RESET_MS = CLOCK_HOUR };
/* In a writing closure: earlier ones of the user are spent. */
int ticket_add(struct db *db, int64_t user_id, enum ticket_kind kind, str token, int64_t now, struct fault *f) MUST_USE;
/* The address that opens it. */
str ticket_url(struct arena *a, str base_url, str token);

#endif
