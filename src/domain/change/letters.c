/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letters.c - what the customer and the manager are written about a change, in the project's language. */
#include "domain/change/change_priv.h"
#include "domain/letter/letter.h"

/* Words of one language; [0] Russian, [1] English. */
static const char *const hello[] = {"Добрый день.", "Good day,"};
static const char *const kinds[][2] = {
        [CHANGE_SCRIPT] = {"скрипт", "the script"},
        [CHANGE_BASE] = {"база", "the base"},
        [CHANGE_STRATEGY] = {"порядок обзвона", "the way we call"},
        [CHANGE_FLOW] = {"голосовое меню", "the voice menu"},
        [CHANGE_COMPOSITION] = {"состав проекта: скрипт, база и порядок обзвона",
                "the composition: script, base and way of calling"},
};

static const char *const script_steps[] = {"скрипта", "the script"}, *const flow_steps[] = {"меню", "the menu"};

static const char *const until_then[][2] = {
        {"Без вашего согласия звонки не начнутся.", "Without your approval calling does not begin."},
        {"До тех пор звоним так, как согласовано раньше.", "Until then we call as agreed before."},
};

static size_t steps_of(struct json part, const char *what)
{
	struct json all = json_get(part, "steps");
	size_t n = 0;

	for (size_t i = 0; i < json_count(all); i++)
		n += str_eq(json_get_text(json_at(all, i), "what"), str_of(what));
	return n;
}

/* of: whose steps, as its words in both languages. */
static void step_figures(struct text *t, const char *const of[2], struct json part, bool en)
{
	size_t added = steps_of(part, "added"), changed = steps_of(part, "changed"), removed = steps_of(part, "removed");

	if (!json_get_int(part, "from", 0))
		text_addf(t, en ? " Steps of %s: %zu." : " Шагов %s: %zu.", of[en], added);
	else
		text_addf(t,
		        en ? " Steps of %s: changed %zu, new %zu, removed %zu."
		           : " Шагов %s: изменено %zu, новых %zu, убрано %zu.",
		        of[en], changed, added, removed);
}

/* The whole stands behind the link; here what it is about, in figures. */
static str summary(struct arena *a, const struct change *c, bool en)
{
	struct text t = {.a = a};
	struct json diff, base;

	if (json_parse(a, c->diff, &diff, NULL))
		return (str){0};
	base = json_get(diff, "base");
	text_addf(&t, "%s %s.", en ? "It changes" : "Меняется", kinds[c->kind][en]);
	if (c->script_version_id)
		step_figures(&t, script_steps, json_get(diff, "script"), en);
	if (json_kind(base) == JSON_OBJECT)
		text_addf(&t, en ? " Contacts: %lld come, %lld go." : " Контактов добавится %lld, уйдёт %lld.",
		        (long long)json_get_int(base, "added", 0), (long long)json_get_int(base, "removed", 0));
	if (c->strategy_id)
		text_addf(&t, en ? " Settings of dialling: %zu." : " Настроек обзвона меняется: %zu.",
		        json_count(json_get(diff, "strategy")));
	if (c->flow_version_id)
		step_figures(&t, flow_steps, json_get(diff, "flow"), en);
	return text_str(&t);
}

static str when(struct arena *a, const struct change *c, const struct notice_words *w)
{
	if (!c->takes_effect_at)
		return w->english ? STR("It takes effect as soon as you approve it.")
		                  : STR("Вступит в силу сразу после вашего согласия.");
	return str_printf(a, w->english ? "Once approved, it takes effect on %.*s." : "После согласия вступит в силу %.*s.",
	        STR_ARG(letter_moment(a, w->language, w->zone, c->takes_effect_at)));
}

/* A question that was answered stands first. */
static int last_words(struct db *db, struct arena *a, const struct change *c, bool en, str *ret, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "SELECT q.words, w.words FROM change_word q JOIN change_word w ON w.change_id = q.change_id AND w.kind = 'answer' WHERE "
	        "q.change_id = ?1 AND q.kind = 'question' ORDER BY q.id DESC, w.id DESC LIMIT 1",
	        VALS(V(c->id)), v, 2, f);

	*ret = err ? STR("")
	           : str_printf(a,
	                     en ? "You asked: %.*s\n\nOur answer: %.*s\n\n" : "Вы спросили: %.*s\n\nОтвечаем: %.*s\n\n",
	                     STR_ARG(val_str(v[0])), STR_ARG(val_str(v[1])));
	return err == ENOENT ? 0 : err;
}

int change_ask_customer(const struct app *app, struct db *db, struct arena *a, const struct change *c, int64_t now,
        int64_t *ret_letters, struct fault *f)
{
	struct notice n = {.kind = "change", .project_id = c->project_id, .to = NOTICE_DECIDERS, .change_id = c->id};
	struct notice_words w;
	struct val p[2];
	str asked;
	int err = db_one(db, a,
	        "SELECT customer_approves, CASE WHEN state IN ('running', 'stopped') THEN 1 ELSE 0 END FROM project WHERE id = ?1",
	        VALS(V(c->project_id)), p, COUNT(p), f);

	*ret_letters = 0;
	if (err || !val_int(p[0]))
		return err;
	err = notice_words(db, a, c->project_id, &w, f);
	if (!err)
		err = last_words(db, a, c, w.english, &asked, f);
	if (err)
		return err;
	n.button = w.english ? "See it and decide" : "Посмотреть и решить";
	n.subject = str_printf(a,
	        w.english ? "%.*s: please decide about change %lld, %.*s"
	                  : "«%.*s»: нужно ваше решение по изменению %lld, %.*s",
	        STR_ARG(w.project), (long long)c->number, STR_ARG(c->title));
	n.text = str_printf(a,
	        w.english
	                ? "%s\n\n%.*sIn the project «%.*s» we propose change %lld: %.*s.\n\n%.*s\n\nWhat we expect: %.*s\n\n%.*s %s"
	                : "%s\n\n%.*sПо проекту «%.*s» предлагаем изменение %lld: %.*s.\n\n%.*s\n\nЧего ждём: %.*s\n\n%.*s %s",
	        hello[w.english], STR_ARG(asked), STR_ARG(w.project), (long long)c->number, STR_ARG(c->title),
	        STR_ARG(summary(a, c, w.english)), STR_ARG(c->effect), STR_ARG(when(a, c, &w)),
	        until_then[val_int(p[1]) != 0][w.english]);
	return notice_send(app, db, a, &n, now, ret_letters, f);
}

static const char *const decided[][2] = {
        [DECISION_APPROVE] = {"согласовал", "approved"},
        [DECISION_DECLINE] = {"отклонил", "declined"},
        [DECISION_ASK] = {"спрашивает про", "asks about"},
};

int change_tell_manager(const struct app *app, struct db *db, struct arena *a, const struct change *c,
        const struct decision_body *d, str said_by, int64_t now, struct fault *f)
{
	struct notice n = {.kind = "decision", .project_id = c->project_id, .to = NOTICE_MANAGER};
	struct notice_words w;
	int64_t letters;
	int err = notice_words(db, a, c->project_id, &w, f);

	if (err)
		return err;
	n.subject = str_printf(a, w.english ? "%.*s: the customer %s change %lld" : "«%.*s»: заказчик %s изменение %lld",
	        STR_ARG(w.project), decided[d->decision][w.english], (long long)c->number);
	n.text = str_printf(a, w.english ? "%.*s %s change %lld: %.*s.\n\n%.*s" : "%.*s %s изменение %lld: %.*s.\n\n%.*s",
	        STR_ARG(said_by), decided[d->decision][w.english], (long long)c->number, STR_ARG(c->title),
	        STR_ARG(d->note));
	err = notice_send(app, db, a, &n, now, &letters, f);
	return err ? err
	           : notify(db, a,
	                     &(struct notice_of){.kind = NOTIFY_CHANGE_DECIDED,
	                             .project_id = c->project_id,
	                             .row_id = c->id,
	                             .what = str_of(decision_words[d->decision])},
	                     now, f);
}
