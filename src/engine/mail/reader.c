/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader.c - the child that reads letters, and the parent's side of it: a letter goes down a socket, what it says comes back as JSON. The child
 * serves many letters and is replaced after so many, or when it dies, or falls silent. */
#include "engine/mail/read.h"

#include "base/clock.h"
#include "engine/jail/jail.h"
#include "engine/json/json.h"
#include "engine/mail/charset.h"
#include "engine/mail/read_priv.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	CHILD_MEMORY = 768 << 20,
	CHILD_SECONDS = 120,
	CHILD_LETTERS = 500,
	CHILD_BYTES = 128 << 20, /* of letters, before it is replaced */
	SILENCE_MS = 20 * CLOCK_SECOND,
	ANSWER_MAX = 80 << 20,
};
const char *const mail_nature_names[MAIL_NATURES + 1] = {"personal", "automatic", "bounce", NULL};

/* What is asked of the child. */
struct question {
	uint64_t bytes;
	int64_t part; /* -1: read the letter; else its part of that number */
	bool head;    /* by its headers alone */
	bool cut;     /* this is its beginning only */
};

/* The child --------------------------------------------------------------------------------------------------------------- */

static bool whole(ssize_t (*move)(int, void *, size_t), int fd, void *p, size_t n)
{
	for (char *at = p; n;) {
		ssize_t done = move(fd, at, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		at += done;
		n -= (size_t)done;
	}
	return true;
}

static ssize_t put(int fd, void *p, size_t n)
{
	return write(fd, p, n);
}

static void answer_people(struct json_out *w, const char *key, const struct mail_people *p)
{
	json_key(w, key);
	json_open(w, '[');
	for (size_t i = 0; i < p->n; i++) {
		json_add_text(w, p->of[i].name);
		json_add_text(w, p->of[i].address);
	}
	json_close(w, ']');
}

static void answer_files(struct json_out *w, const struct mail_read *r)
{
	json_key(w, "files");
	json_open(w, '[');
	for (size_t i = 0; i < r->n_files; i++) {
		json_open(w, '{');
		json_member_text(w, "name", r->files[i].name);
		json_member_text(w, "type", r->files[i].type);
		json_member_text(w, "cid", r->files[i].content_id);
		json_member_int(w, "size", r->files[i].size);
		json_member_int(w, "part", r->files[i].part);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void answer_returned(struct json_out *w, const struct mail_read *r)
{
	json_key(w, "returned");
	json_open(w, '[');
	for (size_t i = 0; i < r->n_returned; i++) {
		json_open(w, '{');
		json_member_text(w, "address", r->returned[i].address);
		json_key(w, "failed");
		json_add_bool(w, r->returned[i].failed);
		json_member_text(w, "why", r->returned[i].why);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void answer(struct json_out *w, const struct mail_read *r)
{
	const struct mail_people from = {(struct mail_person *)(uintptr_t)&r->from, 1};

	json_open(w, '{');
	json_member_text(w, "id", r->message_id);
	json_key(w, "references");
	json_open(w, '[');
	for (size_t i = 0; i < r->n_references; i++)
		json_add_text(w, r->references[i]);
	json_close(w, ']');
	answer_people(w, "from", &from);
	answer_people(w, "to", &r->to);
	answer_people(w, "cc", &r->cc);
	json_member_text(w, "reply_to", r->reply_to);
	json_member_text(w, "subject", r->subject);
	json_member_text(w, "text", r->text);
	json_member_text(w, "first_line", r->first_line);
	json_member_text(w, "html", r->html);
	json_member_int(w, "at", r->at);
	answer_files(w, r);
	answer_returned(w, r);
	json_member_int(w, "nature", r->nature);
	json_key(w, "cut");
	json_add_bool(w, r->cut);
	json_close(w, '}');
}

static void read_letter(struct arena *a, str raw, const struct question *q, struct text *out)
{
	struct mail_read ret;
	str part;

	read_raw(a, raw, q->head, q->part, &ret, &part);
	ret.cut |= q->cut;
	if (q->part < 0) {
		answer(&(struct json_out){.t = out}, &ret);
		return;
	}
	text_add(out, part.p ? STR("+") : STR("-"));
	text_add(out, part);
}

static int child(const void *arg, size_t none)
{
	struct question q;

	(void)arg;
	(void)none;
	g_mime_init();
	charsets_open();
	(void)jail_enter();
	while (whole(read, 0, &q, sizeof q) && q.bytes <= MAIL_RAW_MAX) {
		struct arena a = {0};
		struct text t = {.a = &a};
		char *raw = arena_alloc(&a, q.bytes + 1);
		uint64_t n;

		if (!whole(read, 0, raw, q.bytes))
			break;
		read_letter(&a, (str){raw, q.bytes}, &q, &t);
		n = t.n;
		if (!whole(put, 1, &n, sizeof n) || !whole(put, 1, t.p, n))
			break;
		arena_free(&a);
	}
	return 0;
}

/* The parent -------------------------------------------------------------------------------------------------------------- */
struct mail_reader {
	pid_t pid;
	int fd, letters;
	uint64_t bytes;
};

static void stop(struct mail_reader *r)
{
	int status;

	if (!r->pid)
		return;
	close(r->fd);
	kill(r->pid, SIGKILL);
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	r->pid = 0;
}

static int make(struct mail_reader *r, struct fault *f)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return fail(f, EAGAIN, NULL, "socket", "no socket to read letters through");
	pid = jail_start(&(struct jail){ends[1], ends[1], CHILD_MEMORY, CHILD_SECONDS}, child, NULL, 0);
	close(ends[1]);
	if (!pid) {
		close(ends[0]);
		return fail(f, EAGAIN, NULL, "fork", "no process to read letters with");
	}
	*r = (struct mail_reader){.pid = pid, .fd = ends[0]};
	return 0;
}

static int start(struct mail_reader *r, struct fault *f)
{
	if (r->pid && r->letters < CHILD_LETTERS && r->bytes < CHILD_BYTES)
		return 0;
	stop(r);
	return make(r, f);
}

/* Move n bytes through fd; false when the other end is gone or silent. */
static bool move(int fd, char *p, size_t n, bool out)
{
	while (n) {
		struct pollfd ready = {.fd = fd, .events = out ? POLLOUT : POLLIN};
		int polled = poll(&ready, 1, SILENCE_MS);
		ssize_t done;

		if (polled < 0 && errno == EINTR)
			continue;
		if (polled <= 0)
			return false;
		done = out ? send(fd, p, n, MSG_NOSIGNAL) : read(fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

/* False when the child died of it. */
static bool ask(struct mail_reader *r, struct arena *a, str raw, const struct question *q, str *ret)
{
	uint64_t n = 0;
	char *p;

	r->letters++;
	r->bytes += raw.n;
	if (!move(r->fd, (char *)(uintptr_t)q, sizeof *q, true) || !move(r->fd, (char *)(uintptr_t)raw.p, raw.n, true) ||
	        !move(r->fd, (char *)&n, sizeof n, false) || n > ANSWER_MAX) {
		stop(r);
		return false;
	}
	p = arena_alloc(a, n + 1);
	if (!move(r->fd, p, n, false)) {
		stop(r);
		return false;
	}
	*ret = (str){p, n};
	return true;
}

static str text_of(struct arena *a, struct json v)
{
	str s = STR("");

	(void)json_text(v, &s);
	return str_copy(a, s);
}

static struct mail_people people_of(struct arena *a, struct json list)
{
	size_t n = json_count(list) / 2;
	struct mail_people ret = {NEW_N(a, struct mail_person, n + 1), n};

	for (size_t i = 0; i < n; i++)
		ret.of[i] = (struct mail_person){text_of(a, json_at(list, 2 * i)), text_of(a, json_at(list, 2 * i + 1))};
	return ret;
}

static void files_of(struct arena *a, struct json list, struct mail_read *ret)
{
	ret->n_files = json_count(list);
	ret->files = NEW_N(a, struct mail_attached, ret->n_files + 1);
	for (size_t i = 0; i < ret->n_files; i++) {
		struct json v = json_at(list, i);

		ret->files[i] = (struct mail_attached){text_of(a, json_get(v, "name")), text_of(a, json_get(v, "type")),
		        json_get_int(v, "size", 0), text_of(a, json_get(v, "cid")), json_get_int(v, "part", 0)};
	}
}

static void returned_of(struct arena *a, struct json list, struct mail_read *ret)
{
	ret->n_returned = json_count(list) < MAIL_RETURNED_MAX ? json_count(list) : MAIL_RETURNED_MAX;
	ret->returned = NEW_N(a, struct mail_returned, ret->n_returned + 1);
	for (size_t i = 0; i < ret->n_returned; i++) {
		struct json v = json_at(list, i);

		ret->returned[i] = (struct mail_returned){text_of(a, json_get(v, "address")),
		        json_get_bool(v, "failed", false), text_of(a, json_get(v, "why"))};
	}
}

/* The child may be in a stranger's hand: what it says is JSON of ours or nothing. */
static bool take(struct arena *a, str said, struct mail_read *ret)
{
	struct json v, references;
	struct mail_people from;
	struct fault f;
	int64_t nature;

	if (json_parse(a, said, &v, &f))
		return false;
	references = json_get(v, "references");
	from = people_of(a, json_get(v, "from"));
	nature = json_get_int(v, "nature", 0);
	*ret = (struct mail_read){.message_id = text_of(a, json_get(v, "id")),
	        .n_references = json_count(references),
	        .from = from.of[0],
	        .to = people_of(a, json_get(v, "to")),
	        .cc = people_of(a, json_get(v, "cc")),
	        .reply_to = text_of(a, json_get(v, "reply_to")),
	        .subject = text_of(a, json_get(v, "subject")),
	        .text = text_of(a, json_get(v, "text")),
	        .first_line = text_of(a, json_get(v, "first_line")),
	        .html = text_of(a, json_get(v, "html")),
	        .at = json_get_int(v, "at", 0),
	        .nature = nature >= 0 && nature < MAIL_NATURES ? (enum mail_nature)nature : MAIL_PERSONAL,
	        .cut = json_get_bool(v, "cut", true)};
	ret->references = NEW_N(a, str, ret->n_references + 1);
	for (size_t i = 0; i < ret->n_references; i++)
		ret->references[i] = text_of(a, json_at(references, i));
	files_of(a, json_get(v, "files"), ret);
	returned_of(a, json_get(v, "returned"), ret);
	return true;
}

int mail_read(struct mail_reader *r, struct arena *a, str raw, struct mail_read *ret, struct fault *f)
{
	for (int attempt = 0; attempt < 2; attempt++) {
		str said, part = str_sub(raw, 0, attempt ? MAIL_HEAD_MAX : MAIL_RAW_MAX);
		struct question q = {part.n, -1, attempt == 1, part.n < raw.n};
		int err = start(r, f);

		if (err)
			return err;
		if (ask(r, a, part, &q, &said) && take(a, said, ret))
			return 0;
	}
	*ret = mail_read_nothing;
	ret->cut = true;
	return 0;
}

int mail_part(struct mail_reader *r, struct arena *a, str raw, int64_t part, str *ret, struct fault *f)
{
	struct question q = {raw.n, part, false, false};
	str said;
	int err = raw.n > MAIL_RAW_MAX || part < 0 ? ENOENT : start(r, f);

	if (!err && (!ask(r, a, raw, &q, &said) || said.n == 0 || said.p[0] != '+'))
		err = ENOENT;
	if (err == ENOENT)
		return fail(f, ENOENT, "part", "not_found", "the letter has no such part");
	if (!err)
		*ret = str_sub(said, 1, said.n);
	return err;
}

int mail_reader_new(struct mail_reader **ret, struct fault *f)
{
	struct mail_reader *r = calloc(1, sizeof *r);

	if (!r)
		return fail(f, ENOMEM, NULL, "memory", "no memory to read letters");
	*ret = r;
	return 0;
}

void mail_reader_free(struct mail_reader *r)
{
	if (r)
		stop(r);
	free(r);
}
