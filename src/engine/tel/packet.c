/* SPDX-License-Identifier: GPL-3.0-or-later */
/* packet.c - a list per thread of packets nobody holds. */
#include "engine/tel/packet.h"

/* SPARE_MAX: of a loop with a thousand legs, two packets each. */
enum { SPARE_MAX = 2048, ROOM = 240 };

struct packet {
	struct mbuf mb; /* first: a packet is one */
	struct packet *next;
	uint8_t room[ROOM];
};

static _Thread_local struct packet *spare;
static _Thread_local size_t n_spare;

/* libre asks after the destructor whether somebody holds it again (mem_deref). */
static void packet_destructor(void *arg)
{
	struct packet *p = arg;

	if (n_spare == SPARE_MAX)
		return;
	mem_ref(p);
	p->next = spare;
	spare = p;
	n_spare++;
}

static struct mbuf *empty(size_t n)
{
	struct packet *p = spare;

	if (n > ROOM)
		return mbuf_alloc(n);
	if (p) {
		spare = p->next;
		n_spare--;
	} else if (!(p = mem_alloc(sizeof(*p), packet_destructor))) {
		return NULL;
	}
	p->mb = (struct mbuf){.buf = p->room, .size = sizeof(p->room)};
	return &p->mb;
}

struct mbuf *tel_packet_new(const uint8_t *p, size_t n)
{
	struct mbuf *mb = empty(n);

	if (mb) {
		memcpy(mb->buf, p, n);
		mb->end = n;
	}
	return mb;
}

void tel_packet_done(void)
{
	struct packet *p;

	for (n_spare = SPARE_MAX; (p = spare); mem_deref(p)) /* full: none comes back */
		spare = p->next;
	n_spare = 0;
}
