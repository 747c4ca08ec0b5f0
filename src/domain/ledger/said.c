/* SPDX-License-Identifier: GPL-3.0-or-later */
/* said.c - a call as its rows say it, as its records say it, and what the one says that the other does not. */
#include "domain/ledger/ledger_priv.h"

#include "base/parse.h"

#include <string.h>

static bool uuid_bytes(str uuid, uint8_t ret[16])
{
	char hex[33];
	size_t n = 0;

	for (size_t i = 0; i < uuid.n && n < 32; i++)
		if (uuid.p[i] != '-')
			hex[n++] = uuid.p[i];
	return n == 32 && parse_hex((str){hex, n}, ret, 16);
}

/* What this call brought: the form's answers, then the questions its flow asked. */
static int answers_of(struct db *db, struct arena *a, int64_t call_id, int64_t contact_id, str *ret, struct fault *f)
{
	struct text t = {.a = a};
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT f.key, a.value, f.position, f.id, 0 FROM answer a JOIN form_field f ON f.id = a.field_id WHERE a.contact_id = ?2 AND "
	        "a.call_id = ?1 UNION ALL SELECT 'survey.' || CAST(s.question_id AS TEXT), s.value, 0, s.question_id, 1 FROM survey_answer s "
	        "WHERE s.call_id = ?1 AND s.key IS NOT NULL AND s.value IS NOT NULL ORDER BY 5, 3, 4",
	        VALS(V(call_id), V(contact_id)), &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		text_add(&t, rows_str(&r, 0));
		text_add_char(&t, '=');
		text_add(&t, rows_str(&r, 1));
		text_add_char(&t, '\n');
	}
	rows_done(&r);
	if (t.n)
		*ret = text_str(&t);
	return err == ENOENT ? 0 : err;
}

static str pair(struct arena *a, struct val number, struct val text, bool number_first)
{
	if (text.type != VAL_TEXT)
		return (str){0};
	return number_first ? str_printf(a, "%lld %.*s", (long long)val_int(number), STR_ARG(val_str(text)))
	                    : str_printf(a, "%.*s %lld", STR_ARG(val_str(text)), (long long)val_int(number));
}

int call_as_rows(struct db *db, struct arena *a, int64_t call_id, struct call_said *ret, struct fault *f)
{
	struct call_said s = {0};
	struct val v[24];
	int err = db_one(db, a,
	        "SELECT c.uuid, c.direction, COALESCE(c.dialled_at, c.asked_at), c.ended_at, c.cause, t.attempts, c.script_version_id, "
	        "c.result_id, c.result_at, c.counts_as, c.number, t.company, n.name, r.name, c.reason, c.comment, c.operator_id, u.name, "
	        "g.sha256, g.bytes, c.contact_id, k.id, k.why, k.author_id "
	        "FROM call c LEFT JOIN contact t ON t.id = c.contact_id LEFT JOIN person n ON n.id = c.person_id LEFT JOIN result r ON r.id = "
	        "c.result_id LEFT JOIN \"user\" u ON u.id = c.operator_id LEFT JOIN recording g ON g.call_id = c.id AND g.state = 'kept' "
	        "LEFT JOIN correction k ON k.id = (SELECT MAX(id) FROM correction WHERE call_id = c.id) "
	        "WHERE c.id = ?1 AND c.dialled_at IS NOT NULL AND (c.ended_at IS NOT NULL OR c.result_at IS NOT NULL)",
	        VALS(V(call_id)), v, COUNT(v), f);

	if (err)
		return err;
	s.leaf = (struct leaf){.type = LEAF_CALL,
	        .direction = val_str(v[1]),
	        .started_at = val_int(v[2]),
	        .ended_at = val_int(v[3]),
	        .cause = val_str(v[4]),
	        .attempt = val_int(v[5]),
	        .script_id = val_int(v[6]),
	        .result_id = val_int(v[7]),
	        .result_at = val_int(v[8]),
	        .counts_as = val_int(v[7]) ? val_str(v[9]) : (str){0}};
	if (!uuid_bytes(val_str(v[0]), s.leaf.call))
		return ENOENT;
	for (int i = LOGGED_PHONE; i <= LOGGED_COMMENT; i++)
		s.value[i] = val_str(v[10 + i]);
	s.value[LOGGED_OPERATOR] = pair(a, v[16], v[17], true);
	s.value[LOGGED_RECORDING] = pair(a, v[19], v[18], false);
	s.value[LOGGED_CORRECTION] = pair(a, v[21], v[22], true);
	s.corrector = val_int(v[23]);
	if (s.leaf.result_id)
		err = answers_of(db, a, call_id, val_int(v[20]), &s.value[LOGGED_ANSWERS], f);
	if (!err)
		*ret = s;
	return err;
}

bool leaf_of_row(str leaf_text, struct arena *a, struct leaf *ret, str *ret_bytes)
{
	*ret_bytes = base64url_decode(a, leaf_text);
	return ret_bytes->p && leaf_decode(*ret_bytes, ret);
}

/* A later record says more or other; what it is silent about stays. */
static void fold(struct call_said *s, const struct leaf *l, const struct opening *o)
{
	if (!s->any)
		s->leaf = *l;
	s->any = true;
	if (l->ended_at)
		s->leaf.ended_at = l->ended_at;
	if (l->cause.n)
		s->leaf.cause = l->cause;
	if (l->result_id)
		s->leaf.result_id = l->result_id;
	if (l->result_at)
		s->leaf.result_at = l->result_at;
	if (l->counts_as.n)
		s->leaf.counts_as = l->counts_as;
	for (int f = 0; f < LEAF_FIELDS; f++) {
		if (!(l->has >> f & 1))
			continue;
		s->value[f] = o->value[f];
		s->erased = (s->erased & ~(1u << f)) | (uint32_t)(!o->value[f].p) << f;
	}
}

int call_as_records(struct db *db, struct arena *a, int64_t call_id, struct call_said *ret, struct fault *f)
{
	struct opening o;
	struct leaf l;
	struct rows r;
	str bytes;
	int err = db_ask(db, a, "SELECT leaf, opening FROM ledger_leaf WHERE call_id = ?1 AND call_id <> 0 ORDER BY seq",
	        VALS(V(call_id)), &r, f);

	*ret = (struct call_said){0};
	while (!err && !(err = rows_next(&r, f)))
		if (leaf_of_row(rows_str(&r, 0), a, &l, &bytes) && l.type != LEAF_ERASE &&
		        opening_read(rows_str(&r, 1), a, &o))
			fold(ret, &l, &o);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int64_t other(int64_t now, int64_t was)
{
	return now == was ? 0 : now;
}

static str other_text(str now, str was)
{
	return str_eq(now, was) ? (str){0} : now;
}

/* What a correction may empty; anything else is silent when it has nothing to say. */
static bool may_empty(int f)
{
	return f == LOGGED_REASON || f == LOGGED_COMMENT || f == LOGGED_ANSWERS;
}

/* What is to be said of a field: absent when it was said already. */
static str news_of(const struct call_said *rows, const struct call_said *records, int f, bool corrects)
{
	str now = rows->value[f], was = records->value[f];

	if (records->erased >> f & 1 || str_eq(now, was))
		return (str){0};
	if (now.n)
		return now;
	return corrects && may_empty(f) && was.n ? STR("") : (str){0};
}

bool call_news(const struct call_said *rows, const struct call_said *records, struct leaf *ret, str ret_values[LEAF_FIELDS])
{
	const struct leaf *now = &rows->leaf, *was = &records->leaf;
	struct leaf l = *now;
	bool any = !records->any, corrects = news_of(rows, records, LOGGED_CORRECTION, false).n;

	if (records->any) {
		l = (struct leaf){.type = LEAF_AMEND,
		        .about = was->seq,
		        .ended_at = other(now->ended_at, was->ended_at),
		        .cause = other_text(now->cause, was->cause),
		        .result_id = other(now->result_id, was->result_id),
		        .result_at = other(now->result_at, was->result_at),
		        .counts_as = other_text(now->counts_as, was->counts_as)};
		memcpy(l.call, now->call, sizeof l.call);
		l.actor = corrects ? rows->corrector : 0;
	}
	for (int f = 0; f < LEAF_FIELDS; f++) {
		ret_values[f] = news_of(rows, records, f, corrects);
		any |= ret_values[f].p != NULL;
	}
	*ret = l;
	return any || l.ended_at || l.cause.n || l.result_id || l.result_at || l.counts_as.n;
}
