/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys_test.c - keys of every kind through A-law and noise, as short and as uneven as Q.24 lets them be; and what is no key: tones of exchanges,
 * single tones, minutes of speech in both languages. */
#include "engine/audio/keys.h"
#include "engine/audio/voice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SAMPLES = 70 * KEYS_RATE };
static int16_t pcm[SAMPLES];
static size_t at;
static unsigned seed = 7;

static double hiss(void)
{
	seed = seed * 1103515245u + 12345u;
	return (double)(int)(seed >> 16 & 255) - 128;
}

/* Two tones and a noise; hz 0: none. */
static void sound(int ms, double hz_a, double a, double hz_b, double b, double noise)
{
	for (size_t i = 0, n = (size_t)ms * KEYS_RATE / 1000; i < n && at < SAMPLES; i++, at++) {
		double t = (double)at / KEYS_RATE,
		       v = a * sin(2 * M_PI * hz_a * t) + b * sin(2 * M_PI * hz_b * t) + noise * hiss() / 128;
		pcm[at] = (int16_t)(v / 16) * 16; /* about as coarse as A-law of that loudness */
	}
}

/* All keys told of what was made, from an offset in samples on. */
static const char *told(size_t offset)
{
	static char z[256];
	struct keys_ear e = {0};
	size_t n = 0;

	for (size_t i = offset; i + KEYS_FRAME <= at; i += KEYS_FRAME) {
		char c = keys_hear(&e, pcm + i);
		if (c && n < sizeof(z) - 1)
			z[n++] = c;
	}
	z[n] = 0;
	at = 0;
	return z;
}

static const char all[] = "123A456B789C*0#D";
static const double rows[] = {697, 770, 852, 941}, columns[] = {1209, 1336, 1477, 1633};

/* All keys, each as long, with a pause as long. */
static void press(int on_ms, int off_ms, double low, double high, double off_hz, double noise)
{
	for (int i = 0; i < 16; i++) {
		sound(off_ms, 0, 0, 0, 0, noise);
		sound(on_ms, rows[i / 4] * off_hz, low, columns[i % 4] * off_hz, high, noise);
	}
	sound(100, 0, 0, 0, 0, noise);
}

static void test_keys(void **state)
{
	(void)state;
	for (size_t offset = 0; offset < KEYS_FRAME; offset += 13) { /* frames and keys do not begin together */
		press(80, 80, 5000, 6000, 1, 0);
		assert_string_equal(told(offset), all);
		press(40, 40, 5000, 6000, 1, 0);
		assert_string_equal(told(offset), all);
		press(60, 40, 3000, 3000, 1, 500); /* 15 dB above a hiss */
		assert_string_equal(told(offset), all);
		press(60, 60, 8000, 3200, 1, 0); /* 8 dB */
		assert_string_equal(told(offset), all);
		press(60, 60, 3800, 6000, 1, 0); /* 4 dB the other way */
		assert_string_equal(told(offset), all);
		press(60, 60, 4000, 4000, 1.01, 0);
		assert_string_equal(told(offset), all);
		press(60, 60, 300, 300, 1, 0); /* far away */
		assert_string_equal(told(offset), all);
	}
	sound(4000, 770, 5000, 1336, 5000, 0); /* held for long: once */
	assert_string_equal(told(0), "5");
	for (int i = 0; i < 3; i++) {
		sound(100, 941, 5000, 1336, 5000, 0);
		sound(50, 0, 0, 0, 0, 0);
	}
	assert_string_equal(told(0), "000");
	sound(100, 770, 5000, 1336, 5000, 0); /* a packet of it is lost */
	sound(20, 0, 0, 0, 0, 0);
	sound(100, 770, 5000, 1336, 5000, 0);
	assert_string_equal(told(0), "5");
}

static void test_no_keys(void **state)
{
	(void)state;
	sound(3000, 425, 8000, 0, 0, 0);
	sound(1000, 1400, 8000, 0, 0, 0);
	sound(300, 950, 8000, 0, 0, 0);
	sound(300, 1800, 8000, 0, 0, 0);
	sound(2000, 697, 8000, 0, 0, 0);
	sound(2000, 1336, 8000, 0, 0, 0);
	sound(2000, 0, 0, 0, 0, 8000);
	sound(2000, 350, 5000, 440, 5000, 0);
	sound(2000, 697, 5000, 770, 5000, 0);
	sound(2000, 697 * 1.035, 5000, 1209 * 1.035, 5000, 0); /* 3.5 % beside: no key (Q.24) */
	sound(15, 770, 5000, 1336, 5000, 0);
	sound(100, 0, 0, 0, 0, 0);
	assert_string_equal(told(0), "");
}

static void test_speech(void **state)
{
	static const char *const said[][2] = {
	        {"ru", "Здравствуйте! Компания «Масла Поволжья», меня зовут Анна. Удобно ли вам сейчас говорить? Мы поставляем моторное масло со склада в вашем городе, "
	               "доставка на следующий день, цена закрепляется на квартал. Скажите, пожалуйста, кто у вас отвечает за закупки? Иванов Пётр Сергеевич, "
	               "добавочный двести пятнадцать. Семь тысяч восемьсот сорок три рубля. О, а у вас есть эти и те? Ууу, нет, ааа, ну ладно, иии, эээ. Раз, два, три, "
	               "четыре, пять, шесть, семь, восемь, девять, десять. Спасибо, до свидания! Алло, алло, вы меня слышите?"},
	        {"en", "Good morning! This is Anna of Volga Oils. Do you have a minute to talk? We deliver motor oil from a store in your town on the next day, "
	               "and the price stays for a quarter. Who decides about purchases in your company, please? One, two, three, four, five, six, seven, eight, "
	               "nine, ten. Ooh, aah, well, yes, no, who, how, why, you, see you, two too. Thank you, good bye! Hello, hello, can you hear me?"},
	};

	(void)state;
	if (!voice_open())
		skip();
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		struct sound s = {0};
		assert_true(voice_take(said[i][0]));
		assert_int_equal(voice_speak((str){said[i][1], strlen(said[i][1])}, &s), 0);
		assert_true(s.n > 10 * KEYS_RATE && s.n < SAMPLES);
		memcpy(pcm, s.pcm, s.n * sizeof(*pcm));
		at = s.n;
		assert_string_equal(told(0), "");
		sound_free(&s);
	}
	voice_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_keys), cmocka_unit_test(test_no_keys), cmocka_unit_test(test_speech)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
