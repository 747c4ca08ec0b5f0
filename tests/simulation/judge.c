/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge.c - what must hold, by a book of the judge's own: the commands that were sent and the ends that came, never what the gate thinks.
 * Hours are counted by hand: three zones without a summer clock, and Berlin's two changes of 2026. */
#include "simulation.h"

#include "domain/call/call.h"

#include <stdarg.h>
#include <unistd.h>

/* The calendar ----------------------------------------------------------------------------------------------------------- */

static int offset_min(int zone, int64_t now)
{
	static const int fixed[] = {180, 300, 600};
	int64_t summer = date_days((struct date){2026, 3, 29}) * CLOCK_DAY + CLOCK_HOUR,
	        winter = date_days((struct date){2026, 10, 25}) * CLOCK_DAY + CLOCK_HOUR;

	return zone < 3 ? fixed[zone] : now >= summer && now < winter ? 120 : 60;
}

static int64_t local_day(int64_t now, int zone)
{
	return (now + (int64_t)offset_min(zone, now) * CLOCK_MINUTE) / CLOCK_DAY;
}

static bool day_off(struct date d)
{
	static const int off[][3] = {
	        {2026, 5, 1}, {2026, 5, 9}, {2026, 5, 11}, {2026, 6, 12}, {2026, 11, 4}, {2026, 12, 31}};

	for (size_t i = 0; i < COUNT(off); i++)
		if (d.year == off[i][0] && d.month == off[i][1] && d.day == off[i][2])
			return true;
	return d.year == 2027 && d.month == 1 && d.day <= 8;
}

static bool open_at(int64_t now, int zone)
{
	int64_t day = local_day(now, zone);
	int minute = (int)((now + (int64_t)offset_min(zone, now) * CLOCK_MINUTE) % CLOCK_DAY / CLOCK_MINUTE);
	bool lawful = !w->purpose || (minute >= 540 && minute < 1260);

	if (!w->days_off && (date_weekday(day) >= 5 || day_off(date_of_days(day))))
		return false;
	return lawful && minute >= w->from_min && minute < w->to_min;
}

/* The book --------------------------------------------------------------------------------------------------------------- */

_Noreturn void broken(const char *fmt, ...)
{
	char what[600], at[32];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	clock_iso(w->now, at);
	printf("seed %llu at %s, life %d: %s\n", (unsigned long long)w->seed, at, w->lives, what);
	fflush(stdout);
	_exit(BROKEN);
}

static struct dialled *find(str uuid)
{
	for (int i = w->n_dials - 1; i >= 0; i--)
		if (str_eq(str_of(w->dials[i].uuid), uuid))
			return w->dials + i;
	return NULL;
}

static bool ours(enum call_cause cause)
{
	return attempt_causes[cause].not_his;
}

void judge_lost(str uuid)
{
	struct dialled *d = find(uuid);

	if (!d)
		return;
	if (!d->ended_at)
		d->ended_at = w->now;
	d->cause = CAUSE_TEL_LOST;
}

void judge_ended(const struct line *l)
{
	struct dialled *d = find(str_of(l->uuid));

	if (!d || d->ended_at)
		return;
	d->ended_at = w->now;
	d->cause = l->c.cause;
	d->talked = l->c.connected_at != 0;
}

void judge_saved(str uuid)
{
	struct dialled *d = find(uuid);

	if (d)
		d->saved = true;
}

static int number_of(str e164)
{
	for (int i = 0; i < w->n_numbers; i++)
		if (str_eq(str_of(w->numbers[i].e164), e164))
			return i;
	broken("%.*s is nobody's number", STR_ARG(e164));
}

/* The shortest time after this end that any rule of the house leaves. */
static int64_t least_pause(const struct dialled *d)
{
	int64_t gap = w->gap_min * (int64_t)CLOCK_MINUTE, own = attempt_causes[d->cause].retry_ms;

	if (d->talked || d->saved)
		return gap < CLOCK_MINUTE ? gap : CLOCK_MINUTE;
	if (d->cause == CAUSE_BUSY)
		return 3 * (int64_t)CLOCK_MINUTE;
	return own < 0 ? gap : own;
}

static void judge_before(const struct dialled *new, int zone)
{
	int today = 0, all = 0, rung_today = 0, rung = 0;

	for (const struct dialled *d = w->dials; d < new; d++) {
		if (d->number == new->number && !d->ended_at)
			broken("%s is dialled for contact %d while a call to it for contact %d, of %lld s ago, is not over",
			        w->numbers[d->number].e164, new->contact, d->contact, (long long)(new->at - d->at) / 1000);
		rung += d->number == new->number && !ours(d->cause);
		rung_today +=
		        d->number == new->number && !ours(d->cause) && local_day(d->at, zone) == local_day(new->at, zone);
		if (d->contact != new->contact)
			continue;
		if (!d->ended_at)
			broken("contact %d is dialled twice at a time", d->contact);
		if (!new->promised &&new->at < d->ended_at + least_pause(d))
			broken("contact %d is dialled %lld s after a call that ended by %s", d->contact,
			        (long long)(new->at - d->ended_at) / 1000, call_cause_names[d->cause]);
		all += !ours(d->cause);
		today += !ours(d->cause) && local_day(d->at, zone) == local_day(new->at, zone);
	}
	if (!new->promised && (today >= w->per_day || rung_today >= w->per_day))
		broken("contact %d, of %s, is dialled %d times and its number %d times in a day of at most %d", new->contact,
		        w->numbers[new->number].e164, today + 1, rung_today + 1, w->per_day);
	if (!new->promised && (all >= w->total || rung >= w->total))
		broken("contact %d, of %s, is dialled %d times and its number %d times of at most %d", new->contact,
		        w->numbers[new->number].e164, all + 1, rung + 1, w->total);
}

static void judge_rules(const struct dialled *d, int zone, bool by_hand)
{
	const struct whom *c = w->contacts + d->contact;

	if (!open_at(d->at, zone))
		broken("contact %d is dialled outside its hours", d->contact);
	if (w->numbers[d->number].refused_at)
		broken("%s is dialled though it is on the list", w->numbers[d->number].e164);
	if (w->stopped)
		broken("contact %d is dialled in a project that was stopped", d->contact);
	if (w->quota_full && !c->city && !by_hand)
		broken("contact %d is dialled though its quota is filled", d->contact);
}

static void judge_quota(void)
{
	int leads = 0;

	for (int i = 1; i <= w->n_contacts; i++)
		leads += !w->contacts[i].city && w->contacts[i].last_result == 1;
	if (w->quota && leads >= w->quota && !w->quota_full)
		w->quota_full = true, w->seen.quotas++;
}

/* Nobody is sent away from his work by us, unless he left a talk without a result. */
void judge_pause(const struct message *m)
{
	if (!person_of(m->operator_id)->talked && !w->hand)
		broken("operator %d is sent to a pause after a call that nobody answered", (int)m->operator_id);
}

void judge_dial(const struct message *m, struct store *s)
{
	struct dialled *d = w->dials + w->n_dials;
	struct arena a = {0};
	struct val v[2];
	struct db *db = store_take(s);
	int zone, err = db_one(db, &a,
	                  "SELECT c.contact_id, (SELECT COUNT(*) FROM callback k WHERE k.contact_id = c.contact_id AND "
	                  "k.state = 'open') FROM call c WHERE c.uuid = ?1 AND c.ended_at IS NULL",
	                  VALS(V(m->call)), v, COUNT(v), NULL);

	store_give(s, db);
	if (err)
		broken("a dial was sent for call %.*s, which is not open", STR_ARG(m->call));
	if (find(m->call))
		broken("call %.*s was dialled twice", STR_ARG(m->call));
	if (w->n_dials + 1 == DIALS)
		broken("too many dials for one run");
	*d = (struct dialled){
	        .at = w->now, .contact = (int)val_int(v[0]), .number = number_of(m->number), .promised = val_int(v[1]) > 0};
	snprintf(d->uuid, sizeof(d->uuid), "%.*s", STR_ARG(m->call));
	say("dial %s for contact %d%s", m->number.p ? w->numbers[d->number].e164 : "", d->contact,
	        d->promised ? ", promised" : "");
	judge_quota();
	zone = w->contacts[d->contact].zone < 0 ? w->numbers[d->number].zone : w->contacts[d->contact].zone;
	judge_before(d, zone);
	judge_rules(d, zone, w->mode < 2 || w->hand);
	w->n_dials++;
	w->seen.dials++;
	arena_free(&a);
}

/* The house -------------------------------------------------------------------------------------------------------------- */

static int64_t count(struct db *db, struct arena *a, const char *sql)
{
	struct val v;
	struct fault f = {0};

	if (db_one(db, a, sql, VALS(V(w->now)), &v, 1, &f))
		broken("%s: %s", sql, f.what);
	return val_int(v);
}

static const struct {
	bool last; /* only when all is over */
	const char *what, *sql;
} laws[] = {
        {false, "contacts are held by calls that are over",
                "SELECT COUNT(*) FROM contact c JOIN call k ON k.id = c.reserved_call WHERE ?1 > 0 AND k.ended_at IS NOT NULL AND "
                "(k.connected_at IS NULL OR k.result_at IS NOT NULL)"},
        {false, "contacts are held longer than their reservation",
                "SELECT COUNT(*) FROM contact c JOIN call k ON k.id = c.reserved_call WHERE k.ended_at IS NOT NULL AND c.reserved_until < ?1 - "
                "180000"},
        {false, "contacts have a holder and are not reserved, or the other way round",
                "SELECT COUNT(*) FROM contact WHERE ?1 > 0 AND (state = 'reserved') <> (reserved_call IS NOT NULL)"},
        {false, "contacts have more attempts than calls, or less than none",
                "SELECT COUNT(*) FROM contact c WHERE ?1 > 0 AND (attempts < 0 OR attempts_day < 0 OR attempts_day > attempts OR attempts > "
                "(SELECT COUNT(*) FROM call k WHERE k.contact_id = c.id AND k.dialled_at IS NOT NULL))"},
        {false, "events of a tel are stored with gaps",
                "SELECT COUNT(*) FROM (SELECT MAX(seq) AS last, COUNT(*) AS n FROM call_event WHERE ?1 > 0 GROUP BY tel_boot) AS boots WHERE "
                "last <> n"},
        {false, "operators have two calls",
                "SELECT COUNT(*) FROM (SELECT operator_id FROM call WHERE ?1 > 0 AND ended_at IS NULL AND operator_id IS NOT NULL GROUP BY "
                "operator_id HAVING COUNT(*) > 1) AS two"},
        {false, "operators who are free hold a call that needs nothing more",
                "SELECT COUNT(*) FROM shift s JOIN call c ON c.id = s.call_id WHERE ?1 > 0 AND s.ended_at IS NULL AND s.state IN ('ready', "
                "'pause') AND c.ended_at IS NOT NULL AND (c.connected_at IS NULL OR c.result_at IS NOT NULL)"},
        {true, "calls are open", "SELECT COUNT(*) FROM call WHERE ?1 > 0 AND ended_at IS NULL"},
        {true, "contacts are reserved", "SELECT COUNT(*) FROM contact WHERE ?1 > 0 AND state = 'reserved'"},
        {true, "shifts go on", "SELECT COUNT(*) FROM shift WHERE ?1 > 0 AND ended_at IS NULL"},
};

static void judge_results(struct db *db, struct arena *a)
{
	for (int64_t id = 1; id < DIALS; id++) {
		struct val v;
		if (!w->saved[id])
			continue;
		if (db_one(db, a, "SELECT result_id FROM call WHERE id = ?1 AND result_at IS NOT NULL", VALS(V(id)), &v, 1,
		            NULL) ||
		        val_int(v) != w->saved[id])
			broken("the acknowledged result of call %d is lost", (int)id);
	}
}

/* What is his own is an attempt, what was our fault is none unless a result says more. */
static void judge_attempts(struct db *db, struct arena *a)
{
	for (int64_t id = 1; id <= w->n_contacts; id++) {
		int64_t his = 0;
		struct val v;
		for (const struct dialled *d = w->dials; d < w->dials + w->n_dials; d++)
			his += d->contact == id && !ours(d->cause);
		if (db_one(db, a, "SELECT attempts FROM contact WHERE id = ?1", VALS(V(id)), &v, 1, NULL) ||
		        val_int(v) < his)
			broken("contact %d was dialled %d times and has %d attempts", (int)id, (int)his, (int)val_int(v));
	}
}

void judge_house(struct store *s, bool last)
{
	struct db *db = store_take(s);
	struct arena a = {0};
	struct fault f = {0};
	int64_t wrong = 0;

	for (size_t i = 0; i < COUNT(laws); i++)
		if ((last || !laws[i].last) && count(db, &a, laws[i].sql))
			broken("%lld %s", (long long)count(db, &a, laws[i].sql), laws[i].what);
	judge_results(db, &a);
	if (last)
		judge_attempts(db, &a);
	if (call_rollups_check(db, &a, &wrong, &f) || wrong)
		broken("%lld rows of the roll-ups are not what they count %s", (long long)wrong, f.what);
	arena_free(&a);
	store_give(s, db);
}
