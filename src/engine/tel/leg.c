/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leg.c - packets to frames and back. A frame passes from leg to leg as PCM; between two legs of one G.711 codec that is the
 * same as relaying the packet, and the receiver gets an even 20 ms raster with losses already concealed. */
#include "engine/tel/leg.h"

#include "base/clock.h"
#include "engine/tel/dtmf.h"
#include "engine/tel/jitter.h"
#include "engine/tel/re.h"
#include "engine/tel/tone.h"

enum { ECHO_TICKS = 30, HEADROOM = 64, RTCP_TICKS = 250, COMFORT_NOISE_PT = 13 };

struct tel_leg {
	struct le le;
	const struct tel_leg_way *way;
	void *transport;
	struct tel_leg_handlers h;
	struct tel_leg_format format;
	struct tel_coder *coder;

	struct tel_jitter jitter;
	int16_t fifo[TEL_DECODE_MAX + TEL_FRAME]; /* decoded, not yet taken */
	size_t n_fifo;
	int16_t in[TEL_FRAME], out[TEL_FRAME];
	uint32_t peer_ssrc;
	bool peer_known, heard;
	int64_t last_rx_ms;
	double level_db;
	struct tel_dtmf_in dtmf_in;

	enum tel_source source;
	struct tel_leg *listens;
	uint64_t source_tick;
	int16_t *echo;         /* ECHO_TICKS frames */
	bool has_out, talking; /* a bridge gave this tick's frame; the last tick sent a packet */
	struct tel_dtmf_out dtmf_out;
	uint32_t ssrc, ts;
	uint16_t seq;
	uint64_t n_sent, n_sent_octets, ticks;
};

static struct list legs;

static void leg_destructor(void *arg)
{
	struct tel_leg *l = arg;

	list_unlink(&l->le);
	tel_jitter_reset(&l->jitter);
	mem_deref(l->coder);
	mem_deref(l->listens);
	mem_deref(l->echo);
	mem_deref(l->transport);
}

int tel_leg_new(struct tel_leg **ret, const struct tel_leg_way *way, void *transport)
{
	struct tel_leg *l = mem_zalloc(sizeof(*l), leg_destructor);

	if (!l)
		return ENOMEM;
	l->way = way;
	l->transport = mem_ref(transport);
	l->ssrc = rand_u32();
	l->seq = rand_u16() & 0x7fff;
	l->ts = rand_u32();
	l->level_db = -90;
	l->last_rx_ms = clock_mono_ms();
	list_append(&legs, &l->le, l);
	*ret = l;
	return 0;
}

void tel_leg_handle(struct tel_leg *l, const struct tel_leg_handlers *h)
{
	l->h = h ? *h : (struct tel_leg_handlers){0};
}

int tel_leg_start(struct tel_leg *l, const struct tel_leg_format *format)
{
	struct tel_coder *coder;
	int err;

	if (l->coder && l->format.codec == format->codec) {
		l->format = *format;
		return 0;
	}
	err = tel_coder_new(&coder, format->codec);
	if (err)
		return err;
	mem_deref(l->coder);
	l->coder = coder;
	l->format = *format;
	l->last_rx_ms = clock_mono_ms();
	l->n_fifo = 0;
	tel_jitter_reset(&l->jitter);
	return 0;
}

bool tel_leg_running(const struct tel_leg *l)
{
	return l->coder || l->way->pull;
}

const char *tel_leg_codec_name(const struct tel_leg *l)
{
	return l->coder ? tel_codecs[l->format.codec].name : "";
}

/* From the far end --------------------------------------------------------------------------------------------------- */

static void take_event(struct tel_leg *l, const struct rtp_header *hdr, struct mbuf *mb)
{
	char digit = tel_dtmf_read(&l->dtmf_in, hdr->ts, mbuf_buf(mb), mbuf_get_left(mb));

	if (digit && l->h.dtmf)
		l->h.dtmf(digit, l->h.arg);
}

/* Cut the padding a sender may append (RFC 3550 section 5.1). False for a lie. */
static bool unpad(const struct rtp_header *hdr, struct mbuf *mb)
{
	uint8_t pad;

	if (!hdr->pad)
		return true;
	if (!mbuf_get_left(mb))
		return false;
	pad = mb->buf[mb->end - 1];
	if (!pad || pad > mbuf_get_left(mb))
		return false;
	mb->end -= pad;
	return true;
}

void tel_leg_rtp(struct tel_leg *l, struct mbuf *mb)
{
	struct rtp_header hdr = {0};

	if (!l->coder || rtp_hdr_decode(&hdr, mb) || hdr.ver != RTP_VERSION || !unpad(&hdr, mb))
		return;
	if (!l->peer_known || hdr.ssrc != l->peer_ssrc) {
		tel_jitter_reset(&l->jitter);
		l->dtmf_in.seen = false;
		l->peer_ssrc = hdr.ssrc;
		l->peer_known = true;
	}
	l->last_rx_ms = clock_mono_ms();
	if (l->format.event_pt && hdr.pt == l->format.event_pt) {
		take_event(l, &hdr, mb);
		return;
	}
	if (hdr.pt != l->format.pt || !mbuf_get_left(mb))
		return; /* comfort noise and what was never agreed: silence */
	l->heard = true;
	tel_jitter_put(&l->jitter, hdr.seq, mb);
}

void tel_leg_rtcp(struct tel_leg *l, struct mbuf *mb)
{
	(void)mb; /* that it came is what counts: reports change nothing here */
	l->last_rx_ms = clock_mono_ms();
}

static void fill_fifo(struct tel_leg *l)
{
	struct mbuf *mb = NULL;

	while (l->n_fifo < TEL_FRAME) {
		switch (tel_jitter_get(&l->jitter, &mb)) {
		case TEL_JITTER_EMPTY: return;
		case TEL_JITTER_LOST: l->n_fifo += tel_decode(l->coder, NULL, 0, l->fifo + l->n_fifo); break;
		case TEL_JITTER_PACKET:
			l->n_fifo += tel_decode(l->coder, mbuf_buf(mb), mbuf_get_left(mb), l->fifo + l->n_fifo);
			mem_deref(mb);
			break;
		}
	}
}

static void pull(struct tel_leg *l)
{
	size_t n;

	if (l->way->pull) {
		l->way->pull(l->transport, l->in);
	} else if (l->coder) {
		fill_fifo(l);
		n = l->n_fifo < TEL_FRAME ? l->n_fifo : TEL_FRAME;
		memcpy(l->in, l->fifo, n * sizeof(*l->in));
		memset(l->in + n, 0, (TEL_FRAME - n) * sizeof(*l->in));
		l->n_fifo -= n;
		memmove(l->fifo, l->fifo + n, l->n_fifo * sizeof(*l->fifo));
	}
	l->level_db += (tel_level_db(l->in, TEL_FRAME) - l->level_db) / 8;
}

/* To the far end ----------------------------------------------------------------------------------------------------- */

static void send_packet(struct tel_leg *l, uint8_t pt, bool marker, uint32_t ts, const uint8_t *payload, size_t n)
{
	struct rtp_header hdr = {.ver = RTP_VERSION, .m = marker, .pt = pt, .seq = l->seq++, .ts = ts, .ssrc = l->ssrc};
	struct mbuf *mb = mbuf_alloc(HEADROOM + RTP_HEADER_SIZE + n + HEADROOM);

	if (!mb)
		return;
	mb->pos = mb->end = HEADROOM;
	if (!rtp_hdr_encode(mb, &hdr) && !mbuf_write_mem(mb, payload, n)) {
		mb->pos = HEADROOM;
		if (!l->way->send(l->transport, mb)) {
			l->n_sent++;
			l->n_sent_octets += n;
		}
	}
	mem_deref(mb);
}

static void send_audio(struct tel_leg *l, const int16_t *pcm)
{
	uint8_t payload[TEL_PACKET_MAX];
	size_t n = tel_encode(l->coder, pcm, payload);

	if (n)
		send_packet(l, l->format.pt, !l->talking, l->ts, payload, n);
}

/* A queued digit takes the place of audio: an event where the far end knows them, else tones. False: nothing queued. */
static bool send_digit(struct tel_leg *l)
{
	struct tel_dtmf_step step;
	int16_t pcm[TEL_FRAME];

	tel_dtmf_step(&l->dtmf_out, l->ts, l->format.event_clock / 50, &step);
	if (!step.digit)
		return false;
	if (!step.tone)
		memset(pcm, 0, sizeof(pcm));
	else if (!l->format.event_pt)
		tel_tone_dtmf(step.digit, (uint64_t)step.tick, pcm);
	else {
		send_packet(l, l->format.event_pt, step.marker, step.ts, step.payload, sizeof(step.payload));
		return true;
	}
	send_audio(l, pcm);
	return true;
}

static int sdes(struct mbuf *mb, void *arg)
{
	const struct tel_leg *l = arg;
	char name[16];

	snprintf(name, sizeof(name), "%08x", l->ssrc);
	return rtcp_sdes_encode(mb, l->ssrc, 1, (int)RTCP_SDES_CNAME, name);
}

static void send_report(struct tel_leg *l)
{
	int64_t now = clock_ms();
	uint32_t s = (uint32_t)(now / 1000 + 2208988800), part = (uint32_t)((uint64_t)(now % 1000) * 4294967296u / 1000);
	struct mbuf *mb = mbuf_alloc(HEADROOM + 256);

	if (!mb)
		return;
	mb->pos = mb->end = HEADROOM;
	if (!rtcp_encode(
	            mb, RTCP_SR, 0, l->ssrc, s, part, l->ts, (uint32_t)l->n_sent, (uint32_t)l->n_sent_octets, NULL, NULL) &&
	        !rtcp_encode(mb, RTCP_SDES, 1, sdes, l)) {
		mb->pos = HEADROOM;
		l->way->send_rtcp(l->transport, mb);
	}
	mem_deref(mb);
}

static void echo(struct tel_leg *l, int16_t *pcm)
{
	int16_t *at;

	if (!l->echo)
		l->echo = mem_zalloc(sizeof(*l->echo) * TEL_FRAME * ECHO_TICKS, NULL);
	if (!l->echo)
		return;
	at = l->echo + TEL_FRAME * (l->source_tick % ECHO_TICKS);
	memcpy(pcm, at, TEL_FRAME * sizeof(*pcm));
	memcpy(at, l->in, TEL_FRAME * sizeof(*pcm));
}

/* What it hears in this tick. False: nothing at all. */
static bool frame_out(struct tel_leg *l, int16_t *pcm)
{
	if (l->has_out) {
		memcpy(pcm, l->out, sizeof(l->out));
		return true;
	}
	if (l->listens) {
		memcpy(pcm, l->listens->in, sizeof(l->out));
		return true;
	}
	tel_tone(l->source, l->source_tick, pcm);
	if (l->source == TEL_ECHO)
		echo(l, pcm);
	l->source_tick++;
	return l->source != TEL_QUIET;
}

static void push(struct tel_leg *l)
{
	int16_t pcm[TEL_FRAME] = {0};
	bool any = frame_out(l, pcm);

	l->has_out = false;
	if (l->way->push) {
		l->dtmf_out.n = 0; /* a voice has no keys to hear */
		l->way->push(l->transport, pcm);
		return;
	}
	if (!l->coder)
		return;
	if (!send_digit(l) && any)
		send_audio(l, pcm);
	l->talking = any;
	l->ts += tel_codecs[l->format.codec].clock / 50;
	if (++l->ticks % RTCP_TICKS == 0)
		send_report(l);
}

/* The rest ----------------------------------------------------------------------------------------------------------- */

void tel_leg_play(struct tel_leg *l, enum tel_source source)
{
	if (l->source != source)
		l->source_tick = 0;
	l->source = source;
}

void tel_leg_listen(struct tel_leg *l, struct tel_leg *other)
{
	struct tel_leg *was = l->listens;

	l->listens = mem_ref(other);
	mem_deref(was);
}

int tel_leg_send_dtmf(struct tel_leg *l, const char *digits, size_t n)
{
	return tel_dtmf_queue(&l->dtmf_out, digits, n);
}

int64_t tel_leg_deaf_ms(const struct tel_leg *l)
{
	return l->way->pull ? 0 : clock_mono_ms() - l->last_rx_ms;
}

bool tel_leg_heard(const struct tel_leg *l)
{
	return l->heard || l->way->pull;
}

double tel_leg_level(const struct tel_leg *l)
{
	return l->level_db;
}

void tel_leg_figures(const struct tel_leg *l, struct tel_leg_figures *ret)
{
	*ret = (struct tel_leg_figures){.got = l->jitter.n_got,
	        .lost = l->jitter.n_lost,
	        .late = l->jitter.n_late,
	        .sent = l->n_sent,
	        .jitter_ms = (uint32_t)(l->jitter.held * 20)};
}

size_t tel_leg_count(void)
{
	return list_count(&legs);
}

const int16_t *tel_leg_in(const struct tel_leg *l)
{
	return l->in;
}

void tel_leg_out(struct tel_leg *l, const int16_t pcm[TEL_FRAME])
{
	memcpy(l->out, pcm, sizeof(l->out));
	l->has_out = true;
}

void tel_leg_tick_in(void)
{
	for (struct le *le = legs.head; le; le = le->next)
		pull(le->data);
}

void tel_leg_tick_out(void)
{
	for (struct le *le = legs.head; le; le = le->next)
		push(le->data);
}
