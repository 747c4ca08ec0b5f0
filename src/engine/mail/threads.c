/* SPDX-License-Identifier: GPL-3.0-or-later */
/* threads.c - which letters belong together: a forest of ids, joined by what names what (union and find, paths halved). */
#include "engine/mail/read.h"

#include <glib.h>

struct mail_threads {
	GHashTable *index; /* id, index + 1 */
	GArray *parent;    /* of uint32_t */
	GPtrArray *ids;
};

struct mail_threads *mail_threads_new(void)
{
	struct mail_threads *t = g_new0(struct mail_threads, 1);

	t->index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	t->parent = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	t->ids = g_ptr_array_new();
	return t;
}

void mail_threads_free(struct mail_threads *t)
{
	if (!t)
		return;
	g_hash_table_destroy(t->index);
	g_array_free(t->parent, TRUE);
	g_ptr_array_free(t->ids, TRUE);
	g_free(t);
}

static uint32_t node(struct mail_threads *t, str id)
{
	char *z = g_strndup(id.p, id.n);
	gpointer found = g_hash_table_lookup(t->index, z);
	uint32_t i = found ? GPOINTER_TO_UINT(found) - 1 : t->parent->len;

	if (found) {
		g_free(z);
		return i;
	}
	g_array_append_val(t->parent, i);
	g_ptr_array_add(t->ids, z);
	g_hash_table_insert(t->index, z, GUINT_TO_POINTER(i + 1));
	return i;
}

static uint32_t root(struct mail_threads *t, uint32_t i)
{
	uint32_t *p = (uint32_t *)(void *)t->parent->data;

	while (p[i] != i) {
		p[i] = p[p[i]];
		i = p[i];
	}
	return i;
}

/* The older one gives the thread its name. */
static void join(struct mail_threads *t, uint32_t older, uint32_t younger)
{
	uint32_t a = root(t, older), b = root(t, younger);

	((uint32_t *)(void *)t->parent->data)[b] = a;
}

void mail_threads_add(struct mail_threads *t, str id, const str *references, size_t n)
{
	uint32_t own = node(t, id), before = own;

	for (size_t i = 0; i < n; i++) {
		uint32_t one = node(t, references[i]);

		if (i > 0)
			join(t, before, one);
		before = one;
	}
	if (n)
		join(t, before, own);
}

str mail_threads_name(struct mail_threads *t, str id)
{
	return str_of(g_ptr_array_index(t->ids, root(t, node(t, id))));
}
