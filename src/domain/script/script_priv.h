/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script_priv.h - what the files of this folder share. */
#ifndef DOMAIN_SCRIPT_SCRIPT_PRIV_H
#define DOMAIN_SCRIPT_SCRIPT_PRIV_H

#include "domain/script/script.h"

struct decline_body {
	str note;
};

int script_get(struct request *q);
int script_lint(struct request *q);
int script_copy(struct request *q);
int script_propose(struct request *q);
int script_approve(struct request *q);
int script_decline(struct request *q);

#endif
