/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate_check.c - one walk over the headers; a table says which of them count and what their values must be. */
#include "engine/tel/gate_check.h"

#include "base/parse.h"
#include "base/utf8.h"

enum { CSEQ_MAX = 0x7fffffff, HOPS_MAX = 255, LENGTH_MAX = 65535, LINE_PARTS = 3 };

const char *const tel_gate_verdict_names[TEL_GATE_VERDICTS] = {"ok", "size", "cut", "lines", "start", "version", "uri",
        "status", "missing", "twice", "cseq", "hops", "length", "branch", "quotes", "stranger", "flood", "decode"};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_token(str s)
{
	static const char marks[] = "-.!%*_+`'~";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], small = (char)(c | 0x20);
		if (!((c >= '0' && c <= '9') || (small >= 'a' && small <= 'z') || (c && strchr(marks, c))))
			return false;
	}
	return s.n > 0;
}

/* Values ----------------------------------------------------------------------------------------------------------------- */

struct check {
	struct tel_gate_message m;
	str cseq_method;
	size_t length;
	bool has_length;
};

/* "0009 INVITE", the blank between may be a folded line. */
static enum tel_gate_verdict check_cseq(struct check *c, str value)
{
	size_t at = 0;
	int64_t number;

	while (at < value.n && value.p[at] >= '0' && value.p[at] <= '9')
		at++;
	c->cseq_method = str_trim(str_sub(value, at, value.n));
	return parse_int(str_sub(value, 0, at), 0, CSEQ_MAX, &number) && is_token(c->cseq_method) &&
	                       c->cseq_method.p != value.p + at
	               ? TEL_GATE_OK
	               : TEL_GATE_CSEQ;
}

static enum tel_gate_verdict check_hops(struct check *c, str value)
{
	int64_t hops;

	(void)c;
	return parse_int(value, 0, HOPS_MAX, &hops) ? TEL_GATE_OK : TEL_GATE_HOPS;
}

static enum tel_gate_verdict check_length(struct check *c, str value)
{
	int64_t length;

	if (!parse_int(value, 0, LENGTH_MAX, &length))
		return TEL_GATE_LENGTH;
	c->length = (size_t)length;
	c->has_length = true;
	return TEL_GATE_OK;
}

/* Of the first value; commas and semicolons do not stand in what comes before the branch. One without the magic cookie is of RFC 2543 but
 * does for telling transactions apart (wsinv of RFC 4475 has one); the bare cookie does not. */
static enum tel_gate_verdict check_via(struct check *c, str value)
{
	str one, part, name;

	(void)c;
	str_cut(&value, ',', &one);
	while (str_cut(&one, ';', &part)) {
		str_cut(&part, '=', &name);
		part = str_trim(part);
		if (str_eq_nocase(str_trim(name), STR("branch")) && part.n && !str_eq(part, STR("z9hG4bK")))
			return TEL_GATE_OK;
	}
	return TEL_GATE_BRANCH;
}

static enum tel_gate_verdict check_party(struct check *c, str value)
{
	bool quoted = false;

	(void)c;
	for (size_t i = 0; i < value.n; i++) {
		if (quoted && value.p[i] == '\\')
			i++;
		else if (value.p[i] == '"')
			quoted = !quoted;
	}
	return quoted || !value.n ? TEL_GATE_QUOTES : TEL_GATE_OK;
}

static enum tel_gate_verdict check_call_id(struct check *c, str value)
{
	(void)c;
	return value.n ? TEL_GATE_OK : TEL_GATE_MISSING;
}

enum { VIA, FROM, TO, CALL_ID, CSEQ, MAX_FORWARDS, CONTENT_LENGTH };
static const struct {
	str name, compact;
	bool many;
	enum tel_gate_verdict (*check)(struct check *c, str value);
} headers[] = {
        [VIA] = {STR("Via"), STR("v"), true, check_via},
        [FROM] = {STR("From"), STR("f"), false, check_party},
        [TO] = {STR("To"), STR("t"), false, check_party},
        [CALL_ID] = {STR("Call-ID"), STR("i"), false, check_call_id},
        [CSEQ] = {STR("CSeq"), {0}, false, check_cseq},
        [MAX_FORWARDS] = {STR("Max-Forwards"), {0}, false, check_hops},
        [CONTENT_LENGTH] = {STR("Content-Length"), STR("l"), false, check_length},
};

/* Lines ------------------------------------------------------------------------------------------------------------------ */

/* Cut the first header off *head, folded lines with it and its CRLF away. */
static bool cut_header(str *head, str *line)
{
	size_t at = 0;

	if (!head->n)
		return false;
	do
		at = str_find_str(*head, STR("\r\n"), at) + 2;
	while (at < head->n && is_blank(head->p[at]));
	*line = str_sub(*head, 0, at - 2);
	*head = str_sub(*head, at, head->n);
	return true;
}

static bool only_crlf(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\r' ? i + 1 == s.n || s.p[i + 1] != '\n' : s.p[i] == '\n' && (!i || s.p[i - 1] != '\r'))
			return false;
	return true;
}

static enum tel_gate_verdict check_headers(struct check *c, str head, size_t seen[COUNT(headers)])
{
	enum tel_gate_verdict verdict = TEL_GATE_OK;
	str line, name;

	for (size_t n = 0; !verdict && cut_header(&head, &line); n++) {
		if (line.n > TEL_GATE_HEADER_MAX || n == TEL_GATE_HEADERS_MAX)
			return TEL_GATE_SIZE;
		if (str_find(line, ':', 0) == line.n)
			return TEL_GATE_LINES;
		str_cut(&line, ':', &name);
		while (name.n && is_blank(name.p[name.n - 1]))
			name.n--;
		if (!is_token(name))
			return TEL_GATE_LINES;
		for (size_t i = 0; !verdict && i < COUNT(headers); i++) {
			if (!str_eq_nocase(name, headers[i].name) &&
			        !(headers[i].compact.p && str_eq_nocase(name, headers[i].compact)))
				continue;
			if (seen[i]++ && !headers[i].many)
				verdict = TEL_GATE_TWICE;
			else if (seen[i] == 1)
				verdict = headers[i].check(c, str_trim(line));
		}
	}
	return verdict;
}

/* The first line --------------------------------------------------------------------------------------------------------- */

static enum tel_gate_verdict check_uri(str uri)
{
	static const str schemes[] = {STR("sip"), STR("sips"), STR("tel")};
	str scheme = str_sub(uri, 0, str_find(uri, ':', 0));
	size_t host = 0;
	bool known = false;

	for (size_t i = 0; i < COUNT(schemes); i++)
		known = known || str_eq_nocase(scheme, schemes[i]);
	for (size_t i = 0; i < uri.n; i++) {
		unsigned char c = (unsigned char)uri.p[i];
		if (c <= ' ' || c >= 0x7f || strchr("<>\"\\^`{|}", c))
			return TEL_GATE_URI;
		if (c == '@')
			host = i;
	}
	/* After the user a question mark begins headers; before the @ it is a letter like others. */
	return known && scheme.n + 1 < uri.n && str_find(uri, '?', host) == uri.n ? TEL_GATE_OK : TEL_GATE_URI;
}

static enum tel_gate_verdict check_start(struct check *c, str line)
{
	str part[LINE_PARTS];
	int64_t status;

	if (str_starts(line, STR("SIP/2.0 "))) {
		if (line.n < 12 || line.p[11] != ' ' || !parse_int(str_sub(line, 8, 11), 100, 699, &status))
			return TEL_GATE_STATUS;
		c->m.status = (int)status;
		return TEL_GATE_OK;
	}
	for (size_t i = 0; i < LINE_PARTS; i++)
		if (!str_cut(&line, ' ', &part[i]))
			return TEL_GATE_START;
	if (line.p || !is_token(part[0]) || !part[1].n)
		return TEL_GATE_START;
	if (!str_eq(part[2], STR("SIP/2.0")))
		return TEL_GATE_VERSION;
	c->m.method = part[0];
	return check_uri(part[1]);
}

/* All of it -------------------------------------------------------------------------------------------------------------- */

static enum tel_gate_verdict check_whole(const struct check *c, const size_t seen[COUNT(headers)], size_t rest, bool stream)
{
	for (size_t i = 0; i < COUNT(headers); i++)
		if (!seen[i] && (i == MAX_FORWARDS ? c->m.method.p != NULL : i == CONTENT_LENGTH ? stream : true))
			return TEL_GATE_MISSING;
	if (c->m.method.p && !str_eq(c->m.method, c->cseq_method))
		return TEL_GATE_CSEQ;
	return !stream && c->length > rest ? TEL_GATE_LENGTH : TEL_GATE_OK;
}

enum tel_gate_verdict tel_gate_check(str text, bool stream, struct tel_gate_message *ret)
{
	size_t end = str_find_str(str_sub(text, 0, TEL_GATE_MESSAGE_MAX), STR("\r\n\r\n"), 0), seen[COUNT(headers)] = {0};
	struct check c = {0};
	str head = str_sub(text, 0, end), line;
	enum tel_gate_verdict verdict;

	if (end == text.n || end == TEL_GATE_MESSAGE_MAX || (!stream && text.n > TEL_GATE_MESSAGE_MAX))
		return text.n >= TEL_GATE_MESSAGE_MAX ? TEL_GATE_SIZE : TEL_GATE_CUT;
	if (!only_crlf(head))
		return TEL_GATE_LINES;
	line = str_sub(head, 0, str_find(head, '\r', 0));
	verdict = check_start(&c, line);
	if (!verdict)
		verdict = check_headers(&c, str_sub(head, line.n + 2, head.n), seen);
	if (!verdict)
		verdict = check_whole(&c, seen, text.n - end - 4, stream);
	c.m.n = end + 4 + (c.has_length ? c.length : text.n - end - 4);
	if (!verdict && c.m.n > TEL_GATE_MESSAGE_MAX)
		verdict = TEL_GATE_SIZE;
	if (!verdict && ret)
		*ret = c.m;
	return verdict;
}

void tel_gate_no_redirect(char *p, size_t n)
{
	str text = {p, n}, head = str_sub(text, 0, str_find_str(text, STR("\r\n\r\n"), 0)), line, name;

	while (cut_header(&head, &line)) {
		str_cut(&line, ':', &name);
		name = str_trim(name);
		if (str_eq_nocase(name, STR("Contact")) || str_eq_nocase(name, STR("m")))
			p[name.p - p] = 'x';
	}
}

/* Names ------------------------------------------------------------------------------------------------------------------ */

str tel_gate_name(struct arena *a, str name)
{
	struct text t = {.a = a};
	size_t n = 0;
	bool quoted;

	name = str_trim(utf8_clean(a, str_trim(name)));
	quoted = name.n > 1 && name.p[0] == '"' && name.p[name.n - 1] == '"';
	if (quoted)
		name = str_sub(name, 1, name.n - 1);
	for (size_t i = 0; i < name.n && n < TEL_GATE_NAME_MAX; n++) {
		uint32_t c;
		if (quoted && name.p[i] == '\\' && i + 1 < name.n)
			i++;
		c = utf8_next(name, &i);
		/* Controls, and the marks that turn the direction of what stands around them. */
		if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
		        (c >= 0x2066 && c <= 0x2069) || c == 0xfeff)
			continue;
		utf8_add(&t, c);
	}
	return str_trim(text_str(&t));
}
