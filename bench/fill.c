/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fill - a project of any size: so many ended calls over the last 100 days, by 64 operators, to a quarter as many contacts with a
 * phone each, a span at the seat for each call, and the roll-ups counted. Into a migrated database without customers. Prints the project's number.
 * usage: bench-fill URL CALLS */
#include "base/clock.h"
#include "base/parse.h"
#include "domain/call/call.h"
#include "domain/shift/work.h"
#include "engine/db/db.h"

#include <inttypes.h>

enum { OPERATORS = 64, RESULTS = 8, DAYS = 100, PIECE = 100000 };

/* ?1 to ?2, a row each. */
#define EACH "WITH RECURSIVE n(i) AS (SELECT CAST(?1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < ?2) "

static const char house[] =
        "INSERT INTO customer (id, name, created_at) VALUES (1, 'ООО «Заказчик»', 0);"
        "INSERT INTO project (id, customer_id, name, type, state, created_at) VALUES (1, 1, 'Замер', 'cold_calls', 'running', 0);"
        "INSERT INTO base (id, project_id, name, state, created_at) VALUES (1, 1, 'Основная', 'active', 0);"
        "INSERT INTO script_version (id, project_id, number, state, graph, created_at) VALUES (1, 1, 1, 'active', '{}', 0);"
        "INSERT INTO result (id, project_id, name, effect, counts_as) VALUES (1, 1, 'Лид', 'final', 'lead'), "
        "(2, 1, 'Встреча', 'final', 'meeting'), (3, 1, 'Отказ', 'final', 'refusal'), (4, 1, 'Перезвонить', 'callback', 'nothing'), "
        "(5, 1, 'Нет на месте', 'retry', 'nothing'), (6, 1, 'Автоответчик', 'retry', 'nothing'), "
        "(7, 1, 'Презентация', 'final', 'presentation'), (8, 1, 'Неверный номер', 'wrong_number', 'nothing');";

static const char operators[] = EACH
        "INSERT INTO \"user\" (id, login, name, role, created_at) SELECT i, 'bench' || i, 'Оператор ' || i, 'operator', 0 FROM n";

static const char contacts[] = EACH
        "INSERT INTO contact (id, project_id, base_id, company, city, industry, state, closed_reason, attempts, last_call_id, "
        "last_result_id, last_at, last_operator_id, last_comment, created_at) SELECT i, 1, 1, 'Компания ' || i, 'Тверь', 'Торговля', "
        "CASE WHEN i % 8 IN (0, 1, 2, 6, 7) THEN 'closed' ELSE 'due' END, CASE WHEN i % 8 IN (0, 1, 2, 6, 7) THEN 'result' ELSE NULL END, "
        "4, ?3 + i, i % 8 + 1, ?4 + (?3 + i) * ?5, i % 64 + 1, 'Просили прислать предложение', 0 FROM n";

static const char phones[] = EACH "INSERT INTO phone (project_id, base_id, contact_id, e164) "
                                  "SELECT 1, 1, i, '+7' || (9000000000 + i) FROM n";

/* Call i goes to contact (i - 1) % contacts + 1, so each is called four times over the whole history. */
static const char calls[] = EACH
        "INSERT INTO call (id, uuid, project_id, base_id, contact_id, operator_id, mode, number, script_version_id, state, asked_at, "
        "dialled_at, ringing_at, answered_at, connected_at, ended_at, cause, ended_by, talk_ms, is_dialogue, result_id, result_at, comment, "
        "counts_as) SELECT i, '00000000-0000-4000-8000-' || substr(CAST(1000000000000 + i AS TEXT), 2), 1, 1, (i - 1) % ?3 + 1, i % 64 + 1, 'progressive', '+7' || (9000000001 + (i - 1) % ?3), 1, "
        "'ended', ?4 + i * ?5, ?4 + i * ?5 + 100, ?4 + i * ?5 + 2000, ?4 + i * ?5 + 9000, ?4 + i * ?5 + 9100, ?4 + i * ?5 + 90000, 'hung_up', "
        "'contact', 80000, i % 3 % 2, r.id, ?4 + i * ?5 + 95000, 'Просили прислать предложение', r.counts_as "
        "FROM n JOIN result r ON r.id = ((i - 1) % ?3 + 1) % 8 + 1";

/* A shift for each operator, and a span of talking for each call. */
static const char shifts[] =
        EACH "INSERT INTO shift (id, user_id, project_id, started_at, ended_at, state, state_at) SELECT i, i, 1, ?3, ?4, "
             "'offline', ?4 FROM n";
static const char spans[] = EACH
        "INSERT INTO state_span (shift_id, user_id, project_id, state, from_at, to_at) SELECT i % 64 + 1, i % 64 + 1, 1, "
        "'talking', ?3 + i * ?4, ?3 + i * ?4 + 60000 FROM n";

static struct fault f;

static void must(int err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "fill: %s: %s\n", what, f.what);
	exit(1);
}

static void fill(struct db *db, const char *what, const char *sql, int64_t n, const struct val *more, size_t n_more)
{
	for (int64_t from = 1; from <= n; from += PIECE) {
		struct val v[5] = {V(from), V(from + PIECE - 1 < n ? from + PIECE - 1 : n)};

		for (size_t i = 0; i < n_more; i++)
			v[2 + i] = more[i];
		must(db_run(db, sql, v, 2 + n_more, NULL, &f), what);
	}
	fprintf(stderr, "fill: %" PRId64 " %s\n", n, what);
}

/* The counters of PostgreSQL do not follow ids that were given. */
static void set_counters(struct db *db)
{
	static const char *const sql[] = {
	        "customer", "user", "project", "base", "script_version", "result", "contact", "call", "shift"};
	struct arena a = {0};
	struct val v;

	for (size_t i = 0; db_engine(db) == DB_POSTGRES && i < COUNT(sql); i++)
		must(db_one(db, &a,
		             str_printf(&a,
		                     "SELECT setval(pg_get_serial_sequence('\"%s\"', 'id'), (SELECT max(id) FROM \"%s\"))",
		                     sql[i], sql[i])
		                     .p,
		             NO_VALS, &v, 1, &f),
		        "counters");
	arena_free(&a);
}

int main(int argc, char **argv)
{
	int64_t n, n_contacts, start, step_ms;
	struct db *db;

	if (argc != 3 || !parse_int(str_of(argv[2]), 4, 100000000, &n)) {
		fprintf(stderr, "usage: bench-fill URL CALLS\n");
		return 2;
	}
	n_contacts = n / 4;
	step_ms = DAYS * (int64_t)CLOCK_DAY / (n + 1);
	start = clock_ms() - (n + 1) * step_ms;
	must(db_open(argv[1], false, &db, &f), "open");
	must(db_script(db, house, &f), "house");
	fill(db, "operators", operators, OPERATORS, NULL, 0);
	fill(db, "contacts", contacts, n_contacts, VALS(V(n - n_contacts), V(start), V(step_ms)));
	fill(db, "phones", phones, n_contacts, NULL, 0);
	fill(db, "calls", calls, n, VALS(V(n_contacts), V(start), V(step_ms)));
	fill(db, "shifts", shifts, OPERATORS, VALS(V(start), V(start + n * step_ms)));
	fill(db, "spans", spans, n, VALS(V(start), V(step_ms)));
	must(call_rollups_recount(db, &f), "roll-ups");
	must(work_sums_recount(db, &f), "hours");
	set_counters(db);
	if (db_engine(db) == DB_POSTGRES)
		must(db_script(db, "ANALYZE", &f), "analyze");
	db_close(db);
	printf("1\n");
	return 0;
}
