/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap.c - commands one after another: each waits for its own tagged answer, and what comes before it is handed to whoever asked. */
#include "engine/mail/imap.h"
#include "engine/mail/oauth.h"

#include "base/clock.h"
#include "base/parse.h"
#include "engine/crypto/crypto.h"
#include "engine/mail/wire.h"

#include <strings.h>

enum {
	LINE_MAX_BYTES = 1 << 20, /* of a line between literals */
	PARTS_MAX = 64,           /* literals in one answer */
	IDLE_SLICE_MS = CLOCK_SECOND,
	POLL_S = 30, /* without IDLE */
};
const char *const imap_phase_names[IMAP_PHASES + 1] = {
        "resolve", "connect", "greet", "secure", "login", "folder", "done", NULL};

struct imap {
	struct mail_wire *wire;
	unsigned tag;
	bool idle, plain, literal_minus; /* what it can */
	bool news;                       /* it told of letters meanwhile */
	struct arena a;                  /* of the answer being read */
	char open[600];                  /* the folder looked at, as IMAP writes it */
};

/* Answers -------------------------------------------------------------------------------------------------------------------- */

/* One answer with its literals. The bytes live until the next one. */
static int hear(struct imap *c, size_t max, struct imap_answer *ret, struct fault *f)
{
	struct text t;
	size_t parts = 0, n, from = 0;
	int err;

	arena_reset(&c->a);
	t = (struct text){.a = &c->a};
	for (;;) {
		err = mail_wire_line(c->wire, &t, from + LINE_MAX_BYTES, f);
		if (err || !imap_literal(str_sub(text_str(&t), from, t.n), &n))
			break;
		if (t.n + n > max || ++parts > PARTS_MAX)
			return fail(f, EMSGSIZE, NULL, "imap_long", "the mail server sends more than was asked for");
		text_add(&t, STR("\r\n"));
		err = mail_wire_bytes(c->wire, &t, n, f);
		from = t.n;
		if (err)
			break;
	}
	if (!err && !imap_parse(text_str(&t), ret))
		err = fail(f, EIO, NULL, "imap_words", "the mail server says what is no IMAP");
	return err;
}

/* A handler of untagged answers; returns an errno value to give up. */
typedef int answer_fn(const struct imap_answer *r, void *arg);

static int said_no(const struct imap_answer *r, struct fault *f)
{
	char words[120];
	size_t n = 0;

	for (size_t i = 0; i < r->text.n && n < sizeof words - 1; i++)
		words[n++] = (char)(r->text.p[i] >= ' ' && r->text.p[i] < 127 ? r->text.p[i] : '?');
	words[n] = 0;
	return fail(f, EPERM, NULL, "imap_no", "the mail server refuses: %s", words);
}

/* Up to our tagged answer. EPERM "imap_no": it says NO or BAD. */
static int finish(struct imap *c, size_t max, answer_fn *fn, void *arg, struct fault *f)
{
	char tag[16];
	struct imap_answer r;
	int err, bad = 0;

	snprintf(tag, sizeof tag, "z%u", c->tag);
	while (!(err = hear(c, max, &r, f))) {
		if (r.kind == IMAP_TAGGED && str_eq(r.tag, str_of(tag)))
			break;
		if (r.kind != IMAP_UNTAGGED)
			continue;
		if (str_eq_nocase(r.word, STR("BYE")))
			return fail(f, EIO, NULL, "imap_lost", "the mail server ends the connection");
		c->news |= str_eq_nocase(r.word, STR("EXISTS"));
		if (fn && !bad)
			bad = fn(&r, arg);
	}
	if (err || bad)
		return err ? err : bad;
	return str_eq_nocase(r.word, STR("OK")) ? 0 : said_no(&r, f);
}

static int say(struct imap *c, str command, struct fault *f)
{
	struct text t = {.a = &c->a};

	arena_reset(&c->a);
	text_addf(&t, "z%u ", ++c->tag);
	text_add(&t, command);
	text_add(&t, STR("\r\n"));
	return mail_wire_write(c->wire, text_str(&t), f);
}

static int ask(struct imap *c, str command, answer_fn *fn, void *arg, struct fault *f)
{
	int err = say(c, command, f);

	return err ? err : finish(c, LINE_MAX_BYTES * 2, fn, arg, f);
}

/* Until the server bids us go on; its tagged refusal is an error. */
static int go_on(struct imap *c, struct fault *f)
{
	struct imap_answer r;
	int err;

	while (!(err = hear(c, LINE_MAX_BYTES, &r, f)) && r.kind == IMAP_UNTAGGED)
		c->news |= str_eq_nocase(r.word, STR("EXISTS"));
	if (!err && r.kind == IMAP_TAGGED)
		err = said_no(&r, f);
	return err;
}

/* Opening -------------------------------------------------------------------------------------------------------------------- */

struct abilities {
	bool idle, plain, starttls, no_login, xoauth2, bearer;
};

static int able(const struct imap_answer *r, void *arg)
{
	struct abilities *can = arg;
	str rest = str_eq_nocase(r->word, STR("CAPABILITY")) ? r->text : (str){0}, word;

	while (str_cut(&rest, ' ', &word)) {
		can->idle |= str_eq_nocase(word, STR("IDLE"));
		can->plain |= str_eq_nocase(word, STR("AUTH=PLAIN"));
		can->xoauth2 |= str_eq_nocase(word, STR("AUTH=XOAUTH2"));
		can->bearer |= str_eq_nocase(word, STR("AUTH=OAUTHBEARER"));
		can->starttls |= str_eq_nocase(word, STR("STARTTLS"));
		can->no_login |= str_eq_nocase(word, STR("LOGINDISABLED"));
	}
	return 0;
}

static int greeting(struct imap *c, struct fault *f)
{
	struct imap_answer r;

	if (hear(c, LINE_MAX_BYTES, &r, f) && !str_eq(str_of(f->code), STR("imap_words")))
		return EIO;
	if (f->err || r.kind != IMAP_UNTAGGED || !str_eq_nocase(r.word, STR("OK"))) {
		f->err = 0;
		return fail(f, EIO, NULL, "imap_greeting", "there is no IMAP server at this port, or it turns us away");
	}
	return 0;
}

/* STARTTLS, after which nothing said before counts. */
static int secure(struct imap *c, const struct mail_server *s, struct fault *f)
{
	struct abilities can = {0};
	int err = s->tls == MAIL_STARTTLS ? ask(c, STR("CAPABILITY"), able, &can, f) : 0;

	if (!err && s->tls == MAIL_STARTTLS && !can.starttls)
		err = fail(f, EIO, NULL, "imap_tls", "the mail server does not start TLS here");
	if (!err && s->tls == MAIL_STARTTLS)
		err = ask(c, STR("STARTTLS"), NULL, NULL, f);
	return err ? err : mail_wire_secure(c->wire, s->host, s->any_certificate, f);
}

/* A text as an argument: quoted where that is enough, else by a literal, for which the server must bid us go on. */
static int argument(struct imap *c, struct text *t, str s, struct fault *f)
{
	bool simple = s.n < 1000;

	for (size_t i = 0; i < s.n; i++)
		simple = simple && s.p[i] >= ' ' && s.p[i] <= 126;
	if (simple) {
		text_add_char(t, '"');
		for (size_t i = 0; i < s.n; i++) {
			if (s.p[i] == '"' || s.p[i] == '\\')
				text_add_char(t, '\\');
			text_add_char(t, s.p[i]);
		}
		text_add_char(t, '"');
		return 0;
	}
	text_addf(t, "{%zu}\r\n", s.n);
	if (mail_wire_write(c->wire, text_str(t), f))
		return EIO;
	t->n = 0;
	text_add(t, s);
	return go_on(c, f);
}

static int log_in_plain(struct imap *c, const struct mail_server *s, struct arena *a, struct fault *f)
{
	struct text t = {.a = a};
	int err = say(c, STR("AUTHENTICATE PLAIN"), f);

	text_add_char(&t, 0);
	text_add(&t, str_of(s->login));
	text_add_char(&t, 0);
	text_add(&t, str_of(s->password));
	if (!err)
		err = go_on(c, f);
	if (!err)
		err = mail_wire_write(c->wire, str_printf(a, "%s\r\n", base64_plain(a, t.p, t.n).p), f);
	return err ? err : finish(c, LINE_MAX_BYTES, NULL, NULL, f);
}

/* A server that refuses says why first, as a challenge that is answered with nothing but the end of it (RFC 7628, 3.2.3). */
static int log_in_token(
        struct imap *c, const struct mail_server *s, const struct abilities *can, struct arena *a, struct fault *f)
{
	str login = str_of(s->login), token = str_of(s->token), said;
	struct imap_answer r = {0};
	int err = say(c, can->bearer ? STR("AUTHENTICATE OAUTHBEARER") : STR("AUTHENTICATE XOAUTH2"), f);

	said = can->bearer ? oauth_bearer(a, login, token, s->host, s->port) : oauth_xoauth2(a, login, token);
	if (!err)
		err = go_on(c, f);
	if (!err)
		err = mail_wire_write(c->wire, str_printf(a, "%s\r\n", base64_plain(a, said.p, said.n).p), f);
	while (!err && !(err = hear(c, LINE_MAX_BYTES, &r, f)) && r.kind != IMAP_TAGGED)
		if (r.kind == IMAP_GO_ON)
			err = mail_wire_write(c->wire, can->bearer ? STR("AQ==\r\n") : STR("\r\n"), f);
	return err || str_eq_nocase(r.word, STR("OK")) ? err : said_no(&r, f);
}

static int log_in_words(struct imap *c, const struct mail_server *s, struct arena *a, struct fault *f)
{
	struct text t = {.a = a};
	int err;

	text_addf(&t, "z%u LOGIN ", ++c->tag);
	err = argument(c, &t, str_of(s->login), f);
	text_add_char(&t, ' ');
	if (!err)
		err = argument(c, &t, str_of(s->password), f);
	text_add(&t, STR("\r\n"));
	if (!err)
		err = mail_wire_write(c->wire, text_str(&t), f);
	return err ? err : finish(c, LINE_MAX_BYTES, NULL, NULL, f);
}

static int log_in(struct imap *c, const struct mail_server *s, struct fault *f)
{
	struct abilities can = {0};
	struct arena a = {0};
	int err = ask(c, STR("CAPABILITY"), able, &can, f);

	if (!err && s->token && !can.bearer && !can.xoauth2)
		return fail(f, EIO, NULL, "imap_oauth", "the mail server takes no tokens (XOAUTH2, OAUTHBEARER)");
	if (!err && !s->token && can.no_login && !can.plain)
		return fail(f, EIO, NULL, "imap_plain", "the mail server takes no password without TLS");
	if (!err)
		err = s->token    ? log_in_token(c, s, &can, &a, f)
		      : can.plain ? log_in_plain(c, s, &a, f)
		                  : log_in_words(c, s, &a, f);
	arena_free(&a);
	if (err == EPERM) {
		f->err = 0;
		return s->token ? fail(f, EACCES, NULL, "imap_token",
		                          "the mail server does not accept the token for this login")
		                : fail(f, EACCES, NULL, "imap_login",
		                          "the mail server does not accept the login and password");
	}
	/* What it can may have changed by now. */
	if (!err)
		err = ask(c, STR("CAPABILITY"), able, &can, f);
	c->idle = can.idle;
	return err;
}

static int open_up(struct imap *c, const struct mail_server *s, enum imap_phase *phase, struct fault *f)
{
	int err = 0;

	if (s->tls == MAIL_TLS) {
		*phase = IMAP_SECURE;
		err = secure(c, s, f);
	}
	if (!err) {
		*phase = IMAP_GREET;
		err = greeting(c, f);
	}
	if (!err && s->tls == MAIL_STARTTLS) {
		*phase = IMAP_SECURE;
		err = secure(c, s, f);
	}
	if (!err) {
		*phase = IMAP_LOGIN;
		err = log_in(c, s, f);
	}
	return err;
}

int imap_open(const struct mail_server *s, struct imap **ret, enum imap_phase *ret_phase, struct fault *f)
{
	struct imap *c = calloc(1, sizeof *c);
	struct fault own = {0};
	bool resolved = false;
	int err;

	*ret_phase = IMAP_RESOLVE;
	f = f ? f : &own;
	if (!c)
		return fail(f, ENOMEM, NULL, "memory", "no memory to speak to the mail server");
	err = mail_wire_open(s, &c->wire, &resolved, f);
	if (resolved)
		*ret_phase = IMAP_CONNECT;
	if (!err)
		err = open_up(c, s, ret_phase, f);
	if (err) {
		imap_free(c);
		return err;
	}
	*ret_phase = IMAP_FOLDER;
	*ret = c;
	return 0;
}

void imap_free(struct imap *c)
{
	struct fault f;

	if (!c)
		return;
	if (c->wire)
		(void)!say(c, STR("LOGOUT"), &f);
	mail_wire_free(c->wire);
	arena_free(&c->a);
	free(c);
}

/* Folders -------------------------------------------------------------------------------------------------------------------- */

static int folder_figures(const struct imap_answer *r, void *arg)
{
	struct imap_folder *folder = arg;
	str word = str_sub(r->code, 0, str_find(r->code, ' ', 0)), value = str_sub(r->code, word.n + 1, r->code.n);
	int64_t n;

	if (str_eq_nocase(r->word, STR("EXISTS")))
		folder->exists = r->number;
	if (str_eq_nocase(word, STR("UIDVALIDITY")) && parse_int(value, 1, UINT32_MAX, &n))
		folder->uidvalidity = (uint32_t)n;
	if (str_eq_nocase(word, STR("UIDNEXT")) && parse_int(value, 1, UINT32_MAX, &n))
		folder->uidnext = (uint32_t)n;
	return 0;
}

int imap_examine(struct imap *c, str folder, struct imap_folder *ret, struct fault *f)
{
	struct imap_folder got = {0};
	struct arena a = {0};
	str name = imap_folder_name(&a, folder);
	int err = name.n < sizeof c->open ? 0 : EPERM;

	if (!err)
		err = ask(c, str_printf(&a, "EXAMINE %.*s", STR_ARG(name)), folder_figures, &got, f);
	if (!err)
		snprintf(c->open, sizeof c->open, "%.*s", STR_ARG(name));
	arena_free(&a);
	if (err == EPERM) {
		f->err = 0;
		return fail(f, ENOENT, NULL, "imap_folder", "the mailbox has no such folder");
	}
	if (!err && !got.uidvalidity)
		err = fail(f, EIO, NULL, "imap_words", "the mail server does not number its letters");
	c->news = false;
	if (!err)
		*ret = got;
	return err;
}

struct marked {
	struct arena *a;
	str name;
};

/* * LIST (\HasNoChildren \Sent) "/" "Sent" */
static int marked_sent(const struct imap_answer *r, void *arg)
{
	struct marked *m = arg;
	size_t close = str_find(r->text, ')', 0), open;
	str name;

	if (!str_eq_nocase(r->word, STR("LIST")) || m->name.p || close == r->text.n ||
	        str_find_str(str_sub(r->text, 0, close), STR("\\Sent"), 0) == close)
		return 0;
	name = str_trim(str_sub(r->text, close + 1, r->text.n));
	open = str_find(name, ' ', 0);
	name = str_trim(str_sub(name, open + 1, name.n));
	if (str_starts(name, STR("\"")))
		name = str_sub(name, 1, name.n - 1);
	m->name = imap_folder_utf8(m->a, name);
	return 0;
}

int imap_sent_folder(struct imap *c, struct arena *a, str *ret, struct fault *f)
{
	struct marked m = {.a = a};
	int err = ask(c, STR("LIST \"\" \"*\""), marked_sent, &m, f);

	if (!err)
		*ret = m.name;
	return err;
}

/* Letters -------------------------------------------------------------------------------------------------------------------- */

struct listed {
	struct arena *a;
	uint32_t after;
	struct imap_uid *of;
	size_t n, cap;
};

static int listed_one(const struct imap_answer *r, void *arg)
{
	struct listed *l = arg;

	if (!str_eq_nocase(r->word, STR("FETCH")) || r->uid <= l->after || r->size < 0 || l->n == IMAP_UIDS_MAX)
		return 0;
	if (l->n == l->cap) {
		struct imap_uid *more = NEW_N(l->a, struct imap_uid, l->cap ? l->cap * 2 : 256);

		if (l->n)
			memcpy(more, l->of, l->n * sizeof *more);
		l->of = more;
		l->cap = l->cap ? l->cap * 2 : 256;
	}
	l->of[l->n++] = (struct imap_uid){r->uid, r->size};
	return 0;
}

static int by_uid(const void *a, const void *b)
{
	const struct imap_uid *x = a, *y = b;

	return x->uid < y->uid ? -1 : x->uid > y->uid;
}

int imap_list(struct imap *c, struct arena *a, uint32_t after, struct imap_uid **ret, size_t *ret_n, struct fault *f)
{
	struct listed l = {.a = a, .after = after};
	char command[80];
	size_t n = 0;
	int err;

	c->news = false;
	snprintf(command, sizeof command, "UID FETCH %u:* (UID RFC822.SIZE)", after == UINT32_MAX ? after : after + 1);
	err = ask(c, str_of(command), listed_one, &l, f);
	if (err)
		return err;
	if (l.n)
		qsort(l.of, l.n, sizeof *l.of, by_uid);
	/* A server that says one twice has one letter. */
	for (size_t i = 0; i < l.n; i++)
		if (n == 0 || l.of[n - 1].uid != l.of[i].uid)
			l.of[n++] = l.of[i];
	*ret = l.of;
	*ret_n = n;
	return 0;
}

struct wanted {
	struct arena *a;
	const struct imap_uid *uids;
	size_t n;
	str *bodies;
};

static int took_body(const struct imap_answer *r, void *arg)
{
	struct wanted *w = arg;

	for (size_t i = 0; r->has_body && i < w->n; i++)
		if (w->uids[i].uid == r->uid && !w->bodies[i].p)
			w->bodies[i] = str_copy(w->a, r->body);
	return 0;
}

int imap_fetch(struct imap *c, struct arena *a, const struct imap_uid *uids, size_t n, str *bodies, struct fault *f)
{
	struct wanted w = {.a = a, .uids = uids, .n = n, .bodies = bodies};
	struct text t = {.a = a};
	int err;

	text_add(&t, STR("UID FETCH "));
	for (size_t i = 0; i < n; i++) {
		bodies[i] = (str){0};
		text_addf(&t, i ? ",%u" : "%u", uids[i].uid);
	}
	text_add(&t, STR(" (UID BODY.PEEK[])"));
	err = say(c, text_str(&t), f);
	return err ? err : finish(c, IMAP_LETTER_MAX + LINE_MAX_BYTES, took_body, &w, f);
}

int imap_fetch_piece(struct imap *c, struct arena *a, uint32_t uid, int64_t offset, int64_t size, str *ret, struct fault *f)
{
	const struct imap_uid one = {uid, size};
	str body = {0};
	struct wanted w = {.a = a, .uids = &one, .n = 1, .bodies = &body};
	char command[120];
	int err;

	snprintf(command, sizeof command, "UID FETCH %u (UID BODY.PEEK[]<%lld.%lld>)", uid, (long long)offset,
	        (long long)size);
	err = say(c, str_of(command), f);
	if (!err)
		err = finish(c, (size_t)size + LINE_MAX_BYTES, took_body, &w, f);
	if (!err && !body.p)
		err = fail(f, ENOENT, NULL, "imap_gone", "the letter is not in the mailbox any more");
	if (!err)
		*ret = str_sub(body, 0, (size_t)size);
	return err;
}

/* Waiting -------------------------------------------------------------------------------------------------------------------- */

bool imap_news(const struct imap *c)
{
	return c->news;
}

static int idle_end(struct imap *c, struct fault *f)
{
	int err = mail_wire_write(c->wire, STR("DONE\r\n"), f);

	return err ? err : finish(c, LINE_MAX_BYTES, NULL, NULL, f);
}

int imap_wait(struct imap *c, int max_s, bool (*stop)(void *arg), void *arg, struct fault *f)
{
	int64_t until = clock_mono_ms() + (c->idle || max_s < POLL_S ? max_s : POLL_S) * CLOCK_SECOND;
	struct imap_answer r;
	int err = 0;

	if (c->news)
		return 0;
	if (c->idle) {
		err = say(c, STR("IDLE"), f);
		if (!err)
			err = go_on(c, f);
	}
	while (!err && !c->news && clock_mono_ms() < until && !stop(arg)) {
		if (!mail_wire_waits(c->wire, IDLE_SLICE_MS))
			continue;
		err = hear(c, LINE_MAX_BYTES, &r, f);
		if (!err && str_eq_nocase(r.word, STR("BYE")))
			err = fail(f, EIO, NULL, "imap_lost", "the mail server ends the connection");
		c->news |= !err && str_eq_nocase(r.word, STR("EXISTS"));
	}
	if (err)
		return err;
	return c->idle ? idle_end(c, f) : ask(c, STR("NOOP"), NULL, NULL, f);
}

/* Copies of what we sent ------------------------------------------------------------------------------------------------------ */

static int found(const struct imap_answer *r, void *arg)
{
	bool *has = arg;

	*has |= str_eq_nocase(r->word, STR("SEARCH")) && str_trim(r->text).n > 0;
	return 0;
}

int imap_has(struct imap *c, str folder, str message_id, bool *ret, struct fault *f)
{
	struct imap_folder seen;
	struct arena a = {0};
	struct text t = {.a = &a};
	bool has = false;
	int err = imap_examine(c, folder, &seen, f);

	text_addf(&t, "z%u UID SEARCH HEADER Message-ID ", ++c->tag);
	if (!err)
		err = argument(c, &t, message_id, f);
	text_add(&t, STR("\r\n"));
	if (!err)
		err = mail_wire_write(c->wire, text_str(&t), f);
	if (!err)
		err = finish(c, LINE_MAX_BYTES, found, &has, f);
	arena_free(&a);
	if (!err)
		*ret = has;
	return err;
}

int imap_create(struct imap *c, str folder, struct fault *f)
{
	struct arena a = {0};
	int err = ask(c, str_printf(&a, "CREATE %.*s", STR_ARG(imap_folder_name(&a, folder))), NULL, NULL, f);

	arena_free(&a);
	return err;
}

int imap_append(struct imap *c, str folder, str mime, struct fault *f)
{
	struct arena a = {0};
	str name = imap_folder_name(&a, folder);
	int err = say(c, str_printf(&a, "APPEND %.*s (\\Seen) {%zu}", STR_ARG(name), mime.n), f);

	arena_free(&a);
	if (!err)
		err = go_on(c, f);
	if (!err)
		err = mail_wire_write(c->wire, mime, f);
	if (!err)
		err = mail_wire_write(c->wire, STR("\r\n"), f);
	return err ? err : finish(c, LINE_MAX_BYTES, NULL, NULL, f);
}
