/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip.h - the SIP stack of the process: transports, the gate in front of them, trunks. Loop thread.
 * The gate (docs/threads.md, trust.md) sits below libre's decoder on each UDP socket: a datagram from an address that belongs to no
 * trunk is dropped unread and unanswered, and so is one that breaks a rule of gate_check.h. TCP and TLS are for our own connections
 * to trunks: their listening sockets are on loopback; the gate stands in front of libre's decoder there, and over TLS the carrier's
 * certificate is verified (verify.h). Redirections are never followed, REFER is refused. */
#ifndef ENGINE_TEL_SIP_H
#define ENGINE_TEL_SIP_H

#include "base/text.h"
#include "engine/tel/far.h"
#include "engine/tel/leg.h"
#include "engine/tel/registrar.h"

struct tel_trunk;

/* listen: "HOST:PORT" (IPv4; "0.0.0.0" is the machine's first address that is not loopback). public_ip: told in Contact, NULL: the local address. */
int tel_sip_init(const char *listen, const char *public_ip, struct fault *f) MUST_USE;
void tel_sip_done(void);
bool tel_sip_up(void);

/* Trunks -------------------------------------------------------------------------------------------------------------- */

enum tel_transport { TEL_UDP, TEL_TCP, TEL_TLS };
enum tel_trunk_state { TEL_TRUNK_UNKNOWN, TEL_TRUNK_UP, TEL_TRUNK_DOWN };

struct tel_trunk_settings {
	/* host: one, or several in the order they are to be used, by comma, each with a port of its own after a colon or not. A name without one
	 * whose domain has SRV records stands for what these say (RFC 3263), when port is the transport's own. Copied. */
	str host, login, password, from;
	int port;
	enum tel_transport transport;
	bool registers;
	bool srtp; /* audio by SRTP, keys in the SDP (RFC 4568), and no other */
};
/* The state changed: code of the last answer (0: none came), in words, and how long it took. Never from inside our functions. */
typedef void(tel_trunk_h)(enum tel_trunk_state state, int code, const char *text, int64_t ms, void *arg);

/* Resolves, registers when asked, and pings by OPTIONS from then on. End it by tel_trunk_close; its calls go on without it. */
int tel_trunk_new(struct tel_trunk **ret, const struct tel_trunk_settings *s, tel_trunk_h *h, void *arg) MUST_USE;
void tel_trunk_close(struct tel_trunk *t); /* NULL is fine */
enum tel_trunk_state tel_trunk_state(const struct tel_trunk *t);
bool tel_trunk_resolved(const struct tel_trunk *t); /* it has an address; a call before is refused */
/* How many addresses it has; at least 1. One is used at a time: the next when it is silent, the first again when that answers. */
size_t tel_trunk_addresses(const struct tel_trunk *t);
bool tel_trunk_same(const struct tel_trunk *t, const struct tel_trunk_settings *s);

/* A test of a trunk, step by step: resolve, reach, log in, codec. Each step is told as it ends; after the last one done is called. */
struct tel_trunk_step {
	const char *what; /* "resolve", "reach", "register", "codec" */
	bool ok;
	char detail[200];
};
typedef void(tel_trunk_tested_h)(const struct tel_trunk_step *steps, size_t n, void *arg);
int tel_trunk_test(struct tel_trunk *t, tel_trunk_tested_h *h, void *arg) MUST_USE;

/* Calls --------------------------------------------------------------------------------------------------------------- */

struct tel_dial;
/* Call number over the trunk; from may be "" (the trunk's own), label the name shown with it or "". Its leg exists at once and runs from
 * the answer (or early media) on. A libre object: deref it to end the call, by CANCEL or BYE, whichever fits. Nothing at all within
 * silent_ms: TEL_END_SILENT. */
int tel_dial_new(struct tel_dial **ret, struct tel_trunk *t, const char *number, const char *from, const char *label,
        int64_t silent_ms, const struct tel_far_handlers *h) MUST_USE;
/* Call an operator's own phone, which is asked to answer by itself. */
int tel_dial_phone(
        struct tel_dial **ret, const struct tel_phone *phone, int64_t silent_ms, const struct tel_far_handlers *h) MUST_USE;
struct tel_leg *tel_dial_leg(struct tel_dial *d);

/* A call of a trunk to us. What its handler gives: 0 when it took the call by tel_dial_accept, else the SIP code it is refused with. */
enum { TEL_NUMBER_OCTETS = 41, TEL_NAME_OCTETS = 64, TEL_DIALOG_MAX = 4000 };
struct sip_msg;
struct tel_arrival {
	const struct sip_msg *msg;      /* valid within the handler */
	char called[TEL_NUMBER_OCTETS]; /* digits of the request, "+" at most before them; "" when it names none */
	char to[TEL_NUMBER_OCTETS];     /* the same of To, where the request names our login */
	char name[TEL_NAME_OCTETS];     /* the request's user as it stands */
	char caller[TEL_NUMBER_OCTETS]; /* "" hidden */
};
typedef int(tel_arrival_h)(const struct tel_arrival *a);
enum { TEL_ANSWERED = -1 };
/* «It is taken at host» (RFC 3261, 21.3.3), "HOST:PORT"; returns TEL_ANSWERED for the handler to return. */
int tel_arrival_elsewhere(const struct tel_arrival *a, const char *host);
/* «Not now»: 503 with Retry-After (RFC 3261, 21.5.4): the carrier goes elsewhere, and comes back here then. Returns TEL_ANSWERED. */
int tel_arrival_later(const struct tel_arrival *a, int seconds);
/* Whether who asks by OPTIONS is told that calls are taken; they are, until this says otherwise. */
void tel_sip_open(bool open);
/* The code an arrival is refused with, 0: taken, or TEL_ANSWERED. */
void tel_sip_arrivals(tel_arrival_h *h); /* NULL: all are refused */
/* Did it come from an address of this trunk? */
bool tel_arrival_over(const struct tel_arrival *a, const struct tel_trunk *t);
/* For the stack's own use. */
void tel_arrival_read(struct tel_arrival *a, const struct sip_msg *msg);
/* Answer it: h.answered comes with the far side's acknowledgement, progress never. ENOTSUP: audio nobody here speaks; nothing was said yet. */
int tel_dial_accept(
        struct tel_dial **ret, struct tel_trunk *t, const struct tel_arrival *a, const struct tel_far_handlers *h) MUST_USE;

/* For how long its trunk asked to be left (Retry-After) when it refused the call; 0: it did not. */
int64_t tel_dial_asked_ms(const struct tel_dial *d);
/* The address this call was sent to is of no use: its trunk uses the next one from now on. False: it has no other. */
bool tel_dial_leave(struct tel_dial *d);
/* What another process needs to end this call after we died, at most TEL_DIALOG_MAX; absent before the answer, and of a far side that says more
 * than that. Valid while d lives. */
str tel_dial_dialog(const struct tel_dial *d);
/* End such a call of a dead process: a BYE in its dialog. EINVAL when the text is none. */
int tel_dial_bye(str dialog) MUST_USE;

#endif
