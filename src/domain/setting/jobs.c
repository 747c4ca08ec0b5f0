/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jobs.c - the list of background work for who sets the house up: what waits, what was given up and why. */
#include "domain/role/role.h"
#include "domain/setting/setting_priv.h"

struct job_row {
	int64_t id, ref_id, tries, run_at, created_at, done_at;
	str kind, error;
	int state;
};

static const char *const states[] = {"waiting", "running", "done", "dead", NULL};

#define ENTITY struct job_row
static const struct field job_fields[] = {
        F_ID(),
        F_STR(kind, 0, 100, "What kind of work", .flags = GIVEN | SEARCHED),
        F_INT(ref_id, 0, INT64_MAX, "Number of the row it is about; 0: none", .flags = GIVEN),
        F_WORD(state, states, "Where it stands; dead: given up after its last try", .flags = GIVEN),
        F_INT(tries, 0, INT64_MAX, "How often it was tried", .flags = GIVEN),
        F_TIME(run_at, "When it is due", .flags = GIVEN),
        F_STR(error, 0, 1000, "Why the last try failed", .flags = GIVEN | NULLABLE | UNSORTED),
        F_TIME(created_at, "When it was asked for", .flags = GIVEN),
        F_TIME(done_at, "When it ended", .flags = GIVEN | NULLABLE),
};
#undef ENTITY

static const struct entity job_entity = {
        .shape = {.name = "job",
                .doc = "Background work",
                .fields = job_fields,
                .n = COUNT(job_fields),
                .size = sizeof(struct job_row)},
        .table = "job",
};

const struct resource job_resource = {
        .entity = &job_entity,
        .path = "/jobs",
        .read = MAY_SET_UP,
        .write = MAY_SET_UP,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_OPEN,
        .sort = "-id",
        .silent = true,
};

static int again(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	struct audit e = {.who = q->who, .entity = "job", .verb = "retried", .row_id = q->id[0], .peer = q->http->peer};
	int err = job_retry(db, q->id[0], q->now, f);

	return err ? err : audit_add(db, a, &e, q->now, f);
}

int job_again(struct request *q)
{
	int err = request_write(q, again, q);

	if (!err)
		job_wake(q->app->jobs);
	return err;
}
