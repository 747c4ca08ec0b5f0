/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hub.c - one thread between the table event and all streams. It is woken by each commit of this process and looks by itself now
 * and then, since others write too (other nodes, the command line). The mutex guards the two lists and every watcher's st;
 * all else belongs to the thread. Lock order: hub, then a stream's own. */
#include "kit/event/event_priv.h"

#include "base/clock.h"
#include "base/log.h"

#include <pthread.h>

enum { BATCH = 500, LISTENERS = 4, CHECK_MS = 4000, YOUNG_MS = 1000, POLL_MS = 500, POLL_POSTGRES_MS = 200 };

struct event_hub {
	struct store *store;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool woken, stopping;
	struct watcher *live, *joining;
	int64_t streams;
	struct {
		void (*fn)(const struct event *e, int64_t id, void *arg);
		void *arg;
	} listener[LISTENERS];
	size_t n_listeners;
	/* the thread's own: */
	int64_t position;
	struct arena a;
	struct event_row rows[BATCH];
};

static void wake(void *hub)
{
	struct event_hub *h = hub;

	pthread_mutex_lock(&h->lock);
	h->woken = true;
	pthread_cond_signal(&h->wake);
	pthread_mutex_unlock(&h->lock);
}

/* Until woken or the next look is due; false when stopping. */
static bool sleep_until_woken(struct event_hub *h)
{
	int64_t until = clock_mono_ms() + (store_engine(h->store) == DB_POSTGRES ? POLL_POSTGRES_MS : POLL_MS);
	struct timespec ts = {.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};
	bool go;

	pthread_mutex_lock(&h->lock);
	while (!h->woken && !h->stopping && pthread_cond_timedwait(&h->wake, &h->lock, &ts) == 0)
		;
	h->woken = false;
	go = !h->stopping;
	pthread_mutex_unlock(&h->lock);
	return go;
}

static bool connected(struct event_hub *h, const struct watcher *w)
{
	bool is;

	pthread_mutex_lock(&h->lock);
	is = w->st != NULL;
	pthread_mutex_unlock(&h->lock);
	return is;
}

/* Push what w may see of n rows. Under the lock, so that the stream cannot be freed meanwhile. */
static void offer(struct event_hub *h, struct watcher *w, const struct event_row *rows, const str *texts, size_t n)
{
	pthread_mutex_lock(&h->lock);
	for (size_t i = 0; i < n && w->st; i++) {
		if (rows[i].id <= w->at)
			continue;
		w->at = rows[i].id;
		if (event_concerns(&rows[i].e, &w->who, &w->projects, &w->customers))
			(void)http_stream_push(w->st, texts[i]);
	}
	pthread_mutex_unlock(&h->lock);
}

static const str *texts_of(struct event_hub *h, size_t n)
{
	str *texts = NEW_N(&h->a, str, n ? n : 1);

	for (size_t i = 0; i < n; i++)
		texts[i] = event_text(&h->rows[i], &h->a);
	return texts;
}

/* The watcher may look no longer: its connection ends, and gone comes back for it. */
static void cut(struct event_hub *h, struct watcher *w)
{
	pthread_mutex_lock(&h->lock);
	if (w->st)
		http_stream_close(w->st);
	pthread_mutex_unlock(&h->lock);
	w->who.role = NULL;
}

/* Within its first moments a stream may not be the answer of its request yet, so it is not ended then but looked at again. */
static void check(struct event_hub *h, struct watcher *w, struct db *db, int64_t now)
{
	struct fault f = {0};
	int err = watcher_check(w, db, now, &f);

	if (err == ENOENT && now - w->joined_ms >= YOUNG_MS)
		cut(h, w);
	else if (err && err != ENOENT)
		log_warn("event", "a watcher could not be checked: %s", f.what);
}

/* Who reaches what follows from these; a change of them is looked at before the events after it are offered. */
static bool moves_reach(const struct event *e)
{
	static const char *const entities[] = {"project", "member", "user", "customer"};

	for (size_t i = 0; i < COUNT(entities); i++)
		if (!strcmp(e->entity, entities[i]))
			return true;
	return false;
}

static void check_due(struct event_hub *h, struct db *db, bool all)
{
	int64_t now = clock_ms();

	for (struct watcher *w = h->live; w; w = w->next)
		if (w->who.role && (all ? !w->projects.all : now - w->checked_ms >= CHECK_MS || now < w->checked_ms) &&
		        connected(h, w))
			check(h, w, db, now);
}

/* The next events, to everybody. True when there may be more. */
static bool deliver(struct event_hub *h, struct db *db)
{
	struct fault f = {0};
	bool moved = false;
	const str *texts;
	size_t n;

	arena_reset(&h->a);
	if (events_read(db, &h->a, h->position, BATCH, h->rows, &n, &f)) {
		log_warn("event", "events could not be read: %s", f.what);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		moved = moved || moves_reach(&h->rows[i].e);
		for (size_t k = 0; k < h->n_listeners; k++)
			h->listener[k].fn(&h->rows[i].e, h->rows[i].id, h->listener[k].arg);
	}
	if (moved)
		check_due(h, db, true);
	texts = texts_of(h, n);
	for (struct watcher *w = h->live; w && n; w = w->next)
		if (w->who.role)
			offer(h, w, h->rows, texts, n);
	if (n)
		h->position = h->rows[n - 1].id;
	return n == BATCH;
}

/* What w missed, up to where the hub stands. */
static int replay(struct event_hub *h, struct watcher *w, struct db *db)
{
	struct fault f = {0};
	size_t n = 1;
	int err = 0;

	while (w->at < h->position && n && w->who.role && connected(h, w)) {
		arena_reset(&h->a);
		err = events_read(db, &h->a, w->at, BATCH, h->rows, &n, &f);
		if (err)
			break;
		offer(h, w, h->rows, texts_of(h, n), n);
	}
	if (err)
		log_warn("event", "what a watcher missed could not be read: %s", f.what);
	return err;
}

/* The first who joins is watched from now on, NULL: nobody joins. */
static struct watcher *take_in(struct event_hub *h)
{
	struct watcher *w;

	pthread_mutex_lock(&h->lock);
	w = h->joining;
	if (w) {
		h->joining = w->next;
		w->next = h->live;
		h->live = w;
	}
	pthread_mutex_unlock(&h->lock);
	return w;
}

/* w, taken in last, joins later: he would be shown what comes next before what he missed. */
static void put_back(struct event_hub *h, struct watcher *w)
{
	pthread_mutex_lock(&h->lock);
	h->live = w->next;
	w->next = h->joining;
	h->joining = w;
	pthread_mutex_unlock(&h->lock);
}

static void admit(struct event_hub *h, struct db *db)
{
	struct watcher *w;

	while ((w = take_in(h)))
		if (replay(h, w, db)) {
			put_back(h, w);
			return;
		}
}

static void bury(struct event_hub *h)
{
	pthread_mutex_lock(&h->lock);
	for (struct watcher **at = &h->live; *at;) {
		struct watcher *w = *at;
		if (w->st) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		watcher_free(w);
	}
	pthread_mutex_unlock(&h->lock);
}

static void *run(void *hub)
{
	struct event_hub *h = hub;

	while (sleep_until_woken(h)) {
		struct db *db = store_take(h->store);
		while (deliver(h, db))
			;
		admit(h, db);
		check_due(h, db, false);
		store_give(h->store, db);
		bury(h);
	}
	return NULL;
}

static int start_at_the_end(struct event_hub *h, struct fault *f)
{
	struct db *db = store_take(h->store);
	int err = event_position(db, &h->a, &h->position, f);

	store_give(h->store, db);
	return err;
}

int event_hub_start(struct store *s, struct event_hub **ret, struct fault *f)
{
	struct event_hub *h = calloc(1, sizeof(*h));
	pthread_condattr_t monotonic;
	int err;

	if (!h)
		return ENOMEM;
	h->store = s;
	pthread_mutex_init(&h->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&h->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	err = start_at_the_end(h, f);
	if (!err && pthread_create(&h->thread, NULL, run, h))
		err = fail_logged(f, EAGAIN, "event", "thread", "no thread for the event hub");
	if (err) {
		arena_free(&h->a);
		free(h);
		return err;
	}
	store_on_commit(s, wake, h);
	*ret = h;
	return 0;
}

void event_hub_stop(struct event_hub *h)
{
	store_on_commit(h->store, NULL, NULL);
	pthread_mutex_lock(&h->lock);
	h->stopping = true;
	pthread_cond_signal(&h->wake);
	pthread_mutex_unlock(&h->lock);
	pthread_join(h->thread, NULL);
}

void event_hub_free(struct event_hub *h)
{
	struct watcher **lists[] = {&h->live, &h->joining};

	for (size_t i = 0; i < COUNT(lists); i++)
		while (*lists[i]) {
			struct watcher *w = *lists[i];
			*lists[i] = w->next;
			watcher_free(w);
		}
	arena_free(&h->a);
	pthread_cond_destroy(&h->wake);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

/* The connection is down; on http's thread. */
static void gone(struct http_stream *st, void *hub)
{
	struct event_hub *h = hub;

	pthread_mutex_lock(&h->lock);
	for (struct watcher *w = h->joining; w; w = w->next)
		if (w->st == st)
			w->st = NULL, h->streams--;
	for (struct watcher *w = h->live; w; w = w->next)
		if (w->st == st)
			w->st = NULL, h->streams--;
	pthread_mutex_unlock(&h->lock);
}

static void join(struct event_hub *h, struct watcher *w)
{
	pthread_mutex_lock(&h->lock);
	w->next = h->joining;
	h->joining = w;
	h->streams++;
	h->woken = true;
	pthread_cond_signal(&h->wake);
	pthread_mutex_unlock(&h->lock);
}

static void push_lost(const struct watcher *w)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "id: %lld\nevent: lost\ndata: {}\n\n", (long long)w->at);

	(void)http_stream_push(w->st, (str){text, (size_t)n});
}

int event_hub_attach(struct event_hub *h, struct http_server *server, struct db *db, const struct who *who, int64_t after,
        struct http_stream **ret, struct fault *f)
{
	struct watcher *w = watcher_new(who, after);
	/* «From now» is the moment of the request: what is written before the hub's thread takes the watcher in is his already. */
	int64_t now = 0;
	bool lost = false;
	int err = event_position(db, &w->a, &now, f);

	if (!err && after >= 0)
		err = events_lost(db, &w->a, after, now, &lost, f);
	if (after < 0 || lost)
		w->at = now;
	w->joined_ms = clock_ms();
	if (!err)
		err = watcher_check(w, db, w->joined_ms, f);
	if (err) {
		watcher_free(w);
		return err;
	}
	w->st = http_stream_new(server, gone, h);
	*ret = w->st;
	if (lost)
		push_lost(w);
	join(h, w);
	return 0;
}

void event_hub_listen(struct event_hub *h, void (*fn)(const struct event *e, int64_t id, void *arg), void *arg)
{
	pthread_mutex_lock(&h->lock);
	if (h->n_listeners < LISTENERS) {
		h->listener[h->n_listeners].fn = fn;
		h->listener[h->n_listeners].arg = arg;
		h->n_listeners++;
	}
	pthread_mutex_unlock(&h->lock);
}

int64_t event_hub_streams(struct event_hub *h)
{
	int64_t n;

	pthread_mutex_lock(&h->lock);
	n = h->streams;
	pthread_mutex_unlock(&h->lock);
	return n;
}
