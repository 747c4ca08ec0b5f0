/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_priv.h - between the files that read a letter inside the child: read_head.c (who, what, which thread), read_part.c (text and files),
 * read_name.c (names of files), html.c (HTML as text, HTML cleaned). One thread; the process ends afterwards. */
#ifndef ENGINE_MAIL_READ_PRIV_H
#define ENGINE_MAIL_READ_PRIV_H

#include "engine/mail/read.h"

#include <gmime/gmime.h>

extern const struct mail_read mail_read_nothing; /* a letter of which nothing is known */
enum { MAIL_HEAD_MAX = 1 << 20 /* of a letter read by its headers alone */ };
/* read_raw.c: the letter, or where part is not negative that part of it in *ret_part (absent: there is none). GMime and the sets must be set up. */
void read_raw(struct arena *a, str raw, bool head, int64_t part, struct mail_read *ret, str *ret_part);

/* GMime's way with bytes no set is named for; charset_mend does the rest. */
GMimeParserOptions *read_options(void);

/* Headers. */
void read_head(struct arena *a, GMimeMessage *m, struct mail_read *ret);
/* words.c: a header's value with its encoded words decoded. */
str words_decode(struct arena *a, str s);
/* A header's value as UTF-8, encoded words decoded, mended; empty when there is none. */
str read_header(struct arena *a, GMimeObject *o, const char *name);
/* The ids between < and > in a header, at most max; a bare word with an @ counts where there are no brackets. */
size_t read_ids(struct arena *a, str value, str *ret, size_t max);
enum mail_nature read_nature(struct arena *a, GMimeMessage *m, str subject, str from);

/* read_report.c: what a delivery status says, what "X-Failed-Recipients" lists, of each recipient. */
void read_report(struct arena *a, str status, struct mail_read *ret);
void read_failed(struct arena *a, str list, struct mail_read *ret);

/* Parts. */
struct parts {
	struct arena *a;
	struct mail_read *ret;
	struct text text, html;
	int64_t n;       /* parts seen */
	size_t calendar; /* which file is the invitation, from 1; 0: none was seen */
	bool unnamed;    /* it has no name of its own */
	int64_t want;    /* mail_part: the number of the part to take, else -1 */
	GMimeObject *found;
	GMimeMessage *again[8]; /* parsed a second time, with another boundary */
	size_t n_again;
};
void read_parts(struct parts *p, GMimeMessage *m);
/* The part's content, transfer encoding undone, at most max bytes (0: all). */
str read_content(struct arena *a, GMimeObject *part, size_t max);

/* flowed.c: format=flowed as it was written; delete_blank: delsp=yes, the blank at the end of a broken line is no part of the text. */
str flowed_text(struct arena *a, str s, bool delete_blank);

/* The name of the file a part is; for one without, a name by its type. */
str read_name(struct arena *a, GMimeObject *part);

#endif
