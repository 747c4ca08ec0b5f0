/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip_fuzz.c - a SIP message through the gate, and what passes through libre's decoder and its readers of addresses as we use them. */
#include "engine/tel/gate.h"
#include "engine/tel/re.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void read_message(struct mbuf *mb)
{
	struct sip_msg *msg = NULL;
	struct arena a = {0};
	struct sip_addr addr;
	const struct sip_hdr *contact;

	if (sip_msg_decode(&msg, mb))
		return;
	contact = sip_msg_hdr(msg, SIP_HDR_CONTACT);
	if (contact && !sip_addr_decode(&addr, &contact->val))
		tel_gate_name(&a, (str){addr.dname.p, addr.dname.l});
	tel_gate_name(&a, (str){msg->from.dname.p, msg->from.dname.l});
	arena_free(&a);
	mem_deref(msg);
}

/* Of the exact length, so that an octet too far is seen. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct tel_gate_message m = {.n = n};
	char *copy = malloc(n ? n : 1);
	struct arena a = {0};
	struct mbuf *mb;

	memcpy(copy, data, n);
	tel_gate_name(&a, (str){copy, n});
	if (!tel_gate_check((str){copy, n}, false, &m) && m.n > n)
		abort();
	tel_gate_no_redirect(copy, n);
	mb = mbuf_alloc(n ? n : 1);
	mbuf_write_mem(mb, data, n);
	mb->pos = 0;
	read_message(mb); /* as of a stream: the gate is in front of the decoder */
	mem_deref(mb);
	arena_free(&a);
	free(copy);
	return 0;
}
