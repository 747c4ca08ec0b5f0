/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trunks.c - the trunks app told us of, their limits, and starting a call over one. */
#include "base/log.h"
#include "base/rand.h"
#include "engine/tel/practice.h"
#include "engine/tel/sip.h"
#include "exchange/house.h"
#include "exchange/link.h"

#include <inttypes.h>

enum { CAUSES_MAX = 64, LOAD_MS = 250 };

/* How often something happened lately: within this second, or the one before when that was more. */
struct often {
	int64_t second, now, before;
};
/* How a trunk is used, as app is told. */
struct load {
	int64_t open, waiting, came;
};
struct trunk {
	struct le le;
	int64_t id, channels;
	int kind; /* enum trunk_kind */
	char from[LINE_FROM];
	struct tel_trunk *sip;
	struct bucket bucket; /* invitations */
	struct {
		int code;
		enum call_cause cause;
	} causes[CAUSES_MAX];
	size_t n_causes;
	struct rest rest; /* it refuses calls */
	struct tmr rested;
	bool seen; /* in the list being taken over */
	bool shared;
	struct often begun, refused;
	struct load told;
};

static struct list trunks;
static int64_t shares_request, load_at;

static void trunk_destructor(void *arg)
{
	struct trunk *t = arg;

	list_unlink(&t->le);
	tmr_cancel(&t->rested);
	tel_trunk_close(t->sip);
}

static struct trunk *find(int64_t id)
{
	for (struct le *le = trunks.head; le; le = le->next)
		if (((struct trunk *)le->data)->id == id)
			return le->data;
	return NULL;
}

static void on_state(enum tel_trunk_state state, int code, const char *text, int64_t ms, void *arg)
{
	struct trunk *t = arg;
	struct message m = {.kind = EV_TRUNK,
	        .trunk = t->id,
	        .trunk_state = state == TEL_TRUNK_UP     ? TRUNK_UP
	                       : state == TEL_TRUNK_DOWN ? TRUNK_DOWN
	                                                 : TRUNK_UNKNOWN,
	        .code = code,
	        .text = str_of(text),
	        .ms = ms};

	if (state == TEL_TRUNK_UP && rest_on(&t->rest, house_now()))
		return; /* it answers pings all the while */
	log_info("trunk", "trunk %" PRId64 ": %s", t->id, text);
	link_tell(&m);
}

/* Rest ------------------------------------------------------------------------------------------------------------------ */

static void on_rested(void *arg)
{
	struct trunk *t = arg;

	if (t->sip)
		on_state(tel_trunk_state(t->sip), 0, "asked again after a rest", 0, t);
}

void trunk_told(int64_t id, enum call_cause cause, int sip_code, int64_t asked_ms)
{
	struct trunk *t = find(id);
	int64_t now = house_now();
	char text[100];

	if (!t || t->kind != TRUNK_SIP)
		return;
	if (cause != CAUSE_TRUNK_DOWN) {
		rest_served(&t->rest);
		return;
	}
	if (!rest_refused(&t->rest, asked_ms, (int)(rand_u32() % 100), now))
		return;
	snprintf(text, sizeof(text), "refuses calls (%d): asked again in %" PRId64 " s", sip_code,
	        (t->rest.until - now + 999) / 1000);
	on_state(TEL_TRUNK_DOWN, sip_code, text, 0, t);
	tmr_start(&t->rested, (uint64_t)(t->rest.until - now) + 1, on_rested, t);
}

static struct tel_trunk_settings settings_of(const struct message *row)
{
	return (struct tel_trunk_settings){.host = row->host,
	        .login = row->login,
	        .password = row->password,
	        .from = row->from,
	        .port = row->port ? (int)row->port : 5060,
	        .transport = (enum tel_transport)row->transport,
	        .registers = row->registers,
	        .srtp = row->srtp};
}

static void open_sip(struct trunk *t, const struct message *row)
{
	struct tel_trunk_settings s = settings_of(row);
	int err;

	if (t->sip && tel_trunk_same(t->sip, &s))
		return;
	tel_trunk_close(t->sip);
	t->sip = NULL;
	err = tel_trunk_new(&t->sip, &s, on_state, t);
	if (err)
		on_state(TEL_TRUNK_DOWN, 0,
		        err == ENOTSUP ? "SIP does not listen here: off, or its port is taken" : strerror(err), 0, t);
}

static void take_causes(struct trunk *t, const struct message_rows *causes)
{
	for (t->n_causes = 0; t->n_causes < causes->n && t->n_causes < CAUSES_MAX; t->n_causes++) {
		t->causes[t->n_causes].code = (int)causes->rows[t->n_causes].code;
		t->causes[t->n_causes].cause = causes->rows[t->n_causes].cause;
	}
}

static void take(const struct message *row)
{
	struct trunk *t = find(row->trunk);

	if (!t) {
		t = mem_zalloc(sizeof(*t), trunk_destructor);
		if (!t)
			return;
		t->id = row->trunk;
		list_append(&trunks, &t->le, t);
	}
	t->seen = true;
	t->kind = row->trunk_kind;
	t->shared = row->shared;
	if (!t->shared) {
		t->channels = row->channels ? row->channels : INT64_MAX;
		bucket_set(&t->bucket, row->calls_per_s ? row->calls_per_s : BUCKET_MOST, house_now());
	}
	take_causes(t, &row->causes);
	snprintf(t->from, sizeof(t->from), "%.*s", STR_ARG(row->from));
	if (t->kind == TRUNK_SIP) {
		open_sip(t, row);
		return;
	}
	tel_trunk_close(t->sip);
	t->sip = NULL;
	on_state(TEL_TRUNK_UP, 0, "", 0, t);
}

void trunk_replace(const struct message *m)
{
	struct le *le;

	for (le = trunks.head; le; le = le->next)
		((struct trunk *)le->data)->seen = false;
	for (size_t i = 0; i < m->rows.n; i++)
		take(m->rows.rows + i);
	for (le = trunks.head; le;) {
		struct trunk *t = le->data;
		le = le->next;
		if (!t->seen)
			mem_deref(t);
	}
}

/* What this node may use ------------------------------------------------------------------------------------------------ */

static int64_t often(struct often *o)
{
	int64_t second = house_now() / 1000;

	if (second != o->second)
		*o = (struct often){.second = second, .before = second == o->second + 1 ? o->now : 0};
	return o->now > o->before ? o->now : o->before;
}

static void often_add(struct often *o)
{
	(void)often(o);
	o->now++;
}

static struct load load_of(struct trunk *t)
{
	int64_t open = (int64_t)line_count_trunk(t->id), waits = (int64_t)line_wait_trunk(t->id);
	bool full = open >= t->channels;

	return (struct load){open, often(&t->refused) + (full ? waits : 0), often(&t->begun) + (full ? 0 : waits)};
}

static void tell_load(int64_t request)
{
	struct arena a = {0};
	struct message *rows = NEW_N(&a, struct message, MESSAGE_ROWS_MAX), m = {.kind = EV_LOAD, .request = request};

	for (struct le *le = trunks.head; le && m.loads.n < MESSAGE_ROWS_MAX; le = le->next) {
		struct trunk *t = le->data;
		if (!t->shared)
			continue;
		t->told = load_of(t);
		rows[m.loads.n++] = (struct message){.kind = ROW_LOAD,
		        .trunk = t->id,
		        .calls_open = t->told.open,
		        .waiting = t->told.waiting,
		        .came = t->told.came};
	}
	m.loads.rows = rows;
	link_tell(&m);
	arena_free(&a);
}

void trunk_share(const struct message *m)
{
	for (size_t i = 0; i < m->shares.n; i++) {
		const struct message *row = m->shares.rows + i;
		struct trunk *t = find(row->trunk);
		if (!t || !t->shared)
			continue;
		t->channels = row->channels;
		bucket_set(&t->bucket, row->calls_per_s, house_now());
	}
	shares_request = m->request;
	tell_load(m->request);
}

void trunk_watch(int64_t now)
{
	bool changed = false;

	if (now - load_at < LOAD_MS)
		return;
	load_at = now;
	for (struct le *le = trunks.head; le; le = le->next) {
		struct trunk *t = le->data;
		struct load is = t->shared ? load_of(t) : t->told;
		changed |= is.open != t->told.open || is.waiting != t->told.waiting || is.came != t->told.came;
	}
	if (changed)
		tell_load(shares_request);
}

int trunk_may_dial(int64_t id)
{
	struct trunk *t = find(id);

	if (!t || (t->kind == TRUNK_SIP && !t->sip))
		return ENOENT;
	if (rest_on(&t->rest, house_now()) || (t->sip && tel_trunk_state(t->sip) == TEL_TRUNK_DOWN))
		return EHOSTDOWN;
	if (t->sip && !tel_trunk_resolved(t->sip))
		return EAGAIN; /* its name is being looked up */
	if ((int64_t)line_count_trunk(id) >= t->channels)
		return t->shared ? EAGAIN : EBUSY; /* another node may have channels to spare */
	return bucket_room(&t->bucket, house_now()) ? 0 : EAGAIN;
}

int trunk_far(int64_t trunk, const char *number, const char *from, const char *label, int64_t silent_ms,
        const struct tel_far_handlers *h, struct far *ret)
{
	struct trunk *t = find(trunk);
	struct far far = {0};
	int err;

	if (!t || !bucket_take(&t->bucket, house_now()))
		return ENOENT;
	often_add(&t->begun);
	if (t->kind == TRUNK_PRACTICE) {
		err = tel_practice_new(&far.practice, str_of(number), 0, h);
		far.leg = err ? NULL : tel_practice_leg(far.practice);
	} else {
		err = tel_dial_new(&far.dial, t->sip, number, *from ? from : t->from, label, silent_ms, h);
		far.leg = err ? NULL : tel_dial_leg(far.dial);
	}
	if (!err)
		*ret = far;
	return err;
}

int trunk_dial(struct line *l, int64_t silent_ms, const struct tel_far_handlers *h)
{
	struct far far;
	int err = trunk_far(l->trunk, l->number, l->from, l->label, silent_ms, h, &far);

	if (err)
		return err;
	if (l->fax && far.practice && (err = tel_practice_fax(far.practice))) {
		mem_deref(far.practice);
		return err;
	}
	l->practice = far.practice;
	l->dial = far.dial;
	l->leg = far.leg;
	return 0;
}

/* Calls to us ---------------------------------------------------------------------------------------------------------- */

int64_t trunk_of(const struct tel_arrival *a, int64_t wanted)
{
	for (struct le *le = trunks.head; le; le = le->next) {
		const struct trunk *t = le->data;
		if (t->sip && (!wanted || t->id == wanted) && tel_arrival_over(a, t->sip))
			return t->id;
	}
	return 0;
}

bool trunk_full(int64_t id)
{
	struct trunk *t = find(id);
	bool full = !t || (int64_t)line_count_trunk(id) >= t->channels;

	if (t && full)
		often_add(&t->refused);
	return full;
}

int trunk_accept(struct line *l, const struct tel_arrival *a, const struct tel_far_handlers *h)
{
	struct trunk *t = find(l->trunk);
	int err = t && t->sip ? tel_dial_accept(&l->dial, t->sip, a, h) : ENOENT;

	l->leg = err ? NULL : tel_dial_leg(l->dial);
	return err;
}

size_t trunk_addresses(int64_t id)
{
	const struct trunk *t = find(id);

	return t && t->sip ? tel_trunk_addresses(t->sip) : 1;
}

enum call_cause trunk_cause(int64_t id, int sip_code)
{
	const struct trunk *t = find(id);

	for (size_t i = 0; t && i < t->n_causes; i++)
		if (t->causes[i].code == sip_code)
			return t->causes[i].cause;
	return call_cause_of_sip(sip_code);
}

/* Testing -------------------------------------------------------------------------------------------------------------- */

static void tell_tested(int64_t request, const struct tel_trunk_step *steps, size_t n)
{
	struct message rows[8], m = {.kind = EV_TRUNK_TESTED, .request = request, .steps = {rows, n}};

	for (size_t i = 0; i < n && i < COUNT(rows); i++)
		rows[i] = (struct message){.kind = ROW_STEP,
		        .what = str_of(steps[i].what),
		        .ok = steps[i].ok,
		        .detail = str_of(steps[i].detail)};
	link_tell(&m);
}

struct testing {
	int64_t request;
};

static void on_tested(const struct tel_trunk_step *steps, size_t n, void *arg)
{
	struct testing *testing = arg;

	tell_tested(testing->request, steps, n);
	mem_deref(testing);
}

void trunk_test(const struct message *m)
{
	struct trunk *t = find(m->trunk);
	struct tel_trunk_step step = {.what = "settings"};
	struct testing *testing;

	if (t && t->kind == TRUNK_PRACTICE) {
		step.ok = true;
		snprintf(step.detail, sizeof(step.detail), "practice: the subscriber is simulated here");
		tell_tested(m->request, &step, 1);
		return;
	}
	testing = t && t->sip ? mem_zalloc(sizeof(*testing), NULL) : NULL;
	if (testing)
		testing->request = m->request;
	if (testing && !tel_trunk_test(t->sip, on_tested, testing))
		return;
	mem_deref(testing);
	snprintf(step.detail, sizeof(step.detail),
	        t ? "SIP is off, or the trunk could not be opened" : "the trunk is not switched on");
	tell_tested(m->request, &step, 1);
}

void trunk_bye(const struct message *m)
{
	struct trunk *t = find(m->trunk);

	if (!t || !t->sip || tel_dial_bye(m->dialog))
		house_refuse(m, "dialog");
}

void trunk_done(void)
{
	list_flush(&trunks);
}
