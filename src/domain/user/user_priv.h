/* SPDX-License-Identifier: GPL-3.0-or-later */
/* user_priv.h - between the files of the folder. */
#ifndef DOMAIN_USER_USER_PRIV_H
#define DOMAIN_USER_USER_PRIV_H

#include "domain/role/role.h"
#include "domain/user/user.h"

/* What logging in reads of a person; id 0 when there is none. */
struct account {
	int64_t id, customer_id, totp_last;
	str login, name, email, language, role, password_hash, totp_secret;
	bool totp_on, disabled;
};
/* 0 in any case but a failing database; an unknown login leaves ret->id 0. */
int account_by_login(struct db *db, struct arena *a, str login, struct account *ret, struct fault *f) MUST_USE;
int account_by_id(struct db *db, struct arena *a, int64_t id, struct account *ret, struct fault *f) MUST_USE;

/* limits.c: how often somebody may guess. */
struct guess {
	str login;
	const char *peer;
	str device; /* of a device cookie that is ours and this login's, else absent */
};
/* In a closure, before anything is hashed: counts the guess, EDQUOT when it is one too many. */
int guess_count(struct db *db, struct arena *a, const struct guess *g, int64_t now, struct fault *f) MUST_USE;
/* In a closure: the guess was right (or, by half, was no guess): take its count back. */
int guess_forgive(struct db *db, struct arena *a, const struct guess *g, bool all, struct fault *f) MUST_USE;
/* In a closure: may another reset letter be asked for? EDQUOT when not. */
int reset_count(struct db *db, struct arena *a, const struct guess *g, int64_t now, struct fault *f) MUST_USE;
int tries_tidy(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);

/* totp.c: the second factor (RFC 6238, six digits, 30 s). */
str totp_new_secret(struct arena *a); /* base32 */
str totp_uri(struct arena *a, str company, str login, str secret);
/* The step the code stands for, when it is right now and newer than last; 0 otherwise. */
int64_t totp_step(struct arena *a, str secret, str code, int64_t last, int64_t now);
/* In a closure: use the step up. EKEYREJECTED when another request was faster. */
int totp_use(struct db *db, int64_t user_id, int64_t step, struct fault *f) MUST_USE;
extern const struct shape totp_shape;
struct totp {
	str secret, uri;
};
struct totp_code {
	str code;
};
struct password_only {
	str password;
};
int totp_begin(struct request *q);
int totp_confirm(struct request *q);
int totp_off(struct request *q);
extern const struct shape totp_code_shape, password_only_shape;

/* login.c */
int login_run(struct request *q);
int logout_run(struct request *q);
int link_open(struct request *q);
extern const struct shape login_shape, link_open_shape, link_opened_shape;
/* A session for this user in a closure; the cookie is set by login_cookies afterwards. */
struct entry {
	struct request *q;
	int64_t user_id;
	str login;
	char token[44];
};
int entry_open(struct entry *e, struct db *db, struct arena *a, struct fault *f) MUST_USE;
void entry_cookies(const struct entry *e);
/* Must this person log in with a second factor he has not got yet? */
bool totp_missing(const struct account *u, const struct settings *s);
/* EACCES unless a person sits behind this request himself, not a program with his token. */
int in_person(struct request *q) MUST_USE;
/* Is this the password of who asks? EKEYREJECTED "password" when not; counted like a guess at log-in. */
int own_password(struct request *q, const struct account *u, str password, const char *field) MUST_USE;

/* me.c */
extern const struct shape me_shape, me_change_shape, me_password_shape, session_shape;
int me_get(struct request *q);
int me_patch(struct request *q);
int me_password(struct request *q);
int me_sessions(struct request *q);
int me_session_end(struct request *q);
/* Print "me" of a person, for answers that log in. */
int me_give(struct request *q, struct db *db, int64_t user_id, int64_t project_id);

/* token.c */
extern const struct resource token_resource;
extern const struct shape token_new_shape, token_made_shape;
int token_make(struct request *q);

/* ticket.c */
extern const struct shape invited_shape, reset_shape, ticket_shape;
int user_invite(struct request *q);
int user_logout(struct request *q);
int reset_ask(struct request *q);
int reset_run(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);
int ticket_get(struct request *q);
int ticket_use(struct request *q);
/* In a closure: a ticket and the letter that carries it. */
int ticket_letter(const struct app *app, struct db *db, struct arena *a, const struct settings *s, const struct account *u,
        enum ticket_kind kind, int64_t now, struct fault *f) MUST_USE;
/* Can a letter reach this person? */
bool ticket_reaches(const struct settings *s, const struct account *u);
/* Write to a person, whom the caller was allowed to choose, or answer with the link where no letter can go. */
int user_send_invitation(struct request *q, int64_t user_id) MUST_USE;
/* In a writing closure: a new person is written to at once when that is possible; else the button «invite» shows the link. */
int user_welcome(struct request *q, struct db *db, int64_t user_id, struct fault *f) MUST_USE;

/* colleague.c */
extern const struct resource colleague_resource;
int colleague_invite(struct request *q);

#endif
