/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jail.h - a child process that reads what came from outside (a workbook, a sound) with libraries nobody should have to trust: a file that eats
 * memory or time, or finds a hole in a library, takes the child with it and nothing else. ADR 71. */
#ifndef ENGINE_JAIL_JAIL_H
#define ENGINE_JAIL_JAIL_H

#include "base/str.h"

#include <sys/types.h>

/* gcc and clang say it differently. */
#if defined(__SANITIZE_ADDRESS__)
#define JAIL_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define JAIL_SANITIZED 1
#endif
#endif

enum { JAIL_ARG_MAX = 64 << 10 };
/* What a child of ours gets: in as descriptor 0 (-1: /dev/null), out as 1, and no other: no database, no socket. So much memory on top of what the
 * image takes, so many seconds of a processor. */
struct jail {
	int in, out;
	size_t memory;
	unsigned seconds;
};

/* Once, before there are threads: makes the process that children are forked from. A fork of a program with threads has every lock in the state it
 * happened to be in (malloc of a sanitizer, GLib), and a child may then wait for one for ever. A program without threads needs none. */
void jail_open(void);
/* Starts a child of the caller's process that runs body with a copy of n bytes at arg (JAIL_ARG_MAX), in the jail's limits, and ends with what
 * body gives; it is for the caller to wait for, and dies with this process. The descriptors stay the caller's. 0: no child could be made, errno.
 * Any thread. */
pid_t jail_start(const struct jail *j, int (*body)(const void *arg, size_t n), const void *arg, size_t n) MUST_USE;

/* In the child, when it has opened what it needs: */
/* From here on memory, open files and the end are all the kernel gives, and no file grows. False where it knows no such filters; a sanitizer asks
 * for much more when it has something to tell, so there is no filter under one. */
bool jail_enter(void);
/* For a process that keeps a secret and needs its files and the sockets it has: from here on it gets no new socket, starts no program and looks
 * into no other process. False as above. */
bool jail_offline(void);

#endif
