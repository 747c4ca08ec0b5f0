/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue.c - fields and rules of queues and of those who serve them. */
#include "domain/queue/queue.h"

#include "domain/queue/place.h"
#include "domain/queue/ticket.h"
#include "domain/role/role.h"

enum { ANNOUNCE_MIN_S = 20, ACCEPT_MIN_S = 5 };

#define ENTITY struct queue
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "Its project", .flags = REQUIRED | FIXED),
        F_STR(name, 1, 100, "Its name, unique in the project", .flags = REQUIRED | SEARCHED),
        F_INT(priority, 0, 9, "Of several queues an operator serves: one step is worth a minute of waiting"),
        F_INT(target_s, 0, 3600, "Answered within this is in time, s; near its end a call goes before others; 0: no target"),
        F_INT(max_wait_s, 10, 7200, "Longer nobody waits, s"),
        F_INT(level, 1, QUEUE_LEVEL_MAX, "The skill an operator needs at first"),
        F_INT(relax_s, 0, 3600, "After each of these one level of skill less is enough, s; 0: never"),
        F_WORD(choice, queue_choice_names,
                "Which of the free operators: longest idle, most skilled, least busy today, each in his turn, by lot, or at five of them at once"),
        F_BOOL(offers_callback, "Who waits long is offered to be called back and keeps his place: he presses 1"),
        F_INT(offer_wait_s, 10, 7200, "It is offered when the expected wait is longer, s"),
        F_INT(offer_place, 0, 1000, "Or to who stands behind this place; 0: whatever the place"),
        F_STR(offer_words, 1, 1000, "What he hears then; it must name the key 1; null: the usual words",
                .flags = NULLABLE | UNSORTED),
        F_INT(announce_s, 0, 600, "So often who waits hears his place and the expected wait, s, from 20 on; 0: never"),
        F_INT(accept_s, 0, 60,
                "So long it rings at an operator before he is taken for away and it is another's, s, from 5 on; 0: he speaks at once"),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
};
#undef ENTITY
#define ENTITY struct queue_member
static const struct field member_fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(project_id, "project", "The queue's project", .flags = GIVEN),
        F_REF(queue_id, "queue", "The queue", .flags = REQUIRED | FIXED),
        F_REF(user_id, "user", "Who serves it", .flags = REQUIRED | FIXED),
        F_INT(level, 1, QUEUE_LEVEL_MAX, "His skill"),
        F_TIME(created_at, "Since when", .flags = GIVEN),
};
#undef ENTITY
const struct entity queue_entity = ENTITY_OF(queue, fields, "queue", "Where people who call wait for an operator");
const struct entity queue_member_entity =
        ENTITY_OF(queue_member, member_fields, "queue_member", "Who serves a queue; without any, all of its project do");

static void fill(struct request *q, void *new)
{
	struct queue *row = new;

	row->target_s = 20;
	row->max_wait_s = 600;
	row->level = 1;
	row->relax_s = 30;
	row->offer_wait_s = 120;
	row->offer_place = 5;
	row->created_at = q->now;
}

/* Is it a step of one of its project's flows, as they run or are to run? */
static int check_flows(struct request *q, const struct queue *was)
{
	struct rows r;
	struct json doc, nodes;
	bool used = false;
	int err = db_ask(q->db, q->a,
	        "SELECT graph FROM flow_version WHERE project_id = ?1 AND state IN ('proposed', 'approved', 'active') LIMIT 1000",
	        VALS(V(was->project_id)), &r, &q->fault);

	while (!err && !used && !(err = rows_next(&r, &q->fault))) {
		err = json_parse(q->a, rows_str(&r, 0), &doc, &q->fault);
		nodes = json_get(doc, "nodes");
		for (size_t i = 0; !err && i < json_count(nodes); i++)
			used |= json_get_int(json_at(nodes, i), "queue_id", 0) == was->id;
	}
	rows_done(&r);
	if (used)
		return fail(&q->fault, EEXIST, NULL, "in_use", "flows lead to this queue");
	return err == ENOENT ? 0 : err;
}

static int check_times(struct request *q, const struct queue *new)
{
	if (new->announce_s &&new->announce_s < ANNOUNCE_MIN_S)
		return fail(&q->fault, EINVAL, "announce_s", "range", "every %d s at most, or 0: never", ANNOUNCE_MIN_S);
	if (new->accept_s &&new->accept_s < ACCEPT_MIN_S)
		return fail(
		        &q->fault, EINVAL, "accept_s", "range", "for %d s at least, or 0: he speaks at once", ACCEPT_MIN_S);
	if (!new->accept_s &&new->choice == QUEUE_RING_ALL)
		return fail(&q->fault, EINVAL, "accept_s", "missing",
		        "what rings at several at once must be taken by one of them");
	return 0;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct queue *was = old;
	struct val used[2];
	int err;

	if (new)
		return check_times(q, new);
	err = db_one(q->db, q->a,
	        "SELECT (SELECT COUNT(*) FROM number WHERE queue_id = ?1), (SELECT COUNT(*) FROM queue_place WHERE queue_id = ?1 AND left_at "
	        "IS NULL)",
	        VALS(V(was->id)), used, COUNT(used), &q->fault);
	if (!err && val_int(used[0]))
		err = fail(&q->fault, EEXIST, NULL, "in_use", "numbers lead to this queue");
	else if (!err && val_int(used[1]))
		err = fail(&q->fault, EEXIST, NULL, "in_use", "people wait in this queue, or for the call it promised them");
	return err ? err : check_flows(q, was);
}

static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct queue *was = old;

	(void)q;
	return new ? 0 : db_run(db, "DELETE FROM queue_member WHERE queue_id = ?1", VALS(V(was->id)), NULL, f);
}

static const struct resource queue_resource = {
        .entity = &queue_entity,
        .path = "/projects/{project_id}/queues",
        .read = MAY_SEE_PROJECTS,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "name",
        .check = check,
        .changed = changed,
        .fill = fill,
};

static void member_fill(struct request *q, void *new)
{
	struct queue_member *m = new;

	m->level = 1;
	m->created_at = q->now;
}

static int member_check(struct request *q, const void *old, void *new)
{
	struct queue_member *m = new;
	struct val project;
	int err = 0;

	if (!m || old)
		return 0;
	err = db_one(
	        q->db, q->a, "SELECT project_id FROM queue WHERE id = ?1", VALS(V(m->queue_id)), &project, 1, &q->fault);
	m->project_id = val_int(project);
	return err;
}

static const struct resource member_resource = {
        .entity = &queue_member_entity,
        .path = "/queues/{queue_id}/members",
        .read = MAY_SEE_FLOOR,
        .write = MAY_RUN_PROJECT,
        .remove = MAY_RUN_PROJECT,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-level,id",
        .check = member_check,
        .fill = member_fill,
};

static int member_rows(struct db *db, struct arena *a, struct message_rows *ret, struct fault *f)
{
	struct message *rows = NEW_N(a, struct message, MESSAGE_ROWS_MAX);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT m.queue_id, m.user_id, m.level FROM queue_member m JOIN project p ON p.id = m.project_id WHERE p.state = "
	        "'running' ORDER BY m.id LIMIT 2000",
	        NO_VALS, &r, f);

	while (!err && !(err = rows_next(&r, f)))
		rows[n++] = (struct message){.kind = ROW_MEMBER,
		        .queue = rows_int(&r, 0),
		        .operator_id = rows_int(&r, 1),
		        .level = rows_int(&r, 2)};
	rows_done(&r);
	*ret = (struct message_rows){rows, n};
	return err == ENOENT ? 0 : err;
}

/* The usual words of an offer, and of thanks to who takes it, in the project's language. */
static void offer_words(bool english, struct message *row)
{
	if (row->offer_ms && !row->words.n)
		row->words =
		        english ? STR("All operators are busy. Press 1 and we will call you back: you keep your place.")
		                : STR("Все операторы заняты. Нажмите один, и мы перезвоним вам сами: ваше место в очереди сохранится.");
	row->text = english ? STR("Thank you. We will call you as soon as your turn comes.")
	                    : STR("Спасибо. Мы перезвоним, как только подойдёт ваша очередь.");
}

int queue_rows(
        struct db *db, struct arena *a, struct message_rows *ret_queues, struct message_rows *ret_members, struct fault *f)
{
	struct message *rows = NEW_N(a, struct message, MESSAGE_ROWS_MAX);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT q.id, q.project_id, q.priority, q.target_s, q.max_wait_s, q.level, q.relax_s, q.choice, q.offers_callback, "
	        "q.offer_wait_s, q.offer_place, q.offer_words, q.announce_s, p.language, q.accept_s FROM queue q JOIN "
	        "project p ON p.id = q.project_id WHERE p.state = 'running' ORDER BY q.id LIMIT 2000",
	        NO_VALS, &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		bool offers = rows_int(&r, 8);
		rows[n] = (struct message){.kind = ROW_QUEUE,
		        .queue = rows_int(&r, 0),
		        .project = rows_int(&r, 1),
		        .priority = rows_int(&r, 2),
		        .target_ms = rows_int(&r, 3) * 1000,
		        .wait_ms = rows_int(&r, 4) * 1000,
		        .level = rows_int(&r, 5),
		        .relax_ms = rows_int(&r, 6) * 1000,
		        .choice = call_word(queue_choice_names, rows_str(&r, 7)),
		        .accept_ms = rows_int(&r, 14) * 1000,
		        .announce_ms = rows_int(&r, 12) * 1000,
		        .voice = rows_int(&r, 12) ? str_copy(a, rows_str(&r, 13)) : (str){0},
		        .offer_ms = offers ? rows_int(&r, 9) * 1000 : 0,
		        .offer_place = offers ? rows_int(&r, 10) : 0,
		        .words = offers ? str_copy(a, rows_str(&r, 11)) : (str){0}};
		offer_words(str_eq(rows_str(&r, 13), STR("en")), rows + n++);
	}
	rows_done(&r);
	if (err != ENOENT)
		return err;
	*ret_queues = (struct message_rows){rows, n};
	return member_rows(db, a, ret_members, f);
}

static const struct resource *const resources[] = {&queue_resource, &member_resource, &queue_ticket_resource, NULL};
const struct module queue_module = {.name = "queue", .resources = resources, .routes = queue_routes};
