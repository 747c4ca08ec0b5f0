/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fault.h - why something failed, for the person who will read it.
 * The return code (an errno value) says what kind; the fault says where and in which words. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/str.h"

#include <errno.h>

struct fault {
	int err;        /* the errno value it was made with; 0 while nothing failed */
	char field[64]; /* which input is wrong: "phone", "rows[3].name"; "" when none in particular */
	char code[40];  /* short and stable: the front end translates "fault.<code>" */
	char what[200]; /* an English sentence; never a secret, never another's data */
};

/* Fill f (which may be NULL) and return err, so that one line fails: return fail(...).
 * field may be NULL. Text that does not fit is cut. */
int fail(struct fault *f, int err, const char *field, const char *code, const char *fmt, ...)
        __attribute__((format(printf, 5, 6)));
/* fail, and a copy of the words in the log as a warning. */
int fail_logged(struct fault *f, int err, const char *part, const char *code, const char *fmt, ...)
        __attribute__((format(printf, 5, 6)));

#endif
