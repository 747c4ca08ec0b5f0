/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp.h - the one audio line of a session description (RFC 8866) as browsers and trunks write it: read from hostile text, and
 * written. Video and further audio lines are refused in the answer. Any thread. */
#ifndef ENGINE_TEL_SDP_H
#define ENGINE_TEL_SDP_H

#include "base/text.h"
#include "engine/tel/codec.h"

enum {
	TEL_SDP_MAX = 32768,
	TEL_SDP_LINES_MAX = 16,
	TEL_EVENTS_MAX = 4,
	TEL_FINGERPRINT = 32,
	TEL_SRTP_KEY = 30,
	TEL_SRTP_KEY_TEXT = 40
};
enum tel_sdp_setup { TEL_SETUP_NONE, TEL_SETUP_ACTPASS, TEL_SETUP_ACTIVE, TEL_SETUP_PASSIVE };
enum tel_sdp_way { TEL_SENDRECV, TEL_SENDONLY, TEL_RECVONLY, TEL_INACTIVE };

/* What the far side says of its audio. Strings point into the text read. */
struct tel_sdp {
	str protocol;  /* "RTP/AVP", "UDP/TLS/RTP/SAVPF", … */
	str address;   /* of c=, as text */
	uint16_t port; /* 0: the audio is refused */
	enum tel_sdp_way way;
	int pt[TEL_CODECS];    /* by codec; -1: not spoken */
	int order[TEL_CODECS]; /* of preference, 0 first; by codec */
	struct {
		int pt;
		uint32_t clock;
	} events[TEL_EVENTS_MAX]; /* telephone-event */
	size_t n_events;
	str mid, ufrag, pwd; /* browsers */
	str srtp_key;        /* of AES_CM_128_HMAC_SHA1_80 (RFC 4568), master key and salt in base64; absent: none */
	int64_t srtp_tag;    /* of that line */
	bool rtcp_mux, has_fingerprint;
	uint8_t fingerprint[TEL_FINGERPRINT]; /* SHA-256 */
	enum tel_sdp_setup setup;
	size_t n_lines, line;         /* media lines in all, and which the audio is */
	str kinds[TEL_SDP_LINES_MAX]; /* "audio", "video", … of each */
	str mids[TEL_SDP_LINES_MAX];
};

/* EINVAL with code "sdp" says what is wrong. */
int tel_sdp_read(str text, struct tel_sdp *ret, struct fault *f) MUST_USE;
/* The best codec both speak, in the order of the far side; false when there is none. */
bool tel_sdp_codec(const struct tel_sdp *s, enum tel_codec *ret);
/* Its event payload type whose clock fits the codec, else any; false when it takes none. */
bool tel_sdp_event(const struct tel_sdp *s, enum tel_codec codec, uint8_t *pt, uint32_t *clock);

/* Our end of the audio towards a trunk or a phone. */
struct tel_sdp_end {
	const char *address;
	uint16_t port;
	uint64_t session, version;
	const char *srtp_key; /* TEL_SRTP_KEY_TEXT letters of base64: SRTP and nothing else; NULL: plain RTP */
};
void tel_sdp_offer(struct text *t, const struct tel_sdp_end *end);
void tel_sdp_answer(struct text *t, const struct tel_sdp *offer, enum tel_codec codec, const struct tel_sdp_end *end);

/* Our answer to a browser. */
struct tel_sdp_browser {
	enum tel_codec codec;
	const char *ufrag, *pwd, *fingerprint; /* "AB:CD:…" */
	bool active;                           /* we open DTLS */
	uint16_t port;
	const char *const *addresses; /* our candidates, best first, NULL-ended; at least one */
	uint64_t session;
};
void tel_sdp_answer_browser(struct text *t, const struct tel_sdp *offer, const struct tel_sdp_browser *b);

#endif
