/* SPDX-License-Identifier: GPL-3.0-or-later */
/* history.c - which lines of a body are quoted from letters before: marked by ">", below a mail program's dividing line, or simply the parent's. */
#include "domain/guard/guard_priv.h"

enum { HEADER_LINES = 6, PARENT_LINES_MAX = 500, BODY_LINES_MAX = 5000 };

/* ">", "&gt;", "| ", "АП>": one mark of quotation as mail programs and old ones make them, its bytes; 0: none. */
static size_t quote_mark(str s)
{
	size_t at = 0;

	if (str_starts(s, STR(">")))
		return 1;
	if (str_starts(s, STR("&gt;")))
		return 4;
	if (str_starts(s, STR("| ")) || str_eq(s, STR("|")))
		return 1;
	for (int i = 0; i < 4 && at < s.n; i++) {
		uint32_t c = utf8_next(s, &at);

		if (c == '>')
			return i > 0 ? at : 0;
		if (!capital(c))
			return 0;
	}
	return 0;
}

str quote_unmarked(str s)
{
	s = str_trim(s);
	for (size_t n; (n = quote_mark(s)) > 0;)
		s = str_trim(str_sub(s, n, s.n));
	return s;
}

bool quoted_line(str s)
{
	return quote_mark(str_trim(s)) > 0;
}

/* A ruler: "________". */
static bool ruler(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '_' && s.p[i] != '-' && s.p[i] != '=' && s.p[i] != '*')
			return false;
	return s.n >= 3;
}

static bool divider(str s)
{
	static const char *const words[] = {"original message", "исходное сообщение", "пересылаемое сообщение",
	        "forwarded message", "пересланное сообщение", "пересылаемое письмо", "переадресованное сообщение",
	        "begin forwarded message", "начало переадресованного сообщения", "исходное письмо", "переслано",
	        "reply message", "ответное сообщение", NULL};

	return (str_starts(s, STR("--")) || str_starts(s, STR("__")) || str_starts(s, STR("=="))) && contains_any(s, words);
}

static bool header_line(const struct piece *p, size_t i, const char *const *names)
{
	str s = line_flat(p, i);

	/* Outlook's bold headers as text: "*От:* Анна". */
	s = str_starts(s, STR("*")) ? str_sub(s, 1, s.n) : s;
	for (size_t j = 0; names[j]; j++)
		if (str_starts(s, str_of(names[j])))
			return true;
	return false;
}

/* "From:", "От:" and two more headers within the next lines: how Outlook quotes. Below a ruler any header may be the first. */
static bool header_block(const struct piece *p, size_t i)
{
	static const char *const first[] = {"from:", "от:", "от кого:", NULL}, *const others[] = {
	                                                                               "sent:", "date:", "to:", "cc:",
	                                                                               "subject:", "отправлено:", "дата:",
	                                                                               "кому:", "копия:", "тема:", NULL};
	int found = 0;

	if (!header_line(p, i, first) && !(i > 0 && ruler(line_str(p, i - 1)) && header_line(p, i, others)))
		return false;
	for (size_t j = i + 1; j < p->n_lines && j <= i + HEADER_LINES; j++)
		found += header_line(p, j, others);
	return found >= 2;
}

/* "12 марта 2026 г., 10:00, Анна <anna@x.ru> пишет:", over one line or two. */
static bool attribution(str s)
{
	static const char *const verbs[] = {"пишет:", "писал:", "писал(а):", "писала:", "написал:", "написал(а):",
	        "написала:", "wrote:", "writes:", "сообщает:", NULL};
	bool digit = false;

	for (size_t i = 0; i < s.n; i++)
		digit |= s.p[i] >= '0' && s.p[i] <= '9';
	if (!str_ends(s, STR(":")) || s.n > 400)
		return false;
	if (digit && (str_starts(s, STR("вы писали ")) || str_starts(s, STR("you wrote "))))
		return true;
	for (size_t i = 0; verbs[i]; i++)
		if (str_ends(s, str_of(verbs[i])) && (digit || str_find(s, '@', 0) < s.n))
			return true;
	return digit && (str_ends(s, STR(">:")) || str_ends(s, STR("&gt;:"))) && str_find(s, '@', 0) < s.n;
}

static size_t next_line(const struct piece *p, size_t i)
{
	for (i++; i < p->n_lines && line_blank(p, i); i++)
		;
	return i;
}

/* The parent's lines that hold something, for finding them again. */
struct lines {
	str *of; /* flat, without marks of quotation */
	size_t n;
};

static str line_unmarked(const struct piece *p, size_t i)
{
	return flat(p->a, quote_unmarked(line_str(p, i)));
}

static struct lines lines_of(struct arena *a, str body)
{
	struct piece p = piece_of(a, "body", body);
	struct lines ret = {NEW_N(a, str, p.n_lines + 1), 0};

	for (size_t i = 0; i < p.n_lines && ret.n < PARENT_LINES_MAX; i++) {
		str s = line_unmarked(&p, i);

		if (s.n)
			ret.of[ret.n++] = s;
	}
	return ret;
}

static bool among(str s, const struct lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		if (str_eq(lines->of[i], s))
			return true;
	return false;
}

/* Where the parent stands below the writer's words without any mark: the last line that is the parent's first, with little but the parent's
 * after it; n_lines when there is none. Single lines prove nothing: a signature is in both. */
static size_t bare_history(const struct piece *p, const struct lines *parent)
{
	size_t ours = 0, theirs = 0;

	for (size_t i = p->n_lines; parent->n && i > 0 && p->n_lines < BODY_LINES_MAX; i--) {
		str s = line_unmarked(p, i - 1);

		if (!s.n)
			continue;
		*(among(s, parent) ? &theirs : &ours) += 1;
		if (ours > 2 + theirs / 10)
			break;
		if (str_eq(s, parent->of[0]) && theirs * 10 >= parent->n * 6 && i > 1)
			return i - 1;
	}
	return p->n_lines;
}

/* How many lines an attribution at line i takes, 0 when there is none. One in the writer's own words is followed by no quotation. */
static size_t attribution_lines(const struct piece *p, size_t i, bool answers)
{
	for (size_t n = 1; n <= 2 && i + n <= p->n_lines; n++) {
		str s = n == 1 ? line_flat(p, i)
		               : str_printf(p->a, "%.*s %.*s", STR_ARG(line_flat(p, i)), STR_ARG(line_flat(p, i + 1)));
		size_t next = next_line(p, i + n - 1);

		if (attribution(s) && next < p->n_lines &&
		        (answers || quoted_line(line_str(p, next)) || str_find(s, '@', 0) < s.n))
			return n;
	}
	return 0;
}

static void mark_line(struct piece *p, size_t i)
{
	mark(p, p->lines[i].from, p->lines[i].to + 1, MARK_HISTORY);
}

/* From line i on to the end; where the quotation has its own marks, the answers between them stay the writer's. */
static size_t mark_below(struct piece *p, size_t i, size_t lines)
{
	size_t next = next_line(p, i + lines - 1);

	for (size_t j = i; j < i + lines && j < p->n_lines; j++)
		mark_line(p, j);
	if (next < p->n_lines && quoted_line(line_str(p, next)))
		return i + lines;
	for (size_t j = i + lines; j < p->n_lines; j++)
		mark_line(p, j);
	return p->n_lines;
}

void mark_history(struct piece *p, const struct guard_letter *parent)
{
	struct lines lines = parent ? lines_of(p->a, parent->body) : (struct lines){.n = 0};
	size_t bare = bare_history(p, &lines);

	for (size_t i = 0; i < p->n_lines;) {
		str s = line_str(p, i);
		size_t n;

		if (quoted_line(s) || i >= bare) {
			mark_line(p, i++);
			continue;
		}
		n = divider(flat(p->a, s)) || header_block(p, i) ? 1 : attribution_lines(p, i, parent != NULL);
		i = n ? mark_below(p, i, n) : i + 1;
	}
	/* Blank lines between two of the history, and a ruler above it, are its own. */
	for (size_t i = 0; i + 1 < p->n_lines; i++) {
		size_t next = next_line(p, i);
		bool between = line_blank(p, i) && i > 0 && line_marked(p, i - 1, MARK_HISTORY);

		if ((between || ruler(line_str(p, i))) && next < p->n_lines && line_marked(p, next, MARK_HISTORY))
			mark_line(p, i);
	}
}

size_t guard_history_at(struct arena *a, str body)
{
	struct piece p = piece_of(a, "body", body);
	size_t from = p.n_lines;

	mark_history(&p, NULL);
	while (from > 0 && (line_blank(&p, from - 1) || line_marked(&p, from - 1, MARK_HISTORY)))
		from--;
	while (from < p.n_lines && !line_marked(&p, from, MARK_HISTORY))
		from++;
	return from < p.n_lines ? p.lines[from].from : p.n;
}
