/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phone_ru.c - the Russian numbering plan: the three digits after +7 say what a number is and where.
 * Source: the order of the Ministry of Communications on the numbering plan (codes ABC and DEF), zones from the tz database. */
#include "kit/phone/phone.h"
#include "kit/phone/phone_priv.h"

/* Sorted. 9xx is mobile and stands in no row of its own. */
static const struct phone_code codes[] = {
        {301, PHONE_FIXED, "Asia/Irkutsk"},       /* Бурятия */
        {302, PHONE_FIXED, "Asia/Chita"},         /* Забайкалье */
        {341, PHONE_FIXED, "Europe/Samara"},      /* Удмуртия */
        {342, PHONE_FIXED, "Asia/Yekaterinburg"}, /* Пермь */
        {343, PHONE_FIXED, "Asia/Yekaterinburg"}, /* Екатеринбург */
        {345, PHONE_FIXED, "Asia/Yekaterinburg"}, /* Тюмень */
        {346, PHONE_FIXED, "Asia/Yekaterinburg"}, /* Ханты-Мансийский округ */
        {347, PHONE_FIXED, "Asia/Yekaterinburg"}, /* Башкортостан */
        {349, PHONE_FIXED, "Asia/Yekaterinburg"}, /* Ямал */
        {351, PHONE_FIXED, "Asia/Yekaterinburg"}, /* Челябинск */
        {352, PHONE_FIXED, "Asia/Yekaterinburg"}, /* Курган */
        {353, PHONE_FIXED, "Asia/Yekaterinburg"}, /* Оренбург */
        {365, PHONE_FIXED, "Europe/Simferopol"},  /* Крым */
        {381, PHONE_FIXED, "Asia/Omsk"},          /* Омск */
        {382, PHONE_FIXED, "Asia/Tomsk"},         /* Томск */
        {383, PHONE_FIXED, "Asia/Novosibirsk"},   /* Новосибирск */
        {384, PHONE_FIXED, "Asia/Novokuznetsk"},  /* Кемерово */
        {385, PHONE_FIXED, "Asia/Barnaul"},       /* Алтайский край */
        {388, PHONE_FIXED, "Asia/Barnaul"},       /* Алтай */
        {390, PHONE_FIXED, "Asia/Krasnoyarsk"},   /* Хакасия */
        {391, PHONE_FIXED, "Asia/Krasnoyarsk"},   /* Красноярск */
        {394, PHONE_FIXED, "Asia/Krasnoyarsk"},   /* Тува */
        {395, PHONE_FIXED, "Asia/Irkutsk"},       /* Иркутск */
        {401, PHONE_FIXED, "Europe/Kaliningrad"}, /* Калининград */
        {411, PHONE_FIXED, "Asia/Yakutsk"},       /* Якутия: запад, где живёт большинство */
        {413, PHONE_FIXED, "Asia/Magadan"},       /* Магадан */
        {415, PHONE_FIXED, "Asia/Kamchatka"},     /* Камчатка */
        {416, PHONE_FIXED, "Asia/Yakutsk"},       /* Амурская область */
        {421, PHONE_FIXED, "Asia/Vladivostok"},   /* Хабаровск */
        {423, PHONE_FIXED, "Asia/Vladivostok"},   /* Приморье */
        {424, PHONE_FIXED, "Asia/Sakhalin"},      /* Сахалин */
        {426, PHONE_FIXED, "Asia/Vladivostok"},   /* Еврейская область */
        {427, PHONE_FIXED, "Asia/Anadyr"},        /* Чукотка */
        {471, PHONE_FIXED, "Europe/Moscow"},      /* Курск */
        {472, PHONE_FIXED, "Europe/Moscow"},      /* Белгород */
        {473, PHONE_FIXED, "Europe/Moscow"},      /* Воронеж */
        {474, PHONE_FIXED, "Europe/Moscow"},      /* Липецк */
        {475, PHONE_FIXED, "Europe/Moscow"},      /* Тамбов */
        {481, PHONE_FIXED, "Europe/Moscow"},      /* Смоленск */
        {482, PHONE_FIXED, "Europe/Moscow"},      /* Тверь */
        {483, PHONE_FIXED, "Europe/Moscow"},      /* Брянск */
        {484, PHONE_FIXED, "Europe/Moscow"},      /* Калуга */
        {485, PHONE_FIXED, "Europe/Moscow"},      /* Ярославль */
        {486, PHONE_FIXED, "Europe/Moscow"},      /* Орёл */
        {487, PHONE_FIXED, "Europe/Moscow"},      /* Тула */
        {491, PHONE_FIXED, "Europe/Moscow"},      /* Рязань */
        {492, PHONE_FIXED, "Europe/Moscow"},      /* Владимир */
        {493, PHONE_FIXED, "Europe/Moscow"},      /* Иваново */
        {494, PHONE_FIXED, "Europe/Moscow"},      /* Кострома */
        {495, PHONE_FIXED, "Europe/Moscow"},      /* Москва */
        {496, PHONE_FIXED, "Europe/Moscow"},      /* Московская область */
        {498, PHONE_FIXED, "Europe/Moscow"},      /* Московская область */
        {499, PHONE_FIXED, "Europe/Moscow"},      /* Москва */
        {800, PHONE_TOLL_FREE, NULL}, {803, PHONE_PREMIUM, NULL}, {804, PHONE_TOLL_FREE, NULL}, {808, PHONE_PREMIUM, NULL},
        {809, PHONE_PREMIUM, NULL}, {811, PHONE_FIXED, "Europe/Moscow"}, /* Псков */
        {812, PHONE_FIXED, "Europe/Moscow"},                             /* Санкт-Петербург */
        {813, PHONE_FIXED, "Europe/Moscow"},                             /* Ленинградская область */
        {814, PHONE_FIXED, "Europe/Moscow"},                             /* Карелия */
        {815, PHONE_FIXED, "Europe/Moscow"},                             /* Мурманск */
        {816, PHONE_FIXED, "Europe/Moscow"},                             /* Новгород */
        {817, PHONE_FIXED, "Europe/Moscow"},                             /* Вологда */
        {818, PHONE_FIXED, "Europe/Moscow"},                             /* Архангельск */
        {820, PHONE_FIXED, "Europe/Moscow"},                             /* Череповец */
        {821, PHONE_FIXED, "Europe/Moscow"},                             /* Коми */
        {831, PHONE_FIXED, "Europe/Moscow"},                             /* Нижний Новгород */
        {833, PHONE_FIXED, "Europe/Kirov"},                              /* Киров */
        {834, PHONE_FIXED, "Europe/Moscow"},                             /* Мордовия */
        {835, PHONE_FIXED, "Europe/Moscow"},                             /* Чувашия */
        {836, PHONE_FIXED, "Europe/Moscow"},                             /* Марий Эл */
        {840, PHONE_FIXED, "Europe/Moscow"},                             /* Абхазия */
        {841, PHONE_FIXED, "Europe/Moscow"},                             /* Пенза */
        {842, PHONE_FIXED, "Europe/Ulyanovsk"},                          /* Ульяновск */
        {843, PHONE_FIXED, "Europe/Moscow"},                             /* Татарстан */
        {844, PHONE_FIXED, "Europe/Volgograd"},                          /* Волгоград */
        {845, PHONE_FIXED, "Europe/Saratov"},                            /* Саратов */
        {846, PHONE_FIXED, "Europe/Samara"},                             /* Самара */
        {847, PHONE_FIXED, "Europe/Moscow"},                             /* Калмыкия */
        {848, PHONE_FIXED, "Europe/Samara"},                             /* Тольятти */
        {851, PHONE_FIXED, "Europe/Astrakhan"},                          /* Астрахань */
        {855, PHONE_FIXED, "Europe/Moscow"},                             /* Набережные Челны */
        {861, PHONE_FIXED, "Europe/Moscow"},                             /* Краснодар */
        {862, PHONE_FIXED, "Europe/Moscow"},                             /* Сочи */
        {863, PHONE_FIXED, "Europe/Moscow"},                             /* Ростов */
        {865, PHONE_FIXED, "Europe/Moscow"},                             /* Ставрополье */
        {866, PHONE_FIXED, "Europe/Moscow"},                             /* Кабардино-Балкария */
        {867, PHONE_FIXED, "Europe/Moscow"},                             /* Северная Осетия */
        {869, PHONE_FIXED, "Europe/Simferopol"},                         /* Севастополь */
        {871, PHONE_FIXED, "Europe/Moscow"},                             /* Чечня */
        {872, PHONE_FIXED, "Europe/Moscow"},                             /* Дагестан */
        {873, PHONE_FIXED, "Europe/Moscow"},                             /* Ингушетия */
        {877, PHONE_FIXED, "Europe/Moscow"},                             /* Адыгея */
        {878, PHONE_FIXED, "Europe/Moscow"},                             /* Карачаево-Черкесия */
        {879, PHONE_FIXED, "Europe/Moscow"},                             /* Минеральные Воды */
};
static const struct phone_code mobile = {900, PHONE_MOBILE, NULL};

const struct phone_code *phone_ru_code(const char *national)
{
	short code = (short)((national[0] - '0') * 100 + (national[1] - '0') * 10 + (national[2] - '0'));
	size_t low = 0, high = COUNT(codes);

	if (code >= 900 && code <= 999)
		return &mobile;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (codes[mid].code == code)
			return &codes[mid];
		if (codes[mid].code < code)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* Digits of p into z (at most 11), -1 when another character than blanks, brackets, dots and hyphens is among them. A "+" may come first. */
static int digits_of(const char *p, size_t n, char z[12], bool *plus)
{
	int count = 0;

	*plus = false;
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		if (c >= '0' && c <= '9') {
			if (count == 11)
				return -1;
			z[count++] = c;
		} else if (c == '+') {
			if (count || *plus)
				return -1;
			*plus = true;
		} else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.') {
			return -1;
		}
	}
	return count;
}

bool phone_ru_fast(const char *p, size_t n, char e164[PHONE_E164_MAX])
{
	char z[12];
	bool plus;
	int count = digits_of(p, n, z, &plus);
	const char *national = z;

	if (count == 11 && (z[0] == '7' || (z[0] == '8' && !plus)))
		national = z + 1;
	else if (count != 10 || plus)
		return false;
	if (!phone_ru_code(national))
		return false;
	memcpy(e164, "+7", 2);
	memcpy(e164 + 2, national, 10);
	e164[12] = 0;
	return true;
}
