/* SPDX-License-Identifier: GPL-3.0-or-later */
/* knock.c - a small table of addresses; the oldest makes room, so that a flood of forged addresses costs a fixed space. */
#include "engine/tel/knock.h"

#include <string.h>

struct door {
	uint32_t address;
	int wrong;
	int64_t room_ms; /* time saved up for knocks, KNOCK_EVERY_MS each */
	int64_t seen, deaf_until;
};
static struct door doors[KNOCK_ADDRESSES];

/* Its own, or the one to be used for it: empty, else heard of longest ago. */
static struct door *door_of(uint32_t address, int64_t now)
{
	struct door *oldest = doors;

	for (struct door *d = doors; d < doors + KNOCK_ADDRESSES; d++) {
		if (d->seen && d->address == address)
			return d;
		if (d->seen < oldest->seen)
			oldest = d;
	}
	*oldest = (struct door){.address = address, .room_ms = (int64_t)KNOCK_AT_ONCE * KNOCK_EVERY_MS, .seen = now};
	return oldest;
}

bool knock_address(uint32_t address, int64_t now)
{
	struct door *d = door_of(address, now);

	d->room_ms += now - d->seen;
	d->seen = now;
	if (d->room_ms > (int64_t)KNOCK_AT_ONCE * KNOCK_EVERY_MS)
		d->room_ms = (int64_t)KNOCK_AT_ONCE * KNOCK_EVERY_MS;
	if (now < d->deaf_until || d->room_ms < KNOCK_EVERY_MS)
		return false;
	d->room_ms -= KNOCK_EVERY_MS;
	return true;
}

void knock_address_wrong(uint32_t address, int64_t now)
{
	struct door *d = door_of(address, now);

	if (++d->wrong < KNOCK_WRONG_MAX)
		return;
	d->wrong = 0;
	d->deaf_until = now + KNOCK_DEAF_MS;
}

bool knock_login(const struct knock_login *k, int64_t now)
{
	return k->wrong < KNOCK_LOGIN_WRONG_MAX || now - k->since >= KNOCK_DEAF_MS;
}

void knock_login_wrong(struct knock_login *k, int64_t now)
{
	if (now - k->since >= KNOCK_DEAF_MS)
		*k = (struct knock_login){.since = now};
	k->wrong++;
}

void knock_forget(void)
{
	memset(doors, 0, sizeof(doors));
}
