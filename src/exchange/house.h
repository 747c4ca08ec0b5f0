/* SPDX-License-Identifier: GPL-3.0-or-later */
/* house.h - what the exchange holds while it runs: lines (calls), seats (operators' phones) and trunks, and how they reach each
 * other. All of it belongs to the loop thread. Times here are of the monotonic clock; house_utc turns one into what app is told. */
#ifndef EXCHANGE_HOUSE_H
#define EXCHANGE_HOUSE_H

#include "callflow/message.h"
#include "callflow/routing.h"
#include "engine/audio/amd.h"
#include "engine/tel/bridge.h"
#include "engine/tel/far.h"
#include "engine/tel/re.h"

struct inbound;
struct line;
struct line_fax;
struct talk;
struct tel_arrival;
struct tel_dial;
struct tel_prompt;
struct tel_practice;
struct tel_webrtc;

enum { LINE_UUID = 37, LINE_STEM = 208, LINE_FROM = 48 };

/* An operator: his machine, and his browser's or SIP phone's leg for the whole shift. */
struct seat {
	struct le le;
	int64_t operator_id, project;
	struct operator_day day;
	struct tel_webrtc *webrtc, *next; /* next: answered, not yet up; it takes the place of the other then */
	struct tel_dial *desk;            /* the call to his SIP phone; NULL: none */
	bool by_phone, desk_up;           /* his leg is to be that phone; it answered */
	int64_t desk_at;                  /* when it is called again while he is lost */
	int64_t busy_ms, work_ms;         /* of his shift until counted_at: in calls and after them, and without pauses */
	int64_t counted_at;
	struct line *offer; /* the call that rings at his seat; NULL: none */
	struct line *line;  /* his call, or the one he is a guest in (line->seat is another); NULL: none */
	bool mute;
};

/* The other end of a leg that we called. */
struct far {
	struct tel_practice *practice; /* one of these two */
	struct tel_dial *dial;
	struct tel_leg *leg; /* its owner's */
};

/* Over which trunks a call may go, and where in that list it is. */
struct line_route {
	struct {
		int64_t trunk;
		char from[LINE_FROM];
	} way[ROUTING_TRUNKS];
	size_t n, at, told;    /* told: which app knows of */
	size_t moves;          /* addresses of this trunk left behind */
	int64_t until;         /* of all trying; 0: nothing was sent yet */
	enum call_cause cause; /* what the trunk before said */
	int code;
	bool waits; /* none has room in this second */
	bool rang;  /* the far side was reached: no other trunk is tried */
};

/* How a call sounds: counts of its legs when the talk began, and what app was told last. */
struct line_sound {
	struct tel_leg *ours; /* whose counts ours_from are, not a reference; NULL: no operator yet */
	struct tel_leg_figures ours_from;
	int64_t told_at, told_mos; /* hundredths, of the worst side */
};

/* An answering machine speaks; our words come after its beep, or its silence. */
struct greeting {
	int ms, silence_ms, gap_ms; /* gap: since its beep was last heard */
	bool beeped, over, said;    /* said: our words began */
};

/* A call: its machine, the far side, the recording. */
struct line {
	struct le le;
	char uuid[LINE_UUID], number[48], from[LINE_FROM], label[129], stem[LINE_STEM];
	int64_t trunk, project; /* trunk: where it goes, or is tried, now */
	struct line_route route;
	struct call call;
	struct seat *seat;
	struct inbound
	        *in; /* of a call to us, whose number is the caller's, "" when hidden; or of one that walks through a flow */
	struct line_fax *fax;          /* the far side is to be a fax machine; NULL: a person */
	int64_t after;                 /* the flow that follows the talk; 0: none */
	struct tel_practice *practice; /* the far side: one of these two */
	struct tel_dial *dial;
	struct tel_leg *leg; /* of the far side; its owner's */
	struct tel_bridge *bridge;
	struct tel_recorder *recorder;
	struct tel_saying *message; /* for whom no operator took; NULL: none */
	struct tel_saying *notice;  /* that it is recorded, while the far side has not been told; NULL: nothing to tell */
	struct tel_prompt *telling; /* … it is told now, in the talk */
	struct tel_prompt *prompt;  /* what speaks to the far side now in place of an operator */
	int64_t bridged_at;         /* waiting for audio both ways since; 0: not waiting */
	bool recording;             /* its file is not yet closed */
	bool unrecorded;            /* it pauses */
	struct talk *talk;          /* a guest, supervisors; NULL: there never was one */
	bool refused;               /* he pressed 9 in the message: it ends at the next tick */
	bool early;                 /* the trunk says something before the answer */
	struct line_sound sound;
	struct amd_ear ear; /* while it is judged, and while a greeting is waited out */
	struct amd_judge judge;
	struct greeting greeting;
};

/* lines.c */
void line_dial(const struct message *m); /* CMD_DIAL, CMD_FAX */
struct line *line_find(str uuid);        /* live ones only; may miss */
void line_event(struct line *l, enum call_event event);
void line_step(struct line *l, const struct call_input *in);
void line_leg_changed(struct line *l); /* his operator has another leg now */
void line_bridge(struct line *l);      /* the operator and the far side alone, as the state says */
enum call_cause line_cause(int64_t trunk, enum tel_end end, int code); /* what the end of a leg over trunk means */
/* He is ready: who is next is his now. A call we dialled for nobody in particular comes first, since it waits two seconds and no longer;
 * then the queues he serves. */
void line_offer(struct seat *s);
/* A call that came over m's trunk for m's project; m's ok: it is recorded. in is the line's from now on, whatever comes of it. */
int line_arrive(struct line **ret, struct inbound *in, const struct tel_arrival *a, const struct message *m) MUST_USE;
void line_play(struct line *l, struct tel_saying *s); /* that, in the place of an operator; borrowed */
void line_say(struct line *l, str words);             /* words, or silence without them, in the place of an operator */
void line_music(struct line *l);                      /* the far side hears music in the place of an operator */
/* Calls we dialled for nobody in particular, of a project: not yet answered, and answered without an operator. */
void line_floor(int64_t project, int64_t *ret_ringing, int64_t *ret_waiting);
size_t line_projects(int64_t *ids, size_t n, size_t max); /* add those with calls to the n there are */
void line_rows(struct arena *a, struct message_rows *ret);
void line_tick(int64_t now); /* deadlines, waiting bridges, the dead */
void line_watch(void);       /* once a second: silence, sound */
size_t line_count(void);
size_t line_count_trunk(int64_t trunk); /* those that take a channel of it */
size_t line_wait_trunk(int64_t trunk);  /* those that wait to be sent over it, or another of their list */
void line_end_dialled(void);            /* those of ours that nobody answered yet */
void line_end_all(void);

/* notice.c: told of the recording */
void notice_take(struct line *l, const struct message *m); /* of CMD_DIAL */
void notice_tick(struct line *l);
void notice_end(struct line *l);

/* record.c */
void line_record_begin(struct line *l); /* CALL_DO_RECORD, if it is to be recorded */
void line_record_stop(struct line *l);
void line_record_name(struct line *l); /* DIR/2026-11/UUID, as app names those it dials */
void line_record(struct line *l);      /* from now on, whatever the number says */

/* inbound.c */
void inbound_init(void);
void inbound_done(void);
void inbound_replace(const struct message *m); /* CMD_INBOUND */
void inbound_caller(const struct message *m);
void inbound_find(struct line *l); /* CALL_DO_FIND of a call to us: an operator, or its place in the queue */
bool inbound_give(struct line *l, struct seat *s);
bool inbound_transfer(struct line *l, int64_t queue); /* its operator gives it to that queue; false: he cannot */
void inbound_offer(struct seat *s);                   /* who is next for him gets him, or he is held for a callback */
void inbound_told(struct line *l);                    /* its state was told to app: what the queue learns of it */
int64_t inbound_queue(const struct line *l);          /* 0: in none yet */
bool inbound_flow(
        struct line *l, const struct message *m); /* whoever answers walks through m's flow; false: there is none */
int64_t inbound_queued(int64_t project);

void inbound_watch(int64_t now); /* once a second */

/* ring.c: a call that rings at seats before somebody has it. */
void ring_accept(const struct message *m); /* CMD_ACCEPT */
void ring_gone(struct seat *s);            /* he does not take it */

/* tickets.c: callbacks that keep their place. An operator whose turn it is for one is held until app dials it. */
void ticket_replace(const struct message *m); /* CMD_TICKETS */
bool ticket_holds(const struct seat *s);
bool ticket_lets(struct seat *s, int64_t ticket); /* may this dial for him go out? It ends the hold */
void ticket_watch(int64_t now);
void ticket_done(void);

/* ivr.c: a call that walks through a flow (callflow/flow.h). */
void ivr_replace(const struct message *m); /* the nodes and hours of CMD_INBOUND */
void ivr_done(void);
bool ivr_begin(struct line *l); /* false: its number has no flow */
void ivr_digit(struct line *l, char digit);
void ivr_tick(struct line *l, int64_t now);
bool ivr_records(const struct line *l); /* the caller leaves a message now */
bool ivr_calls(const struct line *l);   /* it waits for a number outside */
void ivr_failed(struct line *l);        /* which cannot be had */
/* The operator ends the talk: he goes, the far side stays and is asked. False: nothing follows this talk, end it. */
bool ivr_after(struct line *l);
/* fax.c: a call whose far side is a fax machine. */
bool fax_take(struct line *l, const struct message *m); /* the document of CMD_FAX; false: it is none */
void fax_begin(struct line *l);                         /* it answered */
void fax_tick(struct line *l, int64_t now);
void fax_tell(struct line *l); /* EV_FAX */
/* judge.c */
void judge_begin(struct line *l);   /* CALL_DO_JUDGE */
void judge_greeted(struct line *l); /* CALL_DO_MESSAGE to a machine */
void judge_tick(struct line *l);
/* announce.c */
void announce_tick(struct line *l, int64_t now); /* who waits hears his place from time to time */
/* sound.c */
void line_sound_begin(struct line *l); /* an operator's leg joins it: what that heard before is not of this call */
void line_sound_watch(struct line *l, int64_t now); /* once a second in a talk */
void line_sound_end(struct line *l);                /* while its legs are there still */

/* seats.c */
struct seat *seat_find(int64_t operator_id);
struct seat *seat_first_ready(int64_t project); /* by the last list of app, then whoever is ready; NULL: nobody */
/* The best of those who are free in a project. better with than NULL: may he at all? NULL: nobody. */
struct seat *seat_best(int64_t project, bool (*better)(const struct seat *s, const struct seat *than, void *arg), void *arg);
/* Those at work in a project (free, in a talk or after one) whom serves picks. */
int64_t seat_count(int64_t project, bool (*serves)(const struct seat *s, void *arg), void *arg);
void seat_offer_all(void); /* line_offer to all who are free */
bool seat_reserve(struct seat *s, struct line *l, int64_t ring_ms);
bool seat_give(struct seat *s, struct line *l);             /* an answered call of nobody's */
bool seat_ring(struct seat *s, struct line *l, int64_t ms); /* such a call, for him to take or not */
void seat_unring(struct seat *s);                           /* another took it, or it is gone */
void seat_floor(int64_t project, int64_t *ret_idle, int64_t *ret_talking);
size_t seat_projects(int64_t *ids, size_t n, size_t max);
void seat_call_state(struct seat *s, enum call_state state);
struct tel_leg *seat_leg(const struct seat *s);         /* NULL: down */
void seat_hear(struct seat *s, enum tel_source source); /* while no bridge holds it */
void seat_rows(struct arena *a, struct message_rows *ret);
void seat_tick(int64_t now);
void seat_done(void);
void seat_start(const struct message *m);
void seat_offer(const struct message *m);
void seat_simple(const struct message *m); /* ready, pause, stop, wrap-up, preview, mute */
void seat_list(const struct message *m);
void seat_echo(const struct message *m);

bool seat_join(struct seat *s, struct line *l); /* as a guest; false: he is not free */
void seat_pass(struct seat *s);                 /* out of the talk, which is another's: nothing to wrap up */

/* talks.c: guests and supervisors. */
bool talk_open(struct line *l);    /* it may have more than two voices from now on; false: no memory */
void talk_arrange(struct line *l); /* who hears whom, as it is now; after whatever may have changed it */
bool talk_mixes(const struct line *l);
void talk_invite(struct line *l); /* CALL_DO_INVITE … CALL_DO_TELL_GUEST */
void talk_hand(struct line *l);
void talk_dismiss(struct line *l);
void talk_tell_guest(struct line *l);
void talk_end(struct line *l); /* the call is over: supervisors go */
void talk_guest_lost(struct line *l);
void talk_tick(struct line *l, int64_t now);
void talk_watch(struct line *l);                            /* once a second: a silent guest */
void talk_recording(struct line *l);                        /* paused or not, as the machine says */
bool talk_on_trunk(const struct line *l, int64_t trunk);    /* its guest takes a channel there */
bool talk_waits_trunk(const struct line *l, int64_t trunk); /* … or waits for one */
void talk_transfer(const struct message *m);                /* CMD_TRANSFER … CMD_MONITOR_MODE */
void talk_turn(const struct message *m);
void talk_guest_leave(const struct message *m);
void talk_record(const struct message *m);
void talk_monitor(const struct message *m);
void talk_monitor_mode(const struct message *m);

void seat_up(struct seat *s); /* his newest leg carries him now */
void seat_down(struct seat *s, const char *why);

/* desk.c: a leg by the operator's SIP phone. */
void desk_init(void);
void desk_take(const struct message *m);  /* CMD_PHONES */
void desk_call(struct seat *s);           /* unless it is called already */
void desk_order(const struct message *m); /* CMD_OPERATOR_PHONE */
void desk_drop(struct seat *s);
void desk_tick(struct seat *s, int64_t now);

/* trunks.c */
void trunk_replace(const struct message *m); /* CMD_TRUNKS */
void trunk_share(const struct message *m);   /* CMD_SHARES */
void trunk_watch(int64_t now);               /* often: app hears how they are used */
void trunk_test(const struct message *m);
void trunk_bye(const struct message *m);
/* May another call start now? 0, EAGAIN (in a moment: calls per second, this node's share of channels, or it was just told), EBUSY (all channels taken), EHOSTDOWN, ENOENT (no such trunk). */
int trunk_may_dial(int64_t trunk);
/* The trunk from whose address it came, wanted before others; 0: none. */
int64_t trunk_of(const struct tel_arrival *a, int64_t wanted);
bool trunk_full(int64_t trunk); /* no channel is left */
int trunk_accept(struct line *l, const struct tel_arrival *a, const struct tel_far_handlers *h) MUST_USE;
/* Start the far side of l over its trunk with h; nothing at all within silent_ms is its end. */
int trunk_dial(struct line *l, int64_t silent_ms, const struct tel_far_handlers *h) MUST_USE;
/* The same for a leg that is no call's own: number over trunk, showing from ("": the trunk's own) and label. */
int trunk_far(int64_t trunk, const char *number, const char *from, const char *label, int64_t silent_ms,
        const struct tel_far_handlers *h, struct far *ret) MUST_USE;
size_t trunk_addresses(int64_t trunk); /* at least 1 */
/* What came of a call over it: cause NONE when the far side was reached. One that refuses call after call is given a rest. asked_ms: for how
 * long it asked. */
void trunk_told(int64_t trunk, enum call_cause cause, int sip_code, int64_t asked_ms);
/* What a final answer of this carrier means. */
enum call_cause trunk_cause(int64_t trunk, int sip_code);
void trunk_done(void);

/* route.c */
void route_read(struct line *l, const struct message *m); /* CMD_DIAL */
bool route_waits(const struct line *l, int64_t trunk);    /* it is to be sent, and not yet: that trunk would do */
/* Is there a trunk that may be asked now? Errors of trunk_may_dial. */
int route_may_dial(const struct line *l);
/* Send it over the first trunk that takes it, from where the list stands. With l->route.waits set: in a moment, call again. */
int route_dial(struct line *l, const struct tel_far_handlers *h) MUST_USE;
/* It came to nothing over this trunk. True: it goes on over another, the far side of before is freed. */
bool route_next(struct line *l, enum call_cause cause, int sip_code, const struct tel_far_handlers *h);

/* fence.c: without a leader for as long as its lease says, nothing begins here any more. */
void fence_lease(const struct message *m); /* CMD_LEASE */
void fence_watch(void);                    /* once a second */
bool fenced(void);

/* fetch.c: recordings to app nodes without our disk. */
void fetch_init(const char *record_dir);   /* kept by the caller */
void fetch_piece(const struct message *m); /* CMD_FETCH */
void fetch_kept(const struct message *m);  /* CMD_KEPT */

/* house.c */
int64_t house_now(void);         /* monotonic ms, what the machines run on */
int64_t house_utc(int64_t mono); /* 0 stays 0 */
int64_t house_mono(int64_t utc); /* the inverse */
void house_refuse(const struct message *m, const char *why);
bool house_ending(void); /* nothing begins any more */
/* Add a project to the n there are, once; the new n. Beyond max it is left out. */
size_t house_project(int64_t project, int64_t *ids, size_t n, size_t max);

#endif
