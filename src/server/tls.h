/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tls.h - which certificate to serve with: the one given, or one of our own. */
#ifndef SERVER_TLS_H
#define SERVER_TLS_H

#include "server/config.h"

struct tls_files {
	const char *cert, *key; /* NULL: plain HTTP */
};
/* From --tls. auto: DATA/keys/tls.crt and tls.key, made for the names and addresses of this machine when missing or near its end. */
int tls_prepare(const struct config *c, struct arena *a, struct tls_files *ret, struct fault *f) MUST_USE;
#endif
