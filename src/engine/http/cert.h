/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert.h - a certificate of one's own for an office without one: browsers ask once, then the microphone works. Any thread. */
#ifndef ENGINE_HTTP_CERT_H
#define ENGINE_HTTP_CERT_H

#include "base/fault.h"

/* Write a fresh EC P-256 key (0600) and a self-signed certificate for names (host names and addresses), valid for 820 days
 * (825 is the most Apple's clients accept). Both files are replaced whole, the key first. */
int http_cert_make(const char *cert, const char *key, const char *const *names, size_t n, struct fault *f) MUST_USE;
/* When the certificate in the file ends, UTC ms; EINVAL when there is none to read. */
int http_cert_ends(const char *cert, int64_t *ret, struct fault *f) MUST_USE;

#endif
