/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alarm.c - one look per kind, and the route that lists those that are on. */
#include "domain/alarm/alarm.h"

#include "base/clock.h"
#include "domain/dialer/dialer.h"
#include "domain/mailbox/mailbox.h"
#include "domain/notification/notification.h"
#include "domain/recording/recording.h"
#include "domain/role/role.h"
#include "domain/trunk/trunk.h"
#include "kit/app/app.h"

#include <sys/statvfs.h>

/* A gigabyte is ten minutes of a hundred talks. */
enum { MB = 1 << 20, FREE_MB_LEAST = 1024 };

/* What the looks look at. */
struct look {
	struct app *app;
	struct db *db;
	struct arena *a;
	int64_t now;
	struct fault *f;
};

static int telephone(const struct look *l, struct alarm *ret)
{
	struct dialer_figures d;

	dialer_figures(&d);
	ret->on = (l->app->settings.tel_socket || l->app->settings.cluster) && !d.up;
	return 0;
}

static int database(const struct look *l, struct alarm *ret)
{
	struct store_figures s;

	store_figures(l->app->store, &s);
	ret->since = s.full_at;
	ret->on = s.full_at != 0;
	return 0;
}

static int recording(const struct look *l, struct alarm *ret)
{
	struct recording_trouble t;
	int err = recording_trouble(l->db, l->a, &t, l->f);

	if (!err)
		*ret = (struct alarm){t.since != 0, t.since, t.n, t.error};
	return err;
}

static int disk(const struct look *l, struct alarm *ret)
{
	struct statvfs fs;

	if (statvfs(l->app->settings.data_dir, &fs))
		return 0;
	ret->n = (int64_t)(fs.f_bavail * fs.f_frsize) / MB;
	ret->on = ret->n < FREE_MB_LEAST;
	return 0;
}

/* A query of three columns: since, n, what. */
static int ask(const struct look *l, const char *sql, const struct val *vals, size_t n_vals, struct alarm *ret)
{
	struct val v[3];
	int err = db_one(l->db, l->a, sql, vals, n_vals, v, 3, l->f);

	if (!err)
		*ret = (struct alarm){val_int(v[1]) > 0, val_int(v[0]), val_int(v[1]), val_str(v[2])};
	return err;
}

static int trunk(const struct look *l, struct alarm *ret)
{
	return ask(l, "SELECT MIN(state_at), COUNT(*), MIN(name) FROM trunk WHERE disabled = 0 AND state = 'down'", NO_VALS,
	        ret);
}

static int caller(const struct look *l, struct alarm *ret)
{
	int err = caller_fallen(l->db, l->a, l->now, &ret->n, &ret->what, l->f);

	ret->on = ret->n > 0;
	return err;
}

static int toll(const struct look *l, struct alarm *ret)
{
	int err = toll_alarm(l->db, l->a, l->now, &ret->n, &ret->since, &ret->what, l->f);

	ret->on = ret->n > 0;
	return err;
}

static int letter(const struct look *l, struct alarm *ret)
{
	return ask(l, "SELECT MIN(created_at), COUNT(*), MAX(error) FROM letter WHERE state = 'failed' AND created_at > ?1",
	        VALS(V(l->now - CLOCK_DAY)), ret);
}

static int mailbox(const struct look *l, struct alarm *ret)
{
	int err = mailbox_trouble(l->db, l->a, &ret->n, &ret->since, &ret->what, l->f);

	ret->on = ret->n > 0;
	return err;
}

static int job(const struct look *l, struct alarm *ret)
{
	return ask(l,
	        "SELECT MIN(done_at), COUNT(*), MIN(kind) FROM job WHERE state = 'dead' AND kind <> 'letter_send' AND done_at > ?1",
	        VALS(V(l->now - CLOCK_DAY)), ret);
}

static int base(const struct look *l, struct alarm *ret)
{
	return ask(l,
	        "SELECT MIN(f.low_at), COUNT(*), MIN(p.name) FROM forecast f JOIN project p ON p.id = f.project_id WHERE f.low_at IS NOT "
	        "NULL AND p.state = 'running'",
	        NO_VALS, ret);
}

static int ledger(const struct look *l, struct alarm *ret)
{
	return ask(l, "SELECT MIN(trouble_at), COUNT(*), MIN(trouble) FROM ledger WHERE trouble IS NOT NULL", NO_VALS, ret);
}

/* App nodes note themselves at least each minute. */
static int node(const struct look *l, struct alarm *ret)
{
	return ask(l,
	        "SELECT MIN(COALESCE(lost_at, seen_at)), COUNT(*), MIN(name) FROM node WHERE left_at IS NULL AND (lost_at IS NOT NULL OR "
	        "(role = 'app' AND seen_at < ?1))",
	        VALS(V(l->now - 3 * CLOCK_MINUTE)), ret);
}

const char *const alarm_kind_names[] = {"telephone", "database", "recording", "disk", "trunk", "toll", "caller", "letter",
        "mailbox", "job", "base", "ledger", "node", NULL};
static const struct {
	uint64_t right; /* who is told, besides MAY_SEE_FLOOR */
	int (*look)(const struct look *l, struct alarm *ret);
} kinds[ALARM_KINDS] = {
        [ALARM_TELEPHONE] = {MAY_SEE_FLOOR, telephone},
        [ALARM_DATABASE] = {MAY_SEE_FLOOR, database},
        [ALARM_RECORDING] = {MAY_SEE_FLOOR, recording},
        [ALARM_DISK] = {MAY_SET_UP, disk},
        [ALARM_TRUNK] = {MAY_SEE_FLOOR, trunk},
        [ALARM_TOLL] = {MAY_SEE_FLOOR, toll},
        [ALARM_CALLER] = {MAY_SEE_FLOOR, caller},
        [ALARM_LETTER] = {MAY_SEND_LETTERS, letter},
        [ALARM_MAILBOX] = {MAY_SEND_LETTERS, mailbox},
        [ALARM_JOB] = {MAY_SET_UP, job},
        [ALARM_BASE] = {MAY_RUN_PROJECT, base},
        [ALARM_LEDGER] = {MAY_RUN_PROJECT, ledger},
        [ALARM_NODE] = {MAY_SET_UP, node},
};

int alarms_look(struct app *app, struct db *db, struct arena *a, int64_t now, struct alarm ret[ALARM_KINDS], struct fault *f)
{
	const struct look l = {app, db, a, now, f};
	int err = 0;

	for (int i = 0; i < ALARM_KINDS && !err; i++) {
		ret[i] = (struct alarm){0};
		err = kinds[i].look(&l, ret + i);
	}
	return err;
}

#define ALARMS_SCHEMA \
	"{\"type\":\"object\",\"required\":[\"rows\"],\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"required\":[\"kind\",\"since\",\"n\",\"what\"],\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"telephone\"," \
	"\"database\",\"recording\",\"disk\",\"trunk\",\"toll\",\"caller\",\"letter\",\"mailbox\",\"job\",\"base\",\"ledger\",\"node\"]},\"since\":{\"type\":[\"integer\",\"null\"]}," \
	"\"n\":{\"type\":\"integer\"},\"what\":{\"type\":[\"string\",\"null\"]}}}}}}"

static void put(struct json_out *w, const char *kind, const struct alarm *alarm)
{
	json_open(w, '{');
	json_key(w, "kind");
	json_add_text(w, str_of(kind));
	json_key(w, "since");
	if (alarm->since)
		json_add_int(w, alarm->since);
	else
		json_add_null(w);
	json_key(w, "n");
	json_add_int(w, alarm->n);
	json_key(w, "what");
	json_add_text(w, alarm->what);
	json_close(w, '}');
}

static int list(struct request *q)
{
	struct alarm all[ALARM_KINDS];
	int err = alarms_look(q->app, q->db, q->a, q->now, all, &q->fault);

	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	for (int i = 0; i < ALARM_KINDS; i++)
		if (all[i].on && may(q->who, kinds[i].right))
			put(&q->out, alarm_kind_names[i], all + i);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return 0;
}

/* Our people are told ---------------------------------------------------------------------------------------------------------------- */

enum { WATCH_MS = 30 * CLOCK_SECOND, AGAIN_MS = 10 * CLOCK_MINUTE };

struct watch {
	const struct alarm *all;
	int64_t now;
};

/* One that comes and goes is told of every ten minutes at most. */
static int watch_one(struct db *db, struct arena *a, enum alarm_kind kind, bool on, str what, int64_t now, struct fault *f)
{
	str name = str_of(alarm_kind_names[kind]);
	struct val v;
	int err;

	if (!on)
		return db_run(db, "UPDATE alarm_told SET raised = 0 WHERE kind = ?1 AND raised = 1", VALS(V(name)), NULL, f);
	err = db_one(db, a,
	        "INSERT INTO alarm_told (kind, raised, at) VALUES (?1, 1, ?2) ON CONFLICT (kind) DO UPDATE SET raised = 1, at = "
	        "excluded.at WHERE alarm_told.raised = 0 AND alarm_told.at < ?3 RETURNING at",
	        VALS(V(name), V(now), V(now - AGAIN_MS)), &v, 1, f);
	if (err)
		return err == ENOENT ? 0 : err;
	if (kind == ALARM_MAILBOX) /* whoever sets mailboxes up chooses how he is told of them */
		return notify(db, a, &(struct notice_of){.kind = NOTIFY_MAILBOX, .what = what}, now, f);
	return notify(db, a,
	        &(struct notice_of){.kind = NOTIFY_ALARM, .right = kinds[kind].right | MAY_SEE_FLOOR, .what = name}, now, f);
}

static int watch_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct watch *w = arg;
	int err = 0;

	for (int i = 0; i < ALARM_KINDS && !err; i++)
		err = watch_one(db, a, (enum alarm_kind)i, w->all[i].on, w->all[i].what, w->now, f);
	return err;
}

static int watch(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	struct alarm all[ALARM_KINDS];
	struct watch w = {all, clock_ms()};
	int err = alarms_look(app, db, a, w.now, all, f);

	(void)job;
	return err ? err : store_write(app->store, db, a, watch_write, &w, f);
}

static const struct job_kind jobs[] = {{.name = "alarm_watch",
                                               .run = watch,
                                               .every_ms = WATCH_MS,
                                               .base_ms = CLOCK_MINUTE,
                                               .tries_max = 3,
                                               .doc = "Tells our people of alarms that have come up"},
        {0}};

static const struct route routes[] = {
        {HTTP_GET, "/alarms", MAY_SEE_FLOOR, list, "What is wrong with the house now and needs a person",
                .gives_raw = "application/json", .schema = ALARMS_SCHEMA},
        {0}};

const struct module alarm_module = {.name = "alarm", .routes = routes, .jobs = jobs};
