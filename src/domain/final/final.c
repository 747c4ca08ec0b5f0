/* SPDX-License-Identifier: GPL-3.0-or-later */
/* final.c - the report over HTTP: one path, as JSON, or with format as PDF, XLSX or CSV. */
#include "base/parse.h"
#include "domain/final/final_priv.h"
#include "domain/final/final_schema.h"
#include "domain/role/role.h"
#include "engine/stats/sequential.h"

enum { MONEY_MAX = 100000000 }; /* roubles */

static void put_int(struct json_out *w, const char *key, int64_t v)
{
	json_member_int(w, key, v);
}

static void put_parts(struct json_out *w, const char *key, const struct final_part *parts, size_t n)
{
	double low, high;

	json_key(w, key);
	json_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(w, '{');
		json_member_text(w, "name", parts[i].name);
		put_int(w, "calls", parts[i].calls);
		put_int(w, "dialogues", parts[i].leads.n);
		put_int(w, "leads", parts[i].leads.hits);
		put_int(w, "refusals", parts[i].refusals);
		share_likely(&parts[i].leads, &low, &high);
		json_key(w, "low");
		json_add_real(w, low);
		json_key(w, "high");
		json_add_real(w, high);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_reasons(struct json_out *w, const struct final *r)
{
	json_key(w, "reasons");
	json_open(w, '[');
	for (size_t i = 0; i < r->n_reasons; i++) {
		json_open(w, '{');
		json_member_text(w, "name", r->reasons[i].name);
		put_int(w, "contacts", r->reasons[i].contacts);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_side(struct json_out *w, const char *key, const struct change_side *s)
{
	json_key(w, key);
	json_open(w, '{');
	put_int(w, "dialogues", s->dialogues);
	put_int(w, "leads", s->leads);
	json_close(w, '}');
}

static void put_changes(struct request *q, const struct final *r, bool english)
{
	struct json_out *w = &q->out;

	json_key(w, "changes");
	json_open(w, '[');
	for (size_t i = 0; i < r->n_changes; i++) {
		const struct change_effect *e = &r->changes[i];
		json_open(w, '{');
		put_int(w, "number", e->number);
		json_member_text(w, "title", e->title);
		put_int(w, "applied_at", e->applied_at);
		put_side(w, "before", &e->before);
		put_side(w, "after", &e->after);
		json_member_text(w, "between", final_between(q->a, e, english));
		json_key(w, "moved");
		json_add_bool(w, final_moved(e));
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_judged(struct json_out *w, const struct final *r)
{
	json_key(w, "left");
	json_open(w, '{');
	put_int(w, "fresh", r->fresh);
	put_int(w, "due", r->due);
	put_int(w, "dialogues", r->dialogues_left);
	put_int(w, "low", r->leads_left.low);
	put_int(w, "middle", r->leads_left.middle);
	put_int(w, "high", r->leads_left.high);
	json_close(w, '}');
	json_key(w, "trend");
	json_open(w, '{');
	json_key(w, "slope");
	json_add_real(w, r->trend.slope);
	json_key(w, "p");
	json_add_real(w, r->trend.p);
	json_close(w, '}');
}

static void put_words(struct request *q, const struct final *r, bool english)
{
	struct json_out *w = &q->out;

	json_member_text(w, "advice", str_of(advice_names[r->advice]));
	json_member_text(w, "advice_words", final_advice(r, english));
	json_key(w, "said");
	json_open(w, '[');
	for (int i = 0; i < REASONS; i++) {
		str said = final_say(q->a, r, (enum reason)i, english);
		if (said.n)
			json_add_text(w, said);
	}
	json_close(w, ']');
	if (q->who->role->outside)
		return;
	json_key(w, "letter");
	json_open(w, '{');
	json_member_text(w, "subject", final_letter_subject(q->a, r, english));
	json_member_text(w, "body", final_letter(q->a, r, english));
	json_close(w, '}');
}

static int put_report(struct request *q, const struct final *r, bool english)
{
	struct json_out *w = &q->out;

	json_open(w, '{');
	put_int(w, "made_at", r->made_at);
	json_key(w, "total");
	json_open(w, '{');
	for (int i = 0; i < FINAL_SUMS; i++)
		put_int(w, final_sums[i], r->sums[i]);
	json_close(w, '}');
	put_parts(w, "weeks", r->weeks, r->n_weeks);
	put_parts(w, "versions", r->versions, r->n_versions);
	put_parts(w, "bases", r->bases, r->n_bases);
	put_reasons(w, r);
	put_changes(q, r, english);
	put_judged(w, r);
	put_words(q, r, english);
	json_close(w, '}');
	return 0;
}

static int money(struct request *q, const char *name, int64_t *ret)
{
	str given = http_param(q->http, name);

	if (given.n && !parse_int(given, 0, MONEY_MAX, ret))
		return fail(&q->fault, EINVAL, name, "range", "whole roubles from 0 to %d", MONEY_MAX);
	return 0;
}

static int report(struct request *q)
{
	struct final *r = NEW(q->a, struct final);
	str format = http_param(q->http, "format"), language = http_param(q->http, "language");
	bool english = language.n ? str_eq(language, STR("en")) : str_eq(q->who->language, STR("en"));
	struct project p;
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err && format.n && !may(q->who, MAY_EXPORT))
		err = fail(&q->fault, EACCES, "format", "right", "your role may not take tables out");
	if (!err)
		err = money(q, "lead_worth", &r->lead_worth);
	if (!err)
		err = money(q, "dialogue_price", &r->dialogue_price);
	if (!err)
		err = final_load(q, &p, r);
	if (err)
		return err;
	if (str_eq(format, STR("pdf")))
		return final_document(q, r, english);
	return format.n ? final_table(q, r, english) : put_report(q, r, english);
}

static const struct route routes[] = {
        {HTTP_GET, "/projects/{id}/final", MAY_SEE_REPORT, report,
                "The report at the project's end: figures, trend, what is left, what to do and why. format: pdf, xlsx or csv; language: ru or "
                "en; lead_worth and dialogue_price in roubles tell whether going on pays",
                .gives_raw = "application/json", .schema = FINAL_SCHEMA},
        {0},
};
const struct module final_module = {.name = "final", .routes = routes};
