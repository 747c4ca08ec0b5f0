/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fax_turn.c - calls for the faxes that are due: each passes the gate anew, takes a line of its project as every call does, and is marked as called before the
 * command goes. Whose project lives on a node we do not lead waits for who does. The dialler's thread alone. */
#include "base/log.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/fax/fax.h"
#include "domain/sending/sending.h"
#include "domain/trunk/trunk.h"
#include "engine/crypto/crypto.h"
#include "kit/file/file.h"
#include "kit/phone/phone.h"

enum { EVERY_MS = 500, TURN_MAX = 10, LOOK_AGAIN_MS = CLOCK_MINUTE, RING_MS = 60 * CLOCK_SECOND };

struct faxing {
	const struct fax_due *fax;
	struct gate_project p;
	struct message_rows ways;
	int64_t node_id, epoch, now, next;
	str tel_boot, document, why; /* why, next: it is not called now */
	bool marked;                 /* as called */
};

static int held_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct faxing *x = arg;

	return fax_held(db, a, x->fax->id, x->marked, x->why, x->next, x->now, f);
}

static int called_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct faxing *x = arg;

	return fax_called(db, a, x->fax->id, x->tel_boot, x->ways.rows[0].trunk, x->now, f);
}

/* Does the gate let it pass now? Not: x says why, and when it is asked again. */
static int ask_gate(struct db *db, struct arena *a, struct faxing *x, struct fault *f)
{
	enum gate_message what = str_eq(x->fax->basis, str_of(sending_bases[BASIS_TALK])) ? GATE_WANTED
	                         : x->fax->advertising                                    ? GATE_ADVERTISING
	                                                                                  : GATE_SERVICE;
	struct gate_answer answer;
	int err = gate_project(db, a, x->fax->project_id, &x->p, f);

	x->p.by_hand = true;
	if (!err)
		err = gate_fax(db, a, &x->p, x->fax->to, x->fax->timezone, what, true, x->now, &answer, f);
	if (err || answer.allowed)
		return err;
	x->why = str_of(gate_rule_what(answer.rule));
	if (answer.until)
		x->next = answer.until;
	else if (answer.rule == GATE_RESERVED || answer.rule >= GATE_PROJECT)
		x->next = x->now + LOOK_AGAIN_MS;
	return 0;
}

/* It is looked at in each round until it gets one; that it waits for it is written down once, and at last that it waited in vain. */
static void wants_line(struct faxing *x)
{
	str why = STR("all lines of the project are taken");

	if (str_eq(x->fax->error, why) && x->now - x->fax->created_at < FAX_KEEP_MS)
		return;
	x->why = why;
	x->next = x->now;
}

/* Is there a line, and over which trunks does it go? */
static int ask_lines(struct db *db, struct arena *a, struct faxing *x, bool *ret_room, struct fault *f)
{
	struct bucket *bucket;
	struct line_use use;
	struct val v[4];
	int err = db_one(db, a, "SELECT " LINES_OF_PROJECT ", p.trunk_id FROM project p WHERE p.id = ?1",
	        VALS(V(x->fax->project_id)), v, COUNT(v), f);

	if (err)
		return err;
	use = (struct line_use){x->node_id, val_int(v[3]), val_int(v[0]), val_int(v[1]), val_int(v[2])};
	*ret_room = line_left(&use, &bucket, x->now) > 0;
	if (!*ret_room)
		return 0;
	err = trunk_ways(db, a, x->fax->project_id, x->p.trunk_id, x->p.caller_number, x->fax->to, x->now, &x->ways, f);
	if (!err)
		(void)bucket_take(bucket, x->now);
	return !err && !x->ways.n ? EAGAIN : err;
}

static int read_document(struct db *db, struct arena *a, struct faxing *x, struct fault *f)
{
	struct file file;
	str bytes;
	int err = file_get(db, a, x->fax->document_id, &file, f);

	if (!err)
		err = file_read(a, &file, &bytes, f);
	if (!err)
		x->document = base64url(a, bytes.p, bytes.n);
	return err;
}

/* As stations name themselves: digits, "+" and blanks. */
static str station(struct arena *a, str number)
{
	char *z;

	if (!number.n)
		return STR(" ");
	number = phone_pretty(a, number);
	z = arena_alloc(a, number.n);
	for (size_t i = 0; i < number.n; i++)
		z[i] = (char)(strchr("+0123456789", number.p[i]) ? number.p[i] : ' ');
	return (str){z, number.n};
}

static struct message command(struct arena *a, const struct faxing *x)
{
	const struct message *first = x->ways.rows;

	return (struct message){.kind = CMD_FAX,
	        .call = x->fax->uuid,
	        .project = x->fax->project_id,
	        .number = x->fax->to,
	        .trunk = first->trunk,
	        .from = first->from,
	        .routes = x->ways,
	        .label = x->p.caller_label,
	        .ring_ms = RING_MS,
	        .name = station(a, first->from),
	        .document = x->document,
	        .epoch = x->epoch};
}

static int call(struct store *s, struct db *db, struct arena *a, struct faxing *x, struct fault *f)
{
	struct message m;
	int err = read_document(db, a, x, f);

	if (!err)
		err = store_write(s, db, a, called_write, x, f);
	if (err)
		return err == EALREADY ? 0 : err;
	x->marked = true;
	m = command(a, x);
	return wire_tell(x->node_id, &m, f);
}

static int place_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct faxing *x = arg;

	return placement_make(db, a, x->fax->project_id, &x->node_id, f);
}

static int consider(struct store *s, struct db *db, struct arena *a, struct faxing *x, struct fault *f)
{
	bool room = false;
	char boot[37];
	int err = placement_of(db, a, x->fax->project_id, &x->node_id, f);

	if (!err && !x->node_id)
		err = store_write(s, db, a, place_write, x, f);
	if (err || !leads(x->node_id))
		return err == ENOENT ? 0 : err;
	x->epoch = wire_boot(x->node_id, boot);
	if (!x->epoch)
		return 0;
	x->tel_boot = str_copy(a, str_of(boot));
	err = ask_gate(db, a, x, f);
	if (!err && !x->why.n)
		err = ask_lines(db, a, x, &room, f);
	if (!err && !x->why.n && !room)
		wants_line(x);
	if (!err && x->why.n)
		return store_write(s, db, a, held_write, x, f);
	return err || !room ? err : call(s, db, a, x, f);
}

/* What fails by itself must not be looked at twice a second. */
static void put_off(struct store *s, struct db *db, struct arena *a, struct faxing *x, const struct fault *why)
{
	struct fault f = {0};

	log_error("fax", "fax %lld: %s", (long long)x->fax->id, why->what);
	x->why = str_of(why->what);
	x->next = x->now + LOOK_AGAIN_MS;
	if (store_write(s, db, a, held_write, x, &f))
		log_error("fax", "%s", f.what);
}

/* TURN_MAX at a time, round and round: who waits for a line, or for another node, stands in nobody's way. */
void fax_turn(struct store *s, struct db *db, struct arena *a, int64_t now)
{
	static int64_t looked_at;
	static struct fax_due last; /* its place in the order alone */
	struct fax_due *all;
	struct fault f = {0};
	size_t n = 0;

	if (now - looked_at < EVERY_MS && now >= looked_at)
		return;
	looked_at = now;
	if (fax_all_due(db, a, now, &last, TURN_MAX, &all, &n, &f))
		log_error("fax", "%s", f.what);
	last = n < TURN_MAX ? (struct fax_due){0}
	                    : (struct fax_due){.id = all[n - 1].id, .next_try_at = all[n - 1].next_try_at};
	for (size_t i = 0; i < n; i++) {
		struct faxing x = {.fax = all + i, .now = clock_ms()};
		f = (struct fault){0};
		if (consider(s, db, a, &x, &f))
			put_off(s, db, a, &x, &f);
	}
}
