/* SPDX-License-Identifier: GPL-3.0-or-later */
/* power_cut.c - preloaded into the server by tests/faults/power.test.mjs: writes down what the process asks the disk to do with the
 * files whose path begins with POWER_WATCH, in its order, into the file POWER_LOG. From that the test makes what a disk may hold
 * after a power cut at any moment. A memory map (SQLite's -shm) is not written down: it is
 * worth nothing after a cut. With POWER_DEAF no sync is written down, as if the program had asked for none. While there is a file POWER_FULL,
 * the disk is full for them.
 *
 * A record is the struct below, the path, the data; its moment is that of its end, on the monotonic clock. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* Read by tests/lib/power.mjs. A sync is two records of one number: what was written before the first is on the disk at the second. */
enum kind { WRITE, TRUNCATE, UNLINK, SYNC_ASKED, SYNC_DONE };
struct record {
	uint32_t kind, path_bytes, data_bytes, pad;
	uint64_t at; /* offset, new size, or the sync's number */
	uint64_t ns;
};

/* Held over a change and its record, so that both have one order. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *watched;
static size_t watched_bytes;
static int log_fd = -1;
static uint64_t syncs;

static void set_up(void)
{
	const char *path = getenv("POWER_LOG");

	watched = getenv("POWER_WATCH");
	if (path && watched)
		log_fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	watched_bytes = watched ? strlen(watched) : 0;
}

static int is_watched(const char *path)
{
	pthread_once(&once, set_up);
	return log_fd >= 0 && strncmp(path, watched, watched_bytes) == 0;
}

/* The path behind a descriptor, when it is one of ours; path has 512 bytes. */
static int watched_path(int fd, char *path)
{
	char link[32];
	ssize_t n;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, 511);
	path[n < 0 ? 0 : n] = '\0';
	return is_watched(path);
}

static void note(enum kind kind, const char *path, uint64_t at, const void *data, size_t n)
{
	struct timespec now;
	struct record r = {.kind = kind, .path_bytes = (uint32_t)strlen(path), .data_bytes = (uint32_t)n, .at = at};
	struct iovec parts[] = {{&r, sizeof r}, {(void *)(uintptr_t)path, r.path_bytes}, {(void *)(uintptr_t)data, n}};

	clock_gettime(CLOCK_MONOTONIC, &now);
	r.ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	if (writev(log_fd, parts, 3) != (ssize_t)(sizeof r + r.path_bytes + n))
		abort();
}

static int is_full(void)
{
	const char *path = getenv("POWER_FULL");

	return path && access(path, F_OK) == 0;
}

EXPORT ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at)
{
	ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
	char path[512];
	ssize_t done;

	if (!watched_path(fd, path))
		return real(fd, data, n, at);
	if (is_full()) {
		errno = ENOSPC;
		return -1;
	}
	pthread_mutex_lock(&lock);
	done = real(fd, data, n, at);
	if (done > 0)
		note(WRITE, path, (uint64_t)at, data, (size_t)done);
	pthread_mutex_unlock(&lock);
	return done;
}

EXPORT int ftruncate64(int fd, off64_t size)
{
	int (*real)(int, off64_t) = dlsym(RTLD_NEXT, "ftruncate64");
	char path[512];
	int err;

	if (!watched_path(fd, path))
		return real(fd, size);
	pthread_mutex_lock(&lock);
	err = real(fd, size);
	if (!err)
		note(TRUNCATE, path, (uint64_t)size, NULL, 0);
	pthread_mutex_unlock(&lock);
	return err;
}

EXPORT int unlink(const char *path)
{
	int (*real)(const char *) = dlsym(RTLD_NEXT, "unlink");
	int err;

	if (!is_watched(path))
		return real(path);
	pthread_mutex_lock(&lock);
	err = real(path);
	if (!err)
		note(UNLINK, path, 0, NULL, 0);
	pthread_mutex_unlock(&lock);
	return err;
}

static int sync_by(const char *name, int fd)
{
	int (*real)(int) = dlsym(RTLD_NEXT, name);
	char path[512];
	uint64_t number;
	int err;

	if (!watched_path(fd, path) || getenv("POWER_DEAF"))
		return real(fd);
	pthread_mutex_lock(&lock);
	number = ++syncs;
	note(SYNC_ASKED, path, number, NULL, 0);
	pthread_mutex_unlock(&lock);
	err = real(fd);
	pthread_mutex_lock(&lock);
	if (!err)
		note(SYNC_DONE, path, number, NULL, 0);
	pthread_mutex_unlock(&lock);
	return err;
}

EXPORT int fsync(int fd)
{
	return sync_by("fsync", fd);
}

EXPORT int fdatasync(int fd)
{
	return sync_by("fdatasync", fd);
}
