/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - the plan of a file: wishes over guesses, and its JSON. */
#include "domain/import/plan.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "kit/phone/phone.h"

#include <fcntl.h>
#include <unistd.h>

enum { HEADER_LOOK = 40 };

const char *const column_field_words[COLUMN_FIELDS + 1] = {"", "company", "phone", "mobile", "ext", "fax", "person",
        "decider", "last_name", "first_name", "middle_name", "position", "email", "site", "city", "address", "industry",
        "activity", "timezone", "note", NULL};

static int word_in(const char *const *words, str s)
{
	for (int i = 0; words[i]; i++)
		if (str_eq_nocase(str_of(words[i]), s))
			return i;
	return -1;
}

static bool is_zip(const char *path)
{
	char magic[4] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool zip = fd >= 0 && read(fd, magic, sizeof(magic)) == sizeof(magic) && memcmp(magic, "PK\3\4", 4) == 0;

	if (fd >= 0)
		close(fd);
	return zip;
}

static int wish_form(const struct plan_wish *w, struct plan *p, struct fault *f)
{
	if (w->encoding.n) {
		int e = word_in(encoding_words, w->encoding);
		if (e < 0)
			return fail(f, EINVAL, "encoding", "word", "there is no encoding %.*s here",
			        STR_ARG(str_sub(w->encoding, 0, 40)));
		p->form.odd_encoding |= (enum encoding)e != p->form.encoding && e == ENCODING_UTF8;
		p->form.encoding = (enum encoding)e;
	}
	if (w->delimiter.n) {
		if (str_eq(w->delimiter, STR("tab")) || str_eq(w->delimiter, STR("\\t")))
			p->form.delimiter = '\t';
		else if (w->delimiter.n == 1 && memchr(",;\t|", w->delimiter.p[0], 4))
			p->form.delimiter = w->delimiter.p[0];
		else
			return fail(f, EINVAL, "delimiter", "word", "the delimiter is one of , ; | and tab");
	}
	return 0;
}

/* Rows copied out of the stream. */
struct sample {
	struct source_row rows[PLAN_SAMPLE];
	size_t n;
};

static void take_sheets(struct arena *a, const struct source *source, struct plan *p)
{
	const str *names = source_sheets(source, &p->n_sheets);

	p->sheets = NEW_N(a, str, p->n_sheets + 1);
	for (size_t i = 0; i < p->n_sheets; i++)
		p->sheets[i] = str_copy(a, utf8_clean(a, names[i]));
}

static int take_sample(struct arena *a, const char *path, struct plan *p, struct sample *s, struct fault *f)
{
	struct source *source;
	struct source_row row;
	size_t bytes = 0;
	int err = source_open(path, p, &source, f);

	if (err)
		return err;
	take_sheets(a, source, p);
	while (s->n < PLAN_SAMPLE && bytes < 8 << 20 && !(err = source_next(source, &row, f))) {
		str *cells = NEW_N(a, str, row.n + 1);
		for (size_t i = 0; i < row.n; i++) {
			cells[i] = str_copy(a, utf8_cut(row.cells[i], 2000));
			bytes += cells[i].n;
		}
		row.cells = cells;
		s->rows[s->n++] = row;
	}
	source_close(source);
	return err == ENOENT ? 0 : err;
}

static size_t filled_cells(const struct source_row *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += str_trim(r->cells[i]).n > 0;
	return n;
}

/* Of the rows that look like titles the fullest, and the first of these: a heading of the sheet may have such words too, but few cells. */
static void find_header(struct plan *p, const struct sample *s, struct arena *a)
{
	size_t best = 0;

	p->header_row = 0;
	p->first_row = p->form.sep_line ? 2 : 1;
	for (size_t i = p->form.sep_line ? 1 : 0; i < s->n && i < HEADER_LOOK; i++) {
		const struct source_row *r = &s->rows[i];
		size_t filled = filled_cells(r);
		if (filled <= best || !guess_is_header(r->cells, r->n, p->country, a))
			continue;
		best = filled;
		p->header_row = r->number;
		p->first_row = r->number + 1;
	}
}

static void take_titles(struct plan *p, const struct sample *s, struct arena *a)
{
	p->n = 0;
	for (size_t i = 0; i < s->n; i++)
		if (s->rows[i].number >= p->first_row || s->rows[i].number == p->header_row)
			for (size_t c = s->rows[i].n; c > p->n && c > 0; c--)
				if (str_trim(s->rows[i].cells[c - 1]).n) {
					p->n = c < PLAN_COLUMNS ? c : PLAN_COLUMNS;
					break;
				}
	for (size_t c = 0; c < p->n; c++)
		p->titles[c] = (str){0};
	for (size_t i = 0; i < s->n; i++)
		if (s->rows[i].number == p->header_row)
			for (size_t c = 0; c < s->rows[i].n && c < p->n; c++)
				p->titles[c] = str_trim(utf8_clean(a, s->rows[i].cells[c]));
}

static int wish_mapping(struct json mapping, struct plan *p, struct fault *f)
{
	void *iter = NULL;
	struct json value;
	str key, word;

	if (json_kind(mapping) != JSON_OBJECT)
		return 0;
	for (size_t i = 0; i < p->n; i++)
		p->fields[i] = COLUMN_NONE;
	while (json_next(mapping, &iter, &key, &value)) {
		int64_t column;
		int field = json_kind(value) == JSON_NULL ? 0
		            : json_text(value, &word)     ? word_in(column_field_words, word)
		                                          : -1;
		if (!parse_int(key, 0, PLAN_COLUMNS - 1, &column) || field < 0)
			return fail(f, EINVAL, "mapping", "mapping",
			        "the mapping names a column or a field that does not exist");
		if (p->n <= (size_t)column)
			p->n = (size_t)column + 1;
		p->fields[column] = (enum column_field)field;
	}
	return 0;
}

int plan_make(struct arena *a, const char *path, const struct plan_wish *w, struct plan *ret, struct fault *f)
{
	struct sample *s = NEW(a, struct sample);
	struct plan *p = NEW(a, struct plan);
	size_t from = 0;
	int err = 0;

	memcpy(p->country, "RU", 3);
	if (w->country.n) {
		if (w->country.n != 2 || !phone_country_valid(str_z(a, w->country)))
			return fail(f, EINVAL, "country", PHONE_COUNTRY, "there is no such country");
		memcpy(p->country, w->country.p, 2);
	}
	p->xlsx = is_zip(path);
	p->sheet = w->sheet;
	if (!p->xlsx)
		err = csv_guess(path, &p->form, f);
	if (!err && !p->xlsx)
		err = wish_form(w, p, f);
	if (!err)
		err = take_sample(a, path, p, s, f);
	if (err)
		return err;
	if (w->header_set) {
		p->header_row = w->header_row;
		p->first_row = w->header_row + 1 > 1 || !p->form.sep_line ? w->header_row + 1 : 2;
	} else {
		find_header(p, s, a);
	}
	take_titles(p, s, a);
	while (from < s->n && s->rows[from].number < p->first_row)
		from++;
	guess_fields(p, s->rows + from, s->n - from, a);
	err = wish_mapping(w->mapping, p, f);
	if (!err)
		*ret = *p;
	return err;
}

void plan_put_reading_members(const struct plan *p, struct json_out *w)
{
	json_key(w, "format");
	json_add_text(w, p->xlsx ? STR("xlsx") : STR("csv"));
	json_key(w, "encoding");
	json_add_text(w, p->xlsx ? STR("utf-8") : str_of(encoding_words[p->form.encoding]));
	json_key(w, "delimiter");
	json_add_text(w, p->xlsx ? STR("") : p->form.delimiter == '\t' ? STR("tab") : (str){&p->form.delimiter, 1});
	json_key(w, "sheet");
	json_add_text(w, p->sheet);
	json_key(w, "header_row");
	json_add_int(w, p->header_row);
	json_key(w, "country");
	json_add_text(w, str_of(p->country));
}

void plan_put_reading(const struct plan *p, struct json_out *w)
{
	json_open(w, '{');
	plan_put_reading_members(p, w);
	json_close(w, '}');
}

bool plan_has_phones(const struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->fields[i] == COLUMN_PHONE || p->fields[i] == COLUMN_MOBILE)
			return true;
	return false;
}

void plan_put_mapping(const struct plan *p, struct json_out *w)
{
	char key[24];

	json_open(w, '{');
	for (size_t i = 0; i < p->n; i++) {
		snprintf(key, sizeof(key), "%zu", i);
		json_key(w, key);
		json_add_text(w, str_of(column_field_words[p->fields[i]]));
	}
	json_close(w, '}');
}

int plan_wish_of(struct json reading, struct json mapping, struct plan_wish *ret, struct fault *f)
{
	static const char *const known[] = {"format", "encoding", "delimiter", "sheet", "header_row", "country", NULL};
	void *iter = NULL;
	struct json value;
	int64_t row;
	str key;

	while (json_kind(reading) == JSON_OBJECT && json_next(reading, &iter, &key, &value))
		if (word_in(known, key) < 0)
			return fail(
			        f, EINVAL, "reading", "unknown", "reading has no member %.*s", STR_ARG(str_sub(key, 0, 40)));
	*ret = (struct plan_wish){.encoding = json_get_text(reading, "encoding"),
	        .delimiter = json_get_text(reading, "delimiter"),
	        .sheet = json_get_text(reading, "sheet"),
	        .country = json_get_text(reading, "country"),
	        .mapping = mapping};
	if (json_int(json_get(reading, "header_row"), &row)) {
		if (row < 0 || row > 1000000)
			return fail(f, EINVAL, "reading.header_row", "range",
			        "the header row is 0 for none, or the number of a record");
		ret->header_set = true;
		ret->header_row = row;
	}
	if (!ret->sheet.n)
		ret->sheet = (str){0};
	return 0;
}
