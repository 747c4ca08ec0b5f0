/* SPDX-License-Identifier: GPL-3.0-or-later */
/* place.c - places are entered and left in the transaction of the event that says so, and counted when they are left. */
#include "domain/queue/place.h"

#include "domain/role/role.h"
#include "kit/tally/recount.h"

static const char *const kinds[PLACE_KINDS + 1] = {"call", "transfer", "ticket", NULL};
static const char *const ways[PLACE_WAYS + 1] = {"answered", "abandoned", "short", "overflowed", "callback", "failed", NULL};

#define IS(condition) "CASE WHEN " condition " THEN 1 ELSE 0 END"
#define LEFT " FROM queue_place c WHERE c.left_at IS NOT NULL"

static const struct tally_column key[] = {
        {"project_id", "c.project_id"},
        {"hour", "c.entered_at / 3600000 * 3600000"},
        {"queue_id", "c.queue_id"},
        {"kind", "c.kind"},
};
static const struct tally_column sums[] = {
        {"offered", "1"},
        {"answered", IS("c.way = 'answered'")},
        {"answered_in", IS("c.way = 'answered' AND c.in_time = 1")},
        {"abandoned", IS("c.way = 'abandoned'")},
        {"abandoned_in", IS("c.way IN ('abandoned', 'short') AND c.in_time = 1")},
        {"short_waits", IS("c.way = 'short'")},
        {"overflowed", IS("c.way = 'overflowed'")},
        {"callbacks", IS("c.way = 'callback'")},
        {"failed", IS("c.way = 'failed'")},
        {"wait_ms", "CASE WHEN c.way = 'answered' THEN c.left_at - c.entered_at ELSE 0 END"},
};
static const struct tally_table queue_hour = {
        .name = "queue_hour", .key = key, .n_key = COUNT(key), .sums = sums, .n_sums = COUNT(sums), .drops = true};
_Static_assert(COUNT(key) <= TALLY_KEY && COUNT(sums) <= TALLY_SUMS, "a tally holds as many columns");

/* Whoever looks at queues reads again. */
static int moved(struct db *db, struct arena *a, int64_t queue_id, int64_t project_id, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){.entity = "queue_place",
	                .verb = "changed",
	                .row_id = queue_id,
	                .project_id = project_id,
	                .right = MAY_WATCH},
	        f);
}

int place_enter(struct db *db, struct arena *a, int64_t call_id, int64_t project_id, int64_t queue_id, enum place_kind kind,
        int64_t at, int64_t *ret, struct fault *f)
{
	struct val id;
	int err = db_one(db, a,
	        "INSERT INTO queue_place (project_id, queue_id, call_id, kind, entered_at) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id",
	        VALS(V(project_id), V(queue_id), V(call_id), V(str_of(kinds[kind])), V(at)), &id, 1, f);

	if (err)
		return err;
	*ret = val_int(id);
	return moved(db, a, queue_id, project_id, f);
}

int place_close(struct db *db, struct arena *a, int64_t place_id, enum place_way way, int64_t at, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "UPDATE queue_place SET left_at = ?3, way = ?2, in_time = CASE WHEN ?3 - entered_at <= 1000 * COALESCE((SELECT "
	        "CASE WHEN q.target_s > 0 THEN q.target_s ELSE ?4 END FROM queue q WHERE q.id = queue_id), ?4) THEN 1 ELSE 0 END "
	        "WHERE id = ?1 AND left_at IS NULL RETURNING queue_id, project_id",
	        VALS(V(place_id), V(str_of(ways[way])), V(at), V((int64_t)PLACE_TARGET_S)), v, 2, f);

	if (!err)
		err = tally_count_row(db, a, &queue_hour, LEFT, place_id, 1, f);
	if (!err)
		err = moved(db, a, val_int(v[0]), val_int(v[1]), f);
	return err == ENOENT ? 0 : err;
}

struct open_place {
	int64_t id, queue_id, entered_at; /* id 0: none */
};

static int find_open(struct db *db, struct arena *a, int64_t call_id, struct open_place *ret, struct fault *f)
{
	struct val v[3];
	int err = db_one(db, a,
	        "SELECT id, queue_id, entered_at FROM queue_place WHERE call_id = ?1 AND left_at IS NULL AND kind <> 'ticket'",
	        VALS(V(call_id)), v, 3, f);

	*ret = err ? (struct open_place){0} : (struct open_place){val_int(v[0]), val_int(v[1]), val_int(v[2])};
	return err == ENOENT ? 0 : err;
}

int place_leave(
        struct db *db, struct arena *a, int64_t call_id, enum place_way way, int64_t at, int64_t *ret_since, struct fault *f)
{
	struct open_place p;
	int err = find_open(db, a, call_id, &p, f);

	if (err)
		return err;
	*ret_since = p.entered_at;
	return p.id ? place_close(db, a, p.id, way, at, f) : 0;
}

/* He waits in this queue now; before, perhaps, in another. */
static int wait_here(struct db *db, struct arena *a, const struct place_step *s, const struct open_place *p, struct fault *f)
{
	int64_t id;
	int err = p->id && p->queue_id != s->queue_id ? place_close(db, a, p->id, PLACE_OVERFLOWED, s->at, f) : 0;

	if (err || !s->queue_id || p->queue_id == s->queue_id)
		return err;
	return place_enter(
	        db, a, s->call_id, s->project_id, s->queue_id, s->talked ? PLACE_TRANSFER : PLACE_CALL, s->at, &id, f);
}

/* An operator has it. One who was free took it at once: it never waited, and was offered to the queue all the same. */
static int answered(struct db *db, struct arena *a, const struct place_step *s, const struct open_place *p, struct fault *f)
{
	int64_t id = p->id;
	int err = 0;

	if (!id && (s->talked || !s->queue_id))
		return 0;
	if (!id)
		err = place_enter(db, a, s->call_id, s->project_id, s->queue_id, PLACE_CALL, s->at, &id, f);
	return err ? err : place_close(db, a, id, PLACE_ANSWERED, s->at, f);
}

int place_follow(struct db *db, struct arena *a, const struct place_step *s, struct fault *f)
{
	struct open_place p;
	int err = find_open(db, a, s->call_id, &p, f);

	if (err)
		return err;
	if (s->state == CALL_QUEUED)
		return wait_here(db, a, s, &p, f);
	if (s->state == CALL_CONNECTED)
		return answered(db, a, s, &p, f);
	if (!p.id || (s->state != CALL_IVR && s->state != CALL_ENDED))
		return 0;
	return place_close(db, a, p.id,
	        s->state == CALL_IVR                                           ? PLACE_OVERFLOWED
	        : s->by == BY_CONTACT && s->at - p.entered_at < PLACE_SHORT_MS ? PLACE_SHORT
	                                                                       : PLACE_ABANDONED,
	        s->at, f);
}

int place_counts_check(struct db *db, struct arena *a, int64_t *wrong, struct fault *f)
{
	return tally_check(db, a, &queue_hour, LEFT, wrong, f);
}

int place_counts_recount(struct db *db, struct arena *a, struct fault *f)
{
	return tally_recount(db, a, &queue_hour, LEFT, f);
}
