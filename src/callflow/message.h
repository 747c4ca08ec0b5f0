/* SPDX-License-Identifier: GPL-3.0-or-later */
/* message.h - what app and tel say to each other: frames of 4 bytes length (big-endian) and one JSON object, "kind" first.
 * One const table says which fields each kind has; nothing else lists them. Unknown kinds and members, missing fields, wrong
 * types and texts past their bound are refused. Any thread.
 *
 * tel says first who it is (EV_NODE), to each app that is connected. One app leads: it sends hello with the epoch of its lease, and events
 * go to it alone. Any may command; each command carries the epoch it was decided in, and an older one than tel's is refused.
 *
 * Order: the leader sends hello, tel answers hello with its calls and operators, then repeats every kept event app has not
 * acknowledged. A kept event has a number (seq, from 1 in a boot of tel) and is repeated until an ack names it or a later one. */
#ifndef CALLFLOW_MESSAGE_H
#define CALLFLOW_MESSAGE_H

#include "base/fault.h"
#include "base/text.h"
#include "callflow/flow.h"
#include "callflow/operator.h"
#include "callflow/queue.h"
#include "callflow/talk.h"

enum {
	MESSAGE_MAX = 1024 * 1024,
	MESSAGE_SDP_MAX = 32 * 1024,
	MESSAGE_ROWS_MAX = 2000,
	MESSAGE_WORDS_MAX = 2000,
	MESSAGE_DATA_MAX = 132 * 1024,
	MESSAGE_DOCUMENT_MAX = 960 * 1024
};

enum message_kind {
	/* app to tel */
	CMD_HELLO,
	CMD_TRUNKS, /* all trunks that are on; replaces what was known */
	CMD_SHARES, /* what this node may use of its trunks from now on (share.h); answered by EV_LOAD with the same request */
	CMD_TRUNK_TEST, /* answered by EV_TRUNK_TESTED with the same request */
	CMD_OPERATOR_START,
	CMD_OPERATOR_LEG, /* the browser's offer; answered by EV_SDP */
	CMD_OPERATOR_READY,
	CMD_OPERATOR_PAUSE,
	CMD_OPERATOR_STOP,
	CMD_WRAP_UP_DONE,
	CMD_WRAP_UP_EXTEND,
	CMD_PREVIEW, /* the operator reads a card; call is the id it will have when dialled */
	/* operator 0: the call belongs to nobody until it is answered (call.h). text: what the person hears when no operator came within
	 * wait_ms (0: 2 s) of his answer, spoken by the Russian or English voice, cut at 20 s; absent: the call just ends.
	 * routes: the trunks to try in order, each with the number the called party then sees; absent: trunk and from alone.
	 * judging: a machine that answers such a call is hung up on. ticket: the operator is held for it, nothing else is dialled for him.
	 * flow: a person who answers walks through it (flow.h) and no operator is looked for; nodes: words of its steps that are this call's own;
	 * text is then what a machine hears after its beep.
	 * after: the flow the far side walks through when the operator has ended the talk.
	 * words: what both hear in voice when their talk begins: that it is recorded; EV_TOLD tells when it was said. */
	CMD_DIAL,
	CMD_HANGUP,
	CMD_DTMF,
	CMD_MUTE,
	CMD_HOLD,
	/* Call a guest into a talk, how: without a word, or with a word first. operator (who is ready), or number over trunk, showing from.
	 * EV_GUEST tells how it fares. Or queue, without a word: EV_CALL queued follows, the operator is free, and whoever takes it has it. */
	CMD_TRANSFER,
	CMD_TALK,        /* turn: leave the call to the guest, bring him and the far side together, or let him go */
	CMD_GUEST_LEAVE, /* the operator who is a guest leaves */
	CMD_RECORD,      /* off: the recording pauses for card data (talk.h), marked by a tone; EV_RECORDING tells */
	/* A supervisor's own leg to a talk: operator is his id; answered by EV_SDP. mode says what he does there once it is up. */
	CMD_MONITOR,
	CMD_MONITOR_MODE, /* he does something else, or leaves (none) */
	CMD_ECHO,         /* a leg that plays back what it hears; answered by EV_SDP */
	CMD_LIST, /* ready operators of a project in order: for calls that are answered before app says whose they are */
	CMD_BYE,  /* end a dialog of a dead tel */
	CMD_PHONES, /* all logins of SIP phones; replaces what was known; answered by EV_PHONE of those that are registered, unless marked up */
	CMD_OPERATOR_PHONE, /* his leg is his SIP phone from now on: call it */
	CMD_INBOUND,        /* all numbers that are answered, all queues and who serves them; replaces what was known */
	CMD_TICKETS,        /* all who wait to be called back out of queues; replaces what was known */
	CMD_ACCEPT,         /* he takes the call that rings at his seat; refused when another was faster, or it is gone */
	CMD_CALLER,         /* of an incoming call: with whom he spoke last; that operator is preferred */
	CMD_ACK,            /* every kept event of this boot up to seq is stored */
	/* From who leads: both sides are compared, and tel is led for ms from the moment since of its own clock; ms 0: for ever. Others may
	 * command from now on. */
	CMD_LEASE,
	CMD_FETCH, /* a piece of a recording, from since on; answered by EV_PIECE with the same request */
	CMD_KEPT,  /* that recording is kept elsewhere: remove it here */
	/* A call of nobody's whose far side is a fax machine: the document (base64url of TIFF) is sent there, name is our station. It is told by EV_FAX
	 * instead of EV_CALL, ends by itself and by CMD_HANGUP, and takes routes as CMD_DIAL does. */
	CMD_FAX,
	/* tel to app */
	EV_HELLO, /* more: others of its calls and operators follow in the next one */
	/* operator: whose it is by now, absent while nobody's. wait_ms: how long it had waited for him since the answer, with connected and
	 * ended. An unowned call: answered, then connected; or answered, queued, connected; or answered, queued, ivr (the message plays),
	 * ended as abandoned; judging, with answered: not yet known whether by a person; when it is, answered is told again without it, or
	 * ended as machine. The operator's own «reserved», with this call, comes before «connected». */
	EV_CALL,
	EV_GUEST, /* guest: operator or outside, up: he is there; "": he is not (any more), cause says why, "": the call is his or it ended */
	EV_MONITOR, /* a supervisor began, changed what he does, or left (none) */
	/* A call to us was taken, before its first EV_CALL; call is of tel's making, number the one called as app wrote it, from who calls as the
	 * carrier wrote it, absent when hidden. It goes on like an unowned call: answered, queued (with queue), connected, ended. */
	EV_CALL_IN,
	/* Who waits in a queue asks to be called back and keeps his place: since, the moment it began. His call ends then. */
	EV_TICKET,
	EV_TURN, /* it is a ticket's turn: operator is held for it, for TICKET_HOLD_MS; answered by a dial of that ticket, or new tickets */
	/* A call for a fax: its state when that changes, then on: pages go now, pages: how many the far machine has confirmed. The last one, ended: ok, or
	 * what (a word of engine/fax/fax.h, absent when nobody answered) and text say why not; lasting: another try changes nothing. */
	EV_FAX,
	EV_DIALOG, /* what a BYE of another tel would need */
	EV_ROUTE, /* the call goes over another trunk now, and from that number; cause and sip_code: what the one before said */
	EV_OPERATOR, /* offered: call rings at his seat and is nobody's */
	EV_LEG,
	EV_SDP,
	EV_RECORDING,
	EV_SOUND, /* how a call sounds: ROW_SOUND of each side; when it changed by a tenth of a point, at most every 5 s, and at the end */
	EV_TRUNK,
	EV_TRUNK_TESTED,
	EV_DTMF, /* the far side pressed a key; a 9 while the message plays also ends the message */
	EV_TOLD, /* the far side has heard that the talk is recorded */
	/* A call came to a step of its flow, or left it by an answer: result: what it ends with unless another is told; question: it was asked,
	 * or with digits answered; refused: he wants no more calls; number: it is to be led there, which app does by CMD_TRANSFER, or forbids by
	 * CMD_TALK back. */
	EV_FLOW,
	EV_FIGURES,
	/* How its trunks are used: when that changed, and in answer to CMD_SHARES; request: of the last shares it keeps to, 0: none yet. Not kept. */
	EV_LOAD,
	EV_FLOOR, /* once a second while anybody works or calls: ROW_FLOOR of each project; not kept */
	EV_PHONE, /* the first phone of an operator registered, or the last is gone; text: what it calls itself, host: its address */
	EV_NODE, /* who tel is, at each connection and when its leader changes; up: it is led; epoch 0: it never was; not kept */
	EV_PIECE,  /* data: base64url; bytes: how long the whole is. error: "gone", or why not now; not kept */
	EV_UNREAD, /* of app itself: an event it could not read (text: why), which is noted and has no effect */
	EV_REFUSED, /* a command that could not be done in this state; request: of the command that has one, and goes to who asked */
	/* rows of lists, never alone */
	ROW_TRUNK, /* shared: what it may carry is said by CMD_SHARES, and nothing before; else channels and calls_per_s, 0: no limit */
	ROW_SHARE,  /* 0: nothing */
	ROW_LOAD,   /* waiting: calls that found no channel; came: those that began within a second, or wait for the next */
	ROW_NUMBER, /* trunk 0: whichever it comes over. alias: what the carrier calls it where that is not the number.
	             * host: its project lives on another node, there */
	/* accept_ms: so long it rings at an operator's seat; absent: he speaks at once. announce_ms: so often who waits hears his place, in voice; 0: never. words: the offer to be called back; text: what he hears who takes it */
	ROW_QUEUE,
	/* Of a flow: node counts from 1, so do its targets; keys: "1:2 0:5", key and node; answers: "12", keys that answer. words in voice, or
	 * sound, ms long. */
	ROW_NODE,
	ROW_OPEN,   /* it is open by these hours from since until until (UTC ms) */
	ROW_TICKET, /* since: his place (UTC ms); until: not called before; operator: with whom he spoke last */
	ROW_MEMBER, /* an operator who serves a queue; a queue without any is served by all of its project */
	ROW_CALL,
	ROW_OPERATOR,
	/* idle: operators ready; ringing: unowned calls asked for and not yet answered; waiting: answered, without an operator; talking:
	 * operators in a talk; queued: incoming calls in queues */
	ROW_FLOOR,
	ROW_SOUND, /* side: whose leg; counts of packets since the talk began; mos and far_mos in hundredths, absent: too little to say */
	ROW_STEP,
	ROW_PHONE, /* ha1: what digest authentication needs instead of the secret (engine/tel/registrar.h) */
	ROW_ROUTE, /* a trunk a call may take, in their order */
	ROW_DROP,  /* what: why; came: how many packets or messages were dropped for it since the start */
	ROW_CAUSE, /* what a final answer of this carrier means, where it differs from call_cause_of_sip */
	MESSAGE_KINDS
};

struct message;
struct message_rows {
	const struct message *rows; /* of one ROW_ kind */
	size_t n;
};

/* All fields of all kinds; message_kinds says which a kind has. Text is not owned; decoded text lives in the arena. A member
 * without a word of its own means what the contract's field of that name means. */
struct message {
	enum message_kind kind;
	/* who and what */
	int64_t request; /* chosen by app, comes back in the answer */
	str call;        /* UUID */
	int64_t operator_id, project, trunk, reason;
	int64_t epoch;             /* of the lease; each command may carry it */
	str name, uid;             /* of a node */
	str data, document;        /* base64url */
	str app_boot, boot;        /* UUIDs */
	int64_t seq, last_seq, at; /* at: UTC ms */
	/* a call */
	str number, from; /* E.164; from: what the called party sees, or absent */
	str label;        /* the name shown with it, or absent */
	int64_t ring_ms, wait_ms, wrap_up_ms, preview_ms;
	str record; /* path without its ending, below the recordings' folder; absent: not recorded */
	enum call_state call_state;
	enum call_cause cause;
	enum call_party by;
	int64_t sip_code;
	enum call_guest guest;
	int how, turn; /* enum talk_how, talk_turn */
	enum monitor_mode mode;
	str dialog; /* opaque text of tel */
	str digits;
	/* an operator */
	enum operator_state operator_state;
	enum operator_cause why;
	enum operator_then then;
	enum operator_preview preview;
	int64_t until; /* deadline of the state, UTC ms; 0: none */
	int64_t since;
	bool on, up, judging, lasting, more;
	int64_t pages, rate; /* rate: bit/s */
	str codec;
	/* media */
	str sdp, error;
	int recording; /* enum recording_state */
	str path, sha256;
	int64_t bytes, ms;
	/* a trunk */
	int trunk_kind, transport, trunk_state; /* enum trunk_kind … */
	str host, login, password;
	str ha1_sha256, ha1_md5;
	bool phone; /* CMD_OPERATOR_START: his leg is his SIP phone, call it */
	int64_t port, channels, calls_per_s, code;
	bool registers, srtp, shared;
	str text;
	/* a step of a test */
	str what, detail;
	bool ok;
	/* figures */
	int64_t lag_ms, legs, calls_open, rss;
	str command;                                     /* EV_REFUSED: the kind refused */
	int64_t idle, ringing, waiting, talking, queued; /* of a project */
	/* calls to us */
	int64_t queue, priority, level, target_ms, relax_ms;
	int64_t ticket, offer_ms, offer_place;
	int choice, node_kind; /* enum queue_choice, flow_kind */
	int64_t flow, node, next, other, tries, hours, question, result, after;
	str words, keys, answers, voice, sound;
	int64_t announce_ms, accept_ms;
	bool refused;
	str alias;
	bool records;
	/* sound of a leg */
	enum call_party side;
	int64_t came, lost, late, sent, jitter_ms, buffer_ms, rtt_ms, far_lost, far_jitter_ms, mos, far_mos;
	struct message_rows rows, calls, operators, steps, floors, routes, causes, phones, sounds, numbers, queues, members,
	        nodes, opens, drops, tickets, shares, loads;
};
enum { TICKET_HOLD_MS = 3000 };
/* failed: nothing more is written, the talk goes on; the closed that follows tells what is kept. Both say why: disk_full or write. paused,
 * resumed: silence from ms on, and until ms. */
enum recording_state { RECORDING_OPEN, RECORDING_FAILED, RECORDING_PAUSED, RECORDING_RESUMED, RECORDING_CLOSED };
enum talk_how { TALK_BLIND, TALK_CONSULT, TALK_HOWS };
enum talk_turn { TALK_COMPLETE, TALK_JOIN, TALK_BACK, TALK_TURNS };
extern const char *const talk_how_names[TALK_HOWS + 1], *const talk_turn_names[TALK_TURNS + 1];
enum trunk_kind { TRUNK_SIP, TRUNK_PRACTICE, TRUNK_KINDS };
enum trunk_transport { TRUNK_UDP, TRUNK_TCP, TRUNK_TLS, TRUNK_TRANSPORTS };
enum trunk_state { TRUNK_UNKNOWN, TRUNK_UP, TRUNK_DOWN, TRUNK_STATES };
extern const char *const recording_state_names[];
extern const char *const trunk_kind_names[TRUNK_KINDS + 1];
extern const char *const trunk_transport_names[TRUNK_TRANSPORTS + 1];
extern const char *const trunk_state_names[TRUNK_STATES + 1];

const char *message_kind_name(enum message_kind kind);
bool message_from_tel(enum message_kind kind);
/* Numbered, stored with its effect once, and acknowledged. */
bool message_kept(enum message_kind kind);

/* Append the JSON object, or the whole frame; texts and numbers beyond what the other side takes are cut. EMSGSIZE "frame" when it would be too long; t is then as before. */
int message_encode(const struct message *m, struct text *t, struct fault *f) MUST_USE;
int message_frame(const struct message *m, struct text *t, struct fault *f) MUST_USE;
/* doc is one object, from tel or not. EINVAL naming the member. */
int message_decode(str doc, bool from_tel, struct arena *a, struct message *ret, struct fault *f) MUST_USE;

/* What message_decode refused, and why, as EV_UNREAD. False: it has no number, so nothing waits for it to be noted. */
bool message_unread(str doc, const char *why, struct arena *a, struct message *ret);

/* Bytes in, frames out. Its buffer is in the arena given to init. */
struct frames {
	char *buf;
	size_t n, taken; /* bytes in buf; of them given out already */
};
void frames_init(struct frames *s, struct arena *a);
/* Where to read the next bytes into; never less than one byte. Then tell how many came. */
char *frames_room(struct frames *s, size_t *ret_n);
void frames_add(struct frames *s, size_t n);
/* The next whole frame, valid until frames_room. ENOENT: not yet whole; EMSGSIZE: the peer broke the rule, close. */
int frames_next(struct frames *s, str *ret) MUST_USE;

#endif
