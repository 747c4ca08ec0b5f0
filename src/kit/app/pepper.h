/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pepper.h - the secret beside the database: DATA/keys/pepper, 32 random bytes, mode 0600, made when missing. It peppers password
 * hashes and signs links, so a stolen database alone opens nothing. */
#ifndef KIT_APP_PEPPER_H
#define KIT_APP_PEPPER_H

#include "base/fault.h"

enum { PEPPER_BYTES = 32 };

int pepper_load(const char *data_dir, uint8_t ret[PEPPER_BYTES], struct fault *f) MUST_USE;

#endif
