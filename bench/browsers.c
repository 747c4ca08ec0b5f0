/* SPDX-License-Identifier: GPL-3.0-or-later */
/* browsers.c - the browsers of many operators, one process: an offer each, then checks of ICE, DTLS-SRTP and a voice in PCMA or Opus, as Chromium
 * does it but without its echo canceller, video and screen.
 * usage: bench-browsers pcma|opus     lines on stdin, each answered by one line of JSON ("|" stands for the line breaks of an SDP):
 *        offer           another browser; its offer
 *        answer SDP      of the house, to the last offer
 *        report          both this and an answer are told how many have agreed on keys, and the packets heard */
#include "base/rand.h"
#include "base/str.h"
#include "engine/tel/cert.h"
#include "engine/tel/codec.h"
#include "engine/tel/ice.h"
#include "engine/tel/re.h"
#include "engine/tel/sdp.h"

#include "voice.h"

#include <sys/resource.h>
#include <unistd.h>

enum {
	BROWSERS = 2000,
	FILES = 8192,
	LINE = 8192,
	CHECK_MS = 1000,
	STEP_MS = 1,
	ROUND_MS = 20,
	KEY_MAX = 64,
	HEADROOM = 64,
	DTLS_LAYER = 10
};

struct browser {
	struct udp_sock *us;
	struct dtls_sock *dtls;
	struct tls_conn *conn;
	struct srtp *tx;
	struct sa peer;
	char ufrag[9], pwd[33], username[320], their_pwd[256];
	struct tmr check;
	struct rtp_header hdr;
	uint32_t n;
	bool speaks;
};

static struct {
	enum tel_codec codec;
	struct tls *tls;
	char fingerprint[3 * 32 + 1];
	uint8_t said[VOICE_FRAMES][TEL_PACKET_MAX]; /* the second of voice, encoded */
	size_t n_said[VOICE_FRAMES];
	struct browser all[BROWSERS];
	size_t n, turn;
	int up;
	long long heard;
	struct tmr step;
} page;

/* Sound -------------------------------------------------------------------------------------------------------------- */

static int encode_voice(void)
{
	static int16_t pcm[VOICE_FRAMES * VOICE_FRAME];
	struct tel_coder *coder;
	int err = tel_coder_new(&coder, page.codec);

	voice_make(pcm);
	for (size_t i = 0; !err && i < VOICE_FRAMES; i++)
		page.n_said[i] = tel_encode(coder, pcm + i * VOICE_FRAME, page.said[i]);
	mem_deref(coder);
	return err;
}

static void say(struct browser *b)
{
	uint8_t room[HEADROOM + RTP_HEADER_SIZE + TEL_PACKET_MAX + HEADROOM];
	struct mbuf mb = {.buf = room, .size = sizeof(room), .pos = HEADROOM, .end = HEADROOM};
	size_t at = b->n++ % VOICE_FRAMES;

	if (rtp_hdr_encode(&mb, &b->hdr) || mbuf_write_mem(&mb, page.said[at], page.n_said[at]))
		return;
	b->hdr.seq++;
	b->hdr.ts += tel_codecs[page.codec].clock / 50;
	mb.pos = HEADROOM;
	if (!srtp_encrypt(b->tx, &mb))
		udp_send(b->us, &b->peer, &mb);
}

/* Those whose turn it is in this millisecond of the twenty. */
static void step(void *arg)
{
	static uint64_t due;

	(void)arg;
	if (!due)
		due = tmr_jiffies();
	for (; due <= tmr_jiffies(); due += STEP_MS, page.turn++)
		for (size_t i = page.turn % ROUND_MS; i < page.n; i += ROUND_MS)
			if (page.all[i].speaks)
				say(page.all + i);
	tmr_start(&page.step, STEP_MS, step, NULL);
}

/* Connecting --------------------------------------------------------------------------------------------------------- */

static void on_closed(int err, void *arg)
{
	struct browser *b = arg;

	(void)err;
	page.up -= b->speaks;
	b->speaks = false;
}

static void on_agreed(void *arg)
{
	struct browser *b = arg;
	uint8_t client[KEY_MAX], server[KEY_MAX];
	enum srtp_suite suite;

	if (tls_srtp_keyinfo(b->conn, &suite, client, sizeof(client), server, sizeof(server)) ||
	        srtp_alloc(&b->tx, suite, client, suite == SRTP_AES_128_GCM ? 28 : 30, 0))
		return;
	b->speaks = true;
	page.up++;
}

static void check(void *arg)
{
	struct browser *b = arg;
	uint8_t tid[STUN_TID_SIZE];
	uint32_t priority = 1862270975;
	uint64_t tie = 1;
	struct mbuf *mb = mbuf_alloc(512);

	rand_bytes(tid, sizeof(tid));
	if (mb && !stun_msg_encode(mb, STUN_METHOD_BINDING, STUN_CLASS_REQUEST, tid, NULL, (const uint8_t *)b->their_pwd,
	                  strlen(b->their_pwd), true, 0, 4, STUN_ATTR_USERNAME, b->username, STUN_ATTR_PRIORITY, &priority,
	                  STUN_ATTR_CONTROLLING, &tie, STUN_ATTR_USE_CAND, NULL)) {
		mb->pos = 0;
		udp_send(b->us, &b->peer, mb);
	}
	mem_deref(mb);
	tmr_start(&b->check, CHECK_MS, check, b);
}

static void on_datagram(const struct sa *src, struct mbuf *mb, void *arg)
{
	struct browser *b = arg;
	enum tel_ice_packet kind = tel_ice_kind(mb);

	page.heard += kind == TEL_ICE_RTP;
	if (kind == TEL_ICE_STUN && !b->conn)
		dtls_connect(&b->conn, page.tls, b->dtls, src, on_agreed, NULL, on_closed, b);
}

/* Offer and answer --------------------------------------------------------------------------------------------------- */

static void offer(void)
{
	struct browser *b = &page.all[page.n];
	const struct tel_codec_info *c = &tel_codecs[page.codec];
	struct tel_ice draw;
	struct sa own;

	sa_set_str(&own, "127.0.0.1", 0);
	if (page.n == BROWSERS || tel_ice_init(&draw, STR("none")) || udp_listen(&b->us, &own, on_datagram, b) ||
	        dtls_listen(&b->dtls, NULL, b->us, 4, DTLS_LAYER, NULL, NULL)) {
		printf("{\"offer\":\"\"}\n");
		return;
	}
	page.n++;
	b->hdr = (struct rtp_header){.ver = RTP_VERSION, .pt = c->pt, .ssrc = rand_u32(), .seq = 1};
	memcpy(b->ufrag, draw.ufrag, sizeof(b->ufrag));
	memcpy(b->pwd, draw.pwd, sizeof(b->pwd));
	printf("{\"offer\":\"v=0|o=- 1 1 IN IP4 127.0.0.1|s=-|t=0 0|m=audio 9 UDP/TLS/RTP/SAVPF %d|c=IN IP4 0.0.0.0|a=rtcp-mux|"
	       "a=ice-ufrag:%s|a=ice-pwd:%s|a=fingerprint:sha-256 %s|a=setup:actpass|a=mid:0|a=sendrecv|"
	       "a=rtpmap:%d %s/%u%s|\"}\n",
	        c->pt, b->ufrag, b->pwd, page.fingerprint, c->pt, c->name, (unsigned)c->clock, c->channels == 2 ? "/2" : "");
}

static void answer(char *text)
{
	struct browser *b = &page.all[page.n - 1];
	struct tel_sdp s;
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (text[i] == '|')
			text[i] = '\n';
	if (!page.n || tel_sdp_read((str){text, n}, &s, NULL))
		return;
	re_snprintf(b->username, sizeof(b->username), "%b:%s", s.ufrag.p, s.ufrag.n, b->ufrag);
	snprintf(b->their_pwd, sizeof(b->their_pwd), "%.*s", STR_ARG(s.pwd));
	sa_set_str(&b->peer, "127.0.0.1", s.port);
	check(b);
}

static void on_stdin(int flags, void *arg)
{
	static char z[LINE];
	ssize_t n = read(0, z, sizeof(z) - 1);

	(void)flags;
	(void)arg;
	z[n > 0 ? n : 0] = '\0';
	z[strcspn(z, "\n")] = '\0';
	if (n <= 0)
		re_cancel();
	if (!strcmp(z, "offer")) {
		offer();
	} else {
		if (!strncmp(z, "answer ", 7))
			answer(z + 7);
		printf("{\"up\":%d,\"heard\":%lld}\n", page.up, page.heard);
	}
	fflush(stdout);
}

static int start(struct fault *f)
{
	uint8_t md[32];
	struct tls *sips;
	int err = libre_init();

	if (!err)
		err = fd_setsize(FILES);
	if (!err)
		err = tel_cert_new(&page.tls, &sips, f);
	if (!err)
		err = tls_fingerprint(page.tls, TLS_FINGERPRINT_SHA256, md, sizeof(md));
	if (!err)
		err = encode_voice();
	for (size_t i = 0; !err && i < sizeof(md); i++)
		snprintf(page.fingerprint + 3 * i, 4, i + 1 < sizeof(md) ? "%02X:" : "%02X", md[i]);
	return err;
}

int main(int argc, char **argv)
{
	struct rlimit files = {FILES, FILES};
	struct fault f = {0};

	if (argc != 2 || (strcmp(argv[1], "pcma") != 0 && strcmp(argv[1], "opus") != 0)) {
		fprintf(stderr, "usage: bench-browsers pcma|opus\n");
		return 2;
	}
	setrlimit(RLIMIT_NOFILE, &files);
	page.codec = argv[1][0] == 'o' ? TEL_OPUS : TEL_PCMA;
	if (start(&f)) {
		fprintf(stderr, "bench-browsers: %s\n", f.what);
		return 1;
	}
	fd_listen(0, FD_READ, on_stdin, NULL);
	step(NULL);
	return re_main(NULL);
}
