/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sender.c - what comes to our ports, sent on time: node stands still on a busy machine, and then says nothing of us. It asks for a place before
 * others; where it is held up all the same it catches up, and says how long.
 *   sender tone FROM_PORT TO_PORT SECONDS [PAYLOAD_TYPE [ADDRESS]]   a voice of 1000 Hz, a packet each 20 ms: 8, A-law, or 0, µ-law
 *   sender flood TO_PORT SECONDS RATE SOURCES what stands in stdin, from that many addresses of 127.0.0.0/8
 *   sender noise TO_PORT SECONDS RATE FROM…   from each address: DTLS hellos, STUN, RTP and RTCP of nobody, and rubbish
 *   sender again TO_PORT SECONDS RATE         what comes to that port is heard for a while and sent again, as from its own sender (root)
 * Each prints «begun» with its first packet, and at the end {"sent":…,"gap_ms":…}. */
#include "base/parse.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <math.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PACKET_MS = 20, SAMPLES = 160, RTP_HEAD = 12, DATAGRAM = 2048, SOURCES_MAX = 1000, HEARD_MAX = 500 };
#define SECOND INT64_C(1000000000)

static int64_t sent, gap_ns, last_ns;

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static void until(int64_t at)
{
	struct timespec t = {.tv_sec = at / SECOND, .tv_nsec = at % SECOND};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

static struct sockaddr_in address(uint32_t host, int port)
{
	return (struct sockaddr_in){
	        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(host)};
}

static int bound(uint32_t host, int port)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in a = address(host, port);
	int yes = 1; /* who reads there may have the port too */

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) ||
	        bind(fd, (struct sockaddr *)&a, sizeof(a))) {
		perror("bind");
		exit(1);
	}
	return fd;
}

static void put(int fd, const void *p, size_t n, const struct sockaddr_in *to)
{
	int64_t now = now_ns();

	if (!last_ns) {
		puts("begun");
		fflush(stdout);
	}
	if (last_ns && now - last_ns > gap_ns)
		gap_ns = now - last_ns;
	last_ns = now;
	if (sendto(fd, p, n, 0, (const struct sockaddr *)to, sizeof(*to)) == (ssize_t)n)
		sent++;
}

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static uint8_t alaw(double v)
{
	int a = (int)fabs(v) >> 4, exponent = 0, sign = v >= 0 ? 0x80 : 0;

	for (int m = a >> 4; m > 1; m >>= 1)
		exponent++;
	exponent += a >= 16;
	return (uint8_t)(((exponent ? exponent << 4 | ((a >> (exponent > 1 ? exponent - 1 : 0)) & 15) : a & 15) | sign) ^
	                 0x55);
}

static uint8_t ulaw(double v)
{
	int a = ((int)fabs(v) >> 2) + 33, exponent = 0;

	while (exponent < 7 && a >> (exponent + 6))
		exponent++;
	return (uint8_t) ~((v < 0 ? 0x80 : 0) | exponent << 4 | ((a >> (exponent + 1)) & 15));
}

static void tone(int from, int port, int seconds, int pt, uint32_t address_from)
{
	int fd = bound(address_from, from);
	struct sockaddr_in to = address(INADDR_LOOPBACK, port);
	int64_t start = now_ns();
	uint8_t p[RTP_HEAD + SAMPLES] = {0x80, (uint8_t)pt};

	put32(p + 8, 0xcafe0000u + (uint32_t)from); /* of a stream of its own */
	for (uint32_t i = 0; i < (uint32_t)seconds * 1000 / PACKET_MS; i++) {
		put16(p + 2, i & 0xffff);
		put32(p + 4, i * SAMPLES);
		for (uint32_t k = 0; k < SAMPLES; k++) {
			double v = 8000 * sin(2 * M_PI * 1000 * (double)(i * SAMPLES + k) / 8000);
			p[RTP_HEAD + k] = pt ? alaw(v) : ulaw(v);
		}
		until(start + (int64_t)i * PACKET_MS * 1000000);
		put(fd, p, sizeof(p), &to);
	}
}

/* At rate a second for seconds: step(i, arg) for each. */
static void pace(int seconds, int rate, void (*step)(int64_t i, void *arg), void *arg)
{
	int64_t start = now_ns(), end = start + seconds * SECOND, i = 0;

	for (int64_t now = start; now < end; now = now_ns()) {
		for (int64_t due = (now - start) * rate / SECOND; i < due; i++)
			step(i, arg);
		until(now + 1000000);
	}
}

struct many {
	int fds[SOURCES_MAX], n;
	struct sockaddr_in to;
	uint8_t text[DATAGRAM];
	size_t n_text;
};

static void same(int64_t i, void *arg)
{
	struct many *m = arg;

	put(m->fds[i % m->n], m->text, m->n_text, &m->to);
}

static void flood(int port, int seconds, int rate, int sources)
{
	static struct many m;

	m.to = address(INADDR_LOOPBACK, port);
	m.n_text = fread(m.text, 1, sizeof(m.text), stdin);
	for (m.n = 0; m.n < sources && m.n < SOURCES_MAX; m.n++) /* 127.1.x.y */
		m.fds[m.n] = bound(0x7f010000u + ((uint32_t)m.n / 200 << 8) + 2 + (uint32_t)m.n % 200, 0);
	pace(seconds, rate, same, &m);
}

/* A first octet of each kind there is (RFC 7983), a plausible head, and the rest by lot. */
static void nonsense(int64_t i, void *arg)
{
	static const uint8_t heads[][14] = {{22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 1},
	        {0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42}, {0x80, 111}, {0x80, 8}, {0x81, 200, 0, 6}, {0x9f, 201, 0xff, 0xff},
	        {20, 254, 253}, {23, 254, 253}, {0xb0, 0}, {70}};
	struct many *m = arg;
	const uint8_t *head = heads[i % (int64_t)(sizeof(heads) / sizeof(heads[0]))];
	size_t n = 14 + (size_t)rand() % 300;

	for (size_t k = 0; k < n; k++)
		m->text[k] = (uint8_t)rand();
	for (size_t k = 0; k < sizeof(heads[0]) && (k < 2 || head[k]); k++)
		m->text[k] = head[k];
	put(m->fds[i % m->n], m->text, n, &m->to);
}

static void noise(int port, int seconds, int rate, int n, char **from)
{
	static struct many m;

	m.to = address(INADDR_LOOPBACK, port);
	for (m.n = 0; m.n < n && m.n < SOURCES_MAX; m.n++)
		m.fds[m.n] = bound(ntohl(inet_addr(from[m.n])), 0);
	pace(seconds, rate, nonsense, &m);
}

struct heard {
	uint8_t ip[HEARD_MAX][DATAGRAM]; /* with their heads */
	size_t n[HEARD_MAX], n_heard;
	int fd;
};

static void repeat(int64_t i, void *arg)
{
	struct heard *h = arg;
	size_t k = (size_t)i % h->n_heard;
	const struct iphdr *ip = (const struct iphdr *)h->ip[k];
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = ip->daddr};

	put(h->fd, h->ip[k], h->n[k], &to);
}

/* One datagram of loopback; kept when it is for port. */
static void hear(struct heard *h, int fd, int port)
{
	uint8_t *p = h->ip[h->n_heard];
	ssize_t n = recv(fd, p, DATAGRAM, 0);
	const struct iphdr *ip = (const struct iphdr *)p;
	struct udphdr *udp = (struct udphdr *)(p + 4 * (size_t)ip->ihl);

	if (n < (ssize_t)(sizeof(*ip) + sizeof(*udp)) || ip->protocol != IPPROTO_UDP || ntohs(udp->dest) != port)
		return;
	udp->check = 0; /* none: over loopback it was never made */
	h->n[h->n_heard++] = (size_t)n;
}

static void again(int port, int seconds, int rate)
{
	static struct heard h;
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_IP));
	int64_t end = now_ns() + 3 * SECOND;
	struct timeval wait = {.tv_sec = 1};

	h.fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW); /* the head is ours to write */
	if (fd < 0 || h.fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait))) {
		perror("socket");
		exit(1);
	}
	while (h.n_heard < HEARD_MAX - 1 && now_ns() < end)
		hear(&h, fd, port);
	if (h.n_heard)
		pace(seconds, rate, repeat, &h);
}

/* It is about time, so before everybody else, where that may be asked for. */
static void be_first(void)
{
	struct sched_param p = {.sched_priority = 20};

	if (sched_setscheduler(0, SCHED_FIFO, &p))
		errno = 0;
}

static int number(int argc, char **argv, int i)
{
	int64_t n = 0;

	if (i >= argc || !parse_int(str_of(argv[i]), 0, 1000000, &n)) {
		fprintf(stderr, "sender: argument %d is no number\n", i);
		exit(2);
	}
	return (int)n;
}

int main(int argc, char **argv)
{
	str what = str_of(argc > 1 ? argv[1] : "");
	int a = number(argc, argv, 2), b = number(argc, argv, 3), c = number(argc, argv, 4);

	be_first();
	if (str_eq(what, STR("tone")))
		tone(a, b, c, argc > 5 ? number(argc, argv, 5) : 8, argc > 6 ? ntohl(inet_addr(argv[6])) : INADDR_LOOPBACK);
	else if (str_eq(what, STR("flood")))
		flood(a, b, c, number(argc, argv, 5));
	else if (str_eq(what, STR("noise")))
		noise(a, b, c, argc - 5, argv + 5);
	else if (str_eq(what, STR("again")))
		again(a, b, c);
	if (!last_ns)
		puts("begun");
	printf("{\"sent\":%lld,\"gap_ms\":%lld}\n", (long long)sent, (long long)(gap_ns / 1000000));
	return 0;
}
