/* SPDX-License-Identifier: GPL-3.0-or-later */
/* migrations.h - the files of migrations/, compiled in by tools/embed. */
#ifndef SERVER_MIGRATIONS_H
#define SERVER_MIGRATIONS_H

#include "engine/db/migrate.h"

extern const struct migration migrations[];
extern const size_t migrations_count;

#endif
