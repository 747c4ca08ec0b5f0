/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file.c - files by random key below one folder, 256 subfolders by the first two digits. */
#include "kit/file/file.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/rand.h"
#include "base/text.h"
#include "engine/crypto/crypto.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder is one for the process, as the database is. */
static char root[1024];

static int folder_make(const char *dir, struct fault *f)
{
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return fail(f, errno, NULL, "file", "the folder for files cannot be made: %s", strerror(errno));
	return 0;
}

int file_root_set(const char *dir, struct fault *f)
{
	if (strlen(dir) >= sizeof root - 64)
		return fail(f, ENAMETOOLONG, NULL, "file", "the path of the folder for files is too long");
	snprintf(root, sizeof root, "%s", dir);
	return folder_make(root, f);
}

static bool key_good(str key)
{
	uint8_t bytes[16];

	return parse_hex(key, bytes, sizeof bytes);
}

static const char *path_of(struct arena *a, str key)
{
	return str_printf(a, "%s/%.2s/%.30s", root, key.p, key.p + 2).p;
}

const char *file_path(struct arena *a, const struct file *file)
{
	/* A key that is none comes from a damaged database only: such a file does not exist. */
	return key_good(file->key) ? path_of(a, file->key) : str_printf(a, "%s/none", root).p;
}

const char *file_new_path(struct arena *a, char ret_key[33])
{
	uint8_t bytes[16];
	struct fault f;

	rand_bytes(bytes, sizeof bytes);
	print_hex(bytes, sizeof bytes, ret_key);
	/* A failure shows, with its reason, when the caller opens the path. */
	(void)!folder_make(str_printf(a, "%s/%.2s", root, ret_key).p, &f);
	return path_of(a, str_of(ret_key));
}

/* "…/ab/cdef…" back to "abcdef…"; absent for a path that file_new_path did not make. */
static str key_of(struct arena *a, str path)
{
	str tail = str_sub(path, path.n < 33 ? 0 : path.n - 33, path.n), key;

	if (tail.n != 33 || tail.p[2] != '/')
		return (str){0};
	key = str_printf(a, "%.2s%.30s", tail.p, tail.p + 3);
	return key_good(key) ? key : (str){0};
}

static int folder_sync(struct arena *a, const char *path, struct fault *f)
{
	const char *slash = strrchr(path, '/');
	str dir = slash ? (str){path, (size_t)(slash - path)} : STR(".");
	int fd = open(str_z(a, dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (fd < 0 || fsync(fd) != 0)
		err = fail(f, EIO, NULL, "file", "the folder cannot be written to disk: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return err;
}

int file_measure(struct arena *a, const char *path, struct file *ret, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), err = 0;
	char sum[SHA256_HEX];
	int64_t bytes = 0;

	if (fd < 0)
		return fail(f, errno, NULL, "file", "the file cannot be opened: %s", strerror(errno));
	err = sha256_fd(fd, sum, &bytes, f);
	if (!err && fsync(fd) != 0)
		err = fail(f, errno == ENOSPC ? ENOSPC : EIO, NULL, "file", "the file cannot be written to disk: %s",
		        strerror(errno));
	close(fd);
	if (!err)
		err = folder_sync(a, path, f);
	if (err)
		return err;
	ret->bytes = bytes;
	ret->sha256 = str_copy(a, str_of(sum));
	ret->key = key_of(a, str_of(path));
	return 0;
}

bool file_holds(struct arena *a, const struct file *file)
{
	int fd = open(file_path(a, file), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char sum[SHA256_HEX];
	bool holds = fd >= 0 && !sha256_fd(fd, sum, NULL, NULL) && str_eq(str_of(sum), file->sha256);

	if (fd >= 0)
		close(fd);
	return holds;
}

static int write_out(const char *path, str bytes, struct fault *f)
{
	FILE *out = fopen(path, "we");
	bool whole = out && fwrite(bytes.p, 1, bytes.n, out) == bytes.n;

	if (out && fclose(out))
		whole = false;
	return whole ? 0 : fail_logged(f, errno == ENOSPC ? ENOSPC : EIO, "file", "disk", "a file could not be written");
}

int file_keep(struct arena *a, str bytes, struct file *ret, struct fault *f)
{
	char key[33];
	const char *path = file_new_path(a, key);
	int err = write_out(path, bytes, f);

	if (!err)
		err = file_measure(a, path, ret, f);
	if (err)
		unlink(path);
	return err;
}

int file_read(struct arena *a, const struct file *file, str *ret, struct fault *f)
{
	FILE *in = fopen(file_path(a, file), "re");
	struct text t = {.a = a};
	char part[16384];
	size_t n;

	if (!in)
		return fail(f, ENOENT, NULL, "file_gone", "the file is not there any more");
	while ((n = fread(part, 1, sizeof part, in)) > 0)
		text_add(&t, (str){part, n});
	n = (size_t)ferror(in);
	fclose(in);
	if (n)
		return fail(f, EIO, NULL, "disk", "the file cannot be read");
	*ret = text_str(&t);
	return 0;
}

int file_add(struct db *db, struct arena *a, struct file *file, int64_t now, struct fault *f)
{
	struct val id;
	int err;

	if (!key_good(file->key))
		return fail(f, EINVAL, NULL, "file", "the file has no key");
	err = db_one(db, a,
	        "INSERT INTO file (name, type, bytes, sha256, key, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id",
	        VALS(V(file->name), V(file->type), V(file->bytes), V(file->sha256), V(file->key), V(now)), &id, 1, f);
	if (!err) {
		file->id = val_int(id);
		file->created_at = now;
	}
	return err;
}

int file_get(struct db *db, struct arena *a, int64_t id, struct file *ret, struct fault *f)
{
	struct val v[6];
	int err = db_one(db, a, "SELECT name, type, bytes, sha256, key, created_at FROM file WHERE id = ?1", VALS(V(id)), v,
	        COUNT(v), f);

	if (err == ENOENT)
		return fail(f, ENOENT, NULL, "none", "there is no such file");
	if (!err)
		*ret = (struct file){
		        id, val_int(v[2]), val_int(v[5]), val_str(v[0]), val_str(v[1]), val_str(v[3]), val_str(v[4])};
	return err;
}

int file_remove(struct db *db, int64_t id, struct fault *f)
{
	return db_run(db, "DELETE FROM file WHERE id = ?1", VALS(V(id)), NULL, f);
}

void file_unlink(const struct file *file)
{
	struct arena a = {0};

	unlink(file_path(&a, file));
	arena_free(&a);
}

void file_unnamed(const struct file *file, int err)
{
	if (err != EIO)
		file_unlink(file);
}
