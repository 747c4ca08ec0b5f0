/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send.c - hands what waits to the receiver, one after the other: what is told of a row keeps its order, and a receiver that does not take is left
 * alone for longer and longer. */
#include "domain/webhook/webhook_priv.h"

#include "base/log.h"
#include "base/parse.h"
#include "domain/notification/notification.h"
#include "engine/crypto/crypto.h"
#include "kit/app/app.h"

enum {
	TRIES_MAX = 12,
	TRY_BASE_MS = 5 * CLOCK_SECOND,  /* times the cube of the tries: over eight hours in all */
	REST_BASE_MS = 5 * CLOCK_SECOND, /* times the square of the failures in a row … */
	REST_MAX_MS = 15 * CLOCK_MINUTE, /* … of the whole webhook */
	FAILING_MAX_MS = 3 * CLOCK_DAY,  /* then it is switched off */
	PASS_MS = 20 * CLOCK_SECOND,     /* of one job: others wait for its thread */
};

static const char *const state_words[] = {"waiting", "delivered", "failed"};

/* What leaves ---------------------------------------------------------------------------------------------------------------- */

static int add_row(struct app *app, struct db *db, struct arena *a, const struct webhook *w,
        const struct webhook_delivery *d, struct json_out *out, struct fault *f)
{
	struct text row = {.a = a};
	struct json_out o = {.t = &row};
	struct who who;
	int err = d->row_id ? webhook_who(db, a, w, &who, f) : ENOENT;

	if (!err)
		err = router_row(app->router, str_z(a, d->entity), db, a, &who, d->row_id, clock_ms(), &o, f);
	json_key(out, "row");
	json_add_raw(out, err ? STR("null") : text_str(&row));
	return err == ENOENT ? 0 : err;
}

static int body_of(struct app *app, struct db *db, struct arena *a, const struct webhook *w,
        const struct webhook_delivery *d, str *ret, struct fault *f)
{
	struct text t = {.a = a};
	struct json_out o = {.t = &t};
	int err;

	json_open(&o, '{');
	json_member_int(&o, "delivery", d->id);
	json_member_int(&o, "number", d->event_id);
	json_key(&o, "kind");
	json_add_text(&o, d->kind);
	json_key(&o, "verb");
	json_add_text(&o, d->verb);
	json_member_int(&o, "at", d->at);
	json_member_int(&o, "project_id", d->project_id);
	json_member_int(&o, "id", d->row_id);
	err = add_row(app, db, a, w, d, &o, f);
	json_close(&o, '}');
	*ret = text_str(&t);
	return err;
}

static const char *signature(struct arena *a, const struct webhook *w, int64_t at, str body)
{
	uint8_t mac[SHA256_BYTES];
	char hex[SHA256_HEX];

	hmac_sha256_any(w->secret, str_printf(a, "%lld.%.*s", (long long)at, STR_ARG(body)), mac);
	print_hex(mac, sizeof mac, hex);
	return str_printf(a, "X-Zvonar-Signature: sha256=%s", hex).p;
}

static int post(struct app *app, struct db *db, struct arena *a, const struct webhook *w, const struct webhook_delivery *d,
        struct net_answer *ret, struct fault *f)
{
	int64_t now = clock_ms();
	struct settings s;
	str body;
	int err = settings_load(db, a, &s, f);

	*ret = (struct net_answer){0};
	if (!err)
		err = body_of(app, db, a, w, d, &body, f);
	if (err)
		return err;
	const char *const headers[] = {
	        "Content-Type: application/json",
	        "User-Agent: Zvonar",
	        "Expect:", /* curl would ask first whether a long body is wanted */
	        str_printf(a, "X-Zvonar-Kind: %.*s", STR_ARG(d->kind)).p,
	        str_printf(a, "X-Zvonar-Delivery: %lld", (long long)d->id).p,
	        str_printf(a, "X-Zvonar-Time: %lld", (long long)now).p,
	        signature(a, w, now, body),
	};
	return net_post(&(struct net_post){w->url, body, headers, COUNT(headers), s.webhook_inside}, a, ret, f);
}

/* How it went ---------------------------------------------------------------------------------------------------------------- */

struct outcome_of {
	struct webhook *w;
	struct webhook_delivery *d;
	int64_t fails, now;
	str error; /* absent: taken */
};

/* Closure: the receiver is given up, and whoever set it up is told. */
static int switch_off(struct db *db, struct arena *a, const struct webhook *w, int why, int64_t now, struct fault *f)
{
	struct audit e = {.entity = "webhook", .verb = "switched_off", .row_id = w->id, .project_id = w->project_id};
	struct webhook off = *w;
	int err;

	off.disabled = true;
	off.off_why = why;
	e.diff = entity_diff(&webhook_entity, w, &off, a);
	err = db_run(db, "UPDATE webhook SET disabled = 1, off_why = ?2, version = version + 1 WHERE id = ?1",
	        VALS(V(w->id), V(str_of(webhook_off[why]))), NULL, f);
	if (!err)
		err = audit_add(db, a, &e, now, f);
	if (!err)
		err = notify(db, a,
		        &(struct notice_of){.kind = NOTIFY_WEBHOOK,
		                .user_id = w->owner_id,
		                .project_id = w->project_id,
		                .row_id = w->id,
		                .what = w->name},
		        now, f);
	return err;
}

static int note_taken(struct db *db, const struct outcome_of *o, struct fault *f)
{
	return db_run(db, "UPDATE webhook SET failing_since = NULL, fails = 0, next_at = 0, last_at = ?2 WHERE id = ?1",
	        VALS(V(o->w->id), V(o->now)), NULL, f);
}

static int note_failed(struct db *db, struct arena *a, const struct outcome_of *o, struct fault *f)
{
	int64_t fails = o->fails < 100 ? o->fails : 100, rest = fails * fails * REST_BASE_MS;
	int64_t since = o->w->failing_since ? o->w->failing_since : o->now;
	int err = db_run(db, "UPDATE webhook SET failing_since = ?2, fails = ?3, next_at = ?4 WHERE id = ?1",
	        VALS(V(o->w->id), V(since), V(o->fails), V(o->now + (rest < REST_MAX_MS ? rest : REST_MAX_MS))), NULL, f);

	if (!err && o->d->status == 410)
		err = switch_off(db, a, o->w, OFF_GONE, o->now, f);
	else if (!err && o->now - since >= FAILING_MAX_MS)
		err = switch_off(db, a, o->w, OFF_FAILING, o->now, f);
	return err;
}

/* Closure. */
static int outcome_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct outcome_of *o = arg;
	const struct webhook_delivery *d = o->d;
	int64_t tries = d->tries + 1;
	int state = !o->error.p ? DELIVERY_DELIVERED : tries >= TRIES_MAX ? DELIVERY_FAILED : DELIVERY_WAITING;
	int err = db_run(db,
	        "UPDATE webhook_delivery SET state = ?2, tries = ?3, next_at = ?4, status = ?5, error = ?6, tried_at = ?7 "
	        "WHERE id = ?1",
	        VALS(V(d->id), V(str_of(state_words[state])), V(tries), V(o->now + tries * tries * tries * TRY_BASE_MS),
	                V(d->status), V(o->error), V(o->now)),
	        NULL, f);

	if (err)
		return err;
	return o->error.p ? note_failed(db, a, o, f) : note_taken(db, o, f);
}

/* One pass ------------------------------------------------------------------------------------------------------------------- */

/* The one due longest that has nothing of its own row before it: what fails again and again keeps nobody else. */
static int next_of(
        struct db *db, struct arena *a, int64_t webhook_id, int64_t now, struct webhook_delivery *ret, struct fault *f)
{
	struct query *q = query_new(a);

	query_add(q, "SELECT ");
	entity_columns(webhook_delivery_resource.entity, q);
	query_add(q, " FROM webhook_delivery WHERE webhook_id = ");
	query_val(q, V(webhook_id));
	query_add(q, " AND state = 'waiting' AND next_at <= ");
	query_val(q, V(now));
	query_add(q,
	        " AND NOT EXISTS (SELECT 1 FROM webhook_delivery o WHERE o.webhook_id = webhook_delivery.webhook_id AND "
	        "o.entity = webhook_delivery.entity AND o.row_id = webhook_delivery.row_id AND o.state = 'waiting' AND "
	        "o.event_id < webhook_delivery.event_id) ORDER BY next_at, event_id LIMIT 1");
	return entity_ask(webhook_delivery_resource.entity, db, a, q, ret, f);
}

/* ENOENT: it is gone, switched off, or to be left alone for now. */
static int hook_now(
        struct db *db, struct arena *a, int64_t id, int64_t now, struct webhook *ret, int64_t *ret_fails, struct fault *f)
{
	struct val v[2];
	int err = entity_get(&webhook_entity, db, a, id, ret, f);

	if (!err)
		err = db_one(db, a, "SELECT fails, next_at FROM webhook WHERE id = ?1", VALS(V(id)), v, COUNT(v), f);
	if (err)
		return err;
	*ret_fails = val_int(v[0]);
	return ret->disabled || val_int(v[1]) > now ? ENOENT : 0;
}

static int send_one(struct app *app, struct db *db, struct arena *a, int64_t id, bool *ret_on, struct fault *f)
{
	struct webhook w;
	struct webhook_delivery d;
	struct outcome_of o = {.w = &w, .d = &d};
	struct net_answer answer;
	struct fault why = {0};
	int err = hook_now(db, a, id, clock_ms(), &w, &o.fails, f);

	if (!err)
		err = next_of(db, a, id, clock_ms(), &d, f);
	*ret_on = false;
	if (err)
		return err == ENOENT ? 0 : err;
	if (post(app, db, a, &w, &d, &answer, &why))
		o.error = str_of(why.what);
	d.status = answer.status;
	o.now = clock_ms();
	o.fails++;
	*ret_on = !o.error.p;
	return store_write(app->store, db, a, outcome_write, &o, f);
}

int webhook_send(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	int64_t until = clock_mono_ms() + PASS_MS;
	bool on = true;
	int err = 0;

	(void)a;
	while (!err && on && clock_mono_ms() < until) {
		struct arena own = {0};
		err = send_one(app, db, &own, job->ref_id, &on, f);
		arena_free(&own);
	}
	return err;
}

/* The button ----------------------------------------------------------------------------------------------------------------- */

struct webhook_tested {
	bool ok;
	str steps;
};
#define ENTITY struct webhook_tested
static const struct field tested_fields[] = {
        F_BOOL(ok, "The receiver took it"),
        F_JSON(steps, PROBE_STEPS_SCHEMA, "Steps in order: resolve connect secure reply"),
};
#undef ENTITY
const struct shape webhook_tested_shape = SHAPE_OF(webhook_tested, tested_fields, "How the test event fared");

int webhook_test(struct request *q)
{
	struct webhook_delivery d = {.kind = STR("test"), .verb = STR("test"), .at = q->now};
	struct webhook_tested out = {0};
	struct text t = {.a = q->a};
	struct json_out w = {.t = &t};
	struct net_answer answer;
	struct fault f = {0};
	struct webhook hook;
	int err = resource_find(&webhook_resource, q, q->id[0], &hook);

	if (err)
		return err;
	out.ok = !post(q->app, q->db, q->a, &hook, &d, &answer, &f);
	json_open(&w, '[');
	for (enum net_phase p = NET_RESOLVE; p <= answer.phase && p < NET_DONE; p++)
		if (p == answer.phase || p != NET_SECURE || answer.secured)
			probe_step(&w, net_phase_names[p], p < answer.phase, f.code,
			        p < answer.phase ? STR("") : str_of(f.what));
	json_close(&w, ']');
	out.steps = text_str(&t);
	request_give(q, &webhook_tested_shape, &out);
	return 0;
}
