/* SPDX-License-Identifier: GPL-3.0-or-later */
/* walk.c - which steps talks came through and where they ended: a roll-up kept with each result, and read as the heat of a script. */
#include "domain/role/role.h"
#include "domain/script/script_priv.h"
#include "kit/tally/tally.h"

enum { PATH_MAX_STEPS = 1000, CALLS = 0, ENDED, LOST, WON, MS, SUMS };

struct walked {
	str node;
	int64_t sums[SUMS];
};

static const struct tally_column key[] = {{"script_version_id", NULL}, {"operator_id", NULL}, {"node", NULL}},
                                 sums[] = {{"calls", NULL}, {"ended", NULL}, {"lost", NULL}, {"won", NULL}, {"ms", NULL}};
static const struct tally_table script_step = {
        .name = "script_step", .key = key, .n_key = COUNT(key), .sums = sums, .n_sums = COUNT(sums)};
_Static_assert(COUNT(sums) == SUMS, "a sum for each column");

static int bad_path(struct fault *f)
{
	return fail(f, EINVAL, "path", "path", "the path is a list of [step, answer or null, milliseconds]");
}

static int check_path(struct json path, struct fault *f)
{
	if (json_kind(path) != JSON_ARRAY || json_count(path) > PATH_MAX_STEPS)
		return bad_path(f);
	for (size_t i = 0; i < json_count(path); i++) {
		struct json at = json_at(path, i), answer = json_at(at, 1);
		int64_t ms;
		str node, label;
		if (json_kind(at) != JSON_ARRAY || json_count(at) != 3 || !json_text(json_at(at, 0), &node) ||
		        !json_int(json_at(at, 2), &ms) || (json_kind(answer) != JSON_NULL && !json_text(answer, &label)))
			return bad_path(f);
	}
	return 0;
}

static struct walked *row_of(struct walk *w, str node)
{
	size_t i = 0;

	while (i < w->n && !str_eq(w->of[i].node, node))
		i++;
	if (i == w->n)
		w->of[w->n++] = (struct walked){.node = node};
	return &w->of[i];
}

static int64_t ms_at(struct json path, size_t i, int64_t talk_ms)
{
	int64_t from = 0, to = talk_ms;

	(void)json_int(json_at(json_at(path, i), 2), &from);
	if (i + 1 < json_count(path))
		(void)json_int(json_at(json_at(path, i + 1), 2), &to);
	return from >= 0 && to > from ? to - from : 0;
}

/* Each step once a talk. A talk without success is lost at its last step that is no farewell: there it was decided. */
static void add_steps(struct walk *w, struct json graph, struct json path, int64_t talk_ms, bool won)
{
	struct walked *last = NULL, *broke = NULL;

	for (size_t i = 0; i < json_count(path); i++) {
		str id = {0};
		struct json node = json_text(json_at(json_at(path, i), 0), &id) ? graph_node(graph, id) : (struct json){0};
		if (json_kind(node) != JSON_OBJECT)
			continue;
		last = row_of(w, id);
		last->sums[CALLS] = 1;
		last->sums[WON] = won;
		last->sums[MS] += ms_at(path, i, talk_ms);
		if (!broke || !str_eq(json_get_text(node, "type"), STR("end")))
			broke = last;
	}
	if (last)
		last->sums[ENDED] = 1;
	if (broke && !won)
		broke->sums[LOST] = 1;
}

int walk_read(struct db *db, struct arena *a, str text, int64_t talk_ms, bool won, struct walk *ret, struct fault *f)
{
	struct json path, graph;
	struct val v = {0};
	int err = text.n ? json_parse(a, text, &path, f) : 0;

	ret->n = 0;
	if (err || !text.n)
		return err;
	err = check_path(path, f);
	if (!err)
		err = db_one(
		        db, a, "SELECT graph FROM script_version WHERE id = ?1", VALS(V(ret->script_version_id)), &v, 1, f);
	if (err)
		return err == ENOENT ? 0 : err;
	err = json_parse(a, val_str(v), &graph, f);
	if (err)
		return err;
	ret->of = NEW_N(a, struct walked, json_count(path) + 1);
	add_steps(ret, graph, path, talk_ms, won);
	return 0;
}

int walk_count(struct db *db, const struct walk *w, bool take_out, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; i < w->n && !err; i++) {
		const struct val at[] = {V(w->script_version_id), V(w->operator_id), V(w->of[i].node)};
		int64_t n[SUMS];
		for (int k = 0; k < SUMS; k++)
			n[k] = take_out ? -w->of[i].sums[k] : w->of[i].sums[k];
		err = tally_add(db, &script_step, at, n, f);
	}
	return err;
}

static void put_row(struct json_out *w, const struct rows *r)
{
	json_open(w, '{');
	json_member_int(w, "operator_id", rows_int(r, 0));
	json_member_text(w, "operator", rows_str(r, 1));
	json_member_text(w, "node", rows_str(r, 2));
	for (int i = 0; i < SUMS; i++)
		json_member_int(w, sums[i].name, rows_int(r, 3 + i));
	json_close(w, '}');
}

/* Each step for each operator; who comes from outside gets the sum over them, with operator 0. */
int script_steps(struct request *q)
{
	struct script_version v;
	struct rows r;
	int err = resource_find(&script_resource, q, q->id[0], &v);

	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	err = db_ask(q->db, q->a,
	        may(q->who, MAY_SEE_USERS)
	                ? "SELECT s.operator_id, u.name, s.node, s.calls, s.ended, s.lost, s.won, s.ms FROM script_step s LEFT JOIN \"user\" u "
	                  "ON u.id = s.operator_id WHERE s.script_version_id = ?1 ORDER BY u.name, s.operator_id, s.node"
	                : "SELECT 0, NULL, node, SUM(calls), SUM(ended), SUM(lost), SUM(won), SUM(ms) FROM script_step WHERE "
	                  "script_version_id = ?1 GROUP BY node ORDER BY node",
	        VALS(V(v.id)), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault)))
		put_row(&q->out, &r);
	rows_done(&r);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}
