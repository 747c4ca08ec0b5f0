/* SPDX-License-Identifier: GPL-3.0-or-later */
/* intake.c - from the server's folder to the disk. How far a folder was read (UIDVALIDITY, UID) moves in the transaction that stores the letters, so that
 * nothing is lost or stored twice whenever the process dies. Small letters come many at a time; a large one, and any that failed, is a row of mail_late:
 * fetched alone, in pieces, giving way to new letters between them, and given up after some tries as a letter that says so. */
#include "base/log.h"
#include "domain/mailbox/mailbox_priv.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	SMALL_BYTES = 256 << 10,
	BATCH_BYTES = 4 << 20,
	BATCH_LETTERS = 32,
	PIECE_BYTES = 256 << 10,
	LATE_TRIES = 5,
	WAIT_S = 240, /* then the folder of sent letters is looked at again */
	BACK_OFF_MS = 5 * CLOCK_SECOND,
	BACK_OFF_MAX_MS = 10 * CLOCK_MINUTE,
};

struct folder {
	enum mail_folder_kind kind;
	int64_t id, uidvalidity, uid_last;
	str name; /* absent: there is none */
};
struct intake {
	struct reading *r;
	struct store *store;
	struct mailbox box;
	struct imap *c;
	struct mail_reader *reader;
	struct folder folders[2], *at; /* at: the one the connection looks at */
	struct arena life, a;          /* of the connection; of a batch */
	bool broken;                   /* the connection is of no more use */
};

/* The database --------------------------------------------------------------------------------------------------------------- */

/* One step: what was fetched, and how far the folder is read by it. */
struct stride {
	struct intake *k;
	struct arrivals all;
	struct file file;
	const struct imap_uid *late; /* fetched alone afterwards */
	size_t n_late;
	int64_t uid_last, done_uid; /* done_uid: the row of mail_late that is done, or 0 */
};

/* Closure part: no other node reads the box by now. */
static int ours_still(struct db *db, struct arena *a, const struct intake *k, struct fault *f)
{
	struct query *q = query_new(a);
	struct val id;
	int err;

	query_add(q, "SELECT id FROM mailbox WHERE id = ");
	query_val(q, V(k->box.id));
	query_add(q, " AND epoch = ");
	query_val(q, V(k->r->epoch));
	query_add(q, " ");
	query_word(q, db, DB_FOR_UPDATE);
	err = db_one(db, a, QUERY(q), &id, 1, f);
	return err == ENOENT ? fail(f, ESTALE, NULL, "mailbox_taken", "another node reads the mailbox by now") : err;
}

static int note_late(struct db *db, const struct stride *s, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; i < s->n_late && !err; i++)
		err = db_run(db,
		        "INSERT INTO mail_late (folder_id, uid, bytes) VALUES (?1, ?2, ?3) ON CONFLICT (folder_id, uid) DO NOTHING",
		        VALS(V(s->k->at->id), V((int64_t)s->late[i].uid), V(s->late[i].size)), NULL, f);
	return err;
}

static int stride_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct stride *s = arg;
	int err = ours_still(db, a, s->k, f);

	if (!err && s->file.key.n)
		err = file_add(db, a, &s->file, s->all.now, f);
	s->all.file_id = s->file.key.n ? s->file.id : 0;
	if (!err && s->all.n)
		err = arrivals_add(db, a, &s->all, f);
	if (!err && s->file.key.n && !s->all.added)
		err = file_remove(db, s->file.id, f);
	if (!err)
		err = note_late(db, s, f);
	if (!err && s->uid_last)
		err = db_run(db, "UPDATE mail_folder SET uid_last = ?2 WHERE id = ?1 AND uid_last < ?2",
		        VALS(V(s->k->at->id), V(s->uid_last)), NULL, f);
	if (!err && s->done_uid)
		err = db_run(db, "DELETE FROM mail_late WHERE folder_id = ?1 AND uid = ?2",
		        VALS(V(s->k->at->id), V(s->done_uid)), NULL, f);
	return err;
}

static int take_stride(struct intake *k, struct stride *s, struct fault *f)
{
	int err;

	s->all.now = clock_ms();
	s->all.box = &k->box;
	s->all.folder = k->at->kind;
	err = store_write(k->store, NULL, &k->a, stride_write, s, f);
	if (s->file.key.n && (err || !s->all.added))
		file_unnamed(&s->file, err);
	if (!err && s->uid_last > k->at->uid_last)
		k->at->uid_last = s->uid_last;
	return err;
}

static int folders_make(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	static const char *const kinds[] = {"inbox", "sent"};
	struct intake *k = arg;
	int err = ours_still(db, a, k, f);

	for (int i = 0; i < 2 && !err; i++) {
		struct val v[3];

		err = db_run(db,
		        "INSERT INTO mail_folder (mailbox_id, kind) VALUES (?1, ?2) ON CONFLICT (mailbox_id, kind) DO NOTHING",
		        VALS(V(k->box.id), V(str_of(kinds[i]))), NULL, f);
		if (!err)
			err = db_one(db, a,
			        "SELECT id, uidvalidity, uid_last FROM mail_folder WHERE mailbox_id = ?1 AND kind = ?2",
			        VALS(V(k->box.id), V(str_of(kinds[i]))), v, 3, f);
		if (!err) {
			k->folders[i].kind = (enum mail_folder_kind)i;
			k->folders[i].id = val_int(v[0]);
			k->folders[i].uidvalidity = val_int(v[1]);
			k->folders[i].uid_last = val_int(v[2]);
		}
	}
	return err;
}

/* Closure: the server has numbered the folder anew (RFC 3501, 2.3.1.1): all of it is read again, and what is here already is known by what it says. */
static int folder_anew(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct intake *k = arg;
	int err = ours_still(db, a, k, f);

	if (!err)
		err = db_run(db, "UPDATE mail_folder SET uidvalidity = ?2, uid_last = 0, name = ?3 WHERE id = ?1",
		        VALS(V(k->at->id), V(k->at->uidvalidity), V(k->at->name)), NULL, f);
	return err ? err : db_run(db, "DELETE FROM mail_late WHERE folder_id = ?1", VALS(V(k->at->id)), NULL, f);
}

/* Small letters -------------------------------------------------------------------------------------------------------------- */

static int write_all(int fd, str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno != EINTR)
			return errno;
		s = str_sub(s, n > 0 ? (size_t)n : 0, s.n);
	}
	return 0;
}

/* The raw letters of a batch stand one after another in one file: one fsync for all. */
static int keep_raw(struct intake *k, const str *bodies, size_t n, struct file *ret, struct fault *f)
{
	char key[33];
	const char *path = file_new_path(&k->a, key);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), err = fd < 0 ? errno : 0;

	for (size_t i = 0; i < n && !err; i++)
		err = write_all(fd, bodies[i]);
	if (fd >= 0 && close(fd) != 0 && !err)
		err = errno;
	ret->name = STR("letters");
	ret->type = STR("message/rfc822");
	if (!err)
		err = file_measure(&k->a, path, ret, f);
	else
		err = fail(f, err == ENOSPC ? ENOSPC : EIO, NULL, "disk", "the letters cannot be kept");
	if (err)
		unlink(path);
	return err;
}

static int read_one(struct intake *k, str raw, int64_t at, struct arrival *ret, struct fault *f)
{
	int err = mail_read(k->reader, &k->a, raw, &ret->read, f);

	ret->raw = raw;
	ret->at = at;
	ret->bytes = (int64_t)raw.n;
	if (!err)
		arrival_prepare(&k->a, ret);
	return err;
}

/* uids: letters of a batch. Those that cannot be had together are fetched alone later. */
static int take_batch(struct intake *k, struct stride *s, const struct imap_uid *uids, size_t n, struct fault *f)
{
	str *bodies = NEW_N(&k->a, str, n + 1);
	int64_t at = 0;
	int err = n ? imap_fetch(k->c, &k->a, uids, n, bodies, f) : 0;

	if (err) {
		struct imap_uid *all = NEW_N(&k->a, struct imap_uid, s->n_late + n);

		if (s->n_late)
			memcpy(all, s->late, s->n_late * sizeof *all);
		memcpy(all + s->n_late, uids, n * sizeof *all);
		s->late = all;
		s->n_late += n;
		k->broken = err != EPERM;
		return take_stride(k, s, f);
	}
	s->all.of = NEW_N(&k->a, struct arrival, n + 1);
	for (size_t i = 0; i < n && !err; i++) {
		if (!bodies[i].p) /* gone since */
			continue;
		err = read_one(k, bodies[i], at, &s->all.of[s->all.n++], f);
		at += (int64_t)bodies[i].n;
	}
	if (!err && s->all.n)
		err = keep_raw(k, bodies, n, &s->file, f);
	return err ? err : take_stride(k, s, f);
}

/* New letters of the folder looked at. */
static int take_new(struct intake *k, struct fault *f)
{
	struct arena listed = {0};
	struct imap_uid *uids, batch[BATCH_LETTERS], late[BATCH_LETTERS];
	size_t n = 0, i = 0;
	int err = imap_list(k->c, &listed, (uint32_t)k->at->uid_last, &uids, &n, f);

	k->broken |= err != 0;
	while (!err && i < n && !k->broken && !reading_ends(k->r)) {
		struct stride s = {.k = k, .late = late};
		size_t small = 0;
		int64_t bytes = 0;

		/* SMALL_BYTES more than the bound at most. */
		for (; i < n && small < BATCH_LETTERS && s.n_late < BATCH_LETTERS && bytes < BATCH_BYTES; i++) {
			if (uids[i].size > SMALL_BYTES) {
				late[s.n_late++] = uids[i];
			} else {
				batch[small++] = uids[i];
				bytes += uids[i].size;
			}
			s.uid_last = uids[i].uid;
		}
		err = take_batch(k, &s, batch, small, f);
		arena_reset(&k->a);
	}
	arena_free(&listed);
	return err;
}

/* Letters fetched alone -------------------------------------------------------------------------------------------------------- */

struct late {
	int64_t uid, bytes, tries;
};

/* Closure: counted before it is tried, so that one that kills the process is given up too. */
struct late_try {
	struct intake *k;
	struct late l;
	int64_t now;
};
static int late_count(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct late_try *t = arg;
	int64_t n = t->l.tries + 1;
	int err = ours_still(db, a, t->k, f);

	return err ? err
	           : db_run(db, "UPDATE mail_late SET tries = ?3, next_try_at = ?4 WHERE folder_id = ?1 AND uid = ?2",
	                     VALS(V(t->k->at->id), V(t->l.uid), V(n), V(t->now + n * n * BACK_OFF_MS)), NULL, f);
}

static int late_next(struct intake *k, struct late *ret, struct fault *f)
{
	struct db *db = store_take(k->store);
	struct val v[3];
	int err = db_one(db, &k->a,
	        "SELECT uid, bytes, tries FROM mail_late WHERE folder_id = ?1 AND next_try_at <= ?2 ORDER BY tries, uid LIMIT 1",
	        VALS(V(k->at->id), V(clock_ms())), v, 3, f);

	store_give(k->store, db);
	if (!err)
		*ret = (struct late){val_int(v[0]), val_int(v[1]), val_int(v[2])};
	return err;
}

/* Piece after piece into the file; new letters go first. Of one that is too long, the beginning. */
static int late_fetch(struct intake *k, const struct late *l, int fd, struct fault *f)
{
	int64_t at = 0;
	int err = 0;

	while (!err && at < MAIL_RAW_MAX) {
		struct arena piece = {0};
		str s = {0};

		err = imap_fetch_piece(k->c, &piece, (uint32_t)l->uid, at, PIECE_BYTES, &s, f);
		if (!err && s.n && write_all(fd, s) != 0)
			err = fail(f, EIO, NULL, "disk", "the letter cannot be kept");
		at += (int64_t)s.n;
		arena_free(&piece);
		if (err || s.n < PIECE_BYTES)
			break;
		if (imap_news(k->c))
			err = take_new(k, f);
		if (!err && (k->broken || reading_ends(k->r)))
			err = ECANCELED;
	}
	return err;
}

/* The file as a letter, in its place. */
static int late_store(struct intake *k, const struct late *l, const char *path, struct stride *s, struct fault *f)
{
	struct arrival one = {.trouble = l->bytes > MAIL_RAW_MAX ? "too_long" : NULL};
	int err = file_measure(&k->a, path, &s->file, f), fd = err ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	size_t n = (size_t)s->file.bytes;
	void *p = fd < 0 || !n ? MAP_FAILED : mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);

	if (fd >= 0)
		close(fd);
	s->file.name = STR("letter");
	s->file.type = STR("message/rfc822");
	if (!err)
		err = read_one(k, p == MAP_FAILED ? STR("") : (str){p, n}, 0, &one, f);
	s->all.of = &one;
	s->all.n = 1;
	if (!err)
		err = take_stride(k, s, f);
	if (p != MAP_FAILED)
		munmap(p, n);
	return err;
}

/* It cannot be had: a letter that says so stands in its place. */
static int late_give_up(struct intake *k, struct stride *s, const struct late *l, struct fault *f)
{
	struct arrival one = {.trouble = "not_fetched",
	        .read = {.message_id = STR(""),
	                .subject = STR(""),
	                .text = STR(""),
	                .html = STR(""),
	                .first_line = STR(""),
	                .reply_to = STR("")}};

	one.read.from.address = one.read.from.name = STR("");
	one.bytes = l->bytes;
	one.raw = str_printf(
	        &k->a, "not fetched %lld %lld %lld", (long long)k->at->id, (long long)k->at->uidvalidity, (long long)l->uid);
	arrival_prepare(&k->a, &one);
	s->all.of = &one;
	s->all.n = 1;
	return take_stride(k, s, f);
}

static int late_take(struct intake *k, const struct late *l, struct fault *f)
{
	struct stride s = {.k = k, .done_uid = l->uid};
	struct arena own = {0};
	char key[33];
	const char *path = file_new_path(&own, key);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int err = fd < 0 ? fail(f, EIO, NULL, "disk", "the letter cannot be kept") : late_fetch(k, l, fd, f);
	bool gone = err == ENOENT;

	if (fd >= 0)
		close(fd);
	k->broken |= err && err != ENOENT && err != EPERM && err != ECANCELED;
	if (!err)
		err = late_store(k, l, path, &s, f);
	else
		unlink(path);
	if (gone)
		err = take_stride(k, &s, f);
	arena_free(&own);
	return err == EPERM || err == ECANCELED ? 0 : err;
}

/* One of them, if there is one whose time has come. */
static int take_late(struct intake *k, bool *ret_some, struct fault *f)
{
	struct late_try t = {.k = k, .now = clock_ms()};
	struct stride s = {.k = k};
	int err = late_next(k, &t.l, f);

	*ret_some = !err;
	if (err)
		return err == ENOENT ? 0 : err;
	s.done_uid = t.l.uid;
	if (t.l.tries >= LATE_TRIES)
		err = late_give_up(k, &s, &t.l, f);
	else
		err = store_write(k->store, NULL, &k->a, late_count, &t, f);
	if (!err && t.l.tries < LATE_TRIES)
		err = late_take(k, &t.l, f);
	arena_reset(&k->a);
	return err;
}

/* The box -------------------------------------------------------------------------------------------------------------------- */

static int look_at(struct intake *k, struct folder *folder, struct fault *f)
{
	struct imap_folder seen;
	int err = imap_examine(k->c, folder->name, &seen, f);

	k->at = folder;
	if (err || folder->uidvalidity == (int64_t)seen.uidvalidity)
		return err;
	folder->uidvalidity = seen.uidvalidity;
	folder->uid_last = 0;
	return store_write(k->store, NULL, &k->a, folder_anew, k, f);
}

/* All that is new in a folder. */
static int pass(struct intake *k, struct folder *folder, struct fault *f)
{
	bool some = true;
	int err = look_at(k, folder, f);

	if (err == ENOENT && folder->kind == FOLDER_SENT) {
		folder->name = (str){0};
		return 0;
	}
	while (!err && some && !k->broken && !reading_ends(k->r)) {
		err = take_new(k, f);
		if (!err && !k->broken)
			err = take_late(k, &some, f);
	}
	return err;
}

static int connect_box(struct intake *k, struct fault *f)
{
	struct db *db = store_take(k->store);
	enum imap_phase phase;
	struct settings set;
	int err = entity_get(&mailbox_entity, db, &k->life, k->r->mailbox_id, &k->box, f);

	if (!err)
		err = settings_load(db, &k->life, &set, f);
	store_give(k->store, db);
	if (!err)
		err = store_write(k->store, NULL, &k->life, folders_make, k, f);
	if (err)
		return err;
	err = mailbox_imap_open(k->store, &k->life, &k->box, set.mail_inside, 0, &k->c, &phase, f);
	k->folders[FOLDER_INBOX].name = STR("INBOX");
	k->folders[FOLDER_SENT].name = k->box.sent_folder;
	if (!err && !k->box.sent_folder.n)
		err = imap_sent_folder(k->c, &k->life, &k->folders[FOLDER_SENT].name, f);
	return err;
}

static int say_state(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	return mailbox_state_set(db, a, arg, f);
}

static void state(struct intake *k, int err, const struct fault *why)
{
	struct mailbox_word w = {.id = k->r->mailbox_id,
	        .epoch = k->r->epoch,
	        .version = k->r->version,
	        .now = clock_ms(),
	        .state = MAILBOX_CONNECTED};
	struct db *db = store_take(k->store);
	struct val tries = {0};
	struct fault f = {0};
	int64_t wait;

	(void)!db_one(db, &k->life, "SELECT tries FROM mailbox WHERE id = ?1", VALS(V(w.id)), &tries, 1, NULL);
	store_give(k->store, db);
	if (err) {
		w.state = err == EACCES ? MAILBOX_PASSWORD : MAILBOX_DOWN;
		w.code = why->code;
		w.text = why->what;
		wait = err == EACCES ? BACK_OFF_MAX_MS : BACK_OFF_MS << (val_int(tries) < 8 ? val_int(tries) : 8);
		w.next_try_at = w.now + (wait < BACK_OFF_MAX_MS ? wait : BACK_OFF_MAX_MS);
	}
	if (store_write(k->store, NULL, &k->life, say_state, &w, &f))
		log_warn("mailbox", "mailbox %lld: its state was not written: %s", (long long)w.id, f.what);
}

static int work(struct intake *k, struct fault *f)
{
	int err = 0;

	while (!err && !reading_ends(k->r)) {
		if (k->folders[FOLDER_SENT].name.n)
			err = pass(k, &k->folders[FOLDER_SENT], f);
		if (!err && !k->broken)
			err = pass(k, &k->folders[FOLDER_INBOX], f);
		if (k->broken || err)
			return err ? err : fail(f, EIO, NULL, "imap_lost", "the connection to the mail server broke");
		while (!err && !reading_ends(k->r)) {
			err = imap_wait(k->c, WAIT_S, reading_ends, k->r, f);
			if (err || !imap_news(k->c))
				break;
			err = pass(k, &k->folders[FOLDER_INBOX], f);
		}
	}
	return err;
}

void *intake_run(void *reading)
{
	struct intake k = {.r = reading};
	struct fault f = {0};
	int err;

	k.store = k.r->app->store;
	err = mail_reader_new(&k.reader, &f);
	if (!err)
		err = connect_box(&k, &f);
	if (!err) {
		state(&k, 0, NULL);
		err = work(&k, &f);
	}
	if (err && err != ESTALE && !reading_ends(k.r)) {
		log_warn("mailbox", "mailbox %lld: %s", (long long)k.r->mailbox_id, f.what);
		state(&k, err, &f);
	}
	imap_free(k.c);
	mail_reader_free(k.reader);
	arena_free(&k.a);
	arena_free(&k.life);
	__atomic_store_n(&k.r->over, true, __ATOMIC_RELEASE);
	return NULL;
}
