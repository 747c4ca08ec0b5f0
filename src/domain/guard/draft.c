/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draft.c - a draft from JSON. */
#include "base/clock.h"
#include "base/parse.h"
#include "domain/guard/guard_priv.h"

enum { PEOPLE_MAX = 1000, SENT_MAX = 1000 };

/* "Анна <anna@x.ru>" or the address alone. */
static void add_address(struct arena *a, str s, struct guard_addresses *ret, struct text *names)
{
	size_t open = str_find(s, '<', 0), close = str_find(s, '>', open);
	str address = open < s.n ? str_sub(s, open + 1, close) : s;

	address = utf8_lower(a, str_trim(address));
	if (open < s.n) {
		text_add_char(names, ' ');
		text_add(names, str_sub(s, 0, open));
	}
	if (address.n && str_find(address, '@', 0) < address.n && ret->n < PEOPLE_MAX)
		ret->of[ret->n++] = address;
}

/* Parted by commas and semicolons, not by those within quotation marks. */
static void add_list(struct arena *a, str s, struct guard_addresses *ret, struct text *names)
{
	bool quoted = false;
	size_t from = 0;

	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] == '"')
			quoted = !quoted;
		if (i == s.n || (!quoted && (s.p[i] == ',' || s.p[i] == ';'))) {
			add_address(a, str_sub(s, from, i), ret, names);
			from = i + 1;
		}
	}
}

static bool add_value(struct arena *a, struct json v, struct guard_addresses *ret, struct text *names)
{
	str s, name;

	if (json_text(v, &s)) {
		add_list(a, s, ret, names);
		return true;
	}
	if (json_kind(v) != JSON_OBJECT)
		return json_kind(v) == JSON_NULL || json_kind(v) == JSON_ABSENT;
	s = json_get_text(v, "address").p ? json_get_text(v, "address") : json_get_text(v, "email");
	name = json_get_text(v, "name");
	if (name.n) {
		text_add_char(names, ' ');
		text_add(names, name);
	}
	add_address(a, s, ret, names);
	return s.p != NULL;
}

static int addresses(struct arena *a, struct json v, const char *field, struct guard_addresses *ret, struct fault *f)
{
	struct text names = {.a = a};
	bool good = true;

	*ret = (struct guard_addresses){.of = NEW_N(a, str, PEOPLE_MAX)};
	if (json_kind(v) == JSON_ARRAY)
		for (size_t i = 0; good && i < json_count(v); i++)
			good = add_value(a, json_at(v, i), ret, &names);
	else
		good = add_value(a, v, ret, &names);
	ret->names = text_str(&names);
	return good ? 0 : fail(f, EINVAL, field, "draft", "addresses are texts, or objects with an address");
}

/* RFC 3339, also without seconds, zone or time; or ms. 0 when it is none. */
static int64_t moment(struct arena *a, struct json v)
{
	int64_t ms = 0;
	struct date d;
	str s;

	if (json_int(v, &ms))
		return ms;
	if (!json_text(v, &s))
		return 0;
	s = str_copy(a, str_trim(s));
	if (s.n > 10 && s.p[10] == ' ')
		((char *)(uintptr_t)s.p)[10] = 'T';
	if (clock_parse(s, &ms) || clock_parse(str_printf(a, "%.*sZ", STR_ARG(s)), &ms) ||
	        clock_parse(str_printf(a, "%.*s:00Z", STR_ARG(s)), &ms))
		return ms;
	if (s.n > 16 && clock_parse(str_printf(a, "%.16s:00%.*s", s.p, STR_ARG(str_sub(s, 16, s.n))), &ms))
		return ms;
	return date_parse(str_sub(s, 0, 10), &d) ? date_days(d) * CLOCK_DAY : 0;
}

/* Nothing and null are an empty text; a number or a list is a mistake of whoever made the draft. */
static int text(struct json v, const char *key, str *ret, struct fault *f)
{
	struct json one = json_get(v, key);
	str s = STR("");

	if (!json_text(one, &s) && json_kind(one) != JSON_ABSENT && json_kind(one) != JSON_NULL)
		return fail(f, EINVAL, key, "draft_text", "%s is a text", key);
	*ret = s;
	return 0;
}

static int letter(struct arena *a, struct json v, const char *id, const char *at, struct guard_letter *ret, struct fault *f)
{
	struct guard_addresses from;
	int err = addresses(a, json_get(v, "to"), "to", &ret->to, f);

	if (!err)
		err = addresses(a, json_get(v, "cc"), "cc", &ret->cc, f);
	if (!err)
		err = addresses(a, json_get(v, "from"), "from", &from, f);
	if (err)
		return err;
	ret->from = from.n ? from.of[0] : STR("");
	ret->at = moment(a, json_get(v, at));
	err = text(v, id, &ret->id, f);
	if (!err)
		err = text(v, "subject", &ret->subject, f);
	return err ? err : text(v, "body", &ret->body, f);
}

int guard_draft(struct arena *a, struct json v, struct guard_draft *ret, struct fault *f)
{
	struct guard_draft d = {.signature = {0}};
	struct json parent = json_get(v, "parent"), sent = json_get(v, "sent_before_unanswered"),
	            project = json_get(v, "project"), reply = json_get(v, "in_reply_to");
	int err = json_kind(v) == JSON_OBJECT ? 0 : fail(f, EINVAL, NULL, "draft", "a draft is one JSON object");

	if (!err)
		err = letter(a, v, "id", "created_at", &d.letter, f);
	d.in_reply_to_said = json_kind(reply) != JSON_ABSENT;
	if (!err)
		err = text(v, "in_reply_to", &d.in_reply_to, f);
	d.has_parent = json_kind(parent) == JSON_OBJECT;
	if (!err)
		err = letter(a, parent, "id", "date", &d.parent, f);
	d.n_sent = json_count(sent) < SENT_MAX ? json_count(sent) : SENT_MAX;
	d.sent = NEW_N(a, struct guard_letter, d.n_sent + 1);
	for (size_t i = 0; !err && i < d.n_sent; i++)
		err = letter(a, json_at(sent, i), "id", "sent_at", &d.sent[i], f);
	if (!err)
		err = text(project, "name", &d.project, f);
	if (!err)
		err = text(project, "client", &d.client, f);
	if (!err)
		err = text(project, "matter", &d.matter, f);
	if (!err)
		*ret = d;
	return err;
}
