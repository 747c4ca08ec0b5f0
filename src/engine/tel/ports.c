/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ports.c - ports are drawn at random, so that a stranger cannot guess the next call's. */
#include "engine/tel/ports.h"

#include "base/rand.h"
#include "engine/tel/re.h"

#include <unistd.h>

enum { TRIES = 64, RECEIVE_BUFFER = 65536 };

static struct {
	int low, high;
	char public_ip[TEL_ADDRESS_OCTETS];
	char found[TEL_ADDRESSES_MAX][TEL_ADDRESS_OCTETS];
	const char *list[TEL_ADDRESSES_MAX + 1];
	size_t n;
} ports;

int tel_ports_init(int low, int high, const char *public_ip, struct fault *f)
{
	struct sa sa;

	if (low < 1024 || high > 65535 || high - low < 3)
		return fail(f, EINVAL, "rtp", "rtp", "audio ports must be at least four between 1024 and 65535");
	if (public_ip && sa_set_str(&sa, public_ip, 0))
		return fail(f, EINVAL, "public_ip", "public_ip", "not an IP address");
	ports.low = low;
	ports.high = high;
	snprintf(ports.public_ip, sizeof(ports.public_ip), "%s", public_ip ? public_ip : "");
	return 0;
}

int tel_ports_listen(
        struct udp_sock **even, struct udp_sock **odd, uint16_t *port, udp_recv_h *rtp_h, udp_recv_h *rtcp_h, void *arg)
{
	uint32_t pairs = (uint32_t)(ports.high - ports.low) / 2, at;
	struct udp_sock *a, *b;
	struct sa sa;

	for (int i = 0; i < TRIES; i++) {
		rand_bytes(&at, sizeof(at));
		a = b = NULL;
		sa_set_str(&sa, "0.0.0.0", (uint16_t)((ports.low + 1) / 2 * 2 + (int)(2 * (at % pairs))));
		if (sa_port(&sa) >= ports.high || udp_listen(&a, &sa, rtp_h, arg))
			continue;
		*port = sa_port(&sa);
		sa_set_port(&sa, (uint16_t)(*port + 1));
		if (odd && udp_listen(&b, &sa, rtcp_h, arg)) {
			mem_deref(a);
			continue;
		}
		udp_sockbuf_set(a, RECEIVE_BUFFER);
		*even = a;
		if (odd)
			*odd = b;
		return 0;
	}
	return EADDRINUSE;
}

static void add(const char *address)
{
	if (ports.n == TEL_ADDRESSES_MAX)
		return;
	snprintf(ports.found[ports.n], TEL_ADDRESS_OCTETS, "%s", address);
	ports.list[ports.n] = ports.found[ports.n];
	ports.list[++ports.n] = NULL;
}

static bool add_interface(const char *name, const struct sa *sa, void *arg)
{
	bool *loopback = arg;
	char z[TEL_ADDRESS_OCTETS];

	(void)name;
	if (sa_af(sa) != AF_INET || sa_is_loopback(sa) != *loopback)
		return false;
	re_snprintf(z, sizeof(z), "%j", sa);
	if (strcmp(z, ports.public_ip) != 0)
		add(z);
	return false;
}

const char *const *tel_ports_addresses(void)
{
	bool loopback = false;

	ports.n = 0;
	if (*ports.public_ip)
		add(ports.public_ip);
	net_if_apply(add_interface, &loopback);
	loopback = true;
	net_if_apply(add_interface, &loopback);
	if (!ports.n)
		add("127.0.0.1");
	return ports.list;
}

const char *tel_ports_own(void)
{
	const char *const *list = tel_ports_addresses();

	return *ports.public_ip && list[1] ? list[1] : list[0];
}

void tel_ports_address_for(const char *peer, char z[TEL_ADDRESS_OCTETS])
{
	struct sa sa, local;
	socklen_t n = sizeof(local.u);
	int fd = -1;

	snprintf(z, TEL_ADDRESS_OCTETS, "%s", *ports.public_ip ? ports.public_ip : tel_ports_addresses()[0]);
	if (sa_set_str(&sa, peer, 9))
		return;
	if (*ports.public_ip && !sa_is_loopback(&sa))
		return;
	fd = socket(sa_af(&sa), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && !connect(fd, &sa.u.sa, sa.len) && !getsockname(fd, &local.u.sa, &n)) {
		local.len = n;
		re_snprintf(z, TEL_ADDRESS_OCTETS, "%j", &local);
	}
	if (fd >= 0)
		close(fd);
}
