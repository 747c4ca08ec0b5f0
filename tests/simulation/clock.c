/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clock.c - what the linker puts in the place of the clocks, of chance, and around each write: the world's time, the seed's ids, and
 * points at which the process may be gone. */
#include "simulation.h"

#include <unistd.h>

int64_t __wrap_clock_ms(void);
int64_t __wrap_clock_mono_ms(void);
int64_t __wrap_clock_mono_us(void);
void __wrap_rand_bytes(void *p, size_t n);
void __wrap_rand_uuid(char z[37]);
int __real_db_run(struct db *db, const char *sql, const struct val *v, size_t n, int64_t *ret_changed, struct fault *f);
int __wrap_db_run(struct db *db, const char *sql, const struct val *v, size_t n, int64_t *ret_changed, struct fault *f);
int __real_store_write(struct store *s, struct db *own, struct arena *a, store_fn *fn, void *arg, struct fault *f);
int __wrap_store_write(struct store *s, struct db *own, struct arena *a, store_fn *fn, void *arg, struct fault *f);
str __wrap_http_header(const struct http_request *q, const char *name);

int64_t __wrap_clock_ms(void)
{
	return w->now;
}

/* The machine is older than the run. */
int64_t __wrap_clock_mono_ms(void)
{
	return w->now - w->begin + CLOCK_DAY;
}

int64_t __wrap_clock_mono_us(void)
{
	return __wrap_clock_mono_ms() * 1000;
}

void __wrap_rand_bytes(void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((uint8_t *)p)[i] = (uint8_t)dice_throw(&w->ids);
}

void __wrap_rand_uuid(char z[37])
{
	unsigned long long a = dice_throw(&w->ids), b = dice_throw(&w->ids);

	snprintf(z, 37, "%08llx-%04llx-4%03llx-8%03llx-%012llx", a >> 32, a >> 16 & 0xffff, a & 0xfff, b >> 52,
	        b & 0xffffffffffff);
}

void crash_point(void)
{
	w->points++;
	if (!w->crash_in || --w->crash_in)
		return;
	w->seen.crashes++;
	_exit(CRASHED);
}

int __wrap_db_run(struct db *db, const char *sql, const struct val *v, size_t n, int64_t *ret_changed, struct fault *f)
{
	crash_point();
	return __real_db_run(db, sql, v, n, ret_changed, f);
}

/* Before, and when it is committed and its writer does not know. */
int __wrap_store_write(struct store *s, struct db *own, struct arena *a, store_fn *fn, void *arg, struct fault *f)
{
	int err;

	crash_point();
	err = __real_store_write(s, own, a, fn, arg, f);
	crash_point();
	return err;
}

/* A person's request has one header that counts. */
str __wrap_http_header(const struct http_request *q, const char *name)
{
	(void)name;
	return str_of((const char *)q);
}
