/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp.c - symmetric RTP (RFC 4961) with a locked source. */
#include "engine/tel/rtp.h"

#include "engine/tel/ports.h"

struct tel_rtp {
	struct udp_sock *rtp, *rtcp;
	struct tel_leg *leg; /* not a reference: the leg holds us */
	struct sa peer, peer_rtcp, signalling;
	bool known, locked, closed;
	uint64_t foreign;
};

static int send_rtp(void *arg, struct mbuf *mb)
{
	struct tel_rtp *r = arg;

	return r->known && !r->closed ? udp_send(r->rtp, &r->peer, mb) : ENOTCONN;
}

static int send_rtcp(void *arg, struct mbuf *mb)
{
	struct tel_rtp *r = arg;

	return r->known && !r->closed ? udp_send(r->rtcp, &r->peer_rtcp, mb) : ENOTCONN;
}

static const struct tel_leg_way way = {.send = send_rtp, .send_rtcp = send_rtcp};

static bool trusted(const struct tel_rtp *r, const struct sa *src)
{
	if (r->locked)
		return sa_cmp(src, &r->peer, SA_ADDR);
	return sa_cmp(src, &r->peer, SA_ADDR) || sa_cmp(src, &r->signalling, SA_ADDR);
}

static void rtp_handler(const struct sa *src, struct mbuf *mb, void *arg)
{
	struct tel_rtp *r = arg;

	if (!r->known || r->closed)
		return;
	if (!trusted(r, src) || (r->locked && !sa_cmp(src, &r->peer, SA_ALL))) {
		r->foreign++;
		return;
	}
	if (!r->locked) {
		r->locked = true;
		if (!sa_cmp(src, &r->peer, SA_ALL)) {
			r->peer_rtcp = *src;
			sa_set_port(&r->peer_rtcp, (uint16_t)(sa_port(src) + 1));
		}
		r->peer = *src;
	}
	tel_leg_rtp(r->leg, mb);
}

static void rtcp_handler(const struct sa *src, struct mbuf *mb, void *arg)
{
	struct tel_rtp *r = arg;

	if (r->known && !r->closed && trusted(r, src))
		tel_leg_rtcp(r->leg, mb);
}

static void rtp_destructor(void *arg)
{
	struct tel_rtp *r = arg;

	mem_deref(r->rtp);
	mem_deref(r->rtcp);
}

int tel_rtp_new(struct tel_rtp **ret, struct tel_leg **leg, uint16_t *port)
{
	struct tel_rtp *r = mem_zalloc(sizeof(*r), rtp_destructor);
	int err = r ? tel_ports_listen(&r->rtp, &r->rtcp, port, rtp_handler, rtcp_handler, r) : ENOMEM;

	if (!err)
		err = tel_leg_new(&r->leg, &way, r);
	if (err) {
		mem_deref(r);
		return err;
	}
	*leg = r->leg;
	*ret = r;
	return 0;
}

void tel_rtp_remote(struct tel_rtp *r, const struct sa *sdp, const struct sa *signalling)
{
	if (r->known && sa_cmp(&r->peer, sdp, SA_ALL))
		return;
	r->peer = r->peer_rtcp = *sdp;
	sa_set_port(&r->peer_rtcp, (uint16_t)(sa_port(sdp) + 1));
	r->signalling = *signalling;
	r->known = true;
	r->locked = false;
}

void tel_rtp_close(struct tel_rtp *r)
{
	r->closed = true;
}

uint64_t tel_rtp_foreign(const struct tel_rtp *r)
{
	return r->foreign;
}
