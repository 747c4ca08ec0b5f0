/* SPDX-License-Identifier: GPL-3.0-or-later */
/* supervisor.c - `zvonar serve`: starts the processes of the house and starts again what dies. It does nothing else, so it has
 * nothing to die of. app and tel talk over DATA/tel.sock, which tel listens on: a new app connects to the same tel, and the talks
 * never notice. */
#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "engine/crypto/crypto.h"
#include "engine/ledger/signer.h"
#include "exchange/exchange.h"
#include "server/app.h"
#include "server/backup.h"
#include "server/cli.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT_START = 1 }; /* exit code of an app and a tel; any other end is of one that ran */
enum { BACKOFF_MIN_MS = 100, BACKOFF_MAX_MS = 1000, SETTLED_MS = 1000, STOP_MS = 20000, LOCK_WAIT_MS = 5000 };

struct house {
	const struct config *c;
	const char *socket, *recordings, *sounds, *spoken, *name, *uid, *address;
	struct signer_settings sign;
	int rtp_low, rtp_high;
	uint8_t key[32]; /* of the house: app and tel nodes hold it */
};

static int run_app(const struct house *h)
{
	bool no_tel = h->c->role && !h->c->tel;

	return app_main(h->c, no_tel ? NULL : h->socket, h->key);
}

static int run_tel(const struct house *h)
{
	const struct tel_settings s = {
	        .link = {h->socket, h->name, h->uid, h->address, h->c->apps, h->key},
	        .record_dir = h->recordings,
	        .sound_dir = h->sounds,
	        .spoken_dir = h->spoken,
	        .sip = h->c->sip,
	        .rtp_low = h->rtp_low,
	        .rtp_high = h->rtp_high,
	        .public_ip = h->c->public_ip,
	        .loops = h->c->loops < TEL_LOOPS_MAX ? (int)h->c->loops : TEL_LOOPS_MAX,
	};

	return tel_main(&s);
}

static int run_sign(const struct house *h)
{
	return signer_main(&h->sign);
}

/* The processes, in the order they are started; they are stopped from the last to the first. */
static struct child {
	const char *name;
	int (*run)(const struct house *h);
	pid_t pid;          /* 0: not running */
	int64_t started_at; /* of the running one; monotonic */
	int64_t due_at;     /* when to start the next one */
	int64_t backoff_ms;
	bool settled; /* it once ran, so that it cannot start now is no wrong setting */
} children[] = {{.name = "zvonar-sign", .run = run_sign}, {.name = "zvonar-tel", .run = run_tel},
        {.name = "zvonar-app", .run = run_app}};
enum { SIGN, TEL, APP }; /* their places */

static const int watched[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP};

static sigset_t watched_set(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < COUNT(watched); i++)
		sigaddset(&set, watched[i]);
	return set;
}

static _Noreturn void become(const struct child *c, const struct house *h, pid_t parent)
{
	sigset_t set = watched_set();

	prctl(PR_SET_NAME, c->name);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	exit(c->run(h));
}

static void start(struct child *c, const struct house *h)
{
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		become(c, h, parent);
	c->started_at = clock_mono_ms();
	if (pid < 0) {
		log_error("serve", "cannot start %s: %s", c->name, strerror(errno));
		c->due_at = c->started_at + BACKOFF_MAX_MS;
		return;
	}
	c->pid = pid;
	log_info("serve", "%s runs as %d", c->name, (int)pid);
}

static struct child *child_of(pid_t pid)
{
	for (struct child *c = children; c < children + COUNT(children); c++)
		if (c->pid == pid)
			return c;
	return NULL;
}

/* It says so itself: how long that took says nothing, on a busy machine. */
static bool could_not_start(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_START;
}

static void note_death(struct child *c, int status)
{
	int64_t lived = clock_mono_ms() - c->started_at;

	c->pid = 0;
	c->settled = c->settled || !could_not_start(status);
	if (lived >= SETTLED_MS)
		c->backoff_ms = 0;
	c->backoff_ms = c->backoff_ms ? c->backoff_ms * 2 : BACKOFF_MIN_MS;
	if (c->backoff_ms > BACKOFF_MAX_MS)
		c->backoff_ms = BACKOFF_MAX_MS;
	c->due_at = clock_mono_ms() + c->backoff_ms;
	if (WIFSIGNALED(status))
		log_error("serve", "%s died of signal %d after %lld ms", c->name, WTERMSIG(status), (long long)lived);
	else
		log_error("serve", "%s ended with %d after %lld ms", c->name, WEXITSTATUS(status), (long long)lived);
}

/* All that ended. True when one never ran and cannot start: a port in use, an unknown database. */
static bool reap(void)
{
	bool hopeless = false;
	struct child *c;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		c = child_of(pid);
		if (!c)
			continue;
		note_death(c, status);
		hopeless = hopeless || !c->settled;
	}
	return hopeless;
}

static void start_due(const struct house *h)
{
	int64_t now = clock_mono_ms();

	for (struct child *c = children; c < children + COUNT(children); c++)
		if (!c->pid && now >= c->due_at)
			start(c, h);
}

/* A signal, or SIGCHLD when it is time to look. */
static int wait_signal(void)
{
	sigset_t set = watched_set();
	struct timespec tick = {.tv_nsec = BACKOFF_MIN_MS * 1000000};
	bool waiting = false;
	int got;

	for (struct child *c = children; c < children + COUNT(children); c++)
		waiting = waiting || (!c->pid && c->due_at != INT64_MAX);
	got = waiting ? sigtimedwait(&set, NULL, &tick) : sigwaitinfo(&set, NULL);
	return got < 0 ? SIGCHLD : got;
}

static void forward(int signal_number)
{
	for (struct child *c = children; c < children + COUNT(children); c++)
		if (c->pid)
			kill(c->pid, signal_number);
}

static void stop(struct child *c)
{
	int64_t until = clock_mono_ms() + STOP_MS;

	if (!c->pid)
		return;
	kill(c->pid, SIGTERM);
	while (!waitpid(c->pid, NULL, WNOHANG) && clock_mono_ms() < until)
		usleep(5000);
	if (clock_mono_ms() >= until) {
		log_error("serve", "%s does not stop: killed", c->name);
		kill(c->pid, SIGKILL);
		(void)waitpid(c->pid, NULL, 0);
	}
	c->pid = 0;
}

static int watch(const struct house *h)
{
	sigset_t set = watched_set();
	int got = SIGCHLD, code = 0;

	sigprocmask(SIG_BLOCK, &set, NULL);
	while (!code && got != SIGTERM && got != SIGINT) {
		if (got == SIGHUP)
			forward(SIGHUP);
		code = reap();
		if (!code)
			start_due(h);
		if (!code)
			got = wait_signal();
	}
	for (size_t i = COUNT(children); i-- > 0;)
		stop(&children[i]);
	return code;
}

static int read_rtp(const char *range, struct house *h, struct fault *f)
{
	str rest = str_of(range), low;
	int64_t from, to;

	if (!range)
		return 0;
	if (!str_cut(&rest, '-', &low) || !parse_int(low, 1024, 65534, &from) || !parse_int(rest, from + 1, 65535, &to))
		return fail(f, EINVAL, "--rtp", "usage", "--rtp takes LOW-HIGH, two ports from 1024 to 65535");
	h->rtp_low = (int)from;
	h->rtp_high = (int)to;
	return 0;
}

/* Where other nodes send a call that is ours. */
static const char *sip_address(const struct config *c, struct arena *a)
{
	str host = str_of(c->sip ? c->sip : "0.0.0.0:5060");
	size_t colon = str_find(host, ':', 0);

	if (c->public_ip && colon < host.n)
		return str_z(a, str_printf(a, "%s%.*s", c->public_ip, (int)(host.n - colon), host.p + colon));
	return colon == host.n || str_starts(host, STR("0.0.0.0:")) ? NULL : c->sip;
}

/* The app nodes make the key; a tel node is given it. */
static int read_key(const struct config *c, struct arena *a, struct house *h, struct fault *f)
{
	const char *path = config_path(c, a, "keys/cluster");

	if (!c->cluster && !c->apps[0])
		return 0;
	if (c->apps[0] && !c->cluster && access(path, R_OK))
		return fail(f, ENOENT, "--app", "usage", "copy keys/cluster of an app node to %s first: %s", path,
		        strerror(errno));
	return key_load(path, h->key, f);
}

/* The processes of a role: both, or one of them. */
static int read_role(const struct config *c, struct fault *f)
{
	bool app = c->role && !strcmp(c->role, "app"), tel = c->role && !strcmp(c->role, "tel");

	if (c->role && !app && !tel)
		return fail(f, EINVAL, "--role", "usage", "--role is app or tel; without it both run here");
	if (app || (c->tel && !tel))
		children[TEL].due_at = INT64_MAX; /* run apart: never due here */
	if (tel)
		children[APP].due_at = children[SIGN].due_at = INT64_MAX;
	return 0;
}

int cli_serve(int argc, char **argv)
{
	struct arena a = {0};
	struct fault f = {0};
	struct config c;
	struct house h = {.c = &c};
	int err = config_read("serve", argc, argv, &c, &f), lock = -1;

	if (!err)
		err = read_rtp(c.rtp, &h, &f);
	if (!err)
		err = read_role(&c, &f);
	if (!err)
		err = app_folders(&c, &f);
	if (!err) /* the children inherit it: a new server waits for the last of an old one */
		err = data_lock(c.data, LOCK_WAIT_MS, &lock, &f);
	if (!err)
		err = node_id(&c, &a, &h.name, &h.uid, &f);
	if (!err)
		err = read_key(&c, &a, &h, &f);
	if (err)
		return config_sorry(&f);
	log_process_set("serve");
	h.socket = c.tel ? c.tel : config_path(&c, &a, "tel.sock");
	h.address = sip_address(&c, &a);
	h.recordings = config_path(&c, &a, "recordings");
	h.sounds = config_path(&c, &a, "sounds");
	h.spoken = config_path(&c, &a, "spoken");
	h.sign = (struct signer_settings){
	        config_path(&c, &a, "sign.sock"), config_path(&c, &a, "keys/sign"), config_path(&c, &a, "sign")};
	err = watch(&h);
	close(lock);
	arena_free(&a);
	return err;
}
