/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fax_db.c - how a fax fares: each step into its row and its sending's, and when it is called again. */
#include "domain/fax/fax_priv.h"
#include "domain/node/node.h"
#include "domain/trunk/trunk.h"

int fax_all_due(struct db *db, struct arena *a, int64_t now, const struct fax_due *after, size_t max, struct fax_due **ret,
        size_t *ret_n, struct fault *f)
{
	struct fax_due *all = NEW_N(a, struct fax_due, max);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT x.id, x.project_id, x.document_id, x.created_at, x.to_e164, x.uuid, s.basis, s.advertising, c.timezone, x.next_try_at, "
	        "x.error FROM fax x JOIN "
	        "sending s ON s.fax_id = x.id LEFT JOIN contact c ON c.id = s.contact_id WHERE x.state = 'waiting' AND x.next_try_at <= ?1 "
	        "AND (x.next_try_at > ?3 OR (x.next_try_at = ?3 AND x.id > ?4)) ORDER BY x.next_try_at, x.id LIMIT ?2",
	        VALS(V(now), V((int64_t)max), V(after->next_try_at), V(after->id)), &r, f);

	while (!err && n < max && !(err = rows_next(&r, f)))
		all[n++] = (struct fax_due){.id = rows_int(&r, 0),
		        .project_id = rows_int(&r, 1),
		        .document_id = rows_int(&r, 2),
		        .created_at = rows_int(&r, 3),
		        .to = str_copy(a, rows_str(&r, 4)),
		        .uuid = str_copy(a, rows_str(&r, 5)),
		        .basis = str_copy(a, rows_str(&r, 6)),
		        .advertising = rows_int(&r, 7) != 0,
		        .timezone = str_copy(a, rows_str(&r, 8)),
		        .next_try_at = rows_int(&r, 9),
		        .error = str_copy(a, rows_str(&r, 10))};
	rows_done(&r);
	*ret = all;
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

/* A fax as it stands, and where it goes from there. */
struct standing {
	int64_t id, project_id, trunk_id, tries, created_at, pages_done, now;
	enum fax_stand state;
	str error, far_ident;
	int64_t next; /* when it is called again; 0: not by itself */
};

/* Row, sending and event. */
static int stand(struct db *db, struct arena *a, const struct standing *s, struct fault *f)
{
	static const enum sending_state told_as[] = {[FAX_WAITING] = SENDING_WAITING,
	        [FAX_CALLING] = SENDING_CALLING,
	        [FAX_TRANSFERRING] = SENDING_TRANSFERRING,
	        [FAX_DELIVERED] = SENDING_DELIVERED,
	        [FAX_GIVEN_UP] = SENDING_FAILED,
	        [FAX_UNKNOWN] = SENDING_UNKNOWN,
	        [FAX_WITHDRAWN] = SENDING_WITHDRAWN};
	bool ended = s->state == FAX_DELIVERED || s->state == FAX_GIVEN_UP || s->state == FAX_WITHDRAWN;
	int err = db_run(db,
	        "UPDATE fax SET state = ?2, error = ?3, next_try_at = ?4, pages_done = ?5, far_ident = COALESCE(?6, far_ident), ended_at = ?7 "
	        "WHERE id = ?1",
	        VALS(V(s->id), V(str_of(fax_states[s->state])), V(s->error), val_ref(s->state == FAX_WAITING ? s->next : 0),
	                V(s->pages_done), V(s->far_ident), val_ref(ended ? s->now : 0)),
	        NULL, f);

	if (!err)
		err = sending_note(db, a,
		        &(struct sending_news){.fax_id = s->id,
		                .state = told_as[s->state],
		                .error = s->error,
		                .far_ident = s->far_ident,
		                .pages_done = s->pages_done},
		        s->now, f);
	return err ? err : fax_told(db, a, s->id, s->project_id, "changed", f);
}

/* Held from now on: others wait for what comes of it. */
#define HELD(by) \
	"UPDATE fax SET tries = tries WHERE " by \
	" RETURNING id, project_id, trunk_id, tries, created_at, pages_done, state, tel_boot"

static void read_standing(const struct val v[8], struct standing *ret, str *ret_boot)
{
	*ret = (struct standing){.id = val_int(v[0]),
	        .project_id = val_int(v[1]),
	        .trunk_id = val_int(v[2]),
	        .tries = val_int(v[3]),
	        .created_at = val_int(v[4]),
	        .pages_done = val_int(v[5]),
	        .state = (enum fax_stand)call_word(fax_states, val_str(v[6]))};
	*ret_boot = val_str(v[7]);
}

static int by_uuid(struct db *db, struct arena *a, str uuid, struct standing *ret, str *ret_boot, struct fault *f)
{
	struct val v[8];
	int err = db_one(db, a, HELD("uuid = ?1"), VALS(V(uuid)), v, COUNT(v), f);

	if (!err)
		read_standing(v, ret, ret_boot);
	return err;
}

static int by_id(struct db *db, struct arena *a, int64_t id, struct standing *ret, struct fault *f)
{
	struct val v[8];
	str boot;
	int err = db_one(db, a, HELD("id = ?1"), VALS(V(id)), v, COUNT(v), f);

	if (!err)
		read_standing(v, ret, &boot);
	return err;
}

int fax_called(struct db *db, struct arena *a, int64_t id, str tel_boot, int64_t trunk_id, int64_t now, struct fault *f)
{
	struct standing s;
	int err = by_id(db, a, id, &s, f);

	if (!err && s.state != FAX_WAITING)
		return fail(f, EALREADY, NULL, "fax_sent", "the fax is on its way or was delivered");
	if (!err)
		err = db_run(db,
		        "UPDATE fax SET tries = tries + 1, tel_boot = ?2, trunk_id = ?3, called_at = ?4 WHERE id = ?1",
		        VALS(V(id), V(tel_boot), V(trunk_id), V(now)), NULL, f);
	if (!err)
		err = toll_count(db, trunk_id, now, f);
	s.state = FAX_CALLING;
	s.pages_done = 0;
	s.now = now;
	return err ? err : stand(db, a, &s, f);
}

int fax_held(struct db *db, struct arena *a, int64_t id, bool marked, str why, int64_t next, int64_t now, struct fault *f)
{
	struct standing s;
	int err = by_id(db, a, id, &s, f);

	if (err || s.state != (marked ? FAX_CALLING : FAX_WAITING))
		return err;
	s.now = now;
	s.error = why;
	s.next = next;
	s.state = next && now - s.created_at < FAX_KEEP_MS ? FAX_WAITING : FAX_GIVEN_UP;
	return stand(db, a, &s, f);
}

int fax_withdraw(struct db *db, struct arena *a, int64_t id, int64_t now, int64_t *ret_project, struct fault *f)
{
	struct standing s;
	int err = by_id(db, a, id, &s, f);

	if (!err && (s.state == FAX_CALLING || s.state == FAX_TRANSFERRING))
		err = fail(f, EALREADY, NULL, "fax_calling", "the fax is being called just now: it cannot be taken back");
	else if (!err && s.state != FAX_WAITING)
		err = fail(f, EALREADY, NULL, "fax_settled", "the fax waits no more: there is nothing to take back");
	if (err)
		return err;
	*ret_project = s.project_id;
	s.state = FAX_WITHDRAWN;
	s.now = now;
	return stand(db, a, &s, f);
}

/* Why a call came to nothing, and after how many minutes the next one goes; 0: it would be the same again. */
static const struct {
	enum call_cause cause;
	int minutes;
	const char *why;
} causes[] = {
        {CAUSE_BUSY, 5, "the line is busy"},
        {CAUSE_NO_ANSWER, 15, "nobody answers"},
        {CAUSE_UNREACHABLE, 15, "the number cannot be reached"},
        {CAUSE_WRONG_NUMBER, 0, "there is no such number"},
        {CAUSE_REFUSED, 15, "the call was refused"},
        {CAUSE_TRUNK_DOWN, 5, "the carrier does not take calls"},
        {CAUSE_TRUNK_SILENT, 5, "the carrier does not answer"},
        {CAUSE_NO_AUDIO, 5, "nothing is heard from the far side"},
        {CAUSE_DEADLINE, 15, "the fax took too long"},
};

/* What our machine said of a call that was answered. */
static const struct {
	const char *what, *why;
} reasons[] = {
        {"fax_no_machine", "no fax machine answered there"},
        {"fax_refused", "the far fax machine cannot take such a page"},
        {"fax_document", "the document is none a fax machine takes"},
        {"fax_cut", "the call ended before the fax did"},
};

static str why_not(struct arena *a, const struct message *m, int *ret_minutes)
{
	*ret_minutes = m->lasting ? 0 : 5;
	for (size_t i = 0; i < COUNT(reasons); i++)
		if (str_eq(m->what, str_of(reasons[i].what)))
			return str_of(reasons[i].why);
	if (m->what.n)
		return str_printf(a, "the fax machines lost each other: %.*s", STR_ARG(m->text));
	for (size_t i = 0; i < COUNT(causes); i++)
		if (m->cause == causes[i].cause) {
			*ret_minutes = causes[i].minutes;
			return str_of(causes[i].why);
		}
	return STR("the call was broken off");
}

/* Its call is over. */
static int over(struct db *db, struct arena *a, const struct message *m, struct standing *s, struct fault *f)
{
	int minutes;

	s->pages_done = m->pages;
	if (m->ok) {
		s->state = FAX_DELIVERED;
		return stand(db, a, s, f);
	}
	s->error = why_not(a, m, &minutes);
	s->state = FAX_GIVEN_UP;
	if (minutes && s->tries < FAX_TRIES && s->now - s->created_at < FAX_KEEP_MS) {
		s->state = FAX_WAITING;
		s->next = s->now + minutes * s->tries * CLOCK_MINUTE;
	}
	return stand(db, a, s, f);
}

/* How a call of ours stands, told by who carries it; of another try, or once the fax is settled, it is nobody's. */
static bool concerns(const struct standing *s, str boot, const struct message *m)
{
	return str_eq(boot, m->boot) && (s->state == FAX_CALLING || s->state == FAX_TRANSFERRING || s->state == FAX_UNKNOWN);
}

int fax_follow(struct db *db, struct arena *a, const struct message *m, bool *ret_orphan, struct fault *f)
{
	struct standing s;
	str boot;
	int err = by_uuid(db, a, m->call, &s, &boot, f);

	*ret_orphan = false;
	if (err == ENOENT || (!err && !concerns(&s, boot, m))) {
		*ret_orphan = m->call_state != CALL_ENDED;
		return 0;
	}
	if (!err && m->trunk != s.trunk_id)
		err = toll_count(db, m->trunk, m->at, f);
	if (!err)
		err = db_run(db, "UPDATE fax SET trunk_id = ?2, rate = ?3 WHERE id = ?1",
		        VALS(V(s.id), V(m->trunk), V(m->rate)), NULL, f);
	s.now = m->at;
	s.far_ident = m->name;
	if (err || m->call_state == CALL_ENDED)
		return err ? err : over(db, a, m, &s, f);
	s.pages_done = m->pages;
	s.state = m->on || m->pages ? FAX_TRANSFERRING : FAX_CALLING;
	return stand(db, a, &s, f);
}

int fax_refused(struct db *db, struct arena *a, const struct message *m, int64_t now, struct fault *f)
{
	struct standing s;
	str boot;
	int err = by_uuid(db, a, m->call, &s, &boot, f);

	if (err || s.state != FAX_CALLING)
		return err == ENOENT ? 0 : err;
	s.now = now;
	s.error = STR("the telephone process refused it");
	s.next = now + CLOCK_MINUTE;
	s.state = s.tries < FAX_TRIES && !str_eq(m->text, STR("document")) ? FAX_WAITING : FAX_GIVEN_UP;
	return stand(db, a, &s, f);
}

/* Rejoining ---------------------------------------------------------------------------------------------------------------- */

static bool has_call(const struct message *hello, str uuid)
{
	for (size_t i = 0; i < hello->calls.n; i++)
		if (str_eq(hello->calls.rows[i].call, uuid))
			return true;
	return false;
}

/* A process that lives and has it not was never told of it, since all it knew is stored. One that died cut the call: before the pages began nothing
 * arrived; after that only the far machine knows. */
static int settle(struct db *db, struct arena *a, int64_t id, bool lost, int64_t now, struct fault *f)
{
	struct standing s;
	int err = by_id(db, a, id, &s, f);

	if (err)
		return err;
	s.now = now;
	s.error = STR("the telephone process ended meanwhile");
	s.next = now + CLOCK_MINUTE;
	s.state = lost || s.state == FAX_TRANSFERRING ? FAX_UNKNOWN : FAX_WAITING;
	return stand(db, a, &s, f);
}

int fax_rejoin(struct db *db, struct arena *a, const struct message *hello, int64_t node_id, bool lost, int64_t now,
        struct fault *f)
{
	enum { OPEN_MAX = 1000 };
	int64_t *ids = NEW_N(a, int64_t, OPEN_MAX);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT id, uuid FROM fax WHERE state IN ('calling', 'transferring') AND " BOOT_IS_HERE(
	                "tel_boot") " ORDER BY id LIMIT 1000",
	        VALS(V(node_id)), &r, f);

	while (!err && n < OPEN_MAX && !(err = rows_next(&r, f)))
		if (!has_call(hello, rows_str(&r, 1)))
			ids[n++] = rows_int(&r, 0);
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < n && !err; i++)
		err = settle(db, a, ids[i], lost, now, f);
	return err;
}
