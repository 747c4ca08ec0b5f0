/* SPDX-License-Identifier: GPL-3.0-or-later */
/* first_name.c - a word that is a usual first name; else by the endings of Russian surnames and patronymics. */
#include "domain/wall/first_name.h"

static const char usual[] =
        " Александр Александра Алексей Алёна Алина Алиса Алла Алсу Альберт Альбина Анастасия Анатолий Ангелина Андрей Анжела Анна Антон Арина "
        "Аркадий Армен Арсений Артём Артур Борис Вадим Валентин Валентина Валерий Валерия Варвара Василий Василиса Вениамин Вера Вероника "
        "Виктор Виктория Виталий Владимир Владислав Всеволод Вячеслав Галина Геннадий Георгий Герман Глеб Григорий Гульнара Давид Данил "
        "Даниил Данила Дарья Денис Диана Динара Дмитрий Ева Евгений Евгения Егор Екатерина Елена Елизавета Жанна Зинаида Злата Зоя Иван "
        "Игорь Илона Ильдар Илья Инна Ирина Камила Карина Кирилл Кира Константин Кристина Ксения Лариса Лев Леонид Лидия Лилия Любовь "
        "Людмила Майя Макар Максим Маргарита Марина Мария Марк Марта Мартин Матвей Милана Михаил Надежда Наталия Наталья Никита Николай "
        "Нина Оксана Олег Олеся Ольга Павел Пётр Полина Раиса Ренат Регина Римма Ринат Роберт Родион Роман Руслан Савелий Светлана Семён "
        "Сергей София Софья Станислав Степан Таисия Тамара Татьяна Тимофей Тимур Ульяна Фаина Фёдор Филипп Эвелина Эдуард Эльвира Эмилия "
        "Эмма Юлия Юрий Яков Яна Ян Ярослав ";
static const char *const patronymic[] = {"вич", "ьич", "вна", "чна", "оглы", "кызы", NULL};
static const char *const surname[] = {"ов", "ова", "ев", "ева", "ёв", "ёва", "ин", "ина", "ын", "ына", "ий", "ая", "ко",
        "ук", "юк", "як", "их", "ых", "ян", "дзе", "швили", NULL};

static bool ends(str word, const char *const *endings)
{
	for (; *endings; endings++) {
		str end = str_of(*endings);
		if (word.n > end.n && str_eq(str_sub(word, word.n - end.n, word.n), end))
			return true;
	}
	return false;
}

static bool is_usual(str word)
{
	size_t at = 0;

	while ((at = str_find_str(str_of(usual), word, at)) < sizeof(usual) - 1) {
		if (usual[at - 1] == ' ' && usual[at + word.n] == ' ')
			return true;
		at += word.n;
	}
	return false;
}

str first_name(str name)
{
	str word[3] = {{0}}, one;
	size_t n = 0;

	while (n < 3 && str_cut(&name, ' ', &one))
		if (one.n)
			word[n++] = one;
	if (n < 2)
		return word[0];
	if (ends(word[n - 1], patronymic))
		return word[n - 2];
	for (size_t i = 0; i < n; i++)
		if (is_usual(word[i]))
			return word[i];
	return ends(word[0], surname) && !ends(word[1], surname) ? word[1] : word[0];
}
