/* SPDX-License-Identifier: GPL-3.0-or-later */
/* channel_test.c - both ends in one thread: with the key, with another, and with none. */
#include "engine/crypto/channel.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <cmocka.h>

enum { MUCH = 3 << 20 };

static struct channel *one, *other;

static void pair(const uint8_t *key, const uint8_t *other_key)
{
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd), 0);
	one = channel_new(fd[0], key, false);
	other = channel_new(fd[1], other_key, true);
	assert_non_null(one);
	assert_non_null(other);
}

static void part(void)
{
	channel_free(one);
	channel_free(other);
}

/* Everything of it comes through, in both directions, however small the socket's room. */
static void carry(struct channel *from, struct channel *to)
{
	uint8_t *out = malloc(MUCH), *in = malloc(MUCH);
	size_t sent = 0, came = 0;

	for (size_t i = 0; i < MUCH; i++)
		out[i] = (uint8_t)(i * 2654435761u >> 13);
	for (int i = 0; came < MUCH && i < 1000000; i++) {
		ssize_t n = sent < MUCH ? channel_write(from, out + sent, MUCH - sent) : 0;
		assert_true(n >= 0 || errno == EAGAIN);
		sent += n > 0 ? (size_t)n : 0;
		n = channel_read(to, in + came, MUCH - came);
		assert_true(n > 0 || (n < 0 && errno == EAGAIN));
		came += n > 0 ? (size_t)n : 0;
	}
	assert_int_equal(came, MUCH);
	assert_memory_equal(in, out, MUCH);
	free(out);
	free(in);
}

static void both_hold_the_key(void **state)
{
	const uint8_t key[CHANNEL_KEY] = {7, 1, 9};
	char byte;

	(void)state;
	pair(key, key);
	carry(one, other);
	carry(other, one);
	assert_true(channel_ready(one) && channel_ready(other));
	channel_free(one);
	one = NULL;
	assert_int_equal(channel_read(other, &byte, 1), 0);
	part();
	pair(NULL, NULL);
	carry(one, other);
	part();
}

/* Neither end gets past the handshake. */
static void refused(const uint8_t *key, const uint8_t *other_key)
{
	bool broken = false;
	char byte = 'x';

	pair(key, other_key);
	for (int i = 0; i < 100; i++) {
		ssize_t n = channel_write(one, &byte, 1), m = channel_read(other, &byte, 1);
		broken |= (n <= 0 && errno == EPROTO) || !m || (m < 0 && errno == EPROTO);
	}
	assert_true(broken);
	assert_false(channel_ready(other));
	part();
}

static void a_stranger(void **state)
{
	const uint8_t key[CHANNEL_KEY] = {7, 1, 9}, wrong[CHANNEL_KEY] = {7, 1, 8};

	(void)state;
	refused(wrong, key);
	refused(NULL, key);
}

static void addresses(void **state)
{
	struct channel_address at;
	struct fault f = {0};

	(void)state;
	assert_int_equal(channel_look_up("127.0.0.1:7443", &at, &f), 0);
	assert_int_equal(channel_look_up("[::1]:7443", &at, &f), 0);
	assert_int_equal(channel_look_up("7443", &at, &f), EINVAL);
	assert_int_equal(channel_look_up(":7443", &at, &f), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(both_hold_the_key), cmocka_unit_test(a_stranger), cmocka_unit_test(addresses)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
