/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search.h - one field that finds any person, company, project, customer or call (Ctrl+K), within the asker's reach and rights. */
#ifndef DOMAIN_SEARCH_SEARCH_H
#define DOMAIN_SEARCH_SEARCH_H

#include "kit/route/route.h"

extern const struct module search_module;

#endif
