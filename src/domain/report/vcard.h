/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vcard.h - lines of a vCard 4.0 (RFC 6350). Any thread. */
#ifndef DOMAIN_REPORT_VCARD_H
#define DOMAIN_REPORT_VCARD_H

#include "base/utf8.h"

/* A content line, folded after 75 bytes and never inside of a character (RFC 6350, 3.2). */
void vcard_line(struct text *t, str line);
/* A text value (3.4): backslash, comma, semicolon and line breaks escaped, control characters dropped. */
str vcard_escape(struct arena *a, str value);

#endif
