/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ledger_pack.c - the pack: what docs/ledger.md describes, as a zip. Records are read page by page twice, once for their lines and once for their
 * bytes, so that a long log needs no memory but its hashes. */
#include "domain/ledger/ledger_priv.h"

#include "base/rand.h"
#include "domain/ledger/heads.h"
#include "domain/role/role.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <unistd.h>

/* A long log takes a worker for minutes, and a head waits for the signer: no more workers than these at a time. */
enum { FILE_MAX = 1 << 20, PACKS_AT_ONCE = 2 };
static atomic_int under_way;

struct packing {
	struct request *q;
	struct archive *zip;
	int64_t size; /* records in it: those under the last head */
	uint32_t visible;
	struct tree tree;
	struct text heads;
	str key;
	uint8_t public[SIGN_PUBLIC];
};

/* What of a call the asker sees in the report as well: operators are nobody's business outside, recordings for who may listen. */
static uint32_t visible_to(const struct who *w)
{
	uint32_t all = (1u << LEAF_FIELDS) - 1;

	if (w->role->outside)
		all &= ~(1u << LOGGED_OPERATOR | 1u << LOGGED_REASON);
	return may(w, MAY_LISTEN) ? all : all & ~(1u << LOGGED_RECORDING);
}

static int failed(struct packing *p)
{
	int err = archive_errno(p->zip) > 0 ? archive_errno(p->zip) : EIO;

	return fail_logged(&p->q->fault, err == ENOSPC ? ENOSPC : EIO, "ledger", "disk", "a pack could not be written");
}

static int entry(struct packing *p, const char *name)
{
	struct archive_entry *e = archive_entry_new();
	int err;

	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, p->q->now / 1000, 0);
	err = archive_write_header(p->zip, e) == ARCHIVE_OK ? 0 : failed(p);
	archive_entry_free(e);
	return err;
}

static int put(struct packing *p, str bytes)
{
	return !bytes.n || archive_write_data(p->zip, bytes.p, bytes.n) == (la_ssize_t)bytes.n ? 0 : failed(p);
}

static int put_entry(struct packing *p, const char *name, str bytes)
{
	int err = entry(p, name);

	return err ? err : put(p, bytes);
}

typedef int record_fn(struct packing *p, struct arena *a, const struct rows *r);

static int put_line(struct packing *p, struct arena *a, const struct rows *r)
{
	struct text t = {.a = a};
	struct opening o;
	struct leaf l;
	str bytes;

	if (!leaf_of_row(rows_str(r, 1), a, &l, &bytes) || !opening_read(rows_str(r, 2), a, &o))
		return fail(&p->q->fault, EIO, NULL, "ledger", "record %lld is damaged: see zvonar check",
		        (long long)rows_int(r, 0));
	leaf_line(&t, &l, &o, p->visible);
	text_add_char(&t, '\n');
	tree_add(&p->tree, tree_leaf(bytes));
	return put(p, text_str(&t));
}

static int put_leaf(struct packing *p, struct arena *a, const struct rows *r)
{
	struct text t = {.a = a};

	pack_leaf(&t, base64url_decode(a, rows_str(r, 1)));
	return put(p, text_str(&t));
}

static int each_record(struct packing *p, record_fn *fn)
{
	struct arena page = {0};
	int64_t seq = 0, before = -1;
	int err = 0;

	while (!err && seq != before) {
		struct rows r;
		before = seq;
		err = db_ask(p->q->db, &page,
		        "SELECT seq, leaf, opening FROM ledger_leaf WHERE project_id = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT 500",
		        VALS(V(p->q->id[0]), V(seq), V(p->size)), &r, &p->q->fault);
		while (!err && !(err = rows_next(&r, &p->q->fault))) {
			seq = rows_int(&r, 0);
			err = fn(p, &page, &r);
			if (err)
				break;
		}
		rows_done(&r);
		err = err == ENOENT ? 0 : err;
		arena_reset(&page);
	}
	arena_free(&page);
	return err;
}

static int read_heads(struct packing *p)
{
	struct rows r;
	int err =
	        db_ask(p->q->db, p->q->a, "SELECT note FROM ledger_head WHERE project_id = ?1 AND size <= ?2 ORDER BY size",
	                VALS(V(p->q->id[0]), V(p->size)), &r, &p->q->fault);

	p->heads.a = p->q->a;
	while (!err && !(err = rows_next(&r, &p->q->fault)))
		text_add(&p->heads, rows_str(&r, 0));
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

/* The page that checks the pack, when the front end is here. */
static int put_page(struct packing *p)
{
	const char *path = str_printf(p->q->a, "%s/verify.html", p->q->app->settings.web_dir).p;
	char *bytes = arena_alloc(p->q->a, FILE_MAX);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, bytes, FILE_MAX) : 0;

	if (fd >= 0)
		close(fd);
	return n > 0 ? put_entry(p, "verify.html", (str){bytes, (size_t)n}) : 0;
}

static int put_all(struct packing *p)
{
	int err = entry(p, pack_files[0]);

	if (!err)
		err = each_record(p, put_line);
	if (!err)
		err = entry(p, pack_files[1]);
	if (!err)
		err = each_record(p, put_leaf);
	if (!err)
		err = read_heads(p);
	if (!err)
		err = put_entry(p, pack_files[2], text_str(&p->heads));
	if (!err)
		err = put_entry(p, pack_files[3], p->key);
	if (!err)
		err = put_entry(p, pack_files[4], pack_proofs(&p->tree, text_str(&p->heads), p->public, p->q->a));
	return err ? err : put_page(p);
}

static int write_zip(struct packing *p, const char *path)
{
	int err;

	p->zip = archive_write_new();
	archive_write_set_format_zip(p->zip);
	err = archive_write_open_filename(p->zip, path) == ARCHIVE_OK ? 0 : failed(p);
	if (!err)
		err = put_all(p);
	if (!err && archive_write_close(p->zip) != ARCHIVE_OK)
		err = failed(p);
	if (err)
		archive_write_fail(p->zip);
	archive_write_free(p->zip);
	if (err)
		unlink(path);
	return err;
}

static int note_export(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct packing *p = arg;
	const struct request *q = p->q;
	struct audit e = {.who = q->who,
	        .entity = "ledger",
	        .verb = "exported",
	        .row_id = q->id[0],
	        .project_id = q->id[0],
	        .peer = q->http->peer};
	int err = ledger_export(db, q->id[0], STR("pack"), p->size, q->who->user_id, f);

	return err ? err : audit_add(db, a, &e, q->now, f);
}

/* A head over all there is, if the signer is here; else up to the last one. */
static int prepare(struct packing *p)
{
	struct request *q = p->q;
	struct ledger_state s;
	int err = access_project(q->db, q->a, q->who, q->id[0], &q->fault);

	request_read_on(q);
	if (!err)
		err = head_now(q->app, q->db, q->a, q->id[0], &q->fault);
	if (err == ECONNREFUSED || err == EPERM)
		err = 0;
	if (!err)
		err = ledger_state(q->db, q->a, q->id[0], &s, &q->fault);
	if (!err && !s.size)
		err = fail(&q->fault, EALREADY, NULL, "no_head",
		        "nothing in this project is signed yet: try again in five minutes");
	if (err || !key_read_text(s.key, q->a, p->public))
		return err;
	p->size = s.size;
	p->key = s.key;
	p->visible = visible_to(q->who);
	p->tree.a = q->a;
	return request_write(q, note_export, p);
}

static int make(struct request *q)
{
	struct packing p = {.q = q};
	char name[44];
	const char *path;
	int err = prepare(&p);

	rand_token(name);
	path = str_printf(q->a, "%s/tmp/pack-%s.zip", q->app->settings.data_dir, name).p;
	if (!err)
		err = write_zip(&p, path);
	if (err)
		return err;
	q->http->type = "application/zip";
	q->http->file = path;
	q->http->file_once = true;
	http_answer_header(q->http, "Content-Disposition",
	        str_printf(q->a, "attachment; filename=\"zvonar-%lld-%lld.zip\"", (long long)q->id[0], (long long)p.size));
	return 0;
}

int ledger_pack(struct request *q)
{
	int err = atomic_fetch_add(&under_way, 1) < PACKS_AT_ONCE
	                  ? make(q)
	                  : fail(&q->fault, EBUSY, NULL, "busy", "two packs are being made already: try again in a minute");

	atomic_fetch_sub(&under_way, 1);
	return err;
}
