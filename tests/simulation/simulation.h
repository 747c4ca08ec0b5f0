/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulation.h - the dialler, the gate and the life of contacts as they are, on a real database, in a world that is not: a clock that
 * jumps from one thing to the next, a telephone process of the real machines (callflow) with an imaginary carrier, operators who do this
 * and that, and a process that dies in the middle of anything. One seed is one run, and the same run each time (docs/adr/0035).
 *
 * The world lies in memory that outlives a life of app: a life is a process of its own, forked, ended by _exit at a crash point. What of the
 * product is replaced, at the link: the clocks and the randomness of ids (clock.c), the socket to tel (tel.c has every symbol of
 * domain/dialer/wire.c). */
#ifndef SIMULATION_H
#define SIMULATION_H

#include "base/rand.h"
#include "domain/dialer/dialer_priv.h"

enum {
	PEOPLE = 5,
	CONTACTS = 48, /* at most; so are their numbers, by three */
	NUMBERS = 3 * CONTACTS,
	LINES = 64,
	DOC = 2048,
	DOCS = 1024, /* on their way, or not acknowledged */
	DIALS = 3000,
	RESULTS = 6,
	CRASHED = 77, /* the status of a life that was ended in the middle of something */
	BROKEN = 3    /* … of one that broke a rule */
};

/* A message on its way, not before at. */
struct doc {
	int64_t at, seq;
	size_t n;
	char s[DOC];
};
struct docs {
	struct doc of[DOCS];
	unsigned first, n;
};

/* An operator's seat at tel. */
struct tel_seat {
	struct operator_day day;
	int64_t id, project;
	int line; /* -1: none */
	bool known;
};
/* A call at tel, and what the carrier will do with it. */
struct line {
	bool live;
	struct call c;
	char uuid[37], number[24];
	int64_t project;
	int seat, dial;                        /* -1: nobody's; the row in the log of dials */
	int fate;                              /* index of the carrier's fates */
	int64_t far_at, bridged_at, spoken_at; /* when it goes on; 0: not by itself */
	int far;                               /* what the far side does then: enum call_event */
};

/* He who sits there. */
struct person {
	int64_t id, project, next_at, leg_at; /* leg_at: when his leg comes up again */
	bool leg, talked;                     /* talked: in his last call */
	int64_t unsaved;                      /* a result was sent and not yet acknowledged: of this call */
	char key[40], doc[300];
	int result, contact;
};

/* The judge's own book: what was dialled, by the commands alone. */
struct dialled {
	char uuid[37];
	int64_t at, ended_at; /* ended_at 0: it may still ring there */
	int contact, number;
	enum call_cause cause;
	bool promised, talked, saved; /* saved: by a result */
};
struct called {
	char e164[24];
	int zone;
	int64_t refused_at; /* acknowledged: never again */
};
struct whom {
	int zone; /* of his own, -1: that of the number */
	int city;
	int last_result;
};

struct world {
	uint64_t seed, digest;
	struct dice dice, ids;
	int64_t begin, end, now, over, judged_at; /* end: nobody begins anything new; over: all must be quiet */
	int64_t points, crash_in;                 /* points passed; the life ends at the crash_in-th more, 0: never */
	int lives;
	bool verbose;
	char url[200], file[180];

	/* the house */
	int n_contacts, n_numbers, n_people, from_min, to_min, gap_min, per_day, total, mode, purpose, quota;
	bool hand; /* an operator asks for what happens now */
	bool days_off, stopped, quota_full, trunk_down;
	struct whom contacts[CONTACTS + 1];
	struct called numbers[NUMBERS + 1];
	struct person people[PEOPLE];
	int64_t chaos_at; /* when the next thing happens that nobody wished for */

	/* tel */
	char boot[37], hello[64 * 1024];
	size_t hello_n;
	int64_t seq, epoch, back_at; /* back_at: when the link, or the process, is there again */
	bool linked, connected, led, told_lead, broke;
	struct docs out, kept, in;
	struct tel_seat seats[PEOPLE];
	struct line lines[LINES];

	/* the judge */
	struct dialled dials[DIALS];
	int n_dials;
	int64_t saved[DIALS]; /* result by call id, as acknowledged */
	struct seen {
		int64_t dials, talks, results, crashes, tel_deaths, breaks, refused, abandoned, repeats, quotas, ms;
	} seen;
};
extern struct world *w;

int roll(int sides); /* 0 … sides - 1 */
bool chance(int pct);
void digest(const void *p, size_t n);
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* clock.c: past each of these the process may be no more. */
void crash_point(void);

/* house.c */
void house_build(void);

/* tel.c */
void tel_begin(void); /* a new process of it */
void tel_turn(void);  /* what it does by now */
void tel_die(void);
void tel_break(void); /* the link alone */
void tel_orphaned(void);
int64_t tel_next(void);
void tel_tell(struct message *m);
bool tel_quiet(void);
void tel_judged_in(struct store *s); /* where the judge looks up what is dialled, in this life */

/* lines.c */
void line_dial(const struct message *m);
void line_hangup(const struct message *m);
void line_offer(struct tel_seat *s);
void line_turn(void);
int64_t line_next(void);
void line_step(struct line *l, const struct call_input *in);
void seat_command(const struct message *m);
bool seat_step(struct tel_seat *s, const struct operator_input *in); /* false: refused */
void seat_leg(struct tel_seat *s, bool up);
struct tel_seat *seat_of(int64_t id);
void seat_turn(void);
void all_die(void);

/* people.c */
void people_turn(struct app *app);
int64_t people_next(void);
struct person *person_of(int64_t id);

/* judge.c */
void judge_dial(const struct message *m, struct store *s);
void judge_saved(str uuid); /* its result was acknowledged */
void judge_pause(const struct message *m);
void judge_ended(const struct line *l);
void judge_lost(str uuid); /* the command never arrived, or its tel died */
void judge_house(struct store *s, bool last);
_Noreturn void broken(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
