/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audio_test.c - recordings read back, cut ones too, and encoded with both sides still apart. */
#include "engine/audio/goertzel.h"
#include "engine/audio/ogg.h"
#include "engine/audio/wav.h"

#include <fcntl.h>
#include <math.h>
#include <opusfile.h>
#include <rem_g711.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

enum { SECONDS = 2, FRAMES = SECONDS * 8000 };

static char folder[] = "/tmp/audio-XXXXXX", wav_path[64], opus_path[64];

/* 440 Hz left, 1000 Hz right; the header says so many octets. */
static void write_wav(uint32_t said, size_t frames)
{
	uint8_t header[WAV_HEADER], pair[2];
	int fd = open(wav_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	wav_header(header, 2, said);
	assert_int_equal(write(fd, header, sizeof(header)), sizeof(header));
	for (size_t i = 0; i < frames; i++) {
		pair[0] = g711_pcm2alaw((int16_t)(8000 * sin(2 * M_PI * 440 * (double)i / 8000)));
		pair[1] = g711_pcm2alaw((int16_t)(8000 * sin(2 * M_PI * 1000 * (double)i / 8000)));
		assert_int_equal(write(fd, pair, 2), 2);
	}
	close(fd);
}

static size_t read_all(int16_t *pcm, size_t max)
{
	struct fault f = {0};
	struct wav w;
	size_t n = 1, all = 0;

	assert_int_equal(wav_open(&w, wav_path, &f), 0);
	assert_int_equal(w.channels, 2);
	while (n && all < max) {
		assert_int_equal(wav_read(&w, pcm + 2 * all, max - all, &n, &f), 0);
		all += n;
	}
	wav_close(&w);
	return all;
}

static void both_sides_come_back(void **state)
{
	static int16_t pcm[2 * FRAMES];

	(void)state;
	write_wav(2 * FRAMES, FRAMES);
	assert_int_equal(read_all(pcm, FRAMES), FRAMES);
	assert_true(audio_tone_share(pcm, FRAMES, 2, 440, 8000) > 0.98);
	assert_true(audio_tone_share(pcm + 1, FRAMES, 2, 1000, 8000) > 0.98);
	assert_true(audio_tone_share(pcm, FRAMES, 2, 1000, 8000) < 0.01);
}

static void a_crashed_writer_leaves_a_readable_file(void **state)
{
	static int16_t pcm[2 * FRAMES];

	(void)state;
	write_wav(0, FRAMES / 2);
	assert_int_equal(read_all(pcm, FRAMES), FRAMES / 2);
	write_wav(2 * FRAMES, FRAMES / 4); /* the header is ahead of the data */
	assert_int_equal(read_all(pcm, FRAMES), FRAMES / 4);
}

static void rubbish_is_refused(void **state)
{
	struct fault f = {0};
	struct wav w;
	int fd = open(wav_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	(void)state;
	assert_int_equal(write(fd, "RIFF....WAVEfmt ", 16), 16);
	close(fd);
	assert_int_equal(wav_open(&w, wav_path, &f), EINVAL);
	assert_string_equal(f.code, "wav");
	assert_int_equal(wav_open(&w, "/nowhere/at/all.wav", &f), ENOENT);
}

static void opus_keeps_the_sides_apart(void **state)
{
	static int16_t pcm[2 * 48000 * SECONDS];
	struct fault f = {0};
	int64_t ms = 0;
	OggOpusFile *file;
	int n, all = 0;

	(void)state;
	write_wav(2 * FRAMES, FRAMES);
	assert_int_equal(audio_wav_to_opus(wav_path, opus_path, &ms, &f), 0);
	assert_int_equal(ms, SECONDS * 1000);
	file = op_open_file(opus_path, &n);
	assert_non_null(file);
	assert_int_equal(op_channel_count(file, -1), 2);
	assert_int_equal(op_pcm_total(file, -1) / 48000, SECONDS);
	while (all < 48000 * SECONDS && (n = op_read_stereo(file, pcm + 2 * all, (int)COUNT(pcm) - 2 * all)) > 0)
		all += n;
	op_free(file);
	assert_true(all > 48000);
	assert_true(audio_tone_share(pcm + 2 * 24000, 24000, 2, 440, 48000) > 0.9);
	assert_true(audio_tone_share(pcm + 2 * 24000 + 1, 24000, 2, 1000, 48000) > 0.9);
	assert_true(audio_tone_share(pcm + 2 * 24000, 24000, 2, 1000, 48000) < 0.02);
	assert_true(audio_tone_share(pcm + 2 * 24000 + 1, 24000, 2, 440, 48000) < 0.02);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(both_sides_come_back),
	        cmocka_unit_test(a_crashed_writer_leaves_a_readable_file),
	        cmocka_unit_test(rubbish_is_refused),
	        cmocka_unit_test(opus_keeps_the_sides_apart),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(wav_path, sizeof(wav_path), "%s/a.wav", folder);
	snprintf(opus_path, sizeof(opus_path), "%s/a.opus", folder);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(wav_path);
	unlink(opus_path);
	rmdir(folder);
	return failed;
}
