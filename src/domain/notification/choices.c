/* SPDX-License-Identifier: GPL-3.0-or-later */
/* choices.c - how a person wants to be told of what, and when not. */
#include "domain/notification/notification_priv.h"
#include "engine/zone/zone.h"

static const struct notification_hours usual = {
        .timezone = {"Europe/Moscow", 13}, .quiet_from = 22 * 60, .quiet_to = 8 * 60, .urgent_passes = true};

int choice_of(struct db *db, struct arena *a, int64_t user_id, enum notification_kind kind, struct notification_choice *ret,
        struct fault *f)
{
	struct val v[3];
	int err = db_one(db, a, "SELECT page, letter, sms FROM notification_choice WHERE user_id = ?1 AND kind = ?2",
	        VALS(V(user_id), V(str_of(notification_kind_names[kind]))), v, COUNT(v), f);

	*ret = (struct notification_choice){true, notification_kinds[kind].letter, false};
	if (!err)
		*ret = (struct notification_choice){val_int(v[0]) != 0, val_int(v[1]) != 0, val_int(v[2]) != 0};
	return err == ENOENT ? 0 : err;
}

int hours_of_user(struct db *db, struct arena *a, int64_t user_id, struct notification_hours *ret, struct fault *f)
{
	struct val v[4];
	int err = db_one(db, a,
	        "SELECT timezone, quiet_from, quiet_to, urgent_passes FROM notification_hours WHERE user_id = ?1",
	        VALS(V(user_id)), v, COUNT(v), f);

	*ret = usual;
	if (!err)
		*ret = (struct notification_hours){val_str(v[0]), val_int(v[1]), val_int(v[2]), val_int(v[3]) != 0};
	return err == ENOENT ? 0 : err;
}

bool hours_quiet(const struct notification_hours *h, int64_t now)
{
	struct zone_time t;
	struct fault f;

	if (h->quiet_from == h->quiet_to || zone_local(h->timezone, now, &t, &f))
		return false;
	if (h->quiet_from < h->quiet_to)
		return t.minute_of_day >= h->quiet_from && t.minute_of_day < h->quiet_to;
	return t.minute_of_day >= h->quiet_from || t.minute_of_day < h->quiet_to;
}

/* Over HTTP ------------------------------------------------------------------------------------------------------------------------- */

struct choices {
	str kinds, timezone;
	int64_t quiet_from, quiet_to;
	bool urgent_passes;
	str email, phone;
};
#define KINDS_SCHEMA \
	"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"kind\",\"title\",\"urgent\",\"page\",\"letter\",\"sms\"]," \
	"\"properties\":{\"kind\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"urgent\":{\"type\":\"boolean\"},\"page\":{\"type\":" \
	"\"boolean\"},\"letter\":{\"type\":\"boolean\"},\"sms\":{\"type\":\"boolean\"}}}}"
#define CHOSEN_SCHEMA \
	"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"kind\",\"page\",\"letter\",\"sms\"],\"properties\":{\"kind\":{" \
	"\"type\":\"string\"},\"page\":{\"type\":\"boolean\"},\"letter\":{\"type\":\"boolean\"},\"sms\":{\"type\":\"boolean\"}}}}"
#define ENTITY struct choices
#define HOURS_FIELDS \
	F_STR(timezone, 1, 64, "Zone of my quiet hours", .flags = NULLABLE), \
	        F_INT(quiet_from, 0, 1439, "They begin at this minute of my day"), \
	        F_INT(quiet_to, 0, 1439, "And end at this one; equal: there are none"), \
	        F_BOOL(urgent_passes, "What is urgent reaches me in them too")
static const struct field fields[] = {
        F_JSON(kinds, KINDS_SCHEMA, "What I can be told of, and by which ways I am", .flags = GIVEN),
        HOURS_FIELDS,
        F_STR(email, 0, 254, "Where letters go; null: my profile has no address", .flags = GIVEN | NULLABLE),
        F_STR(phone, 0, 20, "Where messages go; null: my profile has no number", .flags = GIVEN | NULLABLE),
};
static const struct field change_fields[] = {
        F_JSON(kinds, CHOSEN_SCHEMA, "Those that change", .flags = NULLABLE),
        HOURS_FIELDS,
};
#undef ENTITY
const struct shape choices_shape = {"notification_choices", "How I am told", fields, COUNT(fields), sizeof(struct choices)};
const struct shape choices_change_shape = {
        "notification_choices_change", "How I want to be told", change_fields, COUNT(change_fields), sizeof(struct choices)};

static bool concerns(const struct who *who, enum notification_kind kind)
{
	return (!who->role->outside || notification_kinds[kind].outside) && may(who, notification_kinds[kind].right);
}

static void put_flag(struct json_out *w, const char *name, bool on)
{
	json_key(w, name);
	json_add_bool(w, on);
}

static int kinds_of(struct request *q, str *ret)
{
	bool english = str_eq(q->who->language, STR("en"));
	struct text t = {.a = q->a};
	struct json_out w = {.t = &t};
	int err = 0;

	json_open(&w, '[');
	for (int i = 0; i < NOTIFICATION_KINDS && !err; i++) {
		struct notification_choice c;
		if (!concerns(q->who, (enum notification_kind)i))
			continue;
		err = choice_of(q->db, q->a, q->who->user_id, (enum notification_kind)i, &c, &q->fault);
		json_open(&w, '{');
		json_member_text(&w, "kind", str_of(notification_kinds[i].name));
		json_member_text(&w, "title", str_of(notification_kinds[i].title[english]));
		put_flag(&w, "urgent", notification_kinds[i].urgent);
		put_flag(&w, "page", c.page);
		put_flag(&w, "letter", c.letter);
		put_flag(&w, "sms", c.sms);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	*ret = text_str(&t);
	return err;
}

int choices_get(struct request *q)
{
	struct notification_hours h;
	struct choices c;
	struct val v[2];
	int err = db_one(
	        q->db, q->a, "SELECT email, phone FROM \"user\" WHERE id = ?1", VALS(V(q->who->user_id)), v, 2, &q->fault);

	if (!err)
		err = hours_of_user(q->db, q->a, q->who->user_id, &h, &q->fault);
	if (!err)
		err = kinds_of(q, &c.kinds);
	if (err)
		return err;
	c.timezone = h.timezone;
	c.quiet_from = h.quiet_from;
	c.quiet_to = h.quiet_to;
	c.urgent_passes = h.urgent_passes;
	c.email = val_str(v[0]);
	c.phone = val_str(v[1]);
	request_give(q, &choices_shape, &c);
	return 0;
}

static int put_choice(struct db *db, const struct request *q, struct json one, struct fault *f)
{
	str name = json_get_text(one, "kind");
	int kind = notification_kind_find(name);

	if (kind < 0 || !concerns(q->who, (enum notification_kind)kind))
		return fail(f, EINVAL, "kinds", "word", "there is no such kind of notification");
	return db_run(db,
	        "INSERT INTO notification_choice (user_id, kind, page, letter, sms) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (user_id, "
	        "kind) DO UPDATE SET page = excluded.page, letter = excluded.letter, sms = excluded.sms",
	        VALS(V(q->who->user_id), V(name), V(json_get_bool(one, "page", true)),
	                V(json_get_bool(one, "letter", false)), V(json_get_bool(one, "sms", false))),
	        NULL, f);
}

static int put_hours(struct db *db, struct arena *a, const struct request *q, struct fault *f)
{
	const struct choices *in = q->body;
	struct notification_hours h;
	int err = hours_of_user(db, a, q->who->user_id, &h, f);

	if (in->timezone.n)
		h.timezone = in->timezone;
	if (q->seen & 1u << 2)
		h.quiet_from = in->quiet_from;
	if (q->seen & 1u << 3)
		h.quiet_to = in->quiet_to;
	if (q->seen & 1u << 4)
		h.urgent_passes = in->urgent_passes;
	if (!err && !zone_valid(h.timezone))
		err = fail(f, EINVAL, "timezone", "timezone", "there is no such time zone");
	return err ? err
	           : db_run(db,
	                     "INSERT INTO notification_hours (user_id, timezone, quiet_from, quiet_to, urgent_passes) VALUES (?1, ?2, ?3, "
	                     "?4, ?5) ON CONFLICT (user_id) DO UPDATE SET timezone = excluded.timezone, quiet_from = excluded.quiet_from, "
	                     "quiet_to = excluded.quiet_to, urgent_passes = excluded.urgent_passes",
	                     VALS(V(q->who->user_id), V(h.timezone), V(h.quiet_from), V(h.quiet_to), V(h.urgent_passes)),
	                     NULL, f);
}

static int choices_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct request *q = arg;
	struct json kinds = json_get(q->in, "kinds");
	int err = put_hours(db, a, q, f);

	for (size_t i = 0; i < json_count(kinds) && i < NOTIFICATION_KINDS && !err; i++)
		err = put_choice(db, q, json_at(kinds, i), f);
	return err;
}

int choices_put(struct request *q)
{
	int err = request_write(q, choices_write, q);

	return err ? err : choices_get(q);
}
