/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose.c - one recipient's letter: the figures he may see as lines, the rows as a file, and where to look for more. */
#include "base/rand.h"
#include "domain/letter/letter.h"
#include "domain/schedule/schedule_priv.h"
#include "kit/file/file.h"

#include <fcntl.h>
#include <unistd.h>

/* What the letter is made of before it becomes words. */
struct report {
	struct app *app;
	struct arena *a;
	const struct schedule *s;
	const struct who *who;
	struct stat_day day;        /* of an operator: his day */
	struct statistics *figures; /* of either report */
	bool en;
};

static int load(struct report *r, struct db *db, int64_t day, int64_t now, struct fault *f)
{
	struct stat_ask ask = {.who = r->who,
	        .now = now,
	        .zone = r->s->timezone,
	        .by = (enum stat_by)r->s->grouping,
	        .project_id = r->s->project_id,
	        .operator_id = r->s->operator_id};

	schedule_period(r->s, day, &ask.from, &ask.to);
	if (r->s->report == REPORT_OPERATOR_DAY) {
		r->figures = &r->day.figures;
		return stat_day_load(db, r->a, &ask, r->en, &r->day, f);
	}
	r->figures = NEW(r->a, struct statistics);
	return statistics_load(db, r->a, &ask, r->en, r->figures, f);
}

static str title_of(const struct report *r)
{
	str period = stat_period(r->a, &r->figures->ask, r->en);

	if (r->s->report == REPORT_OPERATOR_DAY)
		return str_printf(r->a, "%.*s: %.*s, %.*s", STR_ARG(r->s->name), STR_ARG(r->day.name), STR_ARG(period));
	return str_printf(r->a, "%.*s: %.*s", STR_ARG(r->s->name), STR_ARG(period));
}

/* A line per figure that is counted and can be told. */
static struct letter_line *lines_of(const struct report *r, size_t *ret_n)
{
	const struct figure *g[FIGURES_MAX];
	size_t n = figures_of(&r->figures->ask, g), told = 0;
	struct letter_line *lines = NEW_N(r->a, struct letter_line, FIGURES_MAX);

	for (size_t i = 0; i < n; i++) {
		int64_t v = figure_value(g[i], r->figures, &r->figures->total, true);
		if (v != FIGURE_NONE && figure_has_source(g[i]))
			lines[told++] = (struct letter_line){figure_name(g[i], r->en), figure_text(r->a, g[i], v, r->en)};
	}
	*ret_n = told;
	return lines;
}

/* Where the same stands on the screen. */
static str url_of(const struct report *r, str house)
{
	const struct stat_ask *ask = &r->figures->ask;
	str from = calendar_iso(r->a, ask->from), to = calendar_iso(r->a, ask->to);
	struct text t = {.a = r->a};

	text_add(&t, house);
	if (r->s->report == REPORT_OPERATOR_DAY)
		text_addf(&t, "/people/%lld/day?from=%.*s", (long long)ask->operator_id, STR_ARG(from));
	else
		text_addf(&t, "/statistics?from=%.*s&to=%.*s&by=%s", STR_ARG(from), STR_ARG(to),
		        stat_bys[ask->by ? ask->by : STAT_BY_DAY]);
	if (r->s->report == REPORT_STATISTICS && r->s->project_id)
		text_addf(&t, "&project_id=%lld", (long long)r->s->project_id);
	if (r->s->report == REPORT_STATISTICS && r->s->operator_id)
		text_addf(&t, "&operator_id=%lld", (long long)r->s->operator_id);
	return text_str(&t);
}

static str figures_of_letter(const struct report *r)
{
	const struct figure *g[FIGURES_MAX];
	size_t n = figures_of(&r->figures->ask, g);
	struct text t = {.a = r->a};
	struct json_out w = {.t = &t};

	json_open(&w, '{');
	for (size_t i = 0; i < n; i++) {
		int64_t v = figure_value(g[i], r->figures, &r->figures->total, true);
		json_key(&w, g[i]->key);
		if (v == FIGURE_NONE)
			json_add_null(&w);
		else
			json_add_real(&w, (double)v / (double)figure_scale(g[i]));
	}
	json_close(&w, '}');
	return text_str(&t);
}

/* The bytes of a document become a file beside the others. */
static int write_bytes(const struct report *r, str bytes, const char **ret_path, struct fault *f)
{
	char token[44];
	const char *path;
	int fd;
	bool good;

	rand_token(token);
	path = str_printf(r->a, "%s/export-%s", stat_dir(r->app, r->a), token).p;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	good = fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n;
	if (fd >= 0)
		close(fd);
	if (!good)
		return fail_logged(
		        f, errno == ENOSPC ? ENOSPC : EIO, "file", "disk", "a file to attach could not be written");
	*ret_path = path;
	return 0;
}

static int print(const struct report *r, str title, const char **ret_path, struct fault *f)
{
	str format = str_of(schedule_attachments[r->s->attach]), bytes;
	bool day = r->s->report == REPORT_OPERATOR_DAY;
	const char *dir = stat_dir(r->app, r->a);
	struct table *t;
	int err;

	if (r->s->attach == ATTACH_PDF) {
		err = day ? stat_day_pdf(r->a, &r->day, r->en, &bytes, f)
		          : statistics_pdf(r->a, r->figures, title, r->en, &bytes, f);
		return err ? err : write_bytes(r, bytes, ret_path, f);
	}
	err = day ? stat_day_table(r->a, &r->day, dir, format, r->en, &t, f)
	          : statistics_table(r->a, r->figures, dir, format, r->en, &t, f);
	return err ? err : table_finish(t, ret_path, f);
}

static int attach(const struct report *r, str title, struct composed *ret, struct fault *f)
{
	static const char *const types[] = {
	        [ATTACH_XLSX] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	        [ATTACH_CSV] = "text/csv",
	        [ATTACH_PDF] = "application/pdf"};
	const char *path, *kept;
	char key[33];
	int err;

	if (r->s->attach == ATTACH_NONE)
		return 0;
	err = print(r, title, &path, f);
	if (err)
		return err;
	kept = file_new_path(r->a, key);
	if (rename(path, kept)) {
		unlink(path);
		return fail_logged(f, EIO, "file", "disk", "a file to attach could not be kept");
	}
	ret->file = NEW(r->a, struct file);
	err = file_measure(r->a, kept, ret->file, f);
	ret->file->type = str_of(types[r->s->attach]);
	ret->file->name = str_printf(r->a, "statistics-%.*s.%s", STR_ARG(calendar_iso(r->a, r->figures->ask.to)),
	        schedule_attachments[r->s->attach]);
	return err;
}

int schedule_compose(struct app *app, struct db *db, struct arena *a, const struct schedule *s, int64_t day,
        const struct who *who, int64_t now, struct composed *ret, struct fault *f)
{
	struct report r = {.app = app, .a = a, .s = s, .who = who, .en = str_eq(who->language, STR("en"))};
	struct settings settings;
	struct letter_sheet sheet;
	size_t n;
	int err = settings_load(db, a, &settings, f);

	if (!err)
		err = load(&r, db, day, now, f);
	if (err)
		return err;
	ret->subject = title_of(&r);
	sheet = (struct letter_sheet){.language = who->language,
	        .title = ret->subject,
	        .intro = str_printf(a, "%.*s, %.*s.", STR_ARG(ret->subject), STR_ARG(s->timezone)),
	        .open = r.en ? "Open the statistics" : "Открыть статистику",
	        .url = url_of(&r, settings_url(app, &settings)),
	        .company = settings_sender_name(&settings, who->language)};
	sheet.lines = lines_of(&r, &n);
	sheet.n = n;
	ret->text = letter_sheet_text(a, &sheet);
	ret->html = letter_sheet_html(a, &sheet);
	ret->figures = figures_of_letter(&r);
	return attach(&r, ret->subject, ret, f);
}
