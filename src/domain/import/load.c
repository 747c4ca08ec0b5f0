/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load.c - the scan, and the two threads of a load: one parses into a piece while the other writes the one before. */
#include "domain/import/load.h"
#include "base/clock.h"
#include "domain/import/load_priv.h"
#include "domain/role/role.h"
#include "kit/event/event.h"

#include <pthread.h>

int import_scan(const char *path, const struct plan *p, struct numbers *numbers, scan_fn *each, void *arg, const bool *stop,
        struct import_counts *ret, struct fault *f)
{
	struct source *s;
	struct source_row r;
	struct arena a = {0};
	struct import_row *row = calloc(1, sizeof(*row));
	struct numbers_verdict v = {0};
	int err = row ? source_open(path, p, &s, f) : fail(f, ENOMEM, NULL, "memory", "no memory to read the file");

	if (err) {
		free(row);
		return err;
	}
	while (!err && !(err = source_next(s, &r, f))) {
		arena_reset(&a);
		row_take(p, &r, &a, row);
		if (row->status == ROW_ACCEPTED)
			err = numbers_row(numbers, row, &v, f);
		ret->rows++;
		ret->by_status[row->status]++;
		if (!err && each)
			err = each(arg, row, &r, &v, source_position(s), f);
		if (!err && stop && __atomic_load_n(stop, __ATOMIC_RELAXED))
			err = fail(f, ECANCELED, NULL, "stopped", "the server is stopping");
	}
	ret->unique_phones = numbers_unique(numbers);
	ret->unique_contacts = numbers_contacts(numbers);
	source_close(s);
	arena_free(&a);
	free(row);
	return err == ENOENT ? 0 : err;
}

/* Two pieces change hands: the parser fills the free one, the writer writes the full one. */
struct loading {
	struct load *l;
	struct piece pieces[2], *filling;
	struct placed placed;
	struct numbers *numbers;
	size_t enough; /* the parser's: rows of the piece it fills */
	int64_t told_at;
	pthread_mutex_t lock; /* below */
	pthread_cond_t changed;
	size_t target;      /* rows of the next piece, so that it takes PIECE_MS */
	struct piece *full; /* to be written */
	bool done;
	int err;
	struct fault f;
};

static void piece_clear(struct loading *g, struct piece *p)
{
	arena_reset(&p->a);
	p->contacts = NEW_N(&p->a, struct piece_contact, PIECE_ROWS);
	p->persons = NEW_N(&p->a, struct piece_person, PIECE_ROWS * 2);
	p->phones = NEW_N(&p->a, struct piece_phone, PIECE_ROWS * 4);
	p->joins = NEW_N(&p->a, struct piece_join, PIECE_ROWS);
	p->n_contacts = p->n_persons = p->n_phones = p->n_joins = p->rows = 0;
	p->load = g->l;
	p->placed = &g->placed;
}

static void adapt(struct loading *g, const struct piece *p)
{
	bool postgres = !g->l->alone && store_engine(g->l->store) == DB_POSTGRES;
	int64_t ms = postgres ? PIECE_MS_POSTGRES : PIECE_MS;
	int64_t target = p->took_us > 0 ? (int64_t)p->rows * ms * 1000 / p->took_us : PIECE_ROWS;

	target = ((int64_t)g->target * 3 + target) / 4;
	if (!g->l->alone)
		g->target = (size_t)(target < 20 ? 20 : target > PIECE_ROWS - 100 ? PIECE_ROWS - 100 : target);
}

static void *write_pieces(void *arg)
{
	struct loading *g = arg;
	struct arena a = {0};

	pthread_mutex_lock(&g->lock);
	for (;;) {
		struct fault f = {0};
		struct piece *p;
		int err;
		while (!g->full && !g->done)
			pthread_cond_wait(&g->changed, &g->lock);
		p = g->full;
		if (!p)
			break;
		pthread_mutex_unlock(&g->lock);
		err = g->l->alone ? piece_write(g->l->alone, &a, p, &f)
		                  : store_write(g->l->store, NULL, &a, piece_write, p, &f);
		if (!err)
			err = piece_placed(p, &f);
		arena_reset(&a);
		pthread_mutex_lock(&g->lock);
		if (err && !g->err) {
			g->err = err;
			g->f = f;
		}
		adapt(g, p);
		g->full = NULL;
		pthread_cond_broadcast(&g->changed);
	}
	pthread_mutex_unlock(&g->lock);
	arena_free(&a);
	return NULL;
}

/* Hand the filled piece over and take the other one. */
static int submit(struct loading *g, int permille, struct fault *f)
{
	struct piece *p = g->filling;
	int64_t now = clock_mono_ms();
	int err;

	p->counts = g->l->counts;
	p->permille = permille;
	p->tell = now - g->told_at > 500;
	if (p->tell)
		g->told_at = now;
	pthread_mutex_lock(&g->lock);
	while (g->full && !g->err)
		pthread_cond_wait(&g->changed, &g->lock);
	err = g->err;
	if (!err) {
		g->full = p;
		g->enough = g->target;
		g->filling = p == &g->pieces[0] ? &g->pieces[1] : &g->pieces[0];
		pthread_cond_broadcast(&g->changed);
	} else if (f) {
		*f = g->f;
	}
	pthread_mutex_unlock(&g->lock);
	if (!err)
		piece_clear(g, g->filling);
	return err;
}

static void add_contact(struct piece *p, const struct import_row *row, uint32_t contact)
{
	struct piece_contact *c = &p->contacts[p->n_contacts++];
	const str from[10] = {row->company, row->industry, row->activity, row->city, row->address, row->site, row->email,
	        row->fax, row->timezone, row->note};

	c->contact = contact;
	for (size_t i = 0; i < 10; i++)
		c->text[i] = str_copy(&p->a, from[i]);
}

static int gather(void *arg, const struct import_row *row, const struct source_row *source, const struct numbers_verdict *v,
        int permille, struct fault *f)
{
	struct loading *g = arg;
	struct piece *p = g->filling;
	size_t first_person = p->n_persons;
	int err = 0;

	p->rows++;
	if (row->status == ROW_ACCEPTED && v->added)
		add_contact(p, row, v->contact);
	if (row->status == ROW_ACCEPTED || row->status == ROW_DUPLICATE) {
		for (size_t i = 0; i < row->n_persons; i++)
			p->persons[p->n_persons++] = (struct piece_person){v->contact, !v->added,
			        {str_copy(&p->a, row->persons[i].name), str_copy(&p->a, row->persons[i].position),
			                str_copy(&p->a, row->persons[i].email), row->persons[i].decides}};
		for (size_t i = 0; i < row->n_phones; i++)
			if (v->is_new[i])
				p->phones[p->n_phones++] = (struct piece_phone){v->contact,
				        row->phones[i].person >= 0 ? (int32_t)first_person + row->phones[i].person : -1,
				        (int32_t)i + (v->added ? 0 : 100), str_copy(&p->a, row->phones[i].e164),
				        str_copy(&p->a, row->phones[i].ext)};
		for (size_t i = 0; i < v->n_joins; i++)
			p->joins[p->n_joins++] = (struct piece_join){v->joins[i], v->contact};
	}
	if (g->l->each)
		err = g->l->each(g->l->arg, row, source, v, permille, f);
	if (!err && (p->rows >= g->enough || p->n_persons > PIECE_ROWS * 2 - ROW_PERSONS ||
	                    p->n_phones > PIECE_ROWS * 4 - ROW_PHONES || p->n_joins > PIECE_ROWS - ROW_PHONES))
		err = submit(g, permille, f);
	return err;
}

/* The numbers the base has. */
static int preload(struct loading *g, struct fault *f)
{
	struct db *db = g->l->alone ? g->l->alone : store_take(g->l->store);
	struct arena a = {0};
	struct rows r;
	int64_t after = 0;
	int err = 0, more = 1;

	while (!err && more) {
		more = 0;
		arena_reset(&a);
		err = db_ask(db, &a,
		        "SELECT h.contact_id, h.e164 FROM phone h WHERE h.base_id = ?1 AND h.contact_id IN (SELECT c.id FROM contact c WHERE "
		        "c.base_id = ?1 AND c.id > ?2 ORDER BY c.id LIMIT 2000) ORDER BY h.contact_id",
		        VALS(V(g->l->base_id), V(after)), &r, f);
		while (!err && !(err = rows_next(&r, f))) {
			after = rows_int(&r, 0);
			more = 1;
			err = numbers_known(g->numbers, rows_str(&r, 1), after, f);
		}
		rows_done(&r);
		err = err == ENOENT ? 0 : err;
	}
	if (!g->l->alone)
		store_give(g->l->store, db);
	arena_free(&a);
	return err;
}

static int place_known(struct loading *g, struct fault *f)
{
	size_t n = numbers_count(g->numbers);

	g->placed.ids = malloc((n + 4096) * sizeof(int64_t));
	if (!g->placed.ids)
		return fail(f, ENOMEM, NULL, "memory", "no memory to keep the contacts of the base");
	g->placed.cap = n + 4096;
	g->placed.n = n;
	g->placed.known = (uint32_t)n;
	for (size_t i = 0; i < n; i++)
		g->placed.ids[i] = numbers_id(g->numbers, (uint32_t)i);
	return 0;
}

static int finish_writer(struct loading *g, pthread_t writer, int err, struct fault *f)
{
	pthread_mutex_lock(&g->lock);
	while (g->full && !g->err)
		pthread_cond_wait(&g->changed, &g->lock);
	g->done = true;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
	pthread_join(writer, NULL);
	if (!err && g->err) {
		err = g->err;
		if (f)
			*f = g->f;
	}
	return err;
}

static int run_threads(struct loading *g, struct fault *f)
{
	struct load *l = g->l;
	pthread_t writer;
	int err;

	if (pthread_create(&writer, NULL, write_pieces, g))
		return fail(f, EAGAIN, NULL, "thread", "no thread to write with");
	err = import_scan(l->path, l->plan, g->numbers, gather, g, l->stop, &l->counts, f);
	if (!err && g->filling->rows)
		err = submit(g, 1000, f);
	return finish_writer(g, writer, err, f);
}

static int fill(struct load *l, struct fault *f)
{
	struct loading *g = calloc(1, sizeof(*g));
	int err = g ? numbers_new(&g->numbers, f) : fail(f, ENOMEM, NULL, "memory", "no memory to import with");

	if (!err) {
		g->l = l;
		g->enough = g->target = l->alone ? PIECE_ROWS - 100 : 200;
		g->told_at = clock_mono_ms();
		pthread_mutex_init(&g->lock, NULL);
		pthread_cond_init(&g->changed, NULL);
		err = preload(g, f);
		if (!err)
			err = place_known(g, f);
		g->filling = &g->pieces[0];
		piece_clear(g, g->filling);
		if (!err)
			err = run_threads(g, f);
		pthread_cond_destroy(&g->changed);
		pthread_mutex_destroy(&g->lock);
		for (size_t i = 0; i < 2; i++) {
			arena_free(&g->pieces[i].a);
			arena_free(&g->pieces[i].scratch);
		}
		free(g->placed.ids);
		numbers_free(g->numbers);
	}
	free(g);
	return err;
}

int load_run(struct load *l, struct fault *f)
{
	bool loaded = false;
	int64_t left;
	int err;

	if (l->alone)
		return fill(l, f);
	err = load_is_loaded(l, &loaded, f);

	if (!err && !loaded)
		err = load_undo(l->store, l->import_id, &left, f);
	if (!err && !loaded)
		err = fill(l, f);
	if (!err && !loaded)
		err = load_mark(l, f);
	return err ? err : load_show(l, f);
}
