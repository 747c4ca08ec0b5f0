/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt_job.c - files nobody needs any more go; sounds that were lost are made again from what was uploaded. */
#include "base/log.h"
#include "domain/prompt/prompt_priv.h"
#include "engine/audio/decode.h"
#include "kit/app/app.h"
#include "kit/file/file.h"

/* Words once spoken hold names and debts of people: a month after they were last heard they are forgotten. */
enum { UNUSED_S = 24 * 3600, FORGOTTEN_S = 30 * 24 * 3600 };

const char *prompt_sounds(const struct app *app, struct arena *a)
{
	return str_printf(a, "%s/sounds", app->settings.data_dir).p;
}

const char *prompt_spoken(const struct app *app, struct arena *a)
{
	return str_printf(a, "%s/spoken", app->settings.data_dir).p;
}

/* One file ---------------------------------------------------------------------------------------------------------------- */

int prompt_drop_file(struct db *db, struct arena *a, int64_t file_id, int64_t now, struct fault *f)
{
	return job_add(db, a, "drop_prompt_file", file_id, (str){0}, now, NULL, f);
}

static int drop_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	(void)a;
	return file_remove(db, *(const int64_t *)arg, f);
}

static int drop(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	int64_t id = job->ref_id;
	struct file file;
	int err = file_get(db, a, id, &file, f);

	if (err)
		return err == ENOENT ? 0 : err;
	err = store_write(app->store, db, a, drop_write, &id, f);
	if (!err)
		file_unlink(&file);
	return err;
}

/* All sounds -------------------------------------------------------------------------------------------------------------- */

struct sweeping {
	struct db *db;
	struct fault *f;
};

static bool is_used(str key, void *arg)
{
	struct sweeping *s = arg;
	struct arena a = {0};
	struct val id;
	int err = db_one(s->db, &a, "SELECT id FROM prompt WHERE sound = ?1 LIMIT 1", VALS(V(key)), &id, 1, s->f);

	arena_free(&a);
	return err != ENOENT; /* when the database cannot say, it stays */
}

static bool keep_none(str key, void *arg)
{
	(void)key;
	(void)arg;
	return false;
}

/* From the file that was uploaded; a fault is the next day's, and said. */
static void make_again(const char *dir, struct db *db, struct arena *a, int64_t file_id, str key)
{
	struct decoded d;
	struct fault f = {0};
	struct file file;
	int err = file_get(db, a, file_id, &file, &f);

	if (!err)
		err = audio_decode(file_path(a, &file), PROMPT_MS_MAX, &d, &f);
	if (err) {
		log_error("prompt", "the sound %.*s is lost and cannot be made again: %s", STR_ARG(key), f.what);
		return;
	}
	if (sound_keep(dir, key, &d.sound, &f))
		log_error("prompt", "%s", f.what);
	sound_free(&d.sound);
}

static int make_lost(const char *dir, struct db *db, struct arena *a, struct fault *f)
{
	struct rows r;
	int err = db_ask(
	        db, a, "SELECT file_id, sound FROM prompt WHERE sound IS NOT NULL ORDER BY id LIMIT 10000", NO_VALS, &r, f);

	while (!err && !(err = rows_next(&r, f)))
		if (!sound_kept(dir, rows_str(&r, 1)))
			make_again(dir, db, a, rows_int(&r, 0), str_copy(a, rows_str(&r, 1)));
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int sweep(struct app *app, struct db *db, struct arena *a, const struct job *job, struct fault *f)
{
	const char *dir = prompt_sounds(app, a);
	struct sweeping s = {db, f};
	size_t gone = 0, forgotten = 0;
	int err = make_lost(dir, db, a, f);

	(void)job;
	if (!err)
		sound_sweep(dir, UNUSED_S, is_used, &s, &gone);
	sound_trim(prompt_spoken(app, a), SOUND_SPOKEN_MAX);
	sound_sweep(prompt_spoken(app, a), FORGOTTEN_S, keep_none, NULL, &forgotten);
	if (gone)
		log_info("prompt", "%zu sounds that no prompt plays any more are gone", gone);
	return err;
}

const struct job_kind prompt_jobs[] = {
        {.name = "drop_prompt_file",
                .run = drop,
                .base_ms = CLOCK_MINUTE,
                .doc = "Removes the file of a prompt that is gone or was replaced"},
        {.name = "prompt_sounds",
                .run = sweep,
                .base_ms = CLOCK_HOUR,
                .nice = true,
                .every_ms = CLOCK_DAY,
                .doc = "Makes lost sounds of prompts again, removes those nothing plays any more, forgets words spoken a month ago"},
        {0},
};
