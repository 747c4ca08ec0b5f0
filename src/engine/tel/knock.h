/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knock.h - who guesses at secrets of phones: how often an address may knock, and for how long it, or a login, is not heard after wrong
 * answers. Times are of the monotonic clock, in ms. Loop thread. */
#ifndef ENGINE_TEL_KNOCK_H
#define ENGINE_TEL_KNOCK_H

#include <stdbool.h>
#include <stdint.h>

enum {
	KNOCK_AT_ONCE = 30,         /* an address that is not registered: so many at once … */
	KNOCK_EVERY_MS = 2000,      /* … and one each so long */
	KNOCK_WRONG_MAX = 8,        /* wrong answers of an address before it is not heard */
	KNOCK_DEAF_MS = 600000,     /* for so long */
	KNOCK_LOGIN_WRONG_MAX = 20, /* wrong answers for a login, from anywhere, within KNOCK_DEAF_MS */
	KNOCK_ADDRESSES = 512       /* kept; the one heard of longest ago makes room */
};

/* May this IPv4 address (host order) say something now? Counts as having said it. */
bool knock_address(uint32_t address, int64_t now);
void knock_address_wrong(uint32_t address, int64_t now);

/* The same for a login: begin with zeroes. */
struct knock_login {
	int wrong;
	int64_t since;
};
bool knock_login(const struct knock_login *k, int64_t now);
void knock_login_wrong(struct knock_login *k, int64_t now);

void knock_forget(void); /* all addresses */

#endif
