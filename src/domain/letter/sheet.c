/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet.c - a letter to one of our own people as named lines: the same as plain text and as HTML for mail programs of all ages. */
#include "domain/letter/letter_priv.h"

#define CELL \
	"padding:6px 12px 6px 0;border-bottom:1px solid #e6e6e6;vertical-align:top;font-size:15px;line-height:22px;" LETTER_FONT

str letter_lines(struct arena *a, const struct letter_line *lines, size_t n)
{
	struct text t = {.a = a};

	for (size_t i = 0; i < n; i++)
		text_addf(&t, "%s: %.*s\n", lines[i].name, STR_ARG(lines[i].value));
	return text_str(&t);
}

str letter_sheet_text(struct arena *a, const struct letter_sheet *s)
{
	return str_printf(a, "%.*s\n\n%.*s\n%s: %.*s\n\n%.*s\n", STR_ARG(s->intro), STR_ARG(letter_lines(a, s->lines, s->n)),
	        s->open, STR_ARG(s->url), STR_ARG(s->company));
}

static void add_line(struct text *t, const struct letter_line *line)
{
	text_addf(t, "<tr><td style=\"" CELL "color:#666666;width:200px\">%s</td><td style=\"" CELL "color:#1a1a1a\">",
	        line->name);
	letter_html(t, line->value);
	text_lit(t, "</td></tr>\n");
}

str letter_sheet_html(struct arena *a, const struct letter_sheet *s)
{
	struct text t = {.a = a};

	text_addf(&t, "<!DOCTYPE html>\n<html lang=\"%.*s\"><head><meta charset=\"utf-8\"><title>", STR_ARG(s->language));
	letter_html(&t, s->title);
	text_lit(&t, "</title></head>\n<body style=\"margin:0;padding:24px 20px;background:#ffffff\">\n"
	             "<p style=\"margin:0 0 16px;font-size:15px;line-height:22px;color:#1a1a1a;" LETTER_FONT "\">");
	letter_html(&t, s->intro);
	text_lit(&t, "</p>\n<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"100%\" "
	             "style=\"max-width:760px\">\n");
	for (size_t i = 0; i < s->n; i++)
		add_line(&t, &s->lines[i]);
	text_lit(&t, "</table>\n<p style=\"margin:24px 0\"><a style=\"" LETTER_FONT
	             "font-size:16px;color:#ffffff;background:#1c5fb0;padding:10px 18px;text-decoration:none\" href=\"");
	letter_html(&t, s->url);
	text_addf(&t, "\">%s</a></p>\n<p style=\"margin:0;font-size:13px;color:#777777;" LETTER_FONT "\">", s->open);
	letter_html(&t, s->company);
	text_lit(&t, "</p>\n</body></html>\n");
	return text_str(&t);
}
