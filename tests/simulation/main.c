/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c - runs of the simulation: simulation [--seed N] [--from N] [--seeds N] [--jobs N] [--replays N]
 *
 *   --seed N       that one alone, told step by step
 *   --from --seeds which ones; each tenth twice, which must be the same run; one that breaks a rule is played --replays times more
 *
 * Prints the figures of all together. 1 when a rule was broken or a run was another the second time. */
#include "simulation.h"

#include "base/log.h"
#include "base/parse.h"
#include "domain/role/role.h"
#include "engine/db/migrate.h"
#include "kit/app/app.h"
#include "server/migrations.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TWICE = 10, JOBS_MAX = 16, LIVES_MAX = 60, QUIET_MS = 20 * CLOCK_MINUTE };

struct world *w;
static char dir[100];
static struct totals {
	struct seen seen;
	int64_t runs, broken, different, replays;
} * totals; /* of a job each, in memory they share */

int roll(int sides)
{
	return sides > 0 ? (int)dice_int(&w->dice, 0, sides - 1) : 0;
}

bool chance(int pct)
{
	return roll(100) < pct;
}

/* FNV-1a: two runs that said the same said it at the same time. */
void digest(const void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		w->digest = (w->digest ^ ((const uint8_t *)p)[i]) * 0x100000001b3;
	w->digest = (w->digest ^ (uint64_t)w->now) * 0x100000001b3;
	if (w->verbose)
		say("%.*s", (int)(n < 400 ? n : 400), (const char *)p);
}

void say(const char *fmt, ...)
{
	char at[32];
	va_list args;

	if (!w->verbose)
		return;
	clock_iso(w->now, at);
	printf("%.23s ", at);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

/* A life of app ---------------------------------------------------------------------------------------------------------- */

/* And not for long: then there is nobody to call, or it is night. */
static bool somebody_ready(void)
{
	for (const struct tel_seat *s = w->seats; s < w->seats + PEOPLE; s++)
		if (s->known && s->day.state == OPERATOR_READY && w->now - s->day.entered_at < CLOCK_MINUTE)
			return true;
	return false;
}

/* To the next thing that happens, or a while on: the dialler looks at its own pace. */
static void advance(void)
{
	static const int looks[] = {400, 1500, 4000, 15000, 60000};
	int64_t next = tel_next(), mine = people_next(), idle;

	idle = w->now + looks[roll(3) + (somebody_ready() ? 0 : 2)];

	if (mine < next)
		next = mine;
	if (w->now < w->back_at && w->back_at < next)
		next = w->back_at;
	if (idle < next)
		next = idle;
	w->now = next > w->now ? next : w->now + 1;
}

static bool over(void)
{
	if (w->now < w->end || !tel_quiet())
		return false;
	for (const struct person *p = w->people; p < w->people + w->n_people; p++)
		if (p->unsaved)
			return false;
	return w->now >= w->over;
}

static _Noreturn void live(void)
{
	struct app app = {.settings = {.tel_socket = "simulated", .node_uid = "app", .node_name = "app"}};
	struct arena a = {0};
	struct fault f = {0};

	access_rules_set(&role_rules);
	if (store_open(w->url, 4, &app.store, &f) || dialer_open(&app, &f))
		broken("app does not start: %s", f.what);
	tel_judged_in(app.store);
	while (!over()) {
		tel_turn();
		people_turn(&app);
		dialer_turn(&a);
		if (w->now - w->judged_at > 4 * (int64_t)CLOCK_MINUTE) {
			w->judged_at = w->now;
			judge_house(app.store, false);
		}
		advance();
	}
	judge_house(app.store, true);
	fflush(stdout);
	_exit(0);
}

/* Dead for a while; tel goes on alone, and so do those who speak. */
static void while_dead(void)
{
	int64_t until = w->now + (chance(70) ? 200 + roll(4000) : roll(90000));

	tel_orphaned();
	while (w->now < until) {
		int64_t next = tel_next();
		tel_turn();
		w->now = next > w->now && next < until ? next : next <= w->now ? w->now + 1 : until;
	}
	for (struct person *p = w->people; p < w->people + w->n_people; p++)
		if (p->next_at < w->now)
			p->next_at = w->now + roll(5000);
}

/* Runs ------------------------------------------------------------------------------------------------------------------- */

static void copy_template(void)
{
	char from[160], block[65536];
	FILE *in, *out;
	size_t n;

	snprintf(from, sizeof(from), "%s/template.db", dir);
	in = fopen(from, "re");
	out = fopen(w->file, "we");
	if (!in || !out)
		broken("%s cannot be copied", from);
	while ((n = fread(block, 1, sizeof(block), in)) > 0)
		if (fwrite(block, 1, n, out) != n)
			broken("%s is full", dir);
	fclose(in);
	if (fclose(out))
		broken("%s is full", dir);
}

static void clean(void)
{
	static const char *const ends[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < COUNT(ends); i++) {
		char path[200];
		snprintf(path, sizeof(path), "%s%s", w->file, ends[i]);
		unlink(path);
	}
}

static int one_life(void (*life)(void))
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		life();
		fflush(stdout);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return BROKEN;
	if (!WIFEXITED(status))
		printf("seed %llu: a life ended by signal %d\n", (unsigned long long)w->seed, WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : BROKEN;
}

static void live_on(void)
{
	live();
}

/* The seed from its first moment to its last: 0, or BROKEN. */
static int run(uint64_t seed, bool verbose)
{
	int status;

	munmap(w, sizeof(*w));
	w = mmap(NULL, sizeof(*w), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w == MAP_FAILED)
		return BROKEN;
	w->seed = seed;
	w->verbose = verbose;
	w->dice.state = seed * 2 + 1;
	w->ids.state = ~seed;
	w->digest = 0xcbf29ce484222325;
	snprintf(w->file, sizeof(w->file), "%s/%d.db", dir, (int)getpid());
	snprintf(w->url, sizeof(w->url), "sqlite:%s", w->file);
	copy_template();
	status = one_life(house_build);
	w->over = w->end + QUIET_MS;
	while (!status) {
		w->crash_in = w->lives < LIVES_MAX && w->now < w->end && chance(70) ? 1 + roll(chance(75) ? 4000 : 300) : 0;
		w->lives++;
		status = one_life(live_on);
		if (status != CRASHED)
			break;
		say("app is dead");
		status = one_life(while_dead);
	}
	clean();
	return status;
}

static void add(struct totals *t)
{
	const int64_t *from = (const int64_t *)&w->seen;
	int64_t *to = (int64_t *)&t->seen;

	w->seen.ms = w->end - w->begin;
	for (size_t i = 0; i < sizeof(w->seen) / sizeof(int64_t); i++)
		to[i] += from[i];
	t->runs++;
}

static void play(uint64_t seed, int replays, struct totals *t)
{
	int status = run(seed, false);
	uint64_t first = w->digest;
	int again = status ? replays : seed % TWICE == 0;

	add(t);
	t->broken += status != 0;
	for (int i = 0; i < again; i++) {
		int same = run(seed, false);
		t->replays++;
		t->different += same != status || w->digest != first;
	}
	if (status)
		printf("simulation --seed %llu plays it\n", (unsigned long long)seed);
}

static int report(const struct totals *all, int jobs)
{
	struct totals t = {0};

	for (int j = 0; j < jobs; j++)
		for (size_t i = 0; i < sizeof(t) / sizeof(int64_t); i++)
			((int64_t *)&t)[i] += ((const int64_t *)(all + j))[i];
	printf("%lld runs of %.1f days: %lld dials, %lld talks, %lld results saved (%lld asked twice), %lld abandoned, %lld refused by tel, "
	       "%lld crashes of app, %lld deaths of tel, %lld breaks of the link, %lld quotas filled\n",
	        (long long)t.runs, (double)t.seen.ms / CLOCK_DAY, (long long)t.seen.dials, (long long)t.seen.talks,
	        (long long)t.seen.results, (long long)t.seen.repeats, (long long)t.seen.abandoned, (long long)t.seen.refused,
	        (long long)t.seen.crashes, (long long)t.seen.tel_deaths, (long long)t.seen.breaks, (long long)t.seen.quotas);
	printf("%lld broke a rule; of %lld replays %lld were another run\n", (long long)t.broken, (long long)t.replays,
	        (long long)t.different);
	return t.broken || t.different;
}

static void make_template(void)
{
	char url[160];
	struct db *db;
	struct fault f = {0};

	snprintf(url, sizeof(url), "sqlite:%s/template.db", dir);
	if (db_open(url, false, &db, &f) || db_migrate(db, migrations, migrations_count, NULL, &f))
		printf("the template: %s\n", f.what);
	db_close(db);
}

static int64_t option(int argc, char **argv, const char *name, int64_t or)
{
	int64_t v = or ;

	for (int i = 1; i + 1 < argc; i++)
		if (!strcmp(argv[i], name) && !parse_int(str_of(argv[i + 1]), 0, INT64_MAX, &v))
			exit(2);
	return v;
}

static int run_all(int64_t from, int64_t seeds, int jobs, int replays)
{
	int bad;

	for (int j = 0; j < jobs; j++) {
		if (fork())
			continue;
		for (int64_t i = j; i < seeds; i += jobs)
			play((uint64_t)(from + i), replays, totals + j);
		fflush(stdout);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	bad = report(totals, jobs);
	return bad;
}

int main(int argc, char **argv)
{
	int64_t seed = option(argc, argv, "--seed", -1), seeds = option(argc, argv, "--seeds", 50);
	int64_t jobs = option(argc, argv, "--jobs", 2);
	int status;

	setvbuf(stdout, NULL, _IOLBF, 0);
	mallopt(M_MMAP_THRESHOLD, 64 << 20);
	mallopt(M_TRIM_THRESHOLD, 256 << 20);
	snprintf(dir, sizeof(dir), "%s/zvonar-simulation-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	if (!mkdtemp(dir) || jobs < 1 || jobs > JOBS_MAX)
		return 2;
	w = mmap(NULL, sizeof(*w), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	totals = mmap(NULL, sizeof(*totals) * JOBS_MAX, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	log_level_set(seed >= 0 ? LOG_WARN : LOG_ERROR);
	make_template();
	status = seed >= 0 ? run((uint64_t)seed, true)
	                   : run_all(option(argc, argv, "--from", 1), seeds, (int)jobs,
	                             (int)option(argc, argv, "--replays", 10));
	snprintf(w->file, sizeof(w->file), "%s/template.db", dir);
	clean();
	rmdir(dir);
	return status ? 1 : 0;
}
