/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app.h - the app process: database, HTTP, jobs, the domain. */
#ifndef SERVER_APP_H
#define SERVER_APP_H

#include "server/config.h"

/* Run until SIGTERM or SIGINT; SIGHUP reads the certificate again. Returns the exit code. tel_socket: where the tel process listens,
 * NULL: there is none here. key: of 32 bytes, what tel nodes must hold. */
int app_main(const struct config *c, const char *tel_socket, const uint8_t *key);
/* Make the folders below --data that both processes use. */
int app_folders(const struct config *c, struct fault *f) MUST_USE;

#endif
