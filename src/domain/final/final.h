/* SPDX-License-Identifier: GPL-3.0-or-later */
/* final.h - the report at a project's end (P8): what came of it, whether its conversion changed and with what, what is left in the base, what may still
 * be expected of it, and whether to go on, said with the reasons. As a page, a table and a document; the sentences are the same in all three.
 * Figures are of the roll-ups, so they equal those of overview and report. */
#ifndef DOMAIN_FINAL_FINAL_H
#define DOMAIN_FINAL_FINAL_H

#include "kit/route/route.h"

extern const struct module final_module;

#endif
