/* SPDX-License-Identifier: GPL-3.0-or-later */
/* node_id.c - who this installation is among the nodes of a house. */
#include "server/config.h"

#include "base/rand.h"

#include <fcntl.h>
#include <unistd.h>

enum { UID = 36 };

int node_id(const struct config *c, struct arena *a, const char **ret_name, const char **ret_uid, struct fault *f)
{
	const char *path = config_path(c, a, "node");
	char uid[UID + 1] = "", host[65] = "";
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), err = fd < 0 ? errno : 0;
	ssize_t n = err ? 0 : read(fd, uid, UID);

	if (!err && n != UID) {
		rand_uuid(uid);
		err = pwrite(fd, uid, UID, 0) == UID && !fsync(fd) ? 0 : errno ? errno : EIO;
	}
	if (fd >= 0)
		close(fd);
	if (err)
		return fail(f, err, "--data", "path", "%s cannot be kept: %s", path, strerror(err));
	if (gethostname(host, sizeof(host) - 1))
		snprintf(host, sizeof(host), "node");
	*ret_uid = str_z(a, str_of(uid));
	*ret_name = c->name ? c->name : str_z(a, str_of(host));
	return 0;
}
