/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sign_ask.c - one question to the signer, and its answer. */
#include "base/parse.h"
#include "engine/ledger/signer.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_S = 5, ANSWER_MAX = 4096 };

static int reach(const char *path, struct fault *f)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	struct timeval patience = {.tv_sec = PATIENCE_S};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) < sizeof sun.sun_path)
		memcpy(sun.sun_path, path, strlen(path));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (fd >= 0 && !connect(fd, (struct sockaddr *)&sun, sizeof sun))
		return fd;
	if (fd >= 0)
		close(fd);
	(void)fail(f, ECONNREFUSED, NULL, "no_signer", "the process that signs heads does not answer");
	return -1;
}

static bool put(int fd, const void *p, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t wrote = send(fd, (const char *)p + at, n - at, MSG_NOSIGNAL);
		if (wrote <= 0)
			return false;
		at += (size_t)wrote;
	}
	return true;
}

/* The answer's word, and its text in the arena. */
static int take(int fd, struct arena *a, str *ret_word, str *ret_text, struct fault *f)
{
	char *bytes = arena_alloc(a, ANSWER_MAX);
	size_t at = 0;
	uint64_t length;
	ssize_t n;
	str rest, line;

	while (at < ANSWER_MAX && (n = recv(fd, bytes + at, ANSWER_MAX - at, 0)) > 0)
		at += (size_t)n;
	rest = (str){bytes, at};
	if (!str_cut(&rest, '\n', &line) || !str_cut(&line, ' ', ret_word) || !line.p)
		return fail(f, ECONNREFUSED, NULL, "no_signer", "the process that signs heads went away");
	if (str_eq(*ret_word, STR("refused")))
		return fail(f, EPERM, NULL, str_z(a, line), "the signer refuses this head: %.*s", STR_ARG(line));
	if (!parse_u64_bounded(line, 0, ANSWER_MAX, &length) || length != rest.n)
		return fail(f, ECONNREFUSED, NULL, "no_signer", "half an answer of the process that signs heads");
	*ret_text = length ? rest : (str){0};
	return 0;
}

int sign_ask(
        const char *socket, const struct sign_ask *q, struct arena *a, enum sign_answer *ret, str *ret_note, struct fault *f)
{
	str root = base64url(a, q->root.h, sizeof q->root.h), word, line;
	int fd = reach(socket, f), err = 0;

	if (fd < 0)
		return ECONNREFUSED;
	line = str_printf(a, "sign %.*s %llu %zu %.*s %zu\n", STR_ARG(q->origin), (unsigned long long)q->from, q->n,
	        STR_ARG(root), q->note.n);
	if (!put(fd, line.p, line.n) || !put(fd, q->note.p, q->note.n) || !put(fd, q->hashes, q->n * sizeof *q->hashes) ||
	        shutdown(fd, SHUT_WR))
		err = fail(f, ECONNREFUSED, NULL, "no_signer", "the process that signs heads went away");
	if (!err)
		err = take(fd, a, &word, ret_note, f);
	close(fd);
	if (!err)
		*ret = str_eq(word, STR("signed")) ? SIGN_SIGNED : SIGN_KNOWN;
	return err;
}

int sign_ask_key(const char *socket, struct arena *a, str *ret_key, struct fault *f)
{
	int fd = reach(socket, f), err = 0;
	str word;

	if (fd < 0)
		return ECONNREFUSED;
	if (!put(fd, "key\n", 4) || shutdown(fd, SHUT_WR))
		err = fail(f, ECONNREFUSED, NULL, "no_signer", "the process that signs heads went away");
	if (!err)
		err = take(fd, a, &word, ret_key, f);
	close(fd);
	return err;
}
