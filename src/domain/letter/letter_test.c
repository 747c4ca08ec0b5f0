/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evening letter in words. */
#include "domain/letter/letter_priv.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena a;

static struct evening evening(str language)
{
	return (struct evening){.project_id = 3,
	        .project = STR("Ромашка & Ко <холодные>"),
	        .zone = STR("Europe/Moscow"),
	        .language = language,
	        .plan = 60,
	        .day = {2026, 3, 12},
	        .weekday = 3,
	        .url = STR("https://zvonar.example.ru"),
	        .company = STR("Колл-центр «Звон»"),
	        .head = STR("1734:hT0rXW8=")};
}

static const struct figures figures = {240, 130, 62, 5, 2, 0, 0, 130 * 134000LL};

static bool has(str s, const char *what)
{
	return str_find_str(s, str_of(what), 0) < s.n;
}

static struct leads *two_leads(void)
{
	struct leads *l = NEW(&a, struct leads);

	l->of[l->n++] = (struct lead){15, STR("ООО «Вектор»"), STR("Омск"), STR("Анна Петрова"), STR("директор"),
	        STR("+78124483454"), STR("Назначена встреча"), STR("Ждёт в четверг\nв 15:00 <script>"), true};
	l->of[l->n++] = (struct lead){16, {0}, {0}, {0}, {0}, STR("+79110000000"), STR("Лид"), {0}, false};
	return l;
}

static void test_russian(void **state)
{
	struct evening e = evening(STR("ru"));
	struct leads *l = two_leads();
	str subject = evening_subject(&a, &e, &figures), text = evening_text(&a, &e, &figures, l, 1774544400000);

	(void)state;
	assert_string_equal(str_z(&a, subject), "«Ромашка & Ко <холодные>»: итоги 12 марта, лидов: 5");
	assert_true(has(text, "12 марта, четверг."));
	assert_true(has(text, "Диалогов: 62 (план на день 60, 103,3 %)"));
	assert_true(has(text, "Из диалога в лид: 8,1 % (5 из 62)"));
	assert_true(has(text, "Средний разговор: 2 мин 14 с"));
	assert_true(has(text, "1. ООО «Вектор»\n   Анна Петрова, директор, +7 812 448-34-54, Омск\n   Назначена встреча\n"));
	assert_true(has(text, "Карточка и запись разговора: https://zvonar.example.ru/r/{token}?contact=15"));
	assert_true(has(text, "2. +7 911 000-00-00\n"));
	assert_true(has(text, "Карточка: https://zvonar.example.ru/r/{token}?contact=16"));
	assert_true(has(text, "до 26 марта."));
	assert_true(has(text, "не меняли:\n1734:hT0rXW8=\n"));
	assert_false(has(text, "!"));
	assert_false(has(subject, "!"));
	arena_free(&a);
}

static void test_english(void **state)
{
	struct evening e = evening(STR("en"));
	struct leads none = {.n = 0};
	str text = evening_text(&a, &e, &(struct figures){0}, &none, 1774544400000);

	(void)state;
	assert_true(has(text, "March 12, Thursday."));
	assert_true(has(text, "There were no leads today."));
	assert_true(has(text, "Dialogues: 0 (plan for the day 60, 0.0 %)"));
	assert_false(has(text, "Dialogues that became leads")); /* no denominator, no percentage */
	assert_false(has(text, "!"));
	arena_free(&a);
}

static void test_html(void **state)
{
	struct evening e = evening(STR("ru"));
	str html = evening_html(&a, &e, &figures, two_leads(), 1774544400000);

	(void)state;
	assert_true(has(html, "Ромашка &amp; Ко &lt;холодные&gt;"));
	assert_true(has(html, "Ждёт в четверг<br>в 15:00 &lt;script&gt;"));
	assert_false(has(html, "<script"));
	assert_true(has(html, "href=\"https://zvonar.example.ru/r/{token}?contact=15\""));
	assert_true(has(html, "1734:hT0rXW8=</span>"));
	assert_false(has(html, "%%"));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_russian), cmocka_unit_test(test_english), cmocka_unit_test(test_html)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
