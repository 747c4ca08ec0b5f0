/* SPDX-License-Identifier: GPL-3.0-or-later */
/* effect.c - what a change brought: from dialogue to lead, in the calls before it and in its own. */
#include "domain/change/change_priv.h"
#include "domain/script/script.h"

static int side_of(
        struct db *db, struct arena *a, int64_t project_id, int64_t change_id, struct change_side *ret, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        change_id
	                ? "SELECT COUNT(*), COUNT(CASE WHEN counts_as = 'lead' THEN 1 END) FROM call WHERE project_id = ?1 AND "
	                  "change_id = ?2 AND is_dialogue = 1 AND direction = 'out'"
	                : "SELECT COUNT(*), COUNT(CASE WHEN counts_as = 'lead' THEN 1 END) FROM call WHERE project_id = ?1 AND "
	                  "change_id IS NULL AND ?2 = 0 AND is_dialogue = 1 AND direction = 'out'",
	        VALS(V(project_id), V(change_id)), v, 2, f);

	if (!err)
		*ret = (struct change_side){val_int(v[0]), val_int(v[1])};
	return err;
}

void change_compare(struct change_effect *e)
{
	e->both = e->before.dialogues > 0 && e->after.dialogues > 0;
	if (e->both)
		e->d = shares_compare(e->before.leads, e->before.dialogues, e->after.leads, e->after.dialogues);
}

int change_effect_of(struct db *db, struct arena *a, int64_t change_id, struct change_effect *ret, struct fault *f)
{
	struct val v[5];
	int err = db_one(db, a,
	        "SELECT project_id, before_id, number, title, applied_at FROM change WHERE id = ?1 AND applied_at IS NOT NULL",
	        VALS(V(change_id)), v, COUNT(v), f);

	*ret = (struct change_effect){0};
	if (!err) {
		*ret = (struct change_effect){.number = val_int(v[2]), .title = val_str(v[3]), .applied_at = val_int(v[4])};
		err = side_of(db, a, val_int(v[0]), val_int(v[1]), &ret->before, f);
	}
	if (!err)
		err = side_of(db, a, val_int(v[0]), change_id, &ret->after, f);
	if (!err)
		change_compare(ret);
	return err == ENOENT ? 0 : err;
}

static void put_side(struct json_out *w, const char *key, const struct change_side *s)
{
	json_key(w, key);
	json_open(w, '{');
	json_member_int(w, "dialogues", s->dialogues);
	json_member_int(w, "leads", s->leads);
	json_close(w, '}');
}

int change_effects(struct db *db, struct arena *a, int64_t project_id, struct change_effect *ret, size_t max, size_t *ret_n,
        struct fault *f)
{
	int64_t *ids = NEW_N(a, int64_t, max);
	size_t n = 0;
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT id FROM change WHERE project_id = ?1 AND applied_at IS NOT NULL ORDER BY applied_at DESC, id DESC LIMIT ?2",
	        VALS(V(project_id), V((int64_t)max)), &r, f);

	while (!err && n < max && !(err = rows_next(&r, f)))
		ids[n++] = rows_int(&r, 0);
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < n && !err; i++)
		err = change_effect_of(db, a, ids[n - 1 - i], &ret[i], f);
	if (!err)
		*ret_n = n;
	return err;
}

static void put_effect(struct json_out *w, const struct change_effect *e)
{
	json_open(w, '{');
	put_side(w, "before", &e->before);
	put_side(w, "after", &e->after);
	json_key(w, "difference");
	if (e->both) {
		json_open(w, '{');
		json_key(w, "low");
		json_add_real(w, e->d.low);
		json_key(w, "high");
		json_add_real(w, e->d.high);
		json_key(w, "decided");
		json_add_bool(w, e->d.decided);
		json_member_int(w, "needed", e->d.needed);
		json_close(w, '}');
	} else {
		json_add_null(w);
	}
	json_close(w, '}');
}

int change_effect_route(struct request *q)
{
	struct change_effect e;
	struct change c;
	int err = resource_find(&change_resource, q, q->id[0], &c);

	if (!err)
		err = change_effect_of(q->db, q->a, c.id, &e, &q->fault);
	if (!err)
		put_effect(&q->out, &e);
	return err;
}

/* Calls of one version, whenever they were. */
static int version_side(struct request *q, int64_t project_id, int64_t version_id, struct change_side *ret)
{
	struct val v[2];
	int err = db_one(q->db, q->a,
	        "SELECT COALESCE(SUM(dialogues), 0), COALESCE(SUM(leads), 0) FROM call_day WHERE project_id = ?1 AND script_version_id = ?2 AND "
	        "direction = 'out'",
	        VALS(V(project_id), V(version_id)), v, 2, &q->fault);

	if (err)
		return err;
	ret->dialogues = val_int(v[0]);
	ret->leads = val_int(v[1]) < ret->dialogues ? val_int(v[1]) : ret->dialogues;
	return 0;
}

/* A version that was approved without a change has none to be looked at: its calls beside those of the one approved before it. */
int script_effect_route(struct request *q)
{
	struct script_version after;
	struct change_effect e = {0};
	struct val before;
	int err = resource_find(&script_resource, q, q->id[0], &after);

	if (!err)
		err = version_side(q, after.project_id, after.id, &e.after);
	if (err)
		return err;
	err = db_one(q->db, q->a,
	        "SELECT id FROM script_version WHERE project_id = ?1 AND approved_at < ?2 ORDER BY approved_at DESC, id DESC LIMIT 1",
	        VALS(V(after.project_id), V(after.approved_at)), &before, 1, &q->fault);
	if (!err)
		err = version_side(q, after.project_id, val_int(before), &e.before);
	if (err && err != ENOENT)
		return err;
	change_compare(&e);
	put_effect(&q->out, &e);
	return 0;
}
