/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fence.c - what a tel node does that nobody leads. Its talks go on, since they are people's; but what was dialled and not answered is hung up
 * and no call is taken, since an app that lost us gives our projects to another node, and nobody shall be rung by two. The time runs by our
 * own clock from a moment of ours that the leader had heard of before he renewed his lease: no delay on the way makes it longer. Then all
 * connections end, so that nothing said before is obeyed after. */
#include "base/log.h"
#include "engine/tel/sip.h"
#include "exchange/house.h"
#include "exchange/link.h"

static struct {
	int64_t until; /* monotonic; 0: for ever */
	bool on;
} fence;

bool fenced(void)
{
	return fence.on;
}

void fence_lease(const struct message *m)
{
	bool was_on = fence.on;

	fence.until = m->ms ? m->since + m->ms : 0;
	fence.on = false;
	tel_sip_open(true);
	if (was_on)
		log_info("fence", "there is an app that leads us again");
	link_led();
}

void fence_watch(void)
{
	if (!fence.until || house_now() < fence.until)
		return;
	log_error("fence", "no app renews its lease: nothing is dialled and no call is taken until one does");
	fence.until = 0;
	fence.on = true;
	tel_sip_open(false);
	line_end_dialled();
	link_drop();
}
