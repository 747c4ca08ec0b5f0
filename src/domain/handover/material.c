/* SPDX-License-Identifier: GPL-3.0-or-later */
/* material.c - the files of a hand-over: uploaded with limits, given back as what they are, to be saved and never shown. */
#include "base/utf8.h"
#include "domain/handover/handover_priv.h"
#include "domain/role/role.h"
#include "kit/file/file.h"

#include <unistd.h>

enum { BYTES_MAX = 50 << 20, FILES_MAX = 50, NAME_MAX_CHARS = 200 };

struct material {
	int64_t id, project_id, file_id;
	str name;
	int64_t bytes, author_id, created_at;
};
#define ENTITY struct material
static const struct field fields[] = {
        F_ID(),
        F_REF(project_id, "project", "The project", .flags = GIVEN),
        F_INT(file_id, 1, INT64_MAX, "Where it is kept", .flags = GIVEN),
        F_STR(name, 1, 255, "Its name where it came from", .flags = GIVEN | SEARCHED),
        F_INT(bytes, 0, INT64_MAX, "Its size", .flags = GIVEN),
        F_REF(author_id, "user", "Who added it", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When", .flags = GIVEN),
};
#undef ENTITY
const struct entity material_entity = ENTITY_OF(material, fields, "material", "A file of a hand-over");

const struct resource material_resource = {
        .entity = &material_entity,
        .path = "/projects/{project_id}/materials",
        .read = MAY_HAND_OVER,
        .write = MAY_HAND_OVER,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "id",
};

struct change {
	struct request *q;
	struct file file;
	struct material m;
};

/* In the closure, so that two at once do not pass the limit together. */
static int room(struct db *db, struct arena *a, int64_t project_id, struct fault *f)
{
	struct val n;
	int err = db_one(db, a, "SELECT COUNT(*) FROM material WHERE project_id = ?1", VALS(V(project_id)), &n, 1, f);

	if (!err && val_int(n) >= FILES_MAX)
		err = fail(f, EINVAL, "file", "files_max", "a hand-over has at most %d files", FILES_MAX);
	return err;
}

static int upload_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct change *c = arg;
	int err = room(db, a, c->m.project_id, f);

	if (!err)
		err = file_add(db, a, &c->file, c->q->now, f);
	c->m.file_id = c->file.id;
	if (!err)
		err = entity_insert(&material_entity, db, a, &c->m, f);
	return err ? err : request_changed(c->q, db, &material_resource, "created", NULL, &c->m, f);
}

static int keep(struct request *q, struct file *file)
{
	const struct http_upload *up = &q->http->upload;
	char key[33];
	const char *path;
	int err;

	if (up->bytes > BYTES_MAX)
		return fail(&q->fault, EFBIG, "file", "file_big", "a file of a hand-over has at most 50 MB");
	path = file_new_path(q->a, key);
	if (rename(up->path, path) != 0)
		return fail_logged(&q->fault, errno == ENOSPC ? ENOSPC : EIO, "handover", "disk", "the file cannot be kept");
	file->name = up->name.n ? utf8_cut(up->name, NAME_MAX_CHARS) : STR("file");
	file->type = STR("application/octet-stream");
	err = file_measure(q->a, path, file, &q->fault);
	if (err)
		unlink(path);
	return err;
}

int material_upload(struct request *q)
{
	struct change c = {.q = q};
	struct handover h;
	int err = resource_find(&handover_resource, q, q->id[0], &h);

	if (!err)
		err = handover_open(q, &h);
	if (!err)
		err = keep(q, &c.file);
	if (err)
		return err;
	c.m = (struct material){.project_id = h.id,
	        .name = c.file.name,
	        .bytes = c.file.bytes,
	        .author_id = q->who->user_id,
	        .created_at = q->now};
	err = request_write(q, upload_write, &c);
	if (err)
		file_unnamed(&c.file, err);
	else
		request_give(q, &material_entity.shape, &c.m);
	return err;
}

/* The one the path names, of the project it names. */
static int find(struct request *q, struct material *ret)
{
	int err = resource_find(&material_resource, q, q->id[1], ret);

	return err ? err : ret->project_id == q->id[0] ? 0 : ENOENT;
}

/* RFC 8187: what is not a letter, a digit or one of "._-" by its bytes. */
static str attachment(struct arena *a, str name)
{
	struct text t = {.a = a};

	text_lit(&t, "attachment; filename*=UTF-8''");
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || strchr("._-", c);
		if (plain && c)
			text_add_char(&t, (char)c);
		else
			text_addf(&t, "%%%02X", c);
	}
	return text_str(&t);
}

int material_file(struct request *q)
{
	struct material m;
	struct file file;
	int err = find(q, &m);

	if (!err)
		err = file_get(q->db, q->a, m.file_id, &file, &q->fault);
	if (err)
		return err;
	q->http->type = "application/octet-stream";
	q->http->file = file_path(q->a, &file);
	http_answer_header(q->http, "Content-Disposition", attachment(q->a, m.name));
	return 0;
}

static int remove_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct change *c = arg;
	int err = file_get(db, a, c->m.file_id, &c->file, f);

	if (!err)
		err = entity_delete(&material_entity, db, c->m.id, f);
	if (!err)
		err = file_remove(db, c->m.file_id, f);
	return err ? err : request_changed(c->q, db, &material_resource, "removed", &c->m, NULL, f);
}

int material_remove(struct request *q)
{
	struct change c = {.q = q};
	struct handover h;
	int err = find(q, &c.m);

	if (!err)
		err = resource_find(&handover_resource, q, c.m.project_id, &h);
	if (!err)
		err = handover_open(q, &h);
	if (!err)
		err = request_write(q, remove_write, &c);
	if (!err)
		file_unlink(&c.file);
	return err;
}
