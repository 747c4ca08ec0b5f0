/* SPDX-License-Identifier: GPL-3.0-or-later */
/* writes - durable writes a second: one writer who waits for each, and 64 who wait at once. The limit beside it is what the disk
 * gives: a write and a fsync of one page, over and over, by one thread.
 * usage: bench-writes URL FOLDER [SECONDS] */
#include "base/clock.h"
#include "base/parse.h"
#include "engine/db/store.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { THREADS = 64 };

static int64_t duration_ms = 3000;

struct worker {
	struct store *s;
	int64_t first, done, worst_us;
	pthread_t thread;
};

/* A row and a counter: about what saving a small result costs. */
static int add(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	int64_t n = *(int64_t *)arg;
	int err = db_run(db, "INSERT INTO bench (id, at, text) VALUES (?1, ?2, ?3)",
	        VALS(V(n), V(clock_ms()), V(STR("перезвонить в среду после обеда, спросить Ирину"))), NULL, f);

	(void)a;
	if (!err)
		err = db_run(db, "UPDATE bench_count SET n = n + 1 WHERE id = ?1", VALS(V(n % THREADS)), NULL, f);
	return err;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct db *own = store_take(w->s);
	struct arena a = {0};
	int64_t until = clock_mono_ms() + duration_ms;

	while (clock_mono_ms() < until) {
		struct fault f = {0};
		int64_t id = w->first + w->done * THREADS, began = clock_mono_us(), took;
		if (store_write(w->s, own, &a, add, &id, &f)) {
			fprintf(stderr, "write: %s\n", f.what);
			exit(1);
		}
		took = clock_mono_us() - began;
		w->worst_us = took > w->worst_us ? took : w->worst_us;
		w->done++;
		arena_reset(&a);
	}
	store_give(w->s, own);
	arena_free(&a);
	return NULL;
}

static double run(struct store *s, int threads, int64_t first, int64_t *worst_us)
{
	struct worker w[THREADS];
	int64_t done = 0, began = clock_mono_us();

	for (int i = 0; i < threads; i++) {
		w[i] = (struct worker){.s = s, .first = first + i};
		if (pthread_create(&w[i].thread, NULL, work, &w[i]))
			exit(1);
	}
	for (int i = 0; i < threads; i++) {
		pthread_join(w[i].thread, NULL);
		done += w[i].done;
		*worst_us = w[i].worst_us > *worst_us ? w[i].worst_us : *worst_us;
	}
	return (double)done * 1e6 / (double)(clock_mono_us() - began);
}

static double fsyncs(const char *folder)
{
	static char page[4096];
	char path[4096];
	int64_t n = 0, began = clock_mono_us();
	int fd;

	snprintf(path, sizeof(path), "%s/fsync", folder);
	fd = open(path, O_CREAT | O_RDWR | O_TRUNC, 0600);
	while (clock_mono_us() - began < duration_ms * 1000) {
		if (pwrite(fd, page, sizeof(page), n++ * (int64_t)sizeof(page)) < 0 || fdatasync(fd))
			exit(1);
	}
	close(fd);
	unlink(path);
	return (double)n * 1e6 / (double)(clock_mono_us() - began);
}

static void set_up(const char *url)
{
	struct fault f = {0};
	struct db *db;

	if (db_open(url, false, &db, &f) || db_script(db,
	                                            "CREATE TABLE bench (id BIGINT PRIMARY KEY, at BIGINT, text TEXT);"
	                                            "CREATE TABLE bench_count (id BIGINT PRIMARY KEY, n BIGINT)",
	                                            &f)) {
		fprintf(stderr, "%s\n", f.what);
		exit(1);
	}
	for (int64_t i = 0; i < THREADS; i++)
		if (db_run(db, "INSERT INTO bench_count (id, n) VALUES (?1, 0)", VALS(V(i)), NULL, &f))
			exit(1);
	db_close(db);
}

int main(int argc, char **argv)
{
	struct fault f = {0};
	struct store *s;
	struct store_figures figures;
	int64_t seconds = 3, worst_one = 0, worst_many = 0;
	double disk, one, many;

	if (argc < 3 || (argc > 3 && !parse_int(str_of(argv[3]), 1, 600, &seconds))) {
		fprintf(stderr, "usage: bench-writes URL FOLDER [SECONDS]\n");
		return 2;
	}
	duration_ms = seconds * 1000;
	set_up(argv[1]);
	if (store_open(argv[1], THREADS, &s, &f))
		return 1;
	disk = fsyncs(argv[2]);
	one = run(s, 1, 1, &worst_one);
	many = run(s, THREADS, 1000000000, &worst_many);
	store_figures(s, &figures);
	printf("writes_alone: %.0f /s (limit: fsyncs of one page %.0f /s, ratio %.2f; worst %.1f ms)\n", one, disk,
	        one / disk, (double)worst_one / 1000);
	printf("writes_grouped: %.0f /s (64 at once; alone %.0f /s, ratio %.1f; worst %.1f ms; longest queue %lld)\n", many,
	        one, many / one, (double)worst_many / 1000, (long long)figures.queue_max);
	store_close(s);
	return 0;
}
