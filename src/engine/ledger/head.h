/* SPDX-License-Identifier: GPL-3.0-or-later */
/* head.h - a signed head: what a log was at a moment, as a checkpoint (c2sp.org/tlog-checkpoint) in a signed note (c2sp.org/signed-note):
 *   zvonar/project-7/00112233445566778899aabbccddeeff     the log
 *   1734                                                  records
 *   base64 of the root
 *   date 2026-11-29T12:00:00Z
 *   prev base64 of SHA-256 of the head before, all of it; 32 zero bytes for the first
 *   (empty line)
 *   — zvonar base64 of key id and signature
 * Any thread. */
#ifndef ENGINE_LEDGER_HEAD_H
#define ENGINE_LEDGER_HEAD_H

#include "engine/ledger/tree.h"

#define HEAD_SIGNER "zvonar"

struct head {
	str origin, date;
	uint64_t size;
	struct hash root, prev;
};
/* The note, in the arena. */
str head_sign(const struct head *h, const uint8_t key[32], struct arena *a);
/* Cut the next note off *rest. False: what stands there is none; *rest is past it, or at the end when no other begins. *ret_signed: by this key. */
bool head_next(str *rest, const uint8_t public[SIGN_PUBLIC], struct arena *a, struct head *ret, bool *ret_signed,
        struct hash *ret_note);
/* "zvonar/project-7/00…ff" and back. */
str head_origin(int64_t project_id, const uint8_t log[16], struct arena *a);
bool head_origin_read(str origin, int64_t *ret_project, uint8_t ret_log[16]);
/* "2026-11-29T12:00:00Z" */
str head_date(int64_t ms, struct arena *a);
/* What is printed of a key for people: its SHA-256 in groups of four digits. */
str key_fingerprint(const uint8_t public[SIGN_PUBLIC], struct arena *a);
/* key.pub: "zvonar+KEYID+base64 of 0x01 and the key" and a newline (c2sp.org/signed-note). */
str key_text(const uint8_t public[SIGN_PUBLIC], struct arena *a);
bool key_read_text(str text, struct arena *a, uint8_t ret[SIGN_PUBLIC]);

#endif
