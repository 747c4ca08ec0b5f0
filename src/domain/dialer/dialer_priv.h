/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dialer_priv.h - the parts of the dialler: wire (socket and queue), apply (events into the database), rejoin (after a break),
 * arrive (who calls us), choose (whom next), seat (the snapshot), result, and the routes. */
#ifndef DOMAIN_DIALER_DIALER_PRIV_H
#define DOMAIN_DIALER_DIALER_PRIV_H

#include "base/clock.h"
#include "callflow/routing.h"
#include "domain/call/call.h"
#include "domain/dialer/dialer.h"
#include "domain/node/node.h"
#include "domain/shift/shift.h"

/* wire.c: any thread may tell and ask; the rest is the dialler's own. node_id: where the project lives (domain/node); 0: any node. */
/* Queue a command. EAGAIN "tel_down" while nobody can be told. */
int wire_tell(int64_t node_id, const struct message *m, struct fault *f) MUST_USE;
/* Queue a command with a request number and wait for its answer, at most ms; the answer lives in a. ETIMEDOUT. */
int wire_ask(int64_t node_id, struct message *m, int ms, struct arena *a, struct message *ret, struct fault *f) MUST_USE;
/* Queue a command and look again whom to dial, even when nothing else happens. */
void wire_wake(void);
bool wire_up(int64_t node_id);
/* Of the telephone process now connected, "" when none; returns the epoch to command it in. Taken before the transaction that decides: an
 * epoch that is over by then is refused by tel, a later one would promise more than was known. */
int64_t wire_boot(int64_t node_id, char ret[37]);

enum { WIRES_MAX = 32 };
struct wire; /* a link to one tel node */
struct app_settings;
int wire_open(const struct app_settings *s, struct fault *f) MUST_USE;
void wire_close(void);
str wire_app_boot(void); /* of this process */
size_t wire_count(void);
struct wire *wire_at(size_t i);
/* Wait for bytes, a queued command or ms; send and read what is possible; connect what is down. */
void wire_turn(int ms);
/* The next message read, decoded into a. ENOENT: none now. */
int wire_next(struct wire *w, struct arena *a, struct message *ret) MUST_USE;
bool wire_lost(struct wire *w);                   /* true once after the connection broke */
int64_t wire_heard_at(const struct wire *w);      /* monotonic: when something last came */
void wire_break(struct wire *w, const char *why); /* it begins anew */
/* Who is at its end, which epoch commands carry, and whether others may command. */
void wire_set(struct wire *w, int64_t node_id, str boot, int64_t epoch, bool up);
/* The dialler's own commands go past the «up» of others. */
void wire_send(struct wire *w, const struct message *m);
void wire_send_frames(struct wire *w, str frames);
void wire_answered(const struct message *m, str doc);

/* apply.c: in a writing closure. -------------------------------------------------------------------------------------- */
/* What a batch of events asks for once it is committed. */
struct after {
	int64_t node_id, epoch; /* whose events they are, and what commands carry */
	struct text frames;     /* commands to send */
	bool someone_ready, jobs;
	struct late_reader *late; /* their time to read a card is over, and it is to be dialled */
};
struct late_reader {
	int64_t user_id;
	struct late_reader *next;
};
void after_tell(struct after *after, struct message m);
int apply_event(struct db *db, struct arena *a, const struct message *m, struct after *after, struct fault *f) MUST_USE;
/* A call that was never dialled is taken back: its card is skipped, refused or too old. The contact is due again after pause_ms. */
int call_take_back(struct db *db, struct arena *a, struct call_row *c, enum call_party by, int64_t pause_ms, int64_t now,
        struct fault *f) MUST_USE;

/* arrive.c: in a writing closure: somebody called us (EV_CALL_IN). He is found by his number or registered, and his call is made. */
int arrive(struct db *db, struct arena *a, const struct message *m, struct after *after, struct fault *f) MUST_USE;

/* flow_event.c: in a writing closure: a call came to a step of its flow (EV_FLOW). */
int flow_event(struct db *db, struct arena *a, const struct message *m, struct after *after, struct fault *f) MUST_USE;

/* rejoin.c: in a writing closure: what the telephone process knows against what stands here. -------------------------------- */
/* Its node is lost: calls end, seats wait for another. */
int rejoin_lost(struct db *db, struct arena *a, int64_t node_id, int64_t now, struct after *after, struct fault *f) MUST_USE;
/* «Take this seat» again: the telephone process answers with the operator's state as it is. */
int tell_start(struct db *db, struct arena *a, const struct shift *s, struct after *after, struct fault *f) MUST_USE;
int rejoin(struct db *db, struct arena *a, const struct message *hello, int64_t now, struct after *after,
        struct fault *f) MUST_USE;

/* talk.c: in a writing closure, but the put_ functions, which only read. ------------------------------------------------------- */
int talk_guest(struct db *db, struct arena *a, const struct message *m, struct fault *f) MUST_USE;     /* EV_GUEST */
int talk_monitored(struct db *db, struct arena *a, const struct message *m, struct fault *f) MUST_USE; /* EV_MONITOR */
/* The call is another operator's now: its card and draft are before him. */
int talk_handed(
        struct db *db, struct arena *a, struct call_row *c, int64_t operator_id, int64_t at, struct fault *f) MUST_USE;
/* It is nobody's again: who had it gave it to a queue, or lost his leg before he spoke. */
int talk_queued(struct db *db, struct arena *a, struct call_row *c, int64_t at, struct fault *f) MUST_USE;
int talk_ended(struct db *db, struct arena *a, const struct call_row *c, int64_t at, struct fault *f) MUST_USE;
/* The telephone process died: a BYE for the guest outside; nobody listens there any more. */
int talk_lost(struct db *db, struct arena *a, int64_t call_id, struct after *after, struct fault *f) MUST_USE;
int talk_rejoin(struct db *db, int64_t node_id, str living_boot, int64_t now, struct fault *f) MUST_USE;
/* Members of the seat's snapshot: "guest" and "monitor" of its call; "guest_of": whose talk he was called into; "offer": what rings there. */
int talk_put_offer(struct db *db, struct arena *a, int64_t call_id, struct json_out *w, struct fault *f) MUST_USE;
int talk_put_call(struct db *db, struct arena *a, int64_t call_id, struct json_out *w, struct fault *f) MUST_USE;
int talk_put_guest_of(struct db *db, struct arena *a, int64_t user_id, struct json_out *w, struct fault *f) MUST_USE;

/* choose.c ------------------------------------------------------------------------------------------------------------- */
/* One operator who is free: reserve and dial (or preview) his next contact. card: he asked for it himself, whatever the mode, and it is
 * shown, not dialled. In predictive projects only those who were promised somebody: callbacks, and whom we owe an operator after an
 * abandoned call; all others are dialled by choose_ahead. ENOENT: nobody to call now. */
int choose_for(struct store *s, struct db *db, struct arena *a, const struct shift *shift, bool card, int64_t now,
        struct fault *f) MUST_USE;
/* Contacts to ask the gate about, in order; each once. */
enum { CANDIDATES = 12 };
struct candidates {
	struct candidate {
		int64_t id, due_at;
	} of[CANDIDATES * 2];
	size_t n;
};
/* sql gives id and due_at. */
int candidates_add(struct candidates *c, struct db *db, struct arena *a, const char *sql, const struct val *v, size_t n_v,
        struct fault *f) MUST_USE;
/* fresh.c: those never called, in the project's order. */
int fresh_ones(struct candidates *c, struct db *db, struct arena *a, const struct gate_project *p, int64_t now,
        struct fault *f) MUST_USE;
/* How long an answered call waits for an operator before it is abandoned (16 CFR 310.4(b)(4)(iii), and the same elsewhere). */
enum { AHEAD_WAIT_MS = 2000 };
/* Predictive: dial the next contact of a project for whoever will be free when he answers; agentless: for its flow. ENOENT: nobody to call now. */
int choose_ahead(struct store *s, struct db *db, struct arena *a, int64_t project_id, int64_t now, char ret_uuid[37],
        struct fault *f) MUST_USE;
/* One dial or preview by choice or by hand, with everything it changes. */
struct dial {
	int64_t contact_id, phone_id; /* contact_id 0: a typed number */
	str number;
	int64_t ticket_id; /* a callback that keeps its place: promised, and the operator is held for it; 0: none */
	int64_t call_id;   /* a previewed call to be dialled now; 0: a new one */
	bool preview;      /* show the card only */
	bool by_hand;      /* an operator chose whom: a refusal does not move the contact */
	bool asked;        /* an operator asked for it: his shift may be in pause */
	int64_t user_id, project_id, now; /* user_id 0: for whoever is free when it is answered */
	str uuid, tel_boot;               /* dial_now gives them, node_id and epoch */
	int64_t node_id, epoch;
	struct message_rows ways; /* over which trunks, once the gate let it pass */
	/* out */
	struct call_row call;
	struct message command;
	int rule;                                 /* enum gate_rule when refused, and of which number */
	int64_t until, rule_id, refused_phone_id; /* rule_id: the row of the law, 0: none */
	str refused_number;
};
/* For store_write, arg: struct dial. EALREADY: somebody was faster; EPERM with d->rule: the gate said no. */
int dial_write(struct db *db, struct arena *a, void *arg, struct fault *f) MUST_USE;
/* Write it, and when the gate refuses, its rule with the contact; then send the command. */
int dial_now(struct store *s, struct db *db, struct arena *a, struct dial *d, struct fault *f) MUST_USE;
/* Forget which projects had nobody to call. */
void choose_again(void);

/* line.c: what the lines of a project take on its node, which projects share; the dialler's thread alone. ------------------------------- */
/* Of project p, on the node where it lives: channels and new calls a second in all that the node may use, and how many are taken. */
#define SHARES_OF_PROJECT(what) \
	"(SELECT SUM(s." what \
	") FROM trunk_share s JOIN trunk t ON t.id = s.trunk_id JOIN placement l ON l.node_id = s.node_id " \
	"WHERE l.project_id = p.id AND " TRUNK_OF_PROJECT ")"
#define BOOTS_OF_PROJECT \
	"(SELECT b.boot FROM tel_boot b JOIN placement l ON l.node_id = b.node_id WHERE l.project_id = p.id)"
#define LINES_OF_PROJECT \
	SHARES_OF_PROJECT("told_channels") \
	", " SHARES_OF_PROJECT( \
	        "told_calls_per_s") ", (SELECT COUNT(*) FROM call c JOIN trunk t ON t.id = c.trunk_id WHERE c.ended_at IS NULL AND c.tel_boot IN " BOOTS_OF_PROJECT \
	                            " AND " TRUNK_OF_PROJECT \
	                            ") + (SELECT COUNT(*) FROM fax x JOIN trunk t ON t.id = x.trunk_id WHERE x.state IN ('calling', 'transferring') AND x.tel_boot IN " BOOTS_OF_PROJECT \
	                            " AND " TRUNK_OF_PROJECT ")"
struct line_use {
	int64_t node_id, trunk_id, channels, calls_per_s, open; /* trunk_id: the project's own */
};
/* How many more may start now, and the bucket each of them is taken from. */
int line_left(const struct line_use *u, struct bucket **ret, int64_t now);

/* agentless.c: dial what each agentless project may have now. */
void agentless_turn(struct store *s, struct db *db, struct arena *a, int64_t now);
/* fax_turn.c: call for the faxes that are due. */
void fax_turn(struct store *s, struct db *db, struct arena *a, int64_t now);
/* ticket.c -------------------------------------------------------------------------------------------------------------- */
/* EV_TICKET, in a writing closure: a caller wants to be called back. */
int ticket_asked(struct db *db, struct arena *a, const struct message *m, struct fault *f) MUST_USE;
/* EV_TURN: an operator is held for a ticket: dial it, should the gate let it pass. */
void ticket_dial(struct store *s, struct db *db, struct arena *a, const struct message *m);

/* pace.c --------------------------------------------------------------------------------------------------------------- */
/* Predictive projects: tell their pacers how things stand and dial what they say. */
/* leads: do we lead the node a project lives on? What is not ours is forgotten and learned anew when it is. */
void pace_turn(struct store *s, struct db *db, struct arena *a, int64_t now);
void pace_event(const struct message *m); /* an event of the telephone process, once it is stored */
void pace_done(struct store *s);          /* keep what was learned */

/* seat.c --------------------------------------------------------------------------------------------------------------- */
enum seat_detail { SEAT_EVENT, SEAT_EVENT_CARD, SEAT_FULL };
/* who: for SEAT_FULL (the projects he reaches), else NULL. Reads only. */
int seat_print(struct db *db, struct arena *a, int64_t user_id, const struct who *who, enum seat_detail detail, int64_t now,
        struct json_out *w, struct fault *f) MUST_USE;
/* In a writing closure: the event of the user's own seat, one of each transaction and as it is at its end; card: with the contact's card. */
void seat_event(struct db *db, int64_t user_id, bool card, int64_t now);

extern const struct route seat_routes[];
int seat_result(struct request *q); /* result.c */
extern const struct shape result_shape;

/* leads.c: which tel nodes this process leads. The dialler's thread, but what is said of any. ------------------------------------ */
struct tie {
	struct wire *w;
	struct node node;   /* at the other end; id 0: not known yet */
	struct arena a;     /* of its texts */
	bool leads, joined; /* we hold its lease; both sides are compared */
	bool orphaned;      /* it says that its leader is gone */
	struct lease lease;
	int64_t held_at;      /* monotonic: when the last renewal was begun */
	int64_t tel_clock;    /* what its clock last was, as it said */
	int64_t moved_at;     /* as of the last comparison */
	struct message hello; /* boot absent: not said yet */
	struct arena hello_arena;
	int64_t stored_seq;
	unsigned told_trunks, told_phones, told_inbound, told_tickets; /* which state of them it was told */
	int64_t told_inbound_at;
	struct { /* what was read last, and how much of it is stored; it lives in a */
		struct arena a;
		struct message *m;
		size_t n, stored;
		bool waits; /* the database does not take it now */
	} came;
	bool more; /* the last batch was full: there is more to read at once */
	struct tie_shares {
		struct arena a;
		struct message_rows loads;         /* how it uses its trunks, as it said last */
		int64_t request, told;             /* what it was told last, and how often */
		bool answered, news, again, quiet; /* quiet: nobody shares its trunks */
		int64_t looked_at, kept_at;        /* monotonic */
		int64_t wanted[20];                /* trunks that had no room for a call */
		size_t n_wanted;
	} shares;
};
int leads_start(struct app *app, struct fault *f) MUST_USE;
void leads_stop(void);
struct tie *leads_tie(size_t i);                                                         /* of wire_at(i) */
void leads_node(struct tie *t, const struct message *m, struct db *db, struct arena *a); /* EV_NODE */
void leads_lost(struct tie *t);                                                          /* the connection broke */
void leads_turn(struct db *db, struct arena *a); /* take, renew and give up what is due */
/* Both sides are compared: whoever has us may command, tel is led. */
void leads_joined(struct tie *t);
bool leads(int64_t node_id); /* in step with it, and our time has not run out */

/* shares.c */
void shares_load(struct tie *t, const struct message *m);          /* EV_LOAD */
void shares_want(int64_t node_id, int64_t trunk_id);               /* it has no room for a call that would be dialled */
void shares_turn(struct store *s, struct db *db, struct arena *a); /* what changed is told */
/* All of it is told, changed or not: its trunks were told. */
void shares_tell(struct store *s, struct tie *t, struct db *db, struct arena *a);
void shares_free(struct tie *t);

/* fetch.c */
extern const struct recording_source recordings_of_nodes;

/* dialer.c */
/* Numbers, queues and flows as they are now; what is told later finds them. */
void tell_inbound(struct db *db, struct arena *a);
void dialer_count_dial(int64_t decide_us);
/* What the dialler's thread is made of, for who turns it himself: tests/simulation does, on a clock of its own. */
int dialer_open(struct app *app, struct fault *f) MUST_USE;
void dialer_turn(struct arena *a);

#endif
