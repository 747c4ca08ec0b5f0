/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk.c - the rows of talk figures, and which part of a recording was a talk. */
#include "domain/recording/talk.h"

#include "callflow/message.h"
#include "domain/role/role.h"

#include <math.h>

struct talk_row {
	int64_t id, call_id, project_id, operator_id, at;
	bool valid;
	int64_t talk_ms, speech_ms, contact_speech_ms;
	double share_pct;
	int64_t first_word_ms, monologue_ms, story_ms, latency_ms, latency_p90_ms, contact_latency_ms,
	        contact_latency_p90_ms;
	double switches_per_min;
	int64_t silence_ms, longest_silence_ms, overlap_count, overlap_ms, interruptions, contact_interruptions;
};

#define ENTITY struct talk_row
#define G GIVEN
#define GN (GIVEN | NULLABLE)
static const struct field fields[] = {
        F_ID(),
        F_REF(call_id, "journal", "Of which call", .flags = G),
        F_REF(project_id, "project", "Its project", .flags = G),
        F_REF(operator_id, "user", "Who spoke", .flags = GN),
        F_TIME(at, "When it was answered", .flags = G),
        F_BOOL(valid, "Over 30 s, and 3 s of speech from each: only then do the other figures say anything", .flags = G),
        F_INT(talk_ms, 0, 0, "What was looked at: without waiting and hold", .flags = G),
        F_INT(speech_ms, 0, 0, "The operator speaks", .flags = G),
        F_INT(contact_speech_ms, 0, 0, "The other side speaks", .flags = G),
        F_REAL(share_pct, 0, 100, "The operator's share of all speech, %", .flags = GN),
        F_INT(first_word_ms, 0, 0, "From the answer to the operator's first word", .flags = GN),
        F_INT(monologue_ms, 0, 0,
                "The operator's longest speech: pauses under 2 s, nothing of a second or more from the other side",
                .flags = G),
        F_INT(story_ms, 0, 0, "The same of the other side", .flags = G),
        F_INT(latency_ms, 0, 5000, "Median time from the other side's last word to the operator's answer", .flags = GN),
        F_INT(latency_p90_ms, 0, 5000, "Nine of ten answers come within", .flags = GN),
        F_INT(contact_latency_ms, 0, 5000, "Median time from the operator's last word to the other side's answer",
                .flags = GN),
        F_INT(contact_latency_p90_ms, 0, 5000, "Nine of ten answers come within", .flags = GN),
        F_REAL(switches_per_min, 0, 10000, "Changes of speaker in a minute, words under a second not counted", .flags = G),
        F_INT(silence_ms, 0, 0, "Both silent for 3 s and more, in all", .flags = G),
        F_INT(longest_silence_ms, 0, 0, "The longest of them", .flags = G),
        F_INT(overlap_count, 0, 0, "How often both spoke for half a second and more", .flags = G),
        F_INT(overlap_ms, 0, 0, "How long in all", .flags = G),
        F_INT(interruptions, 0, 0, "The operator took the word from the other side", .flags = G),
        F_INT(contact_interruptions, 0, 0, "The other side took it from the operator", .flags = G),
};
#undef ENTITY
static const struct entity talk_entity =
        ENTITY_OF(talk_row, fields, "talk", "How a talk went, from the two sides of its recording");

const struct resource talk_resource = {
        .entity = &talk_entity,
        .path = "/talk-figures",
        .read = MAY_SEE_CALLS,
        .write = MAY_SET_UP,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-at",
        .silent = true,
};

enum { SPANS_MAX = 200 };

/* The far side is somebody's from the answer, or from the moment an operator took it, but while it waits, is held or handed on. */
static bool talks(enum call_state state)
{
	return state == CALL_ANSWERED || state == CALL_CONNECTED;
}

struct spans {
	struct talk_span at[SPANS_MAX];
	size_t n;
	int64_t answered_at;
	bool open;
};

static void follow(struct spans *s, const struct message *m)
{
	if (m->call_state == CALL_ANSWERED && !s->answered_at)
		s->answered_at = m->at;
	if (!s->answered_at || talks(m->call_state) == s->open)
		return;
	if (s->open)
		s->at[s->n - 1].to_ms = m->at - s->answered_at;
	else if (s->n == SPANS_MAX)
		return;
	else
		s->at[s->n++] = (struct talk_span){m->at - s->answered_at, INT32_MAX};
	s->open = !s->open;
}

/* The recording begins with the answer. */
static int spans_of(struct db *db, struct arena *a, int64_t call_id, struct spans *ret, struct fault *f)
{
	struct message m;
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT e.body FROM call c JOIN call_event e ON e.call_uuid = c.uuid AND e.kind = 'call' WHERE c.id = ?1 "
	        "ORDER BY e.at, e.seq LIMIT 1000",
	        VALS(V(call_id)), &r, f);

	while (!err && !(err = rows_next(&r, f)))
		if (!message_decode(rows_str(&r, 0), true, a, &m, f))
			follow(ret, &m);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

int talk_figures_of(
        struct db *db, struct arena *a, int64_t call_id, const char *raw, struct talk_figures *ret, struct fault *f)
{
	struct spans s = {.n = 0};
	int err = spans_of(db, a, call_id, &s, f);

	return err ? err : talk_of_wav(raw, s.at, s.n, a, ret, f);
}

static double tenths(double x)
{
	return round(x * 10) / 10;
}

/* A figure that is there is never the 0 that means it is not. */
static struct val some(int64_t ms)
{
	return ms < 0 ? (struct val){0} : val_i(ms ? ms : 1);
}

int talk_put(struct db *db, int64_t call_id, const struct talk_figures *g, struct fault *f)
{
	const struct talk_side *o = g->side + TALK_OURS, *t = g->side + TALK_THEIRS;
	double speech = (double)(o->speech_ms + t->speech_ms), minutes = (double)g->talk_ms / 60000;

	return db_run(db,
	        "INSERT INTO talk (call_id, project_id, operator_id, at, valid, talk_ms, speech_ms, contact_speech_ms, share_pct, "
	        "first_word_ms, monologue_ms, story_ms, latency_ms, latency_p90_ms, contact_latency_ms, contact_latency_p90_ms, "
	        "switches_per_min, silence_ms, longest_silence_ms, overlap_count, overlap_ms, interruptions, contact_interruptions) "
	        "SELECT id, project_id, operator_id, COALESCE(answered_at, asked_at), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
	        "?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20 FROM call WHERE id = ?1 ON CONFLICT (call_id) DO NOTHING",
	        VALS(V(call_id), V((int64_t)g->valid), V(g->talk_ms), V(o->speech_ms), V(t->speech_ms),
	                speech > 0 ? V(tenths(100 * (double)o->speech_ms / speech)) : (struct val){0},
	                some(o->first_word_ms), V(o->monologue_ms), V(t->monologue_ms), some(o->latency_ms),
	                some(o->latency_p90_ms), some(t->latency_ms), some(t->latency_p90_ms),
	                V(minutes > 0 ? tenths((double)g->switches / minutes) : 0), V(g->silence_ms),
	                V(g->longest_silence_ms), V(g->overlaps), V(g->overlap_ms), V(o->interruptions),
	                V(t->interruptions)),
	        NULL, f);
}
