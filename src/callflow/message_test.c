/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "callflow/message.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static int decode(struct arena *a, const char *doc, bool from_tel, struct message *m)
{
	struct fault f = {0};

	return message_decode(str_of(doc), from_tel, a, m, &f);
}

/* What each kind says of itself when it is empty but for what it must have is read back as the same text. */
static void every_kind_comes_back(void **state)
{
	struct arena a = {0};

	(void)state;
	for (enum message_kind k = CMD_HELLO; k <= EV_REFUSED; k++) {
		struct message m = {.kind = k, .call = STR("9b2e"), .sdp = STR("v=0\r\n"), .at = 5, .seq = 7}, back;
		struct text t = {.a = &a}, again = {.a = &a};
		struct fault f = {0};
		assert_int_equal(message_encode(&m, &t, &f), 0);
		assert_int_equal(message_decode(text_str(&t), message_from_tel(k), &a, &back, &f), 0);
		assert_int_equal(back.kind, k);
		assert_int_equal(message_encode(&back, &again, &f), 0);
		assert_true(str_eq(text_str(&t), text_str(&again)));
		arena_reset(&a);
	}
	arena_free(&a);
}

static void lists_and_words(void **state)
{
	struct arena a = {0};
	struct message row = {.kind = ROW_CALL, .call = STR("\"u-1\""), .call_state = CALL_CONNECTED, .operator_id = 4};
	struct message m = {.kind = EV_HELLO, .boot = STR("b"), .calls = {&row, 1}, .last_seq = 9}, back;
	struct text t = {.a = &a};

	(void)state;
	assert_int_equal(message_encode(&m, &t, NULL), 0);
	assert_int_equal(message_decode(text_str(&t), true, &a, &back, NULL), 0);
	assert_int_equal(back.calls.n, 1);
	assert_int_equal(back.calls.rows[0].call_state, CALL_CONNECTED);
	assert_true(str_eq(back.calls.rows[0].call, STR("\"u-1\"")));
	assert_int_equal(back.last_seq, 9);
	assert_int_equal(back.operators.n, 0);
	arena_free(&a);
}

static void bad_messages_are_refused(void **state)
{
	static const char *const bad[] = {"", "[]", "{}", "{\"kind\":\"nonsense\"}", "{\"kind\":\"ack\",\"boot\":\"b\"}",
	        "{\"kind\":\"ack\",\"boot\":\"b\",\"seq\":1,\"more\":2}", "{\"kind\":\"ack\",\"boot\":\"b\",\"seq\":\"1\"}",
	        "{\"kind\":\"ack\",\"boot\":5,\"seq\":1}", "{\"kind\":\"ack\",\"boot\":\"b\",\"seq\":-2}",
	        "{\"kind\":\"hangup\",\"call\":\"c\",\"by\":\"nobody\"}",
	        "{\"kind\":\"dtmf\",\"call\":\"0123456789012345678901234567890123456789\",\"digits\":\"1\"}",
	        "{\"kind\":\"trunks\",\"rows\":{}}", "{\"kind\":\"trunks\",\"rows\":[{\"trunk\":1}]}",
	        "{\"kind\":\"call\",\"call\":\"c\"}"};
	struct arena a = {0};
	struct message m;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_not_equal(decode(&a, bad[i], false, &m), 0);
	assert_int_equal(decode(&a, "{\"kind\":\"ack\",\"boot\":\"b\",\"seq\":1}", false, &m), 0);
	assert_int_not_equal(decode(&a, "{\"kind\":\"ack\",\"boot\":\"b\",\"seq\":1}", true, &m), 0);
	arena_free(&a);
}

/* Frames come in pieces of any size; a length past the bound is refused before it is read. */
static void frames_in_pieces(void **state)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	struct frames s;
	size_t at = 0, got = 0, room;
	str doc;

	(void)state;
	for (int64_t i = 1; i <= 50; i++)
		assert_int_equal(message_frame(&(struct message){.kind = CMD_ACK, .boot = STR("b"), .seq = i}, &t, NULL), 0);
	frames_init(&s, &a);
	while (at < t.n) {
		char *p = frames_room(&s, &room);
		size_t n = at % 7 + 1 < t.n - at ? at % 7 + 1 : t.n - at;
		memcpy(p, t.p + at, n);
		frames_add(&s, n);
		at += n;
		while (!frames_next(&s, &doc)) {
			struct message m;
			assert_int_equal(message_decode(doc, false, &a, &m, NULL), 0);
			assert_int_equal(m.seq, ++got);
		}
	}
	assert_int_equal(got, 50);
	memcpy(frames_room(&s, &room), "\x7f\xff\xff\xff", 4);
	frames_add(&s, 4);
	assert_int_equal(frames_next(&s, &doc), EMSGSIZE);
	arena_free(&a);
}

/* Whatever a far side says, an event is one that app reads. */
static void what_is_too_much_is_cut(void **state)
{
	char digits[60], name[6000];
	struct arena a = {0};
	struct message in = {
	        .kind = EV_CALL_IN, .boot = STR("b"), .seq = 1, .call = STR("c"), .from = {digits, sizeof(digits)}};
	struct message dialog = {
	        .kind = EV_DIALOG, .boot = STR("b"), .seq = 2, .call = STR("c"), .dialog = {name, sizeof(name)}};
	struct message call = {
	        .kind = EV_CALL, .boot = STR("b"), .seq = 3, .call = STR("c"), .sip_code = 4000, .wait_ms = -7};
	const struct message *all[] = {&in, &dialog, &call};
	struct message back[COUNT(all)];

	(void)state;
	memset(digits, '7', sizeof(digits));
	memset(name, 0xcf, sizeof(name)); /* «П» of windows-1251 */
	for (size_t i = 0; i < COUNT(all); i++) {
		struct text t = {.a = &a};
		assert_int_equal(message_encode(all[i], &t, NULL), 0);
		assert_int_equal(message_decode(text_str(&t), true, &a, back + i, NULL), 0);
	}
	assert_int_equal(back[0].from.n, 40);
	assert_true(back[1].dialog.n <= 4000);
	assert_int_equal(back[2].sip_code, 999);
	assert_int_equal(back[2].wait_ms, -1);
	arena_free(&a);
}

static void what_cannot_be_read_is_noted_by_its_number(void **state)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	struct message m, again;

	(void)state;
	assert_true(
	        message_unread(STR("{\"kind\":\"later\",\"boot\":\"b\",\"seq\":9,\"at\":5,\"more\":[]}"), "why", &a, &m));
	assert_int_equal(m.kind, EV_UNREAD);
	assert_int_equal(m.seq, 9);
	assert_true(message_kept(m.kind));
	assert_int_equal(message_encode(&m, &t, NULL), 0);
	assert_int_equal(message_decode(text_str(&t), true, &a, &again, NULL), 0);
	assert_true(str_eq(again.text, STR("why")));
	assert_false(message_unread(STR("{\"kind\":\"figures\",\"boot\":\"b\"}"), "why", &a, &m));
	assert_false(message_unread(STR("[1]"), "why", &a, &m));
	assert_false(message_unread(STR("{"), "why", &a, &m));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_kind_comes_back),
	        cmocka_unit_test(lists_and_words),
	        cmocka_unit_test(bad_messages_are_refused),
	        cmocka_unit_test(frames_in_pieces),
	        cmocka_unit_test(what_is_too_much_is_cut),
	        cmocka_unit_test(what_cannot_be_read_is_noted_by_its_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
