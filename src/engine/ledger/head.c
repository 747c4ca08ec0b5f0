/* SPDX-License-Identifier: GPL-3.0-or-later */
/* head.c - notes written, read and signed, byte by byte as their specification wants. */
#include "engine/ledger/head.h"

#include "base/parse.h"
#include "base/text.h"

#include <string.h>
#include <time.h>

#define DASH "\xe2\x80\x94 " /* an em dash and a blank begin a signature */

enum { KEY_ID = 4, ALGORITHM = 1 };

/* First bytes of SHA-256(name ‖ "\n" ‖ algorithm ‖ public key). */
static void key_id(const uint8_t public[SIGN_PUBLIC], uint8_t ret[KEY_ID])
{
	static const uint8_t algorithm = ALGORITHM;
	uint8_t h[SHA256_BYTES];
	struct sha256 s;

	sha256_init(&s);
	sha256_add(&s, HEAD_SIGNER "\n", sizeof HEAD_SIGNER);
	sha256_add(&s, &algorithm, 1);
	sha256_add(&s, public, SIGN_PUBLIC);
	sha256_done(&s, h);
	memcpy(ret, h, KEY_ID);
}

static str body_of(const struct head *h, struct arena *a)
{
	struct text t = {.a = a};

	text_add(&t, h->origin);
	text_addf(&t, "\n%llu\n", (unsigned long long)h->size);
	text_add(&t, base64_plain(a, h->root.h, SHA256_BYTES));
	text_lit(&t, "\ndate ");
	text_add(&t, h->date);
	text_lit(&t, "\nprev ");
	text_add(&t, base64_plain(a, h->prev.h, SHA256_BYTES));
	text_add_char(&t, '\n');
	return text_str(&t);
}

str head_sign(const struct head *h, const uint8_t key[32], struct arena *a)
{
	uint8_t public[SIGN_PUBLIC], signature[KEY_ID + SIGN_BYTES];
	struct text t = {.a = a};
	str body = body_of(h, a);

	sign_public(key, public);
	key_id(public, signature);
	sign_make(key, body, signature + KEY_ID);
	text_add(&t, body);
	text_lit(&t, "\n" DASH HEAD_SIGNER " ");
	text_add(&t, base64_plain(a, signature, sizeof signature));
	text_add_char(&t, '\n');
	return text_str(&t);
}

static bool take_hash(str text, struct arena *a, struct hash *ret)
{
	str bytes = base64_plain_decode(a, text);

	if (!bytes.p || bytes.n != SHA256_BYTES)
		return false;
	memcpy(ret->h, bytes.p, SHA256_BYTES);
	return true;
}

/* The rest of a line that begins so; absent when it does not. */
static str after(str line, str begins)
{
	return line.p && str_starts(line, begins) ? str_sub(line, begins.n, line.n) : (str){0};
}

static bool read_body(str body, struct arena *a, struct head *ret)
{
	str origin, size, root, date, prev;

	if (!str_cut(&body, '\n', &origin) || !str_cut(&body, '\n', &size) || !str_cut(&body, '\n', &root) ||
	        !str_cut(&body, '\n', &date) || !str_cut(&body, '\n', &prev) || body.n)
		return false;
	*ret = (struct head){.origin = origin, .date = after(date, STR("date "))};
	return ret->date.n == 20 && parse_u64_bounded(size, 1, (uint64_t)1 << (TREE_LEVELS - 1), &ret->size) &&
	       take_hash(root, a, &ret->root) && take_hash(after(prev, STR("prev ")), a, &ret->prev);
}

static bool read_signature(str line, str body, const uint8_t public[SIGN_PUBLIC], struct arena *a)
{
	str bytes = base64_plain_decode(a, after(line, STR(DASH HEAD_SIGNER " ")));
	uint8_t id[KEY_ID];

	key_id(public, id);
	return bytes.p && bytes.n == KEY_ID + SIGN_BYTES && !memcmp(bytes.p, id, KEY_ID) &&
	       sign_good(public, body, (const uint8_t *)bytes.p + KEY_ID);
}

bool head_next(str *rest, const uint8_t public[SIGN_PUBLIC], struct arena *a, struct head *ret, bool *ret_signed,
        struct hash *ret_note)
{
	size_t body = str_find_str(*rest, STR("\n\n"), 0), end;
	str all, line;
	bool good;

	if (body == rest->n) {
		*rest = str_sub(*rest, rest->n, rest->n);
		return false;
	}
	end = str_find(*rest, '\n', body + 2);
	line = str_sub(*rest, body + 2, end);
	all = str_sub(*rest, 0, end < rest->n ? end + 1 : end);
	good = end < rest->n && read_body(str_sub(*rest, 0, body + 1), a, ret);
	*ret_signed = good && read_signature(line, str_sub(*rest, 0, body + 1), public, a);
	sha256(all, ret_note->h);
	*rest = str_sub(*rest, all.n, rest->n);
	return good;
}

str head_origin(int64_t project_id, const uint8_t log[16], struct arena *a)
{
	char hex[33];

	print_hex(log, 16, hex);
	return str_printf(a, "zvonar/project-%lld/%s", (long long)project_id, hex);
}

bool head_origin_read(str origin, int64_t *ret_project, uint8_t ret_log[16])
{
	str rest = after(origin, STR("zvonar/project-")), number;

	return rest.p && str_cut(&rest, '/', &number) && rest.p && parse_int(number, 1, INT64_MAX, ret_project) &&
	       parse_hex(rest, ret_log, 16);
}

str head_date(int64_t ms, struct arena *a)
{
	char *z = arena_alloc(a, 32);
	time_t s = (time_t)(ms / 1000);
	struct tm tm;

	gmtime_r(&s, &tm);
	return (str){z, strftime(z, 32, "%Y-%m-%dT%H:%M:%SZ", &tm)};
}

str key_fingerprint(const uint8_t public[SIGN_PUBLIC], struct arena *a)
{
	char hex[SHA256_HEX];
	struct text t = {.a = a};

	sha256_hex((str){(const char *)public, SIGN_PUBLIC}, hex);
	for (size_t i = 0; i < 64; i += 4)
		text_addf(&t, "%s%.4s", i ? " " : "", hex + i);
	return text_str(&t);
}

str key_text(const uint8_t public[SIGN_PUBLIC], struct arena *a)
{
	uint8_t key[1 + SIGN_PUBLIC] = {ALGORITHM}, id[KEY_ID];
	char hex[2 * KEY_ID + 1];
	str text;

	memcpy(key + 1, public, SIGN_PUBLIC);
	key_id(public, id);
	print_hex(id, sizeof id, hex);
	text = base64_plain(a, key, sizeof key);
	return str_printf(a, HEAD_SIGNER "+%s+%.*s\n", hex, STR_ARG(text));
}

bool key_read_text(str text, struct arena *a, uint8_t ret[SIGN_PUBLIC])
{
	str rest = text, name, id, key;

	if (!str_cut(&rest, '+', &name) || !str_cut(&rest, '+', &id) || !rest.n || rest.p[rest.n - 1] != '\n')
		return false;
	key = base64_plain_decode(a, str_sub(rest, 0, rest.n - 1));
	if (!key.p || key.n != 1 + SIGN_PUBLIC)
		return false;
	if (!str_eq(key_text((const uint8_t *)key.p + 1, a), text))
		return false;
	memcpy(ret, key.p + 1, SIGN_PUBLIC);
	return true;
}
