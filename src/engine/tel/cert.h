/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cert.h - this process's own certificate (EC P-256, self-signed, made at each start) for DTLS-SRTP and SIP over TLS. Loop thread. */
#ifndef ENGINE_TEL_CERT_H
#define ENGINE_TEL_CERT_H

#include "base/fault.h"

struct tls;

/* Contexts with our certificate: *dtls offers the two SRTP suites and asks the far end for its certificate, which the caller
 * compares with the SDP. *sips is for SIP over TLS 1.2 and up. Both libre objects. */
int tel_cert_new(struct tls **dtls, struct tls **sips, struct fault *f) MUST_USE;

#endif
