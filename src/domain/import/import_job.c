/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import_job.c - the work of an import and of its undoing. Both may be run again after a crash: the first cleans up what a broken run left, or
 * goes on where all rows are in already. */
#include "base/clock.h"
#include "domain/import/import_priv.h"
#include "kit/app/app.h"

#include <unistd.h>

/* Set when the process stops: an import under way ends at the next row and is begun again by the next process. */
static bool stopping;

int import_begin(struct app *app, struct fault *f)
{
	(void)app, (void)f;
	__atomic_store_n(&stopping, false, __ATOMIC_RELAXED);
	return 0;
}

void import_stop(struct app *app)
{
	(void)app;
	__atomic_store_n(&stopping, true, __ATOMIC_RELAXED);
}

/* Rejected rows on their way into a file a spreadsheet opens. */
struct rejects {
	const struct plan *plan;
	const char *path;
	FILE *file;
	bool russian, broken;
	int64_t n;
	struct arena a;
};

static void put_line(struct rejects *r, struct text *t)
{
	r->broken |= fwrite(t->p, 1, t->n, r->file) != t->n;
	arena_reset(&r->a);
}

static void put_titles(struct rejects *r)
{
	struct text t = {.a = &r->a};
	struct csv_out w = {.t = &t, .delimiter = ';'};

	csv_put_bom(&w);
	csv_put(&w, r->russian ? STR("Строка") : STR("Row"));
	csv_put(&w, r->russian ? STR("Причина") : STR("Reason"));
	for (size_t i = 0; i < r->plan->n; i++)
		csv_put(&w, r->plan->titles[i]);
	csv_end_row(&w);
	put_line(r, &t);
}

static int take_reject(void *arg, const struct import_row *row, const struct source_row *source,
        const struct numbers_verdict *v, int permille, struct fault *f)
{
	struct rejects *r = arg;
	struct text t = {.a = &r->a};
	struct csv_out w = {.t = &t, .delimiter = ';'};

	(void)v, (void)permille;
	if (row->status != ROW_REJECTED)
		return 0;
	if (!r->file) {
		char key[33];
		r->path = file_new_path(&r->a, key);
		r->path = strdup(r->path);
		r->file = r->path ? fopen(r->path, "wx") : NULL;
		if (!r->file)
			return fail(f, EIO, NULL, "disk", "the file of rejected rows cannot be written");
		put_titles(r);
	}
	r->n++;
	csv_put_int(&w, row->record);
	csv_put(&w, str_of(row_reason_said(row->n_rejects ? row->rejects[0] : ROW_NO_PHONE, r->russian)));
	for (size_t i = 0; i < source->n; i++)
		csv_put(&w, source->cells[i]);
	csv_end_row(&w);
	put_line(r, &t);
	return r->broken ? fail(f, ENOSPC, NULL, "disk", "the file of rejected rows cannot be written") : 0;
}

static int close_rejects(struct rejects *r, struct arena *a, struct file *ret, struct fault *f)
{
	int err = 0;

	if (!r->file)
		return 0;
	if (fclose(r->file) || r->broken)
		err = fail(f, EIO, NULL, "disk", "the file of rejected rows cannot be written");
	r->file = NULL;
	if (!err)
		err = file_measure(a, r->path, ret, f);
	ret->name = STR("rejected.csv");
	ret->type = STR("text/csv");
	return err;
}

static int load_import(struct db *db, struct arena *a, int64_t id, struct import *ret, struct plan *plan,
        const char **ret_path, bool *ret_russian, struct fault *f)
{
	struct plan_wish wish;
	struct file file;
	struct val v[2];
	int err = entity_get(&import_entity, db, a, id, ret, f);

	if (!err)
		err = file_get(db, a, ret->file_id, &file, f);
	if (!err)
		err = db_one(db, a,
		        "SELECT b.country, u.language FROM base b LEFT JOIN \"user\" u ON u.id = ?2 WHERE b.id = ?1",
		        VALS(V(ret->base_id), V(ret->author_id)), v, 2, f);
	if (!err)
		err = import_wish(a, ret, val_str(v[0]), &wish, f);
	if (err)
		return err;
	*ret_russian = !str_eq(val_str(v[1]), STR("en"));
	*ret_path = file_path(a, &file);
	return plan_make(a, *ret_path, &wish, plan, f);
}

/* Failures of the file end the import; those of the machine are tried again. */
static bool is_final(int err, const struct job *job)
{
	return err == EINVAL || err == EFBIG || err == ENOENT || job->tries >= 5;
}

static int import_run(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct plan *plan = NEW(a, struct plan);
	struct rejects r = {.plan = plan};
	struct load l = {.store = app->store,
	        .plan = plan,
	        .import_id = job->ref_id,
	        .each = take_reject,
	        .arg = &r,
	        .stop = &stopping};
	struct file rejected = {0};
	struct fault why;
	struct import im = {0};
	int err = entity_get(&import_entity, db, a, job->ref_id, &im, f);

	if (err || im.state != IMPORT_RUNNING)
		return err == ENOENT ? 0 : err;
	err = load_import(db, a, job->ref_id, &im, plan, &l.path, &r.russian, f);
	l.project_id = im.project_id;
	l.base_id = im.base_id;
	l.now = clock_ms();
	if (!err)
		err = load_run(&l, f);
	if (!err)
		err = close_rejects(&r, a, &rejected, f);
	if (err && r.file) {
		fclose(r.file);
		unlink(r.path);
	}
	why = *f;
	if (!err)
		err = import_end(app->store, im.id, im.project_id, IMPORT_DONE, NULL, r.n ? &rejected : NULL, f);
	else if (is_final(err, job))
		err = import_settle(&l, &why, f);
	free((char *)r.path);
	arena_free(&r.a);
	return err;
}

static int import_undo(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct import im;
	int64_t left;
	int err = entity_get(&import_entity, db, a, job->ref_id, &im, f);

	if (err || im.state != IMPORT_UNDOING)
		return err == ENOENT ? 0 : err;
	err = load_undo(app->store, im.id, &left, f);
	return err ? err : import_end(app->store, im.id, im.project_id, IMPORT_UNDONE, NULL, NULL, f);
}

static int import_swept(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	(void)db, (void)job;
	return import_sweep(app->store, a, f);
}

const struct job_kind import_jobs[] = {
        {"import", import_run, 5000, 5, true, 0, "Put the contacts of an uploaded file into a base"},
        {"import_undo", import_undo, 5000, 10, true, 0, "Take away what an import brought and nobody has called"},
        {"import_sweep", import_swept, 60000, 10, true, 600000,
                "Clean up after imports that were killed or given up half-way"},
        {0},
};
