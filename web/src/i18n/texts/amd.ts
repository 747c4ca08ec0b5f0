// SPDX-License-Identifier: GPL-3.0-or-later
// Answering machines.
export const amd = {
	"project.tab.amd": ["Автоответчики", "Machines"],
	"entity:pickup": ["Ответ на звонок", "Answer"],
	"amd.intro": [
		"При предиктивном наборе программа может сама отличать автоответчик от человека и не звать к нему оператора. Она иногда ошибается, и тогда человек слышит тишину. Поэтому включить это можно только там, где ошибка измерена: послушайте начало ответов и отметьте, кто ответил.",
		"In predictive dialling the program can tell an answering machine from a person and not connect an operator to it. Sometimes it is wrong, and a person hears silence. So it can be switched on only where the mistakes are measured: listen to how calls were answered and say who it was.",
	],
	"amd.switch": ["Отличать автоответчики от людей", "Tell machines from people"],
	"amd.switch.what": [
		"К автоответчику оператор не выходит: звонок завершается сам. Человек ждёт оператора чуть дольше.",
		"No operator is connected to a machine: the call ends by itself. People wait for an operator a little longer.",
	],
	"amd.not_enough": [
		"Включить пока нельзя. Осталось отметить ответов: {{left}}.",
		"It cannot be switched on yet. Answers left to label: {{left}}.",
	],
	"amd.too_wrong": [
		"Включать нельзя: за автоответчик может быть принято до {{upper}} % людей, допустимо не больше {{limit}} %.",
		"It must be off: up to {{upper}} % of people may be taken for machines, at most {{limit}} % are allowed.",
	],
	"amd.labelled": ["Отмечено ответов", "Answers labelled"],
	"amd.labelled.of": ["{{n}} из {{least}}", "{{n}} of {{least}}"],
	"amd.wrong": ["Людей принято за автоответчик", "People taken for machines"],
	"amd.wrong.what": ["{{wrong}} из {{people}}", "{{wrong}} of {{people}}"],
	"amd.upper": ["В худшем случае", "At worst"],
	"amd.upper.what": ["верхняя граница 95 %; допустимо {{limit}} %", "upper 95 % bound; {{limit}} % allowed"],
	"amd.found": ["Автоответчиков найдено", "Machines found"],
	"amd.found.what": [
		"{{found}} из {{machines}}; человека узнаёт за {{delay}} с",
		"{{found}} of {{machines}}; a person is known in {{delay}} s",
	],
	"amd.mistakes": ["Ошибки — люди, которые слышали бы тишину:", "Mistakes, people who would have heard silence:"],
	"amd.reason:silence": ["долго молчали", "long silence"],
	"amd.reason:pause": ["пауза", "pause"],
	"amd.reason:words": ["много слов", "many words"],
	"amd.reason:greeting": ["длинное приветствие", "a long greeting"],
	"amd.reason:word": ["слово без конца", "a word without end"],
	"amd.reason:beep": ["гудок", "a beep"],
	"amd.reason:sit": ["сигнал сети", "network tones"],
	"amd.reason:time": ["не решено", "undecided"],
	"amd.label": ["Кто ответил?", "Who answered?"],
	"amd.listen": ["Звонок {{at}}. Важны первые секунды.", "Call of {{at}}. The first seconds matter."],
	"amd.person": ["Человек", "Person"],
	"amd.machine": ["Автоответчик", "Machine"],
	"amd.skip": ["Не понять", "Cannot tell"],
	"amd.again": ["Ещё раз", "Again"],
	"amd.nothing_left": [
		"Неотмеченных ответов нет. Они появляются вместе с записями новых разговоров.",
		"Nothing left to label. New answers come with the recordings of new talks.",
	],
	"error.amd_unmeasured": [
		"Пока нельзя включить: мало отмеченных ответов или слишком много ошибок.",
		"It cannot be switched on yet: too few labelled answers, or too many mistakes.",
	],
} as const;
