/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sms.c - the outbox of short messages, and handing them to the gateway. */
#include "domain/sms/sms_priv.h"

#include "base/log.h"
#include "domain/role/role.h"
#include "domain/sending/sending.h"

static const char *const states[] = {"waiting", "handing", "sent", "delivered", "failed", "unknown", NULL};

struct sms {
	int64_t id, project_id, user_id;
	str to_e164, body;
	int64_t parts;
	int state;
	int64_t tries;
	str error;
	int64_t next_try_at, created_at, sent_at, reported_at;
};
#define ENTITY struct sms
#define G GIVEN
static const struct field fields[] = {
        F_ID(),
        F_REF(project_id, "project", "The project it is about", .flags = G | NULLABLE),
        F_REF(user_id, "user", "The person it is about", .flags = G | NULLABLE),
        F_STR(to_e164, 1, 20, "To which number", .flags = G | SEARCHED),
        F_STR(body, 1, 2000, "Its words", .flags = G | SEARCHED | UNSORTED),
        F_INT(parts, 1, 100, "How many messages it takes", .flags = G),
        F_WORD(state, states, "waiting: on its way; handing: with the gateway just now; unknown: its answer was lost",
                .flags = G),
        F_INT(tries, 0, INT64_MAX, "How often it was handed to the gateway", .flags = G),
        F_STR(error, 0, 1000, "What the gateway said the last time", .flags = G | NULLABLE | UNSORTED),
        F_TIME(next_try_at, "About when it is tried again", .flags = G | NULLABLE),
        F_TIME(created_at, "When it was written", .flags = G),
        F_TIME(sent_at, "When the gateway took it", .flags = G | NULLABLE),
        F_TIME(reported_at, "When the gateway last told of it", .flags = G | NULLABLE),
};
#undef ENTITY
static const struct entity sms_entity = ENTITY_OF(sms, fields, "sms", "A short message we sent or shall send");
static const struct resource sms_resource = {
        .entity = &sms_entity,
        .path = "/sms",
        .read = MAY_SEND_LETTERS,
        .write = MAY_SEND_LETTERS,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-created_at",
};

static int told(struct db *db, struct arena *a, int64_t id, int64_t project_id, const char *verb, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "sms",
	                .verb = verb,
	                .row_id = id,
	                .project_id = project_id,
	                .right = MAY_SEND_LETTERS,
	                .staff_only = true},
	        f);
}

static const char *once_key(struct arena *a, int64_t id)
{
	return str_printf(a, "sms:%lld", (long long)id).p;
}

int sms_add(struct db *db, struct arena *a, const struct sms_new *s, int64_t now, int64_t *ret_id, struct fault *f)
{
	struct val id = {0};
	int err = db_one(db, a,
	        "INSERT INTO sms (project_id, user_id, to_e164, body, parts, created_at, once_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
	        "ON CONFLICT (once_key) DO NOTHING RETURNING id",
	        VALS(val_ref(s->project_id), val_ref(s->user_id), V(s->to), V(s->body), V(sms_measure(s->body).parts),
	                V(now), V(s->once_key)),
	        &id, 1, f);

	*ret_id = err ? 0 : val_int(id);
	if (err)
		return err == ENOENT ? 0 : err;
	err = job_add(db, a, "sms_send", *ret_id, (str){0}, now, once_key(a, *ret_id), f);
	return err ? err : told(db, a, *ret_id, s->project_id, "created", f);
}

int settings_sms(const struct settings *s, struct arena *a, struct sms_gateway *ret, struct fault *f)
{
	if (!s->sms_url.n)
		return fail(f, EINVAL, "sms_url", "sms_unset", "no SMS gateway is set: see Settings");
	*ret = (struct sms_gateway){.url = str_z(a, s->sms_url),
	        .login = str_z(a, s->sms_login),
	        .password = str_z(a, s->sms_password),
	        .from = str_z(a, s->sms_from),
	        .any_certificate = s->sms_any_certificate};
	return 0;
}

/* A message on its way out. */
struct parcel {
	int64_t id, project_id, tries, now;
	str to, body;
	struct settings s;
	int state; /* as it stood, then as it stands */
	const char *error;
	bool ours; /* out: this job hands it over */
};
enum { WAITING, HANDING, SENT, DELIVERED, FAILED, UNKNOWN };

/* Closure: from here on it may be out. One that is "handing" already was left by a process that died while it waited for the answer. */
static int parcel_begin(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct parcel *p = arg;
	struct val v;
	int err = db_one(db, a,
	        "UPDATE sms SET state = 'handing', tries = tries + 1 WHERE id = ?1 AND state = 'waiting' RETURNING tries",
	        VALS(V(p->id)), &v, 1, f);

	p->ours = !err;
	return err == ENOENT ? 0 : err;
}

/* Closure: how the try went. */
static int parcel_note(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	static const enum sending_state told_as[] = {
	        [WAITING] = SENDING_WAITING, [SENT] = SENDING_SENT, [FAILED] = SENDING_FAILED, [UNKNOWN] = SENDING_UNKNOWN};
	const struct parcel *p = arg;
	int64_t changed = 0;
	int err = db_run(db,
	        "UPDATE sms SET state = ?2, error = ?3, next_try_at = ?4, sent_at = CASE WHEN ?2 = 'sent' THEN CAST(?5 AS BIGINT) ELSE "
	        "sent_at END WHERE id = ?1 AND state = 'handing'",
	        VALS(V(p->id), V(str_of(states[p->state])), V(str_of(p->error)),
	                p->state == WAITING ? V(p->now + p->tries * p->tries * SMS_BASE_MS) : val_ref(0), V(p->now)),
	        &changed, f);

	if (err || !changed) /* the gateway's report was quicker than its answer */
		return err;
	err = sending_note(db, a,
	        &(struct sending_news){.sms_id = p->id, .state = told_as[p->state], .error = str_of(p->error)}, p->now, f);
	return err ? err : told(db, a, p->id, p->project_id, "changed", f);
}

static int parcel_load(struct db *db, struct arena *a, int64_t id, struct parcel *p, struct fault *f)
{
	struct val v[4];
	int err = db_one(db, a,
	        "SELECT to_e164, body, project_id, state FROM sms WHERE id = ?1 AND state IN ('waiting', 'handing')",
	        VALS(V(id)), v, COUNT(v), f);

	if (err)
		return err;
	*p = (struct parcel){.id = id, .to = val_str(v[0]), .body = val_str(v[1]), .project_id = val_int(v[2])};
	p->state = str_eq(val_str(v[3]), STR("handing")) ? HANDING : WAITING;
	return settings_load(db, a, &p->s, f);
}

/* The fate as the state it leads to. */
static int hand_over(const struct app *app, struct arena *a, struct parcel *p, const struct job *job, struct fault *f)
{
	static const int state_of[] = {
	        [SMS_TAKEN] = SENT, [SMS_NOT_TAKEN] = WAITING, [SMS_REFUSED] = FAILED, [SMS_UNKNOWN] = UNKNOWN};
	struct sms_report report = {.fate = SMS_NOT_TAKEN};
	struct sms_gateway g;
	int err = settings_sms(&p->s, a, &g, f);

	if (!err)
		err = sms_hand_over(&g, p->to, p->body, sms_report_url(app, &p->s, a, p->id), &report, f);
	p->state = state_of[report.fate];
	if (p->state == WAITING && job->tries >= SMS_TRIES)
		p->state = FAILED;
	p->error = err ? f->what : NULL;
	return p->state == WAITING ? EIO : 0; /* unknown and failed ones are not tried again */
}

int sms_send(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct parcel p;
	struct fault f2 = {0};
	int err = parcel_load(db, a, job->ref_id, &p, f), noted;

	if (err == ENOENT) /* done before, by a job that died while it wrote its end */
		return 0;
	if (!err && p.state == WAITING)
		err = store_write(app->store, db, a, parcel_begin, &p, f);
	if (err)
		return err;
	p.tries = job->tries;
	if (p.state == HANDING) {
		p.state = UNKNOWN;
		p.error = "the program ended while the SMS gateway had the message";
	} else if (!p.ours) {
		return 0;
	} else {
		err = hand_over(app, a, &p, job, f);
	}
	p.now = clock_ms();
	noted = job_note(app->store, db, a, parcel_note, &p, &f2);
	if (noted)
		log_error("sms", "message %lld: its state was not written: %s", (long long)p.id, f2.what);
	return err ? err : noted;
}

/* Closure: one message again, from its first try. An unknown one may go twice: that is the person's decision. */
static int again_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	struct audit e = {.who = q->who, .entity = "sms", .verb = "retried", .row_id = q->id[0], .peer = q->http->peer};
	int64_t changed = 0;
	int err = db_run(db,
	        "UPDATE sms SET state = 'waiting', next_try_at = ?2 WHERE id = ?1 AND state IN ('waiting', 'failed', 'unknown')",
	        VALS(V(q->id[0]), V(q->now)), &changed, f);

	if (!err && !changed)
		err = fail(f, EALREADY, NULL, "sms_sent", "the message was sent already");
	if (!err)
		err = job_add_now(db, "sms_send", q->id[0], once_key(a, q->id[0]), q->now, f);
	if (!err)
		err = sending_note(db, a, &(struct sending_news){.sms_id = q->id[0], .state = SENDING_WAITING}, q->now, f);
	return err ? err : audit_add(db, a, &e, q->now, f);
}

static int again(struct request *q)
{
	struct sms s;
	int err = resource_find(&sms_resource, q, q->id[0], &s);

	if (!err)
		err = request_write(q, again_write, q);
	if (!err)
		job_wake(q->app->jobs);
	return err;
}

static const struct route routes[] = {
        {.method = HTTP_POST,
                .path = "/sms/{id}/retry",
                .right = MAY_SEND_LETTERS,
                .run = again,
                .doc = "Hand a message that waits, was given up or whose answer was lost to the gateway now"},
        {.method = HTTP_GET,
                .path = "/sms/report/{token}",
                .right = OPEN_TO_ALL,
                .run = sms_report,
                .doc = "The SMS gateway tells what has become of a message; the token is the message's own"},
        {.method = HTTP_POST,
                .path = "/settings/sms/test",
                .right = MAY_SET_UP,
                .run = sms_test,
                .doc = "Send a message now and tell at which step it stops",
                .takes = &sms_test_shape,
                .gives = &sms_tested_shape},
        {0},
};
static const struct resource *const resources[] = {&sms_resource, NULL};
static const struct job_kind jobs[] = {
        {.name = "sms_send",
                .run = sms_send,
                .base_ms = SMS_BASE_MS,
                .tries_max = SMS_TRIES,
                .doc = "Hand one short message to the SMS gateway"},
        {0},
};
const struct module sms_module = {.name = "sms", .resources = resources, .routes = routes, .jobs = jobs};
