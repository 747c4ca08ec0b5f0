/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.c - the evening letter in words: Russian and English, as plain text and as HTML that mail programs of all ages draw
 * (tables and inline styles only). A word of either language is one row of a table. */
#include "domain/letter/letter_priv.h"
#include "kit/phone/phone.h"

struct words {
	const char *months[12], *weekdays[7];
	const char *hello, *about, *calls, *answered, *dialogues, *leads, *meetings, *sales, *conversion, *talk, *plan, *of;
	const char *lead_list, *no_leads, *more, *listen, *card, *report, *until, *log, *signature;
	const char *longer, *as_usual, *more_than, *less_than, *longer_than, *shorter_than, *from_to;
	const char *minute, *second;
	char decimal;
	bool month_first;
};

static const struct words russian = {
        .months = {"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
                "декабря"},
        .weekdays = {"понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"},
        .hello = "Добрый вечер.",
        .about = "Итоги дня по проекту",
        .calls = "Звонков",
        .answered = "Дозвонов",
        .dialogues = "Диалогов",
        .leads = "Лидов",
        .meetings = "Встреч",
        .sales = "Продаж",
        .conversion = "Из диалога в лид",
        .talk = "Средний разговор",
        .plan = "план на день",
        .of = "из",
        .lead_list = "Лиды дня",
        .no_leads = "Лидов сегодня нет.",
        .more = "Остальные лиды дня — в отчёте.",
        .listen = "Карточка и запись разговора",
        .card = "Карточка",
        .report = "Открыть весь отчёт",
        .until = "Ссылки открывают отчёт без пароля до",
        .log = "Журнал звонков, отметка дня. Сохраните её: по ней можно проверить, что записи о звонках потом не меняли",
        .signature = "Письмо составлено автоматически. Если что-то в нём неясно, ответьте на него.",
        .longer = "Звонки дольше %lld с",
        .as_usual = "как обычно",
        .more_than = "больше обычного",
        .less_than = "меньше обычного",
        .longer_than = "длиннее обычного",
        .shorter_than = "короче обычного",
        .from_to = "%.*s, %s: бывает от %.*s до %.*s",
        .minute = "мин",
        .second = "с",
        .decimal = ',',
};
static const struct words english = {
        .months = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                "November", "December"},
        .weekdays = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
        .hello = "Good evening,",
        .about = "The day in your project",
        .calls = "Calls",
        .answered = "Answered",
        .dialogues = "Dialogues",
        .leads = "Leads",
        .meetings = "Meetings",
        .sales = "Sales",
        .conversion = "Dialogues that became leads",
        .talk = "Average talk",
        .plan = "plan for the day",
        .of = "of",
        .lead_list = "Leads of the day",
        .no_leads = "There were no leads today.",
        .more = "The other leads of the day are in the report.",
        .listen = "Card and recording",
        .card = "Card",
        .report = "Open the whole report",
        .until = "The links open the report without a password until",
        .log = "Log of calls, mark of the day. Keep it: it shows later whether records of calls were changed",
        .signature = "This letter was written by a program. If anything in it is unclear, please reply.",
        .longer = "Calls over %lld s",
        .as_usual = "as usual",
        .more_than = "more than usual",
        .less_than = "fewer than usual",
        .longer_than = "longer than usual",
        .shorter_than = "shorter than usual",
        .from_to = "%.*s, %s: the usual range is %.*s to %.*s",
        .minute = "min",
        .second = "s",
        .decimal = '.',
        .month_first = true,
};

static const struct words *words_of(const struct evening *e)
{
	return str_eq(e->language, STR("en")) ? &english : &russian;
}

str day_iso(struct arena *a, struct date d)
{
	return str_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static str day_words(struct arena *a, const struct words *w, struct date d)
{
	return w->month_first ? str_printf(a, "%s %d", w->months[d.month - 1], d.day)
	                      : str_printf(a, "%d %s", d.day, w->months[d.month - 1]);
}

static str until_words(struct arena *a, const struct evening *e, int64_t until)
{
	struct zone_time t = {.date = date_of_days(until / CLOCK_DAY)};
	struct fault f;

	/* A zone that is none falls back to UTC: the day is what matters here. */
	(void)!zone_local(e->zone, until, &t, &f);
	return day_words(a, words_of(e), t.date);
}

str letter_moment(struct arena *a, str language, str zone, int64_t at)
{
	const struct words *w = str_eq(language, STR("en")) ? &english : &russian;
	struct zone_time t = {.date = date_of_days(at / CLOCK_DAY)};
	struct fault f;

	(void)!zone_local(zone, at, &t, &f);
	return str_printf(
	        a, "%.*s, %02d:%02d", STR_ARG(day_words(a, w, t.date)), t.minute_of_day / 60, t.minute_of_day % 60);
}

static str percent(struct arena *a, const struct words *w, int64_t part, int64_t whole)
{
	int64_t tenths = whole ? (part * 2000 + whole) / (2 * whole) : 0;

	return str_printf(a, "%lld%c%lld %%", (long long)(tenths / 10), w->decimal, (long long)(tenths % 10));
}

static str span(struct arena *a, const struct words *w, int64_t ms)
{
	int64_t s = (ms + 500) / 1000;

	if (s < 60)
		return str_printf(a, "%lld %s", (long long)s, w->second);
	return str_printf(a, "%lld %s %lld %s", (long long)(s / 60), w->minute, (long long)(s % 60), w->second);
}

/* One line of figures. */
struct line {
	const char *name;
	str value;
};
enum { LINES = 9 };

static str dialogues_words(struct arena *a, const struct words *w, const struct evening *e, const struct figures *g)
{
	if (e->plan <= 0)
		return str_printf(a, "%lld", (long long)g->dialogues);
	return str_printf(a, "%lld (%s %lld, %.*s)", (long long)g->dialogues, w->plan, (long long)e->plan,
	        STR_ARG(percent(a, w, g->dialogues, e->plan)));
}

/* A value beside what is usual in the project; alone while too few days are known. Formats of the table of words. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static str beside_usual(struct arena *a, const struct words *w, str value, const char *how, str low, str high)
{
	return str_printf(a, w->from_to, STR_ARG(value), how, STR_ARG(low), STR_ARG(high));
}

static const char *longer_name(struct arena *a, const struct words *w, int64_t s)
{
	return str_printf(a, w->longer, (long long)s).p;
}
#pragma GCC diagnostic pop

static str longer_words(struct arena *a, const struct words *w, const struct figures *g)
{
	int64_t share = g->dialogues * 1000 / g->calls;
	str value = str_printf(a, "%lld %s %lld (%.*s)", (long long)g->dialogues, w->of, (long long)g->calls,
	        STR_ARG(percent(a, w, g->dialogues, g->calls)));

	if (!g->share.known)
		return value;
	return beside_usual(a, w, value,
	        share > g->share.high  ? w->more_than
	        : share < g->share.low ? w->less_than
	                               : w->as_usual,
	        percent(a, w, g->share.low, 1000), percent(a, w, g->share.high, 1000));
}

static str talk_words(struct arena *a, const struct words *w, const struct figures *g)
{
	int64_t mean = g->talk_ms / g->answered;

	if (!g->talk.known)
		return span(a, w, mean);
	return beside_usual(a, w, span(a, w, mean),
	        mean > g->talk.high  ? w->longer_than
	        : mean < g->talk.low ? w->shorter_than
	                             : w->as_usual,
	        span(a, w, g->talk.low), span(a, w, g->talk.high));
}

static size_t lines_of(struct arena *a, const struct evening *e, const struct figures *g, struct line ret[LINES])
{
	const struct words *w = words_of(e);
	size_t n = 0;

	ret[n++] = (struct line){w->calls, str_printf(a, "%lld", (long long)g->calls)};
	ret[n++] = (struct line){w->answered, str_printf(a, "%lld", (long long)g->answered)};
	ret[n++] = (struct line){w->dialogues, dialogues_words(a, w, e, g)};
	ret[n++] = (struct line){w->leads, str_printf(a, "%lld", (long long)g->leads)};
	if (g->meetings)
		ret[n++] = (struct line){w->meetings, str_printf(a, "%lld", (long long)g->meetings)};
	if (g->sales)
		ret[n++] = (struct line){w->sales, str_printf(a, "%lld", (long long)g->sales)};
	if (g->dialogues)
		ret[n++] = (struct line){
		        w->conversion, str_printf(a, "%.*s (%lld %s %lld)", STR_ARG(percent(a, w, g->leads, g->dialogues)),
		                               (long long)g->leads, w->of, (long long)g->dialogues)};
	if (g->answered)
		ret[n++] = (struct line){w->talk, talk_words(a, w, g)};
	if (g->calls)
		ret[n++] = (struct line){longer_name(a, w, e->dialogue_s), longer_words(a, w, g)};
	return n;
}

str evening_subject(struct arena *a, const struct evening *e, const struct figures *g)
{
	const struct words *w = words_of(e);
	str day = day_words(a, w, e->day);

	if (w == &english)
		return str_printf(a, "%.*s: %.*s, leads: %lld", STR_ARG(e->project), STR_ARG(day), (long long)g->leads);
	return str_printf(a, "«%.*s»: итоги %.*s, лидов: %lld", STR_ARG(e->project), STR_ARG(day), (long long)g->leads);
}

/* "Анна Петрова, директор, +7 812 448-34-54, Омск" of what is known. */
static str who_words(struct arena *a, const struct lead *l)
{
	const str parts[] = {l->person, l->position, phone_pretty(a, l->number), l->city};
	struct text t = {.a = a};

	for (size_t i = 0; i < COUNT(parts); i++) {
		if (parts[i].n && t.n)
			text_lit(&t, ", ");
		text_add(&t, parts[i]);
	}
	return text_str(&t);
}

static str lead_name(struct arena *a, const struct lead *l)
{
	return l->company.n ? l->company : phone_pretty(a, l->number);
}

static str lead_link(struct arena *a, const struct evening *e, const struct lead *l)
{
	return str_printf(a, "%.*s/r/{token}?contact=%lld", STR_ARG(e->url), (long long)l->contact_id);
}

static void text_line(struct text *t, const char *indent, str s)
{
	if (s.n)
		text_addf(t, "%s%.*s\n", indent, STR_ARG(s));
}

static void text_lead(struct text *t, const struct evening *e, const struct lead *l, size_t number)
{
	const struct words *w = words_of(e);

	text_addf(t, "\n%zu. %.*s\n", number, STR_ARG(lead_name(t->a, l)));
	text_line(t, "   ", who_words(t->a, l));
	text_line(t, "   ", l->result);
	text_line(t, "   ", l->comment);
	if (l->contact_id)
		text_addf(t, "   %s: %.*s\n", l->recorded ? w->listen : w->card, STR_ARG(lead_link(t->a, e, l)));
}

str evening_text(
        struct arena *a, const struct evening *e, const struct figures *g, const struct leads *leads, int64_t link_until)
{
	const struct words *w = words_of(e);
	struct text t = {.a = a};
	struct line lines[LINES];
	size_t n = lines_of(a, e, g, lines);

	text_addf(&t, "%s\n\n%s «%.*s», %.*s, %s.\n\n", w->hello, w->about, STR_ARG(e->project),
	        STR_ARG(day_words(a, w, e->day)), w->weekdays[e->weekday]);
	for (size_t i = 0; i < n; i++)
		text_addf(&t, "%s: %.*s\n", lines[i].name, STR_ARG(lines[i].value));
	text_addf(&t, "\n%s%s\n", leads->n ? w->lead_list : w->no_leads, leads->n ? ":" : "");
	for (size_t i = 0; i < leads->n; i++)
		text_lead(&t, e, &leads->of[i], i + 1);
	if (leads->more)
		text_addf(&t, "\n%s\n", w->more);
	text_addf(&t, "\n%s: %.*s/r/{token}\n", w->report, STR_ARG(e->url));
	text_addf(&t, "%s %.*s.\n\n", w->until, STR_ARG(until_words(a, e, link_until)));
	if (e->head.n)
		text_addf(&t, "%s:\n%.*s\n\n", w->log, STR_ARG(e->head));
	text_addf(&t, "%.*s\n%s\n", STR_ARG(e->company), w->signature);
	return text_str(&t);
}

/* Text of people inside HTML: escaped, line breaks kept. */
void letter_html(struct text *t, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '&': text_lit(t, "&amp;"); break;
		case '<': text_lit(t, "&lt;"); break;
		case '>': text_lit(t, "&gt;"); break;
		case '"': text_lit(t, "&quot;"); break;
		case '\n': text_lit(t, "<br>"); break;
		case '\r': break;
		default: text_add_char(t, s.p[i]);
		}
	}
}

#define CELL "padding:6px 12px 6px 0;border-bottom:1px solid #e6e6e6;vertical-align:top;" LETTER_FONT

static void html_row(struct text *t, const struct line *line)
{
	text_addf(t, "<tr><td style=\"" CELL "font-size:15px;color:#666666\">%s</td>", line->name);
	text_lit(t, "<td style=\"" CELL "font-size:15px;color:#1a1a1a\"><b>");
	letter_html(t, line->value);
	text_lit(t, "</b></td></tr>\n");
}

static void html_part(struct text *t, const char *style, str s)
{
	if (!s.n)
		return;
	text_addf(t, "<div style=\"%s\">", style);
	letter_html(t, s);
	text_lit(t, "</div>");
}

static void html_lead(struct text *t, const struct evening *e, const struct lead *l)
{
	const struct words *w = words_of(e);

	text_lit(t, "<tr><td style=\"" CELL "font-size:15px;color:#1a1a1a\">");
	html_part(t, "font-weight:bold", lead_name(t->a, l));
	html_part(t, "color:#666666", who_words(t->a, l));
	html_part(t, "", l->result);
	html_part(t, "", l->comment);
	if (l->contact_id) {
		text_lit(t, "<a style=\"color:#1c5fb0\" href=\"");
		letter_html(t, lead_link(t->a, e, l));
		text_addf(t, "\">%s</a>", l->recorded ? w->listen : w->card);
	}
	text_lit(t, "</td></tr>\n");
}

#define TABLE "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"100%%\">"
#define PARAGRAPH "<p style=\"margin:16px 0;font-size:15px;line-height:22px;color:#1a1a1a;" LETTER_FONT "\">"

static void html_figures(struct text *t, const struct evening *e, const struct figures *g)
{
	struct line lines[LINES];
	size_t n = lines_of(t->a, e, g, lines);

	text_addf(t, TABLE "\n");
	for (size_t i = 0; i < n; i++)
		html_row(t, &lines[i]);
	text_lit(t, "</table>\n");
}

static void html_leads(struct text *t, const struct evening *e, const struct leads *leads)
{
	const struct words *w = words_of(e);

	text_addf(t, PARAGRAPH "<b>%s</b></p>\n", leads->n ? w->lead_list : w->no_leads);
	text_addf(t, TABLE "\n");
	for (size_t i = 0; i < leads->n; i++)
		html_lead(t, e, &leads->of[i]);
	text_lit(t, "</table>\n");
	if (leads->more)
		text_addf(t, PARAGRAPH "%s</p>\n", w->more);
}

static void html_end(struct text *t, const struct evening *e, int64_t link_until)
{
	const struct words *w = words_of(e);

	text_lit(t, "<p style=\"margin:24px 0\"><a style=\"" LETTER_FONT
	            "font-size:16px;color:#ffffff;background:#1c5fb0;padding:10px 18px;text-decoration:none\" href=\"");
	letter_html(t, e->url);
	text_addf(t, "/r/{token}\">%s</a></p>\n" PARAGRAPH "%s %.*s.</p>\n", w->report, w->until,
	        STR_ARG(until_words(t->a, e, link_until)));
	text_lit(t, "<p style=\"margin:24px 0 0;font-size:13px;line-height:18px;color:#777777;" LETTER_FONT "\">");
	letter_html(t, e->company);
	text_addf(t, "<br>%s</p>\n", w->signature);
	if (!e->head.n)
		return;
	text_lit(t, "<p style=\"margin:16px 0 0;font-size:12px;line-height:16px;color:#777777;" LETTER_FONT "\">");
	text_addf(t, "%s:<br><span style=\"font-family:monospace;word-break:break-all\">", w->log);
	letter_html(t, e->head);
	text_lit(t, "</span></p>\n");
}

str evening_html(
        struct arena *a, const struct evening *e, const struct figures *g, const struct leads *leads, int64_t link_until)
{
	const struct words *w = words_of(e);
	struct text t = {.a = a};

	text_addf(
	        &t, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>", w == &english ? "en" : "ru");
	letter_html(&t, evening_subject(a, e, g));
	text_lit(&t, "</title></head>\n<body style=\"margin:0;padding:0;background:#ffffff\">\n"
	             "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"100%\"><tr><td "
	             "align=\"center\">\n"
	             "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"600\"><tr>"
	             "<td style=\"padding:24px 20px\">\n");
	text_addf(&t, PARAGRAPH "%s</p>\n" PARAGRAPH "%s «", w->hello, w->about);
	letter_html(&t, e->project);
	text_addf(&t, "», %.*s, %s.</p>\n", STR_ARG(day_words(a, w, e->day)), w->weekdays[e->weekday]);
	html_figures(&t, e, g);
	html_leads(&t, e, leads);
	html_end(&t, e, link_until);
	text_lit(&t, "</td></tr></table>\n</td></tr></table>\n</body></html>\n");
	return text_str(&t);
}
