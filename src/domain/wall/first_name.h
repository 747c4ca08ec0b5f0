/* SPDX-License-Identifier: GPL-3.0-or-later */
/* first_name.h - the first name out of a name as colleagues write it: «Иванова Мария», «Мария Иванова», «Иванова Мария Петровна». Any thread. */
#ifndef DOMAIN_WALL_FIRST_NAME_H
#define DOMAIN_WALL_FIRST_NAME_H

#include "base/str.h"

/* A part of name. Where nothing tells the surname from the first name, the first word: in what order it was written. */
str first_name(str name);

#endif
