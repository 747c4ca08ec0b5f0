/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shift_priv.h - between the rows (shift.c), the hours (hours.c) and the routes (shift_http.c). */
#ifndef DOMAIN_SHIFT_SHIFT_PRIV_H
#define DOMAIN_SHIFT_SHIFT_PRIV_H

#include "domain/shift/shift.h"

extern const struct route shift_routes[];

int shift_hours(struct request *q);

#endif
