/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db_pg.c - the driver for PostgreSQL (libpq). Values travel in binary with their own types (bigint, double precision, text),
 * answers as text. A statement is prepared once per text and types; a NULL fits any type it was prepared with. */
#include "engine/db/db_pg_priv.h"

#include "base/log.h"
#include "base/parse.h"

#include <endian.h>

enum {
	OID_BOOL = 16,
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_FLOAT4 = 700,
	OID_FLOAT8 = 701,
	OID_NUMERIC = 1700,
	OID_OID = 26,
	OID_XID8 = 5069
};
enum { PARAMS_MAX = 1024 };

struct pg {
	struct db db;
	PGconn *c;
	int64_t names; /* statements named so far */
};
struct pg_stmt {
	struct stmt s;
	char name[24];
	size_t n;
	Oid types[]; /* what each parameter became */
};

/* The id is xid × 65536 + ordinal in the transaction. Ids under the oldest running xid can no longer appear (docs/sql.md). */
#define XID "pg_current_xact_id()::text::bigint"
#define XMIN "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
static const char *const words[DB_WORDS] = {
        [DB_EVENT_BASE] = XID " * 65536",
        [DB_EVENT_VISIBLE] = "event.id < " XMIN " * 65536",
        [DB_EVENT_POSITION] = "(" XMIN " * 65536 - 1)",
        [DB_SKIP_LOCKED] = "FOR UPDATE SKIP LOCKED",
        [DB_FOR_UPDATE] = "FOR UPDATE",
        [DB_HOLD_TEXT] = "SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(?1, 0))",
        [DB_NOW_MS] = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint",
};

PGconn *pg_conn(const struct db *db)
{
	return ((const struct pg *)db)->c;
}

/* What a class or state of an SQLSTATE means for the caller; longer ones first. */
static int err_of(const char *state)
{
	static const struct {
		const char *begins;
		int err;
	} kinds[] = {
	        {"23505", EEXIST},
	        {"23P01", EEXIST},
	        {"23", EINVAL},
	        {"22", EINVAL},
	        {"40001", EBUSY},
	        {"40P01", EBUSY},
	        {"55P03", EBUSY},
	        {"26000", EBUSY},
	        {"0A000", EBUSY},
	        {"53100", ENOSPC},
	        {"53", EIO},
	};

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (str_starts(str_of(state), str_of(kinds[i].begins)))
			return kinds[i].err;
	return EIO;
}

/* The primary message and the name of the rule; the detail would quote the row. */
int pg_fault(struct db *db, const PGresult *res, struct fault *f)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE),
	           *rule = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
	const char *says = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	char line[400];
	int err = err_of(state ? state : "");

	if (PQstatus(pg_conn(db)) == CONNECTION_BAD) {
		db->lost = db->again = true;
		err = EIO;
	} else {
		db->again = err == EBUSY;
		/* the server forgot the statement, or its tables changed under it */
		db->cache.stale |= state && (strcmp(state, "26000") == 0 || strcmp(state, "0A000") == 0);
	}
	snprintf(line, sizeof(line), "%s %s%s%s", state ? state : "-----", says ? says : PQerrorMessage(pg_conn(db)),
	        rule ? ", rule " : "", rule ? rule : "");
	return db_fault(f, err, line);
}

static void quiet(void *arg, const char *message)
{
	(void)arg;
	log_debug("db", "%s", message);
}

static int pg_script(struct db *db, const char *sql, struct fault *f)
{
	PGresult *res = PQexec(pg_conn(db), sql);
	ExecStatusType status = PQresultStatus(res);
	int err = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY
	                  ? 0
	                  : pg_fault(db, res, f);

	PQclear(res);
	return err;
}

/* What stands before dbname may be overruled by the url, what stands behind it may not. */
static int pg_connect(struct db *db, struct fault *f)
{
	static const char *const keys[] = {"connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
	        "tcp_user_timeout", "fallback_application_name", "dbname", "client_encoding", NULL};
	const char *values[] = {"5", "10", "5", "3", "20000", "zvonar", db->url, "UTF8", NULL};
	struct pg *pg = (struct pg *)db;
	int err = 0;

	pg->c = PQconnectdbParams(keys, values, 1);
	if (!pg->c)
		abort();
	PQsetNoticeProcessor(pg->c, quiet, NULL);
	if (PQstatus(pg->c) != CONNECTION_OK) {
		log_error("db", "no connection: %s", PQerrorMessage(pg->c));
		err = fail(f, EIO, NULL, "lost", "no connection to the database");
	}
	if (!err)
		err = pg_script(db,
		        "SET client_min_messages = warning; SET standard_conforming_strings = on; SET timezone = 'UTC'; "
		        "SET enable_seqscan = off; SET jit = off",
		        f);
	if (!err && db->readonly)
		err = pg_script(db, "SET default_transaction_read_only = on", f);
	if (err) {
		PQfinish(pg->c);
		pg->c = NULL;
	}
	return err;
}

static void pg_disconnect(struct db *db)
{
	struct pg *pg = (struct pg *)db;

	if (pg->c)
		PQfinish(pg->c);
	pg->c = NULL;
}

static bool pg_connected(const struct db *db)
{
	return pg_conn(db) && PQstatus(pg_conn(db)) == CONNECTION_OK;
}

/* Where a quoted piece or a comment that begins at i ends; i itself when none begins there. */
static size_t skip_quoted(const char *sql, size_t i)
{
	char c = sql[i];

	if (c == '\'' || c == '"') {
		const char *end = strchr(sql + i + 1, c);
		return end ? (size_t)(end - sql) + 1 : strlen(sql);
	}
	if (c == '-' && sql[i + 1] == '-')
		return i + strcspn(sql + i, "\n");
	return i;
}

/* ?7 becomes $7, outside of quotes and comments. */
static char *with_dollars(const char *sql)
{
	char *z = strdup(sql);

	if (!z)
		abort();
	for (size_t i = 0, end; z[i]; i = end > i ? end : i + 1) {
		end = skip_quoted(z, i);
		if (end == i && z[i] == '?' && z[i + 1] >= '0' && z[i + 1] <= '9')
			z[i] = '$';
	}
	return z;
}

static Oid type_of(const struct val *v)
{
	switch (v->type) {
	case VAL_NULL: return 0;
	case VAL_INT: return OID_INT8;
	case VAL_REAL: return OID_FLOAT8;
	case VAL_TEXT: return OID_TEXT;
	}
	return 0;
}

static bool fits(const struct pg_stmt *s, const struct val *v, size_t n)
{
	if (s->n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (v[i].type != VAL_NULL && s->types[i] != type_of(&v[i]))
			return false;
	return true;
}

/* Learn what the engine made of the parameters that were NULL when the statement was prepared. */
static int learn_types(struct db *db, struct pg_stmt *s, struct fault *f)
{
	PGresult *res = PQdescribePrepared(pg_conn(db), s->name);
	int err = PQresultStatus(res) == PGRES_COMMAND_OK ? 0 : pg_fault(db, res, f);

	for (size_t i = 0; !err && i < s->n && (int)i < PQnparams(res); i++)
		s->types[i] = PQparamtype(res, (int)i);
	PQclear(res);
	return err;
}

static int prepare(struct db *db, const char *sql, const struct val *v, size_t n, struct pg_stmt *s, struct fault *f)
{
	char *text = with_dollars(sql);
	bool unknown = false;
	PGresult *res;
	int err;

	s->n = n;
	snprintf(s->name, sizeof(s->name), "s%lld", (long long)++((struct pg *)db)->names);
	for (size_t i = 0; i < n; i++) {
		s->types[i] = type_of(&v[i]);
		unknown |= !s->types[i];
	}
	res = PQprepare(pg_conn(db), s->name, text, (int)n, s->types);
	err = PQresultStatus(res) == PGRES_COMMAND_OK ? 0 : pg_fault(db, res, f);
	PQclear(res);
	free(text);
	if (err && !db->lost)
		log_error("db", "refused statement: %s", sql);
	if (!err && unknown)
		err = learn_types(db, s, f);
	return err;
}

static int stmt_for(struct db *db, const char *sql, const struct val *v, size_t n, struct pg_stmt **ret, struct fault *f)
{
	str text = str_of(sql);
	struct pg_stmt *s;
	int err;

	for (struct stmt *old = NULL; (old = stmt_find(&db->cache, text, old));)
		if (fits((struct pg_stmt *)old, v, n)) {
			*ret = (struct pg_stmt *)old;
			return 0;
		}
	s = calloc(1, sizeof(*s) + (n + 1) * sizeof(s->types[0]));
	if (!s)
		abort();
	err = prepare(db, sql, v, n, s, f);
	if (err) {
		free(s);
		return err;
	}
	stmt_keep(db, &s->s, text);
	*ret = s;
	return 0;
}

static void pg_stmt_free(struct db *db, struct stmt *s)
{
	char sql[48];

	if (pg_connected(db) && !db->lost) {
		snprintf(sql, sizeof(sql), "DEALLOCATE %s", ((struct pg_stmt *)s)->name);
		PQclear(PQexec(pg_conn(db), sql));
	}
	free(s);
}

/* The parameters as PQexecPrepared takes them. */
struct params {
	const char *at[PARAMS_MAX];
	int length[PARAMS_MAX], format[PARAMS_MAX];
	uint64_t number[PARAMS_MAX];
};

static void params_fill(struct params *p, const struct val *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		p->at[i] = (const char *)&p->number[i];
		p->length[i] = sizeof(p->number[i]);
		p->format[i] = 1;
		switch (v[i].type) {
		case VAL_NULL: p->at[i] = NULL; break;
		case VAL_INT: p->number[i] = htobe64((uint64_t)v[i].u.i); break;
		case VAL_REAL:
			memcpy(&p->number[i], &v[i].u.r, sizeof(p->number[i]));
			p->number[i] = htobe64(p->number[i]);
			break;
		case VAL_TEXT:
			p->at[i] = v[i].u.s.p;
			p->length[i] = (int)v[i].u.s.n;
			break;
		}
	}
}

static int ask_once(struct db *db, const char *sql, const struct val *v, size_t n, struct rows *r, struct fault *f)
{
	struct params p;
	struct pg_stmt *s;
	PGresult *res;
	int err;

	if (db->cache.stale && !db->in_tx) {
		stmt_forget_all(db);
		db->cache.stale = false;
	}
	err = stmt_for(db, sql, v, n, &s, f);
	if (err)
		return err;
	params_fill(&p, v, n);
	res = PQexecPrepared(pg_conn(db), s->name, (int)n, p.at, p.length, p.format, 0);
	if (PQresultStatus(res) != PGRES_COMMAND_OK && PQresultStatus(res) != PGRES_TUPLES_OK) {
		err = pg_fault(db, res, f);
		PQclear(res);
		return err;
	}
	r->cursor = res;
	return 0;
}

/* A connection that broke while nobody used it is made again at once: nothing of a reading question is lost. */
static int pg_ask(struct db *db, const char *sql, const struct val *v, size_t n, struct rows *r, struct fault *f)
{
	int err;

	if (n > PARAMS_MAX)
		return fail(f, EINVAL, NULL, "rule", "more than %d values for one statement", PARAMS_MAX);
	err = ask_once(db, sql, v, n, r, f);
	if (!err || !db->lost || db->in_tx ||
	        (!str_starts(str_of(sql), STR("SELECT")) && !str_starts(str_of(sql), STR("BEGIN"))))
		return err;
	stmt_forget_all(db);
	pg_disconnect(db);
	db->lost = false;
	err = pg_connect(db, f);
	return err ? err : ask_once(db, sql, v, n, r, f);
}

static int pg_next(struct rows *r, struct fault *f)
{
	(void)f;
	if (r->row + 1 >= PQntuples(r->cursor))
		return ENOENT;
	r->row++;
	return 0;
}

/* numeric is what sum() of bigints gives: whole where it has no point. */
static struct val number(str s)
{
	struct val v = {0};

	if (parse_int(s, INT64_MIN, INT64_MAX, &v.u.i))
		v.type = VAL_INT;
	else
		v = val_r(strtod(s.p, NULL)); /* libpq ends each value with a NUL; also Infinity and NaN */
	return v;
}

static struct val pg_get(const struct rows *r, int col)
{
	const PGresult *res = r->cursor;
	str s;

	if (PQgetisnull(res, r->row, col))
		return (struct val){0};
	s = (str){PQgetvalue(res, r->row, col), (size_t)PQgetlength(res, r->row, col)};
	switch (PQftype(res, col)) {
	case OID_BOOL: return val_i(s.p[0] == 't');
	case OID_INT2:
	case OID_INT4:
	case OID_INT8:
	case OID_OID:
	case OID_XID8:
	case OID_NUMERIC: return number(s);
	case OID_FLOAT4:
	case OID_FLOAT8: return val_r(strtod(s.p, NULL));
	}
	return val_s(str_copy(r->a, s));
}

static int64_t pg_changed(const struct rows *r)
{
	int64_t n = 0;

	parse_int(str_of(PQcmdTuples(r->cursor)), 0, INT64_MAX, &n);
	return n;
}

static void pg_done(struct rows *r)
{
	PQclear(r->cursor);
}

/* Reading: the snapshot is taken by the first statement, so run one. */
static int pg_begin(struct db *db, struct fault *f)
{
	int err;

	if (!db->readonly)
		return db_run(db, "BEGIN", NO_VALS, NULL, f);
	err = db_run(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NO_VALS, NULL, f);
	return err ? err : pg_script(db, "SELECT 1", f);
}

/* COMMIT of a transaction in which something failed succeeds, as a ROLLBACK. */
static int pg_commit(struct db *db, struct fault *f)
{
	PGresult *res = PQexec(pg_conn(db), "COMMIT");
	int err = 0;

	if (PQresultStatus(res) != PGRES_COMMAND_OK) {
		err = pg_fault(db, res, f);
		if (db->lost) /* it may have been committed: nobody may simply do it again */
			db->again = false;
	} else if (strcmp(PQcmdStatus(res), "COMMIT") != 0) {
		err = db_fault(f, EIO, "COMMIT became a ROLLBACK");
	}
	PQclear(res);
	return err;
}

static bool pg_in_transaction(const struct db *db)
{
	PGTransactionStatusType status = PQtransactionStatus(pg_conn(db));

	return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

const struct db_driver db_postgres = {
        .engine = DB_POSTGRES,
        .scheme = "postgresql://",
        .scheme_too = "postgres://",
        .size = sizeof(struct pg),
        .words = words,
        .connect = pg_connect,
        .disconnect = pg_disconnect,
        .connected = pg_connected,
        .script = pg_script,
        .ask = pg_ask,
        .next = pg_next,
        .get = pg_get,
        .changed = pg_changed,
        .done = pg_done,
        .begin = pg_begin,
        .commit = pg_commit,
        .in_transaction = pg_in_transaction,
        .stmt_free = pg_stmt_free,
};
