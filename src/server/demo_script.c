/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demo_script.c - what stands beside the demonstration's script, and what its talks tell about it: ways through it, phrases without an answer. */
#include "domain/script/script.h"
#include "engine/spell/stems.h"
#include "server/demo_priv.h"

static const struct {
	const char *phrase, *answer;
} objections[] = {
        {"Дорого",
                "Понимаю, {person.name}. А с чем сравниваете? У нас в цену входят доставка и анализ отработки раз в полгода."},
        {"У нас уже есть поставщик",
                "Хорошо, что есть. Мы не просим его менять: многие держат нас вторым, на случай срыва поставки."},
        {"Отправьте на почту",
                "Отправлю. Чтобы письмо было по делу, подскажите: какие масла берёте чаще и сколько в месяц?"},
        {"Нет времени", "Тогда коротко: один вопрос, и вы решите, стоит ли продолжать."},
        {"Откуда у вас мой номер", "Из открытого справочника предприятий города. Если звонить не нужно, сразу отмечу."},
};
static const struct {
	const char *title, *body;
} articles[] = {
        {"Доставка и сроки",
                "Со склада в городе клиента — на следующий рабочий день.\n\n- до 100 кг бесплатно\n- бочки и кубы — по "
                "тарифу перевозчика\n- пустую тару забираем сами\n\nПоздняя заявка (после 16:00) уходит через день."},
        {"Цена на квартал",
                "Цена фиксируется на квартал с даты договора, если выборка не меньше 200 кг в месяц.\n\nПрайс высылает "
                "менеджер в день разговора."},
        {"Допуски и анализ отработки", "# Допуски\nЕсть допуски основных производителей грузовиков, список — в прайсе.\n\n# "
                                       "Анализ\nПробу берёт механик клиента, лаборатория отвечает за пять рабочих дней."},
};

/* Steps by which talks with a result went; taken in turn. */
static const struct {
	const char *result, *paths[3];
} ways[] = {
        {"Лид", {"n1:a1 n2:a1 n3:a1 n4:a1 n5:a1 n9:a1 n13", "n1:a1 n2:a1 n3:a1 n4:a2 n5:a3 n6:a1 n9:a1 n13",
                        "n1:a1 n2:a3 n7:a1 n3:a1 n4:a1 n5:a1 n9:a1 n13"}},
        {"Встреча",
                {"n1:a1 n2:a1 n3:a1 n4:a2 n5:a1 n9:a1 n13", "n1:a1 n2:a2 n1:a1 n2:a1 n3:a1 n4:a1 n5:a1 n9:a1 n13", NULL}},
        {"Презентация", {"n1:a1 n2:a1 n3:a1 n4:a3 n8:a1 n10:a1 n13", "n1:a1 n2:a1 n3:a2 n4:a1 n5:a2 n10:a1 n13", NULL}},
        {"Не интересно", {"n1:a1 n2:a3 n7:a2 n12", "n1:a1 n2:a3 n7:a2 n12", "n1:a1 n2"}},
        {"Дорого", {"n1:a1 n2:a1 n3:a1 n4:a2 n5:a3 n6:a2 n12", "n1:a1 n2:a1 n3:a2 n4:a2 n5:a3 n6:a2 n12", NULL}},
        {"Работают с другими", {"n1:a1 n2:a1 n3:a1 n4:a3 n8:a2 n12", "n1:a1 n2:a1 n3:a2 n4", NULL}},
        {"Не звонить", {"n1 n14:a1 n15", NULL, NULL}},
};

static const struct {
	const char *node, *said;
} phrases[] = {{"n4", "Берём на маркетплейсе"}, {"n2", "А вы официальный дилер?"}, {"n4", "Берём с маркетплейса"},
        {"n4", "На маркетплейсе берём, там дешевле"}, {"n2", "Вы официальный дилер или нет?"}, {"n3", "Мы на газе ездим"},
        {"n5", "Звоните после праздников"}};

static int add_library(struct demo *d, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; !err && i < COUNT(objections); i++)
		err = db_run(d->db, "INSERT INTO objection (project_id, phrase, answer, created_at) VALUES (?1, ?2, ?3, ?4)",
		        VALS(V(d->project_id), V(str_of(objections[i].phrase)), V(str_of(objections[i].answer)), V(d->now)),
		        NULL, f);
	for (size_t i = 0; !err && i < COUNT(articles); i++) {
		str title = str_of(articles[i].title), body = str_of(articles[i].body);
		err = db_run(d->db,
		        "INSERT INTO article (project_id, title, body, created_at, title_words, words) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		        VALS(V(d->project_id), V(title), V(body), V(d->now), V(stems_join(d->a, stems_of(d->a, title))),
		                V(stems_join(d->a, stems_of(d->a, body)))),
		        NULL, f);
	}
	return err;
}

/* "n1:a1 n2" as the seat sends a path, its steps spread over the talk. */
static str path_of(struct arena *a, str way, int64_t talk_ms)
{
	struct text t = {.a = a};
	struct json_out w = {.t = &t};
	int64_t steps = 1, at = 0;
	str step;

	for (size_t i = 0; i < way.n; i++)
		steps += way.p[i] == ' ';
	json_open(&w, '[');
	while (str_cut(&way, ' ', &step)) {
		size_t colon = str_find(step, ':', 0);
		json_open(&w, '[');
		json_add_text(&w, str_sub(step, 0, colon));
		json_add_text(&w, colon < step.n ? str_sub(step, colon + 1, step.n) : (str){0});
		json_add_int(&w, at);
		json_close(&w, ']');
		at += talk_ms / steps;
	}
	json_close(&w, ']');
	return text_str(&t);
}

struct talk {
	int64_t id, operator_id, talk_ms;
	bool won;
};

static int add_walk(struct demo *d, const struct talk *t, const char *way, struct fault *f)
{
	struct walk walk = {.script_version_id = d->script_id, .operator_id = t->operator_id};
	str path = path_of(d->a, str_of(way), t->talk_ms);
	int err = db_run(d->db, "UPDATE call SET path = ?2 WHERE id = ?1", VALS(V(t->id), V(path)), NULL, f);

	if (!err)
		err = walk_read(d->db, d->a, path, t->talk_ms, t->won, &walk, f);
	return err ? err : walk_count(d->db, &walk, false, f);
}

static int add_walks(struct demo *d, size_t of, struct fault *f)
{
	enum { TALKS = 600 };
	struct talk *talks = NEW_N(d->a, struct talk, TALKS);
	size_t n = 0, k = 0;
	struct rows r;
	int err = db_ask(d->db, d->a,
	        "SELECT c.id, c.operator_id, c.talk_ms, c.counts_as FROM call c JOIN result r ON r.id = c.result_id WHERE c.project_id = "
	        "?1 AND r.name = ?2 AND c.talk_ms > 0 ORDER BY c.id LIMIT 600",
	        VALS(V(d->project_id), V(str_of(ways[of].result))), &r, f);

	while (!err && n < TALKS && !(err = rows_next(&r, f)))
		talks[n++] = (struct talk){rows_int(&r, 0), rows_int(&r, 1), rows_int(&r, 2),
		        !str_eq(rows_str(&r, 3), STR("nothing")) && !str_eq(rows_str(&r, 3), STR("refusal"))};
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; !err && i < n; i++) {
		k = ways[of].paths[k % 3] ? k % 3 : 0;
		err = add_walk(d, &talks[i], ways[of].paths[k++], f);
	}
	return err;
}

static int add_phrases(struct demo *d, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; !err && i < COUNT(phrases); i++) {
		str said = str_of(phrases[i].said);
		err = db_run(d->db,
		        "INSERT INTO unanswered (project_id, call_id, script_version_id, node, operator_id, said, words, said_at) SELECT "
		        "c.project_id, c.id, ?2, ?3, c.operator_id, ?4, ?5, c.ended_at FROM call c WHERE c.id = (SELECT x.id FROM call x JOIN "
		        "result r ON r.id = x.result_id WHERE x.project_id = ?1 AND r.name = 'Работают с другими' ORDER BY x.id LIMIT 1 OFFSET "
		        "?6)",
		        VALS(V(d->project_id), V(d->script_id), V(str_of(phrases[i].node)), V(said),
		                V(stems_join(d->a, stems_of(d->a, said))), V((int64_t)i)),
		        NULL, f);
	}
	return err;
}

int demo_script(struct demo *d, struct fault *f)
{
	int err = add_library(d, f);

	for (size_t i = 0; !err && i < COUNT(ways); i++)
		err = add_walks(d, i, f);
	return err ? err : add_phrases(d, f);
}
