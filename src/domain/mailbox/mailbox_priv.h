/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailbox_priv.h - between the files of the folder: mailbox.c (the box and its servers), keeper.c (which node reads which), intake.c (from IMAP to the
 * disk), token.c (logging in), arrival.c (a letter that came: thread, customer, log), thread.c and letter.c (what people see), compose.c (writing), outbox.c (sending). */
#ifndef DOMAIN_MAILBOX_MAILBOX_PRIV_H
#define DOMAIN_MAILBOX_MAILBOX_PRIV_H

#include "base/clock.h"
#include "domain/mailbox/mailbox.h"
#include "domain/role/role.h"
#include "domain/setting/setting.h"
#include "engine/mail/imap.h"
#include "engine/mail/oauth.h"
#include "engine/mail/read.h"
#include "kit/app/app.h"
#include "kit/file/file.h"

enum {
	MAIL_RECIPIENTS_MAX = 50,
	MAIL_UPLOAD_MAX = 20 << 20, /* bytes of the files of one letter we send */
	MAIL_REFS_MAX = 60,         /* Message-IDs a letter is known by: the first and the last ones */
};
extern const char *const mail_tls_words[];

/* The box's servers as the engine takes them; text in a. inside: settings.mail_inside. */
struct mail_server mailbox_imap(struct arena *a, const struct mailbox *b, bool inside);
struct mail_server mailbox_smtp(struct arena *a, const struct mailbox *b, bool inside);

/* token.c: what a box's servers are logged in with. */
struct mailbox_login {
	const char *token; /* NULL: the password. In: one that a server has refused, or NULL */
	bool fresh;        /* fetched for this: another one would be no better */
};
/* Blocks, half a minute at most; outside of closures. Faults: those of oauth_renew. EACCES: a person must do something. */
int mailbox_log_in(struct store *s, struct arena *a, const struct mailbox *b, bool inside, struct mailbox_login *login,
        struct fault *f) MUST_USE;
/* imap_open and mail_send at the box's server, logged in; a token that came to its end before its time is fetched anew, once. */
int mailbox_imap_open(struct store *s, struct arena *a, const struct mailbox *b, bool inside, int timeout_s,
        struct imap **ret, enum imap_phase *ret_phase, struct fault *f) MUST_USE;
struct mailbox_parcel {
	str to, mime;
	bool inside;
	int timeout_s; /* 0: mail_send's */
};
int mailbox_send(struct store *s, struct arena *a, const struct mailbox *b, const struct mailbox_parcel *p,
        struct mail_report *ret, struct fault *f) MUST_USE;

/* mailbox.c: rows a person reaches, as " AND (…)": threads and letters of boxes that are his, his projects', or everybody's. Whoever sets boxes up reads
 * nobody's letters by that. */
void mailbox_reach(const struct request *q, struct query *where, const char *mailbox_column);
/* In a writing closure: how it goes with a box now. code NULL: well. */
struct mailbox_word {
	int64_t id, epoch, version, now,
	        next_try_at; /* of another epoch or version: it is about what is no more, and left out */
	enum mailbox_state state;
	const char *code, *text;
};
int mailbox_state_set(struct db *db, struct arena *a, const struct mailbox_word *w, struct fault *f) MUST_USE;

/* keeper.c */
int keeper_start(struct app *app, struct fault *f);
void keeper_stop(struct app *app);
/* One box being read by this node, on a thread of its own. */
struct reading {
	struct app *app;
	int64_t mailbox_id, epoch,
	        version; /* of the row it was begun with: a change ends the thread, and a new one begins */
	bool stop;       /* atomic; set by the keeper */
	bool over;       /* atomic; set at the thread's end */
};
bool reading_ends(void *reading);

/* intake.c: reads until told to stop. */
void *intake_run(void *reading);

/* arrival.c */
enum mail_folder_kind { FOLDER_INBOX, FOLDER_SENT };
struct arrival {
	struct mail_read read;
	str raw;             /* what it was read from; its digest makes the key of a letter without an id */
	int64_t at, bytes;   /* where in the file it stands */
	const char *trouble; /* NULL, or why it is not whole: "broken", "too_long" */
	int64_t history_at;
	str key, ref;
	str *refs;
	size_t n_refs;
};
/* What can be known of the letter without the database. */
void arrival_prepare(struct arena *a, struct arrival *l);
/* A letter of ours before it goes. */
struct mail_sending {
	int64_t user_id, parent_id,
	        project_id; /* project_id: of a new thread, said by who wrote it; 0: as its recipient says */
	str reason, once_key;
	int64_t id, thread_id; /* out */
};
struct arrivals {
	const struct mailbox *box;
	enum mail_folder_kind folder;
	struct mail_sending *sending; /* NULL: what came, or was sent by another program */
	int64_t file_id, now;
	struct arrival *of;
	size_t n;
	size_t added; /* out */
};
/* In a writing closure. A letter that is here already changes nothing. */
int arrivals_add(struct db *db, struct arena *a, struct arrivals *all, struct fault *f) MUST_USE;
/* The hash a Message-ID is found by; in the arena. */
str mail_ref(struct arena *a, str message_id);

/* who.c: whose address is it? 0, 0: a stranger's. project_id: what it says by itself, 0 when there may be several. */
struct mail_whose {
	int64_t customer_id, project_id;
};
int mail_whose(struct db *db, struct arena *a, str address, struct mail_whose *ret, struct fault *f) MUST_USE;

/* thread.c */
struct mail_thread {
	int64_t id, version, mailbox_id, project_id, customer_id;
	str subject, people;
	int64_t letters, unread, files;
	int last_way;
	str last_line;
	int64_t last_at, created_at;
};
extern const struct entity mail_thread_entity;
extern const struct resource mail_thread_resource;
int thread_read(struct request *q);
/* In a writing closure: people who look at the box are told. */
int mail_tell(struct db *db, struct arena *a, int64_t mailbox_id, int64_t thread_id, struct fault *f) MUST_USE;

/* letter.c */
struct mail_letter_row {
	int64_t id, mailbox_id, thread_id, parent_id;
	int way;
	str message_id, from_name, from_address, to_list, cc_list, reply_to, subject, body_text;
	int64_t history_at;
	str files;
	int64_t files_n;
	int nature;
	str trouble;
	int64_t html_bytes, at, came_at, bytes, customer_id, user_id;
	int state;
	str error;
	int64_t sent_at;
	str reason;
};
extern const char *const mail_ways[], *const mail_states[];
extern const struct entity mail_letter_entity;
extern const struct resource mail_letter_resource, mail_delivery_resource;
int mail_letter_give_raw(struct request *q);
int mail_letter_file(struct request *q);
int mail_letter_html(struct request *q);
extern const struct shape mail_html_shape;
/* The raw bytes of a letter. */
int mail_letter_raw(struct db *db, struct arena *a, int64_t id, str *ret, struct fault *f) MUST_USE;

/* draft.c: a letter that is being written, as the browser sends it. */
struct mail_draft {
	int64_t parent_id;
	bool forward;       /* parent_id is what it forwards, not what it answers */
	int64_t project_id; /* of a letter without a parent: what it is about; 0: its box says */
	str to_list, cc_list, subject, text, files, questions, reason, once;
};
extern const struct shape mail_draft_shape;
/* "Anna <a@b>, c@d": at most MAIL_RECIPIENTS_MAX. EINVAL names the field. */
int mail_parties(
        struct arena *a, const char *field, str list, struct mail_party **ret, size_t *ret_n, struct fault *f) MUST_USE;
/* What stands around a draft: its parent, the project of its thread or, of a new letter, the one that is asked for (0: that of the box), the signature
 * of who writes. */
struct mail_around {
	struct mailbox box;
	struct settings set;
	struct mail_letter_row parent; /* id 0: none */
	int64_t project_id, customer_id;
	str project, matter, client;
	str user_name, user_email, signature;
};
int mail_around(
        struct request *q, int64_t mailbox_id, int64_t parent_id, int64_t project_id, struct mail_around *ret) MUST_USE;
struct guard_verdict;
/* What the guard says of it. */
int mail_guard(
        struct request *q, const struct mail_around *w, const struct mail_draft *d, struct guard_verdict *ret) MUST_USE;

/* draft.c: POST /projects/{id}/words/check */
struct mail_words {
	str text;
};
extern const struct shape mail_words_shape;
int words_check(struct request *q);

/* compose.c: GET …/start, …/answer, …/forward; POST …/check, …/letters, …/files */
extern const struct shape mail_start_shape, mail_sent_shape, mail_upload_shape;
extern const char mail_verdict_schema[];
int compose_start(struct request *q);
int compose_answer(struct request *q);
int compose_forward(struct request *q);
int compose_check(struct request *q);
int compose_send(struct request *q);
int compose_upload(struct request *q);
/* outbox.c */
int outbox_send(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);
int outbox_keep(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);
int outbox_purge(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);
int outbox_again(struct request *q);
/* In a writing closure; job_wake after it. */
int outbox_add(struct db *db, struct arena *a, int64_t letter_id, const struct mail_party *p, size_t n, int64_t now,
        struct fault *f) MUST_USE;

/* question.c */
extern const struct resource mail_question_resource;

#endif
