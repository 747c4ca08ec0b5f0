/* SPDX-License-Identifier: GPL-3.0-or-later */
/* people.c - operators at their seats: what they see is what the database says, what they do is what the routes let them; and those who
 * change the project, the lists and the lines meanwhile. A result that was not acknowledged is sent again with its key. */
#include "simulation.h"

#include "domain/role/role.h"
#include "kit/app/app.h"

static struct arena a;

struct person *person_of(int64_t id)
{
	if (id < 1 || id > w->n_people)
		broken("there is no operator %d", (int)id);
	return w->people + id - 1;
}

static const struct route *route_of(const char *path)
{
	for (const struct route *r = seat_routes; r->path; r++)
		if (!strcmp(r->path, path))
			return r;
	broken("no route %s", path);
}

/* As kit/route runs it, without the socket. */
static int request(struct app *app, struct person *p, const char *path, const char *doc)
{
	const struct route *r = route_of(path);
	struct who who = {
	        .user_id = p->id, .role = access_role("operator"), .login = STR("operator"), .name = STR("Оператор")};
	struct text out = {.a = &a};
	struct request q = {.a = &a,
	        .http = (struct http_request *)(void *)p->key,
	        .app = app,
	        .store = app->store,
	        .who = &who,
	        .now = w->now,
	        .route = r,
	        .out = {.t = &out}};
	int err = 0;

	if (r->takes) {
		q.body = arena_alloc(&a, r->takes->size);
		err = json_parse(&a, str_of(doc), &q.in, &q.fault);
		if (!err)
			err = shape_from_json(r->takes, q.in, &a, &who, true, q.body, &q.seen, &q.fault);
		if (err)
			broken("%s %s: %s", path, doc, q.fault.what);
	}
	q.db = store_take(app->store);
	w->hand = true;
	err = r->run(&q);
	w->hand = false;
	store_give(app->store, q.db);
	say("operator %d %s %s: %d %s %s", (int)p->id, path, doc, err, q.fault.code, q.fault.what);
	if (http_status_of(err) == 500 && err)
		broken("%s %s: %d %s", path, doc, err, q.fault.what);
	return err;
}

/* The result of a talk. It is a lead, a retry, a promise, a refusal … and acknowledged, or asked again until it is. */
static void save(struct app *app, struct person *p)
{
	int err = request(app, p, "/seat/result", p->doc);

	if (err && http_status_of(err) == 503)
		return; /* a little later */
	if (!err && p->unsaved < DIALS) {
		struct db *db = store_take(app->store);
		struct val v[4];
		if (db_one(db, &a, "SELECT result_id, contact_id, number, uuid FROM call WHERE id = ?1", VALS(V(p->unsaved)),
		            v, 3, NULL) ||
		        val_int(v[0]) != p->result)
			broken("result %d of call %d was acknowledged and is not there", p->result, (int)p->unsaved);
		w->saved[p->unsaved] = p->result;
		judge_saved(val_str(v[3]));
		w->contacts[val_int(v[1])].last_result = p->result;
		for (int i = 0; i < w->n_numbers && p->result == 4; i++)
			if (str_eq(str_of(w->numbers[i].e164), val_str(v[2])) && !w->numbers[i].refused_at)
				w->numbers[i].refused_at = w->now;
		store_give(app->store, db);
		w->seen.results++;
		if (chance(10)) {
			w->seen.repeats++;
			if (request(app, p, "/seat/result", p->doc))
				broken("the same result again, with the same key, was refused");
		}
	}
	p->unsaved = 0;
}

static void new_result(struct app *app, struct person *p, int64_t call_id)
{
	static const char *const then[] = {"ready", "ready", "ready", "pause", "stop"};
	char promise[80] = "";

	p->result = 1 + roll(RESULTS);
	p->unsaved = call_id;
	if (p->result == 3)
		snprintf(promise, sizeof(promise), ",\"callback\":{\"due_at\":%lld,\"mine\":%s}",
		        (long long)(w->now + roll(5400000)), chance(50) ? "true" : "false");
	snprintf(p->key, sizeof(p->key), "%d-%d-%llx", (int)p->id, (int)call_id, (unsigned long long)dice_throw(&w->dice));
	snprintf(p->doc, sizeof(p->doc), "{\"call_id\":%lld,\"result_id\":%d,\"then\":\"%s\"%s}", (long long)call_id,
	        p->result, then[w->now < w->end ? roll((int)COUNT(then)) : 4], promise);
	save(app, p);
}

static void dial_somebody(struct app *app, struct person *p)
{
	char doc[60];

	snprintf(doc, sizeof(doc), "{\"contact_id\":%d}", 1 + roll(w->n_contacts));
	if (chance(60))
		request(app, p, "/seat/next", "{}");
	else
		request(app, p, "/seat/dial", doc);
}

static void in_pause(struct app *app, struct person *p, const struct shift *s)
{
	if (s->call_id && chance(90))
		new_result(app, p, s->call_id);
	else if (w->now >= w->end)
		request(app, p, "/seat/stop", "{}");
	else if (chance(15))
		dial_somebody(app, p);
	else
		request(app, p, "/seat/ready", "{}");
}

static void in_ready(struct app *app, struct person *p, const struct shift *s)
{
	if (s->call_id)
		new_result(app, p, s->call_id);
	else if (w->now >= w->end)
		request(app, p, "/seat/stop", "{}");
	else if (chance(w->mode == 0 ? 70 : 8))
		dial_somebody(app, p);
	else if (chance(4))
		request(app, p, "/seat/pause", "{}");
}

static void in_call(struct app *app, struct person *p)
{
	struct tel_seat *s = seat_of(p->id);

	if (chance(12))
		request(app, p, "/seat/hangup", "{}");
	else if (chance(4) && s)
		p->leg = false, p->leg_at = w->now + 500 + roll(30000), seat_leg(s, false);
	else if (chance(4))
		request(app, p, "/seat/pause", "{}");
}

static void work(struct app *app, struct person *p, const struct shift *s)
{
	switch (s->state) {
	case OPERATOR_OFFLINE:
	case OPERATOR_OFFERED:
	case OPERATOR_LOST:
	case OPERATOR_STATES: break;
	case OPERATOR_PAUSE: in_pause(app, p, s); break;
	case OPERATOR_READY: in_ready(app, p, s); break;
	case OPERATOR_PREVIEW:
		if (chance(60))
			request(app, p, "/seat/dial", "{}");
		else if (chance(60))
			request(app, p, "/seat/skip", "{}");
		break;
	case OPERATOR_RESERVED:
	case OPERATOR_TALKING: in_call(app, p); break;
	case OPERATOR_WRAP_UP:
		if (s->call_id && chance(85))
			new_result(app, p, s->call_id);
		break;
	}
}

/* His headset, which is no business of app. */
static void headset(struct person *p)
{
	struct tel_seat *s = seat_of(p->id);

	if (!s || s->day.state == OPERATOR_OFFLINE) {
		p->leg = false;
		p->leg_at = w->now + 1000 + roll(4000);
	} else if (!p->leg && p->leg_at <= w->now) {
		p->leg = true;
		seat_leg(s, true);
	}
}

static void at_seat(struct app *app, struct person *p)
{
	struct db *db = store_take(app->store);
	struct shift s;
	int err = shift_of(db, &a, p->id, &s, NULL);

	store_give(app->store, db);
	if (p->unsaved)
		save(app, p);
	else if (!err)
		work(app, p, &s);
	else if (w->now < w->end && chance(60))
		request(app, p, "/seat/start", "{\"project_id\":1}");
	p->next_at = w->now + 300 + roll(chance(60) ? 15000 : 90000);
}

/* Others ----------------------------------------------------------------------------------------------------------------- */

static int listed(struct db *db, struct arena *arena, void *arg, struct fault *f)
{
	const struct called *n = arg;

	(void)arena;
	return db_run(db,
	        "INSERT INTO do_not_call (e164, level, customer_id, owner_id, created_at) VALUES (?1, 'customer', 1, 1, ?2) ON CONFLICT "
	        "(e164, level, owner_id) DO NOTHING",
	        VALS(V(str_of(n->e164)), V(w->now)), NULL, f);
}

static int turned(struct db *db, struct arena *arena, void *arg, struct fault *f)
{
	(void)arena;
	return db_run(db, "UPDATE project SET state = ?1 WHERE id = 1",
	        VALS(V(*(const bool *)arg ? STR("stopped") : STR("running"))), NULL, f);
}

static void turn_project(struct app *app)
{
	bool stop = !w->stopped;
	struct fault f = {0};

	if (!store_write(app->store, NULL, &a, turned, &stop, &f))
		w->stopped = stop;
	choose_again();
}

static void turn_trunk(void)
{
	w->trunk_down = !w->trunk_down;
	tel_tell(&(struct message){.kind = EV_TRUNK, .trunk = 77, .trunk_state = w->trunk_down ? TRUNK_DOWN : TRUNK_UP});
}

static void list_number(struct app *app)
{
	struct called *n = w->numbers + roll(w->n_numbers);
	struct fault f = {0};

	if (!store_write(app->store, NULL, &a, listed, n, &f) && !n->refused_at)
		n->refused_at = w->now;
}

static void chaos(struct app *app)
{
	bool rests = w->stopped || w->trunk_down;
	int what = roll(6);

	w->chaos_at = w->now + 60000 + roll(rests ? 120000 : 1200000);
	if (rests && chance(60)) {
		if (w->stopped)
			turn_project(app);
		else
			turn_trunk();
		return;
	}
	switch (what) {
	case 0: w->seen.tel_deaths++, tel_die(), w->back_at = w->now + 200 + roll(20000); break;
	case 1: w->seen.breaks++, tel_break(), w->back_at = w->now + 100 + roll(6000); break;
	case 2:
	case 3: list_number(app); break;
	case 4: turn_project(app); break;
	case 5: turn_trunk(); break;
	}
}

void people_turn(struct app *app)
{
	for (struct person *p = w->people; p < w->people + w->n_people; p++) {
		headset(p);
		if (p->next_at <= w->now)
			at_seat(app, p);
	}
	if (w->chaos_at <= w->now && w->now < w->end)
		chaos(app);
	arena_reset(&a);
}

int64_t people_next(void)
{
	int64_t next = w->now < w->end ? w->chaos_at : INT64_MAX;

	for (const struct person *p = w->people; p < w->people + w->n_people; p++) {
		if (p->next_at < next)
			next = p->next_at;
		if (!p->leg && p->leg_at > w->now && p->leg_at < next)
			next = p->leg_at;
	}
	return next;
}
