/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate.c - the gate in front of libre: a helper below each UDP socket, and libre's own decoder behind ours. */
#include "engine/tel/gate.h"

#include "base/clock.h"
#include "base/log.h"
#include "engine/tel/re.h"

#include <dlfcn.h>

enum {
	LAYER = -10,
	SOCKETS_MAX = 32,
	ADDRESSES_MAX = 512,
	SAY_EVERY_MS = 10000,
	REQUESTS_PER_S =
	        500, /* of one address, far over what thousand calls need: each request costs libre a transaction of 32 s */
	REQUESTS_AT_ONCE = 1000
};

struct source {
	struct sa sa;
	enum tel_gate_source kind;
	int count;
	int64_t room_ms; /* thousandths of requests it may still send */
	int64_t seen_ms;
};

static struct {
	struct udp_helper *helpers[SOCKETS_MAX];
	struct udp_sock *sockets[SOCKETS_MAX];
	size_t n_sockets;
	struct source sources[ADDRESSES_MAX];
	size_t n_sources;
	const struct mbuf *passed; /* the datagram that is decoded next */
	bool decodes;
	uint64_t dropped[TEL_GATE_VERDICTS];
	int64_t said_ms;
} gate;

/* Which requests each kind of source may send; responses go to whoever waits for them. NULL: all, what we cannot do is answered 405. */
static const char *const methods[TEL_GATE_SOURCES] = {
        [TEL_GATE_IS_STRANGER] = "",
        [TEL_GATE_IS_TRUNK] = NULL,
        [TEL_GATE_IS_PHONE] = " REGISTER INVITE ACK BYE CANCEL OPTIONS INFO ",
};

/* Sources ---------------------------------------------------------------------------------------------------------------- */

static struct source *find(const struct sa *sa)
{
	for (size_t i = 0; i < gate.n_sources; i++)
		if (sa_cmp(&gate.sources[i].sa, sa, SA_ADDR))
			return gate.sources + i;
	return NULL;
}

enum tel_gate_source tel_gate_source(const struct sa *sa)
{
	const struct source *s = find(sa);

	return s ? s->kind : TEL_GATE_IS_STRANGER;
}

void tel_gate_allow(const struct sa *sa, enum tel_gate_source kind)
{
	struct source *s = find(sa);

	if (!s && gate.n_sources == ADDRESSES_MAX)
		return;
	if (!s) {
		s = &gate.sources[gate.n_sources++];
		*s = (struct source){
		        .sa = *sa, .kind = kind, .room_ms = REQUESTS_AT_ONCE * 1000, .seen_ms = clock_mono_ms()};
	}
	if (kind == TEL_GATE_IS_TRUNK) /* who is both may do what a trunk may */
		s->kind = kind;
	s->count++;
}

void tel_gate_forbid(const struct sa *sa)
{
	struct source *s = find(sa);

	if (s && --s->count <= 0)
		*s = gate.sources[--gate.n_sources];
}

static bool may_send(const struct source *s, str method)
{
	const char *all = methods[s->kind];
	char z[32];

	if (!all)
		return true;
	return snprintf(z, sizeof(z), " %.*s ", STR_ARG(method)) < (int)sizeof(z) && strstr(all, z);
}

static bool has_room(struct source *s)
{
	int64_t now = clock_mono_ms();

	s->room_ms += (now - s->seen_ms) * REQUESTS_PER_S;
	s->seen_ms = now;
	if (s->room_ms > REQUESTS_AT_ONCE * 1000)
		s->room_ms = REQUESTS_AT_ONCE * 1000;
	if (s->room_ms < 1000)
		return false;
	s->room_ms -= 1000;
	return true;
}

enum tel_gate_verdict tel_gate_judge(const struct sa *src, str datagram, struct tel_gate_message *ret)
{
	struct source *s = find(src);
	struct tel_gate_message m = {0};
	enum tel_gate_verdict verdict = s ? tel_gate_check(datagram, false, &m) : TEL_GATE_STRANGER;

	if (!verdict && m.method.p && !may_send(s, m.method))
		verdict = TEL_GATE_STRANGER;
	if (!verdict && m.method.p && !has_room(s))
		verdict = TEL_GATE_FLOOD;
	if (!verdict)
		*ret = m;
	return verdict;
}

/* Dropping --------------------------------------------------------------------------------------------------------------- */

uint64_t tel_gate_dropped(enum tel_gate_verdict why)
{
	return gate.dropped[why];
}

uint64_t tel_gate_dropped_all(void)
{
	uint64_t n = 0;

	for (size_t i = 0; i < TEL_GATE_VERDICTS; i++)
		n += gate.dropped[i];
	return n;
}

static void drop(enum tel_gate_verdict why)
{
	gate.dropped[why]++;
	if (clock_mono_ms() - gate.said_ms <= SAY_EVERY_MS)
		return;
	gate.said_ms = clock_mono_ms();
	log_warn("gate", "a SIP message is dropped (%s): %llu so far", tel_gate_verdict_names[why],
	        (unsigned long long)tel_gate_dropped_all());
}

/* The decoder ------------------------------------------------------------------------------------------------------------ */

typedef int(decode_h)(struct sip_msg **msgp, struct mbuf *mb);

static decode_h *next_decoder(void)
{
	static decode_h *h;
	void *p;

	if (!h) {
		p = dlsym(RTLD_NEXT, "sip_msg_decode");
		memcpy(&h, &p, sizeof(h));
	}
	return h;
}

/* In the program's own name, so that the dynamic linker gives it to libre, which calls it for every message of every transport. A
 * datagram was judged already; of a stream this is the first that is seen of it. ENODATA: wait for more; others close a connection. */
__attribute__((visibility("default"))) int sip_msg_decode(struct sip_msg **msgp, struct mbuf *mb)
{
	decode_h *next = next_decoder();
	char *p = (char *)mbuf_buf(mb);
	size_t n = mbuf_get_left(mb);
	struct tel_gate_message m = {.n = n};
	enum tel_gate_verdict verdict = TEL_GATE_OK;

	gate.decodes = true;
	if (!next)
		return ENOSYS;
	if (mb != gate.passed)
		verdict = tel_gate_check((str){p, n}, true, &m);
	gate.passed = NULL; /* once: the next that lies there may be of a stream */
	if (verdict == TEL_GATE_CUT)
		return ENODATA;
	if (verdict) {
		drop(verdict);
		return EBADMSG;
	}
	if (n > 8 && !memcmp(p, "SIP/2.0 3", 9))
		tel_gate_no_redirect(p, n < m.n ? n : m.n);
	return next(msgp, mb);
}

bool tel_gate_decodes(void)
{
	return gate.decodes;
}

/* Datagrams -------------------------------------------------------------------------------------------------------------- */

/* libre prints a line for each message it cannot decode, so it is tried here first. */
static bool decodable(struct mbuf *mb)
{
	struct sip_msg *msg = NULL;
	size_t pos = mb->pos;
	int err;

	gate.passed = mb;
	err = sip_msg_decode(&msg, mb);

	mem_deref(msg);
	mb->pos = pos;
	return !err;
}

/* True: handled, which here means dropped. */
static bool recv_handler(struct sa *src, struct mbuf *mb, void *arg)
{
	struct tel_gate_message m;
	enum tel_gate_verdict verdict;

	(void)arg;
	if (mbuf_get_left(mb) <= 4) /* a keepalive */
		return true;
	verdict = tel_gate_judge(src, (str){(const char *)mbuf_buf(mb), mbuf_get_left(mb)}, &m);
	if (!verdict)
		mb->end = mb->pos + m.n;
	if (!verdict && !decodable(mb))
		verdict = TEL_GATE_DECODE;
	if (verdict)
		drop(verdict);
	else
		gate.passed = mb;
	return verdict != TEL_GATE_OK;
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
	gate.n_sources = 0;
	gate.passed = NULL;
}
