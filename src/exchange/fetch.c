/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fetch.c - recordings on their way to an app node that has not our disk: a piece at a time, read by a short thread, since nothing on the loop
 * waits for a disk. What an app node has kept is removed when it says so, and not before. */
#include "base/log.h"
#include "engine/crypto/crypto.h"
#include "engine/tel/loop.h"
#include "exchange/house.h"
#include "exchange/link.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 96 * 1024, PATH = 640 };

struct piece {
	char path[PATH];
	int64_t request, at, size;
	ssize_t n;
	int err;
	uint8_t bytes[PIECE];
};

static const char *folder;

void fetch_init(const char *record_dir)
{
	folder = record_dir;
}

/* Below our folder, whoever asks: the recorder makes no other names. */
static bool path_of(str name, char ret[PATH])
{
	for (size_t i = 0; i < name.n; i++)
		if (!((name.p[i] >= '0' && name.p[i] <= '9') || (name.p[i] >= 'a' && name.p[i] <= 'z') ||
		            (name.p[i] >= 'A' && name.p[i] <= 'Z') || (i && memchr("-_/.", name.p[i], 4))) ||
		        (i && name.p[i] == '.' && name.p[i - 1] == '.'))
			return false;
	return name.n && snprintf(ret, PATH, "%s/%.*s", folder, STR_ARG(name)) < PATH;
}

/* On the loop. */
static void piece_read(void *arg)
{
	struct piece *p = arg;
	struct arena a = {0};
	struct message m = {.kind = EV_PIECE, .request = p->request, .bytes = p->size};

	if (p->err)
		m.error = str_of(p->err == ENOENT ? "gone" : strerror(p->err));
	else
		m.data = base64url(&a, p->bytes, (size_t)p->n);
	link_tell(&m);
	arena_free(&a);
	free(p);
}

static void *read_piece(void *arg)
{
	struct piece *p = arg;
	struct stat st;
	int fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 || fstat(fd, &st) || (p->n = pread(fd, p->bytes, PIECE, p->at)) < 0)
		p->err = errno ? errno : EIO;
	else
		p->size = st.st_size;
	if (fd >= 0)
		close(fd);
	if (tel_loop_post(piece_read, p))
		free(p); /* who asked asks again */
	return NULL;
}

void fetch_piece(const struct message *m)
{
	struct piece *p = calloc(1, sizeof(*p));
	pthread_t thread;

	if (!p)
		return;
	p->request = m->request;
	p->at = m->since;
	if (!path_of(m->path, p->path)) {
		p->err = ENOENT;
		piece_read(p);
	} else if (pthread_create(&thread, NULL, read_piece, p)) {
		p->err = EAGAIN;
		piece_read(p);
	} else {
		pthread_detach(thread);
	}
}

static void *remove_file(void *arg)
{
	if (unlink(arg) && errno != ENOENT)
		log_warn("fetch", "a recording that is kept elsewhere stays here: %s", strerror(errno));
	free(arg);
	return NULL;
}

void fetch_kept(const struct message *m)
{
	char path[PATH], *own;
	pthread_t thread;

	if (!path_of(m->path, path) || !(own = strdup(path)))
		return;
	if (pthread_create(&thread, NULL, remove_file, own))
		free(own);
	else
		pthread_detach(thread);
}
