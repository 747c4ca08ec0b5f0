/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_name.c - the name of a file in a letter: RFC 2231, RFC 2047 within quotes, bare bytes; made a bare file name, safe to show and to save. */
#include "base/utf8.h"
#include "engine/mail/charset.h"
#include "engine/mail/read_priv.h"

enum { NAME_MAX_BYTES = 200 };

static bool drive(str s)
{
	return s.n > 2 && s.p[1] == ':' && s.p[2] == '\\';
}

/* Old programs send the whole path: its last part is the name. A slash elsewhere ("Счёт 12/3.pdf") is a letter of the name. */
static str without_folders(str s)
{
	bool path = drive(s) || str_starts(s, STR("\\\\")) || str_starts(s, STR("/")) || str_starts(s, STR("./")) ||
	            str_starts(s, STR("../")) || str_starts(s, STR("..\\"));

	for (size_t i = s.n; path && i > 0; i--)
		if (s.p[i - 1] == '/' || s.p[i - 1] == '\\')
			return str_sub(s, i, s.n);
	return s;
}

static str safe(struct arena *a, str s)
{
	struct text t = {.a = a};

	s = without_folders(str_trim(s));
	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		uint32_t c = utf8_next(s, &at);

		if (c == '/' || c == '\\')
			text_add_char(&t, '_');
		else if (c >= ' ' && c != 0x7F && !(c >= 0x80 && c < 0xA0) && !(c >= 0x202A && c <= 0x202E) &&
		         !(c >= 0x2066 && c <= 0x2069) && c != 0x200B && c != 0xFEFF && c != 0x2028 && c != 0x2029)
			text_add(&t, str_sub(s, from, at));
	}
	s = str_trim(text_str(&t));
	return str_eq(s, STR(".")) || str_eq(s, STR("..")) ? STR("") : s;
}

/* At most so long, the ending kept. */
static str fitting(struct arena *a, str s)
{
	size_t dot = s.n;
	str head;

	if (s.n <= NAME_MAX_BYTES)
		return s;
	while (dot > 0 && s.n - dot < 12 && s.p[dot - 1] != '.')
		dot--;
	if (dot == 0 || s.n - dot >= 12)
		return utf8_cut(s, NAME_MAX_BYTES);
	head = utf8_cut(s, NAME_MAX_BYTES - (s.n - dot) - 1);
	return str_printf(a, "%.*s.%.*s", STR_ARG(head), STR_ARG(str_sub(s, dot, s.n)));
}

/* "filename=x; filename*=utf-8''%D0…": the second is the name, the first for programs that cannot read it (RFC 2231). */
static const char *parameter(GMimeParamList *list, const char *name)
{
	const char *ret = NULL;
	int n = list ? g_mime_param_list_length(list) : 0;

	for (int i = 0; i < n; i++) {
		GMimeParam *one = g_mime_param_list_get_parameter_at(list, i);
		const char *value = g_mime_param_get_value(one);
		bool foreign = false;

		if (!str_eq_nocase(str_of(g_mime_param_get_name(one)), str_of(name)))
			continue;
		for (const char *at = value; at && *at; at++)
			foreign |= (unsigned char)*at >= 0x80;
		if (!ret || !*ret || foreign)
			ret = value;
	}
	return ret;
}

/* The set stands before the first piece, and in the middle of nothing when the pieces came in another order. */
static str without_set(str s)
{
	size_t quote = str_find(s, '\'', 0), second = str_find(s, '\'', quote + 1);
	str set = str_sub(s, 0, quote);

	if (second >= s.n || second > quote + 9)
		return s;
	return charset_known(set) ? str_sub(s, second + 1, s.n) : s;
}

/* What the part calls itself, as UTF-8; empty when it does not. */
static str own_name(struct arena *a, GMimeObject *part)
{
	GMimeContentDisposition *d = g_mime_object_get_content_disposition(part);
	const char *name = d ? parameter(g_mime_content_disposition_get_parameters(d), "filename") : NULL;
	str s;

	if (!name || !*name)
		name = parameter(g_mime_content_type_get_parameters(g_mime_object_get_content_type(part)), "name");
	s = without_set(charset_mend(a, charset_decode(a, str_of(name ? name : ""), (str){0})));
	return fitting(a, safe(a, str_find_str(s, STR("=?"), 0) < s.n ? words_decode(a, s) : s));
}

static str ending(GMimeContentType *type)
{
	static const struct {
		const char *type, *name;
	} rows[] = {{"text/calendar", "invite.ics"}, {"text/html", "letter.html"}, {"text/plain", "text.txt"},
	        {"application/ms-tnef", "winmail.dat"}, {"application/pdf", "file.pdf"}, {"image/jpeg", "image.jpg"},
	        {"image/png", "image.png"}, {"image/gif", "image.gif"}, {"application/pgp-signature", "signature.asc"},
	        {"application/pkcs7-signature", "smime.p7s"}, {"application/x-pkcs7-signature", "smime.p7s"},
	        {"application/pkcs7-mime", "smime.p7m"}, {"text/vcard", "card.vcf"}, {"text/x-vcard", "card.vcf"},
	        {"audio/wav", "sound.wav"}, {"application/zip", "file.zip"}, {"text/csv", "table.csv"}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		str t = str_of(rows[i].type);
		size_t slash = str_find(t, '/', 0);

		if (str_eq_nocase(str_of(g_mime_content_type_get_media_type(type)), str_sub(t, 0, slash)) &&
		        str_eq_nocase(str_of(g_mime_content_type_get_media_subtype(type)), str_sub(t, slash + 1, t.n)))
			return str_of(rows[i].name);
	}
	return STR("file.dat");
}

str read_name(struct arena *a, GMimeObject *part)
{
	str name = own_name(a, part);

	if (name.n)
		return name;
	if (GMIME_IS_MESSAGE_PART(part)) {
		GMimeMessage *m = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
		str subject = m ? safe(a, read_header(a, GMIME_OBJECT(m), "Subject")) : STR("");

		return fitting(a, str_printf(a, "%.*s.eml", STR_ARG(subject.n ? subject : STR("letter"))));
	}
	return ending(g_mime_object_get_content_type(part));
}
