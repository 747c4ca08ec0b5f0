/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diff.c - what a change changes, for people: steps of script and flow with their words marked, settings with old and new, contacts that come and
 * go with a few of their names. Made once, as JSON; docs/adr/0033 has its form. */
#include "domain/base/base.h"
#include "domain/change/change_priv.h"
#include "domain/flow/call_flow.h"
#include "domain/script/script.h"

enum { SAMPLES = 5 };

static bool same_text(str a, str b)
{
	return a.n == b.n && str_eq(a, b);
}

static int put_script(struct db *db, struct arena *a, const struct change *c, struct json_out *w, struct fault *f)
{
	struct json old, now;
	struct val was[2] = {0}, new[2];
	int err = db_one(db, a, "SELECT graph, number FROM script_version WHERE project_id = ?1 AND state = 'active'",
	        VALS(V(c->project_id)), was, 2, f);

	if (err == ENOENT)
		was[0] = V(STR("{}"));
	err = err == ENOENT ? 0 : err;
	if (!err)
		err = db_one(db, a, "SELECT graph, number FROM script_version WHERE id = ?1", VALS(V(c->script_version_id)),
		        new, 2, f);
	if (!err)
		err = json_parse(a, val_str(was[0]), &old, f);
	if (!err)
		err = json_parse(a, val_str(new[0]), &now, f);
	if (err)
		return err;
	json_key(w, "script");
	json_open(w, '{');
	json_key(w, "from");
	if (val_int(was[1]))
		json_add_int(w, val_int(was[1]));
	else
		json_add_null(w);
	json_member_int(w, "to", val_int(new[1]));
	script_diff(a, old, now, w);
	json_close(w, '}');
	return 0;
}

/* Base ----------------------------------------------------------------------------------------------------------------- */

static int put_samples(struct db *db, struct arena *a, const char *sql, int64_t id, struct json_out *w, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a, sql, VALS(V(id), V((int64_t)SAMPLES)), &r, f);

	json_key(w, "samples");
	json_open(w, '[');
	while (!err && !(err = rows_next(&r, f))) {
		json_open(w, '{');
		json_member_text(w, "company", rows_str(&r, 0));
		json_member_text(w, "city", rows_str(&r, 1));
		json_close(w, '}');
	}
	rows_done(&r);
	json_close(w, ']');
	return err == ENOENT ? 0 : err;
}

static int put_count(
        struct db *db, struct arena *a, const char *key, const char *sql, int64_t id, struct json_out *w, struct fault *f)
{
	struct val n;
	int err = db_one(db, a, sql, VALS(V(id)), &n, 1, f);

	if (!err)
		json_member_int(w, key, val_int(n));
	return err;
}

static int put_text(
        struct db *db, struct arena *a, const char *key, const char *sql, int64_t id, struct json_out *w, struct fault *f)
{
	struct val v = {0};
	int err = db_one(db, a, sql, VALS(V(id)), &v, 1, f);

	json_member_text(w, key, val_str(v));
	return err == ENOENT ? 0 : err;
}

#define NAME_OF_BASE "SELECT name FROM base WHERE id = ?1"

static int put_base(struct db *db, struct arena *a, const struct change *c, struct json_out *w, struct fault *f)
{
	bool part = c->import_id != 0;
	int64_t id = part ? c->import_id : c->base_id;
	int err;

	json_key(w, "base");
	json_open(w, '{');
	err = put_text(db, a, "name",
	        part ? "SELECT b.name FROM base b JOIN import i ON i.base_id = b.id WHERE i.id = ?1" : NAME_OF_BASE, id, w,
	        f);
	if (!err)
		err = put_text(db, a, "file", "SELECT file_name FROM import WHERE id = ?1", c->import_id, w, f);
	if (!err)
		err = put_count(db, a, "added",
		        part ? "SELECT COUNT(*) FROM contact WHERE import_id = ?1"
		             : "SELECT COALESCE(SUM(contacts), 0) FROM contact_state WHERE base_id = ?1 AND state <> 'hidden'",
		        id, w, f);
	if (!err)
		err = put_samples(db, a,
		        part ? "SELECT company, city FROM contact WHERE import_id = ?1 ORDER BY id LIMIT ?2"
		             : "SELECT company, city FROM contact WHERE base_id = ?1 AND state <> 'hidden' ORDER BY id LIMIT ?2",
		        id, w, f);
	if (!err)
		err = put_text(db, a, "retired", NAME_OF_BASE, c->retires_base_id, w, f);
	if (!err)
		err = put_count(db, a, "removed",
		        "SELECT COALESCE(SUM(contacts), 0) FROM contact_state WHERE base_id = ?1 AND state IN ('fresh', 'due', "
		        "'reserved')",
		        c->retires_base_id, w, f);
	json_close(w, '}');
	return err;
}

/* Strategy --------------------------------------------------------------------------------------------------------------- */

static void put_value(const struct field *field, const struct strategy *s, struct json_out *w)
{
	struct val v = s ? field_load(field, s) : (struct val){0};

	if (v.type != VAL_NULL && field->type == FIELD_JSON)
		json_add_raw(w, val_str(v));
	else if (v.type == VAL_INT)
		json_add_int(w, v.u.i);
	else
		json_add_text(w, val_str(v));
}

/* old NULL: there was none. */
static void put_setting(const char *name, const struct strategy *old, const struct strategy *new, struct json_out *w)
{
	const struct field *field = shape_field(&strategy_entity.shape, str_of(name));
	struct val was = old ? field_load(field, old) : (struct val){0}, is = field_load(field, new);

	if (old && was.type == is.type && (was.type == VAL_INT ? was.u.i == is.u.i : same_text(val_str(was), val_str(is))))
		return;
	json_open(w, '{');
	json_member_text(w, "field", str_of(name));
	json_key(w, "old");
	put_value(field, old, w);
	json_key(w, "new");
	put_value(field, new, w);
	json_close(w, '}');
}

static int put_strategy(struct db *db, struct arena *a, const struct change *c, struct json_out *w, struct fault *f)
{
	static const char *const names[] = {"mode", "hours", "attempts_total", "attempts_day", "attempts_week",
	        "attempt_gap_min", "takes_first", "promised_when", "fresh_by", "goal", "offer"};
	struct strategy old, new;
	struct project p;
	struct val any;
	int err = entity_get(&project_entity, db, a, c->project_id, &p, f);

	if (!err)
		err = entity_get(&strategy_entity, db, a, c->strategy_id, &new, f);
	if (!err)
		err = db_one(db, a, "SELECT COUNT(*) FROM strategy WHERE project_id = ?1 AND state = 'active'",
		        VALS(V(c->project_id)), &any, 1, f);
	if (err)
		return err;
	old = strategy_of(&p);
	json_key(w, "strategy");
	json_open(w, '[');
	for (size_t i = 0; i < COUNT(names); i++)
		put_setting(names[i], val_int(any) ? &old : NULL, &new, w);
	json_close(w, ']');
	return 0;
}

static int put_flow(struct db *db, struct arena *a, const struct change *c, struct json_out *w, struct fault *f)
{
	int err;

	json_key(w, "flow");
	json_open(w, '{');
	err = flow_diff(db, a, c->flow_version_id, 0, w, f);
	json_close(w, '}');
	return err;
}

int change_diff(struct db *db, struct arena *a, const struct change *c, str *ret, struct fault *f)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};
	int err = 0;

	json_open(&w, '{');
	if (c->script_version_id)
		err = put_script(db, a, c, &w, f);
	if (!err && (c->base_id || c->import_id || c->retires_base_id))
		err = put_base(db, a, c, &w, f);
	if (!err && c->strategy_id)
		err = put_strategy(db, a, c, &w, f);
	if (!err && c->flow_version_id)
		err = put_flow(db, a, c, &w, f);
	json_close(&w, '}');
	if (!err)
		*ret = text_str(&t);
	return err;
}
