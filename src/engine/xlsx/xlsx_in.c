/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xlsx_in.c - a child process reads the workbook and writes its rows into a pipe; a workbook that eats memory or time, or finds a hole in a
 * library, takes the child with it and nothing else. Frame: 1 byte kind, 4 bytes length, body; both ends are this program. */
#include "base/clock.h"
#include "engine/jail/jail.h"
#include "engine/xlsx/xlsx_priv.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FRAME_OPEN = 'O', FRAME_ROW = 'R', FRAME_END = 'E', HEAD = 5, FRAME_MAX = 64 << 20, SILENCE_MS = 120000 };
enum { CHILD_MEMORY = 256 << 20, CHILD_SECONDS = 300, OUT_MAX = 256 << 10 };

/* The child ------------------------------------------------------------------------------------------------------------- */
struct pipe_out {
	int fd;
	char *buffer;
	size_t n, cap;
};

static int flush(struct pipe_out *o)
{
	for (size_t done = 0; done < o->n;) {
		ssize_t n = write(o->fd, o->buffer + done, o->n - done);
		if (n < 0)
			return errno;
		done += (size_t)n;
	}
	o->n = 0;
	return 0;
}

static int room(struct pipe_out *o, size_t n)
{
	int err = o->n + n > OUT_MAX ? flush(o) : 0;

	if (!err && n > o->cap) {
		char *larger = realloc(o->buffer, n);
		if (!larger)
			return ENOMEM;
		o->buffer = larger;
		o->cap = n;
	}
	return err;
}

static void put(struct pipe_out *o, const void *p, size_t n)
{
	memcpy(o->buffer + o->n, p, n);
	o->n += n;
}

static void put_u32(struct pipe_out *o, uint32_t v)
{
	put(o, &v, sizeof(v));
}

static int cells_to_pipe(struct pipe_out *o, char kind, const struct xlsx_row *row, int permille, struct fault *f)
{
	size_t body = 16;
	uint32_t bad = row->bad ? (strcmp(row->bad, "cell_too_long") == 0 ? 1 : 2) : 0;

	for (size_t i = 0; i < row->n; i++)
		body += 4 + row->cells[i].n;
	if (body > FRAME_MAX) {
		bad = 1;
		body = 16;
	}
	if (room(o, HEAD + body))
		return fail(f, EPIPE, NULL, "pipe", "nobody reads the rows any more");
	put(o, &kind, 1);
	put_u32(o, (uint32_t)body);
	put_u32(o, (uint32_t)row->number);
	put_u32(o, (uint32_t)permille);
	put_u32(o, bad);
	put_u32(o, body == 16 ? 0 : (uint32_t)row->n);
	for (size_t i = 0; body > 16 && i < row->n; i++) {
		put_u32(o, (uint32_t)row->cells[i].n);
		if (row->cells[i].n)
			put(o, row->cells[i].p, row->cells[i].n);
	}
	return 0;
}

static int row_to_pipe(void *arg, const struct xlsx_row *row, int permille, struct fault *f)
{
	return cells_to_pipe(arg, FRAME_ROW, row, permille, f);
}

static void frame(struct pipe_out *o, char kind, const void *body, size_t n)
{
	if (room(o, HEAD + n))
		return;
	put(o, &kind, 1);
	put_u32(o, (uint32_t)n);
	if (n)
		put(o, body, n);
}

static int child(const void *sheet, size_t n)
{
	struct book b = {0};
	struct fault f = {0};
	struct pipe_out o = {.fd = 1};
	struct row_out rows = {row_to_pipe, &o};
	struct stat st;
	int err;

	if (fstat(0, &st) != 0)
		return 1;
	(void)jail_enter();
	b.bytes = st.st_size;
	err = room(&o, OUT_MAX);
	if (!err)
		err = book_open(&b, (str){sheet, n}, &f);
	if (!err)
		err = cells_to_pipe(&o, FRAME_OPEN, &(struct xlsx_row){.cells = b.sheets, .n = b.n_sheets}, 0, &f);
	if (!err)
		err = sheet_read(&b, &rows, &f);
	f.err = err;
	frame(&o, FRAME_END, &f, sizeof(f));
	return flush(&o) ? 1 : 0;
}

/* The parent ------------------------------------------------------------------------------------------------------------ */
struct xlsx {
	int fd, permille;
	pid_t pid;
	char *buffer;
	size_t cap, from, to;
	int64_t next;         /* number of the row given next */
	struct xlsx_row held; /* a row that comes after rows the file left out */
	bool holding, ended;
	int err; /* how it ended */
	struct fault end;
	str *cells;
};

static int64_t wait_child(struct xlsx *x, bool kill_it)
{
	int status = 0;

	if (kill_it)
		kill(x->pid, SIGKILL);
	while (x->pid > 0 && waitpid(x->pid, &status, 0) < 0 && errno == EINTR)
		;
	x->pid = 0;
	return status;
}

static int died(struct xlsx *x, bool silent, struct fault *f)
{
	int64_t status = wait_child(x, silent);

	x->ended = true;
	x->err = EINVAL;
	if (silent || (WIFSIGNALED((int)status) && WTERMSIG((int)status) != SIGSEGV))
		return fail(f, EINVAL, "file", "zip_bomb", "the workbook needs more memory or time than it may take");
	return fail(f, EINVAL, "file", "broken", "the workbook is damaged");
}

/* n bytes at from, contiguous. */
static int need(struct xlsx *x, size_t n, struct fault *f)
{
	if (x->from && x->cap - x->from < n) {
		memmove(x->buffer, x->buffer + x->from, x->to - x->from);
		x->to -= x->from;
		x->from = 0;
	}
	if (n > x->cap) {
		char *larger = realloc(x->buffer, n);
		if (!larger)
			return fail(f, ENOMEM, NULL, "memory", "no memory to read the file");
		x->buffer = larger;
		x->cap = n;
	}
	while (x->to - x->from < n) {
		struct pollfd ready = {.fd = x->fd, .events = POLLIN};
		int polled = poll(&ready, 1, SILENCE_MS);
		ssize_t got;

		if (polled < 0 && errno == EINTR)
			continue;
		got = polled > 0 ? read(x->fd, x->buffer + x->to, x->cap - x->to) : 0;
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return died(x, polled == 0, f);
		x->to += (size_t)got;
	}
	return 0;
}

static uint32_t take_u32(const char **p)
{
	uint32_t v;

	memcpy(&v, *p, sizeof(v));
	*p += sizeof(v);
	return v;
}

static void take_row(struct xlsx *x, const char *p, const char *end, struct xlsx_row *ret)
{
	static const char *const bad[] = {NULL, "cell_too_long", "too_many_cells"};
	uint32_t n, why;

	ret->number = take_u32(&p);
	x->permille = (int)take_u32(&p);
	why = take_u32(&p);
	ret->bad = bad[why < COUNT(bad) ? why : 1];
	n = take_u32(&p);
	ret->n = n < XLSX_CELLS_MAX ? n : XLSX_CELLS_MAX;
	ret->cells = x->cells;
	for (size_t i = 0; i < ret->n; i++) {
		uint32_t bytes = end - p >= 4 ? take_u32(&p) : 0;
		if (bytes > (size_t)(end - p))
			bytes = 0;
		x->cells[i] = (str){p, bytes};
		p += bytes;
	}
}

/* The next frame; rows, and the names of the sheets, go to x->held. EAGAIN never; ENOENT at the good end. */
static int next_frame(struct xlsx *x, char *ret_kind, struct fault *f)
{
	uint32_t n;
	int err = need(x, HEAD, f);

	if (err)
		return err;
	*ret_kind = x->buffer[x->from];
	memcpy(&n, x->buffer + x->from + 1, sizeof(n));
	if (n > FRAME_MAX)
		return died(x, true, f);
	err = need(x, HEAD + n, f);
	if (err)
		return err;
	if (*ret_kind != FRAME_END && n >= 16)
		take_row(x, x->buffer + x->from + HEAD, x->buffer + x->from + HEAD + n, &x->held);
	if (*ret_kind == FRAME_END && n == sizeof(struct fault)) {
		memcpy(&x->end, x->buffer + x->from + HEAD, n);
		x->ended = true;
		x->err = x->end.err ? x->end.err : ENOENT;
		wait_child(x, false);
	}
	x->from += HEAD + n;
	return 0;
}

static int told(struct xlsx *x, struct fault *f)
{
	struct fault *e = &x->end;

	if (x->err == ENOENT)
		return ENOENT;
	e->field[sizeof(e->field) - 1] = e->code[sizeof(e->code) - 1] = e->what[sizeof(e->what) - 1] = 0;
	return fail(f, x->err, e->field, e->code[0] ? e->code : "broken", "%s",
	        e->what[0] ? e->what : "the workbook is damaged");
}

static int start(const char *path, str sheet, struct xlsx *x, struct fault *f)
{
	int file = open(path, O_RDONLY | O_CLOEXEC), ends[2];

	if (file < 0)
		return fail(f, errno, NULL, "open", "the file cannot be opened");
	if (pipe2(ends, O_CLOEXEC) != 0) {
		close(file);
		return fail(f, EIO, NULL, "pipe", "no pipe to read the file through");
	}
	x->pid = jail_start(
	        &(struct jail){file, ends[1], CHILD_MEMORY, CHILD_SECONDS}, child, sheet.p ? sheet.p : "", sheet.n);
	close(file);
	close(ends[1]);
	x->fd = ends[0];
	if (!x->pid)
		return fail(f, EAGAIN, NULL, "fork", "no process to read the file with");
	return 0;
}

int xlsx_open(const char *path, str sheet, struct xlsx **ret, struct fault *f)
{
	struct xlsx *x = calloc(1, sizeof(*x));
	char kind = 0;
	int err;

	if (!x)
		return fail(f, ENOMEM, NULL, "memory", "no memory to read the file");
	x->fd = -1;
	x->next = 1;
	x->cap = 2 * OUT_MAX;
	x->buffer = malloc(x->cap);
	x->cells = calloc(XLSX_CELLS_MAX, sizeof(str));
	err = x->buffer && x->cells ? start(path, sheet, x, f)
	                            : fail(f, ENOMEM, NULL, "memory", "no memory to read the file");
	if (!err)
		err = next_frame(x, &kind, f);
	if (!err && kind != FRAME_OPEN)
		err = x->ended ? told(x, f) : died(x, true, f);
	if (err) {
		xlsx_close(x);
		return err;
	}
	*ret = x;
	return 0;
}

const str *xlsx_sheets(const struct xlsx *x, size_t *ret_n)
{
	*ret_n = x->held.n;
	return x->held.cells;
}

int xlsx_next(struct xlsx *x, struct xlsx_row *ret, struct fault *f)
{
	char kind = 0;
	int err = 0;

	if (!x->holding) {
		if (!x->ended)
			err = next_frame(x, &kind, f);
		if (err)
			return err;
		if (x->ended)
			return told(x, f);
		x->holding = true;
	}
	if (x->held.number > x->next) {
		*ret = (struct xlsx_row){.number = x->next++};
		return 0;
	}
	x->holding = false;
	*ret = x->held;
	x->next = ret->number + 1;
	return 0;
}

int xlsx_position(const struct xlsx *x)
{
	return x->permille;
}

void xlsx_close(struct xlsx *x)
{
	if (!x)
		return;
	if (x->pid > 0)
		wait_child(x, true);
	if (x->fd >= 0)
		close(x->fd);
	free(x->buffer);
	free(x->cells);
	free(x);
}
