/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log.c - writes each line with one write(2), so lines of threads never mix. */
#include "base/log.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <unistd.h>

enum { LINE_MAX = 2048 };

static atomic_int least = LOG_INFO;
static _Atomic uint64_t counts[LOG_ERROR + 1];
static const char *process = "zvonar";
static _Thread_local char request[40], call[40];

void log_level_set(enum log_level level)
{
	atomic_store(&least, (int)level);
}

void log_process_set(const char *name)
{
	process = name;
}

void log_request_set(const char *id)
{
	snprintf(request, sizeof(request), "%s", id ? id : "");
}

void log_call_set(const char *uuid)
{
	snprintf(call, sizeof(call), "%s", uuid ? uuid : "");
}

uint64_t log_count(enum log_level level)
{
	return atomic_load(&counts[level]);
}

/* Append s to z at n, escaped for JSON; stops before the end so that the closing fits. */
static size_t put(char *z, size_t n, const char *s)
{
	for (; *s && n < LINE_MAX - 16; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == '"' || c == '\\')
			z[n++] = '\\', z[n++] = (char)c;
		else if (c < 0x20)
			n += (size_t)snprintf(z + n, 8, "\\u%04x", c);
		else
			z[n++] = (char)c;
	}
	return n;
}

static size_t put_member(char *z, size_t n, const char *name, const char *value)
{
	if (!*value)
		return n;
	n += (size_t)snprintf(z + n, LINE_MAX - n, ",\"%s\":\"", name);
	n = put(z, n, value);
	z[n++] = '"';
	return n;
}

void log_say(enum log_level level, const char *part, const char *fmt, ...)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	char z[LINE_MAX], say[1200], at[32];
	size_t n;
	va_list ap;

	atomic_fetch_add(&counts[level], 1);
	if ((int)level < atomic_load(&least))
		return;
	va_start(ap, fmt);
	vsnprintf(say, sizeof(say), fmt, ap);
	va_end(ap);
	clock_iso(clock_ms(), at);
	n = (size_t)snprintf(z, sizeof(z), "{\"at\":\"%s\",\"level\":\"%s\"", at, names[level]);
	n = put_member(z, n, "process", process);
	n = put_member(z, n, "part", part);
	n = put_member(z, n, "request", request);
	n = put_member(z, n, "call", call);
	n = put_member(z, n, "say", say);
	z[n++] = '}';
	z[n++] = '\n';
	if (write(STDERR_FILENO, z, n) < 0)
		return; /* nowhere left to complain */
}
