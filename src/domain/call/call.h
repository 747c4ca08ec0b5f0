/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call.h - a call as app keeps it: the mirror of what tel said, with its effect on the contact and on the roll-ups, always in the
 * transaction of the event; and the journal, a row per dialled call. Functions here run in a writing closure unless said otherwise. */
#ifndef DOMAIN_CALL_CALL_H
#define DOMAIN_CALL_CALL_H

#include "callflow/message.h"
#include "domain/contact/contact.h"
#include "domain/gate/gate.h"

struct call_row {
	int64_t id, project_id, base_id, contact_id, phone_id, person_id, operator_id, trunk_id, script_version_id,
	        change_id;
	str uuid, number, caller, dialog, tel_boot; /* caller: what the called party sees */
	enum call_state state;
	enum call_cause cause;
	int mode;
	int64_t asked_at, dialled_at, ringing_at, answered_at, connected_at, ended_at, talk_ms, result_id, result_at;
	bool is_dialogue;
	str comment, draft, idempotency_key;
	bool incoming; /* number is the caller's then, empty when he hides it */
	int64_t number_id, queue_id, queued_at;
	int64_t flow_result_id; /* what its flow says it ends with; 0: nothing */
	/* The operator left: the far side was asked on, or waits in a queue since then; 0: the talk ends with the call. */
	int64_t talk_ended_at;
	int64_t queued_by; /* the operator who gave his talk to a queue; 0: nobody did */
	int64_t ticket_id; /* dialled for this ticket (domain/queue/ticket.h); 0: none */
};
extern const struct entity journal_entity;
extern const struct module call_module;

/* By id, or by uuid when id is 0. ENOENT. Reads only. */
int call_find(struct db *db, struct arena *a, int64_t id, str uuid, struct call_row *ret, struct fault *f) MUST_USE;
/* Nobody else changes this row until the transaction ends: before reading what a write depends on (SQLite has one writer anyway). */
int call_hold(struct db *db, struct arena *a, int64_t id, str uuid, struct fault *f) MUST_USE;
int contact_hold(struct db *db, struct arena *a, int64_t contact_id, struct fault *f) MUST_USE;
/* A new call in the state asked; sets its id. uuid, project_id, contact_id, phone_id, operator_id, number, mode, asked_at … are given. */
int call_make(struct db *db, struct arena *a, struct call_row *c, struct fault *f) MUST_USE;
/* The dial command goes out when this is committed: counts as an attempt of the contact, in its own day. Over
 * trunk_id, from caller. */
int call_dialled(struct db *db, struct arena *a, struct call_row *c, const char day[11], str tel_boot, int64_t now,
        struct fault *f) MUST_USE;
/* Note an event of tel. *ret_new false: it was stored before, and nothing more is to be done. */
int call_event_note(struct db *db, struct arena *a, const struct message *m, bool *ret_new, struct fault *f) MUST_USE;
/* EV_CALL, EV_DIALOG and EV_ROUTE. An event of an ended or unknown call changes nothing. ret gets the call as it is then; id 0: unknown. */
int call_follow(struct db *db, struct arena *a, const struct message *m, struct call_row *ret, struct fault *f) MUST_USE;

/* EV_TOLD: the far side has heard that it is recorded. */
int call_told(struct db *db, const struct message *m, struct fault *f) MUST_USE;

struct call_end {
	enum call_cause cause;
	enum call_party by;
	int64_t sip_code, at;
};
/* The end, once: moments, dialogue, roll-ups, and the contact given back unless a talk waits for its result. */
int call_finish(struct db *db, struct arena *a, struct call_row *c, const struct call_end *e, struct fault *f) MUST_USE;
/* Give the contact of an ended call without a result back to its base, by the cause. Nothing when it is not held by this call. */
int call_release(struct db *db, struct arena *a, const struct call_row *c, int64_t now, struct fault *f) MUST_USE;

/* The contact changes hands: state, attempts and reservation, with the roll-up of states. holder: the call that reserves it, 0: none. */
int contact_put(struct db *db, const struct gate_contact *was, const struct life *l, int64_t holder, int64_t until,
        struct fault *f) MUST_USE;
/* Reserve a waiting contact for a call. EALREADY when somebody was faster. */
int contact_reserve(struct db *db, const struct gate_contact *c, int64_t call_id, int64_t until, struct fault *f) MUST_USE;
/* What a contact's next life depends on, read now: its next day, other numbers, open promises. */
int contact_moment(struct db *db, struct arena *a, const struct gate_project *p, const struct gate_contact *c, int64_t now,
        struct attempt_now *ret, struct fault *f) MUST_USE;

/* Add an ended call to call_hour and project_hour, or take it out again before one of its columns changes. */
int call_hour_add(struct db *db, int64_t call_id, bool take_out, struct fault *f) MUST_USE;
struct call_day {
	int64_t calls, dialogues, leads;
};
/* An operator's calls since that moment (an hour's beginning counts), with those the open transaction adds. Also outside of one. */
int call_day_of(
        struct db *db, struct arena *a, int64_t operator_id, int64_t since, struct call_day *ret, struct fault *f) MUST_USE;
/* Roll-ups against a recount: how many rows differ. Reads only. */
int call_rollups_check(struct db *db, struct arena *a, int64_t *ret_wrong, struct fault *f) MUST_USE;
/* Make them anew from the calls and contacts. */
int call_rollups_recount(struct db *db, struct fault *f) MUST_USE;

#endif
