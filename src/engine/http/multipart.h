/* SPDX-License-Identifier: GPL-3.0-or-later */
/* multipart.h - the first file of a multipart/form-data body (RFC 7578), found while the bytes pass. Pure; one thread at a time. */
#ifndef ENGINE_HTTP_MULTIPART_H
#define ENGINE_HTTP_MULTIPART_H

#include "base/fault.h"
#include "base/text.h"

struct multipart {
	struct arena *a;
	int (*write)(void *arg, str bytes, struct fault *f); /* takes the file's bytes */
	void *arg;
	str delimiter;  /* CR LF "--" boundary */
	size_t matched; /* of the delimiter */
	int state;
	struct text head;  /* header lines of the part being read */
	bool taken, found; /* this part is the file; a file was found */
	str name, type;    /* what the part said of the file */
};
/* content_type as the request gave it. EINVAL "multipart" when it names no fit boundary. */
int multipart_init(struct multipart *m, struct arena *a, str content_type,
        int (*write)(void *arg, str bytes, struct fault *f), void *arg, struct fault *f) MUST_USE;
int multipart_feed(struct multipart *m, str bytes, struct fault *f) MUST_USE;
/* After the last byte: EINVAL when the body broke off or held no file. */
int multipart_end(struct multipart *m, struct fault *f) MUST_USE;
/* A parameter of a header value (text/html; charset="x"), without its quotes; absent when there is none. */
str header_param(struct arena *a, str value, str name);

#endif
