/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ledger - what the verifiable log costs: processor time and bytes for a call's record, written in transactions of 32 as a busy house
 * does, and the time to check a pack. The limit beside a record is its cryptography alone, without a database; beside a check, one
 * SHA-256 over the same bytes. Every fifth call gets a second record, for its recording.
 * usage: bench-ledger [RECORDS]      the database is made in TMPDIR */
#include "domain/ledger/ledger.h"
#include "base/parse.h"
#include "base/rand.h"
#include "engine/db/migrate.h"
#include "server/migrations.h"

#include <sodium.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 32, RECORDED = 5 };

static struct fault f;

static void need(int err)
{
	if (err) {
		fprintf(stderr, "bench-ledger: %s\n", f.what);
		exit(1);
	}
}

static double cpu_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int64_t one(struct db *db, const char *sql)
{
	struct arena a = {0};
	struct val v;

	need(db_one(db, &a, sql, NO_VALS, &v, 1, &f));
	arena_free(&a);
	return val_int(v);
}

static const char setup[] =
        "INSERT INTO customer (name, created_at) VALUES ('c', 1);"
        "INSERT INTO project (customer_id, name, type, created_at) VALUES (1, 'p', 'cold', 1);"
        "INSERT INTO \"user\" (login, name, role, created_at) VALUES ('o', 'Ольга Кузнецова', 'operator', 1);"
        "INSERT INTO result (project_id, name, effect, counts_as) VALUES (1, 'Назначена встреча', 'final', 'meeting');"
        "INSERT INTO base (project_id, name, created_at) VALUES (1, 'b', 1)";

static void add_calls(struct db *db, int64_t n)
{
	struct arena a = {0};

	need(db_script(db, setup, &f));
	need(db_begin(db, &f));
	for (int64_t i = 1; i <= n; i++) {
		char uuid[37];
		str number = str_printf(&a, "+7495%07lld", (long long)i);
		rand_uuid(uuid);
		need(db_run(db,
		        "INSERT INTO contact (project_id, base_id, company, attempts, created_at) VALUES (1, 1, 'ООО «Ромашка и партнёры»', 1, 1)",
		        NO_VALS, NULL, &f));
		need(db_run(db,
		        "INSERT INTO call (uuid, project_id, base_id, contact_id, operator_id, mode, number, script_version_id, state, asked_at, dialled_at, "
		        "ended_at, cause, result_id, result_at, comment, counts_as) VALUES (?1, 1, 1, ?2, 1, 'progressive', ?3, 1, 'ended', ?4, ?4, ?5, "
		        "'hung_up', 1, ?5, 'Ждёт звонка в четверг после обеда, просил прислать цены', 'meeting')",
		        VALS(V(str_of(uuid)), V(i), V(number), V(1764400000000 + i), V(1764400060000 + i)), NULL, &f));
		arena_reset(&a);
	}
	need(db_commit(db, &f));
	arena_free(&a);
}

/* Seconds of processor for the records of all calls. */
static double write_records(struct db *db, int64_t n, int64_t step)
{
	double began = cpu_s();

	for (int64_t from = 1; from <= n; from += BATCH * step) {
		need(db_begin(db, &f));
		for (int64_t i = from; i <= n && i < from + BATCH * step; i += step)
			need(ledger_call(db, 1, i, &f));
		need(db_commit(db, &f));
	}
	return cpu_s() - began;
}

static void add_recordings(struct db *db, int64_t n)
{
	struct arena a = {0};

	need(db_begin(db, &f));
	for (int64_t i = 1; i <= n; i += RECORDED) {
		char hex[SHA256_HEX];
		sha256_hex(str_printf(&a, "%lld", (long long)i), hex);
		need(db_run(db,
		        "INSERT INTO recording (call_id, project_id, state, sha256, bytes, created_at) VALUES (?1, 1, 'kept', ?2, 123456, 1)",
		        VALS(V(i), V(str_of(hex))), NULL, &f));
	}
	need(db_commit(db, &f));
	arena_free(&a);
}

/* The cryptography of one record. */
static double alone(int64_t n)
{
	static const str values[LEAF_FIELDS] = {[LOGGED_PHONE] = STR("+74950000001"),
	        [LOGGED_COMPANY] = STR("ООО «Ромашка и партнёры»"),
	        [LOGGED_RESULT] = STR("Назначена встреча"),
	        [LOGGED_COMMENT] = STR("Ждёт звонка в четверг после обеда, просил прислать цены"),
	        [LOGGED_OPERATOR] = STR("1 Ольга Кузнецова")};
	struct arena a = {0};
	double began = cpu_s();

	for (int64_t i = 1; i <= n; i++) {
		struct leaf l = {
		        .type = LEAF_CALL, .log = {1}, .seq = i, .at = i, .call = {2}, .started_at = i, .ended_at = i};
		uint8_t secret[SALT_BYTES];
		str opening;
		rand_bytes(secret, sizeof secret);
		leaf_commit(&l, secret, values, &a, &opening);
		(void)tree_leaf(leaf_encode(&l, &a));
		arena_reset(&a);
	}
	arena_free(&a);
	return cpu_s() - began;
}

static void read_pack(struct db *db, struct arena *a, struct pack *ret)
{
	static const uint8_t key[32] = {1};
	struct text calls = {.a = a}, leaves = {.a = a};
	struct tree_edge edge = {0};
	struct head h = {.date = head_date(1764400000000, a)};
	uint8_t public[SIGN_PUBLIC];
	struct leaf l = {0};
	struct rows r;
	int err = db_ask(db, a, "SELECT leaf, opening FROM ledger_leaf ORDER BY seq", NO_VALS, &r, &f);

	while (!err && !(err = rows_next(&r, &f))) {
		str bytes = base64url_decode(a, rows_str(&r, 0));
		struct opening o;
		if (!leaf_decode(bytes, &l) || !opening_read(rows_str(&r, 1), a, &o))
			exit(1);
		leaf_line(&calls, &l, &o, ~0u);
		text_add_char(&calls, '\n');
		pack_leaf(&leaves, bytes);
		tree_edge_add(&edge, tree_leaf(bytes));
	}
	rows_done(&r);
	sign_public(key, public);
	h.origin = head_origin(1, l.log, a);
	h.size = edge.size;
	h.root = tree_edge_root(&edge);
	*ret = (struct pack){text_str(&calls), text_str(&leaves), head_sign(&h, key, a), key_text(public, a), STR("")};
}

static void told(void *arg, const struct verdict *v)
{
	str text = verdict_text(v, arg);

	fprintf(stderr, "%.*s\n", STR_ARG(text));
}

static void check(struct db *db)
{
	struct arena a = {0};
	struct pack_sum sum;
	uint8_t hash[SHA256_BYTES];
	struct pack p;
	double began, took, once;
	int err;

	read_pack(db, &a, &p);
	began = cpu_s();
	err = pack_verify(&p, NULL, &a, told, &a, &sum);
	took = cpu_s() - began;
	began = cpu_s();
	sha256(p.calls, hash);
	sha256(p.leaves, hash);
	once = cpu_s() - began;
	if (err)
		exit(1);
	printf("ledger_verify: %.0f ms for %llu records (limit: one SHA-256 over its %.1f MB %.0f ms, ratio %.1f; goal 1000 ms for 10 000)\n",
	        took * 1000, (unsigned long long)sum.records, (double)(p.calls.n + p.leaves.n) / 1e6, once * 1000,
	        took / once);
	arena_free(&a);
}

int main(int argc, char **argv)
{
	const char *folder = getenv("TMPDIR") ? getenv("TMPDIR") : "/var/tmp";
	struct arena a = {0};
	struct db *db;
	int64_t n = 10000, before, after, records;
	double all, limit;

	if (sodium_init() < 0 || (argc > 1 && !parse_int(str_of(argv[1]), 100, 10000000, &n))) {
		fprintf(stderr, "usage: bench-ledger [RECORDS]\n");
		return 2;
	}
	need(db_open(str_printf(&a, "sqlite:%s/ledger-%d.db", folder, (int)getpid()).p, false, &db, &f));
	need(db_migrate(db, migrations, migrations_count, NULL, &f));
	add_calls(db, n);
	before = one(db, "PRAGMA page_count");
	all = write_records(db, n, 1);
	after = one(db, "PRAGMA page_count") - before;
	add_recordings(db, n);
	before = one(db, "PRAGMA page_count");
	all += write_records(db, n, RECORDED);
	after += one(db, "PRAGMA page_count") - before;
	records = one(db, "SELECT COUNT(*) FROM ledger_leaf");
	limit = alone(records) / (double)records * 1e6;
	printf("ledger_record: %.1f us of a processor (limit: its cryptography alone %.1f us, ratio %.1f; goal 100 us)\n",
	        all / (double)records * 1e6, limit, all / (double)records * 1e6 / limit);
	printf("ledger_bytes: %.0f for a call (limit: its record alone %.0f, ratio %.1f; goal 1024)\n",
	        (double)after * 4096 / (double)n, (double)one(db, "SELECT SUM(LENGTH(leaf)) FROM ledger_leaf") / (double)n,
	        (double)after * 4096 / (double)one(db, "SELECT SUM(LENGTH(leaf)) FROM ledger_leaf"));
	check(db);
	db_close(db);
	arena_free(&a);
	return 0;
}
