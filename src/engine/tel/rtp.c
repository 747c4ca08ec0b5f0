/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp.c - symmetric RTP (RFC 4961) with a locked source: once it is known the socket is connected to it, so the kernel drops what others
 * send and looks up the way to it once. */
#include "engine/tel/rtp.h"

#include "base/clock.h"
#include "engine/crypto/crypto.h"
#include "engine/tel/crew.h"
#include "engine/tel/drop.h"
#include "engine/tel/packet.h"
#include "engine/tel/ports.h"
#include "engine/tel/sdp.h"

#include <sys/epoll.h>
#include <unistd.h>

/* FORMER_MS: how long what the far end left behind at its old address may still be under way. */
enum { BUSY = 256, DATAGRAM = 2048, ROUNDS = 16, FORMER_MS = 2000 };

struct tel_rtp {
	struct udp_sock *rtp, *rtcp;
	struct tel_leg *leg; /* not a reference: the leg holds us */
	struct sa said;      /* where the far end last said that it is */
	struct sa peer, peer_rtcp, signalling;
	struct sa former; /* where it came from until the far end moved */
	int64_t moved_ms;
	bool known, locked, connected, closed;
	int fd, poll;         /* of rtp; which reads it, -1: none yet */
	struct srtp *tx, *rx; /* NULL: plain */
	uint8_t far_key[TEL_SRTP_KEY];
};

/* A poll for each part of the crew, and who has a socket; those whose source is not known yet are the loop's, since locking to it changes what
 * a packet passed on reads. Changed by the loop only, while the crew rests. */
static struct {
	int epfd[TEL_CREW_PARTS]; /* made with the first socket, closed with the last */
	struct tel_rtp **by_fd;
	size_t n, open;
} all;

static int send_rtp(void *arg, struct mbuf *mb)
{
	struct tel_rtp *r = arg;

	if (!r->known || r->closed)
		return ENOTCONN;
	if (r->tx && srtp_encrypt(r->tx, mb))
		return EPROTO;
	if (!r->connected)
		return udp_send(r->rtp, &r->peer, mb);
	return send(r->fd, mbuf_buf(mb), mbuf_get_left(mb), 0) < 0 ? errno : 0;
}

static int send_rtcp(void *arg, struct mbuf *mb)
{
	struct tel_rtp *r = arg;

	if (r->tx && srtcp_encrypt(r->tx, mb))
		return EPROTO;
	return r->known && !r->closed ? udp_send(r->rtcp, &r->peer_rtcp, mb) : ENOTCONN;
}

static const struct tel_leg_way way = {.send = send_rtp, .send_rtcp = send_rtcp};

/* A late packet from before a move would be taken for the first one from there, and the new voice never heard. */
static bool left_behind(const struct tel_rtp *r, const struct sa *src)
{
	return r->moved_ms && sa_cmp(src, &r->former, SA_ALL) && clock_mono_ms() - r->moved_ms < FORMER_MS;
}

static bool trusted(const struct tel_rtp *r, const struct sa *src)
{
	if (r->locked)
		return sa_cmp(src, &r->peer, SA_ADDR);
	return sa_cmp(src, &r->peer, SA_ADDR) || sa_cmp(src, &r->signalling, SA_ADDR);
}

static void bind_to(struct tel_rtp *r, const struct sa *peer)
{
	static const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
	uint8_t old;

	r->connected = peer && !connect(r->fd, &peer->u.sa, peer->len);
	while (r->connected && recv(r->fd, &old, sizeof(old), 0) >= 0) {
		/* what came before may be of anybody, and is not listened to */
	}
	if (!peer && connect(r->fd, &nobody, sizeof(nobody)) && errno != EAFNOSUPPORT)
		r->closed = true; /* it would hear the wrong end */
}

/* A socket that another poll cannot take stays where it is. */
static int read_by(struct tel_rtp *r, int poll)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.fd = r->fd};

	if (r->poll == poll)
		return 0;
	if (epoll_ctl(all.epfd[poll], EPOLL_CTL_ADD, r->fd, &ev))
		return errno;
	if (r->poll >= 0)
		epoll_ctl(all.epfd[r->poll], EPOLL_CTL_DEL, r->fd, NULL);
	r->poll = poll;
	return 0;
}

static void take(struct tel_rtp *r, const struct sa *src, struct mbuf *mb)
{
	if (!r->known || r->closed)
		return;
	if (!trusted(r, src) || (r->locked ? !sa_cmp(src, &r->peer, SA_ALL) : left_behind(r, src))) {
		tel_drop(TEL_DROP_FOREIGN);
		return;
	}
	if (r->rx && srtp_decrypt(r->rx, mb)) { /* before it is believed: a source is locked by what it can prove */
		tel_drop(TEL_DROP_FORGED);
		return;
	}
	if (!r->locked) {
		r->locked = true;
		if (!sa_cmp(src, &r->peer, SA_ALL)) {
			r->peer_rtcp = *src;
			sa_set_port(&r->peer_rtcp, (uint16_t)(sa_port(src) + 1));
		}
		r->peer = *src;
		bind_to(r, src);
		read_by(r, tel_leg_part(r->leg));
	}
	tel_leg_rtp(r->leg, mb);
}

/* One datagram of a socket that has one. A connected socket has but one source, which need not be asked for. */
static void read_one(struct tel_rtp *r)
{
	static _Thread_local uint8_t datagram[DATAGRAM];
	struct sa src = {.len = sizeof(src.u)};
	ssize_t n;
	struct mbuf *mb;

	if (r->connected)
		n = recv(r->fd, datagram, sizeof(datagram), 0);
	else
		n = recvfrom(r->fd, datagram, sizeof(datagram), 0, &src.u.sa, &src.len);
	mb = n > 0 ? tel_packet_new(datagram, (size_t)n) : NULL;
	if (mb)
		take(r, r->connected ? &r->peer : &src, mb);
	mem_deref(mb);
}

static void read_all(int poll)
{
	struct epoll_event ev[BUSY];
	int n = BUSY;

	for (int round = 0; n == BUSY || (n > 0 && round < ROUNDS); round++) {
		n = epoll_wait(all.epfd[poll], ev, BUSY, 0);
		for (int i = 0; i < n; i++)
			if (all.by_fd[ev[i].data.fd])
				read_one(all.by_fd[ev[i].data.fd]);
	}
}

void tel_rtp_beat(void)
{
	if (all.open)
		tel_crew_run(read_all);
}

static void rtcp_handler(const struct sa *src, struct mbuf *mb, void *arg)
{
	struct tel_rtp *r = arg;

	if (r->known && !r->closed && trusted(r, src) && !(r->rx && srtcp_decrypt(r->rx, mb)))
		tel_leg_rtcp(r->leg, mb);
}

static void close_polls(void)
{
	for (int i = 0; i < TEL_CREW_PARTS; i++)
		close(all.epfd[i]);
	all.by_fd = mem_deref(all.by_fd);
	all.n = 0;
}

static int open_polls(void)
{
	int err = 0;

	for (int i = 0; i < TEL_CREW_PARTS; i++)
		if ((all.epfd[i] = epoll_create1(EPOLL_CLOEXEC)) < 0)
			err = errno;
	if (err)
		close_polls();
	return err;
}

static void rtp_destructor(void *arg)
{
	struct tel_rtp *r = arg;

	if (r->poll >= 0) {
		all.by_fd[r->fd] = NULL;
		epoll_ctl(all.epfd[r->poll], EPOLL_CTL_DEL, r->fd, NULL);
	}
	if (r->fd >= 0 && --all.open == 0)
		close_polls();
	mem_deref(r->rtp);
	mem_deref(r->rtcp);
	mem_deref(r->tx);
	mem_deref(r->rx);
	forget(r->far_key, sizeof(r->far_key));
}

static int room_for(int fd)
{
	size_t n = all.n ? all.n : BUSY;
	struct tel_rtp **by_fd;

	while (n <= (size_t)fd)
		n *= 2;
	if (n == all.n)
		return 0;
	by_fd = mem_zalloc(n * sizeof(struct tel_rtp *), NULL);
	if (!by_fd)
		return ENOMEM;
	if (all.n)
		memcpy(by_fd, all.by_fd, all.n * sizeof(struct tel_rtp *));
	mem_deref(all.by_fd);
	all.by_fd = by_fd;
	all.n = n;
	return 0;
}

/* Out of libre's poll, into ours. */
static int join(struct tel_rtp *r)
{
	int fd = udp_sock_fd(r->rtp, AF_INET), err = all.open ? 0 : open_polls();

	if (err)
		return err;
	all.open++;
	fd_close(fd);
	r->fd = fd;
	err = room_for(fd);
	if (!err)
		err = read_by(r, TEL_CREW_LOOP);
	if (!err)
		all.by_fd[fd] = r;
	return err;
}

int tel_rtp_new(struct tel_rtp **ret, struct tel_leg **leg, uint16_t *port)
{
	struct tel_rtp *r = mem_zalloc(sizeof(*r), rtp_destructor);
	int err = r ? 0 : ENOMEM;

	if (!err) {
		r->fd = r->poll = -1;
		err = tel_ports_listen(&r->rtp, &r->rtcp, port, NULL, rtcp_handler, r);
	}
	if (!err)
		err = join(r);
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

/* The next packet from somewhere it may come from says where the far end is. */
static void unlock(struct tel_rtp *r)
{
	r->locked = false;
	if (read_by(r, TEL_CREW_LOOP))
		r->closed = true; /* no memory, and the crew must not be the one that locks it */
	if (r->connected)
		bind_to(r, NULL);
}

void tel_rtp_remote(struct tel_rtp *r, const struct sa *sdp, const struct sa *signalling)
{
	bool same = r->known && sa_cmp(&r->said, sdp, SA_ALL);

	r->signalling = *signalling;
	if (!same) {
		if (r->locked) {
			r->former = r->peer;
			r->moved_ms = clock_mono_ms();
		}
		r->said = r->peer = r->peer_rtcp = *sdp;
		sa_set_port(&r->peer_rtcp, (uint16_t)(sa_port(sdp) + 1));
		r->known = true;
	}
	unlock(r); /* even when it says the same: its NAT may have given it another port */
}

int tel_rtp_secure(struct tel_rtp *r, const uint8_t *own, const uint8_t *far)
{
	struct srtp *rx;
	int err = r->tx ? 0 : srtp_alloc(&r->tx, SRTP_AES_CM_128_HMAC_SHA1_80, own, TEL_SRTP_KEY, 0);

	if (err || (r->rx && !memcmp(r->far_key, far, TEL_SRTP_KEY)))
		return err;
	err = srtp_alloc(&rx, SRTP_AES_CM_128_HMAC_SHA1_80, far, TEL_SRTP_KEY, 0);
	if (err)
		return err;
	mem_deref(r->rx);
	r->rx = rx;
	memcpy(r->far_key, far, TEL_SRTP_KEY);
	return 0;
}

void tel_rtp_close(struct tel_rtp *r)
{
	r->closed = true;
}
