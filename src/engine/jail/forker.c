/* SPDX-License-Identifier: GPL-3.0-or-later */
/* forker.c - the forker is a fork of the program as it was before it had threads, and forks from itself what jail_start asks for: each child begins
 * with no lock held. It is the same image, so a function has the same address in it; the child is made a child of the program
 * (CLONE_PARENT), which waits for it and kills it as any other. */
#include "engine/jail/jail_priv.h"

#include <errno.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Before the copy of the argument; the descriptors travel beside it, out first. */
struct order {
	int (*body)(const void *arg, size_t n);
	struct jail jail;
};
union descriptors {
	char bytes[CMSG_SPACE(2 * sizeof(int))];
	struct cmsghdr align;
};

static int forker = -1; /* our end of the socket */
static pthread_mutex_t asking = PTHREAD_MUTEX_INITIALIZER;

_Noreturn static void become(const struct order *o, const void *arg, size_t n)
{
	_exit(jail_hold(&o->jail) ? o->body(arg, n) : 1);
}

/* The forker -------------------------------------------------------------------------------------------------------------- */

/* False when the program is gone. */
static bool take_order(int from, struct order *o, char *arg, size_t *ret_n)
{
	union descriptors d = {.bytes = {0}};
	struct iovec parts[] = {{o, sizeof(*o)}, {arg, JAIL_ARG_MAX}};
	struct msghdr m = {.msg_iov = parts, .msg_iovlen = 2, .msg_control = d.bytes, .msg_controllen = sizeof(d.bytes)};
	struct cmsghdr *c;
	ssize_t got;

	do
		got = recvmsg(from, &m, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	c = CMSG_FIRSTHDR(&m);
	if (got < (ssize_t)sizeof(*o) || !c)
		return false;
	memcpy(&o->jail.out, CMSG_DATA(c), sizeof(int));
	if (o->jail.in >= 0)
		memcpy(&o->jail.in, CMSG_DATA(c) + sizeof(int), sizeof(int));
	*ret_n = (size_t)got - sizeof(*o);
	return true;
}

_Noreturn static void serve(int from)
{
	static char arg[JAIL_ARG_MAX];
	struct order o;
	size_t n;

	prctl(PR_SET_NAME, "zvonar-jail");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN); /* a Ctrl-C is for the program, which may still need a child while it ends */
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	if (dup2(from, 3) < 0 || close_range(4, ~0u, 0) != 0)
		_exit(1);
	while (take_order(3, &o, arg, &n)) {
		long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);

		if (pid == 0)
			become(&o, arg, n);
		pid = pid < 0 ? -errno : pid;
		close(o.jail.out);
		if (o.jail.in >= 0)
			close(o.jail.in);
		if (send(3, &pid, sizeof(pid), MSG_NOSIGNAL) != sizeof(pid))
			break;
	}
	_exit(0);
}

/* The program ------------------------------------------------------------------------------------------------------------- */

void jail_open(void)
{
#ifndef JAIL_THREADED /* that sanitizer has a thread of its own in every process, and minds its locks when it forks */
	int ends[2];
	pid_t pid;

	if (forker >= 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return;
	pid = fork();
	if (pid == 0)
		serve(ends[1]);
	close(ends[1]);
	if (pid > 0)
		forker = ends[0];
	else
		close(ends[0]);
#endif
}

/* False: the forker is not there. */
static bool give_order(const struct order *o, const void *arg, size_t n, long *ret_pid)
{
	int fds[] = {o->jail.out, o->jail.in};
	size_t bytes = (o->jail.in >= 0 ? 2 : 1) * sizeof(int);
	union descriptors d = {.bytes = {0}};
	struct iovec parts[] = {{(void *)(uintptr_t)o, sizeof(*o)}, {(void *)(uintptr_t)arg, n}};
	struct msghdr m = {.msg_iov = parts, .msg_iovlen = 2, .msg_control = d.bytes, .msg_controllen = CMSG_SPACE(bytes)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	ssize_t got;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(bytes);
	memcpy(CMSG_DATA(c), fds, bytes);
	if (sendmsg(forker, &m, MSG_NOSIGNAL) < 0)
		return false;
	do
		got = recv(forker, ret_pid, sizeof(*ret_pid), 0);
	while (got < 0 && errno == EINTR);
	return got == sizeof(*ret_pid);
}

pid_t jail_start(const struct jail *j, int (*body)(const void *arg, size_t n), const void *arg, size_t n)
{
	const struct order o = {body, *j};
	long pid = 0;
	bool asked;

	if (n > JAIL_ARG_MAX) {
		errno = E2BIG;
		return 0;
	}
	pthread_mutex_lock(&asking);
	asked = forker >= 0 && give_order(&o, arg, n, &pid);
	pthread_mutex_unlock(&asking);
	if (!asked) {
		pid = fork();
		if (pid == 0)
			become(&o, arg, n);
		pid = pid < 0 ? -errno : pid;
	}
	if (pid < 0)
		errno = (int)-pid;
	return pid > 0 ? (pid_t)pid : 0;
}
