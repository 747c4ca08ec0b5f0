/* SPDX-License-Identifier: GPL-3.0-or-later */
/* static.c - the front end's files in memory, found by path in a sorted table. */
#include "engine/http/static.h"

#include "base/log.h"
#include "engine/http/http_priv.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 8, FILES_MAX = 4096, FILE_BYTES_MAX = 64 * 1024 * 1024, HASH_CHARS_MIN = 8 };

struct file {
	str path, bytes, br, gz; /* path with its slash; br and gz absent when there is no such neighbour */
	const char *type;
	char etag[20];
	bool hashed; /* its name changes with its content */
};

struct http_static {
	struct arena a;
	struct file *files; /* by path */
	size_t n;
	const struct file *index;
};

static const char *type_of(str path)
{
	static const struct {
		str end;
		const char *type;
	} types[] = {{STR(".html"), "text/html; charset=utf-8"}, {STR(".js"), "text/javascript; charset=utf-8"},
	        {STR(".mjs"), "text/javascript; charset=utf-8"}, {STR(".css"), "text/css; charset=utf-8"},
	        {STR(".svg"), "image/svg+xml"}, {STR(".png"), "image/png"}, {STR(".ico"), "image/x-icon"},
	        {STR(".webp"), "image/webp"}, {STR(".woff2"), "font/woff2"}, {STR(".json"), "application/json"},
	        {STR(".webmanifest"), "application/manifest+json"}, {STR(".txt"), "text/plain; charset=utf-8"},
	        {STR(".wav"), "audio/wav"}, {STR(".ogg"), "audio/ogg"}, {STR(".wasm"), "application/wasm"}};

	for (size_t i = 0; i < COUNT(types); i++)
		if (str_ends(path, types[i].end))
			return types[i].type;
	return "application/octet-stream";
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* Vite writes assets/NAME-HASH.EXT. */
static bool is_hashed(str path)
{
	size_t dot = path.n, at;

	while (dot > 0 && path.p[dot - 1] != '.')
		dot--;
	if (!str_starts(path, STR("/assets/")) || dot < HASH_CHARS_MIN + 2)
		return false;
	for (at = dot - 1; at > 0 && at > dot - 1 - HASH_CHARS_MIN; at--)
		if (!name_char(path.p[at - 1]))
			return false;
	return at > 0 && path.p[at - 1] == '-';
}

/* FNV-1a: tells versions apart, protects nothing. */
static void set_etag(struct file *file)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < file->bytes.n; i++)
		h = (h ^ (unsigned char)file->bytes.p[i]) * 1099511628211u;
	snprintf(file->etag, sizeof(file->etag), "\"%016llx\"", (unsigned long long)h);
}

static int read_file(struct http_static *s, int dir, const char *name, str *ret, struct fault *f)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), err = 0;
	struct stat st;
	size_t n = 0;
	char *p = NULL;

	if (fd < 0 || fstat(fd, &st)) {
		err = errno;
	} else if (st.st_size > FILE_BYTES_MAX) {
		err = EFBIG;
	} else {
		p = arena_alloc(&s->a, (size_t)st.st_size + 1);
		for (ssize_t got = 1; !err && got > 0 && n<(size_t)st.st_size; n += got> 0 ? (size_t)got : 0) {
			got = read(fd, p + n, (size_t)st.st_size - n);
			err = got < 0 ? errno : 0;
		}
	}
	if (fd >= 0)
		close(fd);
	if (err)
		return fail(f, err, NULL, "web", "%s: %s", name, strerror(err));
	*ret = (str){p, n};
	return 0;
}

static int add_file(struct http_static *s, int dir, const char *name, str below, struct fault *f)
{
	struct file *file = &s->files[s->n];

	if (s->n == FILES_MAX)
		return fail(f, E2BIG, NULL, "web", "more than %d files", FILES_MAX);
	file->path = str_printf(&s->a, "%.*s/%s", STR_ARG(below), name);
	file->type = type_of(file->path);
	file->hashed = is_hashed(file->path);
	s->n++;
	return read_file(s, dir, name, &file->bytes, f);
}

static int read_dir(struct http_static *s, int fd, str below, int depth, struct fault *f);

static int read_entry(struct http_static *s, int dir, const char *name, str below, int depth, struct fault *f)
{
	struct stat st;
	int fd;

	if (name[0] == '.')
		return 0;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return fail(f, errno, NULL, "web", "%s: %s", name, strerror(errno));
	if (S_ISREG(st.st_mode))
		return add_file(s, dir, name, below, f);
	if (!S_ISDIR(st.st_mode) || depth == DEPTH_MAX)
		return 0;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return fail(f, errno, NULL, "web", "%s: %s", name, strerror(errno));
	return read_dir(s, fd, str_printf(&s->a, "%.*s/%s", STR_ARG(below), name), depth + 1, f);
}

/* Takes fd. */
static int read_dir(struct http_static *s, int fd, str below, int depth, struct fault *f)
{
	DIR *d = fdopendir(fd);
	int err = 0;

	if (!d) {
		close(fd);
		return fail(f, errno, NULL, "web", "%s", strerror(errno));
	}
	for (struct dirent *e; !err && (e = readdir(d));)
		err = read_entry(s, dirfd(d), e->d_name, below, depth, f);
	closedir(d);
	return err;
}

static int by_path(const void *a, const void *b)
{
	return str_cmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static struct file *find(const struct http_static *s, str path)
{
	struct file key = {.path = path};

	return bsearch(&key, s->files, s->n, sizeof(*s->files), by_path);
}

/* Each file learns of its compressed neighbours, which stay reachable under their own names: they hold nothing else. */
static void join_neighbours(struct http_static *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct file *file = &s->files[i], *br, *gz;
		br = find(s, str_printf(&s->a, "%.*s.br", STR_ARG(file->path)));
		gz = find(s, str_printf(&s->a, "%.*s.gz", STR_ARG(file->path)));
		file->br = br ? br->bytes : (str){0};
		file->gz = gz ? gz->bytes : (str){0};
		set_etag(file);
	}
	s->index = find(s, STR("/index.html"));
}

int http_static_load(const char *dir, struct http_static **ret, struct fault *f)
{
	struct arena a = {0};
	struct http_static *s = NEW(&a, struct http_static);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;

	s->a = a;
	s->files = NEW_N(&s->a, struct file, FILES_MAX);
	err = fd < 0 ? fail(f, errno, NULL, "web", "%s: %s", dir, strerror(errno)) : read_dir(s, fd, STR(""), 0, f);
	if (!err) {
		qsort(s->files, s->n, sizeof(*s->files), by_path);
		join_neighbours(s);
		if (!s->index)
			err = fail(f, EINVAL, NULL, "web", "%s holds no index.html: build the front end first", dir);
	}
	if (err)
		http_static_free(s);
	else
		*ret = s;
	return err;
}

void http_static_free(struct http_static *s)
{
	struct arena a;

	if (!s)
		return;
	a = s->a;
	arena_free(&a); /* s lies in it */
}

static void serve_index(const struct http_static *s, struct http_request *q, const char *nonce)
{
	str page = s->index->bytes, mark = STR("%NONCE%");
	size_t from = 0;

	for (size_t at; (at = str_find_str(page, mark, from)) < page.n; from = at + mark.n) {
		text_add(&q->out, str_sub(page, from, at));
		text_add(&q->out, str_of(nonce));
	}
	text_add(&q->out, str_sub(page, from, page.n));
	q->type = s->index->type;
}

static void serve_file(const struct file *file, struct http_request *q)
{
	const struct exchange *x = q->raw;
	str bytes = file->bytes;

	q->type = file->type;
	http_answer_header(q, "ETag", str_of(file->etag));
	http_answer_header(q, "Cache-Control", file->hashed ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
	if (file->br.p || file->gz.p)
		http_answer_header(q, "Vary", STR("Accept-Encoding"));
	if (str_eq(http_header(q, "If-None-Match"), str_of(file->etag))) {
		q->status = 304;
		return;
	}
	if (file->br.p && head_accepts(x, STR("br"))) {
		bytes = file->br;
		http_answer_header(q, "Content-Encoding", STR("br"));
	} else if (file->gz.p && head_accepts(x, STR("gzip"))) {
		bytes = file->gz;
		http_answer_header(q, "Content-Encoding", STR("gzip"));
	}
	/* not copied: it stays as long as the server, and nobody writes to an answer's text after serve */
	q->out = (struct text){.a = &q->a, .p = (char *)(uintptr_t)bytes.p, .n = bytes.n, .cap = bytes.n};
}

bool http_static_serve(const struct http_static *s, struct http_request *q, const char *nonce)
{
	const struct file *file = find(s, q->path);

	if (q->method != HTTP_GET)
		return false;
	if (file && file != s->index)
		serve_file(file, q);
	else if (file || str_find(q->path, '.', 0) == q->path.n)
		serve_index(s, q, nonce);
	else
		return false;
	return true;
}
