/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jail.h - a child process that reads what came from outside (a workbook, a sound) with libraries nobody should have to trust: a file that eats
 * memory or time, or finds a hole in a library, takes the child with it and nothing else. In the child only, after fork and without exec. */
#ifndef ENGINE_JAIL_JAIL_H
#define ENGINE_JAIL_JAIL_H

#include "base/str.h"

/* gcc and clang say it differently. */
#if defined(__SANITIZE_ADDRESS__)
#define JAIL_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define JAIL_SANITIZED 1
#endif
#endif

/* in becomes descriptor 0 (-1: it stays as it is), out 1, all others are closed: no database, no socket. So much memory on top of what the parent's
 * image takes, so many seconds of a processor. It dies with its parent. False: end at once. */
bool jail_hold(int in, int out, size_t memory, unsigned seconds) MUST_USE;
/* From here on memory, open files and the end are all the kernel gives, and no file grows. False where it knows no such filters; a sanitizer asks
 * for much more when it has something to tell, so there is no filter under one. */
bool jail_enter(void);
/* For a process that keeps a secret and needs its files and the sockets it has: from here on it gets no new socket, starts no program and looks
 * into no other process. False as above. */
bool jail_offline(void);

#endif
