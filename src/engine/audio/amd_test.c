/* SPDX-License-Identifier: GPL-3.0-or-later */
/* amd_test.c - answers made of tones and noise: a short «алло», long greetings, the network's three tones, beeps. A voice is three
 * harmonics that waver, as no beep does. */
#include "engine/audio/amd.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { SECONDS = 8, SAMPLES = SECONDS * AMD_RATE };

static int16_t pcm[SAMPLES];
static size_t at;
static unsigned seed;

static void begin(void)
{
	at = 0;
	seed = 5;
	memset(pcm, 0, sizeof(pcm));
}

static size_t samples(int ms)
{
	size_t n = (size_t)ms * AMD_RATE / 1000;

	return at + n > SAMPLES ? SAMPLES - at : n;
}

static int hiss(void)
{
	seed = seed * 1103515245u + 12345u;
	return (int)(seed >> 16 & 63) - 32;
}

static void quiet(int ms)
{
	for (size_t end = at + samples(ms); at < end; at++)
		pcm[at] = (int16_t)hiss();
}

static void voice(int ms)
{
	for (size_t end = at + samples(ms); at < end; at++) {
		double s = (double)at / AMD_RATE, w = 2 * M_PI * (140 * s + 2 * sin(2 * M_PI * 3 * s));
		pcm[at] = (int16_t)(3000 * sin(w) + 2500 * sin(2 * w) + 1200 * sin(5 * w) + hiss());
	}
}

static void tone(double hz, int ms, double loud)
{
	for (size_t end = at + samples(ms); at < end; at++)
		pcm[at] = (int16_t)(loud * sin(2 * M_PI * hz * (double)at / AMD_RATE) + hiss());
}

static struct amd_judge judge(void)
{
	char marks[AMD_MARKS];
	struct amd_ear e = {0};
	size_t n = 0;

	quiet(100000);
	for (size_t i = 0; i + AMD_FRAME <= SAMPLES && n < AMD_MARKS; i += AMD_FRAME)
		marks[n++] = amd_hear(&e, pcm + i);
	return amd_of(&amd_rules_default, (str){marks, n});
}

static void check(enum amd_verdict verdict, enum amd_reason reason, int ms_most)
{
	struct amd_judge j = judge();

	assert_int_equal(j.verdict, verdict);
	assert_int_equal(j.reason, reason);
	assert_true(j.ms <= ms_most);
}

static void a_person_says_a_word_and_waits(void **state)
{
	(void)state;
	begin(); /* «Алло?» */
	quiet(300);
	voice(450);
	check(AMD_PERSON, AMD_BY_PAUSE, 300 + 450 + 840);
	begin(); /* «Да, слушаю.» */
	quiet(700);
	voice(250);
	quiet(150);
	voice(500);
	check(AMD_PERSON, AMD_BY_PAUSE, 2500);
	begin(); /* a click first, as when a handset is lifted */
	voice(40);
	quiet(600);
	voice(400);
	check(AMD_PERSON, AMD_BY_PAUSE, 2000);
}

static void a_machine_speaks_on(void **state)
{
	(void)state;
	begin();
	quiet(400);
	voice(2500);
	check(AMD_MACHINE, AMD_BY_GREETING, 2000);
	begin(); /* in words */
	for (int i = 0; i < 6; i++) {
		quiet(120);
		voice(350);
	}
	check(AMD_MACHINE, AMD_BY_WORDS, 1500);
	begin();
	check(AMD_MACHINE, AMD_BY_SILENCE, 2500);
}

static void the_tones_of_the_network(void **state)
{
	static const double off[] = {0, -45, 45};

	(void)state;
	for (size_t i = 0; i < COUNT(off); i++) {
		begin();
		quiet(100);
		tone(950 + off[i], 330, 4000);
		tone(1400 + off[i], 330, 4000);
		tone(1800 + off[i], 330, 4000);
		quiet(500);
		voice(2000); /* «Набранный вами номер не существует» */
		check(AMD_MACHINE, AMD_BY_SIT, 1200);
	}
	begin(); /* with the gaps the recommendation allows */
	tone(950, 280, 2000);
	quiet(30);
	tone(1400, 380, 2000);
	quiet(30);
	tone(1800, 330, 2000);
	check(AMD_MACHINE, AMD_BY_SIT, 1200);
	begin(); /* falling: none of theirs; each is a beep */
	tone(1800, 330, 4000);
	tone(1400, 330, 4000);
	check(AMD_MACHINE, AMD_BY_BEEP, 300);
}

static void a_beep_is_a_machine(void **state)
{
	static const double hz[] = {425, 1000, 1100, 1400, 2100};

	(void)state;
	for (size_t i = 0; i < COUNT(hz); i++) {
		begin();
		voice(500);
		quiet(300);
		tone(hz[i], 400, 1500);
		check(AMD_MACHINE, AMD_BY_BEEP, 1500);
	}
	begin(); /* too short, and a person after it */
	tone(1000, 100, 2000);
	quiet(400);
	voice(400);
	check(AMD_PERSON, AMD_BY_PAUSE, 2000);
}

/* A key pressed (two tones), a whistle that glides, noise: none of them is a beep. */
static void what_only_sounds_like_a_tone(void **state)
{
	struct amd_ear e = {0};

	(void)state;
	begin();
	for (; at < 4000; at++)
		pcm[at] = (int16_t)(3000 * sin(2 * M_PI * 770 * (double)at / AMD_RATE) +
		                    3000 * sin(2 * M_PI * 1336 * (double)at / AMD_RATE));
	for (; at < 8000; at++) {
		double s = (double)(at - 4000) / AMD_RATE;
		pcm[at] = (int16_t)(3000 * sin(2 * M_PI * (600 * s + 1000 * s * s)));
	}
	for (; at < 12000; at++)
		pcm[at] = (int16_t)(hiss() * 100);
	for (size_t i = 0; i < 12000; i += AMD_FRAME)
		assert_int_equal(amd_hear(&e, pcm + i), AMD_VOICE);
}

static void who_is_not_known_is_a_person(void **state)
{
	struct amd_rules slow = amd_rules_default;

	(void)state;
	slow.after_greeting_ms = 3000;
	assert_int_equal(amd_of(&slow, STR("..........vvvvvvvvvv..........")).verdict, AMD_UNSURE);
	assert_int_equal(amd_of(&amd_rules_default, (str){0}).verdict, AMD_UNSURE);
	assert_int_equal(amd_of(&amd_rules_default, STR("s")).reason, AMD_BY_SIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_person_says_a_word_and_waits),
	        cmocka_unit_test(a_machine_speaks_on),
	        cmocka_unit_test(the_tones_of_the_network),
	        cmocka_unit_test(a_beep_is_a_machine),
	        cmocka_unit_test(what_only_sounds_like_a_tone),
	        cmocka_unit_test(who_is_not_known_is_a_person),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
