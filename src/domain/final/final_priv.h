/* SPDX-License-Identifier: GPL-3.0-or-later */
/* final_priv.h - what the files of this folder share. Conversion is dialogue → lead everywhere. */
#ifndef DOMAIN_FINAL_FINAL_PRIV_H
#define DOMAIN_FINAL_FINAL_PRIV_H

#include "domain/change/change.h"
#include "domain/final/final.h"
#include "domain/project/project.h"
#include "engine/stats/trend.h"

enum { FINAL_WEEKS = TREND_POINTS, FINAL_PARTS = 60, FINAL_REASONS = 10, FINAL_CHANGES = 20, FINAL_LEAST = 100 };

enum final_sum {
	SUM_CALLS,
	SUM_ANSWERED,
	SUM_DIALOGUES,
	SUM_LEADS,
	SUM_MEETINGS,
	SUM_SALES,
	SUM_REFUSALS,
	SUM_TALK_MS,
	FINAL_SUMS
};
extern const char *const final_sums[FINAL_SUMS]; /* the roll-ups' columns, also the members of the answer */

/* A week of the project's calendar that had calls, named by its Monday; a version of the script, a base. */
struct final_part {
	str name;
	int64_t calls, meetings, sales, refusals;
	struct share_of leads; /* of dialogues */
};
struct final_reason {
	str name;
	int64_t contacts;
};

/* What to do, in the order of how much speaks against going on. */
enum advice { ADVICE_EARLY, ADVICE_EXTEND, ADVICE_NEW_BASE, ADVICE_SMALL, ADVICE_SCRIPT, ADVICE_NOT_BY_TELEPHONE, ADVICES };
extern const char *const advice_names[];
enum reason {
	REASON_FEW,      /* too few dialogues to tell */
	REASON_HOPELESS, /* so few leads that the conversion surely is next to nothing */
	REASON_TREND,    /* falling, rising, or none */
	REASON_CHANGES,  /* which changes surely moved it, and how */
	REASON_VERSION,  /* a version of the script surely did better than the rest */
	REASON_LEFT,     /* what is left in the base, and what to expect of it */
	REASON_PROFIT,   /* whether it pays */
	REASON_REFUSALS, /* why people refuse most */
	REASONS
};

struct final {
	const struct project *p;
	str customer;
	int64_t made_at, sums[FINAL_SUMS];
	struct final_part weeks[FINAL_WEEKS], versions[FINAL_PARTS], bases[FINAL_PARTS];
	size_t n_weeks, n_versions, n_bases;
	struct final_reason reasons[FINAL_REASONS];
	size_t n_reasons;
	struct change_effect changes[FINAL_CHANGES]; /* the last that took effect */
	size_t n_changes;
	int64_t worked, fresh, due;         /* contacts: those who were called, never called, waiting for another call */
	int64_t lead_worth, dialogue_price; /* roubles, from who asks; 0: not said */

	/* Judged of these: */
	struct trend trend;
	struct share_of first, last;    /* the first and the last third of the weeks */
	struct share_difference change; /* between them */
	size_t best;                    /* version that did better than the rest; n_versions: none */
	struct share_of rest;           /* the other versions */
	int64_t dialogues_left;
	struct expected leads_left;
	double profit; /* how likely going on pays; < 0: not asked */
	enum advice advice;
	bool says[REASONS];
};

/* All figures of it, then judged. */
int final_load(struct request *q, const struct project *p, struct final *ret) MUST_USE;
/* Fill what is judged. Pure. */
void final_judge(struct final *r);
/* A change moved the conversion, beyond chance. Pure. */
bool final_moved(const struct change_effect *e);

/* The sentence of a reason it gives; absent when it does not. Advice as a title. In Russian or English. */
str final_say(struct arena *a, const struct final *r, enum reason reason, bool english);
str final_advice(const struct final *r, bool english);
/* The letter that offers to go on: for a person to read and send. */
str final_letter_subject(struct arena *a, const struct final *r, bool english);
str final_letter(struct arena *a, const struct final *r, bool english);
/* The difference a change made: "+0,2…+1,4"; absent when there is nothing before or after it. */
str final_between(struct arena *a, const struct change_effect *e, bool english);
/* 15 → "15,0 %"; 12345 → "12 345". */
str final_percent(struct arena *a, double share, bool english);
str final_number(struct arena *a, int64_t v, bool english);

int final_document(struct request *q, const struct final *r, bool english) MUST_USE;
int final_table(struct request *q, const struct final *r, bool english) MUST_USE;

#endif
