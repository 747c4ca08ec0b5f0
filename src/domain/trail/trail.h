/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trail.h - the audit trail as people read it: who changed what, from what, to what. Only read here; kit/audit writes it in the
 * transaction of each change, and nothing ever changes a row of it. */
#ifndef DOMAIN_TRAIL_TRAIL_H
#define DOMAIN_TRAIL_TRAIL_H

#include "kit/route/route.h"

struct trail {
	int64_t id, at, user_id;
	str user_name, peer, entity, verb;
	int64_t row_id, project_id;
	str diff;
};

extern const struct module trail_module;

#endif
