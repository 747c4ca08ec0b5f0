// SPDX-License-Identifier: GPL-3.0-or-later
// What callers hear: uploaded sounds, and words read by a voice.
export const prompt = {
	"entity:prompt": ["Фраза", "Prompt"],
	"prompts.title": ["Фразы", "Prompts"],
	"prompts.empty": [
		"Фраз пока нет. Загрузите запись голоса или напишите слова — их прочитает голос программы.",
		"No prompts yet. Upload a recorded voice, or write words for the program's voice to read.",
	],
	"prompts.words": ["Написать слова", "Write words"],
	"prompts.upload": ["Загрузить запись", "Upload a sound"],
	"prompts.upload.what": [
		"WAV, MP3, M4A, FLAC, Ogg или Opus, не длиннее 5 минут. Запись можно перетащить сюда мышью.",
		"WAV, MP3, M4A, FLAC, Ogg or Opus, 5 minutes at most. You may drop the file here.",
	],
	"prompts.house": ["Для всех проектов", "For all projects"],
	"prompts.of_house": ["Общая", "For all projects"],
	"prompt.kind": ["Вид", "Kind"],
	"prompt.kind:words": ["Слова", "Words"],
	"prompt.kind:upload": ["Запись", "Sound"],
	"prompt.words": ["Что произнести", "Words to say"],
	"prompt.words.hint": [
		"Запасные слова — после черты: {person.name|уважаемый клиент}. Без них пустое поле просто пропускается.",
		"After a bar goes what to say when the field is empty: {person.name|dear customer}. Without it an empty field is left out.",
	],
	"prompt.language": ["Язык", "Language"],
	"prompt.language:ru": ["Русский", "Russian"],
	"prompt.language:en": ["Английский", "English"],
	"prompt.duration_ms": ["Длина", "Length"],
	"prompt.level_db": ["Громкость", "Loudness"],
	"prompt.file_name": ["Файл", "File"],
	"prompt.level": [
		"Записано на {{from}} дБ, звонящий услышит на −20 дБ, как и все фразы.",
		"Recorded at {{from}} dB; callers hear it at −20 dB, like all prompts.",
	],
	"prompt.listen": ["Прослушать", "Listen"],
	"prompt.heard": ["Так услышит звонящий", "What a caller hears"],
	"prompt.replace": ["Заменить запись", "Replace the sound"],
	"prompt.original": ["Скачать исходный файл", "Download the original"],
	"prompt.says": ["Прозвучит: {{text}}", "Will be said: {{text}}"],
	"prompt.gap": [
		"Если поля «{{field}}» у человека нет, эти слова прозвучат без него. Добавьте запасные слова после черты.",
		"Somebody without the field “{{field}}” hears the words without it. Add a fallback after a bar.",
	],
	"prompt.formats": ["Как прочитать число, сумму, дату", "How to read a number, a sum, a date"],
	"prompt.formats.what": [
		"Добавьте к полю двоеточие и слово из списка: {field.debt:money}.",
		"Add a colon and one of these words to the field: {field.debt:money}.",
	],
	"flow.prompt": ["Готовая фраза", "Prompt"],
	"flow.prompt.own": ["Свои слова", "Words of this step"],
	"queue.announce_s": ["Говорить место в очереди каждые, с", "Announce the place every, s"],
	"queue.announce_s.hint": [
		"«Вы третий в очереди, ожидание около двух минут.» От 20 секунд; 0 — не говорить.",
		"“You are third in the queue, the wait is about two minutes.” From 20 seconds on; 0: never.",
	],
	"error.sound_form": [
		"В файле нет звука, который можно прочитать. Подойдут WAV, MP3, M4A, FLAC, Ogg и Opus.",
		"This file has no readable sound. WAV, MP3, M4A, FLAC, Ogg and Opus will do.",
	],
	"error.sound_long": ["Запись длиннее пяти минут: сократите её", "The sound is longer than five minutes: cut it"],
	"error.sound_empty": ["Звука нет: проиграть нечего", "There is no sound: nothing to play"],
	"error.sound_silent": [
		"Запись беззвучна от начала до конца. Проверьте, был ли включён микрофон.",
		"It is silent from beginning to end. Was the microphone on?",
	],
	"error.sound_broken": ["Файл повреждён", "The file is damaged"],
	"error.sound_big": [
		"Файл больше 100 МБ. Пять минут звука занимают меньше.",
		"The file is larger than 100 MB. Five minutes of sound take less.",
	],
	"error.spoken_unclosed": ["Не хватает закрывающей скобки }", "A closing brace } is missing"],
	"error.spoken_unopened": ["Лишняя закрывающая скобка }", "A closing brace } without an opening one"],
	"error.spoken_empty": ["В скобках нет названия поля", "The braces hold no field"],
	"error.spoken_field": ["Нет такого поля", "There is no such field"],
	"error.spoken_format": [
		"Так прочитать значение нельзя: нет такого слова после двоеточия",
		"There is no such word to put after the colon",
	],
	"error.prompt_in_use": [
		"Фраза звучит в меню: сначала уберите её оттуда",
		"It is used in flows: take it out of them first",
	],
	"error.no_voice": [
		"На сервере нет голоса (пакет espeak-ng-data): слова прочитать нечем",
		"The server has no voice (the package espeak-ng-data): words cannot be read",
	],
} as const;
