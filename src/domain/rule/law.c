/* SPDX-License-Identifier: GPL-3.0-or-later */
/* law.c - the rows that apply to a project now, the strictest of each kind. Two small queries, on any number of contacts. */
#include "domain/rule/rule.h"
#include "kit/app/app.h"

enum { DAYS_BEFORE = 3, DAYS_AHEAD = 32 };

static str day_text(struct arena *a, int64_t day)
{
	struct date d = date_of_days(day);

	return str_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);
}

/* Is more of it stricter? */
static bool more_is_stricter(enum rule_kind kind)
{
	return kind == RULE_GAP || kind == RULE_ABANDONED_LOCK || kind == RULE_RING;
}

static void narrow(int *from, int *to, int64_t rule_from, int64_t rule_to)
{
	if (*from < rule_from)
		*from = (int)rule_from;
	if (*to > rule_to)
		*to = (int)rule_to;
}

/* id, kind, value, days, from_min, to_min, list, loaded_at of the register */
static void take(struct law *l, const struct rows *r, int64_t now)
{
	int64_t id = rows_int(r, 0), value = rows_int(r, 2), days = rows_int(r, 3);
	str word = rows_str(r, 1);
	int kind = 0;

	while (kind < RULE_KINDS && !str_eq(word, str_of(rule_kind_words[kind])))
		kind++;
	if (kind == RULE_KINDS)
		return;
	if (kind == RULE_HOURS_WORKDAY)
		narrow(&l->work_from, &l->work_to, rows_int(r, 4), rows_int(r, 5));
	else if (kind == RULE_HOURS_DAY_OFF)
		narrow(&l->off_from, &l->off_to, rows_int(r, 4), rows_int(r, 5));
	else if (kind == RULE_LIST && rows_int(r, 7) < now - days * CLOCK_DAY)
		l->stale_list = id;
	if (l->of[kind].id &&
	        (more_is_stricter((enum rule_kind)kind) ? value <= l->of[kind].value : value >= l->of[kind].value))
		return;
	l->of[kind].id = id;
	l->of[kind].value = value;
	l->of[kind].days = days;
}

static int load_rules(struct db *db, struct arena *a, int64_t project_id, str jurisdiction, enum purpose purpose,
        int64_t now, struct law *l, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT r.id, r.kind, r.value, r.days, r.from_min, r.to_min, r.list, g.loaded_at FROM rule r "
	        "LEFT JOIN rule_exception e ON e.rule_id = r.id AND e.project_id = ?1 LEFT JOIN register g ON g.name = r.list "
	        "WHERE r.jurisdiction = ?2 AND (r.purpose IS NULL OR r.purpose = ?3) AND (r.valid_from IS NULL OR r.valid_from <= ?4) "
	        "AND (r.valid_to IS NULL OR r.valid_to >= ?4) AND COALESCE(e.applies, 1 - r.disabled) = 1 ORDER BY r.id",
	        VALS(V(project_id), V(jurisdiction), V(str_of(purpose_words[purpose])), V(day_text(a, now / CLOCK_DAY))), &r,
	        f);

	while (!err && !(err = rows_next(&r, f)))
		take(l, &r, now);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int load_days(struct db *db, struct arena *a, str jurisdiction, int64_t now, struct law *l, struct fault *f)
{
	int64_t today = now / CLOCK_DAY;
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT day, kind FROM day_off WHERE jurisdiction = ?1 AND day >= ?2 AND day <= ?3 ORDER BY day",
	        VALS(V(jurisdiction), V(day_text(a, today - DAYS_BEFORE)), V(day_text(a, today + DAYS_AHEAD))), &r, f);

	l->days = NEW_N(a, struct law_day, DAYS_BEFORE + DAYS_AHEAD + 1);
	while (!err && !(err = rows_next(&r, f))) {
		struct date d;
		if (date_parse(rows_str(&r, 0), &d) && l->n_days < DAYS_BEFORE + DAYS_AHEAD + 1)
			l->days[l->n_days++] = (struct law_day){date_days(d), str_eq(rows_str(&r, 1), STR("off"))};
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

int law_load(struct db *db, struct arena *a, int64_t project_id, str jurisdiction, enum purpose purpose, int64_t now,
        struct law *ret, struct fault *f)
{
	struct law l = {.work_to = 1440, .off_to = 1440};
	int err = load_days(db, a, jurisdiction, now, &l, f);

	if (!err && purpose != PURPOSE_NONE)
		err = load_rules(db, a, project_id, jurisdiction, purpose, now, &l, f);
	if (!err)
		*ret = l;
	return err;
}

static const struct law_day *find_day(const struct law *l, struct date d)
{
	int64_t day = date_days(d);

	for (size_t i = 0; i < l->n_days; i++)
		if (l->days[i].day == day)
			return l->days + i;
	return NULL;
}

bool law_day_off(const struct law *l, struct date d)
{
	const struct law_day *known = find_day(l, d);

	return known && known->off;
}

bool law_rest(const struct law *l, struct date d)
{
	const struct law_day *known = find_day(l, d);

	return known ? known->off : date_weekday(date_days(d)) >= 5;
}
