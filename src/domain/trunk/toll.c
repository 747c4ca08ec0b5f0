/* SPDX-License-Identifier: GPL-3.0-or-later */
/* toll.c - toll fraud: who gets hold of our lines calls paid numbers, satellites and far countries, by night and as fast as he can. So a
 * line calls only what it is for, and stops when its hour is spent. Asked by the gate, so it holds for operators and programs alike. */
#include "base/clock.h"
#include "domain/trunk/trunk.h"
#include "kit/phone/phone.h"

enum { HOUR_MINUTES = 60, EXPLICIT = 5 }; /* "+7809" */

static str trimmed(str s)
{
	while (s.n && *s.p == ' ')
		s = str_sub(s, 1, s.n);
	while (s.n && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

static bool is_beginning(str s)
{
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 1 && s.p[0] == '+';
}

bool toll_list_good(str allowed)
{
	str one;

	if (!allowed.n)
		return true;
	while (str_cut(&allowed, ',', &one))
		if (!is_beginning(trimmed(one)))
			return false;
	return true;
}

enum toll toll_of_list(str allowed, str number)
{
	enum phone_kind kind = phone_kind(number);
	bool costly = kind == PHONE_PREMIUM || kind == PHONE_SATELLITE, named = false, covered = !allowed.n;
	str one;

	while (allowed.n && str_cut(&allowed, ',', &one)) {
		one = trimmed(one);
		if (!str_starts(number, one))
			continue;
		covered = true;
		named |= kind == PHONE_SATELLITE || one.n >= EXPLICIT;
	}
	if (costly && !named)
		return TOLL_COSTLY;
	return covered ? TOLL_OK : TOLL_ABROAD;
}

/* When enough of the hour's calls are an hour old. */
static int room_at(struct db *db, struct arena *a, int64_t trunk_id, int64_t now, int64_t *ret, struct fault *f)
{
	struct val v;
	int err = db_one(db, a, "SELECT MIN(minute) FROM trunk_minute WHERE trunk_id = ?1 AND minute > ?2",
	        VALS(V(trunk_id), V(now / CLOCK_MINUTE - HOUR_MINUTES)), &v, 1, f);

	if (!err)
		*ret = (val_int(v) + HOUR_MINUTES) * CLOCK_MINUTE;
	return err;
}

int toll_of_trunk(
        struct db *db, struct arena *a, int64_t trunk_id, str number, int64_t now, struct toll_answer *ret, struct fault *f)
{
	struct val v[3];
	int err = db_one(db, a,
	        "SELECT t.allowed, t.kind, CASE WHEN " TOLL_SPENT("?2") " THEN 1 ELSE 0 END FROM trunk t WHERE t.id = ?1",
	        VALS(V(trunk_id), V(now / CLOCK_MINUTE - HOUR_MINUTES)), v, COUNT(v), f);
	struct toll_answer answer = {0};

	if (err)
		return err;
	answer.toll = toll_of_list(str_eq(val_str(v[1]), STR("practice")) ? (str){0} : val_str(v[0]), number);
	if (answer.toll == TOLL_OK && val_int(v[2])) {
		answer.toll = TOLL_HOUR;
		err = room_at(db, a, trunk_id, now, &answer.until, f);
	}
	if (!err)
		*ret = answer;
	return err;
}

int toll_count(struct db *db, int64_t trunk_id, int64_t now, struct fault *f)
{
	int err = db_run(db,
	        "INSERT INTO trunk_minute (trunk_id, minute, calls) VALUES (?1, ?2, 1) ON CONFLICT (trunk_id, minute) DO UPDATE SET "
	        "calls = trunk_minute.calls + 1",
	        VALS(V(trunk_id), V(now / CLOCK_MINUTE)), NULL, f);

	return err ? err
	           : db_run(db, "DELETE FROM trunk_minute WHERE trunk_id = ?1 AND minute <= ?2",
	                     VALS(V(trunk_id), V(now / CLOCK_MINUTE - HOUR_MINUTES)), NULL, f);
}

int toll_alarm(
        struct db *db, struct arena *a, int64_t now, int64_t *ret_n, int64_t *ret_since, str *ret_name, struct fault *f)
{
	struct val v[3];
	int err = db_one(db, a,
	        "SELECT COUNT(*), MIN((SELECT MAX(m.minute) FROM trunk_minute m WHERE m.trunk_id = t.id)), MIN(t.name) FROM trunk t "
	        "WHERE t.disabled = 0 AND " TOLL_SPENT("?1"),
	        VALS(V(now / CLOCK_MINUTE - HOUR_MINUTES)), v, COUNT(v), f);

	if (err)
		return err;
	*ret_n = val_int(v[0]);
	*ret_since = val_int(v[1]) * CLOCK_MINUTE;
	*ret_name = val_str(v[2]);
	return 0;
}
