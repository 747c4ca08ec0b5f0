/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decode.c - the child makes a sound and writes it into a pipe; the parent takes no more than was agreed and waits no longer. */
#include "engine/audio/decode.h"

#include "base/clock.h"
#include "engine/audio/rate.h"
#include "engine/audio/voice.h"
#include "engine/jail/jail.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <sndfile.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHANNELS_MAX = 8, RATE_MIN = 2000, RATE_MAX = 400000, FRAMES = 2048, SHORTEST_MS = 100 };
enum {
	CHILD_MEMORY = 128 << 20,
	CHILD_SECONDS = 30,
	WAIT_MS = 60000,
	WORDS_MAX = 16 << 10,
	SPOKEN_MS_MAX = (VOICE_SECONDS_MAX + 1) * 1000
};
/* Under this nothing is heard of a talk. */
#define SILENT (-60.0)

/* What stands before the samples in the pipe. */
struct head {
	struct fault fault;
	struct decoded found; /* its sound.n counts; its pointer is nobody's */
};
struct task {
	int64_t ms_max;
	int (*make)(const struct task *t, str words, struct decoded *ret, struct fault *f); /* in the child */
	char voice[16];
	/* words stand behind it */
};

/* The child: a file ------------------------------------------------------------------------------------------------------- */

static int too_long(int64_t ms, int64_t ms_max, struct fault *f)
{
	int64_t min = ms / CLOCK_MINUTE;

	return fail(f, EINVAL, "file", "sound_long", "it lasts %lld h %lld min %lld s: at most %lld minutes are taken",
	        (long long)(min / 60), (long long)(min % 60), (long long)(ms / 1000 % 60),
	        (long long)(ms_max / CLOCK_MINUTE));
}

static int check_form(const SF_INFO *i, int64_t ms_max, struct fault *f)
{
	if (i->channels < 1 || i->channels > CHANNELS_MAX || i->samplerate < RATE_MIN || i->samplerate > RATE_MAX)
		return fail(f, EINVAL, "file", "sound_form", "%d channels of %d Hz are not read here", i->channels,
		        i->samplerate);
	if (i->frames > 0 && i->frames < INT64_MAX / 1000 && i->frames * 1000 / i->samplerate > ms_max)
		return too_long(i->frames * 1000 / i->samplerate, ms_max, f);
	return 0;
}

/* The mean of the channels; what is no number is silence. */
static void mix(const float *frames, sf_count_t n, int channels, int16_t *ret)
{
	for (sf_count_t i = 0; i < n; i++) {
		double sum = 0;
		for (int c = 0; c < channels; c++)
			sum += isfinite(frames[i * channels + c]) ? (double)frames[i * channels + c] : 0;
		sum = sum / channels * INT16_MAX;
		ret[i] = (int16_t)lrint(sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum);
	}
}

static int read_all(SNDFILE *file, const SF_INFO *info, struct rate *r, int64_t ms_max, struct fault *f)
{
	static float frames[FRAMES * CHANNELS_MAX];
	static int16_t mono[FRAMES];
	int64_t all = 0, max = ms_max * info->samplerate / 1000;
	sf_count_t n;
	int err = 0;

	while (!err && (n = sf_readf_float(file, frames, FRAMES)) > 0) {
		mix(frames, n, info->channels, mono);
		all += n;
		err = all > max ? too_long(all * 1000 / info->samplerate, ms_max, f) : rate_add(r, mono, (size_t)n);
	}
	return err;
}

static int judge(struct decoded *d, struct fault *f)
{
	if (sound_ms(&d->sound) < SHORTEST_MS)
		return fail(f, EINVAL, "file", "sound_empty", "there is no sound in it");
	d->level = sound_level(&d->sound);
	sound_bring(&d->sound, SOUND_LEVEL);
	if (d->level < SILENT || sound_level(&d->sound) < SILENT)
		return fail(f, EINVAL, "file", "sound_silent", "it is silent all through: nothing could be heard");
	return 0;
}

static int decode(const struct task *t, str words, struct decoded *ret, struct fault *f)
{
	SF_INFO info = {0};
	struct rate *r = NULL;
	SNDFILE *file;
	int err;

	(void)words;
	(void)jail_enter();
#ifndef JAIL_SANITIZED
	close(2); /* libmpg123 remarks on every damaged frame there */
#endif
	file = sf_open_fd(0, SFM_READ, &info, 0);
	if (!file)
		return fail(f, EINVAL, "file", "sound_form", "no sound this program reads: WAV, MP3, FLAC, Ogg or Opus");
	err = check_form(&info, t->ms_max, f);
	if (!err)
		r = rate_new(info.samplerate, (size_t)t->ms_max * SOUND_RATE / 1000);
	if (!err && !r)
		err = ENOMEM;
	if (!err)
		err = read_all(file, &info, r, t->ms_max, f);
	if (!err)
		err = rate_end(r, &ret->sound);
	ret->rate = info.samplerate;
	ret->channels = info.channels;
	return err ? err : judge(ret, f);
}

/* The child: words -------------------------------------------------------------------------------------------------------- */

static int say(const struct task *t, str words, struct decoded *ret, struct fault *f)
{
	if (!voice_open() || !voice_take(t->voice))
		return fail(f, EIO, NULL, "no_voice", "there is no voice on this machine: is espeak-ng-data installed?");
	(void)jail_enter();
	return voice_speak(words, &ret->sound);
}

/* Between them ------------------------------------------------------------------------------------------------------------ */

static bool send_all(const void *p, size_t n)
{
	const char *from = p;

	while (n) {
		ssize_t done = write(1, from, n);
		if (done <= 0)
			return false;
		from += done;
		n -= (size_t)done;
	}
	return true;
}

static int child(const void *arg, size_t n)
{
	const struct task *t = arg;
	struct head h = {.found.level = 0};

	h.fault.err = t->make(t, (str){(const char *)(t + 1), n - sizeof(*t)}, &h.found, &h.fault);
	if (h.fault.err)
		h.found.sound.n = 0;
	return send_all(&h, sizeof(h)) && send_all(h.found.sound.pcm, h.found.sound.n * sizeof(int16_t)) ? 0 : 1;
}

static bool take_all(int fd, void *p, size_t n)
{
	int64_t until = clock_mono_ms() + WAIT_MS;
	char *to = p;

	while (n) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		int64_t left = until - clock_mono_ms();
		int polled = left > 0 ? poll(&ready, 1, (int)left) : 0;
		ssize_t got = polled > 0 ? read(fd, to, n) : 0;
		if ((polled < 0 || got < 0) && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to += got;
		n -= (size_t)got;
	}
	return true;
}

static int take(const struct task *t, int fd, struct decoded *ret, struct fault *f)
{
	struct head h;
	struct sound s = {.n = 0};

	if (!take_all(fd, &h, sizeof(h)))
		return fail(
		        f, EINVAL, "file", "sound_broken", "it is damaged, or takes more memory or time than a sound may");
	h.fault.field[sizeof(h.fault.field) - 1] = h.fault.code[sizeof(h.fault.code) - 1] =
	        h.fault.what[sizeof(h.fault.what) - 1] = 0;
	if (h.fault.err)
		return fail(f, h.fault.err, h.fault.field, *h.fault.code ? h.fault.code : "memory", "%s",
		        *h.fault.what ? h.fault.what : "no memory for the sound");
	if (h.found.sound.n > (size_t)t->ms_max * SOUND_RATE / 1000)
		return fail(f, EINVAL, "file", "sound_broken", "it is damaged");
	s.n = h.found.sound.n;
	s.pcm = malloc((s.n + 1) * sizeof(*s.pcm));
	if (!s.pcm || !take_all(fd, s.pcm, s.n * sizeof(*s.pcm))) {
		sound_free(&s);
		return fail(f, EINVAL, "file", "sound_broken", "it is damaged, or there is no memory for it");
	}
	*ret = h.found;
	ret->sound = s;
	return 0;
}

/* A child with in as its file (-1: none) and words. */
static int run(const struct task *t, int in, str words, struct decoded *ret, struct fault *f)
{
	char arg[sizeof(*t) + WORDS_MAX];
	struct jail jail = {.in = in, .memory = CHILD_MEMORY, .seconds = CHILD_SECONDS};
	int ends[2], err, status;
	pid_t pid;

	if (words.n > WORDS_MAX)
		return fail(f, EINVAL, "words", "too_long", "more words than are spoken at once");
	memcpy(arg, t, sizeof(*t));
	memcpy(arg + sizeof(*t), words.p ? words.p : "", words.n);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return fail(f, errno, NULL, "pipe", "no pipe to take the sound through");
	jail.out = ends[1];
	pid = jail_start(&jail, child, arg, sizeof(*t) + words.n);
	close(ends[1]);
	err = pid ? take(t, ends[0], ret, f) : fail(f, EAGAIN, NULL, "fork", "no process to make the sound with");
	close(ends[0]);
	if (pid && err)
		kill(pid, SIGKILL);
	while (pid && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return err;
}

int audio_decode(const char *path, int64_t ms_max, struct decoded *ret, struct fault *f)
{
	int in = open(path, O_RDONLY | O_CLOEXEC), err;

	if (in < 0)
		return fail(f, errno, NULL, "open", "the file cannot be opened");
	err = run(&(struct task){.ms_max = ms_max, .make = decode}, in, (str){0}, ret, f);
	close(in);
	return err;
}

int audio_speak(const char *dir, str words, const char *voice, struct sound *ret, struct fault *f)
{
	struct task t = {.ms_max = SPOKEN_MS_MAX, .make = say};
	struct decoded d = {.level = 0};
	char key[SOUND_KEY];
	int err;

	voice_key(words, str_of(voice), key);
	if (dir && !sound_fetch(dir, str_of(key), ret))
		return 0;
	snprintf(t.voice, sizeof(t.voice), "%s", voice);
	err = run(&t, -1, words, &d, f);
	if (!err && !d.sound.n)
		err = fail(f, EINVAL, "words", "sound_empty", "nothing can be heard of these words");
	if (!err && dir)
		err = sound_keep(dir, str_of(key), &d.sound, f);
	if (err)
		sound_free(&d.sound);
	else
		*ret = d.sound;
	return err;
}
