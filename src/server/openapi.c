/* SPDX-License-Identifier: GPL-3.0-or-later */
/* openapi.c - `zvonar openapi`: the API as the program itself knows it, for docs/openapi.json and the authorisation matrix. */
#include "domain/role/role.h"
#include "server/cli.h"
#include "server/config.h"
#include "server/modules.h"

enum { LINE_MAX_CHARS = 120 };

/* How long the object or list that opens at p is, or 0 when it is longer than max. */
static size_t length_within(str doc, size_t from, size_t max)
{
	int depth = 0;
	bool text = false;

	for (size_t i = from; i < doc.n && i - from < max; i++) {
		char c = doc.p[i];
		if (c == '"' && doc.p[i - 1] != '\\')
			text = !text;
		if (!text && (c == '{' || c == '['))
			depth++;
		if (!text && (c == '}' || c == ']') && --depth == 0)
			return i + 1 - from;
	}
	return 0;
}

/* Indent a JSON document whose text is known to be well-formed; what fits on the rest of a line stays on it. */
static void print_indented(str doc)
{
	int depth = 0;
	size_t column = 0;
	bool text = false;

	for (size_t i = 0; i < doc.n; i++, column++) {
		char c = doc.p[i];
		bool opens = !text && (c == '{' || c == '['), closes = !text && (c == '}' || c == ']');
		size_t whole = opens && column < LINE_MAX_CHARS ? length_within(doc, i, LINE_MAX_CHARS - column) : 0;

		if (whole) {
			printf("%.*s", (int)whole, doc.p + i);
			column += whole - 1;
			i += whole - 1;
			continue;
		}
		if (c == '"' && (i == 0 || doc.p[i - 1] != '\\'))
			text = !text;
		depth += opens - closes;
		if (closes)
			column = (size_t)printf("\n%*s", depth * 2, "");
		putchar(c);
		if (opens || (!text && c == ','))
			column = (size_t)printf("\n%*s", depth * 2, "");
		else if (!text && c == ':')
			putchar(' ');
	}
	putchar('\n');
}

static void print_routes(const struct router *r)
{
	for (size_t i = 0; i < router_count(r); i++) {
		const struct route *route = router_at(r, i, NULL);
		printf("%s\t%s%s\n", http_method_names[route->method], route->public_path ? "" : "/api", route->path);
	}
}

int cli_openapi(int argc, char **argv)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	struct fault f = {0};
	struct config c;
	struct router *r = NULL;
	int err = config_read("openapi", argc, argv, &c, &f);

	access_rules_set(&role_rules);
	if (!err)
		err = router_new(modules, modules_count, &r, &f);
	if (err)
		return config_sorry(&f);
	if (c.routes) {
		print_routes(r);
	} else {
		router_openapi(r, &t);
		print_indented(text_str(&t));
	}
	router_free(r);
	arena_free(&a);
	return 0;
}
