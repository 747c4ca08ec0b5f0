/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ledger_check.c - every log read from its first record to its last: is each what it was, and do the calls say what their records say? */
#include "domain/ledger/ledger_priv.h"
#include "kit/file/file.h"

enum { PAGE = 500 };

struct looking {
	struct db *db;
	struct arena *a; /* of what is found */
	struct arena log_work, page;
	ledger_find_fn *find;
	void *arg;
	struct fault *f;
	int64_t project_id, size;
	str log; /* its name */
	struct tree tree;
};

static void found(struct looking *c, int64_t seq, const char *field)
{
	const struct verdict v = {.kind = VERDICT_BAD, .project = c->project_id, .seq = seq, .field = field};

	c->find(c->arg, verdict_text(&v, c->a), 1);
}

/* A record against itself: its bytes, their hash, what its commitments open to. */
static void look_leaf(struct looking *c, int64_t seq, str leaf, str hash, str opening)
{
	struct arena *a = &c->page;
	struct opening o;
	struct leaf l;
	struct hash h;
	str bytes;

	if (!leaf_of_row(leaf, a, &l, &bytes)) {
		found(c, seq, "leaf");
		tree_add(&c->tree, tree_leaf(STR("")));
		return;
	}
	h = tree_leaf(bytes);
	tree_add(&c->tree, h);
	if (!str_eq(base64url(a, h.h, sizeof h.h), hash))
		found(c, seq, "leaf");
	else if (l.seq != seq)
		found(c, seq, "seq");
	else if (!str_eq(base64url(a, l.log, sizeof l.log), c->log))
		found(c, seq, "log");
	if (!opening_read(opening, a, &o)) {
		found(c, seq, "opening");
		return;
	}
	for (unsigned f = 0; f < LEAF_FIELDS; f++)
		if (o.value[f].p && !leaf_opens(&l, (enum leaf_field)f, o.value[f], o.salt[f]))
			found(c, seq, leaf_fields[f]);
}

static void missing(struct looking *c, int64_t from, int64_t to)
{
	const struct verdict v = {.kind = VERDICT_MISSING, .project = c->project_id, .seq = from, .until = to};

	if (from <= to)
		c->find(c->arg, verdict_text(&v, c->a), to - from + 1);
}

/* Up to PAGE records after *seq; *seq is the last of them. ENOENT: there are no more. */
static int look_page(struct looking *c, int64_t *seq)
{
	int64_t n = 0;
	struct rows r;
	int err = db_ask(c->db, &c->page,
	        "SELECT seq, leaf, hash, opening FROM ledger_leaf WHERE project_id = ?1 AND seq > ?2 ORDER BY seq LIMIT 500",
	        VALS(V(c->project_id), V(*seq)), &r, c->f);

	while (!err && !(err = rows_next(&r, c->f))) {
		missing(c, *seq + 1, rows_int(&r, 0) - 1);
		*seq = rows_int(&r, 0);
		look_leaf(c, *seq, rows_str(&r, 1), rows_str(&r, 2), rows_str(&r, 3));
		n++;
	}
	rows_done(&r);
	arena_reset(&c->page);
	return err == ENOENT && n == PAGE ? 0 : err;
}

struct look_heads {
	struct looking *c;
	struct hash before;
	str good; /* date of the last good one */
	int64_t good_size;
};

static void look_head(struct look_heads *h, str note, int64_t n, const uint8_t public[SIGN_PUBLIC])
{
	struct verdict v = {.kind = VERDICT_BAD_HEAD, .project = h->c->project_id, .seq = n};
	struct hash hash;
	struct head head;
	bool is_signed;

	if (!head_next(&note, public, &h->c->log_work, &head, &is_signed, &hash))
		v.field = "text";
	else if (!is_signed)
		v.field = "signature";
	else if (!hash_eq(head.prev, h->before))
		v.field = "prev";
	h->before = hash;
	if (v.field) {
		h->c->find(h->c->arg, verdict_text(&v, h->c->a), 1);
		return;
	}
	if (head.size <= h->c->tree.size && hash_eq(tree_root(&h->c->tree, head.size), head.root)) {
		h->good = head.date;
		h->good_size = (int64_t)head.size;
		return;
	}
	v = (struct verdict){.kind = VERDICT_REWRITTEN,
	        .project = h->c->project_id,
	        .seq = h->good_size + 1,
	        .until = (int64_t)head.size,
	        .from = h->good.p ? h->good : STR("the beginning"),
	        .to = head.date};
	if (h->good_size >= 0)
		h->c->find(h->c->arg, verdict_text(&v, h->c->a), v.until - v.seq + 1);
	h->good_size = -1; /* the later ones say the same */
}

static int look_heads(struct looking *c, const uint8_t public[SIGN_PUBLIC])
{
	struct look_heads h = {.c = c};
	struct rows r;
	int64_t n = 0;
	int err = db_ask(c->db, &c->log_work, "SELECT note FROM ledger_head WHERE project_id = ?1 ORDER BY size",
	        VALS(V(c->project_id)), &r, c->f);

	while (!err && !(err = rows_next(&r, c->f)))
		look_head(&h, rows_str(&r, 0), ++n, public);
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int look_log(struct looking *c, const uint8_t public[SIGN_PUBLIC])
{
	int64_t seq = 0;
	int err = 0;

	c->tree = (struct tree){.a = &c->log_work};
	while (!err)
		err = look_page(c, &seq);
	if (err != ENOENT)
		return err;
	missing(c, seq + 1, c->size);
	if (seq > c->size)
		found(c, seq, "seq");
	return public ? look_heads(c, public) : 0;
}

/* Names are kept as they were; who renamed a company or a result has not changed a call. */
static bool is_name(unsigned field)
{
	return field == LOGGED_COMPANY || field == LOGGED_PERSON || field == LOGGED_RESULT || field == LOGGED_ANSWERS;
}

static bool same_operator(str now, str was)
{
	return str_eq(str_sub(now, 0, str_find(now, ' ', 0)), str_sub(was, 0, str_find(was, ' ', 0)));
}

static const char *says_other(const struct call_said *rows, const struct call_said *was)
{
	const struct leaf *now = &rows->leaf, *then = &was->leaf;

	if (now->ended_at != then->ended_at)
		return "ended_at";
	if (!str_eq(now->cause, then->cause))
		return "cause";
	if (now->started_at != then->started_at)
		return "started_at";
	if (now->result_id != then->result_id)
		return "result_id";
	if (now->result_at != then->result_at)
		return "result_at";
	if (!str_eq(now->counts_as, then->counts_as))
		return "counts_as";
	if (now->script_id != then->script_id)
		return "script_id";
	for (unsigned f = 0; f < LEAF_FIELDS; f++) {
		if (was->erased >> f & 1 || is_name(f))
			continue;
		if (f == LOGGED_OPERATOR ? !same_operator(rows->value[f], was->value[f])
		                         : !str_eq(rows->value[f], was->value[f]) && (rows->value[f].n || was->value[f].n))
			return leaf_fields[f];
	}
	return NULL;
}

/* The file of a recording against the hash its record commits to. */
static int look_recording(struct looking *c, int64_t call_id, const struct call_said *was)
{
	str said = was->value[LOGGED_RECORDING];
	struct file file = {.sha256 = str_sub(said, 0, str_find(said, ' ', 0))};
	struct val key;
	int err =
	        said.n ? db_one(c->db, &c->page,
	                         "SELECT f.key FROM recording g JOIN file f ON f.id = g.file_id WHERE g.call_id = ?1 AND g.state = 'kept'",
	                         VALS(V(call_id)), &key, 1, c->f)
	               : ENOENT;

	if (err)
		return err == ENOENT ? 0 : err;
	file.key = val_str(key);
	if (!file_holds(&c->page, &file))
		found(c, was->leaf.seq, leaf_fields[LOGGED_RECORDING]);
	return 0;
}

static int look_call(struct looking *c, int64_t call_id, int64_t project_id)
{
	struct call_said rows, records;
	const char *field;
	int err = call_as_rows(c->db, &c->page, call_id, &rows, c->f);

	if (!err)
		err = call_as_records(c->db, &c->page, call_id, &records, c->f);
	if (err)
		return err == ENOENT ? 0 : err;
	c->project_id = project_id;
	if (!records.any)
		c->find(c->arg,
		        str_printf(c->a, "MISSING project %lld call %lld has no record", (long long)project_id,
		                (long long)call_id),
		        1);
	else if ((field = says_other(&rows, &records)))
		found(c, records.leaf.seq, field);
	return look_recording(c, call_id, &records);
}

static int look_calls(struct looking *c)
{
	int64_t ids[PAGE][2], last = 0;
	size_t n = PAGE;
	int err = 0;

	while (!err && n == PAGE) {
		struct rows r;
		n = 0;
		err = db_ask(c->db, &c->page,
		        "SELECT id, project_id FROM call WHERE id > ?1 AND id > (SELECT calls_from FROM ledger_house) AND dialled_at IS NOT "
		        "NULL AND (ended_at IS NOT NULL OR result_at IS NOT NULL) ORDER BY id LIMIT 500",
		        VALS(V(last)), &r, c->f);
		while (!err && n < PAGE && !(err = rows_next(&r, c->f))) {
			ids[n][0] = last = rows_int(&r, 0);
			ids[n++][1] = rows_int(&r, 1);
		}
		rows_done(&r);
		err = err == ENOENT ? 0 : err;
		for (size_t i = 0; i < n && !err; i++) {
			arena_reset(&c->page);
			err = look_call(c, ids[i][0], ids[i][1]);
		}
	}
	return err;
}

static int house_key(struct db *db, struct arena *a, uint8_t ret[SIGN_PUBLIC], bool *ret_has, struct fault *f)
{
	struct val v;
	int err = db_one(db, a, "SELECT public_key FROM ledger_house", NO_VALS, &v, 1, f);

	*ret_has = !err && val_str(v).n && key_read_text(val_str(v), a, ret);
	return err == ENOENT ? 0 : err;
}

int ledger_check(struct db *db, struct arena *a, ledger_find_fn *find, void *arg, struct fault *f)
{
	struct arena logs = {0};
	struct looking c = {.db = db, .a = a, .find = find, .arg = arg, .f = f};
	uint8_t public[SIGN_PUBLIC];
	bool has_key = false;
	struct rows r;
	int err = house_key(db, &logs, public, &has_key, f);

	if (!err)
		err = db_ask(db, &logs, "SELECT project_id, size, log FROM ledger ORDER BY project_id", NO_VALS, &r, f);
	if (err)
		return err;
	while (!err && !(err = rows_next(&r, f))) {
		c.project_id = rows_int(&r, 0);
		c.size = rows_int(&r, 1);
		c.log = rows_str(&r, 2);
		err = look_log(&c, has_key ? public : NULL);
		arena_reset(&c.log_work);
	}
	rows_done(&r);
	if (err == ENOENT)
		err = look_calls(&c);
	arena_free(&c.page);
	arena_free(&c.log_work);
	arena_free(&logs);
	return err;
}
