/* SPDX-License-Identifier: GPL-3.0-or-later */
/* house.h - what belongs to no domain: health, figures, events, the audit, the API's own description. */
#ifndef SERVER_HOUSE_H
#define SERVER_HOUSE_H

#include "kit/route/route.h"

extern const struct module house_module;
/* The API's description, made once at start. */
void house_openapi_set(str document);
/* GET /metrics */
int house_metrics(struct request *q);

#endif
