/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print.c - an answer as a document and as a table. The screen has a row per day or operator and a column per figure; paper is as wide as a few
 * columns, so a document lists the figures of the whole period first and then the rows in several tables. */
#include "domain/statistics/statistics_priv.h"
#include "engine/pdf/pdf.h"
#include "kit/app/app.h"

enum { ACROSS = 8, PRINTED_ROWS = 1500 };

struct print {
	struct pdf *pdf;
	struct arena *a;
	const struct statistics *s;
	bool en;
	const struct figure *figures[FIGURES_MAX];
	size_t n;
};

static str cell(const struct print *p, const struct figure *g, const struct stat_row *row, bool is_total)
{
	return figure_text(p->a, g, figure_value(g, p->s, row, is_total), p->en);
}

static void put_rows(const struct print *p, size_t first, size_t n)
{
	struct pdf_column columns[ACROSS + 1] = {{str_of(stat_by_name(p->s->ask.by, p->en)), 2.2, PDF_LEFT}};
	str cells[ACROSS + 1];

	for (size_t i = 0; i < n; i++)
		columns[i + 1] = (struct pdf_column){str_of(figure_name(p->figures[first + i], p->en)), 1, PDF_RIGHT};
	pdf_table(p->pdf, columns, n + 1);
	for (size_t k = 0; k < p->s->n && k < PRINTED_ROWS; k++) {
		cells[0] = p->s->rows[k].name;
		for (size_t i = 0; i < n; i++)
			cells[i + 1] = cell(p, p->figures[first + i], &p->s->rows[k], false);
		pdf_row(p->pdf, cells);
	}
	cells[0] = p->s->total.name;
	for (size_t i = 0; i < n; i++)
		cells[i + 1] = cell(p, p->figures[first + i], &p->s->total, true);
	pdf_sum(p->pdf, cells);
	pdf_table_end(p->pdf);
}

static void put_all(const struct print *p, str title)
{
	pdf_heading(p->pdf, 1, title);
	pdf_text(p->pdf,
	        str_printf(p->a, "%.*s, %.*s", STR_ARG(stat_period(p->a, &p->s->ask, p->en)), STR_ARG(p->s->ask.zone)));
	for (size_t i = 0; i < p->n; i++)
		pdf_fact(p->pdf, str_of(figure_name(p->figures[i], p->en)), cell(p, p->figures[i], &p->s->total, true));
	for (size_t first = 0; p->s->n && first < p->n; first += ACROSS) {
		if (!first)
			pdf_heading(p->pdf, 2, str_of(stat_by_name(p->s->ask.by, p->en)));
		put_rows(p, first, p->n - first < ACROSS ? p->n - first : ACROSS);
	}
	for (size_t i = 0; i < p->n; i++)
		pdf_note(p->pdf, str_printf(p->a, "%s: %s.", figure_name(p->figures[i], p->en),
		                         p->en ? p->figures[i]->source_en : p->figures[i]->source_ru));
}

int statistics_pdf(struct arena *a, const struct statistics *s, str title, bool english, str *ret, struct fault *f)
{
	struct print p = {.a = a, .s = s, .en = english};
	int err = pdf_new(&p.pdf, a,
	        &(struct pdf_about){
	                .title = title, .author = STR("Zvonar"), .foot = title, .made_at = s->ask.now, .wide = true},
	        f);

	if (err)
		return err;
	p.n = figures_of(&s->ask, p.figures);
	put_all(&p, title);
	return pdf_finish(p.pdf, ret, f);
}

const char *stat_dir(const struct app *app, struct arena *a)
{
	return str_z(a, str_printf(a, "%s/tmp", app->settings.data_dir));
}

static void table_row(
        struct table *t, const struct statistics *s, const struct figure *const *g, size_t n, const struct stat_row *row)
{
	table_text(t, row->name);
	for (size_t i = 0; i < n; i++) {
		int64_t v = figure_value(g[i], s, row, row == &s->total);
		if (v == FIGURE_NONE)
			table_text(t, (str){0});
		else if (figure_scale(g[i]) == 1)
			table_int(t, v);
		else
			table_real(t, (double)v / (double)figure_scale(g[i]));
	}
	table_end_row(t);
}

int statistics_table(struct arena *a, const struct statistics *s, const char *dir, str format, bool english,
        struct table **ret, struct fault *f)
{
	const struct figure *g[FIGURES_MAX];
	struct xlsx_column columns[FIGURES_MAX + 1] = {{stat_by_name(s->ask.by, english), 32}};
	size_t n = figures_of(&s->ask, g);
	int err;

	for (size_t i = 0; i < n; i++)
		columns[i + 1] = (struct xlsx_column){figure_name(g[i], english), 16};
	err = table_open(a, dir, format, "statistics", columns, n + 1, 0, ret, f);
	if (err)
		return err;
	for (size_t i = 0; i < s->n; i++)
		table_row(*ret, s, g, n, &s->rows[i]);
	table_row(*ret, s, g, n, &s->total);
	return 0;
}
