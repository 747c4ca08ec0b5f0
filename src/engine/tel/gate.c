/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate.c - a UDP helper in front of the SIP transport. */
#include "engine/tel/gate.h"

#include "base/clock.h"
#include "base/log.h"
#include "engine/tel/re.h"

enum { LAYER = -10, SOCKETS_MAX = 32, ADDRESSES_MAX = 512, SAY_EVERY_MS = 10000 };

static struct {
	struct udp_helper *helpers[SOCKETS_MAX];
	struct udp_sock *sockets[SOCKETS_MAX];
	size_t n_sockets;
	struct {
		struct sa sa;
		int count;
	} allowed[ADDRESSES_MAX];
	size_t n_allowed;
	uint64_t dropped;
	int64_t said_ms;
} gate;

static size_t find(const struct sa *sa)
{
	for (size_t i = 0; i < gate.n_allowed; i++)
		if (sa_cmp(&gate.allowed[i].sa, sa, SA_ADDR))
			return i;
	return gate.n_allowed;
}

bool tel_gate_allowed(const struct sa *sa)
{
	return find(sa) < gate.n_allowed;
}

void tel_gate_allow(const struct sa *sa)
{
	size_t i = find(sa);

	if (i == ADDRESSES_MAX)
		return;
	if (i == gate.n_allowed) {
		gate.n_allowed++;
		gate.allowed[i].sa = *sa;
		gate.allowed[i].count = 0;
	}
	gate.allowed[i].count++;
}

void tel_gate_forbid(const struct sa *sa)
{
	size_t i = find(sa);

	if (i == gate.n_allowed || --gate.allowed[i].count > 0)
		return;
	gate.allowed[i] = gate.allowed[--gate.n_allowed];
}

static bool is_name(str line, const char *name, const char *short_name)
{
	str head = str_trim(str_sub(line, 0, str_find(line, ':', 0)));

	return str_eq_nocase(head, str_of(name)) || (short_name && str_eq_nocase(head, str_of(short_name)));
}

bool tel_gate_looks_right(str d)
{
	static const struct {
		const char *name, *short_name;
		size_t most;
	} must[] = {{"Via", "v", 64}, {"From", "f", 1}, {"To", "t", 1}, {"Call-ID", "i", 1}, {"CSeq", NULL, 1}};
	size_t seen[COUNT(must)] = {0};
	str line;

	if (d.n > TEL_GATE_MESSAGE_MAX || !str_cut(&d, '\n', &line))
		return false;
	line = str_trim(line);
	if (!str_starts(line, STR("SIP/2.0 ")) && !str_ends(line, STR(" SIP/2.0")))
		return false;
	while (str_cut(&d, '\n', &line) && str_trim(line).n)
		for (size_t i = 0; i < COUNT(must); i++)
			seen[i] += is_name(line, must[i].name, must[i].short_name);
	for (size_t i = 0; i < COUNT(must); i++)
		if (!seen[i] || seen[i] > must[i].most)
			return false;
	return true;
}

uint64_t tel_gate_dropped(void)
{
	return gate.dropped;
}

/* True: handled, which here means dropped. */
static bool recv_handler(struct sa *src, struct mbuf *mb, void *arg)
{
	(void)arg;
	if (tel_gate_allowed(src) && tel_gate_looks_right((str){(const char *)mbuf_buf(mb), mbuf_get_left(mb)}))
		return false;
	gate.dropped++;
	if (clock_mono_ms() - gate.said_ms > SAY_EVERY_MS && mbuf_get_left(mb) > 8) {
		gate.said_ms = clock_mono_ms();
		log_warn("gate", "SIP from an address of no trunk, or malformed, is dropped: %llu so far",
		        (unsigned long long)gate.dropped);
	}
	return true;
}

int tel_gate_install(struct udp_sock *us)
{
	int err;

	for (size_t i = 0; i < gate.n_sockets; i++)
		if (gate.sockets[i] == us)
			return 0;
	if (gate.n_sockets == SOCKETS_MAX)
		return ENOSPC;
	err = udp_register_helper(&gate.helpers[gate.n_sockets], us, LAYER, NULL, recv_handler, NULL);
	if (!err)
		gate.sockets[gate.n_sockets++] = us;
	return err;
}

void tel_gate_done(void)
{
	while (gate.n_sockets)
		gate.helpers[gate.n_sockets - 1] = mem_deref(gate.helpers[gate.n_sockets - 1]), gate.n_sockets--;
	gate.n_allowed = 0;
}
