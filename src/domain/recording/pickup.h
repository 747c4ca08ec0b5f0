/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pickup.h - the first seconds of answered calls, labelled by people, and what telling machines from people would do with them: how many
 * people it would take for machines, with the upper bound of that share. It is switched on for a project only when that bound is low. */
#ifndef DOMAIN_RECORDING_PICKUP_H
#define DOMAIN_RECORDING_PICKUP_H

#include "engine/audio/amd.h"
#include "kit/route/route.h"

extern const struct module pickup_module;

/* In a writing closure; once a call. marks: letters of engine/audio/amd.h. */
int pickup_put(struct db *db, int64_t call_id, int64_t recording_id, str marks, struct fault *f) MUST_USE;

#endif
