/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trail.c - the fields of the trail and the route that lists it. */
#include "domain/trail/trail.h"

#include "domain/role/role.h"

#define DIFF_SCHEMA "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"array\",\"minItems\":2,\"maxItems\":2}}"

#define ENTITY struct trail
static const struct field fields[] = {
        F_ID(),
        F_TIME(at, "When", .flags = GIVEN),
        F_REF(user_id, "user", "Who; null: the program itself", .flags = GIVEN | NULLABLE),
        F_STR(user_name, 0, 200, "His name", .flags = GIVEN | NULLABLE | SEARCHED),
        F_STR(peer, 0, 64, "From which address", .flags = GIVEN | NULLABLE),
        F_STR(entity, 0, 64, "What kind of thing", .flags = GIVEN | SEARCHED),
        F_STR(verb, 0, 64, "What was done", .flags = GIVEN | SEARCHED),
        F_INT(row_id, 0, INT64_MAX, "Which one", .flags = GIVEN),
        F_REF(project_id, "project", "In which project", .flags = GIVEN | NULLABLE),
        F_JSON(diff, DIFF_SCHEMA, "Changed fields: [old, new]; secrets are dots", .flags = GIVEN | NULLABLE | UNSORTED),
};
#undef ENTITY

static const struct entity trail_entity = ENTITY_OF(trail, fields, "trail", "An entry of the audit trail");

static const struct resource trail_resource = {
        .entity = &trail_entity,
        .path = "/audit",
        .read = MAY_SEE_AUDIT,
        .write = MAY_SEE_AUDIT,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_OPEN,
        .sort = "-id",
};

static const struct resource *const resources[] = {&trail_resource, NULL};

const struct module trail_module = {.name = "trail", .resources = resources};
