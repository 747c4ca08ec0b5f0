/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacer_floor.h - a call centre's floor on a virtual clock: operators who come and go, calls whose fate the world knows, and a policy that
 * sees what a dialler would see and says how many to dial. The replay of a day, the tests of the pacer and bench/pace.c run on it.
 * Pure: time is counted in milliseconds from 0, the same world and policy give the same day. Not thread-safe within one run.
 *
 * An answered call goes to the operator idle for longest, else waits wait_ms in a line and is then abandoned. An operator who is to
 * leave while he talks leaves after the wrap-up. At `until` everything stops where it stands. */
#ifndef CALLFLOW_PACER_FLOOR_H
#define CALLFLOW_PACER_FLOOR_H

#include "base/arena.h"
#include "callflow/pacer.h"

/* What will become of a dial, asked at the moment of dialling. */
struct floor_fate {
	bool human;               /* or a machine taken for one: it gets an operator */
	int64_t after_ms;         /* until the answer, or until it ends otherwise */
	int64_t talk_ms, wrap_ms; /* of human, when connected */
	enum call_cause cause;    /* of the others */
};
struct floor_turn {
	int64_t at;
	int64_t operator_id; /* from 1 to PACER_OPERATORS */
	bool here;
};
struct floor_world {
	void *arg;
	void (*fate)(void *arg, int64_t now, struct floor_fate *ret);
	const struct floor_turn *turns; /* by time */
	size_t n_turns;
	int64_t wait_ms, until;
	int lines; /* calls at once, talks too; 0: no limit */
};
struct floor_policy {
	void *arg;
	void (*tell)(void *arg, const struct pacer_event *e);
	int64_t (*due)(void *arg);
	int (*dials)(void *arg, int most, int64_t now);
};
/* The pacer as a policy, with its account of decisions. */
struct floor_pacer {
	struct pacer *pacer;
	struct pacer_decision last;
	int64_t decisions;
};
struct floor_policy floor_policy_pacer(struct floor_pacer *p);

struct floor_day {
	int64_t dials, answered, connected, abandoned;
	int64_t here_ms, talk_ms, wrap_ms; /* of all operators together */
};
/* Share of the operators' time spent in talks and wrap-ups; abandoned of answered; mean wait of an operator for his next talk, s. */
double floor_occupancy(const struct floor_day *d);
double floor_abandon(const struct floor_day *d);
double floor_wait_s(const struct floor_day *d);

/* The day. Working memory (about 1 MB) is the arena's. */
void floor_run(const struct floor_world *w, const struct floor_policy *p, struct arena *a, struct floor_day *ret);

#endif
