/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read.h - letters that came, read by GMime in a child process in jail, since anybody may write one. Whatever a letter holds, reading it gives a
 * letter: what breaks or outgrows the child is read again by its headers alone. A reader belongs to one thread; what it returns lives in the arena. */
#ifndef ENGINE_MAIL_READ_H
#define ENGINE_MAIL_READ_H

#include "base/arena.h"
#include "base/fault.h"

enum {
	MAIL_RAW_MAX = 64 << 20,   /* bytes of a letter read whole; of a longer one the beginning */
	MAIL_TEXT_MAX = 1 << 20,   /* bytes kept of its text, and of its HTML */
	MAIL_PEOPLE_MAX = 1000,    /* addresses of one kind */
	MAIL_REFERENCES_MAX = 200, /* the first one and the last ones of a longer list */
	MAIL_FILES_MAX = 5000,
	MAIL_DEPTH_MAX = 50, /* parts within parts */
	MAIL_RETURNED_MAX = 200,
};

struct mail_person {
	str name, address; /* name is empty where none stands */
};
struct mail_people {
	struct mail_person *of;
	size_t n;
};
struct mail_attached {
	str name, type; /* a bare file name, safe to show; "application/pdf" */
	int64_t size;   /* bytes when taken out */
	str content_id; /* "cid:" of the HTML, or empty */
	int64_t part;   /* its number among all parts, for mail_part */
};
/* What a server says of one recipient of a letter that came back, or is late (RFC 3464). */
struct mail_returned {
	str address; /* as we wrote it, where the server says so */
	bool failed; /* for good; else it is late, or has arrived */
	str why;     /* the server's words, or its number; may be empty */
};
enum mail_nature {
	MAIL_PERSONAL,
	MAIL_AUTOMATIC, /* an absence note, a receipt, an answering machine (RFC 3834) */
	MAIL_BOUNCE,    /* a server could not deliver what we sent (RFC 3464) */
	MAIL_NATURES
};
extern const char *const mail_nature_names[MAIL_NATURES + 1];

struct mail_read {
	str message_id;  /* without brackets; empty when it has none */
	str *references; /* ids it answers to, oldest first, In-Reply-To last; of a bounce also the letter it is about */
	size_t n_references;
	struct mail_person from; /* address empty when there is none that could be read */
	struct mail_people to, cc;
	str reply_to;      /* address, or empty */
	str subject, text; /* UTF-8, never absent; text also where the letter has HTML only */
	str first_line;    /* the first line of text that is not empty */
	str html;          /* cleaned by the allow-list of html.h; empty when there is none */
	int64_t at;        /* UTC ms of its Date; 0 when it has none */
	struct mail_attached *files;
	size_t n_files;
	enum mail_nature nature;
	struct mail_returned *returned; /* of a bounce, at most MAIL_RETURNED_MAX */
	size_t n_returned;
	bool cut; /* not all of it was read: too long, too deep, or broken */
};

struct mail_reader;
int mail_reader_new(struct mail_reader **ret, struct fault *f) MUST_USE;
void mail_reader_free(struct mail_reader *r);
/* raw is the letter as bytes. Fails only where no process can be made (EAGAIN). */
int mail_read(struct mail_reader *r, struct arena *a, str raw, struct mail_read *ret, struct fault *f) MUST_USE;
/* The content of one part, decoded. ENOENT when there is none of that number. */
int mail_part(struct mail_reader *r, struct arena *a, str raw, int64_t part, str *ret, struct fault *f) MUST_USE;

/* Threads of letters: those that name each other's Message-ID, whatever comes first. */
struct mail_threads;
struct mail_threads *mail_threads_new(void);
void mail_threads_free(struct mail_threads *t);
/* id: of the letter, not empty. */
void mail_threads_add(struct mail_threads *t, str id, const str *references, size_t n);
/* The name of the letter's thread: the id it begins with, as far as it is known now. Valid until the next addition. */
str mail_threads_name(struct mail_threads *t, str id);

#endif
