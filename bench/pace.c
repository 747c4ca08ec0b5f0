/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pace - predictive dialling in a simulated world: occupancy, abandoned calls and waiting of our pacer, of progressive dialling and
 * of VICIdial's ADAPT_AVERAGE rule (maximum level 3) in the same world, for shares of answers 10, 25 and 50 % and 3 to 300
 * operators, 8-hour days from a cold start. Beside our figure stands the one the design asked for (docs/adr/0016); the clairvoyant
 * bound is 100 %. Then a second, harder world: breaks, few lines, 5 % of AMD verdicts wrong, talks that slowly change. Then the price
 * of a decision.
 * usage: bench-pace [quick] [SHARE OPERATORS]    quick: a quarter of the days; SHARE OPERATORS: that cell only, "25 30" */
#include "base/clock.h"
#include "base/parse.h"
#include "base/rand.h"
#include "callflow/pacer_floor.h"

#include <math.h>
#include <time.h>

enum { DAY_MS = 8 * CLOCK_HOUR, SEGMENTS = 64, SIZES = 5, SHARES = 3, MOST_TURNS = 16384 };

static const int sizes[SIZES] = {3, 10, 30, 100, 300}, days_of[SIZES] = {40, 30, 20, 12, 8};
static const int shares[SHARES] = {10, 25, 50};

/* What the design's own simulation gave, occupancy %: progressive, VICIdial, CDLP. */
static const double asked[SHARES][SIZES][3] = {
        {{32.8, 33.7, 57.7}, {33.0, 41.0, 76.6}, {32.6, 55.7, 88.0}, {32.3, 69.6, 95.2}, {32.2, 73.3, 98.2}},
        {{56.3, 55.7, 68.9}, {56.7, 57.2, 80.3}, {55.8, 56.8, 89.5}, {55.6, 59.0, 95.7}, {55.5, 60.6, 98.4}},
        {{73.8, 72.9, 79.0}, {74.2, 73.8, 84.6}, {73.8, 73.6, 91.1}, {73.4, 74.1, 96.1}, {73.2, 73.9, 98.6}},
};

/* --- the world --- */
struct world {
	struct dice dice;
	double share;
	int64_t segment_end[SEGMENTS];
	double segment[SEGMENTS];
	bool harder;
};

static double normal(struct dice *d)
{
	return sqrt(-2 * log(1 - dice_real(d))) * cos(2 * M_PI * dice_real(d));
}

/* Lognormal by its mean and its coefficient of variation. */
static double log_normal(struct dice *d, double mean, double cv)
{
	double var = log(1 + cv * cv);

	return mean * exp(sqrt(var) * normal(d) - var / 2);
}

/* List and hour change in segments that depend on the seed alone, so that every policy meets the same day. */
static void world_init(struct world *w, uint64_t seed, double share, bool harder)
{
	struct dice list = {seed * 1000003};
	double at = 0;

	*w = (struct world){.dice = {seed * 7919 + 17}, .share = share, .harder = harder};
	for (int i = 0; i < 10; i++) {
		dice_throw(&list);
		dice_throw(&w->dice);
	}
	for (int i = 0; i < SEGMENTS; i++) {
		at += 900 - 3600 * log(1 - dice_real(&list));
		w->segment_end[i] = (int64_t)(at * 1000);
		w->segment[i] = exp(0.30 * normal(&list));
	}
}

static double answered_now(const struct world *w, int64_t now)
{
	double h = (double)now / CLOCK_HOUR, p;
	int i = 0;

	while (i < SEGMENTS - 1 && w->segment_end[i] <= now)
		i++;
	p = w->share * (1 + 0.25 * sin(2 * M_PI * (h - 1.5) / 6)) * w->segment[i];
	return p < 0.02 ? 0.02 : p > 0.85 ? 0.85 : p;
}

static int64_t human_ms(struct dice *d)
{
	double s;

	do
		s = 2 + log_normal(d, 10, 0.6);
	while (s >= 30);
	return (int64_t)(s * 1000);
}

static void talk(struct world *w, int64_t now, struct floor_fate *r)
{
	struct dice *d = &w->dice;
	double s = dice_real(d) < 0.4 ? log_normal(d, 15, 0.7) : log_normal(d, 150, 0.8);

	if (w->harder)
		s *= 1 + 0.4 * sin(2 * M_PI * (double)now / (5 * CLOCK_HOUR));
	r->talk_ms = (int64_t)(s * 1000);
	r->wrap_ms = (int64_t)(log_normal(d, 12, 0.8) * 1000);
}

static void machine(struct world *w, struct floor_fate *r)
{
	double s = 2 + log_normal(&w->dice, 18, 0.35) + 2.5;

	*r = (struct floor_fate){.after_ms = (int64_t)((s < 30 ? s : 30) * 1000), .cause = CAUSE_MACHINE};
	if (w->harder && dice_real(&w->dice) < 0.05) { /* taken for a person: an operator hears it and hangs up */
		r->human = true;
		r->talk_ms = 5000;
		r->wrap_ms = 3000;
	}
}

static void fate(void *arg, int64_t now, struct floor_fate *r)
{
	struct world *w = arg;
	struct dice *d = &w->dice;
	double kind;

	if (dice_real(d) < answered_now(w, now)) {
		*r = (struct floor_fate){.human = true, .after_ms = human_ms(d)};
		talk(w, now, r);
		if (w->harder && dice_real(d) < 0.05) { /* taken for a machine */
			r->human = false;
			r->after_ms += 2500;
			r->cause = CAUSE_MACHINE;
		}
		return;
	}
	kind = dice_real(d);
	if (kind < 0.2)
		*r = (struct floor_fate){.after_ms = 1000 + (int64_t)(dice_real(d) * 5000), .cause = CAUSE_BUSY};
	else if (kind < 0.5)
		machine(w, r);
	else
		*r = (struct floor_fate){.after_ms = 30000, .cause = CAUSE_NO_ANSWER};
}

static int by_time(const void *x, const void *y)
{
	const struct floor_turn *a = x, *b = y;

	return (a->at > b->at) - (a->at < b->at);
}

/* All are there from the start; in the harder world each takes about ten minutes off in each hour and a half. */
static size_t presence(int operators, uint64_t seed, bool harder, struct floor_turn turns[MOST_TURNS])
{
	struct dice d = {seed + 99};
	size_t n = 0;

	for (int id = 1; id <= operators; id++) {
		int64_t at = 0;
		turns[n++] = (struct floor_turn){0, id, true};
		while (harder && n + 2 < MOST_TURNS && (at += dice_int(&d, 60, 120) * CLOCK_MINUTE) < DAY_MS) {
			turns[n++] = (struct floor_turn){at, id, false};
			at += dice_int(&d, 5, 15) * CLOCK_MINUTE;
			turns[n++] = (struct floor_turn){at, id, true};
		}
	}
	qsort(turns, n, sizeof(turns[0]), by_time);
	return n;
}

/* --- VICIdial's rule, written anew from notes on AST_VDauto_dial.pl and AST_VDadapt.pl (see docs/adr/0016) --- */
struct vicidial {
	int64_t due, next_dial, next_sample;
	int ready, talking, waiting, ringing;
	double samples[15], agents[15];
	int second, answered, dropped, answered_minute, dropped_minute;
	int drop_answered, drop_dropped, minute_answered, minute_dropped, calls; /* as of the last minute */
	double level;
	uint8_t place[PACER_OPERATORS + 1];
};

static void vicidial_operator(struct vicidial *v, const struct pacer_event *e)
{
	uint8_t *place = &v->place[e->id];

	v->ready -= *place == 1;
	v->talking -= *place == 2;
	*place = e->what == PACER_EV_IDLE ? 1 : e->what == PACER_EV_TALKING ? 2 : e->what == PACER_EV_LEAVING ? *place : 0;
	v->ready += *place == 1;
	v->talking += *place == 2;
}

static void vicidial_tell(void *arg, const struct pacer_event *e)
{
	struct vicidial *v = arg;

	if (e->what < PACER_EV_DIALLED) {
		vicidial_operator(v, e);
		return;
	}
	v->ringing += (e->what == PACER_EV_DIALLED) - (e->what == PACER_EV_ENDED || e->what == PACER_EV_ANSWERED);
	v->waiting += (e->what == PACER_EV_ANSWERED) - (e->what == PACER_EV_CONNECTED || e->what == PACER_EV_ABANDONED);
	v->answered += e->what == PACER_EV_ANSWERED;
	v->answered_minute += e->what == PACER_EV_ANSWERED;
	v->dropped += e->what == PACER_EV_ABANDONED;
	v->dropped_minute += e->what == PACER_EV_ABANDONED;
	v->calls += e->what == PACER_EV_DIALLED;
}

static int64_t vicidial_due(void *arg)
{
	const struct vicidial *v = arg;

	return v->next_dial < v->next_sample ? v->next_dial : v->next_sample;
}

static double mean(const double *v, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += v[i];
	return sum / n;
}

static void vicidial_adapt(struct vicidial *v)
{
	double agents = mean(v->agents, 15), by = agents > 0 ? mean(v->samples, 15) / agents : 0;

	v->level = fmin(3, fmax(1, v->level * (1 + by)));
	if (v->minute_answered > 20 && v->minute_dropped * 2 > v->minute_answered)
		v->level /= 2;
	if (v->calls > 50 && v->drop_dropped > 0.03 * v->drop_answered)
		v->level /= 2;
	v->level = fmax(1, v->level);
}

static void vicidial_second(struct vicidial *v)
{
	v->samples[v->second % 15] = v->ready - v->waiting;
	v->agents[v->second % 15] = v->ready + v->talking;
	v->second++;
	if (v->second % 60 == 0) {
		v->drop_answered = v->answered;
		v->drop_dropped = v->dropped;
		v->minute_answered = v->answered_minute;
		v->minute_dropped = v->dropped_minute;
		v->answered_minute = v->dropped_minute = 0;
	}
	if (v->second % 15 == 0)
		vicidial_adapt(v);
}

static int vicidial_dials(void *arg, int most, int64_t now)
{
	struct vicidial *v = arg;
	int make = 0;

	if (now >= v->next_sample) {
		vicidial_second(v);
		v->next_sample = now + 1000;
	}
	if (now >= v->next_dial) {
		make = (int)lround(v->level * (v->ready + v->talking)) - v->ringing - v->waiting - v->talking;
		v->next_dial = now + 2500;
	}
	return make < 0 ? 0 : make < most ? make : most;
}

/* --- days and cells --- */
enum who { PROGRESSIVE, VICIDIAL, OURS, WHO };
static const char *const names[WHO] = {"progressive", "VICIdial", "pacer"};

struct result {
	double occupancy, wait_s;
	int64_t answered, abandoned, decisions;
	int over, days;
	double cpu_s, square;
};

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void one_day(enum who who, uint64_t seed, double share, int operators, bool harder, struct result *r)
{
	static struct floor_turn turns[MOST_TURNS];
	static struct pacer pacer;
	struct arena a = {0};
	struct world w;
	struct vicidial v = {.level = 1};
	struct floor_pacer fp = {.pacer = &pacer};
	struct floor_policy policy = {&v, vicidial_tell, vicidial_due, vicidial_dials};
	struct pacer_rules rules = pacer_rules_default;
	struct floor_day day;
	double began = cpu_s(), busy;
	struct floor_world fw = {.arg = &w, .fate = fate, .turns = turns, .wait_ms = 2000, .until = DAY_MS};

	world_init(&w, seed, share, harder);
	fw.n_turns = presence(operators, seed, harder, turns);
	fw.lines = harder ? 2 * operators + 4 : 0;
	rules.mode = who == OURS ? PACER_PREDICTIVE : PACER_PROGRESSIVE;
	pacer_init(&pacer, &rules, 0);
	if (who != VICIDIAL)
		policy = floor_policy_pacer(&fp);
	floor_run(&fw, &policy, &a, &day);
	arena_free(&a);
	busy = 100 * floor_occupancy(&day);
	r->occupancy += busy;
	r->square += busy * busy;
	r->wait_s += floor_wait_s(&day);
	r->answered += day.answered;
	r->abandoned += day.abandoned;
	r->over += floor_abandon(&day) > 0.03;
	r->decisions += fp.decisions;
	r->cpu_s += cpu_s() - began;
	r->days++;
}

static struct result cell(enum who who, int share, int operators, int days, bool harder)
{
	struct result r = {0};

	for (int i = 0; i < days; i++)
		one_day(who, 100 + (uint64_t)i, share / 100.0, operators, harder, &r);
	r.occupancy /= r.days;
	r.wait_s /= r.days;
	return r;
}

static double ci(const struct result *r)
{
	double var = r->square / r->days - r->occupancy * r->occupancy;

	return r->days > 1 ? 1.96 * sqrt(fmax(var, 0) / (r->days - 1)) : 0;
}

static double pooled(const struct result *r)
{
	return r->answered ? 100.0 * (double)r->abandoned / (double)r->answered : 0;
}

struct verdict {
	int cells, near, capped,
	        world; /* world: the peers' cells as in the table, within its 1 or 2 points or the noise of the days */
	double us;
	bool quick;
};

static void cell_print(int s, int n, struct verdict *v)
{
	static const double near[WHO] = {1, 2, 2};
	int days = v->quick ? days_of[n] / 4 : days_of[n];

	for (enum who who = PROGRESSIVE; who < WHO; who++) {
		struct result r = cell(who, shares[s], sizes[n], days, false);
		double want = asked[s][n][who], off = r.occupancy - want;
		bool fits = who == OURS ? off >= -near[who] : fabs(off) <= fmax(near[who], ci(&r));
		printf("pace %d %% %d operators, %s: %.1f ±%.1f %% occupied (table: %.1f, ratio %.2f%s), %.2f %% abandoned, %d of %d "
		       "days over 3 %%, wait %.1f s\n",
		        shares[s], sizes[n], names[who], r.occupancy, ci(&r), want, r.occupancy / want, fits ? "" : ", OFF",
		        pooled(&r), r.over, r.days, r.wait_s);
		fflush(stdout);
		if (who != OURS) {
			v->world += fits;
			continue;
		}
		v->cells++;
		v->near += fits;
		v->capped += pooled(&r) <= 3.0 && r.over * 20 <= r.days;
		if (n == SIZES - 1 && r.decisions)
			v->us = fmax(v->us, r.cpu_s / (double)r.decisions * 1e6);
	}
}

static void harder_print(struct verdict *v)
{
	int fine = 0, all = 0;

	for (int s = 0; s < SHARES; s++)
		for (int n = 0; n < 4; n++) {
			int days = v->quick ? 3 : 8;
			struct result p = cell(PROGRESSIVE, shares[s], sizes[n], days, true),
			              o = cell(OURS, shares[s], sizes[n], days, true);
			printf("pace harder world %d %% %d operators, pacer: %.1f %% occupied (progressive: %.1f, ratio %.2f), %.2f %% "
			       "abandoned, %d of %d days over 3 %%\n",
			        shares[s], sizes[n], o.occupancy, p.occupancy, o.occupancy / p.occupancy, pooled(&o), o.over,
			        o.days);
			fflush(stdout);
			all++;
			fine += pooled(&o) <= 3.0 && o.over * 20 <= o.days;
		}
	printf("pace harder world: %d cells under the cap (all: %d, ratio %.2f)\n", fine, all, (double)fine / all);
}

int main(int argc, char **argv)
{
	struct verdict v = {.quick = argc > 1 && str_eq(str_of(argv[1]), STR("quick"))};
	int64_t share = 0, operators = 0;
	int at = v.quick ? 2 : 1;

	if (argc > at + 1 &&
	        (!parse_int(str_of(argv[at]), 1, 100, &share) || !parse_int(str_of(argv[at + 1]), 1, 1000, &operators)))
		return 2;
	for (int s = 0; s < SHARES; s++)
		for (int n = 0; n < SIZES; n++)
			if (!share || (share == shares[s] && operators == sizes[n]))
				cell_print(s, n, &v);
	if (!share) {
		printf("pace: %d cells within 2 points of the table or above (all: %d, ratio %.2f)\n", v.near, v.cells,
		        (double)v.near / v.cells);
		printf("pace: %d cells at most 3 %% abandoned and 5 %% of days over (all: %d, ratio %.2f)\n", v.capped,
		        v.cells, (double)v.capped / v.cells);
		printf("pace: %d of the peers' cells as in the table (all: %d, ratio %.2f)\n", v.world, 2 * v.cells,
		        v.world / (2.0 * v.cells));
		harder_print(&v);
	}
	if (v.us > 0)
		printf("pace decision at 300 operators, with the simulation around it: %.0f us of CPU (limit: 100, ratio %.2f)\n",
		        v.us, v.us / 100);
	return 0;
}
