/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_guess.c - which encoding, which delimiter. Eight-bit Cyrillic sets are told apart by how common the letters are that they give. */
#include "base/utf8.h"
#include "engine/csv/csv_priv.h"

#include <fcntl.h>
#include <unistd.h>

enum { SAMPLE = 256 << 10, LOOK_RECORDS = 200 };

struct look {
	unsigned char head[SAMPLE];
	size_t n_head;
	int64_t bytes, nul, control, high;
	int64_t count[256];
	int64_t even_zero, odd_zero, even_four, odd_four; /* of the sample */
	int64_t bad_utf8, good_utf8;                      /* ill-formed bytes, characters of more than one byte */
	char tail[4];                                     /* a character cut by the end of a chunk */
	size_t n_tail;
};

/* Bytes of a character that begins with c; 0 when none does. */
static size_t length_of(unsigned char c)
{
	return c < 0x80 ? 1 : c >= 0xC2 && c <= 0xDF ? 2 : c >= 0xE0 && c <= 0xEF ? 3 : c >= 0xF0 && c <= 0xF4 ? 4 : 0;
}

static void count_utf8(struct look *k, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t need;

		if (!k->n_tail && p[i] < 0x80) {
			i++;
			continue;
		}
		if (!k->n_tail && p[i] >= 0xC2 && p[i] <= 0xDF && i + 1 < n &&
		        (p[i + 1] & 0xC0) == 0x80) { /* as all Cyrillic */
			k->good_utf8++;
			i += 2;
			continue;
		}
		k->tail[k->n_tail++] = (char)p[i++];
		need = length_of((unsigned char)k->tail[0]);
		if (k->n_tail < need && i < n && (p[i] & 0xC0) == 0x80)
			continue;
		if (k->n_tail < need && i == n)
			return;
		if (k->n_tail == need && utf8_valid((str){k->tail, need}))
			k->good_utf8++;
		else
			k->bad_utf8++;
		k->n_tail = 0;
	}
}

static void look_at(struct look *k, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		k->count[p[i]]++;
	count_utf8(k, p, n);
	k->bytes += (int64_t)n;
}

static void sums(struct look *k)
{
	for (size_t i = 0; i < k->n_head; i++) {
		*(i & 1 ? &k->odd_zero : &k->even_zero) += k->head[i] == 0;
		*(i & 1 ? &k->odd_four : &k->even_four) += k->head[i] == 4;
	}
	k->nul = k->count[0];
	for (int c = 1; c < 256; c++) {
		if (c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1A)
			k->control += k->count[c];
		if (c >= 0x80)
			k->high += k->count[c];
	}
	if (k->n_tail)
		k->bad_utf8++;
}

static int look_through(const char *path, struct look *k, struct fault *f)
{
	unsigned char *chunk = k->head;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char more[64 << 10];
	ssize_t n;

	if (fd < 0)
		return fail(f, errno, NULL, "open", "the file cannot be opened");
	while ((n = read(fd, chunk + (chunk == k->head ? k->n_head : 0),
	                chunk == k->head ? SAMPLE - k->n_head : sizeof(more))) > 0) {
		look_at(k, chunk == k->head ? k->head + k->n_head : chunk, (size_t)n);
		if (chunk == k->head && (k->n_head += (size_t)n) == SAMPLE)
			chunk = more;
	}
	close(fd);
	sums(k);
	return n < 0 ? fail(f, EIO, NULL, "read", "the file cannot be read") : 0;
}

/* How often а … я come in Russian text, of 1000. */
static const short letters[32] = {80, 16, 45, 17, 30, 85, 9, 16, 74, 12, 35, 44, 32, 67, 110, 28, 47, 55, 63, 26, 3, 10, 5,
        14, 7, 4, 1, 19, 17, 3, 6, 20};

/* A stand-in for the logarithm of how likely the character is. */
static int64_t weight(uint32_t c)
{
	bool upper = c >= 0x410 && c <= 0x42F;
	int share, log = 0;

	if (c == 0x401 || c == 0x451 || c == 0xAB || c == 0xBB || c == 0x2116 || c == 0xA0 || (c >= 0x2010 && c <= 0x2026))
		return -4;
	if (c < 0x410 || c > 0x44F)
		return -12;
	share = letters[(c - 0x410) & 31];
	while (share >>= 1)
		log++;
	return log - 7 - upper;
}

static enum encoding eight_bit(const struct look *k)
{
	enum encoding best = ENCODING_CP1251;
	int64_t best_score = INT64_MIN;

	for (int e = ENCODING_CP1251; e < ENCODINGS; e++) {
		int64_t score = 0;
		for (int c = 0x80; c < 256; c++)
			score += k->count[c] * weight(csv_eight_bit((enum encoding)e, (unsigned char)c));
		if (score > best_score) {
			best = (enum encoding)e;
			best_score = score;
		}
	}
	return best;
}

static bool begins(const struct look *k, const char *magic, size_t n)
{
	return k->n_head >= n && memcmp(k->head, magic, n) == 0;
}

/* UTF-16 without a mark: most second (or first) bytes are 0 or 4, the page of Cyrillic. */
static bool looks_utf16(const struct look *k, int64_t zero, int64_t four, int64_t other_zero)
{
	int64_t units = (int64_t)k->n_head / 2;

	return units > 1 && zero > 0 && zero + four > units * 7 / 10 && other_zero < units / 10;
}

static int known_format(const struct look *k, struct fault *f)
{
	if (begins(k, "\xD0\xCF\x11\xE0", 4))
		return fail(f, EINVAL, "file", "binary", "this is an old Excel workbook (.xls): save it as .xlsx or CSV");
	if (begins(k, "PK\3\4", 4))
		return fail(f, EINVAL, "file", "binary", "this is an archive, not a text");
	if (begins(k, "%PDF", 4))
		return fail(f, EINVAL, "file", "binary", "this is a PDF, not a table");
	return 0;
}

static int guess_encoding(const struct look *k, struct csv_form *ret, struct fault *f)
{
	int err = known_format(k, f);

	if (err)
		return err;
	if (begins(k, "\xFF\xFE", 2) ||
	        (!begins(k, "\xFE\xFF", 2) && looks_utf16(k, k->odd_zero, k->odd_four, k->even_zero)))
		ret->encoding = ENCODING_UTF16LE;
	else if (begins(k, "\xFE\xFF", 2) || looks_utf16(k, k->even_zero, k->even_four, k->odd_zero))
		ret->encoding = ENCODING_UTF16BE;
	else if (k->nul || k->control > k->bytes / 50)
		return fail(f, EINVAL, "file", "binary", "this is no text: bytes stand in it that no text has");
	else if (!k->bad_utf8 || begins(k, "\xEF\xBB\xBF", 3) || k->good_utf8 > 20 * k->bad_utf8)
		ret->encoding = ENCODING_UTF8;
	else
		ret->encoding = eight_bit(k);
	ret->odd_encoding = ret->encoding == ENCODING_UTF8 && k->bad_utf8;
	return 0;
}

/* How well records agree on a number of cells greater than one: share of them, then how many cells. */
static int64_t agreement(const char *p, size_t n, bool eof, char delimiter, struct csv_span *s)
{
	int seen[64] = {0}, records = 0, best = 1;

	for (size_t at = 0; at < n && records < LOOK_RECORDS; at += s->end) {
		enum csv_found found = csv_record_at(p + at, n - at, delimiter, eof, false, s);
		if (found == CSV_QUOTE_OPEN || (found == CSV_RECORD && s->broken_out))
			found = csv_record_at(p + at, n - at, delimiter, eof, true, s);
		if (found != CSV_RECORD)
			break;
		if (s->n > 1 || s->cells[0].to > s->cells[0].from) {
			records++;
			seen[s->n < COUNT(seen) ? s->n : COUNT(seen) - 1]++;
		}
	}
	for (int i = 2; i < (int)COUNT(seen); i++)
		if (seen[i] * (int64_t)(i + 3) > seen[best] * (int64_t)(best + 3) || best == 1)
			best = seen[i] ? i : best;
	return best == 1 || !records ? 0 : seen[best] * (int64_t)1000 / records + best;
}

/* "sep=;" in the first line, a hint of Excel. */
static bool sep_line(const char *p, size_t n, char *delimiter)
{
	if (n < 5 || memcmp(p, "sep=", 4) != 0 || (n > 5 && p[5] != '\r' && p[5] != '\n'))
		return false;
	*delimiter = p[4];
	return memchr(",;\t|", p[4], 4) != NULL;
}

static void guess_delimiter(const char *p, size_t n, bool eof, struct csv_form *ret)
{
	static const char candidates[] = {';', '\t', ',', '|'};
	struct arena a = {0};
	struct csv_span s = {.cells = NEW_N(&a, struct csv_cell, CSV_CELLS_MAX)};
	int64_t best = 0;

	ret->delimiter = ';';
	ret->sep_line = sep_line(p, n, &ret->delimiter);
	for (size_t i = 0; !ret->sep_line && i < COUNT(candidates); i++) {
		int64_t score = agreement(p, n, eof, candidates[i], &s);
		if (score > best) {
			best = score;
			ret->delimiter = candidates[i];
		}
	}
	arena_free(&a);
}

int csv_guess(const char *path, struct csv_form *ret, struct fault *f)
{
	struct arena a = {0};
	struct look *k = NEW(&a, struct look);
	struct csv_form form = {0};
	struct csv_decoder d = {0};
	char *text;
	size_t n;
	int err = look_through(path, k, f);

	if (!err && (k->bytes == 0 || (k->bytes <= 3 && (begins(k, "\xEF\xBB\xBF", 3) || begins(k, "\xFF\xFE", 2) ||
	                                                        begins(k, "\xFE\xFF", 2)))))
		err = fail(f, EINVAL, "file", "empty", "the file is empty");
	if (!err)
		err = guess_encoding(k, &form, f);
	if (!err) {
		text = arena_alloc(&a, SAMPLE * 3 + 8);
		d.encoding = form.encoding;
		n = csv_decode(&d, k->head, k->n_head, text);
		if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
			text += 3;
			n -= 3;
		}
		guess_delimiter(text, n, k->bytes <= SAMPLE, &form);
		*ret = form;
	}
	arena_free(&a);
	return err;
}
