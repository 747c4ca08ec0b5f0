// SPDX-License-Identifier: GPL-3.0-or-later
// How talks went and how they sounded.
export const sound = {
	"talk.title": ["Как прошёл разговор", "How the talk went"],
	"talk.share": ["Кто сколько говорил", "Who spoke how much"],
	"talk.operator_share": ["Оператор {{share}} %", "Operator {{share}} %"],
	"talk.contact_share": ["Клиент {{share}} %", "Contact {{share}} %"],
	"talk.speech": ["Говорит всего", "Speaks in all"],
	"talk.monologue": ["Самый длинный монолог", "Longest monologue"],
	"talk.latency": ["Отвечает обычно через, с", "Usually answers in, s"],
	"talk.latency_p90": ["Девять ответов из десяти — за, с", "Nine answers of ten within, s"],
	"talk.interruptions": ["Перебивает, раз", "Interrupts, times"],
	"talk.first_word": ["Первое слово оператора после ответа, с", "Operator’s first word after the answer, s"],
	"talk.silence": ["Оба молчат (от 3 с)", "Both silent (3 s and more)"],
	"talk.longest_silence": ["Самая длинная тишина", "Longest silence"],
	"talk.overlaps": ["Говорят вместе", "Both speak at once"],
	"talk.switches": ["Смен говорящего в минуту", "Changes of speaker a minute"],
	"talk.too_short": [
		"Разговор слишком короткий, чтобы судить о нём. Оператор говорит {{ours}} с, клиент — {{theirs}} с.",
		"Too short to say anything about it. The operator speaks for {{ours}} s, the contact for {{theirs}} s.",
	],
} as const;
