/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registrar.h - phones that register with us (RFC 3261 section 10), over UDP. The gate lets a stranger say nothing but REGISTER, for a login
 * that exists, and not often (knock.h); who answers the challenge (digest, SHA-256 offered before MD5: RFC 8760) is let in by his address
 * as long as he is registered. Of a login at most TEL_BINDINGS_MAX phones are kept, the one that expires first makes room. Each is asked by
 * OPTIONS whether it lives, which also keeps its way through NAT open. Loop thread. */
#ifndef ENGINE_TEL_REGISTRAR_H
#define ENGINE_TEL_REGISTRAR_H

#include "base/str.h"

struct sip_msg;
struct sa;

enum { TEL_BINDINGS_MAX = 8, TEL_LOGIN_MAX = 40, TEL_PHONE_URI = 200, TEL_EXPIRES_MIN_S = 60, TEL_EXPIRES_S = 120 };
#define TEL_REALM "zvonar"

/* Who may register; id is the caller's. ha1: H(login:TEL_REALM:secret), hex, by SHA-256 and by MD5. Copied. up: the caller knows that a
 * phone of it is registered. */
struct tel_account {
	int64_t id;
	str login, ha1_sha256, ha1_md5;
	bool up;
};
/* All of them; replaces what was known. A login whose secret changed, or that is gone, loses its phones; one that has phones and of whom
 * the caller does not know it is told again. */
void tel_registrar_accounts(const struct tel_account *v, size_t n);

/* The first phone of a login came or the last went. Never from inside our functions. */
typedef void(tel_registered_h)(int64_t account, bool up, const char *agent, const char *address, void *arg);
void tel_registrar_init(tel_registered_h *h, void *arg);
void tel_registrar_done(void);
bool tel_registrar_has(int64_t account); /* a phone of it is registered */

/* How to reach a phone: the URI it gave, at the address it speaks from. */
struct tel_phone {
	char uri[TEL_PHONE_URI], address[64];
};
/* The phones of an account, the one heard of last first; how many. */
size_t tel_registrar_phones(int64_t account, struct tel_phone ret[TEL_BINDINGS_MAX]);

/* For sip.c: a REGISTER that came through the gate. */
void tel_registrar_take(const struct sip_msg *msg);

#endif
