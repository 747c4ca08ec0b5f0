/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk_test.c - made talks whose figures one can count by hand. Voices are tones that swell four times a second, over a faint hiss. */
#include "engine/audio/talk.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { RATE = 8000, SECONDS = 60, SAMPLES = RATE * SECONDS };

static int16_t pcm[2 * SAMPLES];
static struct arena arena;

static void quiet(void)
{
	unsigned seed = 7;

	for (size_t i = 0; i < COUNT(pcm); i++) {
		seed = seed * 1103515245u + 12345u;
		pcm[i] = (int16_t)((int)(seed >> 16 & 15) - 8);
	}
}

/* The side speaks from … to seconds, so loud, delayed: an echo of what began earlier. */
static void speak_after(int side, double from, double to, double loud, double delay)
{
	for (size_t i = (size_t)((from + delay) * RATE); i < (size_t)((to + delay) * RATE) && i < SAMPLES; i++) {
		double s = (double)i / RATE - delay, swell = 0.55 + 0.45 * sin(2 * M_PI * (4 + sin(s)) * s);
		pcm[2 * i + (size_t)side] = (int16_t)(pcm[2 * i + (size_t)side] + loud * swell * sin(2 * M_PI * 300 * s));
	}
}

static void speak(int side, double from, double to)
{
	speak_after(side, from, to, 6000, 0);
}

static struct talk_figures measure_spans(const struct talk_span *spans, size_t n)
{
	struct talk_figures g;
	struct talk t;

	arena_free(&arena);
	talk_init(&t, &arena, RATE, SAMPLES);
	for (size_t i = 0; i < SAMPLES; i += 777)
		talk_add(&t, pcm + 2 * i, SAMPLES - i < 777 ? SAMPLES - i : 777);
	talk_measure(&t, spans, n, &arena, &g);
	return g;
}

static struct talk_figures measure(void)
{
	return measure_spans(&(struct talk_span){0, SECONDS * 1000}, 1);
}

#define ABOUT(x, want) assert_in_range((x) + 100000, (want) + 100000 - 80, (want) + 100000 + 80)

static void shares_and_silence(void **state)
{
	struct talk_figures g;

	(void)state;
	quiet();
	speak(TALK_OURS, 1, 21);
	speak(TALK_THEIRS, 22, 32);
	speak(TALK_OURS, 33, 43);
	speak(TALK_THEIRS, 50, 59);
	g = measure();
	assert_true(g.valid);
	ABOUT(g.talk_ms, 60000);
	ABOUT(g.side[TALK_OURS].speech_ms, 30000);
	ABOUT(g.side[TALK_THEIRS].speech_ms, 19000);
	ABOUT(g.side[TALK_OURS].first_word_ms, 1000);
	ABOUT(g.side[TALK_THEIRS].first_word_ms, 22000);
	ABOUT(g.side[TALK_OURS].monologue_ms, 20000);
	ABOUT(g.side[TALK_THEIRS].monologue_ms, 10000);
	ABOUT(g.silence_ms, 7000);
	ABOUT(g.longest_silence_ms, 7000);
	ABOUT(g.side[TALK_OURS].latency_ms, 1000);
	ABOUT(g.side[TALK_THEIRS].latency_ms, 1000);
	ABOUT(g.side[TALK_THEIRS].latency_p90_ms, 5000); /* seven seconds, clipped */
	assert_int_equal(g.switches, 3);
	assert_int_equal(g.overlaps, 0);
}

static void a_back_channel_is_no_turn(void **state)
{
	struct talk_figures g;

	(void)state;
	quiet();
	speak(TALK_OURS, 0, 30);
	speak(TALK_THEIRS, 10, 10.7); /* «ага» */
	speak(TALK_OURS, 31, 40);     /* a breath of a second */
	speak(TALK_THEIRS, 45, 55);
	g = measure();
	ABOUT(g.side[TALK_OURS].monologue_ms, 40000);
	assert_int_equal(g.switches, 1);
	assert_int_equal(g.overlaps, 1);
	ABOUT(g.overlap_ms, 700);
	assert_int_equal(g.side[TALK_THEIRS].interruptions, 0);
	assert_int_equal(g.side[TALK_OURS].interruptions, 0);
}

static void who_takes_the_floor_interrupts(void **state)
{
	struct talk_figures g;

	(void)state;
	quiet();
	speak(TALK_OURS, 0, 12);
	speak(TALK_THEIRS, 11, 20); /* ours stops a second later */
	speak(TALK_OURS, 25, 40);
	speak(TALK_THEIRS, 30, 50); /* ours goes on for ten seconds: no yielding */
	speak(TALK_OURS, 49.8, 55); /* too short to be an overlap */
	g = measure();
	assert_int_equal(g.side[TALK_THEIRS].interruptions, 1);
	assert_int_equal(g.side[TALK_OURS].interruptions, 0);
	assert_int_equal(g.overlaps, 2);
	ABOUT(g.overlap_ms, 11000);
	ABOUT(g.side[TALK_OURS].monologue_ms, 11000); /* up to where the other began to the matter */
}

static void an_echo_is_not_heard(void **state)
{
	struct talk_figures g;

	(void)state;
	quiet();
	speak(TALK_THEIRS, 2, 20);
	speak_after(TALK_OURS, 2, 20, 600, 0.12); /* 20 dB lower, 120 ms later */
	speak(TALK_OURS, 25, 35);
	g = measure();
	ABOUT(g.side[TALK_OURS].speech_ms, 10000);
	ABOUT(g.side[TALK_OURS].first_word_ms, 25000);
	assert_int_equal(g.overlaps, 0);
}

static void clicks_and_hiss_are_no_speech(void **state)
{
	struct talk_figures g;

	(void)state;
	quiet();
	for (int i = 1; i < 50; i++)
		speak(TALK_OURS, i, i + 0.06);
	g = measure();
	assert_int_equal(g.side[TALK_OURS].speech_ms, 0);
	assert_int_equal(g.side[TALK_OURS].first_word_ms, TALK_NONE);
	assert_int_equal(g.side[TALK_OURS].latency_ms, TALK_NONE);
	assert_false(g.valid);
	ABOUT(g.silence_ms, 60000);
}

/* A second in every three is noise of -45 dB on one side: the floor follows it within its ten seconds. */
static void a_noisy_street_is_no_speech(void **state)
{
	struct talk_figures g;
	unsigned seed = 3;

	(void)state;
	quiet();
	for (size_t i = 20 * RATE; i < SAMPLES; i++) {
		seed = seed * 1103515245u + 12345u;
		pcm[2 * i + TALK_THEIRS] = (int16_t)((int)(seed >> 16 & 511) - 256);
	}
	speak(TALK_THEIRS, 31, 41);
	g = measure();
	ABOUT(g.side[TALK_THEIRS].speech_ms, 10000);
}

/* Music while the person waits is nobody's speech, and the time it took is not the operator's. */
static void only_the_spans_count(void **state)
{
	const struct talk_span spans[] = {{2000, 20000}, {40000, 58000}};
	struct talk_figures g;

	(void)state;
	quiet();
	speak(TALK_OURS, 5, 15);
	speak(TALK_THEIRS, 20, 40);
	speak(TALK_THEIRS, 42, 52);
	g = measure_spans(spans, COUNT(spans));
	ABOUT(g.talk_ms, 36000);
	ABOUT(g.side[TALK_OURS].first_word_ms, 5000);
	ABOUT(g.side[TALK_THEIRS].first_word_ms, 42000);
	ABOUT(g.side[TALK_THEIRS].speech_ms, 10000);
	ABOUT(g.silence_ms, 3000 + 7000 + 6000);
	assert_true(g.valid);
}

/* Nothing, less than a frame, spans beyond the end: no figure and no crash. */
static void odd_ends(void **state)
{
	struct talk_figures g;
	struct talk t;

	(void)state;
	arena_free(&arena);
	talk_init(&t, &arena, RATE, 100);
	talk_add(&t, pcm, 100);
	talk_measure(&t, &(struct talk_span){-50, 1000000}, 1, &arena, &g);
	assert_int_equal(g.talk_ms, 0);
	assert_false(g.valid);
	quiet();
	speak(TALK_OURS, 10, 60);
	g = measure_spans(&(struct talk_span){50000, 1000000}, 1);
	ABOUT(g.talk_ms, 10000);
	ABOUT(g.side[TALK_OURS].speech_ms, 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(shares_and_silence),
	        cmocka_unit_test(a_back_channel_is_no_turn),
	        cmocka_unit_test(who_takes_the_floor_interrupts),
	        cmocka_unit_test(an_echo_is_not_heard),
	        cmocka_unit_test(clicks_and_hiss_are_no_speech),
	        cmocka_unit_test(a_noisy_street_is_no_speech),
	        cmocka_unit_test(only_the_spans_count),
	        cmocka_unit_test(odd_ends),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&arena);
	return failed;
}
