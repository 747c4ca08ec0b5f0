/* SPDX-License-Identifier: GPL-3.0-or-later */
/* faxmachine.c - the far side of a fax: spandsp's receiver behind a socket of A-law, a packet each 20 ms.
 *   faxmachine make PAGES LENGTH FILE        a document of so many drawn pages, LENGTH rows each
 *   faxmachine hear PORT TO_PORT FILE        takes a fax; what came is in FILE
 *   faxmachine pages FILE                    a line per page: width, length, a sum of its dots
 * hear says «ready», then a line for each page and at the end {"state":…,"pages":…,"rate":…,"ident":…}. */
#include "base/parse.h"
#include "engine/fax/fax.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <tiffio.h>
#include <time.h>
#include <unistd.h>

#include <spandsp.h>

enum { ROW = FAX_WIDTH / 8, HEAD = 12, PACKET = HEAD + FAX_FRAME, TICKS_MAX = 600 * 50, SLOTS = 64, DELAY = 5 };
#define TICK_NS INT64_C(20000000)

static struct arena a;

static int number(const char *text)
{
	int64_t n;

	if (!parse_int(str_of(text), 1, 65535, &n)) {
		fprintf(stderr, "no number: %s\n", text);
		exit(2);
	}
	return (int)n;
}

static void must(int err, const struct fault *f)
{
	if (!err)
		return;
	fprintf(stderr, "%s\n", f->what);
	exit(1);
}

static void write_file(const char *path, str bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n) {
		perror(path);
		exit(1);
	}
	close(fd);
}

/* Lines of another distance on each page, and noise, which no line coding makes small. */
static void draw(uint8_t *rows, int length, int page)
{
	uint32_t dice = (uint32_t)page + 1;

	memset(rows, 0, (size_t)length * ROW);
	for (int y = 10; y < length - 10; y++) {
		for (int x = 40 + page; x < FAX_WIDTH - 40; x += 60 + 10 * page)
			rows[y * ROW + x / 8] |= (uint8_t)(0x80 >> x % 8);
		dice = dice * 1664525 + 1013904223;
		rows[y * ROW + 10 + (int)(dice >> 24) % 200] |= (uint8_t)(dice >> 16);
	}
}

static void make(int pages, int length, const char *path)
{
	uint8_t *rows = arena_alloc(&a, (size_t)length * ROW);
	struct fax_document *d;
	struct fault f;
	str tiff;

	must(fax_document_new(&d, &f), &f);
	for (int i = 0; i < pages; i++) {
		draw(rows, length, i);
		must(fax_document_add(d, rows, length, &f), &f);
	}
	must(fax_document_finish(d, &a, &tiff, &f), &f);
	write_file(path, tiff);
}

static void pages(const char *path)
{
	TIFF *t = TIFFOpen(path, "r");

	if (!t)
		exit(1);
	do {
		uint32_t width = 0, length = 0, sum = 2166136261U;
		uint8_t row[ROW];
		TIFFGetField(t, TIFFTAG_IMAGEWIDTH, &width);
		TIFFGetField(t, TIFFTAG_IMAGELENGTH, &length);
		for (uint32_t y = 0; width == FAX_WIDTH && y < length; y++) {
			if (TIFFReadScanline(t, row, y, 0) != 1)
				exit(1);
			for (int i = 0; i < ROW; i++)
				sum = (sum ^ row[i]) * 16777619;
		}
		printf("%u %u %08x\n", width, length, sum);
	} while (TIFFReadDirectory(t));
	TIFFClose(t);
}

/* Packets in their order: what is late is silence. */
static struct {
	int16_t pcm[SLOTS][FAX_FRAME];
	bool there[SLOTS], begun;
	uint16_t next;
	int wait;
} ring;

static void take(int fd)
{
	uint8_t p[2048];
	ssize_t n;

	while ((n = recv(fd, p, sizeof(p), MSG_DONTWAIT)) > 0) {
		uint16_t seq = (uint16_t)(p[2] << 8 | p[3]);
		if (n != PACKET || (p[1] & 0x7f) != 8)
			continue;
		if (!ring.begun)
			ring.next = seq;
		if (!ring.begun)
			ring.wait = DELAY;
		ring.begun = true;
		if ((uint16_t)(seq - ring.next) >= SLOTS)
			continue;
		for (int i = 0; i < FAX_FRAME; i++)
			ring.pcm[seq % SLOTS][i] = alaw_to_linear(p[HEAD + i]);
		ring.there[seq % SLOTS] = true;
	}
}

static const int16_t *frame(void)
{
	static const int16_t silence[FAX_FRAME];
	int slot = ring.next % SLOTS;

	if (!ring.begun || ring.wait-- > 0)
		return silence;
	ring.next++;
	if (!ring.there[slot])
		return silence;
	ring.there[slot] = false;
	return ring.pcm[slot];
}

static void say(struct fax *x, int fd, const struct sockaddr_in *to, int tick)
{
	uint8_t p[PACKET] = {0x80, 8, (uint8_t)(tick >> 8), (uint8_t)tick, 0, 0, 0, 0, 0xca, 0xfe, 0xfa, 0xc5};
	uint32_t ts = htonl((uint32_t)tick * FAX_FRAME);
	int16_t pcm[FAX_FRAME];

	memcpy(p + 4, &ts, sizeof(ts));
	fax_say(x, pcm);
	for (int i = 0; i < FAX_FRAME; i++)
		p[HEAD + i] = linear_to_alaw(pcm[i]);
	(void)!sendto(fd, p, sizeof(p), 0, (const struct sockaddr *)to, sizeof(*to));
}

static int bound(int port)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in at = {
	        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at))) {
		perror("bind");
		exit(1);
	}
	return fd;
}

static void wait_until(int64_t ns)
{
	struct timespec t = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

static void hear(int port, int to_port, const char *path)
{
	struct sockaddr_in to = {
	        .sin_family = AF_INET, .sin_port = htons((uint16_t)to_port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct fax_progress *p;
	struct timespec now;
	struct fax *x;
	struct fault f;
	int fd = bound(port), told = 0;
	str tiff;

	must(fax_receive(&x, "+7 495 1234567", &f), &f);
	p = fax_progress(x);
	clock_gettime(CLOCK_MONOTONIC, &now);
	puts("ready");
	for (int tick = 0; tick < TICKS_MAX && p->state < FAX_DONE; tick++) {
		wait_until(now.tv_sec * INT64_C(1000000000) + now.tv_nsec + tick * TICK_NS);
		take(fd);
		say(x, fd, &to, tick);
		fax_hear(x, frame());
		for (; told < p->pages; told++)
			printf("page %d\n", told + 1);
		fflush(stdout);
	}
	if (!fax_received(x, &a, &tiff, &f))
		write_file(path, tiff);
	printf("{\"state\":\"%s\",\"pages\":%d,\"rate\":%d,\"ident\":\"%s\",\"why\":\"%s\"}\n",
	        p->state == FAX_DONE ? "done" : "failed", p->pages, p->bit_rate, p->ident, p->why ? p->why : "");
	fax_end(x);
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "make"))
		make(number(argv[2]), number(argv[3]), argv[4]);
	else if (argc == 5 && !strcmp(argv[1], "hear"))
		hear(number(argv[2]), number(argv[3]), argv[4]);
	else if (argc == 3 && !strcmp(argv[1], "pages"))
		pages(argv[2]);
	else
		return 2;
	arena_free(&a);
	return 0;
}
