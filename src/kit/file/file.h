/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file.h - files the program keeps: under DATA/files, by a random id, never by a name from outside.
 * The name a person gave is a column; the path is made from the id alone and opened beneath the folder (openat2). */
#ifndef KIT_FILE_FILE_H
#define KIT_FILE_FILE_H

#include "engine/db/db.h"

struct file {
	int64_t id, bytes, created_at;
	str name, type, sha256, key; /* key: the random part of the path */
};
/* The folder, made when missing. Once at start, before any other call. */
int file_root_set(const char *dir, struct fault *f) MUST_USE;
/* The path of a file row, for reading; in the arena. */
const char *file_path(struct arena *a, const struct file *file);
/* A new random key and the path to write to, its folder made. The row is added when the bytes are complete: */
const char *file_new_path(struct arena *a, char ret_key[33]);
/* Hash and size the finished file at that path, fsync it and its folder; sets bytes, sha256 and key of ret (name and type are the
 * caller's). Not in a closure: it reads the file. */
int file_measure(struct arena *a, const char *path, struct file *ret, struct fault *f) MUST_USE;
/* The bytes of a kept file (its key is enough), in the arena. ENOENT "file_gone" */
int file_read(struct arena *a, const struct file *file, str *ret, struct fault *f) MUST_USE;
/* Are the bytes of a kept file (by its key) those of its sha256? Reads all of them; a file that is not there has none. */
bool file_holds(struct arena *a, const struct file *file);
/* Keep bytes as a new file: sets bytes, sha256 and key of ret. Not in a closure; the row is added by file_add. */
int file_keep(struct arena *a, str bytes, struct file *ret, struct fault *f) MUST_USE;
/* In a writing closure: the row of a finished file. ret->id is set. */
int file_add(struct db *db, struct arena *a, struct file *file, int64_t now, struct fault *f) MUST_USE;
int file_get(struct db *db, struct arena *a, int64_t id, struct file *ret, struct fault *f) MUST_USE;
/* Row (in a closure) and, afterwards, bytes. */
int file_remove(struct db *db, int64_t id, struct fault *f) MUST_USE;
void file_unlink(const struct file *file);
/* The write that was to name it has failed, or needed it no more (0): its bytes go. With EIO they stay: a connection that broke in COMMIT does not tell
 * whether the row is there (docs/sql.md), and bytes nobody needs are better than a talk, a paper or a letter without them. */
void file_unnamed(const struct file *file, int err);

#endif
