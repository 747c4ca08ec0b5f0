/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html.c - walking gumbo's tree twice over: for the text, and for the fragment that is written anew. */
#include "engine/mail/html.h"

#include "base/utf8.h"

#include <gumbo.h>

enum { DEPTH_MAX = 256, QUOTES_MAX = 20, OPEN_MAX = 3000 };

/* What becomes of an element. Those in no row lose their tags and keep what they hold. */
enum fate {
	UNWRAP,
	KEEP, /* with the attributes of its row */
	DROP, /* with all it holds */
};
static const struct element {
	const char *name;
	enum fate fate;
	bool block, empty;
	const char *attributes; /* blanks between */
} elements[] = {{"p", KEEP, true, false, ""}, {"div", KEEP, true, false, ""}, {"br", KEEP, false, true, ""},
        {"hr", KEEP, true, true, ""}, {"h1", KEEP, true, false, ""}, {"h2", KEEP, true, false, ""},
        {"h3", KEEP, true, false, ""}, {"h4", KEEP, true, false, ""}, {"h5", KEEP, true, false, ""},
        {"h6", KEEP, true, false, ""}, {"ul", KEEP, true, false, ""}, {"ol", KEEP, true, false, "start"},
        {"li", KEEP, true, false, ""}, {"dl", KEEP, true, false, ""}, {"dt", KEEP, true, false, ""},
        {"dd", KEEP, true, false, ""}, {"blockquote", KEEP, true, false, ""}, {"pre", KEEP, true, false, ""},
        {"code", KEEP, false, false, ""}, {"b", KEEP, false, false, ""}, {"strong", KEEP, false, false, ""},
        {"i", KEEP, false, false, ""}, {"em", KEEP, false, false, ""}, {"u", KEEP, false, false, ""},
        {"s", KEEP, false, false, ""}, {"strike", KEEP, false, false, ""}, {"del", KEEP, false, false, ""},
        {"ins", KEEP, false, false, ""}, {"sub", KEEP, false, false, ""}, {"sup", KEEP, false, false, ""},
        {"small", KEEP, false, false, ""}, {"big", KEEP, false, false, ""}, {"span", UNWRAP, false, false, ""},
        {"a", KEEP, false, false, "href title"}, {"img", KEEP, false, true, "src alt width height"},
        {"table", KEEP, true, false, ""}, {"caption", KEEP, true, false, ""}, {"thead", KEEP, true, false, ""},
        {"tbody", KEEP, true, false, ""}, {"tfoot", KEEP, true, false, ""}, {"tr", KEEP, true, false, ""},
        {"td", KEEP, false, false, "colspan rowspan align"}, {"th", KEEP, false, false, "colspan rowspan align"},
        {"center", UNWRAP, true, false, ""}, {"section", UNWRAP, true, false, ""}, {"article", UNWRAP, true, false, ""},
        {"header", UNWRAP, true, false, ""}, {"footer", UNWRAP, true, false, ""}, {"head", DROP, true, false, ""},
        {"title", DROP, true, false, ""}, {"script", DROP, true, false, ""}, {"style", DROP, true, false, ""},
        {"template", DROP, true, false, ""}, {"noscript", DROP, true, false, ""}, {"noembed", DROP, true, false, ""},
        {"noframes", DROP, true, false, ""}, {"iframe", DROP, true, false, ""}, {"frameset", DROP, true, false, ""},
        {"object", DROP, true, false, ""}, {"embed", DROP, true, false, ""}, {"applet", DROP, true, false, ""},
        {"svg", DROP, true, false, ""}, {"math", DROP, true, false, ""}, {"audio", DROP, true, false, ""},
        {"video", DROP, true, false, ""}, {"canvas", DROP, true, false, ""}, {"input", DROP, false, true, ""},
        {"button", DROP, false, false, ""}, {"select", DROP, false, false, ""}, {"textarea", DROP, false, false, ""},
        {"base", DROP, false, true, ""}, {"link", DROP, false, true, ""}, {"meta", DROP, false, true, ""},
        {"xmp", DROP, true, false, ""}, {"plaintext", DROP, true, false, ""}, {"listing", DROP, true, false, ""}};

static const struct element *element_of(const GumboElement *e)
{
	static const struct element unknown = {"", UNWRAP, false, false, ""}, foreign = {"", DROP, true, false, ""};
	GumboStringPiece tag = e->original_tag;
	str name = str_of(gumbo_normalized_tagname(e->tag));

	if (e->tag_namespace != GUMBO_NAMESPACE_HTML)
		return &foreign;
	/* gumbo has no word for a tag it does not know, and nothing on our list is unknown to it but a few old ones. */
	if (!name.n) {
		gumbo_tag_from_original_text(&tag);
		name = (str){tag.data, tag.length};
	}
	for (size_t i = 0; i < COUNT(elements); i++)
		if (str_eq_nocase(name, str_of(elements[i].name)))
			return &elements[i];
	return &unknown;
}

static str attribute(const GumboElement *e, const char *name)
{
	const GumboAttribute *at = gumbo_get_attribute(&e->attributes, name);

	return at ? str_of(at->value) : (str){0};
}

/* Not meant to be seen: the "preheader" of mass letters, text hidden from readers and shown to filters. */
static bool hidden(const GumboElement *e)
{
	str style = attribute(e, "style");

	if (gumbo_get_attribute(&e->attributes, "hidden"))
		return true;
	for (size_t at = str_find_str(style, STR("display"), 0); at < style.n;
	        at = str_find_str(style, STR("display"), at + 1)) {
		str rest = str_trim(str_sub(style, at + 7, style.n));

		if (str_starts(rest, STR(":")) && str_starts(str_trim(str_sub(rest, 1, rest.n)), STR("none")))
			return true;
	}
	return false;
}

static void *take(void *arena, size_t n)
{
	return arena_alloc(arena, n);
}

static void leave(void *arena, void *p)
{
	(void)arena;
	(void)p;
}

/* Elements that end by themselves, so that many may stand open in an honest letter. */
static bool ends_itself(str name)
{
	static const char *const names[] = {"p", "li", "br", "img", "hr", "td", "tr", "th", "dt", "dd", "tbody", "thead",
	        "tfoot", "col", "meta", "link", "input", "option", "wbr", "area", "base", "html", "head", "body"};

	for (size_t i = 0; i < COUNT(names); i++)
		if (str_eq_nocase(name, str_of(names[i])))
			return true;
	return false;
}

/* Gumbo's time grows with the square of the depth. A hundred thousand open elements are made to cost time, not to be read. */
static bool too_deep(str html)
{
	int64_t open = 0;

	for (size_t at = str_find(html, '<', 0); at + 1 < html.n; at = str_find(html, '<', at + 1)) {
		bool end = html.p[at + 1] == '/';
		size_t from = at + 1 + end, to = from;

		while (to < html.n && to - from < 16 && (html.p[to] | 0x20) >= 'a' && (html.p[to] | 0x20) <= 'z')
			to++;
		if (to > from && !ends_itself(str_sub(html, from, to)))
			open += end ? (open > 0 ? -1 : 0) : 1;
		if (open > OPEN_MAX)
			return true;
	}
	return false;
}

/* Its words, whatever its tags say. */
static str without_tags(struct arena *a, str html, size_t max)
{
	struct text t = {.a = a};

	for (size_t at = 0; at < html.n && t.n < max;) {
		size_t tag = str_find(html, '<', at);

		text_add(&t, str_sub(html, at, tag));
		text_add_char(&t, ' ');
		at = str_find(html, '>', tag) + 1;
	}
	return str_trim(text_str(&t));
}

static const GumboNode *parse(struct arena *a, str html)
{
	GumboOptions o = kGumboDefaultOptions;

	o.allocator = take;
	o.deallocator = leave;
	o.userdata = a;
	o.max_errors = 0;
	return gumbo_parse_with_options(&o, html.p ? html.p : "", html.n)->root;
}

/* As text ----------------------------------------------------------------------------------------------------------------- */
struct plain {
	struct text t;
	size_t max;
	int quotes, pre;
	bool blank, begun; /* a blank is due; the line has text */
	int lines;         /* line ends due */
};

static void plain_char(struct plain *p, str c)
{
	if (p->t.n >= p->max)
		return;
	for (; p->lines && p->t.n; p->lines--)
		text_add_char(&p->t, '\n');
	p->lines = 0;
	if (!p->begun)
		for (int i = 0; i < p->quotes; i++)
			text_lit(&p->t, "> ");
	else if (p->blank)
		text_add_char(&p->t, ' ');
	p->begun = true;
	p->blank = false;
	text_add(&p->t, c);
}

static void plain_break(struct plain *p, int lines)
{
	if (p->lines < lines && p->lines < 2)
		p->lines = lines;
	p->begun = false;
	p->blank = false;
}

static void plain_text(struct plain *p, str s)
{
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t c = utf8_next(s, &at);

		if (c == '\n' && p->pre)
			plain_break(p, p->lines + 1);
		else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0xA0)
			p->blank = true;
		else if (c != 0x200B && c != 0xFEFF && c != 0xAD)
			plain_char(p, str_sub(s, from, at));
	}
}

static void plain_node(struct plain *p, const GumboNode *n, int depth);

static void plain_element(struct plain *p, const GumboElement *e, int depth)
{
	const struct element *known = element_of(e);
	bool quote = e->tag == GUMBO_TAG_BLOCKQUOTE && p->quotes < QUOTES_MAX, paragraph = e->tag == GUMBO_TAG_P;

	if (known->fate == DROP || hidden(e))
		return;
	if (e->tag == GUMBO_TAG_BR) {
		plain_break(p, p->lines + 1);
		return;
	}
	if (known->block)
		plain_break(p, paragraph ? 2 : 1);
	p->quotes += quote;
	p->pre += e->tag == GUMBO_TAG_PRE;
	if (e->tag == GUMBO_TAG_LI)
		plain_text(p, STR("- "));
	for (unsigned i = 0; i < e->children.length; i++)
		plain_node(p, e->children.data[i], depth + 1);
	p->pre -= e->tag == GUMBO_TAG_PRE;
	p->quotes -= quote;
	if (known->block)
		plain_break(p, paragraph ? 2 : 1);
	else if (e->tag == GUMBO_TAG_TD || e->tag == GUMBO_TAG_TH)
		p->blank = true;
}

static void plain_node(struct plain *p, const GumboNode *n, int depth)
{
	if (depth > DEPTH_MAX)
		return;
	if (n->type == GUMBO_NODE_ELEMENT)
		plain_element(p, &n->v.element, depth);
	else if (n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE || n->type == GUMBO_NODE_CDATA)
		plain_text(p, str_of(n->v.text.text));
}

str html_text(struct arena *a, str html, size_t max)
{
	struct plain p = {.t = {.a = a}, .max = max};

	if (too_deep(html))
		return without_tags(a, html, max);
	plain_node(&p, parse(a, html), 0);
	return text_str(&p.t);
}

/* Written anew ------------------------------------------------------------------------------------------------------------ */
struct clean {
	struct text t;
	size_t max, blocked;
};

static void put_escaped(struct text *t, str s)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '&': text_lit(t, "&amp;"); break;
		case '<': text_lit(t, "&lt;"); break;
		case '>': text_lit(t, "&gt;"); break;
		case '"': text_lit(t, "&quot;"); break;
		case '\'': text_lit(t, "&#39;"); break;
		default:
			if ((unsigned char)s.p[i] >= ' ' || s.p[i] == '\n' || s.p[i] == '\t')
				text_add_char(t, s.p[i]);
		}
	}
}

/* The scheme of a link must stand there in plain letters: control characters within "java\tscript:" make it another one. */
static bool link_allowed(str v)
{
	static const char *const schemes[] = {"http://", "https://", "mailto:", "tel:"};

	for (size_t i = 0; i < COUNT(schemes); i++) {
		str scheme = str_of(schemes[i]);

		if (v.n > scheme.n && str_eq_nocase(str_sub(v, 0, scheme.n), scheme))
			return true;
	}
	return false;
}

static bool number(str v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
	return v.n > 0 && v.n < 5;
}

static bool attribute_allowed(str name, str v)
{
	if (str_eq(name, STR("href")))
		return link_allowed(v);
	if (str_eq(name, STR("src")))
		return str_starts(v, STR("cid:"));
	if (str_eq(name, STR("align")))
		return str_eq(v, STR("left")) || str_eq(v, STR("right")) || str_eq(v, STR("center"));
	if (str_eq(name, STR("alt")) || str_eq(name, STR("title")))
		return true;
	return number(v);
}

static void put_attributes(struct clean *c, const GumboElement *e, const struct element *known)
{
	str rest = str_of(known->attributes), name;

	while (rest.n && str_cut(&rest, ' ', &name)) {
		str v = str_trim(attribute(e, str_z(c->t.a, name)));

		if (!v.p || !attribute_allowed(name, v))
			continue;
		text_add_char(&c->t, ' ');
		text_add(&c->t, name);
		text_lit(&c->t, "=\"");
		put_escaped(&c->t, v);
		text_add_char(&c->t, '"');
	}
	if (e->tag == GUMBO_TAG_A)
		text_lit(&c->t, " rel=\"noopener noreferrer nofollow\" target=\"_blank\"");
}

static void clean_node(struct clean *c, const GumboNode *n, int depth);

static void clean_element(struct clean *c, const GumboElement *e, int depth)
{
	const struct element *known = element_of(e);

	if (known->fate == DROP || hidden(e))
		return;
	if (e->tag == GUMBO_TAG_IMG && !attribute_allowed(STR("src"), attribute(e, "src"))) {
		str alt = str_trim(attribute(e, "alt"));

		c->blocked++;
		if (alt.n) {
			text_lit(&c->t, "[");
			put_escaped(&c->t, alt);
			text_lit(&c->t, "]");
		}
		return;
	}
	if (known->fate == KEEP) {
		text_addf(&c->t, "<%s", known->name);
		put_attributes(c, e, known);
		text_add_char(&c->t, '>');
	}
	for (unsigned i = 0; !known->empty && i < e->children.length; i++)
		clean_node(c, e->children.data[i], depth + 1);
	if (known->fate == KEEP && !known->empty)
		text_addf(&c->t, "</%s>", known->name);
}

static void clean_node(struct clean *c, const GumboNode *n, int depth)
{
	if (depth > DEPTH_MAX || c->t.n > c->max)
		return;
	if (n->type == GUMBO_NODE_ELEMENT)
		clean_element(c, &n->v.element, depth);
	else if (n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE || n->type == GUMBO_NODE_CDATA)
		put_escaped(&c->t, str_of(n->v.text.text));
}

str html_clean(struct arena *a, str html, size_t max, size_t *ret_blocked)
{
	struct clean c = {.t = {.a = a}, .max = max};

	if (too_deep(html))
		put_escaped(&c.t, without_tags(a, html, max));
	else
		clean_node(&c, parse(a, html), 0);
	*ret_blocked = c.blocked;
	return text_str(&c.t);
}
