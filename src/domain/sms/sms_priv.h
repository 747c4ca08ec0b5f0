/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sms_priv.h - between the files of the folder. */
#ifndef DOMAIN_SMS_SMS_PRIV_H
#define DOMAIN_SMS_SMS_PRIV_H

#include "base/clock.h"
#include "domain/sms/sms.h"
#include "kit/job/job.h"

/* After 15 s, 1 min, 2 min, 4 min … until 18 hours have passed: as letters. */
enum { SMS_TRIES = 24, SMS_BASE_MS = 15 * CLOCK_SECOND };
int sms_send(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f);

/* report.c */
int sms_report(struct request *q); /* GET /sms/report/{token} */
int sms_test(struct request *q);   /* POST /settings/sms/test */
extern const struct shape sms_test_shape, sms_tested_shape;
/* Where the gateway tells of this message. */
str sms_report_url(const struct app *app, const struct settings *s, struct arena *a, int64_t id);

#endif
