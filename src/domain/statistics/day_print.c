/* SPDX-License-Identifier: GPL-3.0-or-later */
/* day_print.c - an operator's day on paper and as a table: a row per call, in the order of the clock. */
#include "domain/statistics/statistics_priv.h"
#include "engine/pdf/pdf.h"
#include "engine/zone/zone.h"
#include "kit/phone/phone.h"

enum column { COL_AT, COL_PROJECT, COL_COMPANY, COL_NUMBER, COL_WAY, COL_RESULT, COL_TALK, COLS };
static const struct {
	const char *ru, *en;
	int width;
	double share;
} columns[COLS] = {[COL_AT] = {"Время", "Time", 12, 0.8},
        [COL_PROJECT] = {"Проект", "Project", 24, 2},
        [COL_COMPANY] = {"Компания", "Company", 32, 2.4},
        [COL_NUMBER] = {"Номер", "Number", 18, 1.6},
        [COL_WAY] = {"Направление", "Direction", 14, 1.1},
        [COL_RESULT] = {"Результат", "Result", 28, 2},
        [COL_TALK] = {"Разговор, с", "Talk, s", 12, 0.9}};

static str clock_of(struct arena *a, str zone, int64_t at)
{
	struct zone_time t = {0};

	(void)!zone_local(zone, at, &t, NULL);
	return str_printf(a, "%02d:%02d:%02d", t.minute_of_day / 60, t.minute_of_day % 60, (int)(at / CLOCK_SECOND % 60));
}

/* All but the length of the talk, which is a number. */
static void cells_of(struct arena *a, const struct stat_day *d, const struct day_call *c, bool english, str ret[COLS])
{
	bool in = str_eq(c->direction, STR("in"));

	ret[COL_AT] = clock_of(a, d->figures.ask.zone, c->asked_at);
	ret[COL_PROJECT] = c->project;
	ret[COL_COMPANY] = c->company;
	ret[COL_NUMBER] = phone_pretty(a, c->number);
	ret[COL_WAY] = in ? (english ? STR("Incoming") : STR("Входящий")) : (english ? STR("Outgoing") : STR("Исходящий"));
	ret[COL_RESULT] = c->result;
	ret[COL_TALK] = str_printf(a, "%lld", (long long)((c->talk_ms + CLOCK_SECOND / 2) / CLOCK_SECOND));
}

static str title_of(struct arena *a, const struct stat_day *d, bool english)
{
	return str_printf(a, "%.*s, %.*s", STR_ARG(d->name), STR_ARG(stat_period(a, &d->figures.ask, english)));
}

int stat_day_pdf(struct arena *a, const struct stat_day *d, bool english, str *ret, struct fault *f)
{
	const struct figure *g[FIGURES_MAX];
	struct pdf_column heads[COLS];
	str title = title_of(a, d, english), cells[COLS];
	size_t n = figures_of(&d->figures.ask, g);
	struct pdf *p;
	int err = pdf_new(&p, a,
	        &(struct pdf_about){.title = title, .author = STR("Zvonar"), .foot = title, .made_at = d->figures.ask.now},
	        f);

	if (err)
		return err;
	pdf_heading(p, 1, title);
	for (size_t i = 0; i < n; i++) {
		int64_t v = figure_value(g[i], &d->figures, &d->figures.total, true);
		if (v != FIGURE_NONE && figure_has_source(g[i]))
			pdf_fact(p, str_of(figure_name(g[i], english)), figure_text(a, g[i], v, english));
	}
	for (int i = 0; i < COLS; i++)
		heads[i] = (struct pdf_column){str_of(english ? columns[i].en : columns[i].ru), columns[i].share,
		        i == COL_TALK ? PDF_RIGHT : PDF_LEFT};
	pdf_heading(p, 2, english ? STR("Calls") : STR("Звонки"));
	pdf_table(p, heads, COLS);
	for (size_t i = 0; i < d->n_calls; i++) {
		cells_of(a, d, &d->calls[i], english, cells);
		pdf_row(p, cells);
	}
	pdf_table_end(p);
	return pdf_finish(p, ret, f);
}

int stat_day_table(struct arena *a, const struct stat_day *d, const char *dir, str format, bool english, struct table **ret,
        struct fault *f)
{
	struct xlsx_column heads[COLS];
	str cells[COLS];
	int err;

	for (int i = 0; i < COLS; i++)
		heads[i] = (struct xlsx_column){english ? columns[i].en : columns[i].ru, columns[i].width};
	err = table_open(a, dir, format, "day", heads, COLS, 0, ret, f);
	for (size_t i = 0; !err && i < d->n_calls; i++) {
		cells_of(a, d, &d->calls[i], english, cells);
		for (int k = 0; k < COL_TALK; k++)
			table_text(*ret, cells[k]);
		table_int(*ret, (d->calls[i].talk_ms + CLOCK_SECOND / 2) / CLOCK_SECOND);
		table_end_row(*ret);
	}
	return err;
}
