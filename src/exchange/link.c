/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link.c - frames over stream sockets on the loop: nothing here waits, what the peer does not take is buffered up to a bound. */
#include "exchange/link.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "engine/crypto/channel.h"
#include "engine/tel/re.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { OUT_MAX = 16 * 1024 * 1024, READS_MAX = 16, REACH_EVERY_MS = 500 };

struct app {
	struct le le;
	struct channel *ch;
	struct reach *reach; /* we called it; NULL: it called us */
	bool closed;
	char boot[37]; /* once it said hello */
	struct arena in_arena;
	struct frames frames;
	struct mbuf *out; /* not yet taken by the socket */
};
struct kept {
	struct le le;
	int64_t seq;
	size_t n;
	uint8_t frame[];
};

/* A request that is not answered yet, and whose it is. */
struct ask {
	struct le le;
	int64_t request;
	struct app *app;
};

/* An app node that is called, and again when it is away. */
struct reach {
	struct channel_address at;
	struct app *app; /* NULL: away */
};

/* The link is a thing of the process. */
static struct {
	int fd;
	struct link_settings s;
	struct reach reach[LINK_APPS];
	size_t n_reach;
	struct tmr again;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	struct link_handlers h;
	struct list apps, kept, asks;
	struct app *now; /* who leads */
	bool led;        /* he has compared */
	int64_t epoch;
	struct tmr away;
	char boot[37];
	int64_t seq;
	size_t n_kept;
} tie = {.fd = -1};

static void on_away(void *arg);

static void ask_destructor(void *arg)
{
	list_unlink(&((struct ask *)arg)->le);
}

/* Its connection ends now; the memory goes when nobody works on it any more. */
static void app_close(struct app *app)
{
	bool led = tie.now == app;

	if (app->closed)
		return;
	app->closed = true;
	for (struct le *le = tie.asks.head, *next; le; le = next) {
		next = le->next;
		if (((struct ask *)le->data)->app == app)
			mem_deref(le->data);
	}
	list_unlink(&app->le);
	fd_close(channel_fd(app->ch));
	channel_free(app->ch);
	app->ch = NULL;
	if (app->reach)
		app->reach->app = NULL;
	if (led) {
		tie.now = NULL;
		tie.led = false;
		tmr_start(&tie.away, 0, on_away, NULL); /* another may lead at once */
	}
	mem_deref(app);
}

static void app_destructor(void *arg)
{
	struct app *app = arg;

	arena_free(&app->in_arena);
	mem_deref(app->out);
}

str link_boot(void)
{
	return str_of(tie.boot);
}

int64_t link_last_seq(void)
{
	return tie.seq;
}

bool link_up(void)
{
	return tie.now != NULL;
}

int64_t link_epoch(void)
{
	return tie.epoch;
}

/* Out --------------------------------------------------------------------------------------------------------------------- */

static void on_app(int flags, void *arg);

/* Give the socket what it takes. False when the peer is gone. */
static bool flush(struct app *app)
{
	while (mbuf_get_left(app->out)) {
		ssize_t n = channel_write(app->ch, mbuf_buf(app->out), mbuf_get_left(app->out));
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			break;
		if (n <= 0)
			return false;
		mbuf_advance(app->out, n);
	}
	if (!mbuf_get_left(app->out))
		mbuf_rewind(app->out);
	fd_listen(channel_fd(app->ch), channel_writes(app->ch, mbuf_get_left(app->out) > 0) ? FD_READ | FD_WRITE : FD_READ,
	        on_app, app);
	return true;
}

static void app_send(struct app *app, const uint8_t *frame, size_t n)
{
	size_t pos = app->out->pos;

	if (mbuf_get_left(app->out) + n > OUT_MAX) {
		log_error("link", "the app does not read: closing it");
		app_close(app);
		return;
	}
	app->out->pos = app->out->end;
	mbuf_write_mem(app->out, frame, n);
	app->out->pos = pos;
	if (!flush(app))
		app_close(app);
}

static void keep(const char *frame, size_t n)
{
	struct kept *k = mem_zalloc(sizeof(*k) + n, NULL);

	if (!k)
		return;
	k->seq = tie.seq;
	k->n = n;
	memcpy(k->frame, frame, n);
	list_append(&tie.kept, &k->le, k);
	if (++tie.n_kept <= LINK_KEPT_MAX)
		return;
	k = tie.kept.head->data;
	list_unlink(&k->le);
	mem_deref(k);
	if (tie.n_kept-- == LINK_KEPT_MAX + 1 && tie.seq % 1000 == 0)
		log_error("link", "more than %d events wait for an app: the oldest are lost", LINK_KEPT_MAX);
}

/* To all, or to one who just came. */
static void tell_app(struct app *app, struct message *m)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	struct fault f = {0};

	m->boot = link_boot();
	m->at = clock_ms();
	if (message_frame(m, &t, &f))
		log_error("link", "an event %s cannot be said: %s", message_kind_name(m->kind), f.what);
	for (struct le *le = tie.apps.head, *next; le && t.n; le = next) {
		next = le->next;
		if (!app || le->data == app)
			app_send(le->data, (const uint8_t *)t.p, t.n);
	}
	arena_free(&a);
}

static struct message who_we_are(void)
{
	return (struct message){.kind = EV_NODE,
	        .name = str_of(tie.s.name),
	        .uid = str_of(tie.s.uid),
	        .host = str_of(tie.s.address),
	        .epoch = tie.epoch,
	        .up = tie.led};
}

static void tell_who(void)
{
	struct message m = who_we_are();

	tell_app(NULL, &m);
}

static void on_away(void *arg)
{
	(void)arg;
	tell_who();
}

void link_led(void)
{
	tie.led = true;
	tell_who();
}

/* Whose request this answers: the leader's, when nobody is known to have asked. */
static struct app *asker_of(int64_t request)
{
	for (struct le *le = tie.asks.head; le && request; le = le->next) {
		struct ask *ask = le->data;
		struct app *app = ask->app;
		if (ask->request != request)
			continue;
		mem_deref(ask);
		return app;
	}
	return tie.now;
}

static void note_ask(struct app *app, int64_t request)
{
	struct ask *ask = request ? mem_zalloc(sizeof(*ask), ask_destructor) : NULL;

	if (!ask)
		return;
	*ask = (struct ask){.request = request, .app = app};
	list_append(&tie.asks, &ask->le, ask);
}

void link_tell(struct message *m)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	struct fault f = {0};
	struct app *to;

	if (m->kind == EV_FIGURES) {
		tell_app(NULL, m);
		return;
	}
	to = asker_of(m->request);
	m->boot = link_boot();
	m->at = clock_ms();
	m->seq = message_kept(m->kind) ? ++tie.seq : 0;
	if (message_frame(m, &t, &f))
		log_error("link", "an event %s cannot be said: %s", message_kind_name(m->kind), f.what);
	else {
		if (message_kept(m->kind))
			keep(t.p, t.n);
		if (to)
			app_send(to, (const uint8_t *)t.p, t.n);
	}
	arena_free(&a);
}

void link_repeat(void)
{
	for (struct le *le = tie.kept.head; le && tie.now; le = le->next)
		app_send(tie.now, ((struct kept *)le->data)->frame, ((struct kept *)le->data)->n);
}

void link_ack(str boot, int64_t seq)
{
	struct kept *k;

	if (!str_eq(boot, link_boot()))
		return;
	while (tie.kept.head && (k = tie.kept.head->data)->seq <= seq) {
		list_unlink(&k->le);
		mem_deref(k);
		tie.n_kept--;
	}
}

/* In ---------------------------------------------------------------------------------------------------------------------- */

/* It leads from now on, unless somebody took the lease after it. Another connection of the same process is a dead one. */
static bool lead(struct app *app, const struct message *hello)
{
	if (hello->epoch < tie.epoch)
		return false;
	snprintf(app->boot, sizeof(app->boot), "%.*s", STR_ARG(hello->app_boot));
	tie.epoch = hello->epoch;
	tie.led = false;
	for (struct le *le = tie.apps.head, *next; le; le = next) {
		struct app *other = le->data;
		next = le->next;
		if (other != app && !strcmp(other->boot, app->boot))
			app_close(other);
	}
	tie.now = app;
	return true;
}

/* One frame of the peer; before the first hello of all nothing else counts, nor what is said under an epoch that is over. That an event is
 * stored stays true whoever says it. */
static void serve(struct app *app, str frame)
{
	struct arena a = {0};
	struct message m;
	struct fault f = {0};

	if (message_decode(frame, false, &a, &m, &f)) {
		log_warn("link", "a command is refused: %s", f.what);
	} else if (m.kind == CMD_HELLO && !lead(app, &m)) {
		m = who_we_are();
		tell_app(app, &m);
	} else if (tie.epoch) {
		note_ask(app, m.request);
		tie.h.command(&m);
	}
	arena_free(&a);
}

static void take_frames(struct app *app)
{
	str frame;
	int err = 0;

	while (!app->closed && !(err = frames_next(&app->frames, &frame)))
		serve(app, frame);
	if (app->closed || err == ENOENT)
		return;
	log_error("link", "a frame is too long: closing the app's connection");
	app_close(app);
}

/* What came: up to READS_MAX pieces, so that a busy app does not hold the audio. */
static void read_some(struct app *app)
{
	size_t room;
	ssize_t n;

	for (int i = 0; i < READS_MAX && !app->closed; i++) {
		char *at = frames_room(&app->frames, &room);
		n = channel_read(app->ch, at, room);
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
			return;
		if (n <= 0) {
			log_info("link", "an app is gone: talks go on");
			app_close(app);
			return;
		}
		frames_add(&app->frames, (size_t)n);
		take_frames(app);
	}
}

static void on_app(int flags, void *arg)
{
	struct app *app = mem_ref(arg);

	if (flags & FD_WRITE && !flush(app))
		app_close(app);
	if (flags & FD_READ && !app->closed)
		read_some(app);
	if (!app->closed && mbuf_get_left(app->out) && !flush(app)) /* a handshake is over: what waited for it goes */
		app_close(app);
	mem_deref(app);
}

/* Somebody is at the other end, or soon will be: he hears who we are. */
static void adopt(struct channel *ch, struct reach *reach)
{
	struct app *app = ch ? mem_zalloc(sizeof(*app), app_destructor) : NULL;
	struct message m = who_we_are();

	if (!app) {
		channel_free(ch);
		return;
	}
	app->ch = ch;
	app->out = mbuf_alloc(4096);
	app->reach = reach;
	if (reach)
		reach->app = app;
	frames_init(&app->frames, &app->in_arena);
	list_append(&tie.apps, &app->le, app);
	if (!app->out || fd_listen(channel_fd(ch), FD_READ, on_app, app))
		app_close(app);
	else
		tell_app(app, &m);
}

static void on_listen(int flags, void *arg)
{
	int fd = accept4(tie.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)flags;
	(void)arg;
	if (fd >= 0)
		adopt(channel_new(fd, NULL, true), NULL);
}

/* Call those who are away. */
static void reach_out(void *arg)
{
	(void)arg;
	for (struct reach *r = tie.reach; r < tie.reach + tie.n_reach; r++) {
		int fd = r->app ? -1 : channel_connect(&r->at);
		if (fd >= 0)
			adopt(channel_new(fd, tie.s.key, false), r);
	}
	tmr_start(&tie.again, REACH_EVERY_MS, reach_out, NULL);
}

static int listen_at(const char *path, struct fault *f)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int err = 0;

	if (strlen(path) >= sizeof(sun.sun_path))
		return fail(f, ENAMETOOLONG, "socket_path", "socket", "%s is too long for a socket", path);
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	snprintf(tie.path, sizeof(tie.path), "%s", path);
	unlink(path);
	tie.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (tie.fd < 0 || bind(tie.fd, (struct sockaddr *)&sun, sizeof(sun)) || listen(tie.fd, 8)) /* umask makes it 0600 */
		err = errno;
	if (!err)
		err = fd_listen(tie.fd, FD_READ, on_listen, NULL);
	return err ? fail(f, err, "socket_path", "socket", "%s cannot be listened on: %s", path, strerror(err)) : 0;
}

int link_init(const struct link_settings *s, const struct link_handlers *h, struct fault *f)
{
	int err = listen_at(s->socket_path, f);

	tie.h = *h;
	tie.s = *s;
	tmr_init(&tie.away);
	tmr_init(&tie.again);
	rand_uuid(tie.boot);
	for (size_t i = 0; i < LINK_APPS && s->apps && s->apps[i] && !err; i++)
		err = channel_look_up(s->apps[i], &tie.reach[tie.n_reach++].at, f);
	if (!err && tie.n_reach)
		reach_out(NULL);
	return err;
}

void link_drop(void)
{
	while (tie.apps.head)
		app_close(tie.apps.head->data);
}

void link_done(void)
{
	link_drop();
	tmr_cancel(&tie.away);
	tmr_cancel(&tie.again);
	list_flush(&tie.kept);
	if (tie.fd < 0)
		return;
	fd_close(tie.fd);
	close(tie.fd);
	unlink(tie.path);
	tie.fd = -1;
}
