/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demo.c - `zvonar demo`: fills an empty database with a customer, his project on the practice carrier, a team, a base and a
 * fortnight of calls, and prints the logins. Run again it prints them again. */
#include "server/demo.h"

#include "base/clock.h"
#include "base/rand.h"
#include "domain/ledger/ledger.h"
#include "domain/project/project.h"
#include "engine/crypto/crypto.h"
#include "engine/db/db.h"
#include "server/demo_priv.h"

#include <errno.h>

enum { CONTACTS = 600, DAYS_BEHIND = 14, CALLS_A_DAY = 30 };

/* INSERT … RETURNING id. */
static int add(struct demo *d, const char *sql, const struct val *v, size_t n, int64_t *ret_id, struct fault *f)
{
	struct val id;
	int err = db_one(d->db, d->a, sql, v, n, &id, 1, f);

	if (!err && ret_id)
		*ret_id = val_int(id);
	return err;
}

static int add_people(struct demo *d, struct fault *f)
{
	str hash;
	int err = 0;

	for (size_t i = 0; !err && i < demo_people_count; i++) {
		const struct demo_person *p = &demo_people[i];
		err = password_hash(d->pepper, d->password, d->a, &hash, f);
		if (!err)
			err = add(d,
			        "INSERT INTO \"user\" (login, name, email, role, customer_id, password_hash, created_at, manages_company)"
			        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id",
			        VALS(V(str_of(p->login)), V(str_of(p->name)),
			                V(str_printf(d->a, "%s@demo.example", p->login)), V(str_of(p->role)),
			                val_ref(p->of_customer ? d->customer_id : 0), V(hash), V(d->now),
			                V((int64_t)p->of_customer)),
			        &d->people[i], f);
	}
	return err;
}

static int add_pauses(struct demo *d, struct fault *f)
{
	static const struct {
		const char *name;
		int64_t paid;
	} pauses[] = {{"Обед", 0}, {"Перерыв", 1}, {"Обучение", 1}, {"Разбор звонков", 1}};
	int err = 0;

	for (size_t i = 0; !err && i < COUNT(pauses); i++)
		err = add(d, "INSERT INTO pause_reason (name, paid, position) VALUES (?1, ?2, ?3) RETURNING id",
		        VALS(V(str_of(pauses[i].name)), V(pauses[i].paid), V((int64_t)i)), NULL, f);
	return err;
}

static int add_team(struct demo *d, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; !err && i < demo_people_count; i++)
		if (demo_people[i].member)
			err = add(d, "INSERT INTO member (project_id, user_id, created_at) VALUES (?1, ?2, ?3) RETURNING id",
			        VALS(V(d->project_id), V(d->people[i]), V(d->now)), NULL, f);
	return err;
}

static str day_text(struct demo *d, int64_t days)
{
	struct date date = date_of_days(days);

	return str_printf(d->a, "%04d-%02d-%02d", date.year, date.month, date.day);
}

static int add_project(struct demo *d, struct fault *f)
{
	int64_t today = d->now / CLOCK_DAY, trunk;
	int err = db_one(d->db, d->a, "SELECT id FROM trunk WHERE kind = 'practice' ORDER BY id", NO_VALS, &d->one, 1, f);

	trunk = val_int(d->one);
	if (err == ENOENT)
		err = add(d,
		        "INSERT INTO trunk (name, kind, created_at) VALUES ('Учебная линия', 'practice', ?1) RETURNING id",
		        VALS(V(d->now)), &trunk, f);
	if (err)
		return err;
	return add(d,
	        "INSERT INTO project (customer_id, name, type, state, pm_id, mode, goal, offer, task, volume_dialogues, "
	        "plan_per_day, starts_on,"
	        " ends_on, trunk_id, hours, letter_to, peculiarities, created_at, attempt_gap_min) VALUES (?1, ?2, "
	        "'cold_calls', 'running', ?3,"
	        " 'progressive', ?4, ?5, ?6, 3000, 60, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 120) RETURNING id",
	        VALS(V(d->customer_id), V(STR("Моторное масло для автосервисов")), V(d->people[2]),
	                V(STR("Договориться о встрече или выслать расчёт тому, кто решает")),
	                V(STR("Моторное масло со склада в городе клиента, доставка на следующий день, цена на квартал")),
	                V(STR("Холодные звонки по продаже моторного масла автосервисам и паркам Поволжья и Урала")),
	                V(day_text(d, today - DAYS_BEHIND)), V(day_text(d, today + 45)), V(trunk),
	                V(STR("[[0,1440],[0,1440],[0,1440],[0,1440],[0,1440],[0,1440],[0,1440]]")),
	                V(STR("zakazchik@demo.example")),
	                V(STR("Работал с двумя колл-центрами, отчётам не верит: слушает записи")), V(d->now)),
	        &d->project_id, f);
}

static int add_script(struct demo *d, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; !err && i < demo_fields_count; i++)
		err = add(d,
		        "INSERT INTO form_field (project_id, position, key, label, type, choices) VALUES (?1, ?2, ?3, ?4, "
		        "?5, ?6) RETURNING id",
		        VALS(V(d->project_id), V((int64_t)i), V(str_of(demo_fields[i].key)), V(str_of(demo_fields[i].label)),
		                V(str_of(demo_fields[i].type)), V(str_of(demo_fields[i].choices))),
		        NULL, f);
	if (!err)
		err = add(d,
		        "INSERT INTO script_version (project_id, number, state, graph, note, author_id, approved_by, "
		        "approved_at, created_at)"
		        " VALUES (?1, 1, 'active', ?2, ?3, ?4, ?4, ?5, ?5) RETURNING id",
		        VALS(V(d->project_id), V(str_of(demo_graph)), V(STR("Первая версия, согласована с заказчиком")),
		                V(d->people[2]), V(d->now)),
		        &d->script_id, f);
	return err;
}

static int add_contact(struct demo *d, unsigned i, struct fault *f)
{
	struct demo_company c = demo_company(d->a, i);
	int tail = 7 - ((int)str_of(c.area_code).n - 3);
	int64_t *id = &d->contacts[i], person, number = 2000000 + (int64_t)i * 7919 % 8000000;
	str e164;
	int err = add(d,
	        "INSERT INTO contact (project_id, base_id, company, industry, activity, city, address, timezone, created_at)"
	        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id",
	        VALS(V(d->project_id), V(d->base_id), V(str_of(c.name)), V(str_of(c.industry)), V(str_of(c.activity)),
	                V(str_of(c.city)), V(str_printf(d->a, "г. %s, ул. Заводская, %u", c.city, i % 90 + 1)),
	                V(str_of(c.timezone)), V(d->now)),
	        id, f);

	for (int k = tail; k < 7; k++)
		number /= 10;
	e164 = str_printf(d->a, "+7%s%0*lld", c.area_code, tail, (long long)number);
	if (!err)
		err = add(d,
		        "INSERT INTO person (project_id, contact_id, name, position, decides) VALUES (?1, ?2, ?3, ?4, 1) "
		        "RETURNING id",
		        VALS(V(d->project_id), V(*id), V(str_of(c.person)), V(str_of(c.position))), &person, f);
	if (!err)
		err = add(d,
		        "INSERT INTO phone (project_id, base_id, contact_id, person_id, e164) VALUES (?1, ?2, ?3, ?4, ?5) "
		        "RETURNING id",
		        VALS(V(d->project_id), V(d->base_id), V(*id), V(person), V(e164)), NULL, f);
	return err;
}

static int add_base(struct demo *d, struct fault *f)
{
	int err = add(d,
	        "INSERT INTO base (project_id, name, state, approved_by, approved_at, created_at) VALUES (?1, ?2, 'active', "
	        "?3, ?4, ?4) RETURNING id",
	        VALS(V(d->project_id), V(STR("Автосервисы, Поволжье и Урал")), V(d->people[2]), V(d->now)), &d->base_id, f);

	for (unsigned i = 0; !err && i < CONTACTS; i++)
		err = add_contact(d, i, f);
	return err;
}

/* The fortnight behind us ------------------------------------------------------------------------------------------------ */

static const struct demo_result *draw(struct demo *d)
{
	int64_t all = 0, at;

	for (size_t i = 0; i < demo_results_count; i++)
		all += demo_results[i].weight;
	at = dice_int(&d->dice, 0, all - 1);
	for (size_t i = 0; i < demo_results_count; i++)
		if ((at -= demo_results[i].weight) < 0)
			return &demo_results[i];
	return &demo_results[0];
}

static int add_call(struct demo *d, int64_t contact_id, int64_t operator_id, int64_t at, struct fault *f)
{
	const struct demo_result *r = draw(d);
	int64_t talk = dice_int(&d->dice, r->talk_min_s, r->talk_max_s) * CLOCK_SECOND,
	        ring = dice_int(&d->dice, 4, 22) * CLOCK_SECOND, id;
	char uuid[37];
	str comment = str_of(r->comment);
	int err;

	rand_uuid(uuid);
	err = add(d,
	        "INSERT INTO call (uuid, project_id, base_id, contact_id, operator_id, mode, number, trunk_id, "
	        "script_version_id, state, asked_at,"
	        " dialled_at, ringing_at, answered_at, connected_at, ended_at, cause, ended_by, talk_ms, wrap_ms, "
	        "is_dialogue, result_id, result_at,"
	        " comment, counts_as) SELECT ?1, ?2, ?3, ?4, ?5, 'progressive', (SELECT e164 FROM phone WHERE contact_id = "
	        "?4), p.trunk_id, ?6, 'ended',"
	        " ?7, ?7, ?7, ?8, ?8, ?9, ?10, ?11, ?12, 14000, ?13, r.id, ?9, ?14, r.counts_as FROM project p JOIN result "
	        "r ON r.project_id = p.id"
	        " WHERE p.id = ?2 AND r.name = ?15 RETURNING id",
	        VALS(V(str_of(uuid)), V(d->project_id), V(d->base_id), V(contact_id), V(operator_id), V(d->script_id), V(at),
	                val_ref(talk ? at + ring : 0), V(at + ring + talk), V(talk ? STR("hung_up") : STR("no_answer")),
	                V(talk ? STR("contact") : (str){0}), V(talk), V((int64_t)(talk >= 20 * CLOCK_SECOND)), V(comment),
	                V(str_of(r->result))),
	        &id, f);
	if (!err)
		err = ledger_call(d->db, d->project_id, id, f);
	if (err)
		return err;
	return db_run(d->db,
	        "UPDATE contact SET attempts = attempts + 1, last_call_id = ?2, last_at = ?3, last_operator_id = ?4, "
	        "last_comment = ?5,"
	        " last_result_id = (SELECT result_id FROM call WHERE id = ?2),"
	        " state = CASE (SELECT r.effect FROM result r JOIN call c ON c.result_id = r.id WHERE c.id = ?2) WHEN "
	        "'retry' THEN 'due' ELSE 'closed' END,"
	        " closed_reason = CASE (SELECT r.effect FROM result r JOIN call c ON c.result_id = r.id WHERE c.id = ?2) "
	        "WHEN 'retry' THEN NULL"
	        " WHEN 'do_not_call' THEN 'do_not_call' ELSE 'result' END, due_at = ?6 WHERE id = ?1",
	        VALS(V(contact_id), V(id), V(at + ring + talk), V(operator_id), V(comment), V(d->now)), NULL, f);
}

static int add_history(struct demo *d, struct fault *f)
{
	int64_t monday_based, today = d->now / CLOCK_DAY;
	unsigned contact = 0;
	int err = 0;

	for (int64_t day = today - DAYS_BEHIND; !err && day < today; day++) {
		monday_based = date_weekday(day);
		for (int i = 0; !err && monday_based < 5 && i < CALLS_A_DAY && contact < CONTACTS - 100; i++)
			err = add_call(d, d->contacts[contact++], d->people[4 + i % 3],
			        day * CLOCK_DAY + 6 * (int64_t)CLOCK_HOUR + i * 16 * (int64_t)CLOCK_MINUTE, f);
	}
	if (!err)
		err = db_run(d->db,
		        "INSERT INTO do_not_call (e164, level, customer_id, owner_id, reason, created_at) SELECT "
		        "min(p.e164), 'customer', ?1, ?1,"
		        " 'Просил больше не звонить', ?2 FROM phone p JOIN contact c ON c.id = p.contact_id WHERE "
		        "c.closed_reason = 'do_not_call' GROUP BY p.e164",
		        VALS(V(d->customer_id), V(d->now)), NULL, f);
	return err;
}

int demo_fill(struct demo *d, struct fault *f)
{
	int err;

	d->contacts = NEW_N(d->a, int64_t, CONTACTS);
	d->people = NEW_N(d->a, int64_t, demo_people_count);
	d->dice = (struct dice){20260312};
	err = add(d,
	        "INSERT INTO customer (name, person, email, phone, created_at) VALUES ('Масла Поволжья', 'Сергей Петрович "
	        "Лапин',"
	        " 'zakazchik@demo.example', '+78432001122', ?1) RETURNING id",
	        VALS(V(d->now)), &d->customer_id, f);
	if (!err)
		err = add_people(d, f);
	if (!err)
		err = add_project(d, f);
	if (!err)
		err = project_first_things(d->db, d->project_id, f);
	if (!err)
		err = add_team(d, f);
	if (!err)
		err = add_pauses(d, f);
	if (!err)
		err = add_script(d, f);
	if (!err)
		err = add_base(d, f);
	if (!err)
		err = add_history(d, f);
	if (!err)
		err = demo_script(d, f);
	if (!err)
		err = demo_hours(d, f);
	if (!err)
		err = demo_money(d, f);
	if (!err)
		err = demo_inbound(d, f);
	return err ? err : demo_handover(d, f);
}
