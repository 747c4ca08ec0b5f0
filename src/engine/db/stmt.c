/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stmt.c - the prepared statements of a connection, by their text. */
#include "engine/db/db_priv.h"

static uint64_t hash_of(str s)
{
	uint64_t h = 0xcbf29ce484222325;
	uint64_t word;
	size_t i = 0;

	for (; i + sizeof(word) <= s.n; i += sizeof(word)) {
		memcpy(&word, s.p + i, sizeof(word));
		h = (h ^ word) * 0x9e3779b97f4a7c15;
		h ^= h >> 32;
	}
	for (; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3;
	return h ^ h >> 29;
}

struct stmt *stmt_find(struct stmt_cache *c, str sql, struct stmt *prev)
{
	uint64_t h = prev ? prev->hash : hash_of(sql);

	for (struct stmt *s = prev ? prev->next : c->bucket[h % STMT_BUCKETS]; s; s = s->next)
		if (s->hash == h && s->n == sql.n && memcmp(s->sql, sql.p, sql.n) == 0) {
			s->used = ++c->clock;
			return s;
		}
	return NULL;
}

static void drop(struct db *db, struct stmt **at)
{
	struct stmt *s = *at;

	*at = s->next;
	db->cache.n--;
	free(s->sql);
	db->driver->stmt_free(db, s);
}

static void drop_oldest(struct db *db)
{
	struct stmt **oldest = NULL;

	for (size_t i = 0; i < STMT_BUCKETS; i++)
		for (struct stmt **at = &db->cache.bucket[i]; *at; at = &(*at)->next)
			if (!(*at)->busy && (!oldest || (*at)->used < (*oldest)->used))
				oldest = at;
	if (oldest)
		drop(db, oldest);
}

void stmt_keep(struct db *db, struct stmt *s, str sql)
{
	struct stmt_cache *c = &db->cache;
	char *text = malloc(sql.n + 1);

	if (!text)
		abort();
	memcpy(text, sql.p, sql.n);
	text[sql.n] = 0;
	if (c->n >= STMT_MAX)
		drop_oldest(db);
	s->sql = text;
	s->n = sql.n;
	s->hash = hash_of(sql);
	s->used = ++c->clock;
	s->cached = true;
	s->next = c->bucket[s->hash % STMT_BUCKETS];
	c->bucket[s->hash % STMT_BUCKETS] = s;
	c->n++;
}

void stmt_forget_all(struct db *db)
{
	for (size_t i = 0; i < STMT_BUCKETS; i++)
		while (db->cache.bucket[i])
			drop(db, &db->cache.bucket[i]);
}

const struct stmt *stmt_standing(const struct stmt_cache *c)
{
	for (size_t i = 0; i < STMT_BUCKETS; i++)
		for (const struct stmt *s = c->bucket[i]; s; s = s->next)
			if (s->busy)
				return s;
	return NULL;
}
