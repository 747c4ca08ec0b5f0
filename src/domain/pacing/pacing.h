/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacing.h - predictive dialling as people see it: what the pacer of a project saw each second, how many it dialled and why; and what
 * it learned, kept over restarts. The decision itself is pure (callflow/pacer.h) and made by the dialler. */
#ifndef DOMAIN_PACING_PACING_H
#define DOMAIN_PACING_PACING_H

#include "callflow/operator.h"
#include "callflow/pacer.h"
#include "kit/route/route.h"

struct pacing_second {
	int64_t id, project_id, at;
	int64_t operators, idle, talking, wrap_up, ringing, waiting; /* waiting: answered, no operator yet */
	double soon;                                                 /* operators expected to be free within soon_ms */
	int64_t soon_ms, dialled;
	int stop;  /* enum pacer_stop, or PACING_NO_CONTACTS: what kept it from dialling more */
	int guard; /* enum pacer_guard */
	double answer_pct, risk_pct, limit_pct;
	int64_t answered, abandoned; /* of the window: a day or 30 days */
	double upper_pct;            /* one-sided 95 % bound of abandoned / answered */
	bool alarm;
};
enum { PACING_NO_CONTACTS = PACER_STOPS }; /* the gate lets nobody through now */

/* What an operator's state is to the pacer; a bad word is LEFT. RESERVED and PREVIEW are a dial of his own. */
enum pacer_event_kind pacing_place(int operator_state);
/* In a writing closure. */
int pacing_note(struct db *db, struct arena *a, struct pacing_second *s, struct fault *f) MUST_USE;
int pacing_learned_put(struct db *db, int64_t project_id, str learned, int64_t now, struct fault *f) MUST_USE;
/* Reads only. ENOENT: it never worked. */
int pacing_learned(struct db *db, struct arena *a, int64_t project_id, str *ret, struct fault *f) MUST_USE;
/* Predictive calls of a project since a moment that a person answered: how many, and how many of them found no operator. */
int pacing_count(struct db *db, struct arena *a, int64_t project_id, int64_t since, int64_t *ret_answered,
        int64_t *ret_abandoned, struct fault *f) MUST_USE;

extern const struct module pacing_module;

#endif
