/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule.h - the law of the place as dated rows: what a jurisdiction forbids or bounds for a purpose of calls, its official days off, and
 * the exceptions a director makes for one project. A project names jurisdiction and purpose; without a purpose no row applies to it.
 * Presets come with migration 0005 and are defaults for a lawyer to read, no legal advice. ADR 0021. */
#ifndef DOMAIN_RULE_RULE_H
#define DOMAIN_RULE_RULE_H

#include "base/clock.h"
#include "kit/route/route.h"

enum rule_kind {
	RULE_HOURS_WORKDAY, /* from_min, to_min */
	RULE_HOURS_DAY_OFF, /* weekends and official days off */
	RULE_NO_DAYS_OFF,   /* no calls on official days off */
	RULE_PER_DAY,       /* calls to a number */
	RULE_PER_WEEK,      /* in seven days */
	RULE_PER_MONTH,     /* in thirty days */
	RULE_GAP,           /* minutes between two */
	RULE_CONSENT,
	RULE_NO_AUTOMATIC,    /* nothing is dialled without a person choosing to */
	RULE_CALLER_NUMBER,   /* a number that can be called back is shown */
	RULE_CALLER_LABEL,    /* longest name shown with it, characters */
	RULE_LIST,            /* the register named in list was loaded at most days ago */
	RULE_ABANDONED_LOCK,  /* hours without a call that no operator waits for */
	RULE_ABANDONED_SHARE, /* tenths of a per cent, over days */
	RULE_RING,            /* least seconds of ringing */
	RULE_RECORD_NOTICE,   /* the called party is told of the recording */
	RULE_KINDS
};
extern const char *const rule_kind_words[RULE_KINDS + 1];

enum purpose { PURPOSE_NONE, PURPOSE_ADVERTISING, PURPOSE_SERVICE, PURPOSE_SURVEY, PURPOSE_COLLECTION };
extern const char *const purpose_words[]; /* "" first: not said */

struct rule {
	int64_t id, version;
	str jurisdiction;
	int purpose, kind;
	int64_t value, days, from_min, to_min;
	str list, valid_from, valid_to;
	bool disabled;
	str source, note;
	int64_t created_at;
};
extern const struct entity rule_entity, day_off_entity, rule_exception_entity;
extern const struct resource rule_exception_resource;
extern const struct module rule_module;

/* The rows that apply to a project on a day, the strictest of each kind. value 0: no such rule. id: the row it comes from. */
struct law {
	struct {
		int64_t id, value, days;
	} of[RULE_KINDS];
	int work_from, work_to, off_from, off_to; /* minutes of the day */
	int64_t stale_list;                       /* the row of a register that was not loaded in time, 0: none */
	struct law_day {
		int64_t day; /* since 1970 */
		bool off;
	} * days; /* a month around now */
	size_t n_days;
};
/* Reads only; in the arena.*/
int law_load(struct db *db, struct arena *a, int64_t project_id, str jurisdiction, enum purpose purpose, int64_t now,
        struct law *ret, struct fault *f) MUST_USE;
/* An official day off, by the calendar alone. */
bool law_day_off(const struct law *l, struct date d);
/* Neither a workday by the calendar nor by the week. */
bool law_rest(const struct law *l, struct date d);

#endif
