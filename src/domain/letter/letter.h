/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letter.h - a letter we send: written once, archived unchanged, handed over by a job until the mail server takes it. One recipient each, so
 * that each has his own state and his own link. Kinds: evening (a project's day), statistics
 * (by a schedule), handover, invitation, reset, and notices about a project (change, stop …).
 *
 * The secret of the link in a letter is made from the server's key and the letter's Message-ID: the archive holds "{token}" in
 * its place, the database the secret's hash. So neither the archive nor a stolen database opens a report. */
#ifndef DOMAIN_LETTER_LETTER_H
#define DOMAIN_LETTER_LETTER_H

#include "domain/setting/setting.h"

struct letter_new {
	const char *kind;
	int64_t project_id, user_id; /* what it is about, or 0 */
	str to, reply_to;            /* addresses; reply_to may be absent: answers go to the sender */
	str subject, text, html;     /* html may be absent; "{token}" where the secret of the link stands */
	str day, figures;            /* evening letters: "2026-03-12", JSON; else absent */
	str language, message_id;
	bool for_customer;    /* his people may read it in the portal */
	const int64_t *files; /* rows of the table file that are attached, in this order */
	size_t n_files;
	str once_key; /* a second letter with the same key is not made; absent: always made */
};
/* In a writing closure; job_wake after it. *ret_id is 0 when the letter was made before. */
int letter_add(
        struct db *db, struct arena *a, const struct letter_new *l, int64_t now, int64_t *ret_id, struct fault *f) MUST_USE;
/* In a writing closure: a server says that it did not deliver the letter of this Message-ID. One that is not ours changes nothing. */
int letter_bounced(struct db *db, struct arena *a, str message_id, str why, struct fault *f) MUST_USE;
/* A letter to one of our own people: a sentence, named lines and where to look. In the arena. */
struct letter_line {
	const char *name;
	str value; /* may have several lines */
};
struct letter_sheet {
	str language, title, intro;
	const struct letter_line *lines;
	size_t n;
	const char *open; /* the words of the link */
	str url, company; /* company: our own name */
};
str letter_sheet_text(struct arena *a, const struct letter_sheet *s);
str letter_sheet_html(struct arena *a, const struct letter_sheet *s);
/* The lines alone, as text. */
str letter_lines(struct arena *a, const struct letter_line *lines, size_t n);
/* Paragraphs of plain text as a letter in HTML, with nothing below them. In the arena. */
str letter_plain_html(struct arena *a, str language, str subject, str text);
/* A Message-ID of this house, in the arena. */
str letter_message_id(struct arena *a, const struct settings *s);
/* The secret that stands for "{token}" in the letter. */
void letter_token(const struct app *app, str message_id, char ret_token[44]);

/* notice.c: a letter about a project in a few paragraphs, one to each recipient; with a button when it asks for a decision. */
enum notice_to {
	NOTICE_DECIDERS, /* the customer's people and his own address; where there are none, who gets the evening letter */
	NOTICE_CUSTOMER, /* all of them */
	NOTICE_MANAGER,  /* who leads the project */
};
struct notice {
	const char *kind;
	int64_t project_id;
	enum notice_to to;
	str subject, text;          /* paragraphs with an empty line between */
	int64_t change_id, stop_id; /* what its link decides, once; 0, 0: it has none */
	const char *button;
};
/* What the words of a letter about a project depend on. */
struct notice_words {
	str project, zone, language, pm, company;
	bool english;
};
int notice_words(struct db *db, struct arena *a, int64_t project_id, struct notice_words *ret, struct fault *f) MUST_USE;
/* Addresses it would go to, separated by commas. */
int notice_addresses(
        struct db *db, struct arena *a, int64_t project_id, enum notice_to to, str *ret, struct fault *f) MUST_USE;
/* In a writing closure; job_wake after it. *ret_letters: how many; 0 when there is nobody to write to. */
int notice_send(const struct app *app, struct db *db, struct arena *a, const struct notice *n, int64_t now,
        int64_t *ret_letters, struct fault *f) MUST_USE;
/* "12 марта, 09:00" there. */
str letter_moment(struct arena *a, str language, str zone, int64_t at);

/* A link that decides about a change, or about the term after a stop. */
struct decision_link {
	int64_t id, project_id, change_id, stop_id, expires_at, used_at;
	str sent_to;
	bool revoked;
};
/* Whatever has become of it; ENOENT "link_spent" for one that is unknown. Reads only. */
int decision_link_find(struct db *db, struct arena *a, str token, struct decision_link *ret, struct fault *f) MUST_USE;
/* In a writing closure: used, once. EALREADY "link_used"; EALREADY "link_expired". */
int decision_link_use(struct db *db, const struct decision_link *l, int64_t now, struct fault *f) MUST_USE;

/* The link of an evening letter, or a public one, by its secret. ENOENT "link_spent" for one that is unknown, revoked, past its term or used up. */
struct link {
	int64_t id, project_id, expires_at;
	str password_hash; /* absent: it asks for none */
};
int link_find(struct db *db, struct arena *a, str token, int64_t now, struct link *ret, struct fault *f) MUST_USE;
/* In a writing closure: it was opened, from there and with that program. ENOENT "link_spent" when that was once too often. */
int link_opened(struct db *db, const struct link *l, const char *peer, str agent, int64_t now, struct fault *f) MUST_USE;

extern const struct module letter_module;

#endif
