/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk.h - talk figures (engine/audio/talk.h) as rows: one a recorded call, made with its kept recording, read by those who see the journal. */
#ifndef DOMAIN_RECORDING_TALK_H
#define DOMAIN_RECORDING_TALK_H

#include "engine/audio/talk.h"
#include "kit/route/route.h"

extern const struct resource talk_resource;

/* Measure the raw file of a call: only while an operator and the other side heard each other. Reads only. EINVAL "wav" */
int talk_figures_of(struct db *db, struct arena *a, int64_t call_id, const char *raw, struct talk_figures *ret,
        struct fault *f) MUST_USE;
/* In a writing closure; once a call. */
int talk_put(struct db *db, int64_t call_id, const struct talk_figures *g, struct fault *f) MUST_USE;

#endif
