/* SPDX-License-Identifier: GPL-3.0-or-later */
/* erasure.c - the list of everything that may hold a contact's data, emptied in one transaction; the files, the WAL and dead rows after it. */
#include "domain/erasure/erasure_priv.h"

#include "base/clock.h"
#include "base/log.h"
#include "domain/call/call.h"
#include "domain/contact/contact.h"
#include "domain/ledger/ledger.h"
#include "domain/role/role.h"
#include "domain/schedule/schedule.h"
#include "kit/app/app.h"
#include "kit/file/file.h"
#include "kit/phone/phone.h"

struct erasure_body {
	str reason;
};
#define ENTITY struct erasure_body
static const struct field body_fields[] = {F_STR(reason, 3, 200,
        "Why, for the audit and the log: a request's number and date, never personal data", .flags = REQUIRED)};
#undef ENTITY
static const struct shape body_shape = SHAPE_OF(erasure_body, body_fields, "Erasing a contact's personal data");

struct erasure {
	int64_t calls, files;
};
#define ENTITY struct erasure
static const struct field erasure_fields[] = {
        F_INT(calls, 0, 0, "Calls whose number, comment and recording are gone"),
        F_INT(files, 0, 0, "Recordings, files it was imported from and lists it was sent in, that are gone"),
};
#undef ENTITY
static const struct shape erasure_shape = SHAPE_OF(erasure, erasure_fields, "What was erased");

#define CALLS "(SELECT id FROM call WHERE contact_id = ?1)"
/* What told people of it. */
#define NOTICES \
	"((kind IN ('mention', 'lead_rejected', 'lead_answered') AND row_id = ?1) OR (kind = 'callback' AND row_id IN (SELECT id FROM callback WHERE " \
	"contact_id = ?1)))"
/* In this order: what looks at persons, phones and marks comes before they go. ?1: the contact. */
static const char *const steps[] = {
        "UPDATE audit SET diff = NULL WHERE (entity = 'contact' AND row_id = ?1) OR (entity = 'person' AND row_id IN (SELECT id FROM person "
        "WHERE contact_id = ?1)) OR (entity = 'phone' AND row_id IN (SELECT id FROM phone WHERE contact_id = ?1)) OR (entity = 'mark' AND "
        "row_id IN (SELECT id FROM mark WHERE contact_id = ?1))",
        "UPDATE event SET body = NULL WHERE entity = 'mark' AND row_id IN (SELECT id FROM mark WHERE contact_id = ?1)",
        "UPDATE audit SET diff = NULL WHERE (entity = 'report_comment' AND row_id IN (SELECT id FROM report_comment WHERE contact_id = ?1)) OR (entity = 'talk_score' AND row_id IN (SELECT id FROM talk_score WHERE contact_id = ?1)) OR "
        "(entity = 'verdict' AND row_id IN (SELECT id FROM verdict WHERE contact_id = ?1))",
        "UPDATE letter SET body_text = '', body_html = NULL WHERE id IN (SELECT letter_id FROM notification WHERE " NOTICES
        ")",
        "UPDATE sms SET body = '-' WHERE id IN (SELECT sms_id FROM notification WHERE " NOTICES ")",
        "UPDATE notification SET what = NULL, letter_at = NULL, sms_at = NULL WHERE " NOTICES,
        "UPDATE event SET body = NULL WHERE entity = 'callback' AND row_id IN (SELECT id FROM callback WHERE contact_id = ?1)",
        "UPDATE audit SET diff = NULL WHERE (entity = 'callback' AND row_id IN (SELECT id FROM callback WHERE contact_id = ?1)) OR (entity = "
        "'missed_call' AND row_id IN (SELECT id FROM missed_call WHERE contact_id = ?1))",
        "DELETE FROM mention WHERE contact_id = ?1",
        "DELETE FROM report_comment WHERE contact_id = ?1",
        "UPDATE talk_score SET words = NULL, version = version + 1 WHERE contact_id = ?1",
        "UPDATE verdict SET reason = NULL, reply = NULL WHERE contact_id = ?1",
        "UPDATE call_event SET body = NULL WHERE call_uuid IN (SELECT uuid FROM call WHERE contact_id = ?1)",
        "UPDATE do_not_call SET reason = NULL WHERE call_id IN " CALLS,
        "UPDATE missed_call SET caller = NULL, note = NULL WHERE contact_id = ?1 OR call_id IN " CALLS,
        "UPDATE queue_ticket SET number = 'erased-' || CAST(id AS TEXT), state = CASE WHEN state = 'open' THEN 'dropped' ELSE state END WHERE contact_id = ?1 OR call_id IN " CALLS,
        "UPDATE refusal SET number = NULL WHERE contact_id = ?1",
        "UPDATE guest SET number = NULL WHERE call_id IN " CALLS,
        "UPDATE callback SET note = NULL WHERE contact_id = ?1",
        "UPDATE audit SET diff = NULL WHERE entity = 'recording_mark' AND row_id IN (SELECT id FROM recording_mark WHERE recording_id IN (SELECT "
        "id FROM recording WHERE call_id IN " CALLS "))",
        "DELETE FROM recording_mark WHERE recording_id IN (SELECT id FROM recording WHERE call_id IN " CALLS ")",
        "UPDATE recording SET state = 'lost', error = 'erased', file_id = NULL, sha256 = NULL, raw_path = NULL WHERE call_id IN " CALLS,
        "UPDATE import SET file_id = NULL, rejects_file_id = NULL WHERE id IN (" ERASURE_IMPORTS ")",
        "UPDATE call SET number = '', comment = NULL, reason = NULL, draft = NULL, dialog = NULL, person_id = NULL, phone_id = NULL, version = "
        "version + 1 WHERE contact_id = ?1",
        "UPDATE audit SET diff = NULL WHERE entity = 'call' AND row_id IN " CALLS,
        "UPDATE correction SET why = '', diff = NULL WHERE contact_id = ?1",
        "DELETE FROM unanswered WHERE call_id IN " CALLS,
        "UPDATE communication SET whom = '-', result = '-' WHERE letter_id IN (SELECT letter_id FROM sending WHERE contact_id = ?1)",
        "DELETE FROM letter_file WHERE letter_id IN (SELECT letter_id FROM sending WHERE contact_id = ?1)",
        "UPDATE letter SET to_list = '-', subject = '-', body_text = '', body_html = NULL, state = CASE WHEN state = 'waiting' THEN 'failed' ELSE state END WHERE id IN (SELECT letter_id FROM sending WHERE contact_id = ?1)",
        "UPDATE sms SET to_e164 = '-', body = '-', state = CASE WHEN state = 'waiting' THEN 'failed' ELSE state END WHERE id IN (SELECT sms_id FROM sending WHERE contact_id = ?1)",
        "UPDATE call_event SET body = NULL WHERE call_uuid IN (SELECT uuid FROM fax WHERE id IN (SELECT fax_id FROM sending WHERE contact_id = ?1))",
        "UPDATE fax SET to_e164 = '-', far_ident = NULL, error = NULL, document_id = NULL, state = CASE WHEN state = 'waiting' THEN 'failed' ELSE state END WHERE id IN (SELECT fax_id FROM sending WHERE contact_id = ?1)",
        "UPDATE sending SET to_address = '', subject = NULL, body = '', far_ident = NULL, error = NULL, file_id = NULL, person_id = NULL, state = CASE WHEN state = 'waiting' THEN 'failed' ELSE state END WHERE contact_id = ?1",
        "DELETE FROM answer WHERE contact_id = ?1",
        "DELETE FROM mark WHERE contact_id = ?1",
        "DELETE FROM person WHERE contact_id = ?1",
        "DELETE FROM phone WHERE contact_id = ?1",
        "UPDATE contact SET company = NULL, address = NULL, site = NULL, email = NULL, fax = NULL, note = NULL, last_comment = NULL, state = "
        "'closed', closed_reason = 'no_number', due_at = 0, version = version + 1 WHERE id = ?1",
};
enum {
	ERASED = 1 << LOGGED_PHONE | 1 << LOGGED_COMPANY | 1 << LOGGED_PERSON | 1 << LOGGED_REASON | 1 << LOGGED_COMMENT |
	         1 << LOGGED_ANSWERS | 1 << LOGGED_RECORDING | 1 << LOGGED_CORRECTION
};

/* Nothing of it may be under way: a call, a recording that is not kept yet. */
int erasure_at_rest(struct db *db, struct arena *a, int64_t contact_id, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "SELECT (SELECT COUNT(*) FROM call WHERE contact_id = ?1 AND ended_at IS NULL) + (SELECT COUNT(*) FROM contact WHERE id = ?1 AND "
	        "state = 'reserved') + (SELECT COUNT(*) FROM fax x JOIN sending s ON "
	        "s.fax_id = x.id WHERE s.contact_id = ?1 AND x.state IN ('calling', 'transferring')), (SELECT COUNT(*) FROM recording WHERE state "
	        "IN ('open', 'raw') AND call_id IN " CALLS ")",
	        VALS(V(contact_id)), v, COUNT(v), f);

	if (!err && val_int(v[0]))
		err = fail(f, EALREADY, NULL, "in_call", "the contact is in a call: erase it afterwards");
	if (!err && val_int(v[1]))
		err = fail(f, EALREADY, NULL, "recording", "a recording of it is not finished yet: try again in a minute");
	return err;
}

static void file_found(void *arg, int64_t id, str key)
{
	struct erasing *e = arg;
	struct file *more;

	if (e->n_files && e->files[e->n_files - 1].id == id)
		return;
	if (e->n_files == e->cap) {
		e->cap = e->cap ? e->cap * 2 : 64;
		more = NEW_N(e->a, struct file, e->cap);
		for (size_t i = 0; i < e->n_files; i++)
			more[i] = e->files[i];
		e->files = more;
	}
	e->files[e->n_files++] = (struct file){.id = id, .key = str_copy(e->a, key)};
}

/* Recordings, and the files it came with or was listed in: a row cannot be taken out of them. */
static int find_files(struct db *db, struct arena *a, struct erasing *e, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT f.id, f.key FROM file f WHERE f.id IN (SELECT file_id FROM recording WHERE call_id IN " CALLS
	        " UNION SELECT s.file_id FROM sending s WHERE s.contact_id = ?1 UNION SELECT x.document_id FROM fax x JOIN sending s ON s.fax_id "
	        "= x.id WHERE s.contact_id = ?1 UNION SELECT file_id FROM import WHERE id IN (" ERASURE_IMPORTS
	        ") UNION SELECT rejects_file_id FROM import WHERE id IN (" ERASURE_IMPORTS ")) ORDER BY f.id",
	        VALS(V(e->contact.id)), &r, f);

	e->n_files = 0;
	while (!err && !(err = rows_next(&r, f)))
		file_found(e, rows_int(&r, 0), rows_str(&r, 1));
	rows_done(&r);
	return err == ENOENT ? schedule_files_listing(db, a, e->contact.id, file_found, e, f) : err;
}

static int drop_files(struct db *db, const struct erasing *e, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; i < e->n_files && !err; i++) {
		err = db_run(db, "DELETE FROM letter_file WHERE file_id = ?1", VALS(V(e->files[i].id)), NULL, f);
		if (!err)
			err = file_remove(db, e->files[i].id, f);
	}
	return err;
}

/* Letters that named it keep their figures and lose their words. */
static int empty_letters(struct db *db, struct arena *a, const struct erasing *e, str name, struct fault *f)
{
	struct query *q = query_new(a);

	if (!name.n)
		return 0;
	query_add(q, "UPDATE letter SET body_text = '', body_html = NULL WHERE project_id = ");
	query_val(q, V(e->contact.project_id));
	query_add(q, " AND ");
	query_contains(q, "body_text", name);
	return db_run(db, QUERY(q), NULL, f);
}

static int letters(struct db *db, struct arena *a, const struct erasing *e, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT name, 0 FROM person WHERE contact_id = ?1 UNION SELECT e164, 1 FROM phone WHERE contact_id = ?1",
	        VALS(V(e->contact.id)), &r, f);

	while (!err && !(err = rows_next(&r, f)))
		err = empty_letters(db, a, e, rows_int(&r, 1) ? phone_pretty(a, rows_str(&r, 0)) : rows_str(&r, 0), f);
	rows_done(&r);
	return err == ENOENT ? empty_letters(db, a, e, e->contact.company, f) : err;
}

static int log_erasures(struct db *db, struct arena *a, struct erasing *e, struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a, "SELECT id FROM call WHERE contact_id = ?1 ORDER BY id", VALS(V(e->contact.id)), &r, f);

	e->calls = 0;
	while (!err && !(err = rows_next(&r, f))) {
		err = ledger_erase(db, a, e->contact.project_id, rows_int(&r, 0), ERASED, e->reason,
		        e->by.who ? e->by.who->user_id : 0, f);
		e->calls++;
	}
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int move_state(struct db *db, const struct contact *c, struct fault *f)
{
	int err = contact_state_add(db, c->project_id, c->base_id, (enum life_state)c->state, c->last_result_id, -1, f);

	return err ? err : contact_state_add(db, c->project_id, c->base_id, LIFE_CLOSED, c->last_result_id, 1, f);
}

static int tell(struct db *db, struct arena *a, const struct erasing *e, struct fault *f)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};
	struct audit audit = {.who = e->by.who,
	        .entity = "contact",
	        .verb = "erased",
	        .row_id = e->contact.id,
	        .project_id = e->contact.project_id,
	        .peer = e->by.peer};
	int err;

	json_open(&w, '{');
	json_member_text(&w, "reason", e->reason);
	json_close(&w, '}');
	audit.diff = text_str(&t);
	err = audit_add(db, a, &audit, e->by.now, f);
	return err ? err
	           : event_add(db, a,
	                     &(struct event){.entity = "contact",
	                             .verb = "changed",
	                             .row_id = e->contact.id,
	                             .project_id = e->contact.project_id},
	                     f);
}

int erase_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct erasing *e = arg;
	int err = contact_hold(db, a, e->contact_id, f);

	if (!err)
		err = entity_get(&contact_entity, db, a, e->contact_id, &e->contact, f);
	if (!err)
		err = erasure_at_rest(db, a, e->contact.id, f);
	if (!err)
		err = find_files(db, a, e, f);
	if (!err)
		err = letters(db, a, e, f);
	for (size_t i = 0; i < COUNT(steps) && !err; i++)
		err = db_run(db, steps[i], VALS(V(e->contact.id)), NULL, f);
	if (!err)
		err = db_run(db, "UPDATE contact SET erased_at = ?2 WHERE id = ?1", VALS(V(e->contact.id), V(e->by.now)),
		        NULL, f);
	if (!err)
		err = drop_files(db, e, f);
	if (!err)
		err = log_erasures(db, a, e, f);
	if (!err)
		err = move_state(db, &e->contact, f);
	if (!err)
		err = tell(db, a, e, f);
	/* A job of its own for each: one that runs already may have begun before this was written. */
	return err ? err : job_add(db, a, "erase_traces", e->contact.id, (str){0}, e->by.now, NULL, f);
}

static int erase(struct request *q)
{
	const struct erasure_body *body = q->body;
	struct erasing e = {.by = request_by(q), .a = q->a, .contact_id = q->id[0], .reason = body->reason};
	struct contact c;
	int err = resource_find(&contact_resource, q, q->id[0], &c);

	if (!err)
		err = request_write(q, erase_write, &e);
	if (err)
		return err;
	for (size_t i = 0; i < e.n_files; i++)
		file_unlink(&e.files[i]);
	job_wake(q->app->jobs);
	request_give(q, &erasure_shape, &(struct erasure){e.calls, (int64_t)e.n_files});
	return 0;
}

/* What a deleted row leaves behind: SQLite has overwritten it in the file (secure_delete), and keeps it in the WAL until that begins anew;
 * PostgreSQL keeps the dead row until it is vacuumed. */
static int erase_traces(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	(void)a;
	(void)job;
	return store_forget(app->store, db, f);
}

static const struct route routes[] = {
        {HTTP_GET, "/contacts/{id}/erasure", MAY_CHANGE_BASE, erasure_preview,
                "What erasing this contact's personal data takes (goes), what stays, and what it does not reach (elsewhere); blocked: why not now",
                .gives_raw = "application/json", .schema = erasure_preview_schema},
        {HTTP_POST, "/contacts/{id}/erase", MAY_CHANGE_BASE, erase,
                "Erase a contact's personal data, everywhere and for good; its calls stay as figures", .takes = &body_shape,
                .gives = &erasure_shape},
        {HTTP_GET, "/contacts/{id}/personal", MAY_CHANGE_BASE | MAY_EXPORT, personal_give,
                "All we keep of this contact, for the person who asks for it: a ZIP with data.json and recordings",
                .gives_raw = "application/zip"},
        {HTTP_GET, "/retention", MAY_SET_UP, retention_house,
                "How long the house keeps recordings and personal data, and how much goes by that; ?recordings_days= and ?personal_days=: by those",
                .gives_raw = "application/json", .schema = retention_schema},
        {HTTP_PUT, "/retention", MAY_SET_UP, retention_put, "How long the house keeps them", .takes = &retention_shape,
                .gives_raw = "application/json", .schema = retention_schema},
        {HTTP_GET, "/projects/{id}/retention", MAY_RUN_PROJECT, retention_project, "The same of a project",
                .gives_raw = "application/json", .schema = retention_schema},
        {HTTP_PUT, "/projects/{id}/retention", MAY_RUN_PROJECT, retention_put, "How long a project keeps them",
                .takes = &retention_shape, .gives_raw = "application/json", .schema = retention_schema},
        {0},
};
static const struct job_kind jobs[] = {
        {.name = "retention",
                .run = retention_run,
                .base_ms = CLOCK_MINUTE,
                .tries_max = 3,
                .nice = true,
                .every_ms = CLOCK_HOUR,
                .doc = "Removes recordings and personal data whose term is over, a few at a time"},
        {.name = "erase_traces",
                .run = erase_traces,
                .base_ms = CLOCK_SECOND,
                .tries_max = 100,
                .doc = "After an erasure: empties the write-ahead log of SQLite, or vacuums PostgreSQL, so that nothing erased is left in them"},
        {0},
};
const struct module erasure_module = {.name = "erasure", .routes = routes, .jobs = jobs};
