/* SPDX-License-Identifier: GPL-3.0-or-later */
/* backup.c - writing the tar. The database comes first and the files after it: a file is complete before the row that names
 * it, so each row of the copy has its file (unless it was removed meanwhile, with its row). */
#include "server/backup.h"

#include "engine/crypto/crypto.h"
#include "engine/db/migrate.h"
#include "server/migrations.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct making {
	struct arena a;
	struct archive *tar;
	const char *data_dir, *part, *snapshot;
	struct text sums;
	struct stat out; /* the file being written: never part of itself */
	struct fault *f;
};

/* Of DATA's own level: made anew by a running server (what was signed last too, from the last heads in the database), or the database, which
 * comes as a snapshot. */
static bool left_out(const char *name)
{
	static const char *const names[] = {
	        "zvonar.lock", "tel.sock", "sign.sock", "sign", "tmp", "spoken", "backups", "lost+found", NULL};

	for (size_t i = 0; names[i]; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return str_starts(str_of(name), STR("zvonar.db"));
}

static int tar_failed(struct making *m)
{
	int err = archive_errno(m->tar) > 0 ? archive_errno(m->tar) : EIO;

	return fail(m->f, err, "backup", err == ENOSPC ? "disk_full" : "write", "the backup could not be written: %s",
	        strerror(err));
}

static int add_header(struct making *m, const char *name, const struct stat *st)
{
	struct archive_entry *e = archive_entry_new();
	int err;

	archive_entry_copy_stat(e, st);
	archive_entry_set_pathname(e, name);
	archive_entry_set_uid(e, 0);
	archive_entry_set_gid(e, 0);
	err = archive_write_header(m->tar, e) == ARCHIVE_OK ? 0 : tar_failed(m);
	archive_entry_free(e);
	return err;
}

static int add_bytes(struct making *m, const void *p, size_t n)
{
	return archive_write_data(m->tar, p, n) == (la_ssize_t)n ? 0 : tar_failed(m);
}

/* As many bytes as the header promised: a recording that still grows is cut there, one that shrank is filled up. */
static int add_content(struct making *m, int fd, int64_t left, struct sha256 *sum)
{
	static const char zeros[64 * 1024];
	char piece[64 * 1024];
	int err = 0;

	while (!err && left > 0) {
		ssize_t n = read(fd, piece, left < (int64_t)sizeof(piece) ? (size_t)left : sizeof(piece));
		const char *from = n > 0 ? piece : zeros;

		if (n < 0)
			return fail(m->f, errno, "backup", "read", "a file could not be read: %s", strerror(errno));
		if (n == 0)
			n = left < (int64_t)sizeof(zeros) ? (ssize_t)left : (ssize_t)sizeof(zeros);
		sha256_add(sum, from, (size_t)n);
		err = add_bytes(m, from, (size_t)n);
		left -= n;
	}
	return err;
}

static int add_file(struct making *m, const char *path, const char *name)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), err;
	char hex[SHA256_HEX];
	struct sha256 sum;
	struct stat st;

	if (fd < 0 && errno == ENOENT) /* removed since it was listed */
		return 0;
	if (fd < 0 || fstat(fd, &st)) {
		err = fail(m->f, errno, "backup", "read", "cannot read %s: %s", name, strerror(errno));
	} else {
		sha256_init(&sum);
		err = add_header(m, name, &st);
		if (!err)
			err = add_content(m, fd, st.st_size, &sum);
		sha256_done_hex(&sum, hex);
		text_addf(&m->sums, "%s  %s\n", hex, name);
	}
	if (fd >= 0)
		close(fd);
	return err;
}

static int add_dir(struct making *m, const char *path, const char *prefix);

static int add_entry(struct making *m, const char *dir, const char *prefix, const char *name)
{
	const char *path = str_printf(&m->a, "%s/%s", dir, name).p, *inside = str_printf(&m->a, "%s%s", prefix, name).p;
	struct stat st;
	int err;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : fail(m->f, errno, "backup", "read", "cannot read %s", inside);
	if (S_ISDIR(st.st_mode)) {
		inside = str_printf(&m->a, "%s/", inside).p;
		err = add_header(m, inside, &st);
		return err ? err : add_dir(m, path, inside);
	}
	if (!S_ISREG(st.st_mode) || (st.st_dev == m->out.st_dev && st.st_ino == m->out.st_ino))
		return 0;
	return add_file(m, path, inside);
}

static int add_dir(struct making *m, const char *path, const char *prefix)
{
	DIR *d = opendir(path);
	struct dirent *e;
	int err = 0;

	if (!d)
		return fail(m->f, errno, "backup", "read", "cannot read the folder %s: %s", prefix, strerror(errno));
	while (!err && (e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || (!*prefix && left_out(e->d_name)))
			continue;
		err = add_entry(m, path, prefix, e->d_name);
	}
	closedir(d);
	return err;
}

static int add_sums(struct making *m)
{
	struct stat st = {.st_mode = S_IFREG | 0600, .st_size = (off_t)m->sums.n};
	int err = add_header(m, "SHA256SUMS", &st);

	return err ? err : add_bytes(m, text_z(&m->sums), m->sums.n);
}

/* From PostgreSQL: one moment of it, row by row, in a file of SQLite. */
static int copy_into_file(const char *url, const char *file, struct fault *f)
{
	struct db *from, *to = NULL;
	struct arena a = {0};
	int err = db_open(url, true, &from, f);

	if (err)
		return err;
	err = db_open(str_printf(&a, "sqlite:%s", file).p, false, &to, f);
	if (!err)
		err = db_migrate(to, migrations, migrations_count, NULL, f);
	if (!err)
		err = db_copy(from, to, migrations, migrations_count, f);
	if (!err)
		err = db_script(to, "PRAGMA journal_mode=DELETE", f);
	db_close(to);
	db_close(from);
	arena_free(&a);
	return err;
}

static int take_snapshot(const char *url, const char *file, struct fault *f)
{
	int err;

	unlink(file); /* of a backup that was killed */
	err = db_backup(url, file, f);
	return err == ENOTSUP ? copy_into_file(url, file, f) : err;
}

static int write_tar(struct making *m, int fd)
{
	int err = 0;

	m->tar = archive_write_new();
	archive_write_set_format_pax_restricted(m->tar);
	archive_write_set_bytes_in_last_block(m->tar, 1);
	if (archive_write_open_fd(m->tar, fd) != ARCHIVE_OK)
		err = tar_failed(m);
	if (!err)
		err = add_file(m, m->snapshot, "zvonar.db");
	if (!err)
		err = add_dir(m, m->data_dir, "");
	if (!err)
		err = add_sums(m);
	if (!err && archive_write_close(m->tar) != ARCHIVE_OK)
		err = tar_failed(m);
	if (err)
		archive_write_fail(m->tar);
	archive_write_free(m->tar);
	return err;
}

/* Bytes below dir that would go into the tar; what cannot be read is found later. */
static int64_t bytes_below(const char *dir, bool top, struct arena *a)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int64_t sum = 0;

	while (d && (e = readdir(d))) {
		const char *path = str_printf(a, "%s/%s", dir, e->d_name).p;
		struct stat st;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || (top && left_out(e->d_name)) ||
		        lstat(path, &st))
			continue;
		sum += S_ISDIR(st.st_mode) ? bytes_below(path, false, a) : st.st_size;
	}
	if (d)
		closedir(d);
	return sum;
}

/* A backup must not be what fills the disk the server lives on: a twentieth of it stays free. The snapshot is there already. */
static int check_room(struct making *m, int fd)
{
	int64_t need = bytes_below(m->data_dir, true, &m->a);
	struct statvfs fs;
	struct stat st;

	if (!stat(m->snapshot, &st))
		need += st.st_size;
	if (fstatvfs(fd, &fs))
		return 0;
	need += (int64_t)(fs.f_blocks / 20 * fs.f_frsize);
	if (need <= (int64_t)(fs.f_bavail * fs.f_frsize))
		return 0;
	return fail(m->f, ENOSPC, "backup", "disk_full", "the backup needs %lld MB, and there are %lld MB free",
	        (long long)(need >> 20), (long long)((int64_t)(fs.f_bavail * fs.f_frsize) >> 20));
}

/* The name appears only when every byte of it is on the disk. */
static int publish(struct making *m, int fd, const char *file)
{
	char *dir = str_z(&m->a, str_of(file)), *slash = strrchr(dir, '/');
	int dir_fd;

	if (slash)
		slash[1] = 0;
	dir_fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fsync(fd) || rename(m->part, file) || dir_fd < 0 || fsync(dir_fd)) {
		int err = errno;
		if (dir_fd >= 0)
			close(dir_fd);
		return fail(m->f, err, "backup", "write", "the backup could not be written out: %s", strerror(err));
	}
	close(dir_fd);
	return 0;
}

static int make_locked(struct making *m, int fd, const char *db_url, const char *file)
{
	int err;

	if (ftruncate(fd, 0) || fstat(fd, &m->out))
		return fail(m->f, errno, "backup", "write", "cannot write %s: %s", m->part, strerror(errno));
	err = take_snapshot(db_url, m->snapshot, m->f);
	if (!err)
		err = check_room(m, fd);
	if (!err)
		err = write_tar(m, fd);
	unlink(m->snapshot);
	if (!err)
		err = publish(m, fd, file);
	if (err)
		unlink(m->part);
	return err;
}

int backup_make(const char *data_dir, const char *db_url, const char *file, struct fault *f)
{
	struct making m = {.data_dir = data_dir, .f = f};
	struct stat st;
	int fd, err;

	if (!stat(file, &st))
		return fail(f, EEXIST, "backup", "exists", "%s is there already", file);
	m.sums.a = &m.a;
	m.part = str_printf(&m.a, "%s.part", file).p;
	m.snapshot = str_printf(&m.a, "%s.db.part", file).p;
	fd = open(m.part, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		err = fail(f, errno, "backup", "write", "cannot write %s: %s", m.part, strerror(errno));
	else if (flock(fd, LOCK_EX | LOCK_NB))
		err = fail(f, EBUSY, "backup", "running", "another backup writes %s", m.part);
	else
		err = make_locked(&m, fd, db_url, file);
	if (fd >= 0)
		close(fd);
	arena_free(&m.a);
	return err;
}
