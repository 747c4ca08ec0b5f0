/* SPDX-License-Identifier: GPL-3.0-or-later */
/* multipart.c - a byte machine. Only the delimiter's first byte is a CR, so a broken match never has to look back further. */
#include "engine/http/multipart.h"

#include "engine/http/target.h"

enum { BEFORE, AFTER_DELIMITER, HEAD, BODY, DONE };
enum { HEAD_MAX = 4096, BOUNDARY_MAX = 70 };

/* The value that begins at *at, quoted or not; *at moves behind it. */
static str param_value(struct arena *a, str s, size_t *at)
{
	struct text t = {.a = a};
	bool quoted = *at < s.n && s.p[*at] == '"';

	for (*at += quoted; *at < s.n; ++*at) {
		char c = s.p[*at];
		if (quoted ? c == '"' : c == ';')
			break;
		if (quoted && c == '\\' && *at + 1 < s.n)
			c = s.p[++*at];
		text_add_char(&t, c);
	}
	*at += quoted && *at < s.n;
	return quoted ? text_str(&t) : str_trim(text_str(&t));
}

str header_param(struct arena *a, str s, str name)
{
	for (size_t at = str_find(s, ';', 0); at < s.n; at = str_find(s, ';', at)) {
		size_t equals = str_find(s, '=', ++at);
		str key = str_trim(str_sub(s, at, equals)), value;
		if (equals >= s.n)
			break;
		at = equals + 1;
		value = param_value(a, s, &at);
		if (str_eq_nocase(key, name))
			return value;
	}
	return (str){0};
}

int multipart_init(struct multipart *m, struct arena *a, str content_type,
        int (*write)(void *arg, str bytes, struct fault *f), void *arg, struct fault *f)
{
	str boundary = header_param(a, content_type, STR("boundary"));

	if (boundary.n == 0 || boundary.n > BOUNDARY_MAX || str_find(boundary, '\r', 0) < boundary.n)
		return fail(f, EINVAL, NULL, "multipart", "the content type names no boundary");
	*m = (struct multipart){.a = a, .write = write, .arg = arg, .matched = 2, .state = BEFORE, .head = {.a = a}};
	m->delimiter = str_printf(a, "\r\n--%.*s", STR_ARG(boundary));
	return 0;
}

/* name*=UTF-8''percent (RFC 8187) wins over name="…". */
static str file_name(struct multipart *m, str disposition)
{
	str name = header_param(m->a, disposition, STR("filename")),
	    wide = header_param(m->a, disposition, STR("filename*"));
	str mark = STR("UTF-8''"), decoded;

	if (wide.n > mark.n && str_eq_nocase(str_sub(wide, 0, mark.n), mark) &&
	        percent_decode(m->a, str_sub(wide, mark.n, wide.n), false, &decoded))
		return decoded;
	return name;
}

static void read_head(struct multipart *m)
{
	str rest = text_str(&m->head), line, disposition = {0}, type = {0}, name;

	while (str_cut(&rest, '\n', &line)) {
		size_t at = str_find(line, ':', 0);
		str key = str_trim(str_sub(line, 0, at)), value = str_trim(str_sub(line, at + 1, line.n));
		if (str_eq_nocase(key, STR("Content-Disposition")))
			disposition = value;
		else if (str_eq_nocase(key, STR("Content-Type")))
			type = value;
	}
	name = file_name(m, disposition);
	m->taken = name.p && !m->found;
	if (!m->taken)
		return;
	m->found = true;
	m->name = name;
	m->type = str_copy(m->a, type);
}

/* Bytes of a part up to a CR or the end of what there is; returns how many were used. */
static int pass(struct multipart *m, str bytes, size_t *used, struct fault *f)
{
	str run = str_sub(bytes, 0, str_find(bytes, '\r', 0));

	*used = run.n;
	return m->state == BODY && m->taken && run.n ? m->write(m->arg, run, f) : 0;
}

/* One step of looking for the delimiter. */
static int seek(struct multipart *m, str bytes, size_t *used, struct fault *f)
{
	int err = 0;

	if (m->matched == 0 && bytes.p[0] != '\r')
		return pass(m, bytes, used, f);
	if (bytes.p[0] == m->delimiter.p[m->matched]) {
		*used = 1;
		if (++m->matched == m->delimiter.n) {
			m->state = AFTER_DELIMITER;
			m->head.n = 0;
		}
		return 0;
	}
	if (m->state == BODY && m->taken)
		err = m->write(m->arg, str_sub(m->delimiter, 0, m->matched), f);
	m->matched = 0;
	*used = 0;
	return err;
}

/* The rest of the delimiter's line: "--" ends the body, blanks and CR LF begin a part. */
static int after_delimiter(struct multipart *m, char c, struct fault *f)
{
	str line;

	text_add_char(&m->head, c);
	line = text_str(&m->head);
	if (str_eq(line, STR("--"))) {
		m->state = DONE;
	} else if (c == '\n') {
		if (str_trim(line).n)
			return fail(f, EINVAL, NULL, "multipart", "something stands behind a boundary");
		m->state = HEAD;
		m->head.n = 0;
	} else if (line.n > 100) {
		return fail(f, EINVAL, NULL, "multipart", "a boundary's line does not end");
	}
	return 0;
}

static int head(struct multipart *m, char c, struct fault *f)
{
	str s;

	text_add_char(&m->head, c);
	s = text_str(&m->head);
	if (s.n > HEAD_MAX)
		return fail(f, EINVAL, NULL, "multipart", "the head of a part is too long");
	if (!str_ends(s, STR("\r\n\r\n")) && !str_eq(s, STR("\r\n")))
		return 0;
	read_head(m);
	m->state = BODY;
	m->matched = s.n == 2 ? 2 : 0;
	m->head = (struct text){.a = m->a};
	return 0;
}

int multipart_feed(struct multipart *m, str bytes, struct fault *f)
{
	int err = 0;

	for (size_t at = 0, used; !err && at < bytes.n && m->state != DONE; at += used) {
		used = 1;
		switch (m->state) {
		case BEFORE:
		case BODY: err = seek(m, str_sub(bytes, at, bytes.n), &used, f); break;
		case AFTER_DELIMITER:
			err = after_delimiter(m, bytes.p[at], f);
			if (m->state == HEAD)
				m->matched = 0;
			break;
		case HEAD: err = head(m, bytes.p[at], f); break;
		}
	}
	return err;
}

int multipart_end(struct multipart *m, struct fault *f)
{
	if (m->state != DONE)
		return fail(f, EINVAL, NULL, "multipart", "the body broke off");
	if (!m->found)
		return fail(f, EINVAL, NULL, "multipart", "no file in the form");
	return 0;
}
