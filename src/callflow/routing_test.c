/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "callflow/routing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const struct routing_rule rules[] = {
        {.project_id = 0, .trunk_id = 20, .prefix = STR(""), .place = 1},
        {.project_id = 0, .trunk_id = 21, .prefix = STR("+7495"), .place = 2},
        {.project_id = 0, .trunk_id = 22, .prefix = STR("+7495"), .place = 1},
        {.project_id = 5, .trunk_id = 23, .prefix = STR("+7495"), .place = 9},
        {.project_id = 6, .trunk_id = 24, .prefix = STR("+7"), .place = 1},
        {.project_id = 5, .trunk_id = 10, .prefix = STR("+7"), .place = 1},
};

static void chosen(int64_t project, int64_t own, str number, const char *want)
{
	int64_t got[ROUTING_TRUNKS];
	char z[80] = "";
	size_t n = routing_choose(rules, COUNT(rules), project, own, number, got), at = 0;

	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(z + at, sizeof(z) - at, "%s%lld", i ? " " : "", (long long)got[i]);
	assert_string_equal(z, want);
}

static void orders(void **state)
{
	(void)state;
	chosen(5, 10, STR("+74951234567"), "23 22 21 10 20"); /* longest prefix, own before all, place; each trunk once */
	chosen(6, 11, STR("+74951234567"), "22 21 24 11 20");
	chosen(5, 10, STR("+442071234567"), "10 20"); /* its own trunk comes before the rule of all for every number */
	chosen(7, 0, STR("+442071234567"), "20");
	assert_int_equal(routing_choose(NULL, 0, 5, 0, STR("+442071234567"), (int64_t[ROUTING_TRUNKS]){0}), 0);
}

static void no_more_than_room(void **state)
{
	struct routing_rule many[20];
	int64_t got[ROUTING_TRUNKS];

	(void)state;
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = (struct routing_rule){.trunk_id = (int64_t)i + 1, .prefix = STR(""), .place = 20 - (int64_t)i};
	assert_int_equal(routing_choose(many, COUNT(many), 1, 0, STR("+7"), got), ROUTING_TRUNKS);
	assert_int_equal(got[0], 20);
}

static void patience(void **state)
{
	int64_t left = ROUTING_DIAL_MS;

	(void)state;
	assert_int_equal(routing_patience_ms(left, 0), ROUTING_DIAL_MS); /* nobody else: the whole time */
	assert_int_equal(routing_patience_ms(left, 1), ROUTING_PATIENCE_MS);
	assert_int_equal(routing_patience_ms(left, 3), ROUTING_DIAL_MS / 4);
	assert_int_equal(routing_patience_ms(0, 2), 0);
	for (size_t others = ROUTING_TRUNKS; others-- > 0;) /* all silent: never past the deadline */
		left -= routing_patience_ms(left, others);
	assert_true(left >= 0);
	assert_true(routing_goes_on(call_cause_of_sip(503)) && routing_goes_on(CAUSE_TRUNK_SILENT));
	assert_false(routing_goes_on(call_cause_of_sip(486)) || routing_goes_on(call_cause_of_sip(404)));
}

/* 10 a second, asked each ms for 10 s: 10 at once, then one every 100 ms; no window of a second has over 20. */
static void bucket_holds(void **state)
{
	struct bucket b = {0};
	int taken[10000] = {0}, all = 0;

	(void)state;
	bucket_set(&b, 10, 5000);
	for (int ms = 0; ms < 10000; ms++)
		all += taken[ms] = bucket_take(&b, 5000 + ms);
	assert_int_equal(all, 10 + 99);
	for (int from = 0; from + 1000 <= 10000; from++) {
		int n = 0;
		for (int ms = from; ms < from + 1000; ms++)
			n += taken[ms];
		assert_true(n <= 20);
	}
	bucket_set(&b, 10, 20000); /* the same rate again is no gift */
	assert_int_equal(bucket_room(&b, 14999), 0);
	assert_int_equal(bucket_room(&b, 99000), 10);
	bucket_set(&b, 4, 99000);
	assert_int_equal(bucket_room(&b, 99000), 4);
	bucket_set(&b, 10, 99000); /* nor is a higher one */
	assert_int_equal(bucket_room(&b, 99000), 4);
	assert_int_equal(bucket_room(&b, 99100), 5);
	bucket_set(&b, 0, 99100);
	assert_false(bucket_take(&b, 105000));
	bucket_set(&b, 10, 105000);
	assert_false(bucket_take(&b, 105000));
	assert_true(bucket_take(&b, 105100));
}

static void numbers_fall(void **state)
{
	(void)state;
	assert_true(caller_fell((struct caller_count){100, 10}, (struct caller_count){2000, 600}));
	assert_false(caller_fell((struct caller_count){100, 26}, (struct caller_count){2000, 600})); /* chance */
	assert_false(caller_fell((struct caller_count){49, 0}, (struct caller_count){2000, 600}));
	assert_false(caller_fell((struct caller_count){100, 0}, (struct caller_count){199, 100}));
	assert_false(caller_fell(
	        (struct caller_count){100000, 28000}, (struct caller_count){100000, 30000})); /* sure, but small */
	assert_false(caller_fell((struct caller_count){100, 60}, (struct caller_count){2000, 600}));
	assert_false(caller_fell((struct caller_count){100, 0}, (struct caller_count){2000, 0}));
}

static void who_refuses_is_left_in_peace(void **state)
{
	static const int64_t rests[] = {2000, 4000, 8000, 16000, 32000, 64000, 64000};
	struct rest r = {0};
	int64_t now = 1000;

	(void)state;
	for (int i = 1; i < REST_AFTER; i++)
		assert_false(rest_refused(&r, 0, 0, now));
	for (size_t i = 0; i < COUNT(rests); i++) {
		assert_true(rest_refused(&r, 0, 0, now));
		assert_int_equal(r.until, now + rests[i]);
		assert_false(rest_refused(&r, 0, 0, now + 1)); /* of before: no longer rest */
		assert_true(rest_on(&r, r.until - 1));
		now = r.until;
		assert_false(rest_on(&r, now));
	}
	rest_served(&r);
	assert_false(rest_refused(&r, 0, 0, now));
	assert_true(rest_refused(&r, 7000, 99, now)); /* it asks for it */
	assert_int_equal(r.until, now + 7693);
	now = r.until;
	assert_true(rest_refused(&r, INT64_MAX / 1000, 0, now));
	assert_int_equal(r.until, now + REST_ASKED_MOST_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(orders),
	        cmocka_unit_test(no_more_than_room),
	        cmocka_unit_test(patience),
	        cmocka_unit_test(bucket_holds),
	        cmocka_unit_test(numbers_fall),
	        cmocka_unit_test(who_refuses_is_left_in_peace),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
