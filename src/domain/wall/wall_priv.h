/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wall_priv.h - between the entity (wall.c) and what the board shows (board.c). */
#ifndef DOMAIN_WALL_WALL_PRIV_H
#define DOMAIN_WALL_WALL_PRIV_H

#include "domain/wall/wall.h"

enum { WALL_PROJECTS_MAX = 50, WALL_QUEUES_MAX = 100 };

/* A JSON array of ids. EINVAL on field when it is none, or longer than max. */
int wall_ids(
        struct arena *a, str text, const char *field, size_t max, int64_t *ret, size_t *ret_n, struct fault *f) MUST_USE;
int wall_board(struct request *q); /* GET /wall */
int board_start(struct app *app, struct fault *f);
extern const char board_schema[];

#endif
