/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wire.c - the socket to the telephone process: frames out of a queue any thread may fill, frames in for the dialler alone. */
#include "domain/dialer/dialer_priv.h"

#include "base/log.h"
#include "base/rand.h"
#include "kit/app/app.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CONNECT_EVERY_MS = 100, QUEUE_MAX = 8 * 1024 * 1024 };

/* A worker that waits for an answer: on its own stack, in the list while it waits. */
struct asking {
	int64_t request;
	struct arena *a;
	str doc;
	bool done, broken;
	struct asking *next;
};

/* The one link of the process. lock guards what is marked; the rest belongs to the dialler's thread. */
static struct wire {
	pthread_mutex_t lock;
	pthread_cond_t answered;
	struct arena out_arena; /* lock */
	struct text out;        /* lock: frames to send */
	bool up;                /* lock: connected and in step: others may tell */
	char boot[37];          /* lock */
	struct asking *asking;  /* lock */
	int64_t request;        /* lock */
	int wake, fd;
	char path[108], app_boot[37];
	int64_t tried_at;
	bool lost;
	struct arena frames_arena, sending_arena;
	struct frames frames;
	struct text sending;
	size_t sent;
} the = {.lock = PTHREAD_MUTEX_INITIALIZER, .answered = PTHREAD_COND_INITIALIZER, .wake = -1, .fd = -1};

static void poke(void)
{
	uint64_t one = 1;

	if (write(the.wake, &one, sizeof(one)) < 0)
		log_debug("dialer", "the wake-up counter is full, so it is awake");
}

void wire_wake(void)
{
	poke();
}

/* lock is held. */
static int queue(const struct message *m, struct fault *f)
{
	if (the.out.n > QUEUE_MAX)
		return fail(f, ENOTCONN, NULL, "tel_down", "the telephone process does not read its commands");
	return message_frame(m, &the.out, f);
}

int wire_tell(const struct message *m, struct fault *f)
{
	int err;

	pthread_mutex_lock(&the.lock);
	err = the.up ? queue(m, f)
	             : fail(f, EAGAIN, NULL, "tel_down", "the telephone process is not there; it comes back by itself");
	pthread_mutex_unlock(&the.lock);
	if (!err)
		poke();
	return err;
}

void wire_send(const struct message *m)
{
	struct fault f = {0};

	pthread_mutex_lock(&the.lock);
	if (queue(m, &f))
		log_error("dialer", "command %s is lost: %s", message_kind_name(m->kind), f.what);
	pthread_mutex_unlock(&the.lock);
}

void wire_send_frames(str frames)
{
	if (!frames.n)
		return;
	pthread_mutex_lock(&the.lock);
	text_add(&the.out, frames);
	pthread_mutex_unlock(&the.lock);
}

static void asking_remove(struct asking *mine)
{
	for (struct asking **at = &the.asking; *at; at = &(*at)->next)
		if (*at == mine) {
			*at = mine->next;
			return;
		}
}

int wire_ask(struct message *m, int ms, struct arena *a, struct message *ret, struct fault *f)
{
	struct asking mine = {.a = a};
	struct timespec until;
	int err, waited = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&the.lock);
	mine.request = m->request = ++the.request;
	err = the.up ? queue(m, f)
	             : fail(f, EAGAIN, NULL, "tel_down", "the telephone process is not there; it comes back by itself");
	if (!err) {
		mine.next = the.asking;
		the.asking = &mine;
		poke();
		while (!mine.done && !mine.broken && !waited)
			waited = pthread_cond_timedwait(&the.answered, &the.lock, &until);
		asking_remove(&mine);
	}
	pthread_mutex_unlock(&the.lock);
	if (err)
		return err;
	if (mine.done)
		return message_decode(mine.doc, true, a, ret, f);
	return fail(f, ETIMEDOUT, NULL, "tel_silent", "the telephone process did not answer in time");
}

void wire_answered(const struct message *m, str doc)
{
	pthread_mutex_lock(&the.lock);
	for (struct asking *w = the.asking; w; w = w->next)
		if (w->request == m->request) {
			w->doc = str_copy(w->a, doc); /* its owner sleeps until done */
			w->done = true;
		}
	pthread_cond_broadcast(&the.answered);
	pthread_mutex_unlock(&the.lock);
}

bool wire_up(void)
{
	bool up;

	pthread_mutex_lock(&the.lock);
	up = the.up;
	pthread_mutex_unlock(&the.lock);
	return up;
}

void wire_boot(char ret[37])
{
	pthread_mutex_lock(&the.lock);
	memcpy(ret, the.boot, sizeof(the.boot));
	pthread_mutex_unlock(&the.lock);
}

void wire_set_up(bool up, str boot)
{
	pthread_mutex_lock(&the.lock);
	the.up = up;
	snprintf(the.boot, sizeof(the.boot), "%.*s", STR_ARG(boot));
	pthread_mutex_unlock(&the.lock);
}

int wire_open(const char *socket_path, struct fault *f)
{
	if (strlen(socket_path) >= sizeof(the.path))
		return fail(f, EINVAL, "tel_socket", "length", "the path of the telephone socket is too long");
	memcpy(the.path, socket_path, strlen(socket_path) + 1);
	the.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (the.wake < 0)
		return fail(f, errno, NULL, "engine", "no eventfd");
	rand_uuid(the.app_boot);
	frames_init(&the.frames, &the.frames_arena);
	the.out.a = &the.out_arena;
	the.sending.a = &the.sending_arena;
	return 0;
}

/* Nobody is left to answer: those who wait are told, what was queued is void. */
static void broke(const char *why)
{
	log_warn("dialer", "the telephone process is away: %s", why);
	if (the.fd >= 0)
		close(the.fd);
	the.fd = -1;
	the.lost = true;
	pthread_mutex_lock(&the.lock);
	the.up = false;
	the.boot[0] = 0;
	arena_reset(&the.out_arena);
	the.out = (struct text){.a = &the.out_arena};
	for (struct asking *w = the.asking; w; w = w->next)
		w->broken = true;
	pthread_cond_broadcast(&the.answered);
	pthread_mutex_unlock(&the.lock);
	arena_reset(&the.sending_arena);
	the.sending = (struct text){.a = &the.sending_arena};
	the.sent = 0;
	the.frames.n = the.frames.taken = 0;
}

void wire_close(void)
{
	if (the.fd >= 0)
		close(the.fd);
	if (the.wake >= 0)
		close(the.wake);
	the.fd = the.wake = -1;
	arena_free(&the.frames_arena);
	arena_free(&the.sending_arena);
	arena_free(&the.out_arena);
}

static void try_connect(void)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int64_t now = clock_mono_ms();
	int fd;

	if (now - the.tried_at < CONNECT_EVERY_MS)
		return;
	the.tried_at = now;
	memcpy(to.sun_path, the.path, sizeof(the.path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) || fcntl(fd, F_SETFL, O_NONBLOCK)) {
		close(fd);
		return;
	}
	the.fd = fd;
	wire_send(&(struct message){.kind = CMD_HELLO, .app_boot = str_of(the.app_boot), .epoch = 1});
}

static void send_some(void)
{
	ssize_t n;

	if (the.sent == the.sending.n) { /* take what the others queued */
		arena_reset(&the.sending_arena);
		the.sending = (struct text){.a = &the.sending_arena};
		the.sent = 0;
		pthread_mutex_lock(&the.lock);
		if (the.out.n) {
			text_add(&the.sending, text_str(&the.out));
			arena_reset(&the.out_arena);
			the.out = (struct text){.a = &the.out_arena};
		}
		pthread_mutex_unlock(&the.lock);
	}
	if (the.sent == the.sending.n)
		return;
	n = send(the.fd, the.sending.p + the.sent, the.sending.n - the.sent, MSG_NOSIGNAL);
	if (n > 0)
		the.sent += (size_t)n;
	else if (errno != EAGAIN && errno != EINTR)
		broke(strerror(errno));
}

static void read_some(void)
{
	size_t room;
	char *p = frames_room(&the.frames, &room);
	ssize_t n = recv(the.fd, p, room, 0);

	if (n > 0)
		frames_add(&the.frames, (size_t)n);
	else if (!n)
		broke("it closed the connection");
	else if (errno != EAGAIN && errno != EINTR)
		broke(strerror(errno));
}

static bool queued(void)
{
	bool any;

	pthread_mutex_lock(&the.lock);
	any = the.out.n > 0;
	pthread_mutex_unlock(&the.lock);
	return any || the.sent < the.sending.n;
}

void wire_turn(int ms)
{
	struct pollfd p[2] = {{.fd = the.wake, .events = POLLIN}, {.fd = the.fd, .events = POLLIN}};
	uint64_t count;

	if (the.fd < 0)
		try_connect();
	p[1].fd = the.fd;
	if (the.fd >= 0)
		send_some();
	if (the.fd >= 0 && queued())
		p[1].events |= POLLOUT;
	if (poll(p, 2, the.fd < 0 && ms > CONNECT_EVERY_MS ? CONNECT_EVERY_MS : ms) < 0)
		return;
	if (p[0].revents && read(the.wake, &count, sizeof(count)) < 0)
		log_debug("dialer", "woken for nothing");
	if (the.fd >= 0)
		send_some();
	if (the.fd >= 0 && p[1].revents & (POLLIN | POLLHUP | POLLERR))
		read_some();
}

int wire_next(struct arena *a, struct message *ret)
{
	struct fault f = {0};
	str doc;
	int err = the.fd < 0 ? ENOENT : frames_next(&the.frames, &doc);

	if (err == EMSGSIZE)
		broke("a frame longer than allowed");
	if (err)
		return ENOENT;
	err = message_decode(str_copy(a, doc), true, a, ret, &f);
	if (err) {
		broke(f.what);
		return ENOENT;
	}
	if (ret->kind == EV_SDP || ret->kind == EV_TRUNK_TESTED)
		wire_answered(ret, doc);
	return 0;
}

bool wire_lost(void)
{
	bool lost = the.lost;

	the.lost = false;
	return lost;
}
