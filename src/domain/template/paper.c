/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paper.c - the filled words of an offer or a fax on paper. */
#include "domain/template/template.h"

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

int template_paper(struct arena *a, const struct template_filled *w, str company, int64_t now, str *ret_pdf, struct fault *f)
{
	struct sheet s = {.text = {.a = a}};
	const struct pdf_about about = {.title = w->subject, .author = company, .foot = company, .made_at = now};
	str rest = w->body, l;
	int err = pdf_new(&s.p, a, &about, f);

	if (err)
		return err;
	pdf_heading(s.p, 1, w->subject);
	while (str_cut(&rest, '\n', &l))
		line(&s, l);
	paragraph_end(&s);
	return pdf_finish(s.p, ret_pdf, f);
}
