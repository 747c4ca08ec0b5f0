/* SPDX-License-Identifier: GPL-3.0-or-later */
/* template.h - words with merge fields for what leaves from a card: letters, commercial offers (a PDF), short messages, faxes. One is a project's,
 * or the house's for every project. Its words have versions: each change of them is kept and what was sent names the version. A merge field
 * that does not exist is refused when the template is saved. The form of merge fields is callflow/spoken.h's. */
#ifndef DOMAIN_TEMPLATE_TEMPLATE_H
#define DOMAIN_TEMPLATE_TEMPLATE_H

#include "callflow/spoken.h"
#include "domain/contact/contact.h"

enum template_kind { TEMPLATE_LETTER, TEMPLATE_OFFER, TEMPLATE_SMS, TEMPLATE_FAX };
extern const char *const template_kinds[];
enum { TEMPLATE_SUBJECT_MAX = 200, TEMPLATE_BODY_MAX = 20000, TEMPLATE_SMS_MAX = 1000 /* characters */ };

struct template
{
	int64_t id, version, project_id; /* project_id 0: of the house */
	int kind;
	str name, subject, body; /* subject: of a letter; the title of an offer or a fax */
	int64_t offer_id;        /* the offer that goes with it, 0: none */
	bool advertising, editable, archived;
	int64_t number, author_id, created_at;
};
extern const struct entity template_entity;
extern const struct resource template_resource;
extern const struct module template_module;

/* Is it good for this project: its own or the house's, and not archived? ENOENT otherwise. */
int template_of_project(
        struct db *db, struct arena *a, int64_t id, int64_t project_id, struct template *ret, struct fault *f) MUST_USE;
/* EINVAL on subject or body: the first thing wrong with the words of a project (0: of the house). */
int template_check_words(
        struct db *db, struct arena *a, int64_t project_id, const struct template *t, struct fault *f) MUST_USE;

/* Whom the words are about. */
struct template_about {
	int64_t contact_id, person_id, user_id; /* person_id 0: who decides, else the first; user_id: the operator */
	str company;                            /* our own name */
	int64_t now;
};
/* A letter to the customer, written by hand: there is no contact. project_id 0: none is known. */
struct template_letter {
	int64_t project_id, user_id;
	str person, company, language; /* whom it greets, our own name, of who writes */
	int64_t now;
};
struct template_filled {
	str subject, body;
	str gap; /* the first merge field that has neither value nor fallback; absent: none */
	enum language language;
	int64_t person_id; /* who was meant */
};
/* Fill the words for a contact. Reads only; reach is the caller's business. */
int template_fill(struct db *db, struct arena *a, const struct template *t, const struct template_about *about,
        struct template_filled *ret, struct fault *f) MUST_USE;
/* The same for a letter to the customer: what is about a contact is a gap. */
int template_fill_letter(struct db *db, struct arena *a, const struct template *t, const struct template_letter *about,
        struct template_filled *ret, struct fault *f) MUST_USE;
/* Filled words on paper (A4): "# " begins a heading, lines "a | b | c" make a table whose first one has its titles, an empty line ends a
 * paragraph. Each of the n begins on a page of its own. company: at the foot. */
int template_paper(struct arena *a, const struct template_filled *w, size_t n, str company, int64_t now, str *ret_pdf,
        struct fault *f) MUST_USE;
/* The same as a fax machine takes it (engine/fax), and how many pages. EINVAL: more than it may be. */
enum { TEMPLATE_FAX_PAGES = 10, TEMPLATE_FAX_BYTES = 700 * 1024 };
int template_fax(struct arena *a, const struct template_filled *w, size_t n, str company, str *ret_tiff, int64_t *ret_pages,
        struct fault *f) MUST_USE;

#endif
