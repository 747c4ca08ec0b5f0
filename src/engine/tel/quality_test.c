/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quality_test.c - packets counted, reports there and back between two ends, what the E-model says of them, and what is played for what is
 * missing. */
#include "engine/tel/codec.h"
#include "engine/tel/conceal.h"
#include "engine/tel/leg.h"
#include "engine/tel/quality.h"
#include "engine/tel/re.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* A stream of 20 ms packets of 8 kHz from seq on, every drop-th lost; each arrives jitter_us later than the one before, then in time again. */
static void stream(struct tel_reception *r, uint16_t seq, int n, int drop, int64_t jitter_us)
{
	for (int i = 0; i < n; i++)
		if (!drop || i % drop != drop - 1)
			tel_reception_take(
			        r, (uint16_t)(seq + i), (uint32_t)i * 160, 1000000 + i * 20000 + (i & 1) * jitter_us, 8000);
}

static void losses_are_counted_over_wraps_and_sources(void **state)
{
	struct tel_reception r = {0};

	(void)state;
	assert_int_equal(tel_reception_expected(&r), 0);
	stream(&r, 65500, 1001, 10, 0);
	assert_int_equal(tel_reception_expected(&r), 1001);
	assert_int_equal(tel_reception_came(&r), 901);
	tel_reception_source(&r);
	stream(&r, 7, 100, 0, 0);
	assert_int_equal(tel_reception_expected(&r), 1101);
	assert_int_equal(tel_reception_came(&r), 1001);
	tel_reception_pass(&r, 30000); /* it jumps under the same name */
	assert_int_equal(tel_reception_expected(&r), 1102);
	tel_reception_pass(&r, 29998); /* before the first */
	tel_reception_pass(&r, 29999);
	assert_int_equal(tel_reception_expected(&r), 1104);
	assert_int_equal(tel_reception_came(&r), 1004);
}

static void jitter_is_that_of_the_rfc(void **state)
{
	struct tel_reception even = {0}, uneven = {0}, reset = {0};

	(void)state;
	stream(&even, 1, 500, 0, 0);
	assert_int_equal(even.jitter >> 4, 0);
	stream(&uneven, 1, 500, 0, 10000);
	assert_in_range(uneven.jitter >> 4, 75, 81); /* 10 ms are 80 units */
	stream(&reset, 1, 10, 0, 0);
	tel_reception_take(&reset, 11, 4000000000u, 1200000, 8000); /* its clock jumps: nothing of the network */
	assert_int_equal(reset.jitter >> 4, 0);
}

static void reports_go_there_and_back(void **state)
{
	enum { UTC = 1774000000 };
	const int64_t utc = (int64_t)UTC * 1000;
	struct tel_quality a = {0}, b = {0};
	struct tel_rtcp_out out_a = {.ssrc = 0xa, .sender = true, .ts = 5, .packets = 100, .octets = 16000},
	                    out_b = {.ssrc = 0xb};
	uint8_t p[TEL_RTCP_MAX];
	size_t n;

	(void)state;
	stream(&b.rx, 100, 100, 4, 0);
	n = tel_quality_write(&a, &out_a, 0, utc, 1000000, p);
	assert_int_equal(n % 4, 0);
	assert_int_equal(p[1], 200);
	assert_true(tel_quality_read(&b, p, n, 0xb, utc + 30, 2030000));
	assert_false(b.far_known); /* nobody heard b yet */
	n = tel_quality_write(&b, &out_b, 0xa, utc + 1030, 3030000, p);
	assert_int_equal(p[1], 201);
	assert_true(tel_quality_read(&a, p, n, 0xa, utc + 1080, 2080000)); /* 30 ms there, 50 back, a second between */
	assert_true(a.far_known);
	assert_int_equal(a.far_lost, 24); /* the last one is not missed yet */
	assert_in_range(a.rtt_us, 78000, 82000);
	a.rtt_us = 0;
	assert_true(tel_quality_read(&a, p, n, 0xa, utc + 20000000, 2080000)); /* an old one told again */
	assert_int_equal(a.rtt_us, 0);
	a.sent_middle = a.sent_before = 1;
	assert_true(tel_quality_read(&a, p, n, 0xa, utc + 1080, 2080000)); /* an answer to what we never sent */
	assert_int_equal(a.rtt_us, 0);
	n = tel_quality_write(&b, &out_b, 0xa, utc + 2000, 4000000, p);
	assert_true(tel_quality_read(&a, p, n, 0xa, utc + 2030, 4030000));
	assert_int_equal(p[12], 0); /* nothing lost since the report before */
}

static void lies_about_lengths_are_not_followed(void **state)
{
	static const uint8_t sr[] = {0x81, 200, 0, 12, 0, 0, 0, 9}, many[] = {0x9f, 201, 0, 1, 0, 0, 0, 9},
	                     version[] = {0x41, 201, 0, 1, 0, 0, 0, 9}, bye[] = {0x81, 203, 0, 1, 0, 0, 0, 9};
	struct tel_rtcp_in in = {0};

	(void)state;
	assert_false(tel_rtcp_read(sr, sizeof(sr), 9, &in));    /* says 52 octets, has 8 */
	assert_true(tel_rtcp_read(many, sizeof(many), 9, &in)); /* says 31 blocks, has none */
	assert_false(in.has_block);
	assert_false(tel_rtcp_read(version, sizeof(version), 9, &in));
	assert_false(tel_rtcp_read(sr, 3, 9, &in));
	assert_true(tel_rtcp_read(bye, sizeof(bye), 9, &in));
}

/* Cole and Rosenbluth, figures 1 and 4; G.107 annex B. */
static void the_model_agrees_with_its_papers(void **state)
{
	(void)state;
	assert_true(fabs(tel_mos(0, 0) - 4.41) < 0.02);
	assert_true(fabs(tel_mos(0, 150) - 4.33) < 0.03);
	assert_true(fabs(tel_mos(0, 400) - 3.05) < 0.05);
	assert_true(fabs(tel_mos(0.05, 50) - 3.85) < 0.1);
	assert_true(tel_mos(0.2, 50) < 2.7);
	assert_true(tel_mos(1, 3000) >= 1);
	for (int i = 1; i < 100; i++)
		assert_true(tel_mos(i / 100.0, 50) <= tel_mos((i - 1) / 100.0, 50));
}

static void a_stretch_is_between_two_moments(void **state)
{
	const struct tel_leg_figures from = {.expected = 1000, .came = 900, .sent = 50}, to = {.expected = 2000,
	                                                                                         .came = 1900,
	                                                                                         .late = 10,
	                                                                                         .sent = 1050,
	                                                                                         .far_known = true,
	                                                                                         .far_lost = 50,
	                                                                                         .rtt_ms = 40};
	struct tel_sound s;

	(void)state;
	tel_sound_of(&from, &to, &s);
	assert_int_equal(s.came, 1000);
	assert_int_equal(s.lost, 0); /* what was lost before is not ours */
	assert_true(s.mos > 4.2);
	assert_true(s.far_mos > 3.6 && s.far_mos < 4.0);
	tel_sound_of(&to, &to, &s);
	assert_true(s.mos == 0 && s.far_mos == 0);
}

static void voice(int16_t *pcm, size_t at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double s = (double)(at + i) / TEL_RATE;
		pcm[i] = (int16_t)(5000 * sin(2 * M_PI * 140 * s) + 2500 * sin(2 * M_PI * 280 * s) +
		                   1000 * sin(2 * M_PI * 840 * s));
	}
}

/* A frame in the middle of a voice goes on as it would have, and comes back without a click. */
static void a_lost_frame_goes_on_with_the_voice(void **state)
{
	int16_t true_pcm[TEL_FRAME], made[TEL_FRAME], pcm[TEL_FRAME];
	struct tel_conceal c = {0};
	double error = 0, power = 0;

	(void)state;
	for (size_t k = 0; k < 5; k++) {
		voice(pcm, k * TEL_FRAME, TEL_FRAME);
		tel_conceal_good(&c, pcm, TEL_FRAME);
	}
	tel_conceal_lost(&c, made, TEL_FRAME);
	voice(true_pcm, 5 * TEL_FRAME, TEL_FRAME);
	for (size_t i = 0; i < TEL_FRAME; i++) {
		error += pow(made[i] - true_pcm[i], 2);
		power += pow(true_pcm[i], 2);
	}
	assert_true(error < 0.1 * power);
	voice(pcm, 6 * TEL_FRAME, TEL_FRAME);
	tel_conceal_good(&c, pcm, TEL_FRAME);
	assert_true(abs(pcm[0] - made[TEL_FRAME - 1]) < 3000);
	voice(true_pcm, 6 * TEL_FRAME, TEL_FRAME);
	assert_memory_equal(pcm + 40, true_pcm + 40, (TEL_FRAME - 40) * sizeof(*pcm)); /* untouched after 4 ms */
	for (int k = 0; k < 4; k++)
		tel_conceal_lost(&c, made, TEL_FRAME);
	assert_int_equal(made[TEL_FRAME - 1], 0); /* gone after 60 ms */
}

static void a_silent_line_is_not_a_dead_one(void **state)
{
	struct tel_comfort c = {0};
	int16_t pcm[TEL_FRAME];

	(void)state;
	tel_comfort_fill(&c, pcm, TEL_FRAME);
	assert_true(fabs(tel_level_db(pcm, TEL_FRAME) + 65) < 2);
	for (int i = 0; i < 100; i++)
		tel_comfort_hear(&c, i % 2 ? -20 : -60); /* a voice over a line of -60 */
	tel_comfort_fill(&c, pcm, TEL_FRAME);
	assert_true(fabs(tel_level_db(pcm, TEL_FRAME) + 60) < 2);
	tel_comfort_told(&c, 55);
	tel_comfort_fill(&c, pcm, TEL_FRAME);
	assert_true(fabs(tel_level_db(pcm, TEL_FRAME) + 55) < 2);
	tel_comfort_told(&c, 3); /* nobody is made to listen to noise at full strength */
	tel_comfort_fill(&c, pcm, TEL_FRAME);
	assert_true(tel_level_db(pcm, TEL_FRAME) < -48);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(losses_are_counted_over_wraps_and_sources),
	        cmocka_unit_test(jitter_is_that_of_the_rfc),
	        cmocka_unit_test(reports_go_there_and_back),
	        cmocka_unit_test(lies_about_lengths_are_not_followed),
	        cmocka_unit_test(the_model_agrees_with_its_papers),
	        cmocka_unit_test(a_stretch_is_between_two_moments),
	        cmocka_unit_test(a_lost_frame_goes_on_with_the_voice),
	        cmocka_unit_test(a_silent_line_is_not_a_dead_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
