/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.c - the hand-over in words, Russian and English: its items in the order in which sales tell them, the letter around them. */
#include "domain/handover/handover_priv.h"
#include "domain/letter/letter.h"
#include "kit/phone/phone.h"

const struct handover_item handover_items[] = {
        {"type", "Тип проекта", "Project type", SAID_ALWAYS},
        {"volume_dialogues", "Объём, диалогов", "Volume, dialogues", NEEDED},
        {"script_at_hand", "Скрипт", "Script", NEEDED_OF_SALES},
        {"base_at_hand", "База", "Base", NEEDED_OF_SALES},
        {"starts_on", "Первый день", "First day", NEEDED},
        {"ends_on", "Последний день", "Last day", NEEDED},
        {"client_person", "Контактное лицо заказчика", "Contact person of the customer", NEEDED_OF_SALES},
        {"client_phone", "Телефон", "Telephone", NEEDED_OF_SALES},
        {"client_email", "Почта", "E-mail", SAID_ALWAYS},
        {"base_city", "Город базы", "City of the base", NEEDED_OF_SALES},
        {"base_audience", "Целевая аудитория базы", "Audience of the base", NEEDED_OF_SALES},
        {"offer", "Продукт", "Product", NEEDED},
        {"materials", "Раздаточные материалы", "Materials", NEEDED_OF_SALES},
        {"task", "Задача прозвона", "Task of the calls", NEEDED},
        {"goal", "Цель звонка", "Goal of a call", NEEDED},
        {"decision_maker", "ЛПР", "Decision maker", NEEDED_OF_SALES},
        {"site", "Сайт", "Site", NEEDED_OF_SALES},
        {"peculiarities", "Особенности заказчика (ему не показывать)", "Peculiarities of the customer (do not show)",
                NEEDED_OF_SALES},
        {"difficulties", "Сложности и нюансы", "Difficulties and fine points", NEEDED_OF_SALES},
        {"tests", "Договорённости о тестировании", "What was agreed about a test", NEEDED_OF_SALES},
        {"closer", "Кто доводит клиентов до сделки", "Who closes the deals", NEEDED_OF_SALES},
        {0},
};
enum { LINES_MAX = 32 };

static const struct {
	const char *word, *ru, *en;
} words[] = {
        {"cold_calls", "холодные звонки", "cold calls"},
        {"inbound_line", "входящая линия", "inbound line"},
        {"survey", "опрос", "survey"},
        {"after_sale", "сервис после продажи", "after-sale service"},
        {"win_back", "возврат клиентов", "win-back"},
        {"base_processing", "первичная обработка базы", "base pre-processing"},
        {"remote_manager", "удалённый менеджер", "remote manager"},
        {"at_hand", "есть", "at hand"},
        {"to_make", "нет, делаем сами", "to be made by us"},
};

static bool english(str language)
{
	return str_eq(language, STR("en"));
}

static str word_of(str word, bool en)
{
	for (size_t i = 0; i < COUNT(words); i++)
		if (str_eq(word, str_of(words[i].word)))
			return str_of(en ? words[i].en : words[i].ru);
	return word;
}

/* "2026-03-12" as people here write it. */
static str day_of(struct arena *a, str iso, bool en)
{
	if (en || iso.n != 10)
		return iso;
	return str_printf(a, "%.2s.%.2s.%.4s", iso.p + 8, iso.p + 5, iso.p);
}

static str value_of(struct arena *a, const struct telling *t, const struct handover_item *i, bool en)
{
	const struct field *f = shape_field(&handover_entity.shape, str_of(i->field));
	struct val v = field_load(f, t->h);
	str s = field_print(f, t->h, a);

	if (!strcmp(i->field, "materials") && t->files.n)
		return s.n ? str_printf(a, "%.*s\n%.*s", STR_ARG(s), STR_ARG(t->files)) : t->files;
	if (v.type == VAL_NULL)
		return STR("—");
	switch (f->type) {
	case FIELD_WORD: return word_of(s, en);
	case FIELD_DATE: return day_of(a, s, en);
	case FIELD_PHONE: return phone_pretty(a, s);
	default: return s;
	}
}

static size_t lines_of(struct arena *a, const struct telling *t, bool en, struct letter_line ret[LINES_MAX])
{
	size_t n = 0;

	ret[n++] = (struct letter_line){en ? "Project" : "Проект", t->h->name};
	ret[n++] = (struct letter_line){en ? "Customer" : "Заказчик", t->who->customer};
	if (t->h->sales_name.n)
		ret[n++] = (struct letter_line){en ? "Handed over by" : "Передаёт", t->h->sales_name};
	if (t->h->pm_name.n)
		ret[n++] = (struct letter_line){en ? "Project manager" : "Менеджер проекта", t->h->pm_name};
	for (const struct handover_item *i = handover_items; i->field; i++)
		ret[n++] = (struct letter_line){en ? i->en : i->ru, value_of(a, t, i, en)};
	return n;
}

str telling_summary(struct arena *a, const struct telling *t, str language)
{
	struct letter_line lines[LINES_MAX];

	return letter_lines(a, lines, lines_of(a, t, english(language), lines));
}

str telling_subject(struct arena *a, const struct telling *t, str language)
{
	if (english(language))
		return str_printf(a, "%s: %.*s, %.*s", t->assigned ? "You lead a project" : "A project is handed over",
		        STR_ARG(t->h->name), STR_ARG(t->who->customer));
	return str_printf(a, "%s: «%.*s», %.*s", t->assigned ? "Вы ведёте проект" : "Передача проекта", STR_ARG(t->h->name),
	        STR_ARG(t->who->customer));
}

static str intro_of(const struct telling *t, bool en)
{
	if (t->assigned)
		return en ? STR("You lead this project from now on. All that sales know about it is below.")
		          : STR("Теперь этот проект ведёте вы. Ниже всё, что о нём знает отдел продаж.");
	return en ? STR("Sales have handed a project over. Say who leads it.")
	          : STR("Отдел продаж передал проект. Решите, кто его ведёт.");
}

static struct letter_sheet sheet_of(
        struct arena *a, const struct telling *t, str language, struct letter_line lines[LINES_MAX])
{
	bool en = english(language);

	return (struct letter_sheet){.language = language,
	        .title = telling_subject(a, t, language),
	        .intro = intro_of(t, en),
	        .lines = lines,
	        .n = lines_of(a, t, en, lines),
	        .open = en ? "Open the project" : "Открыть проект",
	        .url = str_printf(a, "%.*s/projects/%lld/handover", STR_ARG(t->url), (long long)t->h->id),
	        .company = t->company};
}

str telling_text(struct arena *a, const struct telling *t, str language)
{
	struct letter_line lines[LINES_MAX];
	struct letter_sheet s = sheet_of(a, t, language, lines);

	return letter_sheet_text(a, &s);
}

str telling_html(struct arena *a, const struct telling *t, str language)
{
	struct letter_line lines[LINES_MAX];
	struct letter_sheet s = sheet_of(a, t, language, lines);

	return letter_sheet_html(a, &s);
}
