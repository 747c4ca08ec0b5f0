/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demo_handover.c - a second customer, whose project sales are about to hand over: what a visitor finishes himself. */
#include "domain/project/project.h"
#include "server/demo.h"
#include "server/demo_priv.h"

static int64_t person_of(const struct demo *d, const char *login)
{
	for (size_t i = 0; i < demo_people_count; i++)
		if (!strcmp(demo_people[i].login, login))
			return d->people[i];
	return 0;
}

static int add_draft(struct demo *d, int64_t customer_id, int64_t *ret, struct fault *f)
{
	struct val id;
	int err = db_one(d->db, d->a,
	        "INSERT INTO project (customer_id, name, type, offer, task, goal, volume_dialogues, created_at) VALUES (?1, ?2, "
	        "'cold_calls', ?3, ?4, ?5, 1500, ?6) RETURNING id",
	        VALS(V(customer_id), V(STR("Входные двери для застройщиков")),
	                V(STR("Входные двери с терморазрывом, партии от 50 штук, монтаж бригадами завода")),
	                V(STR("Найти в строительных компаниях того, кто выбирает двери, и договориться о расчёте")),
	                V(STR("Согласие на расчёт под объект")), V(d->now)),
	        &id, 1, f);

	if (!err)
		*ret = val_int(id);
	return err ? err : project_first_things(d->db, *ret, f);
}

int demo_handover(struct demo *d, struct fault *f)
{
	struct val customer;
	int64_t id = 0;
	int err = db_one(d->db, d->a,
	        "INSERT INTO customer (name, person, email, phone, site, created_at) VALUES ('Двери Урала', 'Наталья Игоревна "
	        "Белова', 'belova@demo.example', '+73432001133', 'dveri.demo.example', ?1) RETURNING id",
	        VALS(V(d->now)), &customer, 1, f);

	if (!err)
		err = add_draft(d, val_int(customer), &id, f);
	if (err)
		return err;
	return db_run(d->db,
	        "UPDATE handover SET sales_id = ?2, script_at_hand = 'to_make', base_at_hand = 'to_make', base_city = ?3, "
	        "base_audience = ?4, materials = ?5, decision_maker = ?6, difficulties = ?7 WHERE id = ?1",
	        VALS(V(id), V(person_of(d, "sales")), V(STR("Екатеринбург, Челябинск, Тюмень")),
	                V(STR("Застройщики и генподрядчики с объектами в работе")),
	                V(STR("Прайс и каталог пришлёт заказчик до конца недели")),
	                V(STR("Начальник снабжения или главный инженер; смотрят на срок и сертификаты")),
	                V(STR("Сезон: к октябрю завод загружен, сроки растут"))),
	        NULL, f);
}
