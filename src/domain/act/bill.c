/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bill.c - the lines of an act: what the log holds, by the tariffs in force on each day. What is counted and the journal's filter that shows it
 * stand in one row of a table, so that a line opens the calls it was made of. */
#include "domain/act/act_priv.h"

#include "domain/shift/shift.h"
#include "engine/zone/zone.h"

static const char *const units[] = {"dialogue", "minute", "hour", "month", "lead", "project", "minimum", NULL};

#define ENTITY struct act_line
static const struct field fields[] = {
        F_ID(),
        F_INT(position, 1, LINES_MAX, "Its number in the act", .flags = GIVEN),
        F_INT(tariff_id, 0, 0, "By which tariff; null: what lacked to the minimum", .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_WORD(unit, units, "What is counted", .flags = GIVEN),
        F_DATE(from_day, "First day", .flags = GIVEN),
        F_DATE(to_day, "Last day", .flags = GIVEN),
        F_STR(name, 0, 300, "As it is printed", .flags = GIVEN),
        F_INT(quantity_m, 0, 0, "How many, in thousandths", .flags = GIVEN),
        F_INT(price_kop, 0, 0, "Price of one, the discount taken off, in kopecks", .flags = GIVEN),
        F_INT(discount_bp, 0, 0, "That discount in hundredths of a per cent", .flags = GIVEN),
        F_INT(sum_kop, 0, 0, "Quantity times price, in kopecks", .flags = GIVEN),
        F_INT(calls, 0, 0, "Calls behind it", .flags = GIVEN),
        F_STR(journal, 0, 300, "The filter that lists them in GET /calls, and in GET /projects/{id}/report/calls",
                .flags = GIVEN | NULLABLE),
};
#undef ENTITY
const struct entity act_line_entity = ENTITY_OF(act_line, fields, "act_line", "A line of an act");

/* Of calls that were dialled in the days of a line: which of them count, said to the database and to the journal. */
static const struct {
	const char *condition, *journal, *name, *measure;
} counted[LINE_UNITS] = {
        [TARIFF_DIALOGUE] = {" AND is_dialogue = 1", "&is_dialogue=1", "Диалоги", "диалог"},
        [TARIFF_MINUTE] = {" AND talk_ms >= 1", "&talk_ms>=1", "Минуты разговора", "мин."},
        [TARIFF_HOUR] = {"", "", "Часы работы операторов", "ч"},
        [TARIFF_MONTH] = {"", "", "Абонентская плата", "мес."},
        [TARIFF_LEAD] =
                {" AND counts_as = 'lead' AND NOT EXISTS (SELECT 1 FROM verdict v WHERE v.contact_id = call.contact_id AND v.verdict = 'rejected')",
                        "&counts_as=lead&rejected=0", "Лиды", "лид"},
        [TARIFF_PROJECT] = {"", "", "Работы по проекту", "усл."},
        [LINE_MINIMUM] = {"", "", "Доплата до минимальной суммы", "усл."},
};

const char *line_measure(int unit)
{
	return counted[unit].measure;
}

struct counting {
	struct db *db;
	struct arena *a;
	const struct act *act;
	str timezone;
	int64_t now;
	struct bill bill;
	int64_t minimum;
};
struct calls {
	int64_t n, talk_ms, whole_min;
};

static str day_text(struct arena *a, int64_t days)
{
	struct date d = date_of_days(days);

	return str_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static int count_calls(
        struct counting *c, const char *condition, int64_t from_at, int64_t to_at, struct calls *ret, struct fault *f)
{
	struct query *q = query_new(c->a);
	struct val v[3];
	int err;

	query_add(q,
	        "SELECT COUNT(*), CAST(COALESCE(SUM(talk_ms), 0) AS BIGINT), CAST(COALESCE(SUM((talk_ms + 59999) / 60000), 0) "
	        "AS BIGINT) FROM call WHERE project_id = ");
	query_val(q, V(c->act->project_id));
	query_add(q, " AND dialled_at IS NOT NULL AND asked_at >= ");
	query_val(q, V(from_at));
	query_add(q, " AND asked_at < ");
	query_val(q, V(to_at));
	query_piece(q, condition);
	err = db_one(c->db, c->a, QUERY(q), v, COUNT(v), f);
	if (!err)
		*ret = (struct calls){val_int(v[0]), val_int(v[1]), val_int(v[2])};
	return err;
}

/* The share of each calendar month that the days cover. */
static int64_t months(int64_t from, int64_t to)
{
	int64_t quantity_m = 0;

	while (from <= to) {
		struct date d = date_of_days(from);
		int64_t first = date_days((struct date){d.year, d.month, 1}),
		        next = date_days((struct date){d.year, d.month + 1, 1}), end = next - 1 < to ? next - 1 : to;
		quantity_m += quantity_of(end - from + 1, next - first);
		from = next;
	}
	return quantity_m;
}

static int quantity(struct counting *c, const struct tariff_span *s, int64_t from_at, int64_t to_at, const struct calls *n,
        int64_t *ret, struct fault *f)
{
	int64_t ms;
	int err;

	switch ((enum tariff_unit)s->tariff.unit) {
	case TARIFF_MINUTE:
		*ret = s->tariff.rounding == TARIFF_CALL_MINUTE ? n->whole_min * 1000
		                                                : quantity_of(n->talk_ms, CLOCK_MINUTE);
		return 0;
	case TARIFF_HOUR:
		err = shift_worked(c->db, c->a, s->tariff.project_id, from_at, to_at, c->now, &ms, f);
		*ret = err ? 0 : quantity_of(ms, CLOCK_HOUR);
		return err;
	case TARIFF_MONTH: *ret = months(s->from, s->to); return 0;
	case TARIFF_PROJECT: *ret = 1000; return 0;
	case TARIFF_DIALOGUE:
	case TARIFF_LEAD:
	case TARIFF_UNITS: *ret = n->n * 1000; return 0;
	}
	return 0;
}

static str line_name(struct arena *a, const struct act_line *l, bool whole_minutes)
{
	struct text t = {.a = a};

	text_add(&t, str_of(counted[l->unit].name));
	text_lit(&t, ", ");
	text_add(&t, day_print(a, l->from_day));
	text_lit(&t, "–");
	text_add(&t, day_print(a, l->to_day));
	if (whole_minutes)
		text_lit(&t, ", каждый разговор до целой минуты");
	if (l->discount_bp) {
		text_lit(&t, ", скидка ");
		text_add(&t, quantity_print(a, l->discount_bp * 10));
		text_lit(&t, "\u00a0%");
	}
	return text_str(&t);
}

static int line_add(struct counting *c, struct act_line *l, struct fault *f)
{
	struct bill *b = &c->bill;

	if (!money_times(l->price_kop, l->quantity_m, &l->sum_kop) || b->sum_kop + l->sum_kop > MONEY_MAX)
		return fail(f, EINVAL, "from_day", "sum", "the sum is too large for an act: look at the prices");
	if (b->n == LINES_MAX)
		return fail(f, EINVAL, "to_day", "lines", "too many tariffs in these days: make several acts");
	b->sum_kop += l->sum_kop;
	l->id = l->position = (int64_t)b->n + 1;
	b->lines[b->n++] = *l;
	return 0;
}

/* Of the leads of a line those the customer may still reject: a job notes when his term is over (domain/report). */
static const char undecided[] =
        " AND counts_as = 'lead' AND EXISTS (SELECT 1 FROM contact c JOIN result r ON r.id = c.last_result_id JOIN project p ON p.id = c.project_id "
        "WHERE c.id = call.contact_id AND r.counts_as = 'lead' AND p.accept_days > 0) AND NOT EXISTS (SELECT 1 FROM verdict v WHERE v.contact_id = "
        "call.contact_id)";

/* A fixed price is due once, on its last day, and for all of its days. */
static int fixed_price(struct counting *c, struct tariff_span *s, bool *ret_due, struct fault *f)
{
	const struct tariff *t = &s->tariff;
	struct date from = {0}, to = {0};
	struct val billed;
	int err = 0;

	*ret_due = date_parse(t->from_day, &from) && date_parse(t->to_day, &to) && s->to == date_days(to);
	if (*ret_due)
		err = db_one(c->db, c->a,
		        "SELECT COUNT(*) FROM act_line l JOIN act a ON a.id = l.act_id WHERE l.tariff_id = ?1 AND a.state <> 'cancelled'",
		        VALS(V(t->id)), &billed, 1, f);
	if (*ret_due && !err)
		*ret_due = !val_int(billed);
	s->from = date_days(from);
	return err;
}

static int count_span(struct counting *c, struct tariff_span *s, struct fault *f)
{
	const struct tariff *t = &s->tariff;
	struct act_line l = {.tariff_id = t->id,
	        .unit = t->unit,
	        .price_kop = money_less(t->price_kop, t->discount_bp),
	        .discount_bp = t->discount_bp};
	int64_t from_at, to_at;
	struct calls calls, open = {0};
	bool due = true;
	int err = t->unit == TARIFF_PROJECT ? fixed_price(c, s, &due, f) : 0;

	if (err || !due)
		return err;
	l.from_day = day_text(c->a, s->from);
	l.to_day = day_text(c->a, s->to);
	err = zone_instant(c->timezone, date_of_days(s->from), 0, &from_at, f);
	if (!err)
		err = zone_instant(c->timezone, date_of_days(s->to + 1), 0, &to_at, f);
	if (!err)
		err = count_calls(c, counted[t->unit].condition, from_at, to_at, &calls, f);
	if (!err && t->unit == TARIFF_LEAD)
		err = count_calls(c, undecided, from_at, to_at, &open, f);
	if (!err)
		err = quantity(c, s, from_at, to_at, &calls, &l.quantity_m, f);
	if (err)
		return err;
	l.name = line_name(c->a, &l, t->rounding == TARIFF_CALL_MINUTE);
	l.calls = calls.n;
	c->bill.undecided += open.n;
	l.journal = str_printf(c->a, "project_id=%lld&asked_at>=%lld&asked_at<=%lld%s", (long long)c->act->project_id,
	        (long long)from_at, (long long)to_at - 1, counted[t->unit].journal);
	if (t->minimum_kop > c->minimum)
		c->minimum = t->minimum_kop;
	return line_add(c, &l, f);
}

int bill_count(
        struct db *db, struct arena *a, const struct act *act, str timezone, int64_t now, struct bill *ret, struct fault *f)
{
	struct counting c = {.db = db, .a = a, .act = act, .timezone = timezone, .now = now};
	struct date from = {0}, to = {0};
	struct tariff_span *spans;
	int64_t waiting;
	size_t n;
	int err;

	c.bill.lines = NEW_N(a, struct act_line, LINES_MAX);
	if (!date_parse(act->from_day, &from) || !date_parse(act->to_day, &to))
		return fail(f, EINVAL, "from_day", "date", "this is no day");
	err = tariff_spans(db, a, act->project_id, date_days(from), date_days(to), &spans, &n, &waiting, f);
	for (size_t i = 0; !err && i < n; i++)
		err = count_span(&c, &spans[i], f);
	if (!err && c.bill.n && c.bill.sum_kop < c.minimum) {
		struct act_line l = {.unit = LINE_MINIMUM,
		        .from_day = act->from_day,
		        .to_day = act->to_day,
		        .quantity_m = 1000,
		        .price_kop = c.minimum - c.bill.sum_kop};
		l.name = line_name(a, &l, false);
		err = line_add(&c, &l, f);
	}
	if (!err)
		*ret = c.bill;
	return err;
}

int bill_read(struct db *db, struct arena *a, const struct act *act, struct bill *ret, struct fault *f)
{
	struct bill b = {.lines = NEW_N(a, struct act_line, LINES_MAX), .sum_kop = act->sum_kop};
	struct query *q = query_new(a);
	struct rows r;
	int err;

	query_add(q, "SELECT ");
	entity_columns(&act_line_entity, q);
	query_add(q, " FROM act_line WHERE act_id = ");
	query_val(q, V(act->id));
	query_add(q, " ORDER BY position LIMIT 200");
	err = db_ask(db, a, QUERY(q), &r, f);
	while (!err && !(err = rows_next(&r, f)))
		err = entity_from_row(&act_line_entity, &r, 0, &b.lines[b.n++], f);
	rows_done(&r);
	if (err != ENOENT)
		return err;
	*ret = b;
	return 0;
}

int bill_keep(struct db *db, int64_t act_id, const struct bill *b, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; !err && i < b->n; i++) {
		const struct act_line *l = &b->lines[i];
		err = db_run(db,
		        "INSERT INTO act_line (act_id, position, tariff_id, unit, from_day, to_day, name, quantity_m, price_kop, "
		        "discount_bp, sum_kop, calls, journal) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
		        VALS(V(act_id), V(l->position), val_ref(l->tariff_id), V(str_of(units[l->unit])), V(l->from_day),
		                V(l->to_day), V(l->name), V(l->quantity_m), V(l->price_kop), V(l->discount_bp),
		                V(l->sum_kop), V(l->calls), V(l->journal)),
		        NULL, f);
	}
	return err;
}
