/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk.c - loudness of a recording, and what its utterances add up to. */
#include "engine/audio/talk.h"

#include "engine/audio/talk_priv.h"
#include "engine/audio/wav.h"

#include <math.h>
#include <stdlib.h>

enum {
	SILENT_DB = -90,
	VALID = TALK_FRAMES(30000),
	VALID_SPEECH = TALK_FRAMES(3000),
	TURN = TALK_FRAMES(1000), /* shorter ones are back-channels: «да», «угу» */
	BREATH = TALK_FRAMES(2000),
	LATENCY_MOST = TALK_FRAMES(5000),
	SILENCE = TALK_FRAMES(3000),
	OVERLAP = TALK_FRAMES(500),
	YIELD = TALK_FRAMES(2000),
	PIECE = 1024,
};

/* Loudness ------------------------------------------------------------------------------------------------------------ */

void talk_init(struct talk *t, struct arena *a, int rate, int64_t samples)
{
	*t = (struct talk){.frame = (size_t)rate * TALK_FRAME_MS / 1000};
	t->max = samples > 0 ? (size_t)samples / t->frame : 0;
	for (int side = 0; side < TALK_SIDES; side++)
		t->level[side] = NEW_N(a, int8_t, t->max + 1);
}

static int8_t level_of(double squares, size_t n)
{
	double db = 10 * log10(squares / (double)n / (32767.0 * 32767.0) + 1e-12);

	return (int8_t)(db < SILENT_DB ? SILENT_DB : db > 0 ? 0 : lround(db));
}

void talk_add(struct talk *t, const int16_t *pcm, size_t n)
{
	for (size_t i = 0; i < n && t->n < t->max; i++) {
		for (int side = 0; side < TALK_SIDES; side++)
			t->sum[side] += (double)pcm[2 * i + (size_t)side] * pcm[2 * i + (size_t)side];
		if (++t->have < t->frame)
			continue;
		for (int side = 0; side < TALK_SIDES; side++) {
			t->level[side][t->n] = level_of(t->sum[side], t->frame);
			t->sum[side] = 0;
		}
		t->have = 0;
		t->n++;
	}
}

/* The spans alone, side by side: what stood between them never was. */
struct cut {
	int8_t *level[TALK_SIDES];
	size_t *place; /* where each frame stands in the recording */
	size_t n;
};

static void cut_out(const struct talk *t, const struct talk_span *spans, size_t n_spans, struct arena *a, struct cut *ret)
{
	ret->n = 0;
	ret->place = NEW_N(a, size_t, t->n + 1);
	for (int side = 0; side < TALK_SIDES; side++)
		ret->level[side] = NEW_N(a, int8_t, t->n + 1);
	for (size_t s = 0; s < n_spans; s++)
		for (int64_t i = TALK_FRAMES(spans[s].from_ms); i < TALK_FRAMES(spans[s].to_ms); i++) {
			if (i < 0 || (size_t)i >= t->n || ret->n >= t->n)
				continue;
			for (int side = 0; side < TALK_SIDES; side++)
				ret->level[side][ret->n] = t->level[side][i];
			ret->place[ret->n++] = (size_t)i;
		}
}

/* One side ------------------------------------------------------------------------------------------------------------ */

static int64_t ms(size_t frames)
{
	return (int64_t)frames * TALK_FRAME_MS;
}

static size_t speech(const struct talk_runs *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->at[i].to - r->at[i].from;
	return n;
}

static bool is_turn(const struct talk_run *r)
{
	return r->to - r->from >= TURN;
}

/* Of a stretch of one's speech: its longest part in which the other said nothing to the matter. */
static size_t longest_alone(size_t from, size_t to, const struct talk_runs *other)
{
	size_t best = 0;

	for (size_t i = 0; i < other->n && from < to; i++) {
		const struct talk_run *o = other->at + i;
		if (!is_turn(o) || o->to <= from || o->from >= to)
			continue;
		if (o->from > from && o->from - from > best)
			best = o->from - from;
		from = o->to;
	}
	return from < to && to - from > best ? to - from : best;
}

static size_t monologue(const struct talk_runs *own, const struct talk_runs *other)
{
	size_t best = 0;

	for (size_t i = 0, next; i < own->n; i = next) {
		size_t alone;
		for (next = i + 1; next < own->n && own->at[next].from - own->at[next - 1].to < BREATH;)
			next++;
		alone = longest_alone(own->at[i].from, own->at[next - 1].to, other);
		if (alone > best)
			best = alone;
	}
	return best;
}

static int by_size(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

/* After which the other fell silent for good and this one begins: how long it took. */
static bool answers(const struct talk_run *r, const struct talk_run *before, const struct talk_runs *other, size_t *ret)
{
	size_t end = 0;

	for (size_t i = 0; i < other->n && other->at[i].from < r->from; i++)
		end = other->at[i].to;
	if (!end || end > r->from || (before && before->to > end))
		return false;
	*ret = r->from - end < LATENCY_MOST ? r->from - end : LATENCY_MOST;
	return true;
}

static void latency(const struct talk_runs *own, const struct talk_runs *other, struct arena *a, struct talk_side *ret)
{
	size_t *gaps = NEW_N(a, size_t, own->n + 1), n = 0;

	for (size_t i = 0; i < own->n; i++)
		n += answers(own->at + i, i ? own->at + i - 1 : NULL, other, gaps + n);
	ret->latency_ms = ret->latency_p90_ms = TALK_NONE;
	if (!n)
		return;
	qsort(gaps, n, sizeof(*gaps), by_size);
	ret->latency_ms = ms(gaps[(n - 1) / 2]);
	ret->latency_p90_ms = ms(gaps[(n * 9 + 9) / 10 - 1]);
}

static bool interrupts(const struct talk_run *r, const struct talk_run *other)
{
	return r->from > other->from && r->from + OVERLAP <= other->to && other->to - r->from <= YIELD &&
	       r->to >= other->to + TURN;
}

static int64_t interruptions(const struct talk_runs *own, const struct talk_runs *other)
{
	int64_t n = 0;

	for (size_t i = 0; i < own->n; i++)
		for (size_t k = 0; k < other->n && other->at[k].from < own->at[i].from; k++)
			n += interrupts(own->at + i, other->at + k);
	return n;
}

static void measure_side(const struct cut *c, const struct talk_runs *own, const struct talk_runs *other, struct arena *a,
        struct talk_side *ret)
{
	ret->speech_ms = ms(speech(own));
	ret->monologue_ms = ms(monologue(own, other));
	ret->first_word_ms = own->n ? ms(c->place[own->at[0].from]) : TALK_NONE;
	ret->interruptions = interruptions(own, other);
	latency(own, other, a, ret);
}

/* Both together ------------------------------------------------------------------------------------------------------- */

static int64_t switches(const struct talk_runs r[TALK_SIDES])
{
	size_t i[TALK_SIDES] = {0};
	int64_t n = 0;
	int last = -1;

	while (i[TALK_OURS] < r[TALK_OURS].n || i[TALK_THEIRS] < r[TALK_THEIRS].n) {
		const struct talk_run *ours = r[TALK_OURS].at + i[TALK_OURS], *theirs = r[TALK_THEIRS].at + i[TALK_THEIRS];
		int side =
		        i[TALK_THEIRS] >= r[TALK_THEIRS].n || (i[TALK_OURS] < r[TALK_OURS].n && ours->from <= theirs->from)
		                ? TALK_OURS
		                : TALK_THEIRS;
		i[side]++;
		if (!is_turn(side == TALK_OURS ? ours : theirs))
			continue;
		n += last >= 0 && last != side;
		last = side;
	}
	return n;
}

static void overlaps(const struct talk_runs r[TALK_SIDES], struct talk_figures *ret)
{
	size_t i = 0, k = 0;

	while (i < r[TALK_OURS].n && k < r[TALK_THEIRS].n) {
		struct talk_run x = r[TALK_OURS].at[i], y = r[TALK_THEIRS].at[k];
		size_t from = x.from > y.from ? x.from : y.from, to = x.to < y.to ? x.to : y.to;
		if (to >= from + OVERLAP) {
			ret->overlaps++;
			ret->overlap_ms += ms(to - from);
		}
		if (x.to < y.to)
			i++;
		else
			k++;
	}
}

static void silence(struct talk_figures *ret, size_t from, size_t to)
{
	if (to < from + SILENCE)
		return;
	ret->silence_ms += ms(to - from);
	if (ms(to - from) > ret->longest_silence_ms)
		ret->longest_silence_ms = ms(to - from);
}

static void silences(const struct talk_runs r[TALK_SIDES], size_t n, struct talk_figures *ret)
{
	size_t i = 0, k = 0, quiet = 0;

	while (i < r[TALK_OURS].n || k < r[TALK_THEIRS].n) {
		bool ours =
		        k >= r[TALK_THEIRS].n || (i < r[TALK_OURS].n && r[TALK_OURS].at[i].from < r[TALK_THEIRS].at[k].from);
		struct talk_run next = ours ? r[TALK_OURS].at[i++] : r[TALK_THEIRS].at[k++];
		silence(ret, quiet, next.from);
		quiet = next.to > quiet ? next.to : quiet;
	}
	silence(ret, quiet, n);
}

void talk_measure(
        const struct talk *t, const struct talk_span *spans, size_t n_spans, struct arena *a, struct talk_figures *ret)
{
	struct talk_runs r[TALK_SIDES];
	struct talk_figures g = {0};
	struct cut c;

	cut_out(t, spans, n_spans, a, &c);
	talk_hear((const int8_t *const *)c.level, c.n, a, r);
	g.talk_ms = ms(c.n);
	for (int side = 0; side < TALK_SIDES; side++)
		measure_side(&c, r + side, r + !side, a, g.side + side);
	g.valid = c.n >= VALID && speech(r + TALK_OURS) >= VALID_SPEECH && speech(r + TALK_THEIRS) >= VALID_SPEECH;
	g.switches = switches(r);
	overlaps(r, &g);
	silences(r, c.n, &g);
	*ret = g;
}

int talk_of_wav(const char *path, const struct talk_span *spans, size_t n_spans, struct arena *a, struct talk_figures *ret,
        struct fault *f)
{
	int16_t pcm[2 * PIECE];
	size_t n = 1;
	struct talk t;
	struct wav w;
	int err = wav_open(&w, path, f);

	if (err)
		return err;
	if (w.channels != 2)
		err = fail(f, EINVAL, NULL, "wav", "one side only: nobody can be told apart");
	if (!err)
		talk_init(&t, a, w.rate, w.frames);
	while (!err && n) {
		err = wav_read(&w, pcm, PIECE, &n, f);
		if (!err)
			talk_add(&t, pcm, n);
	}
	wav_close(&w);
	if (!err)
		talk_measure(&t, spans, n_spans, a, ret);
	return err;
}
