/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html.h - HTML of strangers, parsed by gumbo: as text to read, and written anew by an allow-list. What is no allowed element loses its tags, what
 * can act or hide (script, style, svg, form controls, frames, …) goes with all it holds; links keep http, https, mailto and tel; pictures
 * keep "cid:" only, those of other places are counted as blocked. Any thread; text lives in the arena. */
#ifndef ENGINE_MAIL_HTML_H
#define ENGINE_MAIL_HTML_H

#include "base/text.h"

/* Lines as a reader would see them, at most max bytes. */
str html_text(struct arena *a, str html, size_t max);
/* A fragment for the inside of a body. */
str html_clean(struct arena *a, str html, size_t max, size_t *ret_blocked);

#endif
