/* SPDX-License-Identifier: GPL-3.0-or-later */
/* backup_job.c - the backup of each night, and how many stay. */
#include "base/clock.h"
#include "base/log.h"
#include "domain/setting/setting.h"
#include "server/backup.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 10 * 60 * 1000 };

static bool is_backup(const char *name)
{
	return str_starts(str_of(name), STR("zvonar-")) && str_ends(str_of(name), STR(".tar"));
}

static int pick(const struct dirent *e)
{
	return is_backup(e->d_name);
}

/* The names begin with the day, so their order is their age. */
int backup_prune(const char *dir, int64_t keep, struct fault *f)
{
	struct dirent **names;
	struct arena a = {0};
	int n = scandir(dir, &names, pick, alphasort), err = 0;

	if (n < 0)
		return fail(f, errno, "backup", "read", "cannot read %s: %s", dir, strerror(errno));
	for (int i = 0; i < n; i++) {
		if (!err && i < n - keep && unlink(str_printf(&a, "%s/%s", dir, names[i]->d_name).p))
			err = fail(f, errno, "backup", "write", "cannot remove an old backup: %s", strerror(errno));
		free(names[i]);
	}
	free(names);
	arena_free(&a);
	return err;
}

/* The machine's own day and hour: the administrator set the hour by the clock on its wall. */
static str file_of_today(struct arena *a, const char *dir, int64_t *ret_hour)
{
	time_t now = (time_t)(clock_ms() / CLOCK_SECOND);
	struct tm tm;

	localtime_r(&now, &tm);
	*ret_hour = tm.tm_hour;
	return str_printf(a, "%s/zvonar-%04d-%02d-%02d.tar", dir, tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

/* Looks often and works once a day, so that a machine that slept at its hour makes up for it. The very first look only makes the folder: a
 * house that began a moment ago has nothing to lose yet. */
static int run(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	const char *dir = str_printf(a, "%s/backups", app->settings.data_dir).p;
	struct settings settings;
	struct stat st;
	int64_t hour;
	str file = file_of_today(a, dir, &hour);
	int err = settings_load(db, a, &settings, f);

	(void)job;
	if (err || settings.backup_hour < 0 || settings.backup_keep < 1 || hour < settings.backup_hour || !stat(file.p, &st))
		return err;
	if (!mkdir(dir, 0700))
		return 0;
	if (errno != EEXIST)
		return fail(f, errno, "backup", "write", "cannot make %s: %s", dir, strerror(errno));
	err = backup_make(app->settings.data_dir, app->settings.db_url, file.p, f);
	if (!err) {
		log_info("backup", "made %s", file.p);
		err = backup_prune(dir, settings.backup_keep, f);
	}
	return err;
}

static const struct job_kind jobs[] = {{.name = "backup",
                                               .run = run,
                                               .base_ms = 10 * CLOCK_MINUTE,
                                               .tries_max = 5,
                                               .nice = true,
                                               .every_ms = LOOK_EVERY_MS,
                                               .doc = "The backup of the day, from its hour on, and how many stay"},
        {0}};

const struct module backup_module = {.name = "backup", .jobs = jobs};
