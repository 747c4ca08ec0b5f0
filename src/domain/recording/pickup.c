/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pickup.c - rows of answers, the measurement over the labelled ones, and the switch it guards. */
#include "domain/recording/pickup.h"

#include "domain/project/project.h"
#include "domain/recording/pickup_schema.h"
#include "domain/role/role.h"
#include "engine/stats/interval.h"

struct pickup {
	int64_t id, version, call_id, project_id, recording_id, at;
	str marks;
	int label;
	int64_t labelled_by;
};
enum { LABEL_NONE, LABEL_PERSON, LABEL_MACHINE };
static const char *const labels[] = {"", "person", "machine", NULL};

#define ENTITY struct pickup
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_REF(call_id, "journal", "Of which call", .flags = GIVEN),
        F_REF(project_id, "project", "Its project", .flags = GIVEN),
        F_REF(recording_id, "recording", "Where it can be heard", .flags = GIVEN),
        F_TIME(at, "When it was answered", .flags = GIVEN),
        F_STR(marks, 0, AMD_MARKS,
                "What was heard, a letter each 20 ms: v voice, . silence, b a beep, s the network's tones",
                .flags = GIVEN | UNSORTED | UNLISTED),
        F_WORD(label, labels, "What it was, by ear; null: nobody listened yet", .flags = NULLABLE),
        F_REF(labelled_by, "user", "Who listened", .flags = GIVEN | NULLABLE),
};
#undef ENTITY
static const struct entity pickup_entity = ENTITY_OF(pickup, fields, "pickup", "The first seconds of an answered call");

static int pickup_check(struct request *q, const void *old, void *new)
{
	struct pickup *a = new;

	(void)old;
	if (a)
		a->labelled_by = a->label ? q->who->user_id : 0;
	return 0;
}

static const struct resource pickup_resource = {
        .entity = &pickup_entity,
        .path = "/pickups",
        .read = MAY_SEE_CALLS | MAY_LISTEN,
        .write = MAY_SEE_CALLS | MAY_LISTEN,
        .not_made = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-at",
        .check = pickup_check,
        .silent = true,
};

int pickup_put(struct db *db, int64_t call_id, int64_t recording_id, str marks, struct fault *f)
{
	return db_run(db,
	        "INSERT INTO pickup (call_id, project_id, recording_id, at, marks) SELECT id, project_id, ?2, "
	        "COALESCE(answered_at, asked_at), ?3 FROM call WHERE id = ?1 ON CONFLICT (call_id) DO NOTHING",
	        VALS(V(call_id), V(recording_id), V(marks)), NULL, f);
}

/* Measuring ------------------------------------------------------------------------------------------------------------ */

/* As many labelled answers are asked for, and of the people among them the share taken for machines stays under the limit even at the
 * upper bound of 95 %: 4 of 500 are 1.8 %. */
enum { LEAST = 500, LIMIT_PCT = 2, WRONG_MAX = 50, DELAYS = AMD_MARKS };
#define LEVEL 0.95

struct measure {
	int64_t people, machines, wrong, found; /* wrong: people taken for machines; found: machines that were */
	int64_t by_reason[AMD_REASONS];         /* of the wrong */
	int64_t wrong_calls[WRONG_MAX];
	int64_t delay_ms_sum; /* until a person is known for one */
	double upper_pct;
	bool good;
};

static void count(struct measure *m, const struct amd_judge *j, bool is_person, int64_t call_id)
{
	bool machine = j->verdict == AMD_MACHINE;

	if (!is_person) {
		m->machines++;
		m->found += machine;
		return;
	}
	m->people++;
	if (!machine) {
		m->delay_ms_sum += j->ms;
		return;
	}
	if (m->wrong < WRONG_MAX)
		m->wrong_calls[m->wrong] = call_id;
	m->wrong++;
	m->by_reason[j->reason]++;
}

static int measure(struct db *db, struct arena *a, int64_t project_id, struct measure *ret, struct fault *f)
{
	struct measure m = {0};
	struct rows r;
	int err = db_ask(db, a,
	        "SELECT call_id, label, marks FROM pickup WHERE project_id = ?1 AND label IS NOT NULL ORDER BY at DESC LIMIT 20000",
	        VALS(V(project_id)), &r, f);

	while (!err && !(err = rows_next(&r, f))) {
		struct amd_judge j = amd_of(&amd_rules_default, rows_str(&r, 2));
		count(&m, &j, str_eq(rows_str(&r, 1), STR("person")), rows_int(&r, 0));
	}
	rows_done(&r);
	if (err != ENOENT)
		return err;
	m.upper_pct = 100 * share_upper(m.wrong, m.people, LEVEL);
	m.good = m.people + m.machines >= LEAST && m.upper_pct <= LIMIT_PCT;
	*ret = m;
	return 0;
}

static void put_int(struct json_out *w, const char *name, int64_t v)
{
	json_key(w, name);
	json_add_int(w, v);
}

static void print(const struct measure *m, bool on, struct json_out *w)
{
	json_open(w, '{');
	json_key(w, "on");
	json_add_bool(w, on);
	json_key(w, "good");
	json_add_bool(w, m->good);
	put_int(w, "labelled", m->people + m->machines);
	put_int(w, "least", LEAST);
	put_int(w, "people", m->people);
	put_int(w, "machines", m->machines);
	put_int(w, "wrong", m->wrong);
	put_int(w, "found", m->found);
	put_int(w, "limit_pct", LIMIT_PCT);
	json_key(w, "upper_pct");
	json_add_real(w, m->upper_pct);
	put_int(w, "delay_ms", m->people > m->wrong ? m->delay_ms_sum / (m->people - m->wrong) : 0);
	json_key(w, "reasons");
	json_open(w, '{');
	for (int i = AMD_BY_SILENCE; i < AMD_REASONS; i++)
		put_int(w, amd_reason_names[i], m->by_reason[i]);
	json_close(w, '}');
	json_key(w, "wrong_calls");
	json_open(w, '[');
	for (int64_t i = 0; i < m->wrong && i < WRONG_MAX; i++)
		json_add_int(w, m->wrong_calls[i]);
	json_close(w, ']');
	json_close(w, '}');
}

static int amd_show(struct request *q)
{
	struct project p;
	struct measure m;
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err)
		err = measure(q->db, q->a, p.id, &m, &q->fault);
	if (!err)
		print(&m, p.amd, &q->out);
	return err;
}

/* The switch ----------------------------------------------------------------------------------------------------------- */

struct amd_switch {
	bool on;
};
#define ENTITY struct amd_switch
static const struct field switch_fields[] = {
        F_BOOL(on, "Tell machines from people", .flags = REQUIRED),
};
#undef ENTITY
static const struct shape switch_shape =
        SHAPE_OF(amd_switch, switch_fields, "Switching the telling of machines from people");

struct switching {
	struct request *q;
	struct project p;
	struct measure m;
	bool on;
};

static int switch_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct switching *s = arg;
	struct project was;
	int err = entity_get(project_resource.entity, db, a, s->p.id, &was, f);

	if (!err)
		err = measure(db, a, s->p.id, &s->m, f);
	if (!err && s->on && !s->m.good)
		return fail(f, EINVAL, "on", "amd_unmeasured",
		        "%lld labelled answers of %d, and at most %d %% of people may be taken for machines: now it may be %.1f %%",
		        (long long)(s->m.people + s->m.machines), LEAST, LIMIT_PCT, s->m.upper_pct);
	s->p = was;
	s->p.amd = s->on;
	if (!err)
		err = entity_change(project_resource.entity, db, a, &was, &s->p, f);
	if (!err && s->on)
		err = db_run(db, "UPDATE project SET amd_wrong_pct = ?2 WHERE id = ?1",
		        VALS(V(was.id), V(100 * (double)s->m.wrong / (double)(s->m.people ? s->m.people : 1))), NULL, f);
	return err || was.amd == s->on
	               ? err
	               : request_changed(s->q, db, &project_resource, s->on ? "amd_on" : "amd_off", &was, &s->p, f);
}

static int amd_set(struct request *q)
{
	struct switching s = {.q = q, .on = ((const struct amd_switch *)q->body)->on};
	int err = resource_find(&project_resource, q, q->id[0], &s.p);

	if (!err)
		err = request_write(q, switch_write, &s);
	if (!err)
		print(&s.m, s.p.amd, &q->out);
	return err;
}

static const struct route routes[] = {
        {HTTP_GET, "/projects/{id}/amd", MAY_SEE_CALLS | MAY_LISTEN, amd_show,
                "What telling machines from people would do with the labelled answers", .gives_raw = "application/json",
                .schema = AMD_SCHEMA},
        {HTTP_PUT, "/projects/{id}/amd", MAY_RUN_PROJECT, amd_set, "Switch it on, which the measurement must allow, or off",
                .takes = &switch_shape, .gives_raw = "application/json", .schema = AMD_SCHEMA},
        {0},
};
static const struct resource *const resources[] = {&pickup_resource, NULL};
const struct module pickup_module = {.name = "pickup", .resources = resources, .routes = routes};
