/* SPDX-License-Identifier: GPL-3.0-or-later */
/* retention.c - how long recordings and personal data of contacts at rest are kept: said by the house, and otherwise by a project; what goes by it and when,
 * told before; and the job that removes them in small pieces, by the same way as an erasure, so that the verifiable log holds. */
#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "domain/erasure/erasure_priv.h"
#include "domain/ledger/ledger.h"
#include "domain/role/role.h"

enum {
	DAYS_MAX = 36500,
	GRACE_MS = CLOCK_DAY, /* nothing goes so soon after a term was set: who mistyped it has time */
	COUNT_MAX = 10000,    /* more are not counted */
	PIECE = 20,           /* recordings of one transaction */
	RECORDINGS_PASS = 2000,
	CONTACTS_PASS = 200, /* of one project in an hour */
};

struct retention {
	int64_t recordings_days, personal_days; /* 0: as the house says; there: for ever */
};
#define ENTITY struct retention
static const struct field fields[] = {
        F_INT(recordings_days, 0, DAYS_MAX, "Recordings go after so many days; null: as the house says, there: never",
                .flags = NULLABLE),
        F_INT(personal_days, 0, DAYS_MAX,
                "Names, numbers and words of a contact go so many days after the last that happened with it, when nothing is open",
                .flags = NULLABLE),
};
#undef ENTITY
const struct shape retention_shape = SHAPE_OF(retention, fields, "How long data are kept");

#define PAIR(a, b) \
	"{\"type\":[\"object\",\"null\"],\"required\":[\"" a "\",\"" b "\"],\"properties\":{\"" a \
	"\":{\"type\":[\"integer\",\"null\"]},\"" b "\":{\"type\":[\"integer\",\"null\"]}}}"
const char retention_schema[] =
        "{\"type\":\"object\",\"required\":[\"own\",\"house\",\"customary\",\"begins_at\",\"due\",\"month\"],\"properties\":{\"own\":" PAIR(
                "recordings_days", "personal_days") ",\"house\":" PAIR("recordings_days",
                "personal_days") ",\"customary\":" PAIR("recordings_days",
                "personal_days") ",\"begins_at\":{\"type\":[\"integer\",\"null\"]},\"due\":" PAIR("recordings",
                "contacts") ",\"month\":" PAIR("recordings", "contacts") "}}";

/* What houses of a country usually choose. RU: three years, the limitation of actions (Civil Code, art. 196); GB: six (Limitation Act 1980, s. 5);
 * US: records of telemarketing five years (16 CFR 310.5). */
static const struct {
	const char *jurisdiction;
	struct retention of;
} customary[] = {{"RU", {180, 3 * 365}}, {"GB", {180, 6 * 365}}, {"US", {5 * 365, 5 * 365}}};

/* Terms ---------------------------------------------------------------------------------------------------------------------- */

struct terms {
	struct retention own, house;
	int64_t changed_at; /* of what holds, the later */
};

static int load(struct db *db, struct arena *a, int64_t project_id, struct terms *ret, struct fault *f)
{
	struct terms t = {0};
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT project_id, recordings_days, personal_days, changed_at FROM retention WHERE project_id IN (0, ?1)",
	        VALS(V(project_id)), &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		struct retention one = {rows_int(&r, 1), rows_int(&r, 2)};
		if (rows_int(&r, 0))
			t.own = one;
		else
			t.house = one;
		t.changed_at = rows_int(&r, 3) > t.changed_at ? rows_int(&r, 3) : t.changed_at;
	}
	rows_done(&r);
	*ret = t;
	return err == ENOENT ? 0 : err;
}

static struct retention holds(const struct terms *t)
{
	return (struct retention){t->own.recordings_days ? t->own.recordings_days : t->house.recordings_days,
	        t->own.personal_days ? t->own.personal_days : t->house.personal_days};
}

/* What is over ---------------------------------------------------------------------------------------------------------------- */

/* ?1: the project, ?2: the moment before which it must lie. A contact's last moment is that of its last call, or of its coming. */
#define RECORDINGS "recording WHERE project_id = ?1 AND state = 'kept' AND created_at < ?2"
#define CONTACTS \
	"contact t WHERE t.project_id = ?1 AND (t.state = 'closed' OR (SELECT p.state FROM project p WHERE p.id = ?1) = 'finished') AND " \
	"COALESCE(t.last_at, t.created_at) < ?2 AND (t.erased_at IS NULL OR t.erased_at < COALESCE(t.last_at, 0)) AND NOT EXISTS (SELECT 1 " \
	"FROM callback b WHERE b.contact_id = t.id AND b.state = 'open') AND NOT EXISTS (SELECT 1 FROM call c WHERE c.contact_id = t.id AND " \
	"c.asked_at >= ?2)"

struct amount {
	int64_t recordings, contacts;
};

static int count(struct db *db, struct arena *a, const char *sql, int64_t project_id, int64_t days, int64_t at, int64_t *to,
        struct fault *f)
{
	struct val v;
	int err = !days || *to > COUNT_MAX ? ENOENT
	                                   : db_one(db, a, sql, VALS(V(project_id), V(at - days * CLOCK_DAY)), &v, 1, f);

	if (!err)
		*to += val_int(v);
	return err == ENOENT ? 0 : err;
}

static int add_amount(struct db *db, struct arena *a, int64_t project_id, const struct retention *r, int64_t at,
        struct amount *to, struct fault *f)
{
	int err = count(db, a, "SELECT COUNT(*) FROM (SELECT 1 FROM " RECORDINGS " LIMIT 10001) x", project_id,
	        r->recordings_days, at, &to->recordings, f);

	return err ? err
	           : count(db, a, "SELECT COUNT(*) FROM (SELECT 1 FROM " CONTACTS " LIMIT 10001) x", project_id,
	                     r->personal_days, at, &to->contacts, f);
}

static int project_ids(struct db *db, struct arena *a, int64_t **ret, size_t *ret_n, struct fault *f)
{
	struct val n;
	struct rows r;
	size_t i = 0;
	int err = db_one(db, a, "SELECT COUNT(*) FROM project", NO_VALS, &n, 1, f);

	if (err)
		return err;
	*ret = NEW_N(a, int64_t, (size_t)val_int(n) + 1);
	err = db_ask(db, a, "SELECT id FROM project ORDER BY id", NO_VALS, &r, f);
	while (!err && i < (size_t)val_int(n) && !(err = rows_next(&r, f)))
		(*ret)[i++] = rows_int(&r, 0);
	rows_done(&r);
	*ret_n = i;
	return err == ENOENT ? 0 : err;
}

/* Over the whole house: each project by its own terms, or by these of the house. */
static int add_house(struct request *q, const struct retention *house, int64_t at, struct amount *to)
{
	int64_t *ids;
	size_t n = 0;
	int err = project_ids(q->db, q->a, &ids, &n, &q->fault);

	for (size_t i = 0; i < n && !err; i++) {
		struct terms t;
		struct retention r;
		err = load(q->db, q->a, ids[i], &t, &q->fault);
		t.house = *house;
		r = holds(&t);
		if (!err)
			err = add_amount(q->db, q->a, ids[i], &r, at, to, &q->fault);
	}
	return err;
}

/* The screen ------------------------------------------------------------------------------------------------------------------ */

static void put_pair(
        struct json_out *w, const char *key, const char *first, int64_t a, const char *second, int64_t b, bool zero)
{
	json_key(w, key);
	json_open(w, '{');
	json_key(w, first);
	if (a || zero)
		json_add_int(w, a);
	else
		json_add_null(w);
	json_key(w, second);
	if (b || zero)
		json_add_int(w, b);
	else
		json_add_null(w);
	json_close(w, '}');
}

static void put_days(struct json_out *w, const char *key, const struct retention *r)
{
	put_pair(w, key, "recordings_days", r->recordings_days, "personal_days", r->personal_days, false);
}

static int put_customary(struct request *q, int64_t project_id)
{
	struct val v = V(STR("RU"));
	int err = project_id ? db_one(q->db, q->a, "SELECT jurisdiction FROM project WHERE id = ?1", VALS(V(project_id)), &v,
	                               1, &q->fault)
	                     : 0;

	for (size_t i = 0; !err && i < COUNT(customary); i++)
		if (str_eq(val_str(v), str_of(customary[i].jurisdiction))) {
			put_days(&q->out, "customary", &customary[i].of);
			return 0;
		}
	json_key(&q->out, "customary");
	json_add_null(&q->out);
	return err;
}

static int give(struct request *q, int64_t project_id, struct terms *t)
{
	struct amount due = {0}, month = {0};
	struct retention r = holds(t);
	int64_t later = q->now + 30 * (int64_t)CLOCK_DAY;
	int err = project_id ? add_amount(q->db, q->a, project_id, &r, q->now, &due, &q->fault)
	                     : add_house(q, &r, q->now, &due);

	if (!err)
		err = project_id ? add_amount(q->db, q->a, project_id, &r, later, &month, &q->fault)
		                 : add_house(q, &r, later, &month);
	if (err)
		return err;
	json_open(&q->out, '{');
	put_days(&q->out, "own", project_id ? &t->own : &t->house);
	put_days(&q->out, "house", &t->house);
	json_key(&q->out, "begins_at");
	if (t->changed_at)
		json_add_int(&q->out, t->changed_at + GRACE_MS);
	else
		json_add_null(&q->out);
	put_pair(&q->out, "due", "recordings", due.recordings, "contacts", due.contacts, true);
	put_pair(&q->out, "month", "recordings", month.recordings, "contacts", month.contacts, true);
	err = put_customary(q, project_id);
	json_close(&q->out, '}');
	return err;
}

/* What it would be by other days: those of the query. */
static int asked(struct request *q, const char *name, int64_t *to)
{
	str given = http_param(q->http, name);

	if (given.p && !parse_int(given.n ? given : STR("0"), 0, DAYS_MAX, to))
		return fail(&q->fault, EINVAL, name, "range", "a number of days is needed");
	return 0;
}

static int look(struct request *q, int64_t project_id)
{
	struct terms t;
	struct retention *r = project_id ? &t.own : &t.house;
	int err = load(q->db, q->a, project_id, &t, &q->fault);

	if (!err)
		err = asked(q, "recordings_days", &r->recordings_days);
	if (!err)
		err = asked(q, "personal_days", &r->personal_days);
	if (!err && (http_param(q->http, "recordings_days").p || http_param(q->http, "personal_days").p))
		t.changed_at = q->now;
	return err ? err : give(q, project_id, &t);
}

int retention_house(struct request *q)
{
	return look(q, 0);
}

int retention_project(struct request *q)
{
	int err = access_project(q->db, q->a, q->who, q->id[0], &q->fault);

	return err ? err : look(q, q->id[0]);
}

struct setting_it {
	struct request *q;
	int64_t project_id;
	struct terms was;
};

/* Closure. */
static int put_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct setting_it *s = arg;
	const struct retention *new = s->q->body, *was = s->project_id ? &s->was.own : &s->was.house;
	struct audit e = {.who = s->q->who,
	        .entity = "retention",
	        .verb = "changed",
	        .row_id = s->project_id,
	        .project_id = s->project_id,
	        .peer = s->q->http->peer};
	int err = db_run(db,
	        "INSERT INTO retention (project_id, recordings_days, personal_days, changed_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT "
	        "(project_id) DO UPDATE SET recordings_days = excluded.recordings_days, personal_days = excluded.personal_days, changed_at = "
	        "excluded.changed_at",
	        VALS(V(s->project_id), val_ref(new->recordings_days), val_ref(new->personal_days), V(s->q->now)), NULL, f);

	e.diff = str_printf(a, "{\"recordings_days\":[%lld,%lld],\"personal_days\":[%lld,%lld]}",
	        (long long)was->recordings_days, (long long)new->recordings_days, (long long)was->personal_days,
	        (long long)new->personal_days);
	return err ? err : audit_add(db, a, &e, s->q->now, f);
}

int retention_put(struct request *q)
{
	const struct retention *new = q->body;
	struct setting_it s = {.q = q, .project_id = q->id[0]};
	int err = s.project_id ? access_project(q->db, q->a, q->who, s.project_id, &q->fault) : 0;

	if (!err)
		err = load(q->db, q->a, s.project_id, &s.was, &q->fault);
	if (!err)
		err = request_write(q, put_write, &s);
	if (err)
		return err;
	if (s.project_id)
		s.was.own = *new;
	else
		s.was.house = *new;
	s.was.changed_at = q->now;
	return give(q, s.project_id, &s.was);
}

/* The job -------------------------------------------------------------------------------------------------------------------- */

struct piece {
	int64_t project_id, before, days, now;
	struct file files[PIECE];
	size_t n;
	struct arena *a;
};

static int drop_one(struct db *db, struct arena *a, const struct piece *p, const struct val row[4], struct fault *f)
{
	int64_t call_id = val_int(row[1]);
	int err = db_run(db,
	        "UPDATE recording SET state = 'lost', error = 'term', file_id = NULL, sha256 = NULL, raw_path = NULL WHERE id = ?1",
	        VALS(row[0]), NULL, f);

	if (!err)
		err = file_remove(db, val_int(row[2]), f);
	return err ? err
	           : ledger_erase(db, a, p->project_id, call_id, 1u << LOGGED_RECORDING,
	                     str_printf(a, "term of recordings: %lld days", (long long)p->days), 0, f);
}

/* Closure: some recordings, with their files' rows, and a word in the log for each. */
static int recordings_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct piece *p = arg;
	struct val row[PIECE][4];
	struct audit e = {
	        .entity = "project", .verb = "recordings_expired", .row_id = p->project_id, .project_id = p->project_id};
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT g.id, g.call_id, g.file_id, f.key FROM (SELECT id, call_id, file_id FROM " RECORDINGS
	        " ORDER BY created_at LIMIT 20) g JOIN file f ON f.id = g.file_id",
	        VALS(V(p->project_id), V(p->before)), &r, f);

	p->n = 0;
	while (!err && p->n < PIECE && !(err = rows_next(&r, f))) {
		for (int i = 0; i < 4; i++)
			row[p->n][i] = rows_get(&r, i);
		p->files[p->n++].key = str_copy(p->a, rows_str(&r, 3));
	}
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < p->n && !err; i++)
		err = drop_one(db, a, p, row[i], f);
	e.diff = str_printf(a, "{\"recordings\":[null,%zu]}", p->n);
	return err || !p->n ? err : audit_add(db, a, &e, p->now, f);
}

static int drop_recordings(struct app *app, int64_t project_id, int64_t days, int64_t now, bool *ret_any, struct fault *f)
{
	int64_t done = 0;
	int err = 0;

	while (!err && done < RECORDINGS_PASS) {
		struct arena a = {0};
		struct piece p = {
		        .project_id = project_id, .before = now - days * CLOCK_DAY, .days = days, .now = now, .a = &a};
		err = store_write(app->store, NULL, &a, recordings_write, &p, f);
		for (size_t i = 0; !err && i < p.n; i++)
			file_unlink(&p.files[i]);
		done += (int64_t)p.n;
		arena_free(&a);
		if (!p.n)
			break;
	}
	*ret_any |= done > 0;
	return err;
}

static int over_contacts(struct db *db, struct arena *a, int64_t project_id, int64_t before, int64_t ret[CONTACTS_PASS],
        size_t *ret_n, struct fault *f)
{
	struct rows r;
	int err = db_ask(
	        db, a, "SELECT t.id FROM " CONTACTS " ORDER BY t.id LIMIT 200", VALS(V(project_id), V(before)), &r, f);

	while (!err && *ret_n < CONTACTS_PASS && !(err = rows_next(&r, f)))
		ret[(*ret_n)++] = rows_int(&r, 0);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int erase_contacts(struct app *app, struct db *db, struct arena *a, int64_t project_id, int64_t days, int64_t now,
        bool *ret_any, struct fault *f)
{
	int64_t ids[CONTACTS_PASS];
	size_t n = 0;
	int err = over_contacts(db, a, project_id, now - days * CLOCK_DAY, ids, &n, f);

	for (size_t i = 0; i < n && !err; i++) {
		struct arena own = {0};
		struct erasing e = {.by = {NULL, NULL, now}, .a = &own, .contact_id = ids[i]};
		e.reason = str_printf(&own, "term of personal data: %lld days", (long long)days);
		err = store_write(app->store, NULL, &own, erase_write, &e, f);
		for (size_t k = 0; !err && k < e.n_files; k++)
			file_unlink(&e.files[k]);
		*ret_any |= !err;
		err = err == EALREADY || err == ENOENT ? 0 : err; /* in a call just now: the next time */
		arena_free(&own);
	}
	return err;
}

static int run_project(
        struct app *app, struct db *db, struct arena *a, int64_t id, int64_t now, bool *ret_any, struct fault *f)
{
	struct terms t;
	struct retention r;
	int err = load(db, a, id, &t, f);

	if (err || now < t.changed_at + GRACE_MS)
		return err;
	r = holds(&t);
	if (r.recordings_days)
		err = drop_recordings(app, id, r.recordings_days, now, ret_any, f);
	if (!err && r.personal_days)
		err = erase_contacts(app, db, a, id, r.personal_days, now, ret_any, f);
	return err;
}

static int wish_traces(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	(void)arg;
	return job_add(db, a, "erase_traces", 0, (str){0}, clock_ms(), NULL, f);
}

int retention_run(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	int64_t *ids, now = clock_ms();
	size_t n = 0;
	bool any = false;
	int err = project_ids(db, a, &ids, &n, f), failed = 0;

	(void)job;
	/* One project's trouble must not keep the others' data. */
	for (size_t i = 0; i < n && !err; i++) {
		int one = run_project(app, db, a, ids[i], now, &any, f);
		if (one)
			log_error("retention", "project %lld: %s", (long long)ids[i], f->what);
		failed = one ? one : failed;
	}
	if (!err && any)
		err = store_write(app->store, NULL, a, wish_traces, NULL, f);
	return err ? err : failed;
}
