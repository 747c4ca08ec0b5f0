/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read-limit - the floor under `read`: what SQLite alone needs to step through the statements of one card, log-in included, prepared once, their
 * values bound, no column read, nothing printed; and the card made by the same handler in this process, without HTTP, threads and reach. One thread,
 * processor time. The statements are those the handlers ask, taken down as they are asked. Prints two figures in µs.
 * usage: bench-read-limit FILE CONTACT COOKIE */
#include "base/clock.h"
#include "base/parse.h"
#include "domain/contact/contact.h"
#include "domain/role/role.h"
#include "engine/db/db_priv.h"

#include <sqlite3.h>
#include <time.h>

enum { ROUNDS = 20000, STATEMENTS_MAX = 40 };

static struct fault f;
static sqlite3_stmt *statements[STATEMENTS_MAX];
static char *texts[STATEMENTS_MAX];
static int n;

static void need(bool well, const char *what)
{
	if (well)
		return;
	fprintf(stderr, "read-limit: %s: %s\n", what, f.what);
	exit(1);
}

static int take_down(unsigned kind, void *arg, void *statement, void *text)
{
	(void)kind, (void)arg, (void)text;
	need(n < STATEMENTS_MAX, "more statements than expected");
	texts[n++] = sqlite3_expanded_sql(statement);
	return 0;
}

static size_t card(struct db *db, int64_t id, str cookie)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	struct json_out out = {.t = &t};
	struct contact c;
	struct who who;
	bool touch;
	size_t bytes;

	need(!db_run(db, "BEGIN", NO_VALS, NULL, &f), "begin");
	need(!access_of_cookie(db, &a, cookie, clock_ms(), &who, &touch, &f), "session");
	need(!entity_get(&contact_entity, db, &a, id, &c, &f), "contact");
	need(!contact_card(db, &a, &c, &who, &out, &f), "card");
	need(!db_run(db, "COMMIT", NO_VALS, NULL, &f), "commit");
	bytes = t.n;
	arena_free(&a);
	return bytes;
}

static double cpu_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static double stepped(void)
{
	double from = cpu_us();

	for (int i = 0; i < ROUNDS; i++)
		for (int k = 0; k < n; k++) {
			while (sqlite3_step(statements[k]) == SQLITE_ROW)
				;
			sqlite3_reset(statements[k]);
		}
	return (cpu_us() - from) / ROUNDS;
}

static double made(struct db *db, int64_t id, str cookie)
{
	double from = cpu_us();

	for (int i = 0; i < ROUNDS; i++)
		need(card(db, id, cookie) > 0, "card");
	return (cpu_us() - from) / ROUNDS;
}

int main(int argc, char **argv)
{
	struct arena a = {0};
	struct db *db;
	sqlite3 *h;
	int64_t id;

	if (argc != 4 || !parse_int(str_of(argv[2]), 1, INT64_MAX, &id)) {
		fprintf(stderr, "usage: bench-read-limit FILE CONTACT COOKIE\n");
		return 2;
	}
	access_rules_set(&role_rules);
	need(!db_open(str_printf(&a, "sqlite:%s", argv[1]).p, true, &db, &f), "open");
	h = db_sqlite_handle(db, &f);
	(void)card(db, id, str_of(argv[3]));
	sqlite3_trace_v2(h, SQLITE_TRACE_STMT, take_down, NULL);
	(void)card(db, id, str_of(argv[3]));
	sqlite3_trace_v2(h, 0, NULL, NULL);
	for (int k = 0; k < n; k++)
		need(!sqlite3_prepare_v3(h, texts[k], -1, SQLITE_PREPARE_PERSISTENT, &statements[k], NULL), texts[k]);
	(void)stepped();
	printf("%.1f %.1f\n", stepped(), made(db, id, str_of(argv[3])));
	for (int k = 0; k < n; k++) {
		sqlite3_finalize(statements[k]);
		sqlite3_free(texts[k]);
	}
	db_close(db);
	arena_free(&a);
	return 0;
}
