/* SPDX-License-Identifier: GPL-3.0-or-later */
/* metrics.c - what the process knows about itself, in the text form of Prometheus. */
#include "server/house.h"

#include "base/log.h"
#include "domain/alarm/alarm.h"
#include "domain/dialer/dialer.h"
#include "domain/role/role.h"
#include "engine/crypto/crypto.h"
#include "kit/app/app.h"

#include <inttypes.h>
#include <unistd.h>

static void figure(struct text *t, const char *name, const char *type, const char *doc, int64_t value)
{
	text_addf(
	        t, "# HELP zvonar_%s %s\n# TYPE zvonar_%s %s\nzvonar_%s %" PRId64 "\n", name, doc, name, type, name, value);
}

static void put_http(struct text *t, struct http_server *server)
{
	static const char *const le[] = {
	        "0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "5", "+Inf"};
	struct http_figures h;
	int64_t sum = 0;

	http_figures(server, &h);
	figure(t, "http_requests_total", "counter", "Requests taken", h.requests);
	figure(t, "http_refused_total", "counter", "Connections and requests refused at the door", h.refused);
	figure(t, "http_connections", "gauge", "Open connections", h.connections);
	figure(t, "http_workers_busy", "gauge", "Workers at work", h.workers_busy);
	figure(t, "http_queue", "gauge", "Requests that wait for a worker", h.queue);
	text_lit(t,
	        "# HELP zvonar_http_answers_total Answers by class of status\n# TYPE zvonar_http_answers_total counter\n");
	for (int i = 1; i < 6; i++)
		text_addf(t, "zvonar_http_answers_total{class=\"%dxx\"} %" PRId64 "\n", i, h.by_class[i]);
	text_lit(t, "# HELP zvonar_http_seconds Time from request to answer\n# TYPE zvonar_http_seconds histogram\n");
	for (size_t i = 0; i < COUNT(le); i++) {
		sum += h.latency_le[i];
		text_addf(t, "zvonar_http_seconds_bucket{le=\"%s\"} %" PRId64 "\n", le[i], sum);
	}
	text_addf(t, "zvonar_http_seconds_sum %.6f\nzvonar_http_seconds_count %" PRId64 "\n", (double)h.latency_us_sum / 1e6,
	        sum);
}

static void put_store(struct text *t, struct store *s)
{
	struct store_figures f;

	store_figures(s, &f);
	figure(t, "store_writes_total", "counter", "Writes committed", f.writes);
	figure(t, "store_groups_total", "counter", "Commits made for them", f.groups);
	figure(t, "store_failed_total", "counter", "Writes refused", f.failed);
	figure(t, "store_queue_max", "gauge", "Longest queue of writes seen", f.queue_max);
}

static void put_dialer(struct text *t)
{
	struct dialer_figures d;

	dialer_figures(&d);
	figure(t, "tel_up", "gauge", "The telephone process is there and in step", d.up);
	figure(t, "tel_lag_ms", "gauge", "Delay of its loop", d.lag_ms);
	figure(t, "tel_legs", "gauge", "Legs it holds", d.legs);
	figure(t, "tel_calls", "gauge", "Calls it holds", d.calls);
	figure(t, "tel_resident_bytes", "gauge", "Its memory", d.rss);
	text_lit(t,
	        "# HELP zvonar_tel_dropped_total Packets and SIP messages it dropped, by reason\n# TYPE zvonar_tel_dropped_total counter\n");
	for (size_t i = 0; i < COUNT(d.drops) && d.drops[i].why[0]; i++)
		text_addf(t, "zvonar_tel_dropped_total{reason=\"%s\"} %" PRId64 "\n", d.drops[i].why, d.drops[i].n);
	figure(t, "tel_events_total", "counter", "What it said", d.events);
	figure(t, "dials_total", "counter", "Calls and cards chosen for free operators", d.dials);
	figure(t, "dial_decide_us_total", "counter", "Time of these choices", d.decide_us_sum);
	figure(t, "dial_decide_us_max", "gauge", "The longest of them", d.decide_us_max);
}

static int put_jobs(struct request *q)
{
	struct val waiting, dead;
	int err = db_one(q->db, q->a, "SELECT count(*) FROM job WHERE state = 'waiting'", NO_VALS, &waiting, 1, &q->fault);

	if (!err)
		err = db_one(q->db, q->a, "SELECT count(*) FROM job WHERE state = 'dead'", NO_VALS, &dead, 1, &q->fault);
	if (err)
		return err;
	figure(q->out.t, "jobs_waiting", "gauge", "Jobs that wait for their moment", val_int(waiting));
	figure(q->out.t, "jobs_dead", "gauge", "Jobs given up, for a person to look at", val_int(dead));
	return 0;
}

static int put_alarms(struct request *q)
{
	struct alarm all[ALARM_KINDS];
	int err = alarms_look(q->app, q->db, q->a, q->now, all, &q->fault);

	if (err)
		return err;
	text_lit(q->out.t, "# HELP zvonar_alarm What needs a person now\n# TYPE zvonar_alarm gauge\n");
	for (int i = 0; i < ALARM_KINDS; i++)
		text_addf(q->out.t, "zvonar_alarm{kind=\"%s\"} %d\n", alarm_kind_names[i], all[i].on);
	return 0;
}

static void put_process(struct text *t)
{
	FILE *f = fopen("/proc/self/statm", "re");
	long long size, resident = 0;

	if (f && fscanf(f, "%lld %lld", &size, &resident) == 2)
		figure(t, "resident_bytes", "gauge", "Memory of the app process", resident * sysconf(_SC_PAGESIZE));
	if (f)
		fclose(f);
	figure(t, "log_warnings_total", "counter", "Log lines of level warn", (int64_t)log_count(LOG_WARN));
	figure(t, "log_errors_total", "counter", "Log lines of level error", (int64_t)log_count(LOG_ERROR));
	figure(t, "password_hashes_total", "counter", "Passwords hashed or checked", password_hashes());
}

static bool is_loopback(const char *peer)
{
	return str_starts(str_of(peer), STR("127.")) || !strcmp(peer, "::1");
}

int house_metrics(struct request *q)
{
	int err;

	if (!is_loopback(q->http->peer) && !may(q->who, MAY_SET_UP))
		return EACCES;
	q->http->type = "text/plain; version=0.0.4";
	put_http(q->out.t, q->app->http);
	put_store(q->out.t, q->store);
	figure(q->out.t, "event_streams", "gauge", "Open event streams", event_hub_streams(q->hub));
	put_process(q->out.t);
	put_dialer(q->out.t);
	err = put_alarms(q);
	return err ? err : put_jobs(q);
}
