/* SPDX-License-Identifier: GPL-3.0-or-later */
/* presence.h - who looks at a report now. */
#ifndef DOMAIN_REPORT_PRESENCE_H
#define DOMAIN_REPORT_PRESENCE_H

#include "kit/route/route.h"

struct presence_body {
	int64_t contact_id, column_id;
	bool leaves;
};
extern const struct shape presence_shape;
extern const char presence_schema[];
int presence_put(struct request *q); /* PUT /projects/{id}/report/presence */

#endif
