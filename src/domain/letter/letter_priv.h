/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letter_priv.h - between the files of the folder. */
#ifndef DOMAIN_LETTER_LETTER_PRIV_H
#define DOMAIN_LETTER_LETTER_PRIV_H

#include "domain/letter/letter.h"
#include "engine/zone/zone.h"

/* Tries of one letter: after 15 s, 1 min, 2 min, 4 min … until 18 hours have passed: a night without a mail server. */
enum { LETTER_TRIES = 24, LETTER_BASE_MS = 15 * CLOCK_SECOND };
int letter_send(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);

/* A row of the archive. */
struct letter {
	int64_t id, project_id, user_id, tries, next_try_at, created_at, sent_at, files;
	str kind, day, to_list, subject, body_text, body_html, error, sha256;
	int state;
};
extern const struct resource letter_resource;

/* words.c: text of people inside HTML: escaped, line breaks kept. */
void letter_html(struct text *t, str s);
#define LETTER_FONT "font-family:Segoe UI,Helvetica,Arial,sans-serif;"

/* evening.c: the project of an evening letter, as it stands in the table project. */
struct evening {
	int64_t project_id;
	str project, zone, hours, to, language, state;
	str reply_to; /* address of the project manager, or absent */
	int64_t minute, link_days, plan, created_at, dialogue_s;
	bool days_off; /* it calls on official days off as well */
	str jurisdiction;
	struct date day; /* which day the letter is about, in the project's zone */
	int weekday;
	int64_t from, until; /* that day, UTC ms */
	bool yesterday;      /* the hour passed while nobody looked */
	str url;             /* "https://host" */
	str company;         /* our own name */
	str head;            /* the log's last signed head, "1734:base64 of the root"; absent: there is none */
};
/* figures.c: what the day brought, from the roll-ups. */
struct figures {
	int64_t calls, answered, dialogues, leads, meetings, presentations, sales, talk_ms;
	struct usual {
		bool known;
		int64_t low, high;
	} share, talk; /* of days before: dialogues to calls in thousandths, average talk in ms */
};
struct lead {
	int64_t contact_id;
	str company, city, person, position, number, result, comment;
	bool recorded;
};
enum { LEADS_MAX = 200 };
struct leads {
	struct lead of[LEADS_MAX];
	size_t n;
	bool more;
};
int figures_of_day(struct db *db, struct arena *a, const struct evening *e, struct figures *ret, struct fault *f) MUST_USE;
int leads_of_day(struct db *db, struct arena *a, const struct evening *e, struct leads *ret, struct fault *f) MUST_USE;
/* As JSON, for the archive. */
str figures_json(struct arena *a, const struct evening *e, const struct figures *g);

/* words.c: the letter in the project's language. */
str evening_subject(struct arena *a, const struct evening *e, const struct figures *g);
str evening_text(
        struct arena *a, const struct evening *e, const struct figures *g, const struct leads *leads, int64_t link_until);
str evening_html(
        struct arena *a, const struct evening *e, const struct figures *g, const struct leads *leads, int64_t link_until);
/* Text of people inside HTML: escaped, line breaks kept. */
void letter_html(struct text *t, str s);
/* "day" of the archive: 2026-03-12. */
str day_iso(struct arena *a, struct date d);

/* evening.c */
int evening_run(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);
int evening_now(struct request *q); /* POST /projects/{id}/letter */
extern const struct shape letters_made_shape;

/* received.c */
extern const struct resource received_resource;

/* attached.c: GET /letters/{id}/files and …/{file_id} */
int letter_file_list(struct request *q);
int letter_file(struct request *q);
extern const char letter_files_schema[];
/* What is attached to a letter, read from the disk; in the arena. EIO: its bytes are gone. */
struct mail_attachment;
int letter_files(struct db *db, struct arena *a, int64_t letter_id, struct mail_attachment **ret, size_t *ret_n,
        struct fault *f) MUST_USE;

/* link.c */
extern const struct resource link_resource;
int link_revoke(struct request *q);
struct link_new {
	const char *kind; /* report, decision */
	int64_t project_id, change_id, stop_id, days;
	str to, message_id;
};
/* In a writing closure: the link of a letter that is being made. */
int link_add(struct db *db, const struct app *app, const struct link_new *l, int64_t now, struct fault *f) MUST_USE;

#endif
