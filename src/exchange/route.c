/* SPDX-License-Identifier: GPL-3.0-or-later */
/* route.c - walking a call's list of trunks (callflow/routing.h): one that is down, full or asked too often is passed over; one that says 503,
 * or nothing at all, hands the call on to its next address and then to the next trunk, as long as nothing rang and the dial's time lasts. */
#include "base/log.h"
#include "engine/tel/sip.h"
#include "exchange/house.h"
#include "exchange/link.h"

#include <inttypes.h>

void route_read(struct line *l, const struct message *m)
{
	struct line_route *r = &l->route;

	for (size_t i = 0; i < m->routes.n && r->n < ROUTING_TRUNKS; i++) {
		r->way[r->n].trunk = m->routes.rows[i].trunk;
		snprintf(r->way[r->n++].from, LINE_FROM, "%.*s", STR_ARG(m->routes.rows[i].from));
	}
	if (!r->n) {
		r->way[r->n].trunk = m->trunk;
		snprintf(r->way[r->n++].from, LINE_FROM, "%.*s", STR_ARG(m->from));
	}
	l->trunk = r->way[0].trunk;
}

/* From where it stands on: the first trunk that may be asked now. EAGAIN: one has room in a moment; others: none is left. */
static int find(const struct line_route *r, size_t *ret)
{
	bool soon = false;
	int err = ENOENT;

	for (size_t i = r->at; i < r->n; i++) {
		err = trunk_may_dial(r->way[i].trunk);
		soon |= err == EAGAIN;
		if (!err) {
			*ret = i;
			return 0;
		}
	}
	return soon ? EAGAIN : err;
}

bool route_waits(const struct line *l, int64_t trunk)
{
	const struct line_route *r = &l->route;

	if (l->call.incoming || (l->call.state != CALL_CREATED && !r->waits))
		return false;
	for (size_t i = r->at; i < r->n; i++)
		if (r->way[i].trunk == trunk)
			return true;
	return false;
}

int route_may_dial(const struct line *l)
{
	size_t at;

	return find(&l->route, &at);
}

/* How many could still be tried after this invitation. */
static size_t others(const struct line *l)
{
	const struct line_route *r = &l->route;
	size_t n = trunk_addresses(l->trunk) - 1 - r->moves;

	for (size_t i = r->at + 1; i < r->n; i++) {
		int err = trunk_may_dial(r->way[i].trunk);
		n += !err || err == EAGAIN;
	}
	return n;
}

static void tell(struct line *l)
{
	struct line_route *r = &l->route;
	struct message m = {.kind = EV_ROUTE,
	        .call = str_of(l->uuid),
	        .trunk = l->trunk,
	        .from = str_of(l->from),
	        .cause = r->cause,
	        .sip_code = r->code};

	if (r->at == r->told)
		return;
	r->told = r->at;
	log_info("call", "it goes over trunk %" PRId64 " (%s %d)", l->trunk, call_cause_names[r->cause], r->code);
	link_tell(&m);
}

int route_dial(struct line *l, const struct tel_far_handlers *h)
{
	struct line_route *r = &l->route;
	int64_t now = house_now();
	int err;

	if (!r->until)
		r->until = now + ROUTING_DIAL_MS;
	while (!(err = find(r, &r->at))) {
		l->trunk = r->way[r->at].trunk;
		snprintf(l->from, sizeof(l->from), "%s", r->way[r->at].from);
		err = trunk_dial(l, routing_patience_ms(r->until - now, others(l)), h);
		if (!err)
			break;
		r->at++;
		r->moves = 0;
	}
	r->waits = err == EAGAIN && now < r->until;
	if (!err)
		tell(l);
	return r->waits ? 0 : err;
}

bool route_next(struct line *l, enum call_cause cause, int sip_code, const struct tel_far_handlers *h)
{
	struct line_route *r = &l->route;

	if (!l->dial || r->rang || !routing_goes_on(cause) || house_now() >= r->until)
		return false;
	r->cause = cause;
	r->code = sip_code;
	if (tel_dial_leave(l->dial) && r->moves + 1 < trunk_addresses(l->trunk)) {
		r->moves++;
	} else {
		r->at++;
		r->moves = 0;
	}
	l->leg = NULL;
	l->dial = mem_deref(l->dial);
	return !route_dial(l, h);
}
