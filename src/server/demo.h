/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demo.h - what `zvonar demo` puts into an empty database: a believable Russian project on the practice carrier. Texts only. */
#ifndef SERVER_DEMO_H
#define SERVER_DEMO_H

#include "base/str.h"

struct demo_person {
	const char *login, *name, *role;
	bool of_customer, member;
};
extern const struct demo_person demo_people[];
extern const size_t demo_people_count;

struct demo_company {
	const char *name, *industry, *activity, *city, *timezone, *area_code, *person, *position;
};
/* Made by combining words, so that a thousand of them differ: i from 0. The texts live in a. */
struct arena;
struct demo_company demo_company(struct arena *a, unsigned i);

extern const char demo_graph[];
struct demo_field {
	const char *key, *label, *type, *choices;
};
extern const struct demo_field demo_fields[];
extern const size_t demo_fields_count;
/* Results drawn for the fortnight behind us, by name in the project's first tree, with what was written beside them. */
struct demo_result {
	const char *result;
	int weight; /* of all answered */
	int talk_min_s, talk_max_s;
	const char *comment;
};
extern const struct demo_result demo_results[];
extern const size_t demo_results_count;

#endif
