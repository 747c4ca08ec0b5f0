/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ticket.c - callbacks that keep their place: asked for in a queue, dialled when tel says whose turn it is. */
#include "domain/queue/ticket.h"

#include "base/log.h"
#include "domain/dialer/dialer_priv.h"

int ticket_asked(struct db *db, struct arena *a, const struct message *m, struct fault *f)
{
	struct call_row c;
	int err = call_hold(db, a, 0, m->call, f);

	if (!err)
		err = call_find(db, a, 0, m->call, &c, f);
	if (err)
		return err == ENOENT ? 0 : err;
	return queue_ticket_add(db, a,
	        &(struct queue_ticket){.project_id = c.project_id,
	                .queue_id = m->queue,
	                .call_id = c.id,
	                .contact_id = c.contact_id,
	                .number = c.number,
	                .since = m->since,
	                .created_at = m->at},
	        f);
}

/* His card, while it may be dialled; a contact that is closed is called as a number: he asked for it himself. */
static int whom(struct db *db, struct arena *a, const struct queue_ticket *t, struct dial *d, struct fault *f)
{
	struct val v[2];
	int err = db_one(db, a,
	        "SELECT c.id, h.id FROM contact c JOIN phone h ON h.contact_id = c.id AND h.e164 = ?2 AND h.state = 'good' WHERE c.id = ?1 "
	        "AND c.state IN ('fresh', 'due')",
	        VALS(V(t->contact_id), V(t->number)), v, 2, f);

	d->number = t->number;
	if (!err) {
		d->contact_id = val_int(v[0]);
		d->phone_id = val_int(v[1]);
	}
	return err == ENOENT ? 0 : err;
}

struct refusal {
	int64_t ticket_id, until, now;
};

static int refusal_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct refusal *r = arg;

	return queue_ticket_refused(db, a, r->ticket_id, r->until, r->now, f);
}

/* Lists and bad numbers are for ever; all else may be otherwise a little later. */
static int64_t again_at(const struct dial *d)
{
	switch ((enum gate_rule)d->rule) {
	case GATE_NO_NUMBER:
	case GATE_NUMBER_INVALID:
	case GATE_SPECIAL_NUMBER:
	case GATE_DNC_ALL:
	case GATE_DNC_CUSTOMER:
	case GATE_DNC_PROJECT:
	case GATE_DNC_REGISTER: return 0;
	default: return d->until ? d->until : d->now;
	}
}

void ticket_dial(struct store *s, struct db *db, struct arena *a, const struct message *m)
{
	struct queue_ticket t;
	struct fault f = {0};
	struct dial d = {.by_hand = true, .user_id = m->operator_id, .ticket_id = m->ticket, .now = clock_ms()};
	int err = queue_ticket_find(db, a, m->ticket, &t, &f);

	if (err || t.state != QUEUE_TICKET_OPEN || t.next_at > d.now)
		return; /* tel hears of it with the next tickets */
	d.project_id = t.project_id;
	err = whom(db, a, &t, &d, &f);
	if (!err)
		err = dial_now(s, db, a, &d, &f);
	if (err == EPERM) {
		struct refusal r = {t.id, again_at(&d), d.now};
		log_info("dialer", "ticket %lld may not be dialled: %s", (long long)t.id, gate_rule_names[d.rule]);
		err = store_write(s, db, a, refusal_write, &r, &f);
	}
	if (err && err != EALREADY)
		log_error("dialer", "ticket %lld: %s", (long long)t.id, f.what[0] ? f.what : strerror(err));
}
