/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trunk.h - a trunk: a line of a telephone carrier (sip), or the practice carrier inside the program (practice), of which there is
 * exactly one, made at the first start. Its state is what tel last said. */
#ifndef DOMAIN_TRUNK_TRUNK_H
#define DOMAIN_TRUNK_TRUNK_H

#include "callflow/message.h"
#include "kit/route/route.h"

struct trunk {
	int64_t id, version;
	str name;
	int kind;
	str host;
	int64_t port;
	int transport;
	str login, password;
	bool registers, srtp;
	str caller_number;
	int64_t channels, calls_per_s, calls_per_hour;
	str allowed;
	bool disabled;
	int state;
	str state_text;
	int64_t state_at, created_at;
};
extern const struct entity trunk_entity;
extern const struct resource trunk_resource;
extern const struct module trunk_module;

/* All trunks that are on, as tel is told them, in the arena. */
int trunk_rows(struct db *db, struct arena *a, struct message_rows *ret, struct fault *f) MUST_USE;
/* In a writing closure: what tel said (EV_TRUNK). */
int trunk_event(struct db *db, struct arena *a, const struct message *m, struct fault *f) MUST_USE;

/* route.c: which trunks a call takes. ------------------------------------------------------------------------------------ */
struct trunk_route {
	int64_t id, version, project_id, trunk_id, place, created_at;
	str prefix;
};
extern const struct resource trunk_route_resource;
/* What a project (of the query's p) may dial over now, as a condition on trunk t: its own line, and those its routes lead to. Practice is
 * practice: such a project never reaches a carrier. */
#define TRUNK_OF_PROJECT \
	"t.disabled = 0 AND t.state <> 'down' AND (t.id = p.trunk_id OR (EXISTS (SELECT 1 FROM trunk o WHERE o.id = p.trunk_id " \
	"AND o.kind <> 'practice') AND EXISTS (SELECT 1 FROM trunk_route r WHERE r.trunk_id = t.id AND " \
	"(r.project_id IS NULL OR r.project_id = p.id))))"
/* The ways of a call to number, for CMD_DIAL: trunks in order, each with the number shown: one of its pool, else caller, else its own.
 * Without those that may not call it (toll.c); EPERM when none is left. */
int trunk_ways(struct db *db, struct arena *a, int64_t project_id, int64_t own_trunk, str caller, str number, int64_t now,
        struct message_rows *ret, struct fault *f) MUST_USE;

struct toll_answer;
/* May the call take any of its trunks? The answer of the one that is the least against it; TOLL_OK when there is none at all. */
int trunk_toll(struct db *db, struct arena *a, int64_t project_id, int64_t own_trunk, str number, int64_t now,
        struct toll_answer *ret, struct fault *f) MUST_USE;

/* toll.c: which numbers a trunk may call, and how many calls an hour. --------------------------------------------------------- */
enum toll {
	TOLL_OK,
	TOLL_HOUR,   /* the calls of its hour are spent */
	TOLL_ABROAD, /* not among the beginnings it may call */
	TOLL_COSTLY, /* a paid or satellite number that its list does not name */
};
struct toll_answer {
	enum toll toll;
	int64_t until; /* of TOLL_HOUR: when there is room again */
};
/* «+7, +375»: may a number that begins so be called? Absent: everywhere. A paid number needs a beginning of four digits or more, one of a
 * satellite any that names it: what opens a country does not open what is dear in it. */
enum toll toll_of_list(str allowed, str number);
/* The list is one of beginnings, by comma. */
bool toll_list_good(str allowed);
/* May number be called over the trunk now? The practice line may what is not costly. */
int toll_of_trunk(struct db *db, struct arena *a, int64_t trunk_id, str number, int64_t now, struct toll_answer *ret,
        struct fault *f) MUST_USE;
/* In a writing closure: a call is sent over the trunk. */
int toll_count(struct db *db, int64_t trunk_id, int64_t now, struct fault *f) MUST_USE;
/* How many trunks have spent their hour, since when, and the name of one. */
int toll_alarm(struct db *db, struct arena *a, int64_t now, int64_t *ret_n, int64_t *ret_since, str *ret_name,
        struct fault *f) MUST_USE;
/* Has trunk t had all calls it may have, counting those after the minute of the parameter (as text of SQL)? */
#define TOLL_SPENT(since) \
	"(t.calls_per_hour > 0 AND t.kind <> 'practice' AND t.calls_per_hour <= (SELECT COALESCE(SUM(m.calls), 0) FROM trunk_minute m " \
	"WHERE m.trunk_id = t.id AND m.minute > " since "))"

/* caller.c: the pool of caller numbers, and how often each is answered. ----------------------------------------------------- */
struct caller_number {
	int64_t id, version, trunk_id, project_id, created_at;
	str number, note;
	bool disabled;
};
extern const struct resource caller_number_resource;
extern const struct route caller_routes[];
/* The number to show over this trunk: the project's own before those of all, the least used within a day; absent: none in the pool. */
int caller_choose(struct db *db, struct arena *a, int64_t trunk_id, int64_t project_id, int64_t now, str *ret,
        struct fault *f) MUST_USE;
/* In a writing closure: a call ended. */
int caller_count_add(struct db *db, str caller, int64_t dialled_at, bool answered, struct fault *f) MUST_USE;
int caller_counts_check(
        struct db *db, struct arena *a, int64_t *wrong, struct fault *f) MUST_USE; /* adds what differs from a recount */
int caller_counts_recount(struct db *db, struct fault *f) MUST_USE;
/* How many numbers of the pool are answered less within a day than in the two weeks before (callflow/routing.h), and one of them. */
int caller_fallen(struct db *db, struct arena *a, int64_t now, int64_t *ret_n, str *ret_one, struct fault *f) MUST_USE;

/* cause.c */
extern const struct resource trunk_cause_resource;
/* The rows of a trunk for CMD_TRUNKS. */
int trunk_causes(struct db *db, struct arena *a, int64_t trunk_id, struct message_rows *ret, struct fault *f) MUST_USE;

#endif
