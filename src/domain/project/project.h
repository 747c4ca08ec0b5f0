/* SPDX-License-Identifier: GPL-3.0-or-later */
/* project.h - a project: what a customer ordered, how it is dialled, and where it is in its life
 * (draft → handed_over → ready → running ⇄ stopped → finished). It runs only when nothing on its list of what is missing is left. */
#ifndef DOMAIN_PROJECT_PROJECT_H
#define DOMAIN_PROJECT_PROJECT_H

#include "domain/rule/rule.h"

enum project_state { PROJECT_DRAFT, PROJECT_HANDED_OVER, PROJECT_READY, PROJECT_RUNNING, PROJECT_STOPPED, PROJECT_FINISHED };
/* AGENTLESS: whoever answers hears a flow. */
enum project_mode { MODE_MANUAL, MODE_PREVIEW, MODE_PROGRESSIVE, MODE_PREDICTIVE, MODE_AGENTLESS };
enum abandon_window { ABANDON_DAY, ABANDON_MONTH };
/* After what is promised or owed: whom to dial first. */
enum takes_first { TAKES_RETRIES, TAKES_FRESH };
enum promised_when { PROMISED_FIRST, PROMISED_IN_TURN };
enum fresh_by { FRESH_BY_BASE, FRESH_BY_QUOTA };
#define CALLER_LABEL_MAX 64 /* characters; the law may want fewer */

struct project {
	int64_t id, version, customer_id;
	str name;
	int type, state;
	str stopped_reason;
	int64_t stopped_at, pm_id;
	int mode;
	str goal, offer, task;
	int64_t volume_dialogues, plan_per_day;
	str starts_on, ends_on, timezone;
	int language;
	int64_t trunk_id;
	str caller_number, caller_label;
	int64_t ring_s, wrap_up_s, preview_s, dialogue_s, attempts_total, attempts_day, attempts_week, attempt_gap_min,
	        stick_min;
	int takes_first;             /* enum takes_first */
	int promised_when, fresh_by; /* enum promised_when, fresh_by */
	int preview_then;            /* enum operator_preview */
	str hours, jurisdiction;
	int purpose;        /* enum purpose */
	double abandon_max; /* percent */
	int abandon_window; /* enum abandon_window */
	str abandoned_text, notice_text;
	bool amd;                                  /* set by its own route, which asks for a measurement */
	int64_t flow_id, lines_max, calls_per_min; /* agentless */
	str machine_text;
	int64_t after_flow_id; /* what follows a talk */
	bool calls_days_off, records, record_notice, letter_on;
	int64_t letter_minute;
	str letter_to;
	int64_t link_days, accept_days;
	bool customer_approves;
	str peculiarities;
	int64_t created_at;
};

/* How a project is dialled, as a versioned record: draft → proposed → approved → active → retired (or declined), like a script version.
 * Where the customer approves, the values of the active one are the project's own and change with it only. ADR 0033. */
enum strategy_state {
	STRATEGY_DRAFT,
	STRATEGY_PROPOSED,
	STRATEGY_APPROVED,
	STRATEGY_DECLINED,
	STRATEGY_ACTIVE,
	STRATEGY_RETIRED
};
struct strategy {
	int64_t id, version, project_id, number;
	int state, mode;
	str hours;
	int64_t attempts_total, attempts_day, attempts_week, attempt_gap_min;
	int takes_first, promised_when, fresh_by;
	str goal, offer, note;
	int64_t author_id, approved_at, created_at;
};

struct member {
	int64_t id, version, project_id, user_id, created_at;
};

extern const struct entity project_entity, member_entity, strategy_entity;
extern const struct resource project_resource, strategy_resource;
extern const struct module project_module;
extern const char *const project_types[],
        *const project_states[], *const project_modes[], *const abandon_windows[], *const takes_first_words[],
                                                                                           *const promised_when_words[],
                                                                                                   *const fresh_by_words[];

/* Calling hours of a project: minutes of the day [from, to) for each weekday, Monday first; from == to: none. */
struct hours {
	int from[7], to[7];
};
/* EINVAL with the field "hours" when the JSON is not seven of null or [from, to], 0 ≤ from < to ≤ 1440. */
int hours_parse(struct arena *a, str json, struct hours *ret, struct fault *f) MUST_USE;
/* Refuses with EACCES what the customer approves himself in this project: it goes by a change. */
int project_by_customer(struct db *db, struct arena *a, int64_t project_id, struct fault *f) MUST_USE;
/* What strategy the project has now, as one that is not kept yet. In the arena of p. */
struct strategy strategy_of(const struct project *p);
/* In a writing closure: a step of a strategy's life. Active: its values become the project's, and the one before retires. EALREADY
 * "wrong_state" when it does not stand where the step starts. */
int strategy_move(
        const struct by *by, struct db *db, struct arena *a, int64_t id, enum strategy_state to, struct fault *f) MUST_USE;
/* In a writing closure: a running project stops, one that is complete runs, one is finished; domain/stop does what goes with it. */
int project_stop_write(const struct by *by, struct db *db, struct arena *a, int64_t id, str reason, struct project *ret,
        struct fault *f) MUST_USE;
int project_run_write(
        const struct by *by, struct db *db, struct arena *a, int64_t id, struct project *ret, struct fault *f) MUST_USE;
int project_finish_write(
        const struct by *by, struct db *db, struct arena *a, int64_t id, struct project *ret, struct fault *f) MUST_USE;
/* The results, columns and empty hand-over a new project starts with. In a writing closure. */
int project_first_things(struct db *db, int64_t project_id, struct fault *f) MUST_USE;

#endif
