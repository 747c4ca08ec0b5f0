/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signer.h - the process that signs heads, and how to ask it. It alone holds the key, keeps the right edge of every log it ever signed, and is
 * told new records' hashes only: it adds them to its own edge and signs the root that comes of it. So nobody, whatever he may write in the
 * database, gets a signature under a history that is not the old one with something added. It has one Unix socket and no network.
 *
 * One request a connection, a line and bytes behind it; the answer is a line and a text of so many bytes:
 *   key                                                      → key LENGTH, key.pub
 *   sign ORIGIN FROM COUNT ROOT LENGTH, note, COUNT hashes   → signed LENGTH, the head
 *                                                            → known LENGTH, its last head (0: none): FROM is not where it stands
 *                                                            → refused REASON */
#ifndef ENGINE_LEDGER_SIGNER_H
#define ENGINE_LEDGER_SIGNER_H

#include "engine/ledger/head.h"

enum { SIGNER_HASHES = 1 << 22, SIGNER_NOTE = 2048 };

struct signer_settings {
	const char *socket; /* made with mode 0600; a stale one is replaced */
	const char *key;    /* file of 32 bytes, made when missing (mode 0600) */
	const char *dir;    /* what it signed last, a file for each log; made when missing */
};
/* Until SIGTERM. Returns the exit code. Call once a process. */
int signer_main(const struct signer_settings *s);

/* Its side without a process, for tests: one request as bytes, the answer as bytes. */
struct signer;
struct signer *signer_new(const uint8_t key[32], int dir_fd);
void signer_free(struct signer *s);
str signer_answer(struct signer *s, str line, str rest, int64_t now, struct arena *a);

/* Asking. note: the last head the asker has of this log, absent: none; hashes: of the records after from, root: of all with them. */
struct sign_ask {
	str origin, note;
	uint64_t from;
	const struct hash *hashes;
	size_t n;
	struct hash root;
};
enum sign_answer { SIGN_SIGNED, SIGN_KNOWN };
/* ret_note in the arena. ECONNREFUSED: there is no signer here; EPERM: it refuses, with its reason as the code. ≤ 5 s. */
int sign_ask(const char *socket, const struct sign_ask *ask, struct arena *a, enum sign_answer *ret, str *ret_note,
        struct fault *f) MUST_USE;
int sign_ask_key(const char *socket, struct arena *a, str *ret_key, struct fault *f) MUST_USE;

#endif
