/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cycle-limit - the operators' round of bench/cycle.mjs inside one process: the same handlers, so the same SQL through the same group
 * commit, called straight by one thread per operator, without sockets, HTTP, log-in and workers. The telephone process is the
 * bench's own, at SOCKET. Prints rounds a second.
 * usage: bench-cycle-limit URL SOCKET PROJECT SECONDS FIRST_OPERATOR OPERATORS RESULT */
#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "domain/dialer/dialer.h"
#include "domain/role/role.h"
#include "kit/app/app.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { SEATS = 256, PATIENCE_MS = 10000 };

static char no_headers[1 << 16]; /* what http_header looks into: none */

/* An operator, and what his seat's events wake. */
struct seat {
	int64_t user_id, result_id, rounds;
	bool wrap_up; /* as the last event said */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int64_t changes;
	pthread_t thread;
};
static struct seat seats[SEATS];
static int64_t n_seats, project_id, until_ms;
static pthread_barrier_t seated;
static struct app app;

static void on_event(const struct event *e, int64_t id, void *arg)
{
	(void)id, (void)arg;
	for (int64_t i = 0; i < n_seats; i++) {
		if (e->user_id != seats[i].user_id)
			continue;
		pthread_mutex_lock(&seats[i].lock);
		seats[i].changes++;
		seats[i].wrap_up |= str_find_str(e->body, STR("\"state\":\"wrap_up\""), 0) < e->body.n;
		pthread_cond_signal(&seats[i].changed);
		pthread_mutex_unlock(&seats[i].lock);
	}
}

static const struct route *route_of(const char *path)
{
	for (const struct route *r = dialer_module.routes; r->path; r++)
		if (strcmp(r->path, path) == 0)
			return r;
	fprintf(stderr, "cycle-limit: no route %s\n", path);
	exit(1);
}

/* One request without HTTP: the body read as the router reads it, the answer printed and thrown away. *ret_call: its call.id. */
static int post(struct seat *s, const char *path, const char *body, int64_t *ret_call, struct fault *f)
{
	const struct route *r = route_of(path);
	struct http_request http = {.raw = no_headers};
	struct who who = {.user_id = s->user_id, .role = access_role("operator"), .language = STR("ru")};
	struct request q = {.http = &http, .app = &app, .store = app.store, .hub = app.hub, .who = &who, .now = clock_ms()};
	struct json answer;
	int err = 0;

	q.a = &http.a;
	http.out.a = &http.a;
	q.out.t = &http.out;
	q.db = store_take(app.store);
	if (r->takes) {
		q.body = arena_alloc(q.a, r->takes->size);
		err = json_parse(q.a, str_of(body), &q.in, &q.fault);
		if (!err)
			err = shape_from_json(r->takes, q.in, q.a, &who, true, q.body, &q.seen, &q.fault);
	}
	if (!err)
		err = r->run(&q);
	store_give(app.store, q.db);
	if (!err && ret_call && !json_parse(q.a, text_str(&http.out), &answer, NULL))
		*ret_call = json_get_int(json_get(answer, "call"), "id", 0);
	*f = q.fault;
	arena_free(&http.a);
	return err;
}

/* Again at each change of the seat, until it passes: what the telephone says comes by itself. */
static void must(struct seat *s, const char *path, const char *body, int64_t *ret_call)
{
	int64_t late = clock_mono_ms() + PATIENCE_MS;
	struct fault f = {0};

	for (;;) {
		struct timespec ts;
		int64_t seen;
		int err;

		pthread_mutex_lock(&s->lock);
		seen = s->changes;
		pthread_mutex_unlock(&s->lock);
		err = post(s, path, body, ret_call, &f);
		if (!err)
			return;
		if (clock_mono_ms() > late) {
			fprintf(stderr, "cycle-limit: %s: %s\n", path, f.what);
			exit(1);
		}
		clock_gettime(CLOCK_REALTIME, &ts);
		ts.tv_sec++;
		pthread_mutex_lock(&s->lock);
		while (s->changes == seen && pthread_cond_timedwait(&s->changed, &s->lock, &ts) == 0)
			;
		pthread_mutex_unlock(&s->lock);
	}
}

/* The next call chosen and dialled for him is over: then the whole seat, with card and script. A result's own event still says wrap_up,
 * with the call it was saved for. */
static void wait_wrap_up(struct seat *s, int64_t *ret_call)
{
	int64_t last = *ret_call;

	while (*ret_call == last || !*ret_call) {
		pthread_mutex_lock(&s->lock);
		while (!s->wrap_up)
			pthread_cond_wait(&s->changed, &s->lock);
		s->wrap_up = false;
		pthread_mutex_unlock(&s->lock);
		must(s, "/seat", "", ret_call);
	}
}

static void *work(void *arg)
{
	struct seat *s = arg;
	char body[200];
	int64_t call = 0;

	snprintf(body, sizeof(body), "{\"project_id\":%lld}", (long long)project_id);
	must(s, "/seat/start", body, NULL);
	must(s, "/seat/leg", "{\"sdp\":\"v=0 a=x a=x a=x\"}", NULL);
	pthread_barrier_wait(&seated);
	pthread_barrier_wait(&seated); /* the clock runs */
	must(s, "/seat/ready", "", NULL);
	while (clock_mono_ms() < until_ms) {
		wait_wrap_up(s, &call);
		snprintf(body, sizeof(body),
		        "{\"call_id\":%lld,\"result_id\":%lld,\"comment\":\"просили прислать предложение\",\"then\":\"ready\"}",
		        (long long)call, (long long)s->result_id);
		must(s, "/seat/result", body, NULL);
		s->rounds++;
	}
	return NULL;
}

static int open_house(const char *url, const char *socket, struct fault *f)
{
	int err = store_open(url, (size_t)n_seats + 8, &app.store, f);

	app.settings = (struct app_settings){.tel_socket = socket, .db_url = url, .data_dir = "."};
	if (!err)
		err = event_hub_start(app.store, &app.hub, f);
	if (!err)
		event_hub_listen(app.hub, on_event, NULL);
	return err ? err : dialer_module.start(&app, f);
}

static void read_args(char **argv, int64_t *seconds)
{
	int64_t first, result;

	if (!parse_int(str_of(argv[3]), 1, INT64_MAX, &project_id) || !parse_int(str_of(argv[4]), 1, 3600, seconds) ||
	        !parse_int(str_of(argv[5]), 1, INT64_MAX, &first) || !parse_int(str_of(argv[6]), 1, SEATS, &n_seats) ||
	        !parse_int(str_of(argv[7]), 1, INT64_MAX, &result))
		exit(2);
	for (int64_t i = 0; i < n_seats; i++) {
		seats[i].user_id = first + i;
		seats[i].result_id = result;
		pthread_mutex_init(&seats[i].lock, NULL);
		pthread_cond_init(&seats[i].changed, NULL);
	}
}

int main(int argc, char **argv)
{
	struct fault f = {0};
	int64_t seconds, rounds = 0, began;

	if (argc != 8) {
		fprintf(stderr, "usage: bench-cycle-limit URL SOCKET PROJECT SECONDS FIRST_OPERATOR OPERATORS RESULT\n");
		return 2;
	}
	log_level_set(LOG_ERROR);
	read_args(argv, &seconds);
	access_rules_set(&role_rules);
	if (open_house(argv[1], argv[2], &f)) {
		fprintf(stderr, "cycle-limit: %s\n", f.what);
		return 1;
	}
	usleep(300000); /* the telephone process says hello */
	pthread_barrier_init(&seated, NULL, (unsigned)n_seats + 1);
	for (int64_t i = 0; i < n_seats; i++)
		if (pthread_create(&seats[i].thread, NULL, work, &seats[i]))
			return 1;
	pthread_barrier_wait(&seated);
	began = clock_mono_ms();
	until_ms = began + seconds * 1000;
	pthread_barrier_wait(&seated);
	for (int64_t i = 0; i < n_seats; i++) {
		pthread_join(seats[i].thread, NULL);
		rounds += seats[i].rounds;
	}
	printf("%.1f\n", (double)rounds * 1000 / (double)(clock_mono_ms() - began));
	fflush(stdout);
	_exit(0); /* the kernel takes the rest */
}
