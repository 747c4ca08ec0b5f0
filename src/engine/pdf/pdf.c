/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pdf.c - a column of blocks, each laid out by Pango and drawn below the last, or at the top of a new page. Lengths are points of 1/72 inch. */
#include "engine/pdf/pdf.h"

#include "base/text.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <time.h>

#define MM (72 / 25.4)
#define A4_SHORT (210 * MM)
#define A4_LONG (297 * MM)
#define MARGIN_LEFT (20 * MM) /* where it is filed */
#define MARGIN (12 * MM)
#define FOOT (8 * MM)
#define CELL_X 4.0
#define CELL_Y 2.5
#define FACT_SHARE 0.32

enum style { STYLE_TITLE, STYLE_PART, STYLE_TEXT, STYLE_NOTE, STYLE_CELL, STYLE_BOLD, STYLES };
static const struct {
	const char *font; /* PT Sans is what the set-up installs; without it the nearest there is */
	double grey, above, below;
	int lines; /* more are cut with an ellipsis; 0: none are */
} styles[STYLES] = {
        [STYLE_TITLE] = {"PT Sans Bold 15", 0, 0, 8, 0},
        [STYLE_PART] = {"PT Sans Bold 11.5", 0, 12, 4, 0},
        [STYLE_TEXT] = {"PT Sans 10", 0, 0, 5, 0},
        [STYLE_NOTE] = {"PT Sans 8", 0.4, 1, 4, 0},
        [STYLE_CELL] = {"PT Sans 8.5", 0, 0, 0, PDF_CELL_LINES},
        [STYLE_BOLD] = {"PT Sans Bold 8.5", 0, 0, 0, PDF_CELL_LINES},
};

struct pdf {
	cairo_surface_t *surface;
	cairo_t *c;
	PangoFontMap *map;
	PangoContext *context;
	PangoLayout *layout;
	PangoFontDescription *fonts[STYLES];
	struct text out;
	double width, height, x, y; /* of the page; where the next block begins */
	str foot;
	int page;
	const struct pdf_raster *raster;
	struct fault fault; /* of the raster's page */
	struct pdf_column columns[PDF_COLUMNS];
	size_t n_columns;
};

static cairo_status_t keep(void *closure, const unsigned char *data, unsigned n)
{
	text_add(closure, (str){(const char *)data, n});
	return CAIRO_STATUS_SUCCESS;
}

static double inner(const struct pdf *p)
{
	return p->width - MARGIN_LEFT - MARGIN;
}

/* Dots on paper know no grey. */
static void ink(struct pdf *p, double grey)
{
	if (p->raster)
		grey = 0;
	cairo_set_source_rgb(p->c, grey, grey, grey);
}

static double floor_of(const struct pdf *p)
{
	return p->height - MARGIN - FOOT;
}

/* Pango's own ellipsis would leave what it hides in the file. */
static void cut(struct pdf *p, str text, int lines)
{
	PangoLayoutLine *last = pango_layout_get_line_readonly(p->layout, lines - 1);
	str kept = str_trim(str_sub(text, 0, (size_t)(last->start_index + last->length)));

	kept = str_printf(p->out.a, "%.*s…", STR_ARG(kept));
	pango_layout_set_text(p->layout, kept.p, (int)kept.n);
}

/* Lay the text out in that width; its height. */
static double lay(struct pdf *p, enum style style, str text, double width, enum pdf_align align)
{
	static const PangoAlignment aligns[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_RIGHT, PANGO_ALIGN_CENTER};
	int height;

	pango_layout_set_font_description(p->layout, p->fonts[style]);
	pango_layout_set_width(p->layout, (int)(width * PANGO_SCALE));
	pango_layout_set_alignment(p->layout, aligns[align]);
	pango_layout_set_text(p->layout, text.n ? text.p : "", (int)text.n);
	if (styles[style].lines && pango_layout_get_line_count(p->layout) > styles[style].lines)
		cut(p, text, styles[style].lines);
	pango_layout_get_size(p->layout, NULL, &height);
	return (double)height / PANGO_SCALE;
}

static void draw(struct pdf *p, enum style style, double x, double y)
{
	ink(p, styles[style].grey);
	cairo_move_to(p->c, x, y);
	pango_cairo_show_layout(p->c, p->layout);
}

static void line(struct pdf *p, double x, double y, double width, double grey)
{
	ink(p, grey);
	cairo_set_line_width(p->c, 0.5);
	cairo_move_to(p->c, x, y);
	cairo_rel_line_to(p->c, width, 0);
	cairo_stroke(p->c);
}

/* The page as dots: darker than half is black. Then the paper is white again. */
static void give_dots(struct pdf *p)
{
	const struct pdf_raster *r = p->raster;
	uint8_t *rows = arena_alloc(p->out.a, (size_t)r->length * (size_t)r->width / 8);
	const unsigned char *from;
	int stride = cairo_image_surface_get_stride(p->surface);

	cairo_surface_flush(p->surface);
	from = cairo_image_surface_get_data(p->surface);
	memset(rows, 0, (size_t)r->length * (size_t)r->width / 8);
	for (int y = 0; from && y < r->length; y++)
		for (int x = 0; x < r->width; x++)
			if (from[(size_t)y * (size_t)stride + (size_t)x] >= 128)
				rows[(size_t)y * (size_t)r->width / 8 + (size_t)x / 8] |= (uint8_t)(0x80 >> x % 8);
	if (!p->fault.err)
		p->fault.err = r->page(rows, r->arg, &p->fault);
	cairo_save(p->c);
	cairo_set_operator(p->c, CAIRO_OPERATOR_CLEAR);
	cairo_paint(p->c);
	cairo_restore(p->c);
}

static void end_page(struct pdf *p)
{
	char number[16];
	double y = p->height - MARGIN - FOOT / 2;
	int n = snprintf(number, sizeof(number), "%d", p->page);

	lay(p, STYLE_NOTE, p->foot, inner(p) - 40, PDF_LEFT);
	draw(p, STYLE_NOTE, MARGIN_LEFT, y);
	lay(p, STYLE_NOTE, (str){number, (size_t)n}, 40, PDF_RIGHT);
	draw(p, STYLE_NOTE, p->width - MARGIN - 40, y);
	if (p->raster)
		give_dots(p);
	else
		cairo_show_page(p->c);
	p->page++;
	p->y = MARGIN;
}

/* A block of that height fits, here or on a new page. True: on a new one. */
static bool make_room(struct pdf *p, double height)
{
	if (p->y <= MARGIN || p->y + height <= floor_of(p))
		return false;
	end_page(p);
	return true;
}

/* A paragraph longer than what is left of the page goes on over pages, line by line. */
static void paragraph(struct pdf *p, enum style style, str text, double together)
{
	PangoLayoutIter *at;

	lay(p, style, text, inner(p), PDF_LEFT);
	if (p->y > MARGIN)
		p->y += styles[style].above;
	at = pango_layout_get_iter(p->layout);
	do {
		PangoRectangle place;
		double height;
		pango_layout_iter_get_line_extents(at, NULL, &place);
		height = (double)place.height / PANGO_SCALE;
		if (p->y + height + together > floor_of(p) && p->y > MARGIN) {
			/* the foot is set in the same layout, which the lines still to come are of */
			PangoLayout *mine = p->layout;
			p->layout = pango_layout_copy(mine);
			end_page(p);
			g_object_unref(p->layout);
			p->layout = mine;
		}
		ink(p, styles[style].grey);
		cairo_move_to(p->c, MARGIN_LEFT + (double)place.x / PANGO_SCALE,
		        p->y + (double)(pango_layout_iter_get_baseline(at) - place.y) / PANGO_SCALE);
		pango_cairo_show_layout_line(p->c, pango_layout_iter_get_line_readonly(at));
		p->y += height;
	} while (pango_layout_iter_next_line(at));
	pango_layout_iter_free(at);
	p->y += styles[style].below;
}

void pdf_heading(struct pdf *p, int level, str text)
{
	paragraph(p, level == 1 ? STYLE_TITLE : STYLE_PART, text, 26 * MM);
}

void pdf_text(struct pdf *p, str text)
{
	paragraph(p, STYLE_TEXT, text, 0);
}

void pdf_note(struct pdf *p, str text)
{
	paragraph(p, STYLE_NOTE, text, 0);
}

void pdf_fact(struct pdf *p, str name, str value)
{
	double left = inner(p) * FACT_SHARE, right = inner(p) - left, height;
	str shown = value.n ? value : STR("—");

	height = lay(p, STYLE_NOTE, name, left - CELL_X, PDF_LEFT) + 3;
	if (lay(p, STYLE_TEXT, shown, right, PDF_LEFT) > height)
		height = lay(p, STYLE_TEXT, shown, right, PDF_LEFT);
	make_room(p, height);
	lay(p, STYLE_NOTE, name, left - CELL_X, PDF_LEFT);
	draw(p, STYLE_NOTE, MARGIN_LEFT, p->y + 2);
	lay(p, STYLE_TEXT, shown, right, PDF_LEFT);
	draw(p, STYLE_TEXT, MARGIN_LEFT + left, p->y);
	p->y += height + 2;
}

/* Tables --------------------------------------------------------------------------------------------------------------- */

static void cells_draw(struct pdf *p, const str *cells, enum style style, double height)
{
	double x = MARGIN_LEFT;

	for (size_t i = 0; i < p->n_columns; i++) {
		double width = p->columns[i].share * inner(p);
		lay(p, style, cells[i], width - 2 * CELL_X, p->columns[i].align);
		draw(p, style, x + CELL_X, p->y + CELL_Y);
		x += width;
	}
	p->y += height;
}

static double cells_height(struct pdf *p, const str *cells, enum style style)
{
	double most = 0;

	for (size_t i = 0; i < p->n_columns; i++) {
		double h = lay(p, style, cells[i], p->columns[i].share * inner(p) - 2 * CELL_X, PDF_LEFT);
		most = h > most ? h : most;
	}
	return most + 2 * CELL_Y;
}

static void titles(struct pdf *p)
{
	str cells[PDF_COLUMNS];
	bool any = false;
	double height;

	for (size_t i = 0; i < p->n_columns; i++) {
		cells[i] = p->columns[i].title;
		any |= cells[i].n > 0;
	}
	if (!any)
		return;
	height = cells_height(p, cells, STYLE_BOLD);
	make_room(p, 3 * height);
	if (!p->raster) {
		cairo_set_source_rgb(p->c, 0.93, 0.95, 0.96);
		cairo_rectangle(p->c, MARGIN_LEFT, p->y, inner(p), height);
		cairo_fill(p->c);
	}
	cells_draw(p, cells, STYLE_BOLD, height);
}

void pdf_table(struct pdf *p, const struct pdf_column *columns, size_t n)
{
	double sum = 0;

	p->n_columns = n < PDF_COLUMNS ? n : PDF_COLUMNS;
	for (size_t i = 0; i < p->n_columns; i++)
		sum += columns[i].share;
	for (size_t i = 0; i < p->n_columns; i++) {
		p->columns[i] = columns[i];
		p->columns[i].share /= sum;
	}
	titles(p);
}

static void row(struct pdf *p, const str *cells, enum style style, double above)
{
	double height = cells_height(p, cells, style);

	if (make_room(p, height))
		titles(p);
	line(p, MARGIN_LEFT, p->y, inner(p), above);
	cells_draw(p, cells, style, height);
}

void pdf_row(struct pdf *p, const str *cells)
{
	row(p, cells, STYLE_CELL, 0.85);
}

void pdf_sum(struct pdf *p, const str *cells)
{
	row(p, cells, STYLE_BOLD, 0);
}

void pdf_table_end(struct pdf *p)
{
	line(p, MARGIN_LEFT, p->y, inner(p), 0.85);
	p->y += 8;
	p->n_columns = 0;
}

void pdf_signatures(struct pdf *p, const str who[2], const str name[2])
{
	double half = inner(p) / 2, width = half - 8 * MM, height = 0;

	for (int i = 0; i < 2; i++) {
		double h = lay(p, STYLE_TEXT, who[i], width, PDF_LEFT);
		height = h > height ? h : height;
	}
	make_room(p, 6 * MM + height + 22 * MM);
	p->y += 6 * MM;
	for (int i = 0; i < 2; i++) {
		double x = MARGIN_LEFT + i * half;
		lay(p, STYLE_TEXT, who[i], width, PDF_LEFT);
		draw(p, STYLE_TEXT, x, p->y);
		line(p, x, p->y + height + 12 * MM, width, 0);
		lay(p, STYLE_NOTE, name[i], width, PDF_LEFT);
		draw(p, STYLE_NOTE, x, p->y + height + 13 * MM);
	}
	p->y += height + 22 * MM;
}

void pdf_page(struct pdf *p)
{
	if (p->y > MARGIN)
		end_page(p);
}

/* Beginning and end ---------------------------------------------------------------------------------------------------- */

static void tell_about(struct pdf *p, const struct pdf_about *about, struct arena *a)
{
	time_t at = (time_t)(about->made_at / 1000);
	struct tm tm;
	char when[32];

	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, str_z(a, about->title));
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_AUTHOR, str_z(a, about->author));
	cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATOR, "Zvonar");
	if (about->made_at && gmtime_r(&at, &tm) && strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm))
		cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, when);
}

/* Ink alone: how much of it lies on each dot. */
static void open_dots(struct pdf *p)
{
	const struct pdf_raster *r = p->raster;
	cairo_font_options_t *options = cairo_font_options_create();
	double x = r->x_dpi / 72, y = r->y_dpi / 72;

	p->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, r->width, r->length);
	p->c = cairo_create(p->surface);
	cairo_translate(p->c, (r->width - p->width * x) / 2, 0);
	cairo_scale(p->c, x, y);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF); /* lines break where those of a PDF do */
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_set_font_options(p->c, options);
	cairo_font_options_destroy(options);
}

static void open_paper(struct pdf *p, const struct pdf_about *about, struct arena *a)
{
	p->raster = about->raster;
	if (p->raster) {
		open_dots(p);
		return;
	}
	p->surface = cairo_pdf_surface_create_for_stream(keep, &p->out, p->width, p->height);
	p->c = cairo_create(p->surface);
	tell_about(p, about, a);
}

int pdf_new(struct pdf **ret, struct arena *a, const struct pdf_about *about, struct fault *f)
{
	struct pdf *p = NEW(a, struct pdf);

	*p = (struct pdf){.out = {.a = a}, .foot = about->foot, .page = 1, .y = MARGIN};
	p->width = about->wide ? A4_LONG : A4_SHORT;
	p->height = about->wide ? A4_SHORT : A4_LONG;
	open_paper(p, about, a);
	p->map = pango_cairo_font_map_new();
	if (!p->map) {
		cairo_destroy(p->c);
		cairo_surface_destroy(p->surface);
		return fail(f, ENOMEM, NULL, "pdf", "no fonts to print with");
	}
	p->context = pango_font_map_create_context(p->map);
	cairo_save(p->c);
	cairo_identity_matrix(p->c); /* Pango sets letters too close where dots are not square */
	pango_cairo_update_context(p->c, p->context);
	cairo_restore(p->c);
	pango_context_set_round_glyph_positions(p->context, FALSE); /* else letters stand apart by up to a point */
	p->layout = pango_layout_new(p->context);
	pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
	for (int i = 0; i < STYLES; i++)
		p->fonts[i] = pango_font_description_from_string(styles[i].font);
	*ret = p;
	return 0;
}

int pdf_finish(struct pdf *p, str *ret, struct fault *f)
{
	cairo_status_t status;

	end_page(p);
	cairo_surface_finish(p->surface);
	status = cairo_status(p->c) ? cairo_status(p->c) : cairo_surface_status(p->surface);
	for (int i = 0; i < STYLES; i++)
		pango_font_description_free(p->fonts[i]);
	g_object_unref(p->layout);
	g_object_unref(p->context);
	g_object_unref(p->map);
	cairo_destroy(p->c);
	cairo_surface_destroy(p->surface);
	*ret = text_str(&p->out);
	if (p->fault.err) {
		*f = p->fault;
		return f->err;
	}
	return status ? fail(f, EIO, NULL, "pdf", "the document could not be made: %s", cairo_status_to_string(status)) : 0;
}
