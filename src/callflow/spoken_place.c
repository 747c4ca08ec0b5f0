/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spoken_place.c - «Вы третий в очереди, ожидание около двух минут.» Few sentences in all, so that each is spoken once and kept. */
#include "callflow/spoken.h"

enum { MINUTE_MS = 60000, SHORT_MS = 45000, HOUR = 60 };

static const struct noun minutes[LANGUAGES] = {
        {FEMININE, "минута", "минуты", "минут"}, {NEUTER, "minute", "minutes", "minutes"}};

static void say_wait(struct text *t, enum language l, int64_t wait_ms)
{
	int64_t n = (wait_ms + MINUTE_MS / 2) / MINUTE_MS;

	text_add(t, l == LANGUAGE_RU ? STR(", ожидание ") : STR(", the wait is "));
	if (wait_ms < SHORT_MS) {
		text_add(t, l == LANGUAGE_RU ? STR("меньше минуты") : STR("less than a minute"));
	} else if (n > HOUR) {
		text_add(t, l == LANGUAGE_RU ? STR("больше часа") : STR("more than an hour"));
	} else {
		text_add(t, l == LANGUAGE_RU ? STR("около ") : STR("about "));
		say_counted(t, l, n ? n : 1, minutes + l, GENITIVE);
	}
}

void spoken_place(struct text *t, enum language l, int64_t place, int64_t wait_ms)
{
	text_add(t, l == LANGUAGE_RU ? STR("Вы ") : STR("You are "));
	say_ordinal(t, l, place < NUMERAL_ORDINAL_MAX ? place : NUMERAL_ORDINAL_MAX, MASCULINE, NOMINATIVE);
	text_add(t, l == LANGUAGE_RU ? STR(" в очереди") : STR(" in the queue"));
	if (wait_ms >= 0)
		say_wait(t, l, wait_ms);
	text_add_char(t, '.');
}
