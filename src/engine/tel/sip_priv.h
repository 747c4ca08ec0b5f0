/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip_priv.h - what the files of the SIP part share: the stack, and a trunk's insides. */
#ifndef ENGINE_TEL_SIP_PRIV_H
#define ENGINE_TEL_SIP_PRIV_H

#include "engine/tel/ports.h"
#include "engine/tel/re.h"
#include "engine/tel/sip.h"

enum { TRUNK_ADDRESSES = 8, URI_OCTETS = 640, CONTACT_OCTETS = 128 };

struct sip *sip_stack(void);
struct sipsess_sock *sip_sessions(void);
/* Can libre look names up (are there name servers)? */
bool sip_has_dns(void);
/* Make the transport ready that a trunk wants. */
int sip_want(enum tel_transport transport) MUST_USE;
/* Our Contact towards an address: "zvonar" where libre's own fits, a whole URI otherwise. */
void sip_contact_for(const char *peer, enum tel_transport transport, char z[CONTACT_OCTETS]);

struct trunk_trial;
struct tel_trunk {
	char host[256], login[201], password[201], from[48];
	int port;
	enum tel_transport transport;
	bool registers, srtp;

	tel_trunk_h *h;
	void *arg;
	enum tel_trunk_state state;
	char uri[URI_OCTETS], contact[CONTACT_OCTETS];
	struct sa addresses[TRUNK_ADDRESSES];
	size_t n_addresses, at, pinged;      /* at: the one used; pinged: the one asked whether it lives */
	size_t silent;                       /* how many in a row were asked in vain */
	int64_t left_ms;                     /* when the first was last found silent */
	bool named;                          /* libre may be told the name: it is one, and has one address */
	bool resolved, answered, registered; /* answered: it answered anything, ever */
	int last_code;
	struct sipreg *reg;
	struct sip_request *ping;
	int64_t pinged_ms;
	struct tmr tmr, tell;
	char text[200]; /* of the state */
	int64_t took_ms;
	struct trunk_trial *trial;
};

/* Is it one of its addresses? Ports do not count. */
bool trunk_owns(const struct tel_trunk *t, const struct sa *sa);
/* Its address as text; "" before it is resolved. */
void trunk_address(const struct tel_trunk *t, char z[TEL_ADDRESS_OCTETS]);
/* A call to this address of it came to nothing at all. */
void trunk_was_silent(struct tel_trunk *t, size_t at);
/* Another address from now on, unless that was done already. False: it has no other. */
bool trunk_leave(struct tel_trunk *t, size_t at);
/* libre's sip_auth_h for its login. */
int trunk_auth(char **user, char **password, const char *realm, void *arg);

/* fork.c: a call of ours that is answered in more than one place (RFC 3261 section 13.2.2.4): the first has it, each other gets an ACK and a
 * BYE, or whoever took it there would talk to nobody. */
void fork_answered(const struct sip_msg *msg); /* the 2xx that has the call */
/* A 2xx no transaction waited for. True: another fork's, dealt with. */
bool fork_take(const struct sip_msg *msg);

/* dial.c: a dialog as text: target, Call-ID, CSeq, From, To, then the routes, a line each; of an answer to us. NULL: it has no Contact. */
struct mbuf *dialog_of(const struct sip_msg *msg, uint32_t cseq);
/* Say method in it; h hears the answer, NULL: none is waited for. EINVAL when the text is none. */
int dialog_say(const char *method, str dialog, sip_resp_h *h) MUST_USE;

/* resolve.c: hosts (tel_trunk_settings) to addresses in a thread of its own; h on the loop, once. named: hosts is one name without SRV. */
typedef void(resolved_h)(const char *why, const struct sa *v, size_t n, bool named, void *arg);
int sip_resolve(const char *hosts, int port, enum tel_transport transport, resolved_h *h, void *arg) MUST_USE;

/* trial.c: a test under way hears of what happens to its trunk. */
void trial_resolved(struct tel_trunk *t, const char *why);
void trial_pinged(struct tel_trunk *t, int code, int64_t ms);
void trial_registered(struct tel_trunk *t, int code, const char *reason);
void trial_over(struct tel_trunk *t);

#endif
