/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crew.h - the threads that carry sound beside the loop's own, so that one process uses all cores it is given (docs/adr/0029). Legs are dealt to
 * parts, as many as threads. At each beat and in each phase of a tick the parts are done side by side, the loop doing its share, also of
 * those no other thread has begun; it goes on when all are done, and nothing of SIP, timers or calls runs meanwhile. So everything belongs
 * to the loop except while the crew works, and then a leg and its socket belong to who does their part. Work of the crew must not free a
 * leg, start a timer or call a handler: it notes, and the loop does it afterwards. All functions: loop thread. */
#ifndef ENGINE_TEL_CREW_H
#define ENGINE_TEL_CREW_H

#include "base/fault.h"

/* TEL_CREW_LOOP: a part more, which the loop does alone, before the others. */
enum { TEL_CREW_MAX = 16, TEL_CREW_LOOP = TEL_CREW_MAX, TEL_CREW_PARTS, TEL_CREW_PLENTY = 48 };

/* Threads in all, the loop's among them; 0: as many as cores are given to the process. plenty: legs a part has before another one is used (in a
 * small house the loop does it all and wakes nobody). Without this there is one part. */
int tel_crew_init(int threads, size_t plenty, struct fault *f) MUST_USE;
void tel_crew_done(void);
int tel_crew_size(void);

/* A leg comes: the part it is dealt to, TEL_CREW_LOOP if it must be the loop's. And goes. */
int tel_crew_join(bool on_loop);
void tel_crew_leave(int part);

/* h(TEL_CREW_LOOP), then h(part) for part 0 and every other that has legs, side by side; returns when all have returned. */
void tel_crew_run(void (*h)(int part));

#endif
