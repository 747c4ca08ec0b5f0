/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spelling.c - SPELL: each of the writer's own words against the dictionary of its alphabet. What a dictionary cannot know is left alone: names, short
 * words of capitals, words with digits, foreign alphabets; of a name at the beginning of a sentence only what is a slip of a common word. */
#include "domain/guard/guard_priv.h"

enum {
	NEAR_MAX = 6,
	ASKED_MAX = 24 /* words Hunspell may look for neighbours of: it takes its time */,
	WRONG_MAX = 200,
	CAPITALS_MAX = 5,
	TAKEN_MAX = 40
};

struct token {
	size_t from, to; /* code points */
	str text;        /* without soft hyphens and accents */
	bool first;      /* of a sentence */
};

struct spelling {
	struct check *c;
	const struct piece *p;
	struct words
	        names; /* that the draft itself brings: people, the project, the customer, capitals of the letters before */
	bool russian;  /* the letter is */
	int asked, wrong;
};

static bool inner(const struct piece *p, size_t i)
{
	uint32_t c = p->c[i];

	return (c == '-' || c == '\'' || c == 0x2019 || c == 0x2010 || c == 0x2011 || c == 0xAD || c == 0x301) && i > 0 &&
	       (letter_char(p->c[i - 1]) || p->c[i - 1] == 0x301) &&
	       (c == 0x301 || (i + 1 < p->n && letter_char(p->c[i + 1])));
}

static str token_text(const struct piece *p, size_t from, size_t to)
{
	struct text t = {.a = p->a};

	for (size_t i = from; i < to; i++) {
		uint32_t c = p->c[i];

		if (c != 0xAD && c != 0x301)
			utf8_add(&t, c == 0x2019 ? '\'' : c == 0x2010 || c == 0x2011 ? '-' : c);
	}
	return text_str(&t);
}

/* Is the word at from the first of a sentence, a line or a citation? */
static bool first_of_sentence(const struct piece *p, size_t from)
{
	size_t i = from;

	while (i > 0) {
		uint32_t c = p->c[i - 1];

		if (c == '\n' || c == '.' || c == '?' || c == '!' || c == 0x2026 || c == ':' || c == ';' || c == ')' ||
		        c == 0x2022)
			return true;
		if (c == 0xAB || c == '"' || c == 0x201E || c == 0x201C || (c == '-' && i > 1 && blank_char(p->c[i - 2])) ||
		        c == 0x2013 || c == 0x2014) {
			i--;
			continue;
		}
		if (!blank_char(c) && c != '(' && c != '*')
			return false;
		i--;
	}
	return true;
}

/* Signs beside a word that make it a part of something else: "v2", "#тег", "@name", "file_name", "\n". */
static bool part_of_other(const struct piece *p, size_t from, size_t to)
{
	uint32_t before = from ? p->c[from - 1] : ' ', after = to < p->n ? p->c[to] : ' ';
	bool hyphen_digit = before == '-' && from > 1 && digit_char(p->c[from - 2]);

	return digit_char(before) || digit_char(after) || hyphen_digit || before == '_' || after == '_' || before == '#' ||
	       before == '@' || after == '@' || before == '\\' || (before == '/' && after == '/') ||
	       (before == '.' && from > 1 && !blank_char(p->c[from - 2]) && !cyrillic(p->c[from])) ||
	       (after == '-' && to + 1 < p->n && digit_char(p->c[to + 1])) || before == '{' || after == '}' ||
	       (before == '&' && after == ';');
}

static str without_case(struct arena *a, str s)
{
	return flat(a, s);
}

/* A name of the draft's, in any of its forms: they share all but a short ending. */
static bool named(struct spelling *s, str word)
{
	str w = without_case(s->p->a, word);
	size_t n = utf8_count(w);

	for (size_t i = 0; i < s->names.n; i++) {
		str name = s->names.of[i];
		size_t m = utf8_count(name), at = 0, same = 0;

		if (str_eq(name, w))
			return true;
		for (size_t x = 0; at < w.n && at < name.n;) {
			x = at;
			if (utf8_next(w, &at) != utf8_next(name, &x))
				break;
			same++;
		}
		if (same >= 4 && same + 3 >= n && same + 2 >= m)
			return true;
	}
	return false;
}

static size_t capitals(str s)
{
	size_t n = 0;

	for (size_t at = 0; at < s.n;)
		n += capital(utf8_next(s, &at));
	return n;
}

static bool has_cyrillic(str s)
{
	for (size_t at = 0; at < s.n;)
		if (cyrillic(utf8_next(s, &at)))
			return true;
	return false;
}

static bool has_latin(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z')
			return true;
	return false;
}

/* Letters that are neither Russian nor English: other people's names, and nothing these dictionaries know. */
static bool foreign(str s)
{
	for (size_t at = 0; at < s.n;) {
		uint32_t c = utf8_next(s, &at);

		if ((c >= 0xC0 && c < 0x400) || (cyrillic(c) && !(c >= 0x410 && c <= 0x44F) && c != 0x401 && c != 0x451))
			return true;
	}
	return false;
}

/* "SMS-ки" without its hyphen: capitals of the one alphabet, an ending in the other; "CRMка", "PDFом". */
static bool bent_abbreviation(str s)
{
	size_t at = 0, latin = 0;

	while (at < s.n && s.p[at] >= 'A' && s.p[at] <= 'Z') {
		at++;
		latin++;
	}
	return latin >= 2 && at < s.n && !has_latin(str_sub(s, at, s.n));
}

static bool known(struct spelling *s, str w)
{
	static const char *const particles[] = {"то", "либо", "нибудь", "таки", "ка", "де", "с", "кое", "кой", "по", "во",
	        "в", "экс", "вице", "топ", "онлайн", "офлайн", "веб", "видео", "аудио", "авто", "интернет", "бизнес", "арт",
	        "пиар", "медиа", "мини", "макси", "супер", "демо", "смс", "ки", "ке", "ку", "ок", "ом", "ов", "ам", "ами",
	        "ах", "у", "а", "е", "ы", "и", "й", "го", "му", "ми", "х", "м", "я", "ти", "ка", "s", "e", "re", "co", "non",
	        "pre", "post", "ex", "mid", "t", "ll", "ve", "d", "m", "o", NULL};
	enum spell_language l = has_cyrillic(w) ? SPELL_RUSSIAN : SPELL_ENGLISH;

	if (foreign(w) || bent_abbreviation(w))
		return true;
	if (utf8_count(w) < 2 || any_of(utf8_lower(s->p->a, w), particles))
		return true;
	if (has_cyrillic(w) && has_latin(w))
		return false;
	if (spell_knows(s->c->s, l, w) || (capitals(w) > 1 && spell_knows(s->c->s, l, utf8_lower(s->p->a, w))) ||
	        named(s, w))
		return true;
	/* Abbreviations, and brands with capitals within. */
	return capitals(w) == utf8_count(w) ? utf8_count(w) <= CAPITALS_MAX : capitals(w) > 1;
}

/* "Ильгизовна", "Рустамовичу": no dictionary has them all. */
static bool patronymic(str w)
{
	static const char *const ends[] = {"ович", "евич", "овича", "евича", "овичу", "евичу", "овичем", "евичем", "овиче",
	        "евиче", "овна", "евна", "овны", "евны", "овне", "евне", "овну", "евну", "овной", "евной"};

	for (size_t i = 0; capital(utf8_next(w, &(size_t){0})) && i < COUNT(ends); i++)
		if (str_ends(w, str_of(ends[i])) && w.n > str_of(ends[i]).n + 4)
			return true;
	return false;
}

/* "автосервис", "юрлицо", "спецпредложение": made of a word at will. */
static bool compound(struct spelling *s, str w)
{
	static const char *const heads[] = {"авто", "аудио", "видео", "спец", "соц", "гос", "юр", "физ", "тех", "доп",
	        "мульти", "омни", "микро", "нейро", "теле", "медиа", "высоко", "низко", "пост", "супер", "мини", "гипер",
	        "веб", "кибер", "промо", "евро", "мос", "онлайн", "интернет", "пере"};
	str low = utf8_lower(s->p->a, w);

	for (size_t i = 0; i < COUNT(heads); i++) {
		str head = str_of(heads[i]);

		if (str_starts(low, head) && low.n >= head.n + 8 &&
		        spell_knows(s->c->s, SPELL_RUSSIAN, str_sub(low, head.n, low.n)))
			return true;
	}
	return false;
}

/* The whole, or each of its parts: "колл-центр", "SIP-транк", "по-хорошему". Particles that stand apart make it wrong: "что-бы", "есть-ли". */
static bool known_parts(struct spelling *s, str w)
{
	static const char *const apart[] = {"-бы", "-ли", "-же"};
	str rest = w, part;

	for (size_t i = 0; i < COUNT(apart); i++)
		if (str_ends(w, str_of(apart[i])))
			return false;
	if (known(s, w) || patronymic(w) || compound(s, w))
		return true;
	if (str_find(w, '-', 0) == w.n && str_find(w, '\'', 0) == w.n)
		return false;
	while (str_cut(&rest, '-', &part)) {
		str sub = part, piece;

		while (str_cut(&sub, '\'', &piece))
			if (piece.n && !known(s, piece) && !(piece.n && capitals(str_sub(piece, 0, 2)) == 1))
				return false;
	}
	return true;
}

/* Changes, insertions and exchanges of neighbours between two words, up to some. */
static int distance(struct arena *a, str x, str y)
{
	struct piece p = piece_of(a, "", x), q = piece_of(a, "", y);
	int d[TAKEN_MAX + 1][TAKEN_MAX + 1];

	if (p.n > TAKEN_MAX || q.n > TAKEN_MAX)
		return TAKEN_MAX;
	for (size_t i = 0; i <= p.n; i++)
		for (size_t j = 0; j <= q.n; j++) {
			if (!i || !j) {
				d[i][j] = (int)(i + j);
				continue;
			}
			d[i][j] = d[i - 1][j - 1] + (p.c[i - 1] != q.c[j - 1]);
			if (d[i - 1][j] + 1 < d[i][j])
				d[i][j] = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < d[i][j])
				d[i][j] = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && p.c[i - 1] == q.c[j - 2] && p.c[i - 2] == q.c[j - 1] &&
			        d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	return d[p.n][q.n];
}

static bool common(struct spelling *s, str w)
{
	return word_common(w) || word_common(without_case(s->p->a, spell_stem(s->c->s, s->p->a, SPELL_RUSSIAN, w)));
}

/* "приэтом": a preposition and a word of letters run together. */
static bool fused(struct spelling *s, str meant)
{
	static const char *const firsts[] = {"в", "во", "на", "по", "при", "за", "без", "из", "со", "с", "от", "до", "для",
	        "не", "то", "как", "к", "о", "об", NULL};
	str second = meant, first;

	return str_cut(&second, ' ', &first) && any_of(first, firsts) && common(s, second);
}

/* A common word is so near that this one is a slip of it. */
static bool slip(struct spelling *s, str w, int most, bool (*fits)(struct spelling *s, str meant))
{
	enum spell_language l = has_cyrillic(w) ? SPELL_RUSSIAN : SPELL_ENGLISH;
	str near[NEAR_MAX], low = without_case(s->p->a, w);
	size_t n = s->asked++ >= ASKED_MAX ? 0 : spell_near(s->c->s, s->p->a, l, utf8_lower(s->p->a, w), near, NEAR_MAX);

	for (size_t i = 0; i < n; i++) {
		str meant = without_case(s->p->a, near[i]);

		if (fits && fused(s, meant) && distance(s->p->a, low, meant) == 1)
			return true;
		if (!capitals(near[i]) && str_find(near[i], ' ', 0) == near[i].n && spell_knows(s->c->s, l, meant) &&
		        (!fits || fits(s, meant)) && distance(s->p->a, low, meant) <= most)
			return true;
	}
	return false;
}

/* At the beginning of a sentence stand names too, near to some common word: «Росатом», «Светлов». What is meant is a slip only if letters are full of
 * it, or it has an ending names do not have, or is long. */
static bool opening(struct spelling *s, str meant)
{
	static const char *const english[] = {"please", "thank", "thanks", "hello", "dear", "good", "could", "would",
	        "sorry", "kindly", "hope", "once", "also", "when", "what", "with", "this", "that", "these", "there",
	        "should", "your", "they", "then", "today", "after", "before", "here", "since", "which", "where", "while",
	        "about", "because", "however", "script", "report", "client", "project", "looking", "tomorrow", "yesterday",
	        "regarding", NULL},
	                         *const ends[] = {"ем", "им", "аю", "яю", "ую", "ете", "ите", "йте", "ние", "ния", "нии",
	                                 "ция", "ции", "ость", "ого", "ный", "ная", "ное", "ные", "щий", "щая", "щее", "щие",
	                                 "ство", "ства", "ться", "тся", "ed", "ing", "tion", "ally", "ment", NULL};

	if (common(s, meant) || any_of(meant, english))
		return true;
	for (size_t i = 0; utf8_count(meant) >= 5 && ends[i]; i++)
		if (str_ends(meant, str_of(ends[i])))
			return true;
	return utf8_count(meant) >= 10;
}

/* "Гузель, добрый день": the first word of a letter before a comma is whom it greets, unless it is a greeting. */
static bool greeted(struct spelling *s, const struct token *t)
{
	size_t before = t->from;
	static const char *const greetings[] = {"здравствуйте", "приветствую", "уважаемый", "уважаемая", "уважаемые",
	        "добрый", "доброе", "дорогой", "дорогая", "коллеги", "hello", "dear", "good", "greetings", NULL};
	size_t after = t->to;

	while (before > 0 && (blank_char(s->p->c[before - 1]) || (s->p->marks[before - 1] & MARK_HISTORY)))
		before--;
	if (before)
		return false;
	for (size_t i = 0; greetings[i]; i++)
		if (distance(s->p->a, without_case(s->p->a, t->text), str_of(greetings[i])) <= 2)
			return false;
	while (after < s->p->n && s->p->c[after] == ' ')
		after++;
	/* "Айгуль Маратовна, …" */
	if (after < s->p->n && capital(s->p->c[after]))
		return true;
	return after < s->p->n && s->p->c[after] == ',';
}

static bool wrong(struct spelling *s, const struct token *t)
{
	str w = t->text;
	bool big = capitals(w) > 0 && capital(utf8_next(w, &(size_t){0})), all_big = capitals(w) == utf8_count(w);

	if (known_parts(s, w))
		return false;
	if (has_cyrillic(w) && has_latin(w))
		return true;
	if (all_big)
		return slip(s, w, 1, NULL);
	/* Latin words in Russian letters are names of things, mostly. */
	if (s->russian && !has_cyrillic(w))
		return !big && utf8_count(w) >= 5 && slip(s, w, 1, NULL);
	if (!big)
		return true;
	if (!t->first || (s->p->marks[t->from] & MARK_CITED))
		return false;
	return !greeted(s, t) && slip(s, w, utf8_count(w) >= 8 ? 2 : 1, opening);
}

/* "тыс.", "доб.": a short word with a full stop and no new sentence after it is cut short on purpose. */
static bool cut_short(const struct piece *p, const struct token *t)
{
	size_t after = t->to + 1;
	static const char *const words[] = {"тел", "моб", "доб", "тыс", "млн", "млрд", "руб", "коп", "ул", "пр", "кв",
	        "корп", "стр", "обл", "оф", "см", "др", "пр", "гг", "вв", "им", "исх", "вх", "ст", "чел", "шт", "мин", "сек",
	        "мес", "ч", "ев", "напр", "прим", "ред", "соотв", "пт", "пн", "вт", "ср", "чт", "сб", "вс", "янв", "фев",
	        "апр", "авг", "сент", "окт", "нояб", "дек", "etc", "approx", "ext", "tel", "dept", "mr", "mrs", "ms", "dr",
	        "vs", "eg", "ie", "no", "nos", "инн", "кпп", "огрн", "бик", "р", "к", "с", NULL};

	if (any_of(flat(p->a, t->text), words))
		return true;
	if (t->to >= p->n || p->c[t->to] != '.' || utf8_count(t->text) > 5)
		return false;
	while (after < p->n && p->c[after] == ' ')
		after++;
	return after < p->n && (letter_char(p->c[after]) || digit_char(p->c[after]) || p->c[after] == ',') &&
	       !capital(p->c[after]);
}

static void look(struct spelling *s)
{
	const struct piece *p = s->p;

	for (size_t from = 0, to; from < p->n && s->wrong < WRONG_MAX; from = to) {
		struct token t;

		if (!letter_char(p->c[from])) {
			to = from + 1;
			continue;
		}
		for (to = from + 1; to < p->n && (letter_char(p->c[to]) || inner(p, to)); to++)
			;
		if ((p->marks[from] & (MARK_HISTORY | MARK_LINK | MARK_SIGN | MARK_CLOSING | MARK_NAME)) ||
		        part_of_other(p, from, to))
			continue;
		t = (struct token){from, to, token_text(p, from, to), first_of_sentence(p, from)};
		if (!cut_short(p, &t) && wrong(s, &t) && ++s->wrong)
			report(s->c, GUARD_SPELL, p->field, from, piece_str(p, from, to), "spelling");
	}
}

/* Words with a capital inside sentences: people and things. Of what the customer wrote (all), at the beginning of one too. */
static void add_capitals(struct text *t, const struct piece *p, bool all)
{
	for (size_t i = 0; i < p->n; i++) {
		size_t to = i;

		if (!letter_char(p->c[i]) || (i && letter_char(p->c[i - 1])))
			continue;
		while (to < p->n && letter_char(p->c[to]))
			to++;
		if (capital(p->c[i]) && to > i + 1 && !capital(p->c[i + 1]) && (all || !first_of_sentence(p, i))) {
			text_add_char(t, ' ');
			text_add(t, piece_str(p, i, to));
		}
	}
}

/* What the dictionary has needs no help, and would lend its beginning to slips: "моторново". */
static struct words unknown_of(struct check *c, struct words all)
{
	size_t n = 0;

	for (size_t i = 0; c->s && i < all.n; i++)
		if (!spell_knows(c->s, has_cyrillic(all.of[i]) ? SPELL_RUSSIAN : SPELL_ENGLISH, all.of[i]))
			all.of[n++] = all.of[i];
	all.n = n;
	return all;
}

static struct words names_of(struct check *c)
{
	const struct guard_draft *d = c->d;
	struct piece before =
	        piece_of(c->a, "", str_printf(c->a, "%.*s\n%.*s", STR_ARG(d->parent.subject), STR_ARG(d->parent.body)));
	struct text t = {.a = c->a};

	text_addf(&t, "%.*s %.*s %.*s %.*s %.*s ", STR_ARG(d->letter.to.names), STR_ARG(d->letter.cc.names),
	        STR_ARG(d->project), STR_ARG(d->client), STR_ARG(d->matter));
	text_addf(&t, "%.*s %.*s %.*s %.*s", STR_ARG(d->parent.to.names), STR_ARG(d->parent.cc.names), STR_ARG(d->signature),
	        STR_ARG(d->letter.from));
	add_capitals(&t, &c->body, false);
	add_capitals(&t, &before, true);
	return unknown_of(c, words_of(c->a, text_str(&t)));
}

static bool in_russian(const struct piece *p)
{
	size_t of[2] = {0, 0};

	for (size_t i = 0; i < p->n; i++)
		if (letter_char(p->c[i]) && !(p->marks[i] & MARK_PROSE))
			of[cyrillic(p->c[i])]++;
	return of[1] * 3 > of[0];
}

void check_spell(struct check *c)
{
	struct spelling s = {.c = c, .names = names_of(c)};

	if (!c->s)
		return;
	s.russian = in_russian(&c->body);
	s.p = &c->subject;
	look(&s);
	s.p = &c->body;
	look(&s);
}
