/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app.c - puts the app process together, part by part, and takes it apart in the opposite order. */
#include "server/app.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "domain/role/role.h"
#include "engine/crypto/crypto.h"
#include "engine/db/migrate.h"
#include "engine/http/static.h"
#include "engine/jail/jail.h"
#include "kit/app/app.h"
#include "kit/file/file.h"
#include "server/house.h"
#include "server/migrations.h"
#include "server/modules.h"
#include "server/tls.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* Of connections to the database each worker keeps one, and requests make do with these; the rest are for those who work beside them: the
 * dialler, the hub, heads, keepers, mailboxes, jobs. */
enum { WORKERS = 32, JOB_THREADS = 2, OTHER_READERS = 8, CONNECTIONS = 12000 };

/* Everything app_main owns. */
struct house {
	const struct config *c;
	struct app app;
	struct arena a;
	uint8_t pepper[32];
	struct tls_files tls;
	struct router *router;
	struct http_static *web;
	size_t started; /* modules */
};

int app_folders(const struct config *c, struct fault *f)
{
	static const char *const names[] = {"", "keys", "files", "recordings", "sounds", "spoken", "tmp"};
	struct arena a = {0};
	int err = 0;

	for (size_t i = 0; !err && i < COUNT(names); i++) {
		const char *path = config_path(c, &a, names[i]);
		if (mkdir(path, 0700) && errno != EEXIST)
			err = fail(f, errno, NULL, "folder", "cannot make %s: %s", path, strerror(errno));
	}
	arena_free(&a);
	return err;
}

/* One request on its worker. */

static void answer_page(struct house *h, struct http_request *q)
{
	char nonce[44];

	rand_token(nonce);
	http_answer_header(q, "Content-Security-Policy",
	        str_printf(&q->a,
	                "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; img-src 'self' data: blob:; "
	                "media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self'; "
	                "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'",
	                nonce));
	if (q->method == HTTP_GET && h->web && http_static_serve(h->web, q, nonce))
		return;
	q->status = 404;
	text_lit(&q->out, "{\"error\":{\"code\":\"not_found\",\"field\":null,\"what\":\"there is no such page\"}}");
}

static void serve(struct http_request *http, void *arg)
{
	struct house *h = arg;
	struct request q = {
	        .a = &http->a,
	        .http = http,
	        .app = &h->app,
	        .store = h->app.store,
	        .db = http_worker_data(),
	        .hub = h->app.hub,
	        .now = clock_ms(),
	};

	http->out.a = &http->a;
	log_request_set(http->id);
	if (str_starts(http->path, STR("/api/")) || router_is_public(h->router, http->path))
		router_serve(h->router, &q);
	else
		answer_page(h, http);
	log_request_set(NULL);
}

static bool wants_upload(const struct http_request *q, void *arg)
{
	const struct house *h = arg;

	return router_wants_upload(h->router, q->method, q->path);
}

static void *worker_start(void *arg)
{
	struct house *h = arg;

	return store_take(h->app.store);
}

static void worker_stop(void *db, void *arg)
{
	struct house *h = arg;

	store_give(h->app.store, db);
}

/* The parts, in the order they start. */

static int read_settings(struct house *h, const char *tel_socket, const uint8_t *key, struct fault *f)
{
	const struct config *c = h->c;
	const char *listen = c->listen ? c->listen : "127.0.0.1:8080";
	int err = tls_prepare(c, &h->a, &h->tls, f);

	h->app.settings = (struct app_settings){
	        .data_dir = c->data,
	        .listen = listen,
	        .db_url = config_db_url(c, &h->a),
	        .web_dir = config_web(c, &h->a),
	        .tel_socket = tel_socket,
	        .cluster = c->cluster,
	        .cluster_key = key,
	        .tls = h->tls.cert,
	};
	h->app.settings.public_url =
	        c->public_url ? c->public_url
	                      : str_z(&h->a, str_printf(&h->a, "%s://%s", h->tls.cert ? "https" : "http", listen));
	h->app.pepper = h->pepper;
	if (!err)
		err = node_id(c, &h->a, &h->app.settings.node_name, &h->app.settings.node_uid, f);
	if (!err)
		err = key_load(config_path(c, &h->a, "keys/pepper"), h->pepper, f);
	if (!err)
		err = file_root_set(config_path(c, &h->a, "files"), f);
	return err;
}

static int migrate(const char *url, struct fault *f)
{
	struct db *db;
	size_t done = 0;
	int err = db_open(url, false, &db, f);

	if (err)
		return err;
	err = db_migrate(db, migrations, migrations_count, &done, f);
	db_close(db);
	if (!err && done)
		log_info("app", "the database is at %s", migrations[migrations_count - 1].name);
	return err;
}

static int start_jobs(struct house *h, struct fault *f)
{
	const struct job_kind **kinds;
	size_t n = 0;

	for (size_t i = 0; i < modules_count; i++)
		for (const struct job_kind *k = modules[i]->jobs; k && k->name; k++)
			n++;
	kinds = NEW_N(&h->a, const struct job_kind *, n + 1);
	n = 0;
	for (size_t i = 0; i < modules_count; i++)
		for (const struct job_kind *k = modules[i]->jobs; k && k->name; k++)
			kinds[n++] = k;
	return job_start(&h->app, h->app.store, kinds, n, JOB_THREADS, &h->app.jobs, f);
}

static int start_modules(struct house *h, struct fault *f)
{
	int err = 0;

	for (; !err && h->started < modules_count; h->started += !err)
		if (modules[h->started]->start)
			err = modules[h->started]->start(&h->app, f);
	return err;
}

static int start_http(struct house *h, struct fault *f)
{
	const struct http_settings s = {
	        .listen = h->app.settings.listen,
	        .cert = h->tls.cert,
	        .key = h->tls.key,
	        .workers = WORKERS,
	        .connections_max = CONNECTIONS,
	        .body_max = 2 << 20,
	        .upload_max = 400 << 20,
	        .upload_dir = config_path(h->c, &h->a, "tmp"),
	        .header_ms = 10000,
	        .idle_ms = 60000,
	        .body_rate_min = 1024,
	        .wants_upload = wants_upload,
	        .secret = request_secret,
	        .serve = serve,
	        .worker_start = worker_start,
	        .worker_stop = worker_stop,
	        .arg = h,
	};
	struct fault no_web = {0};

	if (http_static_load(h->app.settings.web_dir, &h->web, &no_web))
		log_warn("app", "no screens: %s", no_web.what);
	return http_start(&s, &h->app.http, f);
}

static int start(struct house *h, const char *tel_socket, const uint8_t *key, struct fault *f)
{
	struct text doc = {.a = &h->a};
	int err = router_new(modules, modules_count, &h->router, f);

	h->app.router = h->router;
	if (!err)
		err = read_settings(h, tel_socket, key, f);
	if (!err)
		err = migrate(h->app.settings.db_url, f);
	if (!err)
		err = store_open(h->app.settings.db_url,
		        http_workers(&(struct http_settings){.workers = WORKERS}) + JOB_THREADS + JOB_OUTSIDE +
		                OTHER_READERS,
		        &h->app.store, f);
	if (!err)
		err = event_hub_start(h->app.store, &h->app.hub, f);
	if (!err)
		err = start_jobs(h, f);
	if (!err)
		err = start_modules(h, f);
	if (err)
		return err;
	router_openapi(h->router, &doc);
	house_openapi_set(text_str(&doc));
	return start_http(h, f);
}

static void stop(struct house *h)
{
	if (h->app.hub)
		event_hub_stop(h->app.hub);
	if (h->app.http)
		http_stop(h->app.http);
	while (h->started)
		if (modules[--h->started]->stop)
			modules[h->started]->stop(&h->app);
	if (h->app.jobs)
		job_stop(h->app.jobs);
	if (h->app.hub)
		event_hub_free(h->app.hub);
	if (h->app.store)
		store_close(h->app.store);
	http_static_free(h->web);
	router_free(h->router);
	arena_free(&h->a);
}

/* Plain HTTP is for this machine alone: passwords and the session would travel readable, and the browser gives no microphone. */
static void say_where(const struct house *h)
{
	const char *listen = h->app.settings.listen;
	bool local = str_starts(str_of(listen), STR("127.")) || str_starts(str_of(listen), STR("localhost:")) ||
	             str_starts(str_of(listen), STR("[::1]:"));

	if (!h->tls.cert && !local)
		log_warn("app",
		        "plain HTTP on %s: passwords can be read on the way and browsers give no microphone; use --tls",
		        listen);
	log_info("app", "listening on port %d, %s", http_port(h->app.http), h->app.settings.public_url);
}

/* Thousands of streams and connections need descriptors. */
static void raise_limits(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files))
		return;
	files.rlim_cur = files.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

static void wait_for_the_end(struct house *h, const sigset_t *signals)
{
	struct fault f = {0};
	int got;

	while (!sigwait(signals, &got) && got == SIGHUP)
		if (h->tls.cert && http_reload_tls(h->app.http, &f))
			log_error("app", "the certificate stays as it was: %s", f.what);
	log_info("app", "stopping");
}

int app_main(const struct config *c, const char *tel_socket, const uint8_t *key)
{
	struct house h = {.c = c};
	struct fault f = {0};
	sigset_t signals;
	int err;

	log_process_set("app");
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	jail_open();
	raise_limits();
	access_rules_set(&role_rules);
	err = start(&h, tel_socket, key, &f);
	if (err) {
		log_error("app", "cannot start: %s", f.what[0] ? f.what : strerror(err));
	} else {
		say_where(&h);
		wait_for_the_end(&h, &signals);
	}
	stop(&h);
	return err != 0;
}
