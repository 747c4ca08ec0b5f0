/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db_backup.c - one moment of a SQLite database in a file of its own, by the engine's online backup. */
#include "engine/db/db_priv.h"

#include "base/log.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

/* All pages in one step: a reader's snapshot, so writers go on and never make it start again. */
static int copy_pages(sqlite3 *to, sqlite3 *from, struct fault *f)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int step = b ? sqlite3_backup_step(b, -1) : SQLITE_ERROR;
	int end = b ? sqlite3_backup_finish(b) : SQLITE_ERROR;

	if (step == SQLITE_DONE && !end)
		return 0;
	log_error("db", "backup: %s; %s", sqlite3_errmsg(to), sqlite3_errmsg(from));
	if ((step & 0xff) == SQLITE_FULL || sqlite3_system_errno(to) == ENOSPC)
		return fail(f, ENOSPC, "backup", "disk_full", "the disk of the backup is full");
	return fail(f, step == SQLITE_BUSY ? EBUSY : EIO, "backup", "database", "the copy of the database failed");
}

/* A file without -wal and -shm beside it, whole on the disk. */
static int settle(sqlite3 *to, const char *file, struct fault *f)
{
	int fd, err = 0;

	if (sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL))
		err = fail(f, EIO, "backup", "database", "the copy of the database failed");
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (!err && (fd < 0 || fsync(fd)))
		err = fail(f, errno, "backup", "disk", "the copy of the database could not be written out");
	if (fd >= 0)
		close(fd);
	return err;
}

int db_backup(const char *url, const char *file, struct fault *f)
{
	struct db *from;
	sqlite3 *to = NULL;
	int fd, err;

	if (!str_starts(str_of(url), STR("sqlite:")))
		return fail(f, ENOTSUP, "backup", "engine", "this engine has its own tools for that");
	fd = open(file, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(f, errno, "backup", "file", "cannot make the file of the backup: %s", strerror(errno));
	close(fd);
	err = db_open(url, true, &from, f);
	if (!err) {
		if (sqlite3_open_v2(file, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL))
			err = fail(f, EIO, "backup", "file", "cannot open the file of the backup");
		if (!err)
			err = copy_pages(to, db_sqlite_handle(from, f), f);
		if (!err)
			err = settle(to, file, f);
		sqlite3_close(to);
		db_close(from);
	}
	if (err)
		unlink(file);
	return err;
}
