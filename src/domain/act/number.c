/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number.c - what acts and invoices share: running numbers, the company that writes them, the file that is kept. */
#include "domain/act/act_priv.h"

#include "engine/zone/zone.h"

#include <unistd.h>

static const char *const kinds[] = {"act", "invoice"};

int number_next(
        struct db *db, struct arena *a, enum paper_kind kind, int64_t seller_id, int64_t year, int64_t *ret, struct fault *f)
{
	struct val n;
	int err = db_one(db, a,
	        "INSERT INTO running_number (kind, seller_id, year, last) VALUES (?1, ?2, ?3, 1) ON CONFLICT (kind, seller_id, year) "
	        "DO UPDATE SET last = running_number.last + 1 RETURNING last",
	        VALS(V(str_of(kinds[kind])), V(seller_id), V(year)), &n, 1, f);

	if (!err)
		*ret = val_int(n);
	return err;
}

int day_at(struct arena *a, str timezone, int64_t at, str *ret_day, int64_t *ret_year, struct fault *f)
{
	struct zone_time t;
	int err = zone_local(timezone, at, &t, f);

	if (err)
		return err;
	*ret_day = str_printf(a, "%04d-%02d-%02d", t.date.year, t.date.month, t.date.day);
	*ret_year = t.date.year;
	return 0;
}

int seller_choose(struct request *q, int64_t seller_id, struct seller *ret)
{
	struct val v[2];
	int err = 0;

	if (!seller_id) {
		err = db_one(q->db, q->a, "SELECT COUNT(*), COALESCE(MIN(id), 0) FROM seller WHERE archived = 0", NO_VALS, v,
		        2, &q->fault);
		if (!err && !val_int(v[0]))
			err = fail(&q->fault, EINVAL, "seller_id", "no_seller",
			        "enter the requisites of your own company first");
		if (!err && val_int(v[0]) > 1)
			err = fail(&q->fault, EINVAL, "seller_id", "required", "choose which of your companies writes it");
		seller_id = err ? 0 : val_int(v[1]);
	}
	if (!err)
		err = entity_get(&seller_entity, q->db, q->a, seller_id, ret, &q->fault);
	return err == ENOENT ? fail(&q->fault, EINVAL, "seller_id", "ref", "there is no such company") : err;
}

int seller_complete(const struct seller *s, struct fault *f)
{
	const struct party *p = &s->party;
	const struct {
		str value;
		const char *field;
	} needed[] = {{p->full_name, "full_name"}, {p->inn, "inn"}, {p->address, "address"}, {p->bank, "bank"},
	        {p->bik, "bik"}, {p->account, "account"}, {p->signer, "signer"}};

	for (size_t i = 0; i < COUNT(needed); i++)
		if (!needed[i].value.n)
			return fail(f, EINVAL, needed[i].field, "requisites",
			        "requisites of your own company are missing: fill them in before papers are issued");
	return 0;
}

/* The file ------------------------------------------------------------------------------------------------------------------- */

static const char *const keep_sql[] = {"UPDATE act SET file_id = ?2 WHERE id = ?1 AND file_id IS NULL",
        "UPDATE invoice SET file_id = ?2 WHERE id = ?1 AND file_id IS NULL"};
static const char *const kept_sql[] = {"SELECT file_id FROM act WHERE id = ?1", "SELECT file_id FROM invoice WHERE id = ?1"};

struct keeping {
	enum paper_kind kind;
	int64_t id, now;
	struct file file, kept; /* kept: the one that stays, which somebody else may have made */
};

static int keep_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct keeping *k = arg;
	int64_t changed = 0;
	struct val had;
	int err = db_one(db, a, kept_sql[k->kind], VALS(V(k->id)), &had, 1, f);

	if (!err && val_int(had))
		return file_get(db, a, val_int(had), &k->kept, f);
	if (!err)
		err = file_add(db, a, &k->file, k->now, f);
	if (!err)
		err = db_run(db, keep_sql[k->kind], VALS(V(k->id), V(k->file.id)), &changed, f);
	k->kept = k->file;
	return err || changed ? err : fail(f, EBUSY, NULL, "busy", "somebody else makes this paper: try again");
}

int paper_keep(struct request *q, enum paper_kind kind, int64_t id, str pdf, struct file *ret)
{
	struct keeping k = {.kind = kind, .id = id, .now = q->now};
	int err = file_keep(q->a, pdf, &k.file, &q->fault);

	if (err)
		return err;
	k.file.name = str_printf(q->a, "%s-%lld.pdf", kinds[kind], (long long)id);
	k.file.type = STR("application/pdf");
	err = request_write(q, keep_write, &k);
	if (err || !str_eq(k.kept.key, k.file.key))
		file_unnamed(&k.file, err);
	if (!err)
		*ret = k.kept;
	return err;
}

void paper_give(struct request *q, enum paper_kind kind, int64_t number, const struct file *file)
{
	q->http->type = "application/pdf";
	q->http->file = file_path(q->a, file);
	http_answer_header(q->http, "Content-Disposition",
	        str_printf(q->a, "inline; filename=\"%s-%lld.pdf\"", kinds[kind], (long long)number));
}
