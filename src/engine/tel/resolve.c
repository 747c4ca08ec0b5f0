/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolve.c - the hosts of a trunk to addresses, in the order they are to be used: SRV records (RFC 2782, RFC 3263) where a name has them,
 * else its addresses. A thread a look-up: the resolver of the system blocks. */
#include "base/parse.h"
#include "base/rand.h"
#include "engine/tel/loop.h"
#include "engine/tel/sip_priv.h"

#include <arpa/nameser.h>
#include <math.h>
#include <netdb.h>
#include <pthread.h>
#include <resolv.h>

enum { HOST = 256, SRV_MAX = 16, SRV_HEAD = 6, SIPS_PORT = 5061 };

struct lookup {
	char hosts[HOST], why[128];
	int port;
	enum tel_transport transport;
	struct sa found[TRUNK_ADDRESSES];
	size_t n;
	bool named;
	resolved_h *h;
	void *arg;
};
struct srv {
	int priority, weight, port;
	double turn; /* among those of one priority */
	char host[HOST];
};

static void lookup_done(void *arg)
{
	struct lookup *l = arg;

	l->h(l->why, l->found, l->n, l->named, l->arg);
	mem_deref(l);
}

static void add_addresses(struct lookup *l, const char *host, int port)
{
	struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_DGRAM}, *list = NULL;
	int err = getaddrinfo(host, NULL, &hints, &list);

	if (err)
		snprintf(l->why, sizeof(l->why), "%s", gai_strerror(err));
	for (struct addrinfo *at = list; at && l->n < TRUNK_ADDRESSES; at = at->ai_next)
		if (!sa_set_sa(&l->found[l->n], at->ai_addr))
			sa_set_port(&l->found[l->n++], (uint16_t)port);
	if (list)
		freeaddrinfo(list);
}

static int by_turn(const void *a, const void *b)
{
	const struct srv *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority - y->priority;
	return x->turn < y->turn ? -1 : x->turn > y->turn;
}

/* The least priority first; of one priority as if each came after a random time, the heavier the sooner: the first is then drawn by weight. */
static void put_in_turn(struct srv *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t r;
		rand_bytes(&r, sizeof(r));
		v[i].turn = -log((r + 1.0) / 4294967297.0) / (v[i].weight + 0.01);
	}
	qsort(v, n, sizeof(v[0]), by_turn);
}

static size_t read_srv(const unsigned char *answer, int length, struct srv *ret)
{
	ns_msg msg;
	ns_rr rr;
	size_t n = 0;

	if (ns_initparse(answer, length, &msg))
		return 0;
	for (int i = 0; i < ns_msg_count(msg, ns_s_an) && n < SRV_MAX; i++) {
		if (ns_parserr(&msg, ns_s_an, i, &rr) || ns_rr_type(rr) != ns_t_srv || ns_rr_rdlen(rr) <= SRV_HEAD)
			continue;
		const unsigned char *p = ns_rr_rdata(rr);
		ret[n] = (struct srv){.priority = ns_get16(p), .weight = ns_get16(p + 2), .port = ns_get16(p + 4)};
		if (dn_expand(ns_msg_base(msg), ns_msg_end(msg), p + SRV_HEAD, ret[n].host, HOST) > 0 && ret[n].port)
			n++;
	}
	return n;
}

static bool by_srv(struct lookup *l, const char *host)
{
	static const char *const services[] = {"_sip._udp", "_sip._tcp", "_sips._tcp"};
	struct __res_state state = {0};
	unsigned char answer[4096];
	char name[HOST + 16];
	struct srv v[SRV_MAX];
	size_t n = 0;
	int length;

	snprintf(name, sizeof(name), "%s.%s", services[l->transport], host);
	if (res_ninit(&state))
		return false;
	length = res_nquery(&state, name, ns_c_in, ns_t_srv, answer, sizeof(answer));
	res_nclose(&state);
	if (length > (int)sizeof(answer)) /* what did not fit is counted, too */
		length = sizeof(answer);
	if (length > 0)
		n = read_srv(answer, length, v);
	put_in_turn(v, n);
	for (size_t i = 0; i < n; i++)
		add_addresses(l, v[i].host, v[i].port);
	return n > 0;
}

static bool is_address(const char *host)
{
	struct sa sa;

	return !sa_set_str(&sa, host, 0);
}

/* "sip.example.com", or with ":5080" behind. */
static void add_host(struct lookup *l, str text)
{
	size_t colon = str_find(text, ':', 0);
	int64_t port = l->port;
	char host[HOST];

	snprintf(host, sizeof(host), "%.*s", STR_ARG(str_sub(text, 0, colon)));
	if (colon < text.n && !parse_int(str_sub(text, colon + 1, text.n), 1, 65535, &port)) {
		snprintf(l->why, sizeof(l->why), "%.40s has no port after its colon", host);
		return;
	}
	if (colon == text.n && port == (l->transport == TEL_TLS ? SIPS_PORT : SIP_PORT) && strchr(host, '.') &&
	        !is_address(host) && by_srv(l, host)) {
		l->named = false;
		return;
	}
	add_addresses(l, host, (int)port);
}

static void *look_up(void *arg)
{
	struct lookup *l = arg;
	str rest = str_of(l->hosts), one;

	l->named = str_find(rest, ',', 0) == rest.n && str_find(rest, ':', 0) == rest.n && strchr(l->hosts, '.') != NULL;
	while (str_cut(&rest, ',', &one))
		if (str_trim(one).n)
			add_host(l, str_trim(one));
	l->named = l->named && l->n == 1;
	if (tel_loop_post(lookup_done, l))
		mem_deref(l);
	return NULL;
}

int sip_resolve(const char *hosts, int port, enum tel_transport transport, resolved_h *h, void *arg)
{
	struct lookup *l = mem_zalloc(sizeof(*l), NULL);
	pthread_t thread;
	int err;

	if (!l)
		return ENOMEM;
	snprintf(l->hosts, sizeof(l->hosts), "%s", hosts);
	l->port = port;
	l->transport = transport;
	l->h = h;
	l->arg = arg;
	err = pthread_create(&thread, NULL, look_up, l);
	if (err)
		mem_deref(l);
	else
		pthread_detach(thread);
	return err;
}
