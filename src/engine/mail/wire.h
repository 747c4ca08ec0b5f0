/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wire.h - a stream to a mail server: plain, or TLS (OpenSSL) from some moment on. Each call blocks no longer than the patience of the wire. A name is
 * resolved once and the connection goes to what it gave, so that it cannot mean another machine a moment later. One thread at a time. */
#ifndef ENGINE_MAIL_WIRE_H
#define ENGINE_MAIL_WIRE_H

#include "base/text.h"
#include "engine/mail/mail.h"

#include <sys/socket.h>

/* May mail go there? Link-local addresses (those of cloud metadata) never; loopback, private and other addresses that are not of the internet
 * only where inside is set. */
bool mail_wire_may(const struct sockaddr *to, bool inside);

struct mail_wire;
/* Resolves and connects. The fault's code: imap_name, imap_refused, imap_inside. ret_resolved tells whether the name was known. */
int mail_wire_open(const struct mail_server *s, struct mail_wire **ret, bool *ret_resolved, struct fault *f) MUST_USE;
void mail_wire_free(struct mail_wire *w); /* NULL is nothing */
/* TLS from now on; what was read before is forgotten (RFC 9051, 11.1: nothing said in plain counts). imap_tls, imap_certificate. */
int mail_wire_secure(struct mail_wire *w, const char *host, bool any_certificate, struct fault *f) MUST_USE;
int mail_wire_write(struct mail_wire *w, str s, struct fault *f) MUST_USE;
/* A line without its end, added to t; EMSGSIZE "imap_line" when t would grow over max bytes. imap_timeout, imap_lost. */
int mail_wire_line(struct mail_wire *w, struct text *t, size_t max, struct fault *f) MUST_USE;
/* n bytes, added to t. */
int mail_wire_bytes(struct mail_wire *w, struct text *t, size_t n, struct fault *f) MUST_USE;
/* Is there something to read, now or within ms? */
bool mail_wire_waits(struct mail_wire *w, int ms);

#endif
