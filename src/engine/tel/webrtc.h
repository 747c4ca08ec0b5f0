/* SPDX-License-Identifier: GPL-3.0-or-later */
/* webrtc.h - a browser's audio: its offer in, our answer out, then ICE-lite, DTLS-SRTP and a leg. One UDP port per browser. Audio is
 * taken from addresses that passed a check, by keys of the certificate the offer named, and from nowhere else. A browser that
 * changed its network or was loaded anew makes a new offer, and a new object takes the place of the old. Loop thread. */
#ifndef ENGINE_TEL_WEBRTC_H
#define ENGINE_TEL_WEBRTC_H

#include "base/text.h"
#include "engine/tel/leg.h"

struct tel_webrtc;

/* No answer to consent or audio for so long: down. Without the first check for so long: down too. */
enum { TEL_CONSENT_MS = 6000, TEL_CONNECT_MS = 20000 };

struct tel_webrtc_handlers {
	void (*up)(void *arg); /* keys agreed: audio can flow; once */
	void (*down)(
	        const char *why, void *arg); /* it ended: deref it then; at most once, never from inside our functions */
	void *arg;
};

/* The certificates of the process. Once, after tel_loop_init. */
int tel_webrtc_init(struct fault *f) MUST_USE;
void tel_webrtc_done(void);

/* answer gets our SDP. EINVAL with code "sdp", "codec" or "certificate" says what is wrong with the offer. A libre object. */
int tel_webrtc_new(struct tel_webrtc **ret, str offer, struct text *answer, const struct tel_webrtc_handlers *h,
        struct fault *f) MUST_USE;
/* Its leg; lives at least as long as it. */
struct tel_leg *tel_webrtc_leg(struct tel_webrtc *w);
bool tel_webrtc_up(const struct tel_webrtc *w);

#endif
