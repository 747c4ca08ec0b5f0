/* SPDX-License-Identifier: GPL-3.0-or-later */
/* template.c - what a script is begun from: contact, orientation, options, decision, farewell, and the branch of a conflict, each step with the
 * tone the trade's handbook gives it. What is the author's to say stands in square brackets. */
#include "domain/script/script.h"

struct both {
	const char *ru, *en;
};
struct template_stage {
	const char *id, *kind;
	struct both name;
};
struct template_answer {
	struct both label;
	const char *to;
};
struct template_node {
	const char *id, *stage, *type;
	int x, y;
	struct both title, text, tone, hint;
	struct template_answer answers[3];
	bool angry; /* the phrases that only make it worse are forbidden here */
};

static const struct template_stage stages[] = {
        {"s1", "contact", {"Контакт", "Contact"}},
        {"s2", "orientation", {"Ориентация", "Orientation"}},
        {"s3", "options", {"Варианты", "Options"}},
        {"s4", "decision", {"Решение", "Decision"}},
        {"s5", "exit", {"Выход из контакта", "Farewell"}},
        {"s6", "conflict", {"Конфликт", "Conflict"}},
};

static const struct template_node nodes[] = {
        {"n1", "s1", "ask", 0, 0, {"Приветствие", "Greeting"},
                {"Здравствуйте, {person.name}. Меня зовут {operator.name}, компания «{customer.name}». Удобно сейчас говорить?",
                        "Good day, {person.name}. My name is {operator.name}, I am calling from {customer.name}. Is this a good "
                        "moment?"},
                {"радушный хозяин встречает дорогого гостя", "a warm host meets a dear guest"},
                {"Улыбнитесь: улыбку слышно", "Smile: it is heard"},
                {{{"Да, слушаю", "Yes, go on"}, "n3"}, {{"Это не ко мне", "You want somebody else"}, "n2"},
                        {{"Сейчас неудобно", "Not now"}, "n8"}},
                false},
        {"n2", "s1", "ask", 0, 320, {"Кто решает", "Who decides"},
                {"Подскажите, пожалуйста, с кем об этом лучше поговорить?",
                        "Could you tell me who would be the right person?"},
                {"радушный хозяин встречает дорогого гостя", "a warm host meets a dear guest"},
                {"Запишите имя и должность в карточку", "Write name and position into the card"},
                {{{"Соединяет", "Puts you through"}, "n1"}, {{"Не говорит", "Does not say"}, "n9"}}, false},
        {"n3", "s2", "ask", 340, 0, {"Расспрос", "Asking"},
                {"Расскажите, пожалуйста, [как у вас сейчас устроено то, чему мы можем помочь]?",
                        "Tell me, please, [how do you do now what we could help with]?"},
                {"мягко, «добрый доктор»", "soft, a kind doctor"},
                {"Открытые вопросы, за весь этап не больше пяти–семи: иначе получится допрос",
                        "Open questions, five to seven at most in the whole stage, or it becomes an interrogation"},
                {{{"Рассказывает", "Tells"}, "n4"}, {{"Нам это не нужно", "We do not need it"}, "n6"}}, false},
        {"n4", "s2", "ask", 340, 320, {"Итог услышанного", "What was heard"},
                {"Итак, для вас важно [что услышали]. Верно?", "So what matters to you is [what you heard]. Is that right?"},
                {"мягко, «добрый доктор»", "soft, a kind doctor"},
                {"Повторите своими словами то, что сказал собеседник", "Say in your own words what you were told"},
                {{{"Да, верно", "Yes"}, "n5"}, {{"Не совсем", "Not quite"}, "n3"}}, false},
        {"n5", "s3", "ask", 680, 0, {"Варианты", "Options"},
                {"Тогда вам подойдёт [первый вариант] или [второй вариант]. Что вам ближе?",
                        "Then [the first option] or [the second one] would suit you. Which is closer?"},
                {"консультант", "a consultant"},
                {"Доводы — о пользе для этого клиента, не больше трёх", "Arguments about his gain, three at most"},
                {{{"Заинтересован", "Interested"}, "n7"}, {{"Сомневается", "Doubts"}, "n6"}}, false},
        {"n6", "s3", "objection", 680, 320, {"Возражение", "Objection"},
                {"Понимаю вас. [Ответ на возражение]", "I understand. [The answer to the objection]"},
                {"консультант", "a consultant"},
                {"Готовые ответы — в библиотеке возражений", "Ready answers are in the library of objections"},
                {{{"Сомнение снято", "Convinced"}, "n7"}, {{"Не интересно", "Not interested"}, "n9"}}, false},
        {"n7", "s4", "ask", 1020, 0, {"Решение", "Decision"},
                {"Предлагаю так: [что именно и когда]. Договорились?", "Let us do it like this: [what and when]. Agreed?"},
                {"коротко и конкретно", "short and to the point"}, {0},
                {{{"Согласен", "Agreed"}, "n10"}, {{"Надо подумать", "Will think"}, "n8"}, {{"Нет", "No"}, "n9"}}, false},
        {"n8", "s5", "end", 1360, 320, {"Договориться о звонке", "Agree on a call"},
                {"Хорошо, тогда созвонимся. Когда вам удобно? Спасибо, до связи.",
                        "All right, let us talk later. When would suit you? Thank you, till then."},
                {"радушный хозяин прощается со своим гостем", "a warm host sees his guest off"},
                {"Запишите день и час", "Write down day and hour"}, {{{0}, NULL}}, false},
        {"n9", "s5", "end", 1360, 640, {"Прощание", "Farewell"},
                {"Спасибо, что нашли время. Если что-то изменится, будем рады помочь. Всего доброго.",
                        "Thank you for your time. Should anything change, we shall be glad to help. Goodbye."},
                {"радушный хозяин прощается со своим гостем", "a warm host sees his guest off"}, {0}, {{{0}, NULL}}, false},
        {"n10", "s5", "end", 1360, 0, {"Договорённость", "Agreement"},
                {"Записываю: [о чём договорились]. Спасибо за разговор, {person.name}, до связи.",
                        "I am noting: [what was agreed]. Thank you, {person.name}, talk to you soon."},
                {"радушный хозяин прощается со своим гостем", "a warm host sees his guest off"},
                {"Назовите, что будет дальше и когда", "Say what comes next and when"}, {{{0}, NULL}}, false},
        {"c1", "s6", "ask", 0, 960, {"Выслушать", "Listen"},
                {"Я вас внимательно слушаю. Расскажите, что случилось?", "I am listening. Tell me what happened?"},
                {"мягко, без улыбки", "soft, without a smile"},
                {"Дайте выговориться и помолчите; не перебивайте", "Let him speak out and be silent; do not interrupt"},
                {{{"Выговорился", "Has spoken out"}, "c2"}}, true},
        {"c2", "s6", "ask", 340, 960, {"Признать", "Acknowledge"},
                {"Понимаю, это неприятно. Правильно ли я понимаю: [что произошло]?",
                        "I see, that is unpleasant. Do I understand: [what happened]?"},
                {"сочувствие", "sympathy"}, {"Покажите, что поняли, и не спорьте", "Show that you understood, do not argue"},
                {{{"Да", "Yes"}, "c3"}, {{"Нет, не так", "No"}, "c1"}}, true},
        {"c3", "s6", "say", 680, 960, {"Что будет сделано", "What will be done"},
                {"Вот что мы сделаем: [что и когда]. А это, к сожалению, не в наших силах: [чего не будет].",
                        "This is what we shall do: [what and when]. This, I am sorry, we cannot: [what not]."},
                {"спокойно и твёрдо", "calm and firm"},
                {"Обещайте только то, что зависит от вас", "Promise only what you can keep"}, {{{"Дальше", "Next"}, "c4"}},
                true},
        {"c4", "s6", "say", 1020, 960, {"Извинения", "Apology"},
                {"Ещё раз прошу нас извинить.", "Once again, please accept our apologies."}, {"искренне", "sincere"}, {0},
                {{{"Дальше", "Next"}, "c5"}}, true},
        {"c5", "s6", "end", 1360, 960, {"Прощание после конфликта", "Farewell after a conflict"},
                {"Спасибо, что сказали об этом. Надеюсь, следующий наш разговор будет для вас приятным. Всего доброго.",
                        "Thank you for telling us. I hope our next talk will be a pleasant one. Goodbye."},
                {"тепло", "warm"}, {0}, {{{0}, NULL}}, true},
};

struct making {
	struct json_out w;
	bool english;
};

static str word(const struct making *m, struct both b)
{
	return str_of(m->english ? b.en : b.ru);
}

static void put_stage(struct making *m, const struct template_stage *s)
{
	json_open(&m->w, '{');
	json_member_text(&m->w, "id", str_of(s->id));
	json_member_text(&m->w, "name", word(m, s->name));
	json_member_text(&m->w, "kind", str_of(s->kind));
	json_close(&m->w, '}');
}

static void put_answers(struct making *m, const struct template_node *n)
{
	static const char *const ids[] = {"a1", "a2", "a3"};

	json_key(&m->w, "answers");
	json_open(&m->w, '[');
	for (size_t i = 0; i < COUNT(n->answers) && n->answers[i].to; i++) {
		json_open(&m->w, '{');
		json_member_text(&m->w, "id", str_of(ids[i]));
		json_member_text(&m->w, "label", word(m, n->answers[i].label));
		json_member_text(&m->w, "to", str_of(n->answers[i].to));
		json_close(&m->w, '}');
	}
	json_close(&m->w, ']');
}

static void put_forbidden(struct making *m, bool angry)
{
	static const struct both phrases[] = {{"Успокойтесь", "Calm down"}, {"Не нервничайте", "Don't be nervous"}};

	json_key(&m->w, "forbidden");
	json_open(&m->w, '[');
	for (size_t i = 0; angry && i < COUNT(phrases); i++)
		json_add_text(&m->w, word(m, phrases[i]));
	json_close(&m->w, ']');
}

static void put_node(struct making *m, const struct template_node *n)
{
	json_open(&m->w, '{');
	json_member_text(&m->w, "id", str_of(n->id));
	json_member_text(&m->w, "stage", str_of(n->stage));
	json_member_text(&m->w, "type", str_of(n->type));
	json_member_text(&m->w, "title", word(m, n->title));
	json_member_text(&m->w, "text", word(m, n->text));
	json_member_text(&m->w, "tone", word(m, n->tone));
	json_member_text(&m->w, "hint", word(m, n->hint));
	put_forbidden(m, n->angry);
	put_answers(m, n);
	json_member_int(&m->w, "x", n->x);
	json_member_int(&m->w, "y", n->y);
	json_close(&m->w, '}');
}

str script_template(struct arena *a, str language)
{
	struct text t = {.a = a};
	struct making m = {.w = {.t = &t}, .english = str_eq(language, STR("en"))};

	json_open(&m.w, '{');
	json_member_text(&m.w, "start", STR("n1"));
	json_member_text(&m.w, "conflict", STR("c1"));
	json_key(&m.w, "stages");
	json_open(&m.w, '[');
	for (size_t i = 0; i < COUNT(stages); i++)
		put_stage(&m, &stages[i]);
	json_close(&m.w, ']');
	json_key(&m.w, "nodes");
	json_open(&m.w, '[');
	for (size_t i = 0; i < COUNT(nodes); i++)
		put_node(&m, &nodes[i]);
	json_close(&m.w, ']');
	json_close(&m.w, '}');
	return text_str(&t);
}
