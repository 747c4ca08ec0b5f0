/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli_letter.c - `zvonar letter read`: letters as files, read as the mailbox reads them, told one a line; `zvonar letter check`: what the guard says of a
 * draft. Neither needs a database. Without --json the lines are for people. */
#include "domain/guard/guard.h"
#include "engine/crypto/crypto.h"
#include "engine/json/json.h"
#include "engine/mail/read.h"
#include "server/cli.h"
#include "server/config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct one {
	const char *path;
	struct mail_read read;
	str id;
	bool missing; /* the file could not be read */
};

/* At most the longest letter there is, and a byte more to know it is longer. */
static int file_bytes(struct arena *a, const char *path, size_t max, str *ret, struct fault *f)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	struct stat st = {0};
	size_t room = 64 << 10, n = 0;
	char *p = NULL;
	ssize_t got = -1;

	if (fd < 0 || fstat(fd, &st) != 0 || S_ISDIR(st.st_mode)) {
		if (fd > STDIN_FILENO)
			close(fd);
		return fail(f, ENOENT, NULL, "open", "no file can be read at %s", path);
	}
	if (S_ISREG(st.st_mode))
		room = (size_t)st.st_size + 1;
	if (room > max + 1)
		room = max + 1;
	p = arena_alloc(a, room + 1);
	while (n < room && (got = read(fd, p + n, room - n)) > 0) {
		n += (size_t)got;
		if (n == room && room < max + 1) {
			char *more = arena_alloc(a, 2 * room + 1);

			memcpy(more, p, n);
			p = more;
			room *= 2;
		}
	}
	if (fd != STDIN_FILENO)
		close(fd);
	*ret = (str){p, n};
	return got < 0 ? fail(f, EIO, NULL, "read", "%s cannot be read", path) : 0;
}

/* A letter without a Message-ID is known by what it says. */
static str id_of(struct arena *a, const struct mail_read *r, str raw)
{
	char sum[SHA256_HEX];

	if (r->message_id.n)
		return r->message_id;
	sha256_hex(raw, sum);
	return str_printf(a, "%.32s@none", sum);
}

static int read_one(struct mail_reader *reader, struct arena *a, const char *path, struct one *ret, struct fault *f)
{
	struct arena bytes = {0};
	str raw;
	int err = file_bytes(&bytes, path, MAIL_RAW_MAX, &raw, f);

	ret->path = path;
	if (err) {
		ret->missing = true;
		fprintf(stderr, "zvonar: %s\n", f->what);
		err = 0;
	} else {
		err = mail_read(reader, a, raw, &ret->read, f);
		if (!err)
			ret->id = id_of(a, &ret->read, raw);
	}
	arena_free(&bytes);
	return err;
}

static void put_addresses(struct json_out *w, const char *key, const struct mail_people *p)
{
	json_key(w, key);
	json_open(w, '[');
	for (size_t i = 0; i < p->n; i++)
		json_add_text(w, p->of[i].address);
	json_close(w, ']');
}

static void put_json(struct arena *a, const struct one *o, str thread)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};
	const struct mail_read *r = &o->read;

	json_open(&w, '{');
	json_member_text(&w, "file", str_of(o->path));
	json_member_text(&w, "thread", thread);
	json_member_text(&w, "id", r->message_id);
	json_member_text(&w, "from", r->from.address.n ? r->from.address : r->from.name);
	json_member_text(&w, "from_name", r->from.name);
	put_addresses(&w, "to", &r->to);
	put_addresses(&w, "cc", &r->cc);
	json_member_text(&w, "subject", r->subject);
	json_member_text(&w, "first_text_line", r->first_line);
	json_key(&w, "attachments");
	json_open(&w, '[');
	for (size_t i = 0; i < r->n_files; i++) {
		json_open(&w, '{');
		json_member_text(&w, "name", r->files[i].name);
		json_member_int(&w, "size", r->files[i].size);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_key(&w, "is_auto_reply");
	json_add_bool(&w, r->nature != MAIL_PERSONAL);
	json_member_text(&w, "nature", str_of(mail_nature_names[r->nature]));
	json_key(&w, "cut");
	json_add_bool(&w, r->cut);
	json_close(&w, '}');
	puts(text_z(&t));
}

static void put_all(const struct config *c, struct arena *a, struct mail_threads *threads, const struct one *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct mail_read *r = &all[i].read;
		str thread;

		if (all[i].missing)
			continue;
		thread = str_copy(a, mail_threads_name(threads, all[i].id));
		if (c->json)
			put_json(a, &all[i], thread);
		else
			printf("%s\t%.*s\t%.*s\t%.*s\t%zu\t%s\n", all[i].path, STR_ARG(thread), STR_ARG(r->from.address),
			        STR_ARG(r->subject), r->n_files, mail_nature_names[r->nature]);
	}
}

static int read_all(const struct config *c, struct arena *a, bool *ret_missing, struct fault *f)
{
	struct one *all = NEW_N(a, struct one, c->n_args + 1);
	struct mail_threads *threads = mail_threads_new();
	struct mail_reader *reader = NULL;
	int err = mail_reader_new(&reader, f);

	for (size_t i = 0; !err && i < c->n_args; i++) {
		err = read_one(reader, a, c->args[i], &all[i], f);
		*ret_missing |= all[i].missing;
		if (!err && !all[i].missing)
			mail_threads_add(threads, all[i].id, all[i].read.references, all[i].read.n_references);
	}
	if (!err)
		put_all(c, a, threads, all, c->n_args);
	mail_reader_free(reader);
	mail_threads_free(threads);
	return err;
}

int cli_letter_read(int argc, char **argv)
{
	struct arena a = {0};
	struct fault f = {0};
	struct config c;
	bool missing = false;
	int err = config_read("letter read", argc, argv, &c, &f);

	if (!err && !c.n_args)
		err = fail(&f, EINVAL, NULL, "usage", "zvonar letter read takes files: see zvonar --help");
	if (!err)
		err = read_all(&c, &a, &missing, &f);
	arena_free(&a);
	return err ? config_sorry(&f) : missing;
}

enum { DRAFT_MAX = 32 << 20, SIGNATURE_MAX = 64 << 10 };

/* Windows puts a mark of byte order before text. */
static str without_mark(str s)
{
	return str_starts(s, STR("\xEF\xBB\xBF")) ? str_sub(s, 3, s.n) : s;
}

static int draft_of(const struct config *c, struct arena *a, struct guard_draft *ret, struct fault *f)
{
	struct json v;
	str bytes, signature = {0};
	int err = file_bytes(a, c->args[0], DRAFT_MAX, &bytes, f);

	if (!err && c->signature)
		err = file_bytes(a, c->signature, SIGNATURE_MAX, &signature, f);
	if (!err)
		err = json_parse(a, without_mark(bytes), &v, f);
	if (!err)
		err = guard_draft(a, v, ret, f);
	if (!err && c->signature)
		ret->signature = without_mark(signature);
	return err;
}

static void put_verdict(const struct config *c, struct arena *a, const struct guard_verdict *v)
{
	struct text t = {.a = a};

	if (c->json) {
		guard_put(&(struct json_out){.t = &t}, v);
		puts(text_z(&t));
		return;
	}
	for (size_t i = 0; i < v->n; i++)
		printf("%s:%lld: %s %s: %.*s\n", v->of[i].field, (long long)v->of[i].at, guard_rule_names[v->of[i].rule],
		        v->of[i].why, STR_ARG(v->of[i].text));
	puts(v->n ? "fail" : "pass");
}

int cli_letter_check(int argc, char **argv)
{
	struct arena a = {0};
	struct fault f = {0};
	struct config c;
	struct guard_draft d;
	struct guard_verdict v;
	struct speller *s = NULL;
	int err = config_read("letter check", argc, argv, &c, &f);

	if (!err && c.n_args != 1)
		err = fail(&f, EINVAL, NULL, "usage", "zvonar letter check takes one DRAFT.json: see zvonar --help");
	if (!err)
		err = draft_of(&c, &a, &d, &f);
	if (!err)
		err = guard_speller(&s, &f);
	if (!err) {
		v = guard_check(&a, &d, s);
		put_verdict(&c, &a, &v);
	}
	spell_close(s);
	arena_free(&a);
	return err ? config_sorry(&f) : 0;
}
