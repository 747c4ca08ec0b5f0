/* SPDX-License-Identifier: GPL-3.0-or-later */
/* restore.c - a backup becomes a data folder: unpacked beside it, every sum checked, then renamed. */
#include "server/backup.h"

#include "engine/crypto/crypto.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	UNPACK = ARCHIVE_EXTRACT_SECURE_NODOTDOT | ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_PERM |
	         ARCHIVE_EXTRACT_TIME
};

static int refuse_full(const char *dir, struct fault *f)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool full = false;

	if (!d)
		return errno == ENOENT ? 0 : fail(f, errno, "--data", "path", "cannot open %s: %s", dir, strerror(errno));
	while ((e = readdir(d)))
		full = full || (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0);
	closedir(d);
	return full ? fail(f, EEXIST, "--data", "not_empty", "%s is not empty: restore into a new folder", dir) : 0;
}

/* Names of a backup are our own, so anything else than plain files and folders below the root is refused. */
static bool well_named(struct archive_entry *e)
{
	const char *name = archive_entry_pathname(e);

	return name && *name && name[0] != '/' &&
	       (archive_entry_filetype(e) == AE_IFREG || archive_entry_filetype(e) == AE_IFDIR) &&
	       !archive_entry_hardlink(e);
}

static int unpack_one(struct archive *tar, struct archive_entry *e, const char *dir, struct arena *a, struct fault *f)
{
	if (!well_named(e))
		return fail(f, EINVAL, "file", "backup", "this is no backup of Zvonar");
	archive_entry_set_pathname(e, str_printf(a, "%s/%s", dir, archive_entry_pathname(e)).p);
	if (archive_read_extract(tar, e, UNPACK) == ARCHIVE_OK)
		return 0;
	return fail(f, archive_errno(tar) > 0 ? archive_errno(tar) : EIO, "file", "backup", "cannot unpack: %s",
	        archive_error_string(tar) ? archive_error_string(tar) : "unknown");
}

static int unpack(const char *file, const char *dir, struct arena *a, struct fault *f)
{
	struct archive *tar = archive_read_new();
	struct archive_entry *e;
	int got = ARCHIVE_OK, err = 0;

	archive_read_support_format_tar(tar);
	if (archive_read_open_filename(tar, file, 128 * 1024) != ARCHIVE_OK)
		err = fail(f, EINVAL, "file", "backup", "cannot read %s", file);
	while (!err && (got = archive_read_next_header(tar, &e)) == ARCHIVE_OK)
		err = unpack_one(tar, e, dir, a, f);
	if (!err && got != ARCHIVE_EOF)
		err = fail(f, EINVAL, "file", "backup", "the backup is cut off or damaged");
	archive_read_free(tar);
	return err;
}

static int check_sum(const char *dir, str hex, str name, struct arena *a, struct fault *f)
{
	const char *path = str_printf(a, "%s/%.*s", dir, STR_ARG(name)).p;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), err;
	char real[SHA256_HEX];

	if (fd < 0)
		return fail(f, EINVAL, "file", "backup", "the backup lacks %.*s", STR_ARG(name));
	err = sha256_fd(fd, real, NULL, f);
	close(fd);
	if (!err && !str_eq(hex, str_of(real)))
		err = fail(f, EINVAL, "file", "backup", "the backup is damaged: %.*s has another sum", STR_ARG(name));
	return err;
}

static int read_sums(const char *path, struct arena *a, str *ret, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *p = NULL;
	ssize_t n = -1;

	if (fd >= 0 && !fstat(fd, &st)) {
		p = arena_alloc(a, (size_t)st.st_size + 1);
		n = read(fd, p, (size_t)st.st_size);
	}
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return fail(f, EINVAL, "file", "backup", "the backup has no SHA256SUMS: it is cut off, or no backup");
	*ret = (str){p, (size_t)n};
	return 0;
}

static int check_sums(const char *dir, struct arena *a, struct fault *f)
{
	const char *path = str_printf(a, "%s/SHA256SUMS", dir).p;
	bool database = false;
	str rest, line;
	int err = read_sums(path, a, &rest, f);

	while (!err && str_cut(&rest, '\n', &line)) {
		if (!line.n)
			continue;
		if (line.n < 67)
			return fail(f, EINVAL, "file", "backup", "SHA256SUMS of the backup is damaged");
		database = database || str_eq(str_sub(line, 66, line.n), STR("zvonar.db"));
		err = check_sum(dir, str_sub(line, 0, 64), str_sub(line, 66, line.n), a, f);
	}
	if (!err && !database)
		err = fail(f, EINVAL, "file", "backup", "the backup holds no database");
	if (!err && unlink(path))
		err = fail(f, errno, "file", "backup", "cannot finish %s", dir);
	return err;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_tree(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Everything of that file system onto the disk, then the name. */
static int publish(const char *part, const char *dir, struct fault *f)
{
	int fd = open(part, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (fd < 0 || syncfs(fd) || rename(part, dir) || syncfs(fd))
		err = fail(f, errno, "--data", "write", "cannot finish %s: %s", dir, strerror(errno));
	if (fd >= 0)
		close(fd);
	return err;
}

int backup_restore(const char *file, const char *data_dir, struct fault *f)
{
	struct arena a = {0};
	const char *dir = str_z(&a, str_of(data_dir)), *part;
	size_t n = strlen(dir);
	int err = refuse_full(dir, f);

	while (n > 1 && dir[n - 1] == '/')
		n--;
	dir = str_copy(&a, (str){dir, n}).p;
	part = str_printf(&a, "%s.part", dir).p;
	if (!err) {
		remove_tree(part); /* of one that was killed */
		if (mkdir(part, 0700))
			err = fail(f, errno, "--data", "path", "cannot make %s: %s", part, strerror(errno));
		if (!err)
			err = unpack(file, part, &a, f);
		if (!err)
			err = check_sums(part, &a, f);
		if (!err)
			err = publish(part, dir, f);
		if (err)
			remove_tree(part);
	}
	arena_free(&a);
	return err;
}
