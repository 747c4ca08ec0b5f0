/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children of a program with threads: no lock is held in them, they are ours to wait for, and see what they were given and nothing else. */
#include "engine/jail/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { THREADS = 4, EACH = 50, MEMORY = 64 << 20, SECONDS = 10, OTHER_END = 77 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int ended(pid_t pid)
{
	int status = 0;

	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int free_lock(const void *arg, size_t n)
{
	(void)arg;
	return n == 0 && pthread_mutex_trylock(&lock) == 0 ? 0 : 1;
}

static void test_no_lock_is_held(void **state)
{
	const struct jail j = {-1, 2, MEMORY, SECONDS};

	(void)state;
#ifdef __SANITIZE_THREAD__
	skip();
#endif
	pthread_mutex_lock(&lock);
	assert_int_equal(ended(jail_start(&j, free_lock, NULL, 0)), 0);
	pthread_mutex_unlock(&lock);
}

/* What it reads, and what it was told, go out; a descriptor that stood open is not there. */
static int echo(const void *arg, size_t n)
{
	char read_of[8];
	ssize_t got = read(0, read_of, sizeof(read_of));

	if (fcntl(3, F_GETFD) >= 0 || got < 0)
		return 1;
	return write(1, read_of, (size_t)got) == got && write(1, arg, n) == (ssize_t)n ? OTHER_END : 1;
}

static void one_echo(int number)
{
	int in[2], out[2];
	char said[16], got[32] = "";
	pid_t pid;

	snprintf(said, sizeof(said), "№ %d", number);
	assert_int_equal(pipe2(in, O_CLOEXEC) | pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(write(in[1], "file", 4), 4);
	pid = jail_start(&(struct jail){in[0], out[1], MEMORY, SECONDS}, echo, said, strlen(said));
	close(out[1]);
	assert_int_equal(WEXITSTATUS(ended(pid)), OTHER_END);
	assert_int_equal(read(out[0], got, sizeof(got)), 4 + strlen(said));
	assert_memory_equal(got, "file", 4);
	assert_string_equal(got + 4, said);
	close(in[0]);
	close(in[1]);
	close(out[0]);
}

static void *echoes(void *arg)
{
	for (int i = 0; i < EACH; i++)
		one_echo(*(int *)arg + i);
	return NULL;
}

/* Many threads at once: each has the child it asked for. */
static void test_each_has_his_own(void **state)
{
	pthread_t t[THREADS];
	int from[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++) {
		from[i] = i * 1000;
		assert_int_equal(pthread_create(&t[i], NULL, echoes, &from[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
}

static int wait_for_ever(const void *arg, size_t n)
{
	(void)arg;
	(void)n;
	while (pause())
		;
	return 0;
}

static int spin(const void *arg, size_t n)
{
	(void)arg;
	(void)n;
	for (volatile unsigned i = 1; i; i |= 1)
		;
	return 0;
}

static void test_ends(void **state)
{
	static const char large[JAIL_ARG_MAX + 1];
	const struct jail j = {-1, 2, MEMORY, 1};
	pid_t pid;

	(void)state;
	pid = jail_start(&j, wait_for_ever, NULL, 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(WTERMSIG(ended(pid)), SIGKILL);
	assert_int_equal(WTERMSIG(ended(jail_start(&j, spin, NULL, 0))), SIGKILL); /* more than its second */
	assert_int_equal(jail_start(&j, spin, large, sizeof(large)), 0);
	assert_int_equal(errno, E2BIG);
}

/* The forker was killed (the kernel wanted memory): children are made all the same. */
static void test_without_a_forker(void **state)
{
	pid_t forker = *(pid_t *)*state;

	if (forker) {
		assert_int_equal(kill(forker, SIGKILL), 0);
		assert_int_equal(WTERMSIG(ended(forker)), SIGKILL);
	}
	one_echo(1);
	one_echo(2);
}

/* The only child there is. */
static pid_t forker_of_ours(void)
{
	char path[64], z[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, z, sizeof(z) - 1) < 0)
		z[0] = 0;
	close(fd);
	return (pid_t)strtol(z, NULL, 10);
}

int main(void)
{
	static pid_t forker;
	struct CMUnitTest tests[] = {cmocka_unit_test(test_no_lock_is_held), cmocka_unit_test(test_each_has_his_own),
	        cmocka_unit_test(test_ends), cmocka_unit_test_prestate(test_without_a_forker, &forker)};

	jail_open();
	forker = forker_of_ours();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
