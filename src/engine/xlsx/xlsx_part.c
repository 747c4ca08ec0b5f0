/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xlsx_part.c - parts of the archive, with the limits that make a bomb fizzle. */
#include "base/utf8.h"
#include "engine/xlsx/xlsx_priv.h"

#include <archive.h>
#include <archive_entry.h>
#include <expat.h>
#include <unistd.h>

static int bomb(struct fault *f, const char *what)
{
	return fail(f, EINVAL, "file", "zip_bomb", "the workbook is refused: %s", what);
}

static int broken(struct fault *f)
{
	return fail(f, EINVAL, "file", "broken", "the workbook is damaged");
}

static int open_archive(struct book *b, struct archive **ret, struct fault *f)
{
	struct archive *z = archive_read_new();

	if (!z || lseek(b->fd, 0, SEEK_SET) != 0)
		return fail(f, EIO, NULL, "read", "the file cannot be read");
	archive_read_support_format_zip_seekable(z);
	if (archive_read_open_fd(z, b->fd, 64 << 10) != ARCHIVE_OK) {
		archive_read_free(z);
		return fail(f, EINVAL, "file", "not_xlsx", "this is no Excel workbook");
	}
	*ret = z;
	return 0;
}

static uint64_t little(const unsigned char *p, int n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | p[n];
	return v;
}

/* What the end of the archive says how many entries it has: libarchive would read them all before we could count. */
static int count_entries(struct book *b, struct fault *f)
{
	static unsigned char tail[66 << 10], end64[56];
	size_t n = b->bytes < (int64_t)sizeof(tail) ? (size_t)b->bytes : sizeof(tail);
	uint64_t entries;

	if (pread(b->fd, tail, n, b->bytes - (int64_t)n) != (ssize_t)n)
		return fail(f, EIO, NULL, "read", "the file cannot be read");
	if (n < 22 || memcmp(b->bytes ? "PK" : "", "PK", 2) != 0)
		return fail(f, EINVAL, "file", "not_xlsx", "this is no Excel workbook");
	for (size_t at = n - 22;; at--) {
		if (memcmp(tail + at, "PK\5\6", 4) == 0) {
			entries = little(tail + at + 10, 2);
			if (entries == 0xFFFF && at >= 20 && memcmp(tail + at - 20, "PK\6\7", 4) == 0 &&
			        pread(b->fd, end64, sizeof(end64), (off_t)(little(tail + at - 12, 8) & INT64_MAX)) ==
			                sizeof(end64))
				entries = little(end64 + 32, 8);
			return entries > XLSX_ENTRIES_MAX ? bomb(f, "it has too many parts") : 0;
		}
		if (at == 0)
			return broken(f);
	}
}

int parts_check(struct book *b, struct fault *f)
{
	struct archive *z;
	struct archive_entry *entry;
	int64_t total = 0;
	int n = 0, err = count_entries(b, f), got = ARCHIVE_EOF;

	if (err || (err = open_archive(b, &z, f)))
		return err;
	while (!err && (got = archive_read_next_header(z, &entry)) == ARCHIVE_OK) {
		total += archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0;
		if (++n > XLSX_ENTRIES_MAX || archive_entry_size(entry) < 0 || total < 0)
			err = bomb(f, "it has too many parts");
		else if (total > XLSX_UNPACKED_MAX || (total > XLSX_SMALL && total / XLSX_RATIO_MAX > b->bytes))
			err = bomb(f, "it unpacks to more than is allowed");
	}
	if (!err && (got != ARCHIVE_EOF || n == 0))
		err = broken(f);
	archive_read_free(z);
	return err;
}

/* Some programs write back slashes, other case or a leading slash. */
static bool same_path(const char *a, const char *b)
{
	a += *a == '/';
	b += *b == '/';
	for (;; a++, b++) {
		char x = *a == '\\' ? '/' : *a, y = *b == '\\' ? '/' : *b;
		x = x >= 'A' && x <= 'Z' ? (char)(x + 32) : x;
		y = y >= 'A' && y <= 'Z' ? (char)(y + 32) : y;
		if (x != y)
			return false;
		if (!x)
			return true;
	}
}

static int stream(struct book *b, struct archive *z, int64_t declared, part_fn *fn, void *arg, struct fault *f)
{
	static char chunk[64 << 10];
	int64_t total = 0;
	la_ssize_t n;
	int err = 0;

	while (!err && (n = archive_read_data(z, chunk, sizeof(chunk))) != 0) {
		if (n < 0)
			return broken(f);
		total += n;
		if (total > XLSX_UNPACKED_MAX || (total > XLSX_SMALL && total / XLSX_RATIO_MAX > b->bytes))
			return bomb(f, "it unpacks to more than is allowed");
		err = fn(arg, chunk, (size_t)n, declared > 0 && total < declared ? (int)(total * 1000 / declared) : 1000, f);
	}
	return err;
}

int part_read(struct book *b, const char *name, part_fn *fn, void *arg, struct fault *f)
{
	struct archive *z;
	struct archive_entry *entry;
	int err = open_archive(b, &z, f);
	bool found = false;

	if (err)
		return err;
	while (!found && archive_read_next_header(z, &entry) == ARCHIVE_OK) {
		const char *path = archive_entry_pathname(entry);
		found = path && same_path(path, name);
	}
	err = found ? stream(b, z, archive_entry_size(entry), fn, arg, f) : ENOENT;
	archive_read_free(z);
	return err;
}

static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

static void XMLCALL on_start(void *arg, const char *name, const char **attributes)
{
	struct xml *x = arg;

	if (++x->depth > XLSX_DEPTH_MAX)
		x->err = bomb(x->f, "its XML is nested too deep");
	else if (!x->err && x->start)
		x->start(x, local(name), attributes);
	if (x->err)
		XML_StopParser(x->parser, XML_FALSE);
}

static void XMLCALL on_end(void *arg, const char *name)
{
	struct xml *x = arg;

	x->depth--;
	if (!x->err && x->end)
		x->end(x, local(name));
	if (x->err)
		XML_StopParser(x->parser, XML_FALSE);
}

static void XMLCALL on_text(void *arg, const char *p, int n)
{
	struct xml *x = arg;

	if (!x->err && x->text)
		x->text(x, p, (size_t)n);
}

static void XMLCALL on_doctype(void *arg, const char *name, const char *sysid, const char *pubid, int internal)
{
	struct xml *x = arg;

	(void)name, (void)sysid, (void)pubid, (void)internal;
	x->err = bomb(x->f, "its XML declares a document type");
	XML_StopParser(x->parser, XML_FALSE);
}

const char *xml_attribute(const char **attributes, const char *name)
{
	for (; attributes[0]; attributes += 2)
		if (strcmp(local(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}

static int feed(void *arg, const char *p, size_t n, int permille, struct fault *f)
{
	struct xml *x = arg;

	x->permille = permille;
	if (XML_Parse(x->parser, p, (int)n, 0) != XML_STATUS_OK)
		return x->err ? x->err : broken(f);
	return 0;
}

int xml_read(struct book *b, const char *name, struct xml *x, struct fault *f)
{
	int err;

	x->parser = XML_ParserCreate(NULL);
	if (!x->parser)
		return fail(f, ENOMEM, NULL, "memory", "no memory to read the file");
	x->f = f;
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
	err = part_read(b, name, feed, x, f);
	if (!err && XML_Parse(x->parser, "", 0, 1) != XML_STATUS_OK)
		err = x->err ? x->err : broken(f);
	XML_ParserFree(x->parser);
	return err;
}
