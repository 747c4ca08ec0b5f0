/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli_verify.c - `zvonar verify FILE`: needs no data folder, no database and no network. */
#include "base/parse.h"
#include "engine/ledger/pack.h"
#include "server/cli.h"
#include "server/config.h"

#include <archive.h>
#include <archive_entry.h>

enum { ENTRIES_MAX = 64 };
#define BYTES_MAX ((size_t)4 << 30) /* of one file in a pack: ten million records */

/* All of an entry. False: damaged, or longer than any pack is. */
static bool read_entry(struct archive *zip, struct arena *a, str *ret)
{
	struct text t = {.a = a};
	char piece[65536];
	la_ssize_t n;

	while ((n = archive_read_data(zip, piece, sizeof piece)) > 0 && t.n < BYTES_MAX)
		text_add(&t, (str){piece, (size_t)n});
	*ret = text_str(&t);
	return n == 0;
}

static int take(struct archive *zip, struct arena *a, struct pack *p, struct fault *f)
{
	str *const files[] = {&p->calls, &p->leaves, &p->heads, &p->key, &p->proofs};
	struct archive_entry *e;
	size_t n = 0;
	int got;

	while ((got = archive_read_next_header(zip, &e)) == ARCHIVE_OK && n++ < ENTRIES_MAX)
		for (size_t i = 0; pack_files[i]; i++) {
			if (!str_eq(str_of(archive_entry_pathname(e)), str_of(pack_files[i])))
				continue;
			if (files[i]->p || !read_entry(zip, a, files[i]))
				return fail(f, EBADMSG, NULL, "pack", "%s in the pack is damaged", pack_files[i]);
		}
	if (got != ARCHIVE_EOF)
		return fail(f, EBADMSG, NULL, "pack", "the pack is damaged: %s", archive_error_string(zip));
	for (size_t i = 0; pack_files[i]; i++)
		if (!files[i]->p)
			return fail(f, EBADMSG, NULL, "pack", "this is no pack of Zvonar: it has no %s", pack_files[i]);
	return 0;
}

static int open_pack(const char *file, struct arena *a, struct pack *ret, struct fault *f)
{
	struct archive *zip = archive_read_new();
	int err;

	archive_read_support_format_zip(zip);
	if (archive_read_open_filename(zip, file, 1 << 16) != ARCHIVE_OK)
		err = fail(f, ENOENT, NULL, "file", "cannot read %s: %s", file, archive_error_string(zip));
	else
		err = take(zip, a, ret, f);
	archive_read_free(zip);
	return err;
}

static void print(void *arg, const struct verdict *v)
{
	str text = verdict_text(v, arg);

	printf("%.*s\n", STR_ARG(text));
}

/* "1734:BASE64" as an evening letter prints it. */
static int check_head(const struct pack *p, const char *given, struct arena *a, uint64_t *wrong, struct fault *f)
{
	str root = str_of(given), size, bytes, rest = p->leaves;
	struct tree_edge edge = {0};
	struct hash h;
	uint64_t n;

	if (!given)
		return 0;
	if (!str_cut(&root, ':', &size) || !root.p || !parse_u64_bounded(size, 1, UINT32_MAX, &n) ||
	        !(bytes = base64_plain_decode(a, root)).p || bytes.n != sizeof h.h)
		return fail(f, EINVAL, "--head", "usage", "--head takes SIZE:ROOT as the evening letter prints it");
	while (edge.size < n && pack_leaf_next(&rest, &bytes))
		tree_edge_add(&edge, tree_leaf(bytes));
	h = tree_edge_root(&edge);
	if (edge.size == n && str_eq(base64_plain(a, h.h, sizeof h.h), root))
		return 0;
	printf("HEAD REWRITTEN: the first %llu records are not those of the head given\n", (unsigned long long)n);
	*wrong = 1;
	return 0;
}

static void print_sum(const struct pack_sum *s, struct arena *a)
{
	str root = base64_plain(a, s->root.h, sizeof s->root.h);

	printf("OK project %lld: %llu records to head %llu:%.*s of %.*s\n", (long long)s->project,
	        (unsigned long long)s->records, (unsigned long long)s->signed_size, STR_ARG(root), STR_ARG(s->date));
	if (s->records > s->signed_size)
		printf("%llu newer records wait for the next head\n", (unsigned long long)(s->records - s->signed_size));
	printf("fields: %llu opened, %llu not shown to you, %llu erased; results corrected: %llu\n",
	        (unsigned long long)s->opened, (unsigned long long)s->hidden, (unsigned long long)s->erased,
	        (unsigned long long)s->corrected);
}

/* 0 all holds, 1 something does not, 2 used wrongly or not to be read. */
int cli_verify(int argc, char **argv)
{
	struct arena a = {0};
	struct fault f = {0};
	struct config c;
	struct pack pack = {0}, earlier = {0};
	struct pack_sum sum;
	uint64_t wrong = 0;
	int err = config_read("verify", argc, argv, &c, &f);

	if (!err && c.n_args != 1)
		err = fail(&f, EINVAL, NULL, "usage", "zvonar verify takes one FILE: the pack");
	if (!err)
		err = open_pack(c.args[0], &a, &pack, &f);
	if (!err && c.earlier)
		err = open_pack(c.earlier, &a, &earlier, &f);
	if (!err)
		err = check_head(&pack, c.head, &a, &wrong, &f);
	if (!err && pack_verify(&pack, c.earlier ? &earlier : NULL, &a, print, &a, &sum))
		wrong = 1;
	if (!err && sum.fingerprint.p)
		printf("key %.*s\n", STR_ARG(sum.fingerprint));
	if (!err && !wrong)
		print_sum(&sum, &a);
	else if (!err)
		printf("NOT IN ORDER project %lld\n", (long long)sum.project);
	arena_free(&a);
	if (err)
		fprintf(stderr, "zvonar: %s\n", f.what);
	return err ? 2 : wrong ? 1 : 0;
}
