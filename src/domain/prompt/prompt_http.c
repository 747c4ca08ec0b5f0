/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt_http.c - uploading a sound, hearing what callers will hear, and hearing words before they are saved. */
#include "base/utf8.h"
#include "domain/prompt/prompt_priv.h"
#include "domain/role/role.h"
#include "engine/audio/decode.h"
#include "engine/audio/voice.h"
#include "kit/app/app.h"
#include "kit/file/file.h"

#include <limits.h>
#include <unistd.h>

enum { UPLOAD_MAX = 100 << 20, NAME_MAX_CHARS = 90, SAME_NAMES = 100 };

/* Uploading --------------------------------------------------------------------------------------------------------------- */

struct uploading {
	struct request *q;
	struct file file;
	struct prompt was, now; /* was.id 0: it is made */
};

/* "Приветствие.mp3" is called «Приветствие», the next one of that name «Приветствие 2». */
static int name_it(struct uploading *u, struct db *db, struct arena *a, struct fault *f)
{
	str name = str_trim(u->file.name);
	struct val taken;
	size_t dot = name.n;
	int err = 0;

	while (dot && name.p[dot - 1] != '.')
		dot--;
	name = str_trim(dot > 1 ? str_sub(name, 0, dot - 1) : name);
	name = name.n ? utf8_cut(name, NAME_MAX_CHARS) : STR("sound");
	for (int i = 1; i <= SAME_NAMES && !err; i++) {
		u->now.name = i == 1 ? name : str_printf(a, "%.*s %d", STR_ARG(name), i);
		err = db_one(db, a, "SELECT id FROM prompt WHERE coalesce(project_id, 0) = ?1 AND name = ?2",
		        VALS(V(u->now.project_id), V(u->now.name)), &taken, 1, f);
	}
	return err == ENOENT ? 0 : err ? err : fail(f, EEXIST, "name", "unique", "there are too many prompts of this name");
}

static int upload_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct uploading *u = arg;
	const struct prompt *was = u->was.id ? &u->was : NULL;
	int err = file_add(db, a, &u->file, u->q->now, f);

	u->now.file_id = u->file.id;
	if (!err && !was)
		err = name_it(u, db, a, f);
	if (!err)
		err = was ? entity_change(&prompt_entity, db, a, was, &u->now, f)
		          : entity_insert(&prompt_entity, db, a, &u->now, f);
	if (!err && was && was->file_id)
		err = prompt_drop_file(db, a, was->file_id, u->q->now, f);
	return err ? err : request_changed(u->q, db, &prompt_resource, was ? "changed" : "created", was, &u->now, f);
}

/* What is played of the upload: kept under its key before any row names it. */
static int keep_sound(struct request *q, struct prompt *p)
{
	const struct http_upload *up = &q->http->upload;
	char key[SOUND_KEY];
	struct decoded d;
	int err;

	if (up->bytes > UPLOAD_MAX)
		return fail(&q->fault, EFBIG, "file", "sound_big",
		        "the file is larger than 100 MB: five minutes of sound take less");
	err = audio_decode(up->path, PROMPT_MS_MAX, &d, &q->fault);
	if (err)
		return err;
	sound_key(&d.sound, key);
	err = sound_keep(prompt_sounds(q->app, q->a), str_of(key), &d.sound, &q->fault);
	p->kind = PROMPT_UPLOAD;
	p->words = (str){0};
	p->sound = str_copy(q->a, str_of(key));
	p->duration_ms = sound_ms(&d.sound);
	p->level_db = d.level < -1 ? d.level : -1;
	sound_free(&d.sound);
	return err;
}

static int keep_file(struct request *q, struct uploading *u)
{
	const struct http_upload *up = &q->http->upload;
	char key[33];
	const char *path = file_new_path(q->a, key);
	int err;

	if (rename(up->path, path) != 0)
		return fail_logged(&q->fault, errno == ENOSPC ? ENOSPC : EIO, "prompt", "disk", "the file cannot be kept");
	u->file.name = up->name.n ? utf8_cut(up->name, 255) : STR("sound");
	u->file.type = STR("application/octet-stream");
	u->now.file_name = u->file.name;
	err = file_measure(q->a, path, &u->file, &q->fault);
	if (err)
		unlink(path);
	return err;
}

static int take_upload(struct request *q, struct uploading *u)
{
	int err = prompt_may_write(q, u->now.project_id);

	u->q = q;
	if (!err)
		err = keep_sound(q, &u->now);
	if (!err)
		err = keep_file(q, u);
	if (err)
		return err;
	err = request_write(q, upload_write, u);
	if (err) {
		file_unnamed(&u->file, err);
		return err;
	}
	request_give(q, &prompt_entity.shape, &u->now);
	return 0;
}

static int upload_of_house(struct request *q)
{
	struct uploading u = {
	        .now = {.language = str_eq(q->who->language, STR("en")) ? LANGUAGE_EN : LANGUAGE_RU, .created_at = q->now}};

	return take_upload(q, &u);
}

static int upload_of_project(struct request *q)
{
	struct uploading u = {.now = {.created_at = q->now}};
	struct prompt_known known;
	struct project p;
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (!err)
		err = prompt_known(q->db, q->a, p.id, &known, &q->fault);
	if (err)
		return err;
	u.now.project_id = p.id;
	u.now.language = (int)known.language;
	return take_upload(q, &u);
}

static int upload_again(struct request *q)
{
	struct uploading u = {.q = q};
	int err = resource_find(&prompt_resource, q, q->id[0], &u.was);

	if (!err)
		err = prompt_free(q, u.was.id);
	u.now = u.was;
	return err ? err : take_upload(q, &u);
}

/* Hearing ----------------------------------------------------------------------------------------------------------------- */

enum { VALUES = 64 };
static const struct {
	const char *name, *is[LANGUAGES];
} examples[] = {
        {"contact.company", {"ООО «Ромашка»", "Daisy Limited"}},
        {"contact.city", {"Казань", "London"}},
        {"contact.industry", {"торговля", "retail"}},
        {"contact.activity", {"продажа запчастей", "car parts"}},
        {"contact.address", {"улица Заводская, 5", "5 Mill Street"}},
        {"contact.site", {"пример точка ру", "example dot com"}},
        {"contact.email", {"инфо собака пример точка ру", "info at example dot com"}},
        {"person.name", {"Анна Сергеевна", "Anna Smith"}},
        {"person.position", {"директор", "director"}},
        {"operator.name", {"Мария", "Mary"}},
        {"project.name", {"Проект", "Project"}},
        {"customer.name", {"Заказчик", "Customer"}},
};

/* What a value could be: as its format shows it, else as one of that name. */
static str example_of(const struct spoken_part *p, enum language l)
{
	for (const struct spoken_format *s = spoken_formats; s->name; s++)
		if (str_eq(p->format, str_of(s->name)))
			return str_of(s->value);
	for (size_t i = 0; i < COUNT(examples); i++)
		if (str_eq(p->name, str_of(examples[i].name)))
			return str_of(examples[i].is[l]);
	return str_sub(p->name, str_find(p->name, '.', 0) + 1, p->name.n);
}

/* The words with examples of what is known only in a call. project_id 0: of the house. */
static int fill(struct request *q, int64_t project_id, str words, enum language l, struct spoken *ret)
{
	struct spoken_value *values = NEW_N(q->a, struct spoken_value, VALUES);
	struct prompt_known known;
	struct spoken_part p;
	size_t n = 0, at = 0;
	int err = prompt_check_words(q->db, q->a, project_id, "words", words, &q->fault);

	if (!err && project_id) {
		err = prompt_known(q->db, q->a, project_id, &known, &q->fault);
		for (size_t i = 0; !err && i < COUNT(known.values); i++)
			values[n++] = known.values[i];
	}
	while (!err && n < VALUES && spoken_next(words, &at, &p))
		if (p.name.n)
			values[n++] = (struct spoken_value){p.name, example_of(&p, l)};
	if (!err)
		spoken_fill(q->a, words, l, values, n, ret);
	return err;
}

static int answer_file(struct request *q, const char *dir, str key)
{
	char path[PATH_MAX];
	int err = sound_path(dir, key, path, sizeof(path));

	if (err)
		return fail(&q->fault, err, NULL, "file", "the path of the folder for sounds is too long");
	q->http->type = "audio/wav";
	q->http->file = str_z(q->a, str_of(path));
	return 0;
}

static int answer_words(struct request *q, int64_t project_id, str words, enum language l)
{
	const char *dir = prompt_spoken(q->app, q->a), *voice = language_names[l];
	struct spoken said;
	struct sound s;
	char key[SOUND_KEY];
	int err = fill(q, project_id, words, l, &said);

	if (!err)
		err = audio_speak(dir, said.text, voice, &s, &q->fault);
	if (err)
		return err;
	sound_free(&s);
	voice_key(said.text, str_of(voice), key);
	return answer_file(q, dir, str_of(key));
}

static int prompt_audio(struct request *q)
{
	struct prompt p;
	int err = resource_find(&prompt_resource, q, q->id[0], &p);

	if (err)
		return err;
	if (p.kind == PROMPT_WORDS)
		return answer_words(q, p.project_id, p.words, (enum language)p.language);
	if (!sound_kept(prompt_sounds(q->app, q->a), p.sound))
		return fail(&q->fault, ENOENT, NULL, "file", "what is played of it is not there: upload it again");
	return answer_file(q, prompt_sounds(q->app, q->a), p.sound);
}

static int prompt_original(struct request *q)
{
	struct prompt p;
	struct file file;
	int err = resource_find(&prompt_resource, q, q->id[0], &p);

	if (!err && !p.file_id)
		err = fail(&q->fault, ENOENT, NULL, "none", "nothing was uploaded");
	if (!err)
		err = file_get(q->db, q->a, p.file_id, &file, &q->fault);
	if (err)
		return err;
	q->http->type = "application/octet-stream";
	q->http->file = file_path(q->a, &file);
	return 0;
}

struct prompt_try {
	int64_t project_id;
	int language;
	str words;
};
#define ENTITY struct prompt_try
static const struct field try_fields[] = {
        F_REF(project_id, "project", "Whose words; null: of the house", .flags = NULLABLE),
        F_WORD(language, language_names, "The language they are spoken in", .flags = REQUIRED),
        F_STR(words, 1, PROMPT_WORDS_MAX, "What is said, with merge fields", .flags = REQUIRED),
};
#undef ENTITY
static const struct shape try_shape = SHAPE_OF(prompt_try, try_fields, "Words to be heard before they are saved");

struct prompt_filled {
	str text, gap;
};
#define ENTITY struct prompt_filled
static const struct field filled_fields[] = {
        F_STR(text, 0, 0, "What is spoken, with examples for what is known only in a call"),
        F_STR(gap, 0, 0, "A field that cannot be said so and has no fallback", .flags = NULLABLE),
};
#undef ENTITY
static const struct shape filled_shape = SHAPE_OF(prompt_filled, filled_fields, "Words with their fields filled in");

static int reach_project(struct request *q, int64_t id)
{
	int err = id ? access_project(q->db, q->a, q->who, id, &q->fault) : 0;

	return err == ENOENT ? fail(&q->fault, EINVAL, "project_id", "ref", "there is no such project") : err;
}

static int words_fill(struct request *q)
{
	const struct prompt_try *t = q->body;
	struct spoken said;
	int err = reach_project(q, t->project_id);

	if (!err)
		err = fill(q, t->project_id, t->words, (enum language)t->language, &said);
	if (!err)
		request_give(q, &filled_shape, &(struct prompt_filled){said.text, said.gap});
	return err;
}

static int words_speak(struct request *q)
{
	const struct prompt_try *t = q->body;
	int err = reach_project(q, t->project_id);

	return err ? err : answer_words(q, t->project_id, t->words, (enum language)t->language);
}

/* What a flow of the project may say: its own, and the house's. */
static int prompts_of_project(struct request *q)
{
	struct query *sql = query_new(q->a);
	struct project p;
	int err = resource_find(&project_resource, q, q->id[0], &p);

	if (err)
		return err;
	query_add(sql, "SELECT ");
	entity_columns(&prompt_entity, sql);
	query_add(sql, " FROM prompt WHERE (project_id IS NULL OR project_id = ");
	query_val(sql, V(p.id));
	query_add(sql, ")");
	return request_list(q, &prompt_entity, sql, "name");
}

struct format_row {
	str name, value, said;
};
#define ENTITY struct format_row
static const struct field format_fields[] = {
        F_STR(name, 0, 0, "What is written behind the colon: {field.KEY:money}"),
        F_STR(value, 0, 0, "A value as it stands in the card"),
        F_STR(said, 0, 0, "How it is read out in this language"),
};
#undef ENTITY
static const struct shape format_shape = SHAPE_OF(format_row, format_fields, "A way to read a value out, with an example");

static int formats_list(struct request *q)
{
	enum language l = str_eq(http_param(q->http, "language"), STR("en")) ? LANGUAGE_EN : LANGUAGE_RU;

	json_open(&q->out, '{');
	json_key(&q->out, "rows");
	json_open(&q->out, '[');
	for (const struct spoken_format *s = spoken_formats, *before = NULL; s->name; before = s++) {
		if (before && !strcmp(s->said[l], before->said[l]))
			continue; /* a gender or a case that this language has not */
		struct format_row row = {str_of(s->name), str_of(s->value), str_of(s->said[l])};
		shape_to_json(&format_shape, &row, q->who, true, &q->out);
	}
	json_close(&q->out, ']');
	json_key(&q->out, "next");
	json_add_text(&q->out, (str){0});
	json_close(&q->out, '}');
	return 0;
}

const struct route prompt_routes[] = {
        {HTTP_GET, "/projects/{id}/prompts", MAY_SEE_PROJECTS, prompts_of_project,
                "What the project's flows may say: its prompts, and those of the house", .gives = &prompt_entity.shape,
                .gives_list = true},
        {HTTP_GET, "/prompts/formats", MAY_SEE_PROJECTS, formats_list,
                "Ways to read a value out in ?language, with examples", .gives = &format_shape, .gives_list = true},
        {HTTP_POST, "/projects/{id}/prompts/upload", MAY_RUN_PROJECT, upload_of_project,
                "A prompt of a sound: WAV, MP3, FLAC, Ogg or Opus, five minutes at most", .upload = true, .makes = true,
                .gives = &prompt_entity.shape},
        {HTTP_POST, "/prompts/upload", MAY_SET_UP, upload_of_house, "The same, of the house: for every project",
                .upload = true, .makes = true, .gives = &prompt_entity.shape},
        {HTTP_POST, "/prompts/{id}/upload", MAY_RUN_PROJECT, upload_again,
                "Another sound for this prompt: wherever it is said, the new one is heard from now on", .upload = true,
                .gives = &prompt_entity.shape},
        {HTTP_GET, "/prompts/{id}/audio", MAY_SEE_PROJECTS, prompt_audio,
                "What callers hear of it, with examples for what is known only in a call", .gives_raw = "audio/wav"},
        {HTTP_GET, "/prompts/{id}/original", MAY_SEE_PROJECTS, prompt_original, "The file as it was uploaded",
                .gives_raw = "application/octet-stream"},
        {HTTP_POST, "/prompts/fill", MAY_RUN_PROJECT, words_fill, "What will be spoken of words, as text",
                .takes = &try_shape, .gives = &filled_shape},
        {HTTP_POST, "/prompts/speak", MAY_RUN_PROJECT, words_speak, "What will be heard of words", .takes = &try_shape,
                .gives_raw = "audio/wav"},
        {0},
};
