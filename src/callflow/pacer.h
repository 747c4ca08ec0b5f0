/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacer.h - how many numbers to dial now: progressive, power and predictive dialling in one loop, pure. What happens on the floor
 * goes in as events, the number of dials and every figure behind it comes out. No clock, thread, socket or allocation: the caller
 * owns a struct pacer (about 260 kB, so not on a stack) and says the time. One thread at a time. Times are
 * milliseconds of any one clock that does not go back; saved state carries moments, so for it: UTC. docs/pacer.md has an example.
 *
 *   pacer_init, then pacer_load with what pacer_save gave last (refused: cold start)
 *   pacer_window                  the legal window with what was counted in it so far
 *   pacer_step                    for each event; at a start: the operators and calls that are there, with since_at
 *   pacer_decide                  at pacer_due() at the latest; then dial, and tell PACER_EV_DIALLED for each dial before asking again
 *   pacer_save                    each minute or so
 *
 * The algorithm (docs/adr/0016): a dial is priced by the probability that its answer meets nobody free, from the ages of ringing
 * calls and of talks; it is made while this risk is below theta; theta moves with every answered call so that the share of
 * abandoned ones meets its set point; a credit account keeps the share under the cap; a dial for an idle operator whom no ringing
 * call covers is always made. With an empty budget it is progressive dialling. */
#ifndef CALLFLOW_PACER_H
#define CALLFLOW_PACER_H

#include "base/fault.h"
#include "callflow/call.h"

enum {
	PACER_OPERATORS = 1024, /* more are not counted: pacer_step gives false */
	PACER_CALLS = 4096,     /* ringing and waiting together; at the limit nothing is dialled */
	PACER_AGES = 41,        /* a ringing call by whole seconds, the last bin is "40 s or more" */
	PACER_STEPS = 20,       /* of the look-ahead, 2 s each */
	PACER_BINS = 60,        /* of the age of talks and of wrap-ups */
	PACER_SAVED = 8192,     /* room pacer_save needs at most, bytes */
	PACER_MINUTES = 30,     /* of the alarm */
};

enum pacer_mode {
	PACER_PROGRESSIVE, /* one ringing call per idle operator */
	PACER_POWER,       /* rules.power per idle operator; one each while the budget is empty */
	PACER_PREDICTIVE,
	PACER_MODES
};
struct pacer_rules {
	enum pacer_mode mode;
	double power; /* PACER_POWER: 1 to 10 */
	double cap; /* the law's share of abandoned calls among those people answered: 0.03; 0: no speculative dial at all */
	bool strict;     /* the one-sided 95 % Clopper-Pearson upper bound stays under the cap: for windows of many days */
	int64_t wait_ms; /* how long an answered call waits for an operator before it is abandoned: 2000 */
	int64_t ring_ms; /* how long a call rings; only a cold start uses it: 30000 */
};
/* predictive, 3 %, 2 s, 30 s */
extern const struct pacer_rules pacer_rules_default;

/* The window the law counts in: the day, or 30 days; and its account. A call counts when it is connected or abandoned. */
struct pacer_window {
	int64_t begins_at, ends_at;  /* ends_at: when dialling of the window ends, so that debts are repaid before */
	int64_t answered, abandoned; /* answered by people: connected and abandoned together */
};

enum pacer_event_kind {
	/* of an operator; id: his. The state holds since since_at. */
	PACER_EV_IDLE, /* free for an answered call */
	PACER_EV_RESERVED, /* an answered call is on its way to him, or he reads a card or has a dial of his own, which is not told */
	PACER_EV_TALKING,
	PACER_EV_WRAP_UP,
	PACER_EV_LEAVING, /* he stays in his state but will not be free after it: pause or end of shift asked for; IDLE ends it */
	PACER_EV_LEFT, /* pause, lost, offline */
	/* of a call; id: its */
	PACER_EV_DIALLED,   /* the dial command is sent, at since_at */
	PACER_EV_ENDED,     /* not answered by a person (a machine is no person), or hung up while waiting; cause */
	PACER_EV_ANSWERED,  /* by a person; he waits until CONNECTED, ABANDONED or ENDED */
	PACER_EV_CONNECTED, /* to an operator: counts */
	PACER_EV_ABANDONED, /* nobody within wait_ms: counts against the cap */
	PACER_EVENTS
};
extern const char *const pacer_event_names[PACER_EVENTS + 1]; /* "idle" … as in a stored day */
struct pacer_event {
	int64_t at;
	enum pacer_event_kind what;
	int64_t id;            /* not 0; operators and calls are numbered apart */
	int64_t since_at;      /* operator states and DIALLED: when it began, 0: at */
	enum call_cause cause; /* ENDED: those of our own side (trunk, gate, cancelled, node) teach nothing about people */
};

enum pacer_stop {
	PACER_STOP_COVERED, /* progressive, power: each idle operator has his calls */
	PACER_STOP_RISK,    /* one more dial would be abandoned too likely */
	PACER_STOP_GUARD,   /* only idle operators are dialled for: see guard */
	PACER_STOP_NOBODY,  /* no operator is there */
	PACER_STOP_LIMIT,   /* the caller's: channels, calls a second */
	PACER_STOP_ROOM,    /* 12 N + 20 ring already, 4 N + 4 in one decision, or PACER_CALLS */
	PACER_STOPS
};
extern const char *const pacer_stop_names[PACER_STOPS + 1];
enum pacer_guard {
	PACER_GUARD_OFF,
	PACER_GUARD_START,  /* the first minute, or fewer than 30 answers in the first ten: nothing is known yet */
	PACER_GUARD_BUDGET, /* one more abandoned call would break the account */
	PACER_GUARDS
};
extern const char *const pacer_guard_names[PACER_GUARDS + 1];

/* What was decided and why: a row of the log each second, and enough for «5 линий: двое освободятся через 12 с, дозвон 24 %»:
 * lines = ringing + dials, soon rounded, soon_ms, p. */
struct pacer_decision {
	int64_t at;
	int dials;            /* how many to dial now */
	int wanted;           /* as many if the caller's limit had not cut it (at most one decision's room) */
	enum pacer_stop stop; /* what ended the row of dials */
	enum pacer_guard guard;
	enum pacer_mode mode;
	int operators, idle, reserved, talking, wrap_up, leaving; /* leaving: of those in talk and wrap-up */
	int ringing, waiting;                                     /* before the dials */
	double soon;                                              /* operators now busy expected to be free within soon_ms */
	int64_t soon_ms;     /* how far one dial looks: half of the people who answer do it by then; 0: never learned */
	double p;            /* a dial is answered by a person */
	double risk;         /* of the last dial thought of: its answer meets nobody; 0: none was thought of */
	double theta, scale; /* dialled while risk <= theta * scale; scale falls from 1 to 0 with the credit */
	double credit;       /* abandoned calls the account still bears before the guard, in calls; may be negative */
	int64_t answered, abandoned;       /* of the window */
	double rate, rate_upper;           /* abandoned / answered; its one-sided 95 % upper bound */
	int64_t answered_30, abandoned_30; /* of the last 30 minutes */
	double rate_30_lower;              /* one-sided 95 % lower bound */
	bool alarm;                        /* rate_30_lower is over the cap */
};

/* --- The state. Read it in a debugger, change it by the functions below. --- */
struct pacer_item {
	int64_t id, since_at, counted_at; /* counted_at: how far its time has been learned from */
	double seen;                      /* ringing: its share already counted as exposure */
	uint8_t state, leaving;
};
/* What outlives a restart: doubles only, pacer_save writes them as they stand. Counts lose 1/2000 with each observation. */
struct pacer_learned {
	double human[PACER_AGES - 1], other[PACER_AGES - 1]; /* ends of ringing by whole seconds */
	double answers, exposure, fast_answers, fast_exposure;
	double talk_ends[PACER_BINS], talk_s[PACER_BINS], wrap_ends[PACER_BINS], wrap_s[PACER_BINS];
	double talks; /* ended talks, discounted */
	double theta;
	double dials_recent, answers_recent; /* counts that fade with 5 and 10 minutes */
	double learned_s, answers_ever;      /* how long and how many */
};
/* Of what was learned, made ready for decisions. */
struct pacer_tables {
	double human_cdf[2 * PACER_AGES + 1], other_cdf[2 * PACER_AGES + 1];
	double answer[PACER_AGES][PACER_STEPS + 1];    /* a call of that age is answered within 2k seconds */
	double talk_free[PACER_BINS][PACER_STEPS + 1]; /* an operator in that bin is free within 2k s + half of wait_ms */
	double wrap_free[PACER_BINS][PACER_STEPS + 1];
};
struct pacer {
	struct pacer_rules rules;
	struct pacer_window window;
	struct pacer_learned learned;
	struct pacer_tables tables;
	int64_t now, tick_at, tables_at, decided_at, event_at, started_at, minute_at;
	int64_t dmax_answered, dmax; /* strict mode: the bound for that many answers */
	int64_t upper_of[2];         /* rate_upper was worked out for these */
	double rate_upper;
	enum pacer_guard guard; /* of the last decision */
	bool warm;              /* began with tables: the soft start is one minute */
	int32_t minutes[PACER_MINUTES][2];
	int32_t answers_started;                  /* since pacer_init */
	uint32_t n_operators, n_calls, n_waiting; /* n_calls: with the waiting ones */
	/* Dense arrays, each with an index by id: open addressing, item + 1, 0: free. */
	struct pacer_item operators[PACER_OPERATORS], calls[PACER_CALLS];
	uint16_t operator_slots[2 * PACER_OPERATORS], call_slots[2 * PACER_CALLS];
};

/* A cold start: no operators, no calls, nothing learned, an empty window that ends in 8 hours. Values of rules outside their
 * bounds are cut to them. */
void pacer_init(struct pacer *p, const struct pacer_rules *rules, int64_t now);
/* Other rules from now on; account and knowledge stay. */
void pacer_rules_set(struct pacer *p, const struct pacer_rules *rules);
/* A new legal window, or another end of this one. What counts in it so far comes from the caller (the calls he stored). */
void pacer_window(struct pacer *p, const struct pacer_window *w);

/* One event. False: it makes no sense here (told twice, an unknown call, no room) and changed nothing. An `at` before the latest
 * one is taken as the latest. */
bool pacer_step(struct pacer *p, const struct pacer_event *e);
/* When to decide next: a second after the last decision; 0.2 s after it (0.5 s with over 60 operators) when an operator became free
 * or a dial failed since. In the past: at once. Changes with each event. */
int64_t pacer_due(const struct pacer *p);
/* How many to dial now, at most `most` (free channels, what calls per second still allow, contacts left; negative: 0). Asking more
 * often than due changes nothing but cost. */
void pacer_decide(struct pacer *p, int most, int64_t now, struct pacer_decision *ret);

/* What was learned and the account, as bytes of a version that any machine reads. Returns their number. */
size_t pacer_save(const struct pacer *p, uint8_t bytes[PACER_SAVED]);
/* Back from them: EINVAL (another version, cut, altered, a number out of its bounds) leaves p as it was. Operators, calls and rules
 * are not in it. The account is taken too; pacer_window afterwards puts right what the caller knows better. */
int pacer_load(struct pacer *p, const uint8_t *bytes, size_t n, struct fault *f) MUST_USE;

#endif
