/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log.h - one JSON object a line on stderr, for a machine to collect and a person to grep.
 * {"at":"2026-03-12T09:41:07.120Z","level":"warn","part":"db","request":"…","call":"…","say":"…"}
 * Any thread. Never put a password, a token or a whole telephone number into a line. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Lines below this level are dropped. LOG_INFO until set. */
void log_level_set(enum log_level least);
/* The name of the process, printed with each line: "app", "tel". Not copied. */
void log_process_set(const char *name);
/* Which request and which call this thread works for; NULL ends it. Copied, cut at 39 bytes. */
void log_request_set(const char *request_id);
void log_call_set(const char *call_uuid);

void log_say(enum log_level level, const char *part, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#define log_debug(part, ...) log_say(LOG_DEBUG, part, __VA_ARGS__)
#define log_info(part, ...) log_say(LOG_INFO, part, __VA_ARGS__)
#define log_warn(part, ...) log_say(LOG_WARN, part, __VA_ARGS__)
#define log_error(part, ...) log_say(LOG_ERROR, part, __VA_ARGS__)

/* Lines of level warn and error so far: for /metrics and for tests. */
uint64_t log_count(enum log_level level);

#endif
