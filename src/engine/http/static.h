/* SPDX-License-Identifier: GPL-3.0-or-later */
/* static.h - the front end's files, compressed at build, served with a hash in their name for a year.
 * Read into memory at start from the folder web/dist; an unknown path without a dot gives index.html (the page routes itself). */
#ifndef ENGINE_HTTP_STATIC_H
#define ENGINE_HTTP_STATIC_H

#include "engine/http/http.h"

struct http_static;
/* Loads every regular file below dir, with its .br and .gz neighbours. EINVAL when there is no index.html. */
int http_static_load(const char *dir, struct http_static **ret, struct fault *f) MUST_USE;
void http_static_free(struct http_static *s);
/* Answer q from memory; false when the path is none of ours. index.html has %NONCE% replaced by nonce and is never cached. worker */
bool http_static_serve(const struct http_static *s, struct http_request *q, const char *nonce);

#endif
