/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate_test.c - each rule of the gate by a message that keeps all the others, names as they come, and who may speak. */
#include "engine/tel/gate.h"

#include "engine/tel/re.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define VIA "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
#define REST "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 1\r\nMax-Forwards: 70\r\n"
#define GOOD "OPTIONS sip:a@b SIP/2.0\r\n" VIA REST "CSeq: 1 OPTIONS\r\n"

static const struct {
	enum tel_gate_verdict verdict;
	const char *message;
} datagrams[] = {
        {TEL_GATE_OK, GOOD "\r\n"},
        {TEL_GATE_OK, GOOD "Content-Length: 2\r\n\r\nab and more"},
        {TEL_GATE_OK,
                "SIP/2.0 200 OK\r\nv: SIP/2.0/UDP a ; branch = z9hG4bK1\r\nf: a\r\nt: b\r\ni: 1\r\nCSeq: 1\r\n X\r\n\r\n"},
        {TEL_GATE_OK, "OPTIONS sip:a?b@c SIP/2.0\r\n" VIA REST "CSeq: 1 OPTIONS\r\n\r\n"},
        {TEL_GATE_CUT, GOOD},
        {TEL_GATE_LINES, GOOD "X: a\nb\r\n\r\n"},
        {TEL_GATE_LINES, GOOD "no colon\r\n\r\n"},
        {TEL_GATE_START, "GET /\r\n" VIA REST "CSeq: 1 GET\r\n\r\n"},
        {TEL_GATE_START, "OPTIONS  sip:a@b SIP/2.0\r\n" VIA REST "CSeq: 1 OPTIONS\r\n\r\n"},
        {TEL_GATE_VERSION, "OPTIONS sip:a@b SIP/7.0\r\n" VIA REST "CSeq: 1 OPTIONS\r\n\r\n"},
        {TEL_GATE_URI, "OPTIONS http://a SIP/2.0\r\n" VIA REST "CSeq: 1 OPTIONS\r\n\r\n"},
        {TEL_GATE_URI, "OPTIONS sip:a@b?Route=c SIP/2.0\r\n" VIA REST "CSeq: 1 OPTIONS\r\n\r\n"},
        {TEL_GATE_STATUS, "SIP/2.0 99 Low\r\n" VIA REST "CSeq: 1 X\r\n\r\n"},
        {TEL_GATE_STATUS, "SIP/2.0 4294967301 Big\r\n" VIA REST "CSeq: 1 X\r\n\r\n"},
        {TEL_GATE_MISSING, "OPTIONS sip:a@b SIP/2.0\r\n" REST "CSeq: 1 OPTIONS\r\n\r\n"},
        {TEL_GATE_MISSING, "OPTIONS sip:a@b SIP/2.0\r\n\r\n" VIA REST "CSeq: 1 OPTIONS\r\n\r\n"}, /* in the body */
        {TEL_GATE_TWICE, GOOD "t: <sip:e@f>\r\n\r\n"},
        {TEL_GATE_CSEQ, "OPTIONS sip:a@b SIP/2.0\r\n" VIA REST "CSeq: 1 INVITE\r\n\r\n"},
        {TEL_GATE_CSEQ, "OPTIONS sip:a@b SIP/2.0\r\n" VIA REST "CSeq: 2147483648 OPTIONS\r\n\r\n"},
        {TEL_GATE_HOPS,
                "OPTIONS sip:a@b SIP/2.0\r\n" VIA "f: a\r\nt: b\r\ni: 1\r\nMax-Forwards: 300\r\nCSeq: 1 OPTIONS\r\n\r\n"},
        {TEL_GATE_LENGTH, GOOD "Content-Length: 3\r\n\r\nab"},
        {TEL_GATE_LENGTH, GOOD "l: -1\r\n\r\n"},
        {TEL_GATE_LENGTH, GOOD "Content-Length: 4294967296\r\n\r\n"},
        {TEL_GATE_TWICE, GOOD "Content-Length: 0\r\nl: 0\r\n\r\n"},
        {TEL_GATE_BRANCH, "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK\r\n" REST "CSeq: 1 OPTIONS\r\n\r\n"},
        {TEL_GATE_QUOTES, "OPTIONS sip:a@b SIP/2.0\r\n" VIA
                          "f: \"a <sip:b>\r\nt: b\r\ni: 1\r\nMax-Forwards: 1\r\nCSeq: 1 OPTIONS\r\n\r\n"},
};

static void each_rule_refuses_its_own(void **state)
{
	struct tel_gate_message m = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(datagrams); i++) {
		enum tel_gate_verdict got = tel_gate_check(str_of(datagrams[i].message), false, &m);
		if (got != datagrams[i].verdict)
			fail_msg("%s instead of %s: %s", tel_gate_verdict_names[got],
			        tel_gate_verdict_names[datagrams[i].verdict], datagrams[i].message);
	}
	assert_int_equal(tel_gate_check(STR(GOOD "Content-Length: 2\r\n\r\nab and more"), false, &m), TEL_GATE_OK);
	assert_int_equal(m.n, sizeof(GOOD "Content-Length: 2\r\n\r\nab") - 1);
	assert_true(str_eq(m.method, STR("OPTIONS")));
}

static void a_stream_is_cut_by_its_length_only(void **state)
{
	struct tel_gate_message m = {0};

	(void)state;
	assert_int_equal(tel_gate_check(STR(GOOD "\r\n"), true, &m), TEL_GATE_MISSING);
	assert_int_equal(tel_gate_check(STR(GOOD "Content-Le"), true, &m), TEL_GATE_CUT);
	assert_int_equal(tel_gate_check(STR(GOOD "Content-Length: 9\r\n\r\nab"), true, &m), TEL_GATE_OK); /* more comes */
	assert_int_equal(tel_gate_check(STR(GOOD "Content-Length: 65535\r\n\r\n"), true, &m), TEL_GATE_SIZE);
}

static void a_redirection_has_no_contact(void **state)
{
	char z[] = "SIP/2.0 302 Moved\r\nX: m: 1\r\nContact : <sip:a@b>\r\nm: <sip:c@d>\r\n\r\nContact: body";

	(void)state;
	tel_gate_no_redirect(z, sizeof(z) - 1);
	assert_string_equal(z, "SIP/2.0 302 Moved\r\nX: m: 1\r\nxontact : <sip:a@b>\r\nx: <sip:c@d>\r\n\r\nContact: body");
}

static void names_are_made_fit_to_store(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_true(str_eq(tel_gate_name(&a, STR("\"A \\\"B\\\" \x07\x1b[2J\"")), STR("A \"B\" [2J")));
	assert_true(str_eq(tel_gate_name(&a, STR("  Иван\xff\xe2\x80\xae  ")), STR("Иван\xef\xbf\xbd")));
	assert_int_equal(tel_gate_name(&a, (str){0}).n, 0);
	arena_free(&a);
}

static void an_address_is_let_in_as_often_as_it_is_counted(void **state)
{
	struct tel_gate_message m;
	struct sa sa, other;

	(void)state;
	sa_set_str(&sa, "192.0.2.1", 5060);
	sa_set_str(&other, "192.0.2.1", 9);
	assert_int_equal(tel_gate_judge(&sa, STR(GOOD "\r\n"), &m), TEL_GATE_STRANGER);
	assert_int_equal(tel_gate_allow(&sa, TEL_GATE_IS_TRUNK), 0);
	assert_int_equal(tel_gate_allow(&sa, TEL_GATE_IS_TRUNK), 0);
	assert_int_equal(tel_gate_judge(&other, STR(GOOD "\r\n"), &m), TEL_GATE_OK); /* any port of it */
	tel_gate_forbid(&sa, TEL_GATE_IS_TRUNK);
	assert_int_equal(tel_gate_source(&sa), TEL_GATE_IS_TRUNK);
	tel_gate_forbid(&sa, TEL_GATE_IS_TRUNK);
	assert_int_equal(tel_gate_source(&sa), TEL_GATE_IS_STRANGER);
}

static void a_flood_of_one_address_ends_at_its_bound(void **state)
{
	struct tel_gate_message m;
	enum tel_gate_verdict last = TEL_GATE_OK;
	struct sa sa;
	int n = 0;

	(void)state;
	sa_set_str(&sa, "192.0.2.7", 5060);
	assert_int_equal(tel_gate_allow(&sa, TEL_GATE_IS_TRUNK), 0);
	while (n < 100000 && !last)
		n++, last = tel_gate_judge(&sa, STR(GOOD "\r\n"), &m);
	assert_int_equal(last, TEL_GATE_FLOOD);
	assert_true(n > 1000);
	assert_int_equal(tel_gate_judge(&sa, STR("SIP/2.0 200 OK\r\n" VIA REST "CSeq: 1 X\r\n\r\n"), &m), TEL_GATE_OK);
	tel_gate_forbid(&sa, TEL_GATE_IS_TRUNK);
}

static void a_phone_may_less(void **state)
{
	struct tel_gate_message m;
	struct sa sa;

	(void)state;
	sa_set_str(&sa, "192.0.2.8", 5060);
	assert_int_equal(tel_gate_allow(&sa, TEL_GATE_IS_PHONE), 0);
	assert_int_equal(tel_gate_judge(&sa, STR(GOOD "\r\n"), &m), TEL_GATE_OK);
	assert_int_equal(tel_gate_judge(&sa, STR("REFER sip:a@b SIP/2.0\r\n" VIA REST "CSeq: 1 REFER\r\n\r\n"), &m),
	        TEL_GATE_STRANGER);
	tel_gate_forbid(&sa, TEL_GATE_IS_PHONE);
}

static void a_phone_at_a_trunks_address_is_a_phone_when_the_trunk_is_gone(void **state)
{
	struct sa sa;

	(void)state;
	sa_set_str(&sa, "192.0.2.9", 5060);
	assert_int_equal(tel_gate_allow(&sa, TEL_GATE_IS_PHONE), 0);
	assert_int_equal(tel_gate_allow(&sa, TEL_GATE_IS_TRUNK), 0);
	assert_int_equal(tel_gate_source(&sa), TEL_GATE_IS_TRUNK);
	tel_gate_forbid(&sa, TEL_GATE_IS_TRUNK);
	assert_int_equal(tel_gate_source(&sa), TEL_GATE_IS_PHONE);
	tel_gate_forbid(&sa, TEL_GATE_IS_PHONE);
	assert_int_equal(tel_gate_source(&sa), TEL_GATE_IS_STRANGER);
}

static void every_phone_at_home_has_an_address(void **state)
{
	const size_t most = 2000 * 8;
	size_t n = 0;
	struct sa sa;

	(void)state;
	sa_set_in(&sa, 0x0a000000, 5060);
	for (; n < 2 * most && !tel_gate_allow(&sa, TEL_GATE_IS_PHONE); sa_set_in(&sa, 0x0a000000 + (uint32_t)n, 5060))
		n++;
	assert_true(n >= most && n < 2 * most); /* and there is an end to it, which is said */
	assert_int_equal(tel_gate_source(&sa), TEL_GATE_IS_STRANGER);
	for (size_t i = 0; i < n; i++) {
		sa_set_in(&sa, 0x0a000000 + (uint32_t)i, 5060);
		assert_int_equal(tel_gate_source(&sa), TEL_GATE_IS_PHONE);
		tel_gate_forbid(&sa, TEL_GATE_IS_PHONE);
		assert_int_equal(tel_gate_source(&sa), TEL_GATE_IS_STRANGER);
	}
	tel_gate_done();
}

/* The files of RFC 4475 beside the SIP tests, each with its verdict: of the 13 valid ones only longreq, whose Via has no branch, is refused. */
static const struct {
	const char *file;
	enum tel_gate_verdict verdict;
} torture[] = {
        {"badaspec", TEL_GATE_OK},
        {"badbranch", TEL_GATE_BRANCH},
        {"baddate", TEL_GATE_OK},
        {"baddn", TEL_GATE_CUT},
        {"badinv01", TEL_GATE_BRANCH},
        {"badvers", TEL_GATE_VERSION},
        {"bcast", TEL_GATE_OK},
        {"bext01", TEL_GATE_OK},
        {"bigcode", TEL_GATE_STATUS},
        {"clerr", TEL_GATE_LENGTH},
        {"cparam01", TEL_GATE_OK},
        {"cparam02", TEL_GATE_OK},
        {"dblreq", TEL_GATE_OK},
        {"esc01", TEL_GATE_OK},
        {"esc02", TEL_GATE_OK},
        {"escnull", TEL_GATE_OK},
        {"escruri", TEL_GATE_URI},
        {"insuf", TEL_GATE_MISSING},
        {"intmeth", TEL_GATE_OK},
        {"inv2543", TEL_GATE_BRANCH},
        {"invut", TEL_GATE_OK},
        {"longreq", TEL_GATE_BRANCH},
        {"ltgtruri", TEL_GATE_URI},
        {"lwsdisp", TEL_GATE_OK},
        {"lwsruri", TEL_GATE_START},
        {"lwsstart", TEL_GATE_START},
        {"mcl01", TEL_GATE_TWICE},
        {"mismatch01", TEL_GATE_CSEQ},
        {"mismatch02", TEL_GATE_CSEQ},
        {"mpart01", TEL_GATE_OK},
        {"multi01", TEL_GATE_TWICE},
        {"ncl", TEL_GATE_LENGTH},
        {"noreason", TEL_GATE_OK},
        {"novelsc", TEL_GATE_URI},
        {"quotbal", TEL_GATE_QUOTES},
        {"regaut01", TEL_GATE_OK},
        {"regbadct", TEL_GATE_OK},
        {"regescrt", TEL_GATE_OK},
        {"scalar02", TEL_GATE_CSEQ},
        {"scalarlg", TEL_GATE_CSEQ},
        {"sdp01", TEL_GATE_OK},
        {"semiuri", TEL_GATE_OK},
        {"transports", TEL_GATE_OK},
        {"trws", TEL_GATE_START},
        {"unkscm", TEL_GATE_URI},
        {"unksm2", TEL_GATE_OK},
        {"unreason", TEL_GATE_OK},
        {"wsinv", TEL_GATE_OK},
        {"zeromf", TEL_GATE_OK},
};

static void the_torture_messages_are_told_apart(void **state)
{
	static const char here[] = __FILE__;
	char path[512], text[TEL_GATE_MESSAGE_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(torture); i++) {
		size_t n = 0;
		snprintf(path, sizeof(path), "%.*s../../../tests/sip/rfc4475/%s.dat",
		        (int)(sizeof(here) - sizeof("gate_test.c")), here, torture[i].file);
		FILE *file = fopen(path, "rbe");
		assert_non_null(file);
		n = fread(text, 1, sizeof(text), file);
		fclose(file);
		enum tel_gate_verdict got = tel_gate_check((str){text, n}, false, NULL);
		if (got != torture[i].verdict)
			fail_msg("%s: %s instead of %s", torture[i].file, tel_gate_verdict_names[got],
			        tel_gate_verdict_names[torture[i].verdict]);
	}
}

static bool lets_in(const struct sa *src, str datagram)
{
	(void)src;
	return str_find_str(datagram, STR("sip:c@d"), 0) < datagram.n;
}

static void a_stranger_may_only_register(void **state)
{
#define REGISTER(rest) STR("REGISTER sip:a SIP/2.0\r\n" VIA rest "CSeq: 1 REGISTER\r\n\r\n")
	struct tel_gate_message m;
	struct sa sa;

	(void)state;
	sa_set_str(&sa, "192.0.2.77", 5060);
	assert_int_equal(tel_gate_judge(&sa, REGISTER(REST), &m), TEL_GATE_STRANGER);
	tel_gate_knocks(lets_in);
	assert_int_equal(tel_gate_judge(&sa, REGISTER(REST), &m), TEL_GATE_OK);
	assert_int_equal(
	        tel_gate_judge(&sa, REGISTER("From: <sip:a@b>\r\nTo: <sip:x@d>\r\nCall-ID: 1\r\nMax-Forwards: 70\r\n"), &m),
	        TEL_GATE_STRANGER);
	assert_int_equal(tel_gate_judge(&sa, REGISTER(REST "Max-Forwards: 1\r\n"), &m), TEL_GATE_STRANGER);
	assert_int_equal(tel_gate_judge(&sa, STR(GOOD "\r\n"), &m), TEL_GATE_STRANGER);
	tel_gate_knocks(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_rule_refuses_its_own),
	        cmocka_unit_test(a_stream_is_cut_by_its_length_only),
	        cmocka_unit_test(a_redirection_has_no_contact),
	        cmocka_unit_test(names_are_made_fit_to_store),
	        cmocka_unit_test(an_address_is_let_in_as_often_as_it_is_counted),
	        cmocka_unit_test(a_flood_of_one_address_ends_at_its_bound),
	        cmocka_unit_test(a_phone_may_less),
	        cmocka_unit_test(a_phone_at_a_trunks_address_is_a_phone_when_the_trunk_is_gone),
	        cmocka_unit_test(every_phone_at_home_has_an_address),
	        cmocka_unit_test(the_torture_messages_are_told_apart),
	        cmocka_unit_test(a_stranger_may_only_register),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
