/* SPDX-License-Identifier: GPL-3.0-or-later */
/* caller.c - numbers we show, in turn; how often each is answered by the hour, since carriers and telephones mark numbers as spam; and which
 * of them is answered less than it was. */
#include "callflow/routing.h"
#include "domain/role/role.h"
#include "domain/trunk/trunk.h"
#include "kit/app/app.h"
#include "kit/tally/tally.h"

#include "base/clock.h"
#include "base/parse.h"

enum { RATE_DAYS = 14, NUMBERS_MAX = 1000, OFFSET_MAX_MIN = 14 * 60 };

#define ENTITY struct caller_number
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_PHONE(number, "What the called party sees", .flags = REQUIRED | SEARCHED),
        F_REF(trunk_id, "trunk", "Over which line: its carrier lets us show it", .flags = REQUIRED),
        F_REF(project_id, "project", "For which project only; null: for all", .flags = NULLABLE),
        F_STR(note, 0, 300, "Where it comes from, by which contract", .flags = NULLABLE | SEARCHED),
        F_BOOL(disabled, "Rests: is not shown"),
        F_TIME(created_at, "When it was entered", .flags = GIVEN),
};
#undef ENTITY
static const struct entity caller_entity = ENTITY_OF(caller_number, fields, "caller_number", "A number we may show");

static int check(struct request *q, const void *old, void *new)
{
	const struct caller_number *c = new;
	struct val n;
	int err;

	(void)old;
	if (!c)
		return 0;
	err = db_one(q->db, q->a, "SELECT COUNT(*) FROM caller_number WHERE trunk_id = ?1 AND number = ?2 AND id <> ?3",
	        VALS(V(c->trunk_id), V(c->number), V(c->id)), &n, 1, &q->fault);
	return err || !val_int(n) ? err : fail(&q->fault, EEXIST, "number", "unique", "this line has this number already");
}

static void fill(struct request *q, void *new)
{
	struct caller_number *c = new;

	c->created_at = q->now;
}

const struct resource caller_number_resource = {
        .entity = &caller_entity,
        .path = "/caller_numbers",
        .read = MAY_SET_UP,
        .write = MAY_SET_UP,
        .remove = MAY_SET_UP,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "trunk_id,number",
        .check = check,
        .fill = fill,
        .imports = true,
};

int caller_choose(
        struct db *db, struct arena *a, int64_t trunk_id, int64_t project_id, int64_t now, str *ret, struct fault *f)
{
	struct val v;
	int err = db_one(db, a,
	        "SELECT n.number FROM caller_number n WHERE n.trunk_id = ?1 AND n.disabled = 0 AND (n.project_id IS NULL OR n.project_id = ?2) "
	        "ORDER BY CASE WHEN n.project_id IS NULL THEN 1 ELSE 0 END, "
	        "COALESCE((SELECT SUM(h.dialled) FROM caller_hour h WHERE h.caller = n.number AND h.hour > ?3), 0), n.id LIMIT 1",
	        VALS(V(trunk_id), V(project_id), V(now - CLOCK_DAY)), &v, 1, f);

	*ret = err ? (str){0} : val_str(v);
	return err == ENOENT ? 0 : err;
}

/* Counting -------------------------------------------------------------------------------------------------------------- */

#define COUNTED \
	"SELECT c.caller, c.dialled_at / 3600000 * 3600000, COUNT(*), SUM(CASE WHEN c.answered_at IS NOT NULL THEN 1 ELSE 0 END) " \
	"FROM call c WHERE c.caller IS NOT NULL AND c.dialled_at IS NOT NULL AND c.ended_at IS NOT NULL"
#define KEPT "SELECT caller, hour, dialled, answered FROM caller_hour"

int caller_count_add(struct db *db, str caller, int64_t dialled_at, bool answered, struct fault *f)
{
	static const struct tally_column columns[] = {
	        {"hour", NULL}, {"caller", NULL}, {"dialled", NULL}, {"answered", NULL}};
	static const struct tally_table caller_hour = {
	        .name = "caller_hour", .key = columns, .n_key = 2, .sums = columns + 2, .n_sums = 2};
	const struct val key[] = {V(dialled_at / CLOCK_HOUR * CLOCK_HOUR), V(caller)};
	const int64_t sums[] = {1, answered};

	return caller.n && dialled_at ? tally_add(db, &caller_hour, key, sums, f) : 0;
}

int caller_counts_check(struct db *db, struct arena *a, int64_t *wrong, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "SELECT (SELECT COUNT(*) FROM (SELECT * FROM (" COUNTED " GROUP BY 1, 2) y EXCEPT " KEPT
	        ") x), (SELECT COUNT(*) FROM (" KEPT " EXCEPT SELECT * FROM (" COUNTED " GROUP BY 1, 2) y) x)",
	        NO_VALS, v, COUNT(v), f);

	if (!err)
		*wrong += val_int(v[0]) + val_int(v[1]);
	return err;
}

int caller_counts_recount(struct db *db, struct fault *f)
{
	int err = db_run(db, "DELETE FROM caller_hour", NO_VALS, NULL, f);

	return err ? err
	           : db_run(db, "INSERT INTO caller_hour (caller, hour, dialled, answered) " COUNTED " GROUP BY 1, 2",
	                     NO_VALS, NULL, f);
}

/* Falling --------------------------------------------------------------------------------------------------------------- */

int caller_fallen(struct db *db, struct arena *a, int64_t now, int64_t *ret_n, str *ret_one, struct fault *f)
{
	struct rows r;
	int64_t n = 0;
	int err = db_ask(db, a,
	        "SELECT h.caller, SUM(CASE WHEN h.hour > ?1 THEN h.dialled ELSE 0 END), SUM(CASE WHEN h.hour > ?1 THEN h.answered ELSE 0 END), "
	        "SUM(h.dialled), SUM(h.answered) FROM caller_hour h WHERE h.hour > ?2 AND EXISTS (SELECT 1 FROM caller_number n WHERE "
	        "n.number = h.caller AND n.disabled = 0) GROUP BY h.caller ORDER BY h.caller LIMIT 1000",
	        VALS(V(now - CLOCK_DAY), V(now - (RATE_DAYS + 1) * (int64_t)CLOCK_DAY)), &r, f);

	*ret_one = (str){0};
	while (!err && !(err = rows_next(&r, f))) {
		struct caller_count today = {rows_int(&r, 1), rows_int(&r, 2)},
		                    before = {rows_int(&r, 3) - today.dialled, rows_int(&r, 4) - today.answered};
		if (!caller_fell(today, before))
			continue;
		if (!n++)
			*ret_one = str_copy(a, rows_str(&r, 0));
	}
	rows_done(&r);
	*ret_n = n;
	return err == ENOENT ? 0 : err;
}

/* Days of each number for the page, in the asker's own days. */
static int rates(struct request *q)
{
	str text = http_param(q->http, "offset_min");
	int64_t offset = 0;
	struct rows r;
	int err;

	if (text.p && !parse_int(text, -OFFSET_MAX_MIN, OFFSET_MAX_MIN, &offset))
		return fail(&q->fault, EINVAL, "offset_min", "range", "minutes east of UTC");
	offset *= CLOCK_MINUTE;
	err = db_ask(q->db, q->a,
	        "SELECT caller, (hour + ?1) / 86400000 * 86400000 - ?1, SUM(dialled), SUM(answered) FROM caller_hour WHERE hour > ?2 "
	        "GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 20000",
	        VALS(V(offset), V(q->now - (RATE_DAYS + 1) * (int64_t)CLOCK_DAY)), &r, &q->fault);
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	while (!err && !(err = rows_next(&r, &q->fault))) {
		static const char *const names[] = {"from", "dialled", "answered"};
		json_open(&q->out, '{');
		json_key(&q->out, "number");
		json_add_text(&q->out, rows_str(&r, 0));
		for (int i = 0; i < 3; i++) {
			json_key(&q->out, names[i]);
			json_add_int(&q->out, rows_int(&r, i + 1));
		}
		json_close(&q->out, '}');
	}
	rows_done(&r);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}

#define RATES_SCHEMA \
	"{\"type\":\"object\",\"required\":[\"rows\"],\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"required\":[\"number\",\"from\",\"dialled\",\"answered\"],\"properties\":{\"number\":{\"type\":\"string\"}," \
	"\"from\":{\"type\":\"integer\"},\"dialled\":{\"type\":\"integer\"},\"answered\":{\"type\":\"integer\"}}}}}}"

const struct route caller_routes[] = {
        {HTTP_GET, "/caller_numbers/rates", MAY_SET_UP, rates,
                "How often each caller number was dialled from and answered, by day, the last two weeks; ?offset_min= minutes east of UTC",
                .gives_raw = "application/json", .schema = RATES_SCHEMA},
        {0}};
