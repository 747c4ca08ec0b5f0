/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics.h - the figures of a call centre over days: asked once, from the sums kept beside the calls, then shown on the screen, in a file or
 * in a letter. What a figure is, where it comes from and in which unit stands in one table (figure.c); every form prints its value, so none can
 * differ. ADR 0043. Everything is in the arena given; any thread; reads only. */
#ifndef DOMAIN_STATISTICS_STATISTICS_H
#define DOMAIN_STATISTICS_STATISTICS_H

#include "kit/route/route.h"
#include "kit/table/table.h"

/* What the rows of an answer are. */
enum stat_by {
	STAT_BY_NONE,
	STAT_BY_PROJECT,
	STAT_BY_OPERATOR,
	STAT_BY_DAY,
	STAT_BY_HOUR,
	STAT_BY_SCRIPT,
	STAT_BY_BASE,
	STAT_BY_RESULT,
	STAT_BYS
};
extern const char *const stat_bys[]; /* NULL-ended */
enum stat_direction { BOTH_WAYS, WAY_OUT, WAY_IN };
extern const char *const stat_directions[]; /* NULL-ended: "", "out", "in" */

enum { STAT_DAYS = 1100, STAT_ROWS = 4000 };

struct stat_ask {
	const struct who *who; /* whose reach it keeps to; NULL: the program itself, which names a project */
	int64_t now;
	str zone; /* whose days and hours; with a start between full hours of UTC they are counted from the hour before */
	int64_t from, to; /* days since 1970, both included, at most STAT_DAYS */
	enum stat_by by;
	int64_t project_id, operator_id; /* 0: all */
	int64_t team_of; /* a person: his projects, by all who work there, also when he asks himself; 0: not so */
	enum stat_direction direction;
};

/* What is added up; a figure is one of these, a difference or a ratio of two. */
enum stat_sum {
	STAT_CALLS,
	STAT_INCOMING,
	STAT_ANSWERED,
	STAT_DIALOGUES,
	STAT_LEADS,
	STAT_MEETINGS,
	STAT_PRESENTATIONS,
	STAT_SALES,
	STAT_REFUSALS,
	STAT_CALLBACKS,
	STAT_TALK_MS,
	STAT_WORKED_MS,
	STAT_LETTERS, /* to contacts, from their cards */
	STAT_SMS,
	STAT_FAXES,
	STAT_INVOICED, /* kopecks */
	STAT_UNPAID,
	STAT_PAID,
	STAT_PLAN, /* dialogues */
	STAT_NO_SOURCE,
	STAT_SUMS
};
#define STAT_CALL_SUMS STAT_WORKED_MS /* those before it come from calls */

struct stat_row {
	int64_t key; /* id, day since 1970 or hour of the day; 0 of an id: none */
	str name;
	int64_t sums[STAT_SUMS];
};
struct statistics {
	struct stat_ask ask;
	bool own;                  /* the asker sees himself alone */
	int64_t from_at, until_at; /* the period in UTC ms, whole hours */
	struct stat_row *rows;     /* by day and hour in their order, else by calls */
	size_t n;
	struct stat_row total;
	str callback_results; /* ids of results that promise a call, for the journal; absent: none or too many to name */
};
/* EINVAL when the period is none, too long, or has more than STAT_ROWS rows; "zone". */
int statistics_load(struct db *db, struct arena *a, const struct stat_ask *ask, bool english, struct statistics *ret,
        struct fault *f) MUST_USE;

enum figure_unit { UNIT_COUNT, UNIT_HOURS, UNIT_SECONDS, UNIT_SHARE, UNIT_MONEY };
struct figure {
	const char *key, *ru, *en;         /* ru, en: as a heading, with its unit */
	const char *source_ru, *source_en; /* where it comes from, or would */
	enum figure_unit unit;
	enum stat_sum of;
	enum { PLAIN, LESS, PER, LEAST, MOST } how; /* of; of less than; of divided by than; where that may lie, 95 % */
	enum stat_sum than;
	enum stat_by by;     /* only of such rows; STAT_BY_NONE: of any */
	uint64_t right;      /* besides that to statistics */
	const char *journal; /* filter of the journal that lists the calls it counts; NULL: it counts none */
};
extern const struct figure figures[];
extern const size_t figures_count;
enum { FIGURES_MAX = 40 };
/* The figures this asker may see of these rows; how many. */
size_t figures_of(const struct stat_ask *ask, const struct figure *ret[FIGURES_MAX]);
bool figure_has_source(const struct figure *g);
/* Its value of a row (or of the total) in the smallest step shown: whole for counts and seconds, hundredths of hours and roubles, tenths of
 * per cent. FIGURE_NONE: it cannot be told for such a row, or a share of nothing. */
#define FIGURE_NONE INT64_MIN
int64_t figure_value(const struct figure *g, const struct statistics *s, const struct stat_row *row, bool is_total);
/* How many steps make one. */
int64_t figure_scale(const struct figure *g);
/* As people read it: "12 345", "7,50", "—". */
str figure_text(struct arena *a, const struct figure *g, int64_t value, bool english);
const char *figure_name(const struct figure *g, bool english);

/* What the rows are. */
const char *stat_by_name(enum stat_by by, bool english);
/* "1 ноября 2026 — 30 ноября 2026". */
str stat_period(struct arena *a, const struct stat_ask *ask, bool english);

/* print.c: the same answer as a document, and as a table ("csv", "xlsx"), whose columns are the figures and whose last row is the total.
 * dir: where it waits as a file: stat_dir. */
int statistics_pdf(struct arena *a, const struct statistics *s, str title, bool english, str *ret, struct fault *f) MUST_USE;
struct app;
const char *stat_dir(const struct app *app, struct arena *a);
int statistics_table(struct arena *a, const struct statistics *s, const char *dir, str format, bool english,
        struct table **ret, struct fault *f) MUST_USE;

/* An operator's day: what he did by the clock, and his calls. */
struct day_call {
	int64_t id, asked_at, answered_at, ended_at, talk_ms;
	str direction, company, number, project, result, counts_as;
	bool is_dialogue;
};
struct day_span {
	int64_t from_at, to_at, project_id; /* to_at 0: it goes on */
	str state, reason;                  /* reason: of a pause */
	bool paid;
};
enum { DAY_CALLS = 1500, DAY_SPANS = 4000 };
struct stat_day {
	struct statistics figures; /* of that one day, in no rows */
	str name;
	struct day_call *calls;
	size_t n_calls;
	struct day_span *spans;
	size_t n_spans;
};
/* Of ask's operator and its first day. ENOENT: nobody the asker may see. */
int stat_day_load(struct db *db, struct arena *a, const struct stat_ask *ask, bool english, struct stat_day *ret,
        struct fault *f) MUST_USE;
/* day_print.c: the same as a document, and as a table with a row per call. */
int stat_day_pdf(struct arena *a, const struct stat_day *d, bool english, str *ret, struct fault *f) MUST_USE;
int stat_day_table(struct arena *a, const struct stat_day *d, const char *dir, str format, bool english, struct table **ret,
        struct fault *f) MUST_USE;

extern const struct module statistics_module;

#endif
