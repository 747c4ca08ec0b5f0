/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A corpus of letters, good and bad, in both languages: which rule speaks, at which code point, and that no other does. */
#include "domain/guard/guard.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SIGN "\n\nС уважением,\nИван Петров\nМенеджер проектов\nКолл-центр «Звонарь»\n+7 495 123-45-67"
#define SIGN_EN "\n\nKind regards,\nIvan Petrov\nZvonar Call Centre"
#define HELLO "Добрый день, Анна.\n\n"
#define MATTER "Холодные звонки по продаже моторного масла"
#define PARENT "Иван, добрый день!\n\nПрошу прислать отчет по звонкам!!! И подготовте новый скрипт.\n\nАнна"
#define QUOTE "> Иван, добрый день!\n>\n> Прошу прислать отчет по звонкам!!! И подготовте новый скрипт.\n>\n> Анна"
#define SAID "\n\n12 марта 2026 г., 11:00, Анна <anna@romashka.ru> пишет:\n" QUOTE

static struct speller *speller;
static struct arena a;

static int set_up(void **state)
{
	struct fault f;

	(void)state;
	return guard_speller(&speller, &f);
}

static int tear_down(void **state)
{
	(void)state;
	spell_close(speller);
	arena_free(&a);
	return 0;
}

static struct guard_draft draft(const char *subject, const char *body)
{
	static str anna = {"anna@romashka.ru", 16}, boss = {"boss@romashka.ru", 16};

	return (struct guard_draft){.letter = {.from = STR("ivan@zvonar.ru"),
	                                    .to = {&anna, 1},
	                                    .cc = {&boss, 1},
	                                    .subject = str_of(subject),
	                                    .body = str_of(body),
	                                    .at = 100 * (int64_t)CLOCK_DAY},
	        .project = STR("Моторное масло"),
	        .client = STR("ООО «Ромашка»"),
	        .matter = STR(MATTER)};
}

/* "EXCLAM@17 SPELL@20", empty for a letter that may go. What is quoted must stand where it is said to. */
static const char *said(const struct guard_draft *d)
{
	struct guard_verdict v = guard_check(&a, d, speller);
	struct text t = {.a = &a};

	for (size_t i = 0; i < v.n; i++) {
		bool body = strcmp(v.of[i].field, "body") == 0, subject = strcmp(v.of[i].field, "subject") == 0;
		str field = body ? d->letter.body : d->letter.subject;
		size_t at = 0;

		text_addf(&t, "%s%s@%lld", i ? " " : "", guard_rule_names[v.of[i].rule], (long long)v.of[i].at);
		for (int64_t n = 0; n < v.of[i].at; n++)
			(void)utf8_next(field, &at);
		if ((body || subject) && v.of[i].rule != GUARD_QUOTE)
			assert_true(str_starts(str_sub(field, at, field.n), v.of[i].text));
	}
	return text_z(&t);
}

struct row {
	const char *text, *said;
};

static void bodies(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct guard_draft d = draft(MATTER, str_z(&a, str_printf(&a, "%s" SIGN, rows[i].text)));

		assert_string_equal(said(&d), rows[i].said);
	}
}

static void test_good(void **state)
{
	static const struct row rows[] = {
	        {HELLO "Подготовили скрипт для холодных звонков. Просим прислать замечания одним письмом.\n\nВопросы:\n1. Какие регионы обзваниваем?\n2. Кто "
	               "принимает тёплые лиды?\n3. Согласны ли вы с часами: с 9:00 до 18:00 по Москве?",
	                ""},
	        {"Гузель Ильгизовна, добрый день.\n\nНаправляем предложение «Ура! Масло». Материалы: https://disk.ru/d/a!b?x=1!2 (доступ до 15.03.2026).\n\n"
	         "Прилагаем База_клиентов_v2.xlsx и скрипт «Приветствие!» в формате docx.",
	                ""},
	        {HELLO "По итогам разговора договорились:\n- прозвон базы из 500 компаний начинаем 16 марта;\n- оператор представляется от вашего имени;\n"
	               "- ежедневный отчёт присылаем до 19:00.",
	                ""},
	        {HELLO "Высылаю счёт № 45 от 12.03.2026 г. на сумму 150 тыс. руб. (в т.ч. НДС 20%), ИНН и КПП указаны в договоре. Тел. +7 495 1, доб. 12.",
	                ""},
	        {HELLO "Наша SIP-телефония работает через Asterisk, записи храним в mp3. CRM — Битрикс24, лиды передаём в WhatsApp или Telegram. ЛПР "
	               "соединяем сразу, для B2B-проектов делаем A/B-тест. SMSки не шлём, Wi-Fi не нужен.",
	                ""},
	        {HELLO "Оператор использует Yahoo! и Google, по-прежнему и кое-где.\nСрок: до 10 апреля текущего года включительно.\nЦель: продажа моторного "
	               "масла оптом и в розницу.",
	                ""},
	        {HELLO "Скрипт готов.\n\nP. S. На праздниках мы не звоним.", ""}};

	(void)state;
	bodies(rows, COUNT(rows));
}

static void test_exclam(void **state)
{
	static const struct row rows[] = {{"Добрый день, Анна!\n\nСкрипт готов.", "EXCLAM@17"},
	        {HELLO "Скрипт готов?! Ждём.", "EXCLAM@32"}, {HELLO "Скрипт готов!!! Ждём.", "EXCLAM@32"},
	        {HELLO "Смотрите https://zvonar.ru/a!b и https://zvonar.ru/x!", "EXCLAM@72"},
	        {HELLO "Он сказал «готово!» и ушёл!", "EXCLAM@46"},
	        {HELLO "Монитор 15\" куплен! Модель \"А\".", "EXCLAM@38"}, {HELLO "😀 Готово!", "EXCLAM@28"},
	        {HELLO "> Готово!\n\nДа.", ""}, {HELLO "| Готово!\n\nДа.", ""},
	        {HELLO "Страница <https://zvonar.ru/!> открыта.", ""}, {HELLO "Ждём ответа…!", "EXCLAM@32"},
	        {HELLO "Ждём ❗", "EXCLAM@25"}};
	struct guard_draft d = draft(MATTER "!", HELLO "Скрипт готов." SIGN);

	(void)state;
	bodies(rows, COUNT(rows));
	assert_string_equal(said(&d), "EXCLAM@42");
	d = draft(MATTER, HELLO "Заказчик Вау! готов." SIGN);
	d.client = STR("Вау!");
	assert_string_equal(said(&d), "");
}

static void test_spelling(void **state)
{
	static const struct row rows[] = {{HELLO "Подготовили скрыпт.", "SPELL@32"},
	        {"Здраствуйте, Анна.\n\nСкрипт готов.", "SPELL@0"}, {HELLO "Пожалуста, посмотрите.", "SPELL@20"},
	        {HELLO "Получили договар и коммерчиское предложение.", "SPELL@29 SPELL@39"},
	        {HELLO "Подготовили cкрипт.", "SPELL@32"}, {HELLO "Пишем, что-бы узнать, готов-ли он.", "SPELL@27 SPELL@42"},
	        {HELLO "СРОЧНО ПРИШЛТИЕ скрипт.", "SPELL@27"}, {HELLO "> скрыпт\n\nДа.", ""},
	        /* At the beginning of a sentence: slips, and names that are near to some word. */
	        {HELLO "Агенство согласно. Сдесь всё. Приэтом готово. Програма есть.",
	                "SPELL@20 SPELL@39 SPELL@50 SPELL@66"},
	        {HELLO "Светлов согласен. Росатом ждёт. Аскона звонит. Вконтакте тоже.", ""},
	        {HELLO "Продажа моторново масла.", "SPELL@28"},
	        {HELLO "Перезапускаем клининг и допродажи, удалёнки нет.", ""}};
	struct guard_draft d = draft("Cold calls: motor oil",
	        "Dear Zbigniew,\n\nPlease find atached the script; our colour-coded base isn't final." SIGN_EN);

	(void)state;
	bodies(rows, COUNT(rows));
	assert_string_equal(said(&d), "SPELL@28");
	d = draft("Продажа маторного масла", HELLO "Скрипт готов." SIGN);
	assert_string_equal(said(&d), "SPELL@8");
	/* The project's own words. */
	d = draft("Мармозетка: скрипт продаж", HELLO "Скрипт для мармозетки готов." SIGN);
	d.project = STR("Мармозетка");
	assert_string_equal(said(&d), "");
}

static void test_subject(void **state)
{
	static const struct row rows[] = {{"", "SUBJECT@0"}, {"Re:", "SUBJECT@0"}, {"Вопрос", "SUBJECT@0"},
	        {"Документы по проекту", "SUBJECT@0"}, {"(без темы)", "SUBJECT@0"}, {"12.03.2026", "SUBJECT@0"},
	        {"ООО «Ромашка»", "SUBJECT@0"}, {"Поздравляем с праздником", "SUBJECT@0"}, {"Hello", "SUBJECT@0"},
	        {"Звонки", "SUBJECT@0"}, {"Re[2]: Fwd: Вопрос", "SUBJECT@0"}, {MATTER, ""}, {"Re: " MATTER, ""},
	        {"Обзвон автосервисов: правки скрипта", ""}, {"Моторное масло", ""}, {"Счёт за продажу масла", ""},
	        {"Cold calls: motor oil", ""}, {"Отв.: Пересл.: вопрос", "SUBJECT@0"}};
	struct guard_draft d;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		d = draft(rows[i].text, HELLO "Скрипт готов." SIGN);
		assert_string_equal(said(&d), rows[i].said);
	}
	d = draft("Поставка окон в Казань", HELLO "Скрипт готов." SIGN);
	d.project = d.matter = d.client = STR("");
	assert_string_equal(said(&d), "");
}

#define LONG \
	"Мы подготовили скрипт для холодных звонков и отправляем его на согласование. Просим посмотреть его до пятницы. В понедельник начнём звонить по базе из пятисот компаний. Оператор представляется от имени вашей компании. Если закупщик просит прислать прайс, оператор записывает почту. "

static void test_paragraphs(void **state)
{
	static const struct row rows[] = {{"Добрый день, Анна. " LONG, "PARA@0"}, {HELLO LONG LONG LONG, "PARA@20"},
	        {HELLO LONG, ""},
	        {HELLO "Мы подготовили скрипт для холодных звонков и отправляем его.\nВ понедельник мы начнём звонить по базе из пятисот компаний.",
	                "PARA@81"},
	        {HELLO "Мы подготовили скрипт для холодных звонков и отправляем\nего на согласование. Просим посмотреть его до пятницы и\nприслать замечания.",
	                ""}};

	(void)state;
	bodies(rows, COUNT(rows));
}

static void test_signature(void **state)
{
	static const struct row rows[] = {{HELLO "Скрипт готов.", "SIGN@33"},
	        {HELLO "Скрипт готов.\n\nС ув., Иван", "SIGN@35"},
	        {HELLO "Скрипт готов.\n\n-- \nС уважением,\nИван  Петров\nЗвонарь ", ""},
	        {HELLO "Скрипт готов.\n\nС уважением,\nИван Петров\nЗвонарь\n\nP.S. Ждём.", ""},
	        {HELLO "Скрипт готов.\n\nС уважением,\nИван Петров\nЗвонарь\n\nИ ещё одно.", "SIGN@35"},
	        {HELLO "Скрипт готов.\n\nС уважением,\nИван Петров", "SIGN@35"},
	        {HELLO "Скрипт готов.\n\nС уважением,\nОльга Ли\nЗвонарь\n\n> старое", ""},
	        {"> старое\n\n" HELLO "Готов.\n\nС уважением,\nИван\nЗвонарь", ""}};
	struct guard_draft d;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		d = draft(MATTER, rows[i].text);
		d.signature = STR("С уважением,\r\n{name}\r\nЗвонарь\r\n");
		assert_string_equal(said(&d), rows[i].said);
	}
	d = draft(MATTER, HELLO "Скрипт готов.\n\nИван");
	assert_string_equal(said(&d), "SIGN@39");
}

static void test_thread(void **state)
{
	static const struct row rows[] = {{HELLO "Отчет готов." SIGN SAID, ""}, {HELLO "Отчет готов." SIGN, "QUOTE@114"},
	        {HELLO "Отчет готов." SIGN
	               "\n\n-----Original Message-----\nFrom: Анна\nSent: Thursday\nTo: Иван\nSubject: x\n\n" PARENT,
	                ""},
	        {HELLO "Отчет готов." SIGN "\n\n________\nОт: Анна\nОтправлено: четверг\nКому: Иван\nТема: x\n\n" PARENT,
	                ""},
	        {HELLO "Отчет готов." SIGN "\n\nЧт, 12 мар. 2026 г. в 11:00, Анна <anna@romashka.ru>:\n\n" PARENT, ""},
	        {HELLO "Отчет готов." SIGN "\n\n12 марта 2026 г. Анна пишет:\n> Иван, добрый день!", "QUOTE@114"},
	        {"> Прошу прислать отчет по звонкам!!!\n\nОтчет готов.\n\n" QUOTE SIGN, ""},
	        {HELLO "Отчет готов." SIGN
	               "\n\nВы писали 12 марта 2026 г., 11:00:\n\nАС> Иван, добрый день!\nАС> Прошу прислать отчет по звонкам!!! "
	               "И подготовте\nАС> новый скрипт.\nАС>\nАС> Анна",
	                ""},
	        {HELLO "Отчет готов." SIGN "\n\n*От:* Анна\n*Отправлено:* четверг\n*Кому:* Иван\n*Тема:* x\n\n" PARENT, ""},
	        {HELLO "Отчет готов." SIGN
	               "\n\n----------------\nКому: Иван;\nКопия: Олег;\nТема: x;\n12.03.2026, 11:00, \"Анна\" "
	               "<anna@romashka.ru>:\n\n" PARENT,
	                ""},
	        {"> Иван, добрый день!\n\n" HELLO
	         "> Прошу прислать отчет по звонкам!!!\n\nОтчет готов.\n\n> И подготовте новый скрипт.\n> Анна\n\nГотовим." SIGN,
	                ""}};
	str anna[] = {STR("anna@romashka.ru")}, both[] = {STR("ivan@zvonar.ru"), STR("pr@romashka.ru")},
	    boss[] = {STR("boss@romashka.ru")};
	struct guard_draft d;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		d = draft("Re: " MATTER, rows[i].text);
		d.has_parent = true;
		d.in_reply_to_said = true;
		d.in_reply_to = STR("<p@x>");
		d.signature = STR(SIGN);
		d.parent = (struct guard_letter){.id = STR("p@x"),
		        .from = anna[0],
		        .to = {both, 1},
		        .cc = {boss, 1},
		        .subject = STR(MATTER),
		        .body = STR(PARENT)};
		assert_string_equal(said(&d), rows[i].said);
	}
	d.in_reply_to = STR("");
	assert_string_equal(said(&d), "QUOTE@0");
	d.in_reply_to_said = false;
	d.parent.to.n = 2;
	assert_string_equal(said(&d), "CC@0");
	d.letter.cc.n = 0;
	assert_string_equal(said(&d), "CC@0 CC@0");
}

/* Our signature stands in what the customer quoted of us: it is still the signature of this letter. */
static void test_signature_quoted(void **state)
{
	static const char *const below[] = {"> Верно.\n>\n> > " HELLO
	                                    "> > Готов.\n> С уважением,\n> Иван Петров\n> Менеджер проектов\n",
	        "Верно.\n\n> Готов.\n> С уважением,\n> Иван Петров\n> Менеджер проектов\n> Колл-центр «Звонарь»\n> +7 495 123-45-67\n"};
	struct guard_draft d;

	(void)state;
	for (size_t i = 0; i < COUNT(below); i++) {
		d = draft("Re: " MATTER, str_z(&a, str_printf(&a, HELLO "Приступаем." SIGN "\n\n%s", below[i])));
		d.has_parent = true;
		d.parent = (struct guard_letter){
		        .body = STR("Верно.\n\n> Готов.\n> С уважением,\n> Иван Петров\n> Менеджер проектов\n> "
		                    "Колл-центр «Звонарь»\n> +7 495 123-45-67")};
		d.signature = STR(SIGN);
		assert_null(strstr(said(&d), "SIGN"));
	}
}

/* Letters made to cost time. */
static void test_hostile(void **state)
{
	static const char *const each[] = {"превет ", "«", "> ", "Мы писали.\n\n", "'а ", "-- \n", "Превет. "};

	(void)state;
	for (size_t i = 0; i < COUNT(each); i++) {
		struct text t = {.a = &a};
		struct guard_draft d;

		for (int n = 0; n < 20000; n++)
			text_add(&t, str_of(each[i]));
		d = draft(MATTER, text_z(&t));
		d.has_parent = true;
		d.parent = d.letter;
		d.parent.from = d.letter.to.of[0];
		(void)said(&d);
	}
}

static void test_one(void **state)
{
	static const struct {
		const char *before, *now;
		int64_t hours;
		const char *said;
	} rows[] = {{"Когда будет готова база?", "Кто будет принимать лиды?", 1, "ONE@20"},
	        {"Пришлите, пожалуйста, базу.", "Уточните город.", 20, "ONE@20"},
	        {"Когда будет готова база?", "Когда будет готова база?", 1, "ONE@20"},
	        {"Когда будет готова база?", "Когда будет готова база?", 72, ""},
	        {"Базу посмотрели. Согласны?", "Кто будет принимать лиды?", 1, "ONE@20"},
	        {"Когда будет готова база?", "Досылаю файл.", 1, ""}, {"Высылаю отчёт.", "Кто будет принимать лиды?", 1, ""},
	        {"Когда будет готова база?", "Когда будет готова база? Кто будет принимать лиды?", 1, ""}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct guard_draft d = draft(MATTER, str_z(&a, str_printf(&a, HELLO "%s" SIGN, rows[i].now)));
		struct guard_letter before = {
		        .to = d.letter.to, .body = str_of(rows[i].before), .at = d.letter.at - rows[i].hours * CLOCK_HOUR};

		d.sent = &before;
		d.n_sent = 1;
		assert_string_equal(said(&d), rows[i].said);
		before.to.n = 0;
		d.letter.to.n = 0;
	}
}

static void test_draft(void **state)
{
	struct json v;
	struct fault f = {0};
	struct guard_draft d;
	struct guard_verdict none = {0};
	struct text t = {.a = &a};

	(void)state;
	assert_int_equal(
	        json_parse(&a,
	                STR("{\"from\":\"Иван <Ivan@X.ru>\",\"to\":[\"a@b\",{\"name\":\"C\",\"address\":\"c@d\"}],\"cc\":\"\\\"L, F\\\" <e@f>; g@h\","
	                    "\"subject\":\"s\",\"body\":\"b\",\"created_at\":\"2026-03-12T10:00+03:00\",\"in_reply_to\":null,\"parent\":null}"),
	                &v, &f),
	        0);
	assert_int_equal(guard_draft(&a, v, &d, &f), 0);
	assert_string_equal(str_z(&a, d.letter.from), "ivan@x.ru");
	assert_int_equal(d.letter.to.n, 2);
	assert_int_equal(d.letter.cc.n, 2);
	assert_string_equal(str_z(&a, d.letter.cc.of[0]), "e@f");
	assert_int_equal(d.letter.at, INT64_C(1773298800000));
	assert_true(d.in_reply_to_said);
	assert_false(d.has_parent);
	assert_int_equal(json_parse(&a, STR("{\"to\":5}"), &v, &f), 0);
	assert_int_equal(guard_draft(&a, v, &d, &f), EINVAL);
	assert_string_equal(f.field, "to");
	assert_int_equal(json_parse(&a, STR("{\"body\":5}"), &v, &f), 0);
	assert_int_equal(guard_draft(&a, v, &d, &f), EINVAL);
	assert_string_equal(f.field, "body");
	assert_int_equal(json_parse(&a, STR("[]"), &v, &f), 0);
	assert_int_equal(guard_draft(&a, v, &d, &f), EINVAL);
	guard_put(&(struct json_out){.t = &t}, &none);
	assert_string_equal(text_z(&t), "{\"verdict\":\"pass\",\"violations\":[]}");
}

static void test_lapse(void **state)
{
	str ours[] = {STR("ivan@zvonar.ru"), STR("boss@romashka.ru")}, theirs[] = {STR("ivan@zvonar.ru")};
	struct guard_letter letter = {.from = STR("anna@romashka.ru"), .to = {theirs, 1}, .body = STR("Хорошо.")};
	struct guard_letter parent = {
	        .from = STR("ivan@zvonar.ru"), .to = {ours, 2}, .body = STR("Скрипт готов, посмотрите его.")};
	struct guard_lapse l = guard_lapse_of(&a, &letter, &parent);

	(void)state;
	assert_true(l.thread);
	assert_int_equal(l.dropped.n, 1);
	letter.body = STR("Хорошо.\n> Скрипт готов,\n> посмотрите его.");
	assert_false(guard_lapse_of(&a, &letter, &parent).thread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_good), cmocka_unit_test(test_exclam),
	        cmocka_unit_test(test_spelling), cmocka_unit_test(test_subject), cmocka_unit_test(test_paragraphs),
	        cmocka_unit_test(test_signature), cmocka_unit_test(test_thread), cmocka_unit_test(test_signature_quoted),
	        cmocka_unit_test(test_hostile), cmocka_unit_test(test_one), cmocka_unit_test(test_draft),
	        cmocka_unit_test(test_lapse)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
