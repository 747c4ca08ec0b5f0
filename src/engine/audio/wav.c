/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wav.c - RIFF/WAVE as little as recordings need it. */
#include "engine/audio/wav.h"

#include <fcntl.h>
#include <rem_g711.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNKS_MAX = 32, PIECE = 4096 };

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v);
	put16(p + 2, v >> 16);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static int get16(const uint8_t *p)
{
	return p[0] | p[1] << 8;
}

void wav_header(uint8_t h[WAV_HEADER], int channels, uint32_t octets)
{
	memset(h, 0, WAV_HEADER);
	memcpy(h, "RIFF", 4);
	put32(h + 4, octets + WAV_HEADER - 8);
	memcpy(h + 8, "WAVEfmt ", 8);
	put32(h + 16, 18);
	put16(h + 20, WAV_ALAW);
	put16(h + 22, (uint32_t)channels);
	put32(h + 24, 8000);
	put32(h + 28, 8000u * (uint32_t)channels);
	put16(h + 32, (uint32_t)channels);
	put16(h + 34, 8);
	memcpy(h + 38, "fact", 4);
	put32(h + 42, 4);
	put32(h + 46, octets / (uint32_t)channels);
	memcpy(h + 50, "data", 4);
	put32(h + 54, octets);
}

void wav_pcm_header(uint8_t h[WAV_PCM_HEADER], int rate, uint32_t octets)
{
	memcpy(h, "RIFF", 4);
	put32(h + 4, octets + WAV_PCM_HEADER - 8);
	memcpy(h + 8, "WAVEfmt ", 8);
	put32(h + 16, 16);
	put16(h + 20, WAV_PCM);
	put16(h + 22, 1);
	put32(h + 24, (uint32_t)rate);
	put32(h + 28, 2 * (uint32_t)rate);
	put16(h + 32, 2);
	put16(h + 34, 16);
	memcpy(h + 36, "data", 4);
	put32(h + 40, octets);
}

static int read_format(struct wav *w, const uint8_t *p, struct fault *f)
{
	w->format = get16(p);
	w->channels = get16(p + 2);
	w->rate = (int)get32(p + 4);
	w->bits = get16(p + 14);
	if (w->channels < 1 || w->channels > 2 || w->rate < 8000 || w->rate > 48000)
		return fail(f, EINVAL, NULL, "wav", "%d channels of %d Hz", w->channels, w->rate);
	if (w->format == WAV_PCM ? w->bits != 16 : (w->format != WAV_ALAW && w->format != WAV_ULAW) || w->bits != 8)
		return fail(f, EINVAL, NULL, "wav", "format %d of %d bits", w->format, w->bits);
	return 0;
}

/* Walk the chunks to the samples; the format must come before them. */
static int find_samples(struct wav *w, int64_t size, struct fault *f)
{
	uint8_t head[8], fmt[16];
	int64_t at = 12, n;

	for (int i = 0; i < CHUNKS_MAX && pread(w->fd, head, sizeof(head), at) == sizeof(head); i++) {
		n = get32(head + 4);
		at += 8;
		if (!memcmp(head, "fmt ", 4)) {
			if (n < 16 || pread(w->fd, fmt, sizeof(fmt), at) != sizeof(fmt))
				return fail(f, EINVAL, NULL, "wav", "cut within its format");
			if (read_format(w, fmt, f))
				return EINVAL;
		}
		if (!memcmp(head, "data", 4) && w->channels) {
			w->data_at = at;
			if (n == 0 || n > size - at)
				n = size - at;
			w->frames = n / (w->channels * w->bits / 8);
			return 0;
		}
		at += n + (n & 1);
	}
	return fail(f, EINVAL, NULL, "wav", "no samples in it");
}

int wav_open(struct wav *w, const char *path, struct fault *f)
{
	uint8_t riff[12];
	struct stat st;
	int err = 0;

	*w = (struct wav){.fd = open(path, O_RDONLY | O_CLOEXEC)};
	if (w->fd < 0) {
		err = errno;
		return fail(f, err, NULL, "wav", "cannot be opened: %s", strerror(err));
	}
	if (fstat(w->fd, &st) || read(w->fd, riff, 12) != 12 || memcmp(riff, "RIFF", 4) || memcmp(riff + 8, "WAVE", 4))
		err = fail(f, EINVAL, NULL, "wav", "not a WAV file");
	if (!err)
		err = find_samples(w, st.st_size, f);
	if (err)
		wav_close(w);
	return err;
}

static int16_t sample(const struct wav *w, const uint8_t *p)
{
	if (w->format == WAV_PCM)
		return (int16_t)get16(p);
	return w->format == WAV_ALAW ? g711_alaw2pcm(*p) : g711_ulaw2pcm(*p);
}

int wav_read(struct wav *w, int16_t *pcm, size_t max, size_t *ret, struct fault *f)
{
	uint8_t piece[PIECE];
	size_t width = (size_t)w->bits / 8, frame = width * (size_t)w->channels, left = (size_t)(w->frames - w->at), n;
	ssize_t got;

	n = max < left ? max : left;
	if (n > PIECE / frame)
		n = PIECE / frame;
	got = pread(w->fd, piece, n * frame, w->data_at + w->at * (int64_t)frame);
	if (got < 0)
		return fail(f, errno, NULL, "wav", "cannot be read: %s", strerror(errno));
	n = (size_t)got / frame;
	for (size_t i = 0; i < n * (size_t)w->channels; i++)
		pcm[i] = sample(w, piece + i * width);
	w->at += (int64_t)n;
	*ret = n;
	return 0;
}

void wav_close(struct wav *w)
{
	if (w->fd >= 0)
		close(w->fd);
	*w = (struct wav){.fd = -1};
}
