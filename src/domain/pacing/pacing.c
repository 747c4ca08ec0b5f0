/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacing.c - the log of the pacer as a list, and what it learned. */
#include "domain/pacing/pacing_priv.h"

#include "base/clock.h"
#include "domain/role/role.h"
#include "kit/app/app.h"

/* In the order of enum pacer_stop, pacer_guard. */
static const char *const stops[PACER_STOPS + 2] = {
        "covered", "risk", "guard", "no_operators", "lines", "room", "no_contacts", NULL};
static const char *const guards[PACER_GUARDS + 1] = {"off", "start", "budget", NULL};

#define ENTITY struct pacing_second
static const struct field fields[] = {
        F_ID(),
        F_REF(project_id, "project", "The project", .flags = GIVEN),
        F_TIME(at, "When", .flags = GIVEN),
        F_INT(operators, 0, INT64_MAX, "Operators at work, pauses left out", .flags = GIVEN),
        F_INT(idle, 0, INT64_MAX, "Of them, those who wait for a call", .flags = GIVEN),
        F_INT(talking, 0, INT64_MAX, "Those who talk", .flags = GIVEN),
        F_INT(wrap_up, 0, INT64_MAX, "Those who write down a result", .flags = GIVEN),
        F_INT(ringing, 0, INT64_MAX, "Lines that ring, those just dialled left out", .flags = GIVEN),
        F_INT(waiting, 0, INT64_MAX, "Answered, waiting for an operator", .flags = GIVEN),
        F_REAL(soon, 0, 100000, "Busy operators expected to be free within soon_ms", .flags = GIVEN),
        F_INT(soon_ms, 0, INT64_MAX, "How far one dial looks ahead, ms", .flags = GIVEN),
        F_INT(dialled, 0, INT64_MAX, "Lines dialled in this second", .flags = GIVEN),
        F_WORD(stop, stops, "What kept it from dialling more", .flags = GIVEN),
        F_WORD(guard, guards, "Is it held back to one line per waiting operator, and why", .flags = GIVEN),
        F_REAL(answer_pct, 0, 100, "Share of dials that a person answers, as learned, %", .flags = GIVEN),
        F_REAL(risk_pct, 0, 100, "Risk that the answer to one more dial finds nobody, %", .flags = GIVEN),
        F_REAL(limit_pct, 0, 100, "Up to which risk it dials now, %", .flags = GIVEN),
        F_INT(answered, 0, INT64_MAX, "Answered by a person in the window", .flags = GIVEN),
        F_INT(abandoned, 0, INT64_MAX, "Of them, those for whom there was no operator", .flags = GIVEN),
        F_REAL(upper_pct, 0, 100, "Upper 95 % bound of the abandon rate, %", .flags = GIVEN),
        F_BOOL(alarm, "The last half hour is over the limit with 95 % certainty", .flags = GIVEN),
};
#undef ENTITY

static const struct entity pacing_entity =
        ENTITY_OF(pacing_second, fields, "pacing_log", "A second of predictive dialling: what was seen, dialled and why");

static const struct resource pacing_resource = {
        .entity = &pacing_entity,
        .path = "/pacing",
        .read = MAY_SEE_FLOOR,
        .write = MAY_SEE_FLOOR,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-at",
};

enum pacer_event_kind pacing_place(int operator_state)
{
	switch (operator_state) {
	case OPERATOR_READY: return PACER_EV_IDLE;
	case OPERATOR_OFFERED:
	case OPERATOR_RESERVED:
	case OPERATOR_PREVIEW: return PACER_EV_RESERVED;
	case OPERATOR_TALKING: return PACER_EV_TALKING;
	case OPERATOR_WRAP_UP: return PACER_EV_WRAP_UP;
	default: return PACER_EV_LEFT;
	}
}

int pacing_note(struct db *db, struct arena *a, struct pacing_second *s, struct fault *f)
{
	return entity_insert(&pacing_entity, db, a, s, f);
}

int pacing_learned_put(struct db *db, int64_t project_id, str learned, int64_t now, struct fault *f)
{
	return db_run(db,
	        "INSERT INTO pacing (project_id, learned, saved_at) VALUES (?1, ?2, ?3) "
	        "ON CONFLICT (project_id) DO UPDATE SET learned = excluded.learned, saved_at = excluded.saved_at",
	        VALS(V(project_id), V(learned), V(now)), NULL, f);
}

int pacing_learned(struct db *db, struct arena *a, int64_t project_id, str *ret, struct fault *f)
{
	struct val v;
	int err = db_one(db, a, "SELECT learned FROM pacing WHERE project_id = ?1", VALS(V(project_id)), &v, 1, f);

	if (!err)
		*ret = val_str(v);
	return err;
}

int pacing_count(struct db *db, struct arena *a, int64_t project_id, int64_t since, int64_t *ret_answered,
        int64_t *ret_abandoned, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "SELECT COUNT(*), COUNT(CASE WHEN cause = 'abandoned' THEN 1 END) FROM call WHERE project_id = ?1 AND "
	        "asked_at >= ?2 AND mode = 'predictive' AND answered_at IS NOT NULL AND "
	        "(connected_at IS NOT NULL OR cause = 'abandoned')",
	        VALS(V(project_id), V(since)), v, COUNT(v), f);

	if (err)
		return err;
	*ret_answered = val_int(v[0]);
	*ret_abandoned = val_int(v[1]);
	return 0;
}

/* The log is for looking back at days, not years. In pieces, so that nobody waits behind it. */
enum { KEPT_DAYS = 30, PIECE = 2000 };

static int clean_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	(void)a;
	return db_run(db,
	        "DELETE FROM pacing_log WHERE id IN (SELECT id FROM pacing_log WHERE at < ?1 ORDER BY id LIMIT 2000)",
	        VALS(V(clock_ms() - KEPT_DAYS * (int64_t)CLOCK_DAY)), arg, f);
}

static int clean(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	int64_t gone = PIECE;
	int err = 0;

	(void)job;
	while (!err && gone == PIECE)
		err = store_write(app->store, db, a, clean_write, &gone, f);
	return err;
}

static const struct job_kind jobs[] = {
        {.name = "pacing.clean",
                .run = clean,
                .base_ms = CLOCK_MINUTE,
                .nice = true,
                .every_ms = CLOCK_DAY,
                .doc = "Forget what the pacer decided more than 30 days ago"},
        {0},
};
static const struct resource *const resources[] = {&pacing_resource, NULL};
static const struct route routes[] = {
        {HTTP_GET, "/projects/{id}/replay", MAY_SEE_FLOOR, pacing_replay,
                "A day again under other settings: day=2026-03-12, mode, abandon_max, lines; what was beside what would have been",
                .gives_raw = "application/json", .schema = REPLAY_SCHEMA},
        {0},
};

const struct module pacing_module = {.name = "pacing", .resources = resources, .routes = routes, .jobs = jobs};
