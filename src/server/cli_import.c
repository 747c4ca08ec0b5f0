/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli_import.c - `zvonar import`: a file into a base, beside a running server or without one; or, with --dry-run, only what would become
 * of each row. --json prints one object, written while the file is read, so its size does not matter. */
#include "base/clock.h"
#include "base/parse.h"
#include "domain/import/import.h"
#include "domain/import/load.h"
#include "server/backup.h"
#include "server/cli.h"
#include "server/config.h"

#include <unistd.h>

enum { FLUSH = 64 << 10 };

struct printing {
	bool json;
	struct arena a;
	struct text t;
	struct json_out w;
	bool broken; /* nobody reads what is printed */
};

static void flush(struct printing *p)
{
	if (p->t.n && fwrite(p->t.p, 1, p->t.n, stdout) != p->t.n)
		p->broken = true;
	arena_reset(&p->a);
	p->t = (struct text){.a = &p->a};
}

static int print_row(void *arg, const struct import_row *row, const struct source_row *source,
        const struct numbers_verdict *v, int permille, struct fault *f)
{
	struct printing *p = arg;

	(void)source, (void)v, (void)permille;
	if (p->json) {
		row_put(row, &p->w);
		text_add_char(&p->t, '\n');
	} else if (row->status == ROW_REJECTED) {
		text_addf(&p->t, "row %lld: %s\n", (long long)row->record,
		        row->n_rejects ? row_reason_text(row->rejects[0]) : "");
	}
	if (p->t.n > FLUSH)
		flush(p);
	return p->broken ? fail(f, EPIPE, NULL, "pipe", "the output cannot be written") : 0;
}

static void begin(struct printing *p, const struct plan *plan)
{
	p->t = (struct text){.a = &p->a};
	p->w = (struct json_out){.t = &p->t};
	if (!p->json)
		return;
	json_open(&p->w, '{');
	if (plan) {
		json_key(&p->w, "reading");
		plan_put_reading(plan, &p->w);
		json_key(&p->w, "mapping");
		plan_put_mapping(plan, &p->w);
	}
	json_key(&p->w, "rows");
	json_open(&p->w, '[');
}

static void put_figures(struct printing *p, const struct import_counts *c)
{
	json_key(&p->w, "unique_phones");
	json_add_int(&p->w, c->unique_phones);
	json_key(&p->w, "unique_contacts");
	json_add_int(&p->w, c->unique_contacts);
	json_key(&p->w, "totals");
	json_open(&p->w, '{');
	json_key(&p->w, "rows");
	json_add_int(&p->w, c->rows);
	for (int i = 0; i < ROW_STATUSES; i++) {
		json_key(&p->w, row_status_words[i]);
		json_add_int(&p->w, c->by_status[i]);
	}
	json_close(&p->w, '}');
}

static void finish(struct printing *p, const struct import_counts *c, const struct fault *f, int err)
{
	if (p->json) {
		json_close(&p->w, ']');
		put_figures(p, c);
		if (err) {
			json_key(&p->w, "error");
			json_open(&p->w, '{');
			json_key(&p->w, "code");
			json_add_text(&p->w, str_of(f->code));
			json_key(&p->w, "what");
			json_add_text(&p->w, str_of(f->what));
			json_close(&p->w, '}');
		}
		json_close(&p->w, '}');
		text_add_char(&p->t, '\n');
	} else if (!err) {
		text_addf(&p->t,
		        "%lld rows: %lld accepted, %lld duplicate, %lld rejected, %lld skipped; %lld contacts, %lld numbers\n",
		        (long long)c->rows, (long long)c->by_status[ROW_ACCEPTED], (long long)c->by_status[ROW_DUPLICATE],
		        (long long)c->by_status[ROW_REJECTED], (long long)c->by_status[ROW_SKIPPED],
		        (long long)c->unique_contacts, (long long)c->unique_phones);
	}
	flush(p);
	fflush(stdout);
	arena_free(&p->a);
}

/* "0=company,2=phone" as the JSON the wizard sends. */
static int read_map(struct arena *a, const char *map, struct json *ret, struct fault *f)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};
	str rest = str_of(map), part;

	json_open(&w, '{');
	while (str_cut(&rest, ',', &part)) {
		size_t equals = str_find(part, '=', 0);
		json_key_str(&w, str_trim(str_sub(part, 0, equals)));
		json_add_text(&w, str_trim(str_sub(part, equals + 1, part.n)));
	}
	json_close(&w, '}');
	return json_parse(a, text_str(&t), ret, f);
}

static int read_wish(const struct config *c, struct arena *a, struct plan_wish *ret, struct fault *f)
{
	*ret = (struct plan_wish){.encoding = str_of(c->encoding),
	        .delimiter = str_of(c->delimiter),
	        .sheet = str_of(c->sheet),
	        .country = str_of(c->country),
	        .header_set = c->header_row != NULL};
	if (c->header_row && !parse_int(str_of(c->header_row), 0, 1000000, &ret->header_row))
		return fail(f, EINVAL, "--header-row", "usage", "--header-row takes the number of a row, or 0");
	return c->map ? read_map(a, c->map, &ret->mapping, f) : 0;
}

static int dry_run(
        const char *path, const struct plan *plan, struct printing *p, struct import_counts *counts, struct fault *f)
{
	struct numbers *numbers;
	int err = numbers_new(&numbers, f);

	if (err)
		return err;
	err = import_scan(path, plan, numbers, print_row, p, NULL, counts, f);
	numbers_free(numbers);
	return err;
}

static int into_base(const struct config *c, const char *path, const struct plan *plan, struct printing *p,
        struct import_counts *counts, struct arena *a, struct fault *f)
{
	struct load l = {.path = path, .plan = plan, .base_id = c->base, .now = clock_ms(), .each = print_row, .arg = p};
	struct fault ignored;
	int lock = -1, err = 0;

	/* Without a server on this folder nobody waits for us, and one transaction is much less writing than many small ones. */
	if (!c->db && data_lock(c->data, 0, &lock, &ignored) == 0)
		err = db_open(config_db_url(c, a), false, &l.alone, f);
	else
		err = store_open(config_db_url(c, a), 2, &l.store, f);
	if (!err && l.alone)
		err = db_script(l.alone, "PRAGMA cache_size=-64000", f);
	if (!err)
		err = import_by_hand(&l, a, f);
	*counts = l.counts;
	db_close(l.alone);
	if (l.store)
		store_close(l.store);
	if (lock >= 0)
		close(lock);
	return err;
}

static int run(const struct config *c, struct arena *a, struct fault *f)
{
	struct printing p = {.json = c->json};
	struct import_counts counts = {0};
	struct plan_wish wish;
	struct plan *plan = NEW(a, struct plan);
	const char *path = c->args[0];
	int err = read_wish(c, a, &wish, f);

	if (!err && !c->dry_run && !wish.country.n)
		err = import_country(config_db_url(c, a), c->base, a, &wish.country, f);
	if (err)
		return err;
	err = plan_make(a, path, &wish, plan, f);
	begin(&p, err ? NULL : plan);
	if (!err)
		err = c->dry_run ? dry_run(path, plan, &p, &counts, f) : into_base(c, path, plan, &p, &counts, a, f);
	finish(&p, &counts, f, err);
	return err;
}

int cli_import(int argc, char **argv)
{
	struct arena a = {0};
	struct fault f = {0};
	struct config c;
	int err = config_read("import", argc, argv, &c, &f);

	if (!err && c.n_args != 1)
		err = fail(&f, EINVAL, NULL, "usage", "zvonar import takes one FILE: see zvonar --help");
	if (!err && !c.dry_run && !c.base)
		err = fail(&f, EINVAL, NULL, "usage", "zvonar import needs --base ID, or --dry-run");
	if (!err)
		err = run(&c, &a, &f);
	arena_free(&a);
	return err ? config_sorry(&f) : 0;
}
