/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stop.h - stop and inform: dialling stops after the talks under way, by a person or by the program itself (a line that is down, a base that is
 * used up, calls that fail), with the reason, and the customer is told at once. The time it stood is counted in the project's calling
 * hours; when it goes on, a later end is proposed, which the customer confirms by the same link as a change. ADR 0033. */
#ifndef DOMAIN_STOP_STOP_H
#define DOMAIN_STOP_STOP_H

#include "domain/calendar/calendar.h"
#include "domain/project/project.h"
#include "kit/app/app.h"

enum stop_cause { STOP_PERSON, STOP_TRUNK_DOWN, STOP_BASE_EMPTY, STOP_ERROR_RATE, STOP_CAUSES };
extern const char *const stop_causes[STOP_CAUSES + 1];
enum stop_shift { SHIFT_NONE, SHIFT_PROPOSED, SHIFT_CONFIRMED, SHIFT_DECLINED, SHIFT_WITHDRAWN };

struct stop {
	int64_t id, version, project_id;
	int cause; /* enum stop_cause */
	str reason;
	int64_t user_id, started_at, ended_at, letters, idle_min;
	int shift; /* enum stop_shift */
	str ends_on_was, ends_on_new, decided_by;
	int64_t decided_at;
};
extern const struct entity stop_entity;
extern const struct resource stop_resource;
extern const struct module stop_module;

/* In a writing closure; job_wake after it: the customer's word about the later end, with his reason or an absent note; the manager is told. EALREADY
 * "decided" when it was said before. */
int stop_decide(const struct by *by, const struct app *app, struct db *db, struct arena *a, int64_t id, bool agrees,
        str note, str said_by, struct stop *ret, struct fault *f) MUST_USE;

/* idle.c: minutes of [from, until) that are within the hours in this zone, and the end of a term moved by that: whole working days, half of one
 * and more counted as one; absent when nothing is to be moved. off: official days off the project does not call on; empty when it does. */
int stop_idle(const struct hours *h, const struct calendar *off, str zone, int64_t from, int64_t until, int64_t *ret_min,
        struct fault *f) MUST_USE;
str stop_shifted(struct arena *a, const struct hours *h, const struct calendar *off, str ends_on, int64_t idle_min);

#endif
