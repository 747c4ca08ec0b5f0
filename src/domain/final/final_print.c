/* SPDX-License-Identifier: GPL-3.0-or-later */
/* final_print.c - the report as a document and as a table. */
#include "domain/final/final_priv.h"
#include "engine/pdf/pdf.h"
#include "kit/app/app.h"
#include "kit/table/table.h"

/* Words of headings, Russian and English. */
enum word {
	W_TITLE,
	W_CUSTOMER,
	W_TERM,
	W_CALLS,
	W_DIALOGUES,
	W_LEADS,
	W_MEETINGS,
	W_SALES,
	W_REFUSALS,
	W_CONVERSION,
	W_ADVICE,
	W_WEEKS,
	W_WEEK,
	W_REASONS,
	W_REASON,
	W_CONTACTS,
	W_VERSIONS,
	W_VERSION,
	W_BASES,
	W_BASE,
	W_TOTAL,
	W_SHARE,
	W_NOTE,
	W_PART,
	W_NAME,
	WORDS
};
static const struct {
	const char *ru, *en;
} words[WORDS] = {
        [W_TITLE] = {"Итоги проекта", "Results of the project"},
        [W_CUSTOMER] = {"Заказчик", "Customer"},
        [W_TERM] = {"Срок", "Term"},
        [W_CALLS] = {"Звонки", "Calls"},
        [W_DIALOGUES] = {"Диалоги", "Dialogues"},
        [W_LEADS] = {"Лиды", "Leads"},
        [W_MEETINGS] = {"Встречи", "Meetings"},
        [W_SALES] = {"Продажи", "Sales"},
        [W_REFUSALS] = {"Отказы", "Refusals"},
        [W_CONVERSION] = {"Конверсия", "Conversion"},
        [W_ADVICE] = {"Рекомендация", "Recommendation"},
        [W_WEEKS] = {"По неделям", "By week"},
        [W_WEEK] = {"Неделя с", "Week from"},
        [W_REASONS] = {"Причины отказов", "Reasons of refusals"},
        [W_REASON] = {"Причина", "Reason"},
        [W_CONTACTS] = {"Контакты", "Contacts"},
        [W_VERSIONS] = {"По версиям скрипта", "By version of the script"},
        [W_VERSION] = {"Версия", "Version"},
        [W_BASES] = {"По базам", "By base"},
        [W_BASE] = {"База", "Base"},
        [W_TOTAL] = {"Всего", "Total"},
        [W_SHARE] = {"Доля", "Share"},
        [W_NOTE] = {"Конверсия — лиды к диалогам. Диалог — разговор не короче порога проекта. Цифры равны живому отчёту на момент печати.",
                "Conversion is leads to dialogues. A dialogue is a talk not shorter than the project's threshold. The figures equal the live "
                "report at the time of printing."},
        [W_PART] = {"Раздел", "Part"},
        [W_NAME] = {"Название", "Name"},
};

struct print {
	struct request *q;
	const struct final *r;
	struct pdf *pdf;
	bool en;
};

static const char *word_z(bool en, enum word w)
{
	return en ? words[w].en : words[w].ru;
}

static str word(const struct print *p, enum word w)
{
	return str_of(word_z(p->en, w));
}

static str number(const struct print *p, int64_t v)
{
	return final_number(p->q->a, v, p->en);
}

static str share(const struct print *p, int64_t hits, int64_t n)
{
	return n ? final_percent(p->q->a, (double)hits / (double)n, p->en) : STR("—");
}

/* "2026-03-12" as it is written here. */
static str day(const struct print *p, str iso)
{
	if (p->en || iso.n != 10)
		return iso;
	return str_printf(p->q->a, "%.2s.%.2s.%.4s", iso.p + 8, iso.p + 5, iso.p);
}

static void put_parts(
        const struct print *p, enum word heading, enum word name, const struct final_part *parts, size_t n, bool total)
{
	const struct pdf_column columns[] = {{word(p, name), 3, PDF_LEFT}, {word(p, W_CALLS), 1, PDF_RIGHT},
	        {word(p, W_DIALOGUES), 1, PDF_RIGHT}, {word(p, W_LEADS), 1, PDF_RIGHT},
	        {word(p, W_CONVERSION), 1.2, PDF_RIGHT}, {word(p, W_REFUSALS), 1, PDF_RIGHT}};
	const int64_t *s = p->r->sums;

	if (!n)
		return;
	pdf_heading(p->pdf, 2, word(p, heading));
	pdf_table(p->pdf, columns, COUNT(columns));
	for (size_t i = 0; i < n; i++)
		pdf_row(p->pdf,
		        (str[]){heading == W_WEEKS ? day(p, parts[i].name) : parts[i].name, number(p, parts[i].calls),
		                number(p, parts[i].leads.n), number(p, parts[i].leads.hits),
		                share(p, parts[i].leads.hits, parts[i].leads.n), number(p, parts[i].refusals)});
	if (total)
		pdf_sum(p->pdf, (str[]){word(p, W_TOTAL), number(p, s[SUM_CALLS]), number(p, s[SUM_DIALOGUES]),
		                        number(p, s[SUM_LEADS]), share(p, s[SUM_LEADS], s[SUM_DIALOGUES]),
		                        number(p, s[SUM_REFUSALS])});
	pdf_table_end(p->pdf);
}

static void put_reasons(const struct print *p)
{
	const struct pdf_column columns[] = {
	        {word(p, W_REASON), 4, PDF_LEFT}, {word(p, W_CONTACTS), 1, PDF_RIGHT}, {word(p, W_SHARE), 1, PDF_RIGHT}};
	int64_t all = 0;

	for (size_t i = 0; i < p->r->n_reasons; i++)
		all += p->r->reasons[i].contacts;
	if (!all)
		return;
	pdf_heading(p->pdf, 2, word(p, W_REASONS));
	pdf_table(p->pdf, columns, COUNT(columns));
	for (size_t i = 0; i < p->r->n_reasons; i++)
		pdf_row(p->pdf, (str[]){p->r->reasons[i].name, number(p, p->r->reasons[i].contacts),
		                        share(p, p->r->reasons[i].contacts, all)});
	pdf_table_end(p->pdf);
}

static void put_all(const struct print *p)
{
	static const struct {
		enum word name;
		enum final_sum sum;
	} facts[] = {{W_CALLS, SUM_CALLS}, {W_DIALOGUES, SUM_DIALOGUES}, {W_LEADS, SUM_LEADS}, {W_MEETINGS, SUM_MEETINGS},
	        {W_SALES, SUM_SALES}, {W_REFUSALS, SUM_REFUSALS}};
	const struct final *r = p->r;

	pdf_heading(p->pdf, 1, str_printf(p->q->a, "%.*s «%.*s»", STR_ARG(word(p, W_TITLE)), STR_ARG(r->p->name)));
	pdf_fact(p->pdf, word(p, W_CUSTOMER), r->customer);
	pdf_fact(p->pdf, word(p, W_TERM),
	        r->p->starts_on.n ? str_printf(p->q->a, "%.*s — %.*s", STR_ARG(day(p, r->p->starts_on)),
	                                    STR_ARG(day(p, r->p->ends_on)))
	                          : (str){0});
	for (size_t i = 0; i < COUNT(facts); i++)
		pdf_fact(p->pdf, word(p, facts[i].name), number(p, r->sums[facts[i].sum]));
	pdf_fact(p->pdf, word(p, W_CONVERSION), share(p, r->sums[SUM_LEADS], r->sums[SUM_DIALOGUES]));
	pdf_heading(
	        p->pdf, 2, str_printf(p->q->a, "%.*s: %.*s", STR_ARG(word(p, W_ADVICE)), STR_ARG(final_advice(r, p->en))));
	for (int i = 0; i < REASONS; i++) {
		str said = final_say(p->q->a, r, (enum reason)i, p->en);
		if (said.n)
			pdf_text(p->pdf, said);
	}
	put_parts(p, W_WEEKS, W_WEEK, r->weeks, r->n_weeks, true);
	put_reasons(p);
	put_parts(p, W_VERSIONS, W_VERSION, r->versions, r->n_versions, false);
	put_parts(p, W_BASES, W_BASE, r->bases, r->n_bases, false);
	pdf_note(p->pdf, word(p, W_NOTE));
}

int final_document(struct request *q, const struct final *r, bool english)
{
	struct print p = {.q = q, .r = r, .en = english};
	str title = str_printf(q->a, "%.*s «%.*s»", STR_ARG(word(&p, W_TITLE)), STR_ARG(r->p->name)), bytes;
	int err = pdf_new(&p.pdf, q->a,
	        &(struct pdf_about){.title = title, .author = STR("Zvonar"), .foot = title, .made_at = r->made_at},
	        &q->fault);

	if (err)
		return err;
	put_all(&p);
	err = pdf_finish(p.pdf, &bytes, &q->fault);
	if (err)
		return err;
	q->http->type = "application/pdf";
	http_answer_header(q->http, "Content-Disposition", STR("attachment; filename=\"results.pdf\""));
	text_add(&q->http->out, bytes);
	return 0;
}

static void table_part(struct table *t, const char *part, const struct final_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		table_text(t, str_of(part));
		table_text(t, parts[i].name);
		table_int(t, parts[i].calls);
		table_int(t, parts[i].leads.n);
		table_int(t, parts[i].leads.hits);
		table_int(t, parts[i].refusals);
		table_end_row(t);
	}
}

int final_table(struct request *q, const struct final *r, bool english)
{
	const struct xlsx_column columns[] = {{word_z(english, W_PART), 22}, {word_z(english, W_NAME), 32},
	        {word_z(english, W_CALLS), 12}, {word_z(english, W_DIALOGUES), 12}, {word_z(english, W_LEADS), 12},
	        {word_z(english, W_REFUSALS), 12}};
	const struct final_part total = {
	        r->p->name, r->sums[SUM_CALLS], r->sums[SUM_REFUSALS], {r->sums[SUM_DIALOGUES], r->sums[SUM_LEADS]}};
	struct table *t;
	int err = table_open(q->a, q->app->settings.data_dir, http_param(q->http, "format"), "results", columns,
	        COUNT(columns), 0, &t, &q->fault);

	if (err)
		return err;
	table_part(t, word_z(english, W_TOTAL), &total, 1);
	table_part(t, word_z(english, W_WEEKS), r->weeks, r->n_weeks);
	table_part(t, word_z(english, W_VERSIONS), r->versions, r->n_versions);
	table_part(t, word_z(english, W_BASES), r->bases, r->n_bases);
	for (size_t i = 0; i < r->n_reasons; i++) {
		table_text(t, str_of(word_z(english, W_REASONS)));
		table_text(t, r->reasons[i].name);
		table_text(t, (str){0});
		table_text(t, (str){0});
		table_text(t, (str){0});
		table_int(t, r->reasons[i].contacts);
		table_end_row(t);
	}
	return table_send(t, q->http, &q->fault);
}
