/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attached.c - the files of a letter: kept as they were when it was written, read again when it is handed over. */
#include "base/parse.h"
#include "domain/letter/letter_priv.h"
#include "kit/file/file.h"

#include <fcntl.h>
#include <unistd.h>

enum { FILES_MAX = 20, BYTES_MAX = 25 * 1024 * 1024 };

static int read_bytes(struct arena *a, const struct file *file, str *ret, struct fault *f)
{
	int fd = open(file_path(a, file), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *bytes = file->bytes > BYTES_MAX ? NULL : arena_alloc(a, (size_t)file->bytes + 1);
	size_t n = 0;
	ssize_t got = 0;

	while (fd >= 0 && bytes && n < (size_t)file->bytes && (got = read(fd, bytes + n, (size_t)file->bytes - n)) > 0)
		n += (size_t)got;
	if (fd >= 0)
		close(fd);
	if (!bytes || n != (size_t)file->bytes)
		return fail_logged(f, EIO, "file", "disk", "the file attached to a letter is not there");
	*ret = (str){bytes, n};
	return 0;
}

int letter_files(
        struct db *db, struct arena *a, int64_t letter_id, struct mail_attachment **ret, size_t *ret_n, struct fault *f)
{
	struct file files[FILES_MAX];
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT f.name, f.type, f.bytes, f.key FROM letter_file l JOIN file f ON f.id = l.file_id WHERE l.letter_id = ?1 ORDER BY "
	        "l.position LIMIT 20",
	        VALS(V(letter_id)), &r, f);

	while (!err && n < FILES_MAX && !(err = rows_next(&r, f)))
		files[n++] = (struct file){
		        .name = rows_str(&r, 0), .type = rows_str(&r, 1), .bytes = rows_int(&r, 2), .key = rows_str(&r, 3)};
	rows_done(&r);
	if (err && err != ENOENT)
		return err;
	*ret = NEW_N(a, struct mail_attachment, n + 1);
	err = 0;
	for (size_t i = 0; !err && i < n; i++) {
		(*ret)[i] = (struct mail_attachment){.name = files[i].name, .type = str_z(a, files[i].type)};
		err = read_bytes(a, &files[i], &(*ret)[i].bytes, f);
	}
	*ret_n = n;
	return err;
}

const char letter_files_schema[] =
        "{\"type\":\"object\",\"required\":[\"rows\"],\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
        "\"required\":[\"id\",\"name\",\"bytes\"],\"properties\":{\"id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"},\"bytes\":{"
        "\"type\":\"integer\"}}}}}}";

int letter_file_list(struct request *q)
{
	struct letter l;
	struct rows r;
	int err = resource_find(&letter_resource, q, q->id[0], &l);

	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	err = db_ask(q->db, q->a,
	        "SELECT f.id, f.name, f.bytes FROM letter_file l JOIN file f ON f.id = l.file_id WHERE l.letter_id = ?1 ORDER BY l.position",
	        VALS(V(l.id)), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault))) {
		json_open(&q->out, '{');
		json_member_int(&q->out, "id", rows_int(&r, 0));
		json_member_text(&q->out, "name", rows_str(&r, 1));
		json_member_int(&q->out, "bytes", rows_int(&r, 2));
		json_close(&q->out, '}');
	}
	rows_done(&r);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return err == ENOENT ? 0 : err;
}

int letter_file(struct request *q)
{
	struct letter l;
	struct val id;
	struct file file;
	int err = resource_find(&letter_resource, q, q->id[0], &l);

	if (!err)
		err = db_one(q->db, q->a, "SELECT file_id FROM letter_file WHERE letter_id = ?1 AND file_id = ?2",
		        VALS(V(l.id), V(q->id[1])), &id, 1, &q->fault);
	if (!err)
		err = file_get(q->db, q->a, val_int(id), &file, &q->fault);
	if (err)
		return err;
	q->http->type = "application/octet-stream";
	q->http->file = file_path(q->a, &file);
	http_answer_header(
	        q->http, "Content-Disposition", str_printf(q->a, "attachment; filename=\"%.*s\"", STR_ARG(file.name)));
	return 0;
}
