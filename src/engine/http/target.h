/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target.h - the request target: path and query, decoded once and strictly. Pure; any thread. */
#ifndef ENGINE_HTTP_TARGET_H
#define ENGINE_HTTP_TARGET_H

#include "engine/http/http.h"

enum { TARGET_PARAMS_MAX = 200 };

struct target {
	str path, query; /* path decoded, query as it came */
	const struct http_param *params;
	size_t n_params;
};
/* Read an origin-form target (RFC 9112, 3.2.1). EINVAL, code "path" or "query": a bad percent-encoding, ill-formed UTF-8,
 * control characters, "..", ".", "//", a backslash or an encoded slash in the path, too many parameters. */
int target_parse(struct arena *a, str raw, struct target *ret, struct fault *f) MUST_USE;
/* Percent-decode; plus: "+" is a blank. False for a bad encoding or NUL or ill-formed UTF-8. */
bool percent_decode(struct arena *a, str s, bool plus, str *ret) MUST_USE;

#endif
