/* SPDX-License-Identifier: GPL-3.0-or-later */
/* house.c - the database a run begins with: one project, its contacts in four zones, and what of the rules this seed has. */
#include "simulation.h"

#include "engine/db/db.h"

static struct db *db;
static struct arena a;

static const char *const zones[] = {"Europe/Moscow", "Asia/Yekaterinburg", "Asia/Vladivostok", "Europe/Berlin"};
static const char *const codes[] = {"+7495", "+7343", "+7423"};

static void run(const char *sql, const struct val *v, size_t n)
{
	struct fault f = {0};

	if (db_run(db, sql, v, n, NULL, &f))
		broken("the house: %s: %s", sql, f.what);
}

static str hours(void)
{
	struct text t = {.a = &a};

	for (int d = 0; d < 7; d++) {
		text_add(&t, d ? STR(",") : STR("["));
		if (d < 5 || w->days_off)
			text_addf(&t, "[%d,%d]", w->from_min, w->to_min);
		else
			text_lit(&t, "null");
	}
	text_lit(&t, "]");
	return text_str(&t);
}

static void project(void)
{
	static const char *const modes[] = {"manual", "preview", "progressive", "predictive"};
	static const char *const purposes[] = {NULL, "survey", "service"};

	run("INSERT INTO customer (id, name, created_at) VALUES (1, 'Заказчик', 0)", NO_VALS);
	run("UPDATE trunk SET disabled = 1", NO_VALS);
	run("INSERT INTO trunk (id, name, kind, state, caller_number, channels, calls_per_s, created_at) VALUES (77, 'Линия', 'sip', 'up', "
	    "'+74951112233', 30, 10, 0)",
	        NO_VALS);
	run("INSERT INTO project (id, customer_id, name, type, state, mode, trunk_id, caller_number, hours, ring_s, wrap_up_s, preview_s, "
	    "attempts_total, attempts_day, attempts_week, attempt_gap_min, purpose, calls_days_off, takes_first, stick_min, records, "
	    "abandon_max, created_at) VALUES (1, 1, 'Проект', 'cold_calls', 'running', ?1, 77, '+74951112233', ?2, ?3, ?4, ?5, ?6, ?7, 20, "
	    "?8, ?9, ?10, ?11, ?12, 0, 30.0, 0)",
	        VALS(V(str_of(modes[w->mode])), V(hours()), V((int64_t)10 + roll(30)), V((int64_t)roll(60)),
	                V((int64_t)20 + roll(40)), V((int64_t)w->total), V((int64_t)w->per_day), V((int64_t)w->gap_min),
	                val_s(str_of(purposes[w->purpose])), V((int64_t)w->days_off),
	                V(chance(50) ? STR("retries") : STR("fresh")), V((int64_t)(chance(40) ? roll(60) : 0))));
	run("INSERT INTO script_version (project_id, number, state, graph, created_at) VALUES (1, 1, 'active', '{}', 0)",
	        NO_VALS);
	run("INSERT INTO base (id, project_id, name, state, created_at) VALUES (1, 1, 'База', 'active', 0)", NO_VALS);
}

static void results(void)
{
	static const char *const all[][3] = {{"Лид", "final", "lead"}, {"Позже", "retry", "nothing"},
	        {"Перезвонить", "callback", "nothing"}, {"Не звонить", "do_not_call", "refusal"},
	        {"Не тот номер", "wrong_number", "nothing"}, {"Отказ", "final", "refusal"}};

	_Static_assert(COUNT(all) == RESULTS, "one each");
	for (int64_t i = 0; i < RESULTS; i++)
		run("INSERT INTO result (id, project_id, name, effect, counts_as) VALUES (?1, 1, ?2, ?3, ?4)",
		        VALS(V(i + 1), V(str_of(all[i][0])), V(str_of(all[i][1])), V(str_of(all[i][2]))));
	if (w->quota)
		run("INSERT INTO quota (project_id, field, value, result_id, target, created_at) VALUES (1, 'city', 'Город', 1, ?1, 0)",
		        VALS(V((int64_t)w->quota)));
	if (chance(30))
		run("INSERT INTO retry (project_id, cause, pause_min, most) VALUES (1, 'busy', 3, 4)", NO_VALS);
}

static void people(void)
{
	for (int64_t i = 1; i <= w->n_people; i++) {
		run("INSERT INTO \"user\" (id, login, name, role, created_at) VALUES (?1, ?2, 'Оператор', 'operator', 0)",
		        VALS(V(i), V(str_printf(&a, "operator%d", (int)i))));
		run("INSERT INTO member (project_id, user_id, created_at) VALUES (1, ?1, 0)", VALS(V(i)));
		w->people[i - 1] = (struct person){.id = i, .project = 1, .next_at = w->now + roll(120000)};
	}
}

/* One in twelve is in the base twice, under another name. */
static int any_number(void)
{
	struct called *n = w->numbers + w->n_numbers;

	if (w->n_numbers && chance(8))
		return roll(w->n_numbers);
	n->zone = roll(3);
	snprintf(n->e164, sizeof(n->e164), "%s%07d", codes[n->zone], 2300000 + (int)w->n_numbers * 7919 % 600000);
	return w->n_numbers++;
}

static void contact(int64_t id)
{
	struct whom *c = w->contacts + id;
	int n = 1 + roll(chance(30) ? 3 : 1);

	c->zone = chance(40) ? roll(4) : -1;
	c->city = roll(3);
	run("INSERT INTO contact (id, project_id, base_id, company, city, timezone, created_at) VALUES (?1, 1, 1, 'Компания', ?2, ?3, 0)",
	        VALS(V(id), V(c->city ? STR("Другой") : STR("Город")),
	                val_s(c->zone < 0 ? (str){0} : str_of(zones[c->zone]))));
	for (int64_t i = 0; i < n; i++)
		run("INSERT INTO phone (project_id, base_id, contact_id, e164, position) VALUES (1, 1, ?1, ?2, ?3)",
		        VALS(V(id), V(str_of(w->numbers[any_number()].e164)), V(i)));
}

/* What this seed is like: around a weekend, a holiday, the night of the summer clock, or any day. */
static void choose(void)
{
	static const char *const days[] = {"2026-03-29T00:00:00Z", "2026-05-11T00:00:00Z", "2026-06-12T00:00:00Z",
	        "2026-10-24T22:00:00Z", "2026-12-31T12:00:00Z"};
	int64_t at;

	if (!clock_parse(chance(30) ? str_of(days[roll((int)COUNT(days))]) : STR("2026-09-07T00:00:00Z"), &at))
		broken("no moment");
	w->begin = w->now = at + (roll(11) - 5) * (int64_t)CLOCK_DAY +
	                    (chance(70) ? 4 + roll(9) : roll(24)) * (int64_t)CLOCK_HOUR + roll(CLOCK_HOUR);
	w->end = w->begin + (chance(90) ? 15 + roll(60) : 60 + roll(600)) * (int64_t)CLOCK_MINUTE;
	w->n_people = 1 + roll(PEOPLE);
	w->n_contacts = 4 + roll(CONTACTS - 4);
	w->from_min = chance(70) ? 0 : roll(11) * 60;
	w->to_min = w->from_min + 120 + roll(24) * 60;
	w->gap_min = chance(30) ? roll(3) : 1 + roll(120);
	w->per_day = 1 + roll(4);
	w->total = w->per_day + roll(8);
	w->mode = roll(4);
	w->purpose = roll(3);
	w->quota = chance(40) ? 1 + roll(3) : 0;
	w->days_off = chance(60);
	w->chaos_at = w->now + roll(1200000);
	if (w->to_min > 1440)
		w->to_min = 1440;
}

void house_build(void)
{
	struct fault f = {0};

	choose();
	if (db_open(w->url, false, &db, &f) || db_begin(db, &f))
		broken("the house: %s", f.what);
	project();
	results();
	people();
	for (int64_t id = 1; id <= w->n_contacts; id++)
		contact(id);
	run("INSERT INTO contact_state (project_id, base_id, state, last_result_id, contacts) VALUES (1, 1, 'fresh', 0, ?1)",
	        VALS(V((int64_t)w->n_contacts)));
	if (db_commit(db, &f))
		broken("the house: %s", f.what);
	db_close(db);
	arena_free(&a);
	tel_begin();
	for (int i = 0; i < PEOPLE; i++)
		w->seats[i].line = -1;
}
