/* SPDX-License-Identifier: GPL-3.0-or-later */
/* project_db.c - what keeps a project from running: the one question that joins half the house. */
#include "domain/project/project_priv.h"

/* What a new project starts with, for the PM to change: results with their reasons, and columns for the customer. */
static const struct {
	const char *name, *above, *effect, *counts_as, *hot_key;
	int64_t retry_min;
} first_results[] = {
        {"Лид", NULL, "final", "lead", "1", 0},
        {"Встреча", NULL, "final", "meeting", "2", 0},
        {"Перезвонить", NULL, "callback", "nothing", "3", 0},
        {"Презентация", NULL, "retry", "presentation", "4", 2880},
        {"Отказ", NULL, "final", "refusal", "5", 0},
        {"Не интересно", "Отказ", "final", "refusal", NULL, 0},
        {"Дорого", "Отказ", "final", "refusal", NULL, 0},
        {"Работают с другими", "Отказ", "final", "refusal", NULL, 0},
        {"Не звонить", NULL, "do_not_call", "refusal", "6", 0},
        {"Не тот номер", NULL, "wrong_number", "nothing", "7", 0},
        {"Недозвон", NULL, "retry", "nothing", "8", 180},
        {"Продажа", NULL, "final", "sale", "9", 0},
};
static const struct {
	const char *name, *type, *choices;
} first_columns[] = {
        {"Статус", "choice", "[\"новый\",\"в работе\",\"сделка\",\"не подошёл\"]"},
        {"Ответственный", "text", NULL},
        {"Комментарий", "text", NULL},
};

static int first_result(struct db *db, int64_t project_id, size_t i, struct fault *f)
{
	return db_run(db,
	        "INSERT INTO result (project_id, parent_id, position, name, effect, counts_as, retry_min, hot_key)"
	        " VALUES (?1, (SELECT id FROM result WHERE project_id = ?1 AND name = ?2), ?3, ?4, ?5, ?6, ?7, ?8)",
	        VALS(V(project_id), V(str_of(first_results[i].above)), V((int64_t)i), V(str_of(first_results[i].name)),
	                V(str_of(first_results[i].effect)), V(str_of(first_results[i].counts_as)),
	                V(first_results[i].retry_min), V(str_of(first_results[i].hot_key))),
	        NULL, f);
}

int project_first_things(struct db *db, int64_t project_id, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; !err && i < COUNT(first_results); i++)
		err = first_result(db, project_id, i, f);
	for (size_t i = 0; !err && i < COUNT(first_columns); i++)
		err = db_run(db,
		        "INSERT INTO mark_column (project_id, position, name, type, choices) VALUES (?1, ?2, ?3, ?4, ?5)",
		        VALS(V(project_id), V((int64_t)i), V(str_of(first_columns[i].name)),
		                V(str_of(first_columns[i].type)), V(str_of(first_columns[i].choices))),
		        NULL, f);
	/* What is known of the customer is where its hand-over begins. */
	if (!err)
		err = db_run(db,
		        "INSERT INTO handover (id, client_person, client_phone, client_email, site) SELECT p.id, c.person, c.phone, "
		        "c.email, c.site FROM project p JOIN customer c ON c.id = p.customer_id WHERE p.id = ?1",
		        VALS(V(project_id)), NULL, f);
	return err;
}

/* How many of each thing stand ready. One row. */
static const char *const ready_sql =
        "SELECT (SELECT count(*) FROM script_version WHERE project_id = ?1 AND state = 'active'),"
        " (SELECT count(*) FROM base WHERE project_id = ?1 AND state = 'active'),"
        " (SELECT count(*) FROM result WHERE project_id = ?1 AND archived = 0 AND effect = 'final'),"
        " (SELECT count(*) FROM member m JOIN \"user\" u ON u.id = m.user_id WHERE m.project_id = ?1 AND u.disabled = 0),"
        " (SELECT count(*) FROM trunk t JOIN project p ON p.trunk_id = t.id WHERE p.id = ?1 AND t.disabled = 0),"
        " (SELECT count(*) FROM strategy WHERE project_id = ?1 AND state = 'active')";

struct list {
	struct missing *rows;
	size_t n;
};

static void lacks(struct list *l, bool is_missing, const char *code, const char *what, const char *page)
{
	if (is_missing && l->n < MISSING_MAX)
		l->rows[l->n++] = (struct missing){code, what, page};
}

static void order_lacks(struct list *l, const struct project *p)
{
	lacks(l, !p->task.n, "task", "the customer's task", "handover");
	lacks(l, !p->offer.n, "offer", "what is offered", "handover");
	lacks(l, !p->goal.n, "goal", "the goal of a call", "handover");
	lacks(l, p->volume_dialogues == 0, "volume", "how many dialogues were ordered", "handover");
	lacks(l, !p->starts_on.n || !p->ends_on.n, "term", "the first and the last day of the term", "handover");
	lacks(l, !p->pm_id, "pm", "a project manager", "settings");
}

static bool no_hours(struct arena *a, const struct project *p)
{
	struct hours h;
	bool any = false;

	if (hours_parse(a, p->hours, &h, NULL))
		return true;
	for (int day = 0; day < 7; day++)
		any |= h.from[day] < h.to[day];
	return !any;
}

int project_by_customer(struct db *db, struct arena *a, int64_t project_id, struct fault *f)
{
	struct val v;
	int err = db_one(db, a, "SELECT customer_approves FROM project WHERE id = ?1", VALS(V(project_id)), &v, 1, f);

	if (!err && val_int(v))
		err = fail(f, EACCES, NULL, "customer_approves",
		        "the customer approves this himself: propose it to him as a change");
	return err;
}

int project_missing(
        struct db *db, struct arena *a, const struct project *p, struct missing *ret, size_t *ret_n, struct fault *f)
{
	struct list l = {.rows = ret};
	bool agentless = p->mode == MODE_AGENTLESS;
	struct val have[6];
	int err = db_one(db, a, ready_sql, VALS(V(p->id)), have, COUNT(have), f);

	if (err)
		return err;
	order_lacks(&l, p);
	lacks(&l, p->plan_per_day == 0, "plan", "a plan of dialogues per day", "settings");
	lacks(&l, !p->purpose, "purpose", "what the calls are for: it decides which rules hold", "settings");
	lacks(&l, !agentless && !val_int(have[0]), "script", "an approved script version", "script");
	lacks(&l, agentless && !p->flow_id, "flow", "which flow is heard", "settings");
	lacks(&l, p->customer_approves && !val_int(have[5]), "strategy", "a strategy the customer approved", "changes");
	lacks(&l, !val_int(have[1]), "base", "an approved base", "base");
	lacks(&l, !val_int(have[2]), "results", "a result that ends the work with a contact", "results");
	lacks(&l, !agentless && !val_int(have[3]), "members", "operators in the team", "team");
	lacks(&l, !val_int(have[4]), "trunk", "a line to dial over", "settings");
	lacks(&l, no_hours(a, p), "hours", "calling hours on at least one weekday", "settings");
	lacks(&l, p->letter_on && !p->letter_to.n, "letter_to", "an address for the evening letter", "settings");
	*ret_n = l.n;
	return 0;
}
