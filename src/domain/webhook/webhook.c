/* SPDX-License-Identifier: GPL-3.0-or-later */
/* webhook.c - what a webhook is, who reaches which, what became of its deliveries. */
#include "domain/webhook/webhook_priv.h"

#include "base/rand.h"
#include "kit/app/app.h"

const char *const webhook_off[] = {"", "gone", "failing", NULL};
static const char *const delivery_states[] = {"waiting", "delivered", "failed", NULL};

const struct webhook_kind webhook_kinds[WEBHOOK_KINDS] = {
        {"call_ended", "call", "ended", "journal"},
        {"call_result", "call", "result", "journal"},
        {"call_corrected", "correction", NULL, "correction"},
        {"recording_kept", "recording", "kept", "recording"},
        {"contact_created", "contact", "created", "contact"},
        {"contact_changed", "contact", "changed", "contact"},
        {"lead_judged", "verdict", NULL, "verdict"},
        {"callback", "callback", NULL, "callback"},
        {"missed_call", "missed_call", NULL, "missed_call"},
        {"sending", "sending", NULL, "sending"},
        {"project", "project", NULL, "project"},
        {"stop", "stop", NULL, "stop"},
        {"change", "change", NULL, "change"},
        {"import", "import", NULL, "import"},
        {"act", "act", NULL, "act"},
        {"invoice", "invoice", NULL, "invoice"},
};
#define KINDS_SCHEMA \
	"{\"type\":\"array\",\"items\":{\"type\":\"string\",\"enum\":[\"call_ended\",\"call_result\",\"call_corrected\"," \
	"\"recording_kept\",\"contact_created\",\"contact_changed\",\"lead_judged\",\"callback\",\"missed_call\"," \
	"\"sending\",\"project\",\"stop\",\"change\",\"import\",\"act\",\"invoice\"]}}"

#define ENTITY struct webhook
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(name, 1, 100, "What it is for", .flags = REQUIRED | SEARCHED),
        F_REF(project_id, "project", "Of one project; null: of all its owner reaches", .flags = NULLABLE),
        F_REF(owner_id, "user", "Who set it up last: it sends what he may see", .flags = GIVEN),
        F_STR(url, 1, 500, "Where the events go: an https address", .flags = REQUIRED | UNSORTED),
        F_JSON(kinds, KINDS_SCHEMA, "Which events", .flags = REQUIRED | UNSORTED),
        F_STR(secret, 0, 100, "What deliveries are signed with", .flags = GIVEN | SECRET),
        F_BOOL(disabled, "Nothing is sent for now"),
        F_WORD(off_why, webhook_off, "Why the program switched it off: the receiver said 410, or failed for days",
                .flags = GIVEN | NULLABLE),
        F_TIME(failing_since, "Since when nothing is taken", .flags = GIVEN | NULLABLE),
        F_TIME(last_at, "When the last event was taken", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
};
#undef ENTITY
const struct entity webhook_entity = ENTITY_OF(webhook, fields, "webhook", "Events sent to another program");

bool webhook_kinds_read(struct arena *a, str json, uint32_t *ret)
{
	struct json doc;
	uint32_t bits = 0;

	if (json_parse(a, json, &doc, NULL) || json_kind(doc) != JSON_ARRAY)
		return false;
	for (size_t i = 0; i < json_count(doc); i++) {
		str name = {0};
		size_t k = json_text(json_at(doc, i), &name) ? 0 : WEBHOOK_KINDS;
		while (k < WEBHOOK_KINDS && !str_eq(name, str_of(webhook_kinds[k].name)))
			k++;
		if (k == WEBHOOK_KINDS)
			return false;
		bits |= (uint32_t)1 << k;
	}
	*ret = bits;
	return bits != 0;
}

int webhook_who(struct db *db, struct arena *a, const struct webhook *w, struct who *ret, struct fault *f)
{
	int err = access_of_user(db, a, w->owner_id, ret, f);

	if (err)
		return err;
	ret->project_id = w->project_id;
	return may(ret, MAY_SEND_EVENTS) ? 0 : ENOENT;
}

/* Rules ---------------------------------------------------------------------------------------------------------------------- */

/* One's own, and those of projects in reach; who reaches every project sees all of them. */
static void mine(const struct request *q, struct query *where, const char *column)
{
	if (!q->who->project_id && !q->who->role->reach[SCOPE_PROJECT])
		return;
	query_add(where, " AND ");
	query_name(where, column);
	query_add(where, " IN (SELECT x.id FROM webhook x WHERE x.owner_id = ");
	query_val(where, V(q->who->user_id));
	query_add(where, " OR (x.project_id IS NOT NULL");
	access_scope(where, q->who, SCOPE_PROJECT, "x.project_id");
	query_add(where, "))");
}

static void reach(const struct request *q, struct query *where)
{
	mine(q, where, "id");
}

static void delivery_reach(const struct request *q, struct query *where)
{
	mine(q, where, "webhook_id");
}

static int check(struct request *q, const void *old, void *new)
{
	struct webhook *w = new;
	uint32_t kinds;

	(void)old;
	if (!w)
		return 0;
	if (!net_url_good(w->url))
		return fail(&q->fault, EINVAL, "url", "webhook_url",
		        "an https address (http on this machine), without login and #");
	if (!webhook_kinds_read(q->a, w->kinds, &kinds))
		return fail(&q->fault, EINVAL, "kinds", "webhook_kinds", "choose at least one of the kinds of events");
	/* It sends what its owner sees: who changes where it goes to answers for it. */
	w->owner_id = q->who->user_id;
	if (!w->disabled) {
		w->off_why = OFF_NO;
		w->failing_since = 0;
	}
	return 0;
}

/* Closure. */
static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct webhook *was = old, *w = new;
	int err = 0;

	if (!w)
		return db_run(db, "DELETE FROM webhook_delivery WHERE webhook_id = ?1", VALS(V(was->id)), NULL, f);
	if (w->disabled)
		return 0;
	err = event_reader_begin(db, q->a, webhook_reader, f);
	return err ? err : db_run(db, "UPDATE webhook SET fails = 0, next_at = 0 WHERE id = ?1", VALS(V(w->id)), NULL, f);
}

static str new_secret(struct arena *a)
{
	char random[44];

	rand_token(random);
	return str_printf(a, "whs_%s", random);
}

static void fill(struct request *q, void *new)
{
	struct webhook *w = new;

	w->secret = new_secret(q->a);
	w->created_at = q->now;
}

const struct resource webhook_resource = {
        .entity = &webhook_entity,
        .path = "/webhooks",
        .read = MAY_SEND_EVENTS,
        .write = MAY_SEND_EVENTS,
        .remove = MAY_SEND_EVENTS,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "name",
        .reach = reach,
        .check = check,
        .changed = changed,
        .fill = fill,
};

/* The secret ----------------------------------------------------------------------------------------------------------------- */

struct webhook_secret {
	str secret;
};
#define ENTITY struct webhook_secret
static const struct field secret_fields[] = {F_STR(secret, 1, 100, "What deliveries are signed with; never shown again")};
#undef ENTITY
static const struct shape secret_shape = SHAPE_OF(webhook_secret, secret_fields, "The new secret of a webhook");

struct renewal {
	struct request *q;
	struct webhook was;
	str secret;
};

/* Closure. */
static int renew_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct renewal *r = arg;
	struct webhook now = r->was;
	int err;

	now.secret = r->secret;
	err = entity_change(&webhook_entity, db, a, &r->was, &now, f);
	return err ? err : request_changed(r->q, db, &webhook_resource, "changed", &r->was, &now, f);
}

static int renew(struct request *q)
{
	struct renewal r = {.q = q, .secret = new_secret(q->a)};
	int err = resource_find(&webhook_resource, q, q->id[0], &r.was);

	if (!err)
		err = request_write(q, renew_write, &r);
	if (!err)
		request_give(q, &secret_shape, &(struct webhook_secret){r.secret});
	return err;
}

/* Deliveries ----------------------------------------------------------------------------------------------------------------- */

#define ENTITY struct webhook_delivery
static const struct field delivery_fields[] = {
        F_ID(),
        F_REF(webhook_id, "webhook", "Of which webhook", .flags = GIVEN),
        F_INT(event_id, 0, 0, "Number of the event: grows, and orders what is told of a row", .flags = GIVEN),
        F_STR(kind, 1, 40, "Kind of the event", .flags = GIVEN),
        F_STR(verb, 1, 40, "What happened", .flags = GIVEN),
        F_STR(entity, 1, 40, "To what", .flags = GIVEN),
        F_INT(row_id, 0, 0, "Its number", .flags = GIVEN),
        F_REF(project_id, "project", "In which project", .flags = GIVEN | NULLABLE),
        F_TIME(at, "When it happened", .flags = GIVEN),
        F_WORD(state, delivery_states, "failed: given up after its last try", .flags = GIVEN),
        F_INT(tries, 0, 0, "How often it was sent", .flags = GIVEN),
        F_TIME(next_at, "About when it is sent again", .flags = GIVEN),
        F_INT(status, 0, 999, "HTTP status of the last answer; 0: none came", .flags = GIVEN),
        F_STR(error, 0, 1000, "What the receiver said, or why nothing came", .flags = GIVEN | NULLABLE | UNSORTED),
        F_TIME(tried_at, "When it was sent last", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
static const struct entity delivery_entity =
        ENTITY_OF(webhook_delivery, delivery_fields, "webhook_delivery", "An event on its way to another program");

const struct resource webhook_delivery_resource = {
        .entity = &delivery_entity,
        .path = "/webhook-deliveries",
        .read = MAY_SEND_EVENTS,
        .write = MAY_SEND_EVENTS,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "-event_id",
        .reach = delivery_reach,
        .silent = true,
};

static int again_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	struct audit e = {
	        .who = q->who, .entity = "webhook_delivery", .verb = "retried", .row_id = q->id[0], .peer = q->http->peer};
	int err = db_run(db,
	        "UPDATE webhook_delivery SET state = 'waiting', tries = 0, next_at = ?2 WHERE id = ?1 AND state <> 'delivered'",
	        VALS(V(q->id[0]), V(q->now)), NULL, f);

	if (!err)
		err = db_run(db,
		        "UPDATE webhook SET next_at = 0 WHERE id = (SELECT webhook_id FROM webhook_delivery WHERE id = ?1)",
		        VALS(V(q->id[0])), NULL, f);
	return err ? err : audit_add(db, a, &e, q->now, f);
}

static int again(struct request *q)
{
	struct webhook_delivery d;
	int err = resource_find(&webhook_delivery_resource, q, q->id[0], &d);

	if (!err && d.state == DELIVERY_DELIVERED)
		err = fail(&q->fault, EEXIST, NULL, "delivered", "the receiver has it already");
	return err ? err : request_write(q, again_write, q);
}

/* The module ----------------------------------------------------------------------------------------------------------------- */

static int start(struct app *app, struct fault *f)
{
	for (size_t i = 0; i < WEBHOOK_KINDS; i++)
		if (!router_knows(app->router, webhook_kinds[i].row))
			return fail(f, ENOSYS, NULL, "webhook", "no resource gives the rows of %s", webhook_kinds[i].row);
	return 0;
}

static const struct resource *const resources[] = {&webhook_resource, &webhook_delivery_resource, NULL};
static const struct route routes[] = {
        {.method = HTTP_POST,
                .path = "/webhooks/{id}/secret",
                .right = MAY_SEND_EVENTS,
                .run = renew,
                .doc = "Make a new secret, which is shown once; the one before ends",
                .gives = &secret_shape},
        {.method = HTTP_POST,
                .path = "/webhooks/{id}/test",
                .right = MAY_SEND_EVENTS,
                .run = webhook_test,
                .doc = "Send an event of kind test now and tell at which step it stops",
                .gives = &webhook_tested_shape},
        {.method = HTTP_POST,
                .path = "/webhook-deliveries/{id}/retry",
                .right = MAY_SEND_EVENTS,
                .run = again,
                .doc = "Send it again soon, whether it waits or was given up"},
        {0},
};
static const struct job_kind jobs[] = {
        {.name = "webhook_gather",
                .run = webhook_gather,
                .every_ms = GATHER_MS,
                .doc = "Puts new events on their way to other programs"},
        {.name = "webhook_send",
                .run = webhook_send,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 3,
                .outside = true,
                .fleeting = true,
                .doc = "Sends what waits to one of the other programs"},
        {.name = "webhook_purge",
                .run = webhook_purge,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 3,
                .every_ms = 6 * CLOCK_HOUR,
                .doc = "Forgets deliveries of a fortnight ago"},
        {0},
};
const struct module webhook_module = {
        .name = "webhook", .resources = resources, .routes = routes, .jobs = jobs, .start = start};
