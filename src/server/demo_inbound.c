/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demo_inbound.c - what the demonstration answers: a number from an advertisement, the menu and the queue behind it, and two people who
 * called this morning and did not wait. */
#include "base/clock.h"
#include "server/demo_priv.h"

static const char graph[] =
        "{\"start\":\"hours\",\"nodes\":["
        "{\"id\":\"hours\",\"type\":\"hours\",\"title\":\"Рабочие часы\",\"hours\":[[540,1140],[540,1140],[540,1140],[540,1140],"
        "[540,1140],null,null],\"next\":\"menu\",\"other\":\"night\",\"x\":0,\"y\":0},"
        "{\"id\":\"menu\",\"type\":\"menu\",\"title\":\"Меню\",\"words\":\"Здравствуйте! Вы позвонили в «Масла Поволжья». Чтобы сделать "
        "заказ, нажмите один. Чтобы узнать, где ваш груз, нажмите два.\",\"keys\":{\"1\":\"queue\",\"2\":\"queue\"},\"other\":\"queue\","
        "\"x\":0,\"y\":240},"
        "{\"id\":\"queue\",\"type\":\"queue\",\"title\":\"К операторам\",\"queue_id\":%lld,\"wait_s\":180,\"other\":\"night\",\"x\":0,"
        "\"y\":480},"
        "{\"id\":\"night\",\"type\":\"voicemail\",\"title\":\"Сообщение\",\"words\":\"Оставьте номер и вопрос после сигнала, утром мы "
        "перезвоним.\",\"x\":368,\"y\":240}]}";

static int add_missed(struct demo *d, size_t i, int64_t number, int64_t queue, struct fault *f)
{
	int64_t at = d->now - (int64_t)(i + 1) * 25 * CLOCK_MINUTE, waited = (int64_t)(35 + 20 * i) * CLOCK_SECOND,
	        contact = d->contacts[i * 7];
	struct val call;
	char uuid[37];
	int err;

	rand_uuid(uuid);
	err = db_one(d->db, d->a,
	        "INSERT INTO call (uuid, project_id, base_id, contact_id, mode, direction, number, number_id, queue_id, state, asked_at, answered_at, "
	        "queued_at, ended_at, cause, ended_by) SELECT ?1, project_id, base_id, contact_id, 'manual', 'in', e164, ?3, ?4, 'ended', ?5, ?5, ?5, "
	        "?6, 'abandoned', 'contact' FROM phone WHERE contact_id = ?2 RETURNING id",
	        VALS(V(str_of(uuid)), V(contact), V(number), V(queue), V(at), V(at + waited)), &call, 1, f);
	if (err)
		return err;
	return db_run(d->db,
	        "INSERT INTO missed_call (project_id, call_id, contact_id, number_id, queue_id, caller, calls, waited_ms, created_at, last_at) "
	        "SELECT project_id, id, contact_id, number_id, queue_id, number, ?2, ?3, ?4, ?4 FROM call WHERE id = ?1",
	        VALS(call, V((int64_t)i + 1), V(waited), V(at + waited)), NULL, f);
}

int demo_inbound(struct demo *d, struct fault *f)
{
	struct val queue, flow, number;
	int err = db_one(d->db, d->a,
	        "INSERT INTO queue (project_id, name, created_at) VALUES (?1, 'Заказы и вопросы', ?2) RETURNING id",
	        VALS(V(d->project_id), V(d->now)), &queue, 1, f);

	if (!err)
		err = db_one(d->db, d->a,
		        "INSERT INTO flow (project_id, name, graph, running, created_at) VALUES (?1, 'Главное меню', ?2, 1, ?3) RETURNING id",
		        VALS(V(d->project_id), V(str_printf(d->a, graph, (long long)val_int(queue))), V(d->now)), &flow, 1,
		        f);
	if (!err)
		err = db_run(d->db,
		        "INSERT INTO flow_version (project_id, flow_id, number, state, graph, approved_at, created_at) SELECT project_id, id, running, "
		        "'active', graph, created_at, created_at FROM flow WHERE id = ?1",
		        VALS(flow), NULL, f);
	if (!err)
		err = db_one(d->db, d->a,
		        "INSERT INTO number (project_id, e164, queue_id, flow_id, source, created_at) VALUES (?1, '+78432001133', ?2, ?3, "
		        "'Сайт', ?4) RETURNING id",
		        VALS(V(d->project_id), queue, flow, V(d->now)), &number, 1, f);
	for (size_t i = 0; !err && i < 2; i++)
		err = add_missed(d, i, val_int(number), val_int(queue), f);
	return err;
}
