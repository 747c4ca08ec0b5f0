/* SPDX-License-Identifier: GPL-3.0-or-later */
/* city.c - the time zone of a Russian city: a mobile number tells nothing, the address does. Names that several cities bear stand here only
 * where one of them is much the largest. Zones from the tz database. */
#include "base/utf8.h"
#include "domain/import/row.h"

/* Sorted by bytes; lower case, ё as е. */
static const struct {
	const char *name, *zone;
} cities[] = {
        {"абакан", "Asia/Krasnoyarsk"},
        {"альметьевск", "Europe/Moscow"},
        {"анадырь", "Asia/Anadyr"},
        {"ангарск", "Asia/Irkutsk"},
        {"арзамас", "Europe/Moscow"},
        {"армавир", "Europe/Moscow"},
        {"артем", "Asia/Vladivostok"},
        {"архангельск", "Europe/Moscow"},
        {"астрахань", "Europe/Astrakhan"},
        {"ачинск", "Asia/Krasnoyarsk"},
        {"балаково", "Europe/Saratov"},
        {"балашиха", "Europe/Moscow"},
        {"барнаул", "Asia/Barnaul"},
        {"белгород", "Europe/Moscow"},
        {"белогорск", "Asia/Yakutsk"},
        {"бердск", "Asia/Novosibirsk"},
        {"березники", "Asia/Yekaterinburg"},
        {"бийск", "Asia/Barnaul"},
        {"биробиджан", "Asia/Vladivostok"},
        {"благовещенск", "Asia/Yakutsk"},
        {"братск", "Asia/Irkutsk"},
        {"брянск", "Europe/Moscow"},
        {"великий новгород", "Europe/Moscow"},
        {"владивосток", "Asia/Vladivostok"},
        {"владикавказ", "Europe/Moscow"},
        {"владимир", "Europe/Moscow"},
        {"волгоград", "Europe/Volgograd"},
        {"волгодонск", "Europe/Moscow"},
        {"волжский", "Europe/Volgograd"},
        {"вологда", "Europe/Moscow"},
        {"воронеж", "Europe/Moscow"},
        {"воткинск", "Europe/Samara"},
        {"глазов", "Europe/Samara"},
        {"горно-алтайск", "Asia/Barnaul"},
        {"грозный", "Europe/Moscow"},
        {"дзержинск", "Europe/Moscow"},
        {"димитровград", "Europe/Ulyanovsk"},
        {"евпатория", "Europe/Simferopol"},
        {"екатеринбург", "Asia/Yekaterinburg"},
        {"железногорск", "Asia/Krasnoyarsk"},
        {"зеленоград", "Europe/Moscow"},
        {"златоуст", "Asia/Yekaterinburg"},
        {"иваново", "Europe/Moscow"},
        {"ижевск", "Europe/Samara"},
        {"иркутск", "Asia/Irkutsk"},
        {"искитим", "Asia/Novosibirsk"},
        {"йошкар-ола", "Europe/Moscow"},
        {"казань", "Europe/Moscow"},
        {"калининград", "Europe/Kaliningrad"},
        {"калуга", "Europe/Moscow"},
        {"каменск-уральский", "Asia/Yekaterinburg"},
        {"канск", "Asia/Krasnoyarsk"},
        {"кемерово", "Asia/Novokuznetsk"},
        {"керчь", "Europe/Simferopol"},
        {"киров", "Europe/Kirov"},
        {"киселевск", "Asia/Novokuznetsk"},
        {"колпино", "Europe/Moscow"},
        {"комсомольск-на-амуре", "Asia/Vladivostok"},
        {"копейск", "Asia/Yekaterinburg"},
        {"королев", "Europe/Moscow"},
        {"кострома", "Europe/Moscow"},
        {"краснодар", "Europe/Moscow"},
        {"краснокаменск", "Asia/Chita"},
        {"красноярск", "Asia/Krasnoyarsk"},
        {"курган", "Asia/Yekaterinburg"},
        {"курск", "Europe/Moscow"},
        {"кызыл", "Asia/Krasnoyarsk"},
        {"ленинск-кузнецкий", "Asia/Novokuznetsk"},
        {"липецк", "Europe/Moscow"},
        {"люберцы", "Europe/Moscow"},
        {"магадан", "Asia/Magadan"},
        {"магнитогорск", "Asia/Yekaterinburg"},
        {"майкоп", "Europe/Moscow"},
        {"махачкала", "Europe/Moscow"},
        {"междуреченск", "Asia/Novokuznetsk"},
        {"миасс", "Asia/Yekaterinburg"},
        {"минусинск", "Asia/Krasnoyarsk"},
        {"москва", "Europe/Moscow"},
        {"мурманск", "Europe/Moscow"},
        {"мытищи", "Europe/Moscow"},
        {"набережные челны", "Europe/Moscow"},
        {"надым", "Asia/Yekaterinburg"},
        {"нальчик", "Europe/Moscow"},
        {"находка", "Asia/Vladivostok"},
        {"нерюнгри", "Asia/Yakutsk"},
        {"нефтекамск", "Asia/Yekaterinburg"},
        {"нефтеюганск", "Asia/Yekaterinburg"},
        {"нижневартовск", "Asia/Yekaterinburg"},
        {"нижнекамск", "Europe/Moscow"},
        {"нижний новгород", "Europe/Moscow"},
        {"нижний тагил", "Asia/Yekaterinburg"},
        {"новокузнецк", "Asia/Novokuznetsk"},
        {"новокуйбышевск", "Europe/Samara"},
        {"новороссийск", "Europe/Moscow"},
        {"новосибирск", "Asia/Novosibirsk"},
        {"новотроицк", "Asia/Yekaterinburg"},
        {"новый уренгой", "Asia/Yekaterinburg"},
        {"норильск", "Asia/Krasnoyarsk"},
        {"ноябрьск", "Asia/Yekaterinburg"},
        {"обнинск", "Europe/Moscow"},
        {"октябрьский", "Asia/Yekaterinburg"},
        {"омск", "Asia/Omsk"},
        {"орел", "Europe/Moscow"},
        {"оренбург", "Asia/Yekaterinburg"},
        {"орск", "Asia/Yekaterinburg"},
        {"пенза", "Europe/Moscow"},
        {"первоуральск", "Asia/Yekaterinburg"},
        {"пермь", "Asia/Yekaterinburg"},
        {"петербург", "Europe/Moscow"},
        {"петрозаводск", "Europe/Moscow"},
        {"петропавловск-камчатский", "Asia/Kamchatka"},
        {"подольск", "Europe/Moscow"},
        {"прокопьевск", "Asia/Novokuznetsk"},
        {"псков", "Europe/Moscow"},
        {"пятигорск", "Europe/Moscow"},
        {"ростов-на-дону", "Europe/Moscow"},
        {"рубцовск", "Asia/Barnaul"},
        {"рязань", "Europe/Moscow"},
        {"салават", "Asia/Yekaterinburg"},
        {"салехард", "Asia/Yekaterinburg"},
        {"самара", "Europe/Samara"},
        {"санкт-петербург", "Europe/Moscow"},
        {"саранск", "Europe/Moscow"},
        {"сарапул", "Europe/Samara"},
        {"саратов", "Europe/Saratov"},
        {"саяногорск", "Asia/Krasnoyarsk"},
        {"свободный", "Asia/Yakutsk"},
        {"севастополь", "Europe/Simferopol"},
        {"северодвинск", "Europe/Moscow"},
        {"северск", "Asia/Tomsk"},
        {"симферополь", "Europe/Simferopol"},
        {"смоленск", "Europe/Moscow"},
        {"советск", "Europe/Kaliningrad"},
        {"соликамск", "Asia/Yekaterinburg"},
        {"сочи", "Europe/Moscow"},
        {"спб", "Europe/Moscow"},
        {"ставрополь", "Europe/Moscow"},
        {"старый оскол", "Europe/Moscow"},
        {"стерлитамак", "Asia/Yekaterinburg"},
        {"сургут", "Asia/Yekaterinburg"},
        {"сызрань", "Europe/Samara"},
        {"сыктывкар", "Europe/Moscow"},
        {"таганрог", "Europe/Moscow"},
        {"тамбов", "Europe/Moscow"},
        {"тверь", "Europe/Moscow"},
        {"тобольск", "Asia/Yekaterinburg"},
        {"тольятти", "Europe/Samara"},
        {"томск", "Asia/Tomsk"},
        {"тула", "Europe/Moscow"},
        {"тюмень", "Asia/Yekaterinburg"},
        {"улан-удэ", "Asia/Irkutsk"},
        {"ульяновск", "Europe/Ulyanovsk"},
        {"усолье-сибирское", "Asia/Irkutsk"},
        {"уссурийск", "Asia/Vladivostok"},
        {"усть-илимск", "Asia/Irkutsk"},
        {"уфа", "Asia/Yekaterinburg"},
        {"феодосия", "Europe/Simferopol"},
        {"хабаровск", "Asia/Vladivostok"},
        {"ханты-мансийск", "Asia/Yekaterinburg"},
        {"химки", "Europe/Moscow"},
        {"чебоксары", "Europe/Moscow"},
        {"челябинск", "Asia/Yekaterinburg"},
        {"череповец", "Europe/Moscow"},
        {"черкесск", "Europe/Moscow"},
        {"черняховск", "Europe/Kaliningrad"},
        {"чита", "Asia/Chita"},
        {"шадринск", "Asia/Yekaterinburg"},
        {"шахты", "Europe/Moscow"},
        {"электросталь", "Europe/Moscow"},
        {"элиста", "Europe/Moscow"},
        {"энгельс", "Europe/Saratov"},
        {"южно-сахалинск", "Asia/Sakhalin"},
        {"якутск", "Asia/Yakutsk"},
        {"ялта", "Europe/Simferopol"},
        {"ярославль", "Europe/Moscow"},
};

enum { NAME_MAX_BYTES = 120 };

/* "г. Самара", "Самара г", "город Самара (центр)" as "самара", in z. */
static str plain(str city, char z[NAME_MAX_BYTES + 4])
{
	static const char *const marks[] = {"г.", "г ", "город ", "гор. "};
	size_t n = 0;
	str s;

	for (size_t i = 0; i < city.n && n < NAME_MAX_BYTES;) {
		uint32_t c = utf8_next(city, &i);
		if (c == '(' || c == ',' || c == ';')
			break;
		if (c == 0x401 || c == 0x451)
			c = 0x435;
		else if (c >= 0x410 && c <= 0x42F)
			c += 0x20;
		if (c < 0x80) {
			z[n++] = (char)c;
		} else if (c < 0x800) {
			z[n++] = (char)(0xC0 | c >> 6);
			z[n++] = (char)(0x80 | (c & 0x3F));
		}
	}
	s = str_trim((str){z, n});
	for (size_t i = 0; i < COUNT(marks); i++)
		if (str_starts(s, str_of(marks[i])))
			s = str_trim(str_sub(s, str_of(marks[i]).n, s.n));
	if (str_ends(s, STR(" г")) || str_ends(s, STR(" г.")))
		s = str_trim(str_sub(s, 0, s.n - (str_ends(s, STR(".")) ? 4 : 3)));
	return s;
}

const char *city_zone(str city)
{
	char z[NAME_MAX_BYTES + 4];
	str s = plain(city, z);
	size_t low = 0, high = COUNT(cities);

	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = str_cmp(str_of(cities[mid].name), s);
		if (order == 0)
			return cities[mid].zone;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
