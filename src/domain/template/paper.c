/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paper.c - the filled words of an offer or a fax on paper. */
#include "domain/template/template.h"

#include "engine/fax/fax.h"
#include "engine/pdf/pdf.h"

/* Lines are gathered until what they belong to ends. */
struct sheet {
	struct pdf *p;
	struct text text; /* of the paragraph */
	bool table;
	size_t columns;
};

static void paragraph_end(struct sheet *s)
{
	if (s->text.n)
		pdf_text(s->p, str_copy(s->text.a, text_str(&s->text)));
	s->text.n = 0;
	if (s->table)
		pdf_table_end(s->p);
	s->table = false;
}

static size_t cells_of(str line, str *ret)
{
	size_t n = 0;
	str part;

	while (n < PDF_COLUMNS && str_cut(&line, '|', &part))
		ret[n++] = str_trim(part);
	while (n > 1 && !ret[n - 1].n) /* "| a | b |" */
		n--;
	return n;
}

/* The first row has the titles; the first column is the widest, since it says what the others are of. */
static void row(struct sheet *s, str line)
{
	str cells[PDF_COLUMNS] = {0};
	struct pdf_column columns[PDF_COLUMNS] = {0};
	size_t n = cells_of(str_starts(line, STR("|")) ? str_sub(line, 1, line.n) : line, cells);

	if (s->table) {
		pdf_row(s->p, cells);
		return;
	}
	paragraph_end(s);
	for (size_t i = 0; i < n; i++)
		columns[i] = (struct pdf_column){cells[i], i ? 1 : 2, i ? PDF_RIGHT : PDF_LEFT};
	pdf_table(s->p, columns, n);
	s->table = true;
	s->columns = n;
}

static void line(struct sheet *s, str l)
{
	str trimmed = str_trim(l);

	if (!trimmed.n) {
		paragraph_end(s);
	} else if (str_starts(trimmed, STR("# "))) {
		paragraph_end(s);
		pdf_heading(s->p, 2, str_sub(trimmed, 2, trimmed.n));
	} else if (str_find(trimmed, '|', 0) < trimmed.n) {
		row(s, trimmed);
	} else {
		if (s->table)
			paragraph_end(s);
		if (s->text.n)
			text_add_char(&s->text, '\n');
		text_add(&s->text, trimmed);
	}
}

static int print(struct pdf **p, struct arena *a, const struct pdf_about *about, const struct template_filled *w, size_t n,
        struct fault *f)
{
	struct sheet s = {.text = {.a = a}};
	int err = pdf_new(p, a, about, f);

	s.p = *p;
	for (size_t i = 0; i < n && !err; i++) {
		str rest = w[i].body, l;
		pdf_page(s.p);
		pdf_heading(s.p, 1, w[i].subject);
		while (str_cut(&rest, '\n', &l))
			line(&s, l);
		paragraph_end(&s);
	}
	return err;
}

int template_paper(
        struct arena *a, const struct template_filled *w, size_t n, str company, int64_t now, str *ret_pdf, struct fault *f)
{
	const struct pdf_about about = {.title = w->subject, .author = company, .foot = company, .made_at = now};
	struct pdf *p;
	int err = print(&p, a, &about, w, n, f);

	return err ? err : pdf_finish(p, ret_pdf, f);
}

struct faxing {
	struct fax_document *d;
	int64_t pages;
};

static int fax_page(const uint8_t *rows, void *arg, struct fault *f)
{
	struct faxing *x = arg;

	if (++x->pages > TEMPLATE_FAX_PAGES)
		return fail(f, EINVAL, "body", "fax_long", "a fax has at most ten pages");
	return fax_document_add(x->d, rows, FAX_LENGTH, f);
}

int template_fax(struct arena *a, const struct template_filled *w, size_t n, str company, str *ret_tiff, int64_t *ret_pages,
        struct fault *f)
{
	struct faxing x = {0};
	const struct pdf_raster dots = {FAX_WIDTH, FAX_LENGTH, 204, 196, fax_page, &x};
	struct fault second;
	struct pdf *p;
	str nothing;
	int err = fax_document_new(&x.d, f), closed;

	if (err)
		return err;
	err = print(&p, a, &(struct pdf_about){.foot = company, .raster = &dots}, w, n, f);
	if (!err)
		err = pdf_finish(p, &nothing, f);
	closed = fax_document_finish(x.d, a, ret_tiff, err ? &second : f);
	if (!err && !closed && ret_tiff->n > TEMPLATE_FAX_BYTES)
		return fail(f, EINVAL, "body", "fax_large", "the pages have too many dots for a fax");
	*ret_pages = x.pages;
	return err ? err : closed;
}
