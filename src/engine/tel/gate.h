/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate.h - the SIP gate: who may speak SIP to us over UDP, decided below libre's decoder. Loop thread. */
#ifndef ENGINE_TEL_GATE_H
#define ENGINE_TEL_GATE_H

#include "base/str.h"

struct sa;
struct udp_sock;

enum { TEL_GATE_MESSAGE_MAX = 16384 };

/* Put the gate on a transport's socket; again is harmless. It stays until tel_gate_done. */
int tel_gate_install(struct udp_sock *us) MUST_USE;
void tel_gate_done(void);
/* Let an address in (its port does not count), and take that back: counted, one for each trunk that has it. */
void tel_gate_allow(const struct sa *sa);
void tel_gate_forbid(const struct sa *sa);
bool tel_gate_allowed(const struct sa *sa);
/* Does it look like SIP enough to be decoded? A first line, and Via, From, To, Call-ID and CSeq once each. Any thread. */
bool tel_gate_looks_right(str datagram);
/* Datagrams dropped so far. */
uint64_t tel_gate_dropped(void);

#endif
