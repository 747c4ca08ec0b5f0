/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers, passwords, tokens, the key file. */
#include "engine/crypto/crypto.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const uint8_t PEPPER[32] = {1, 2, 3}, OTHER[32] = {9};

static void test_sha256(void **state)
{
	char z[SHA256_HEX];
	struct sha256 h;

	(void)state;
	sha256_hex(STR("abc"), z); /* FIPS 180-4, example 1 */
	assert_string_equal(z, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256_hex((str){0}, z);
	assert_string_equal(z, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	sha256_init(&h);
	sha256_add(&h, "a", 1);
	sha256_add(&h, "bc", 2);
	sha256_done_hex(&h, z);
	assert_string_equal(z, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void test_hmac(void **state)
{
	uint8_t mac[SHA256_BYTES];
	str key = STR("Jefe"), said = STR("what do ya want for nothing?");

	(void)state;
	hmac_sha1_any(key, said, mac); /* RFC 2202, 3, case 2 */
	assert_memory_equal(
	        mac, "\xef\xfc\xdf\x6a\xe5\xeb\x2f\xa2\xd2\x74\x16\xd5\xf1\x84\xdf\x9c\x25\x9a\x7c\x79", SHA1_BYTES);
	hmac_sha256_any(key, said, mac); /* RFC 4231, 4.3 */
	assert_memory_equal(mac, "\x5b\xdc\xc1\x46\xbf\x60\x75\x4e\x6a\x04\x24\x26\x08\x95\x75\xc7", 16);
}

static void test_base64url(void **state)
{
	struct arena a = {0};
	str s = base64url(&a, "\xfb\xff\x01\x02", 4);

	(void)state;
	assert_string_equal(s.p, "-_8BAg");
	assert_memory_equal(base64url_decode(&a, s).p, "\xfb\xff\x01\x02", 4);
	assert_null(base64url_decode(&a, STR("a+b/")).p);
	assert_null(base64url_decode(&a, STR("abc=")).p);
	assert_null(base64url_decode(&a, STR("a")).p);
	assert_null(base64url_decode(&a, STR("-_8B\xc1g")).p);
	assert_null(base64_plain_decode(&a, STR("+/8BAh==")).p);
	assert_memory_equal(base64_plain_decode(&a, STR("+/8BAg==")).p, "\xfb\xff\x01\x02", 4);
	arena_free(&a);
}

static void test_tokens(void **state)
{
	char one[44], two[44];

	(void)state;
	token_sign(PEPPER, "letter link", STR("<1@x>"), one);
	assert_int_equal(strlen(one), 43);
	assert_true(token_verify(PEPPER, "letter link", STR("<1@x>"), str_of(one)));
	assert_false(token_verify(PEPPER, "letter link", STR("<2@x>"), str_of(one)));
	assert_false(token_verify(OTHER, "letter link", STR("<1@x>"), str_of(one)));
	token_sign(PEPPER, "letter lin", STR("k<1@x>"), two);
	assert_string_not_equal(one, two);
}

static void test_passwords(void **state)
{
	struct arena a = {0};
	struct fault f = {0};
	str stored, again;
	bool right = true;

	(void)state;
	assert_int_equal(password_hash(PEPPER, STR("верный пароль"), &a, &stored, &f), 0);
	assert_true(str_starts(stored, STR("$argon2id$v=19$m=65536,t=3,p=1$")));
	assert_int_equal(password_hash(PEPPER, STR("верный пароль"), &a, &again, &f), 0);
	assert_false(str_eq(stored, again));
	assert_int_equal(password_verify(PEPPER, STR("верный пароль"), stored, &right, &f), 0);
	assert_true(right);
	assert_int_equal(password_verify(PEPPER, STR("неверный пароль"), stored, &right, &f), 0);
	assert_false(right);
	right = true;
	assert_int_equal(password_verify(OTHER, STR("верный пароль"), stored, &right, &f), 0);
	assert_false(right);
	right = true;
	assert_int_equal(password_verify(PEPPER, STR("любой"), (str){0}, &right, &f), 0);
	assert_false(right);
	arena_free(&a);
}

static _Atomic int refused;

static void *guess(void *arg)
{
	struct fault f = {0};
	bool right;

	(void)arg;
	if (password_verify(PEPPER, STR("x"), (str){0}, &right, &f) == EDQUOT)
		atomic_fetch_add(&refused, 1);
	return NULL;
}

/* More guesses at once than the gate and its queue hold: the rest is told to come back. */
static void test_gate(void **state)
{
	pthread_t t[PASSWORD_QUEUE + 8];

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++)
		assert_int_equal(pthread_create(&t[i], NULL, guess, NULL), 0);
	for (size_t i = 0; i < COUNT(t); i++)
		pthread_join(t[i], NULL);
	assert_in_range(atomic_load(&refused), 1, 7);
}

static void test_key(void **state)
{
	char dir[] = "/tmp/zvonar-key-XXXXXX", path[64];
	uint8_t one[32], two[32];
	struct fault f = {0};
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/pepper", dir);
	assert_int_equal(key_load(path, one, &f), 0);
	assert_int_equal(key_load(path, two, &f), 0);
	assert_memory_equal(one, two, 32);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(truncate(path, 31), 0);
	assert_int_equal(key_load(path, two, &f), EINVAL);
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sha256), cmocka_unit_test(test_hmac),
	        cmocka_unit_test(test_base64url), cmocka_unit_test(test_tokens), cmocka_unit_test(test_passwords),
	        cmocka_unit_test(test_gate), cmocka_unit_test(test_key)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
