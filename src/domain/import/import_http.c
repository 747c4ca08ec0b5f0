/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import_http.c - the wizard: upload, preview, correct, start, rejected rows, undo. */
#include "base/utf8.h"
#include "domain/import/import_priv.h"
#include "domain/import/import_schema.h"
#include "domain/role/role.h"
#include "kit/app/app.h"

#include <unistd.h>

enum { PREVIEW_ROWS = 20, SAMPLES = 5 };

static const struct resource import_resource;

int import_wish(struct arena *a, const struct import *im, str country, struct plan_wish *ret, struct fault *f)
{
	struct json reading = {0}, mapping = {0};
	int err = im->reading.n ? json_parse(a, im->reading, &reading, f) : 0;

	if (!err && im->mapping.n)
		err = json_parse(a, im->mapping, &mapping, f);
	if (!err)
		err = plan_wish_of(reading, mapping, ret, f);
	if (!err && !ret->country.n)
		ret->country = country;
	return err;
}

/* The plan of an import as it stands, and the path of its file. */
static int plan_of(struct request *q, const struct import *im, struct plan *plan, const char **ret_path)
{
	struct file file;
	struct plan_wish wish;
	struct val country;
	int err = file_get(q->db, q->a, im->file_id, &file, &q->fault);

	if (!err)
		err = db_one(
		        q->db, q->a, "SELECT country FROM base WHERE id = ?1", VALS(V(im->base_id)), &country, 1, &q->fault);
	if (!err)
		err = import_wish(q->a, im, val_str(country), &wish, &q->fault);
	if (!err) {
		*ret_path = file_path(q->a, &file);
		err = plan_make(q->a, *ret_path, &wish, plan, &q->fault);
	}
	return err;
}

static bool waits(const struct import *im)
{
	return im->state == IMPORT_UPLOADED || im->state == IMPORT_FAILED;
}

static int import_check(struct request *q, const void *old, void *new)
{
	const struct import *im = new;
	struct plan *plan = NEW(q->a, struct plan);
	const char *path;

	(void)old;
	if (!waits(im))
		return fail(&q->fault, EALREADY, "state", "wrong_state", "an import that is %s cannot be changed",
		        import_states[im->state]);
	return plan_of(q, im, plan, &path);
}

static const struct resource import_resource = {
        .entity = &import_entity,
        .path = "/imports",
        .read = MAY_SEE_BASE,
        .write = MAY_CHANGE_BASE,
        .not_made = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-id",
        .check = import_check,
};

struct uploading {
	struct request *q;
	struct file file;
	struct import im;
};

static int upload_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct uploading *u = arg;
	struct val same;
	int err = file_add(db, a, &u->file, u->q->now, f);

	if (err)
		return err;
	err = db_one(db, a,
	        "SELECT id FROM import WHERE project_id = ?1 AND file_sha256 = ?2 AND state = 'done' ORDER BY id DESC LIMIT 1",
	        VALS(V(u->im.project_id), V(u->file.sha256)), &same, 1, f);
	if (err && err != ENOENT)
		return err;
	u->im.same_as_id = err ? 0 : val_int(same);
	u->im.file_id = u->file.id;
	err = entity_insert(&import_entity, db, a, &u->im, f);
	return err ? err : request_changed(u->q, db, &import_resource, "created", NULL, &u->im, f);
}

/* A file no plan can be made of is refused here and now, and leaves nothing behind. */
static int look_at(struct request *q, const char *path, str country)
{
	struct plan *plan = NEW(q->a, struct plan);
	struct plan_wish wish = {.country = country};

	return plan_make(q->a, path, &wish, plan, &q->fault);
}

static int keep_file(struct request *q, struct file *file)
{
	const struct http_upload *up = &q->http->upload;
	char key[33];
	const char *path = file_new_path(q->a, key);
	int err;

	if (rename(up->path, path) != 0)
		return fail_logged(&q->fault, errno == ENOSPC ? ENOSPC : EIO, "import", "disk", "the file cannot be kept");
	file->name = up->name.n ? utf8_cut(up->name, 255) : STR("file");
	file->type = up->type.n ? utf8_cut(up->type, 100) : STR("application/octet-stream");
	err = file_measure(q->a, path, file, &q->fault);
	if (err)
		unlink(path);
	return err;
}

static int import_upload(struct request *q)
{
	struct uploading u = {.q = q};
	struct base b;
	int err = resource_find(&base_resource, q, q->id[0], &b);

	if (!err && b.state == BASE_RETIRED)
		err = fail(&q->fault, EALREADY, "base", "wrong_state", "the base is retired: nothing is added to it");
	if (!err)
		err = look_at(q, q->http->upload.path, b.country);
	if (!err)
		err = keep_file(q, &u.file);
	if (err)
		return err;
	u.im = (struct import){.project_id = b.project_id,
	        .base_id = b.id,
	        .file_name = u.file.name,
	        .file_sha256 = u.file.sha256,
	        .state = IMPORT_UPLOADED,
	        .author_id = q->who->user_id,
	        .created_at = q->now};
	err = request_write(q, upload_write, &u);
	if (err) {
		file_unnamed(&u.file, err);
		return err;
	}
	q->http->status = 201;
	request_give(q, &import_entity.shape, &u.im);
	return 0;
}

static int imports_of_base(struct request *q)
{
	struct query *sql = query_new(q->a);
	struct base b;
	int err = resource_find(&base_resource, q, q->id[0], &b);

	if (err)
		return err;
	query_add(sql, "SELECT ");
	entity_columns(&import_entity, sql);
	query_add(sql, " FROM import WHERE base_id = ");
	query_val(sql, V(b.id));
	return request_list(q, &import_entity, sql, "-id");
}

/* The first rows of the file as they stand, copied out of the stream. */
static int first_rows(
        struct request *q, const char *path, const struct plan *plan, struct source_row *rows, size_t max, size_t *ret)
{
	struct source *s;
	struct source_row r;
	size_t n = 0;
	int err = source_open(path, plan, &s, &q->fault);

	if (err)
		return err;
	while (n < max && !(err = source_next(s, &r, &q->fault))) {
		str *cells = NEW_N(q->a, str, r.n + 1);
		for (size_t i = 0; i < r.n && i < PLAN_COLUMNS; i++)
			cells[i] = str_copy(q->a, utf8_cut(r.cells[i], 400));
		r.cells = cells;
		r.n = r.n < PLAN_COLUMNS ? r.n : PLAN_COLUMNS;
		rows[n++] = r;
	}
	source_close(s);
	*ret = n;
	return err == ENOENT ? 0 : err;
}

static void put_words(struct json_out *w, const char *key, const char *const *words)
{
	json_key(w, key);
	json_open(w, '[');
	for (; *words; words++)
		if (**words)
			json_add_text(w, str_of(*words));
	json_close(w, ']');
}

static void put_sheets(struct json_out *w, const struct plan *plan)
{
	json_key(w, "sheets");
	json_open(w, '[');
	for (size_t i = 0; i < plan->n_sheets; i++)
		json_add_text(w, plan->sheets[i]);
	json_close(w, ']');
}

static void put_columns(struct json_out *w, const struct plan *plan, const struct source_row *rows, size_t n)
{
	json_key(w, "columns");
	json_open(w, '[');
	for (size_t c = 0; c < plan->n; c++) {
		int samples = 0;
		json_open(w, '{');
		json_key(w, "index");
		json_add_int(w, (int64_t)c);
		json_key(w, "title");
		json_add_text(w, plan->titles[c].p ? plan->titles[c] : STR(""));
		json_key(w, "field");
		json_add_text(w, plan->fields[c] ? str_of(column_field_words[plan->fields[c]]) : (str){0});
		json_key(w, "samples");
		json_open(w, '[');
		for (size_t r = 0; r < n && samples < SAMPLES; r++)
			if (rows[r].number >= plan->first_row && c < rows[r].n && str_trim(rows[r].cells[c]).n) {
				json_add_text(w, rows[r].cells[c]);
				samples++;
			}
		json_close(w, ']');
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_rows(struct json_out *w, const struct source_row *rows, size_t n)
{
	json_key(w, "rows");
	json_open(w, '[');
	for (size_t r = 0; r < n && r < PREVIEW_ROWS; r++) {
		json_open(w, '[');
		for (size_t c = 0; c < rows[r].n; c++)
			json_add_text(w, rows[r].cells[c]);
		json_close(w, ']');
	}
	json_close(w, ']');
}

static int import_preview(struct request *q)
{
	struct plan *plan = NEW(q->a, struct plan);
	struct source_row rows[PREVIEW_ROWS * 3];
	struct json_out *w = &q->out;
	struct import im;
	const char *path;
	size_t n = 0;
	int err = resource_find(&import_resource, q, q->id[0], &im);

	if (!err)
		err = plan_of(q, &im, plan, &path);
	if (!err)
		err = first_rows(q, path, plan, rows, COUNT(rows), &n);
	if (err)
		return err;
	json_open(w, '{');
	plan_put_reading_members(plan, w);
	json_key(w, "same_as_id");
	if (im.same_as_id)
		json_add_int(w, im.same_as_id);
	else
		json_add_null(w);
	put_sheets(w, plan);
	put_words(w, "encodings", encoding_words);
	put_words(w, "fields", column_field_words);
	put_columns(w, plan, rows, n);
	put_rows(w, rows, n);
	json_close(w, '}');
	return 0;
}

/* A move to running or undoing, with the job that does it. */
struct moving {
	struct request *q;
	struct import im;
	bool undo;
};

static int move_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct moving *m = arg;
	struct import was;
	int err = entity_get(&import_entity, db, a, m->im.id, &m->im, f);

	if (err)
		return err;
	was = m->im;
	if (m->undo ? was.state != IMPORT_DONE : !waits(&was))
		return fail(f, EALREADY, "state", "wrong_state", "an import that is %s cannot be %s",
		        import_states[was.state], m->undo ? "undone" : "started");
	err = import_busy(db, a, was.base_id, was.id, f);
	m->im.state = m->undo ? IMPORT_UNDOING : IMPORT_RUNNING;
	if (!m->undo) {
		m->im.started_at = m->q->now;
		m->im.loaded_at = m->im.ended_at = m->im.rows_done = m->im.rows_total = 0;
		m->im.error = (str){0};
	}
	if (!err)
		err = entity_update(&import_entity, db, a, &m->im, f);
	if (!err)
		err = job_add(db, a, m->undo ? "import_undo" : "import", was.id, (str){0}, m->q->now,
		        str_z(a, str_printf(a, "import-%lld", (long long)was.id)), f);
	return err ? err : request_changed(m->q, db, &import_resource, m->undo ? "undoing" : "started", &was, &m->im, f);
}

static int import_move(struct request *q, bool undo)
{
	struct moving m = {.q = q, .undo = undo};
	struct plan *plan = NEW(q->a, struct plan);
	const char *path;
	int err = resource_find(&import_resource, q, q->id[0], &m.im);

	if (!err && !undo && waits(&m.im))
		err = plan_of(q, &m.im, plan, &path);
	if (!err && !undo && waits(&m.im) && !plan_has_phones(plan))
		err = fail(&q->fault, EINVAL, "mapping", "no_phone_column",
		        "no column is mapped to a phone: nobody could be called");
	if (!err)
		err = request_write(q, move_write, &m);
	if (err)
		return err;
	job_wake(q->app->jobs);
	request_give(q, &import_entity.shape, &m.im);
	return 0;
}

static int import_start(struct request *q)
{
	return import_move(q, false);
}

static int import_undo(struct request *q)
{
	return import_move(q, true);
}

static int import_rejects(struct request *q)
{
	struct import im;
	struct file file;
	int err = resource_find(&import_resource, q, q->id[0], &im);

	if (!err && !im.rejects_file_id)
		err = fail(&q->fault, ENOENT, NULL, "none", "no row of this import was rejected");
	if (!err)
		err = file_get(q->db, q->a, im.rejects_file_id, &file, &q->fault);
	if (err)
		return err;
	q->http->type = "text/csv; charset=utf-8";
	q->http->file = file_path(q->a, &file);
	http_answer_header(q->http, "Content-Disposition",
	        str_printf(q->a, "attachment; filename=\"rejected-%lld.csv\"", (long long)im.id));
	return 0;
}

static const struct route routes[] = {
        {HTTP_POST, "/bases/{id}/imports", MAY_CHANGE_BASE, import_upload, "Upload a CSV or XLSX file for the base",
                .gives = &import_entity.shape, .upload = true, .makes = true},
        {HTTP_GET, "/bases/{id}/imports", MAY_SEE_BASE, imports_of_base, "Imports of the base",
                .gives = &import_entity.shape, .gives_list = true},
        {HTTP_GET, "/imports/{id}/preview", MAY_SEE_BASE, import_preview, "How the file is read, and its first rows",
                .gives_raw = "application/json", .schema = PREVIEW_SCHEMA},
        {HTTP_POST, "/imports/{id}/start", MAY_CHANGE_BASE, import_start, "Put its contacts into the base",
                .gives = &import_entity.shape},
        {HTTP_POST, "/imports/{id}/undo", MAY_CHANGE_BASE, import_undo, "Take away what it brought and nobody has called",
                .gives = &import_entity.shape},
        {HTTP_GET, "/imports/{id}/rejects", MAY_SEE_BASE, import_rejects, "The rejected rows, with the reason of each",
                .gives_raw = "text/csv"},
        {0},
};
static const struct resource *const resources[] = {&import_resource, NULL};

const struct module import_module = {.name = "import",
        .resources = resources,
        .routes = routes,
        .jobs = import_jobs,
        .start = import_begin,
        .stop = import_stop};
