/* SPDX-License-Identifier: GPL-3.0-or-later */
/* law_test.c - what must hold for every entity and shape of the product, whatever its fields. A new resource is tried by being in
 * modules.c, before its author writes a test. */
#include "server/modules.h"

#include "base/clock.h"
#include "base/rand.h"
#include "engine/csv/csv.h"
#include "engine/db/migrate.h"
#include "server/migrations.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <inttypes.h>
#include <unistd.h>

enum { ROUNDS = 60, TEXT_LONG = 60 };

static struct dice dice = {20260312};
static struct db *db;
static char dir[] = "/tmp/zvonar-law-XXXXXX";

/* Random good values, as JSON. */

static void any_text(const struct field *f, struct text *t)
{
	static const char *const bits[] = {"a", "Z", "'", "\"", "\\", "\n", "\r\n", "\t", "é", "Ж", "漢", "😀", "?1", "%",
	        ";", ",", "--", "=", "+", "-", "@", " ", "null", "0"};
	int64_t max = f->max ? f->max : TEXT_LONG, n = 0, want;
	struct text s = {.a = t->a};

	want = dice_int(&dice, f->min ? f->min : 1, max < TEXT_LONG ? max : f->min > TEXT_LONG ? f->min : TEXT_LONG);
	while (n < want) {
		const char *bit = bits[dice_int(&dice, 0, COUNT(bits) - 1)];
		int64_t length = 0;
		for (const char *c = bit; *c; c++)
			length += (*c & 0xC0) != 0x80;
		if (n + length > want)
			bit = "b", length = 1;
		text_add(&s, str_of(bit));
		n += length;
	}
	json_put_str(t, text_str(&s));
}

static void any_number(const struct field *f, struct text *t)
{
	int64_t lo = f->min, hi = f->max;

	if (!lo && !hi)
		lo = f->type == FIELD_INT ? -1000000 : 1, hi = 4000000000000;
	if (f->flags & NULLABLE && lo == 0)
		lo = 1; /* 0 is null */
	if (f->type == FIELD_REF)
		lo = 1;
	if (f->type == FIELD_REAL)
		text_addf(t, "%.17g", (double)lo + dice_real(&dice) * (double)(hi - lo));
	else
		text_add_int(t, dice_int(&dice, lo, hi));
}

static void any_word(const struct field *f, struct text *t)
{
	int n = 0, first = f->flags & NULLABLE ? 1 : 0;

	while (f->words[n])
		n++;
	json_put_str(t, str_of(f->words[dice_int(&dice, first, n - 1)]));
}

static void any_value(const struct field *f, struct text *t)
{
	if (f->flags & NULLABLE && dice_int(&dice, 0, 3) == 0) {
		text_lit(t, "null");
		return;
	}
	switch ((enum field_type)f->type) {
	case FIELD_BOOL: text_add(t, dice_int(&dice, 0, 1) ? STR("true") : STR("false")); return;
	case FIELD_INT:
	case FIELD_TIME:
	case FIELD_REF:
	case FIELD_REAL: any_number(f, t); return;
	case FIELD_WORD: any_word(f, t); return;
	case FIELD_STR: any_text(f, t); return;
	case FIELD_DATE:
		text_addf(t, "\"20%02d-%02d-%02d\"", (int)dice_int(&dice, 0, 99), (int)dice_int(&dice, 1, 12),
		        (int)dice_int(&dice, 1, 28));
		return;
	case FIELD_PHONE: text_addf(t, "\"+7916%07d\"", (int)dice_int(&dice, 1000000, 9999999)); return;
	case FIELD_EMAIL: text_addf(t, "\"a%d@example.com\"", (int)dice_int(&dice, 0, 1 << 30)); return;
	case FIELD_JSON: text_addf(t, "{\"a\":[%d,\"é\\n\",null]}", (int)dice_int(&dice, 0, 99)); return;
	}
}

static str any_object(const struct shape *s, struct arena *a)
{
	struct text t = {.a = a};
	const char *sep = "{";

	for (const struct field *f = s->fields; f < s->fields + s->n; f++) {
		if (f->flags & GIVEN)
			continue;
		text_addf(&t, "%s\"%s\":", sep, f->name);
		any_value(f, &t);
		sep = ",";
	}
	text_add(&t, *sep == '{' ? STR("{}") : STR("}"));
	return text_str(&t);
}

static int lay(const struct shape *s, str doc, struct arena *a, bool making, void *row, struct fault *f)
{
	struct json j;
	uint64_t seen;
	int err = json_parse(a, doc, &j, f);

	return err ? err : shape_from_json(s, j, a, NULL, making, row, &seen, f);
}

/* What the server gives is stored like everything else. */
static void give(const struct shape *s, struct arena *a, void *row)
{
	struct field open;
	struct shape one = {.name = s->name, .fields = &open, .n = 1, .size = s->size};
	struct fault fault = {0};

	for (size_t i = 1; i < s->n; i++) {
		struct text t = {.a = a};
		if (!(s->fields[i].flags & GIVEN) || !strcmp(s->fields[i].name, "version"))
			continue;
		open = s->fields[i];
		open.flags = (uint16_t)(open.flags & ~GIVEN);
		text_addf(&t, "{\"%s\":", open.name);
		any_value(&open, &t);
		text_lit(&t, "}");
		if (lay(&one, text_str(&t), a, true, row, &fault))
			fail_msg("%s.%s: %s", s->name, open.name, fault.what);
	}
}

static str shown(const struct shape *s, const void *row, struct arena *a)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};

	shape_to_json(s, row, NULL, false, &w);
	return text_str(&t);
}

static void same(const struct shape *s, str x, str y)
{
	if (!str_eq(x, y))
		fail_msg("%s: \n%.*s\n%.*s", s->name, STR_ARG(x), STR_ARG(y));
}

/* JSON → row → database → row → the same. A name the dice gave twice is no offence. */
static void law_round_trip(const struct entity *e)
{
	const struct shape *s = &e->shape;
	struct arena a = {0};
	struct fault f = {0};
	void *in = arena_alloc(&a, s->size), *out = arena_alloc(&a, s->size);
	str doc = any_object(s, &a);
	int err = lay(s, doc, &a, true, in, &f);

	if (err)
		fail_msg("%s: %s: %.*s", s->name, f.what, STR_ARG(doc));
	give(s, &a, in);
	err = entity_insert(e, db, &a, in, &f);
	if (err && err != EEXIST)
		fail_msg("%s: %s %s", s->name, f.code, f.what);
	if (!err) {
		assert_int_equal(entity_get(e, db, &a, *(int64_t *)in, out, &f), 0);
		same(s, shown(s, in, &a), shown(s, out, &a));
		assert_null(entity_diff(e, in, out, &a).p);
		assert_int_equal(entity_delete(e, db, *(int64_t *)in, &f), 0);
	}
	arena_free(&a);
}

/* Written with a version, refused with an older one, and only what differs is written. */
static void law_versions(const struct entity *e)
{
	const struct shape *s = &e->shape;
	struct arena a = {0};
	struct fault f = {0};
	void *one = arena_alloc(&a, s->size), *two = arena_alloc(&a, s->size);

	if (!shape_field(s, STR("version")) || lay(s, any_object(s, &a), &a, true, one, &f))
		fail_msg("%s: %s", s->name, f.what);
	give(s, &a, one);
	assert_int_equal(entity_insert(e, db, &a, one, &f), 0);
	memcpy(two, one, s->size);
	assert_int_equal(lay(s, any_object(s, &a), &a, true, two, &f), 0);
	if (entity_diff(e, one, two, &a).p) {
		assert_int_equal(entity_change(e, db, &a, one, two, &f), 0);
		assert_int_equal(entity_change(e, db, &a, two, one, &f), ESTALE);
	}
	assert_int_equal(entity_delete(e, db, *(int64_t *)one, &f), 0);
	assert_int_equal(entity_get(e, db, &a, *(int64_t *)one, two, &f), ENOENT);
	arena_free(&a);
}

static void law_columns_exist(const struct entity *e)
{
	struct arena a = {0};
	struct query *q = query_new(&a);
	struct fault f = {0};
	struct rows rows;
	int err;

	query_add(q, "SELECT ");
	entity_columns(e, q);
	query_add(q, " FROM ");
	query_name(q, e->table);
	query_add(q, " WHERE 1 = 0");
	err = db_ask(db, &a, QUERY(q), &rows, &f);
	if (!err)
		err = rows_next(&rows, &f);
	rows_done(&rows);
	if (err != ENOENT)
		fail_msg("%s: a column is missing in %s", e->shape.name, e->table);
	arena_free(&a);
}

/* Bad values: each is refused, and the fault names the field. */

static void refused(const struct shape *s, const struct field *f, const char *value)
{
	struct arena a = {0};
	struct fault fault = {0};
	void *row = arena_alloc(&a, s->size);
	str doc = str_printf(&a, "{\"%s\":%s}", f->name, value);

	if (lay(s, doc, &a, false, row, &fault) != EINVAL || strcmp(fault.field, f->name))
		fail_msg("%s takes %.80s (%s: %s)", s->name, doc.p, fault.field, fault.what);
	arena_free(&a);
}

static void refused_length(const struct shape *s, const struct field *f, int64_t n)
{
	struct arena a = {0};
	struct text t = {.a = &a};

	text_add_char(&t, '"');
	for (int64_t i = 0; i < n; i++)
		text_lit(&t, "Ж");
	text_add_char(&t, '"');
	refused(s, f, text_z(&t));
	arena_free(&a);
}

static void refused_bounds(const struct shape *s, const struct field *f)
{
	char z[40];
	bool text = f->type == FIELD_STR || f->type == FIELD_EMAIL;

	if (f->type == FIELD_STR && f->min)
		refused_length(s, f, f->min - 1);
	if (text && f->max)
		refused_length(s, f, f->max + 1);
	if (text || f->type == FIELD_JSON || (!f->min && !f->max))
		return;
	snprintf(z, sizeof(z), "%" PRId64, f->min - 1);
	refused(s, f, z);
	snprintf(z, sizeof(z), "%" PRId64, f->max + 1);
	refused(s, f, z);
}

static void refused_types(const struct shape *s, const struct field *f)
{
	static const char *const values[] = {
	        "\"no such word, no date, no address\"", "12.5", "true", "[1]", "{\"a\":1}", "-77"};
	static const char *const fit[] = {[FIELD_INT] = "-77",
	        [FIELD_BOOL] = "true",
	        [FIELD_REAL] = "12.5 -77",
	        [FIELD_STR] = "\"",
	        [FIELD_TIME] = "-77",
	        [FIELD_DATE] = "",
	        [FIELD_WORD] = "",
	        [FIELD_REF] = "",
	        [FIELD_PHONE] = "",
	        [FIELD_EMAIL] = "",
	        [FIELD_JSON] = ""};

	for (size_t i = 0; i < COUNT(values) && f->type != FIELD_JSON; i++)
		if (!strstr(fit[f->type], values[i]) && !(f->type == FIELD_STR && values[i][0] == '"'))
			refused(s, f, values[i]);
	if (!(f->flags & NULLABLE))
		refused(s, f, "null");
}

static void law_bad_values(const struct shape *s)
{
	static const struct field nobody = {.name = "no_such_field"};

	refused(s, &nobody, "1");
	for (const struct field *f = s->fields; f < s->fields + s->n; f++) {
		if (f->flags & GIVEN)
			continue;
		refused_types(s, f);
		refused_bounds(s, f);
	}
}

/* What must be sent is asked for by name; a default of the server's is as good. */
static void law_required(const struct shape *s)
{
	for (const struct field *f = s->fields; f < s->fields + s->n; f++) {
		struct arena a = {0};
		struct fault fault = {0};
		struct text t = {.a = &a};
		const char *sep = "{";
		if (!(f->flags & REQUIRED))
			continue;
		for (const struct field *g = s->fields; g < s->fields + s->n; g++) {
			if (g == f || g->flags & GIVEN)
				continue;
			text_addf(&t, "%s\"%s\":", sep, g->name);
			any_value(g, &t);
			sep = ",";
		}
		text_add(&t, *sep == '{' ? STR("{}") : STR("}"));
		assert_int_equal(lay(s, text_str(&t), &a, true, arena_alloc(&a, s->size), &fault), EINVAL);
		assert_string_equal(fault.field, f->name);
		assert_string_equal(fault.code, "required");
		arena_free(&a);
	}
}

/* CSV: what is exported is read back as it was. */

static void write_csv(const struct shape *s, const void *row, struct arena *a, const char *path)
{
	struct text t = {.a = a};
	struct csv_out w = {.t = &t};
	FILE *file = fopen(path, "w");

	for (int head = 1; head >= 0; head--) {
		for (const struct field *f = s->fields; f < s->fields + s->n; f++)
			csv_put(&w, head ? str_of(f->name) : field_print(f, row, a));
		csv_end_row(&w);
	}
	assert_non_null(file);
	assert_int_equal(fwrite(t.p, 1, t.n, file), t.n);
	fclose(file);
}

static void read_csv(const struct shape *s, struct arena *a, const char *path, void *row)
{
	const struct csv_form form = {.encoding = ENCODING_UTF8, .delimiter = ','};
	struct fault fault = {0};
	struct csv_record record;
	struct csv *c;

	assert_int_equal(csv_open(path, &form, &c, &fault), 0);
	assert_int_equal(csv_next(c, &record, &fault), 0);
	assert_int_equal(csv_next(c, &record, &fault), 0);
	assert_null(record.bad);
	assert_int_equal(record.n, s->n);
	for (size_t i = 0; i < s->n; i++)
		if (field_parse(&s->fields[i], row, str_copy(a, csv_unguarded(record.cells[i])), a, &fault))
			fail_msg("%s.%s: %s", s->name, s->fields[i].name, fault.what);
	csv_close(c);
}

static void law_csv(const struct shape *s)
{
	struct arena a = {0};
	struct fault f = {0};
	void *in = arena_alloc(&a, s->size), *out = arena_alloc(&a, s->size);
	const char *path = str_printf(&a, "%s/law.csv", dir).p;

	assert_int_equal(lay(s, any_object(s, &a), &a, true, in, &f), 0);
	give(s, &a, in);
	write_csv(s, in, &a, path);
	read_csv(s, &a, path, out);
	same(s, shown(s, in, &a), shown(s, out, &a));
	unlink(path);
	arena_free(&a);
}

/* Every entity, on each engine. */

static void on_db(void (*law)(const struct entity *e), const struct resource *r, int rounds)
{
	for (int i = 0; i < rounds; i++)
		law(r->entity);
}

static void of_resource(const struct resource *r)
{
	law_columns_exist(r->entity);
	if (r->list)
		law_columns_exist(r->list);
	if (r->not_made)
		return;
	on_db(law_round_trip, r, ROUNDS);
	if (shape_field(&r->entity->shape, STR("version")))
		on_db(law_versions, r, ROUNDS / 6);
}

static void laws_of_the_database(void **state)
{
	(void)state;
	if (!db)
		skip();
	for (size_t m = 0; m < modules_count; m++)
		for (const struct resource *const *r = modules[m]->resources; r && *r; r++)
			of_resource(*r);
}

static void laws_of_shapes(void **state)
{
	(void)state;
	for (size_t m = 0; m < modules_count; m++) {
		for (const struct resource *const *r = modules[m]->resources; r && *r; r++) {
			law_bad_values(&(*r)->entity->shape);
			law_required(&(*r)->entity->shape);
			for (int i = 0; i < ROUNDS; i++)
				law_csv(&(*r)->entity->shape);
		}
		for (const struct route *r = modules[m]->routes; r && r->path; r++)
			if (r->takes) {
				law_bad_values(r->takes);
				law_required(r->takes);
			}
	}
}

static int open_migrated(const char *url)
{
	struct fault f = {0};

	if (db_open(url, false, &db, &f) || db_migrate(db, migrations, migrations_count, NULL, &f)) {
		print_error("%s\n", f.what);
		return -1;
	}
	/* Rows point at random ids here: what they point to is the API tests' business. */
	return db_script(
	        db, db_engine(db) == DB_SQLITE ? "PRAGMA foreign_keys=OFF" : "SET session_replication_role = replica", &f);
}

static int on_sqlite(void **state)
{
	char url[100];

	(void)state;
	memcpy(dir + strlen(dir) - 6, "XXXXXX", 6);
	if (!mkdtemp(dir))
		return -1;
	snprintf(url, sizeof(url), "sqlite:%s/law.db", dir);
	return open_migrated(url);
}

/* A database of its own in the cluster, since other tests empty theirs meanwhile. */
static int on_postgres(void **state)
{
	const char *url = getenv("ZVONAR_TEST_PG"), *query = url ? strchr(url, '?') : NULL, *name;
	char own[600];
	struct db *admin;

	(void)state;
	if (!url)
		return 0;
	name = query ? query : url + strlen(url);
	while (name > url && name[-1] != '/')
		name--;
	snprintf(own, sizeof(own), "%.*szvonar_law%s", (int)(name - url), url, query ? query : "");
	if (db_open(url, false, &admin, NULL) || db_script(admin, "DROP DATABASE IF EXISTS zvonar_law WITH (FORCE)", NULL) ||
	        db_script(admin, "CREATE DATABASE zvonar_law", NULL))
		return -1;
	db_close(admin);
	return open_migrated(own);
}

static int over(void **state)
{
	static const char *const names[] = {"law.db", "law.db-wal", "law.db-shm"};
	char path[100];

	(void)state;
	if (db)
		db_close(db);
	db = NULL;
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
	return 0;
}

/* The tables of routes and entities fit together, or the server would not start. */
static void modules_are_well_made(void **state)
{
	struct fault f = {0};
	struct router *r;

	(void)state;
	if (router_new(modules, modules_count, &r, &f))
		fail_msg("%s", f.what);
	router_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(modules_are_well_made),
	        cmocka_unit_test_setup_teardown(laws_of_shapes, on_sqlite, over),
	        cmocka_unit_test_setup_teardown(laws_of_the_database, on_sqlite, over),
	        cmocka_unit_test_setup_teardown(laws_of_the_database, on_postgres, over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
