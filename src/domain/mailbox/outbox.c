/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox.c - letters of people on their way: each recipient is a row that is handed over once; then a copy goes into the folder of sent letters. The bytes
 * are those that were kept when the letter was put here. */
#include "base/log.h"
#include "domain/communication/communication.h"
#include "domain/mailbox/mailbox_priv.h"

enum { TRIES = 24 };

static str once_key(struct arena *a, const char *kind, int64_t id)
{
	return str_printf(a, "%s:%lld", kind, (long long)id);
}

int outbox_add(struct db *db, struct arena *a, int64_t letter_id, const struct mail_party *p, size_t n, int64_t now,
        struct fault *f)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = db_run(db,
		        "INSERT INTO mail_delivery (letter_id, address) VALUES (?1, ?2) ON CONFLICT (letter_id, address) DO NOTHING",
		        VALS(V(letter_id), V(p[i].address)), NULL, f);
	return err || !n ? err
	                 : job_add(db, a, "mail_send", letter_id, (str){0}, now, once_key(a, "mail_send", letter_id).p, f);
}

/* Handing over ----------------------------------------------------------------------------------------------------------------- */

struct parcel {
	int64_t letter_id, delivery_id, now;
	const char *error; /* NULL: the server took it */
	bool over;         /* given up */
};

static int note(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct parcel *p = arg;

	(void)a;
	return db_run(db,
	        "UPDATE mail_delivery SET state = ?2, error = ?3, tries = tries + 1, sent_at = ?4 WHERE id = ?1 AND state = 'waiting'",
	        VALS(V(p->delivery_id),
	                V(!p->error       ? STR("sent")
	                        : p->over ? STR("failed")
	                                  : STR("waiting")),
	                V(str_of(p->error)), p->error ? val_ref(0) : V(p->now)),
	        NULL, f);
}

/* The letter as the sum of its recipients; in the project's log once somebody has it. */
static int log_sent(struct db *db, struct arena *a, int64_t id, int64_t now, struct fault *f)
{
	struct val v[4];
	int err = db_one(db, a,
	        "SELECT t.project_id, l.ref, l.subject, COALESCE((SELECT d.address FROM mail_delivery d WHERE d.letter_id = l.id ORDER BY d.id LIMIT 1), '') FROM "
	        "mail_letter l JOIN mail_thread t ON t.id = l.thread_id JOIN project p ON p.id = t.project_id AND p.customer_id = l.customer_id "
	        "WHERE l.id = ?1",
	        VALS(V(id)), v, 4, f);

	if (err)
		return err == ENOENT ? 0 : err;
	return communication_mail(db, a,
	        &(struct communication_mail){.project_id = val_int(v[0]),
	                .mail_id = id,
	                .at = now,
	                .ref = val_str(v[1]),
	                .subject = val_str(v[2]),
	                .whom = val_str(v[3])},
	        now, f);
}

static int sum_up(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct parcel *p = arg;
	struct val v[5];
	int err = db_one(db, a,
	        "SELECT SUM(CASE WHEN d.state = 'waiting' THEN 1 ELSE 0 END), SUM(CASE WHEN d.state = 'sent' THEN 1 ELSE 0 END), MAX(d.error), "
	        "MAX(l.mailbox_id), MAX(l.thread_id) FROM mail_delivery d JOIN mail_letter l ON l.id = d.letter_id WHERE d.letter_id = ?1",
	        VALS(V(p->letter_id)), v, 5, f);
	int64_t waiting = err ? 0 : val_int(v[0]), sent = err ? 0 : val_int(v[1]);

	if (!err)
		err = db_run(db,
		        "UPDATE mail_letter SET state = ?2, error = ?3, sent_at = COALESCE(sent_at, CAST(?4 AS BIGINT)) WHERE id = ?1 AND state IN "
		        "('waiting', 'failed', 'sent')",
		        VALS(V(p->letter_id),
		                V(waiting      ? STR("waiting")
		                        : sent ? STR("sent")
		                               : STR("failed")),
		                v[2], sent && !waiting ? V(p->now) : val_ref(0)),
		        NULL, f);
	if (!err && sent)
		err = log_sent(db, a, p->letter_id, p->now, f);
	if (!err && sent && !waiting)
		err = job_add(
		        db, a, "mail_keep", p->letter_id, (str){0}, p->now, once_key(a, "mail_keep", p->letter_id).p, f);
	return err ? err : mail_tell(db, a, val_int(v[3]), val_int(v[4]), f);
}

struct letter {
	struct mailbox box;
	struct settings set;
	str raw, message_id;
};

static int load(struct db *db, struct arena *a, int64_t id, struct letter *ret, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a, "SELECT mailbox_id, message_id FROM mail_letter WHERE id = ?1", VALS(V(id)), v, 2, f);

	if (err)
		return err;
	ret->message_id = val_str(v[1]);
	err = entity_get(&mailbox_entity, db, a, val_int(v[0]), &ret->box, f);
	if (!err)
		err = settings_load(db, a, &ret->set, f);
	return err ? err : mail_letter_raw(db, a, id, &ret->raw, f);
}

struct recipients {
	int64_t ids[MAIL_RECIPIENTS_MAX];
	str addresses[MAIL_RECIPIENTS_MAX];
	size_t n;
};

static int waiting(struct db *db, struct arena *a, int64_t id, struct recipients *ret, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT id, address FROM mail_delivery WHERE letter_id = ?1 AND state = 'waiting' ORDER BY id LIMIT 50",
	        VALS(V(id)), &r, f);

	ret->n = 0;
	while (!err && !(err = rows_next(&r, f))) {
		ret->ids[ret->n] = rows_int(&r, 0);
		ret->addresses[ret->n++] = rows_str(&r, 1);
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

int outbox_send(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct parcel p = {.letter_id = job->ref_id};
	struct recipients *to = NEW(a, struct recipients);
	struct letter l;
	int err = load(db, a, job->ref_id, &l, f), last = 0;

	if (!err)
		err = waiting(db, a, job->ref_id, to, f);
	if (err)
		return err == ENOENT ? EINVAL : err;
	for (size_t i = 0; i < to->n; i++) {
		struct mail_report report;
		struct fault f2 = {0}, why = {0};
		struct mailbox_parcel one = {.to = to->addresses[i], .mime = l.raw, .inside = l.set.mail_inside};
		int sent = mailbox_send(app->store, a, &l.box, &one, &report, &why), noted;

		p.delivery_id = to->ids[i];
		p.error = sent ? why.what : NULL;
		p.over = sent == EINVAL || (sent && job->tries >= TRIES);
		p.now = clock_ms();
		noted = job_note(app->store, db, a, note, &p, &f2);
		if (noted)
			log_error("mailbox", "letter %lld: its state was not written: %s", (long long)p.letter_id, f2.what);
		if (noted || (sent && !p.over)) {
			last = EIO;
			*f = noted ? f2 : why;
		}
	}
	err = job_note(app->store, db, a, sum_up, &p, f);
	if (!err && !last)
		job_wake(app->jobs);
	return err ? err : last;
}

/* The copy --------------------------------------------------------------------------------------------------------------------- */

static int kept(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct parcel *p = arg;

	(void)a;
	return db_run(db, "UPDATE mail_letter SET state = 'kept' WHERE id = ?1 AND state = 'sent'", VALS(V(p->letter_id)),
	        NULL, f);
}

static int copy(struct imap *c, struct arena *a, const struct letter *l, struct fault *f)
{
	str folder = l->box.sent_folder;
	bool has = false;
	int err = folder.n ? 0 : imap_sent_folder(c, a, &folder, f);

	if (!err && !folder.n)
		folder = STR("Sent");
	if (!err)
		err = imap_has(c, folder, l->message_id, &has, f);
	if (err == ENOENT)
		err = imap_create(c, folder, f);
	if (!err && !has)
		err = imap_append(c, folder, l->raw, f);
	return err;
}

int outbox_keep(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct parcel p = {.letter_id = job->ref_id};
	enum imap_phase phase;
	struct imap *c = NULL;
	struct letter l;
	int err = load(db, a, job->ref_id, &l, f);

	if (err)
		return err == ENOENT ? EINVAL : err;
	err = mailbox_imap_open(app->store, a, &l.box, l.set.mail_inside, 0, &c, &phase, f);
	if (!err)
		err = copy(c, a, &l, f);
	imap_free(c);
	if (!err)
		err = store_write(app->store, db, a, kept, &p, f);
	return err;
}

/* Files nobody sent, after two days. */
static int purge_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct file *file = arg;
	struct val v[2];
	int err = db_one(db, a, "SELECT id, file_id FROM mail_upload WHERE created_at < ?1 ORDER BY id LIMIT 1",
	        VALS(V(clock_ms() - 2 * (int64_t)CLOCK_DAY)), v, 2, f);

	file->key = (str){0};
	if (err)
		return err;
	err = file_get(db, a, val_int(v[1]), file, f);
	if (!err)
		err = db_run(db, "DELETE FROM mail_upload WHERE id = ?1", VALS(v[0]), NULL, f);
	return err ? err : file_remove(db, val_int(v[1]), f);
}

int outbox_purge(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct file file = {0};
	int err;

	(void)job;
	while (!(err = store_write(app->store, db, a, purge_write, &file, f)))
		file_unlink(&file);
	return err == ENOENT ? 0 : err;
}

/* By a person: what was given up goes again. */
static int again_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	int64_t n = 0;
	int err = db_run(db, "UPDATE mail_letter SET state = 'waiting' WHERE id = ?1 AND state IN ('failed', 'waiting')",
	        VALS(V(q->id[0])), &n, f);

	if (!err && !n)
		err = fail(f, EALREADY, NULL, "sent", "the letter was sent already");
	if (!err)
		err = db_run(db, "UPDATE mail_delivery SET state = 'waiting' WHERE letter_id = ?1 AND state = 'failed'",
		        VALS(V(q->id[0])), NULL, f);
	if (!err)
		err = job_add_now(db, "mail_send", q->id[0], once_key(a, "mail_send", q->id[0]).p, q->now, f);
	return err ? err
	           : audit_add(db, a,
	                     &(struct audit){.who = q->who,
	                             .entity = "mail_letter",
	                             .verb = "retried",
	                             .row_id = q->id[0],
	                             .peer = q->http->peer},
	                     q->now, f);
}

int outbox_again(struct request *q)
{
	struct mail_letter_row l;
	int err = resource_find(&mail_letter_resource, q, q->id[0], &l);

	if (!err)
		err = request_write(q, again_write, q);
	if (!err)
		job_wake(q->app->jobs);
	return err;
}
