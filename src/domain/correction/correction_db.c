/* SPDX-License-Identifier: GPL-3.0-or-later */
/* correction_db.c - a correction in one transaction: the call and all that is counted from it, the row that says what was before, the record. */
#include "domain/correction/correction_priv.h"

#include "domain/callback/callback.h"
#include "domain/gate/gate.h"
#include "domain/ledger/ledger.h"
#include "kit/audit/audit.h"

int correction_last(struct db *db, struct arena *a, int64_t call_id, int64_t *ret, struct fault *f)
{
	struct val v;
	int err =
	        db_one(db, a, "SELECT COALESCE(MAX(id), 0) FROM correction WHERE call_id = ?1", VALS(V(call_id)), &v, 1, f);

	if (!err)
		*ret = val_int(v);
	return err;
}

static int read_again(struct db *db, struct arena *a, struct correcting *c, struct fault *f)
{
	struct val v[4];
	int64_t last = 0;
	int err = call_hold(db, a, c->call.id, (str){0}, f);

	if (!err && c->call.contact_id)
		err = contact_hold(db, a, c->call.contact_id, f);
	if (!err)
		err = call_find(db, a, c->call.id, (str){0}, &c->call, f);
	if (!err)
		err = correction_last(db, a, c->call.id, &last, f);
	if (!err && last != c->body->seen)
		err = fail(f, ESTALE, "seen", "stale", "somebody corrected this result meanwhile");
	if (!err)
		err = db_one(db, a, "SELECT reason, comment, counts_as, path FROM call WHERE id = ?1", VALS(V(c->call.id)),
		        v, COUNT(v), f);
	if (err)
		return err;
	c->was_reason = val_str(v[0]);
	c->was_comment = val_str(v[1]);
	c->was_counts = val_str(v[2]);
	c->path = val_str(v[3]);
	return entity_get(&result_entity, db, a, c->call.result_id, &c->was, f);
}

/* The number was listed by this result alone: with the result it goes. Who else asked for it, the subscriber above all, keeps it there. */
static int lift_number(struct db *db, struct arena *a, struct correcting *c, struct fault *f)
{
	struct by by = request_by(c->q);
	int64_t entry = 0;
	int err;

	c->lifted = false;
	if (c->was.effect != LIFE_EFFECT_DO_NOT_CALL || c->given.result.effect == LIFE_EFFECT_DO_NOT_CALL)
		return 0;
	err = list_entry_of_call(db, a, c->call.number, c->call.id, &entry, f);
	if (!err && entry)
		err = list_entry_lift(db, a, entry, &by, &c->lifted, f);
	if (err || !c->lifted || !c->call.phone_id)
		return err;
	return db_run(db, "UPDATE phone SET state = 'good', version = version + 1 WHERE id = ?1 AND state = 'refused'",
	        VALS(V(c->call.phone_id)), NULL, f);
}

/* What is said before and after -------------------------------------------------------------------------------------------- */

struct saying {
	struct json_out diff, changed;
	bool any;
};

static void say(struct saying *s, const char *key, str was, str now)
{
	json_key(&s->diff, key);
	json_open(&s->diff, '[');
	json_add_text(&s->diff, was);
	json_add_text(&s->diff, now);
	json_close(&s->diff, ']');
}

static void say_other(struct saying *s, const char *key, str was, str now)
{
	if (str_eq(was, now))
		return;
	s->any = true;
	say(s, key, was, now);
	json_add_text(&s->changed, str_of(key));
}

/* Answers this call gave, or nobody did. One that a later call gave is corrected there. */
static int say_answers(struct db *db, struct arena *a, const struct correcting *c, struct saying *s, struct fault *f)
{
	bool any = false;
	int err = 0;

	for (size_t i = 0; i < c->given.n_answers && !err; i++) {
		const struct given_answer *one = &c->given.answers[i];
		struct val v[2] = {{0}};
		err = db_one(db, a, "SELECT value, call_id FROM answer WHERE contact_id = ?1 AND field_id = ?2",
		        VALS(V(c->call.contact_id), V(one->field_id)), v, 2, f);
		err = err == ENOENT ? 0 : err;
		if (err || str_eq(val_str(v[0]), one->value))
			continue;
		if (val_str(v[0]).n && val_int(v[1]) != c->call.id)
			return fail(
			        f, EINVAL, str_z(a, one->key), "later", "a later call gave this answer: correct it there");
		say(s, str_z(a, one->key), val_str(v[0]), one->value);
		any = true;
	}
	if (any)
		json_add_text(&s->changed, STR("answers"));
	s->any |= any;
	return err;
}

static int say_all(struct db *db, struct arena *a, struct correcting *c, struct fault *f)
{
	struct text diff = {.a = a}, changed = {.a = a};
	struct saying s = {.diff = {.t = &diff}, .changed = {.t = &changed}};
	int err;

	json_open(&s.diff, '{');
	json_open(&s.changed, '[');
	if (c->was.id != c->given.result.id)
		say_other(&s, "result", str_printf(a, "%lld %.*s", (long long)c->was.id, STR_ARG(c->was.name)),
		        str_printf(a, "%lld %.*s", (long long)c->given.result.id, STR_ARG(c->given.result.name)));
	say_other(&s, "reason", c->was_reason, c->body->reason);
	say_other(&s, "comment", c->was_comment, c->body->comment);
	if (c->lifted)
		say_other(&s, "do_not_call", c->call.number, STR(""));
	json_key(&s.diff, "answers");
	json_open(&s.diff, '{');
	err = say_answers(db, a, c, &s, f);
	json_close(&s.diff, '}');
	json_close(&s.diff, '}');
	json_close(&s.changed, ']');
	if (!err && !s.any && !c->body->due_at)
		err = fail(f, EINVAL, "result_id", "nothing", "nothing is other than it was");
	c->row.diff = text_str(&diff);
	c->row.changed = text_str(&changed);
	return err;
}

/* What follows ------------------------------------------------------------------------------------------------------------- */

static int counted_as(const char *word)
{
	for (int i = 0; counts_as_words[i]; i++)
		if (str_eq(str_of(counts_as_words[i]), str_of(word)))
			return i;
	return COUNTS_NOTHING;
}

static int put_call(struct db *db, const struct correcting *c, struct fault *f)
{
	int err = call_hour_add(db, c->call.id, true, f);

	if (!err)
		err = db_run(db,
		        "UPDATE call SET result_id = ?2, reason = ?3, comment = ?4, counts_as = ?5, corrected_at = ?6, version = version + 1 "
		        "WHERE id = ?1",
		        VALS(V(c->call.id), V(c->given.result.id), V(c->body->reason), V(c->body->comment), V(c->counts),
		                V(c->q->now)),
		        NULL, f);
	return err ? err : call_hour_add(db, c->call.id, false, f);
}

/* A lead counts once: when this one was none after all, the next talk that ended as one is. */
static int next_lead(struct db *db, struct arena *a, const struct correcting *c, struct fault *f)
{
	struct val id;
	int err =
	        str_eq(c->was_counts, STR("lead")) && !str_eq(c->counts, STR("lead")) && c->call.contact_id
	                ? db_one(db, a,
	                          "SELECT l.id FROM call l JOIN result r ON r.id = l.result_id WHERE l.contact_id = ?1 AND l.id <> ?2 AND "
	                          "l.counts_as = 'nothing' AND r.counts_as = 'lead' AND l.ended_at IS NOT NULL ORDER BY l.id LIMIT 1",
	                          VALS(V(c->call.contact_id), V(c->call.id)), &id, 1, f)
	                : ENOENT;

	if (err)
		return err == ENOENT ? 0 : err;
	err = call_hour_add(db, val_int(id), true, f);
	if (!err)
		err = db_run(
		        db, "UPDATE call SET counts_as = 'lead', version = version + 1 WHERE id = ?1", VALS(id), NULL, f);
	if (!err)
		err = call_hour_add(db, val_int(id), false, f);
	return err ? err : ledger_call(db, c->call.project_id, val_int(id), f);
}

static bool won(const struct result *r)
{
	return r->counts_as != COUNTS_NOTHING && r->counts_as != COUNTS_REFUSAL;
}

/* The way through the script stays; whether it led to a goal may be other. */
static int put_walk(struct db *db, struct arena *a, const struct correcting *c, struct fault *f)
{
	struct walk before = {.script_version_id = c->call.script_version_id, .operator_id = c->call.operator_id},
	            after = before;
	int err;

	if (!c->call.connected_at || won(&c->was) == won(&c->given.result))
		return 0;
	err = walk_read(db, a, c->path, c->call.talk_ms, won(&c->was), &before, f);
	if (!err)
		err = walk_read(db, a, c->path, c->call.talk_ms, won(&c->given.result), &after, f);
	if (!err)
		err = walk_count(db, &before, true, f);
	return err ? err : walk_count(db, &after, false, f);
}

/* A promise that stood on the old result is taken back, one of the new is made: anybody's of the project. */
static int put_promise(struct db *db, struct arena *a, const struct correcting *c, struct fault *f)
{
	struct callback new = {.project_id = c->call.project_id,
	        .contact_id = c->call.contact_id,
	        .due_at = c->body->due_at,
	        .state = CALLBACK_OPEN,
	        .author_id = c->q->who->user_id,
	        .created_at = c->q->now};
	bool drops = c->was.effect == LIFE_EFFECT_CALLBACK && c->given.result.effect != LIFE_EFFECT_CALLBACK;
	int err = 0;

	if (drops || c->body->due_at)
		err = callback_settle(db, c->call.contact_id, CALLBACK_CANCELLED, c->call.id, c->q->now, f);
	return err || !c->body->due_at ? err : callback_add(db, a, &new, f);
}

static int put_number(struct db *db, struct arena *a, const struct correcting *c, const struct outcome *o, struct fault *f)
{
	if (c->was.effect == c->given.result.effect)
		return 0;
	if (c->was.effect == LIFE_EFFECT_WRONG_NUMBER && c->call.phone_id)
		return db_run(db, "UPDATE phone SET state = 'good', version = version + 1 WHERE id = ?1 AND state = 'wrong'",
		        VALS(V(c->call.phone_id)), NULL, f);
	return outcome_number(db, a, o, f);
}

static int put_contact(struct db *db, struct arena *a, const struct correcting *c, const struct outcome *o, struct fault *f)
{
	struct val last;
	int err = db_one(db, a, "SELECT last_call_id FROM contact WHERE id = ?1", VALS(V(c->call.contact_id)), &last, 1, f);

	if (!err && val_int(last) == c->call.id)
		err = put_promise(db, a, c, f);
	return err ? err : outcome_correct(db, a, o, &c->was, f);
}

/* The row, the record, and who did it. */
static int put_row(struct db *db, struct arena *a, struct correcting *c, struct fault *f)
{
	struct audit audit = {.who = c->q->who,
	        .entity = "call",
	        .verb = "corrected",
	        .row_id = c->call.id,
	        .project_id = c->call.project_id,
	        .diff = c->row.diff,
	        .peer = c->q->http->peer};
	struct val id;
	int err = db_one(db, a,
	        "INSERT INTO correction (project_id, call_id, contact_id, author_id, corrected_at, why, was_result_id, result_id, was_result, "
	        "result, was_counts_as, counts_as, changed, diff) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) "
	        "RETURNING id",
	        VALS(V(c->row.project_id), V(c->row.call_id), val_ref(c->row.contact_id), V(c->row.author_id),
	                V(c->row.corrected_at), V(c->row.why), V(c->row.was_result_id), V(c->row.result_id),
	                V(c->row.was_result), V(c->row.result), V(c->was_counts), V(c->counts), V(c->row.changed),
	                V(c->row.diff)),
	        &id, 1, f);

	if (err)
		return err;
	c->row.id = val_int(id);
	err = audit_add(db, a, &audit, c->q->now, f);
	return err ? err : ledger_call(db, c->call.project_id, c->call.id, f);
}

static void fill_row(struct correcting *c, struct arena *a)
{
	c->row = (struct correction){.project_id = c->call.project_id,
	        .call_id = c->call.id,
	        .contact_id = c->call.contact_id,
	        .author_id = c->q->who->user_id,
	        .corrected_at = c->q->now,
	        .why = c->body->why,
	        .was_result_id = c->was.id,
	        .result_id = c->given.result.id,
	        .was_result = c->was.name,
	        .result = c->given.result.name,
	        .was_counts_as = counted_as(str_z(a, c->was_counts)),
	        .counts_as = counted_as(str_z(a, c->counts)),
	        .changed = c->row.changed,
	        .diff = c->row.diff};
}

int correction_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct correcting *c = arg;
	struct outcome o;
	int err = read_again(db, a, c, f);

	if (!err)
		err = lift_number(db, a, c, f);
	if (!err)
		err = say_all(db, a, c, f);
	if (err)
		return err;
	o = (struct outcome){.call = &c->call,
	        .result = c->given.result,
	        .at = c->q->now,
	        .operator_id = c->q->who->user_id,
	        .comment = c->body->comment};
	err = outcome_counts(db, a, &o, &c->counts, f);
	if (!err)
		err = put_call(db, c, f);
	if (!err)
		err = given_answers_keep(db, &c->given, c->call.contact_id, c->call.id, c->q->now, false, f);
	if (!err)
		err = put_walk(db, a, c, f);
	if (!err)
		err = next_lead(db, a, c, f);
	if (!err)
		err = put_number(db, a, c, &o, f);
	if (!err && c->call.contact_id)
		err = put_contact(db, a, c, &o, f);
	fill_row(c, a);
	if (!err)
		err = put_row(db, a, c, f);
	return err ? err : outcome_events(db, a, &o, f);
}
