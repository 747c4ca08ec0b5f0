/* SPDX-License-Identifier: GPL-3.0-or-later */
/* correction.h - a saved result corrected by who may: its result, reason, comment and answers (docs/adr/0055). The call then says the new, with
 * all that is counted from it; what it said before stays in the table correction and in the verifiable log, with why. The customer sees
 * that, when and why it was corrected; by whom is ours to know. */
#ifndef DOMAIN_CORRECTION_CORRECTION_H
#define DOMAIN_CORRECTION_CORRECTION_H

#include "kit/route/route.h"

extern const struct module correction_module;

#endif
