/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate_check.h - what a SIP message must be to reach the decoder: the strict part of RFC 3261 sections 7, 8.1.1, 18.3 and 25 that libre
 * lets pass. Pure functions over octets, no libre in them, fuzzed (tests/fuzz/sip_fuzz.c). Any thread. */
#ifndef ENGINE_TEL_GATE_CHECK_H
#define ENGINE_TEL_GATE_CHECK_H

#include "base/text.h"

enum { TEL_GATE_MESSAGE_MAX = 16384, TEL_GATE_HEADER_MAX = 4096, TEL_GATE_HEADERS_MAX = 64, TEL_GATE_NAME_MAX = 200 };

/* The first rule a message breaks. The last three are the gate's own (gate.h). */
enum tel_gate_verdict {
	TEL_GATE_OK,
	TEL_GATE_SIZE,    /* over TEL_GATE_MESSAGE_MAX, a header over TEL_GATE_HEADER_MAX, too many headers */
	TEL_GATE_CUT,     /* no end of the headers in it; over a stream: not yet */
	TEL_GATE_LINES,   /* a CR or LF that is not part of CRLF, a header without a name or colon */
	TEL_GATE_START,   /* neither a request line nor a status line */
	TEL_GATE_VERSION, /* not SIP/2.0 */
	TEL_GATE_URI, /* the Request-URI: another scheme than sip, sips and tel, headers in it, characters that must be escaped */
	TEL_GATE_STATUS,  /* not 100 to 699 */
	TEL_GATE_MISSING, /* Via, From, To, Call-ID, CSeq, in requests Max-Forwards, over a stream Content-Length */
	TEL_GATE_TWICE,   /* one of these but Via more than once */
	TEL_GATE_CSEQ,    /* no number up to 2^31-1, or another method than the request's */
	TEL_GATE_HOPS,    /* Max-Forwards is not 0 to 255 */
	TEL_GATE_LENGTH,  /* Content-Length is not all digits up to 65535, or says more than is there */
	TEL_GATE_BRANCH,  /* the topmost Via has no branch, or the bare magic cookie */
	TEL_GATE_QUOTES,  /* a quotation that does not end in From or To */
	TEL_GATE_STRANGER,
	TEL_GATE_FLOOD,
	TEL_GATE_DECODE,
	TEL_GATE_VERDICTS
};
extern const char *const tel_gate_verdict_names[TEL_GATE_VERDICTS];

struct tel_gate_message {
	str method; /* of a request; absent in a response */
	int status; /* of a response, else 0 */
	size_t n;   /* octets of the message, body included; what follows is not part of it (RFC 3261 section 18.3) */
};

/* Is text (a datagram, or with stream what has arrived) one well-formed message? *ret, which may be NULL, is set when it is. */
enum tel_gate_verdict tel_gate_check(str text, bool stream, struct tel_gate_message *ret) MUST_USE;
/* Take the Contact out of a redirection, in place: libre would follow it wherever it leads, at our cost (trial S11). The message was checked. */
void tel_gate_no_redirect(char *p, size_t n);
/* A display name as it may be stored and shown: without its quotation marks and escapes, valid UTF-8, no controls, at most TEL_GATE_NAME_MAX
 * characters. In the arena, or a part of name. */
str tel_gate_name(struct arena *a, str name);

#endif
