/* SPDX-License-Identifier: GPL-3.0-or-later */
/* handover_priv.h - between the files of the folder. */
#ifndef DOMAIN_HANDOVER_HANDOVER_PRIV_H
#define DOMAIN_HANDOVER_HANDOVER_PRIV_H

#include "domain/handover/handover.h"

extern const struct entity handover_entity; /* the form: the view */
extern const struct entity handover_own;    /* its own table: the first fields of the form */
extern const struct resource handover_resource;

/* What the form asks, in the order of the summary. */
struct handover_item {
	const char *field, *ru, *en;
	enum {
		SAID_ALWAYS,
		NEEDED,
		NEEDED_OF_SALES
	} need; /* in the form's defaults; in every project; where sales hand it over */
};
extern const struct handover_item handover_items[]; /* ended by a zero row */
/* Is nothing said about it? */
bool handover_lacks(const struct handover *h, const struct handover_item *i);
/* May it not be left out? */
bool handover_needs(const struct handover *h, const struct handover_item *i);

/* Who has to do with it and is not in the form; absent: nobody. */
struct handover_people {
	str customer, sales_email;
};
int handover_people(
        struct db *db, struct arena *a, const struct handover *h, struct handover_people *ret, struct fault *f) MUST_USE;
/* Reads the form anew. ENOENT */
int handover_get(struct db *db, struct arena *a, int64_t id, struct handover *ret, struct fault *f) MUST_USE;
/* A changed form into its two tables; the resource's update. */
int handover_update(struct request *q, struct db *db, struct arena *a, const void *old, void *new, struct fault *f) MUST_USE;
/* The project as the form says it. */
int handover_project(struct db *db, struct arena *a, const struct handover *h, struct project *ret_was, struct project *ret,
        struct fault *f) MUST_USE;
/* EALREADY unless whoever asks may write it as it stands. */
int handover_open(struct request *q, const struct handover *h) MUST_USE;

/* words.c: all items in readable order, in "ru" or "en". files: names of the materials, one a line. */
struct telling {
	const struct handover *h;
	const struct handover_people *who;
	str files, url, company; /* url: of the house */
	bool assigned;           /* to a manager; else handed over */
};
str telling_summary(struct arena *a, const struct telling *t, str language);
str telling_subject(struct arena *a, const struct telling *t, str language);
str telling_text(struct arena *a, const struct telling *t, str language);
str telling_html(struct arena *a, const struct telling *t, str language);

/* tell.c: in a writing closure, after the step was written: the summary is kept, those it concerns have their letters and a word on the screen. */
int handover_tell(struct request *q, struct db *db, struct arena *a, int64_t id, bool assigned, struct fault *f) MUST_USE;

/* handover_http.c, material.c */
extern const struct route handover_routes[];
extern const struct resource material_resource;
extern const struct entity material_entity;
int material_upload(struct request *q);
int material_file(struct request *q);
int material_remove(struct request *q);

#endif
