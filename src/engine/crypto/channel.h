/* SPDX-License-Identifier: GPL-3.0-or-later */
/* channel.h - bytes over a stream socket that never waits: plain, or under TLS 1.3 with a key that both ends hold (RFC 8446, section 2.2: an
 * external PSK with ECDHE). Who has not the key gets no further than the handshake, on either end; there is no certificate to name,
 * renew or mistrust. The handshake is part of the first reads and writes. One thread at a time. */
#ifndef ENGINE_CRYPTO_CHANNEL_H
#define ENGINE_CRYPTO_CHANNEL_H

#include "base/fault.h"

#include <sys/types.h>

enum { CHANNEL_KEY = 32 };
struct channel;

/* Takes the socket, which must not block; closes it when it fails. key NULL: plain. The key is copied. NULL: no memory. */
struct channel *channel_new(int fd, const uint8_t key[CHANNEL_KEY], bool server);
void channel_free(struct channel *c); /* closes the socket; NULL is nothing */
int channel_fd(const struct channel *c);
/* As recv and send: 0 is the end of the peer, -1 an errno; EAGAIN: not now. What is written again after EAGAIN must begin as before. */
ssize_t channel_read(struct channel *c, void *p, size_t n);
ssize_t channel_write(struct channel *c, const void *p, size_t n);
bool channel_ready(const struct channel *c); /* the peer has shown that it holds the key */
/* Is it worth waiting until the socket takes something? has: there is something to write. A handshake may wait for the peer's word first. */
bool channel_writes(const struct channel *c, bool has);
bool channel_pending(const struct channel *c); /* there is more to read, though the socket is silent */

/* "HOST:PORT" for TCP, each for its own end. A name is looked up, which may wait. The socket does not block and tells within seconds that the peer
 * is unreachable. EINVAL "address". */
int channel_listen(const char *address, int *ret_fd, struct fault *f) MUST_USE;
int channel_accept(int fd); /* -1: nobody now */
struct channel_address {
	unsigned char at[128]; /* a sockaddr */
	unsigned n;
};
int channel_look_up(const char *address, struct channel_address *ret, struct fault *f) MUST_USE;
int channel_connect(const struct channel_address *to); /* -1, or a socket that is connecting */

#endif
