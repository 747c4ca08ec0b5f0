/* SPDX-License-Identifier: GPL-3.0-or-later */
/* serve.c - one request from path to answer, and the one place where a failure becomes a status and words. */
#include "kit/route/route_priv.h"

#include "base/log.h"

static const struct kind {
	int err, status;
	const char *code, *what; /* when the fault has no words of its own */
} kinds[] = {
        {EINVAL, 400, "invalid", "the request is not right"},
        {EKEYREJECTED, 401, "session", "log in first"},
        {EACCES, 403, "right", "your role may not do this"},
        {ENOENT, 404, "not_found", "there is no such thing"},
        {EOPNOTSUPP, 405, "method", "this path does not know this method"},
        {EEXIST, 409, "exists", "there is one like this already"},
        {EALREADY, 409, "state", "its state does not allow this now"},
        {ESTALE, 412, "stale", "somebody changed it meanwhile"},
        {EMSGSIZE, 413, "too_long", "the body is too long"},
        {EFBIG, 413, "too_long", "this is too large"},
        {EMEDIUMTYPE, 415, "type", "the body must be application/json"},
        {EDQUOT, 429, "too_often", "too many requests: wait a while"},
        {EBUSY, 503, "busy", "the server is busy: try again"},
        {EAGAIN, 503, "busy", "the server is busy: try again"},
        {ETIMEDOUT, 504, "late", "it took too long"},
        {ENOSPC, 507, "disk_full", "the disk is full"},
};
static const struct kind unknown = {0, 500, "internal", "the server failed; the log says why"};

static const struct kind *kind_of(int err)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (kinds[i].err == err)
			return &kinds[i];
	return &unknown;
}

int http_status_of(int err)
{
	return err ? kind_of(err)->status : 200;
}

static int read_body(struct request *q)
{
	const struct shape *takes = q->route->takes;
	str type = http_header(q->http, "Content-Type"), body = q->http->body;
	int err = 0;

	if (q->route->upload)
		return q->http->upload.path ? 0 : fail(&q->fault, EINVAL, NULL, "no_file", "a file is needed as body");
	if (body.n && !str_eq_nocase(str_trim(str_sub(type, 0, str_find(type, ';', 0))), STR("application/json")))
		return EMEDIUMTYPE;
	if (!body.n && takes)
		body = STR("{}");
	if (body.n)
		err = json_parse(q->a, body, &q->in, &q->fault);
	if (!err && takes) {
		q->body = arena_alloc(q->a, takes->size);
		err = shape_from_json(takes, q->in, q->a, q->who, true, q->body, &q->seen, &q->fault);
	}
	return err;
}

static int serve(const struct router *r, struct request *q)
{
	const struct mount *m;
	int err = router_find(r, q->http->method, q->http->path, q, &m);

	if (err)
		return err;
	q->route = &m->route;
	q->resource = m->resource;
	err = request_identify(q);
	if (!err)
		err = request_allow(q);
	if (!err)
		err = read_body(q);
	return err ? err : q->route->run(q);
}

static void put_member(struct json_out *w, const char *key, str value)
{
	json_key(w, key);
	json_add_text(w, value);
}

/* A missing row has one answer whatever was known about it, so that nobody learns which ids exist elsewhere. */
static void answer_failure(struct request *q, int err)
{
	const struct kind *k = kind_of(err);
	const struct fault *f = &q->fault;
	bool own_words = f->err == err && f->code[0] && err != ENOENT && k != &unknown;
	struct json_out w = {.t = &q->http->out};

	q->http->status = k->status;
	q->http->type = "application/json";
	q->http->out.n = 0;
	q->http->file = NULL;
	json_open(&w, '{');
	json_key(&w, "error");
	json_open(&w, '{');
	put_member(&w, "code", str_of(own_words ? f->code : k->code));
	put_member(&w, "field", own_words && f->field[0] ? str_of(f->field) : (str){0});
	put_member(&w, "what", str_of(own_words ? f->what : k->what));
	json_close(&w, '}');
	if (err == ESTALE && q->current.p) {
		json_key(&w, "current");
		json_add_raw(&w, q->current);
	}
	json_close(&w, '}');
	if (k->status >= 500)
		log_warn("http", "%s %.*s: %d %s", http_method_names[q->http->method], STR_ARG(q->http->path), err, f->what);
}

/* All that one GET reads is of one moment. On SQLite that also spares two file locks for each statement, which workers would queue for
 * (bench/read: half again as many cards a second); PostgreSQL would pay two more round trips, so there it is left. */
static void snapshot_begin(struct request *q)
{
	q->one_moment = q->http->method == HTTP_GET && q->db && db_engine(q->db) == DB_SQLITE &&
	                !db_run(q->db, "BEGIN", NO_VALS, NULL, NULL);
}

void request_read_on(struct request *q)
{
	if (q->one_moment && db_run(q->db, "COMMIT", NO_VALS, NULL, NULL))
		db_rollback(q->db);
	q->one_moment = false;
}

void router_serve(const struct router *r, struct request *q)
{
	int err;

	q->http->out.a = q->a;
	q->out = (struct json_out){.t = &q->http->out};
	snapshot_begin(q);
	err = serve(r, q);
	request_read_on(q);
	if (err)
		answer_failure(q, err);
	else if (q->route->makes)
		q->http->status = 201;
	else if (q->http->status == 200 && !q->http->out.n && !q->http->file && !q->http->stream)
		q->http->status = 204;
}

void request_give(struct request *q, const struct shape *s, const void *row)
{
	shape_to_json(s, row, q->who, false, &q->out);
}

int request_stale(struct request *q, const struct shape *s, const void *row)
{
	struct text t = {.a = q->a};

	shape_to_json(s, row, q->who, false, &(struct json_out){.t = &t});
	q->current = text_str(&t);
	return fail(&q->fault, ESTALE, NULL, "stale", "somebody changed it meanwhile");
}

int request_write(struct request *q, store_fn *fn, void *arg)
{
	return store_write(q->store, q->db, q->a, fn, arg, &q->fault);
}
