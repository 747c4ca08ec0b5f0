/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap.h - a mailbox on its server by IMAP (RFC 3501, RFC 9051): looks without marking anything (EXAMINE, BODY.PEEK), fetches letters whole or piece
 * by piece, waits for new ones (IDLE, RFC 2177), puts a copy of what we sent into a folder (APPEND). It knows no business and keeps nothing.
 * Each call blocks, at most for the server's timeout a step; one thread at a time. After any error but ENOENT and EMSGSIZE "imap_long" the connection
 * is of no more use. */
#ifndef ENGINE_MAIL_IMAP_H
#define ENGINE_MAIL_IMAP_H

#include "base/text.h"
#include "engine/mail/mail.h"

enum {
	IMAP_LETTER_MAX = 8 << 20, /* of one answer: what is larger comes in pieces */
	IMAP_UIDS_MAX = 200000,    /* listed at once */
};

/* One answer of the server, taken apart. Text points into the bytes given. */
enum imap_kind { IMAP_TAGGED, IMAP_UNTAGGED, IMAP_GO_ON };
struct imap_answer {
	enum imap_kind kind;
	str tag, word; /* "OK", "FETCH", "EXISTS" …; empty for IMAP_GO_ON */
	str code;      /* within [ ] of OK, NO, BAD, PREAUTH, BYE */
	str text;      /* the rest */
	int64_t number;
	/* FETCH */
	uint32_t uid;
	int64_t size; /* RFC822.SIZE, or -1 */
	bool has_body;
	str body;
};
/* bytes: lines and literals as they came, "\r\n" between, without the last one. False for what is no answer. Pure. */
bool imap_parse(str bytes, struct imap_answer *ret);
/* Does the line announce a literal: "{123}" at its end? Pure. */
bool imap_literal(str line, size_t *ret);
/* The name of a folder as IMAP writes it (RFC 3501, 5.1.3: "&BB4-"), quoted. Pure. */
str imap_folder_name(struct arena *a, str utf8);
/* The other way, from the bare name; absent when it is none. */
str imap_folder_utf8(struct arena *a, str name);

enum imap_phase {
	IMAP_RESOLVE,
	IMAP_CONNECT,
	IMAP_GREET,
	IMAP_SECURE,
	IMAP_LOGIN,
	IMAP_FOLDER, /* the folder that is asked for */
	IMAP_DONE,
	IMAP_PHASES
};
extern const char *const imap_phase_names[IMAP_PHASES + 1];

struct imap;
/* Connects and logs in. ret_phase, in any case: how far it came. Codes: those of wire.h, imap_greeting, imap_plain (the server takes no password
 * without TLS), imap_login, imap_oauth (it takes no tokens), imap_token, imap_refused_word. A password goes out in plain only where MAIL_PLAIN says so. EACCES: password or token are not accepted. */
int imap_open(const struct mail_server *s, struct imap **ret, enum imap_phase *ret_phase, struct fault *f) MUST_USE;
void imap_free(struct imap *c); /* NULL is nothing; says good-bye without waiting for an answer */

struct imap_folder {
	uint32_t uidvalidity, uidnext;
	int64_t exists;
};
/* ENOENT "imap_folder": there is none of that name. */
int imap_examine(struct imap *c, str folder, struct imap_folder *ret, struct fault *f) MUST_USE;
/* The folder the server marks as that of sent letters (RFC 6154), as a person writes it; absent when it marks none. In the arena. */
int imap_sent_folder(struct imap *c, struct arena *a, str *ret, struct fault *f) MUST_USE;

struct imap_uid {
	uint32_t uid;
	int64_t size;
};
/* Letters with a number above after, in order; at most IMAP_UIDS_MAX. */
int imap_list(
        struct imap *c, struct arena *a, uint32_t after, struct imap_uid **ret, size_t *ret_n, struct fault *f) MUST_USE;
/* Letters of these numbers, together under IMAP_LETTER_MAX: bodies[i] is that of uids[i], absent where the server has none any more. In the arena. */
int imap_fetch(
        struct imap *c, struct arena *a, const struct imap_uid *uids, size_t n, str *bodies, struct fault *f) MUST_USE;
/* At most size bytes of one letter from offset; empty past its end. ENOENT: it is gone. */
int imap_fetch_piece(
        struct imap *c, struct arena *a, uint32_t uid, int64_t offset, int64_t size, str *ret, struct fault *f) MUST_USE;
/* Waits until the server tells of something new, stop says so (asked each second), or max_s have passed. Without IDLE it asks each half minute. */
int imap_wait(struct imap *c, int max_s, bool (*stop)(void *arg), void *arg, struct fault *f) MUST_USE;
/* Did the server tell of letters since the last list? */
bool imap_news(const struct imap *c);
/* Is a letter with this Message-ID in the folder? The folder is looked at afterwards. */
int imap_has(struct imap *c, str folder, str message_id, bool *ret, struct fault *f) MUST_USE;
int imap_create(struct imap *c, str folder, struct fault *f) MUST_USE;
int imap_append(struct imap *c, str folder, str mime, struct fault *f) MUST_USE;

#endif
