/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parse.c - from text to a tree: a descent by precedence that counts nodes and levels. */
#include "base/parse.h"

#include "base/utf8.h"
#include "engine/formula/formula_priv.h"

struct parser {
	struct arena *a;
	str text;
	size_t at, nodes, depth;
	struct formula *formula;
	const char *field;
	struct fault *f;
};

/* The words quote the place: «) + 1». */
static int wrong(const struct parser *p, const char *code, const char *what)
{
	str rest = utf8_cut(str_trim(str_sub(p->text, p->at, p->text.n)), 24);

	if (!rest.n)
		return fail(p->f, EINVAL, p->field, code, "%s", what);
	return fail(p->f, EINVAL, p->field, code, "%s: «%.*s»", what, STR_ARG(rest));
}

static void blanks(struct parser *p)
{
	while (p->at < p->text.n) {
		if (strchr(" \t\r\n", p->text.p[p->at]))
			p->at++;
		else if (str_starts(str_sub(p->text, p->at, p->text.n), STR("\u00a0")))
			p->at += 2;
		else
			break;
	}
}

static char peek(struct parser *p)
{
	blanks(p);
	return p->at < p->text.n ? p->text.p[p->at] : '\0';
}

static bool accept(struct parser *p, const char *token)
{
	blanks(p);
	if (!str_starts(str_sub(p->text, p->at, p->text.n), str_of(token)))
		return false;
	p->at += strlen(token);
	return true;
}

static int node_new(struct parser *p, struct formula_node **ret)
{
	if (++p->nodes > FORMULA_NODES)
		return wrong(p, "formula_long", "the formula is too long: split it into two columns");
	*ret = NEW(p->a, struct formula_node);
	return 0;
}

static int parse_expression(struct parser *p, const struct formula_node **ret);

static int parse_number(struct parser *p, struct formula_node *n)
{
	size_t from = p->at;
	double v;

	while (p->at < p->text.n && strchr("0123456789.", p->text.p[p->at]))
		p->at++;
	if (!parse_real(str_sub(p->text, from, p->at), &v)) {
		p->at = from;
		return wrong(p, "formula_number", "this is no number");
	}
	n->value = cell_number(v);
	return 0;
}

/* close: the quote that ends it; written twice it is one of the text. */
static int parse_text(struct parser *p, str close, struct formula_node *n)
{
	struct text t = {.a = p->a};

	for (;;) {
		size_t end = str_find_str(p->text, close, p->at);
		if (end >= p->text.n)
			return wrong(p, "formula_quote", "a quote is not closed");
		text_add(&t, str_sub(p->text, p->at, end));
		p->at = end + close.n;
		if (!str_starts(str_sub(p->text, p->at, p->text.n), close))
			break;
		text_add(&t, close);
		p->at += close.n;
	}
	n->value = cell_str(text_str(&t));
	return 0;
}

static int parse_column(struct parser *p, struct formula_node *n)
{
	struct formula *m = p->formula;
	size_t end = str_find(p->text, ']', p->at);
	str key = str_trim(str_sub(p->text, p->at, end));

	if (end >= p->text.n || !key.n)
		return wrong(p, "formula_column", "a column stands in brackets: [company]");
	p->at = end + 1;
	n->kind = NODE_COLUMN;
	for (n->column = 0; n->column < m->n_columns; n->column++)
		if (str_eq(m->columns[n->column], key))
			return 0;
	if (m->n_columns == FORMULA_COLUMNS)
		return wrong(p, "formula_long", "the formula reads too many columns");
	m->columns[m->n_columns++] = str_copy(p->a, key);
	return 0;
}

static bool is_letter(const struct parser *p)
{
	char c = p->at < p->text.n ? p->text.p[p->at] : ' ';

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c & 0x80;
}

static int parse_arguments(struct parser *p, struct formula_node *n)
{
	int err = 0;

	if (accept(p, ")"))
		return 0;
	do {
		if (n->n == ARGS_MAX)
			return wrong(p, "formula_args", "too many arguments");
		err = parse_expression(p, &n->args[n->n++]);
	} while (!err && (accept(p, ",") || accept(p, ";")));
	if (!err && !accept(p, ")"))
		err = wrong(p, "formula_bracket", "a bracket is not closed");
	return err;
}

static int parse_call(struct parser *p, struct formula_node *n)
{
	size_t from = p->at;
	int err;

	while (is_letter(p))
		p->at++;
	n->kind = NODE_CALL;
	n->fn = function_find(utf8_lower(p->a, str_sub(p->text, from, p->at)));
	if (!n->fn || !accept(p, "(")) {
		p->at = from;
		return n->fn ? wrong(p, "formula_bracket", "a function wants its arguments in brackets")
		             : wrong(p, "formula_name",
		                       "there is no function of this name; a column stands in brackets, a text in quotes");
	}
	err = parse_arguments(p, n);
	if (!err && (n->n < n->fn->min || n->n > n->fn->max))
		err = wrong(p, "formula_args", "this function takes another number of arguments");
	return err;
}

static int parse_value(struct parser *p, const struct formula_node **ret)
{
	struct formula_node *n;
	char c = peek(p);
	int err;

	if (accept(p, "(")) {
		err = parse_expression(p, ret);
		return err || accept(p, ")") ? err : wrong(p, "formula_bracket", "a bracket is not closed");
	}
	err = node_new(p, &n);
	if (err)
		return err;
	*ret = n;
	if (c >= '0' && c <= '9')
		return parse_number(p, n);
	if (accept(p, "\""))
		return parse_text(p, STR("\""), n);
	if (accept(p, "«"))
		return parse_text(p, STR("»"), n);
	if (accept(p, "["))
		return parse_column(p, n);
	if (is_letter(p))
		return parse_call(p, n);
	return c ? wrong(p, "formula_unknown", "this is not understood")
	         : wrong(p, "formula_missing", "something is missing");
}

static int parse_unary(struct parser *p, const struct formula_node **ret)
{
	struct formula_node *n;
	int err;

	if (!accept(p, "-"))
		return parse_value(p, ret);
	if (p->depth == FORMULA_DEPTH)
		return wrong(p, "formula_deep", "the brackets are too deep");
	p->depth++;
	err = node_new(p, &n);
	if (!err) {
		n->kind = NODE_NEGATE;
		n->n = 1;
		err = parse_unary(p, &n->args[0]);
		*ret = n;
	}
	p->depth--;
	return err;
}

/* Signs by precedence, the loosest first; longer ones before those they begin with. */
static const struct {
	const char *token;
	char sign;
} levels[][6] = {
        {{"<>", '!'}, {"<=", '{'}, {">=", '}'}, {"=", '='}, {"<", '<'}, {">", '>'}},
        {{"&", '&'}},
        {{"+", '+'}, {"-", '-'}},
        {{"*", '*'}, {"/", '/'}},
};

static char accept_sign(struct parser *p, size_t level)
{
	for (size_t i = 0; i < COUNT(levels[0]) && levels[level][i].token; i++)
		if (accept(p, levels[level][i].token))
			return levels[level][i].sign;
	return '\0';
}

static int parse_level(struct parser *p, size_t level, const struct formula_node **ret)
{
	const struct formula_node *left = NULL;
	char sign;
	int err = level == COUNT(levels) ? parse_unary(p, ret) : parse_level(p, level + 1, &left);

	if (level == COUNT(levels))
		return err;
	while (!err && (sign = accept_sign(p, level))) {
		struct formula_node *n = NULL;
		err = node_new(p, &n);
		if (err)
			return err;
		n->kind = NODE_SIGN;
		n->sign = sign;
		n->n = 2;
		n->args[0] = left;
		err = parse_level(p, level + 1, &n->args[1]);
		left = n;
	}
	*ret = left;
	return err;
}

static int parse_expression(struct parser *p, const struct formula_node **ret)
{
	int err;

	if (p->depth == FORMULA_DEPTH)
		return wrong(p, "formula_deep", "the brackets are too deep");
	p->depth++;
	err = parse_level(p, 0, ret);
	p->depth--;
	return err;
}

int formula_parse(struct arena *a, str text, const char *field, struct formula **ret, struct fault *f)
{
	struct parser p = {.a = a, .text = text, .field = field, .f = f, .formula = NEW(a, struct formula)};
	int err;

	if (text.n > FORMULA_BYTES || !utf8_valid(text))
		return fail(f, EINVAL, field, "formula_long", "a formula has at most %d bytes of text", FORMULA_BYTES);
	accept(&p, "="); /* out of habit with spreadsheets */
	err = parse_expression(&p, &p.formula->root);
	if (!err && peek(&p))
		err = wrong(&p, "formula_unknown", "this is not understood");
	if (!err)
		*ret = p.formula;
	return err;
}
