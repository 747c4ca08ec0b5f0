/* SPDX-License-Identifier: GPL-3.0-or-later */
/* relay.c - the floor under media: as many packets as so many calls have, each read from its socket every 5 ms and sent on from the other one's,
 * and nothing else: no header is looked at. What the kernel takes for that is the least any relay of one socket per leg can take.
 * usage: bench-relay CALLS SECONDS ENDS_CORE     prints one line of JSON; the ends are a process of their own on that core */
#include "base/clock.h"
#include "base/parse.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LEGS_MAX = 8192, PACKET = 172, BUSY = 256, BEAT_US = 5000, ROUND_US = 20000, STEP_US = 500, SETTLE_US = 500000 };

struct leg {
	int here, far;
};

static struct leg legs[LEGS_MAX];

static int open_udp(struct sockaddr_in *own)
{
	socklen_t n = sizeof(*own);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	*own = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (fd < 0 || bind(fd, (struct sockaddr *)own, n) || getsockname(fd, (struct sockaddr *)own, &n)) {
		perror("bench-relay: socket");
		exit(1);
	}
	return fd;
}

static void open_leg(struct leg *l)
{
	struct sockaddr_in here, far;

	l->here = open_udp(&here);
	l->far = open_udp(&far);
	if (connect(l->here, (struct sockaddr *)&far, sizeof(far)) ||
	        connect(l->far, (struct sockaddr *)&here, sizeof(here)))
		perror("bench-relay: connect");
}

static void nap(int64_t us)
{
	struct timespec ts = {.tv_nsec = us * 1000};

	nanosleep(&ts, NULL);
}

/* Each end once in 20 ms, all of them spread over it, until killed. */
static void speak(int64_t n)
{
	uint8_t p[PACKET] = {0x80, 8}, heard[2048];
	int64_t from = clock_mono_us(), done = 0;

	for (;; nap(STEP_US))
		for (int64_t due = (clock_mono_us() - from) * n / ROUND_US; done < due; done++) {
			int fd = legs[done % n].far;
			while (recv(fd, heard, sizeof(heard), 0) > 0) {
			}
			send(fd, p, sizeof(p), 0);
		}
}

static int64_t pass_on(int epfd)
{
	struct epoll_event ev[BUSY];
	uint8_t p[2048];
	int64_t passed = 0;
	int n = BUSY;

	while (n > 0) {
		n = epoll_wait(epfd, ev, BUSY, 0);
		for (int i = 0; i < n; i++) {
			ssize_t got = recv(legs[ev[i].data.u32].here, p, sizeof(p), 0);
			if (got > 0 && send(legs[ev[i].data.u32 ^ 1].here, p, (size_t)got, 0) > 0)
				passed++;
		}
	}
	return passed;
}

static int64_t cpu_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int64_t run(int epfd, int64_t us)
{
	int64_t passed = 0, from = clock_mono_us();

	while (clock_mono_us() - from < us) {
		passed += pass_on(epfd);
		nap(BEAT_US - clock_mono_us() % BEAT_US);
	}
	return passed;
}

static pid_t start_ends(int64_t n, int64_t core)
{
	cpu_set_t set;
	pid_t pid = fork();

	if (pid)
		return pid;
	CPU_ZERO(&set);
	CPU_SET((size_t)core, &set);
	sched_setaffinity(0, sizeof(set), &set);
	speak(n);
	return 0;
}

int main(int argc, char **argv)
{
	struct rlimit files = {4 * LEGS_MAX, 4 * LEGS_MAX};
	int64_t calls, seconds, core, cpu, passed;
	int epfd = epoll_create1(EPOLL_CLOEXEC);
	pid_t ends;

	if (argc != 4 || !parse_int(str_of(argv[1]), 1, LEGS_MAX / 2, &calls) ||
	        !parse_int(str_of(argv[2]), 1, 3600, &seconds) || !parse_int(str_of(argv[3]), 0, 1023, &core)) {
		fprintf(stderr, "usage: bench-relay CALLS SECONDS ENDS_CORE\n");
		return 2;
	}
	setrlimit(RLIMIT_NOFILE, &files);
	for (uint32_t i = 0; i < 2 * calls; i++) {
		struct epoll_event ev = {.events = EPOLLIN, .data.u32 = i};
		open_leg(legs + i);
		epoll_ctl(epfd, EPOLL_CTL_ADD, legs[i].here, &ev);
	}
	ends = start_ends(2 * calls, core);
	run(epfd, SETTLE_US);
	cpu = cpu_us();
	passed = run(epfd, seconds * 1000000);
	printf("{\"passed\":%lld,\"share\":%.4f}\n", (long long)passed, (double)(cpu_us() - cpu) / 1e4 / (double)seconds);
	kill(ends, SIGKILL);
	return 0;
}
