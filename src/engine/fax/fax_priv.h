/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fax_priv.h - between the files of the folder. */
#ifndef ENGINE_FAX_FAX_PRIV_H
#define ENGINE_FAX_FAX_PRIV_H

#include "engine/fax/fax.h"

/* A file without a name that holds these bytes; -1: the fault is filled. */
int memory_file(str bytes, struct fault *f);
int memory_read(int fd, struct arena *a, str *ret, struct fault *f) MUST_USE;

#endif
