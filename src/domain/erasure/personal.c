/* SPDX-License-Identifier: GPL-3.0-or-later */
/* personal.c - all that is kept of one contact as a file, for the person who asks what we hold of him (152-FZ art. 14, GDPR art. 15 and 20): data.json and
 * his recordings. Whoever took it stands in the audit. */
#include "base/rand.h"
#include "domain/erasure/erasure_priv.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

enum { PIECE = 1 << 16 };

#define NUMBERS "(SELECT e164 FROM phone WHERE contact_id = ?1)"
/* Lists of the file: the names of their columns, and what gives them. ?1: the contact. Kept beside erasure.c's list: what goes there is here. */
static const struct {
	const char *name, *columns[8], *sql;
} lists[] = {
        {"contact", {"company", "city", "address", "site", "email", "fax", "timezone", "note"},
                "SELECT company, city, address, site, email, fax, timezone, note FROM contact WHERE id = ?1"},
        {"persons", {"name", "position", "email", "note"},
                "SELECT name, position, email, note FROM person WHERE contact_id = ?1 ORDER BY id"},
        {"phones", {"number", "extension"}, "SELECT e164, ext FROM phone WHERE contact_id = ?1 ORDER BY position, id"},
        {"calls", {"id", "at", "direction", "number", "talk_ms", "result", "comment", "reason"},
                "SELECT c.id, c.asked_at, c.direction, c.number, c.talk_ms, r.name, c.comment, c.reason FROM call c LEFT JOIN result r ON r.id = "
                "c.result_id WHERE c.contact_id = ?1 ORDER BY c.id"},
        {"answers", {"question", "answer", "at"},
                "SELECT f.label, a.value, a.answered_at FROM answer a JOIN form_field f ON f.id = a.field_id WHERE a.contact_id = ?1 ORDER BY "
                "f.position, f.id"},
        {"survey_answers", {"question", "answer", "at"},
                "SELECT q.title, a.value, a.answered_at FROM survey_answer a JOIN survey_question q ON q.id = a.question_id WHERE a.contact_id = "
                "?1 ORDER BY a.id"},
        {"marks", {"column", "value", "at"},
                "SELECT k.name, m.value, m.changed_at FROM mark m JOIN mark_column k ON k.id = m.column_id WHERE m.contact_id = ?1 ORDER BY m.id"},
        {"comments", {"text", "at"}, "SELECT text, created_at FROM report_comment WHERE contact_id = ?1 ORDER BY id"},
        {"callbacks", {"due_at", "note", "state"},
                "SELECT due_at, note, state FROM callback WHERE contact_id = ?1 ORDER BY id"},
        {"sendings", {"at", "kind", "to", "subject", "body", "basis"},
                "SELECT at, kind, to_address, subject, body, basis FROM sending WHERE contact_id = ?1 ORDER BY id"},
        {"consents", {"number", "kind", "text_version", "given_at", "revoked_at"},
                "SELECT e164, kind, text_version, given_at, revoked_at FROM consent WHERE e164 IN " NUMBERS " ORDER BY id"},
        {"do_not_call", {"number", "level", "reason", "at"},
                "SELECT e164, level, reason, created_at FROM do_not_call WHERE e164 IN " NUMBERS " ORDER BY id"},
};

struct packing {
	struct request *q;
	struct archive *zip;
};

static int failed(struct packing *p)
{
	int err = archive_errno(p->zip) > 0 ? archive_errno(p->zip) : EIO;

	return fail_logged(&p->q->fault, err == ENOSPC ? ENOSPC : EIO, "erasure", "disk", "the file could not be written");
}

static int entry(struct packing *p, const char *name)
{
	struct archive_entry *e = archive_entry_new();
	int err;

	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0600);
	archive_entry_set_mtime(e, p->q->now / 1000, 0);
	err = archive_write_header(p->zip, e) == ARCHIVE_OK ? 0 : failed(p);
	archive_entry_free(e);
	return err;
}

static int put(struct packing *p, const void *bytes, size_t n)
{
	return !n || archive_write_data(p->zip, bytes, n) == (la_ssize_t)n ? 0 : failed(p);
}

static void put_value(struct json_out *w, struct val v)
{
	if (v.type == VAL_NULL)
		json_add_null(w);
	else if (v.type == VAL_TEXT)
		json_add_text(w, val_str(v));
	else
		json_add_int(w, val_int(v));
}

static int put_list(struct request *q, struct json_out *w, size_t i)
{
	struct rows r;
	int err = db_ask(q->db, q->a, lists[i].sql, VALS(V(q->id[0])), &r, &q->fault);

	json_key(w, lists[i].name);
	json_open(w, '[');
	while (!err && !(err = rows_next(&r, &q->fault))) {
		json_open(w, '{');
		for (int k = 0; k < (int)COUNT(lists[i].columns) && lists[i].columns[k]; k++) {
			json_key(w, lists[i].columns[k]);
			put_value(w, rows_get(&r, k));
		}
		json_close(w, '}');
	}
	rows_done(&r);
	json_close(w, ']');
	return err == ENOENT ? 0 : err;
}

static int put_data(struct packing *p)
{
	struct text t = {.a = p->q->a};
	struct json_out w = {.t = &t};
	int err = 0;

	json_open(&w, '{');
	json_member_int(&w, "contact_id", p->q->id[0]);
	json_member_int(&w, "made_at", p->q->now);
	for (size_t i = 0; i < COUNT(lists) && !err; i++)
		err = put_list(p->q, &w, i);
	json_close(&w, '}');
	if (!err)
		err = entry(p, "data.json");
	return err ? err : put(p, text_str(&t).p, t.n);
}

static int put_recording(struct packing *p, int64_t call_id, const struct file *file)
{
	char bytes[PIECE];
	int fd = open(file_path(p->q->a, file), O_RDONLY | O_CLOEXEC), err;
	ssize_t n = 0;

	if (fd < 0)
		return 0; /* a disk lost it: the rest is worth having */
	err = entry(p, str_printf(p->q->a, "recordings/%lld.ogg", (long long)call_id).p);
	while (!err && (n = read(fd, bytes, sizeof bytes)) > 0)
		err = put(p, bytes, (size_t)n);
	close(fd);
	return err;
}

static int put_recordings(struct packing *p)
{
	struct request *q = p->q;
	struct rows r;
	int err = db_ask(q->db, q->a,
	        "SELECT g.call_id, f.key FROM recording g JOIN file f ON f.id = g.file_id JOIN call c ON c.id = g.call_id WHERE c.contact_id = ?1 "
	        "AND g.state = 'kept' ORDER BY g.call_id",
	        VALS(V(q->id[0])), &r, &q->fault);

	while (!err && !(err = rows_next(&r, &q->fault)))
		err = put_recording(p, rows_int(&r, 0), &(struct file){.key = rows_str(&r, 1)});
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int write_zip(struct packing *p, const char *path)
{
	int err;

	p->zip = archive_write_new();
	archive_write_set_format_zip(p->zip);
	err = archive_write_open_filename(p->zip, path) == ARCHIVE_OK ? 0 : failed(p);
	if (!err)
		err = put_data(p);
	if (!err)
		err = put_recordings(p);
	if (!err && archive_write_close(p->zip) != ARCHIVE_OK)
		err = failed(p);
	if (err)
		archive_write_fail(p->zip);
	archive_write_free(p->zip);
	if (err)
		unlink(path);
	return err;
}

static int note(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct request *q = ((const struct packing *)arg)->q;
	struct val project = {0};
	int err = db_one(db, a, "SELECT project_id FROM contact WHERE id = ?1", VALS(V(q->id[0])), &project, 1, f);
	struct audit e = {.who = q->who,
	        .entity = "contact",
	        .verb = "exported",
	        .row_id = q->id[0],
	        .project_id = val_int(project),
	        .peer = q->http->peer};

	return err ? err : audit_add(db, a, &e, q->now, f);
}

int personal_give(struct request *q)
{
	struct packing p = {.q = q};
	struct contact c;
	const char *path;
	char name[44];
	int err = resource_find(&contact_resource, q, q->id[0], &c);

	if (!err)
		err = request_write(q, note, &p);
	rand_token(name);
	path = str_printf(q->a, "%s/tmp/personal-%s.zip", q->app->settings.data_dir, name).p;
	if (!err)
		err = write_zip(&p, path);
	if (err)
		return err;
	q->http->type = "application/zip";
	q->http->file = path;
	q->http->file_once = true;
	http_answer_header(q->http, "Content-Disposition",
	        str_printf(q->a, "attachment; filename=\"personal-%lld.zip\"", (long long)q->id[0]));
	return 0;
}
