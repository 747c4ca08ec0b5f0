/* SPDX-License-Identifier: GPL-3.0-or-later */
/* formula_priv.h - between the parser (parse.c), the tree walker (formula.c) and the functions (functions.c). */
#ifndef ENGINE_FORMULA_FORMULA_PRIV_H
#define ENGINE_FORMULA_FORMULA_PRIV_H

#include "engine/formula/formula.h"

enum { ARGS_MAX = 20 };
enum node_kind { NODE_VALUE, NODE_COLUMN, NODE_NEGATE, NODE_SIGN, NODE_CALL };

struct formula_node {
	enum node_kind kind;
	struct cell value;                 /* NODE_VALUE */
	size_t column;                     /* NODE_COLUMN: index into columns */
	char sign;                         /* NODE_SIGN: + - * / & = ! < { > }, where ! is <>, { is <=, } is >= */
	const struct formula_function *fn; /* NODE_CALL */
	const struct formula_node *args[ARGS_MAX];
	size_t n;
};

/* Functions get their arguments uncounted, so that if() counts one of its branches only. */
struct formula_function {
	const char *en, *ru;
	size_t min, max;
	struct cell (*run)(const struct formula_node *call, const struct formula_row *row);
};
/* name in lower case. NULL when there is none. */
const struct formula_function *function_find(str name);

struct cell node_count(const struct formula_node *n, const struct formula_row *row);
/* Conversions; an error passes through. */
struct cell to_number(struct cell c);
struct cell to_text(struct cell c, struct arena *a);
struct cell to_date(struct cell c);
struct cell to_bool(struct cell c, struct arena *a);
/* Below, equal or above 0. Both without errors. */
int cells_order(struct cell x, struct cell y, struct arena *a);

static inline struct cell cell_error(enum cell_error e)
{
	return (struct cell){.type = CELL_ERROR, .error = e};
}
static inline struct cell cell_bool(bool b)
{
	return (struct cell){.type = CELL_BOOL, .number = b};
}
struct cell cell_number(double v);
struct cell cell_day(double days);
struct cell cell_str(str text);

#endif
