/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_raw.c - a letter's bytes taken apart, in the process it is called in: that is the child in jail, or a fuzzer. */
#include "base/text.h"
#include "engine/mail/read_priv.h"

/* "Subject: …", by the form of its name. */
static bool header_begins(str raw)
{
	size_t colon = str_find(raw, ':', 0);

	for (size_t i = 0; i < colon && i < raw.n; i++)
		if ((unsigned char)raw.p[i] <= ' ' || (unsigned char)raw.p[i] >= 0x7F)
			return false;
	return colon > 0 && colon < raw.n;
}

/* Lines ended by CR alone, as old Macintoshes did. */
static str with_line_ends(struct arena *a, str raw)
{
	str ret = str_copy(a, raw);

	for (size_t i = 0; i < ret.n; i++)
		if (ret.p[i] == '\r')
			((char *)(uintptr_t)ret.p)[i] = '\n';
	return ret;
}

static str with_empty_head(struct arena *a, str raw)
{
	struct text t = {.a = a};

	text_lit(&t, "\n");
	text_add(&t, raw);
	return text_str(&t);
}

/* The bytes GMime begins with: without the line of a mailbox file, a mark of byte order, empty lines before the headers. What has no headers is a text. */
static str headers_first(struct arena *a, str raw)
{
	if (str_starts(raw, STR("\xEF\xBB\xBF")))
		raw = str_sub(raw, 3, raw.n);
	if (str_find(raw, '\n', 0) == raw.n && str_find(raw, '\r', 0) < raw.n)
		raw = with_line_ends(a, raw);
	while (raw.n && (raw.p[0] == '\n' || raw.p[0] == '\r'))
		raw = str_sub(raw, 1, raw.n);
	if (str_starts(raw, STR("From ")) || str_starts(raw, STR(">From ")))
		raw = str_sub(raw, str_find(raw, '\n', 0) + 1, raw.n);
	return raw.n && !header_begins(raw) ? with_empty_head(a, raw) : raw;
}

/* The headers and the empty line after them. */
static str head_of(str raw)
{
	raw = str_sub(raw, 0, MAIL_HEAD_MAX);
	for (size_t i = 0; i + 1 < raw.n; i++)
		if (raw.p[i] == '\n' &&
		        (raw.p[i + 1] == '\n' || (raw.p[i + 1] == '\r' && i + 2 < raw.n && raw.p[i + 2] == '\n')))
			return str_sub(raw, 0, i + 1);
	return raw;
}

const struct mail_read mail_read_nothing = {.message_id = {"", 0},
        .from = {{"", 0}, {"", 0}},
        .reply_to = {"", 0},
        .subject = {"", 0},
        .text = {"", 0},
        .first_line = {"", 0},
        .html = {"", 0}};

void read_raw(struct arena *a, str raw, bool head, int64_t part, struct mail_read *ret, str *ret_part)
{
	struct parts parts = {.a = a, .ret = ret, .want = part};
	GMimeStream *stream;
	GMimeParser *parser;
	GMimeMessage *m;

	*ret = mail_read_nothing;
	raw = headers_first(a, raw);
	if (head)
		raw = head_of(raw);
	stream = g_mime_stream_mem_new_with_buffer(raw.p ? raw.p : "", raw.n);
	parser = g_mime_parser_new_with_stream(stream);
	m = g_mime_parser_construct_message(parser, read_options());
	if (m && part < 0)
		read_head(a, m, ret);
	if (m)
		read_parts(&parts, m);
	ret->cut |= head || !m;
	*ret_part = parts.found ? read_content(a, parts.found, 0) : (str){0};
	for (size_t i = 0; i < parts.n_again; i++)
		g_object_unref(parts.again[i]);
	if (m)
		g_object_unref(m);
	g_object_unref(parser);
	g_object_unref(stream);
}
