/* SPDX-License-Identifier: GPL-3.0-or-later */
/* client_priv.h - what the server's tests speak with: raw sockets, since a polite client would not say what must be refused. */
#ifndef ENGINE_HTTP_CLIENT_PRIV_H
#define ENGINE_HTTP_CLIENT_PRIV_H

#include "engine/http/http.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { ANSWER_MAX = 1 << 20 };

static inline int dial(int port)
{
	struct sockaddr_in sa = {
	        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	return fd;
}

static inline void say_n(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return; /* refused in the middle: the answer tells */
		p += sent;
		n -= (size_t)sent;
	}
}

static inline void say(int fd, const char *z)
{
	say_n(fd, z, strlen(z));
}

/* Read until the text what came, the end, or ms of silence; the buffer is one for all. */
static inline const char *hear_until(int fd, const char *what, int ms)
{
	static char z[ANSWER_MAX];
	size_t n = 0;

	z[0] = 0;
	while (n < sizeof(z) - 1 && !(what && memmem(z, n, what, strlen(what)))) {
		struct pollfd p = {fd, POLLIN, 0};
		ssize_t got = poll(&p, 1, ms) == 1 ? recv(fd, z + n, sizeof(z) - 1 - n, 0) : 0;
		if (got <= 0)
			break;
		n += (size_t)got;
		z[n] = 0;
	}
	return z;
}

static inline const char *hear(int fd)
{
	return hear_until(fd, NULL, 3000);
}

/* Send text, take everything up to the close. */
static inline const char *ask_port(int port, const char *z)
{
	int fd = dial(port);
	const char *answer;

	say(fd, z);
	answer = hear(fd);
	close(fd);
	return answer;
}

static inline void assert_status(const char *answer, int status)
{
	char want[32];

	snprintf(want, sizeof(want), "HTTP/1.1 %d ", status);
	if (strncmp(answer, want, strlen(want)) != 0)
		fail_msg("wanted %d, got: %.300s", status, answer);
}

static inline void assert_has(const char *answer, const char *what)
{
	if (!strstr(answer, what))
		fail_msg("%s is not in: %.900s", what, answer ? answer : "nothing");
}

/* Does the other side close within ms? */
static inline bool closes(int fd, int ms)
{
	int64_t end = clock_mono_ms() + ms;
	char z[4096];

	while (clock_mono_ms() < end) {
		struct pollfd p = {fd, POLLIN, 0};
		if (poll(&p, 1, (int)(end - clock_mono_ms())) == 1 && recv(fd, z, sizeof(z), 0) <= 0)
			return true;
	}
	return false;
}

static inline bool comes_to(_Atomic int *count, int want, int ms)
{
	for (int64_t end = clock_mono_ms() + ms; clock_mono_ms() < end; usleep(5000))
		if (atomic_load(count) == want)
			return true;
	return false;
}
#endif
