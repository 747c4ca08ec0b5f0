/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modules.h - the whole product on one page: what each domain folder offers, in modules.c. */
#ifndef SERVER_MODULES_H
#define SERVER_MODULES_H

#include "kit/route/route.h"

extern const struct module *const modules[];
extern const size_t modules_count;

#endif
