/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.c - what a letter begins with: the history below it, and the polite reminders of text 001 in the customer's language. */
#include "domain/mailbox/words.h"
#include "domain/letter/letter.h"

str mail_history(struct arena *a, const struct mail_letter_row *l, str language, str zone)
{
	bool en = str_eq(language, STR("en"));
	str moment = letter_moment(a, language, zone, l->at), rest = l->body_text, line;
	struct text t = {.a = a};

	text_add(&t, moment);
	text_add(&t, STR(", "));
	if (l->from_name.n)
		text_addf(&t, "%.*s ", STR_ARG(l->from_name));
	text_addf(&t, en ? "<%.*s> wrote:\n" : "<%.*s> пишет:\n", STR_ARG(l->from_address));
	while (str_ends(rest, STR("\n")) || str_ends(rest, STR("\r")))
		rest = str_sub(rest, 0, rest.n - 1);
	while (rest.n && str_cut(&rest, '\n', &line)) {
		if (str_ends(line, STR("\r")))
			line = str_sub(line, 0, line.n - 1);
		text_add(&t, str_starts(line, STR(">")) ? STR(">") : STR("> "));
		text_add(&t, line);
		text_add_char(&t, '\n');
	}
	return text_str(&t);
}

str mail_reminder(struct arena *a, const struct mail_lapse *l, str language)
{
	bool en = str_eq(language, STR("en"));
	struct text t = {.a = a};

	if (!l->thread && !l->dropped.n && !l->pieces)
		return (str){0};
	text_add(&t, en ? STR("Good day.\n") : STR("Добрый день.\n"));
	if (l->thread)
		text_add(&t,
		        en ? STR("\nPlease answer with the letters before yours kept below: then what was agreed is at hand for everybody.\n")
		           : STR("\nПожалуйста, отвечайте с сохранением предыдущей переписки: так все договорённости остаются под рукой у "
		                 "каждого участника.\n"));
	if (l->dropped.n)
		text_addf(&t,
		        en ? "\nPlease keep in copy: %.*s. They take part in the project and need the letters.\n"
		           : "\nПожалуйста, оставляйте в копии: %.*s. Эти люди участвуют в проекте, и письма им нужны.\n",
		        STR_ARG(l->dropped));
	if (l->pieces)
		text_add(&t,
		        en ? STR("\nPlease gather all the material in one letter: it is easier to study and to pass on that way.\n")
		           : STR("\nПожалуйста, соберите весь материал в одном письме: так его удобнее изучить и передать.\n"));
	return text_str(&t);
}
