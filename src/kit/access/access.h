/* SPDX-License-Identifier: GPL-3.0-or-later */
/* access.h - who asks, what they may do, and which rows they reach.
 * Rights are bits (domain/role names them); rows are scoped by a rule per role and scope, added to every query in one place. */
#ifndef KIT_ACCESS_ACCESS_H
#define KIT_ACCESS_ACCESS_H

#include "kit/query/query.h"

/* What a column ties a row to. Each resource names its scope and the column; a role has one rule per scope. */
enum scope {
	SCOPE_OPEN,     /* no owner: rights alone decide (settings, words) */
	SCOPE_PROJECT,  /* a project id */
	SCOPE_CUSTOMER, /* a customer id */
	SCOPE_SELF,     /* a user id */
	SCOPE_OWN,      /* a user id, and nobody but that user whatever his role: his tokens */
	SCOPES
};

/* One role: domain/role holds the table, access only reads it. In the rules of a board on the wall :user is the board's id. */
struct role {
	const char *name;
	uint64_t may;              /* rights */
	const char *reach[SCOPES]; /* SQL rule: NULL every row, else a condition with @ for the column, :user, :customer */
	bool outside;              /* a customer: never receives fields marked STAFF_ONLY */
	const char *doc;
};
/* Set once at start, before any other call; not copied. */
struct access_rules {
	const struct role *roles;
	size_t n;
	const struct role *link; /* the role of who comes by a signed link; not given to users */
	const struct role *bare; /* the same of a link without personal data */
	const struct role *wall; /* the role of a board on the wall; the same */
	uint64_t narrowed;       /* rights that stay with a token narrowed to one project */
	uint64_t exports;        /* the right that ?format=csv and xlsx ask for besides the resource's own */
};
void access_rules_set(const struct access_rules *rules);
const struct access_rules *access_rules(void);
const struct role *access_role(const char *name); /* NULL when there is none */
const struct role *access_role_at(size_t i);      /* NULL past the end */

/* Who asks. Made for each request by access_of_…; lives in its arena. */
struct who {
	int64_t user_id;     /* 0: nobody (open routes, signed links) */
	int64_t customer_id; /* of a user of an outside company, else 0 */
	int64_t session_id, token_id;
	int64_t project_id; /* token or link narrowed to one project, else 0 */
	int64_t wall_id;    /* a board on the wall: it has a token of its own, and is nobody */
	int64_t wall_since; /* when that token was made: a newer one ends what began by an older */
	const struct role *role;
	str login, name, language; /* "ru" or "en" */
	str addresses;             /* of a token: from where alone it serves (engine/net); absent: anywhere */
	bool by_cookie;            /* then CSRF rules apply */
	bool by_link;              /* a narrow session of a signed link: sees its one project's report */
};
static inline bool may(const struct who *w, uint64_t right)
{
	return w && w->role && (w->role->may & right) == right;
}
/* Add " AND (…)" for rows of this scope in column (may be "p.id"). A who without a role reaches nothing; one narrowed to a
 * project reaches that project's rows only, and nothing that is SCOPE_OPEN. */
void access_scope(struct query *q, const struct who *w, enum scope scope, const char *column);
/* 0 when the project is in reach, ENOENT otherwise: the same answer as for one that does not exist. */
int access_project(struct db *db, struct arena *a, const struct who *w, int64_t project_id, struct fault *f) MUST_USE;

/* Sessions: 256 random bits in the cookie, SHA-256 of it in the table session; idle 30 min, at most 12 h. */
enum { SESSION_IDLE_MS = 30 * 60 * 1000, SESSION_MAX_MS = 12 * 3600 * 1000 };
enum session_kind { SESSION_PERSON, SESSION_LINK };
/* In a writing closure. ret_token gets what the cookie carries. project_id, link_id: for SESSION_LINK, which ends when the link is revoked. */
int session_open(struct db *db, struct arena *a, int64_t user_id, enum session_kind kind, int64_t project_id,
        int64_t link_id, const char *peer, int64_t now, char ret_token[44], struct fault *f) MUST_USE;
int session_close(struct db *db, int64_t session_id, struct fault *f) MUST_USE;
/* All sessions of a user but keep_id (0: all): password change, disabling, forced log-out. API tokens stay unless tokens is set. */
int session_close_all(struct db *db, int64_t user_id, int64_t keep_id, bool tokens, struct fault *f) MUST_USE;
/* Who owns this cookie or bearer token. ENOENT when it is none, is spent, or its user is disabled. Reads only; a cookie whose
 * seen_at is older than a minute sets *ret_touch so that the caller moves it. */
int access_of_cookie(
        struct db *db, struct arena *a, str token, int64_t now, struct who *ret, bool *ret_touch, struct fault *f) MUST_USE;
int access_of_token(
        struct db *db, struct arena *a, str token, int64_t now, struct who *ret, bool *ret_touch, struct fault *f) MUST_USE;
/* The same who a moment later, by its session or token: ENOENT when that has ended or the user is disabled. */
int access_again(
        struct db *db, struct arena *a, const struct who *w, int64_t now, struct who *ret, struct fault *f) MUST_USE;
/* A user as he would be after logging in, for what is written to him. ENOENT when there is none or he is disabled. Reads only. */
int access_of_user(struct db *db, struct arena *a, int64_t user_id, struct who *ret, struct fault *f) MUST_USE;
/* Must w set a second factor up before he takes tables out? People from outside, where the house says so (setting totp_exports). Reads only. */
int access_export_locked(struct db *db, struct arena *a, const struct who *w, bool *ret, struct fault *f) MUST_USE;
/* In a writing closure: note that the session or token of w is in use. */
int access_touch(struct db *db, const struct who *w, int64_t now, struct fault *f) MUST_USE;
/* In a writing closure: the user is at work though his browser asks nothing (in a call, ready for one): no session of his
 * idles out. */
int session_keep(struct db *db, int64_t user_id, int64_t now, struct fault *f) MUST_USE;

/* The ids a who reaches in a scope (SCOPE_PROJECT, SCOPE_CUSTOMER), for filtering events in memory. all: every id. ids sorted. */
struct reach {
	bool all;
	const int64_t *ids;
	size_t n;
};
int access_reach(
        struct db *db, struct arena *a, const struct who *w, enum scope scope, struct reach *ret, struct fault *f) MUST_USE;
bool reach_has(const struct reach *r, int64_t id);

#endif
