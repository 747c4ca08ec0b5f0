/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacer_priv.h - what the files of the pacer know of one another. */
#ifndef CALLFLOW_PACER_PRIV_H
#define CALLFLOW_PACER_PRIV_H

#include "callflow/pacer.h"

enum item_state { ITEM_IDLE, ITEM_RESERVED, ITEM_TALKING, ITEM_WRAP_UP, ITEM_RINGING, ITEM_WAITING };

/* pacer_set.c: one of the two tables of the pacer. */
struct pacer_set {
	struct pacer_item *items;
	uint16_t *slots;
	uint32_t *n, cap;
};
struct pacer_set pacer_operators(struct pacer *p);
struct pacer_set pacer_calls(struct pacer *p);
struct pacer_item *set_find(struct pacer_set s, int64_t id);
/* NULL: no room. The caller has looked that it is not there. */
struct pacer_item *set_add(struct pacer_set s, int64_t id);
/* The last item moves into its place. */
void set_remove(struct pacer_set s, struct pacer_item *item);

/* pacer_learn.c: from what happened to tables. */
void learn_init(struct pacer *p);
/* A call stopped ringing at p->now. */
void learn_ring_end(struct pacer *p, struct pacer_item *call, bool human);
/* It ended by our own side: its time so far counts, its end does not. */
void learn_ring_cut(struct pacer *p, struct pacer_item *call);
void learn_dialled(struct pacer *p, struct pacer_item *call);
/* An operator's talk or wrap-up lasted until p->now; ended: and is over, else it is cut short and says no more. */
void learn_stay(struct pacer *p, struct pacer_item *operator, bool ended);
/* Time passed: what fades, what rings and what is talked since. */
void learn_tick(struct pacer *p, double dt_s);
/* The tables of look-ahead from what is learned. */
void learn_tables(struct pacer *p);
double learned_p(const struct pacer_learned *l);
/* Of the bins of talks and wrap-ups: the bin of an age, and where a bin begins. */
int talk_bin(double age_s);
int wrap_bin(double age_s);

/* pacer_look.c: the risk of one more dial. */
struct look {
	double answer[PACER_STEPS + 1]; /* of a new dial */
	double weight[PACER_STEPS + 1]; /* when its answer comes, if it comes */
	double mean[PACER_STEPS + 1], var[PACER_STEPS + 1], came[PACER_STEPS + 1], went[PACER_STEPS + 1];
	double cv2_p, cv2_free; /* how well p and the hazards are known */
	double *exact;          /* [PACER_STEPS + 1][LOOK_WIDTH], NULL: by the normal distribution */
	int below, above, idle; /* exact: most operators free and most calls answered */
};
enum { LOOK_ITEMS = 70, LOOK_WIDTH = 2 * LOOK_ITEMS + 2 };
struct look_floor {
	int ringing_at[PACER_AGES], talk_at[PACER_BINS], wrap_at[PACER_BINS];
	int ringing, busy; /* busy: will be free again */
	int idle;          /* less those who wait */
};
void look_init(struct look *l, const struct pacer *p, const struct look_floor *f, double *room);
double look_risk(const struct look *l);
void look_add(struct look *l);

/* pacer_credit.c: the account and theta. */
void credit_counted(struct pacer *p, bool abandoned);
/* Abandoned calls the account bears in all, q (A + A0) or the strict bound. */
double credit_limit(const struct pacer *p);
double credit_scale(const struct pacer *p);
enum pacer_guard credit_guard(const struct pacer *p);
void credit_reset(struct pacer *p);
void credit_minute(struct pacer *p);
void credit_figures(struct pacer *p, struct pacer_decision *d);

static inline double clamp(double v, double low, double high)
{
	return v < low ? low : v > high ? high : v;
}

#endif
