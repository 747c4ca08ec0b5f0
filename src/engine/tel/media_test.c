/* SPDX-License-Identifier: GPL-3.0-or-later */
/* media_test.c - packets out of order, lost, late and twice; keys; codecs; the gate; checks of ICE. */
#include "engine/audio/goertzel.h"
#include "engine/tel/bridge.h"
#include "engine/tel/codec.h"
#include "engine/tel/dtmf.h"
#include "engine/tel/ice.h"
#include "engine/tel/jitter.h"
#include "engine/tel/relay.h"
#include "engine/tel/tone.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void put(struct tel_jitter *j, uint16_t seq)
{
	struct mbuf *mb = mbuf_alloc(2);

	mbuf_write_u16(mb, seq);
	mb->pos = 0;
	tel_jitter_put(j, seq, mb);
	mem_deref(mb);
}

/* The seq of the next packet, -1 lost, -2 nothing. */
static int get(struct tel_jitter *j)
{
	struct mbuf *mb = NULL;
	int seq = -2;

	switch (tel_jitter_get(j, &mb)) {
	case TEL_JITTER_EMPTY: break;
	case TEL_JITTER_LOST: seq = -1; break;
	case TEL_JITTER_PACKET:
		seq = mbuf_read_u16(mb);
		mem_deref(mb);
		break;
	}
	return seq;
}

static void packets_come_out_in_order(void **state)
{
	struct tel_jitter j = {0};

	(void)state;
	assert_int_equal(get(&j), -2);
	put(&j, 65534); /* wraps around */
	put(&j, 0);
	put(&j, 65535);
	put(&j, 65535);
	assert_int_equal(get(&j), 65534);
	assert_int_equal(get(&j), 65535);
	assert_int_equal(get(&j), 0);
	assert_int_equal(get(&j), -2);
	tel_jitter_reset(&j);
}

static void a_lost_packet_is_a_gap_and_a_late_one_deepens(void **state)
{
	struct tel_jitter j = {0};
	int target;

	(void)state;
	for (int i = 0; i < 3; i++)
		put(&j, (uint16_t)(10 + i));
	assert_int_equal(get(&j), 10);
	put(&j, 14);
	put(&j, 15);
	assert_int_equal(get(&j), 11);
	assert_int_equal(get(&j), 12);
	assert_int_equal(get(&j), -1);
	target = j.target;
	put(&j, 13);
	assert_int_equal(j.target, target + 1);
	assert_int_equal(j.n_late, 1);
	assert_int_equal(j.n_lost, 1);
	tel_jitter_reset(&j);
}

static void another_source_begins_anew(void **state)
{
	struct tel_jitter j = {0};

	(void)state;
	put(&j, 100);
	put(&j, 101);
	put(&j, 30000);
	put(&j, 30001);
	assert_int_equal(get(&j), 30000);
	tel_jitter_reset(&j);
}

static void a_fast_clock_is_followed(void **state)
{
	struct tel_jitter j = {0};
	uint16_t seq = 0;
	int deepest = 0;

	(void)state;
	for (int i = 0; i < 5; i++)
		put(&j, seq++);
	for (int tick = 0; tick < 5000; tick++) {
		put(&j, seq++);
		if (tick % 400 == 0) /* 0.25 % too fast */
			put(&j, seq++);
		get(&j);
		if (tick > 3000 && j.held > deepest)
			deepest = j.held;
	}
	assert_true(deepest <= 6);
	tel_jitter_reset(&j);
}

static void a_burst_is_not_carried_along(void **state)
{
	struct tel_jitter j = {0};
	uint16_t seq = 0;

	(void)state;
	for (int i = 0; i < 40; i++) /* the network stood still for 0.8 s */
		put(&j, seq++);
	for (int tick = 0; tick < 60; tick++) {
		put(&j, seq++);
		assert_true(get(&j) >= 0);
	}
	assert_true(j.held <= TEL_JITTER_LEAST + 1);
	for (int i = 0; i < 40; i++)
		put(&j, seq++);
	for (int tick = 0; tick < 40; tick++) /* it was us who stood still, and we make up for it: nothing is dropped */
		assert_true(get(&j) >= 0);
	tel_jitter_reset(&j);
}

static void a_modem_misses_nothing(void **state)
{
	struct tel_jitter j = {.steady = true};
	uint16_t seq = 0;
	int next = 0;

	(void)state;
	tel_jitter_reset(&j);
	for (int i = 0; i < 40; i++) /* deep from the start, and for ever */
		put(&j, seq++);
	for (int tick = 0; tick < 2000; tick++) {
		put(&j, seq++);
		assert_int_equal(get(&j), next++);
	}
	assert_int_equal(j.held, 40);
	tel_jitter_reset(&j);
	assert_true(j.steady);
	for (int i = 0; i < TEL_JITTER_STEADY - 1; i++)
		put(&j, (uint16_t)i);
	assert_int_equal(get(&j), -2);
	put(&j, TEL_JITTER_STEADY - 1);
	for (int i = 0; i < TEL_JITTER_STEADY - 1; i++)
		assert_int_equal(get(&j), i);
	put(&j, 0); /* one that comes too late puts no silence in */
	assert_int_equal(get(&j), TEL_JITTER_STEADY - 1);
	tel_jitter_reset(&j);
}

static void keys_are_sent_as_the_rfc_has_it(void **state)
{
	struct tel_dtmf_out out = {0};
	struct tel_dtmf_in in = {0};
	struct tel_dtmf_step step;
	int packets = 0, ends = 0, read = 0;
	char seen[8] = {0};

	(void)state;
	assert_int_equal(tel_dtmf_queue(&out, "1x", 2), EINVAL);
	assert_int_equal(tel_dtmf_queue(&out, "1#", 2), 0);
	for (uint32_t ts = 0; ts < 40 * 160; ts += 160) {
		tel_dtmf_step(&out, ts, 160, &step);
		if (!step.digit || !step.tone)
			continue;
		packets++;
		ends += step.payload[1] >> 7;
		char c = tel_dtmf_read(&in, step.ts, step.payload, sizeof(step.payload));
		if (c)
			seen[read++] = c;
	}
	assert_string_equal(seen, "1#"); /* each once, though every packet repeats it */
	assert_int_equal(packets, 16);
	assert_int_equal(ends, 6);
}

static void a_key_that_straggles_is_not_pressed_again(void **state)
{
	static const uint8_t one[] = {1, 10, 0, 160}, end_of_one[] = {1, 0x8a, 3, 32}, two[] = {2, 10, 0, 160};
	struct tel_dtmf_in in = {0};

	(void)state;
	assert_int_equal(tel_dtmf_read(&in, 0xffffff00, one, 4), '1');
	assert_int_equal(tel_dtmf_read(&in, 0xffffff00 + 1600, two, 4), '2'); /* beyond the turn of the clock */
	assert_int_equal(tel_dtmf_read(&in, 0xffffff00, end_of_one, 4), 0);
	assert_int_equal(tel_dtmf_read(&in, 0xffffff00 + 1600, two, 4), 0);
	assert_int_equal(tel_dtmf_read(&in, 0xffffff00 + 3200, one, 4), '1');
}

static void g711_passes_through_unchanged(void **state)
{
	struct tel_coder *c;
	int16_t pcm[TEL_DECODE_MAX];
	uint8_t law[TEL_FRAME], again[TEL_PACKET_MAX];

	(void)state;
	for (int codec = TEL_PCMA; codec <= TEL_PCMU; codec++) {
		assert_int_equal(tel_coder_new(&c, (enum tel_codec)codec), 0);
		for (int from = 0; from < 256; from += TEL_FRAME) {
			for (int i = 0; i < TEL_FRAME; i++)
				law[i] = (uint8_t)(from + i);
			assert_int_equal(tel_decode(c, law, TEL_FRAME, pcm), TEL_FRAME);
			assert_int_equal(tel_encode(c, pcm, again), TEL_FRAME);
			for (int i = 0; i < TEL_FRAME; i++)
				assert_true(again[i] == law[i] ||
				            (codec == TEL_PCMU && law[i] == 0x7f)); /* µ-law has two zeros */
		}
		mem_deref(c);
	}
}

static void a_voice_cut_at_its_limits_is_encoded(void **state)
{
	int16_t pcm[TEL_DECODE_MAX] = {INT16_MIN, INT16_MAX};
	uint8_t law[TEL_PACKET_MAX];
	struct tel_coder *c;

	(void)state;
	for (int codec = TEL_PCMA; codec <= TEL_PCMU; codec++) {
		assert_int_equal(tel_coder_new(&c, (enum tel_codec)codec), 0);
		assert_int_equal(tel_encode(c, pcm, law), TEL_FRAME);
		assert_int_equal(tel_decode(c, law, TEL_FRAME, pcm), TEL_FRAME);
		assert_true(pcm[0] < -32000 && pcm[1] > 32000 && pcm[0] == -pcm[1]);
		pcm[0] = INT16_MIN;
		mem_deref(c);
	}
}

static void a_tone_survives_opus(void **state)
{
	int16_t frame[TEL_FRAME], pcm[TEL_DECODE_MAX], all[50 * TEL_FRAME];
	uint8_t packet[TEL_PACKET_MAX];
	struct tel_coder *c;
	size_t n;

	(void)state;
	assert_int_equal(tel_coder_new(&c, TEL_OPUS), 0);
	for (uint64_t tick = 0; tick < 50; tick++) {
		memset(frame, 0, sizeof(frame));
		tel_tone_add(440, 8000, tick, frame);
		n = tel_encode(c, frame, packet);
		assert_true(n > 0 && n < 200);
		assert_int_equal(tel_decode(c, packet, n, pcm), TEL_FRAME);
		memcpy(all + tick * TEL_FRAME, pcm, sizeof(frame));
	}
	assert_true(audio_tone_share(all + 20 * TEL_FRAME, 30 * TEL_FRAME, 1, 440, TEL_RATE) > 0.9);
	assert_int_equal(tel_decode(c, packet, 0, pcm), 0);
	assert_int_equal(tel_decode(c, NULL, 0, pcm), TEL_FRAME); /* a lost frame is concealed */
	mem_deref(c);
}

static struct mbuf *check_message(const char *user, const char *key, bool nominates)
{
	static const uint8_t tid[STUN_TID_SIZE] = {1, 2, 3};
	struct mbuf *mb = mbuf_alloc(256);

	assert_int_equal(
	        stun_msg_encode(mb, STUN_METHOD_BINDING, STUN_CLASS_REQUEST, tid, NULL, (const uint8_t *)key, strlen(key),
	                true, 0, 2, STUN_ATTR_USERNAME, user, STUN_ATTR_USE_CAND, nominates ? &nominates : NULL),
	        0);
	mb->pos = 0;
	return mb;
}

static bool check(
        struct tel_ice *ice, struct udp_sock *us, const struct sa *src, const char *user, const char *key, bool nominates)
{
	struct mbuf *mb = check_message(user, key, nominates);
	bool changed = tel_ice_check(ice, us, src, mb);

	mem_deref(mb);
	return changed;
}

static void only_right_checks_count(void **state)
{
	struct sa local, first, second;
	struct udp_sock *us;
	struct tel_ice ice;

	(void)state;
	assert_int_equal(libre_init(), 0);
	sa_set_str(&local, "127.0.0.1", 0);
	sa_set_str(&first, "127.0.0.1", 9);
	sa_set_str(&second, "127.0.0.1", 10);
	assert_int_equal(udp_listen(&us, &local, NULL, NULL), 0);
	assert_int_equal(tel_ice_init(&ice, STR("a b")), EINVAL);
	assert_int_equal(tel_ice_init(&ice, STR("peer")), 0);
	assert_false(check(&ice, us, &first, "wrong:peer", ice.pwd, false));
	assert_false(check(&ice, us, &first, ice.username, "not the password", false));
	assert_false(tel_ice_verified(&ice, &first));
	assert_true(check(&ice, us, &first, ice.username, ice.pwd, false)); /* the first that is right */
	assert_false(check(&ice, us, &second, ice.username, ice.pwd, false));
	assert_true(tel_ice_verified(&ice, &second));
	assert_true(sa_cmp(&ice.peer, &first, SA_ALL));
	assert_true(check(&ice, us, &second, ice.username, ice.pwd, true)); /* the nominated one */
	assert_true(sa_cmp(&ice.peer, &second, SA_ALL));
	mem_deref(us);
	libre_close();
}

/* Passing on ----------------------------------------------------------------------------------------------------------- */

/* A packet of a source through the numbers: what the stream's packet has, -1 when it is not to be sent. */
static int number(struct tel_relay *r, struct tel_stream *next, uint16_t seq, uint32_t ts)
{
	return tel_relay_number(r, next, &seq, &ts, 160) ? seq : -1;
}

static void numbers_keep_the_order_and_gaps_of_the_source(void **state)
{
	struct tel_stream next = {.seq = 65534, .ts = 1000};
	struct tel_relay r = {0};

	(void)state;
	assert_int_equal(number(&r, &next, 10, 5000), 65534);
	assert_int_equal(number(&r, &next, 12, 5320), 0); /* 11 is lost or late, and its place stays free */
	assert_int_equal(number(&r, &next, 11, 5160), 65535);
	assert_int_equal(number(&r, &next, 9, 4840), -1); /* older than all that came from here */
	assert_int_equal(next.seq, 1);
	assert_int_equal(next.ts, 1000 + 480);
	tel_relay_skip(&r, &next, 13);
	assert_int_equal(number(&r, &next, 14, 5640), 1); /* a key was no loss, its time passes */
	assert_int_equal(next.ts, 1000 + 640 + 160);
	assert_int_equal(number(&r, &next, 40000, 77), 2); /* the source begins anew: the stream goes on */
	assert_int_equal(next.ts, 1800 + 160);
	assert_int_equal(number(&r, &next, 40001, 5), 3); /* its clock went back */
	assert_int_equal(next.ts, 1960 + 160);
}

/* The far end of a leg that only remembers what it got. */
struct ear {
	struct rtp_header last;
	uint8_t payload[TEL_FRAME];
	int packets;
};

static int listen_to(void *arg, struct mbuf *mb)
{
	struct ear *ear = arg;
	struct rtp_header was = ear->last;

	assert_int_equal(rtp_hdr_decode(&ear->last, mb), 0);
	assert_int_equal(mbuf_get_left(mb), TEL_FRAME);
	memcpy(ear->payload, mbuf_buf(mb), TEL_FRAME);
	if (ear->packets++) {
		assert_int_equal(ear->last.ssrc, was.ssrc);
		assert_int_equal(ear->last.seq, (uint16_t)(was.seq + 1));
		assert_true((int32_t)(ear->last.ts - was.ts) > 0);
	}
	return 0;
}

static int drop(void *arg, struct mbuf *mb)
{
	(void)arg;
	(void)mb;
	return 0;
}

static void come(struct tel_leg *l, uint8_t pt, uint32_t ssrc, uint16_t seq, uint8_t octet)
{
	struct rtp_header hdr = {.ver = RTP_VERSION, .pt = pt, .seq = seq, .ts = seq * 160u, .ssrc = ssrc};
	struct mbuf *mb = mbuf_alloc(200);

	assert_int_equal(rtp_hdr_encode(mb, &hdr), 0);
	assert_int_equal(mbuf_fill(mb, octet, TEL_FRAME), 0);
	mb->pos = 0;
	tel_leg_rtp(l, mb);
	mem_deref(mb);
}

static void speak(struct tel_leg *l, uint32_t ssrc, uint16_t seq, uint8_t octet)
{
	come(l, 8, ssrc, seq, octet);
}

static void media_tick(void)
{
	tel_leg_tick_in();
	tel_bridge_tick();
	tel_leg_tick_out();
}

static void packets_of_one_codec_go_on_at_once_and_the_stream_is_one(void **state)
{
	static const struct tel_leg_way way = {.send = listen_to, .send_rtcp = drop};
	const struct tel_leg_format format = {.codec = TEL_PCMA, .pt = 8};
	struct ear *ear[2];
	struct tel_leg *leg[2];
	struct tel_bridge *b;
	uint16_t seq = 500;

	(void)state;
	for (int i = 0; i < 2; i++) {
		ear[i] = mem_zalloc(sizeof(*ear[i]), NULL);
		assert_int_equal(tel_leg_new(&leg[i], &way, ear[i]), 0);
		assert_int_equal(tel_leg_start(leg[i], &format), 0);
	}
	assert_int_equal(tel_bridge_new(&b, leg[0], leg[1]), 0);
	media_tick(); /* silence to both: nobody spoke yet */
	assert_int_equal(ear[1]->packets, 1);
	for (int i = 0; i < 5; i++) {
		speak(leg[0], 7, seq++, (uint8_t)(0x20 + i));
		assert_int_equal(ear[1]->packets, 2 + i); /* before any tick */
		assert_int_equal(ear[1]->payload[0], 0x20 + i);
		assert_int_equal(ear[1]->payload[TEL_FRAME - 1], 0x20 + i);
		media_tick();
		assert_int_equal(ear[1]->packets, 2 + i); /* and not again */
	}
	assert_int_equal(tel_leg_in(leg[0])[0], g711_alaw2pcm(0x23)); /* the recorder's frame, a jitter buffer later */
	tel_bridge_mute(b, true);
	speak(leg[0], 7, seq++, 0x30);
	media_tick();
	assert_int_equal(ear[1]->packets, 7);
	assert_int_equal(ear[1]->payload[0], 0xd5); /* silence */
	speak(leg[1], 9, 100, 0x44);
	assert_int_equal(ear[0]->payload[0], 0x44); /* the other way is open */
	tel_bridge_mute(b, false);
	speak(leg[0], 7, seq++, 0x31);
	assert_int_equal(ear[1]->payload[0], 0x31);
	tel_bridge_hold(b, true);
	media_tick();
	assert_int_equal(ear[1]->packets, 9); /* music */
	tel_bridge_hold(b, false);
	speak(leg[0], 12345, 9000, 0x32); /* another source behind the same address */
	assert_int_equal(ear[1]->payload[0], 0x32);
	assert_int_equal(ear[1]->packets, 10);
	mem_deref(leg[0]); /* the bridge holds it still */
	mem_deref(b);
	speak(leg[1], 9, 101, 0x45); /* nobody to pass it on to */
	mem_deref(leg[1]);
	for (int i = 0; i < 2; i++)
		mem_deref(ear[i]);
}

/* A voice, a packet each tick, each by another octet: how many behind is it heard? */
static int behind(struct tel_leg *l, uint16_t *seq, int ticks)
{
	int n = -1;

	for (int i = 0; i < ticks; i++, (*seq)++) {
		speak(l, 7, *seq, (uint8_t)(*seq & 0x7f));
		media_tick();
		n = -1;
		for (int k = 0; k < 20 && n < 0; k++)
			if (tel_leg_in(l)[0] == g711_alaw2pcm((uint8_t)((*seq - k) & 0x7f)))
				n = k;
	}
	return n;
}

static void keys_and_pauses_cost_no_delay(void **state)
{
	static const struct tel_leg_way way = {.send = drop, .send_rtcp = drop};
	const struct tel_leg_format format = {.codec = TEL_PCMA, .pt = 8, .event_pt = 101, .event_clock = 8000};
	struct tel_leg *l;
	uint16_t seq = 65500;

	(void)state;
	assert_int_equal(tel_leg_new(&l, &way, NULL), 0);
	assert_int_equal(tel_leg_start(l, &format), 0);
	assert_int_equal(behind(l, &seq, 20), 1);
	for (int key = 0; key < 4; key++) {
		for (int i = 0; i < 8; i++) { /* in place of its voice */
			come(l, 101, 7, seq++, 0);
			media_tick();
		}
		assert_int_equal(behind(l, &seq, 10), 1);
	}
	for (int key = 0; key < 4; key++) { /* beside its voice */
		come(l, 101, 7, seq++, 0);
		assert_int_equal(behind(l, &seq, 2), 1);
	}
	for (int pause = 0; pause < 4; pause++) {
		come(l, 13, 7, seq++, 60);
		for (int i = 0; i < 30; i++)
			media_tick();
		assert_int_equal(behind(l, &seq, 10), 1);
	}
	mem_deref(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(packets_come_out_in_order),
	        cmocka_unit_test(a_lost_packet_is_a_gap_and_a_late_one_deepens),
	        cmocka_unit_test(another_source_begins_anew),
	        cmocka_unit_test(a_fast_clock_is_followed),
	        cmocka_unit_test(a_burst_is_not_carried_along),
	        cmocka_unit_test(a_modem_misses_nothing),
	        cmocka_unit_test(keys_are_sent_as_the_rfc_has_it),
	        cmocka_unit_test(a_key_that_straggles_is_not_pressed_again),
	        cmocka_unit_test(g711_passes_through_unchanged),
	        cmocka_unit_test(a_voice_cut_at_its_limits_is_encoded),
	        cmocka_unit_test(a_tone_survives_opus),
	        cmocka_unit_test(only_right_checks_count),
	        cmocka_unit_test(numbers_keep_the_order_and_gaps_of_the_source),
	        cmocka_unit_test(keys_and_pauses_cost_no_delay),
	        cmocka_unit_test(packets_of_one_codec_go_on_at_once_and_the_stream_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
