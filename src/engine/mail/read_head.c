/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_head.c - who wrote to whom, about what, in which thread, and whether a machine did. */
#include "base/utf8.h"
#include "engine/mail/charset.h"
#include "engine/mail/read_priv.h"

enum { HEADER_MAX = 64 << 10 };

GMimeParserOptions *read_options(void)
{
	static const char *sets[] = {"utf-8", "windows-1251", NULL};
	static GMimeParserOptions *options;

	if (!options) {
		options = g_mime_parser_options_new();
		g_mime_parser_options_set_fallback_charsets(options, sets);
	}
	return options;
}

/* One line, no control characters, no marks that turn text round. */
static str one_line(struct arena *a, str s)
{
	struct text t = {.a = a};
	bool blank = false;

	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t c = utf8_next(s, &at);

		if (c <= ' ' || c == 0x85 || c == 0x2028 || c == 0x2029) {
			blank = t.n > 0;
			continue;
		}
		if (c == 0x7F || (c >= 0x80 && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
		        c == 0xFEFF || c == 0x200B)
			continue;
		if (blank)
			text_add_char(&t, ' ');
		blank = false;
		text_add(&t, str_sub(s, from, at));
	}
	return text_str(&t);
}

static str raw_header(struct arena *a, GMimeObject *o, const char *name)
{
	GMimeHeader *h = g_mime_header_list_get_header(g_mime_object_get_header_list(o), name);
	const char *raw = h ? g_mime_header_get_raw_value(h) : NULL;
	str s = raw ? str_of(raw) : STR("");

	return charset_decode(a, str_sub(s, 0, HEADER_MAX), (str){0});
}

str read_header(struct arena *a, GMimeObject *o, const char *name)
{
	return one_line(a, charset_mend(a, words_decode(a, raw_header(a, o, name))));
}

/* Ids ------------------------------------------------------------------------------------------------------------------- */

/* Without the blanks that folding put into it; empty when it cannot be an id. */
static str id_of(struct arena *a, str s)
{
	struct text t = {.a = a};

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > ' ' && s.p[i] != '<')
			text_add_char(&t, s.p[i]);
	return t.n > 0 && t.n <= 995 ? text_str(&t) : STR("");
}

size_t read_ids(struct arena *a, str value, str *ret, size_t max)
{
	size_t n = 0, from, to = 0;
	str bare = str_trim(value);

	for (from = str_find(value, '<', 0); from < value.n && n < max; from = str_find(value, '<', to)) {
		to = str_find(value, '>', from);
		ret[n] = id_of(a, str_sub(value, from + 1, to));
		n += ret[n].n > 0;
	}
	if (n == 0 && max && bare.n && str_find(bare, '@', 0) < bare.n && str_find(bare, ' ', 0) == bare.n) {
		ret[0] = id_of(a, bare);
		n = ret[0].n > 0;
	}
	return n;
}

static bool among(const struct mail_people *p, str address)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq_nocase(p->of[i].address, address))
			return true;
	return false;
}

/* "In-Reply-To: your letter of Monday <anna@example.ru>": an address is no id, and would join all letters of a person. */
static bool is_address(const struct mail_read *r, str id)
{
	return str_eq_nocase(r->from.address, id) || among(&r->to, id) || among(&r->cc, id);
}

static void read_references(struct arena *a, GMimeObject *o, struct mail_read *ret)
{
	enum { LOOK = 2000 };
	str *all = NEW_N(a, str, LOOK + 1);
	size_t n = read_ids(a, raw_header(a, o, "References"), all, LOOK), out = 0;
	str parent[1];

	ret->references = NEW_N(a, str, MAIL_REFERENCES_MAX + 2);
	if (read_ids(a, raw_header(a, o, "In-Reply-To"), parent, 1))
		all[n++] = parent[0];
	for (size_t i = 0; i < n; i++) {
		bool middle = n > MAIL_REFERENCES_MAX && i > 0 && i + MAIL_REFERENCES_MAX <= n;

		if (!middle && !is_address(ret, all[i]) && !str_eq(all[i], ret->message_id) &&
		        !(out && str_eq(ret->references[out - 1], all[i])))
			ret->references[out++] = all[i];
	}
	ret->n_references = out;
}

/* People ---------------------------------------------------------------------------------------------------------------- */

static void add_people(struct arena *a, InternetAddressList *list, struct mail_people *ret, int depth)
{
	int n = list ? internet_address_list_length(list) : 0;

	for (int i = 0; i < n && ret->n < MAIL_PEOPLE_MAX; i++) {
		InternetAddress *one = internet_address_list_get_address(list, i);
		const char *name = internet_address_get_name(one);

		if (INTERNET_ADDRESS_IS_GROUP(one) && depth < 3) {
			add_people(a, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one)), ret, depth + 1);
		} else if (INTERNET_ADDRESS_IS_MAILBOX(one)) {
			const char *address = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one));
			str clean = one_line(a, charset_decode(a, str_of(address ? address : ""), (str){0}));

			if (clean.n && str_find(clean, '@', 0) < clean.n)
				ret->of[ret->n++] = (struct mail_person){
				        one_line(a, charset_mend(a, charset_decode(a, str_of(name ? name : ""), (str){0}))),
				        clean};
		}
	}
}

/* Where the grammar fails ("Иван Петров ivan@example.ru"), the word with an @ in it. */
static void search_people(struct arena *a, str value, struct mail_people *ret)
{
	size_t at = str_find(value, '@', 0), from = at, to = at;

	if (ret->n || at == value.n)
		return;
	while (from > 0 && (unsigned char)value.p[from - 1] > ' ' && !strchr("<>,;\"'()[]", value.p[from - 1]))
		from--;
	while (to < value.n && (unsigned char)value.p[to] > ' ' && !strchr("<>,;\"'()[]", value.p[to]))
		to++;
	if (from < at && to > at + 1)
		ret->of[ret->n++] = (struct mail_person){STR(""), str_sub(value, from, to)};
	(void)a;
}

/* "anna@x.ru; boris@y.ru", as Outlook parts them; the ";" that ends a group ("sales: a@b;") stays. */
static str parted_by_commas(struct arena *a, str value)
{
	str ret = str_copy(a, value);
	bool quoted = false;

	for (size_t i = 0; i < ret.n; i++) {
		quoted ^= ret.p[i] == '"' && (i == 0 || ret.p[i - 1] != '\\');
		if (ret.p[i] == ':' && !quoted)
			return value;
		if (ret.p[i] == ';' && !quoted)
			((char *)(uintptr_t)ret.p)[i] = ',';
	}
	return ret;
}

static struct mail_people people(struct arena *a, GMimeObject *o, const char *name)
{
	struct mail_people ret = {NEW_N(a, struct mail_person, MAIL_PEOPLE_MAX + 1), 0};
	GMimeHeaderList *headers = g_mime_object_get_header_list(o);
	int n = g_mime_header_list_get_count(headers);

	for (int i = 0; i < n; i++) {
		GMimeHeader *h = g_mime_header_list_get_header_at(headers, i);
		InternetAddressList *list;
		str value;

		if (!str_eq_nocase(str_of(g_mime_header_get_name(h)), str_of(name)))
			continue;
		value = charset_decode(a, str_sub(str_of(g_mime_header_get_raw_value(h)), 0, HEADER_MAX), (str){0});
		list = internet_address_list_parse(read_options(), str_z(a, parted_by_commas(a, value)));
		add_people(a, list, &ret, 0);
		if (list)
			g_object_unref(list);
		search_people(a, value, &ret);
	}
	return ret;
}

static int64_t date_of(GMimeMessage *m)
{
	GDateTime *date = g_mime_message_get_date(m);
	int64_t s = date ? g_date_time_to_unix(date) : 0;

	return s > 0 && s < INT64_C(253402300800) ? s * 1000 : 0;
}

void read_head(struct arena *a, GMimeMessage *m, struct mail_read *ret)
{
	GMimeObject *o = GMIME_OBJECT(m);
	struct mail_people from = people(a, o, "From"), sender = {0}, answer = people(a, o, "Reply-To");
	str id[1];

	if (!from.n)
		sender = people(a, o, "Sender");
	ret->from = from.n ? from.of[0] : sender.n ? sender.of[0] : (struct mail_person){read_header(a, o, "From"), STR("")};
	ret->to = people(a, o, "To");
	ret->cc = people(a, o, "Cc");
	ret->reply_to = answer.n ? answer.of[0].address : STR("");
	ret->subject = read_header(a, o, "Subject");
	ret->message_id = read_ids(a, raw_header(a, o, "Message-ID"), id, 1) ? id[0] : STR("");
	ret->at = date_of(m);
	read_references(a, o, ret);
	ret->nature = read_nature(a, m, ret->subject, ret->from.address);
}
