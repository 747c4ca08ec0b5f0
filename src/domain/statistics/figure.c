/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure.c - the table of figures: what each is called, where it comes from, how it is counted and printed. The only place that says so. */
#include "domain/role/role.h"
#include "domain/statistics/statistics_priv.h"
#include "engine/stats/sequential.h"

const struct figure figures[] = {
        {"worked", "Отработано, ч", "Worked, h", "Время за рабочим местом без неоплачиваемых пауз",
                "Time at the seat less unpaid pauses", UNIT_HOURS, STAT_WORKED_MS},
        {"outgoing", "Исходящие звонки", "Outgoing calls", "Журнал: набранные и завершённые",
                "The journal: dialled and ended", UNIT_COUNT, STAT_CALLS, LESS, STAT_INCOMING, .journal = "direction=out"},
        {"incoming", "Входящие звонки", "Incoming calls", "Журнал: принятые и завершённые",
                "The journal: received and ended", UNIT_COUNT, STAT_INCOMING, .journal = "direction=in"},
        {"answered", "Дозвоны", "Answered", "Журнал: на звонок ответили", "The journal: somebody answered", UNIT_COUNT,
                STAT_ANSWERED, .journal = "answered_at=!null"},
        {"dialogues", "Диалоги (дольше порога)", "Dialogues (over the threshold)",
                "Журнал: разговор не короче порога проекта", "The journal: talks of at least the project's threshold",
                UNIT_COUNT, STAT_DIALOGUES, .journal = "is_dialogue=1"},
        {"plan", "План диалогов", "Planned dialogues", "План проекта на день по его рабочим дням до сегодняшнего",
                "The project's plan per day over its working days up to today", UNIT_COUNT, STAT_PLAN},
        {"plan_done", "План выполнен, %", "Plan fulfilled, %", "Диалоги к плану", "Dialogues to plan", UNIT_SHARE,
                STAT_DIALOGUES, PER, STAT_PLAN},
        {"leads", "Лиды", "Leads", "Результаты, которые считаются лидом", "Results that count as a lead", UNIT_COUNT,
                STAT_LEADS, .journal = "counts_as=lead"},
        {"conversion", "Конверсия, %", "Conversion, %", "Лиды к диалогам", "Leads to dialogues", UNIT_SHARE, STAT_LEADS, PER,
                STAT_DIALOGUES},
        {"conversion_low", "Конверсия не ниже, %", "Conversion at least, %",
                "Конверсия версии с вероятностью 95 % лежит между этими двумя: тем уже, чем больше диалогов",
                "With 95 % confidence the version's conversion lies between these two: the more dialogues, the closer",
                UNIT_SHARE, STAT_LEADS, LEAST, STAT_DIALOGUES, .by = STAT_BY_SCRIPT},
        {"conversion_high", "Конверсия не выше, %", "Conversion at most, %",
                "Конверсия версии с вероятностью 95 % лежит между этими двумя: тем уже, чем больше диалогов",
                "With 95 % confidence the version's conversion lies between these two: the more dialogues, the closer",
                UNIT_SHARE, STAT_LEADS, MOST, STAT_DIALOGUES, .by = STAT_BY_SCRIPT},
        {"presentations", "Презентации", "Presentations", "Результаты, которые считаются презентацией",
                "Results that count as a presentation", UNIT_COUNT, STAT_PRESENTATIONS, .journal = "counts_as=presentation"},
        {"meetings", "Встречи", "Meetings", "Результаты, которые считаются встречей", "Results that count as a meeting",
                UNIT_COUNT, STAT_MEETINGS, .journal = "counts_as=meeting"},
        {"sales", "Продажи", "Sales", "Результаты, которые считаются продажей", "Results that count as a sale", UNIT_COUNT,
                STAT_SALES, .journal = "counts_as=sale"},
        {"callbacks", "Отложенные карточки", "Postponed cards", "Результаты «перезвонить»", "Results that promise a call",
                UNIT_COUNT, STAT_CALLBACKS, .journal = "result_id"},
        {"refusals", "Отказы", "Refusals", "Результаты, которые считаются отказом", "Results that count as a refusal",
                UNIT_COUNT, STAT_REFUSALS, .journal = "counts_as=refusal"},
        {"talk", "Разговоры, ч", "Talk, h", "Время разговоров", "Length of the talks", UNIT_HOURS, STAT_TALK_MS},
        {"talk_mean", "Средний разговор, с", "Average talk, s", "Время разговоров к дозвонам", "Talk to answered calls",
                UNIT_SECONDS, STAT_TALK_MS, PER, STAT_ANSWERED},
        {"letters", "Письма клиентам", "Letters to contacts", "Отправленные письма из карточек контактов",
                "Letters sent from contacts' cards", UNIT_COUNT, STAT_LETTERS},
        {"sms", "SMS клиентам", "SMS to contacts", "Отправленные SMS из карточек контактов",
                "Messages sent from contacts' cards", UNIT_COUNT, STAT_SMS},
        {"faxes", "Факсы клиентам", "Faxes to contacts", "Доставленные факсы из карточек контактов",
                "Faxes delivered from contacts' cards", UNIT_COUNT, STAT_FAXES},
        {"contracts", "Договоры заключены", "Contracts made", "Договоры отдела продаж: пока не ведутся",
                "Contracts of the sales department: not kept yet", UNIT_COUNT, STAT_NO_SOURCE, .right = MAY_SEE_MONEY},
        {"contracts_paid", "Договоры оплачены", "Contracts paid", "Договоры отдела продаж: пока не ведутся",
                "Contracts of the sales department: not kept yet", UNIT_COUNT, STAT_NO_SOURCE, .right = MAY_SEE_MONEY},
        {"invoiced", "Счета выставлены, ₽", "Invoices issued, RUB",
                "Счета с датой в этом периоде, без отменённых", "Invoices dated in the period, cancelled ones left out",
                UNIT_MONEY, STAT_INVOICED, .right = MAY_SEE_MONEY},
        {"paid", "Счета оплачены, ₽", "Invoices paid, RUB", "Счета, оплаченные в этом периоде",
                "Invoices paid in the period", UNIT_MONEY, STAT_PAID, .right = MAY_SEE_MONEY},
        {"unpaid", "Счета не оплачены, ₽", "Invoices unpaid, RUB",
                "Счета с датой в этом периоде, ещё не оплаченные", "Invoices dated in the period and not paid yet",
                UNIT_MONEY, STAT_UNPAID, .right = MAY_SEE_MONEY},
};
const size_t figures_count = COUNT(figures);
_Static_assert(COUNT(figures) <= FIGURES_MAX, "an answer holds as many columns");

/* value = sum / step, the step in units of the sum. */
static const struct {
	int64_t step, scale;
} units[] = {[UNIT_COUNT] = {1, 1},
        [UNIT_HOURS] = {CLOCK_HOUR / 100, 100},
        [UNIT_SECONDS] = {CLOCK_SECOND, 1},
        [UNIT_SHARE] = {1, 10},
        [UNIT_MONEY] = {1, 100}};

size_t figures_of(const struct stat_ask *ask, const struct figure *ret[FIGURES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT(figures); i++)
		if ((!figures[i].right || (ask->who && may(ask->who, figures[i].right))) &&
		        (!figures[i].by || figures[i].by == ask->by))
			ret[n++] = &figures[i];
	return n;
}

bool figure_has_source(const struct figure *g)
{
	return g->of != STAT_NO_SOURCE;
}

const char *figure_name(const struct figure *g, bool english)
{
	return english ? g->en : g->ru;
}

int64_t figure_scale(const struct figure *g)
{
	return units[g->unit].scale;
}

/* Halves away from zero; b > 0. */
static int64_t rounded(int64_t a, int64_t b)
{
	return a >= 0 ? (a + b / 2) / b : -((-a + b / 2) / b);
}

/* One end of what the share of hits may be; more hits than trials are no share. */
static int64_t likely(int64_t hits, int64_t n, bool most)
{
	double low, high;

	if (hits > n)
		return FIGURE_NONE;
	share_likely(&(struct share_of){.n = n, .hits = hits}, &low, &high);
	return (int64_t)((most ? high : low) * 1000 + 0.5);
}

int64_t figure_value(const struct figure *g, const struct statistics *s, const struct stat_row *row, bool is_total)
{
	int64_t of = row->sums[g->of], than = row->sums[g->than];

	if (!stat_tells(s, g->of, is_total) || (g->how >= PER && !stat_tells(s, g->than, is_total)))
		return FIGURE_NONE;
	switch (g->how) {
	case PLAIN: return rounded(of, units[g->unit].step);
	case LESS: return rounded(of - than, units[g->unit].step);
	case PER:
	case LEAST:
	case MOST: break;
	}
	if (than <= 0)
		return FIGURE_NONE;
	if (g->how != PER)
		return likely(of, than, g->how == MOST);
	return g->unit == UNIT_SHARE ? rounded(of * 1000, than) : rounded(of, than * units[g->unit].step);
}

/* 1234567 → "1 234 567" with no-break spaces, "1,234,567" in English. */
static void add_grouped(struct text *t, int64_t v, bool english)
{
	char z[24];
	int n = snprintf(z, sizeof(z), "%lld", (long long)v);

	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			text_add(t, english ? STR(",") : STR("\u00a0"));
		text_add_char(t, z[i]);
	}
}

str figure_text(struct arena *a, const struct figure *g, int64_t value, bool english)
{
	struct text t = {.a = a};
	int64_t scale = figure_scale(g), whole = value < 0 ? -(value / scale) : value / scale,
	        part = value < 0 ? -(value % scale) : value % scale;

	if (value == FIGURE_NONE)
		return STR("—");
	if (value < 0)
		text_lit(&t, "−");
	add_grouped(&t, whole, english);
	if (scale > 1)
		text_addf(&t, "%c%0*lld", english ? '.' : ',', scale == 100 ? 2 : 1, (long long)part);
	return text_str(&t);
}
