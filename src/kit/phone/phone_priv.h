/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phone_priv.h - what the files of this folder tell each other. */
#ifndef KIT_PHONE_PHONE_PRIV_H
#define KIT_PHONE_PHONE_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PHONE_E164_MAX = 24 };
enum phone_lib_error { PHONE_LIB_OK, PHONE_LIB_NONE, PHONE_LIB_SHORT, PHONE_LIB_LONG, PHONE_LIB_COUNTRY, PHONE_LIB_UNKNOWN };

/* phone_shim.cpp: libphonenumber. z of n bytes for country → E.164 with "+" and NUL. Kind is an enum phone_kind. No exception leaves. */
enum phone_lib_error phone_lib_parse(const char *p, size_t n, const char *country, char e164[PHONE_E164_MAX]);
int phone_lib_kind(const char *e164, size_t n);
bool phone_lib_country(const char *country);
bool phone_lib_special(const char *digits, size_t n, const char *country);
size_t phone_lib_pretty(const char *e164, size_t n, char *out, size_t max);

/* phone_ru.c: the row of the three digits after +7, NULL when no Russian number begins so. */
struct phone_code {
	short code;
	short kind; /* enum phone_kind */
	const char *zone;
};
const struct phone_code *phone_ru_code(const char *national);
/* Written as in Russia (ten digits, or eleven that begin with 7 or 8, "+7") and of a known code: E.164 in e164. False: ask the library. */
bool phone_ru_fast(const char *p, size_t n, char e164[PHONE_E164_MAX]);

/* phone.c: one number without labels and extension. NULL and e164 set, or the reason. */
const char *phone_number(const char *p, size_t n, const char *country, char e164[PHONE_E164_MAX]);

#ifdef __cplusplus
}
#endif
#endif
