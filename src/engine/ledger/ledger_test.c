/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree against the vectors of Certificate Transparency; records, heads and packs against changes of every byte. */
#include "base/parse.h"
#include "base/rand.h"
#include "engine/ledger/pack.h"
#include "engine/ledger/signer.h"

#include <fcntl.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct hash hash_of(const char *hex)
{
	struct hash h;

	assert_true(parse_hex(str_of(hex), h.h, sizeof h.h));
	return h;
}

/* The eight leaves and the roots of trees of one to eight of them, from the tests of certificate-transparency (merkle_tree_test.cc). */
static const char *const leaves[] = {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
static const char *const roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

static struct hash leaf_of(size_t i)
{
	char bytes[16];
	size_t n = strlen(leaves[i]) / 2;

	assert_true(parse_hex(str_of(leaves[i]), (uint8_t *)bytes, n));
	return tree_leaf((str){bytes, n});
}

static void known_roots(void **state)
{
	struct arena a = {0};
	struct tree t = {.a = &a};
	struct tree_edge e = {0}, again;
	struct hash none = tree_edge_root(&e);

	(void)state;
	assert_true(hash_eq(none, hash_of("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")));
	for (size_t i = 0; i < COUNT(leaves); i++) {
		tree_edge_add(&e, leaf_of(i));
		tree_add(&t, leaf_of(i));
		assert_true(hash_eq(tree_edge_root(&e), hash_of(roots[i])));
		assert_true(tree_edge_read(tree_edge_text(&e, &a), &a, &again));
		assert_true(hash_eq(tree_edge_root(&again), hash_of(roots[i])));
	}
	for (size_t i = 0; i < COUNT(leaves); i++)
		assert_true(hash_eq(tree_root(&t, i + 1), hash_of(roots[i])));
	assert_false(tree_edge_read(STR("3:AAAA"), &a, &again));
	assert_false(tree_edge_read(STR("x"), &a, &again));
	arena_free(&a);
}

/* Proofs of the same tests: leaf 6 of 8 (PATH(5, D[8])), 3 of 3, 2 of 5; and from 6 to 8, from 2 to 5. */
static void known_proofs(void **state)
{
	static const char *const path6[] = {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
	        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
	        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"};
	static const char *const from6to8[] = {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
	        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
	        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"};
	struct arena a = {0};
	struct tree t = {.a = &a};
	struct tree_proof p;

	(void)state;
	for (size_t i = 0; i < COUNT(leaves); i++)
		tree_add(&t, leaf_of(i));
	tree_inclusion(&t, 5, 8, &p);
	assert_int_equal(p.n, COUNT(path6));
	for (size_t i = 0; i < p.n; i++)
		assert_true(hash_eq(p.h[i], hash_of(path6[i])));
	tree_consistency(&t, 6, 8, &p);
	assert_int_equal(p.n, COUNT(from6to8));
	for (size_t i = 0; i < p.n; i++)
		assert_true(hash_eq(p.h[i], hash_of(from6to8[i])));
	arena_free(&a);
}

/* Every proof of every size up to 70 holds, and no longer with one bit of it turned, a hash more or less, or about something else. */
static void all_proofs(void **state)
{
	struct arena a = {0};
	struct tree t = {.a = &a};
	struct tree_proof p;

	(void)state;
	for (uint64_t n = 1; n <= 70; n++) {
		char z[8];
		tree_add(&t, tree_leaf((str){z, (size_t)snprintf(z, sizeof z, "%d", (int)n)}));
		for (uint64_t i = 0; i < n; i++) {
			struct hash leaf = t.level[0].h[i], root = tree_root(&t, n), old = tree_root(&t, i + 1);
			tree_inclusion(&t, i, n, &p);
			assert_true(tree_included(&p, i, n, leaf, root));
			assert_false(tree_included(&p, i, n, tree_leaf(STR("x")), root));
			if (p.n) {
				p.h[p.n / 2].h[7] ^= 1;
				assert_false(tree_included(&p, i, n, leaf, root));
			}
			tree_consistency(&t, i + 1, n, &p);
			assert_true(tree_consistent(&p, i + 1, n, old, root));
			assert_false(tree_consistent(&p, i + 1, n, tree_leaf(STR("x")), root));
			if (!p.n)
				continue;
			p.n--;
			assert_false(tree_consistent(&p, i + 1, n, old, root));
			p.h[p.n++].h[3] ^= 128;
			assert_false(tree_consistent(&p, i + 1, n, old, root));
		}
	}
	arena_free(&a);
}

/* A pack of a small log -------------------------------------------------------------------------------------------------- */

static const uint8_t key[32] = {1, 2, 3}, log_id[16] = {9, 9}, secret[32] = {5};

static struct leaf call_leaf(int64_t seq)
{
	struct leaf l = {.type = LEAF_CALL,
	        .seq = seq,
	        .at = 1764400000000 + seq,
	        .build = {7},
	        .call = {1, (uint8_t)seq},
	        .direction = STR("out"),
	        .started_at = 1764400000000,
	        .ended_at = 1764400060000,
	        .cause = STR("answered"),
	        .attempt = 2,
	        .script_id = 300,
	        .result_id = 12,
	        .counts_as = STR("lead")};

	memcpy(l.log, log_id, sizeof log_id);
	return l;
}

static void record_bytes(void **state)
{
	static const str values[LEAF_FIELDS] = {
	        [LOGGED_PHONE] = STR("+74951234567"), [LOGGED_COMMENT] = STR("перезвонить «завтра»\n")};
	struct arena a = {0};
	struct leaf l = call_leaf(1734), back;
	struct opening o;
	struct text t = {.a = &a};
	str opening, bytes, rest;

	(void)state;
	leaf_commit(&l, secret, values, &a, &opening);
	bytes = leaf_encode(&l, &a);
	assert_true(bytes.n < 256);
	assert_true(leaf_decode(bytes, &back));
	assert_true(str_eq(leaf_encode(&back, &a), bytes));
	assert_true(str_eq(back.cause, STR("answered")) && back.ended_at == l.ended_at && back.has == l.has);
	assert_true(opening_read(opening, &a, &o));
	assert_true(leaf_opens(&l, LOGGED_PHONE, values[LOGGED_PHONE], o.salt[LOGGED_PHONE]));
	assert_false(leaf_opens(&l, LOGGED_PHONE, STR("+74951234568"), o.salt[LOGGED_PHONE]));
	leaf_line(&t, &l, &o, ~0u);
	assert_null(leaf_line_differs(text_str(&t), &l, &a, &o));
	rest = opening_without(&o, 1u << LOGGED_PHONE, &a);
	assert_true(opening_read(rest, &a, &o));
	assert_null(o.value[LOGGED_PHONE].p);
	assert_true(leaf_opens(&l, LOGGED_COMMENT, values[LOGGED_COMMENT], o.salt[LOGGED_COMMENT]));
	assert_true(str_find_str(rest, base64url(&a, secret, sizeof secret), 0) == rest.n);
	assert_null(opening_without(&o, ~0u, &a).p);
	for (size_t i = 0; i < bytes.n; i++) /* what still reads is another record, and has one form */
		for (int bit = 0; bit < 8; bit++) {
			char *turned = str_z(&a, bytes);
			turned[i] = (char)(turned[i] ^ 1 << bit);
			if (leaf_decode((str){turned, bytes.n}, &back))
				assert_true(str_eq(leaf_encode(&back, &a), (str){turned, bytes.n}));
		}
	arena_free(&a);
}

static void heads(void **state)
{
	struct arena a = {0};
	struct head h = {.origin = head_origin(7, log_id, &a), .size = 3, .date = head_date(1764400000000, &a)}, back;
	uint8_t public[SIGN_PUBLIC], other[SIGN_PUBLIC];
	struct hash note;
	bool is_signed;
	str text, rest;

	(void)state;
	sign_public(key, public);
	h.root = hash_of(roots[2]);
	text = head_sign(&h, key, &a);
	rest = text;
	assert_true(head_next(&rest, public, &a, &back, &is_signed, &note));
	assert_true(is_signed && !rest.n && back.size == 3 && hash_eq(back.root, h.root) && str_eq(back.date, h.date));
	assert_true(str_eq(back.date, STR("2025-11-29T07:06:40Z")));
	for (size_t i = 0; i < text.n; i++) {
		char *turned = str_z(&a, text);
		turned[i] ^= 1;
		rest = (str){turned, text.n};
		assert_false(head_next(&rest, public, &a, &back, &is_signed, &note) && is_signed);
	}
	assert_true(key_read_text(key_text(public, &a), &a, other) && !memcmp(public, other, sizeof other));
	assert_int_equal(key_fingerprint(public, &a).n, 79);
	arena_free(&a);
}

enum { RECORDS = 40 };

struct made {
	struct pack pack;
	struct leaf leaf[RECORDS + 1];
};

static void make_head(struct text *t, const struct tree *tree, int64_t at, struct hash *prev)
{
	struct head h = {
	        .origin = head_origin(7, log_id, t->a), .size = tree->size, .date = head_date(at, t->a), .prev = *prev};
	str text;

	h.root = tree_root(tree, tree->size);
	text = head_sign(&h, key, t->a);
	sha256(text, prev->h);
	text_add(t, text);
}

/* Ten records a day, each day's end a head. The last record erases the number of the fourth. */
static void make(struct arena *a, struct made *m)
{
	struct text calls = {.a = a}, bytes = {.a = a}, notes = {.a = a};
	struct tree tree = {.a = a};
	struct hash prev = {0};
	uint8_t public[SIGN_PUBLIC];

	sign_public(key, public);
	for (int64_t seq = 1; seq <= RECORDS; seq++) {
		str values[LEAF_FIELDS] = {[LOGGED_PHONE] = STR("+74951234567"),
		        [LOGGED_RESULT] = STR("Встреча"),
		        [LOGGED_OPERATOR] = STR("17 Анна")};
		struct leaf *l = &m->leaf[seq];
		struct opening o;
		str opening;

		*l = call_leaf(seq);
		if (seq == RECORDS)
			*l = (struct leaf){
			        .type = LEAF_ERASE, .seq = seq, .at = l->at, .about = 4, .fields = 1 << LOGGED_PHONE};
		memcpy(l->log, log_id, sizeof log_id);
		if (seq < RECORDS)
			leaf_commit(l, secret, values, a, &opening);
		assert_true(opening_read(seq < RECORDS ? opening : (str){0}, a, &o));
		if (seq == 4)
			assert_true(opening_read(opening_without(&o, 1 << LOGGED_PHONE, a), a, &o));
		leaf_line(&calls, l, &o, ~(1u << LOGGED_OPERATOR));
		text_add_char(&calls, '\n');
		pack_leaf(&bytes, leaf_encode(l, a));
		tree_add(&tree, tree_leaf(leaf_encode(l, a)));
		if (seq % 10 == 0)
			make_head(&notes, &tree, 1764400000000 + seq * 8640000, &prev);
	}
	m->pack = (struct pack){.calls = text_str(&calls),
	        .leaves = text_str(&bytes),
	        .heads = text_str(&notes),
	        .key = key_text(public, a)};
	m->pack.proofs = pack_proofs(&tree, m->pack.heads, public, a);
}

struct told {
	struct arena *a;
	struct text t;
};

static void note(void *arg, const struct verdict *v)
{
	struct told *told = arg;

	text_add(&told->t, verdict_text(v, told->a));
	text_add_char(&told->t, '\n');
}

static const char *verify(const struct pack *p, const struct pack *earlier, struct arena *a, struct pack_sum *sum)
{
	struct told told = {.a = a, .t = {.a = a}};
	int err = pack_verify(p, earlier, a, note, &told, sum);

	assert_int_equal(err != 0, sum->faults != 0);
	return text_z(&told.t);
}

static void good_pack(void **state)
{
	struct arena a = {0};
	struct made *m = NEW(&a, struct made);
	struct pack_sum sum;

	(void)state;
	make(&a, m);
	assert_string_equal(verify(&m->pack, NULL, &a, &sum), "ERASED project 7 seq 4 phone (erase leaf 40, 2025-11-29)\n");
	assert_int_equal(sum.faults, 0);
	assert_int_equal(sum.records, 40);
	assert_int_equal(sum.signed_size, 40);
	assert_int_equal(sum.opened, 39 * 2 - 1);
	assert_int_equal(sum.hidden, 39);
	assert_int_equal(sum.erased, 1);
	assert_true(m->pack.proofs.n > 100);
	arena_free(&a);
}

/* Any byte of any file turned: something is named. */
static void every_byte(void **state)
{
	struct arena a = {0}, one = {0};
	struct made *m = NEW(&a, struct made);
	struct pack_sum sum;
	struct dice d = {1};
	const char *is_long = getenv("ZVONAR_LONG"); /* ./test --long */
	size_t stride = is_long && *is_long ? 5 : 30;
	str *files;

	(void)state;
	make(&a, m);
	files = &m->pack.calls;
	for (size_t f = 0; f < 5; f++)
		for (size_t i = 0; i < files[f].n; i += f < 2 ? stride + dice_throw(&d) % 7 : 1) {
			char *turned = str_z(&one, files[f]);
			struct pack p = m->pack;
			turned[i] = (char)(turned[i] ^ 1 << dice_throw(&d) % 8);
			(&p.calls)[f] = (str){turned, files[f].n};
			verify(&p, NULL, &one, &sum);
			if (!sum.faults)
				fail_msg("byte %d of %s", (int)i, pack_files[f]);
			arena_reset(&one);
		}
	arena_free(&one);
	arena_free(&a);
}

/* A record changed by who can write everywhere but has no key: named by the line, by the head, and by the pack from before. */
static void rewritten(void **state)
{
	struct arena a = {0};
	struct made *m = NEW(&a, struct made);
	struct text bytes = {.a = &a};
	struct pack p;
	struct pack_sum sum;
	const char *said;

	(void)state;
	make(&a, m);
	p = m->pack;
	m->leaf[15].result_id = 99;
	for (int64_t seq = 1; seq <= RECORDS; seq++)
		pack_leaf(&bytes, leaf_encode(&m->leaf[seq], &a));
	p.leaves = text_str(&bytes);
	said = verify(&p, &m->pack, &a, &sum);
	assert_non_null(strstr(said, "BAD project 7 seq 15 field result_id\n"));
	assert_non_null(strstr(
	        said, "HEAD REWRITTEN project 7 between 2025-11-30T07:06:40Z and 2025-12-01T07:06:40Z (seq 11 to 20)"));
	bytes = (struct text){.a = &a};
	for (int64_t seq = 1; seq <= RECORDS; seq++)
		if (seq != 23)
			pack_leaf(&bytes, leaf_encode(&m->leaf[seq], &a));
	p.leaves = text_str(&bytes);
	assert_non_null(strstr(verify(&p, NULL, &a, &sum), "MISSING project 7 seq 23\n"));
	bytes.n -= 300;
	p.leaves = text_str(&bytes);
	assert_non_null(strstr(verify(&p, NULL, &a, &sum), "MISSING project 7 seq "));
	arena_free(&a);
}

/* The signer ------------------------------------------------------------------------------------------------------------- */

struct asker {
	struct arena *a;
	struct signer *signer;
	struct hash all[12];
	struct tree_edge edge; /* what root is claimed of */
};

/* Ask for a head over records from + 1 to to, with this last head; the answer's first word, and its text. */
static str ask(struct asker *q, size_t from, size_t to, str note, str *ret_text)
{
	struct tree_edge edge = {0};
	struct hash root;
	struct text t = {.a = q->a};
	str line, rest, word;

	for (size_t i = 0; i < to; i++)
		tree_edge_add(&edge, q->all[i]);
	root = tree_edge_root(&edge);
	text_add(&t, note);
	text_add(&t, (str){(const char *)(q->all + from), (to - from) * sizeof(struct hash)});
	line = str_printf(q->a, "sign %.*s %zu %zu %.*s %zu", STR_ARG(head_origin(7, log_id, q->a)), from, to - from,
	        STR_ARG(base64url(q->a, root.h, sizeof root.h)), note.n);
	rest = signer_answer(q->signer, line, text_str(&t), 1764400000000, q->a);
	assert_true(str_cut(&rest, '\n', &line) && str_cut(&line, ' ', &word));
	*ret_text = str_eq(word, STR("refused")) ? line : rest;
	return word;
}
#define SAYS(word, ...) assert_true(str_eq(ask(__VA_ARGS__), STR(word)))

/* It goes on from where it stands and from nowhere else; a changed past has no signature; an older folder catches up by its own head. */
static void signer(void **state)
{
	char dir[] = "/tmp/zvonar-signer-XXXXXX";
	struct arena a = {0};
	int fd = mkdtemp(dir) ? open(dir, O_RDONLY | O_DIRECTORY) : -1;
	struct asker q = {.a = &a, .signer = signer_new(key, fd)};
	str first, second, text, none = {0};
	const char *file = "09090000000000000000000000000000";

	(void)state;
	for (size_t i = 0; i < COUNT(q.all); i++)
		q.all[i] = leaf_of(i % 8);
	SAYS("signed", &q, 0, 3, none, &first);
	SAYS("known", &q, 0, 5, none, &text);
	assert_true(str_eq(text, first));
	SAYS("known", &q, 3, 5, none, &text); /* without the head it gave */
	SAYS("signed", &q, 3, 5, first, &second);
	SAYS("known", &q, 3, 6, first, &text);
	assert_true(str_eq(text, second));
	q.all[1] = leaf_of(7); /* an old record is another now, and the root claimed is of that */
	SAYS("refused", &q, 5, 6, second, &text);
	assert_true(str_eq(text, STR("root")));
	q.all[1] = leaf_of(1);
	signer_free(q.signer);
	q.signer = signer_new(key, fd); /* it remembers */
	SAYS("known", &q, 0, 1, none, &text);
	assert_true(str_eq(text, second));
	unlinkat(fd, file, 0); /* its folder is lost: the house's last head must come out of the records */
	q.all[2] = leaf_of(6);
	SAYS("refused", &q, 0, 6, second, &text);
	assert_true(str_eq(text, STR("rewritten")));
	q.all[2] = leaf_of(2);
	SAYS("signed", &q, 0, 6, second, &text);
	text = signer_answer(q.signer, STR("sign x 0 1 y 0"), STR(""), 1, &a);
	assert_true(str_eq(text, STR("refused request\n")));
	unlinkat(fd, file, 0);
	rmdir(dir);
	close(fd);
	signer_free(q.signer);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(known_roots), cmocka_unit_test(known_proofs),
	        cmocka_unit_test(all_proofs), cmocka_unit_test(record_bytes), cmocka_unit_test(heads),
	        cmocka_unit_test(good_pack), cmocka_unit_test(every_byte), cmocka_unit_test(rewritten),
	        cmocka_unit_test(signer)};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
