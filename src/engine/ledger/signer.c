/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signer.c - what may be signed, and remembering it before the signature leaves. */
#include "engine/ledger/signer.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/text.h"
#include "engine/jail/jail.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 512, PATIENCE_S = 5 };

struct signer {
	uint8_t key[32], public[SIGN_PUBLIC];
	int dir;
};
/* Where a log stands: the edge, and the last head (absent: none). */
struct stand {
	struct tree_edge edge;
	str note;
};

struct signer *signer_new(const uint8_t key[32], int dir_fd)
{
	struct signer *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	memcpy(s->key, key, sizeof s->key);
	sign_public(key, s->public);
	s->dir = dir_fd;
	return s;
}

void signer_free(struct signer *s)
{
	if (s)
		forget(s, sizeof *s);
	free(s);
}

/* The file of a log: its edge in a line, then the note. False: it is there and cannot be read, so nothing of this log is signed. */
static bool stand_read(const struct signer *s, const char *name, struct arena *a, struct stand *ret)
{
	char *bytes = arena_alloc(a, 8192);
	int fd = openat(s->dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, bytes, 8192) : 0;
	str all = {bytes, n > 0 ? (size_t)n : 0}, edge;
	bool missing = fd < 0 && errno == ENOENT;

	if (fd >= 0)
		close(fd);
	*ret = (struct stand){0};
	if (missing)
		return true;
	if (!str_cut(&all, '\n', &edge) || !tree_edge_read(edge, a, &ret->edge) || !all.n)
		return false;
	ret->note = all;
	return true;
}

static bool stand_write(const struct signer *s, const char *name, const struct stand *now, struct arena *a)
{
	const char *beside = str_printf(a, "%s.new", name).p;
	str edge = tree_edge_text(&now->edge, a), all = str_printf(a, "%.*s\n%.*s", STR_ARG(edge), STR_ARG(now->note));
	int fd = openat(s->dir, beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool good = fd >= 0 && write(fd, all.p, all.n) == (ssize_t)all.n && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return good && renameat(s->dir, beside, s->dir, name) == 0 && fsync(s->dir) == 0;
}

static str answer(struct arena *a, const char *word, str text)
{
	return str_printf(a, "%s %zu\n%.*s", word, text.n, STR_ARG(text));
}

static str refuse(struct arena *a, const char *why)
{
	log_warn("sign", "refused: %s", why);
	return str_printf(a, "refused %s\n", why);
}

struct asked {
	str origin, note;
	char name[33]; /* the log, as its file is called */
	uint64_t from, n;
	struct hash root;
	const struct hash *hashes;
};

static bool read_asked(str line, str rest, struct arena *a, struct asked *ret)
{
	uint64_t length;
	uint8_t log[16];
	int64_t project;
	str from, n, root;

	if (!str_cut(&line, ' ', &ret->origin) || !str_cut(&line, ' ', &from) || !str_cut(&line, ' ', &n) ||
	        !str_cut(&line, ' ', &root) || !line.p || !head_origin_read(ret->origin, &project, log) ||
	        !parse_u64_bounded(from, 0, (uint64_t)1 << 40, &ret->from) ||
	        !parse_u64_bounded(n, 1, SIGNER_HASHES, &ret->n) || !parse_u64_bounded(line, 0, SIGNER_NOTE, &length) ||
	        rest.n != length + ret->n * sizeof(struct hash))
		return false;
	root = base64url_decode(a, root);
	if (!root.p || root.n != sizeof ret->root)
		return false;
	memcpy(ret->root.h, root.p, root.n);
	print_hex(log, sizeof log, ret->name);
	ret->note = length ? str_sub(rest, 0, length) : (str){0};
	ret->hashes = (const struct hash *)(const void *)(rest.p + length);
	return true;
}

/* The last head the asker has: ours, and not older than where we stand. */
static const char *read_last(
        const struct signer *s, const struct asked *q, const struct stand *was, struct arena *a, struct head *ret)
{
	struct hash note;
	str rest = q->note;
	bool is_signed;

	*ret = (struct head){0};
	if (!q->note.p)
		return was->note.p ? "note" : NULL;
	if (!head_next(&rest, s->public, a, ret, &is_signed, &note) || !is_signed || rest.n ||
	        !str_eq(ret->origin, q->origin))
		return "note";
	if (ret->size == was->edge.size && !str_eq(q->note, was->note))
		return "note";
	return ret->size < was->edge.size || ret->size > q->from + q->n ? "note" : NULL;
}

/* Our edge with what is new; on the way the asker's last head must come out of it. */
static const char *follow(struct tree_edge *edge, const struct asked *q, const struct head *last)
{
	for (uint64_t i = 0; i < q->n; i++) {
		tree_edge_add(edge, q->hashes[i]);
		if (edge->size == last->size && !hash_eq(tree_edge_root(edge), last->root))
			return "rewritten";
	}
	return hash_eq(tree_edge_root(edge), q->root) ? NULL : "root";
}

static str sign(struct signer *s, str line, str rest, int64_t now, struct arena *a)
{
	struct head last, next;
	struct stand stand;
	struct asked q;
	const char *why;

	if (!read_asked(line, rest, a, &q))
		return refuse(a, "request");
	if (!stand_read(s, q.name, a, &stand))
		return refuse(a, "state");
	why = q.from == stand.edge.size ? read_last(s, &q, &stand, a, &last) : "from";
	if (why)
		return answer(a, "known", stand.note);
	why = follow(&stand.edge, &q, &last);
	if (why)
		return refuse(a, why);
	next = (struct head){.origin = q.origin, .date = head_date(now, a), .size = stand.edge.size, .root = q.root};
	if (q.note.p)
		sha256(q.note, next.prev.h);
	stand.note = head_sign(&next, s->key, a);
	return stand_write(s, q.name, &stand, a) ? answer(a, "signed", stand.note) : refuse(a, "disk");
}

str signer_answer(struct signer *s, str line, str rest, int64_t now, struct arena *a)
{
	if (str_eq(line, STR("key")))
		return answer(a, "key", key_text(s->public, a));
	if (str_starts(line, STR("sign ")))
		return sign(s, str_sub(line, 5, line.n), rest, now, a);
	return refuse(a, "request");
}

/* The process ------------------------------------------------------------------------------------------------------------ */

/* All the asker sends until he ends his side, but no more than a request can have. */
static str read_request(int fd, struct arena *a)
{
	size_t most = LINE_MAX_BYTES + SIGNER_NOTE + SIGNER_HASHES * sizeof(struct hash);
	struct text t = {.a = a};
	char piece[16384];
	ssize_t n;

	while (t.n <= most && (n = read(fd, piece, sizeof piece)) > 0)
		text_add(&t, (str){piece, (size_t)n});
	return t.n <= most ? text_str(&t) : STR("");
}

static void serve(struct signer *s, int fd, struct arena *a)
{
	struct timeval patience = {.tv_sec = PATIENCE_S};
	str rest, line, out;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	rest = read_request(fd, a);
	if (!str_cut(&rest, '\n', &line))
		line = STR("");
	out = signer_answer(s, line, rest.p ? rest : STR(""), clock_ms(), a);
	for (size_t at = 0; at < out.n;) {
		ssize_t n = send(fd, out.p + at, out.n - at, MSG_NOSIGNAL);
		if (n <= 0)
			break;
		at += (size_t)n;
	}
	close(fd);
}

static int listen_at(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof sun.sun_path)
		return -1;
	memcpy(sun.sun_path, path, strlen(path));
	unlink(path);
	if (fd >= 0 && !bind(fd, (struct sockaddr *)&sun, sizeof sun) && !listen(fd, 8)) /* umask makes it 0600 */
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int signer_main(const struct signer_settings *set)
{
	struct fault f = {0};
	struct arena a = {0};
	uint8_t key[32];
	struct signer *s;
	int fd, dir, err = key_load(set->key, key, &f);

	log_process_set("sign");
	if (mkdir(set->dir, 0700) && errno != EEXIST)
		err = fail(&f, errno, NULL, "folder", "cannot make %s: %s", set->dir, strerror(errno));
	dir = open(set->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = err ? -1 : listen_at(set->socket);
	if (err || dir < 0 || fd < 0) {
		log_error("sign", "cannot start: %s", f.what[0] ? f.what : set->socket);
		return 1;
	}
	s = signer_new(key, dir);
	forget(key, sizeof key);
	jail_offline();
	for (;;) {
		int one = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		if (one >= 0)
			serve(s, one, &a);
		else if (errno != EINTR)
			usleep(10000);
		arena_reset(&a);
	}
}
