/* SPDX-License-Identifier: GPL-3.0-or-later */
/* router.c - the routes of all modules, checked once at start, found by path. */
#include "kit/route/route_priv.h"

#include "base/parse.h"

/* "{id}" and "{project_id}" are numbers, other braces text, the rest literal. */
static struct segment segment_of(str part)
{
	str name = str_sub(part, 1, part.n - 1);

	if (!str_starts(part, STR("{")))
		return (struct segment){SEGMENT_LITERAL, part};
	if (str_eq(name, STR("id")) || str_ends(name, STR("_id")))
		return (struct segment){SEGMENT_NUMBER, name};
	return (struct segment){SEGMENT_WORD, name};
}

static int cut_path(struct mount *m, str path, struct fault *f)
{
	size_t params = 0;
	str part;

	path = str_sub(path, 1, path.n);
	while (str_cut(&path, '/', &part)) {
		if (m->n == SEGMENTS_MAX || !part.n)
			return fail(f, EINVAL, m->route.path, "route", "%s has an empty part or too many", m->route.path);
		m->seg[m->n] = segment_of(part);
		params += m->seg[m->n++].kind != SEGMENT_LITERAL;
	}
	return params <= PARAMS_MAX ? 0 : fail(f, EINVAL, m->route.path, "route", "%s has too many braces", m->route.path);
}

static bool same_place(const struct mount *a, const struct mount *b)
{
	if (a->route.method != b->route.method || a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->seg[i].kind != b->seg[i].kind ||
		        (a->seg[i].kind == SEGMENT_LITERAL && !str_eq(a->seg[i].text, b->seg[i].text)))
			return false;
	return true;
}

static struct mount *room_for_one(struct router *r)
{
	struct mount *more;

	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 64;
		more = NEW_N(&r->a, struct mount, r->cap);
		if (r->n)
			memcpy(more, r->mounts, r->n * sizeof(*more));
		r->mounts = more;
	}
	return &r->mounts[r->n];
}

static int mount(struct router *r, const struct route *route, const struct resource *resource, struct fault *f)
{
	struct mount *m = room_for_one(r);
	str path = str_printf(&r->a, "%s%s", route->public_path ? "" : "/api", route->path);
	int err;

	*m = (struct mount){.route = *route, .resource = resource, .router = r};
	if (!route->right || !route->run || !route->doc || route->path[0] != '/')
		return fail(f, EINVAL, route->path, "route", "%s lacks a right, a handler or a sentence", route->path);
	err = cut_path(m, path, f);
	for (size_t i = 0; !err && i < r->n; i++)
		if (same_place(m, &r->mounts[i]))
			err = fail(f, EINVAL, route->path, "route", "%s stands twice", route->path);
	if (!err)
		r->n++;
	return err;
}

static int check_resource(const struct resource *r, struct fault *f)
{
	struct arena a = {0};
	struct listing l;
	const struct entity *seen = r->list ? r->list : r->entity;
	int err = entity_check(r->entity, f);

	if (!err)
		err = entity_check(seen, f);
	if (!err && (!r->read || (!r->write && !(r->not_made && r->not_changed))))
		err = fail(f, EINVAL, r->path, "route", "%s lacks a right", r->path);
	if (!err && r->scope != SCOPE_OPEN && !(r->scope_column && shape_field(&r->entity->shape, str_of(r->scope_column))))
		err = fail(f, EINVAL, r->path, "route", "%s has no column for its scope", r->path);
	if (!err)
		err = listing_from_params(seen, NULL, 0, r->sort ? r->sort : "-id", NULL, &a, query_new(&a), &l, f);
	arena_free(&a);
	return err;
}

static int mount_module(struct router *r, const struct module *m, struct fault *f)
{
	int err = 0;

	for (const struct resource *const *res = m->resources; !err && res && *res; res++) {
		err = check_resource(*res, f);
		r->resources[r->n_resources++] = *res;
		for (const struct route *route = resource_routes(*res, &r->a); !err && route->path; route++)
			err = mount(r, route, *res, f);
	}
	for (const struct route *route = m->routes; !err && route && route->path; route++)
		err = mount(r, route, NULL, f);
	return err;
}

/* What a client may point to must be something one can look up. */
static int check_refs(const struct router *r, struct fault *f)
{
	for (size_t i = 0; i < r->n_resources; i++) {
		const struct shape *s = &r->resources[i]->entity->shape;
		for (const struct field *x = s->fields; x < s->fields + s->n; x++)
			if (x->type == FIELD_REF && !(x->flags & GIVEN) && !router_resource(r, x->refers))
				return fail(f, EINVAL, x->name, "route", "%s.%s refers to %s, which is no resource", s->name,
				        x->name, x->refers);
	}
	return 0;
}

static size_t count_resources(const struct module *const *modules, size_t n)
{
	size_t total = 0;

	for (size_t i = 0; i < n; i++)
		for (const struct resource *const *r = modules[i]->resources; r && *r; r++)
			total++;
	return total;
}

/* Of paths with n parts whose second is this literal; absent: it is none, or there is none. */
static size_t bucket_of(size_t n, str second)
{
	uint32_t h = (uint32_t)n;

	for (size_t i = 0; i < second.n; i++)
		h = (h ^ (unsigned char)second.p[i]) * 0x01000193u;
	return (h ^ h >> 15) % ROUTE_BUCKETS;
}

static void fill_buckets(struct router *r)
{
	for (size_t i = r->n; i-- > 0;) {
		struct mount *m = &r->mounts[i];
		bool literal = m->n > 1 && m->seg[1].kind == SEGMENT_LITERAL;
		const struct mount **head = &r->buckets[bucket_of(m->n, literal ? m->seg[1].text : (str){0})];
		m->next = *head;
		*head = m;
	}
}

int router_new(const struct module *const *modules, size_t n, struct router **ret, struct fault *f)
{
	struct router *r = calloc(1, sizeof(*r));
	int err = r ? 0 : ENOMEM;

	if (!err)
		r->resources = NEW_N(&r->a, const struct resource *, count_resources(modules, n) + 1);
	for (size_t i = 0; !err && i < n; i++)
		err = mount_module(r, modules[i], f);
	if (!err)
		err = check_refs(r, f);
	if (err) {
		router_free(r);
		return err;
	}
	fill_buckets(r);
	*ret = r;
	return 0;
}

void router_free(struct router *r)
{
	if (!r)
		return;
	arena_free(&r->a);
	free(r);
}

const struct resource *router_resource(const struct router *r, const char *entity)
{
	for (size_t i = 0; entity && i < r->n_resources; i++)
		if (!strcmp(r->resources[i]->entity->shape.name, entity))
			return r->resources[i];
	return NULL;
}

size_t router_count(const struct router *r)
{
	return r->n;
}

const struct route *router_at(const struct router *r, size_t i, const struct resource **ret_resource)
{
	if (ret_resource)
		*ret_resource = r->mounts[i].resource;
	return &r->mounts[i].route;
}

/* How well path fits: below 0 not at all, else the number of literal parts. Fills ids and words. */
static int fit(const struct mount *m, const str *parts, size_t n, int64_t *id, str *word)
{
	int literals = 0;

	if (n != m->n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		switch (m->seg[i].kind) {
		case SEGMENT_LITERAL:
			if (!str_eq(parts[i], m->seg[i].text))
				return -1;
			literals++;
			break;
		case SEGMENT_NUMBER:
			if (!parse_int(parts[i], 1, INT64_MAX, id++))
				return -1;
			break;
		case SEGMENT_WORD: *word++ = parts[i]; break;
		}
	}
	return literals;
}

static size_t split(str path, str *parts)
{
	size_t n = 0;

	path = str_sub(path, 1, path.n);
	while (str_cut(&path, '/', &parts[n]))
		if (!parts[n].n || ++n > SEGMENTS_MAX)
			return 0;
	return n;
}

struct finding {
	enum http_method method;
	const str *parts;
	size_t n;
	struct request *q;
	const struct mount **ret;
	int best, err;
};

static void find_in(struct finding *f, const struct mount *m)
{
	str word[PARAMS_MAX];
	int64_t id[PARAMS_MAX];

	for (; m; m = m->next) {
		int score = fit(m, f->parts, f->n, id, word);
		if (score < 0)
			continue;
		if (m->route.method != f->method) {
			f->err = f->err ? EOPNOTSUPP : 0;
			continue;
		}
		if (score <= f->best)
			continue;
		f->best = score;
		f->err = 0;
		*f->ret = m;
		memcpy(f->q->id, id, sizeof(id));
		memcpy(f->q->word, word, sizeof(word));
	}
}

int router_find(const struct router *r, enum http_method method, str path, struct request *q, const struct mount **ret)
{
	str parts[SEGMENTS_MAX + 1];
	struct finding f = {.method = method == HTTP_HEAD ? HTTP_GET : method,
	        .parts = parts,
	        .n = split(path, parts),
	        .q = q,
	        .ret = ret,
	        .best = -1,
	        .err = ENOENT};
	size_t any = bucket_of(f.n, (str){0}), named = f.n > 1 ? bucket_of(f.n, parts[1]) : any;

	if (!f.n)
		return ENOENT;
	find_in(&f, r->buckets[named]);
	if (any != named)
		find_in(&f, r->buckets[any]);
	return f.err;
}

bool router_is_public(const struct router *r, str path)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->mounts[i].route.public_path && str_eq(path, str_of(r->mounts[i].route.path)))
			return true;
	return false;
}

bool router_wants_upload(const struct router *r, enum http_method method, str path)
{
	const struct mount *m;
	struct request q = {0};

	return !router_find(r, method, path, &q, &m) && m->route.upload;
}
