/* SPDX-License-Identifier: GPL-3.0-or-later */
/* formula_fuzz.c - any text as a formula: refused, or counted over a row of texts the input gives too. */
#include "engine/formula/formula.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	str all = {(const char *)data, n}, text = str_sub(all, 0, str_find(all, '\n', 0));
	struct cell cells[FORMULA_COLUMNS], c;
	struct formula *formula;
	struct arena a = {0};

	for (size_t i = 0; i < COUNT(cells); i++)
		cells[i] = i % 3 ? (struct cell){.type = (enum cell_type)(i % 5), .number = (double)i * 1e30}
		                 : (struct cell){.type = CELL_TEXT, .text = str_sub(text, i, 3 * i)};
	for (size_t i = 0; i < COUNT(cells); i++)
		if (cells[i].type == CELL_DATE)
			cells[i].number = (double)i * 1000;
	if (!formula_parse(&a, text, "formula", &formula, NULL)) {
		c = formula_count(formula, &(struct formula_row){cells, 20530, &a});
		if (cell_text(&a, &c).n > FORMULA_TEXT)
			abort();
	}
	arena_free(&a);
	return 0;
}
