/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mime.c - a letter as bytes, by GMime. */
#include "base/rand.h"
#include "base/text.h"
#include "engine/crypto/crypto.h"
#include "engine/mail/mail.h"

#include <gmime/gmime.h>
#include <pthread.h>

static bool address_char(char c)
{
	return c > ' ' && c < 127 && !strchr("<>()[]\\,;:\"@", c);
}

static bool domain_valid(str d)
{
	bool label = false;

	for (size_t i = 0; i < d.n; i++) {
		char c = d.p[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!word && c != '-' && c != '.')
			return false;
		if ((c == '.' || c == '-') && !label)
			return false;
		label = c != '.';
	}
	return label && d.p[d.n - 1] != '-';
}

bool mail_address_valid(str s)
{
	size_t at = str_find(s, '@', 0);

	if (!s.p || s.n > 254 || at == 0 || at > 64 || at >= s.n)
		return false;
	for (size_t i = 0; i < at; i++)
		if (!address_char(s.p[i]))
			return false;
	return domain_valid(str_sub(s, at + 1, s.n));
}

str mail_message_id(struct arena *a, str domain)
{
	char uuid[37];

	rand_uuid(uuid);
	return str_printf(a, "<%s@%.*s>", uuid, STR_ARG(domain));
}

static void init(void)
{
	g_mime_init();
}

static void add_text(GMimeMultipart *into, struct arena *a, const char *subtype, str body)
{
	GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);

	g_mime_text_part_set_charset(part, "utf-8");
	g_mime_text_part_set_text(part, str_z(a, body));
	g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_BASE64);
	g_mime_multipart_add(into, GMIME_OBJECT(part));
	g_object_unref(part);
}

static GMimeObject *body_of(const struct mail_letter *l, struct arena *a)
{
	GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
	char sum[SHA256_HEX];

	/* GMime's own boundary is random; this one makes the same letter the same bytes. */
	sha256_hex(l->message_id, sum);
	g_mime_multipart_set_boundary(both, str_printf(a, "=-%.32s", sum).p);
	add_text(both, a, "plain", l->text);
	if (l->html.p)
		add_text(both, a, "html", l->html);
	return GMIME_OBJECT(both);
}

static void add_file(GMimeMultipart *into, struct arena *a, const struct mail_attachment *file)
{
	GMimePart *part = g_mime_part_new();
	GMimeContentType *type = g_mime_content_type_parse(NULL, file->type);
	GMimeStream *mem = g_mime_stream_mem_new_with_buffer(file->bytes.p, file->bytes.n);
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(mem, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_object_set_content_type(GMIME_OBJECT(part), type);
	g_mime_part_set_content(part, content);
	g_mime_part_set_filename(part, str_z(a, file->name));
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	g_mime_multipart_add(into, GMIME_OBJECT(part));
	g_object_unref(content);
	g_object_unref(mem);
	g_object_unref(type);
	g_object_unref(part);
}

/* The body, and after it what is attached. */
static GMimeObject *content_of(const struct mail_letter *l, struct arena *a)
{
	GMimeObject *body = body_of(l, a);
	GMimeMultipart *all;
	char sum[SHA256_HEX];

	if (!l->n_files)
		return body;
	all = g_mime_multipart_new_with_subtype("mixed");
	sha256_hex(l->message_id, sum);
	g_mime_multipart_set_boundary(all, str_printf(a, "=_%.32s", sum + 32).p);
	g_mime_multipart_add(all, body);
	g_object_unref(body);
	for (size_t i = 0; i < l->n_files; i++)
		add_file(all, a, &l->files[i]);
	return GMIME_OBJECT(all);
}

static GMimeMessage *message_of(const struct mail_letter *l, struct arena *a)
{
	GMimeMessage *m = g_mime_message_new(TRUE);
	GDateTime *date = g_date_time_new_from_unix_utc(l->at / 1000);
	GMimeObject *body = content_of(l, a);
	str id = str_sub(l->message_id, 1, l->message_id.n - 1);

	g_mime_message_add_mailbox(
	        m, GMIME_ADDRESS_TYPE_FROM, l->from_name.n ? str_z(a, l->from_name) : NULL, str_z(a, l->from));
	g_mime_message_add_mailbox(m, GMIME_ADDRESS_TYPE_TO, NULL, str_z(a, l->to));
	if (l->reply_to.n)
		g_mime_message_add_mailbox(m, GMIME_ADDRESS_TYPE_REPLY_TO, NULL, str_z(a, l->reply_to));
	g_mime_message_set_subject(m, str_z(a, l->subject), "utf-8");
	g_mime_message_set_date(m, date);
	g_mime_message_set_message_id(m, str_z(a, id));
	if (l->language.n)
		g_mime_object_set_header(GMIME_OBJECT(m), "Content-Language", str_z(a, l->language), "utf-8");
	/* RFC 3834: a machine wrote this, so no absence notes in answer. */
	g_mime_object_set_header(GMIME_OBJECT(m), "Auto-Submitted", "auto-generated", "utf-8");
	g_mime_message_set_mime_part(m, body);
	g_object_unref(body);
	g_date_time_unref(date);
	return m;
}

static str bytes_of(struct arena *a, GMimeMessage *m)
{
	GMimeFormatOptions *o = g_mime_format_options_new();
	GMimeStream *mem = g_mime_stream_mem_new();
	GByteArray *bytes;
	str ret;

	g_mime_format_options_set_newline_format(o, GMIME_NEWLINE_FORMAT_DOS);
	g_mime_object_write_to_stream(GMIME_OBJECT(m), o, mem);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(mem));
	ret = str_copy(a, (str){(const char *)bytes->data, bytes->len});
	g_object_unref(mem);
	g_mime_format_options_free(o);
	return ret;
}

int mail_build(struct arena *a, const struct mail_letter *l, str *ret_mime, struct fault *f)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	GMimeMessage *m;

	if (!mail_address_valid(l->from))
		return fail(f, EINVAL, "from", "address", "the sender's address is none");
	if (!mail_address_valid(l->to))
		return fail(f, EINVAL, "to", "address", "the recipient's address is none");
	if (l->reply_to.n && !mail_address_valid(l->reply_to))
		return fail(f, EINVAL, "reply_to", "address", "the address for answers is none");
	pthread_once(&once, init);
	m = message_of(l, a);
	*ret_mime = bytes_of(a, m);
	g_object_unref(m);
	return 0;
}

/* Letters of people ---------------------------------------------------------------------------------------------------------- */

static GMimeObject *plain_of(struct arena *a, str text)
{
	GMimeTextPart *part = g_mime_text_part_new_with_subtype("plain");

	g_mime_text_part_set_charset(part, "utf-8");
	g_mime_text_part_set_text(part, str_z(a, text));
	g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_BASE64);
	return GMIME_OBJECT(part);
}

static GMimeObject *enclosed(struct arena *a, const struct mail_enclosure *file)
{
	GMimePart *part = g_mime_part_new_with_type("application", "octet-stream");
	GMimeStream *bytes = g_mime_stream_mem_new_with_buffer(file->bytes.p ? file->bytes.p : "", file->bytes.n);
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(bytes, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
	g_mime_part_set_filename(part, str_z(a, file->name));
	g_object_unref(content);
	g_object_unref(bytes);
	return GMIME_OBJECT(part);
}

static GMimeObject *written_body(struct arena *a, const struct mail_written *l)
{
	GMimeObject *text = plain_of(a, l->text);
	GMimeMultipart *all;
	char sum[SHA256_HEX];

	if (!l->n_files)
		return text;
	all = g_mime_multipart_new_with_subtype("mixed");
	sha256_hex(l->message_id, sum);
	g_mime_multipart_set_boundary(all, str_printf(a, "=-%.32s", sum).p);
	g_mime_multipart_add(all, text);
	g_object_unref(text);
	for (size_t i = 0; i < l->n_files; i++) {
		GMimeObject *file = enclosed(a, &l->files[i]);

		g_mime_multipart_add(all, file);
		g_object_unref(file);
	}
	return GMIME_OBJECT(all);
}

static void add_parties(struct arena *a, GMimeMessage *m, GMimeAddressType type, const struct mail_party *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		g_mime_message_add_mailbox(m, type, p[i].name.n ? str_z(a, p[i].name) : NULL, str_z(a, p[i].address));
}

static void add_answer(struct arena *a, GMimeMessage *m, const struct mail_written *l)
{
	struct text t = {.a = a};

	if (!l->n_references)
		return;
	for (size_t i = 0; i < l->n_references; i++)
		text_addf(&t, i ? " <%.*s>" : "<%.*s>", STR_ARG(l->references[i]));
	g_mime_object_set_header(GMIME_OBJECT(m), "References", text_z(&t), "utf-8");
	t.n = 0;
	text_addf(&t, "<%.*s>", STR_ARG(l->references[l->n_references - 1]));
	g_mime_object_set_header(GMIME_OBJECT(m), "In-Reply-To", text_z(&t), "utf-8");
}

static int parties_check(const char *field, const struct mail_party *p, size_t n, struct fault *f)
{
	for (size_t i = 0; i < n; i++)
		if (!mail_address_valid(p[i].address))
			return fail(f, EINVAL, field, "address", "%.*s is no address a mail server takes",
			        (int)(p[i].address.n < 80 ? p[i].address.n : 80), p[i].address.p ? p[i].address.p : "");
	return 0;
}

int mail_write(struct arena *a, const struct mail_written *l, str *ret_mime, struct fault *f)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	GMimeMessage *m;
	GMimeObject *body;
	GDateTime *date;

	if (parties_check("from", &l->from, 1, f) || parties_check("to", l->to, l->n_to, f) ||
	        parties_check("cc", l->cc, l->n_cc, f))
		return EINVAL;
	pthread_once(&once, init);
	m = g_mime_message_new(TRUE);
	date = g_date_time_new_from_unix_utc(l->at / 1000);
	body = written_body(a, l);
	add_parties(a, m, GMIME_ADDRESS_TYPE_FROM, &l->from, 1);
	add_parties(a, m, GMIME_ADDRESS_TYPE_TO, l->to, l->n_to);
	add_parties(a, m, GMIME_ADDRESS_TYPE_CC, l->cc, l->n_cc);
	g_mime_message_set_subject(m, str_z(a, l->subject), "utf-8");
	g_mime_message_set_date(m, date);
	g_mime_message_set_message_id(m, str_z(a, str_sub(l->message_id, 1, l->message_id.n - 1)));
	add_answer(a, m, l);
	g_mime_message_set_mime_part(m, body);
	*ret_mime = bytes_of(a, m);
	g_object_unref(body);
	g_date_time_unref(date);
	g_object_unref(m);
	return 0;
}
