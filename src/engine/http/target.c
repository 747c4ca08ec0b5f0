/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target.c - decoding paths and queries. */
#include "engine/http/target.h"

#include "base/parse.h"
#include "base/utf8.h"

bool percent_decode(struct arena *a, str s, bool plus, str *ret)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	str done;

	for (size_t i = 0; i < s.n; i++) {
		uint8_t byte = (uint8_t)s.p[i];
		if (byte == '%') {
			if (!parse_hex(str_sub(s, i + 1, i + 3), &byte, 1))
				return false;
			i += 2;
		} else if (byte == '+' && plus) {
			byte = ' ';
		}
		p[n++] = (char)byte;
	}
	done = (str){p, n};
	if (!utf8_valid(done)) /* which refuses NUL too */
		return false;
	*ret = done;
	return true;
}

/* What may hide another path: an encoded slash or backslash. */
static bool hides_slash(str raw)
{
	for (size_t i = 0; (i = str_find(raw, '%', i)) < raw.n; i++) {
		str code = str_sub(raw, i + 1, i + 3);
		if (str_eq_nocase(code, STR("2f")) || str_eq_nocase(code, STR("5c")))
			return true;
	}
	return str_find(raw, '\\', 0) < raw.n;
}

static bool control(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7F)
			return true;
	return false;
}

static bool good_segments(str path)
{
	str rest = str_sub(path, 1, path.n), part;

	while (str_cut(&rest, '/', &part))
		if (str_eq(part, STR(".")) || str_eq(part, STR("..")) || (part.n == 0 && rest.p))
			return false;
	return true;
}

static int read_path(struct arena *a, str raw, str *ret, struct fault *f)
{
	if (raw.n == 0 || raw.p[0] != '/')
		return fail(f, EINVAL, NULL, "path", "a path begins with a slash");
	if (hides_slash(raw) || !percent_decode(a, raw, false, ret) || control(*ret))
		return fail(f, EINVAL, NULL, "path", "the path is not properly encoded");
	if (!good_segments(*ret))
		return fail(f, EINVAL, NULL, "path", "a path has no empty part, no . and no ..");
	return 0;
}

static size_t count_params(str query)
{
	size_t n = 1;

	for (size_t i = 0; i < query.n; i++)
		n += query.p[i] == '&';
	return n;
}

static int read_query(struct arena *a, struct target *t, struct fault *f)
{
	size_t n = count_params(t->query);
	struct http_param *p;
	str rest = t->query, part;

	if (n > TARGET_PARAMS_MAX)
		return fail(f, EINVAL, NULL, "query", "more than %d parameters", TARGET_PARAMS_MAX);
	t->params = p = NEW_N(a, struct http_param, n);
	while (str_cut(&rest, '&', &part)) {
		size_t at = str_find(part, '=', 0);
		if (part.n == 0)
			continue;
		if (!percent_decode(a, str_sub(part, 0, at), true, &p->name) ||
		        !percent_decode(a, str_sub(part, at + 1, part.n), true, &p->value))
			return fail(f, EINVAL, NULL, "query", "the query is not properly encoded");
		p++;
	}
	t->n_params = (size_t)(p - t->params);
	return 0;
}

int target_parse(struct arena *a, str raw, struct target *ret, struct fault *f)
{
	struct target t = {0};
	size_t at = str_find(raw, '?', 0);
	int err;

	if (str_find(raw, '#', 0) < raw.n || str_find(raw, ' ', 0) < raw.n)
		return fail(f, EINVAL, NULL, "path", "a blank or # in the address");
	t.query = str_sub(raw, at + 1, raw.n);
	err = read_path(a, str_sub(raw, 0, at), &t.path, f);
	if (!err && t.query.n)
		err = read_query(a, &t, f);
	if (!err)
		*ret = t;
	return err;
}
