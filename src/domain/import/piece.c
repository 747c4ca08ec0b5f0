/* SPDX-License-Identifier: GPL-3.0-or-later */
/* piece.c - the writing closure of an import: a few statements of many rows each, so that a piece of a thousand rows takes milliseconds. */
#include "base/clock.h"
#include "domain/import/load_priv.h"
#include "domain/role/role.h"
#include "kit/event/event.h"

enum { BULK = 64, COLUMNS_MAX = 12, SHARED_MAX = 4 };

/* n fresh ids of a table, for rows that are named before they are written. */
static int reserve(struct db *db, struct arena *a, bool persons, size_t n, int64_t **ret, struct fault *f)
{
	int64_t *ids = NEW_N(a, int64_t, n + 1);
	struct rows r;
	size_t i = 0;
	struct val last;
	int err;

	if (db_engine(db) == DB_SQLITE) {
		err = db_one(db, a, "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = ?1",
		        VALS(V(persons ? STR("person") : STR("contact"))), &last, 1, f);
		for (; !err && i < n; i++)
			ids[i] = val_int(last) + 1 + (int64_t)i;
		*ret = ids;
		return err;
	}
	err = db_ask(db, a,
	        persons ? "SELECT nextval(pg_get_serial_sequence('person', 'id')) FROM generate_series(1, ?1)"
	                : "SELECT nextval(pg_get_serial_sequence('contact', 'id')) FROM generate_series(1, ?1)",
	        VALS(V((int64_t)n)), &r, f);
	while (!err && i < n && !(err = rows_next(&r, f)))
		ids[i++] = rows_int(&r, 0);
	rows_done(&r);
	*ret = ids;
	return err;
}

/* INSERT of many rows: shared values stand first in each row and are bound once, then the row's own. */
struct bulk {
	struct db *db;
	const char *into; /* "INSERT INTO phone (project_id, …) VALUES " */
	size_t shared, own;
	const char *constants; /* after the own: ", 'hidden'", or "" */
	struct val v[SHARED_MAX + BULK * COLUMNS_MAX];
	size_t rows;
	const char *sql[3]; /* by size, made when needed */
};

static const char *bulk_sql(struct arena *a, struct bulk *b, size_t size, size_t rows)
{
	struct text t = {.a = a};
	size_t place = b->shared;

	if (b->sql[size])
		return b->sql[size];

	text_add(&t, str_of(b->into));
	for (size_t r = 0; r < rows; r++) {
		text_add(&t, r ? STR(", (") : STR("("));
		for (size_t i = 0; i < b->shared + b->own; i++) {
			text_add(&t, i ? STR(", ?") : STR("?"));
			text_add_int(&t, (int64_t)(i < b->shared ? i + 1 : ++place));
		}
		text_add(&t, str_of(b->constants));
		text_add_char(&t, ')');
	}
	return b->sql[size] = text_z(&t);
}

/* What waits goes out in statements of 64, 8 and 1 rows: three texts, each prepared once. */
static int bulk_flush(struct bulk *b, struct arena *a, struct fault *f)
{
	static const size_t sizes[] = {BULK, 8, 1};
	size_t done = 0;
	int err = 0;

	for (size_t s = 0; s < COUNT(sizes); s++)
		for (; !err && b->rows - done >= sizes[s]; done += sizes[s]) {
			struct val *v = NEW_N(a, struct val, b->shared + sizes[s] * b->own);
			memcpy(v, b->v, b->shared * sizeof(*v));
			memcpy(v + b->shared, b->v + b->shared + done * b->own, sizes[s] * b->own * sizeof(*v));
			err = db_run(b->db, bulk_sql(a, b, s, sizes[s]), v, b->shared + sizes[s] * b->own, NULL, f);
		}
	b->rows = 0;
	return err;
}

static int bulk_add(struct bulk *b, struct arena *a, const struct val *own, struct fault *f)
{
	memcpy(b->v + b->shared + b->rows * b->own, own, b->own * sizeof(*own));
	return ++b->rows == BULK ? bulk_flush(b, a, f) : 0;
}

/* The id of a contact by its number: written earlier, or in this piece. */
static int64_t id_of(const struct piece *p, uint32_t contact)
{
	if (contact < p->placed->n)
		return p->placed->ids[contact];
	/* new ones of a piece are numbered without gaps */
	return p->new_ids[contact - p->contacts[0].contact];
}

static enum life_state state_of(const struct load *l)
{
	return l->alone && !l->held ? LIFE_FRESH : LIFE_HIDDEN;
}

static int put_contacts(struct piece *p, struct db *db, struct arena *a, struct fault *f)
{
	struct bulk *b = NEW(a, struct bulk);
	const struct load *l = p->load;
	int err = p->n_contacts ? reserve(db, a, false, p->n_contacts, &p->new_ids, f) : 0;

	b->db = db;
	b->into =
	        "INSERT INTO contact (project_id, base_id, import_id, created_at, id, company, industry, activity, city, address, site, "
	        "email, fax, timezone, note, state) VALUES ";
	b->shared = 4;
	b->own = 11;
	b->constants = l->alone ? ", 'fresh'" : ", 'hidden'";
	memcpy(b->v, ((struct val[]){V(l->project_id), V(l->base_id), V(l->import_id), V(l->now)}), 4 * sizeof(struct val));
	for (size_t i = 0; !err && i < p->n_contacts; i++) {
		struct val own[11] = {V(p->new_ids[i])};
		for (size_t k = 0; k < 10; k++)
			own[k + 1] = val_s(p->contacts[i].text[k].n ? p->contacts[i].text[k] : (str){0});
		err = bulk_add(b, a, own, f);
	}
	if (!err)
		err = bulk_flush(b, a, f);
	if (!err && p->n_contacts)
		err = contact_state_add(db, l->project_id, l->base_id, state_of(l), 0, (int64_t)p->n_contacts, f);
	return err;
}

static struct val merged_by(const struct piece *p, uint32_t contact)
{
	return val_ref(contact < p->placed->known ? p->load->import_id : 0);
}

static struct val text_or_null(str s)
{
	return val_s(s.n ? s : (str){0});
}

/* A person of a duplicate row: the one of that name the contact has, or a new one. */
static int merge_person(
        struct piece *p, const struct piece_person *n, struct db *db, struct arena *a, int64_t *ret, struct fault *f)
{
	struct val id;
	int64_t contact = id_of(p, n->contact);
	int err = db_one(db, a, "SELECT id FROM person WHERE contact_id = ?1 AND name = ?2 ORDER BY id LIMIT 1",
	        VALS(V(contact), V(n->p.name)), &id, 1, f);

	if (err == ENOENT)
		err = db_one(db, a,
		        "INSERT INTO person (project_id, contact_id, name, position, email, decides, import_id) VALUES (?1, ?2, ?3, ?4, "
		        "?5, ?6, ?7) RETURNING id",
		        VALS(V(p->load->project_id), V(contact), V(n->p.name), text_or_null(n->p.position),
		                text_or_null(n->p.email), V((int64_t)n->p.decides), merged_by(p, n->contact)),
		        &id, 1, f);
	if (!err)
		*ret = val_int(id);
	return err;
}

static int put_persons(struct piece *p, struct db *db, struct arena *a, int64_t **ret_ids, struct fault *f)
{
	struct bulk *b = NEW(a, struct bulk);
	int64_t *ids = NULL;
	int err = p->n_persons ? reserve(db, a, true, p->n_persons, &ids, f) : 0;

	b->db = db;
	b->into = "INSERT INTO person (project_id, id, contact_id, name, position, email, decides) VALUES ";
	b->shared = 1;
	b->own = 6;
	b->constants = "";
	b->v[0] = V(p->load->project_id);
	for (size_t i = 0; !err && i < p->n_persons; i++) {
		const struct piece_person *n = &p->persons[i];
		if (!n->merged)
			err = bulk_add(b, a,
			        (struct val[]){V(ids[i]), V(id_of(p, n->contact)), V(n->p.name), text_or_null(n->p.position),
			                text_or_null(n->p.email), V((int64_t)n->p.decides)},
			        f);
	}
	if (!err)
		err = bulk_flush(b, a, f);
	for (size_t i = 0; !err && i < p->n_persons; i++)
		if (p->persons[i].merged)
			err = merge_person(p, &p->persons[i], db, a, &ids[i], f);
	*ret_ids = ids;
	return err;
}

static int put_phones(struct piece *p, struct db *db, struct arena *a, const int64_t *persons, struct fault *f)
{
	struct bulk *b = NEW(a, struct bulk);
	int err = 0;

	b->db = db;
	b->into = "INSERT INTO phone (project_id, base_id, contact_id, person_id, e164, ext, position, import_id) VALUES ";
	b->shared = 2;
	b->own = 6;
	b->constants = "";
	memcpy(b->v, ((struct val[]){V(p->load->project_id), V(p->load->base_id)}), 2 * sizeof(struct val));
	for (size_t i = 0; !err && i < p->n_phones; i++) {
		const struct piece_phone *n = &p->phones[i];
		err = bulk_add(b, a,
		        (struct val[]){V(id_of(p, n->contact)), val_ref(n->person >= 0 ? persons[n->person] : 0), V(n->e164),
		                text_or_null(n->ext), V((int64_t)n->position), merged_by(p, n->contact)},
		        f);
	}
	return err ? err : bulk_flush(b, a, f);
}

/* Two contacts turned out to be one: the younger gives what it has to the older and is gone. */
static int put_join(struct piece *p, const struct piece_join *j, struct db *db, struct fault *f)
{
	struct val gone = V(id_of(p, j->gone)), keep = V(id_of(p, j->keep)), by = merged_by(p, j->keep);
	int err = db_run(db,
	        "UPDATE phone SET contact_id = ?2, import_id = ?3, position = position + 50 WHERE contact_id = ?1",
	        VALS(gone, keep, by), NULL, f);

	if (!err)
		err = db_run(db, "UPDATE person SET contact_id = ?2, import_id = ?3 WHERE contact_id = ?1",
		        VALS(gone, keep, by), NULL, f);
	if (!err)
		err = db_run(db, "DELETE FROM contact WHERE id = ?1", VALS(gone), NULL, f);
	return err ? err : contact_state_add(db, p->load->project_id, p->load->base_id, state_of(p->load), 0, -1, f);
}

/* Figures of the import, and word of them to who watches: once in half a second. */
static int put_progress(struct piece *p, struct db *db, struct arena *a, struct fault *f)
{
	const struct import_counts *c = &p->counts;
	int64_t total = p->permille > 0 ? c->rows * 1000 / p->permille : c->rows;
	struct event e = {.entity = "import",
	        .verb = "changed",
	        .row_id = p->load->import_id,
	        .project_id = p->load->project_id,
	        .right = MAY_SEE_BASE};
	int err = db_run(db,
	        "UPDATE import SET rows_done = ?2, rows_total = ?3, accepted = ?4, duplicates = ?5, rejected = ?6, "
	        "skipped = ?7, alive_at = ?8 WHERE id = ?1",
	        VALS(V(p->load->import_id), V(c->rows), V(total), V(c->by_status[ROW_ACCEPTED]),
	                V(c->by_status[ROW_DUPLICATE]), V(c->by_status[ROW_REJECTED]), V(c->by_status[ROW_SKIPPED]),
	                V(clock_ms())),
	        NULL, f);

	e.body = str_printf(a, "{\"rows_done\":%lld,\"rows_total\":%lld}", (long long)c->rows, (long long)total);
	return err || !p->tell ? err : event_add(db, a, &e, f);
}

int piece_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct piece *p = arg;
	int64_t *persons = NULL, start = clock_mono_us();
	int err;

	(void)a;
	arena_reset(&p->scratch);
	err = put_contacts(p, db, &p->scratch, f);
	if (!err)
		err = put_persons(p, db, &p->scratch, &persons, f);
	if (!err)
		err = put_phones(p, db, &p->scratch, persons, f);
	for (size_t i = 0; !err && i < p->n_joins; i++)
		err = put_join(p, &p->joins[i], db, f);
	if (!err)
		err = put_progress(p, db, &p->scratch, f);
	p->took_us = clock_mono_us() - start;
	return err;
}

int piece_placed(struct piece *p, struct fault *f)
{
	struct placed *all = p->placed;

	if (all->n + p->n_contacts > all->cap) {
		size_t cap = (all->n + p->n_contacts) * 3 / 2 + 4096;
		int64_t *more = realloc(all->ids, cap * sizeof(*more));
		if (!more)
			return fail(f, ENOMEM, NULL, "memory", "no memory to keep the contacts of the file");
		all->ids = more;
		all->cap = cap;
	}
	if (p->n_contacts)
		memcpy(all->ids + all->n, p->new_ids, p->n_contacts * sizeof(*all->ids));
	all->n += p->n_contacts;
	return 0;
}
