/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pack.c - a pack read from its bytes up: records, heads over them, lines beside them, and what was known before. */
#include "engine/ledger/pack.h"

#include "base/parse.h"

#include <string.h>

const char *const pack_files[5 + 1] = {"calls.jsonl", "leaves.bin", "heads.txt", "key.pub", "proofs/consistency.txt", NULL};

struct record {
	str bytes;
	int64_t seq;
	bool good;
	str line;
	const struct record *before, *last; /* about the same call: the one before this; of the first: the last of them */
	/* set by an erase record */
	int64_t erased_by, erased_at;
	int64_t erased;
};
struct known {
	struct head head;
	struct hash note;
};
struct check {
	const struct pack *p;
	struct arena *a, *line; /* line: of one line's work */
	verdict_fn *tell;
	void *arg;
	struct pack_sum *sum;
	struct tree tree;
	struct record *records;
	size_t n, n_heads;
	struct known *heads;
	uint8_t log[16], public[SIGN_PUBLIC];
};

static void tell(struct check *c, struct verdict v)
{
	v.project = c->sum->project;
	c->sum->faults += v.kind != VERDICT_ERASED && v.kind != VERDICT_CORRECTED;
	c->tell(c->arg, &v);
}

static void tell_bad(struct check *c, int64_t seq, const char *field)
{
	tell(c, (struct verdict){.kind = VERDICT_BAD, .seq = seq, .field = field});
}

static void tell_file(struct check *c, int which)
{
	tell(c, (struct verdict){.kind = VERDICT_BAD_FILE, .field = pack_files[which]});
}

void pack_leaf(struct text *t, str bytes)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		text_add_char(t, (char)(bytes.n >> shift));
	text_add(t, bytes);
}

bool pack_leaf_next(str *rest, str *ret_bytes)
{
	size_t n = 0;

	if (rest->n < 4)
		return false;
	for (size_t i = 0; i < 4; i++)
		n = n << 8 | (uint8_t)rest->p[i];
	if (n > LEAF_BYTES_MAX || n > rest->n - 4)
		return false;
	*ret_bytes = str_sub(*rest, 4, 4 + n);
	*rest = str_sub(*rest, 4 + n, rest->n);
	return true;
}

static size_t count_leaves(str all)
{
	size_t n = 0;
	str bytes;

	while (pack_leaf_next(&all, &bytes))
		n++;
	return n;
}

/* Records --------------------------------------------------------------------------------------------------------------- */

static struct record *record_of(struct check *c, int64_t seq)
{
	/* They stand in order unless something is wrong, so the place is the number less one. */
	if (seq >= 1 && (size_t)seq <= c->n && c->records[seq - 1].seq == seq)
		return &c->records[seq - 1];
	for (size_t i = 0; i < c->n; i++)
		if (c->records[i].seq == seq)
			return &c->records[i];
	return NULL;
}

/* The number a record should have is the one after the last; a jump forward misses some, anything else is in the wrong place. */
static void place(struct check *c, struct record *r, int64_t *expected)
{
	if (!r->good || r->seq < *expected) {
		tell_bad(c, r->good ? r->seq : *expected, r->good ? "seq" : "leaf");
		if (!r->good)
			r->seq = (*expected)++;
		return;
	}
	if (r->seq > *expected)
		tell(c, (struct verdict){.kind = VERDICT_MISSING, .seq = *expected, .until = r->seq - 1});
	*expected = r->seq + 1;
}

static void erases(struct check *c, const struct leaf *l)
{
	struct record *r = l->type == LEAF_ERASE ? record_of(c, l->about) : NULL;

	if (!r)
		return;
	r->erased |= l->fields;
	r->erased_by = l->seq;
	r->erased_at = l->at;
}

static void amends(struct check *c, struct record *r, const struct leaf *l)
{
	struct record *first = l->type == LEAF_AMEND ? record_of(c, l->about) : NULL;

	if (!first || first == r)
		return;
	r->before = first->last ? first->last : first;
	first->last = r;
}

static void read_records(struct check *c)
{
	str rest = c->p->leaves, bytes;
	int64_t expected = 1;
	struct leaf l;

	c->records = NEW_N(c->a, struct record, count_leaves(rest) + 1);
	while (pack_leaf_next(&rest, &bytes)) {
		struct record *r = &c->records[c->n++];
		r->bytes = bytes;
		r->good = leaf_decode(bytes, &l);
		r->seq = r->good ? l.seq : 0;
		if (r->good && c->n == 1 && !c->sum->project)
			memcpy(c->log, l.log, sizeof c->log);
		tree_add(&c->tree, tree_leaf(bytes));
		place(c, r, &expected);
		if (r->good && memcmp(l.log, c->log, sizeof c->log))
			tell_bad(c, r->seq, "log");
	}
	for (size_t i = 0; i < c->n; i++)
		if (c->records[i].good && leaf_decode(c->records[i].bytes, &l))
			erases(c, &l), amends(c, &c->records[i], &l);
	if (rest.n)
		tell_file(c, 1);
	c->sum->records = c->n;
}

/* Heads ----------------------------------------------------------------------------------------------------------------- */

static size_t count_heads(str all)
{
	size_t n = 1;

	for (size_t at = 0; (at = str_find_str(all, STR("\n\n"), at)) < all.n; at += 2)
		n++;
	return n;
}

static void read_heads(struct check *c)
{
	str rest = c->p->heads;
	struct hash before = {0};
	uint64_t size = 0;
	str origin = {0};
	bool is_signed;

	c->heads = NEW_N(c->a, struct known, count_heads(rest));
	while (rest.n) {
		struct known *k = &c->heads[c->n_heads];
		struct verdict bad = {.kind = VERDICT_BAD_HEAD, .seq = (int64_t)c->n_heads + 1};
		if (!head_next(&rest, c->public, c->a, &k->head, &is_signed, &k->note))
			bad.field = "text";
		else if (!is_signed)
			bad.field = "signature";
		else if (!hash_eq(k->head.prev, before))
			bad.field = "prev";
		else if (k->head.size < size || (origin.p && !str_eq(origin, k->head.origin)))
			bad.field = k->head.size < size ? "size" : "origin";
		if (bad.field) {
			tell(c, bad);
			before = k->note;
			k->head.size = 0;
			c->n_heads++;
			continue;
		}
		origin = k->head.origin;
		size = k->head.size;
		before = k->note;
		c->n_heads++;
	}
	if (!origin.p || !head_origin_read(origin, &c->sum->project, c->log))
		tell_file(c, 2);
	c->sum->heads = c->n_heads;
}

/* The first head the records do not give, and the last before it which they do. */
static void compare_heads(struct check *c)
{
	const struct known *good = NULL;

	for (size_t i = 0; i < c->n_heads; i++) {
		const struct head *h = &c->heads[i].head;
		if (!h->size) /* told already */
			continue;
		if (h->size > c->n) {
			tell(c, (struct verdict){.kind = VERDICT_MISSING,
			                .seq = (int64_t)c->n + 1,
			                .until = (int64_t)c->heads[c->n_heads - 1].head.size});
			return;
		}
		if (!hash_eq(tree_root(&c->tree, h->size), h->root)) {
			tell(c, (struct verdict){.kind = VERDICT_REWRITTEN,
			                .seq = good ? (int64_t)good->head.size + 1 : 1,
			                .until = (int64_t)h->size,
			                .from = good ? good->head.date : STR("the beginning"),
			                .to = h->date});
			return;
		}
		good = &c->heads[i];
	}
	if (!good)
		return;
	c->sum->signed_size = good->head.size;
	c->sum->root = good->head.root;
	c->sum->date = good->head.date;
}

/* Is head i the last of its day, and not the last of all? */
static bool ends_day(const struct known *heads, size_t n, size_t i)
{
	return i + 1 < n && heads[i].head.size && heads[n - 1].head.size &&
	       !str_eq(str_sub(heads[i].head.date, 0, 10), str_sub(heads[i + 1].head.date, 0, 10));
}

static str proofs_of(const struct tree *t, const struct known *heads, size_t n, struct arena *a)
{
	struct text out = {.a = a};
	struct tree_proof p;

	for (size_t i = 0; i < n; i++) {
		if (!ends_day(heads, n, i) || heads[n - 1].head.size > t->size)
			continue;
		text_addf(&out, "%llu %llu", (unsigned long long)heads[i].head.size,
		        (unsigned long long)heads[n - 1].head.size);
		tree_consistency(t, heads[i].head.size, heads[n - 1].head.size, &p);
		for (size_t k = 0; k < p.n; k++) {
			text_add_char(&out, ' ');
			text_add(&out, base64_plain(a, p.h[k].h, SHA256_BYTES));
		}
		text_add_char(&out, '\n');
	}
	return text_str(&out);
}

str pack_proofs(const struct tree *t, str heads, const uint8_t public[SIGN_PUBLIC], struct arena *a)
{
	struct known *all = NEW_N(a, struct known, count_heads(heads));
	bool is_signed;
	size_t n = 0;

	while (heads.n)
		if (head_next(&heads, public, a, &all[n].head, &is_signed, &all[n].note))
			n++;
	return proofs_of(t, all, n, a);
}

/* Lines ----------------------------------------------------------------------------------------------------------------- */

static void count_fields(struct check *c, const struct record *r, const struct leaf *l, const struct opening *o)
{
	for (int f = 0; f < LEAF_FIELDS; f++) {
		if (!(l->has >> f & 1))
			continue;
		if (o->value[f].p) {
			c->sum->opened++;
		} else if (r->erased >> f & 1) {
			c->sum->erased++;
			tell(c, (struct verdict){.kind = VERDICT_ERASED,
			                .seq = l->seq,
			                .field = leaf_fields[f],
			                .by = r->erased_by,
			                .from = str_sub(head_date(r->erased_at, c->line), 0, 10)});
		} else {
			c->sum->hidden++;
		}
	}
}

/* What stood there, of the records before about the same call: the latest that shows it. */
static str was_said(struct check *c, const struct record *r, unsigned field)
{
	struct opening o;
	struct leaf l;

	for (r = r->before; r; r = r->before)
		if (r->line.n && leaf_decode(r->bytes, &l) && !leaf_line_differs(r->line, &l, c->line, &o) &&
		        o.value[field].p)
			return o.value[field];
	return (str){0};
}

static void tell_correction(struct check *c, const struct record *r, const struct leaf *l, const struct opening *o)
{
	if (l->type != LEAF_AMEND || !(l->has >> LOGGED_CORRECTION & 1))
		return;
	c->sum->corrected++;
	for (unsigned f = 0; f < LEAF_FIELDS; f++)
		if (l->has >> f & 1)
			tell(c, (struct verdict){.kind = VERDICT_CORRECTED,
			                .seq = l->about,
			                .field = leaf_fields[f],
			                .by = l->seq,
			                .from = str_sub(head_date(l->at, c->line), 0, 10),
			                .was = was_said(c, r, f),
			                .now = o->value[f]});
}

static void check_line(struct check *c, struct record *r, str line)
{
	struct opening o;
	const char *field;
	struct leaf l;

	if (!r->good || !leaf_decode(r->bytes, &l))
		return; /* told already */
	r->line = line;
	field = leaf_line_differs(line, &l, c->line, &o);
	if (field) {
		tell_bad(c, r->seq, field);
		return;
	}
	count_fields(c, r, &l, &o);
	tell_correction(c, r, &l, &o);
}

/* A line for each record, in the same order; a line that says no number is taken for the next one's. */
static void check_lines(struct check *c)
{
	str rest = c->p->calls, line = {0};
	bool have = false;
	int64_t seq = 0;

	for (size_t i = 0; i < c->n;) {
		struct record *r = &c->records[i];
		arena_reset(c->line);
		if (!have)
			have = rest.n && str_cut(&rest, '\n', &line);
		if (have)
			seq = leaf_line_seq(line, c->line);
		if (have && seq && seq < r->seq) {
			tell_bad(c, seq, "line");
			have = false;
			continue;
		}
		if (have && (!seq || seq == r->seq || !record_of(c, seq)))
			check_line(c, r, line), have = false;
		else
			tell(c, (struct verdict){.kind = VERDICT_MISSING, .seq = r->seq, .until = r->seq});
		i++;
	}
	if (have || rest.n)
		tell_file(c, 0);
}

/* What was known before ------------------------------------------------------------------------------------------------- */

static void compare_earlier(struct check *c, const struct pack *earlier)
{
	str rest = earlier->leaves, bytes;
	size_t i = 0;
	struct leaf was;

	for (; pack_leaf_next(&rest, &bytes); i++) {
		const struct record *r = i < c->n ? &c->records[i] : NULL;
		if (!leaf_decode(bytes, &was) || (r && str_eq(r->bytes, bytes)))
			continue;
		if (!record_of(c, was.seq))
			tell(c, (struct verdict){.kind = VERDICT_MISSING, .seq = was.seq, .until = was.seq});
		else
			tell_bad(c, was.seq, leaf_differs(&was, record_of(c, was.seq)->bytes));
	}
	if (!str_starts(c->p->heads, earlier->heads))
		tell(c, (struct verdict){.kind = VERDICT_BAD_HEAD, .seq = 0, .field = "not those of the earlier pack"});
	if (!str_eq(c->p->key, earlier->key))
		tell_file(c, 3);
}

int pack_verify(
        const struct pack *p, const struct pack *earlier, struct arena *a, verdict_fn *told, void *arg, struct pack_sum *ret)
{
	struct arena line = {0};
	struct check c = {.p = p, .a = a, .line = &line, .tell = told, .arg = arg, .sum = ret, .tree = {.a = a}};
	bool has_key;

	*ret = (struct pack_sum){0};
	has_key = key_read_text(p->key, a, c.public);
	if (has_key)
		ret->fingerprint = key_fingerprint(c.public, a);
	else
		tell_file(&c, 3);
	read_heads(&c);
	read_records(&c);
	compare_heads(&c);
	if (ret->signed_size && !str_eq(p->proofs, proofs_of(&c.tree, c.heads, c.n_heads, a)))
		tell_file(&c, 4);
	check_lines(&c);
	if (earlier)
		compare_earlier(&c, earlier);
	arena_free(&line);
	return ret->faults ? EBADMSG : 0;
}

/* "result \"Refusal\" to \"Lead\"": in quotes as JSON has them, so that a line stays a line. */
static str corrected_text(const struct verdict *v, struct arena *a)
{
	struct text t = {.a = a};

	text_addf(&t, "CORRECTED project %lld seq %lld %s ", (long long)v->project, (long long)v->seq, v->field);
	if (v->now.p && v->was.p) {
		json_put_str(&t, v->was);
		text_lit(&t, " to ");
	}
	if (v->now.p) {
		json_put_str(&t, v->now);
		text_add_char(&t, ' ');
	}
	text_addf(&t, "(amend leaf %lld, %.*s)", (long long)v->by, STR_ARG(v->from));
	return text_str(&t);
}

str verdict_text(const struct verdict *v, struct arena *a)
{
	long long project = v->project, seq = v->seq, until = v->until;

	switch (v->kind) {
	case VERDICT_BAD: return str_printf(a, "BAD project %lld seq %lld field %s", project, seq, v->field);
	case VERDICT_MISSING:
		return seq == until ? str_printf(a, "MISSING project %lld seq %lld", project, seq)
		                    : str_printf(a, "MISSING project %lld seq %lld to %lld", project, seq, until);
	case VERDICT_ERASED:
		return str_printf(a, "ERASED project %lld seq %lld %s (erase leaf %lld, %.*s)", project, seq, v->field,
		        (long long)v->by, STR_ARG(v->from));
	case VERDICT_CORRECTED: return corrected_text(v, a);
	case VERDICT_REWRITTEN:
		return str_printf(a, "HEAD REWRITTEN project %lld between %.*s and %.*s (seq %lld to %lld)", project,
		        STR_ARG(v->from), STR_ARG(v->to), seq, until);
	case VERDICT_BAD_HEAD: return str_printf(a, "BAD project %lld head %lld %s", project, seq, v->field);
	case VERDICT_BAD_FILE: return str_printf(a, "BAD project %lld file %s", project, v->field);
	}
	return STR("");
}
