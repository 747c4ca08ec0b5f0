/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guess.c - what a column is, by its title in Russian or English and by what stands in it. */
#include "base/utf8.h"
#include "domain/import/plan.h"
#include "kit/phone/phone.h"

/* A title in lower case, letters and digits only, words parted and framed by single blanks: " e mail ". */
static str words_of(struct arena *a, str title)
{
	struct text t = {.a = a};
	str s = utf8_lower(a, utf8_cut(title, 400));
	bool blank = true;

	text_add_char(&t, ' ');
	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);
		bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c >= 0x400 || c == 0x2116;
		if (c >= 0x2000 && c <= 0x206F)
			letter = false;
		if (letter)
			utf8_add(&t, c == 0x451 ? 0x435 : c); /* ё is е */
		else if (!blank)
			text_add_char(&t, ' ');
		blank = !letter;
	}
	if (!blank)
		text_add_char(&t, ' ');
	return text_str(&t);
}

/* Words of titles. " x" matches a word that begins so, " x " the whole word; the first row that matches decides. */
static const struct {
	enum column_field field;
	const char *words; /* parted by | */
} titles[] = {
        {COLUMN_PHONE, " тел факс| телефон факс| т ф | phone fax| телефакс"},
        {COLUMN_FAX, " факс| fax"},
        {COLUMN_EXT, " доб | добавочн| внутренний| вн номер| вн тел| ext | extension"},
        {COLUMN_EMAIL, " e mail| email| мейл| имейл| эл почт| электронная почта| электронный адрес| почта | mail "},
        {COLUMN_MOBILE, " моб | моб тел| мобил| сот | сотов| mobile| cell| личный тел| whatsapp| ватсап| viber| вайбер"},
        {COLUMN_PHONE,
                " telef| тел | телеф| phone| tel | номер тел| контактный номер| тел1| тел2| тел3| tel1| telephone| №тел"},
        {COLUMN_POSITION, " должност| position| job title| job | post | роль "},
        {COLUMN_DECIDER, " лпр | директор| руководител| ген дир| гендир| глава | decision| decider| director"},
        {COLUMN_LAST_NAME, " фамилия | last name| surname"},
        {COLUMN_MIDDLE_NAME, " отчество | middle name| patronymic"},
        {COLUMN_PERSON,
                " контактн лиц| контактное лицо| контактные лица| конт лицо| фио| ф и о| контактное имя| представител| "
                "имя контакт| сотрудник| contact person| contact name| full name| person| имя и фамилия| имя фамилия| "
                "ответственный"},
        {COLUMN_SITE, " сайт| site| web| www| url| веб| домен| интернет"},
        {COLUMN_TIMEZONE, " часовой пояс| timezone| time zone| таймзона"},
        {COLUMN_INDUSTRY, " отрасл| industr| сфера| рубрик| категори| сектор| раздел| segment| сегмент"},
        {COLUMN_ACTIVITY,
                " вид деят| виды деят| деятельност| оквэд| activit| чем заним| подрубрик| специализ| продукц| описание| "
                "description| направлени"},
        {COLUMN_CITY, " город | города | г | city| town| населенный| нас пункт"},
        {COLUMN_ADDRESS, " адрес| address| улица| местонахожд| местоположение| юр адр| факт адр| street"},
        {COLUMN_NOTE,
                " комментар| примечан| заметк| note| comment| remark| дополнител| доп инф| статус| инн| кпп| огрн| регион| "
                "область| region| индекс| источник"},
        {COLUMN_COMPANY,
                " firma| компани| организац| наименован| назван| фирм| предприяти| юр лиц| юридическое лицо| контрагент| клиент| "
                "company| organi| firm| account| customer| business| заказчик| учреждени| объект"},
        {COLUMN_FIRST_NAME, " имя | first name| name | given name"},
};

/* Where words begin in title; only_whole: nothing else stands in the title. */
static bool title_has(str title, const char *words, bool *whole)
{
	str all = str_of(words), word;

	while (str_cut(&all, '|', &word))
		if (str_find_str(title, word, 0) < title.n) {
			*whole = title.n <= word.n + 24;
			return true;
		}
	return false;
}

/* The number of the row: not worth keeping. */
static bool is_running(str words)
{
	return str_eq(words, STR(" id ")) || str_eq(words, STR(" n ")) || str_eq(words, STR(" № ")) ||
	       str_eq(words, STR(" п п ")) || str_starts(words, STR(" № п п ")) || str_starts(words, STR(" n п п "));
}

enum column_field guess_by_title(str title, struct arena *a)
{
	str words = words_of(a, title);
	bool whole;

	/* "почтовый адрес" is an address, "адрес электронной почты" is not */
	if (str_find_str(words, STR(" почтов"), 0) < words.n)
		return COLUMN_ADDRESS;
	if (str_find_str(words, STR(" электронн"), 0) < words.n)
		return COLUMN_EMAIL;
	if (is_running(words))
		return COLUMN_NONE;
	for (size_t i = 0; i < COUNT(titles); i++)
		if (title_has(words, titles[i].words, &whole))
			return titles[i].field;
	return COLUMN_NONE;
}

static bool is_title(str cell, struct arena *a)
{
	str words;
	bool whole = false;
	size_t digits = 0;

	if (cell.n == 0 || cell.n > 120)
		return false;
	for (size_t i = 0; i < cell.n; i++)
		digits += cell.p[i] >= '0' && cell.p[i] <= '9';
	if (digits > 3 || str_find(cell, '@', 0) < cell.n)
		return false;
	words = words_of(a, cell);
	if (str_eq(words, STR(" № ")) || str_eq(words, STR(" № п п ")) || str_eq(words, STR(" п п ")) ||
	        str_eq(words, STR(" id ")) || str_eq(words, STR(" контакты ")) || str_eq(words, STR(" контакт ")) ||
	        str_eq(words, STR(" номер ")) || str_starts(words, STR(" почтов")) || str_starts(words, STR(" электронн")))
		return true;
	for (size_t i = 0; i < COUNT(titles); i++)
		if (title_has(words, titles[i].words, &whole) && utf8_count(words) <= 42)
			return true;
	return false;
}

/* Names and numbers are what a title row never has. */
static bool is_number(str cell, const char *country, struct arena *a)
{
	struct phone p[2];

	return cell.n >= 7 && phone_cell(utf8_cut(cell, 200), country, a, p, 2) && !p[0].reason;
}

/* Begins with a legal form: "ООО «Фирма»" has a word of the titles, but is a company. */
static bool is_company(str cell, struct arena *a)
{
	static const char *const forms[] = {" ооо ", " оао ", " зао ", " пао ", " ао ", " ип ", " нко ", " гуп ", " муп ",
	        " мбоу ", " чоу ", " фгуп ", " тоо ", " тд ", " гк ", " гбу ", " нпо ", " нпп ", " llc ", " ltd ", " inc ",
	        " gmbh ", " сооо ", " одо "};
	str words = words_of(a, utf8_cut(cell, 200));

	for (size_t i = 0; i < COUNT(forms); i++)
		if (str_find_str(words, str_of(forms[i]), 0) < words.n)
			return true;
	return str_find_str(cell, STR("«"), 0) < cell.n;
}

bool guess_is_header(const str *cells, size_t n, const char *country, struct arena *a)
{
	size_t titled = 0, filled = 0;

	for (size_t i = 0; i < n; i++) {
		str cell = str_trim(cells[i]);
		if (cell.n == 0)
			continue;
		filled++;
		if (is_number(cell, country, a) || is_company(cell, a))
			return false;
		titled += is_title(cell, a);
	}
	return titled && (filled <= 2 ? titled == filled && filled >= (n > 2 ? 2 : 1) : titled * 2 >= filled || titled >= 3);
}

bool guess_is_total(const str *cells, size_t n, struct arena *a)
{
	static const char *const words[] = {" итого ", " всего ", " total ", " totals ", " subtotal ", " grand total ",
	        " подытог ", " итог ", " общий итог ", " промежуточный итог ", " количество записей ", " всего записей "};

	for (size_t i = 0; i < n; i++) {
		str cell = str_trim(cells[i]), w;
		if (cell.n == 0)
			continue;
		w = words_of(a, utf8_cut(cell, 200));
		for (size_t k = 0; k < COUNT(words); k++)
			if (str_starts(w, str_of(words[k])))
				return true;
		/* a running number may stand before the word */
		if (i > 1 || cell.n > 6)
			return false;
	}
	return false;
}

/* What stands in a column of the sample: how many cells of each kind. */
struct kinds {
	int filled, phone, fax, email, site, person, company, address, number, text;
};

static bool is_person(str cell, struct arena *a)
{
	static const char *const ends[] = {
	        "вич ", "вна ", "чна ", "ов ", "ова ", "ев ", "ева ", "ин ", "ина ", "ский ", "ская ", "ко ", "ян "};
	str words = words_of(a, utf8_cut(cell, 120));
	size_t n = 0;

	for (size_t i = 1; i < words.n; i++)
		n += words.p[i] == ' ';
	if (n < 2 || n > 4)
		return false;
	for (size_t i = 0; i < COUNT(ends); i++)
		if (str_find_str(words, str_of(ends[i]), 0) < words.n)
			return true;
	return false;
}

static bool is_address(str cell, struct arena *a)
{
	static const char *const parts[] = {" ул ", " улица ", " пр ", " пр т ", " проспект ", " пер ", " д ", " дом ",
	        " ш ", " шоссе ", " наб ", " обл ", " street ", " бульвар "};
	str words = words_of(a, utf8_cut(cell, 300));

	for (size_t i = 0; i < COUNT(parts); i++)
		if (str_find_str(words, str_of(parts[i]), 0) < words.n)
			return true;
	return false;
}

static void count_cell(struct kinds *k, str cell, const char *country, struct arena *a)
{
	struct phone p[4];
	size_t n;
	bool digits = true;

	cell = str_trim(cell);
	if (cell.n == 0)
		return;
	k->filled++;
	for (size_t i = 0; i < cell.n; i++)
		digits &= (cell.p[i] >= '0' && cell.p[i] <= '9') || cell.p[i] == '.' || cell.p[i] == ',';
	n = cell.n < 200 && cell.n > 5 ? phone_cell(cell, country, a, p, COUNT(p)) : 0;
	if (n && !p[0].reason)
		k->phone++;
	else if (str_find(cell, '@', 0) < cell.n && str_find(cell, ' ', 0) == cell.n)
		k->email++;
	else if (str_starts(cell, STR("http")) || str_starts(cell, STR("www.")) ||
	         (str_find(cell, '.', 0) < cell.n && str_find(cell, ' ', 0) == cell.n && str_ends(cell, STR(".ru"))))
		k->site++;
	else if (digits)
		k->number++;
	else if (is_company(cell, a))
		k->company++;
	else if (is_address(cell, a))
		k->address++;
	else if (is_person(cell, a))
		k->person++;
	else
		k->text++;
}

static enum column_field by_content(const struct kinds *k)
{
	int half = k->filled / 2 + 1;

	if (k->filled == 0)
		return COLUMN_NONE;
	if (k->phone >= half)
		return COLUMN_PHONE;
	if (k->email >= half)
		return COLUMN_EMAIL;
	if (k->site >= half)
		return COLUMN_SITE;
	if (k->company >= half || k->company * 3 > k->filled)
		return COLUMN_COMPANY;
	if (k->person >= half)
		return COLUMN_PERSON;
	return k->address >= half ? COLUMN_ADDRESS : COLUMN_NONE;
}

static bool has(const struct plan *p, enum column_field field)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->fields[i] == field)
			return true;
	return false;
}

/* Titles that say little: the content decides. */
static bool vague(str title, struct arena *a)
{
	str w = words_of(a, title);

	return str_eq(w, STR(" контакты ")) || str_eq(w, STR(" контакт ")) || str_eq(w, STR(" номер ")) ||
	       str_eq(w, STR(" contacts ")) || str_eq(w, STR(" contact "));
}

static void settle(struct plan *p, const struct kinds *k, bool titled)
{
	bool company = false;

	for (size_t i = 0; i < p->n; i++) {
		if (p->fields[i] == COLUMN_COMPANY && company)
			p->fields[i] = titled ? COLUMN_NOTE : COLUMN_NONE;
		company |= p->fields[i] == COLUMN_COMPANY;
	}
	/* "Имя" or "Name" alone: a person when there is a company beside it, else the company. */
	if (!has(p, COLUMN_LAST_NAME))
		for (size_t i = 0; i < p->n; i++)
			if (p->fields[i] == COLUMN_FIRST_NAME) {
				p->fields[i] = company || k[i].person * 2 > k[i].filled ? COLUMN_PERSON : COLUMN_COMPANY;
				company |= p->fields[i] == COLUMN_COMPANY;
			}
	for (size_t i = 0; i < p->n && !company; i++) /* the first column of plain words */
		if (p->fields[i] == COLUMN_NONE && k[i].filled && k[i].text + k[i].company + k[i].person > k[i].filled / 2) {
			p->fields[i] = COLUMN_COMPANY;
			company = true;
		}
}

void guess_fields(struct plan *p, const struct source_row *rows, size_t n, struct arena *a)
{
	struct kinds *k = NEW_N(a, struct kinds, PLAN_COLUMNS);
	bool titled = p->header_row > 0;

	for (size_t r = 0; r < n; r++)
		for (size_t i = 0; i < rows[r].n && i < p->n; i++)
			count_cell(&k[i], rows[r].cells[i], p->country, a);
	for (size_t i = 0; i < p->n; i++) {
		str title = titled ? str_trim(p->titles[i]) : (str){0};
		enum column_field content = by_content(&k[i]);

		p->fields[i] = title.n && !vague(title, a) ? guess_by_title(title, a) : COLUMN_NONE;
		if (p->fields[i] == COLUMN_NONE && (!title.n || vague(title, a)))
			p->fields[i] = titled && !vague(title, a) && content != COLUMN_PHONE && content != COLUMN_EMAIL
			                       ? COLUMN_NONE
			                       : content;
		else if (p->fields[i] == COLUMN_NONE &&
		         (content == COLUMN_PHONE || content == COLUMN_EMAIL || content == COLUMN_SITE))
			p->fields[i] = content;
		if (p->fields[i] == COLUMN_NONE && vague(title, a))
			p->fields[i] = COLUMN_PERSON;
	}
	settle(p, k, titled);
	/* What no word names is kept as a note, but for the running number. */
	for (size_t i = 0; titled && i < p->n; i++)
		if (p->fields[i] == COLUMN_NONE && str_trim(p->titles[i]).n && k[i].filled &&
		        !is_running(words_of(a, p->titles[i])))
			p->fields[i] = COLUMN_NOTE;
}
