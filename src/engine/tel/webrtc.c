/* SPDX-License-Identifier: GPL-3.0-or-later */
/* webrtc.c - one socket, three kinds of packets told apart by their first octet (RFC 7983): STUN to ice.c, DTLS to libre
 * and SRTP to the leg. A helper below libre's DTLS lets only verified sources through. */
#include "engine/tel/webrtc.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "engine/tel/cert.h"
#include "engine/tel/drop.h"
#include "engine/tel/ice.h"
#include "engine/tel/ports.h"
#include "engine/tel/re.h"
#include "engine/tel/sdp.h"

enum { LAYER_ICE = 0, LAYER_DTLS = 10, WATCH_MS = 500, KEY_MAX = 64, FINGERPRINT_TEXT = 3 * TEL_FINGERPRINT + 1 };

/* The wire outlives its webrtc object while a bridge still holds the leg. */
struct wire {
	struct udp_sock *us;
	struct udp_helper *helper;
	struct tel_ice ice;
	struct srtp *tx, *rx;
	struct tel_webrtc *owner; /* NULL once that is gone */
	int64_t rx_ms;            /* when a packet last passed its check */
};

struct tel_webrtc {
	struct wire *wire;
	struct tel_leg *leg;
	struct tel_webrtc_handlers h;
	struct tel_leg_format format;
	struct dtls_sock *dtls;
	struct tls_conn *conn;
	uint8_t fingerprint[TEL_FINGERPRINT]; /* what the offer promises */
	bool active, up, ended;
	const char *why;
	int64_t made_ms;
	struct tmr watch, end;
};

/* The process's certificate: libre keeps its contexts per process. */
static struct {
	struct tls *dtls, *sips;
	char fingerprint[FINGERPRINT_TEXT];
} own;

int tel_webrtc_init(struct fault *f)
{
	uint8_t md[TEL_FINGERPRINT];
	int err = tel_cert_new(&own.dtls, &own.sips, f);

	if (err)
		return err;
	if (tls_fingerprint(own.dtls, TLS_FINGERPRINT_SHA256, md, sizeof(md)))
		return fail(f, EIO, NULL, "certificate", "the own certificate has no fingerprint");
	for (size_t i = 0; i < sizeof(md); i++)
		snprintf(own.fingerprint + 3 * i, 4, "%02X:", md[i]);
	own.fingerprint[FINGERPRINT_TEXT - 2] = '\0';
	return 0;
}

void tel_webrtc_done(void)
{
	own.dtls = mem_deref(own.dtls);
	own.sips = mem_deref(own.sips);
}

/* The end, always from a timer of its own: whoever is told may free everything. */
static void end_handler(void *arg)
{
	struct tel_webrtc *w = arg;

	w->h.down(w->why, w->h.arg);
}

static void end(struct tel_webrtc *w, const char *why)
{
	if (w->ended)
		return;
	w->ended = true;
	w->why = why;
	tmr_start(&w->end, 0, end_handler, w);
}

static void watch(void *arg)
{
	struct tel_webrtc *w = arg;
	int64_t now = clock_mono_ms(),
	        heard = w->wire->rx_ms > w->wire->ice.checked_ms ? w->wire->rx_ms : w->wire->ice.checked_ms;

	if (w->up && now - heard > TEL_CONSENT_MS)
		end(w, "consent");
	else if (!w->up && now - w->made_ms > TEL_CONNECT_MS)
		end(w, w->wire->ice.has_peer ? "dtls" : "ice");
	else
		tmr_start(&w->watch, WATCH_MS, watch, w);
}

/* The leg's way out ---------------------------------------------------------------------------------------------------- */

static int send_rtp(void *arg, struct mbuf *mb)
{
	struct wire *wire = arg;
	int err = wire->tx && wire->owner ? srtp_encrypt(wire->tx, mb) : ENOTCONN;

	return err ? err : udp_send(wire->us, &wire->ice.peer, mb);
}

static int send_rtcp(void *arg, struct mbuf *mb)
{
	struct wire *wire = arg;
	int err = wire->tx && wire->owner ? srtcp_encrypt(wire->tx, mb) : ENOTCONN;

	return err ? err : udp_send(wire->us, &wire->ice.peer, mb);
}

static const struct tel_leg_way way = {.send = send_rtp, .send_rtcp = send_rtcp};

/* What comes in --------------------------------------------------------------------------------------------------------- */

static void rtp_handler(const struct sa *src, struct mbuf *mb, void *arg)
{
	struct wire *wire = arg;
	uint8_t kind;

	(void)src;
	if (!wire->rx || !wire->owner || tel_ice_kind(mb) != TEL_ICE_RTP)
		return;
	kind = mbuf_buf(mb)[1] & 0x7f;
	if (kind >= 64 && kind < 96) { /* RFC 5761 section 4 */
		if (srtcp_decrypt(wire->rx, mb)) {
			tel_drop(TEL_DROP_FORGED);
			return;
		}
		wire->rx_ms = clock_mono_ms();
		tel_leg_rtcp(wire->owner->leg, mb);
	} else if (!srtp_decrypt(wire->rx, mb)) {
		wire->rx_ms = clock_mono_ms();
		tel_leg_rtp(wire->owner->leg, mb);
	} else {
		tel_drop(TEL_DROP_FORGED);
	}
}

static void dtls_start(struct tel_webrtc *w);

/* Below libre's DTLS: checks are answered here, anything else from an unverified source is dropped. */
static bool gate(struct sa *src, struct mbuf *mb, void *arg)
{
	struct wire *wire = arg;
	struct tel_webrtc *w = wire->owner;
	enum tel_ice_packet kind = tel_ice_kind(mb);

	if (!w || w->ended || kind == TEL_ICE_DROP)
		return true;
	if (kind != TEL_ICE_STUN) {
		bool verified = tel_ice_verified(&wire->ice, src);
		if (!verified)
			tel_drop(TEL_DROP_UNVERIFIED);
		return !verified;
	}
	if (tel_ice_check(&wire->ice, wire->us, src, mb)) {
		if (w->conn)
			dtls_set_peer(w->conn, src);
		else if (w->active)
			dtls_start(w);
	}
	return true;
}

/* DTLS ------------------------------------------------------------------------------------------------------------------ */

static int take_keys(struct tel_webrtc *w)
{
	uint8_t client[KEY_MAX], server[KEY_MAX];
	const uint8_t *tx = w->active ? client : server, *rx = w->active ? server : client;
	enum srtp_suite suite;
	size_t n;
	int err = tls_srtp_keyinfo(w->conn, &suite, client, sizeof(client), server, sizeof(server));

	if (err)
		return err;
	n = suite == SRTP_AES_128_GCM ? 28 : 30;
	err = srtp_alloc(&w->wire->tx, suite, tx, n, 0);
	if (!err)
		err = srtp_alloc(&w->wire->rx, suite, rx, n, 0);
	memset(client, 0, sizeof(client));
	memset(server, 0, sizeof(server));
	return err;
}

static void estab_handler(void *arg)
{
	struct tel_webrtc *w = arg;
	uint8_t md[TEL_FINGERPRINT];

	if (tls_peer_fingerprint(w->conn, TLS_FINGERPRINT_SHA256, md, sizeof(md)) ||
	        memcmp(md, w->fingerprint, sizeof(md)) != 0) {
		log_warn("webrtc", "the certificate is not the one of the offer");
		end(w, "fingerprint");
		return;
	}
	if (take_keys(w) || tel_leg_start(w->leg, &w->format)) {
		end(w, "keys");
		return;
	}
	w->wire->rx_ms = clock_mono_ms();
	w->up = true;
	w->h.up(w->h.arg);
}

static void close_handler(int err, void *arg)
{
	(void)err;
	end(arg, "closed");
}

static void conn_handler(const struct sa *peer, void *arg)
{
	struct tel_webrtc *w = arg;

	(void)peer;
	if (w->active || w->conn || w->ended)
		return;
	if (dtls_accept(&w->conn, own.dtls, w->dtls, estab_handler, NULL, close_handler, w))
		end(w, "dtls");
}

static void dtls_start(struct tel_webrtc *w)
{
	if (dtls_connect(&w->conn, own.dtls, w->dtls, &w->wire->ice.peer, estab_handler, NULL, close_handler, w))
		end(w, "dtls");
}

/* Making one ------------------------------------------------------------------------------------------------------------ */

static void wire_destructor(void *arg)
{
	struct wire *wire = arg;

	mem_deref(wire->helper);
	mem_deref(wire->tx);
	mem_deref(wire->rx);
	mem_deref(wire->us);
}

static void webrtc_destructor(void *arg)
{
	struct tel_webrtc *w = arg;

	tmr_cancel(&w->watch);
	tmr_cancel(&w->end);
	if (w->wire)
		w->wire->owner = NULL;
	mem_deref(w->conn);
	mem_deref(w->dtls);
	mem_deref(w->leg);
	mem_deref(w->wire);
}

static int check_offer(const struct tel_sdp *s, enum tel_codec *codec, struct fault *f)
{
	if (!str_ends(s->protocol, STR("TLS/RTP/SAVPF")) || !s->ufrag.p || !s->pwd.p)
		return fail(f, EINVAL, "sdp", "sdp", "not a browser's offer: no ICE or no DTLS in it");
	if (!s->has_fingerprint || s->setup == TEL_SETUP_NONE)
		return fail(f, EINVAL, "sdp", "certificate", "no SHA-256 fingerprint or no setup in it");
	if (!s->rtcp_mux)
		return fail(f, EINVAL, "sdp", "sdp", "no rtcp-mux in it");
	if (!tel_sdp_codec(s, codec))
		return fail(f, EINVAL, "sdp", "codec", "none of opus, PCMA and PCMU in it");
	return 0;
}

static int open_wire(struct tel_webrtc *w, str ufrag, uint16_t *port, struct fault *f)
{
	struct wire *wire = w->wire = mem_zalloc(sizeof(*wire), wire_destructor);
	int err = wire ? 0 : ENOMEM;

	if (!err)
		err = tel_ice_init(&wire->ice, ufrag);
	if (err)
		return fail(f, err, "sdp", "sdp", "its ice-ufrag is none");
	wire->owner = w;
	err = tel_ports_listen(&wire->us, NULL, port, rtp_handler, NULL, wire);
	if (!err)
		err = udp_register_helper(&wire->helper, wire->us, LAYER_ICE, NULL, gate, wire);
	if (!err)
		err = dtls_listen(&w->dtls, NULL, wire->us, 4, LAYER_DTLS, conn_handler, w);
	if (!err)
		err = tel_leg_new(&w->leg, &way, wire);
	return err ? fail(f, err, NULL, "port", "no audio port is free: %s", strerror(err)) : 0;
}

static void write_answer(const struct tel_webrtc *w, const struct tel_sdp *offer, uint16_t port, struct text *answer)
{
	struct tel_sdp_browser b = {.codec = w->format.codec,
	        .ufrag = w->wire->ice.ufrag,
	        .pwd = w->wire->ice.pwd,
	        .fingerprint = own.fingerprint,
	        .active = w->active,
	        .port = port,
	        .addresses = tel_ports_addresses()};

	rand_bytes(&b.session, sizeof(b.session));
	b.session >>= 2;
	tel_sdp_answer_browser(answer, offer, &b);
}

int tel_webrtc_new(
        struct tel_webrtc **ret, str offer, struct text *answer, const struct tel_webrtc_handlers *h, struct fault *f)
{
	struct tel_sdp s;
	struct tel_webrtc *w;
	enum tel_codec codec;
	uint16_t port = 0;
	int err = tel_sdp_read(offer, &s, f);

	if (!err)
		err = check_offer(&s, &codec, f);
	if (err)
		return err;
	w = mem_zalloc(sizeof(*w), webrtc_destructor);
	if (!w)
		return fail(f, ENOMEM, NULL, "memory", "no memory");
	w->h = *h;
	w->active = s.setup == TEL_SETUP_PASSIVE;
	w->format = (struct tel_leg_format){.codec = codec, .pt = (uint8_t)s.pt[codec]};
	tel_sdp_event(&s, codec, &w->format.event_pt, &w->format.event_clock);
	memcpy(w->fingerprint, s.fingerprint, sizeof(w->fingerprint));
	w->made_ms = clock_mono_ms();
	err = open_wire(w, s.ufrag, &port, f);
	if (err) {
		mem_deref(w);
		return err;
	}
	write_answer(w, &s, port, answer);
	tmr_start(&w->watch, WATCH_MS, watch, w);
	*ret = w;
	return 0;
}

struct tel_leg *tel_webrtc_leg(struct tel_webrtc *w)
{
	return w->leg;
}

bool tel_webrtc_up(const struct tel_webrtc *w)
{
	return w->up && !w->ended;
}
