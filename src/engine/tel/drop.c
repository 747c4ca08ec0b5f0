/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drop.c - one number for each reason. */
#include "engine/tel/drop.h"

#include <stdatomic.h>

const char *const tel_drop_names[] = {"rtp_foreign", "media_unverified", "srtp_forged"};
static atomic_uint_fast64_t dropped[TEL_DROPS];

void tel_drop(enum tel_drop why)
{
	atomic_fetch_add_explicit(&dropped[why], 1, memory_order_relaxed);
}

uint64_t tel_dropped(enum tel_drop why)
{
	return atomic_load_explicit(&dropped[why], memory_order_relaxed);
}
