/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recorder.c - one ring per recording (written by the loop, read by the thread, no lock), one thread for all files. */
#include "engine/tel/recorder.h"

#include "base/clock.h"
#include "base/log.h"
#include "engine/audio/wav.h"
#include "engine/tel/loop.h"
#include "engine/tel/re.h"
#include "engine/tel/tone.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RING = 32768, FRAME_OCTETS = 2 * TEL_FRAME, WAKE_MS = 200, HEADER_MS = 1000, PATH_OCTETS = 256, ALAW_SILENCE = 0xd5 };

struct tel_recorder {
	struct le le; /* of the thread */
	char path[PATH_OCTETS];
	tel_recording_h *h;
	void *arg;
	int fd, err;             /* thread */
	int64_t octets, head_ms; /* thread */
	size_t missed;           /* loop: frames the full ring could not take */
	bool paused;             /* loop */
	uint64_t pause_ticks;    /* loop: since it is */
	_Atomic size_t put, got; /* octets ever; put by the loop, got by the thread */
	atomic_bool closed;
	uint8_t ring[RING];
};

static struct {
	pthread_t thread;
	pthread_mutex_t lock; /* guards fresh and stop; see docs/threads.md */
	pthread_cond_t wake;
	struct list fresh; /* opened by the loop, not yet seen by the thread */
	bool stop, runs;
	int dir;
	size_t untold; /* open, or closed and not told yet; the loop's alone */
} recorder = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER, .dir = -1};

/* The thread --------------------------------------------------------------------------------------------------------- */

static void tell(struct tel_recorder *r, bool closed)
{
	const struct tel_recording now = {.path = r->path,
	        .bytes = r->octets + WAV_HEADER,
	        .ms = r->octets / (2 * TEL_RATE / 1000),
	        .err = r->err,
	        .closed = closed};

	r->h(&now, r->arg);
}

/* On the loop, in the order they were posted; the thread changes neither octets nor err any more. */
static void tell_failed(void *arg)
{
	tell(arg, false);
}

static void tell_closed(void *arg)
{
	recorder.untold--;
	tell(arg, true);
	mem_deref(arg);
}

static void fall(struct tel_recorder *r, const char *what)
{
	if (r->err)
		return;
	r->err = errno ? errno : EIO;
	log_error("recorder", "%s of %s failed: %s", what, r->path, strerror(r->err));
	if (tel_loop_post(tell_failed, r))
		log_error("recorder", "that %s failed could not be told", r->path);
}

static void make_folders(char *path)
{
	for (char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdirat(recorder.dir, path, 0700) && errno != EEXIST)
			log_warn("recorder", "folder %s: %s", path, strerror(errno));
		*slash = '/';
	}
}

static void write_header(struct tel_recorder *r)
{
	uint8_t header[WAV_HEADER];

	wav_header(header, 2, (uint32_t)r->octets);
	if (pwrite(r->fd, header, sizeof(header), 0) != sizeof(header))
		fall(r, "header");
	r->head_ms = clock_mono_ms();
}

static void begin(struct tel_recorder *r)
{
	make_folders(r->path);
	r->fd = openat(recorder.dir, r->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (r->fd < 0)
		fall(r, "creation");
	else
		write_header(r);
}

static void drain(struct tel_recorder *r)
{
	size_t put = atomic_load_explicit(&r->put, memory_order_acquire), got = atomic_load(&r->got);

	while (got < put) {
		size_t at = got % RING, n = put - got < RING - at ? put - got : RING - at;
		ssize_t done = r->err ? (ssize_t)n : pwrite(r->fd, r->ring + at, n, WAV_HEADER + r->octets);
		if (done <= 0) {
			fall(r, "writing");
			continue;
		}
		r->octets += r->err ? 0 : done;
		got += (size_t)done;
		atomic_store_explicit(&r->got, got, memory_order_release);
	}
	if (!r->err && clock_mono_ms() - r->head_ms >= HEADER_MS)
		write_header(r);
}

static void finish(struct tel_recorder *r)
{
	list_unlink(&r->le);
	if (r->fd >= 0) {
		write_header(r);
		if (fdatasync(r->fd))
			fall(r, "saving");
		close(r->fd);
	}
	if (tel_loop_post(tell_closed, r))
		log_error("recorder", "the end of %s could not be told", r->path);
}

static void serve_all(struct list *open)
{
	struct tel_recorder *r;
	struct le *le = open->head;
	bool closed;

	while (le) {
		r = le->data;
		le = le->next;
		closed =
		        atomic_load_explicit(&r->closed, memory_order_acquire); /* before draining: nothing comes after it */
		drain(r);
		if (closed)
			finish(r);
	}
}

static void wait_a_little(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_nsec += WAKE_MS * 1000000L;
	ts.tv_sec += ts.tv_nsec / 1000000000L;
	ts.tv_nsec %= 1000000000L;
	pthread_cond_timedwait(&recorder.wake, &recorder.lock, &ts);
}

static void *recorder_main(void *arg)
{
	struct list open = LIST_INIT;
	bool stop = false;
	struct le *le;

	(void)arg;
	while (!stop || open.head) {
		pthread_mutex_lock(&recorder.lock);
		if (!recorder.stop && !recorder.fresh.head)
			wait_a_little();
		stop = recorder.stop;
		while ((le = recorder.fresh.head)) {
			list_unlink(le);
			list_append(&open, le, le->data);
			pthread_mutex_unlock(&recorder.lock);
			begin(le->data);
			pthread_mutex_lock(&recorder.lock);
		}
		pthread_mutex_unlock(&recorder.lock);
		serve_all(&open);
		for (le = stop ? open.head : NULL; le; le = le->next)
			atomic_store(&((struct tel_recorder *)le->data)->closed, true);
	}
	return NULL;
}

/* The loop ----------------------------------------------------------------------------------------------------------- */

int tel_recorder_init(const char *dir, struct fault *f)
{
	int err;

	if (mkdir(dir, 0700) && errno != EEXIST)
		return fail(f, errno, NULL, "record_dir", "%s cannot be made: %s", dir, strerror(errno));
	recorder.dir = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (recorder.dir < 0)
		return fail(f, errno, NULL, "record_dir", "%s cannot be opened: %s", dir, strerror(errno));
	recorder.stop = false;
	err = pthread_create(&recorder.thread, NULL, recorder_main, NULL);
	if (err)
		return fail(f, err, NULL, "recorder", "the recorder thread does not start: %s", strerror(err));
	recorder.runs = true;
	return 0;
}

void tel_recorder_done(void)
{
	if (!recorder.runs)
		return;
	pthread_mutex_lock(&recorder.lock);
	recorder.stop = true;
	pthread_cond_signal(&recorder.wake);
	pthread_mutex_unlock(&recorder.lock);
	pthread_join(recorder.thread, NULL);
	tel_loop_rest();
	recorder.runs = false;
	close(recorder.dir);
	recorder.dir = -1;
}

bool tel_recorder_busy(void)
{
	return recorder.untold > 0;
}

static bool stem_ok(const char *stem)
{
	size_t n = strlen(stem);

	for (size_t i = 0; i < n; i++) {
		char c = stem[i];
		bool word = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' || c == '_';
		if (!word && (c != '/' || i == 0 || i == n - 1 || stem[i - 1] == '/'))
			return false;
	}
	return n > 0 && n < PATH_OCTETS - 8;
}

int tel_recorder_open(struct tel_recorder **ret, const char *stem, tel_recording_h *h, void *arg)
{
	struct tel_recorder *r;

	if (!stem_ok(stem))
		return EINVAL;
	r = mem_zalloc(sizeof(*r), NULL);
	if (!r)
		return ENOMEM;
	snprintf(r->path, sizeof(r->path), "%s.wav", stem);
	r->h = h;
	r->arg = arg;
	r->fd = -1;
	recorder.untold++;
	pthread_mutex_lock(&recorder.lock);
	list_append(&recorder.fresh, &r->le, r);
	pthread_cond_signal(&recorder.wake);
	pthread_mutex_unlock(&recorder.lock);
	*ret = r;
	return 0;
}

static bool put_frame(struct tel_recorder *r, const uint8_t frame[FRAME_OCTETS])
{
	size_t put = atomic_load(&r->put), got = atomic_load_explicit(&r->got, memory_order_acquire), at = put % RING;
	size_t first = RING - at < FRAME_OCTETS ? RING - at : FRAME_OCTETS;

	if (put - got > RING - FRAME_OCTETS)
		return false;
	memcpy(r->ring + at, frame, first);
	memcpy(r->ring, frame + first, FRAME_OCTETS - first);
	atomic_store_explicit(&r->put, put + FRAME_OCTETS, memory_order_release);
	return true;
}

void tel_recorder_put(struct tel_recorder *r, const int16_t ours[TEL_FRAME], const int16_t theirs[TEL_FRAME])
{
	uint8_t frame[FRAME_OCTETS];
	int16_t mark[TEL_FRAME];

	memset(frame, ALAW_SILENCE, sizeof(frame));
	while (r->missed && put_frame(r, frame))
		r->missed--;
	if (r->paused) {
		tel_tone(TEL_BEEP, r->pause_ticks++, mark);
		ours = theirs = mark;
	}
	for (size_t i = 0; i < TEL_FRAME; i++) {
		frame[2 * i] = tel_pcm2alaw(ours[i]);
		frame[2 * i + 1] = tel_pcm2alaw(theirs[i]);
	}
	if (r->missed || !put_frame(r, frame))
		r->missed++;
}

void tel_recorder_pause(struct tel_recorder *r, bool on)
{
	r->paused = on;
	r->pause_ticks = 0;
}

int64_t tel_recorder_ms(const struct tel_recorder *r)
{
	return (int64_t)(atomic_load(&r->put) / FRAME_OCTETS + r->missed) * 20;
}

void tel_recorder_close(struct tel_recorder *r)
{
	if (r)
		atomic_store_explicit(&r->closed, true, memory_order_release);
}

const char *tel_recorder_path(const struct tel_recorder *r)
{
	return r->path;
}
