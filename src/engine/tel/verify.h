/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify.h - is the carrier behind a TLS connection the carrier? Its certificate must lead to an authority of this system (OpenSSL's list;
 * SSL_CERT_FILE and SSL_CERT_DIR name another) and bear the host of one of our TLS trunks. Of one of them, not of the very one: libre makes
 * the connection and has one context for all. Loop thread. */
#ifndef ENGINE_TEL_VERIFY_H
#define ENGINE_TEL_VERIFY_H

#include "base/fault.h"

struct tls;

/* Have context check whom it connects to. */
int tel_verify_init(struct tls *context) MUST_USE;
/* A trunk over TLS goes to host from now on, and no more; counted. */
void tel_verify_expect(const char *host);
void tel_verify_forget(const char *host);
/* Why the last certificate was refused, in words; "" when it was accepted. */
const char *tel_verify_why(void);

#endif
