/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.c - what the gateway tells of a message, and the button that tries the gateway. */
#include "domain/sms/sms_priv.h"

#include "base/parse.h"
#include "domain/role/role.h"
#include "domain/sending/sending.h"
#include "engine/crypto/crypto.h"
#include "kit/phone/phone.h"

static str name_of(struct arena *a, int64_t id)
{
	return str_printf(a, "sms:%lld", (long long)id);
}

str sms_report_url(const struct app *app, const struct settings *s, struct arena *a, int64_t id)
{
	str url = s->sms_callback_url.n ? s->sms_callback_url : settings_url(app, s);
	char token[44];

	if (!url.n)
		return (str){0};
	token_sign(app->pepper, "sms report", name_of(a, id), token);
	if (str_ends(url, STR("/")))
		url.n--;
	return str_printf(a, "%.*s/api/sms/report/%lld.%s?state=%%d", STR_ARG(url), (long long)id, token);
}

struct news {
	struct request *q;
	int64_t id;
	bool delivered;
};

/* Closure: delivered is the last word; a failure of one part is one of the whole. */
static int report_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct news *n = arg;
	int64_t id = n->id;
	struct val v[2];
	int err = db_one(db, a,
	        "UPDATE sms SET state = ?2, reported_at = ?3, sent_at = COALESCE(sent_at, ?3), next_try_at = NULL, error = ?4 WHERE "
	        "id = ?1 AND state IN ('handing', 'sent', 'unknown') RETURNING project_id, id",
	        VALS(V(id), V(n->delivered ? STR("delivered") : STR("failed")), V(n->q->now),
	                V(n->delivered ? (str){0} : STR("the carrier could not deliver it"))),
	        v, COUNT(v), f);

	if (err)
		return err == ENOENT ? 0 : err;
	err = sending_note(db, a,
	        &(struct sending_news){.sms_id = id,
	                .state = n->delivered ? SENDING_DELIVERED : SENDING_FAILED,
	                .error = n->delivered ? (str){0} : STR("the carrier could not deliver it")},
	        n->q->now, f);
	if (err)
		return err;
	return event_add(db, a,
	        &(struct event){.entity = "sms",
	                .verb = "changed",
	                .row_id = id,
	                .project_id = val_int(v[0]),
	                .right = MAY_SEND_LETTERS,
	                .staff_only = true},
	        f);
}

int sms_report(struct request *q)
{
	enum { DELIVERED = 1, FAILED = 2, REFUSED = 16 };
	struct news n = {.q = q};
	str token = q->word[0], id;
	int64_t state = 0;

	if (!str_cut(&token, '.', &id) || !parse_int(id, 1, INT64_MAX, &n.id) ||
	        !token_verify(q->app->pepper, "sms report", name_of(q->a, n.id), token))
		return ENOENT;
	if (!parse_int(http_param(q->http, "state"), 0, 255, &state))
		return fail(&q->fault, EINVAL, "state", "range", "the kind of news is a number");
	n.delivered = state == DELIVERED;
	return n.delivered || state == FAILED || state == REFUSED ? request_write(q, report_write, &n) : 0;
}

/* The button ----------------------------------------------------------------------------------------------------------------------- */

struct sms_test {
	str to;
};
struct sms_tested {
	bool ok;
	str steps;
};
#define ENTITY struct sms_test
static const struct field test_fields[] = {F_STR(to, 1, 40, "To which number, in any form", .flags = REQUIRED)};
#undef ENTITY
const struct shape sms_test_shape = SHAPE_OF(sms_test, test_fields, "Where to send a message for trial");
#define ENTITY struct sms_tested
static const struct field tested_fields[] = {
        F_BOOL(ok, "The gateway took the message"),
        F_JSON(steps, PROBE_STEPS_SCHEMA, "Steps in order: settings resolve connect secure answer login accept"),
};
#undef ENTITY
const struct shape sms_tested_shape = SHAPE_OF(sms_tested, tested_fields, "How the message for trial fared");

static void steps_of(struct json_out *w, const struct sms_report *r, const struct fault *f)
{
	for (enum sms_phase p = SMS_RESOLVE; p < SMS_DONE; p++) {
		if (p == SMS_SECURE && !r->secured)
			continue;
		if (p < r->phase)
			probe_step(w, sms_phase_names[p], true, NULL, p == SMS_ACCEPT ? str_of(r->reply) : STR(""));
		else if (p == r->phase)
			probe_step(w, sms_phase_names[p], false, f->code, str_of(f->what));
	}
}

int sms_test(struct request *q)
{
	const struct sms_test *in = q->body;
	struct text t = {.a = q->a};
	struct json_out w = {.t = &t};
	struct sms_tested out = {0};
	struct sms_report report;
	struct sms_gateway g;
	struct settings s;
	struct fault f = {0};
	str to;
	int err = settings_load(q->db, q->a, &s, &q->fault);

	if (!err)
		err = phone_parse(in->to, "RU", q->a, &to, NULL, &q->fault);
	if (err) {
		snprintf(q->fault.field, sizeof q->fault.field, "to");
		return err;
	}
	json_open(&w, '[');
	if (settings_sms(&s, q->a, &g, &f)) {
		probe_step(&w, "settings", false, f.code, str_of(f.what));
	} else {
		g.timeout_s = 20;
		out.ok = sms_hand_over(&g, to,
		                 str_eq(q->who->language, STR("en")) ? STR("The SMS gateway takes our messages.")
		                                                     : STR("SMS-шлюз принимает наши сообщения."),
		                 (str){0}, &report, &f) == 0;
		steps_of(&w, &report, &f);
	}
	json_close(&w, ']');
	out.steps = text_str(&t);
	request_give(q, &sms_tested_shape, &out);
	return 0;
}
