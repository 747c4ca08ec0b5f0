/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ogg.c - thin over libopusenc. */
#include "engine/audio/ogg.h"

#include "engine/audio/wav.h"

#include <fcntl.h>
#include <limits.h>
#include <opusenc.h>
#include <unistd.h>

enum { PIECE = 1024, STEREO_BITS = 32000, MONO_BITS = 20000 };

static int encode(struct wav *w, OggOpusEnc *enc, struct fault *f)
{
	int16_t pcm[2 * PIECE];
	size_t n = 0;
	int err;

	do {
		err = wav_read(w, pcm, PIECE, &n, f);
		if (!err && n && ope_encoder_write(enc, pcm, (int)n) != OPE_OK)
			err = fail(f, EIO, NULL, "opus", "the encoder fails: is the disk full?");
	} while (!err && n);
	if (!err && ope_encoder_drain(enc) != OPE_OK)
		err = fail(f, EIO, NULL, "opus", "the end cannot be written: is the disk full?");
	return err;
}

static OggOpusEnc *open_encoder(const struct wav *w, const char *path)
{
	OggOpusComments *comments = ope_comments_create();
	OggOpusEnc *enc;
	int err = 0;

	if (!comments)
		return NULL;
	enc = ope_encoder_create_file(path, comments, w->rate, w->channels, 0, &err);
	ope_comments_destroy(comments);
	if (enc) {
		ope_encoder_ctl(enc, OPUS_SET_BITRATE(w->channels == 2 ? STEREO_BITS : MONO_BITS));
		/* Opus's voice mode mixes the sides at this rate (measured: a quarter of the power leaks); its music mode does not. */
		ope_encoder_ctl(enc, OPUS_SET_SIGNAL(OPUS_SIGNAL_MUSIC));
		ope_encoder_ctl(enc, OPUS_SET_PHASE_INVERSION_DISABLED(1));
	}
	return enc;
}

static int save(const char *from, const char *to, struct fault *f)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC), err = fd < 0 || fsync(fd) || rename(from, to) ? errno : 0;

	if (fd >= 0)
		close(fd);
	return err ? fail(f, err, NULL, "opus", "cannot be saved: %s", strerror(err)) : 0;
}

int audio_wav_to_opus(const char *wav, const char *opus, int64_t *ret_ms, struct fault *f)
{
	char part[PATH_MAX];
	OggOpusEnc *enc = NULL;
	struct wav w;
	int err = wav_open(&w, wav, f);

	if (err)
		return err;
	if (snprintf(part, sizeof(part), "%s.part", opus) >= (int)sizeof(part))
		err = fail(f, ENAMETOOLONG, NULL, "opus", "the name is too long");
	if (!err && !(enc = open_encoder(&w, part)))
		err = fail(f, EIO, NULL, "opus", "cannot be created");
	if (!err)
		err = encode(&w, enc, f);
	if (enc)
		ope_encoder_destroy(enc);
	if (!err)
		err = save(part, opus, f);
	if (!err)
		*ret_ms = w.at * 1000 / w.rate;
	else if (enc)
		unlink(part);
	wav_close(&w);
	return err;
}
