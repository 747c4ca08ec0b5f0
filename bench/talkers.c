/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talkers.c - the far ends of many calls, one process: answers every INVITE and speaks G.711 A-law to whoever sent it until the BYE, each
 * call from a port of its own, packets spread evenly over 20 ms. A packet carries the moment it was sent and where it comes from, so
 * whoever of the talkers hears it knows its delay and what was lost before it; the kernel's time of arrival is taken, not ours. A talker
 * reads what came when it speaks and is woken by no packet: over a network the sender would not have to wake it either, on one machine
 * the house would pay for it.
 * usage: bench-talkers PORT speak|silent     "reset" and "report" on stdin; a report is one line of JSON */
#include "base/parse.h"
#include "engine/tel/re.h"

#include "voice.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	TALKERS = 16384,
	PAYLOAD = 160,
	PACKET = 12 + PAYLOAD,
	ROUND_US = 20000,
	BUCKET_US = 50,
	BUCKETS = 20000,
	NAME = 128,
	BUSY = 2,
	SIP_SOCKET = 0,
	STDIN = 1
};

struct talker {
	char call_id[NAME];
	int fd;
	struct sockaddr_in to;
	uint16_t seq;
	uint32_t ts, n;
	bool speaks;
	/* what it hears */
	uint32_t from, first, last, got;
	int next; /* of the same hash */
};
/* What is inside a packet's payload. */
struct stamp {
	int64_t sent_us;
	uint32_t talker, n;
};

static struct talker talkers[TALKERS];
static int by_hash[TALKERS], free_slots[TALKERS], n_free;
static int sip = -1, sip_port, epfd = -1;
static bool speak;
static int64_t base_us, slot; /* slots since the start that were served */
static uint64_t histogram[BUCKETS], lost_before;

static int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int open_udp(int port)
{
	struct sockaddr_in sa = {
	        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1, size = port ? 1 << 22 : 1 << 16;

	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa))) {
		perror("bench-talkers: socket");
		exit(1);
	}
	return fd;
}

static void watch(int fd, uint32_t id)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.u32 = id};

	epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &ev);
}

/* SIP ---------------------------------------------------------------------------------------------------------------- */

static bool header(str msg, const char *name, str *ret)
{
	str line, all = msg;

	while (str_cut(&all, '\n', &line)) {
		line = str_trim(line);
		if (!line.n)
			return false;
		if (str_starts(line, str_of(name))) {
			*ret = str_trim(str_sub(line, strlen(name), line.n));
			return true;
		}
	}
	return false;
}

static unsigned hash(str s)
{
	unsigned h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (uint8_t)s.p[i]) * 16777619u;
	return h % TALKERS;
}

static int *find(str id)
{
	int *at = &by_hash[hash(id)];

	while (*at >= 0 && !str_eq(str_of(talkers[*at].call_id), id))
		at = &talkers[*at].next;
	return at;
}

static struct talker *talker_new(str id, str msg, int *at)
{
	struct talker *t;
	str rest = str_sub(msg, str_find_str(msg, STR("m=audio "), 0), msg.n), port, word;
	int64_t to = 0;

	if (!n_free)
		return NULL;
	*at = free_slots[--n_free];
	t = talkers + *at;
	*t = (struct talker){.fd = open_udp(0), .next = -1};
	snprintf(t->call_id, sizeof(t->call_id), "%.*s", STR_ARG(id));
	if (str_cut(&rest, ' ', &word) && str_cut(&rest, ' ', &port))
		parse_int(port, 1, 65535, &to);
	t->to = (struct sockaddr_in){
	        .sin_family = AF_INET, .sin_port = htons((uint16_t)to), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	connect(t->fd, (struct sockaddr *)&t->to, sizeof(t->to));
	t->speaks = speak;
	return t;
}

static void talker_free(int *at)
{
	struct talker *t = talkers + *at;

	free_slots[n_free++] = *at;
	*at = t->next;
	close(t->fd);
	lost_before += t->got ? t->last - t->first + 1 - t->got : 0;
	*t = (struct talker){.fd = -1};
}

static void reply(str msg, const struct sockaddr_in *from, const char *status, const char *body)
{
	char out[4096];
	str line, all = msg, to = {0},
	          echo[] = {STR("From:"), STR("Call-ID:"), STR("CSeq:"), STR("Via:"), STR("Record-Route:")};
	int n = snprintf(out, sizeof(out), "SIP/2.0 %s\r\n", status);

	while (str_cut(&all, '\n', &line) && (line = str_trim(line)).n)
		for (size_t i = 0; i < COUNT(echo); i++)
			if (str_starts(line, echo[i]))
				n += snprintf(out + n, sizeof(out) - (size_t)n, "%.*s\r\n", STR_ARG(line));
	header(msg, "To:", &to);
	n += snprintf(out + n, sizeof(out) - (size_t)n, "To: %.*s%s\r\nContact: <sip:t@127.0.0.1:%d>\r\n", STR_ARG(to),
	        str_find_str(to, STR("tag="), 0) < to.n ? "" : ";tag=t", sip_port);
	n += snprintf(out + n, sizeof(out) - (size_t)n, "%sContent-Length: %zu\r\n\r\n%s",
	        *body ? "Content-Type: application/sdp\r\n" : "", strlen(body), body);
	sendto(sip, out, (size_t)n, 0, (const struct sockaddr *)from, sizeof(*from));
}

static void invited(str msg, str id, const struct sockaddr_in *from)
{
	struct sockaddr_in own;
	socklen_t n = sizeof(own);
	char sdp[300];
	int *at = find(id);
	struct talker *t = *at >= 0 ? talkers + *at : talker_new(id, msg, at);

	if (!t) {
		reply(msg, from, "486 Busy Here", "");
		return;
	}
	getsockname(t->fd, (struct sockaddr *)&own, &n);
	snprintf(sdp, sizeof(sdp),
	        "v=0\r\no=t 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP 8\r\na=sendrecv\r\n",
	        ntohs(own.sin_port));
	reply(msg, from, "200 OK", sdp);
}

static void take_sip(void)
{
	char z[4096];
	struct sockaddr_in from;
	socklen_t n = sizeof(from);
	ssize_t got;
	str msg, id = {0};

	while ((got = recvfrom(sip, z, sizeof(z), 0, (struct sockaddr *)&from, &n)) > 0) {
		msg = (str){z, (size_t)got};
		if (!header(msg, "Call-ID:", &id) || id.n >= NAME || str_starts(msg, STR("ACK")) ||
		        str_starts(msg, STR("SIP/2.0")))
			continue;
		if (str_starts(msg, STR("INVITE"))) {
			invited(msg, id, &from);
			continue;
		}
		if (str_starts(msg, STR("BYE")) && *find(id) >= 0)
			talker_free(find(id));
		reply(msg, &from, "200 OK", "");
	}
}

/* Sound -------------------------------------------------------------------------------------------------------------- */

static uint8_t voice[VOICE_FRAMES][PAYLOAD];

static void encode_voice(void)
{
	static int16_t pcm[VOICE_FRAMES * VOICE_FRAME];

	voice_make(pcm);
	for (size_t i = 0; i < sizeof(voice); i++)
		voice[i / PAYLOAD][i % PAYLOAD] = g711_pcm2alaw(pcm[i]);
}

static void say(struct talker *t)
{
	struct stamp stamp = {.talker = (uint32_t)(t - talkers), .n = t->n++};
	uint8_t p[PACKET] = {0x80, 8};

	memcpy(p + 12, voice[t->n % VOICE_FRAMES], PAYLOAD);
	p[2] = (uint8_t)(t->seq >> 8);
	p[3] = (uint8_t)t->seq++;
	for (int i = 0; i < 4; i++)
		p[4 + i] = (uint8_t)(t->ts >> (24 - 8 * i));
	p[8] = (uint8_t)(stamp.talker >> 8);
	p[9] = (uint8_t)stamp.talker;
	t->ts += PAYLOAD;
	stamp.sent_us = now_us();
	memcpy(p + 12, &stamp, sizeof(stamp));
	send(t->fd, p, sizeof(p), 0);
}

static void take_stamp(struct talker *t, const uint8_t *payload, int64_t came_us)
{
	struct stamp stamp;
	int64_t delay;

	memcpy(&stamp, payload, sizeof(stamp));
	delay = came_us - stamp.sent_us;
	if (delay < 0 || delay > 10000000 || stamp.talker >= TALKERS)
		return; /* silence of the server itself */
	if (!t->got || t->from != stamp.talker) {
		t->from = stamp.talker;
		t->first = stamp.n;
		t->got = 0;
	}
	t->last = stamp.n;
	t->got++;
	delay /= BUCKET_US;
	histogram[delay < BUCKETS ? delay : BUCKETS - 1]++;
}

/* False: nothing more has come. */
static bool hear(struct talker *t)
{
	uint8_t p[2048], control[256];
	struct iovec iov = {p, sizeof(p)};
	struct msghdr mh = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(t->fd, &mh, 0);
	struct cmsghdr *c = n >= PACKET ? CMSG_FIRSTHDR(&mh) : NULL;
	struct timespec ts;

	if (!c || (p[1] & 0x7f) != 8)
		return n >= 0;
	memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	take_stamp(t, p + 12, (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000);
	return true;
}

/* Everybody whose time has come: the talker in slot s of the round hears and speaks at s/TALKERS of it. */
static void say_all(void)
{
	int64_t due = (now_us() - base_us) * TALKERS / ROUND_US;

	if (due - slot > TALKERS)
		slot = due - TALKERS; /* a round too late: the machine is too slow, which the figures show */
	for (; slot < due; slot++) {
		struct talker *t = talkers + slot % TALKERS;
		if (t->fd >= 0)
			while (hear(t)) {
			}
		if (t->speaks)
			say(t);
	}
}

static double quantile(double q, uint64_t total)
{
	uint64_t seen = 0;

	for (int i = 0; i < BUCKETS; i++)
		if ((seen += histogram[i]) >= (uint64_t)(q * (double)total) && seen)
			return (i + 1) * BUCKET_US / 1000.0;
	return 0;
}

static void report(void)
{
	uint64_t got = 0;
	int64_t lost = (int64_t)lost_before;

	for (int i = 0; i < BUCKETS; i++)
		got += histogram[i];
	for (int i = 0; i < TALKERS; i++)
		if (talkers[i].got)
			lost += (int64_t)(talkers[i].last - talkers[i].first) + 1 - (int64_t)talkers[i].got;
	printf("{\"talkers\":%d,\"got\":%llu,\"lost\":%lld,\"p50\":%.2f,\"p99\":%.2f,\"max\":%.2f}\n", TALKERS - n_free,
	        (unsigned long long)got, (long long)lost, quantile(0.5, got), quantile(0.99, got), quantile(1, got));
	fflush(stdout);
}

static bool command(void)
{
	char z[64];
	ssize_t n = read(0, z, sizeof(z));

	if (n > 0 && z[0] == 'r' && z[2] == 's') {
		memset(histogram, 0, sizeof(histogram));
		lost_before = 0;
		for (int i = 0; i < TALKERS; i++)
			talkers[i].got = 0;
	} else if (n > 0) {
		report();
	}
	return n > 0;
}

/* Slots are given out so that few talkers are spread over the round as evenly as many: bits of the number reversed. */
static void spread(void)
{
	for (int i = 0; i < TALKERS; i++) {
		int r = 0;
		for (int bit = 1; bit < TALKERS; bit *= 2)
			r = 2 * r + ((i & bit) != 0);
		by_hash[i] = -1;
		talkers[i].fd = -1;
		free_slots[TALKERS - 1 - i] = r;
	}
	n_free = TALKERS;
}

int main(int argc, char **argv)
{
	struct epoll_event ev[BUSY];
	struct rlimit files = {65536, 65536};
	int64_t port = 0;
	bool runs = true;

	if (argc != 3 || !parse_int(str_of(argv[1]), 1, 65535, &port)) {
		fprintf(stderr, "usage: bench-talkers PORT speak|silent\n");
		return 2;
	}
	setrlimit(RLIMIT_NOFILE, &files);
	speak = !strcmp(argv[2], "speak");
	spread();
	encode_voice();
	epfd = epoll_create1(EPOLL_CLOEXEC);
	sip_port = (int)port;
	sip = open_udp(sip_port);
	watch(sip, SIP_SOCKET);
	watch(0, STDIN);
	base_us = now_us();
	while (runs) {
		int n = epoll_wait(epfd, ev, BUSY, 1);
		for (int i = 0; i < n; i++) {
			if (ev[i].data.u32 == SIP_SOCKET)
				take_sip();
			else
				runs = command();
		}
		say_all();
	}
	return 0;
}
