/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setting_priv.h - between the files of the folder. */
#ifndef DOMAIN_SETTING_SETTING_PRIV_H
#define DOMAIN_SETTING_SETTING_PRIV_H

#include "domain/setting/setting.h"

int settings_test(struct request *q); /* probe.c */
extern const struct shape smtp_test_shape, smtp_tested_shape;

int turn_check(const struct settings *s, struct fault *f) MUST_USE; /* turn.c */
int turn_give(struct request *q);
extern const char turn_schema[];

int job_again(struct request *q); /* jobs.c */
extern const struct resource job_resource;

#endif
