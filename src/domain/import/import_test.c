/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import_test.c - titles and what they mean, headers and totals, and which rows are one contact, against a plain recount. */
#include "domain/import/row.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
	const char *title;
	enum column_field field;
} known_titles[] = {
        {"Компания", COLUMN_COMPANY},
        {"Наименование организации", COLUMN_COMPANY},
        {"НАЗВАНИЕ", COLUMN_COMPANY},
        {"Юр. лицо", COLUMN_COMPANY},
        {"Фирма", COLUMN_COMPANY},
        {"Company name", COLUMN_COMPANY},
        {"Телефон", COLUMN_PHONE},
        {"Телефоны", COLUMN_PHONE},
        {"Тел.", COLUMN_PHONE},
        {"Контактный телефон", COLUMN_PHONE},
        {"Тел./факс", COLUMN_PHONE},
        {"Телефон ЛПР", COLUMN_PHONE},
        {"Phone number", COLUMN_PHONE},
        {"Моб.", COLUMN_MOBILE},
        {"Мобильный телефон", COLUMN_MOBILE},
        {"Сотовый", COLUMN_MOBILE},
        {"Доб.", COLUMN_EXT},
        {"Факс", COLUMN_FAX},
        {"ФИО", COLUMN_PERSON},
        {"Ф.И.О.", COLUMN_PERSON},
        {"Контактное лицо", COLUMN_PERSON},
        {"ЛПР", COLUMN_DECIDER},
        {"Генеральный директор", COLUMN_DECIDER},
        {"Фамилия", COLUMN_LAST_NAME},
        {"Имя", COLUMN_FIRST_NAME},
        {"Отчество", COLUMN_MIDDLE_NAME},
        {"Должность", COLUMN_POSITION},
        {"Должность ЛПР", COLUMN_POSITION},
        {"E-mail", COLUMN_EMAIL},
        {"Эл. почта", COLUMN_EMAIL},
        {"Адрес электронной почты", COLUMN_EMAIL},
        {"Почта", COLUMN_EMAIL},
        {"Почтовый адрес", COLUMN_ADDRESS},
        {"Адрес", COLUMN_ADDRESS},
        {"Адрес сайта", COLUMN_SITE},
        {"Сайт", COLUMN_SITE},
        {"Город", COLUMN_CITY},
        {"Отрасль", COLUMN_INDUSTRY},
        {"Вид деятельности", COLUMN_ACTIVITY},
        {"ОКВЭД", COLUMN_ACTIVITY},
        {"Часовой пояс", COLUMN_TIMEZONE},
        {"Комментарий", COLUMN_NOTE},
        {"ИНН", COLUMN_NOTE},
        {"№", COLUMN_NONE},
        {"№ п/п", COLUMN_NONE},
        {"Оборот", COLUMN_NONE},
};

static void titles(void **state)
{
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(known_titles); i++) {
		if (guess_by_title(str_of(known_titles[i].title), &a) != known_titles[i].field)
			print_error("title: %s\n", known_titles[i].title);
		assert_int_equal(guess_by_title(str_of(known_titles[i].title), &a), known_titles[i].field);
	}
	arena_free(&a);
}

static bool header(const char *line)
{
	struct arena a = {0};
	str rest = str_of(line), cells[20];
	size_t n = 0;
	bool is;

	while (n < COUNT(cells) && str_cut(&rest, ';', &cells[n]))
		n++;
	is = guess_is_header(cells, n, "RU", &a);
	arena_free(&a);
	return is;
}

static void headers(void **state)
{
	(void)state;
	assert_true(header("Компания;Телефон"));
	assert_true(header("№;Организация;Телефон;Оборот"));
	assert_true(header("Телефон"));
	assert_false(header("База телефонов компаний Москвы 2026 года;;;"));
	assert_false(header("ООО Телефон;8 812 448-34-54"));
	assert_false(header("ООО «Компания»;нет"));
	assert_false(header("ЗАО Адрес;Москва"));
	assert_false(header(";;"));
}

static void totals(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_true(guess_is_total((str[]){STR("Итого"), STR("5")}, 2, &a));
	assert_true(guess_is_total((str[]){STR(""), STR("ИТОГО: 12 компаний")}, 2, &a));
	assert_true(guess_is_total((str[]){STR("Total"), STR("")}, 2, &a));
	assert_false(guess_is_total((str[]){STR("ООО Итого"), STR("")}, 2, &a));
	assert_false(guess_is_total((str[]){STR(""), STR("")}, 2, &a));
	arena_free(&a);
}

enum { ROWS = 3000, NUMBERS = 4000 };

/* Contacts by following shared numbers until nothing changes: slow and plain. */
static size_t recount(int numbers[ROWS][3], const int *n)
{
	static int group[ROWS];
	size_t groups = 0;
	bool changed = true;

	for (int i = 0; i < ROWS; i++)
		group[i] = i;
	while (changed) {
		static int of[NUMBERS];
		changed = false;
		memset(of, 0xFF, sizeof(of));
		for (int i = 0; i < ROWS; i++)
			for (int k = 0; k < n[i]; k++) {
				int *at = &of[numbers[i][k]];
				if (*at < 0 || *at > group[i])
					changed |= *at >= 0, *at = group[i];
			}
		for (int i = 0; i < ROWS; i++)
			for (int k = 0; k < n[i]; k++)
				if (of[numbers[i][k]] < group[i]) {
					group[i] = of[numbers[i][k]];
					changed = true;
				}
	}
	for (int i = 0; i < ROWS; i++)
		groups += group[i] == i;
	return groups;
}

static void one_contact(void **state)
{
	static int numbers[ROWS][3], n[ROWS];
	static bool known[NUMBERS];
	struct numbers *table;
	struct import_row *row = calloc(1, sizeof(*row));
	unsigned seed = 3;
	int64_t unique = 0;

	(void)state;
	assert_int_equal(numbers_new(&table, NULL), 0);
	for (int i = 0; i < ROWS; i++) {
		char z[3][16];
		struct numbers_verdict v;
		bool any = false;
		seed = seed * 1103515245u + 12345u;
		n[i] = 1 + (int)(seed >> 20) % 3;
		for (int k = 0; k < n[i]; k++) {
			seed = seed * 1103515245u + 12345u;
			numbers[i][k] = (int)(seed >> 8) % NUMBERS;
			snprintf(z[k], sizeof(z[k]), "+7916%07d", numbers[i][k]);
			row->phones[k].e164 = str_of(z[k]);
			any |= known[numbers[i][k]];
			unique += !known[numbers[i][k]];
			known[numbers[i][k]] = true;
			for (int j = 0; j < k; j++) /* a row has no number twice */
				if (numbers[i][j] == numbers[i][k])
					k = n[i] = k;
		}
		row->n_phones = (size_t)n[i];
		row->record = i + 1;
		row->status = ROW_ACCEPTED;
		assert_int_equal(numbers_row(table, row, &v, NULL), 0);
		assert_int_equal(row->status, any ? ROW_DUPLICATE : ROW_ACCEPTED);
		assert_true(!any || (row->duplicate_of > 0 && row->duplicate_of <= i));
	}
	assert_int_equal(numbers_unique(table), unique);
	assert_int_equal(numbers_contacts(table), recount(numbers, n));
	numbers_free(table);
	free(row);
}

/* Contacts the base had before are never joined with each other, and told by their id. */
static void known_before(void **state)
{
	struct numbers *table;
	struct import_row *row = calloc(1, sizeof(*row));
	struct numbers_verdict v;

	(void)state;
	assert_int_equal(numbers_new(&table, NULL), 0);
	assert_int_equal(numbers_known(table, STR("+79160000001"), 7, NULL), 0);
	assert_int_equal(numbers_known(table, STR("+79160000002"), 9, NULL), 0);
	*row = (struct import_row){.record = 1, .status = ROW_ACCEPTED, .n_phones = 3};
	row->phones[0].e164 = STR("+79160000001");
	row->phones[1].e164 = STR("+79160000002");
	row->phones[2].e164 = STR("+79160000003");
	assert_int_equal(numbers_row(table, row, &v, NULL), 0);
	assert_int_equal(row->status, ROW_DUPLICATE);
	assert_int_equal(row->contact_id, 7);
	assert_int_equal(row->duplicate_of, 0);
	assert_int_equal(v.n_joins, 0);
	assert_true(!v.is_new[0] && !v.is_new[1] && v.is_new[2]);
	assert_int_equal(numbers_unique(table), 3);
	assert_int_equal(numbers_contacts(table), 2);
	numbers_free(table);
	free(row);
}

static void cities(void **state)
{
	(void)state;
	assert_string_equal(city_zone(STR("Самара")), "Europe/Samara");
	assert_string_equal(city_zone(STR("г. Екатеринбург")), "Asia/Yekaterinburg");
	assert_string_equal(city_zone(STR("Владивосток г")), "Asia/Vladivostok");
	assert_string_equal(city_zone(STR(" ГОРОД ОРЁЛ (центр)")), "Europe/Moscow");
	assert_string_equal(city_zone(STR("Комсомольск-на-Амуре, ул. Мира")), "Asia/Vladivostok");
	assert_string_equal(city_zone(STR("Анадырь")), "Asia/Anadyr");
	assert_string_equal(city_zone(STR("Абакан")), "Asia/Krasnoyarsk");
	assert_null(city_zone(STR("Нет такого")));
	assert_null(city_zone(STR("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(titles),
	        cmocka_unit_test(headers),
	        cmocka_unit_test(totals),
	        cmocka_unit_test(cities),
	        cmocka_unit_test(one_contact),
	        cmocka_unit_test(known_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
