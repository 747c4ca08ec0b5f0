/* SPDX-License-Identifier: GPL-3.0-or-later */
/* upload.c - a body that goes to disk, raw or as the first file of a form. */
#include "engine/http/http_priv.h"

#include "base/log.h"
#include "base/rand.h"
#include "base/utf8.h"

#include <fcntl.h>
#include <unistd.h>

enum { NAME_BYTES_MAX = 200 };

static int write_all(void *arg, str bytes, struct fault *f)
{
	struct upload_sink *sink = arg;

	while (bytes.n) {
		ssize_t n = write(sink->fd, bytes.p, bytes.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_logged(f, errno, "http", "disk", "an upload cannot be written: %s", strerror(errno));
		sink->written += n;
		bytes = str_sub(bytes, (size_t)n, bytes.n);
	}
	return 0;
}

void upload_begin(struct exchange *x)
{
	str type = http_header(&x->q, "Content-Type"), form = STR("multipart/form-data");
	struct upload_sink *sink = NEW(&x->q.a, struct upload_sink);
	struct fault f = {0};

	sink->fd = -1;
	sink->form = type.n >= form.n && str_eq_nocase(str_sub(type, 0, form.n), form);
	if (sink->form && multipart_init(&sink->parts, &x->q.a, type, write_all, sink, &f))
		exchange_refuse(x, 400, f.code, f.what);
	x->sink = sink;
}

static int open_file(struct exchange *x, struct fault *f)
{
	char name[44];

	if (x->sink->fd >= 0)
		return 0;
	rand_token(name);
	x->sink->path = str_printf(&x->q.a, "%s/upload-%s", x->s->set.upload_dir, name).p;
	x->sink->fd = open(x->sink->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return x->sink->fd >= 0 ? 0
	                        : fail_logged(f, errno, "http", "disk", "an upload cannot be opened: %s", strerror(errno));
}

void upload_flush(struct exchange *x)
{
	struct upload_sink *sink = x->sink;
	str piece = text_str(&x->body);
	struct fault f = {0};
	int err = open_file(x, &f);

	if (!err)
		err = sink->form ? multipart_feed(&sink->parts, piece, &f) : write_all(sink, piece, &f);
	x->body.n = 0;
	if (err)
		exchange_refuse(
		        x, err == EINVAL ? 400 : 507, f.code, err == EINVAL ? f.what : "there is no room for the file");
}

/* Marks that turn the direction of writing have made "exe.pdf" out of "fdp.exe". */
static bool bidi(uint32_t c)
{
	return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
}

/* The last part of the name a client gave, printable, of a sane length. */
static str clean_name(struct arena *a, str raw)
{
	str name = utf8_clean(a, raw);
	struct text t = {.a = a};
	size_t from = name.n;

	while (from > 0 && name.p[from - 1] != '/' && name.p[from - 1] != '\\')
		from--;
	name = str_sub(name, from, name.n);
	for (size_t at = 0; at < name.n;) {
		uint32_t c = utf8_next(name, &at);
		if (!bidi(c) && c != '\n' && c != '\t')
			utf8_add(&t, c);
	}
	name = utf8_cut(str_trim(text_str(&t)), NAME_BYTES_MAX);
	return name.n == 0 || str_eq(name, STR(".")) || str_eq(name, STR("..")) ? STR("file") : str_copy(a, name);
}

static str given_name(struct exchange *x)
{
	str name = http_header(&x->q, "X-File-Name"), decoded;

	if (x->sink->form)
		return x->sink->parts.name;
	return percent_decode(&x->q.a, name, false, &decoded) ? decoded : name;
}

void upload_finish(struct exchange *x)
{
	struct upload_sink *sink = x->sink;
	struct fault f = {0};

	upload_flush(x);
	if (!x->refused && sink->form && multipart_end(&sink->parts, &f))
		exchange_refuse(x, 400, f.code, f.what);
	if (sink->fd >= 0 && close(sink->fd) && !x->refused)
		exchange_refuse(x, 507, "disk", "there is no room for the file");
	sink->fd = -1;
	if (x->refused)
		return;
	x->q.upload.path = sink->path;
	x->q.upload.name = clean_name(&x->q.a, given_name(x));
	x->q.upload.type = sink->form ? sink->parts.type : http_header(&x->q, "Content-Type");
	x->q.upload.bytes = sink->written;
}

void upload_drop(struct exchange *x)
{
	if (!x->sink)
		return;
	if (x->sink->fd >= 0)
		close(x->sink->fd);
	if (x->sink->path && unlink(x->sink->path) && errno != ENOENT)
		log_warn("http", "an upload cannot be removed: %s", strerror(errno));
}
