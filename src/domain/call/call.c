/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call.c - the journal: a row per dialled call, with the contact as a person wants to read it. */
#include "domain/call/call_priv.h"

#include "domain/call/sound.h"
#include "domain/disposition/disposition.h"
#include "domain/role/role.h"

struct journal {
	int64_t id;
	str uuid;
	int64_t project_id, customer_id, base_id, contact_id;
	str company, industry, activity, city, address, fax, email, person;
	int64_t operator_id;
	str operator_name;
	int direction, mode;
	str number;
	int64_t trunk_id, script_version_id;
	int state;
	int64_t asked_at, dialled_at, ringing_at, answered_at, connected_at, ended_at;
	int cause;
	int64_t sip_code;
	int ended_by;
	int64_t talk_ms, wrap_ms;
	bool is_dialogue;
	int64_t result_id;
	str result;
	int counts_as;
	int64_t result_at, corrected_at;
	str reason, comment, path;
	int64_t recording_id, recording_ms;
	double share_pct;
	int64_t monologue_ms, silence_ms, interruptions;
	double mos;
	int64_t rating;
	bool rejected;
	int64_t told_at;
};
static const char *const directions[] = {"out", "in", NULL};

#define ENTITY struct journal
#define G GIVEN
#define GN (GIVEN | NULLABLE)
static const struct field fields[] = {
        F_ID(),
        F_STR(uuid, 36, 36, "The same on the line, in recordings and logs", .flags = G),
        F_REF(project_id, "project", "Its project", .flags = G),
        F_REF(customer_id, "customer", "The project's customer", .flags = G),
        F_REF(base_id, "base", "The contact's base", .flags = GN),
        F_REF(contact_id, "contact", "Who was called; null: a number typed by hand", .flags = GN),
        F_STR(company, 0, 300, "The contact's company", .flags = GN | SEARCHED),
        F_STR(industry, 0, 300, "Its industry", .flags = GN),
        F_STR(activity, 0, 1000, "Its activity", .flags = GN),
        F_STR(city, 0, 200, "Its city", .flags = GN),
        F_STR(address, 0, 500, "Its address", .flags = GN | UNSORTED),
        F_STR(fax, 0, 200, "Its fax", .flags = GN | UNSORTED),
        F_STR(email, 0, 254, "Its e-mail", .flags = GN),
        F_STR(person, 0, 200, "The person called", .flags = GN | SEARCHED),
        F_REF(operator_id, "user", "Who spoke", .flags = GN),
        F_STR(operator_name, 0, 200, "His name", .flags = GN),
        F_WORD(direction, directions, "Out or in", .flags = G),
        F_WORD(mode, project_modes, "How it was dialled", .flags = G),
        F_STR(number, 0, 40, "The number dialled", .flags = G | SEARCHED),
        F_REF(trunk_id, "trunk", "By which trunk", .flags = GN),
        F_REF(script_version_id, "script_version", "With which script", .flags = GN),
        F_WORD(state, call_state_names, "Where it is", .flags = G),
        F_TIME(asked_at, "When it was asked for", .flags = G),
        F_TIME(dialled_at, "When it was dialled", .flags = GN),
        F_TIME(ringing_at, "When it rang", .flags = GN),
        F_TIME(answered_at, "When it was answered", .flags = GN),
        F_TIME(connected_at, "When the talk began", .flags = GN),
        F_TIME(ended_at, "When it ended", .flags = GN),
        F_WORD(cause, call_cause_names, "Why it ended", .flags = GN),
        F_INT(sip_code, 0, 999, "The carrier's last answer", .flags = GN),
        F_WORD(ended_by, call_party_names, "Who ended it", .flags = GN),
        F_INT(talk_ms, 0, 0, "Length of the talk", .flags = G),
        F_INT(wrap_ms, 0, 0, "Time from its end to the result", .flags = G),
        F_BOOL(is_dialogue, "The talk lasted at least the project's threshold", .flags = G),
        F_REF(result_id, "result", "What it ended with", .flags = GN),
        F_STR(result, 0, 100, "Its name", .flags = GN),
        F_WORD(counts_as, counts_as_words, "What it counts as", .flags = G),
        F_TIME(result_at, "When the result was saved", .flags = GN),
        F_TIME(corrected_at, "When the result was last corrected", .flags = GN),
        F_STR(reason, 0, 300, "The result's reason", .flags = GN),
        F_STR(comment, 0, 4000, "The operator's comment", .flags = GN | SEARCHED | UNSORTED),
        F_JSON(path, NULL, "Steps of the script walked", .flags = GN | UNSORTED | UNLISTED),
        F_REF(recording_id, "recording", "Its recording", .flags = GN),
        F_INT(recording_ms, 0, 0, "Length of the recording", .flags = GN),
        F_REAL(share_pct, 0, 100, "The operator's share of all speech, %; null: too short to say", .flags = GN),
        F_INT(monologue_ms, 0, 0, "The operator's longest speech", .flags = GN),
        F_INT(silence_ms, 0, 0, "Both silent for 3 s and more", .flags = GN),
        F_INT(interruptions, 0, 0, "The operator took the word from the other side", .flags = GN),
        F_REAL(mos, 1, 5, "Estimate of its sound on the worst way, 1 to 4.4; null: too little to say", .flags = GN),
        F_INT(rating, 1, 9, "What the customer pressed when he was asked about the talk; null: nothing", .flags = GN),
        F_BOOL(rejected, "A lead the customer rejected: no act counts it", .flags = G),
        F_TIME(told_at, "When our voice had told that the talk is recorded", .flags = GN),
};
#undef ENTITY
const struct entity journal_entity = ENTITY_OF(journal, fields, "journal", "A dialled call");

static const struct resource journal_resource = {
        .entity = &journal_entity,
        .path = "/calls",
        .read = MAY_SEE_CALLS,
        .write = MAY_SET_UP,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-asked_at",
        .silent = true,
};

/* The life of a call as tel told it. */
static int call_events(struct request *q)
{
	struct journal row;
	struct rows r;
	int err = resource_find(&journal_resource, q, q->id[0], &row);

	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	err = db_ask(q->db, q->a, "SELECT body FROM call_event WHERE call_uuid = ?1 ORDER BY at, seq LIMIT 500",
	        VALS(V(row.uuid)), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault)))
		json_add_raw(&q->out, rows_str(&r, 0));
	rows_done(&r);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}

static const struct route routes[] = {
        {HTTP_GET, "/calls/{id}/events", MAY_SEE_CALLS, call_events, "What happened in the call, as the telephone told it",
                .gives_raw = "application/json"},
        {HTTP_GET, "/projects/{id}/ratings", MAY_SEE_CALLS, call_ratings,
                "How customers rated the talks of each operator, since and until moments in UTC milliseconds (the last 30 days)",
                .gives_raw = "application/json", .schema = RATINGS_SCHEMA},
        {0},
};
static const struct resource *const resources[] = {&journal_resource, &sound_resource, NULL};
const struct module call_module = {.name = "call", .resources = resources, .routes = routes};
