/* SPDX-License-Identifier: GPL-3.0-or-later */
/* banned.h - functions nobody here calls: each has lost memory, text or time for somebody.
 * Included by the build on every file (-include), so using one does not compile. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok atoi atol atoll atof
#pragma GCC poison localtime gmtime asctime ctime system popen tmpnam mktemp

#endif
