/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calls.c - a house of nothing but calls: two SIP dials over one trunk, or a browser and one, a bridge between them and, if wanted, a recording,
 * by the program's own engine/tel. The exchange has operators, projects and rules in its way; everything below it is what really runs.
 * usage: bench-calls OWN_PORT PEER_PORT RECORD_DIR|- [LOOPS]     lines on stdin, each answered by one line:
 *        calls N               dial until N stand, 100 a second
 *        browser OFFER         a browser's call ("|" for the line breaks of the SDP); answered by the SDP for it. It is dialled when its
 *                              keys are agreed
 *        rate R SECONDS HOLD   R calls a second, each held for HOLD ms; tells how many stood and the time from dial to bridge */
#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "engine/tel/bridge.h"
#include "engine/tel/crew.h"
#include "engine/tel/loop.h"
#include "engine/tel/ports.h"
#include "engine/tel/re.h"
#include "engine/tel/sip.h"
#include "engine/tel/speech.h"
#include "engine/tel/webrtc.h"

#include <sys/resource.h>
#include <unistd.h>

enum { FILES = 16384, CALLS_PER_S = 100, BEAT_MS = 10, TIMES_MS = 5000, LINE = 8192 };

struct call {
	struct le le;
	struct tel_dial *side[2];
	struct tel_webrtc *browser; /* instead of the first side */
	struct tel_bridge *bridge;
	struct tel_recorder *recorder;
	int answered;
	int64_t dialled_us, end_at;
	bool over;
	struct tmr tmr;
};

static struct {
	struct tel_trunk *trunk;
	const char *record_dir;
	struct list calls;
	int64_t want, standing, rate, left, hold_ms; /* left: calls still to dial in a rate */
	int64_t dialled, failed, ended, began_us;
	int64_t times[TIMES_MS + 1]; /* calls by ms from dial to bridge */
	bool counting;
	struct tmr tmr;
} house;

static void say(const char *what, int64_t n)
{
	printf("{\"%s\":%lld}\n", what, (long long)n);
	fflush(stdout);
}

static void call_destructor(void *arg)
{
	struct call *c = arg;

	list_unlink(&c->le);
	tmr_cancel(&c->tmr);
	if (c->bridge)
		tel_bridge_record(c->bridge, NULL);
	tel_recorder_close(c->recorder);
	mem_deref(c->bridge);
	mem_deref(c->side[0]);
	mem_deref(c->side[1]);
	mem_deref(c->browser);
}

static void hang_up(void *arg)
{
	house.ended++;
	mem_deref(arg);
}

static void on_recording(const struct tel_recording *r, void *arg)
{
	(void)arg;
	if (r->err)
		fprintf(stderr, "bench-calls: %s: %s\n", r->path, strerror(r->err));
}

static void record(struct call *c)
{
	static int64_t number;
	char stem[40];

	if (!house.record_dir)
		return;
	snprintf(stem, sizeof(stem), "%lld/%lld", (long long)(number % 100), (long long)number);
	number++;
	if (!tel_recorder_open(&c->recorder, stem, on_recording, NULL))
		tel_bridge_record(c->bridge, c->recorder);
}

static void on_answered(void *arg)
{
	struct call *c = arg;
	int64_t ms;

	if (++c->answered < 2)
		return;
	if (tel_bridge_new(&c->bridge, c->browser ? tel_webrtc_leg(c->browser) : tel_dial_leg(c->side[0]),
	            tel_dial_leg(c->side[1])))
		return;
	record(c);
	ms = (clock_mono_us() - c->dialled_us) / 1000;
	house.times[ms < TIMES_MS ? ms : TIMES_MS]++;
	house.standing++;
	if (house.hold_ms)
		tmr_start(&c->tmr, (uint64_t)house.hold_ms, hang_up, c);
	else if (house.standing == house.want)
		say("up", house.standing);
}

static void on_progress(int code, bool early_media, void *arg)
{
	(void)code;
	(void)early_media;
	(void)arg;
}

static void on_ended(enum tel_end end, int code, void *arg)
{
	struct call *c = arg;

	fprintf(stderr, "bench-calls: a call ended: %d, %d\n", (int)end, code);
	house.failed++;
	mem_deref(c);
}

static struct call *call_new(void)
{
	struct call *c = mem_zalloc(sizeof(*c), call_destructor);

	if (c)
		list_append(&house.calls, &c->le, c);
	return c;
}

static void dial(struct call *c)
{
	struct tel_far_handlers h = {.progress = on_progress, .answered = on_answered, .ended = on_ended, .arg = c};
	int err = 0;

	if (!c)
		return;
	house.dialled++;
	c->dialled_us = clock_mono_us();
	for (int i = c->browser ? 1 : 0; i < 2 && !err; i++)
		err = tel_dial_new(&c->side[i], house.trunk, "+74951234567", "", "", 10000, &h);
	if (err) {
		fprintf(stderr, "bench-calls: cannot dial: %s\n", strerror(err));
		house.failed++;
		mem_deref(c);
	}
}

static void on_browser_up(void *arg)
{
	struct call *c = arg;

	c->answered = 1;
	dial(c);
}

static void on_browser_down(const char *why, void *arg)
{
	fprintf(stderr, "bench-calls: a browser is gone: %s\n", why);
	house.failed++;
	mem_deref(arg);
}

static void exchange_bars(char *p, size_t n, char from, char to)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] == from)
			p[i] = to;
}

static void invite_browser(str offer)
{
	struct call *c = call_new();
	struct tel_webrtc_handlers h = {.up = on_browser_up, .down = on_browser_down, .arg = c};
	struct arena a = {0};
	struct text answer = {.a = &a};
	struct fault f = {0};

	if (c && tel_webrtc_new(&c->browser, offer, &answer, &h, &f)) {
		fprintf(stderr, "bench-calls: %s\n", f.what);
		mem_deref(c);
	}
	exchange_bars(answer.p, answer.n, '\n', '|');
	exchange_bars(answer.p, answer.n, '\r', ' ');
	printf("{\"answer\":\"%.*s\"}\n", STR_ARG(text_str(&answer)));
	fflush(stdout);
	arena_free(&a);
}

static int64_t quantile(double q)
{
	int64_t seen = 0;

	for (int i = 0; i <= TIMES_MS; i++)
		if ((seen += house.times[i]) >= (int64_t)(q * (double)house.standing))
			return i;
	return TIMES_MS;
}

static void report(void)
{
	house.counting = false;
	printf("{\"stood\":%lld,\"failed\":%lld,\"p50\":%lld,\"p99\":%lld,\"seconds\":%.2f}\n", (long long)house.standing,
	        (long long)house.failed, (long long)quantile(0.5), (long long)quantile(0.99),
	        (double)(clock_mono_us() - house.began_us) / 1e6);
	fflush(stdout);
}

/* What is due: calls up to the number wanted, or those of this moment of the rate. */
static void beat(void *arg)
{
	int64_t due, passed_ms = (clock_mono_us() - house.began_us) / 1000;

	(void)arg;
	tmr_start(&house.tmr, BEAT_MS, beat, NULL);
	if (tel_trunk_state(house.trunk) != TEL_TRUNK_UP)
		return;
	due = passed_ms * house.rate / 1000;
	if (due > house.want)
		due = house.want;
	while (house.dialled < due)
		dial(call_new());
	if (house.counting && house.ended + house.failed == house.want)
		report();
}

static void take(str line)
{
	str word, number[3] = {{0}};
	int64_t n[3] = {0};

	str_cut(&line, ' ', &word);
	if (str_eq(word, STR("browser"))) {
		invite_browser(line);
		return;
	}
	for (size_t i = 0; i < 3 && str_cut(&line, ' ', &number[i]); i++)
		parse_int(number[i], 0, 1000000, &n[i]);
	if (str_eq(word, STR("calls"))) {
		house.want = n[0];
		house.rate = CALLS_PER_S;
		house.began_us = clock_mono_us() - house.dialled * 1000000 / CALLS_PER_S;
	} else if (str_eq(word, STR("rate"))) {
		house.rate = n[0];
		house.want = n[0] * n[1];
		house.hold_ms = n[2];
		house.counting = true;
		house.began_us = clock_mono_us();
	}
}

static void on_stdin(int flags, void *arg)
{
	static char z[LINE];
	ssize_t n = read(0, z, sizeof(z));

	(void)flags;
	(void)arg;
	if (n <= 0)
		tel_loop_stop();
	else {
		exchange_bars(z, (size_t)n - 1, '|', '\n');
		take(str_trim((str){z, (size_t)n}));
	}
}

static void on_trunk(enum tel_trunk_state state, int code, const char *text, int64_t ms, void *arg)
{
	(void)code;
	(void)ms;
	(void)arg;
	if (state == TEL_TRUNK_UP)
		say("trunk", 1);
	else
		fprintf(stderr, "bench-calls: the trunk: %s\n", text);
}

static int start(const char *listen, int peer, int loops, struct fault *f)
{
	struct tel_trunk_settings s = {.host = STR("127.0.0.1"), .port = peer};
	int err = tel_loop_init(FILES, f);

	if (!err && house.record_dir)
		err = tel_recorder_init(house.record_dir, f);
	if (!err)
		err = tel_ports_init(20000, 32767, NULL, f);
	if (!err)
		err = tel_crew_init(loops, TEL_CREW_PLENTY, f);
	if (!err)
		err = tel_webrtc_init(f);
	if (!err)
		err = tel_sip_init(listen, NULL, f);
	if (!err)
		err = tel_trunk_new(&house.trunk, &s, on_trunk, NULL);
	return err;
}

static void on_signal(int signal)
{
	(void)signal;
	tel_loop_stop();
}

int main(int argc, char **argv)
{
	struct rlimit files = {FILES, FILES};
	struct fault f = {0};
	int64_t own = 0, peer = 0, loops = 1;
	char listen[32];

	if (argc < 4 || !parse_int(str_of(argv[1]), 1, 65535, &own) || !parse_int(str_of(argv[2]), 1, 65535, &peer) ||
	        (argc > 4 && !parse_int(str_of(argv[4]), 1, TEL_CREW_MAX, &loops))) {
		fprintf(stderr, "usage: bench-calls OWN_PORT PEER_PORT RECORD_DIR|- [LOOPS]\n");
		return 2;
	}
	setrlimit(RLIMIT_NOFILE, &files);
	house.record_dir = strcmp(argv[3], "-") != 0 ? argv[3] : NULL;
	snprintf(listen, sizeof(listen), "127.0.0.1:%lld", (long long)own);
	if (start(listen, (int)peer, (int)loops, &f)) {
		fprintf(stderr, "bench-calls: %s\n", f.what);
		return 1;
	}
	tel_media_init();
	fd_listen(0, FD_READ, on_stdin, NULL);
	tmr_start(&house.tmr, BEAT_MS, beat, NULL);
	if (tel_loop_run(on_signal))
		return 1;
	_exit(0); /* a thousand goodbyes are nobody's figure */
}
