/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fax.h - a fax machine (ITU-T T.30) over 8 kHz samples, by spandsp: up to V.17 14 400 bit/s, error correction, G3 and G4. It knows no telephone: whoever
 * carries the samples gives it 20 ms of what it hears and takes 20 ms of what it says, as fast or slow as he likes; the machine's clock is the
 * samples. And documents as it wants them: TIFF of black and white pages, 204 × 196 dots an inch.
 *
 * One machine is used by one thread at a time. No T.38: packets of a fax over IP are another protocol, and a carrier that offers it takes G.711
 * too. */
#ifndef ENGINE_FAX_FAX_H
#define ENGINE_FAX_FAX_H

#include "base/arena.h"
#include "base/fault.h"

enum { FAX_WIDTH = 1728, FAX_LENGTH = 2291 /* lines of A4 */, FAX_FRAME = 160 /* samples of 20 ms */, FAX_IDENT = 21 };

/* A document: pages of FAX_LENGTH rows of FAX_WIDTH / 8 bytes, the leftmost dot the highest bit, 1 black. In memory alone. */
struct fax_document;
int fax_document_new(struct fax_document **ret, struct fault *f) MUST_USE;
int fax_document_add(struct fax_document *d, const uint8_t *rows, int length, struct fault *f) MUST_USE;
/* Its bytes as TIFF (G4), in the arena; the document is gone, whatever it returns. EIO */
int fax_document_finish(struct fax_document *d, struct arena *a, str *ret_tiff, struct fault *f) MUST_USE;

enum fax_state { FAX_NEGOTIATING, FAX_PAGES, FAX_DONE, FAX_FAILED };
struct fax_progress {
	enum fax_state state;
	int pages, of;         /* confirmed by the far machine; in the document, 0: not known */
	char ident[FAX_IDENT]; /* what the far machine calls itself, printable; "" when it does not */
	int bit_rate;
	const char *why;  /* of a failure: a sentence, English */
	const char *code; /* and a short word for it: fax_no_machine, fax_line, fax_refused, fax_document, fax_cut */
	bool lasting;     /* another try changes nothing */
};

struct fax;
/* Sends that document as ident (digits, "+" and blanks). EINVAL "fax_document": it is none. */
int fax_send(struct fax **ret, str tiff, const char *ident, struct fault *f) MUST_USE;
/* Receives into memory, for tests and whoever wants faxes. */
int fax_receive(struct fax **ret, const char *ident, struct fault *f) MUST_USE;
void fax_end(struct fax *x);
void fax_hear(struct fax *x, const int16_t pcm[FAX_FRAME]);
void fax_say(struct fax *x, int16_t pcm[FAX_FRAME]);
/* The line is gone: what is not done yet has failed. */
void fax_cut(struct fax *x);
const struct fax_progress *fax_progress(const struct fax *x);
/* What a receiver has got, in the arena. EIO */
int fax_received(struct fax *x, struct arena *a, str *ret_tiff, struct fault *f) MUST_USE;

#endif
