/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fax.h - a fax we send: written once into an outbox in the transaction that wants it, carried by a call of the telephone process (domain/dialer), which tells
 * how it fares (EV_FAX). Nothing is lost: it waits while the line is busy, down or shut. Nothing is knowingly sent twice: one whose pages were on the
 * way when the telephone process died stays "unknown" until that process tells after all, or a person sends it again. One whose pages had not begun, or
 * was cut among them, did not arrive and is tried again from its first page. While it waits a person may take it back. */
#ifndef DOMAIN_FAX_FAX_H
#define DOMAIN_FAX_FAX_H

#include "base/clock.h"
#include "callflow/message.h"
#include "kit/route/route.h"

/* So many calls at most, and not for longer: who did not get it within the day is told otherwise. */
enum { FAX_TRIES = 6, FAX_KEEP_MS = 18 * CLOCK_HOUR };

struct fax_new {
	int64_t project_id, document_id, pages; /* document_id: a file, TIFF of engine/fax */
	str to;                                 /* E.164 */
};
/* In a writing closure; the dialler finds it by the event. */
int fax_add(struct db *db, struct arena *a, const struct fax_new *n, int64_t now, int64_t *ret_id, struct fault *f) MUST_USE;

/* A fax whose turn it is, and why it may be sent. */
struct fax_due {
	int64_t id, project_id, document_id, created_at;
	int64_t next_try_at;
	str to, uuid, basis, timezone,
	        error; /* basis: of its sending; timezone: the contact's, absent: not said; error: why it was not called last */
	bool advertising;
};
/* Reads only: the waiting ones that are due, the longest waiting first, at most max; those behind one of them. after all zero: from the first on. */
int fax_all_due(struct db *db, struct arena *a, int64_t now, const struct fax_due *after, size_t max, struct fax_due **ret,
        size_t *ret_n, struct fault *f) MUST_USE;

/* In writing closures. ---------------------------------------------------------------------------------------------------- */
/* It is called now, over this trunk by this boot of a telephone process. EALREADY: it waits no more. */
int fax_called(
        struct db *db, struct arena *a, int64_t id, str tel_boot, int64_t trunk_id, int64_t now, struct fault *f) MUST_USE;
/* It is not called yet: why, and when that is looked at again; next 0: it never will be. marked: fax_called was said of it, and then nobody could be
 * told. */
int fax_held(struct db *db, struct arena *a, int64_t id, bool marked, str why, int64_t next, int64_t now,
        struct fault *f) MUST_USE;
/* EV_FAX. *ret_orphan: the call goes on and nobody wants it. */
int fax_follow(struct db *db, struct arena *a, const struct message *m, bool *ret_orphan, struct fault *f) MUST_USE;
/* EV_REFUSED of a fax: the telephone process would not. */
int fax_refused(struct db *db, struct arena *a, const struct message *m, int64_t now, struct fault *f) MUST_USE;
/* What this node should have under way, and has not (hello), is settled. lost: the node is given up, and may still be at it. */
int fax_rejoin(struct db *db, struct arena *a, const struct message *hello, int64_t node_id, bool lost, int64_t now,
        struct fault *f) MUST_USE;

extern const struct module fax_module;

#endif
