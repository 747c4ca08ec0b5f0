/* SPDX-License-Identifier: GPL-3.0-or-later */
/* house.c - the tel process: start, what each command leads to, time, and an ordered end. */
#include "exchange/house.h"

#include "base/clock.h"
#include "base/log.h"
#include "engine/tel/crew.h"
#include "engine/tel/drop.h"
#include "engine/tel/gate.h"
#include "engine/tel/loop.h"
#include "engine/tel/ports.h"
#include "engine/tel/registrar.h"
#include "engine/tel/sip.h"
#include "engine/tel/speech.h"
#include "engine/tel/webrtc.h"
#include "exchange/exchange.h"
#include "exchange/link.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	NICE = -10,
	FILES_MAX = 16384,
	TICKS_PER_STEP = 2,
	WATCH_MS = 1000,
	FIGURES_MS = 1000,
	PROJECTS_MAX = 100,
	HELLO_ROWS = 1000, /* of calls, and of operators: a third of a frame */
	END_MS = 1500,
	END_LOOK_MS = 20,
	END_MAX_MS = 10000,
	RTP_LOW = 16384,
	RTP_HIGH = 32767
};

static struct {
	int64_t watched, told;
	unsigned ticks;
	bool ending;
	int64_t end_by;
	struct tmr end;
} house;

int64_t house_now(void)
{
	return clock_mono_ms();
}

int64_t house_utc(int64_t mono)
{
	return mono ? mono - clock_mono_ms() + clock_ms() : 0;
}

int64_t house_mono(int64_t utc)
{
	return utc ? utc - clock_ms() + clock_mono_ms() : 0;
}

void house_refuse(const struct message *m, const char *why)
{
	struct message answer = {.kind = EV_REFUSED,
	        .command = str_of(message_kind_name(m->kind)),
	        .operator_id = m->operator_id,
	        .call = m->call,
	        .request = m->request,
	        .text = str_of(why)};

	link_tell(&answer);
}

bool house_ending(void)
{
	return house.ending;
}

/* Commands ------------------------------------------------------------------------------------------------------------- */

/* The next of them that have room in a message. */
static struct message_rows piece(struct message_rows *all)
{
	size_t n = all->n < HELLO_ROWS ? all->n : HELLO_ROWS;
	struct message_rows some = {all->rows, n};

	all->rows += n;
	all->n -= n;
	return some;
}

static void hello(const struct message *m)
{
	struct arena a = {0};
	struct message answer = {.kind = EV_HELLO, .last_seq = link_last_seq(), .since = house_now()};
	struct message_rows calls, operators;

	(void)m;
	line_rows(&a, &calls);
	seat_rows(&a, &operators);
	do {
		answer.calls = piece(&calls);
		answer.operators = piece(&operators);
		answer.more = calls.n || operators.n;
		link_tell(&answer);
	} while (answer.more);
	link_repeat();
	arena_free(&a);
}

static void hang_up(const struct message *m)
{
	struct line *l = line_find(m->call);

	if (!l)
		house_refuse(m, "call");
	else if (m->by != BY_OPERATOR || !ivr_after(l))
		line_step(l, &(struct call_input){.event = CALL_EV_HANG_UP, .by = m->by});
}

static void dtmf(const struct message *m)
{
	struct line *l = line_find(m->call);

	if (!l || !l->leg || tel_leg_send_dtmf(l->leg, m->digits.p, m->digits.n))
		house_refuse(m, l ? "digits" : "call");
}

static void hold(const struct message *m)
{
	struct line *l = line_find(m->call);

	if (l)
		line_event(l, m->on ? CALL_EV_HOLD : CALL_EV_UNHOLD);
	else
		house_refuse(m, "call");
}

static void ack(const struct message *m)
{
	link_ack(m->boot, m->seq);
}

static const struct {
	enum message_kind kind;
	void (*serve)(const struct message *m);
} commands[] = {
        {CMD_HELLO, hello},
        {CMD_TRUNKS, trunk_replace},
        {CMD_SHARES, trunk_share},
        {CMD_TRUNK_TEST, trunk_test},
        {CMD_OPERATOR_START, seat_start},
        {CMD_OPERATOR_LEG, seat_offer},
        {CMD_OPERATOR_READY, seat_simple},
        {CMD_OPERATOR_PAUSE, seat_simple},
        {CMD_OPERATOR_STOP, seat_simple},
        {CMD_WRAP_UP_DONE, seat_simple},
        {CMD_WRAP_UP_EXTEND, seat_simple},
        {CMD_PREVIEW, seat_simple},
        {CMD_MUTE, seat_simple},
        {CMD_DIAL, line_dial},
        {CMD_HANGUP, hang_up},
        {CMD_DTMF, dtmf},
        {CMD_HOLD, hold},
        {CMD_TRANSFER, talk_transfer},
        {CMD_TALK, talk_turn},
        {CMD_GUEST_LEAVE, talk_guest_leave},
        {CMD_RECORD, talk_record},
        {CMD_MONITOR, talk_monitor},
        {CMD_MONITOR_MODE, talk_monitor_mode},
        {CMD_ECHO, seat_echo},
        {CMD_LIST, seat_list},
        {CMD_BYE, trunk_bye},
        {CMD_PHONES, desk_take},
        {CMD_OPERATOR_PHONE, desk_order},
        {CMD_INBOUND, inbound_replace},
        {CMD_ACCEPT, ring_accept},
        {CMD_CALLER, inbound_caller},
        {CMD_TICKETS, ticket_replace},
        {CMD_ACK, ack},
        {CMD_LEASE, fence_lease},
        {CMD_FETCH, fetch_piece},
        {CMD_KEPT, fetch_kept},
        {CMD_FAX, line_dial},
};

static void on_command(const struct message *m)
{
	int64_t start_us = clock_mono_us();

	if (m->epoch < link_epoch() && m->kind != CMD_ACK) {
		house_refuse(m, "epoch");
		return;
	}
	for (size_t i = 0; i < COUNT(commands); i++)
		if (commands[i].kind == m->kind && !house.ending)
			commands[i].serve(m);
	tel_loop_watch(message_kind_name(m->kind), start_us);
}

/* Time ----------------------------------------------------------------------------------------------------------------- */

static int64_t rss_octets(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long pages = 0, all;

	if (!file)
		return 0;
	if (fscanf(file, "%ld %ld", &all, &pages) != 2)
		pages = 0;
	fclose(file);
	return pages * sysconf(_SC_PAGESIZE);
}

static void tell_figures(void)
{
	struct message drops[TEL_DROPS + TEL_GATE_VERDICTS];
	struct tel_loop_figures f = tel_loop_figures();
	size_t n = 0;

	for (int i = 0; i < TEL_DROPS; i++)
		drops[n++] = (struct message){
		        .kind = ROW_DROP, .what = str_of(tel_drop_names[i]), .came = (int64_t)tel_dropped((enum tel_drop)i)};
	for (int i = TEL_GATE_OK + 1; i < TEL_GATE_VERDICTS; i++)
		drops[n++] = (struct message){.kind = ROW_DROP,
		        .what = str_of(tel_gate_verdict_names[i]),
		        .came = (int64_t)tel_gate_dropped((enum tel_gate_verdict)i)};
	link_tell(&(struct message){.kind = EV_FIGURES,
	        .lag_ms = f.lag_ms,
	        .legs = (int64_t)tel_leg_count(),
	        .calls_open = (int64_t)line_count(),
	        .rss = rss_octets(),
	        .since = house_now(),
	        .drops = {drops, n}});
}

size_t house_project(int64_t project, int64_t *ids, size_t n, size_t max)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == project)
			return n;
	if (n < max)
		ids[n++] = project;
	return n;
}

/* What the pacer of each project steers by. */
static void tell_floor(void)
{
	struct message rows[PROJECTS_MAX], m = {.kind = EV_FLOOR};
	int64_t ids[PROJECTS_MAX];
	size_t n = line_projects(ids, seat_projects(ids, 0, PROJECTS_MAX), PROJECTS_MAX);

	for (size_t i = 0; i < n; i++) {
		rows[i] = (struct message){.kind = ROW_FLOOR, .project = ids[i]};
		seat_floor(ids[i], &rows[i].idle, &rows[i].talking);
		line_floor(ids[i], &rows[i].ringing, &rows[i].waiting);
		rows[i].queued = inbound_queued(ids[i]);
	}
	m.floors = (struct message_rows){rows, n};
	if (n && link_up())
		link_tell(&m);
}

static void on_tick(void *arg)
{
	int64_t now = house_now();

	(void)arg;
	if (++house.ticks % TICKS_PER_STEP)
		return;
	line_tick(now);
	seat_tick(now);
	trunk_watch(now);
	if (now - house.watched >= WATCH_MS) {
		house.watched = now;
		line_watch();
		ticket_watch(now);
		inbound_watch(now);
		seat_offer_all(); /* by now less skill may be enough */
		tell_floor();
		fence_watch();
	}
	if (now - house.told >= FIGURES_MS) {
		house.told = now;
		tell_figures();
	}
}

/* Start and end -------------------------------------------------------------------------------------------------------- */

static void stop(void *arg)
{
	(void)arg;
	if (tel_recorder_busy() && house_now() < house.end_by)
		tmr_start(&house.end, END_LOOK_MS, stop, NULL);
	else
		tel_loop_stop();
}

/* An ordered end: calls get their BYE, recordings are closed and told, then the loop stops; without any it stops at once. */
static void on_signal(int signal)
{
	if (house.ending)
		return;
	log_info("tel", "signal %d: ending", signal);
	house.ending = true;
	tel_sip_open(false);
	house.end_by = house_now() + END_MAX_MS;
	tmr_start(&house.end, line_count() ? END_MS : 0, stop, NULL);
	line_end_all();
}

static void give_up_rights(void)
{
	struct rlimit files = {FILES_MAX, FILES_MAX}, none = {0, 0}, now;

	if (!getrlimit(RLIMIT_NOFILE, &now) && now.rlim_max < FILES_MAX)
		files.rlim_cur = files.rlim_max = now.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	setrlimit(RLIMIT_CORE, &none);
	setpriority(PRIO_PROCESS, 0, NICE); /* sound before everything; without the right it stays as it is */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	umask(077);
	close_range(3, ~0U, 0);
}

/* Without SIP (its port is taken) browsers and practice still work, and every trunk says it is down. */
static void start_sip(const struct tel_settings *s)
{
	struct fault f = {0};

	if (tel_sip_init(s->sip ? s->sip : "0.0.0.0:5060", s->public_ip, &f))
		log_error("sip", "no calls over trunks: %s", f.what);
	else
		desk_init();
}

static int start(const struct tel_settings *s, struct fault *f)
{
	static const struct link_handlers handlers = {.command = on_command};
	int err = tel_loop_init(FILES_MAX, f);

	if (!err)
		err = tel_recorder_init(s->record_dir, f);
	if (!err)
		err = tel_ports_init(
		        s->rtp_low ? s->rtp_low : RTP_LOW, s->rtp_high ? s->rtp_high : RTP_HIGH, s->public_ip, f);
	if (!err)
		err = tel_crew_init(s->loops, s->crowded ? s->crowded : TEL_CREW_PLENTY, f);
	if (!err)
		err = tel_webrtc_init(f);
	if (!err && (!s->sip || strcmp(s->sip, "off") != 0))
		start_sip(s);
	if (!err)
		err = link_init(&s->link, &handlers, f);
	if (err)
		return err;
	inbound_init();
	fetch_init(s->record_dir);
	tel_speech_init(s->sound_dir, s->spoken_dir);
	tel_media_init();
	tel_loop_each_tick(on_tick, NULL);
	return 0;
}

int tel_main(const struct tel_settings *s)
{
	struct fault f = {0};
	int code = 0;

	log_process_set("tel");
	give_up_rights();
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0); /* without its supervisor nobody could ever stop it */
	tmr_init(&house.end);
	if (start(s, &f)) {
		code = 1;
		log_error("tel", "cannot start: %s", f.what);
	} else if (tel_loop_run(on_signal)) {
		code = 2;
	}
	tmr_cancel(&house.end);
	line_end_all();
	tel_recorder_done(); /* while there is a link to tell of what closed */
	tel_speech_done();
	link_done();
	seat_done();
	ticket_done();
	inbound_done();
	trunk_done();
	tel_registrar_done();
	tel_sip_done();
	tel_webrtc_done();
	tel_crew_done();
	tel_loop_done();
	return code;
}
