/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watcher.c - who stands at the end of a stream, and which events are his. */
#include "kit/event/event_priv.h"

#include "engine/json/json.h"

static void copy_who(struct arena *a, struct who *to, const struct who *from)
{
	struct role *role;

	*to = *from;
	if (from->role && from->project_id) { /* a narrowed role lives with its request */
		role = NEW(a, struct role);
		*role = *from->role;
		to->role = role;
	}
	to->login = str_copy(a, from->login);
	to->name = str_copy(a, from->name);
	to->language = str_copy(a, from->language);
}

struct watcher *watcher_new(const struct who *who, int64_t after)
{
	struct watcher *w = calloc(1, sizeof(*w));

	if (!w)
		abort();
	w->at = after;
	copy_who(&w->a, &w->who, who);
	return w;
}

void watcher_free(struct watcher *w)
{
	arena_free(&w->a);
	free(w);
}

int watcher_check(struct watcher *w, struct db *db, int64_t now, struct fault *f)
{
	struct arena a = {0};
	struct who who;
	struct reach projects, customers;
	int err = access_again(db, &a, &w->who, now, &who, f);

	if (!err && (who.role->may != w->who.role->may || strcmp(who.role->name, w->who.role->name)))
		err = ENOENT;
	if (!err)
		err = access_reach(db, &a, &who, SCOPE_PROJECT, &projects, f);
	if (!err)
		err = access_reach(db, &a, &who, SCOPE_CUSTOMER, &customers, f);
	if (err) {
		arena_free(&a);
		return err;
	}
	arena_free(&w->a);
	w->a = a;
	w->who = who;
	w->projects = projects;
	w->customers = customers;
	w->checked_ms = now;
	return 0;
}

bool event_concerns(const struct event *e, const struct who *w, const struct reach *projects, const struct reach *customers)
{
	if ((w->role->may & e->right) != e->right || (e->staff_only && w->role->outside))
		return false;
	if (e->user_id)
		return e->user_id == w->user_id;
	if (!e->project_id && !e->customer_id)
		return !w->role->outside && !w->project_id;
	return (!e->project_id || reach_has(projects, e->project_id)) &&
	       (!e->customer_id || reach_has(customers, e->customer_id));
}

str event_text(const struct event_row *r, struct arena *a)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};

	text_lit(&t, "id: ");
	text_add_int(&t, r->id);
	text_lit(&t, "\ndata: ");
	json_open(&w, '{');
	json_key(&w, "entity");
	json_add_text(&w, str_of(r->e.entity));
	json_key(&w, "verb");
	json_add_text(&w, str_of(r->e.verb));
	json_key(&w, "id");
	json_add_int(&w, r->e.row_id);
	json_key(&w, "project_id");
	json_add_int(&w, r->e.project_id);
	if (r->e.body.p) {
		json_key(&w, "body");
		json_add_raw(&w, r->e.body);
	}
	json_close(&w, '}');
	text_lit(&t, "\n\n");
	return text_str(&t);
}
