/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest_test.c - the example of RFC 7616 section 3.9.1 in both algorithms, headers as they come, and nonces of others. */
#include "engine/tel/digest.h"

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define PARTS(algorithm, response) \
	"Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", algorithm=" algorithm \
	",nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\" , nc=00000001, " \
	"cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, response=\"" response "\", opaque=\"x, y\""
#define WHO "Mufasa:http-auth@example.org:Circle of Life"

static void the_example_of_the_rfc(void **state)
{
	static const struct {
		const char *header;
		enum tel_digest_algorithm algorithm;
	} good[] = {
	        {PARTS("MD5", "8ca523f5e9506fed4657c9700eebdbec"), TEL_DIGEST_MD5},
	        {PARTS("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"), TEL_DIGEST_SHA256},
	};
	char ha1[TEL_DIGEST_HEX];
	struct tel_digest d;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_int_equal(tel_digest_read(str_of(good[i].header), &d), 0);
		assert_int_equal(d.algorithm, good[i].algorithm);
		assert_int_equal(d.count, 1);
		assert_true(str_eq(d.username, STR("Mufasa")));
		tel_digest_hash(d.algorithm, STR(WHO), ha1);
		assert_true(tel_digest_right(&d, STR("GET"), ha1));
		assert_false(tel_digest_right(&d, STR("PUT"), ha1));
		ha1[3] ^= 1;
		assert_false(tel_digest_right(&d, STR("GET"), ha1));
	}
}

static void what_is_none_is_refused(void **state)
{
	static const char *const bad[] = {"", "Basic abc", "Digest", "Digest username=\"a", "Digest username=\"a\"",
	        PARTS("SHA-512-256", "00"), PARTS("MD5-sess", "00"), "Digest =,=,=\"\"\"", "Digest ,,,,"};
	struct tel_digest d;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(tel_digest_read(str_of(bad[i]), &d), EINVAL);
}

static void nonces_are_ours_for_an_address(void **state)
{
	static const uint8_t key[32] = {1}, other[32] = {2};
	char nonce[TEL_NONCE], again[TEL_NONCE];

	(void)state;
	tel_nonce_make(key, STR("192.0.2.1"), 1795932295650, nonce);
	tel_nonce_make(key, STR("192.0.2.1"), 1795932295650, again);
	assert_string_not_equal(nonce, again);
	assert_true(tel_nonce_made_at(key, STR("192.0.2.1"), str_of(nonce)) == 1795932295650);
	assert_int_equal(tel_nonce_made_at(key, STR("192.0.2.2"), str_of(nonce)), 0);
	assert_int_equal(tel_nonce_made_at(other, STR("192.0.2.1"), str_of(nonce)), 0);
	nonce[15] = nonce[15] == '0' ? '1' : '0'; /* younger than it is */
	assert_int_equal(tel_nonce_made_at(key, STR("192.0.2.1"), str_of(nonce)), 0);
	assert_int_equal(tel_nonce_made_at(key, STR("192.0.2.1"), STR("")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_example_of_the_rfc),
	        cmocka_unit_test(what_is_none_is_refused),
	        cmocka_unit_test(nonces_are_ours_for_an_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
