/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail.h - letters as MIME (GMime) and their way to a mail server (SMTP by libcurl). It knows no business and keeps nothing.
 * Any thread; everything returned lives in the arena given. */
#ifndef ENGINE_MAIL_MAIL_H
#define ENGINE_MAIL_MAIL_H

#include "base/arena.h"
#include "base/fault.h"

/* One address as SMTP takes it: ASCII, one "@", no quoting, at most 254 bytes (RFC 5321), so that nothing can be smuggled into a
 * command. Addresses with letters outside ASCII are refused. */
bool mail_address_valid(str address);

/* An attachment: bytes as they are. type: "application/pdf". */
struct mail_attachment {
	str name, bytes;
	const char *type;
};
struct mail_letter {
	str from_name, from; /* name in any language, or absent; address */
	str to;              /* address */
	str reply_to;        /* where an answer goes, when not to from; or absent */
	str subject;
	str text, html;                      /* UTF-8; html may be absent: then the letter is plain text */
	str message_id;                      /* "<…@…>", RFC 5322 */
	str language;                        /* "ru", "en": Content-Language */
	int64_t at;                          /* Date */
	const struct mail_attachment *files; /* attached, in this order */
	size_t n_files;
	bool by_hand; /* a person wrote or chose it: not marked as a machine's (RFC 3834) */
};
/* A Message-ID of the given kind of domain: "<uuid@domain>", in the arena. */
str mail_message_id(struct arena *a, str domain);
/* The letter as bytes: UTF-8 headers encoded, multipart/alternative, CRLF. The same letter gives the same bytes, so that its
 * hash can be checked later. EINVAL when an address is none. */
int mail_build(struct arena *a, const struct mail_letter *l, str *ret_mime, struct fault *f) MUST_USE;

/* A letter a person writes: to several, in answer to others, with files. */
struct mail_party {
	str name, address; /* name may be empty */
};
struct mail_written {
	struct mail_party from;
	const struct mail_party *to, *cc;
	size_t n_to, n_cc;
	str subject, text, message_id; /* "<…@…>" */
	const str *references;         /* ids without brackets, oldest first; the last one is what it answers */
	size_t n_references;
	const struct mail_attachment *files;
	size_t n_files;
	int64_t at;
};
/* As bytes, like mail_build. EINVAL names the address that is none. */
int mail_write(struct arena *a, const struct mail_written *l, str *ret_mime, struct fault *f) MUST_USE;

enum mail_tls {
	MAIL_STARTTLS, /* plain first, then TLS, which must succeed */
	MAIL_TLS,      /* TLS from the first byte */
	MAIL_PLAIN,    /* none: within one machine or a closed network */
};
/* The server a letter is handed to, or fetched from (imap.h). Link-local addresses (those of cloud metadata) are always refused. */
struct mail_server {
	const char *host, *login, *password, *helo; /* login NULL or "": no log-in. helo: our own name */
	const char *token; /* NULL, or an access token (oauth.h) to log in with instead of the password */
	int port;
	enum mail_tls tls;
	bool any_certificate; /* do not check the server's certificate */
	bool inside;          /* it may stand in a closed network or on this machine (wire.h) */
	int timeout_s;        /* for the whole handing over; 0: 120 */
};

/* How far it came. The last one is the phase that failed, or MAIL_DONE. */
enum mail_phase {
	MAIL_RESOLVE, /* the name of the server */
	MAIL_CONNECT,
	MAIL_GREET,  /* its first words and EHLO */
	MAIL_SECURE, /* TLS */
	MAIL_LOGIN,
	MAIL_SENDER, /* MAIL FROM */
	MAIL_RECIPIENT,
	MAIL_DATA, /* the letter itself */
	MAIL_DONE,
	MAIL_PHASES
};
extern const char *const mail_phase_names[MAIL_PHASES + 1];

struct mail_report {
	enum mail_phase phase;
	bool secured, logged_in; /* whether these phases were gone through at all */
	int code;                /* of the server's last reply: 250, 550; 0 when it said nothing */
	char reply[160];         /* its last line, printable, "" when it said nothing */
	bool lasting;            /* there is no such address (RFC 3463 5.1.x): another try changes nothing */
};
/* Hand one letter over, for one recipient. 0 when the server took it. ret is filled in any case. The fault's code says what
 * is wrong: smtp_name, smtp_refused, smtp_timeout, smtp_greeting, smtp_tls, smtp_certificate, smtp_login, smtp_token, smtp_sender,
 * smtp_recipient, smtp_letter, smtp_lost. Blocks: job threads and the test button only. */
int mail_send(const struct mail_server *s, str from, str to, str mime, struct mail_report *ret, struct fault *f) MUST_USE;

#endif
