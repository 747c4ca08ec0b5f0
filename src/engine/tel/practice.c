/* SPDX-License-Identifier: GPL-3.0-or-later */
/* practice.c - a character is drawn, then plays its part: timers before the answer, the audio tick after it. */
#include "engine/tel/practice.h"

#include "base/rand.h"
#include "engine/fax/fax.h"
#include "engine/tel/re.h"
#include "engine/tel/speech.h"
#include "engine/tel/tone.h"

enum {
	RING_AFTER_MS = 300,
	SILENT_MS = 10000,
	HEARS_DB = -45,
	SPOKE_TICKS = 10, /* the operator said something */
	PAUSE_TICKS = 45, /* and then paused */
	PATIENCE_TICKS = 400,
	BEEP_TICKS = 25,
	MACHINE_TICKS = 1000,
	SHORT_TICKS = 150,
	WORD_TICKS = 75 /* of babble, where there is no voice */
};

enum part { TALKS, BUSY, REFUSES, AWAY, MACHINE, NO_NUMBER, LEAVES, SILENT, TONE, TALKATIVE };
/* Out of 100, for endings that decide nothing. */
static const struct {
	enum part part;
	int share;
} parts[] = {{TALKS, 68}, {AWAY, 13}, {BUSY, 7}, {REFUSES, 4}, {MACHINE, 4}, {NO_NUMBER, 2}, {LEAVES, 2}};
static const int refusals[] = {[BUSY] = 486, [REFUSES] = 603, [NO_NUMBER] = 404};

struct tel_practice {
	struct tel_far_handlers h;
	struct tel_leg *leg;
	struct ear *ear;
	struct fax *fax; /* NULL: a voice */
	enum part part;
	struct dice dice;
	bool rings, answered;
	int64_t answer_ms;
	struct tmr tmr;
	/* the talk, in ticks */
	uint64_t tick;
	int lines_left;
	const int16_t *saying;
	size_t n_saying;
	int babble; /* ticks of it left */
	int spoke, paused, waited;
	bool goodbye;
};

/* The leg outlives the subscriber while a bridge holds it: it points here, and to nobody afterwards. */
struct ear {
	struct tel_practice *p;
};

static void step(void *arg);

static enum part draw(struct dice *dice)
{
	int64_t at = dice_int(dice, 0, 99);

	for (size_t i = 0; i < COUNT(parts); i++) {
		if (at < parts[i].share)
			return parts[i].part;
		at -= parts[i].share;
	}
	return TALKS;
}

static enum part part_of(str number, struct dice *dice)
{
	static const enum part open[] = {BUSY, REFUSES, AWAY, MACHINE, NO_NUMBER, LEAVES, SILENT, TONE, TALKATIVE};
	str end = str_sub(number, number.n > 2 ? number.n - 2 : 0, number.n);

	if (end.n == 2 && end.p[0] == '9' && end.p[1] >= '0' && end.p[1] < (char)('0' + COUNT(open)))
		return open[end.p[1] - '0'];
	return draw(dice);
}

static void hang_up(void *arg)
{
	struct tel_practice *p = arg;

	p->h.ended(TEL_END_BYE, 0, p->h.arg);
}

static void leave(struct tel_practice *p)
{
	if (!tmr_isrunning(&p->tmr))
		tmr_start(&p->tmr, 0, hang_up, p);
}

/* Before the answer --------------------------------------------------------------------------------------------------- */

static void answer(struct tel_practice *p)
{
	p->answered = true;
	p->lines_left = (int)dice_int(&p->dice, 3, 6) + (p->part == TALKATIVE ? 20 : 0);
	p->h.answered(p->h.arg);
}

static void ring(struct tel_practice *p)
{
	p->rings = true;
	if (p->part != AWAY)
		tmr_start(&p->tmr, (uint64_t)p->answer_ms, step, p);
	p->h.progress(180, false, p->h.arg);
}

static void step(void *arg)
{
	struct tel_practice *p = arg;
	int code = p->part < COUNT(refusals) ? refusals[p->part] : 0;

	if (p->part == SILENT)
		p->h.ended(TEL_END_SILENT, 0, p->h.arg);
	else if (code && (p->rings || p->part != REFUSES))
		p->h.ended(TEL_END_REPLY, code, p->h.arg);
	else if (p->rings)
		answer(p);
	else
		ring(p);
}

/* The talk ------------------------------------------------------------------------------------------------------------ */

static void say(struct tel_practice *p, enum tel_phrase phrase)
{
	p->saying = tel_speech(phrase, &p->n_saying);
	p->babble = p->saying ? 0 : WORD_TICKS;
	p->spoke = p->paused = p->waited = 0;
}

static void say_next(struct tel_practice *p)
{
	if (p->lines_left-- > 0) {
		say(p, (enum tel_phrase)dice_int(&p->dice, TEL_SAY_WHO, TEL_SAY_LATER));
		return;
	}
	p->goodbye = true;
	say(p, TEL_SAY_BYE);
}

/* His next 20 ms, from the phrase or, without a voice, a wandering tone. False when he has nothing to say. */
static bool utter(struct tel_practice *p, int16_t *pcm)
{
	size_t n = p->n_saying < TEL_FRAME ? p->n_saying : TEL_FRAME;

	if (p->babble > 0) {
		p->babble--;
		tel_tone_add(280 + 120 * (double)(p->tick / 7 % 4), 4000, p->tick, pcm);
		return true;
	}
	if (!p->saying)
		return false;
	memcpy(pcm, p->saying, n * sizeof(*pcm));
	p->saying += n;
	p->n_saying -= n;
	if (!p->n_saying)
		p->saying = NULL;
	return true;
}

static void talk(struct tel_practice *p, int16_t *pcm)
{
	if (p->tick == 1)
		say(p, TEL_SAY_HELLO);
	if (utter(p, pcm))
		return;
	if (p->goodbye) {
		leave(p);
		return;
	}
	if ((p->spoke >= SPOKE_TICKS && p->paused >= PAUSE_TICKS) || ++p->waited > PATIENCE_TICKS)
		say_next(p);
}

static void machine(struct tel_practice *p, int16_t *pcm)
{
	if (p->tick == 1)
		say(p, TEL_SAY_MACHINE);
	if (utter(p, pcm))
		return;
	if (++p->waited < BEEP_TICKS)
		tel_tone_add(1400, 5000, p->tick, pcm);
	if (p->waited > MACHINE_TICKS)
		leave(p);
}

static void pull(void *arg, int16_t pcm[TEL_FRAME])
{
	struct tel_practice *p = ((struct ear *)arg)->p;

	memset(pcm, 0, TEL_FRAME * sizeof(*pcm));
	if (!p || !p->answered)
		return;
	p->tick++;
	if (p->fax)
		fax_say(p->fax, pcm);
	else if (p->part == TONE)
		tel_tone_add(1000, 8000, p->tick, pcm);
	else if (p->part == MACHINE)
		machine(p, pcm);
	else
		talk(p, pcm);
	if (p->part == LEAVES && p->tick > SHORT_TICKS)
		leave(p);
}

static void push(void *arg, const int16_t pcm[TEL_FRAME])
{
	struct tel_practice *p = ((struct ear *)arg)->p;

	if (p && p->fax)
		fax_hear(p->fax, pcm);
	if (!p || p->fax || p->saying || p->babble)
		return;
	if (tel_level_db(pcm, TEL_FRAME) > HEARS_DB) {
		p->spoke++;
		p->paused = 0;
	} else {
		p->paused++;
	}
}

static const struct tel_leg_way way = {.pull = pull, .push = push};

/* Making one ---------------------------------------------------------------------------------------------------------- */

static void practice_destructor(void *arg)
{
	struct tel_practice *p = arg;

	tmr_cancel(&p->tmr);
	if (p->ear)
		p->ear->p = NULL;
	fax_end(p->fax);
	mem_deref(p->leg);
	mem_deref(p->ear);
}

static int open_leg(struct tel_practice *p)
{
	p->ear = mem_zalloc(sizeof(*p->ear), NULL);
	if (!p->ear)
		return ENOMEM;
	p->ear->p = p;
	return tel_leg_new(&p->leg, &way, p->ear);
}

int tel_practice_new(struct tel_practice **ret, str number, uint64_t seed, const struct tel_far_handlers *h)
{
	struct tel_practice *p = mem_zalloc(sizeof(*p), practice_destructor);
	int err = p ? open_leg(p) : ENOMEM;

	if (err) {
		mem_deref(p);
		return err;
	}
	p->h = *h;
	p->dice.state = seed;
	for (size_t i = 0; i < number.n; i++)
		p->dice.state = p->dice.state * 1099511628211u + (uint8_t)number.p[i];
	p->part = part_of(number, &p->dice);
	p->answer_ms = p->part == TONE ? 100 : dice_int(&p->dice, 1500, 7000);
	tmr_start(&p->tmr, p->part == SILENT ? SILENT_MS : RING_AFTER_MS, step, p);
	*ret = p;
	return 0;
}

int tel_practice_fax(struct tel_practice *p)
{
	struct fault f;

	return fax_receive(&p->fax, "+7 000 0000000", &f);
}

struct tel_leg *tel_practice_leg(struct tel_practice *p)
{
	return p->leg;
}
