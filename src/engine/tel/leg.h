/* SPDX-License-Identifier: GPL-3.0-or-later */
/* leg.h - one end of audio: a browser, a trunk's side of a call, or the simulated subscriber. At each tick every leg first hands in
 * 20 ms of what its far end says (tel_leg_in), then bridges mix, then every leg sends 20 ms to its far end. Legs are libre
 * objects: whoever made one derefs it; a source or bridge keeps its own references. Loop thread throughout; the crew (crew.h) does the
 * packets and ticks, so that way's functions are called on its threads, except for legs without packets, which are always the loop's. */
#ifndef ENGINE_TEL_LEG_H
#define ENGINE_TEL_LEG_H

#include "engine/tel/codec.h"

struct mbuf;
struct tel_leg;

/* How packets leave; arg is the transport, which the leg owns a reference to. send takes an RTP (or RTCP) packet with room in front and
 * behind, which is only lent. */
struct tel_leg_way {
	int (*send)(void *arg, struct mbuf *mb);
	int (*send_rtcp)(void *arg, struct mbuf *mb);
	void (*pull)(void *arg, int16_t pcm[TEL_FRAME]);       /* instead of packets: what the far end says */
	void (*push)(void *arg, const int16_t pcm[TEL_FRAME]); /* instead of packets: what it hears */
};

/* What the leg reports; called on the loop by tel_leg_tell. */
struct tel_leg_handlers {
	void (*dtmf)(char digit, void *arg); /* the far end pressed a key: its event (RFC 4733), or heard in its sound */
	void *arg;
};

/* What it hears when no bridge gives it anything. */
enum tel_source {
	TEL_QUIET,    /* nothing is sent */
	TEL_SILENCE,  /* packets of silence */
	TEL_RINGBACK, /* 425 Hz, 1 s in 5 (the tone of Russian exchanges) */
	TEL_BUSY,     /* 425 Hz, 0.35 s in 0.7 */
	TEL_BEEP,     /* a short 880 Hz, then silence: you are being connected */
	TEL_MUSIC,    /* a soft chord that swells: please hold */
	TEL_ECHO,     /* its own voice, 600 ms later */
};

/* way's table must outlive the leg. transport is a libre object the leg derefs at its end, or NULL. */
int tel_leg_new(struct tel_leg **ret, const struct tel_leg_way *way, void *transport) MUST_USE;
void tel_leg_handle(struct tel_leg *l, const struct tel_leg_handlers *h); /* NULL: nobody listens any more */

/* What was agreed: the codec and payload types of what we send; event_pt 0 when the far end takes no telephone events, event_clock
 * their RTP clock. Audio flows from then on. */
struct tel_leg_format {
	enum tel_codec codec;
	uint8_t pt;
	uint8_t event_pt;
	uint32_t event_clock;
};
int tel_leg_start(struct tel_leg *l, const struct tel_leg_format *format) MUST_USE;
bool tel_leg_running(const struct tel_leg *l);
const char *tel_leg_codec_name(const struct tel_leg *l); /* "" before it runs */

/* The transport hands in what arrived, already decrypted and from the source it trusts. */
void tel_leg_rtp(struct tel_leg *l, struct mbuf *mb);
void tel_leg_rtcp(struct tel_leg *l, struct mbuf *mb);

void tel_leg_play(struct tel_leg *l, enum tel_source source);
/* Let it hear another leg's far end while no bridge holds it (early media, listening). NULL ends it. */
void tel_leg_listen(struct tel_leg *l, struct tel_leg *other);
/* h gets each tick's frame of what the far end says, inside tel_leg_tick_in and on whichever thread of the crew has the leg: it may look and keep
 * what it saw in memory of its own. NULL ends it. */
typedef void(tel_leg_frame_h)(const int16_t pcm[TEL_FRAME], void *arg);
void tel_leg_tap(struct tel_leg *l, tel_leg_frame_h *h, void *arg);
/* Queue digits 0-9 * # A-D to the far end: telephone events, or tones where it takes none. EINVAL for others, ENOSPC when 64 wait. */
int tel_leg_send_dtmf(struct tel_leg *l, const char *digits, size_t n) MUST_USE;

/* The far end is a modem: what comes from it is neither shortened nor lengthened to follow the network. Before it sends. */
void tel_leg_steady(struct tel_leg *l);

/* Milliseconds since audio or RTCP last came from the far end (since the start when none came); 0 for a leg without packets. */
int64_t tel_leg_deaf_ms(const struct tel_leg *l);
/* The far end says that it sends nothing for now (hold), or that it does again. */
void tel_leg_holds(struct tel_leg *l, bool on);
/* Silent for so long that it must be gone: half a minute, ten minutes while it holds. */
bool tel_leg_gone(const struct tel_leg *l);
/* True once the far end sent audio. */
bool tel_leg_heard(const struct tel_leg *l);
/* Smoothed loudness of the far end in dB below full scale. */
double tel_leg_level(const struct tel_leg *l);

/* Counts are since the leg began; of two moments, tel_sound_of makes what happened between them. */
struct tel_leg_figures {
	int64_t expected, came, late, sent;   /* packets; late: came after their turn */
	int64_t jitter_ms, buffer_ms, rtt_ms; /* rtt_ms 0: no report answered yet */
	bool far_known;                       /* the far end reported: */
	int64_t far_lost, far_jitter_ms;
};
void tel_leg_figures(const struct tel_leg *l, struct tel_leg_figures *ret);

/* How one leg sounded over a stretch of time. */
struct tel_sound {
	int64_t came, lost, late, sent, far_lost;
	int64_t jitter_ms, buffer_ms, rtt_ms, far_jitter_ms;
	bool far_known;
	double mos, far_mos; /* of what we hear from its far end, and of what that hears; 0: too little to say */
};
void tel_sound_of(const struct tel_leg_figures *from, const struct tel_leg_figures *to, struct tel_sound *ret);

/* Legs that exist now. */
size_t tel_leg_count(void);
/* Of the crew: who reads its packets. */
int tel_leg_part(const struct tel_leg *l);
/* Tell the keys that came since the last time; at each beat, when its packets are read. */
void tel_leg_tell(void);

/* For bridges: what from's far end sends goes to to's as it comes, where both speak the same G.711 and to has no digits to send; in step
 * with nothing, so a bridge does it only while it passes from's voice on unchanged (docs/adr/0018). While packets come the tick
 * sends nothing to to; without any for 200 ms it does. NULL ends it. Neither leg is counted: either may end first. */
void tel_leg_relay(struct tel_leg *from, struct tel_leg *to);

/* For bridges and the media tick: this tick's frame from the far end, and the frame to send in this tick, which stays the caller's and as it
 * is until the tick ends. */
const int16_t *tel_leg_in(const struct tel_leg *l);
void tel_leg_out(struct tel_leg *l, const int16_t pcm[TEL_FRAME]);
void tel_leg_tick_in(void);
void tel_leg_tick_out(void);

#endif
