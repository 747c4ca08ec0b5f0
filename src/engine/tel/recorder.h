/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recorder.h - a call to disk while it runs: WAV, G.711 A-law, stereo (left our side, right the far side), 16 kB/s. The loop puts
 * frames into a ring; one recorder thread writes them. The header is made right each second and at the end, so that a crash
 * leaves a file that plays. What the ring could not take becomes silence, so both sides stay in step with the clock. */
#ifndef ENGINE_TEL_RECORDER_H
#define ENGINE_TEL_RECORDER_H

#include "engine/tel/codec.h"

struct tel_recorder;

/* How a recording fares; called on the loop. err: errno of the write that failed (ENOSPC: what fits is kept), 0 otherwise.
 * Not closed: it has just failed, and the talk goes on without it. */
struct tel_recording {
	const char *path;
	int64_t bytes, ms;
	int err;
	bool closed;
};
typedef void(tel_recording_h)(const struct tel_recording *r, void *arg);

/* Start and stop the thread. dir must exist; paths of recordings are below it. Stop writes what is waiting. Loop thread. */
int tel_recorder_init(const char *dir, struct fault *f) MUST_USE;
void tel_recorder_done(void);
/* A recording is open, or its end not told yet. Loop thread. */
bool tel_recorder_busy(void);

/* Begin DIR/stem.wav. EINVAL for a stem with anything but letters, digits, "-", "_" and single "/". h is called when
 * writing fails, and once after the file is closed, even if nothing could be written. Loop thread. */
int tel_recorder_open(struct tel_recorder **ret, const char *stem, tel_recording_h *h, void *arg) MUST_USE;
void tel_recorder_put(struct tel_recorder *r, const int16_t ours[TEL_FRAME], const int16_t theirs[TEL_FRAME]);
/* What is put from now on becomes a short tone and then silence of the same length; off: it is written again. */
void tel_recorder_pause(struct tel_recorder *r, bool on);
/* Where in the recording the next frame goes. */
int64_t tel_recorder_ms(const struct tel_recorder *r);
/* No frames after this; r belongs to the thread from now on. NULL is fine. */
void tel_recorder_close(struct tel_recorder *r);
const char *tel_recorder_path(const struct tel_recorder *r); /* below the directory, with ".wav" */

#endif
