/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leg.c - packets to frames and back, and packets passed on as they come. Every packet goes through the jitter buffer into this tick's
 * frame, which recordings, meters and listeners take; where another leg may have it untouched, it was already sent there. */
#include "engine/tel/leg.h"

#include "base/clock.h"
#include "engine/audio/keys.h"
#include "engine/tel/conceal.h"
#include "engine/tel/crew.h"
#include "engine/tel/dtmf.h"
#include "engine/tel/jitter.h"
#include "engine/tel/quality.h"
#include "engine/tel/re.h"
#include "engine/tel/relay.h"
#include "engine/tel/tone.h"

/* RELAY_QUIET_MS: so long nothing to pass on, and the tick sends again; more than a network's jitter. */
enum { ECHO_TICKS = 30, HEADROOM = 64, RTCP_TICKS = 250, RELAY_QUIET_MS = 200, COMFORT_PT = 13, KEYS_MAX = 8 };
enum { GONE_MS = 30000, HELD_MS = 600000 };

/* In the order of use: what a packet touches stands together, then what a tick does. */
struct tel_leg {
	struct le le;
	const struct tel_leg_way *way;
	void *transport;
	struct tel_coder *coder;
	struct tel_leg_format format;
	bool peer_known, heard, held;
	uint32_t peer_ssrc;
	int64_t last_rx_ms;
	struct tel_leg *relay_to, *relay_from; /* each clears the other's pointer at its end */
	struct tel_quality quality;

	struct tel_relay relay; /* of what relay_from sends here */
	int64_t relayed_ms;     /* when it last did */
	uint32_t ssrc;
	struct tel_stream next;
	uint64_t n_sent, n_sent_octets, n_reported, ticks; /* n_reported: sent before the last report */
	struct tel_dtmf_out dtmf_out;

	int part; /* of the crew */
	struct tel_leg_handlers h;
	struct le pressed; /* while keys wait to be told */
	char keys[KEYS_MAX];
	size_t n_keys;
	tel_leg_frame_h *tap;
	void *tap_arg;
	double level_db;
	struct tel_comfort comfort;
	struct tel_dtmf_in dtmf_in;
	struct keys_ear ear; /* where the far end sends no events */
	enum tel_source source;
	struct tel_leg *listens;
	uint64_t source_tick;
	int16_t *echo;      /* ECHO_TICKS frames */
	const int16_t *out; /* this tick's frame of a bridge or mixer, NULL: none */
	bool talking;       /* the last tick sent a packet */

	struct tel_jitter jitter;
	size_t n_in;                            /* decoded samples in it */
	int16_t in[TEL_DECODE_MAX + TEL_FRAME]; /* this tick's frame, then those not yet due */
};

static struct list legs[TEL_CREW_PARTS], pressed[TEL_CREW_PARTS];

static void leg_destructor(void *arg)
{
	struct tel_leg *l = arg;

	list_unlink(&l->le);
	list_unlink(&l->pressed);
	tel_crew_leave(l->part);
	if (l->relay_from)
		l->relay_from->relay_to = NULL;
	tel_leg_relay(l, NULL);
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
	l->next = (struct tel_stream){.seq = rand_u16() & 0x7fff, .ts = rand_u32()};
	l->level_db = -90;
	l->last_rx_ms = clock_mono_ms();
	l->part = tel_crew_join(way->pull);
	list_append(&legs[l->part], &l->le, l);
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
	l->n_in = 0;
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

/* To the far end, one packet ------------------------------------------------------------------------------------------- */

static void send_packet(struct tel_leg *l, const struct rtp_header *hdr, const uint8_t *payload, size_t n)
{
	static _Thread_local uint8_t room[HEADROOM + RTP_HEADER_SIZE + TEL_PACKET_MAX + HEADROOM];
	struct mbuf mb = {.buf = room, .size = sizeof(room), .pos = HEADROOM, .end = HEADROOM};

	if (n > TEL_PACKET_MAX || rtp_hdr_encode(&mb, hdr) || mbuf_write_mem(&mb, payload, n))
		return;
	mb.pos = HEADROOM;
	if (!l->way->send(l->transport, &mb)) {
		l->n_sent++;
		l->n_sent_octets += n;
	}
}

static void send_own(struct tel_leg *l, uint8_t pt, bool marker, uint32_t ts, const uint8_t *payload, size_t n)
{
	struct rtp_header hdr = {.ver = RTP_VERSION, .m = marker, .pt = pt, .seq = l->next.seq++, .ts = ts, .ssrc = l->ssrc};

	send_packet(l, &hdr, payload, n);
}

/* Passing on ----------------------------------------------------------------------------------------------------------- */

/* The tick sends to it again, from where the stream would be by now. */
static void relay_stop(struct tel_leg *to)
{
	int64_t ms = clock_mono_ms() - to->relayed_ms;

	if (to->relay.follows)
		to->next.ts += (uint32_t)(ms / 20 * TEL_FRAME);
	to->relay = (struct tel_relay){0};
	to->talking = false;
}

void tel_leg_relay(struct tel_leg *from, struct tel_leg *to)
{
	if (from->relay_to == to)
		return;
	if (from->relay_to) {
		relay_stop(from->relay_to);
		from->relay_to->relay_from = NULL;
	}
	if (to && to->relay_from)
		tel_leg_relay(to->relay_from, NULL);
	from->relay_to = to;
	if (to)
		to->relay_from = from;
}

static bool may_relay(const struct tel_leg *from, const struct tel_leg *to)
{
	return to && to->coder && to->format.codec == from->format.codec && from->format.codec != TEL_OPUS &&
	       !to->dtmf_out.n;
}

static void relay(struct tel_leg *from, const struct rtp_header *hdr, const struct mbuf *mb)
{
	struct tel_leg *to = from->relay_to;
	struct rtp_header out = {.ver = RTP_VERSION, .seq = hdr->seq, .ts = hdr->ts};
	size_t n = mbuf_get_left(mb);

	if (!may_relay(from, to))
		return;
	out.m = hdr->m || !to->relay.follows;
	out.pt = to->format.pt;
	out.ssrc = to->ssrc;
	if (tel_relay_number(&to->relay, &to->next, &out.seq, &out.ts, (uint32_t)n))
		send_packet(to, &out, mbuf_buf(mb), n);
	to->relayed_ms = clock_mono_ms();
}

/* In this tick there is nothing to send: the packets of the other leg do it. By the clock, since late ticks come in one go. */
static bool relayed(struct tel_leg *l)
{
	if (!l->relay.follows)
		return false;
	if (clock_mono_ms() - l->relayed_ms < RELAY_QUIET_MS && may_relay(l->relay_from, l))
		return true;
	relay_stop(l);
	return false;
}

/* From the far end --------------------------------------------------------------------------------------------------- */

static void take_key(struct tel_leg *l, char digit)
{
	if (!digit || l->n_keys == KEYS_MAX)
		return;
	if (!l->n_keys)
		list_append(&pressed[l->part], &l->pressed, l);
	l->keys[l->n_keys++] = digit;
}

/* Whoever is told may end the leg. */
static void tell_keys(struct tel_leg *l)
{
	mem_ref(l);
	for (size_t i = 0; i < l->n_keys; i++)
		if (l->h.dtmf)
			l->h.dtmf(l->keys[i], l->h.arg);
	l->n_keys = 0;
	mem_deref(l);
}

void tel_leg_tell(void)
{
	struct le *le;

	for (int part = 0; part < TEL_CREW_PARTS; part++)
		while ((le = pressed[part].head)) {
			list_unlink(le);
			tell_keys(le->data);
		}
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

/* Not passed on, not heard: a key, comfort noise, what was never agreed. */
static void skip(struct tel_leg *l, uint16_t seq)
{
	tel_reception_pass(&l->quality.rx, seq);
	tel_jitter_pass(&l->jitter, seq);
	if (l->relay_to)
		tel_relay_skip(&l->relay_to->relay, &l->relay_to->next, seq);
}

static void new_source(struct tel_leg *l, uint32_t ssrc)
{
	tel_jitter_reset(&l->jitter);
	tel_reception_source(&l->quality.rx);
	l->dtmf_in.seen = false;
	if (l->relay_to)
		l->relay_to->relay.follows = false;
	l->peer_ssrc = ssrc;
	l->peer_known = true;
}

void tel_leg_rtp(struct tel_leg *l, struct mbuf *mb)
{
	struct rtp_header hdr = {0};
	int64_t now_us = clock_mono_us();

	if (!l->coder || rtp_hdr_decode(&hdr, mb) || hdr.ver != RTP_VERSION || !unpad(&hdr, mb))
		return;
	if (!l->peer_known || hdr.ssrc != l->peer_ssrc)
		new_source(l, hdr.ssrc);
	l->last_rx_ms = now_us / 1000;
	if (l->format.event_pt && hdr.pt == l->format.event_pt) {
		take_key(l, tel_dtmf_read(&l->dtmf_in, hdr.ts, mbuf_buf(mb), mbuf_get_left(mb)));
		skip(l, hdr.seq);
		return;
	}
	if (hdr.pt != l->format.pt || !mbuf_get_left(mb)) {
		if (hdr.pt == COMFORT_PT && mbuf_get_left(mb))
			tel_comfort_told(&l->comfort, *mbuf_buf(mb));
		skip(l, hdr.seq);
		return;
	}
	l->heard = true;
	tel_reception_take(&l->quality.rx, hdr.seq, hdr.ts, now_us, tel_codecs[l->format.codec].clock);
	relay(l, &hdr, mb);
	tel_jitter_put(&l->jitter, hdr.seq, mb);
}

void tel_leg_rtcp(struct tel_leg *l, struct mbuf *mb)
{
	int64_t now_us = clock_mono_us();

	if (tel_quality_read(&l->quality, mbuf_buf(mb), mbuf_get_left(mb), l->ssrc, clock_ms(), now_us))
		l->last_rx_ms = now_us / 1000;
}

/* The frame of the tick before gives way to what follows it. */
static void drop_frame(struct tel_leg *l)
{
	size_t n = l->n_in < TEL_FRAME ? l->n_in : TEL_FRAME;

	l->n_in -= n;
	if (l->n_in)
		memmove(l->in, l->in + n, l->n_in * sizeof(*l->in));
}

static void fill_frame(struct tel_leg *l)
{
	struct mbuf *mb = NULL;

	while (l->n_in < TEL_FRAME) {
		switch (tel_jitter_get(&l->jitter, &mb)) {
		case TEL_JITTER_EMPTY: return;
		case TEL_JITTER_LOST: l->n_in += tel_decode(l->coder, NULL, 0, l->in + l->n_in); break;
		case TEL_JITTER_PACKET:
			l->n_in += tel_decode(l->coder, mbuf_buf(mb), mbuf_get_left(mb), l->in + l->n_in);
			mem_deref(mb);
			break;
		}
	}
}

/* Who spoke once and sends nothing now is silent, not gone. */
static void fill_rest(struct tel_leg *l)
{
	if (l->n_in < TEL_FRAME && l->heard)
		tel_comfort_fill(&l->comfort, l->in + l->n_in, TEL_FRAME - l->n_in);
	else if (l->n_in < TEL_FRAME)
		memset(l->in + l->n_in, 0, (TEL_FRAME - l->n_in) * sizeof(*l->in));
}

static void pull(struct tel_leg *l)
{
	double level;

	if (l->way->pull) {
		l->way->pull(l->transport, l->in);
	} else {
		drop_frame(l);
		if (l->coder)
			fill_frame(l);
		fill_rest(l);
	}
	if (l->coder && !l->format.event_pt && l->h.dtmf)
		take_key(l, keys_hear(&l->ear, l->in));
	level = tel_level_db(l->in, TEL_FRAME);
	l->level_db += (level - l->level_db) / 8;
	if (l->n_in >= TEL_FRAME)
		tel_comfort_hear(&l->comfort, level);
	if (l->tap)
		l->tap(l->in, l->tap_arg);
}

/* To the far end ----------------------------------------------------------------------------------------------------- */

static void send_audio(struct tel_leg *l, const int16_t *pcm)
{
	uint8_t payload[TEL_PACKET_MAX];
	size_t n = tel_encode(l->coder, pcm, payload);

	if (n)
		send_own(l, l->format.pt, !l->talking, l->next.ts, payload, n);
}

/* A queued digit takes the place of audio: an event where the far end knows them, else tones. False: nothing queued. */
static bool send_digit(struct tel_leg *l)
{
	struct tel_dtmf_step step;
	int16_t pcm[TEL_FRAME];

	tel_dtmf_step(&l->dtmf_out, l->next.ts, l->format.event_clock / 50, &step);
	if (!step.digit)
		return false;
	if (!step.tone)
		memset(pcm, 0, sizeof(pcm));
	else if (!l->format.event_pt)
		tel_tone_dtmf(step.digit, (uint64_t)step.tick, pcm);
	else {
		send_own(l, l->format.event_pt, step.marker, step.ts, step.payload, sizeof(step.payload));
		return true;
	}
	send_audio(l, pcm);
	return true;
}

static void send_report(struct tel_leg *l)
{
	struct tel_rtcp_out o = {.ssrc = l->ssrc,
	        .sender = l->n_sent != l->n_reported,
	        .ts = l->next.ts,
	        .packets = (uint32_t)l->n_sent,
	        .octets = (uint32_t)l->n_sent_octets};
	uint8_t room[HEADROOM + TEL_RTCP_MAX + HEADROOM];
	struct mbuf mb = {.buf = room, .size = sizeof(room), .pos = HEADROOM};

	if (!o.sender && !l->peer_known)
		return;
	l->n_reported = l->n_sent;
	mb.end = HEADROOM + tel_quality_write(&l->quality, &o, l->peer_ssrc, clock_ms(), clock_mono_us(), room + HEADROOM);
	l->way->send_rtcp(l->transport, &mb);
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

/* What it hears in this tick, pcm when it is made here; NULL: nothing at all. */
static const int16_t *frame_out(struct tel_leg *l, int16_t *pcm)
{
	const int16_t *out = l->out;

	l->out = NULL;
	if (out || l->listens)
		return out ? out : l->listens->in;
	tel_tone(l->source, l->source_tick, pcm);
	if (l->source == TEL_ECHO)
		echo(l, pcm);
	l->source_tick++;
	return l->source == TEL_QUIET ? NULL : pcm;
}

static void push(struct tel_leg *l)
{
	static const int16_t silence[TEL_FRAME];
	int16_t pcm[TEL_FRAME];
	const int16_t *out = frame_out(l, pcm);

	if (l->way->push) {
		l->dtmf_out.n = 0; /* a voice has no keys to hear */
		l->way->push(l->transport, out ? out : silence);
		return;
	}
	if (!l->coder)
		return;
	if (++l->ticks % RTCP_TICKS == RTCP_TICKS / 2)
		send_report(l);
	if (relayed(l))
		return;
	if (!send_digit(l) && out)
		send_audio(l, out);
	l->talking = out;
	l->next.ts += tel_codecs[l->format.codec].clock / 50;
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

void tel_leg_tap(struct tel_leg *l, tel_leg_frame_h *h, void *arg)
{
	l->tap = h;
	l->tap_arg = arg;
}

int tel_leg_send_dtmf(struct tel_leg *l, const char *digits, size_t n)
{
	return tel_dtmf_queue(&l->dtmf_out, digits, n);
}

void tel_leg_steady(struct tel_leg *l)
{
	l->jitter.steady = true;
	tel_jitter_reset(&l->jitter);
}

int64_t tel_leg_deaf_ms(const struct tel_leg *l)
{
	return l->way->pull ? 0 : clock_mono_ms() - l->last_rx_ms;
}

void tel_leg_holds(struct tel_leg *l, bool on)
{
	if (l->held && !on)
		l->last_rx_ms = clock_mono_ms();
	l->held = on;
}

bool tel_leg_gone(const struct tel_leg *l)
{
	return tel_leg_deaf_ms(l) > (l->held ? HELD_MS : GONE_MS);
}

bool tel_leg_heard(const struct tel_leg *l)
{
	return l->heard || l->way->pull;
}

double tel_leg_level(const struct tel_leg *l)
{
	return l->level_db;
}

/* Units of a stream's RTP clock. */
static int64_t clock_to_ms(const struct tel_leg *l, uint32_t units)
{
	return (int64_t)units * 1000 / tel_codecs[l->format.codec].clock;
}

void tel_leg_figures(const struct tel_leg *l, struct tel_leg_figures *ret)
{
	const struct tel_quality *q = &l->quality;

	*ret = (struct tel_leg_figures){.expected = (int64_t)tel_reception_expected(&q->rx),
	        .came = (int64_t)tel_reception_came(&q->rx),
	        .late = (int64_t)l->jitter.n_late,
	        .sent = (int64_t)l->n_sent,
	        .jitter_ms = clock_to_ms(l, q->rx.jitter >> 4),
	        .buffer_ms = l->jitter.held * 20,
	        .rtt_ms = (q->rtt_us + 999) / 1000,
	        .far_known = q->far_known,
	        .far_lost = q->far_lost,
	        .far_jitter_ms = clock_to_ms(l, q->far_jitter)};
}

size_t tel_leg_count(void)
{
	size_t n = 0;

	for (int part = 0; part < TEL_CREW_PARTS; part++)
		n += list_count(&legs[part]);
	return n;
}

const int16_t *tel_leg_in(const struct tel_leg *l)
{
	return l->in;
}

void tel_leg_out(struct tel_leg *l, const int16_t pcm[TEL_FRAME])
{
	l->out = pcm;
}

int tel_leg_part(const struct tel_leg *l)
{
	return l->part;
}

static void pull_all(int part)
{
	for (struct le *le = legs[part].head; le; le = le->next)
		pull(le->data);
}

static void push_all(int part)
{
	for (struct le *le = legs[part].head; le; le = le->next)
		push(le->data);
}

void tel_leg_tick_in(void)
{
	tel_crew_run(pull_all);
}

void tel_leg_tick_out(void)
{
	tel_crew_run(push_all);
}
