/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dialer.h - the one thread that speaks with the telephone process: it stores what tel says with its effect, chooses whom to call for
 * whom, and sends what the seats command. Everything it knows stands in the database; a new process picks up where the old one died. */
#ifndef DOMAIN_DIALER_DIALER_H
#define DOMAIN_DIALER_DIALER_H

#include "callflow/message.h"
#include "kit/route/route.h"

extern const struct module dialer_module, talk_module;

struct dialer_figures {
	bool up;                          /* the telephone process is there and in step */
	int64_t lag_ms, legs, calls, rss; /* as it last said */
	struct {
		char why[24];
		int64_t n;
	} drops[32];                          /* packets and messages it dropped; why "" ends them */
	int64_t events, dials;                /* since the start */
	int64_t decide_us_max, decide_us_sum; /* from an operator who is free to the dial command sent */
};
/* Any thread. */
void dialer_figures(struct dialer_figures *ret);

#endif
