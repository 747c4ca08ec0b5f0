/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sound.h - how calls sound, a row for each leg: written as tel tells it, read by those who see the journal. */
#ifndef DOMAIN_CALL_SOUND_H
#define DOMAIN_CALL_SOUND_H

#include "callflow/message.h"
#include "kit/route/route.h"

extern const struct resource sound_resource;

/* In a writing closure: EV_SOUND. Of an unknown call nothing is kept. */
int sound_follow(struct db *db, struct arena *a, const struct message *m, struct fault *f) MUST_USE;

#endif
