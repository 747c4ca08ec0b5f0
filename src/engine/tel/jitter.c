/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jitter.c - a ring of packets by sequence number (RFC 3550 arithmetic). */
#include "engine/tel/jitter.h"

#include "engine/tel/re.h"

/* BURST_TICKS: a second, since late ticks of our own are made up for within one (loop.h). */
enum { WINDOW_TICKS = 250, BURST_TICKS = 50 };

void tel_jitter_reset(struct tel_jitter *j)
{
	for (int i = 0; i < TEL_JITTER_SLOTS; i++)
		mem_deref(j->slots[i]);
	*j = (struct tel_jitter){.steady = j->steady, .n_late = j->n_late, .n_lost = j->n_lost, .n_got = j->n_got};
}

static void start(struct tel_jitter *j, uint16_t seq)
{
	tel_jitter_reset(j);
	j->next = seq;
	j->started = j->filling = true;
	j->target = j->steady ? TEL_JITTER_STEADY : TEL_JITTER_LEAST;
	j->window_min = TEL_JITTER_SLOTS;
}

static void late(struct tel_jitter *j)
{
	j->n_late++;
	if (j->steady)
		return;
	j->lates++;
	if (j->target < TEL_JITTER_MOST)
		j->target++;
	j->filling = j->held < j->target; /* play a little silence now rather than holes all along */
}

static uint64_t bit(uint16_t seq)
{
	return UINT64_C(1) << seq % TEL_JITTER_SLOTS;
}

void tel_jitter_pass(struct tel_jitter *j, uint16_t seq)
{
	int ahead = (int16_t)(uint16_t)(seq - j->next);

	if (!j->started || ahead < 0 || ahead >= TEL_JITTER_SLOTS)
		return;
	if (j->held) {
		j->passed |= bit(seq);
	} else { /* all before it was played, or will not be */
		j->next = (uint16_t)(seq + 1);
		j->passed = 0;
	}
}

void tel_jitter_put(struct tel_jitter *j, uint16_t seq, struct mbuf *mb)
{
	int ahead = (int16_t)(uint16_t)(seq - j->next);
	struct mbuf **slot;

	if (!j->started || ahead >= TEL_JITTER_SLOTS || ahead < -TEL_JITTER_SLOTS) {
		start(j, seq);
		ahead = 0;
	}
	if (ahead < 0) {
		if (!j->played && j->held - ahead < TEL_JITTER_SLOTS)
			j->next = seq; /* the very first packets came in disorder */
		else {
			late(j);
			return;
		}
	}
	slot = &j->slots[seq % TEL_JITTER_SLOTS];
	if (*slot || j->passed & bit(seq))
		return;
	*slot = mem_ref(mb);
	j->held++;
}

/* At the end of a window: was there always a packet too many, or never one late? */
static bool too_deep(struct tel_jitter *j)
{
	bool deep;

	if (j->held < j->window_min)
		j->window_min = j->held;
	if (++j->window < WINDOW_TICKS)
		return false;
	deep = j->window_min > TEL_JITTER_LEAST;
	if (!j->lates && j->target > TEL_JITTER_LEAST)
		j->target--;
	j->window = j->lates = 0;
	j->window_min = TEL_JITTER_SLOTS;
	return deep;
}

/* The next packet, NULL: it never came. One at least is held. */
static struct mbuf *take(struct tel_jitter *j)
{
	struct mbuf **slot, *mb;

	for (; j->passed & bit(j->next); j->next++)
		j->passed &= ~bit(j->next);
	slot = &j->slots[j->next++ % TEL_JITTER_SLOTS];
	mb = *slot;
	*slot = NULL;
	if (mb)
		j->held--;
	return mb;
}

/* After a stall of the network everything came at once, and would be behind for the rest of the call. */
static void drop_burst(struct tel_jitter *j)
{
	j->burst = j->held > TEL_JITTER_MOST + TEL_JITTER_LEAST ? j->burst + 1 : 0;
	while (j->burst > BURST_TICKS && j->held > j->target)
		mem_deref(take(j));
}

enum tel_jitter_got tel_jitter_get(struct tel_jitter *j, struct mbuf **ret)
{
	struct mbuf *mb;

	if (j->filling && j->held >= j->target)
		j->filling = false;
	if (!j->started || j->filling)
		return TEL_JITTER_EMPTY;
	if (j->held == 0) {
		j->filling = true;
		return TEL_JITTER_EMPTY;
	}
	if (!j->steady)
		drop_burst(j);
	if (!j->steady && too_deep(j) && j->held > 1)
		mem_deref(take(j));
	j->played = true;
	mb = take(j);
	if (!mb) {
		j->n_lost++;
		return TEL_JITTER_LOST;
	}
	j->n_got++;
	*ret = mb;
	return TEL_JITTER_PACKET;
}
