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
	ADDRESSES_MAX = 20000, /* more than all phones of desk.c and their bindings */
	BUCKETS = 4096,
	SAY_EVERY_MS = 10000,
	REQUESTS_PER_S =
	        500, /* of one address, far over what thousand calls need: each request costs libre a transaction of 32 s */
	REQUESTS_AT_ONCE = 1000
};

struct source {
	struct le le;
	struct sa sa;
	int count[TEL_GATE_SOURCES];
	int64_t room_ms; /* thousandths of requests it may still send */
	int64_t seen_ms;
};

static struct {
	struct udp_helper *helpers[SOCKETS_MAX];
	struct udp_sock *sockets[SOCKETS_MAX];
	size_t n_sockets;
	struct hash *sources; /* by address; NULL: none yet */
	size_t n_sources;
	tel_gate_knock_h *knock;
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

static bool is_at(struct le *le, void *sa)
{
	return sa_cmp(&((struct source *)le->data)->sa, sa, SA_ADDR);
}

static struct source *find(const struct sa *sa)
{
	struct sa key = *sa;

	return gate.sources ? list_ledata(hash_lookup(gate.sources, sa_hash(sa, SA_ADDR), is_at, &key)) : NULL;
}

/* Who is both may do what a trunk may. */
static enum tel_gate_source kind_of(const struct source *s)
{
	return s->count[TEL_GATE_IS_TRUNK] ? TEL_GATE_IS_TRUNK : TEL_GATE_IS_PHONE;
}

enum tel_gate_source tel_gate_source(const struct sa *sa)
{
	const struct source *s = find(sa);

	return s ? kind_of(s) : TEL_GATE_IS_STRANGER;
}

static void source_destructor(void *arg)
{
	struct source *s = arg;

	hash_unlink(&s->le);
	gate.n_sources--;
}

static struct source *source_new(const struct sa *sa)
{
	struct source *s;

	if (gate.n_sources == ADDRESSES_MAX || (!gate.sources && hash_alloc(&gate.sources, BUCKETS)))
		return NULL;
	s = mem_zalloc(sizeof(*s), source_destructor);
	if (!s)
		return NULL;
	gate.n_sources++;
	s->sa = *sa;
	s->room_ms = REQUESTS_AT_ONCE * 1000;
	s->seen_ms = clock_mono_ms();
	hash_append(gate.sources, sa_hash(sa, SA_ADDR), &s->le, s);
	return s;
}

int tel_gate_allow(const struct sa *sa, enum tel_gate_source kind)
{
	struct source *s = find(sa);

	if (!s)
		s = source_new(sa);
	if (!s) {
		log_error("gate", "no room for another address: it is not let in");
		return ENOSPC;
	}
	s->count[kind]++;
	return 0;
}

void tel_gate_forbid(const struct sa *sa, enum tel_gate_source kind)
{
	struct source *s = find(sa);

	if (s && s->count[kind] && !--s->count[kind] && !s->count[TEL_GATE_IS_TRUNK] && !s->count[TEL_GATE_IS_PHONE])
		mem_deref(s);
}

static bool may_send(const struct source *s, str method)
{
	const char *all = methods[kind_of(s)];
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

void tel_gate_knocks(tel_gate_knock_h *h)
{
	gate.knock = h;
}

/* Most of what strangers send is nothing we would read. */
static enum tel_gate_verdict judge_stranger(const struct sa *src, str datagram, struct tel_gate_message *ret)
{
	struct tel_gate_message m;

	if (!gate.knock || !str_starts(datagram, STR("REGISTER ")) || tel_gate_check(datagram, false, &m) ||
	        !gate.knock(src, datagram))
		return TEL_GATE_STRANGER;
	*ret = m;
	return TEL_GATE_OK;
}

enum tel_gate_verdict tel_gate_judge(const struct sa *src, str datagram, struct tel_gate_message *ret)
{
	struct source *s = find(src);
	struct tel_gate_message m = {0};
	enum tel_gate_verdict verdict;

	if (!s)
		return judge_stranger(src, datagram, ret);
	verdict = tel_gate_check(datagram, false, &m);
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
	hash_flush(gate.sources);
	gate.sources = mem_deref(gate.sources);
	gate.passed = NULL;
}
