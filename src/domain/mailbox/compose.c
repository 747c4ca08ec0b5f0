/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose.c - a letter is checked, made into bytes once, kept, and put into the outbox, all or nothing: what is sent later are those bytes. */
#include "domain/guard/guard.h"
#include "domain/mailbox/mailbox_priv.h"

#include <fcntl.h>
#include <unistd.h>

enum { FILES_MAX = 50, IDS_MAX = 100 };

const char mail_verdict_schema[] =
        "{\"type\":\"object\",\"required\":[\"verdict\",\"violations\"],\"properties\":{\"verdict\":{\"type\":\"string\",\"enum\":[\"pass\","
        "\"fail\"]},\"violations\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"rule\",\"field\",\"at\",\"text\",\"why\"],"
        "\"properties\":{\"rule\":{\"type\":\"string\"},\"field\":{\"type\":\"string\"},\"at\":{\"type\":\"integer\"},\"text\":{\"type\":"
        "\"string\"},\"why\":{\"type\":\"string\"}}}}}}";

struct mail_sent {
	int64_t id, thread_id;
};
#define ENTITY struct mail_sent
static const struct field sent_fields[] = {
        F_INT(id, 1, INT64_MAX, "The letter"), F_INT(thread_id, 1, INT64_MAX, "Its thread")};
#undef ENTITY
const struct shape mail_sent_shape = SHAPE_OF(mail_sent, sent_fields, "A letter that was put into the outbox");

struct mail_upload {
	int64_t id;
	str name;
	int64_t bytes;
};
#define ENTITY struct mail_upload
static const struct field upload_fields[] = {F_INT(id, 1, INT64_MAX, "Its number, for the letter"),
        F_STR(name, 1, 255, "Its name"), F_INT(bytes, 0, INT64_MAX, "Its size")};
#undef ENTITY
const struct shape mail_upload_shape = SHAPE_OF(mail_upload, upload_fields, "A file for a letter");

int compose_check(struct request *q)
{
	const struct mail_draft *d = q->body;
	struct guard_verdict v;
	struct mail_around w;
	int err = mail_around(q, q->id[0], d->parent_id, d->project_id, &w);

	if (!err)
		err = mail_guard(q, &w, d, &v);
	if (!err)
		guard_put(&q->out, &v);
	return err;
}

/* Files ----------------------------------------------------------------------------------------------------------------------- */

struct upload {
	struct request *q;
	struct file file;
	int64_t id;
};

static int upload_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct upload *u = arg;
	struct val id;
	int err = file_add(db, a, &u->file, u->q->now, f);

	if (!err)
		err = db_one(db, a,
		        "INSERT INTO mail_upload (user_id, file_id, name, bytes, created_at) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id",
		        VALS(V(u->q->who->user_id), V(u->file.id), V(u->file.name), V(u->file.bytes), V(u->q->now)), &id, 1,
		        f);
	u->id = err ? 0 : val_int(id);
	return err;
}

int compose_upload(struct request *q)
{
	const struct http_upload *up = &q->http->upload;
	struct upload u = {.q = q};
	struct mail_around w;
	const char *path;
	char key[33];
	int err = mail_around(q, q->id[0], 0, 0, &w);

	if (!err && up->bytes > MAIL_UPLOAD_MAX)
		err = fail(&q->fault, EFBIG, "file", "file_big", "the files of a letter have at most 20 MB");
	if (err)
		return err;
	path = file_new_path(q->a, key);
	if (rename(up->path, path) != 0)
		return fail_logged(&q->fault, errno == ENOSPC ? ENOSPC : EIO, "mailbox", "disk", "the file cannot be kept");
	u.file.name = up->name.n ? up->name : STR("file");
	u.file.type = STR("application/octet-stream");
	err = file_measure(q->a, path, &u.file, &q->fault);
	if (err) {
		unlink(path);
		return err;
	}
	err = request_write(q, upload_write, &u);
	if (err) {
		file_unnamed(&u.file, err);
		return err;
	}
	request_give(q, &mail_upload_shape, &(struct mail_upload){u.id, u.file.name, u.file.bytes});
	return 0;
}

/* One letter on its way into the outbox. */
struct sending {
	struct request *q;
	const struct mail_draft *d;
	struct mail_around w;
	struct mail_party *to, *cc;
	size_t n_to, n_cc;
	struct file uploads[FILES_MAX], raw;
	int64_t upload_ids[FILES_MAX];
	size_t n_uploads;
	struct arrival letter;
	struct mail_sending own;
};

static int ids_of(struct arena *a, str list, int64_t ret[IDS_MAX], size_t *ret_n, const char *field, struct fault *f)
{
	struct json v;

	*ret_n = 0;
	if (!list.n)
		return 0;
	if (json_parse(a, list, &v, f) || json_kind(v) != JSON_ARRAY || json_count(v) > IDS_MAX)
		return fail(f, EINVAL, field, "mail_list", "%s is a list of numbers", field);
	for (size_t i = 0; i < json_count(v); i++)
		if (!json_int(json_at(v, i), &ret[(*ret_n)++]))
			return fail(f, EINVAL, field, "mail_list", "%s is a list of numbers", field);
	return 0;
}

static int uploads_find(struct sending *s)
{
	struct request *q = s->q;
	int64_t ids[IDS_MAX], bytes = 0;
	size_t n;
	int err = ids_of(q->a, s->d->files, ids, &n, "files", &q->fault);

	if (!err && n > FILES_MAX)
		err = fail(&q->fault, EINVAL, "files", "mail_files", "a letter has at most %d files", FILES_MAX);
	for (size_t i = 0; i < n && !err; i++) {
		struct val v[2];

		err = db_one(q->db, q->a, "SELECT file_id, name FROM mail_upload WHERE id = ?1 AND user_id = ?2",
		        VALS(V(ids[i]), V(q->who->user_id)), v, 2, &q->fault);
		if (err == ENOENT)
			return fail(&q->fault, EINVAL, "files", "ref", "a file of the letter is not there: add it again");
		if (!err)
			err = file_get(q->db, q->a, val_int(v[0]), &s->uploads[i], &q->fault);
		s->uploads[i].name = err ? STR("") : val_str(v[1]);
		s->upload_ids[i] = ids[i];
		bytes += err ? 0 : s->uploads[i].bytes;
	}
	if (!err && bytes > MAIL_UPLOAD_MAX)
		err = fail(&q->fault, EFBIG, "files", "file_big", "the files of a letter have at most 20 MB");
	s->n_uploads = n;
	return err;
}

static int file_bytes(struct arena *a, const struct file *file, str *ret, struct fault *f)
{
	int fd = open(file_path(a, file), O_RDONLY | O_CLOEXEC);
	char *p = arena_alloc(a, (size_t)file->bytes + 1);
	int64_t n = 0;
	ssize_t got = 1;

	while (fd >= 0 && n < file->bytes && (got = read(fd, p + n, (size_t)(file->bytes - n))) > 0)
		n += got;
	if (fd >= 0)
		close(fd);
	if (n < file->bytes)
		return fail_logged(f, EIO, "mailbox", "disk", "a file of the letter cannot be read");
	*ret = (str){p, (size_t)n};
	return 0;
}

/* The letter it forwards goes with it whole, when it has files. */
static int enclosures(struct sending *s, struct mail_attachment *ret, size_t *ret_n)
{
	struct request *q = s->q;
	int err = 0;

	for (size_t i = 0; i < s->n_uploads && !err; i++) {
		ret[i] = (struct mail_attachment){.name = s->uploads[i].name, .type = "application/octet-stream"};
		err = file_bytes(q->a, &s->uploads[i], &ret[i].bytes, &q->fault);
	}
	*ret_n = s->n_uploads;
	if (err || !s->d->forward || !s->w.parent.files_n)
		return err;
	ret[*ret_n].name = STR("letter.eml");
	ret[*ret_n].type = "application/octet-stream";
	return mail_letter_raw(q->db, q->a, s->w.parent.id, &ret[(*ret_n)++].bytes, &q->fault);
}

/* Ids of the letters before it, oldest first. */
static int references(struct sending *s, str **ret, size_t *ret_n)
{
	enum { MOST = 30 };
	struct request *q = s->q;
	struct rows r;
	int err;

	*ret = NEW_N(q->a, str, MOST + 2);
	*ret_n = 0;
	if (!s->w.parent.id || s->d->forward)
		return 0;
	err = db_ask(q->db, q->a,
	        "WITH RECURSIVE up (parent_id, message_id, n) AS (SELECT parent_id, message_id, 0 FROM mail_letter WHERE id = ?1 UNION ALL "
	        "SELECT l.parent_id, l.message_id, up.n + 1 FROM mail_letter l JOIN up ON l.id = up.parent_id WHERE up.n < 30) "
	        "SELECT message_id FROM up WHERE message_id <> '' ORDER BY n DESC",
	        VALS(V(s->w.parent.id)), &r, &q->fault);
	while (!err && !(err = rows_next(&r, &q->fault)))
		if (*ret_n < MOST + 2)
			(*ret)[(*ret_n)++] = rows_str(&r, 0);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* The bytes, and what a reader will see of them. */
static int make(struct sending *s)
{
	struct request *q = s->q;
	struct mail_attachment files[FILES_MAX + 1] = {0};
	str domain = str_sub(s->w.box.address, str_find(s->w.box.address, '@', 0) + 1, s->w.box.address.n), *refs = NULL;
	struct mail_written l = {.from = {s->w.box.sender_name.n ? s->w.box.sender_name : s->w.user_name, s->w.box.address},
	        .to = s->to,
	        .cc = s->cc,
	        .n_to = s->n_to,
	        .n_cc = s->n_cc,
	        .subject = s->d->subject,
	        .text = s->d->text,
	        .message_id = mail_message_id(q->a, domain),
	        .files = files,
	        .at = q->now};
	struct mail_reader *reader = NULL;
	int err = enclosures(s, files, &l.n_files);

	if (!err)
		err = references(s, &refs, &l.n_references);
	l.references = refs;
	if (!err)
		err = mail_write(q->a, &l, &s->letter.raw, &q->fault);
	if (!err)
		err = mail_reader_new(&reader, &q->fault);
	if (!err)
		err = mail_read(reader, q->a, s->letter.raw, &s->letter.read, &q->fault);
	mail_reader_free(reader);
	if (err)
		return err;
	s->letter.bytes = (int64_t)s->letter.raw.n;
	arrival_prepare(q->a, &s->letter);
	return 0;
}

static int keep(struct sending *s)
{
	struct request *q = s->q;
	char key[33];
	const char *path = file_new_path(q->a, key);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), err = 0;
	str left = s->letter.raw;

	while (fd >= 0 && left.n) {
		ssize_t n = write(fd, left.p, left.n);

		if (n < 0 && errno != EINTR)
			break;
		left = str_sub(left, n > 0 ? (size_t)n : 0, left.n);
	}
	if (fd < 0 || close(fd) != 0 || left.n)
		err = fail_logged(&q->fault, errno == ENOSPC ? ENOSPC : EIO, "mailbox", "disk", "the letter cannot be kept");
	s->raw.name = STR("letter");
	s->raw.type = STR("message/rfc822");
	if (!err)
		err = file_measure(q->a, path, &s->raw, &q->fault);
	if (err)
		unlink(path);
	return err;
}

/* Sending --------------------------------------------------------------------------------------------------------------------- */

/* It was sent before, by a browser that did not hear so. */
static int sent_before(struct db *db, struct arena *a, struct sending *s, bool *ret, struct fault *f)
{
	struct val v[2];
	int err = s->own.once_key.p ? db_one(db, a, "SELECT id, thread_id FROM mail_letter WHERE once_key = ?1",
	                                      VALS(V(s->own.once_key)), v, 2, f)
	                            : ENOENT;

	*ret = !err;
	if (!err) {
		s->own.id = val_int(v[0]);
		s->own.thread_id = val_int(v[1]);
	}
	return err == ENOENT ? 0 : err;
}

static int leave_box(struct db *db, struct arena *a, struct sending *s, struct fault *f)
{
	int64_t ids[IDS_MAX];
	size_t n;
	int err = ids_of(a, s->d->questions, ids, &n, "questions", f);

	for (size_t i = 0; i < n && !err; i++)
		err = db_run(db,
		        "UPDATE mail_question SET letter_id = ?2, version = version + 1 WHERE id = ?1 AND letter_id IS NULL AND customer_id = ?3",
		        VALS(V(ids[i]), V(s->own.id), V(s->w.customer_id)), NULL, f);
	for (size_t i = 0; i < s->n_uploads && !err; i++) {
		err = db_run(db, "DELETE FROM mail_upload WHERE id = ?1", VALS(V(s->upload_ids[i])), NULL, f);
		if (!err)
			err = file_remove(db, s->uploads[i].id, f);
	}
	return err;
}

static int send_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct sending *s = arg;
	struct arrivals all = {
	        .box = &s->w.box, .folder = FOLDER_SENT, .sending = &s->own, .now = s->q->now, .of = &s->letter, .n = 1};
	bool before = false;
	int err = sent_before(db, a, s, &before, f);

	s->raw.id = 0;
	if (err || before)
		return err;
	err = file_add(db, a, &s->raw, s->q->now, f);
	all.file_id = s->raw.id;
	if (!err)
		err = arrivals_add(db, a, &all, f);
	if (!err)
		err = outbox_add(db, a, s->own.id, s->to, s->n_to, s->q->now, f);
	if (!err)
		err = outbox_add(db, a, s->own.id, s->cc, s->n_cc, s->q->now, f);
	if (!err)
		err = leave_box(db, a, s, f);
	return err ? err
	           : audit_add(db, a,
	                     &(struct audit){.who = s->q->who,
	                             .entity = "mail_letter",
	                             .verb = "sent",
	                             .row_id = s->own.id,
	                             .project_id = s->w.project_id,
	                             .peer = s->q->http->peer},
	                     s->q->now, f);
}

/* Remarks are answered with a reason, or mended; where the house is strict, mended. */
static int judge(struct sending *s)
{
	struct guard_verdict v;
	int err = mail_guard(s->q, &s->w, s->d, &v);

	if (err || !v.n)
		return err;
	if (s->w.set.letter_strict)
		return fail(&s->q->fault, EINVAL, "text", "remarks_strict",
		        "the letter has %zu remarks: it is sent when they are mended", v.n);
	if (!s->d->reason.n)
		return fail(&s->q->fault, EINVAL, "reason", "remarks",
		        "the letter has %zu remarks: mend them, or say why it goes as it is", v.n);
	s->own.reason = s->d->reason;
	return 0;
}

/* The letter and whom it goes to, as they stand in the request; its files. */
static int prepare(struct sending *s)
{
	struct request *q = s->q;
	int err = mail_parties(q->a, "to_list", s->d->to_list, &s->to, &s->n_to, &q->fault);

	if (!err)
		err = mail_parties(q->a, "cc_list", s->d->cc_list, &s->cc, &s->n_cc, &q->fault);
	if (!err && (!s->n_to || s->n_to + s->n_cc > MAIL_RECIPIENTS_MAX))
		err = fail(&q->fault, EINVAL, "to_list", "mail_recipients",
		        "a letter goes to at least one address, and at most %d", MAIL_RECIPIENTS_MAX);
	if (!err)
		err = judge(s);
	if (!err)
		err = uploads_find(s);
	return err ? err : make(s);
}

/* The same button may have sent it meanwhile, and taken its files and questions: then it is found now, and nothing is wrong. */
static int prepare_once(struct sending *s, bool *ret_before)
{
	struct fault f = {0};
	int err = prepare(s);

	if (!err || sent_before(s->q->db, s->q->a, s, ret_before, &f))
		return err;
	return *ret_before ? 0 : err;
}

int compose_send(struct request *q)
{
	struct sending *s = NEW(q->a, struct sending);
	bool before = false;
	int err;

	s->q = q;
	s->d = q->body;
	s->own.user_id = q->who->user_id;
	s->own.project_id = s->d->parent_id ? 0 : s->d->project_id;
	if (s->d->once.n)
		s->own.once_key = str_printf(q->a, "%lld:%.*s", (long long)q->who->user_id, STR_ARG(s->d->once));
	err = mail_around(q, q->id[0], s->d->parent_id, s->d->project_id, &s->w);
	if (!err)
		err = sent_before(q->db, q->a, s, &before, &q->fault);
	if (!err && !before)
		err = prepare_once(s, &before);
	if (!err && !before)
		err = keep(s);
	if (!err && !before)
		err = request_write(q, send_write, s);
	if (err == EEXIST && s->own.once_key.p) /* sent a moment earlier by the same button: now it is found */
		err = request_write(q, send_write, s);
	if (s->raw.key.n && (err || !s->raw.id))
		file_unnamed(&s->raw, err);
	if (err)
		return err;
	for (size_t i = 0; i < s->n_uploads && s->raw.id; i++)
		file_unlink(&s->uploads[i]);
	job_wake(q->app->jobs);
	request_give(q, &mail_sent_shape, &(struct mail_sent){s->own.id, s->own.thread_id});
	return 0;
}
