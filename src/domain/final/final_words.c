/* SPDX-License-Identifier: GPL-3.0-or-later */
/* final_words.c - the report in sentences, Russian and English. Numbers stand after their nouns, so that no noun is bent by them. */
#include "base/text.h"
#include "domain/final/final_priv.h"

#include <math.h>

const char *const advice_names[] = {"early", "extend", "new_base", "small", "script", "not_by_telephone", NULL};

static const struct {
	const char *ru, *en;
} advices[ADVICES] = {
        [ADVICE_EARLY] = {"Судить рано", "Too early to tell"},
        [ADVICE_EXTEND] = {"Продолжать", "Go on"},
        [ADVICE_NEW_BASE] = {"Продолжать, но с новой базой", "Go on, with a new base"},
        [ADVICE_SMALL] = {"Продлить немного и решить по результату", "Extend a little, then decide"},
        [ADVICE_SCRIPT] = {"Сначала изменить скрипт", "Change the script first"},
        [ADVICE_NOT_BY_TELEPHONE] = {"По телефону не продолжать", "Do not go on by telephone"},
};

str final_advice(const struct final *r, bool english)
{
	return str_of(english ? advices[r->advice].en : advices[r->advice].ru);
}

str final_number(struct arena *a, int64_t v, bool english)
{
	char z[32], out[64];
	int n = snprintf(z, sizeof(z), "%lld", (long long)v), at = 0;

	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0 && z[i - 1] != '-')
			at += snprintf(out + at, sizeof(out) - (size_t)at, "%s", english ? "," : "\u00a0");
		out[at++] = z[i];
	}
	return str_copy(a, (str){out, (size_t)at});
}

/* One decimal, two below one percent. */
str final_percent(struct arena *a, double share, bool english)
{
	char z[32];
	int n = snprintf(z, sizeof(z), fabs(share) < 0.01 && share != 0 ? "%.2f" : "%.1f", share * 100);

	for (int i = 0; i < n && !english; i++)
		if (z[i] == '.')
			z[i] = ',';
	return str_printf(a, english ? "%s%%" : "%s\u00a0%%", z);
}

static str of(struct arena *a, const struct share_of *s, bool english)
{
	return final_percent(a, s->n ? (double)s->hits / (double)s->n : 0, english);
}

/* A difference of shares: "−0,8", in points. */
static str points(struct arena *a, double d, bool english)
{
	str s = final_percent(a, fabs(d), english);

	s = str_trim(str_sub(s, 0, s.n - (english ? 1 : 3)));
	return str_printf(a, "%s%.*s", d < 0 ? "−" : "+", STR_ARG(s));
}

/* Nothing is sure. */
static str chance(struct arena *a, double p, bool en)
{
	if (p > 0.99)
		return en ? STR("over 99%") : STR("более 99\u00a0%");
	if (p < 0.01)
		return en ? STR("under 1%") : STR("менее 1\u00a0%");
	return final_percent(a, p, en);
}

static str say_few(struct arena *a, const struct final *r, bool en)
{
	return str_printf(a,
	        en ? "Dialogues so far: %.*s. With fewer than %d no conclusion holds."
	           : "Диалогов пока: %.*s. Пока их меньше %d, выводы ненадёжны.",
	        STR_ARG(final_number(a, r->sums[SUM_DIALOGUES], en)), FINAL_LEAST);
}

static str say_hopeless(struct arena *a, const struct final *r, bool en)
{
	return str_printf(a,
	        en ? "The last third of the time brought %.*s leads in %.*s dialogues. Such an offer does not sell by telephone: the true "
	             "share is surely below a lead in 200 dialogues."
	           : "Последняя треть срока дала лидов: %.*s, диалогов: %.*s. Настоящая доля заведомо меньше одного лида на 200 диалогов: по "
	             "телефону это предложение не продаётся.",
	        STR_ARG(final_number(a, r->last.hits, en)), STR_ARG(final_number(a, r->last.n, en)));
}

static str say_trend(struct arena *a, const struct final *r, bool en)
{
	bool told = r->trend.p < 0.05, falls = r->trend.slope < 0;
	const char *what = !told ? (en ? "neither rises nor falls for certain" : "достоверно не растёт и не падает")
	                   : falls ? (en ? "is falling" : "падает")
	                           : (en ? "is rising" : "растёт");

	return str_printf(a,
	        en ? "Conversion %s: %.*s in the first third of the weeks, %.*s in the last. The difference is %.*s points, plausibly from %.*s to "
	             "%.*s. Chance alone shows such a slope in %.*s of cases."
	           : "Конверсия %s: в первой трети недель %.*s, в последней %.*s. Разница %.*s пункта, правдоподобно от %.*s до %.*s. Случайно "
	             "такой наклон бывает в %.*s случаев.",
	        what, STR_ARG(of(a, &r->first, en)), STR_ARG(of(a, &r->last, en)),
	        STR_ARG(points(a, r->change.difference, en)), STR_ARG(points(a, r->change.low, en)),
	        STR_ARG(points(a, r->change.high, en)), STR_ARG(chance(a, r->trend.p, en)));
}

static struct share_of share_of_side(const struct change_side *s)
{
	return (struct share_of){s->dialogues, s->leads};
}

str final_between(struct arena *a, const struct change_effect *e, bool en)
{
	if (!e->both)
		return (str){0};
	return str_printf(a, "%.*s…%.*s", STR_ARG(points(a, e->d.low, en)), STR_ARG(points(a, e->d.high, en)));
}

static str say_change(struct arena *a, const struct change_effect *e, bool en)
{
	struct share_of before = share_of_side(&e->before), after = share_of_side(&e->after);

	return str_printf(a,
	        en ? "After change %lld “%.*s” the conversion is %.*s against %.*s before it: plausibly %.*s points, beyond chance."
	           : "После изменения %lld «%.*s» конверсия %.*s против %.*s до него: правдоподобно %.*s пункта, и это не случайность.",
	        (long long)e->number, STR_ARG(e->title), STR_ARG(of(a, &after, en)), STR_ARG(of(a, &before, en)),
	        STR_ARG(final_between(a, e, en)));
}

static str say_changes(struct arena *a, const struct final *r, bool en)
{
	struct text t = {.a = a};

	for (size_t i = 0; i < r->n_changes; i++)
		if (final_moved(&r->changes[i]))
			text_addf(&t, "%s%.*s", t.n ? " " : "", STR_ARG(say_change(a, &r->changes[i], en)));
	return text_str(&t);
}

static str say_version(struct arena *a, const struct final *r, bool en)
{
	const struct final_part *v = &r->versions[r->best];

	return str_printf(a,
	        en ? "Script version %.*s did better than the others beyond chance: %.*s against %.*s."
	           : "Версия скрипта %.*s сработала лучше остальных, и это не случайность: %.*s против %.*s.",
	        STR_ARG(v->name), STR_ARG(of(a, &v->leads, en)), STR_ARG(of(a, &r->rest, en)));
}

static str say_left(struct arena *a, const struct final *r, bool en)
{
	if (!r->fresh && !r->due)
		return en ? STR("Nobody is left in the base to call.") : STR("В базе больше некому звонить.");
	return str_printf(a,
	        en ? "Left in the base: %.*s contacts, never called: %.*s. That makes some %.*s dialogues and, with four chances in five, from "
	             "%.*s to %.*s leads."
	           : "В базе осталось контактов: %.*s, из них ещё не звонили: %.*s. Диалогов это даст около %.*s, лидов — от %.*s до "
	             "%.*s (с вероятностью 80\u00a0%%).",
	        STR_ARG(final_number(a, r->fresh + r->due, en)), STR_ARG(final_number(a, r->fresh, en)),
	        STR_ARG(final_number(a, r->dialogues_left, en)), STR_ARG(final_number(a, r->leads_left.low, en)),
	        STR_ARG(final_number(a, r->leads_left.high, en)));
}

static str say_profit(struct arena *a, const struct final *r, bool en)
{
	return str_printf(a,
	        en ? "If a lead is worth %.*s roubles and a dialogue costs %.*s, going on pays with a probability of %.*s."
	           : "Если лид стоит для вас %.*s ₽, а диалог обходится в %.*s ₽, продолжение окупится с вероятностью %.*s.",
	        STR_ARG(final_number(a, r->lead_worth, en)), STR_ARG(final_number(a, r->dialogue_price, en)),
	        STR_ARG(chance(a, r->profit, en)));
}

static str say_refusals(struct arena *a, const struct final *r, bool en)
{
	int64_t all = 0;

	for (size_t i = 0; i < r->n_reasons; i++)
		all += r->reasons[i].contacts;
	return str_printf(a,
	        en ? "The most frequent refusal is “%.*s”: %.*s of all."
	           : "Чаще всего отказывают так: «%.*s», %.*s отказов.",
	        STR_ARG(r->reasons[0].name), STR_ARG(final_percent(a, (double)r->reasons[0].contacts / (double)all, en)));
}

str final_say(struct arena *a, const struct final *r, enum reason reason, bool english)
{
	static str (*const say[REASONS])(struct arena *, const struct final *, bool) = {
	        say_few, say_hopeless, say_trend, say_changes, say_version, say_left, say_profit, say_refusals};

	return r->says[reason] ? say[reason](a, r, english) : (str){0};
}

/* The letter --------------------------------------------------------------------------------------------------------------- */

str final_letter_subject(struct arena *a, const struct final *r, bool english)
{
	return str_printf(a,
	        english ? "%.*s: results of the project and what we propose" : "%.*s: итоги проекта и наше предложение",
	        STR_ARG(r->p->name));
}

static const struct {
	const char *ru, *en;
} proposals[ADVICES] = {
        [ADVICE_EARLY] = {"Предлагаем продолжить до ста диалогов и тогда решить.",
                "We propose to go on to a hundred dialogues and decide then."},
        [ADVICE_EXTEND] = {"Предлагаем продолжить проект: напишите, с какого числа и в каком объёме.",
                "We propose to go on: please tell us from which day and with how many dialogues."},
        [ADVICE_NEW_BASE] = {"Предлагаем продолжить с новой базой: её можете дать вы или соберём мы.",
                "We propose to go on with a new base: yours, or one that we collect."},
        [ADVICE_SMALL] = {"Предлагаем небольшое продление, после которого решение будет обоснованным.",
                "We propose a small extension, after which the decision will stand on firm ground."},
        [ADVICE_SCRIPT] = {"Предлагаем сначала изменить скрипт: пришлём новую версию на согласование.",
                "We propose to change the script first: we shall send a new version for your approval."},
        [ADVICE_NOT_BY_TELEPHONE] = {"Честный вывод: продолжать по телефону не стоит. Готовы обсудить, что сработало бы лучше.",
                "The honest conclusion: it is not worth going on by telephone. We are ready to discuss what would work better."},
};

str final_letter(struct arena *a, const struct final *r, bool english)
{
	struct text t = {.a = a};
	str name = r->p->name;

	text_addf(&t,
	        english ? "Good day,\n\nthe project “%.*s” in figures. Calls: %.*s. Dialogues: %.*s. Leads: %.*s. Conversion: %.*s.\n\n"
	                : "Добрый день.\n\nИтоги проекта «%.*s». Звонков: %.*s. Диалогов: %.*s. Лидов: %.*s. Конверсия: %.*s.\n\n",
	        STR_ARG(name), STR_ARG(final_number(a, r->sums[SUM_CALLS], english)),
	        STR_ARG(final_number(a, r->sums[SUM_DIALOGUES], english)),
	        STR_ARG(final_number(a, r->sums[SUM_LEADS], english)),
	        STR_ARG(of(a, &(struct share_of){r->sums[SUM_DIALOGUES], r->sums[SUM_LEADS]}, english)));
	for (int i = 0; i < REASONS; i++) {
		str said = final_say(a, r, (enum reason)i, english);
		if (said.n)
			text_addf(&t, "%.*s\n\n", STR_ARG(said));
	}
	text_addf(&t, "%s\n", english ? proposals[r->advice].en : proposals[r->advice].ru);
	return text_str(&t);
}
