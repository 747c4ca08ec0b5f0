/* SPDX-License-Identifier: GPL-3.0-or-later */
/* backup.h - everything below DATA in one file, and back. The file is a plain tar: zvonar.db (one moment of the database, always as
 * SQLite: a PostgreSQL database is copied into it), then files, recordings and keys as they stand, then SHA256SUMS over all of
 * them, so `tar xf` and `sha256sum -c` read it without this program. It holds the keys: keep it as the server itself. */
#ifndef SERVER_BACKUP_H
#define SERVER_BACKUP_H

#include "kit/route/route.h"

/* Only one server, or one command that needs a standing server, works on a folder at a time: flock on DATA/zvonar.lock. Waits up
 * to wait_ms for one that is ending; EBUSY "running" after. The lock goes with the process (or with closing *ret_fd). */
int data_lock(const char *data_dir, int wait_ms, int *ret_fd, struct fault *f) MUST_USE;

/* Write the backup to file, by way of file.part; both the server and others may go on writing. EBUSY "running" while another
 * backup writes the same file, EEXIST when file is there, ENOSPC when it would leave less than a
 * twentieth of the disk free. */
int backup_make(const char *data_dir, const char *db_url, const char *file, struct fault *f) MUST_USE;
/* Unpack file into data_dir, which must be missing or empty (EEXIST), by way of data_dir.part; every sum is checked. */
int backup_restore(const char *file, const char *data_dir, struct fault *f) MUST_USE;

/* Keep the newest `keep` files zvonar-*.tar of dir. */
int backup_prune(const char *dir, int64_t keep, struct fault *f) MUST_USE;

/* The job "backup": once a day from the hour of the settings on, into DATA/backups, with retention. */
extern const struct module backup_module;

#endif
