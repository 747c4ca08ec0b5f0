/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sound_test.c - what people upload becomes what is played, or is refused for what it is; words are spoken once and kept. */
#include "engine/audio/decode.h"
#include "engine/audio/goertzel.h"
#include "engine/audio/voice.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <sndfile.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { LONGEST = 600000 };
static char folder[] = "/tmp/sound-XXXXXX", path[64], shelf[64];

/* ms of hz at amplitude, on all channels. */
static void write_tone(int format, int rate, int channels, int ms, double hz, double amplitude)
{
	SF_INFO info = {.samplerate = rate, .channels = channels, .format = format};
	SNDFILE *file;
	float frame[8];

	unlink(path);
	file = sf_open(path, SFM_WRITE, &info);
	assert_non_null(file);
	for (int i = 0; i < rate / 1000.0 * ms; i++) {
		for (int c = 0; c < channels; c++)
			frame[c] = (float)(amplitude * sin(2 * M_PI * hz * i / rate));
		assert_int_equal(sf_writef_float(file, frame, 1), 1);
	}
	sf_close(file);
}

static void write_bytes(const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, p, n), n);
	close(fd);
}

static const struct {
	int format, rate, channels;
} forms[] = {{SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 2}, {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1},
        {SF_FORMAT_WAV | SF_FORMAT_PCM_24, 48000, 2}, {SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 11025, 1},
        {SF_FORMAT_WAV | SF_FORMAT_FLOAT, 96000, 1}, {SF_FORMAT_WAV | SF_FORMAT_ALAW, 8000, 1},
        {SF_FORMAT_WAV | SF_FORMAT_ULAW, 8000, 2}, {SF_FORMAT_WAV | SF_FORMAT_GSM610, 8000, 1},
        {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 96000, 2}, {SF_FORMAT_OGG | SF_FORMAT_VORBIS, 22050, 1},
        {SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 2}, {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, 2},
        {SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 32000, 1}};

static void every_form_becomes_the_same_tone(void **state)
{
	struct decoded d;
	struct fault f = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		write_tone(forms[i].format, forms[i].rate, forms[i].channels, 1500, 440, 0.02);
		if (audio_decode(path, LONGEST, &d, &f))
			fail_msg("form %zu: %s", i, f.what);
		assert_true(llabs(sound_ms(&d.sound) - 1500) <= 80);
		assert_true(audio_tone_share(d.sound.pcm, d.sound.n, 1, 440, SOUND_RATE) > 0.9);
		assert_true(fabs(sound_level(&d.sound) - SOUND_LEVEL) < 1);
		assert_true(fabs(d.level - 20 * log10(0.02) + 3) < 1.5);
		assert_int_equal(d.channels, forms[i].channels);
		sound_free(&d.sound);
	}
}

/* What lies above a telephone's band does not come back as another tone. */
static void what_a_telephone_cannot_carry_is_gone(void **state)
{
	struct decoded d;
	struct fault f = {0};

	(void)state;
	write_tone(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 1, 500, 7000, 0.5);
	assert_int_equal(audio_decode(path, LONGEST, &d, &f), 0);
	assert_true(d.level < -40); /* of -9; the rest is how it begins and ends */
	sound_free(&d.sound);
}

static void refused(const char *code, const char *says, int64_t ms_max)
{
	struct decoded d;
	struct fault f = {0};

	assert_int_equal(audio_decode(path, ms_max, &d, &f), EINVAL);
	assert_string_equal(f.code, code);
	assert_string_equal(f.field, "file");
	if (!strstr(f.what, says))
		fail_msg("\"%s\" does not say \"%s\"", f.what, says);
}

static void what_is_no_prompt_is_refused(void **state)
{
	char junk[5000];
	int fd;

	(void)state;
	write_bytes("", 0);
	refused("sound_form", "no sound", LONGEST);
	for (size_t i = 0; i < sizeof(junk); i++)
		junk[i] = (char)(i * i * 7919 >> 5);
	write_bytes(junk, sizeof(junk));
	refused("sound_form", "no sound", LONGEST);
	write_bytes("%PDF-1.4\nhello", 14);
	refused("sound_form", "no sound", LONGEST);
	write_tone(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 0, 440, 0.5);
	refused("sound_empty", "no sound", LONGEST);
	write_tone(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 50, 440, 0.5);
	refused("sound_empty", "no sound", LONGEST);
	write_tone(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 8000, 1, 2000, 440, 0);
	refused("sound_silent", "silent", LONGEST);
	write_tone(SF_FORMAT_OGG | SF_FORMAT_VORBIS, 8000, 1, 3000, 440, 0.5);
	refused("sound_long", "0 h 0 min 3 s", 1000);
	/* A FLAC that does not say how long it is: it is noticed while it is read. */
	write_tone(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 8000, 1, 3000, 440, 0.5);
	fd = open(path, O_RDWR);
	assert_int_equal(pread(fd, junk, 1, 21), 1);
	junk[0] &= (char)0xf0;
	assert_int_equal(pwrite(fd, (char[5]){junk[0]}, 5, 21), 5);
	close(fd);
	refused("sound_long", "0 h 0 min", 1000);
	/* Three hours of A-law: the header and the length of the file, whose inside is a hole. */
	write_tone(SF_FORMAT_WAV | SF_FORMAT_ALAW, 8000, 1, 1000, 440, 0.5);
	fd = open(path, O_RDWR);
	assert_int_equal(pwrite(fd, "\xff\xff\xff\x7f", 4, 4), 4);
	assert_int_equal(pwrite(fd, "\xff\xff\xff\x7f", 4, 54), 4);
	assert_int_equal(ftruncate(fd, 3 * 3600 * 8000 + 58), 0);
	close(fd);
	refused("sound_long", "3 h 0 min", LONGEST);
}

/* A good file with some octets changed is refused or played; it never takes us with it. */
static void damaged_files_harm_nobody(void **state)
{
	static const size_t which[] = {0, 8, 9, 10, 11};
	char bytes[60000];
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(which); i++) {
		FILE *file;
		write_tone(forms[which[i]].format, forms[which[i]].rate, forms[which[i]].channels, 300, 440, 0.5);
		file = fopen(path, "r");
		n = fread(bytes, 1, sizeof(bytes), file);
		fclose(file);
		for (uint32_t round = 1; round <= 12; round++) {
			struct decoded d = {.level = 0};
			struct fault f;
			for (uint32_t k = 0; k < 10; k++)
				bytes[(round * 2654435761u + k * 40503u) % (k < 5 && n > 200 ? 200 : n)] ^=
				        (char)(1 << (k % 8));
			write_bytes(bytes, round % 3 ? n : n / 2);
			if (!audio_decode(path, LONGEST, &d, &f))
				sound_free(&d.sound);
		}
	}
}

static void words_are_spoken_once(void **state)
{
	struct sound first, again;
	struct fault f = {0};
	char key[SOUND_KEY], file[160];
	struct stat st;

	(void)state;
	assert_int_equal(audio_speak(shelf, STR("Здравствуйте!"), "ru", &first, &f), 0);
	assert_true(sound_ms(&first) > 400 && sound_ms(&first) < 4000);
	assert_true(fabs(sound_level(&first) - SOUND_LEVEL) < 3);
	voice_key(STR("Здравствуйте!"), STR("ru"), key);
	assert_int_equal(sound_path(shelf, str_of(key), file, sizeof(file)), 0);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(
	        truncate(file, 44 + 1600), 0); /* so that the next one shows where it comes from: a cut file is none … */
	assert_int_equal(audio_speak(shelf, STR("Здравствуйте!"), "ru", &again, &f), 0);
	assert_int_equal(again.n, 800); /* … unless its header says 0 or more than there is, which a crash leaves */
	sound_free(&again);
	assert_int_equal(audio_speak(shelf, STR("Здравствуйте!"), "en", &again, &f), 0);
	assert_true(again.n != 800);
	sound_free(&again);
	sound_free(&first);
	assert_int_equal(audio_speak(shelf, STR(" , "), "ru", &again, &f), EINVAL);
	assert_string_equal(f.code, "sound_empty");
	assert_int_equal(audio_speak(NULL, STR("Hello"), "nobody", &again, &f), EIO);
	assert_string_equal(f.code, "no_voice");
}

/* Whatever stands in a name: the child that speaks it lives. */
static void any_words_are_spoken(void **state)
{
	static const char *const words[] = {"Ярослав Smith, № 5: 10 €", "héllo wörld ŁÓDŹ", "Քաջ Αθήνα 東京 مرحبا",
	        "🙂 ok", "Ёжик; \"кавычки\" «ёлочки» — 50 % … ½", "a\x01\x7f\xff\xc3 b", "<speak>&amp;[[h@l'oU]]</speak>",
	        "\xd1\x8f"};
	struct sound s;
	struct fault f = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++)
		for (int k = 0; k < 2; k++) {
			int err = audio_speak(NULL, str_of(words[i]), k ? "en" : "ru", &s, &f);
			if (err && strcmp(f.code, "sound_empty") != 0)
				fail_msg("%zu: %s", i, f.what);
			if (!err)
				sound_free(&s);
		}
}

static void whose_voice(void **state)
{
	(void)state;
	assert_string_equal(voice_of(STR("Hello, Анна"), "en"), "ru");
	assert_string_equal(voice_of(STR("Hello"), "ru"), "en");
	assert_string_equal(voice_of(STR("8 800"), "ru"), "ru");
}

static bool keep_none(str key, void *arg)
{
	(void)key;
	(void)arg;
	return false;
}

static void a_shelf_is_bounded(void **state)
{
	int16_t pcm[8000] = {1};
	struct sound s = {pcm, COUNT(pcm)}, back;
	char key[3][SOUND_KEY], file[160];
	struct fault f = {0};
	size_t gone;
	struct timespec old[2] = {{1000, 0}, {1000, 0}};

	(void)state;
	sound_trim(shelf, 0);
	for (int i = 0; i < 3; i++) {
		pcm[0] = (int16_t)i;
		sound_key(&s, key[i]);
		assert_int_equal(sound_keep(shelf, str_of(key[i]), &s, &f), 0);
	}
	assert_int_equal(sound_path(shelf, str_of(key[1]), file, sizeof(file)), 0);
	utimensat(AT_FDCWD, file, old, 0);
	sound_trim(shelf, 1 << 30);
	assert_true(access(file, F_OK) == 0);
	sound_trim(shelf, 2 * 16044 + 100);
	assert_true(access(file, F_OK) != 0); /* the longest unused went */
	assert_int_equal(sound_fetch(shelf, str_of(key[2]), &back), 0);
	assert_memory_equal(back.pcm, pcm, sizeof(pcm));
	sound_free(&back);
	assert_int_equal(sound_fetch(shelf, STR("../../../../../../../../../../etc/passwd"), &back), ENOENT);
	assert_int_equal(sound_fetch(shelf, str_of(key[1]), &back), ENOENT);
	sound_sweep(shelf, 3600, keep_none, NULL, &gone);
	assert_int_equal(gone, 0);
	sound_sweep(shelf, -10, keep_none, NULL, &gone);
	assert_true(gone >= 1);
	assert_false(sound_kept(shelf, str_of(key[2])));
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/in", folder);
	snprintf(shelf, sizeof(shelf), "%s/shelf", folder);
	return 0;
}

static int teardown(void **state)
{
	char file[80];

	(void)state;
	sound_trim(shelf, 0);
	for (unsigned i = 0; i < 256; i++) {
		snprintf(file, sizeof(file), "%s/%02x", shelf, i);
		rmdir(file);
	}
	rmdir(shelf);
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_form_becomes_the_same_tone),
	        cmocka_unit_test(what_a_telephone_cannot_carry_is_gone),
	        cmocka_unit_test(what_is_no_prompt_is_refused),
	        cmocka_unit_test(damaged_files_harm_nobody),
	        cmocka_unit_test(words_are_spoken_once),
	        cmocka_unit_test(any_words_are_spoken),
	        cmocka_unit_test(whose_voice),
	        cmocka_unit_test(a_shelf_is_bounded),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
