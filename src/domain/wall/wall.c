/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wall.c - boards: fields, whose projects they may show, and their links. */
#include "domain/wall/wall_priv.h"

#include "base/rand.h"
#include "domain/role/role.h"
#include "engine/crypto/crypto.h"

static const char *const languages[] = {"ru", "en", NULL};
#define IDS "{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}"

#define ENTITY struct wall
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(name, 1, 100, "What stands on top of it", .flags = REQUIRED | SEARCHED),
        F_JSON(projects, IDS, "Whose queues, operators and plans it shows: ids of projects", .flags = REQUIRED | UNSORTED),
        F_JSON(queues, IDS, "Which of their queues; none: all", .flags = UNSORTED),
        F_WORD(language, languages, "Its language"),
        F_REF(author_id, "user", "Who made it", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
        F_TIME(linked_at, "When its link was made; null: it has none yet", .flags = GIVEN | NULLABLE),
        F_TIME(used_at, "When a screen showed it last, within a minute", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
static const struct entity wall_entity = ENTITY_OF(wall, fields, "wall", "A board on the wall");

static void fill(struct request *q, void *new)
{
	struct wall *w = new;

	w->queues = STR("[]");
	w->author_id = q->who->user_id;
	w->created_at = q->now;
}

/* Those whose every project is in the asker's reach: a list must not tell of others. */
static void reach(const struct request *q, struct query *where)
{
	query_add(where,
	        " AND NOT EXISTS (SELECT 1 FROM wall_project x WHERE x.wall_id = wall.id AND x.project_id NOT IN (SELECT id "
	        "FROM project WHERE 1 = 1");
	access_scope(where, q->who, SCOPE_PROJECT, "id");
	query_add(where, "))");
}

int wall_ids(struct arena *a, str text, const char *field, size_t max, int64_t *ret, size_t *ret_n, struct fault *f)
{
	struct json doc;
	size_t n = 0;

	if (json_parse(a, text, &doc, f) || json_kind(doc) != JSON_ARRAY || json_count(doc) > max)
		return fail(f, EINVAL, field, "ids", "this is no list of numbers, or too long a one");
	for (; n < json_count(doc); n++)
		if (!json_int(json_at(doc, n), ret + n))
			return fail(f, EINVAL, field, "ids", "this is no list of numbers, or too long a one");
	*ret_n = n;
	return 0;
}

static bool among(const int64_t *ids, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct wall *w = new;
	int64_t projects[WALL_PROJECTS_MAX], queues[WALL_QUEUES_MAX];
	size_t n_projects = 0, n_queues = 0;
	int err;

	(void)old;
	if (!w)
		return 0;
	err = wall_ids(q->a, w->projects, "projects", COUNT(projects), projects, &n_projects, &q->fault);
	if (!err)
		err = wall_ids(q->a, w->queues, "queues", COUNT(queues), queues, &n_queues, &q->fault);
	if (!err && !n_projects)
		err = fail(&q->fault, EINVAL, "projects", "required", "choose at least one project");
	for (size_t i = 0; i < n_projects && !err; i++)
		if (access_project(q->db, q->a, q->who, projects[i], &q->fault))
			err = fail(&q->fault, EINVAL, "projects", "reference", "no such project in your reach");
	for (size_t i = 0; i < n_queues && !err; i++) {
		struct val project = {0};
		err = db_one(q->db, q->a, "SELECT project_id FROM queue WHERE id = ?1", VALS(V(queues[i])), &project, 1,
		        &q->fault);
		if (err == ENOENT || (!err && !among(projects, n_projects, val_int(project))))
			err = fail(&q->fault, EINVAL, "queues", "reference", "this queue is none of the projects chosen");
	}
	return err;
}

static int changed(struct request *q, struct db *db, const void *old, const void *new, struct fault *f)
{
	const struct wall *w = new ? new : old;
	int64_t projects[WALL_PROJECTS_MAX];
	size_t n = 0;
	int err = db_run(db, "DELETE FROM wall_project WHERE wall_id = ?1", VALS(V(w->id)), NULL, f);

	if (!err && new)
		err = wall_ids(q->a, w->projects, "projects", COUNT(projects), projects, &n, f);
	for (size_t i = 0; i < n && !err; i++)
		err = db_run(db, "INSERT INTO wall_project (wall_id, project_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
		        VALS(V(w->id), V(projects[i])), NULL, f);
	return err;
}

static const struct resource wall_resource = {
        .entity = &wall_entity,
        .path = "/walls",
        .read = MAY_SEE_FLOOR,
        .write = MAY_SUPERVISE,
        .remove = MAY_SUPERVISE,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "name",
        .reach = reach,
        .check = check,
        .changed = changed,
        .fill = fill,
};

struct wall_link {
	int64_t id;
	str secret;
};
#define ENTITY struct wall_link
static const struct field link_fields[] = {
        F_ID(),
        F_STR(secret, 1, 60, "What the page /wall#… and the header \"Authorization: Bearer …\" carry; never shown again"),
};
#undef ENTITY
static const struct shape link_shape = SHAPE_OF(wall_link, link_fields, "The link of a board just made");

static int link_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	struct audit e = {.who = q->who, .entity = "wall", .verb = "linked", .row_id = q->id[0], .peer = q->http->peer};
	char hash[SHA256_HEX];
	int err;

	sha256_hex(q->word[0], hash);
	err = db_run(db, "UPDATE wall SET token_hash = ?2, linked_at = ?3, version = version + 1 WHERE id = ?1",
	        VALS(V(q->id[0]), V(str_of(hash)), V(q->now)), NULL, f);
	return err ? err : audit_add(db, a, &e, q->now, f);
}

/* The one before stops at once, and with it whatever screen it was on. */
static int make_link(struct request *q)
{
	struct wall w;
	struct wall_link out;
	char random[44];
	int err = resource_find(&wall_resource, q, q->id[0], &w);

	if (err)
		return err;
	rand_token(random);
	q->word[0] = str_printf(q->a, "zvw_%s", random);
	err = request_write(q, link_write, q);
	if (err)
		return err;
	out = (struct wall_link){w.id, q->word[0]};
	request_give(q, &link_shape, &out);
	return 0;
}

static const struct route routes[] = {
        {HTTP_POST, "/walls/{id}/link", MAY_SUPERVISE, make_link, "Make a new link of a board; the one before stops",
                .gives = &link_shape},
        {HTTP_GET, "/wall", MAY_WATCH, wall_board, "What a board shows: asked with its link's secret as bearer token",
                .gives_raw = "application/json", .schema = board_schema},
        {0},
};
static const struct resource *const resources[] = {&wall_resource, NULL};
const struct module wall_module = {.name = "wall", .resources = resources, .routes = routes, .start = board_start};
