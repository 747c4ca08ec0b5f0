/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate.h - the SIP gate: who may speak SIP to us and what must be true of it, decided below libre (docs/adr/0017). Loop thread.
 * UDP: a helper on the transport's socket. A datagram of a stranger, of a source that sends too much, or one that breaks a rule of
 * gate_check.h is dropped, unread and unanswered.
 * TCP and TLS, which only carry connections we opened to trunks: libre calls sip_msg_decode for what has arrived, and finds the gate's there,
 * which fails for whatever breaks a rule; libre then closes the connection. */
#ifndef ENGINE_TEL_GATE_H
#define ENGINE_TEL_GATE_H

#include "engine/tel/gate_check.h"

struct sa;
struct udp_sock;

/* What a source is to us; gate.c says which requests each may send. Phones that register come with their registrar. */
enum tel_gate_source { TEL_GATE_IS_STRANGER, TEL_GATE_IS_TRUNK, TEL_GATE_IS_PHONE, TEL_GATE_SOURCES };

/* Put the gate on a transport's socket; again is harmless. It stays until tel_gate_done. */
int tel_gate_install(struct udp_sock *us) MUST_USE;
void tel_gate_done(void);
/* Does libre decode through the gate? Known once a message came; without it no trunk may use TCP or TLS. */
bool tel_gate_decodes(void);
/* Let an address in (its port does not count), and take that back: counted, one for each trunk or phone that has it. ENOSPC: it was not let in,
 * and nothing is to be taken back. */
int tel_gate_allow(const struct sa *sa, enum tel_gate_source source) MUST_USE;
void tel_gate_forbid(const struct sa *sa, enum tel_gate_source source);
enum tel_gate_source tel_gate_source(const struct sa *sa);

/* What a stranger may say: nothing, but a REGISTER that h lets through (its datagram is well-formed); NULL: not even that. */
typedef bool(tel_gate_knock_h)(const struct sa *src, str datagram);
void tel_gate_knocks(tel_gate_knock_h *h);

/* The whole judgement of a datagram from src. */
enum tel_gate_verdict tel_gate_judge(const struct sa *src, str datagram, struct tel_gate_message *ret) MUST_USE;
/* Messages dropped so far: for one reason, or in all. */
uint64_t tel_gate_dropped(enum tel_gate_verdict why);
uint64_t tel_gate_dropped_all(void);

#endif
