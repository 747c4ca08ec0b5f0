/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file.c - a file as answer, sent by the kernel: validators (RFC 9110, 13) and one range (14). */
#include "engine/http/http_priv.h"

#include "base/log.h"
#include "base/parse.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct range {
	int64_t from, n;
};

static bool etag_listed(str list, str etag)
{
	str rest = list, part;

	while (str_cut(&rest, ',', &part)) {
		part = str_trim(part);
		if (str_starts(part, STR("W/")))
			part = str_sub(part, 2, part.n);
		if (str_eq(part, etag) || str_eq(part, STR("*")))
			return true;
	}
	return false;
}

enum wish { WHOLE, PART, NONE_SUCH };

/* What of size bytes a Range header asks for; what is not understood is the whole, as if it were not there. */
static enum wish read_range(str header, int64_t size, struct range *ret)
{
	str spec = str_sub(header, 6, header.n), first = str_sub(spec, 0, str_find(spec, '-', 0));
	str last = str_sub(spec, first.n + 1, spec.n);
	int64_t from = 0, to = INT64_MAX;

	if (!str_starts(header, STR("bytes=")) || first.n == spec.n || (first.n == 0 && last.n == 0) ||
	        (first.n && !parse_int(first, 0, INT64_MAX, &from)) || (last.n && !parse_int(last, 0, INT64_MAX, &to)) ||
	        (first.n && to < from))
		return WHOLE;
	if (first.n == 0) { /* the last bytes */
		from = to < size ? size - to : 0;
		if (to == 0)
			return NONE_SUCH;
		to = INT64_MAX;
	}
	if (from >= size)
		return NONE_SUCH;
	*ret = (struct range){from, (to < size - 1 ? to : size - 1) - from + 1};
	return PART;
}

static enum wish wanted(struct exchange *x, str etag, int64_t size, struct range *ret)
{
	str range = http_header(&x->q, "Range"), condition = http_header(&x->q, "If-Range");

	*ret = (struct range){0, size};
	if (!range.p || x->q.status != 200 || x->q.method != HTTP_GET || (condition.p && !str_eq(condition, etag)))
		return WHOLE;
	return read_range(range, size, ret);
}

static int open_regular(struct exchange *x, struct stat *st)
{
	int fd = open(x->q.file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd >= 0 && (fstat(fd, st) || !S_ISREG(st->st_mode))) {
		close(fd);
		fd = -1;
	}
	if (x->q.file_once)
		unlink(x->q.file);
	return fd;
}

static struct MHD_Response *not_changed(struct exchange *x, int fd)
{
	close(fd);
	x->q.status = 304;
	return MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
}

static struct MHD_Response *answer_range(struct exchange *x, int fd, str etag, int64_t size)
{
	struct range r;
	enum wish wish = wanted(x, etag, size, &r);
	struct MHD_Response *ret;

	if (wish == NONE_SUCH) {
		close(fd);
		http_answer_header(&x->q, "Content-Range", str_printf(&x->q.a, "bytes */%lld", (long long)size));
		exchange_refuse(x, 416, "range", "the file has no such part");
		return NULL;
	}
	if (wish == PART) {
		x->q.status = 206;
		http_answer_header(&x->q, "Content-Range",
		        str_printf(&x->q.a, "bytes %lld-%lld/%lld", (long long)r.from, (long long)(r.from + r.n - 1),
		                (long long)size));
	}
	http_answer_header(&x->q, "Content-Type", str_of(x->q.type));
	x->length = r.n;
	ret = MHD_create_response_from_fd_at_offset64((uint64_t)r.n, fd, (uint64_t)r.from);
	if (!ret)
		close(fd);
	return ret;
}

struct MHD_Response *answer_file(struct exchange *x)
{
	struct stat st;
	int fd = open_regular(x, &st);
	str etag;

	if (fd < 0) {
		log_warn("http", "a file to send cannot be opened: %s", strerror(errno));
		exchange_refuse(x, 410, "file", "the file is gone"); /* its row is there: this is no "not found" */
		return NULL;
	}
	etag = str_printf(&x->q.a, "\"%llx-%llx\"",
	        (unsigned long long)st.st_mtim.tv_sec * 1000000000 + (unsigned long long)st.st_mtim.tv_nsec,
	        (unsigned long long)st.st_size);
	http_answer_header(&x->q, "ETag", etag);
	http_answer_header(&x->q, "Accept-Ranges", STR("bytes"));
	if (x->q.status == 200 && etag_listed(http_header(&x->q, "If-None-Match"), etag))
		return not_changed(x, fd);
	return answer_range(x, fd, etag, st.st_size);
}
