/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drop.h - packets of media that were dropped, and why, since the start; SIP messages are the gate's to count (gate.h). Any thread. */
#ifndef ENGINE_TEL_DROP_H
#define ENGINE_TEL_DROP_H

#include <stdint.h>

enum tel_drop {
	TEL_DROP_FOREIGN,    /* RTP from another address than the trunk named, or than it came from first */
	TEL_DROP_UNVERIFIED, /* at a browser's port, from where no STUN check of its offer came */
	TEL_DROP_FORGED,     /* SRTP that does not prove itself, or came before */
	TEL_DROPS
};
extern const char *const tel_drop_names[TEL_DROPS];

void tel_drop(enum tel_drop why);
uint64_t tel_dropped(enum tel_drop why);

#endif
