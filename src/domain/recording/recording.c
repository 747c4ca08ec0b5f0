/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recording.c - the rows of recordings, the job that encodes them, and playing one. */
#include "domain/recording/recording.h"

#include "base/clock.h"
#include "base/log.h"
#include "domain/ledger/ledger.h"
#include "domain/node/node.h"
#include "domain/recording/mark.h"
#include "domain/recording/pickup.h"
#include "domain/recording/talk.h"
#include "domain/role/role.h"
#include "engine/audio/ogg.h"
#include "kit/app/app.h"
#include "kit/file/file.h"

#include <sys/stat.h>
#include <unistd.h>

struct recording {
	int64_t id, call_id, project_id;
	int state;
	str raw_path;
	int64_t file_id;
	str sha256, error, gaps;
	int64_t bytes, duration_ms, created_at;
};
enum { RECORDING_IS_OPEN, RECORDING_RAW, RECORDING_KEPT, RECORDING_LOST };
static const char *const states[] = {"open", "raw", "kept", "lost", NULL};

#define GAPS_SCHEMA \
	"{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{\"type\":[\"integer\",\"null\"]},\"minItems\":2," \
	"\"maxItems\":2}}"
#define ENTITY struct recording
static const struct field fields[] = {
        F_ID(),
        F_REF(call_id, "journal", "Of which call", .flags = GIVEN),
        F_REF(project_id, "project", "Its project", .flags = GIVEN),
        F_WORD(state, states, "Being written, written, encoded and kept, or lost", .flags = GIVEN),
        F_STR(raw_path, 0, 300, "Where the telephone process wrote it", .flags = GIVEN | NULLABLE | STAFF_ONLY | UNLISTED),
        F_INT(file_id, 0, 0, "The kept file", .flags = GIVEN | NULLABLE | STAFF_ONLY | UNLISTED),
        F_STR(sha256, 0, 64, "SHA-256 of the kept file", .flags = GIVEN | NULLABLE),
        F_INT(bytes, 0, 0, "Its size", .flags = GIVEN),
        F_INT(duration_ms, 0, 0, "Its length", .flags = GIVEN),
        F_STR(error, 0, 200, "Why its end or all of it is missing: disk_full, write",
                .flags = GIVEN | NULLABLE | STAFF_ONLY),
        F_JSON(gaps, GAPS_SCHEMA, "Silence where the operator paused it for card data: [from, to] in milliseconds",
                .flags = GIVEN | NULLABLE | UNSORTED),
        F_TIME(created_at, "When the call was answered", .flags = GIVEN),
};
#undef ENTITY
static const struct entity recording_entity =
        ENTITY_OF(recording, fields, "recording", "A recording of a call, both sides apart");

static const struct resource recording_resource = {
        .entity = &recording_entity,
        .path = "/recordings",
        .read = MAY_LISTEN,
        .write = MAY_SET_UP,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .silent = true,
};

/* Where recordings lie while they are raw: DATA/recordings/2026-03/UUID.wav. */
static const char *raw_file(const struct app *app, struct arena *a, str path)
{
	if (path.n && path.p[0] == '/')
		return str_z(a, path);
	return str_z(a, str_printf(a, "%s/recordings/%.*s", app->settings.data_dir, STR_ARG(path)));
}

/* A path tel gives stays below its folder, whoever speaks. */
static bool path_good(str path)
{
	return path.n && path.p[0] != '/' && str_find_str(path, STR(".."), 0) == path.n;
}

/* The call of a path tel told: id, project, operator. ENOENT: none of ours. */
static int call_of(struct db *db, struct arena *a, const struct message *m, struct val ret[3], struct fault *f)
{
	int err = path_good(m->path) ? db_one(db, a, "SELECT id, project_id, operator_id FROM call WHERE uuid = ?1",
	                                       VALS(V(m->call)), ret, 3, f)
	                             : ENOENT;

	if (err)
		log_warn("recording", "a recording of no call of ours: %.*s", STR_ARG(m->path));
	return err;
}

/* The row as tel tells it: what is told twice or late changes nothing that is better known. */
static int row_put(struct db *db, struct arena *a, const struct message *m, const struct val call[3], int state,
        int64_t *ret_id, struct fault *f)
{
	struct val id;
	int err = db_one(db, a,
	        "INSERT INTO recording (call_id, project_id, state, raw_path, bytes, duration_ms, error, created_at) "
	        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (call_id) DO UPDATE SET "
	        "state = CASE WHEN recording.state = 'open' THEN excluded.state ELSE recording.state END, bytes = excluded.bytes, "
	        "duration_ms = excluded.duration_ms, error = COALESCE(excluded.error, recording.error) RETURNING id",
	        VALS(call[0], call[1], V(str_of(states[state])), V(m->path), V(m->bytes), V(m->ms), V(m->error), V(m->at)),
	        &id, 1, f);

	*ret_id = err ? 0 : val_int(id);
	return err;
}

static int told(struct db *db, struct arena *a, int64_t id, int64_t project_id, const char *verb, struct fault *f)
{
	return event_add(db, a,
	        &(struct event){
	                .entity = "recording", .verb = verb, .row_id = id, .project_id = project_id, .right = MAY_LISTEN},
	        f);
}

bool recording_pauses(str gaps)
{
	return str_find_str(gaps, STR("null]]"), 0) < gaps.n;
}

/* A pause begins or ends at m->ms. */
static int gap_put(struct db *db, struct arena *a, const struct message *m, const struct val call[3], struct fault *f)
{
	struct val v;
	str gaps, next;
	int err = db_one(db, a, "SELECT gaps FROM recording WHERE call_id = ?1", VALS(call[0]), &v, 1, f);

	if (err)
		return err == ENOENT ? 0 : err;
	gaps = val_str(v);
	if (recording_pauses(gaps) == (m->recording == RECORDING_PAUSED))
		return 0; /* told twice */
	if (m->recording == RECORDING_RESUMED)
		next = str_printf(a, "%.*s%lld]]", (int)(gaps.n - 6), gaps.p, (long long)m->ms);
	else if (gaps.n)
		next = str_printf(a, "%.*s,[%lld,null]]", (int)(gaps.n - 1), gaps.p, (long long)m->ms);
	else
		next = str_printf(a, "[[%lld,null]]", (long long)m->ms);
	return db_run(db, "UPDATE recording SET gaps = ?2 WHERE call_id = ?1", VALS(call[0], V(next)), NULL, f);
}

int recording_follow(
        struct db *db, struct arena *a, const struct message *m, bool *ret_job, int64_t *ret_operator, struct fault *f)
{
	bool closed = m->recording == RECORDING_CLOSED;
	int state = !closed ? RECORDING_IS_OPEN : m->error.n && !m->ms ? RECORDING_LOST : RECORDING_RAW;
	struct val call[3];
	int64_t id;
	int err = call_of(db, a, m, call, f);

	if (err)
		return err == ENOENT ? 0 : err;
	if (m->recording == RECORDING_PAUSED || m->recording == RECORDING_RESUMED) {
		*ret_operator = val_int(call[2]);
		return gap_put(db, a, m, call, f);
	}
	err = row_put(db, a, m, call, state, &id, f);
	if (!err && state == RECORDING_RAW) {
		err = job_add(db, a, "encode_recording", id, (str){0}, m->at, NULL, f);
		*ret_job |= !err;
	}
	if (!err && m->error.n) {
		*ret_operator = val_int(call[2]);
		err = told(db, a, id, val_int(call[1]), "failed", f);
	}
	return err;
}

int recording_trouble(struct db *db, struct arena *a, struct recording_trouble *ret, struct fault *f)
{
	struct val v[3];
	int err = db_one(db, a,
	        "SELECT MIN(created_at), COUNT(*), MAX(error) FROM recording WHERE error IS NOT NULL AND id > COALESCE((SELECT id FROM "
	        "recording WHERE error IS NULL AND state IN ('raw', 'kept') ORDER BY id DESC LIMIT 1), 0)",
	        NO_VALS, v, 3, f);

	if (!err)
		*ret = (struct recording_trouble){val_int(v[0]), val_int(v[1]), val_str(v[2])};
	return err;
}

int recording_orphans(
        struct db *db, struct arena *a, int64_t node_id, str living_boot, int64_t now, bool *ret_job, struct fault *f)
{
	int64_t ids[500];
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT r.id FROM recording r JOIN call c ON c.id = r.call_id WHERE (r.state = 'raw' AND " BOOT_IS_HERE(
	                "c.tel_boot") " AND NOT "
	                              "EXISTS (SELECT 1 FROM job j WHERE j.kind = 'encode_recording' AND j.ref_id = r.id AND j.state IN ('waiting', 'running'))) OR "
	                              "r.state = 'open' AND c.ended_at IS NOT NULL AND (c.tel_boot IS NULL OR (c.tel_boot <> ?2 AND " BOOT_IS_HERE(
	                                      "c.tel_boot") ")) LIMIT 500",
	        VALS(V(node_id), V(living_boot)), &r, f);

	while (!err && n < COUNT(ids) && !(err = rows_next(&r, f)))
		ids[n++] = rows_int(&r, 0);
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < n && !err; i++) {
		err = db_run(db, "UPDATE recording SET state = 'raw' WHERE id = ?1", VALS(V(ids[i])), NULL, f);
		if (!err)
			err = job_add(db, a, "encode_recording", ids[i], (str){0}, now, NULL, f);
		*ret_job |= !err;
	}
	return err;
}

struct keeping {
	struct recording *r;
	struct file file;
	struct talk_figures talk;
	bool measured; /* the talk */
	char marks[AMD_MARKS];
	size_t n_marks; /* 0: not heard */
	int64_t now;
};
static int keep_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct keeping *k = arg;
	int err = file_add(db, a, &k->file, k->now, f);

	if (!err)
		err = db_run(db,
		        "UPDATE recording SET state = 'kept', file_id = ?2, sha256 = ?3, bytes = ?4, duration_ms = ?5 WHERE id = ?1",
		        VALS(V(k->r->id), V(k->file.id), V(k->file.sha256), V(k->file.bytes), V(k->r->duration_ms)), NULL,
		        f);
	if (!err)
		err = ledger_call(db, k->r->project_id, k->r->call_id, f);
	if (!err && k->measured)
		err = talk_put(db, k->r->call_id, &k->talk, f);
	if (!err && k->n_marks)
		err = pickup_put(db, k->r->call_id, k->r->id, (str){k->marks, k->n_marks}, f);
	return err ? err : told(db, a, k->r->id, k->r->project_id, "kept", f);
}

static int lost_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	(void)a;
	return db_run(db, "UPDATE recording SET state = 'lost', error = COALESCE(error, 'write') WHERE id = ?1",
	        VALS(V(*(const int64_t *)arg)), NULL, f);
}

/* A recording without figures is still a recording. */
static void measure(struct keeping *k, struct db *db, struct arena *a, const char *raw)
{
	struct fault f = {0};

	k->measured = !talk_figures_of(db, a, k->r->call_id, raw, &k->talk, &f);
	if (!k->measured)
		log_warn("recording", "recording %lld has no talk figures: %s", (long long)k->r->id, f.what);
	if (amd_hear_wav(raw, k->marks, &k->n_marks, &f))
		k->n_marks = 0;
}

static const struct recording_source *source;

void recording_source_set(const struct recording_source *s)
{
	source = s;
}

/* The raw file: on our disk, or brought here from the node that recorded it. ENOENT: nowhere. */
static int raw_here(
        struct app *app, struct db *db, struct arena *a, const struct recording *r, const char **ret, struct fault *f)
{
	struct stat st;
	int err;

	*ret = raw_file(app, a, r->raw_path);
	if (!stat(*ret, &st))
		return 0;
	if (!source)
		return ENOENT;
	*ret = str_z(a, str_printf(a, "%s/tmp/recording-%lld.wav", app->settings.data_dir, (long long)r->id));
	err = source->fetch(db, a, r->call_id, r->raw_path, *ret, f);
	if (err)
		unlink(*ret);
	return err;
}

/* Is this a copy of what lies elsewhere? */
static bool raw_far(const struct app *app, struct arena *a, const struct recording *r, const char *raw)
{
	return strcmp(raw, raw_file(app, a, r->raw_path)) != 0;
}

static int keep(struct app *app, struct db *db, struct arena *a, struct keeping *k, const char *raw, struct fault *f)
{
	int err;

	measure(k, db, a, raw);
	err = store_write(app->store, db, a, keep_write, k, f);
	if (err)
		file_unnamed(&k->file, err);
	return err;
}

static int encode(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct recording r;
	struct keeping k = {.r = &r, .now = clock_ms(), .file = {.name = STR("recording.ogg"), .type = STR("audio/ogg")}};
	const char *raw, *path;
	char key[33];
	int err = entity_get(&recording_entity, db, a, job->ref_id, &r, f);

	if (err == ENOENT || (!err && r.state != RECORDING_RAW))
		return 0;
	if (err)
		return err;
	err = raw_here(app, db, a, &r, &raw, f);
	if (err)
		return err == ENOENT ? store_write(app->store, db, a, lost_write, &r.id, f) : err;
	path = file_new_path(a, key);
	err = audio_wav_to_opus(raw, path, &r.duration_ms, f);
	if (err == EINVAL && !strcmp(f->code, "wav")) { /* nothing in it can be heard, and trying again changes nothing */
		log_error("recording", "recording %lld is lost: %s", (long long)r.id, f->what);
		if (raw_far(app, a, &r, raw))
			unlink(raw);
		return store_write(app->store, db, a, lost_write, &r.id, f);
	}
	if (!err)
		err = file_measure(a, path, &k.file, f);
	if (err)
		unlink(path);
	else
		err = keep(app, db, a, &k, raw, f);
	if (!err && source && raw_far(app, a, &r, raw))
		source->kept(db, a, r.call_id, r.raw_path);
	if ((!err || raw_far(app, a, &r, raw)) && unlink(raw))
		log_warn("recording", "the raw file stays: %s", strerror(errno));
	return err;
}

static int audio(struct request *q)
{
	struct recording r;
	struct file file;
	int err = resource_find(&recording_resource, q, q->id[0], &r);

	if (!err && r.state == RECORDING_KEPT)
		err = file_get(q->db, q->a, r.file_id, &file, &q->fault);
	if (!err && (r.state == RECORDING_IS_OPEN || r.state == RECORDING_LOST ||
	                    (r.state == RECORDING_RAW && access(raw_file(q->app, q->a, r.raw_path), R_OK))))
		err = fail(&q->fault, ENOENT, NULL, "no_recording", "there is nothing to play");
	if (err)
		return err;
	q->http->type = r.state == RECORDING_KEPT ? "audio/ogg" : "audio/wav";
	q->http->file = r.state == RECORDING_KEPT ? file_path(q->a, &file) : raw_file(q->app, q->a, r.raw_path);
	return 0;
}

static const struct route routes[] = {
        {HTTP_GET, "/recordings/{id}/audio", MAY_LISTEN, audio, "The recording, in ranges as a player asks",
                .gives_raw = "audio/ogg"},
        {0},
};
static const struct resource *const resources[] = {&recording_resource, &recording_mark_resource, &talk_resource, NULL};
static const struct job_kind jobs[] = {
        {.name = "encode_recording",
                .run = encode,
                .base_ms = 20 * CLOCK_SECOND,
                .tries_max = 8,
                .nice = true,
                .doc = "Encodes a recording to Ogg/Opus, keeps it with its SHA-256 and takes the talk figures from its two sides"},
        {0},
};
const struct module recording_module = {.name = "recording", .resources = resources, .routes = routes, .jobs = jobs};
