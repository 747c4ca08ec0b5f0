/* SPDX-License-Identifier: GPL-3.0-or-later */
/* handover.h - the hand-over (передача): what sales tell the project department about a project, so that nobody asks the customer twice.
 * One of each project, under the project's number. Half of its fields are the project's own and stay there: the form shows both as one row.
 * Complete, it makes a draft a project that is handed over; then the project director says who leads it. ADR 0036. */
#ifndef DOMAIN_HANDOVER_HANDOVER_H
#define DOMAIN_HANDOVER_HANDOVER_H

#include "domain/project/project.h"

struct handover {
	int64_t id, version;
	int64_t sales_id; /* who sold it; 0: who leads the project began it himself, and hands it over to nobody */
	int script_at_hand, base_at_hand; /* 0: not said */
	str client_person, client_phone, client_email, base_city, base_audience, materials, decision_maker, site,
	        difficulties, tests, closer;
	int64_t handed_at, handed_by;
	str summary;
	/* of the project */
	int64_t project_id;
	str name;
	int64_t customer_id;
	int state; /* enum project_state */
	int64_t pm_id;
	int type;
	int64_t volume_dialogues;
	str starts_on, ends_on, offer, task, goal, peculiarities;
	int64_t created_at, files;
	int letter_state;
	str sales_name, pm_name;
};

extern const struct module handover_module;

#endif
