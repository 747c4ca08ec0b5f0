/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xlsx_book.c - what stands around the sheet: where its part lies, the shared texts, which styles are dates. ECMA-376 part 1, 18.3, 18.4, 18.8. */
#include "base/clock.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "engine/xlsx/xlsx_priv.h"

#include <math.h>

/* Targets of a .rels part, by id and by the end of their type. */
struct rel {
	struct rel *next;
	char *id, *type, *target;
};
struct rels {
	struct arena *a;
	struct rel *first;
	int n;
};

static char *copy(struct arena *a, const char *z)
{
	return str_z(a, str_of(z ? z : ""));
}

static void rel_start(struct xml *x, const char *name, const char **attributes)
{
	struct rels *r = x->arg;
	struct rel *one;

	if (strcmp(name, "Relationship") != 0 || r->n++ > 1000)
		return;
	one = NEW(r->a, struct rel);
	*one = (struct rel){r->first, copy(r->a, xml_attribute(attributes, "Id")),
	        copy(r->a, xml_attribute(attributes, "Type")), copy(r->a, xml_attribute(attributes, "Target"))};
	r->first = one;
}

/* target of a part in folder, as a path of the archive. */
static char *path_in(struct arena *a, str folder, const char *target)
{
	if (target[0] == '/')
		return copy(a, target + 1);
	while (strncmp(target, "../", 3) == 0) {
		size_t cut = folder.n ? folder.n - 1 : 0;
		target += 3;
		while (cut && folder.p[cut - 1] != '/')
			cut--;
		folder.n = cut;
	}
	return str_z(a, str_printf(a, "%.*s%s", STR_ARG(folder), target));
}

static str folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return (str){path, slash ? (size_t)(slash - path) + 1 : 0};
}

static const struct rel *rel_of_type(const struct rels *r, const char *end)
{
	for (const struct rel *one = r->first; one; one = one->next)
		if (str_ends(str_of(one->type), str_of(end)))
			return one;
	return NULL;
}

static int rels_read(struct book *b, const char *part, struct rels *ret, struct fault *f)
{
	str folder = folder_of(part);
	char *path = str_z(&b->a, str_printf(&b->a, "%.*s_rels/%s.rels", STR_ARG(folder), part + folder.n));
	struct xml x = {.start = rel_start, .arg = ret};
	int err;

	ret->a = &b->a;
	err = xml_read(b, path, &x, f);
	return err == ENOENT ? 0 : err;
}

struct sheets {
	struct book *b;
	str wanted;
	char *id; /* of the chosen sheet's relation */
	bool any;
};

static void book_start(struct xml *x, const char *name, const char **attributes)
{
	struct sheets *s = x->arg;
	const char *value;

	if (strcmp(name, "workbookPr") == 0) {
		value = xml_attribute(attributes, "date1904");
		s->b->from_1904 = value && (value[0] == '1' || value[0] == 't');
	} else if (strcmp(name, "sheet") == 0) {
		const char *state = xml_attribute(attributes, "state");
		bool visible = !state || strcmp(state, "visible") == 0;
		value = xml_attribute(attributes, "name");
		s->any = true;
		if (visible && value && s->b->n_sheets < XLSX_SHEETS_MAX)
			s->b->sheets[s->b->n_sheets++] = str_of(copy(&s->b->a, value));
		if (!s->id && (s->wanted.n ? str_eq(s->wanted, str_of(value)) : visible))
			s->id = copy(&s->b->a, xml_attribute(attributes, "id"));
	}
}

static int not_xlsx(struct fault *f)
{
	return fail(f, EINVAL, "file", "not_xlsx", "this is no Excel workbook");
}

static int find_parts(struct book *b, str sheet, struct fault *f)
{
	struct rels root = {0}, rels = {0};
	struct sheets s = {.b = b, .wanted = sheet};
	struct xml x = {.start = book_start, .arg = &s};
	const struct rel *found;
	str folder;
	int err = rels_read(b, "", &root, f);

	if (err)
		return err;
	found = rel_of_type(&root, "/officeDocument");
	b->workbook = found ? path_in(&b->a, STR(""), found->target) : copy(&b->a, "xl/workbook.xml");
	err = xml_read(b, b->workbook, &x, f);
	if (!err)
		err = rels_read(b, b->workbook, &rels, f);
	if (err == ENOENT)
		return not_xlsx(f);
	if (err)
		return err;
	if (!s.id)
		return s.any ? fail(f, EINVAL, "sheet", "no_sheet", "there is no such sheet in the workbook") : not_xlsx(f);
	folder = folder_of(b->workbook);
	if ((found = rel_of_type(&rels, "/sharedStrings")))
		b->texts = path_in(&b->a, folder, found->target);
	if ((found = rel_of_type(&rels, "/styles")))
		b->styles = path_in(&b->a, folder, found->target);
	for (found = rels.first; found && strcmp(found->id, s.id) != 0; found = found->next)
		;
	if (!found)
		return fail(f, EINVAL, "file", "broken", "the workbook is damaged: its sheet is missing");
	b->sheet = path_in(&b->a, folder, found->target);
	return 0;
}

static bool grow(void **p, size_t *cap, size_t need, size_t size)
{
	size_t larger = *cap ? *cap * 2 : 1024;
	void *moved;

	if (need <= *cap)
		return true;
	while (larger < need)
		larger *= 2;
	moved = realloc(*p, larger * size);
	if (!moved)
		return false;
	*p = moved;
	*cap = larger;
	return true;
}

struct texts {
	struct book *b;
	bool inside, phonetic;
};

static int too_many_texts(struct fault *f)
{
	return fail(
	        f, EFBIG, "file", "too_much_text", "the workbook holds more text than can be read: save the sheet as CSV");
}

static void texts_start(struct xml *x, const char *name, const char **attributes)
{
	struct texts *t = x->arg;
	struct book *b = t->b;

	(void)attributes;
	if (strcmp(name, "si") == 0) {
		if (!grow((void **)&b->at, &b->cap_texts, b->n_texts + 2, sizeof(*b->at)))
			x->err = too_many_texts(x->f);
		else
			b->at[b->n_texts++] = (uint32_t)b->pool_n;
	} else if (strcmp(name, "rPh") == 0) {
		t->phonetic = true;
	} else if (strcmp(name, "t") == 0) {
		t->inside = !t->phonetic && b->n_texts;
	}
}

static void texts_end(struct xml *x, const char *name)
{
	struct texts *t = x->arg;

	if (strcmp(name, "t") == 0)
		t->inside = false;
	else if (strcmp(name, "rPh") == 0)
		t->phonetic = false;
	else if (strcmp(name, "si") == 0 && t->b->n_texts)
		t->b->at[t->b->n_texts] = (uint32_t)t->b->pool_n;
}

static void texts_text(struct xml *x, const char *p, size_t n)
{
	struct texts *t = x->arg;
	struct book *b = t->b;

	if (!t->inside)
		return;
	if (b->pool_n + n > XLSX_TEXTS_MAX || !grow((void **)&b->pool, &b->pool_cap, b->pool_n + n, 1)) {
		x->err = too_many_texts(x->f);
		return;
	}
	memcpy(b->pool + b->pool_n, p, n);
	b->pool_n += n;
}

str book_text(const struct book *b, size_t i)
{
	return i < b->n_texts ? (str){b->pool ? b->pool + b->at[i] : "", b->at[i + 1] - b->at[i]} : STR("");
}

struct styles {
	struct book *b;
	struct {
		int id;
		uint8_t kind;
	} own[1000];
	int n_own;
	bool cells;
};

/* Does a format code show a date (1), a time (2) or both? Quoted text, escapes and colours say nothing. */
static uint8_t kind_of_code(const char *z)
{
	bool day = false, month = false, clock = false;

	if (strncmp(z, "General", 7) == 0)
		return 0;
	for (; *z; z++) {
		char c = *z >= 'A' && *z <= 'Z' ? (char)(*z + 32) : *z;
		if (c == '"') {
			for (z++; *z && *z != '"'; z++)
				;
			if (!*z)
				break;
		} else if (c == '[') {
			clock |= z[1] == 'h' || z[1] == 'm' || z[1] == 's';
			for (; *z && *z != ']'; z++)
				;
			if (!*z)
				break;
		} else if (c == '\\' || c == '_' || c == '*') {
			if (!*++z)
				break;
		}
		day |= c == 'y' || c == 'd';
		month |= c == 'm';
		clock |= c == 'h' || c == 's';
	}
	return (uint8_t)((day || (month && !clock)) | clock << 1);
}

static uint8_t kind_of_format(const struct styles *s, int id)
{
	if (id >= 14 && id <= 17)
		return 1;
	if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47))
		return 2;
	if (id == 22)
		return 3;
	for (int i = 0; i < s->n_own; i++)
		if (s->own[i].id == id)
			return s->own[i].kind;
	return 0;
}

static int attribute_int(const char **attributes, const char *name, int otherwise)
{
	int64_t v = otherwise;
	const char *z = xml_attribute(attributes, name);

	return z && parse_int(str_of(z), 0, INT32_MAX, &v) ? (int)v : otherwise;
}

static void styles_start(struct xml *x, const char *name, const char **attributes)
{
	struct styles *s = x->arg;
	struct book *b = s->b;

	if (strcmp(name, "numFmt") == 0 && s->n_own < (int)COUNT(s->own)) {
		const char *code = xml_attribute(attributes, "formatCode");
		s->own[s->n_own].id = attribute_int(attributes, "numFmtId", -1);
		s->own[s->n_own++].kind = code ? kind_of_code(code) : 0;
	} else if (strcmp(name, "cellXfs") == 0) {
		s->cells = true;
	} else if (s->cells && strcmp(name, "xf") == 0 && b->n_formats < 65536) {
		if (!grow((void **)&b->formats, &b->cap_formats, b->n_formats + 1, 1))
			return;
		b->formats[b->n_formats++] = kind_of_format(s, attribute_int(attributes, "numFmtId", 0));
	}
}

static void styles_end(struct xml *x, const char *name)
{
	struct styles *s = x->arg;

	if (strcmp(name, "cellXfs") == 0)
		s->cells = false;
}

static void put_date(const struct book *b, double v, uint8_t kind, struct text *t)
{
	int64_t minutes = (int64_t)llround(v * 1440), days = minutes / 1440, rest = minutes % 1440;
	struct date d;

	/* Day 0 is 1899-12-30; days before March 1900 are off by one for a leap day that never was. */
	days += b->from_1904 ? 1462 : 0;
	days += days < 61 && kind & 1 ? 1 : 0;
	d = date_of_days(days - 25569);
	if (kind & 1)
		text_addf(t, "%04d-%02d-%02d", d.year, d.month, d.day);
	if (kind & 1 && rest)
		text_add_char(t, ' ');
	if (!(kind & 1) || rest)
		text_addf(t, "%02d:%02d", (int)(rest / 60), (int)(rest % 60));
}

void book_number(const struct book *b, str raw, size_t style, struct text *t)
{
	uint8_t kind = style < b->n_formats ? b->formats[style] : 0;
	char z[64];
	double v;

	raw = str_trim(raw);
	if (!parse_real(raw, &v)) {
		text_add(t, raw);
	} else if (kind && v >= 0 && v < 2958466) {
		put_date(b, v, kind, t);
	} else if (v == floor(v) && fabs(v) < 1e15) {
		text_add_int(t, (int64_t)v);
	} else {
		snprintf(z, sizeof(z), "%.15g", v);
		text_add(t, str_of(z));
	}
}

int book_open(struct book *b, str sheet, struct fault *f)
{
	struct texts t = {.b = b};
	struct styles *s = NEW(&b->a, struct styles);
	struct xml texts = {.start = texts_start, .end = texts_end, .text = texts_text, .arg = &t};
	struct xml styles = {.start = styles_start, .end = styles_end, .arg = s};
	int err = parts_check(b, f);

	s->b = b;
	if (!err)
		err = find_parts(b, sheet, f);
	if (!err && b->texts)
		err = xml_read(b, b->texts, &texts, f);
	if (!err || err == ENOENT)
		err = b->styles ? xml_read(b, b->styles, &styles, f) : 0;
	return err == ENOENT ? 0 : err;
}

void book_free(struct book *b)
{
	struct arena a = b->a;

	free(b->pool);
	free(b->at);
	free(b->formats);
	free(b->merges);
	arena_free(&a);
	*b = (struct book){.fd = -1};
}
