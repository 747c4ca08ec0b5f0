/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dialer.c - the dialler's thread: turn the link, store what came in one transaction, acknowledge, look who is free. */
#include "base/log.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/flow/call_flow.h"
#include "domain/number/number.h"
#include "domain/queue/queue.h"
#include "domain/queue/ticket.h"
#include "domain/recording/recording.h"
#include "domain/trunk/trunk.h"
#include "domain/user/sip_phone.h"
#include "kit/app/app.h"

#include <pthread.h>
#include <stdatomic.h>

enum { TURN_MS = 200, BATCH = 64, SWEEP_MS = 15 * CLOCK_SECOND, LOOK_MS = 500, TELL_AGAIN_MS = 6 * CLOCK_HOUR };

/* The one dialler of the process; its thread owns all but what is atomic or under figures_lock. */
static struct {
	struct app *app;
	pthread_t thread;
	bool started;
	atomic_bool stop;
	int64_t swept_at, looked_at;
	atomic_uint trunks;  /* grows when somebody changed a trunk */
	atomic_uint phones;  /* … a SIP phone, or who may use one */
	atomic_uint tickets; /* … or who is to be called back out of a queue */
	atomic_uint inbound; /* … a number, a queue or who serves it, or a project began or ended */
	pthread_mutex_t figures_lock;
	struct dialer_figures figures; /* figures_lock */
} the = {.figures_lock = PTHREAD_MUTEX_INITIALIZER, .trunks = 1, .phones = 1, .tickets = 1, .inbound = 1};

void dialer_figures(struct dialer_figures *ret)
{
	pthread_mutex_lock(&the.figures_lock);
	*ret = the.figures;
	pthread_mutex_unlock(&the.figures_lock);
	ret->up = wire_up(0);
}

void dialer_count_dial(int64_t decide_us)
{
	pthread_mutex_lock(&the.figures_lock);
	the.figures.dials++;
	the.figures.decide_us_sum += decide_us;
	if (decide_us > the.figures.decide_us_max)
		the.figures.decide_us_max = decide_us;
	pthread_mutex_unlock(&the.figures_lock);
}

struct batch {
	struct message *m;
	size_t n;
	struct tie *t; /* whose events they are */
	bool rejoin;
	int64_t now;
	struct after *after;
};

/* The whole batch in one transaction: repeatable, since each event is noted by its number first. */
static int batch_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct batch *b = arg;
	int err = 0;

	*b->after = (struct after){.node_id = b->t->node.id, .epoch = b->t->lease.epoch, .frames = {.a = a}};
	for (size_t i = 0; i < b->n && !err; i++)
		err = apply_event(db, a, b->m + i, b->after, f);
	if (!err && b->rejoin)
		err = rejoin(db, a, &b->t->hello, b->now, b->after, f);
	return err;
}

/* The database is away, its disk full, or somebody else is at the same rows: it is said again, whatever it was. */
static bool is_of_the_database(int err)
{
	return err == EIO || err == ENOSPC || err == EBUSY;
}

/* An event whose effect is refused must not stand before all others for ever: it is noted without it, and said loudly. It is noted in the
 * very transaction that refused it, so a database that breaks off refuses nothing. */
static int one_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct batch *one = arg;
	const struct message *m = one->m;
	struct fault why = {0};
	bool is_new;
	int err = db_savepoint(db, f), no;

	if (err)
		return err;
	no = batch_write(db, a, one, &why);
	if (!no)
		return db_savepoint_end(db, f);
	if (no == ENOSPC || no == EBUSY) {
		*f = why;
		return no;
	}
	db_savepoint_undo(db);
	*one->after = (struct after){.frames = {.a = a}};
	err = message_kept(m->kind) ? call_event_note(db, a, m, &is_new, f) : 0;
	if (!err)
		log_error("dialer", "the event %s %lld has no effect: %s", message_kind_name(m->kind), (long long)m->seq,
		        why.what[0] ? why.what : strerror(no));
	return err;
}

/* The card he read long enough is dialled for him; when that may not be, he pauses in a moment. */
static void dial_late(struct db *db, struct arena *a, int64_t user_id)
{
	struct dial d = {.user_id = user_id, .by_hand = true, .asked = true, .now = clock_ms()};
	struct fault f = {0};
	struct shift s;
	int err = shift_of(db, a, user_id, &s, &f);

	if (err || s.state != OPERATOR_PREVIEW || !s.call_id)
		return;
	d.call_id = s.call_id;
	d.project_id = s.project_id;
	err = dial_now(the.app->store, db, a, &d, &f);
	if (err && err != EPERM && err != EALREADY)
		log_error("dialer", "a card is not dialled: %s", f.what[0] ? f.what : strerror(err));
}

static void follow_up(struct tie *t, const struct after *after, struct db *db, struct arena *a)
{
	wire_send_frames(t->w, text_str(&after->frames));
	if (after->jobs)
		job_wake(the.app->jobs);
	if (after->someone_ready)
		the.looked_at = 0;
	for (const struct late_reader *l = after->late; l; l = l->next)
		dial_late(db, a, l->user_id);
}

/* Returns how many of them, from the first on, are done with. */
static size_t one_by_one(struct batch *b, struct db *db, struct arena *a)
{
	for (size_t i = 0; i < b->n; i++) {
		struct batch one = {.m = b->m + i, .n = 1, .t = b->t, .now = b->now, .after = b->after};
		struct fault f = {0};
		if (store_write(the.app->store, db, a, one_write, &one, &f))
			return i;
		follow_up(b->t, b->after, db, a);
	}
	return b->n;
}

/* Said once of a database that is away, and when it is back. */
static void note_waiting(struct tie *t, bool waits, const char *why)
{
	if (waits && !t->came.waits)
		log_error("dialer", "what %.*s tells is not stored, and waits: %s", STR_ARG(t->node.name), why);
	if (!waits && t->came.waits)
		log_warn("dialer", "what %.*s told is stored", STR_ARG(t->node.name));
	t->came.waits = waits;
}

static size_t store_batch(struct batch *b, struct db *db, struct arena *a)
{
	struct fault f = {0};
	int err = b->n ? store_write(the.app->store, db, a, batch_write, b, &f) : 0;
	size_t n = b->n;

	if (!err)
		follow_up(b->t, b->after, db, a);
	else
		n = err == ENOSPC ? 0 : one_by_one(b, db, a);
	note_waiting(b->t, n < b->n, f.what[0] ? f.what : strerror(err));
	return n;
}

/* Only what is stored is acknowledged; tel keeps the rest, and says it again should we die with it. */
static void acknowledge(struct tie *t, size_t n)
{
	int64_t seq = 0;

	for (size_t i = 0; i < n; i++) {
		const struct message *m = t->came.m + t->came.stored + i;
		pace_event(m);
		if (message_kept(m->kind) && m->seq > seq)
			seq = m->seq;
	}
	if (seq)
		wire_send(t->w, &(struct message){.kind = CMD_ACK, .boot = t->hello.boot, .seq = seq});
	if (seq > t->stored_seq)
		t->stored_seq = seq;
	t->came.stored += n;
	pthread_mutex_lock(&the.figures_lock);
	the.figures.events += (int64_t)n;
	pthread_mutex_unlock(&the.figures_lock);
}

/* Behind those that came before. */
static struct message_rows joined(struct arena *a, struct message_rows before, struct message_rows more)
{
	struct message *rows = NEW_N(a, struct message, before.n + more.n + 1);

	for (size_t i = 0; i < before.n + more.n; i++)
		rows[i] = i < before.n ? before.rows[i] : more.rows[i - before.n];
	return (struct message_rows){rows, before.n + more.n};
}

/* Said again after a copy: rows of lists are not kept by message_decode's caller beyond its arena. It may come in pieces. */
static void on_hello(struct tie *t, const struct message *m, struct db *db, struct arena *a)
{
	struct message before = t->hello.more ? t->hello : (struct message){0};
	struct text text = {.a = a};
	struct fault f = {0};
	struct val v;

	if (!before.more)
		arena_reset(&t->hello_arena);
	if (message_encode(m, &text, &f) ||
	        message_decode(str_copy(&t->hello_arena, text_str(&text)), true, &t->hello_arena, &t->hello, &f)) {
		log_error("dialer", "hello: %s", f.what);
		return;
	}
	t->hello.calls = joined(&t->hello_arena, before.calls, t->hello.calls);
	t->hello.operators = joined(&t->hello_arena, before.operators, t->hello.operators);
	t->joined = false;
	if (t->hello.more)
		return;
	t->tel_clock = m->since;
	if (db_one(db, a, "SELECT MAX(seq) FROM call_event WHERE tel_boot = ?1", VALS(V(m->boot)), &v, 1, &f)) {
		t->hello = (struct message){0};
		wire_break(t->w, "it cannot be read what is stored of it");
		return;
	}
	t->stored_seq = val_int(v);
	log_info("dialer", "%.*s is here: %zu calls, %zu operators, event %lld of %lld stored", STR_ARG(t->node.name),
	        t->hello.calls.n, t->hello.operators.n, (long long)t->stored_seq, (long long)m->last_seq);
}

static void on_figures(struct tie *t, const struct message *m)
{
	t->tel_clock = m->since;
	t->node.lag_ms = m->lag_ms;
	t->node.legs = m->legs;
	t->node.calls = m->calls_open;
	pthread_mutex_lock(&the.figures_lock);
	the.figures.lag_ms = m->lag_ms;
	the.figures.legs = m->legs;
	the.figures.calls = m->calls_open;
	the.figures.rss = m->rss;
	for (size_t i = 0; i < m->drops.n && i < COUNT(the.figures.drops); i++) {
		snprintf(the.figures.drops[i].why, sizeof(the.figures.drops[i].why), "%.*s", STR_ARG(m->drops.rows[i].what));
		the.figures.drops[i].n = m->drops.rows[i].came;
	}
	pthread_mutex_unlock(&the.figures_lock);
}

static void tell_trunks(struct tie *t, struct db *db, struct arena *a)
{
	struct message m = {.kind = CMD_TRUNKS};
	struct fault f = {0};

	if (trunk_rows(db, a, &m.rows, &f)) {
		log_error("dialer", "trunks: %s", f.what);
		return;
	}
	wire_send(t->w, &m);
	shares_tell(the.app->store, t, db, a);
}

static void tell_phones(struct tie *t, struct db *db, struct arena *a)
{
	struct message m = {.kind = CMD_PHONES};
	struct fault f = {0};

	if (sip_phone_rows(db, a, &m.phones, &f))
		log_error("dialer", "phones: %s", f.what);
	else
		wire_send(t->w, &m);
}

static int places_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	(void)arg;
	return placements_make(db, a, f);
}

static void tell_numbers(struct tie *t, struct db *db, struct arena *a)
{
	struct message m = {.kind = CMD_INBOUND};
	struct fault f = {0};

	if (store_write(the.app->store, db, a, places_write, NULL, &f))
		log_error("dialer", "places: %s", f.what);
	if (number_rows(db, a, t->node.id, &m.numbers, &f) || queue_rows(db, a, &m.queues, &m.members, &f) ||
	        flow_rows(db, a, clock_ms(), &m.nodes, &m.opens, &f))
		log_error("dialer", "numbers and queues: %s", f.what);
	else
		wire_send(t->w, &m);
	t->told_inbound_at = clock_ms();
}

void tell_inbound(struct db *db, struct arena *a)
{
	for (size_t i = 0; i < wire_count(); i++)
		if (leads_tie(i)->joined)
			tell_numbers(leads_tie(i), db, a);
}

static void tell_tickets(struct tie *t, struct db *db, struct arena *a)
{
	struct message m = {.kind = CMD_TICKETS};
	struct fault f = {0};

	if (queue_ticket_rows(db, a, &m.tickets, &f))
		log_error("dialer", "tickets: %s", f.what);
	else
		wire_send(t->w, &m);
}

/* What changed since it was told. */
static void tell_news(struct tie *t, struct db *db, struct arena *a, int64_t now)
{
	unsigned trunks = atomic_load(&the.trunks), phones = atomic_load(&the.phones), inbound = atomic_load(&the.inbound),
	         tickets = atomic_load(&the.tickets);

	if (t->told_trunks != trunks)
		tell_trunks(t, db, a);
	if (t->told_inbound != inbound || now - t->told_inbound_at > TELL_AGAIN_MS)
		tell_numbers(t, db, a);
	if (t->told_tickets != tickets)
		tell_tickets(t, db, a);
	if (t->joined && t->told_phones != phones)
		tell_phones(t, db, a);
	t->told_trunks = trunks;
	t->told_inbound = inbound;
	t->told_tickets = tickets;
	t->told_phones = t->joined ? phones : 0;
}

/* When all that was kept for us is stored, compare and let the others command. */
static void join(struct tie *t, struct db *db, struct arena *a)
{
	struct batch join = {.t = t, .rejoin = true, .now = clock_ms(), .after = NEW(a, struct after)};
	struct fault f = {0};
	int err;

	if (!t->leads || !t->hello.boot.p || t->hello.more || t->joined || t->stored_seq < t->hello.last_seq)
		return;
	t->told_trunks = t->told_inbound = t->told_tickets = 0;
	tell_news(t, db, a, join.now);
	err = store_write(the.app->store, db, a, batch_write, &join, &f);
	if (err)
		log_error("dialer", "%.*s is not compared: %s", STR_ARG(t->node.name), f.what[0] ? f.what : strerror(err));
	if (is_of_the_database(err))
		return;
	if (!err)
		follow_up(t, join.after, db, a);
	leads_joined(t);
	atomic_fetch_add(&the.phones, 1); /* the comparison forgot who is registered: all tell it anew */
	the.looked_at = 0;
}

/* Read what came. */
static void read_events(struct tie *t, struct db *db, struct arena *a)
{
	struct message m;

	arena_reset(&t->came.a);
	t->came.m = arena_alloc(&t->came.a, BATCH * sizeof(m));
	t->came.n = t->came.stored = 0;
	while (t->came.n < BATCH && !wire_next(t->w, &t->came.a, &m)) {
		if (m.kind == EV_HELLO)
			on_hello(t, &m, db, a);
		else if (m.kind == EV_FIGURES)
			on_figures(t, &m);
		else if (m.kind == EV_LOAD)
			shares_load(t, &m);
		else if (m.kind == EV_NODE)
			leads_node(t, &m, db, a);
		else if (m.kind != EV_SDP && m.kind != EV_TRUNK_TESTED && m.kind != EV_PIECE)
			t->came.m[t->came.n++] = m;
	}
}

/* While the database does not take what came, no more is read: the commands of people go on meanwhile. */
static void take_events(struct tie *t, struct db *db, struct arena *a)
{
	struct batch b = {.t = t, .now = clock_ms(), .after = NEW(a, struct after)};

	if (t->came.stored == t->came.n)
		read_events(t, db, a);
	b.m = t->came.m + t->came.stored;
	b.n = t->came.n - t->came.stored;
	acknowledge(t, store_batch(&b, db, a));
	t->more = t->came.stored == BATCH;
	if (t->came.stored < t->came.n)
		return;
	for (size_t i = 0; i < t->came.n; i++) /* what made their operators free is stored by now */
		if (t->came.m[i].kind == EV_TURN)
			ticket_dial(the.app->store, db, a, t->came.m + i);
	join(t, db, a);
}

/* Operators who are free, the longest waiting first. */
static void look(struct db *db, struct arena *a, int64_t now)
{
	struct shift *all;
	struct fault f = {0};
	size_t n = 0;
	int64_t from = clock_mono_us();

	the.looked_at = now;
	if (shift_free(db, a, &all, &n, &f))
		log_error("dialer", "shifts: %s", f.what);
	for (size_t i = 0; i < n; i++) {
		int err;
		if (!leads(all[i].node_id))
			continue;
		f = (struct fault){0};
		err = choose_for(the.app->store, db, a, all + i, false, clock_ms(), &f);
		if (!err)
			dialer_count_dial(clock_mono_us() - from);
		else if (err != ENOENT)
			log_error("dialer", "choosing: %s", f.what[0] ? f.what : strerror(err));
		from = clock_mono_us();
	}
}

/* Talks whose result never came: their contacts go back to the base. */
static int sweep_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	int64_t ids[100], now = *(const int64_t *)arg;
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT c.reserved_call FROM contact c JOIN call k ON k.id = c.reserved_call WHERE c.reserved_call > 0 AND c.reserved_until < ?1 "
	        "AND k.ended_at IS NOT NULL LIMIT 100",
	        VALS(V(now)), &r, f);

	while (!err && n < COUNT(ids) && !(err = rows_next(&r, f)))
		ids[n++] = rows_int(&r, 0);
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < n && !err; i++) {
		struct call_row c;
		err = call_hold(db, a, ids[i], (str){0}, f);
		if (!err)
			err = call_find(db, a, ids[i], (str){0}, &c, f);
		if (!err)
			err = call_release(db, a, &c, now, f);
	}
	return err;
}

static void sweep(struct db *db, struct arena *a, int64_t now)
{
	struct fault f = {0};

	the.swept_at = now;
	if (store_write(the.app->store, db, a, sweep_write, &now, &f))
		log_error("dialer", "contacts without a result: %s", f.what);
}

static void work(struct db *db, struct arena *a)
{
	bool any = false;
	int64_t now;

	for (size_t i = 0; i < wire_count(); i++)
		take_events(leads_tie(i), db, a);
	leads_turn(db, a);
	now = clock_ms();
	for (size_t i = 0; i < wire_count(); i++) {
		struct tie *t = leads_tie(i);
		any |= t->joined;
		if (t->joined)
			tell_news(t, db, a, now);
	}
	shares_turn(the.app->store, db, a);
	if (any && (!the.looked_at || now - the.looked_at >= LOOK_MS))
		look(db, a, now);
	if (any)
		pace_turn(the.app->store, db, a, now);
	if (any)
		agentless_turn(the.app->store, db, a, now);
	if (any)
		fax_turn(the.app->store, db, a, now);
	if (now - the.swept_at >= SWEEP_MS)
		sweep(db, a, now);
	if (!any)
		the.looked_at = now;
}

static bool more(void)
{
	for (size_t i = 0; i < wire_count(); i++)
		if (leads_tie(i)->more)
			return true;
	return false;
}

void dialer_turn(struct arena *a)
{
	struct db *db;

	wire_turn(the.looked_at && !more() ? TURN_MS : 0);
	for (size_t i = 0; i < wire_count(); i++)
		if (wire_lost(wire_at(i)))
			leads_lost(leads_tie(i));
	db = store_take(the.app->store);
	work(db, a);
	store_give(the.app->store, db);
	arena_reset(a);
}

static void *run(void *arg)
{
	struct arena a = {0};

	(void)arg;
	while (!atomic_load(&the.stop))
		dialer_turn(&a);
	arena_free(&a);
	return NULL;
}

/* Trunks changed, a project runs, a base was approved: look again at once. */
static void on_event(const struct event *e, int64_t id, void *arg)
{
	(void)id;
	(void)arg;
	if ((!strcmp(e->entity, "trunk") || !strcmp(e->entity, "trunk_cause")) && strcmp(e->verb, "state") != 0)
		atomic_fetch_add(&the.trunks, 1);
	if (!strcmp(e->entity, "user") || (!strcmp(e->entity, "sip_phone") && strcmp(e->verb, "state") != 0)) {
		atomic_fetch_add(&the.phones, 1);
		wire_wake();
	}
	if (!strcmp(e->entity, "number") || !strcmp(e->entity, "call_flow") || !strcmp(e->entity, "prompt") ||
	        !strcmp(e->entity, "queue") || !strcmp(e->entity, "queue_member") || !strcmp(e->entity, "project") ||
	        !strcmp(e->entity, "node") || !strcmp(e->entity, "day_off")) {
		atomic_fetch_add(&the.inbound, 1);
		wire_wake();
	}
	if (!strcmp(e->entity, "queue_ticket") || !strcmp(e->entity, "project")) {
		atomic_fetch_add(&the.tickets, 1);
		wire_wake();
	}
	if (!strcmp(e->entity, "fax") && strcmp(e->verb, "created") == 0)
		wire_wake();
	if (!strcmp(e->entity, "trunk") || !strcmp(e->entity, "project") || !strcmp(e->entity, "base")) {
		choose_again();
		wire_wake();
	}
}

int dialer_open(struct app *app, struct fault *f)
{
	int err = wire_open(&app->settings, f);

	the.app = app;
	return err ? err : leads_start(app, f);
}

static int start(struct app *app, struct fault *f)
{
	int err;

	if (!app->settings.tel_socket && !app->settings.cluster)
		return 0;
	err = dialer_open(app, f);
	if (err)
		return err;
	recording_source_set(&recordings_of_nodes);
	event_hub_listen(app->hub, on_event, NULL);
	err = pthread_create(&the.thread, NULL, run, NULL);
	if (err)
		return fail(f, err, NULL, "engine", "the dialler's thread cannot start");
	the.started = true;
	return 0;
}

static void stop(struct app *app)
{
	if (!the.started)
		return;
	atomic_store(&the.stop, true);
	wire_wake();
	pthread_join(the.thread, NULL);
	pace_done(app->store);
	leads_stop();
	wire_close();
	the.started = false;
}

const struct module dialer_module = {.name = "dialer", .routes = seat_routes, .start = start, .stop = stop};
