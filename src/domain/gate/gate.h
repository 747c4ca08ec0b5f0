/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate.h - may this contact be dialled on this number for this project now? Every dial passes here, by hand or not; the first rule that
 * says no is the answer, and it is stored with the contact: «why is it not dialled». Order and rules: operations.md section 4.
 * Reads only, except gate_refused. */
#ifndef DOMAIN_GATE_GATE_H
#define DOMAIN_GATE_GATE_H

#include "callflow/attempts.h"
#include "domain/project/project.h"
#include "engine/zone/zone.h"

enum gate_rule {
	GATE_OK,
	GATE_CLOSED,
	GATE_RESERVED,
	GATE_NO_NUMBER,
	GATE_NUMBER_INVALID,
	GATE_SPECIAL_NUMBER, /* emergency, short and paid numbers */
	GATE_DNC_ALL,
	GATE_DNC_CUSTOMER,
	GATE_DNC_PROJECT,
	GATE_DNC_REGISTER, /* a register of refusals of the jurisdiction */
	GATE_CONSENT,      /* none where the law asks for one, or it was taken back */
	GATE_QUOTA,        /* enough of its kind have answered */
	GATE_HOURS,
	GATE_HOLIDAY,
	GATE_CALLBACK_LATER, /* a promise is open for later */
	GATE_ATTEMPTS_TOTAL,
	GATE_ATTEMPTS_DAY, /* of the contact, and of the number across the customer's projects */
	GATE_ATTEMPTS_WEEK,
	GATE_ATTEMPTS_MONTH,
	GATE_GAP,            /* since the last attempt, of another project of the customer too */
	GATE_ABANDONED_LOCK, /* it was abandoned lately, and no operator waits for this call */
	GATE_AUTOMATIC,      /* from here to the notice: the same for all contacts of a project */
	GATE_CALLER_NUMBER,
	GATE_CALLER_LABEL, /* the name shown with it is longer than allowed */
	GATE_REGISTER_OLD,
	GATE_RECORD_NOTICE,
	GATE_BASE,
	GATE_STRATEGY, /* the customer approves, and has approved none */
	GATE_SCRIPT,
	GATE_FLOW,  /* agentless, and it is not said what is heard */
	GATE_WORDS, /* … or something is said of him that we do not know; asked by the dialler */
	GATE_PROJECT,
	GATE_TRUNK,
	GATE_TRUNK_NUMBER, /* no line of the project may call a number that begins so */
	GATE_TRUNK_HOUR,   /* the lines have had all the calls they may have in an hour */
	GATE_RULES
};
extern const char *const gate_rule_names[GATE_RULES + 1];
/* An English sentence; the front end has its own by the rule's name. */
const char *gate_rule_what(enum gate_rule rule);

struct gate_answer {
	enum gate_rule rule;
	bool allowed;
	int64_t rule_id; /* the row of the law that says so; 0: the project or the house */
	int64_t until;   /* UTC ms when it may be tried again; 0: not by waiting */
};

/* What the gate and the dialler need of a project, read once for many contacts. */
struct gate_project {
	int64_t id, customer_id, trunk_id, script_version_id; /* script_version_id: the active one, 0: none */
	int64_t change_id;                                    /* the last change that took effect, 0: none */
	bool strategy_agreed;                                 /* approved by the customer, where he approves */
	int mode, purpose;                                    /* enum project_mode, enum purpose */
	int64_t flow_id, after_flow_id;
	bool running, records, trunk_up, trunk_room, practice, calls_days_off, record_notice;
	bool quotas;  /* some of its quotas are filled */
	bool by_hand; /* set by the asker: a person chose to dial this one, now */
	bool paced;   /* dialled with no operator reserved for it */
	str timezone, caller_number, caller_label, jurisdiction;
	str language, notice_text; /* what is said at the start of a recorded talk; empty: nothing is, by us */
	str shown_number;          /* over its own line: one of the pool, its own, or the line's */
	int takes_first, promised_when, fresh_by;
	int preview_then; /* enum operator_preview */
	int64_t stick_ms; /* a retry waits for its operator */
	struct law law;
	int64_t per_week, per_month; /* calls to a number, 0: no bound */
	struct hours hours;
	struct attempt_rules rules;
	int64_t ring_ms, wrap_up_ms, preview_ms, dialogue_ms;
};
int gate_project(struct db *db, struct arena *a, int64_t project_id, struct gate_project *ret, struct fault *f) MUST_USE;

struct gate_contact {
	int64_t id, project_id, base_id, last_result_id; /* id 0: a number typed by hand, of no contact */
	struct life life;
	str timezone;
	bool base_active;
	int64_t callback_at, callback_id, callback_phone_id; /* the earliest open promise, 0: none */
	int64_t callback_operator_id;
	int64_t operator_id;
};
/* ENOENT when there is none. */
int gate_contact(struct db *db, struct arena *a, int64_t contact_id, struct gate_contact *ret, struct fault *f) MUST_USE;

struct gate_phone {
	int64_t id, person_id;
	str e164, ext;
};
/* The number to dial next: phone_id when given and good, else the good one tried longest ago, in the card's order.
 * e164 absent when none is left. *ret_left: how many good ones there are. */
int gate_phone(struct db *db, struct arena *a, int64_t contact_id, int64_t phone_id, struct gate_phone *ret,
        int64_t *ret_left, struct fault *f) MUST_USE;

/* held: the contact is reserved by the very call that asks, which is no reason. */
int gate_decide(struct db *db, struct arena *a, const struct gate_project *p, const struct gate_contact *c, str e164,
        bool held, int64_t now, struct gate_answer *ret, struct fault *f) MUST_USE;
/* May this number be called into a talk of the project: the customer's own manager, a colleague? Asked what the line costs and who asked us never to
 * call; nothing that protects a stranger who is rung up: consent, registers, hours, attempts. */
int gate_guest(struct db *db, struct arena *a, const struct gate_project *p, str e164, int64_t now, struct gate_answer *ret,
        struct fault *f) MUST_USE;
/* SQL: the row o of consent was not taken back, nor one of its kind after it; for a project of its customer. */
#define CONSENT_STANDS(o, project) \
	o ".revoked_at IS NULL AND NOT EXISTS (SELECT 1 FROM consent w WHERE w.e164 = " o ".e164 AND w.customer_id = " o \
	  ".customer_id AND w.kind = " o ".kind AND w.revoked_at >= " o \
	  ".given_at AND (w.project_id IS NULL OR w.project_id = " project "))"
/* May a message go to this number? The lists say no to everything; a consent is asked for as the law asks for it before a call, and to an
 * advertisement always. */
enum gate_message {
	GATE_WANTED, /* the contact asked for it in a talk with us */
	GATE_SERVICE,
	GATE_ADVERTISING,
};
int gate_send(struct db *db, struct arena *a, const struct gate_project *p, str e164, enum gate_message what, int64_t now,
        struct gate_answer *ret, struct fault *f) MUST_USE;
/* May a fax go to this number? What gate_send asks, and what holds for a call beside: hours, the law of the project. dials: it is called now, so its
 * line must be there and free too. p->by_hand is set by the asker: a person sent it. */
int gate_fax(struct db *db, struct arena *a, const struct gate_project *p, str e164, str contact_zone,
        enum gate_message what, bool dials, int64_t now, struct gate_answer *ret, struct fault *f) MUST_USE;
/* What is said of every contact of the project alike: GATE_OK, or the rule that keeps it from dialling at all. */
enum gate_rule gate_of_project(const struct gate_project *p);
/* What was agreed for all of them: how they are dialled, and what is said to them: a script by people, a flow without them. GATE_OK when it is
 * there. */
enum gate_rule gate_agreed(const struct gate_project *p);
/* In a writing closure: note why the contact was not dialled, with the contact and in the list of refusals. */
int gate_refused(struct db *db, const struct gate_contact *c, str number, const struct gate_answer *answer, int64_t now,
        struct fault *f) MUST_USE;
/* The words of a decided answer for people: {may, rule, what, until, source, refusals: [{at, rule, number}]}. */
int gate_why(struct db *db, struct arena *a, const struct gate_contact *c, const struct gate_answer *answer,
        struct json_out *w, struct fault *f) MUST_USE;

/* The zones the number may be in, all of which must be open: the contact's own, else those of the imported numbering plan, else the
 * one its code tells, else the project's. */
struct gate_zones {
	str names[8];
	size_t n;
};
int gate_zones(struct db *db, struct arena *a, const struct gate_project *p, str contact_zone, str e164,
        struct gate_zones *ret, struct fault *f) MUST_USE;
/* The first guess of it without the plan: the contact's own, else the number's, else the project's. */
str gate_zone(const struct gate_project *p, str contact_zone, str e164);
/* Is it calling time there? *ret_until: when it will be. */
int gate_open(
        const struct gate_project *p, str zone, int64_t now, bool *ret_open, int64_t *ret_until, struct fault *f) MUST_USE;
/* The calendar day there, "2026-03-12", and the moment the first calling hour of a later day begins. */
int gate_day(
        const struct gate_project *p, str zone, int64_t now, char ret_day[11], int64_t *ret_next, struct fault *f) MUST_USE;

/* quota.c: is some quota of this contact's kind filled? */
int quota_full(struct db *db, struct arena *a, int64_t project_id, int64_t contact_id, bool *ret, struct fault *f) MUST_USE;
/* How far each quota of a project is filled, in thousandths. field: 0 city, 1 industry, 2 timezone. */
enum { QUOTA_FULL = 1000 };
struct quota_fill {
	int field;
	str value;
	int64_t filled;
};
int quota_fills(struct db *db, struct arena *a, int64_t project_id, struct quota_fill **ret, size_t *ret_n,
        struct fault *f) MUST_USE;
/* In a writing closure: a contact has this result now; which may have filled a quota. */
int quota_note(
        struct db *db, int64_t contact_id, int64_t project_id, int64_t result_id, int64_t now, struct fault *f) MUST_USE;
/* In a writing closure: contacts have that result no more, so a quota that was filled may be open again, and whom it kept waiting is asked about. */
int quota_reopen(struct db *db, int64_t project_id, int64_t result_id, int64_t now, struct fault *f) MUST_USE;
extern const struct resource quota_resource;
/* The entry on its customer's list that the result of this call made, and nothing has asked for since: no key pressed by the subscriber, no other
 * result, no person and no file. *ret_id 0: there is none, or it stands by itself. */
int list_entry_of_call(struct db *db, struct arena *a, str e164, int64_t call_id, int64_t *ret_id, struct fault *f) MUST_USE;
/* In a writing closure: takes such an entry off the list, with audit and event. *ret false: something asked for it meanwhile. */
int list_entry_lift(struct db *db, struct arena *a, int64_t id, const struct by *by, bool *ret, struct fault *f) MUST_USE;

extern const struct resource do_not_call_resource, consent_resource, register_resource, range_resource; /* of their files */
int register_add(struct request *q);
int register_replace(struct request *q);
extern const struct module gate_module;

#endif
