/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data_lock.c - one server per folder. */
#include "base/clock.h"
#include "server/backup.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

int data_lock(const char *data_dir, int wait_ms, int *ret_fd, struct fault *f)
{
	int64_t until = clock_mono_ms() + wait_ms;
	char path[4096];
	int fd;

	if (snprintf(path, sizeof(path), "%s/zvonar.lock", data_dir) >= (int)sizeof(path))
		return fail(f, ENAMETOOLONG, "--data", "path", "the path of the data folder is too long");
	fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(f, errno, "--data", "path", "cannot open %s: %s", path, strerror(errno));
	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK || clock_mono_ms() >= until) {
			close(fd);
			return fail(f, EBUSY, "--data", "running", "another server works on %s: stop it first", data_dir);
		}
		usleep(20000);
	}
	*ret_fd = fd;
	return 0;
}
