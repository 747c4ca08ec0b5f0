/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fault.c - filling a fault. */
#include "base/fault.h"

#include "base/log.h"

#include <stdarg.h>

static void fill(struct fault *f, int err, const char *field, const char *code, const char *what)
{
	f->err = err;
	snprintf(f->field, sizeof(f->field), "%s", field ? field : "");
	snprintf(f->code, sizeof(f->code), "%s", code);
	snprintf(f->what, sizeof(f->what), "%s", what);
}

int fail(struct fault *f, int err, const char *field, const char *code, const char *fmt, ...)
{
	char what[sizeof(f->what)];
	va_list ap;

	if (!f)
		return err;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	fill(f, err, field, code, what);
	return err;
}

int fail_logged(struct fault *f, int err, const char *part, const char *code, const char *fmt, ...)
{
	char what[sizeof(f->what)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	log_warn(part, "%s: %s", code, what);
	if (f)
		fill(f, err, NULL, code, what);
	return err;
}
