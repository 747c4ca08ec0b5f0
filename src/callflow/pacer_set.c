/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacer_set.c - items by id: a dense array, so that a decision walks only what is there, and an index of open addressing. */
#include "callflow/pacer_priv.h"

struct pacer_set pacer_operators(struct pacer *p)
{
	return (struct pacer_set){p->operators, p->operator_slots, &p->n_operators, PACER_OPERATORS};
}

struct pacer_set pacer_calls(struct pacer *p)
{
	return (struct pacer_set){p->calls, p->call_slots, &p->n_calls, PACER_CALLS};
}

static uint32_t home(struct pacer_set s, int64_t id)
{
	return (uint32_t)((uint64_t)id * 0x9E3779B97F4A7C15u >> 32) & (2 * s.cap - 1);
}

static uint32_t next(struct pacer_set s, uint32_t slot)
{
	return (slot + 1) & (2 * s.cap - 1);
}

/* The slot of the id, or the free one where it belongs: half of the slots are free, so there is one. */
static uint32_t slot_of(struct pacer_set s, int64_t id)
{
	uint32_t slot = home(s, id);

	while (s.slots[slot] && s.items[s.slots[slot] - 1].id != id)
		slot = next(s, slot);
	return slot;
}

struct pacer_item *set_find(struct pacer_set s, int64_t id)
{
	uint32_t slot = slot_of(s, id);

	return s.slots[slot] ? &s.items[s.slots[slot] - 1] : NULL;
}

struct pacer_item *set_add(struct pacer_set s, int64_t id)
{
	struct pacer_item *item;

	if (*s.n >= s.cap)
		return NULL;
	s.slots[slot_of(s, id)] = (uint16_t)(*s.n + 1);
	item = &s.items[(*s.n)++];
	*item = (struct pacer_item){.id = id};
	return item;
}

/* Later items of the chain move up into the hole, so that each is found from its home without a break. */
static void slot_free(struct pacer_set s, uint32_t hole)
{
	for (uint32_t slot = next(s, hole); s.slots[slot]; slot = next(s, slot)) {
		uint32_t from_home = (slot - home(s, s.items[s.slots[slot] - 1].id)) & (2 * s.cap - 1),
		         from_hole = (slot - hole) & (2 * s.cap - 1);
		if (from_home >= from_hole) {
			s.slots[hole] = s.slots[slot];
			hole = slot;
		}
	}
	s.slots[hole] = 0;
}

void set_remove(struct pacer_set s, struct pacer_item *item)
{
	uint16_t at = (uint16_t)(item - s.items + 1), last = (uint16_t)*s.n;
	uint32_t moved = slot_of(s, s.items[last - 1].id);

	if (last == at) {
		slot_free(s, moved);
	} else {
		uint32_t gone = slot_of(s, item->id);
		s.slots[moved] = at;
		s.items[at - 1] = s.items[last - 1]; /* before the hole is closed: homes are read from the items */
		slot_free(s, gone);
	}
	(*s.n)--;
}
