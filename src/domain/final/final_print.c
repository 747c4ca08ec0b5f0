/* SPDX-License-Identifier: GPL-3.0-or-later */
/* final_print.c - the report as a document and as a table. */
#include "domain/calendar/calendar.h"
#include "domain/final/final_priv.h"
#include "engine/pdf/pdf.h"
#include "engine/zone/zone.h"
#include "kit/app/app.h"
#include "kit/table/table.h"

#include <math.h>

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
	W_CHANGES,
	W_CHANGE,
	W_SINCE,
	W_BEFORE,
	W_AFTER,
	W_BETWEEN,
	W_LEFT,
	W_FRESH,
	W_DUE,
	W_EXPECTED,
	W_FROM,
	W_TO,
	W_PERCENT,
	W_NOTE_NAME,
	W_CHANGES_NOTE,
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
        [W_CHANGES] = {"По изменениям", "By change"},
        [W_CHANGE] = {"Изменение", "Change"},
        [W_SINCE] = {"Действует с", "In force from"},
        [W_BEFORE] = {"До", "Before"},
        [W_AFTER] = {"После", "After"},
        [W_BETWEEN] = {"Разница, пункты", "Difference, points"},
        [W_LEFT] = {"Осталось в базе", "Left in the base"},
        [W_FRESH] = {"Ещё не звонили", "Never called"},
        [W_DUE] = {"Ждут звонка", "Waiting for another call"},
        [W_EXPECTED] = {"Ожидается, с вероятностью 80 %", "Expected, with four chances in five"},
        [W_FROM] = {"От", "From"},
        [W_TO] = {"До", "To"},
        [W_PERCENT] = {"Конверсия или доля, %", "Conversion or share, %"},
        [W_NOTE_NAME] = {"Пояснение", "Note"},
        [W_CHANGES_NOTE] =
                {"Изменения: конверсия исходящих звонков, разница с вероятностью 95 %. Сравниваются «до» и «после», поэтому сказаться могло и "
                 "другое.",
                        "Changes: the conversion of outgoing calls, with the 95% interval of the difference. It is before and after, not side by side, so "
                        "other things may have played a part."},
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

static str term(const struct print *p)
{
	return str_printf(p->q->a, "%.*s — %.*s", STR_ARG(day(p, p->r->p->starts_on)), STR_ARG(day(p, p->r->p->ends_on)));
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

static str since(const struct print *p, const struct change_effect *e)
{
	struct zone_time t;

	if (zone_local(p->r->p->timezone, e->applied_at, &t, NULL))
		return (str){0};
	return day(p, calendar_iso(p->q->a, date_days(t.date)));
}

static void put_changes(const struct print *p)
{
	const struct pdf_column columns[] = {{word(p, W_CHANGE), 3, PDF_LEFT}, {word(p, W_SINCE), 1, PDF_RIGHT},
	        {word(p, W_BEFORE), 1, PDF_RIGHT}, {word(p, W_AFTER), 1, PDF_RIGHT}, {word(p, W_BETWEEN), 1.2, PDF_RIGHT}};

	if (!p->r->n_changes)
		return;
	pdf_heading(p->pdf, 2, word(p, W_CHANGES));
	pdf_table(p->pdf, columns, COUNT(columns));
	for (size_t i = 0; i < p->r->n_changes; i++) {
		const struct change_effect *e = &p->r->changes[i];
		pdf_row(p->pdf,
		        (str[]){str_printf(p->q->a, "%lld. %.*s", (long long)e->number, STR_ARG(e->title)), since(p, e),
		                share(p, e->before.leads, e->before.dialogues), share(p, e->after.leads, e->after.dialogues),
		                e->both ? final_between(p->q->a, e, p->en) : STR("—")});
	}
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
	pdf_fact(p->pdf, word(p, W_TERM), r->p->starts_on.n ? term(p) : (str){0});
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
	put_changes(p);
	put_parts(p, W_VERSIONS, W_VERSION, r->versions, r->n_versions, false);
	put_parts(p, W_BASES, W_BASE, r->bases, r->n_bases, false);
	pdf_note(p->pdf, word(p, W_NOTE));
	if (r->n_changes)
		pdf_note(p->pdf, word(p, W_CHANGES_NOTE));
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

/* The table: one sheet whose rows say to which part of the report they belong ------------------------------------------------- */

/* A cell that a row does not have is NONE. */
#define NONE INT64_MIN
struct line {
	enum word part;
	str name;
	int64_t calls, dialogues, leads, meetings, sales, refusals, contacts;
	double share, from, to; /* NAN: none */
};

static void table_number(struct table *t, int64_t v)
{
	if (v == NONE)
		table_text(t, (str){0});
	else
		table_int(t, v);
}

/* Shares in percent, differences in points: two decimals, as numbers. */
static void table_hundredths(struct table *t, double v)
{
	if (isnan(v))
		table_text(t, (str){0});
	else
		table_real(t, round(v * 100) / 100);
}

static double percent_of(int64_t hits, int64_t n)
{
	return n ? 100.0 * (double)hits / (double)n : NAN;
}

static void table_line(const struct print *p, struct table *t, const struct line *l)
{
	table_text(t, word(p, l->part));
	table_text(t, l->name);
	table_number(t, l->calls);
	table_number(t, l->dialogues);
	table_number(t, l->leads);
	table_number(t, l->meetings);
	table_number(t, l->sales);
	table_number(t, l->refusals);
	table_number(t, l->contacts);
	table_hundredths(t, l->share);
	table_hundredths(t, l->from);
	table_hundredths(t, l->to);
	table_end_row(t);
}

#define EMPTY_LINE(p, n) \
	{ \
		.part = (p), .name = (n), NONE, NONE, NONE, NONE, NONE, NONE, NONE, NAN, NAN, NAN \
	}

static void table_words(const struct print *p, struct table *t, enum word part, str name)
{
	table_line(p, t, &(struct line)EMPTY_LINE(part, name));
}

static void table_parts(const struct print *p, struct table *t, enum word part, const struct final_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct final_part *x = &parts[i];
		table_line(p, t,
		        &(struct line){part, x->name, x->calls, x->leads.n, x->leads.hits, x->meetings, x->sales,
		                x->refusals, NONE, percent_of(x->leads.hits, x->leads.n), NAN, NAN});
	}
}

static void table_reasons(const struct print *p, struct table *t)
{
	int64_t all = 0;

	for (size_t i = 0; i < p->r->n_reasons; i++)
		all += p->r->reasons[i].contacts;
	for (size_t i = 0; i < p->r->n_reasons; i++) {
		struct line l = EMPTY_LINE(W_REASONS, p->r->reasons[i].name);
		l.contacts = p->r->reasons[i].contacts;
		l.share = percent_of(l.contacts, all);
		table_line(p, t, &l);
	}
}

/* Two lines a change: before it, and after it with the difference it made. */
static void table_changes(const struct print *p, struct table *t)
{
	for (size_t i = 0; i < p->r->n_changes; i++) {
		const struct change_effect *e = &p->r->changes[i];
		for (int after = 0; after < 2; after++) {
			const struct change_side *s = after ? &e->after : &e->before;
			struct line l = EMPTY_LINE(W_CHANGES,
			        str_printf(p->q->a, "%lld. %.*s, %.*s: %.*s", (long long)e->number, STR_ARG(e->title),
			                STR_ARG(since(p, e)), STR_ARG(word(p, after ? W_AFTER : W_BEFORE))));
			l.dialogues = s->dialogues;
			l.leads = s->leads;
			l.share = percent_of(s->leads, s->dialogues);
			if (after && e->both)
				l.from = 100 * e->d.low, l.to = 100 * e->d.high;
			table_line(p, t, &l);
		}
	}
}

static void table_left(const struct print *p, struct table *t)
{
	const struct final *r = p->r;
	struct line fresh = EMPTY_LINE(W_LEFT, word(p, W_FRESH)), due = EMPTY_LINE(W_LEFT, word(p, W_DUE)),
	            expected = EMPTY_LINE(W_LEFT, word(p, W_EXPECTED));

	fresh.contacts = r->fresh;
	due.contacts = r->due;
	expected.dialogues = r->dialogues_left;
	expected.leads = r->leads_left.middle;
	expected.from = (double)r->leads_left.low;
	expected.to = (double)r->leads_left.high;
	table_line(p, t, &fresh);
	table_line(p, t, &due);
	table_line(p, t, &expected);
}

static void table_all(const struct print *p, struct table *t)
{
	const struct final *r = p->r;
	const int64_t *s = r->sums;
	const struct final_part total = {
	        r->p->name, s[SUM_CALLS], s[SUM_MEETINGS], s[SUM_SALES], s[SUM_REFUSALS], {s[SUM_DIALOGUES], s[SUM_LEADS]}};

	table_words(p, t, W_CUSTOMER, r->customer);
	if (r->p->starts_on.n)
		table_words(p, t, W_TERM, term(p));
	table_words(p, t, W_ADVICE, final_advice(r, p->en));
	for (int i = 0; i < REASONS; i++) {
		str said = final_say(p->q->a, r, (enum reason)i, p->en);
		if (said.n)
			table_words(p, t, W_ADVICE, said);
	}
	table_parts(p, t, W_TOTAL, &total, 1);
	table_parts(p, t, W_WEEKS, r->weeks, r->n_weeks);
	table_reasons(p, t);
	table_changes(p, t);
	table_parts(p, t, W_VERSIONS, r->versions, r->n_versions);
	table_parts(p, t, W_BASES, r->bases, r->n_bases);
	table_left(p, t);
	table_words(p, t, W_NOTE_NAME, word(p, W_NOTE));
	if (r->n_changes)
		table_words(p, t, W_NOTE_NAME, word(p, W_CHANGES_NOTE));
}

int final_table(struct request *q, const struct final *r, bool english)
{
	const struct print p = {.q = q, .r = r, .en = english};
	const struct xlsx_column columns[] = {{word_z(english, W_PART), 22}, {word_z(english, W_NAME), 60},
	        {word_z(english, W_CALLS), 12}, {word_z(english, W_DIALOGUES), 12}, {word_z(english, W_LEADS), 12},
	        {word_z(english, W_MEETINGS), 12}, {word_z(english, W_SALES), 12}, {word_z(english, W_REFUSALS), 12},
	        {word_z(english, W_CONTACTS), 12}, {word_z(english, W_PERCENT), 14}, {word_z(english, W_FROM), 10},
	        {word_z(english, W_TO), 10}};
	struct table *t;
	int err = table_open(q->a, q->app->settings.data_dir, http_param(q->http, "format"), "results", columns,
	        COUNT(columns), 0, &t, &q->fault);

	if (err)
		return err;
	table_all(&p, t);
	return table_send(t, q->http, &q->fault);
}
