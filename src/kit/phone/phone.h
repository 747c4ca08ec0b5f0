/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phone.h - a telephone number in any form a person writes it, as E.164 and the extension to ask for. Any thread. */
#ifndef KIT_PHONE_PHONE_H
#define KIT_PHONE_PHONE_H

#include "base/arena.h"
#include "base/fault.h"

/* input: "8 (812) 448-34-54 доб. 123"; country: "RU", where a number without "+" belongs. *ret_e164 "+78124483454", *ret_ext
 * "123" or absent, in the arena. EINVAL with code "phone…" says why it is none. ret_ext NULL: an extension is refused. */
int phone_parse(str input, const char *country, struct arena *a, str *ret_e164, str *ret_ext, struct fault *f) MUST_USE;

#endif
