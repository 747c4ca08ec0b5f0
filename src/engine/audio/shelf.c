/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shelf.c - folders of sounds: written beside their name and renamed, so that a reader finds a whole file or none. */
#include "base/clock.h"
#include "base/parse.h"
#include "base/rand.h"
#include "engine/audio/sound.h"
#include "engine/audio/wav.h"
#include "engine/crypto/crypto.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 2048, FOLDERS = 256, MAX = 20 * 60 * SOUND_RATE, STALE_S = 3600 };

void sound_key(const struct sound *s, char ret[SOUND_KEY])
{
	uint8_t header[WAV_PCM_HEADER];
	struct sha256 sum;

	wav_pcm_header(header, SOUND_RATE, (uint32_t)(s->n * sizeof(*s->pcm)));
	sha256_init(&sum);
	sha256_add(&sum, header, sizeof(header));
	sha256_add(&sum, s->pcm, s->n * sizeof(*s->pcm));
	sha256_done_hex(&sum, ret);
}

bool sound_key_good(str key)
{
	uint8_t bytes[32];

	return parse_hex(key, bytes, sizeof(bytes));
}

int sound_path(const char *dir, str key, char *ret, size_t size)
{
	int n = snprintf(ret, size, "%s/%.2s/%.62s.wav", dir, key.p, key.p + 2);

	return n < 0 || (size_t)n >= size ? ENAMETOOLONG : 0;
}

bool sound_kept(const char *dir, str key)
{
	char path[PATH_MAX];

	return sound_key_good(key) && !sound_path(dir, key, path, sizeof(path)) && utimensat(AT_FDCWD, path, NULL, 0) == 0;
}

static int write_all(int fd, const void *p, size_t n)
{
	const char *from = p;

	while (n) {
		ssize_t done = write(fd, from, n);
		if (done < 0 && errno != EINTR)
			return errno;
		from += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
	return 0;
}

static int write_sound(const char *path, const struct sound *s)
{
	uint8_t header[WAV_PCM_HEADER];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), err;

	if (fd < 0)
		return errno;
	wav_pcm_header(header, SOUND_RATE, (uint32_t)(s->n * sizeof(*s->pcm)));
	err = write_all(fd, header, sizeof(header));
	if (!err)
		err = write_all(fd, s->pcm, s->n * sizeof(*s->pcm));
	if (!err && fsync(fd) != 0)
		err = errno;
	close(fd);
	return err;
}

static int folder(const char *path)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : errno;
}

int sound_keep(const char *dir, str key, const struct sound *s, struct fault *f)
{
	char path[PATH_MAX], part[PATH_MAX + 24], sub[PATH_MAX];
	uint32_t word;
	int err = sound_path(dir, key, path, sizeof(path));

	if (!err && sound_kept(dir, key))
		return 0;
	if (!err)
		err = folder(dir);
	snprintf(sub, sizeof(sub), "%s/%.2s", dir, key.p);
	if (!err)
		err = folder(sub);
	rand_bytes(&word, sizeof(word));
	snprintf(part, sizeof(part), "%s.%08x.part", path, word);
	if (!err)
		err = write_sound(part, s);
	if (!err && rename(part, path) != 0)
		err = errno;
	if (err)
		unlink(part);
	return err ? fail(f, err == ENOSPC ? ENOSPC : EIO, NULL, "sound", "the sound cannot be kept: %s", strerror(err)) : 0;
}

static int read_sound(struct wav *w, struct sound *ret)
{
	struct sound s = {.n = 0};
	size_t n = 1;

	if (w->format != WAV_PCM || w->channels != 1 || w->rate != SOUND_RATE || w->frames < 1 || w->frames > MAX)
		return ENOENT;
	s.pcm = malloc((size_t)w->frames * sizeof(*s.pcm));
	while (s.pcm && n && s.n < (size_t)w->frames) {
		if (wav_read(w, s.pcm + s.n, PIECE, &n, NULL))
			break;
		s.n += n;
	}
	if (!s.pcm || s.n < (size_t)w->frames) {
		sound_free(&s);
		return ENOENT;
	}
	*ret = s;
	return 0;
}

int sound_fetch(const char *dir, str key, struct sound *ret)
{
	char path[PATH_MAX];
	struct wav w;
	int err;

	if (!sound_kept(dir, key) || sound_path(dir, key, path, sizeof(path)) || wav_open(&w, path, NULL))
		return ENOENT;
	err = read_sound(&w, ret);
	wav_close(&w);
	return err;
}

/* Walking ---------------------------------------------------------------------------------------------------------------- */

struct found {
	char key[SOUND_KEY];
	bool part; /* of a writer that may have died */
	int64_t used_s, octets;
};
struct walk {
	struct found *all;
	size_t n, cap;
};

/* "cdef….wav" in the folder "ab"; whatever else lies there is not ours. */
static bool read_name(int sub, const char *ab, const char *name, struct found *ret)
{
	struct stat st;
	size_t n = strlen(name);

	if (n < SOUND_KEY - 3 + 4 || fstatat(sub, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode))
		return false;
	*ret = (struct found){.used_s = st.st_mtime, .octets = st.st_size};
	snprintf(ret->key, sizeof(ret->key), "%.2s%.62s", ab, name);
	ret->part = str_ends(str_of(name), STR(".part"));
	return sound_key_good(str_of(ret->key)) && (ret->part || !strcmp(name + SOUND_KEY - 3, ".wav"));
}

static void add(struct walk *w, const struct found *one)
{
	if (w->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 256;
		struct found *more = realloc(w->all, cap * sizeof(*more));
		if (!more)
			return;
		w->all = more;
		w->cap = cap;
	}
	w->all[w->n++] = *one;
}

static void walk_folder(struct walk *w, const char *dir, const char ab[3])
{
	char path[PATH_MAX];
	struct dirent *e;
	struct found one;
	DIR *d;

	snprintf(path, sizeof(path), "%s/%s", dir, ab);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		if (!read_name(dirfd(d), ab, e->d_name, &one))
			continue;
		if (!one.part)
			add(w, &one);
		else if (one.used_s < clock_ms() / 1000 - STALE_S)
			(void)unlinkat(dirfd(d), e->d_name, 0);
	}
	if (d)
		closedir(d);
}

static struct walk walk(const char *dir)
{
	struct walk w = {.n = 0};
	char ab[8];

	for (unsigned i = 0; i < FOLDERS; i++) {
		snprintf(ab, sizeof(ab), "%02x", i);
		walk_folder(&w, dir, ab);
	}
	return w;
}

static int older(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return x->used_s < y->used_s ? -1 : x->used_s > y->used_s;
}

static void discard(const char *dir, const struct found *one)
{
	char path[PATH_MAX];

	if (!sound_path(dir, str_of(one->key), path, sizeof(path)))
		unlink(path);
}

void sound_trim(const char *dir, int64_t octets)
{
	struct walk w = walk(dir);
	int64_t sum = 0;

	for (size_t i = 0; i < w.n; i++)
		sum += w.all[i].octets;
	if (sum > octets)
		qsort(w.all, w.n, sizeof(*w.all), older);
	for (size_t i = 0; i < w.n && sum > octets; i++) {
		discard(dir, w.all + i);
		sum -= w.all[i].octets;
	}
	free(w.all);
}

void sound_sweep(const char *dir, int64_t seconds, bool (*keep)(str key, void *arg), void *arg, size_t *ret_gone)
{
	struct walk w = walk(dir);
	int64_t before = clock_ms() / 1000 - seconds;

	*ret_gone = 0;
	for (size_t i = 0; i < w.n; i++)
		if (w.all[i].used_s < before && !keep(str_of(w.all[i].key), arg)) {
			discard(dir, w.all + i);
			++*ret_gone;
		}
	free(w.all);
}
