/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.c - words of a text, which of them say something, and which are one word in two forms. */
#include "domain/guard/guard_priv.h"

enum { WORDS_MAX = 20000 };

struct words words_of(struct arena *a, str text)
{
	str s = flat(a, text);
	size_t n = 0, from = 0, cap = s.n / 2 + 2;
	struct words ret = {NEW_N(a, str, cap < WORDS_MAX ? cap : WORDS_MAX), 0};

	for (size_t at = 0; at <= s.n && ret.n < WORDS_MAX - 1;) {
		size_t before = at;
		uint32_t c = at < s.n ? utf8_next(s, &at) : 0;

		if (letter_char(c) || digit_char(c)) {
			if (n++ == 0)
				from = before;
			continue;
		}
		if (n)
			ret.of[ret.n++] = str_sub(s, from, before);
		n = 0;
		if (before == s.n)
			break;
	}
	return ret;
}

bool word_small(str w)
{
	static const char *const words[] = {"и", "в", "во", "на", "по", "за", "из", "с", "со", "к", "ко", "о", "об", "от",
	        "до", "для", "при", "про", "не", "ни", "но", "а", "у", "без", "под", "над", "или", "что", "как", "это", "мы",
	        "вы", "я", "наш", "ваш", "вас", "вам", "нам", "нас", "мой", "ли", "же", "бы", "the", "a", "an", "of", "in",
	        "on", "at", "to", "for", "by", "and", "or", "is", "are", "we", "you", "your", "our", "my", "i", "it", "with",
	        "from", "as", "be", "not", "ооо", "зао", "оао", "пао", "ао", "ип", "ltd", "llc", "inc", "gmbh", "г", "year",
	        "re", "fw", "fwd", NULL};
	bool digits = true;

	for (size_t i = 0; i < w.n; i++)
		digits &= w.p[i] >= '0' && w.p[i] <= '9';
	return digits || utf8_count(w) < 2 || any_of(w, words);
}

/* Words of letters and work in general, by their beginnings; so much may follow. */
bool word_general(str w)
{
	static const struct {
		const char *root;
		size_t more;
	} roots[] = {{"вопрос", 3}, {"письм", 3}, {"информаци", 3}, {"документ", 3}, {"материал", 3}, {"проект", 3},
	        {"работ", 3}, {"сотрудничеств", 3}, {"предложени", 3}, {"привет", 4}, {"здравствуйте", 0}, {"добр", 3},
	        {"день", 0}, {"дня", 0}, {"утр", 1}, {"вечер", 2}, {"срочн", 3}, {"важн", 3}, {"внимани", 2}, {"тем", 2},
	        {"ответ", 2}, {"отчет", 3}, {"запрос", 3}, {"заявк", 3}, {"уточнени", 3}, {"правк", 3}, {"файл", 3},
	        {"данн", 3}, {"тест", 2}, {"коллег", 3}, {"уважаем", 3}, {"новост", 3}, {"обсуждени", 2}, {"продолжени", 2},
	        {"дел", 2}, {"просьб", 2}, {"помощ", 2}, {"спасибо", 0}, {"напоминани", 3}, {"сообщени", 3}, {"обращени", 3},
	        {"прочее", 0}, {"разное", 0}, {"встреч", 3}, {"созвон", 2}, {"счет", 3}, {"договор", 3}, {"акт", 2},
	        {"скан", 2}, {"вложени", 3}, {"приложени", 3}, {"подпис", 4}, {"клиент", 3}, {"заказчик", 3}, {"компани", 3},
	        {"hello", 0}, {"hi", 0}, {"hey", 0}, {"dear", 0}, {"question", 1}, {"info", 0}, {"information", 0},
	        {"document", 1}, {"file", 1}, {"update", 1}, {"important", 0}, {"urgent", 0}, {"subject", 0}, {"no", 0},
	        {"meeting", 1}, {"project", 1}, {"letter", 1}, {"mail", 1}, {"email", 1}, {"message", 1}, {"request", 1},
	        {"regarding", 0}, {"follow", 0}, {"up", 0}, {"test", 1}, {"news", 0}, {"thanks", 0}, {"thank", 0},
	        {"attachment", 1}, {"attached", 0}, {"report", 1}, {"reply", 0}, {"answer", 1}, {"quick", 0}, {"help", 0},
	        {"good", 0}, {"morning", 0}, {"afternoon", 0}, {"contract", 1}, {"invoice", 1}, {"some", 0}, {"few", 0},
	        {"кое", 0}, {"несколько", 0}, {"нужн", 2}, {"нов", 3}, {"наш", 2}, {"ваш", 2}, {"client", 1},
	        {"customer", 1}, {"company", 0}};

	for (size_t i = 0; i < COUNT(roots); i++) {
		str root = str_of(roots[i].root);

		if (str_starts(w, root) && utf8_count(w) - utf8_count(root) <= roots[i].more)
			return true;
	}
	return false;
}

static size_t common(str x, str y)
{
	size_t at = 0, n = 0, i = 0, j = 0;

	while (at < x.n && at < y.n) {
		i = j = at;
		if (utf8_next(x, &i) != utf8_next(y, &j))
			break;
		at = i;
		n++;
	}
	return n;
}

/* What a call centre calls its trade by: обзвон, прозвон, звонки; calls, calling. */
static bool trade(str w)
{
	static const char *const roots[] = {"звон", "call", "dial", "телемаркетинг", "telemarketing", NULL};

	return contains_any(w, roots);
}

bool words_akin(struct check *c, str x, str y)
{
	size_t n = common(x, y), nx = utf8_count(x), ny = utf8_count(y), less = nx < ny ? nx : ny;
	bool russian = x.n && (unsigned char)x.p[0] >= 0x80;
	enum spell_language l = russian ? SPELL_RUSSIAN : SPELL_ENGLISH;

	if (str_eq(x, y) || (trade(x) && trade(y)))
		return true;
	/* The endings of two forms are short: three letters at most on either side. */
	if (n >= 4 && n + 3 >= nx && n + 3 >= ny)
		return true;
	if (n == 3 && less <= 5 && n + 2 >= nx && n + 2 >= ny)
		return true;
	return n >= 2 && c->s && str_eq(spell_stem(c->s, c->a, l, x), spell_stem(c->s, c->a, l, y));
}

static uint64_t hash(str s, uint64_t seed)
{
	uint64_t h = seed ^ UINT64_C(14695981039346656037);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return h;
}

static int by_value(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return a < b ? -1 : a > b;
}

/* Runs of three words as numbers, sorted; of a shorter text its one run. */
static size_t runs_of(struct arena *a, str text, uint64_t **ret)
{
	struct words w = words_of(a, text);
	size_t n = w.n >= 3 ? w.n - 2 : w.n > 0;
	uint64_t *runs = NEW_N(a, uint64_t, n + 1);

	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < i + 3 && j < w.n; j++)
			runs[i] = hash(w.of[j], runs[i] * 31 + j - i);
	*ret = runs;
	return n;
}

enum side { WHOLE, WITHOUT_SIGNATURE, QUOTED };

/* Without marks of quotation: the whole, or up to the old signature below "-- ", which mail programs leave out, or only lines that have a mark. */
static str unquoted(struct arena *a, str text, enum side side)
{
	struct text t = {.a = a};
	str rest = text, line;

	while (rest.p && str_cut(&rest, '\n', &line)) {
		str bare = quote_unmarked(line);

		if (side == WITHOUT_SIGNATURE && str_eq(bare, STR("--")))
			break;
		if (side == QUOTED && !quoted_line(line))
			continue;
		text_add(&t, bare);
		text_add_char(&t, '\n');
	}
	return text_str(&t);
}

static size_t runs_found(struct arena *a, const uint64_t *asked, size_t n, str text)
{
	uint64_t *there;
	size_t m = runs_of(a, text, &there), found = 0;

	qsort(there, m, sizeof *there, by_value);
	for (size_t i = 0; i < n; i++)
		found += bsearch(&asked[i], there, m, sizeof *there, by_value) != NULL;
	return found;
}

int text_kept(struct arena *a, str parent, str text)
{
	str before = unquoted(a, parent, WITHOUT_SIGNATURE), all = unquoted(a, text, WHOLE);
	uint64_t *asked;
	size_t n = runs_of(a, before, &asked), found, quoted;

	if (n == 0)
		return 1000;
	if (words_of(a, parent).n < 3) {
		str whole = flat(a, before), there = flat(a, all);
		return str_find_str(there, whole, 0) < there.n ? 1000 : 0;
	}
	found = runs_found(a, asked, n, all);
	/* Answers between what they answer part runs of words that are all there. */
	quoted = runs_found(a, asked, n, unquoted(a, text, QUOTED));
	return (int)((found > quoted ? found : quoted) * 1000 / n);
}
