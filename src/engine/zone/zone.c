/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zone.c - a table of loaded zones in front of GLib. A GTimeZone never changes once made, so it is used without the lock. */
#include "engine/zone/zone.h"

#include <glib.h>
#include <pthread.h>

enum { ZONES_MAX = 700, ZONE_NAME_MAX = 64 }; /* the tz database has 597 names */

static struct {
	pthread_rwlock_t lock;
	size_t n;
	struct {
		char name[ZONE_NAME_MAX];
		size_t n;
		GTimeZone *tz;
	} zones[ZONES_MAX];
} kept = {.lock = PTHREAD_RWLOCK_INITIALIZER};

/* Names become paths in GLib: letters, digits, "_", "-", "+" and "/" between parts, no parts of dots, no offset in front. */
static bool well_formed(str zone)
{
	bool start = true;

	if (zone.n == 0 || zone.n >= ZONE_NAME_MAX)
		return false;
	for (size_t i = 0; i < zone.n; i++) {
		char c = zone.p[i];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		bool other = (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
		if (start ? !letter : !letter && !other && c != '/')
			return false;
		start = c == '/';
	}
	return !start && (str_find(zone, '/', 0) < zone.n || str_eq(zone, STR("UTC")));
}

static GTimeZone *kept_find(str zone)
{
	for (size_t i = 0; i < kept.n; i++)
		if (str_eq(zone, (str){kept.zones[i].name, kept.zones[i].n}))
			return kept.zones[i].tz;
	return NULL;
}

static GTimeZone *load(str zone)
{
	char name[ZONE_NAME_MAX];
	GTimeZone *tz;

	memcpy(name, zone.p, zone.n);
	name[zone.n] = 0;
	tz = g_time_zone_new_identifier(name);
	if (!tz)
		return NULL;
	pthread_rwlock_wrlock(&kept.lock);
	if (!kept_find(zone) && kept.n < ZONES_MAX) {
		memcpy(kept.zones[kept.n].name, name, sizeof(name));
		kept.zones[kept.n].n = zone.n;
		kept.zones[kept.n++].tz = tz;
	} else {
		g_time_zone_unref(tz);
	}
	tz = kept_find(zone);
	pthread_rwlock_unlock(&kept.lock);
	return tz;
}

static GTimeZone *zone_get(str zone)
{
	GTimeZone *tz;

	if (!well_formed(zone))
		return NULL;
	pthread_rwlock_rdlock(&kept.lock);
	tz = kept_find(zone);
	pthread_rwlock_unlock(&kept.lock);
	return tz ? tz : load(zone);
}

bool zone_valid(str zone)
{
	return zone_get(zone) != NULL;
}

static int unknown(struct fault *f, str zone)
{
	return fail(f, EINVAL, "timezone", "zone", "there is no time zone named %.*s", STR_ARG(str_sub(zone, 0, 60)));
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t offset_s(GTimeZone *tz, int64_t utc_s)
{
	return g_time_zone_get_offset(tz, g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, utc_s));
}

int zone_local(str zone, int64_t utc_ms, struct zone_time *ret, struct fault *f)
{
	GTimeZone *tz = zone_get(zone);
	int64_t utc_s = floor_div(utc_ms, 1000), offset, local, days;

	if (!tz)
		return unknown(f, zone);
	offset = offset_s(tz, utc_s);
	local = utc_s + offset;
	days = floor_div(local, 86400);
	*ret = (struct zone_time){.date = date_of_days(days),
	        .weekday = date_weekday(days),
	        .minute_of_day = (int)((local - days * 86400) / 60),
	        .offset_min = (int)floor_div(offset, 60)};
	return 0;
}

/* The first second in (from, to] whose offset is no longer that of from. */
static int64_t jump(GTimeZone *tz, int64_t from, int64_t to)
{
	int64_t before = offset_s(tz, from);

	while (to - from > 1) {
		int64_t mid = from + (to - from) / 2;
		if (offset_s(tz, mid) == before)
			from = mid;
		else
			to = mid;
	}
	return to;
}

int zone_instant(str zone, struct date date, int minute_of_day, int64_t *ret_ms, struct fault *f)
{
	GTimeZone *tz = zone_get(zone);
	int64_t local = date_days(date) * 86400 + minute_of_day * (int64_t)60;
	int64_t early, late, with_early, with_late;

	if (!tz)
		return unknown(f, zone);
	/* No place changes its clock twice within two days, so these are the offsets before and after a change nearby. */
	early = offset_s(tz, local - 86400);
	late = offset_s(tz, local + 86400);
	with_early = local - early;
	with_late = local - late;
	if (offset_s(tz, with_early) == early)
		*ret_ms = with_early * 1000;
	else if (offset_s(tz, with_late) == late)
		*ret_ms = with_late * 1000;
	else
		*ret_ms = jump(tz, with_late, with_early) * 1000;
	return 0;
}
