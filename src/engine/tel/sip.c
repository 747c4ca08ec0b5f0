/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip.c - libre's stack with our transports; whose calls to us are taken is said by tel_sip_arrivals. */
#include "base/log.h"
#include "base/parse.h"
#include "base/rand.h"
#include "engine/tel/cert.h"
#include "engine/tel/gate.h"
#include "engine/tel/loop.h"
#include "engine/tel/registrar.h"
#include "engine/tel/sip_priv.h"
#include "engine/tel/verify.h"

#include <unistd.h>

enum { HASH = 256, NAMESERVERS = 4, PROBE_AGAIN_MS = 1000, PROBES_MAX = 10 };

static struct {
	struct sip *sip;
	struct sipsess_sock *sessions;
	struct sip_lsnr *requests, *forks, *strays;
	struct dnsc *dnsc;
	struct tls *dtls, *tls;
	struct sa listen;
	char public_ip[TEL_ADDRESS_OCTETS];
	bool has[TEL_TLS + 1]; /* transports made */
	char probe[44];        /* Call-ID of the datagrams to ourselves */
	int probes;
	bool gated;
	tel_arrival_h *arrived;
	bool closed; /* see tel_sip_open */
	struct tmr tmr;
} stack;

struct sip *sip_stack(void)
{
	return stack.sip;
}

struct sipsess_sock *sip_sessions(void)
{
	return stack.sessions;
}

bool sip_has_dns(void)
{
	return stack.dnsc != NULL;
}

bool tel_sip_up(void)
{
	return stack.sip != NULL;
}

/* Transports ----------------------------------------------------------------------------------------------------------- */

/* TCP and TLS only ever carry connections we opened: what listens for them is bound to loopback, on a port nobody is told. */
int sip_want(enum tel_transport transport)
{
	struct sa local;
	int err = 0;

	if (!stack.sip)
		return ENOTSUP;
	if (stack.has[transport])
		return 0;
	if (!tel_gate_decodes())
		return EAGAIN;
	sa_set_str(&local, "127.0.0.1", 0);
	if (transport == TEL_TCP)
		err = sip_transp_add(stack.sip, SIP_TRANSP_TCP, &local);
	if (transport == TEL_TLS)
		err = sip_transp_add(stack.sip, SIP_TRANSP_TLS, &local, stack.tls);
	stack.has[transport] = !err;
	return err;
}

void sip_contact_for(const char *peer, enum tel_transport transport, char z[CONTACT_OCTETS])
{
	static const char *const params[] = {"", ";transport=tcp", ";transport=tls"};
	char address[TEL_ADDRESS_OCTETS];

	if (!*stack.public_ip && transport == TEL_UDP) {
		snprintf(z, CONTACT_OCTETS, "zvonar");
		return;
	}
	tel_ports_address_for(peer, address);
	snprintf(z, CONTACT_OCTETS, "sip:zvonar@%s:%u%s", address, sa_port(&stack.listen), params[transport]);
}

/* Requests that begin no call ------------------------------------------------------------------------------------------ */

static bool on_request(const struct sip_msg *msg, void *arg)
{
	(void)arg;
	if (!pl_strcmp(&msg->callid, stack.probe)) {
		stack.gated = msg->tp == SIP_TRANSP_UDP && !tel_gate_install(msg->sock);
		return true;
	}
	if (!pl_strcmp(&msg->met, "REGISTER"))
		tel_registrar_take(msg);
	else if (!pl_strcmp(&msg->met, "OPTIONS") && stack.closed)
		sip_treply(NULL, stack.sip, msg, 503, "Service Unavailable");
	else if (!pl_strcmp(&msg->met, "OPTIONS"))
		sip_replyf(
		        stack.sip, msg, 200, "OK", "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS\r\nContent-Length: 0\r\n\r\n");
	else
		sip_treply(NULL, stack.sip, msg, 405, "Method Not Allowed");
	return true;
}

/* A response nobody waits for: libre would print a line for each. */
static bool on_stray(const struct sip_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return true;
}

/* Asked before libre's sessions, which take every such answer for one they knew. */
static bool on_fork(const struct sip_msg *msg, void *arg)
{
	(void)arg;
	return fork_take(msg);
}

static const char *reason_of(int code)
{
	switch (code) {
	case 404: return "Not Found";
	case 488: return "Not Acceptable Here";
	case 503: return "Service Unavailable";
	default: return "Temporarily Unavailable";
	}
}

static void on_invite(const struct sip_msg *msg, void *arg)
{
	struct tel_arrival a;
	int code = 480;

	(void)arg;
	tel_arrival_read(&a, msg);
	if (stack.arrived)
		code = stack.arrived(&a);
	if (code > 0)
		sip_treply(NULL, stack.sip, msg, (uint16_t)code, reason_of(code));
}

int tel_arrival_elsewhere(const struct tel_arrival *a, const char *host)
{
	const char *user = *a->called ? a->called : a->name;

	sip_treplyf(NULL, NULL, stack.sip, a->msg, false, 302, "Moved Temporarily",
	        "Contact: <sip:%s@%s>\r\nContent-Length: 0\r\n\r\n", user, host);
	return TEL_ANSWERED;
}

int tel_arrival_later(const struct tel_arrival *a, int seconds)
{
	sip_treplyf(NULL, NULL, stack.sip, a->msg, false, 503, reason_of(503),
	        "Retry-After: %d\r\nContent-Length: 0\r\n\r\n", seconds);
	return TEL_ANSWERED;
}

void tel_sip_open(bool open)
{
	stack.closed = !open;
}

void tel_sip_arrivals(tel_arrival_h *h)
{
	stack.arrived = h;
}

/* The gate: libre keeps its socket to itself, but a message tells on which one it came. So we write to ourselves. */
static void probe(void *arg)
{
	struct sa *dst = &stack.listen;
	char z[600];
	int n, fd;

	(void)arg;
	n = re_snprintf(z, sizeof(z),
	        "OPTIONS sip:probe@%J SIP/2.0\r\nVia: SIP/2.0/UDP %J;branch=z9hG4bK%s\r\nFrom: <sip:probe@%J>;tag=%s\r\n"
	        "To: <sip:probe@%J>\r\nCall-ID: %s\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 0\r\nContent-Length: 0\r\n\r\n",
	        dst, dst, stack.probe, dst, stack.probe, dst, stack.probe);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || n <= 0 || sendto(fd, z, (size_t)n, MSG_DONTWAIT, &dst->u.sa, dst->len) < 0)
		log_warn("sip", "a probe could not be sent: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	if (++stack.probes < PROBES_MAX && !stack.gated) /* a datagram may be lost even here */
		tmr_start(&stack.tmr, PROBE_AGAIN_MS, probe, NULL);
}

/* Start ---------------------------------------------------------------------------------------------------------------- */

static int read_listen(const char *listen, struct fault *f)
{
	const char *colon = strrchr(listen, ':');
	str host = colon ? str_sub(str_of(listen), 0, (size_t)(colon - listen)) : str_of(listen);
	char z[TEL_ADDRESS_OCTETS];
	int64_t port = SIP_PORT;

	snprintf(z, sizeof(z), "%.*s", STR_ARG(host));
	if ((colon && !parse_int(str_of(colon + 1), 1, 65535, &port)) || sa_set_str(&stack.listen, z, (uint16_t)port) ||
	        sa_af(&stack.listen) != AF_INET)
		return fail(f, EINVAL, "sip", "sip", "%s is no IPv4 address and port", listen);
	if (sa_is_any(&stack.listen)) { /* libre wants one address to tell others: the first that is not loopback */
		sa_set_str(&stack.listen, tel_ports_own(), (uint16_t)port);
		log_info("sip", "SIP listens on %s", tel_ports_own());
	}
	return 0;
}

static void open_dns(void)
{
	struct sa servers[NAMESERVERS];
	uint32_t n = NAMESERVERS;

	if (dns_srv_get(NULL, 0, servers, &n) || !n || dnsc_alloc(&stack.dnsc, NULL, servers, n))
		stack.dnsc = NULL;
}

static int open_stack(struct fault *f)
{
	int err;

	open_dns();
	err = sip_alloc(&stack.sip, stack.dnsc, HASH, HASH, HASH, "zvonar", NULL, NULL);
	if (!err)
		err = sip_transp_add(stack.sip, SIP_TRANSP_UDP, &stack.listen);
	if (!err)
		err = sip_listen(&stack.forks, stack.sip, false, on_fork, NULL);
	if (!err)
		err = sipsess_listen(&stack.sessions, stack.sip, HASH, on_invite, NULL);
	if (!err)
		err = sip_listen(&stack.requests, stack.sip, true, on_request, NULL);
	if (!err)
		err = sip_listen(&stack.strays, stack.sip, false, on_stray, NULL);
	return err ? fail(f, err, "sip", "sip", "SIP cannot listen on port %u: %s", sa_port(&stack.listen), strerror(err))
	           : 0;
}

int tel_sip_init(const char *listen, const char *public_ip, struct fault *f)
{
	int err = read_listen(listen, f);

	if (!err)
		err = tel_cert_new(&stack.dtls, &stack.tls, f);
	if (!err)
		err = tel_verify_init(stack.tls) ? fail(f, EIO, "sip", "sip", "the list of authorities cannot be read") : 0;
	if (!err)
		err = open_stack(f);
	if (err) {
		tel_sip_done();
		return err;
	}
	stack.has[TEL_UDP] = true;
	snprintf(stack.public_ip, sizeof(stack.public_ip), "%s", public_ip ? public_ip : "");
	rand_token(stack.probe);
	tmr_init(&stack.tmr);
	probe(NULL);
	return 0;
}

void tel_sip_done(void)
{
	tmr_cancel(&stack.tmr);
	tel_gate_done();
	stack.requests = mem_deref(stack.requests);
	stack.forks = mem_deref(stack.forks);
	stack.strays = mem_deref(stack.strays);
	stack.sessions = mem_deref(stack.sessions);
	if (stack.sip)
		sip_close(stack.sip, true);
	stack.sip = mem_deref(stack.sip);
	stack.dnsc = mem_deref(stack.dnsc);
	stack.dtls = mem_deref(stack.dtls);
	stack.tls = mem_deref(stack.tls);
	memset(stack.has, 0, sizeof(stack.has));
}
