/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wire.c - the links to the tel nodes: frames out of queues any thread may fill, frames in for the dialler alone. */
#include "domain/dialer/dialer_priv.h"

#include "base/log.h"
#include "base/rand.h"
#include "engine/crypto/channel.h"
#include "kit/app/app.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CONNECT_EVERY_MS = 100, SHAKE_MS = 3000, QUEUE_MAX = 8 * 1024 * 1024 };

/* A worker that waits for an answer: on its own stack, in the list while it waits. */
struct asking {
	int64_t request;
	const struct wire *w; /* over which it was asked */
	struct arena *a;
	str doc;
	bool done, broken;
	struct asking *next;
};

/* A link. What is marked is under the lock; the rest belongs to the dialler's thread. */
struct wire {
	struct arena out_arena; /* lock */
	struct text out;        /* lock: frames to send */
	bool up;                /* lock: connected, led and in step: others may tell */
	char boot[37];          /* lock: of the process at the other end; "" when none */
	int64_t node_id, epoch; /* lock */
	struct channel *ch;     /* NULL: not connected */
	const char *path;       /* the socket we connect to; NULL: it connects to us */
	int64_t tried_at, heard_at;
	bool lost;
	struct arena frames_arena, sending_arena;
	struct frames frames;
	struct text sending;
	size_t sent;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t answered;
	struct asking *asking; /* lock */
	int64_t request;       /* lock */
	struct wire wires[WIRES_MAX];
	size_t n;          /* lock; grown by the dialler's thread, which may read it without */
	int wake, listens; /* listens: for tel nodes; -1: not */
	const uint8_t *key;
	char path[108], app_boot[37];
} the = {.lock = PTHREAD_MUTEX_INITIALIZER, .answered = PTHREAD_COND_INITIALIZER, .wake = -1, .listens = -1};

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
static int queue(struct wire *w, const struct message *m, struct fault *f)
{
	struct message stamped = *m;

	if (w->out.n > QUEUE_MAX)
		return fail(f, ENOTCONN, NULL, "tel_down", "the telephone process does not read its commands");
	if (!stamped.epoch)
		stamped.epoch = w->epoch;
	return message_frame(&stamped, &w->out, f);
}

/* lock is held. The link over which this node may be commanded, 0: any; NULL: none now. */
static struct wire *wire_of(int64_t node_id)
{
	for (struct wire *w = the.wires; w < the.wires + the.n; w++)
		if (w->up && (!node_id || w->node_id == node_id))
			return w;
	return NULL;
}

static int down(struct fault *f)
{
	return fail(f, EAGAIN, NULL, "tel_down", "the telephone process is not there; it comes back by itself");
}

int wire_tell(int64_t node_id, const struct message *m, struct fault *f)
{
	struct wire *w;
	int err;

	pthread_mutex_lock(&the.lock);
	w = wire_of(node_id);
	err = w ? queue(w, m, f) : down(f);
	pthread_mutex_unlock(&the.lock);
	if (!err)
		poke();
	return err;
}

void wire_send(struct wire *w, const struct message *m)
{
	struct fault f = {0};

	pthread_mutex_lock(&the.lock);
	if (queue(w, m, &f))
		log_error("dialer", "command %s is lost: %s", message_kind_name(m->kind), f.what);
	pthread_mutex_unlock(&the.lock);
}

void wire_send_frames(struct wire *w, str frames)
{
	if (!frames.n)
		return;
	pthread_mutex_lock(&the.lock);
	text_add(&w->out, frames);
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

int wire_ask(int64_t node_id, struct message *m, int ms, struct arena *a, struct message *ret, struct fault *f)
{
	struct asking mine = {.a = a};
	struct timespec until;
	struct wire *w;
	int err, waited = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&the.lock);
	mine.request = m->request = ++the.request;
	w = wire_of(node_id);
	err = w ? queue(w, m, f) : down(f);
	if (!err) {
		mine.w = w;
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
	if (mine.done) {
		err = message_decode(mine.doc, true, a, ret, f);
		return !err && ret->kind == EV_REFUSED ? down(f) : err; /* another leads it now */
	}
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

bool wire_up(int64_t node_id)
{
	bool up;

	pthread_mutex_lock(&the.lock);
	up = wire_of(node_id) != NULL;
	pthread_mutex_unlock(&the.lock);
	return up;
}

int64_t wire_boot(int64_t node_id, char ret[37])
{
	struct wire *w;
	int64_t epoch;

	pthread_mutex_lock(&the.lock);
	w = wire_of(node_id);
	memcpy(ret, w ? w->boot : "", w ? sizeof(w->boot) : 1);
	epoch = w ? w->epoch : 0;
	pthread_mutex_unlock(&the.lock);
	return epoch;
}

void wire_set(struct wire *w, int64_t node_id, str boot, int64_t epoch, bool up)
{
	pthread_mutex_lock(&the.lock);
	w->node_id = node_id;
	w->epoch = epoch;
	w->up = up;
	snprintf(w->boot, sizeof(w->boot), "%.*s", STR_ARG(boot));
	pthread_mutex_unlock(&the.lock);
}

size_t wire_count(void)
{
	return the.n;
}

struct wire *wire_at(size_t i)
{
	return the.wires + i;
}

int64_t wire_heard_at(const struct wire *w)
{
	return w->heard_at;
}

str wire_app_boot(void)
{
	return str_of(the.app_boot);
}

static struct wire *wire_new(void)
{
	struct wire *w = the.n < WIRES_MAX ? the.wires + the.n : NULL;

	if (!w)
		return NULL;
	pthread_mutex_lock(&the.lock);
	*w = (struct wire){.out.a = &w->out_arena, .sending.a = &w->sending_arena};
	the.n++;
	pthread_mutex_unlock(&the.lock);
	frames_init(&w->frames, &w->frames_arena);
	return w;
}

int wire_open(const struct app_settings *s, struct fault *f)
{
	uint32_t from;
	int err = 0;

	if (s->tel_socket && strlen(s->tel_socket) >= sizeof(the.path))
		return fail(f, EINVAL, "tel_socket", "length", "the path of the telephone socket is too long");
	the.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (the.wake < 0)
		return fail(f, errno, NULL, "engine", "no eventfd");
	rand_uuid(the.app_boot);
	rand_bytes(&from, sizeof(from));
	the.request = (int64_t)from << 16; /* tel sorts the answers to several apps by it */
	if (s->tel_socket) {
		memcpy(the.path, s->tel_socket, strlen(s->tel_socket) + 1);
		wire_new()->path = the.path;
	}
	the.key = s->cluster_key;
	if (s->cluster)
		err = channel_listen(s->cluster, &the.listens, f);
	return err;
}

/* Nobody is left to answer: those who wait are told, what was queued is void. */
static void broke(struct wire *w, const char *why)
{
	log_warn("dialer", "a telephone process is away: %s", why);
	channel_free(w->ch);
	w->ch = NULL;
	w->lost = true;
	pthread_mutex_lock(&the.lock);
	w->up = false;
	w->boot[0] = 0;
	arena_reset(&w->out_arena);
	w->out = (struct text){.a = &w->out_arena};
	for (struct asking *one = the.asking; one; one = one->next)
		one->broken |= one->w == w;
	pthread_cond_broadcast(&the.answered);
	pthread_mutex_unlock(&the.lock);
	arena_reset(&w->sending_arena);
	w->sending = (struct text){.a = &w->sending_arena};
	w->sent = 0;
	w->frames.n = w->frames.taken = 0;
}

void wire_break(struct wire *w, const char *why)
{
	broke(w, why);
}

void wire_close(void)
{
	for (struct wire *w = the.wires; w < the.wires + the.n; w++) {
		channel_free(w->ch);
		arena_free(&w->frames_arena);
		arena_free(&w->sending_arena);
		arena_free(&w->out_arena);
	}
	if (the.wake >= 0)
		close(the.wake);
	if (the.listens >= 0)
		close(the.listens);
	the.wake = the.listens = -1;
	the.n = 0;
}

static void try_connect(struct wire *w)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int64_t now = clock_mono_ms();
	int fd;

	if (!w->path || now - w->tried_at < CONNECT_EVERY_MS)
		return;
	w->tried_at = now;
	memcpy(to.sun_path, w->path, strlen(w->path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) || fcntl(fd, F_SETFL, O_NONBLOCK)) {
		close(fd);
		return;
	}
	w->ch = channel_new(fd, NULL, false);
	w->heard_at = now;
}

/* A place for one who comes: a free one, a new one, or that of a stranger who does not show the key. */
static struct wire *place_for(void)
{
	struct wire *stranger = NULL, *w;

	for (w = the.wires; w < the.wires + the.n; w++) {
		if (!w->path && !w->ch)
			return w;
		if (w->ch && !channel_ready(w->ch) && (!stranger || w->heard_at < stranger->heard_at))
			stranger = w;
	}
	w = wire_new();
	if (!w && stranger)
		broke(stranger, "another waits for its place");
	return w ? w : stranger;
}

static void accept_all(void)
{
	int fd;

	while ((fd = channel_accept(the.listens)) >= 0) {
		struct wire *w = place_for();
		if (!w) {
			log_warn("dialer", "more than %d tel nodes: one is refused", WIRES_MAX);
			close(fd);
			return;
		}
		w->ch = channel_new(fd, the.key, true);
		w->heard_at = clock_mono_ms();
	}
}

static void send_some(struct wire *w)
{
	ssize_t n;

	if (w->sent == w->sending.n) { /* take what the others queued */
		arena_reset(&w->sending_arena);
		w->sending = (struct text){.a = &w->sending_arena};
		w->sent = 0;
		pthread_mutex_lock(&the.lock);
		if (w->out.n) {
			text_add(&w->sending, text_str(&w->out));
			arena_reset(&w->out_arena);
			w->out = (struct text){.a = &w->out_arena};
		}
		pthread_mutex_unlock(&the.lock);
	}
	if (w->sent == w->sending.n)
		return;
	n = channel_write(w->ch, w->sending.p + w->sent, w->sending.n - w->sent);
	if (n > 0)
		w->sent += (size_t)n;
	else if (!n)
		broke(w, "it closed the connection");
	else if (errno != EAGAIN && errno != EINTR)
		broke(w, strerror(errno));
}

static void read_some(struct wire *w)
{
	size_t room;
	char *p = frames_room(&w->frames, &room);
	ssize_t n = channel_read(w->ch, p, room);

	if (n > 0) {
		frames_add(&w->frames, (size_t)n);
		w->heard_at = clock_mono_ms();
	} else if (!n) {
		broke(w, "it closed the connection");
	} else if (errno != EAGAIN && errno != EINTR) {
		broke(w, strerror(errno));
	}
}

static bool queued(struct wire *w)
{
	bool any;

	pthread_mutex_lock(&the.lock);
	any = w->out.n > 0;
	pthread_mutex_unlock(&the.lock);
	return any || w->sent < w->sending.n;
}

/* What to wait for at this link. */
static struct pollfd wanted(struct wire *w, int *ms)
{
	struct pollfd p = {.fd = -1, .events = POLLIN};

	if (!w->ch)
		try_connect(w);
	if (!w->ch && w->path && *ms > CONNECT_EVERY_MS)
		*ms = CONNECT_EVERY_MS;
	if (w->ch)
		send_some(w);
	if (!w->ch)
		return p;
	if (channel_writes(w->ch, queued(w)))
		p.events |= POLLOUT;
	if (channel_pending(w->ch))
		*ms = 0;
	p.fd = channel_fd(w->ch);
	return p;
}

static void serve(struct wire *w, const struct pollfd *p)
{
	struct channel *ch = w->ch;

	if (ch)
		send_some(w);
	if (ch && w->ch == ch && p->fd == channel_fd(ch) &&
	        (p->revents & (POLLIN | POLLHUP | POLLERR) || channel_pending(ch)))
		read_some(w);
	if (w->ch && !channel_ready(w->ch) && clock_mono_ms() - w->heard_at > SHAKE_MS)
		broke(w, "it does not show the key");
}

void wire_turn(int ms)
{
	struct pollfd p[WIRES_MAX + 2];
	uint64_t count;
	size_t n = the.n;

	for (size_t i = 0; i < n; i++)
		p[i] = wanted(the.wires + i, &ms);
	p[n] = (struct pollfd){.fd = the.wake, .events = POLLIN};
	p[n + 1] = (struct pollfd){.fd = the.listens, .events = POLLIN};
	if (poll(p, n + 2, ms) < 0)
		return;
	if (p[n].revents && read(the.wake, &count, sizeof(count)) < 0)
		log_debug("dialer", "woken for nothing");
	for (size_t i = 0; i < n; i++)
		serve(the.wires + i, p + i);
	if (p[n + 1].revents)
		accept_all();
}

int wire_next(struct wire *w, struct arena *a, struct message *ret)
{
	struct fault f = {0};
	str doc;
	int err = !w->ch ? ENOENT : frames_next(&w->frames, &doc);

	if (err == EMSGSIZE)
		broke(w, "a frame longer than allowed");
	if (err)
		return ENOENT;
	doc = str_copy(a, doc);
	err = message_decode(doc, true, a, ret, &f);
	if (err && !message_unread(doc, f.what, a, ret)) {
		broke(w, f.what);
		return ENOENT;
	}
	if (err) /* kept there until it is noted here: it must not stand before all others for ever */
		log_error("dialer", "event %lld cannot be read and has no effect: %s", (long long)ret->seq, f.what);
	if (ret->kind == EV_SDP || ret->kind == EV_TRUNK_TESTED || ret->kind == EV_PIECE ||
	        (ret->kind == EV_REFUSED && ret->request))
		wire_answered(ret, doc);
	return 0;
}

bool wire_lost(struct wire *w)
{
	bool lost = w->lost;

	w->lost = false;
	return lost;
}
