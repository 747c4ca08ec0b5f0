/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp_test.c - descriptions of Chromium, Firefox and carriers, and ones that are none. */
#include "engine/tel/sdp.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PRINT "3A:2F:19:DA:ED:7A:C1:70:62:88:2A:D1:01:27:C0:C2:2C:EA:AF:F3:3C:38:8C:42:B6:B3:3A:95:09:AC:31:0B"
static const char chromium[] =
        "v=0\r\no=- 6287494887215703395 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n"
        "a=ice-ufrag:6Xj5\r\na=ice-pwd:BYZeWOPYS54vinCAsD7PYDRr\r\na=fingerprint:sha-256 " PRINT "\r\n"
        "a=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
        "a=rtpmap:63 red/48000/2\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
        "a=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\n";
/* Fingerprint, setup and ICE at the level of the session, a video line after it. */
static const char firefox[] =
        "v=0\r\no=mozilla 1 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=sendrecv\r\na=fingerprint:sha-256 " PRINT "\r\n"
        "a=setup:actpass\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
        "a=mid:0\r\na=rtpmap:96 VP8/90000\r\nm=audio 9 UDP/TLS/RTP/SAVPF 109 8 101\r\nc=IN IP4 0.0.0.0\r\n"
        "a=rtpmap:109 opus/48000/2\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000/1\r\na=mid:1\r\na=rtcp-mux\r\n";
/* Payload type 8 needs no rtpmap; no rtcp-mux, hold. */
static const char carrier[] =
        "v=0\no=c 1 1 IN IP4 192.0.2.9\ns=-\nc=IN IP4 192.0.2.9/127\nt=0 0\nm=audio 40000/2 RTP/AVP 18 8 96\n"
        "a=rtpmap:18 G729/8000\na=rtpmap:96 telephone-event/8000\na=fmtp:96 0-15\na=sendonly\n";

static struct tel_sdp read_ok(const char *z)
{
	struct fault f = {0};
	struct tel_sdp s;

	assert_int_equal(tel_sdp_read(str_of(z), &s, &f), 0);
	return s;
}

static bool eq(str s, const char *z)
{
	return str_eq(s, str_of(z));
}

static void a_browser_is_understood(void **state)
{
	struct tel_sdp s = read_ok(chromium);
	enum tel_codec codec;
	uint32_t clock;
	uint8_t pt;

	(void)state;
	assert_true(eq(s.ufrag, "6Xj5") && eq(s.mid, "0") && s.rtcp_mux && s.has_fingerprint);
	assert_int_equal(s.fingerprint[0], 0x3a);
	assert_int_equal(s.fingerprint[31], 0x0b);
	assert_int_equal(s.setup, TEL_SETUP_ACTPASS);
	assert_true(tel_sdp_codec(&s, &codec));
	assert_int_equal(codec, TEL_OPUS); /* the first it names that we speak */
	assert_int_equal(s.pt[TEL_PCMA], 8);
	assert_true(tel_sdp_event(&s, TEL_OPUS, &pt, &clock));
	assert_int_equal(pt, 110);
	assert_true(tel_sdp_event(&s, TEL_PCMA, &pt, &clock));
	assert_int_equal(pt, 126);
}

static void what_stands_above_counts_for_the_line(void **state)
{
	struct tel_sdp s = read_ok(firefox);

	(void)state;
	assert_true(eq(s.ufrag, "abcd") && eq(s.mid, "1") && s.has_fingerprint);
	assert_int_equal(s.line, 1);
	assert_int_equal(s.n_lines, 2);
	assert_int_equal(s.pt[TEL_OPUS], 109);
}

static void a_carrier_is_understood(void **state)
{
	struct tel_sdp s = read_ok(carrier);
	enum tel_codec codec;

	(void)state;
	assert_true(eq(s.address, "192.0.2.9"));
	assert_int_equal(s.port, 40000);
	assert_int_equal(s.way, TEL_SENDONLY);
	assert_true(tel_sdp_codec(&s, &codec));
	assert_int_equal(codec, TEL_PCMA);
	assert_int_equal(s.events[0].pt, 96);
}

static void answers_keep_the_order_of_lines(void **state)
{
	static const char *const addresses[] = {"192.0.2.1", NULL};
	struct tel_sdp s = read_ok(firefox), back;
	struct arena a = {0};
	struct text t = {.a = &a};
	struct tel_sdp_browser b = {
	        .codec = TEL_OPUS, .ufrag = "u", .pwd = "p", .fingerprint = PRINT, .port = 7, .addresses = addresses};

	(void)state;
	tel_sdp_answer_browser(&t, &s, &b);
	back = read_ok(text_z(&t));
	assert_int_equal(back.n_lines, 2);
	assert_int_equal(back.line, 1);
	assert_int_equal(back.port, 7);
	assert_int_equal(back.setup, TEL_SETUP_PASSIVE);
	assert_int_equal(back.pt[TEL_OPUS], 109);
	assert_int_equal(back.pt[TEL_PCMA], -1); /* one codec is agreed */
	assert_non_null(strstr(text_z(&t), "m=video 0 "));
	assert_non_null(strstr(text_z(&t), "a=candidate:1 1 udp 2130706431 192.0.2.1 7 typ host"));
	arena_free(&a);
}

static void hold_is_answered_by_its_other_half(void **state)
{
	struct tel_sdp s = read_ok(carrier);
	struct arena a = {0};
	struct text t = {.a = &a};

	(void)state;
	tel_sdp_answer(&t, &s, TEL_PCMA, &(struct tel_sdp_end){"192.0.2.1", 9, 1, 1, NULL});
	assert_non_null(strstr(text_z(&t), "a=recvonly"));
	arena_free(&a);
}

#define KEY "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

static void keys_are_read_and_written(void **state)
{
	struct tel_sdp s = read_ok("v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 9 RTP/SAVP 8\r\n"
	                           "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:" KEY "\r\n"
	                           "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|2^20|1:4\r\n"
	                           "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|2^20 UNENCRYPTED_SRTCP\r\n");
	struct arena a = {0};
	struct text t = {.a = &a};

	(void)state;
	assert_true(str_eq(s.srtp_key, STR("")) || !s.srtp_key.p); /* one with a key of its own name is none for us */
	s = read_ok("v=0\r\nm=audio 9 RTP/SAVP 8\r\na=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|2^31\r\n");
	assert_true(str_eq(s.srtp_key, STR(KEY)));
	tel_sdp_answer(&t, &s, TEL_PCMA, &(struct tel_sdp_end){"192.0.2.1", 9, 1, 1, KEY});
	assert_non_null(strstr(text_z(&t), "RTP/SAVP 8"));
	assert_non_null(strstr(text_z(&t), "a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:" KEY "\r\n"));
	t.n = 0;
	tel_sdp_offer(&t, &(struct tel_sdp_end){"192.0.2.1", 9, 1, 1, NULL});
	assert_null(strstr(text_z(&t), "crypto"));
	arena_free(&a);
}

static void what_is_none_is_refused(void **state)
{
	static const char *const bad[] = {"", "v=1\r\n", "v=0\r\n", "v=0\r\nm=audio\r\n", "v=0\r\nm=audio x RTP/AVP 8\r\n",
	        "v=0\r\nm=audio 70000 RTP/AVP 8\r\n", "v=0\r\nm=video 9 RTP/AVP 96\r\n",
	        "v=0\r\nm=a 1 b 1\nm=a 1 b 1\nm=a 1 b 1\nm=a 1 b 1\nm=a 1 b 1\nm=a 1 b 1\nm=a 1 b 1\nm=a 1 b 1\nm=a 1 b 1\nm=a 1 b 1\n"
	        "m=a 1 b 1\nm=a 1 b 1\nm=a 1 b 1\nm=a 1 b 1\nm=a 1 b 1\nm=a 1 b 1\nm=audio 1 b 8\n"};
	struct fault f = {0};
	struct tel_sdp s;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(tel_sdp_read(str_of(bad[i]), &s, &f), EINVAL);
		assert_string_equal(f.code, "sdp");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_browser_is_understood),
	        cmocka_unit_test(what_stands_above_counts_for_the_line),
	        cmocka_unit_test(a_carrier_is_understood),
	        cmocka_unit_test(answers_keep_the_order_of_lines),
	        cmocka_unit_test(hold_is_answered_by_its_other_half),
	        cmocka_unit_test(keys_are_read_and_written),
	        cmocka_unit_test(what_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
