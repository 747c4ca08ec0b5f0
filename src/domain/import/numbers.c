/* SPDX-License-Identifier: GPL-3.0-or-later */
/* numbers.c - a compact table from number to contact, and contacts joined when a row has numbers of two (union by age: the older one stays). */
#include "domain/import/row.h"

#define IN_FILE ((uint64_t)1 << 63)

struct owner {
	int64_t id;      /* of one the base had before; 0: new */
	uint32_t parent; /* itself while it stands */
	uint32_t record; /* the first of the file that has a number of it; 0: none yet */
};
struct numbers {
	uint64_t *keys; /* digits of the number, and IN_FILE; 0: free. A power of two of them */
	uint32_t *values;
	size_t slots, used;
	struct owner *owners;
	size_t n, cap;
	int64_t unique, contacts;
};

static int no_memory(struct fault *f)
{
	return fail(f, ENOMEM, NULL, "memory", "no memory to keep the numbers of the file");
}

int numbers_new(struct numbers **ret, struct fault *f)
{
	struct numbers *n = calloc(1, sizeof(*n));

	if (n) {
		n->slots = 1 << 12;
		n->keys = calloc(n->slots, sizeof(*n->keys));
		n->values = calloc(n->slots, sizeof(*n->values));
	}
	if (!n || !n->keys || !n->values) {
		numbers_free(n);
		return no_memory(f);
	}
	*ret = n;
	return 0;
}

void numbers_free(struct numbers *n)
{
	if (!n)
		return;
	free(n->keys);
	free(n->values);
	free(n->owners);
	free(n);
}

static uint64_t key_of(str e164)
{
	uint64_t key = 0;

	for (size_t i = 0; i < e164.n; i++)
		if (e164.p[i] >= '0' && e164.p[i] <= '9')
			key = key * 10 + (uint64_t)(e164.p[i] - '0');
	return key;
}

static size_t slot_of(const uint64_t *keys, size_t slots, uint64_t key)
{
	uint64_t h = key * 0x9E3779B97F4A7C15u;
	size_t i = (size_t)(h ^ h >> 29) & (slots - 1);

	while (keys[i] && (keys[i] & ~IN_FILE) != key)
		i = (i + 1) & (slots - 1);
	return i;
}

static int grow(struct numbers *n, struct fault *f)
{
	size_t slots = n->slots * 2;
	uint64_t *keys;
	uint32_t *values;

	if (n->used * 10 < n->slots * 7)
		return 0;
	keys = calloc(slots, sizeof(*keys));
	values = calloc(slots, sizeof(*values));
	if (!keys || !values) {
		free(keys);
		free(values);
		return no_memory(f);
	}
	for (size_t i = 0; i < n->slots; i++)
		if (n->keys[i]) {
			size_t at = slot_of(keys, slots, n->keys[i] & ~IN_FILE);
			keys[at] = n->keys[i];
			values[at] = n->values[i];
		}
	free(n->keys);
	free(n->values);
	n->keys = keys;
	n->values = values;
	n->slots = slots;
	return 0;
}

static int add_owner(struct numbers *n, uint32_t record, int64_t id, uint32_t *ret, struct fault *f)
{
	if (n->n == n->cap) {
		size_t cap = n->cap ? n->cap + n->cap / 2 : 1024;
		struct owner *more = cap < UINT32_MAX ? realloc(n->owners, cap * sizeof(*more)) : NULL;
		if (!more)
			return no_memory(f);
		n->owners = more;
		n->cap = cap;
	}
	n->owners[n->n] = (struct owner){id, (uint32_t)n->n, record};
	*ret = (uint32_t)n->n++;
	return 0;
}

uint32_t numbers_contact(struct numbers *n, uint32_t c)
{
	while (n->owners[c].parent != c)
		c = n->owners[c].parent = n->owners[n->owners[c].parent].parent;
	return c;
}

static int put(struct numbers *n, str e164, uint32_t owner, uint64_t mark, struct fault *f)
{
	int err = grow(n, f);
	size_t at;

	if (err)
		return err;
	at = slot_of(n->keys, n->slots, key_of(e164));
	n->used += !n->keys[at];
	n->keys[at] = key_of(e164) | mark;
	n->values[at] = owner;
	return 0;
}

int numbers_known(struct numbers *n, str e164, int64_t contact_id, struct fault *f)
{
	uint32_t owner;
	int err = 0;

	if (n->n && n->owners[n->n - 1].id == contact_id)
		owner = (uint32_t)n->n - 1; /* the numbers of a contact come one after the other */
	else
		err = add_owner(n, 0, contact_id, &owner, f);
	return err ? err : put(n, e164, owner, 0, f);
}

/* The older of two contacts stays. One the base had before is never joined into another: it may have been called. */
static void join(struct numbers *n, uint32_t other, struct numbers_verdict *v)
{
	uint32_t keep = v->contact < other ? v->contact : other, gone = v->contact < other ? other : v->contact;

	if (n->owners[gone].id)
		return;
	n->owners[gone].parent = keep;
	n->contacts--;
	v->joins[v->n_joins++] = gone;
	v->contact = keep;
}

int numbers_row(struct numbers *n, struct import_row *row, struct numbers_verdict *v, struct fault *f)
{
	bool found = false;
	int err = 0;

	*v = (struct numbers_verdict){0};
	for (size_t i = 0; i < row->n_phones; i++) {
		size_t at = slot_of(n->keys, n->slots, key_of(row->phones[i].e164));
		uint32_t owner;
		v->is_new[i] = !n->keys[at];
		if (v->is_new[i])
			continue;
		n->unique += !(n->keys[at] & IN_FILE);
		n->keys[at] |= IN_FILE;
		owner = numbers_contact(n, n->values[at]);
		if (!n->owners[owner].record) {
			n->owners[owner].record = (uint32_t)row->record;
			n->contacts++;
		}
		if (!found)
			v->contact = owner;
		else if (owner != v->contact)
			join(n, owner, v);
		found = true;
	}
	if (!found) {
		err = add_owner(n, (uint32_t)row->record, 0, &v->contact, f);
		v->added = true;
		n->contacts++;
	}
	for (size_t i = 0; !err && i < row->n_phones; i++)
		if (v->is_new[i]) {
			err = put(n, row->phones[i].e164, v->contact, IN_FILE, f);
			n->unique++;
		}
	if (!err && found) {
		row->status = ROW_DUPLICATE;
		row->contact_id = n->owners[v->contact].id;
		row->duplicate_of = row->contact_id ? 0 : n->owners[v->contact].record;
	}
	return err;
}

int64_t numbers_id(const struct numbers *n, uint32_t contact)
{
	return n->owners[contact].id;
}

size_t numbers_count(const struct numbers *n)
{
	return n->n;
}

int64_t numbers_unique(const struct numbers *n)
{
	return n->unique;
}

int64_t numbers_contacts(const struct numbers *n)
{
	return n->contacts;
}
