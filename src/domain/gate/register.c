/* SPDX-License-Identifier: GPL-3.0-or-later */
/* register.c - registers of refusals kept by others (TPS, a carrier's list): loaded from a file into the do-not-call list. */
#include "base/clock.h"
#include "domain/gate/gate.h"
#include "domain/gate/gate_schema.h"
#include "domain/role/role.h"
#include "engine/csv/csv.h"
#include "kit/phone/phone.h"

struct number_register {
	int64_t id, version;
	str name, jurisdiction, note;
	bool disabled;
	int64_t numbers, loaded_at, created_at;
};
#define ENTITY struct number_register
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(name, 1, 100, "Its name, as rules call it: TPS", .flags = REQUIRED | SEARCHED),
        F_STR(jurisdiction, 2, 2, "It holds for projects of this country", .flags = REQUIRED),
        F_STR(note, 0, 1000, "Where it comes from", .flags = NULLABLE | UNSORTED),
        F_BOOL(disabled, "Not asked"),
        F_INT(numbers, 0, 0, "How many numbers it has", .flags = GIVEN),
        F_TIME(loaded_at, "When it was loaded last", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
};
#undef ENTITY
static const struct entity register_entity = {.shape = {.name = "register",
                                                      .doc = "A register of refusals kept by others",
                                                      .fields = fields,
                                                      .n = COUNT(fields),
                                                      .size = sizeof(struct number_register)},
        .table = "register"};

static int check(struct request *q, const void *old, void *new)
{
	const struct number_register *r = new;

	(void)old;
	if (r && !phone_country_valid(str_z(q->a, r->jurisdiction)))
		return fail(&q->fault, EINVAL, "jurisdiction", "country", "two capital letters of a country: RU, GB, US");
	return 0;
}

static void fill(struct request *q, void *new)
{
	struct number_register *r = new;

	r->created_at = q->now;
}

const struct resource register_resource = {
        .entity = &register_entity,
        .path = "/registers",
        .read = MAY_RUN_PROJECT,
        .write = MAY_CHANGE_RULES,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "name",
        .check = check,
        .fill = fill,
};

enum { PIECE = 1000, DROPPED = 10000 };
/* A piece of the file in one transaction: the database is free for others between two. */
struct loading {
	struct number_register *reg;
	int64_t now, added, bad, read;
	bool replace;
	str numbers[PIECE];
	size_t n;
	int64_t left; /* of the old ones, while they are dropped */
	struct request *q;
};

static int piece_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct loading *l = arg;
	int err = 0;

	(void)a;
	for (size_t i = 0; i < l->n && !err; i++)
		err = db_run(db,
		        "INSERT INTO do_not_call (e164, level, register_id, owner_id, created_at) VALUES (?1, 'register', ?2, ?2, ?3) ON "
		        "CONFLICT (e164, level, owner_id) DO UPDATE SET created_at = excluded.created_at",
		        VALS(V(l->numbers[i]), V(l->reg->id), V(l->now)), NULL, f);
	return err;
}

static int drop_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct loading *l = arg;

	(void)a;
	return db_run(db,
	        "DELETE FROM do_not_call WHERE id IN (SELECT id FROM do_not_call WHERE register_id = ?1 AND created_at < ?2 LIMIT 10000)",
	        VALS(V(l->reg->id), V(l->now)), &l->left, f);
}

static int done_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct loading *l = arg;
	struct number_register was = *l->reg;
	struct val n;
	int err = entity_get(&register_entity, db, a, l->reg->id, &was, f);

	if (!err)
		err = db_one(db, a, "SELECT COUNT(*) FROM do_not_call WHERE register_id = ?1", VALS(V(was.id)), &n, 1, f);
	if (err)
		return err;
	*l->reg = was;
	l->reg->numbers = val_int(n);
	l->reg->loaded_at = l->now;
	err = entity_change(&register_entity, db, a, &was, l->reg, f);
	return err ? err : request_changed(l->q, db, &register_resource, "loaded", &was, l->reg, f);
}

static int flush(struct loading *l, struct arena *piece)
{
	int err = l->n ? request_write(l->q, piece_write, l) : 0;

	l->added += (int64_t)l->n;
	l->n = 0;
	arena_reset(piece);
	return err;
}

/* The first cell of a row; a heading or a blank is counted as no number. */
static int load_file(struct loading *l, const char *path, struct fault *f)
{
	const char *country = str_z(l->q->a, l->reg->jurisdiction);
	struct arena piece = {0};
	struct csv_form form;
	struct csv_record r;
	struct csv *csv = NULL;
	int err = csv_guess(path, &form, f);

	if (!err)
		err = csv_open(path, &form, &csv, f);
	while (!err && !(err = csv_next(csv, &r, f))) {
		struct fault no_number = {0};
		str e164;
		l->read++;
		if (!r.n || phone_parse(r.cells[0], country, &piece, &e164, NULL, &no_number))
			l->bad++;
		else
			l->numbers[l->n++] = e164;
		if (l->n == PIECE)
			err = flush(l, &piece);
	}
	if (err == ENOENT)
		err = flush(l, &piece);
	csv_close(csv);
	arena_free(&piece);
	return err;
}

static int load(struct request *q, bool replace)
{
	struct number_register reg;
	struct loading *l = NEW(q->a, struct loading);
	int err = resource_find(&register_resource, q, q->id[0], &reg);

	*l = (struct loading){.reg = &reg, .now = q->now, .replace = replace, .q = q};
	if (!err)
		err = load_file(l, q->http->upload.path, &q->fault);
	if (!err && replace && !l->added)
		err = fail(&q->fault, EINVAL, NULL, "empty",
		        "no number stands in the first column: the register is left as it was");
	if (!err && replace)
		do
			err = request_write(q, drop_write, l);
		while (!err && l->left == DROPPED);
	if (!err)
		err = request_write(q, done_write, l);
	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_add_int(&q->out, l->read);
	json_key(&q->out, "no_number");
	json_add_int(&q->out, l->bad);
	json_key(&q->out, "numbers");
	json_add_int(&q->out, reg.numbers);
	json_close(&q->out, '}');
	return 0;
}

int register_add(struct request *q)
{
	return load(q, false);
}

int register_replace(struct request *q)
{
	return load(q, true);
}
