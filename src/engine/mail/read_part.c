/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_part.c - the tree of parts: which of them are the letter's words, which are files. */
#include "base/utf8.h"
#include "engine/mail/charset.h"
#include "engine/mail/html.h"
#include "engine/mail/read_priv.h"

enum { META_MAX = 2048 };

static bool is_type(GMimeObject *o, const char *type, const char *subtype)
{
	GMimeContentType *t = g_mime_object_get_content_type(o);

	return t && g_mime_content_type_is_type(t, type, subtype);
}

static str content_of(struct arena *a, GMimeDataWrapper *content, size_t max, int64_t *ret_size)
{
	GMimeStream *mem = g_mime_stream_mem_new();
	GByteArray *bytes;
	str ret;

	g_mime_data_wrapper_write_to_stream(content, mem);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(mem));
	*ret_size = bytes->len;
	ret = str_copy(a, (str){bytes->data ? (const char *)bytes->data : "", max && bytes->len > max ? max : bytes->len});
	g_object_unref(mem);
	return ret;
}

str read_content(struct arena *a, GMimeObject *part, size_t max)
{
	GMimeDataWrapper *content = GMIME_IS_PART(part) ? g_mime_part_get_content(GMIME_PART(part)) : NULL;
	int64_t size;

	if (content)
		return content_of(a, content, max, &size);
	if (GMIME_IS_MESSAGE_PART(part)) {
		GMimeMessage *m = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
		char *whole = m ? g_mime_object_to_string(GMIME_OBJECT(m), NULL) : NULL;
		str ret = str_copy(a, str_of(whole ? whole : ""));

		g_free(whole);
		return ret;
	}
	return STR("");
}

/* Bytes of a file without keeping them. */
static int64_t size_of(GMimeObject *part)
{
	GMimeStream *nothing = g_mime_stream_null_new();
	int64_t n = 0;

	if (GMIME_IS_PART(part) && g_mime_part_get_content(GMIME_PART(part)))
		n = g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), nothing);
	else if (GMIME_IS_MESSAGE_PART(part) && g_mime_message_part_get_message(GMIME_MESSAGE_PART(part)))
		n = g_mime_object_write_to_stream(
		        GMIME_OBJECT(g_mime_message_part_get_message(GMIME_MESSAGE_PART(part))), NULL, nothing);
	g_object_unref(nothing);
	return n < 0 ? 0 : n;
}

static void add_file(struct parts *p, GMimeObject *part, int64_t number)
{
	struct mail_attached *f;
	const char *cid = g_mime_object_get_content_id(part);
	char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(part));

	if (p->ret->n_files == MAIL_FILES_MAX) {
		p->ret->cut = true;
	} else {
		f = &p->ret->files[p->ret->n_files++];
		f->name = read_name(p->a, part);
		f->type = utf8_lower(p->a, utf8_cut(charset_decode(p->a, str_of(type ? type : ""), (str){0}), 100));
		f->size = size_of(part);
		f->content_id = utf8_cut(charset_decode(p->a, str_of(cid ? cid : ""), (str){0}), 200);
		f->part = number;
	}
	g_free(type);
}

/* The set a page names for itself, for a part that names none. */
static str meta_charset(str html)
{
	str head = str_sub(html, 0, META_MAX);
	size_t at = str_find_str(head, STR("charset="), 0), to;

	if (at == head.n)
		return (str){0};
	at += 8;
	at += at < head.n && (head.p[at] == '"' || head.p[at] == '\'');
	for (to = at; to < head.n && (unsigned char)head.p[to] > ' ' && !strchr("\"';/>", head.p[to]); to++)
		;
	return str_sub(head, at, to);
}

/* Lines ended by CR alone, as old Macintoshes did. */
static str with_lines(struct arena *a, str s)
{
	str ret = s;

	if (str_find(s, '\n', 0) < s.n || str_find(s, '\r', 0) == s.n)
		return s;
	ret = str_copy(a, s);
	for (size_t i = 0; i < ret.n; i++)
		if (ret.p[i] == '\r')
			((char *)(uintptr_t)ret.p)[i] = '\n';
	return ret;
}

static bool parameter_is(GMimeObject *part, const char *name, const char *value)
{
	const char *said = g_mime_object_get_content_type_parameter(part, name);

	return said && str_eq_nocase(str_of(said), str_of(value));
}

static void add_text(struct parts *p, GMimeObject *part, bool html)
{
	const char *charset = g_mime_object_get_content_type_parameter(part, "charset");
	struct text *to = html ? &p->html : &p->text;
	str bytes = read_content(p->a, part, 2 * MAIL_TEXT_MAX);
	str label = charset || !html ? str_of(charset) : meta_charset(bytes), words;

	p->ret->cut |= bytes.n == 2 * MAIL_TEXT_MAX;
	words = charset_decode(p->a, with_lines(p->a, bytes), label);
	if (!html && parameter_is(part, "format", "flowed"))
		words = flowed_text(p->a, words, parameter_is(part, "delsp", "yes"));
	if (to->n && words.n)
		text_lit(to, "\n");
	if (to->n < MAIL_TEXT_MAX)
		text_add(to, utf8_cut(words, MAIL_TEXT_MAX - to->n));
	p->ret->cut |= words.n > MAIL_TEXT_MAX;
}

static bool attached(GMimeObject *part)
{
	GMimeContentDisposition *d = g_mime_object_get_content_disposition(part);
	const char *name = g_mime_object_get_content_disposition_parameter(part, "filename");

	if (!name)
		name = g_mime_object_get_content_type_parameter(part, "name");
	return (name && *name) ||
	       (d && str_eq_nocase(str_of(g_mime_content_disposition_get_disposition(d)), STR("attachment")));
}

/* The letter a bounce is about is named inside it, and nowhere else. */
static void about(struct parts *p, GMimeObject *part)
{
	str text = STR(""), id[1];
	size_t at;

	if (GMIME_IS_MESSAGE_PART(part) && g_mime_message_part_get_message(GMIME_MESSAGE_PART(part)))
		text = str_printf(p->a, "Message-ID: %s",
		        g_mime_object_get_header(
		                GMIME_OBJECT(g_mime_message_part_get_message(GMIME_MESSAGE_PART(part))), "Message-ID"));
	else if (is_type(part, "text", "rfc822-headers"))
		text = read_content(p->a, part, META_MAX * 32);
	for (at = 0; at < text.n; at = str_find(text, '\n', at) + 1)
		if (str_eq_nocase(str_sub(text, at, at + 11), STR("message-id:")) &&
		        read_ids(p->a, str_sub(text, at + 11, at + 1100), id, 1) == 1) {
			p->ret->references[p->ret->n_references++] = id[0];
			return;
		}
}

/* An invitation comes twice: as one of the alternatives, without a name, and as a file. It is one file. */
static void add_calendar(struct parts *p, GMimeObject *part, int64_t number)
{
	bool named = attached(part);
	struct mail_attached *before = p->calendar ? &p->ret->files[p->calendar - 1] : NULL, *last;

	if (before && !named)
		return;
	add_file(p, part, number);
	last = p->ret->n_files ? &p->ret->files[p->ret->n_files - 1] : NULL;
	if (before && p->unnamed && last != before) {
		*before = *last;
		p->ret->n_files--;
	} else {
		p->calendar = p->ret->n_files;
	}
	p->unnamed = !named;
}

static void leaf(struct parts *p, GMimeObject *part, bool in_report)
{
	int64_t number = p->n++;
	bool calendar = is_type(part, "text", "calendar") || is_type(part, "application", "ics");

	if (number == p->want)
		p->found = part;
	if (p->want >= 0)
		return;
	if (in_report && p->ret->nature == MAIL_BOUNCE && p->ret->n_references < MAIL_REFERENCES_MAX)
		about(p, part);
	if (in_report && p->ret->nature == MAIL_BOUNCE && is_type(part, "message", "delivery-status"))
		read_report(p->a, read_content(p->a, part, META_MAX * 128), p->ret);
	if (in_report &&
	        (is_type(part, "message", "delivery-status") || is_type(part, "message", "disposition-notification")))
		return;
	if (!attached(part) && (is_type(part, "text", "plain") || is_type(part, "text", "html")))
		add_text(p, part, is_type(part, "text", "html"));
	else if (calendar)
		add_calendar(p, part, number);
	else
		add_file(p, part, number);
}

static void node(struct parts *p, GMimeObject *o, bool in_report, int depth);

/* A multipart whose boundary is missing or another one holds all in its prologue: the first line that looks like a boundary is one. */
static void without_boundary(struct parts *p, GMimeMultipart *m, int depth)
{
	const char *prologue = g_mime_multipart_get_prologue(m);
	str all = str_of(prologue ? prologue : ""), line = {0};
	GMimeStream *stream;
	GMimeParser *parser;
	GMimeMessage *again;

	for (size_t at = 0; at < all.n && !line.p; at = str_find(all, '\n', at) + 1) {
		str l = str_trim(str_sub(all, at, str_find(all, '\n', at)));

		if (str_starts(l, STR("--")) && l.n > 2 && l.n < 80 && str_find(l, ' ', 0) == l.n &&
		        str_find(l, '"', 0) == l.n)
			line = str_sub(l, 2, l.n);
	}
	if (!line.p || depth > 3 || p->n_again == COUNT(p->again)) {
		if (p->want < 0)
			text_add(&p->text, charset_decode(p->a, str_sub(all, 0, MAIL_TEXT_MAX), (str){0}));
		return;
	}
	all = str_printf(p->a, "Content-Type: multipart/mixed; boundary=\"%.*s\"\n\n%.*s", STR_ARG(line), STR_ARG(all));
	stream = g_mime_stream_mem_new_with_buffer(all.p, all.n);
	parser = g_mime_parser_new_with_stream(stream);
	again = g_mime_parser_construct_message(parser, read_options());
	g_object_unref(parser);
	g_object_unref(stream);
	if (again)
		p->again[p->n_again++] = again;
	if (again && g_mime_message_get_mime_part(again))
		node(p, g_mime_message_get_mime_part(again), false, depth + 10);
}

static void several(struct parts *p, GMimeMultipart *m, bool in_report, int depth)
{
	int n = g_mime_multipart_get_count(m);
	bool report = is_type(GMIME_OBJECT(m), "multipart", "report");

	if (depth > MAIL_DEPTH_MAX) {
		p->ret->cut = true;
		return;
	}
	if (n == 0)
		without_boundary(p, m, depth);
	for (int i = 0; i < n; i++)
		node(p, g_mime_multipart_get_part(m, i), in_report || report, depth + 1);
}

static void node(struct parts *p, GMimeObject *o, bool in_report, int depth)
{
	if (GMIME_IS_MULTIPART(o))
		several(p, GMIME_MULTIPART(o), in_report, depth);
	else
		leaf(p, o, in_report);
}

static str first_line(str text)
{
	str rest = text, line;

	while (str_cut(&rest, '\n', &line)) {
		line = str_trim(line);
		/* Blanks of typographers: no-break, zero width, the mark of byte order. */
		while (str_starts(line, STR("\xC2\xA0")) || str_starts(line, STR("\xE2\x80\x8B")) ||
		        str_starts(line, STR("\xEF\xBB\xBF")))
			line = str_trim(str_sub(line, line.p[0] == '\xC2' ? 2 : 3, line.n));
		if (line.n)
			return line;
	}
	return STR("");
}

void read_parts(struct parts *p, GMimeMessage *m)
{
	GMimeObject *body = g_mime_message_get_mime_part(m);
	size_t blocked = 0;

	p->text.a = p->html.a = p->a;
	p->ret->files = NEW_N(p->a, struct mail_attached, MAIL_FILES_MAX);
	if (body)
		node(p, body, false, 0);
	if (p->want >= 0)
		return;
	if (p->ret->nature == MAIL_BOUNCE && !p->ret->n_returned)
		read_failed(p->a, read_header(p->a, GMIME_OBJECT(m), "X-Failed-Recipients"), p->ret);
	p->ret->text = text_str(&p->text);
	if (p->html.n && !str_trim(p->ret->text).n)
		p->ret->text = html_text(p->a, text_str(&p->html), MAIL_TEXT_MAX);
	p->ret->html = p->html.n ? html_clean(p->a, text_str(&p->html), MAIL_TEXT_MAX, &blocked) : STR("");
	p->ret->first_line = first_line(p->ret->text);
}
