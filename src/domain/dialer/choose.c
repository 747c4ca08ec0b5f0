/* SPDX-License-Identifier: GPL-3.0-or-later */
/* choose.c - whom next: promises that are due, then retries that are due, then contacts never called (fresh.c), or as the project has it.
 * Each is asked at the gate at the moment of dialling; what it refuses moves out of the way with its reason. */
#include "base/log.h"
#include "base/rand.h"
#include "domain/callback/callback.h"
#include "domain/dialer/dialer_priv.h"
#include "domain/flow/call_flow.h"
#include "domain/queue/ticket.h"
#include "domain/script/split.h"
#include "domain/trunk/trunk.h"

#include <stdatomic.h>

enum { TRIES = 40, NOBODY_MS = 1000, KEPT = 1024 };

/* Who had nobody to call, and when to look again: an operator of his own (by user), a project for any operator, or ahead of one (by
 * project). The dialler's thread alone. */
enum whom { HIS, ANYBODYS, AHEAD, WHOM };
static struct {
	int64_t id, until;
} nobody[WHOM][KEPT];
static atomic_bool again;

void choose_again(void)
{
	atomic_store(&again, true);
}

static bool had_nobody(enum whom whom, int64_t id, int64_t now)
{
	if (atomic_exchange(&again, false))
		memset(nobody, 0, sizeof(nobody));
	return nobody[whom][id % KEPT].id == id && nobody[whom][id % KEPT].until > now;
}

static void has_nobody(enum whom whom, int64_t id, int64_t now)
{
	nobody[whom][id % KEPT].id = id;
	nobody[whom][id % KEPT].until = now + NOBODY_MS;
}

int candidates_add(struct candidates *c, struct db *db, struct arena *a, const char *sql, const struct val *v, size_t n_v,
        struct fault *f)
{
	struct rows r;
	int err = db_ask(db, a, sql, v, n_v, &r, f);

	while (!err && c->n < COUNT(c->of) && !(err = rows_next(&r, f)))
		c->of[c->n++] = (struct candidate){rows_int(&r, 0), rows_int(&r, 1)};
	rows_done(&r);
	return err == ENOENT ? 0 : err;
}

static int by_due(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;

	return a->due_at != b->due_at ? (a->due_at > b->due_at) - (a->due_at < b->due_at)
	                              : (a->id > b->id) - (a->id < b->id);
}

/* Promises; another's own only when it has waited an hour for him. */
static int promised_ones(
        struct candidates *c, struct db *db, struct arena *a, const struct shift *s, int64_t now, struct fault *f)
{
	return candidates_add(c, db, a,
	        "SELECT k.contact_id, k.due_at FROM callback k JOIN contact c ON c.id = k.contact_id JOIN base b ON b.id = c.base_id "
	        "WHERE k.project_id = ?1 AND k.state = 'open' AND k.due_at <= ?2 AND (k.operator_id IS NULL OR "
	        "k.operator_id = ?3 OR "
	        "k.due_at < ?4) AND c.state IN ('due', 'fresh') AND c.due_at <= ?2 AND b.state = 'active' ORDER BY k.due_at "
	        "LIMIT 12",
	        VALS(V(s->project_id), V(now), V(s->user_id), V(now - CALLBACK_OWN_MS)), f);
}

/* Whom an abandoned call was made to: the next one finds an operator who waits for him. The few owed are looked at, not all who are due:
 * the state is no reason to choose another index. */
static int owed_ones(struct candidates *c, struct db *db, struct arena *a, int64_t project_id, int64_t now, struct fault *f)
{
	return candidates_add(c, db, a,
	        "SELECT c.id, c.due_at FROM contact c JOIN base b ON b.id = c.base_id WHERE c.project_id = ?1 AND c.owed = 1 AND "
	        "c.state || '' = 'due' AND c.due_at <= ?2 AND b.state = 'active' ORDER BY c.due_at LIMIT 12",
	        VALS(V(project_id), V(now)), f);
}

/* Retries of those he talked with last, while they wait for him: his first. */
static int his_retries(struct candidates *c, struct db *db, struct arena *a, const struct gate_project *p, int64_t user_id,
        int64_t now, struct fault *f)
{
	if (!p->stick_ms)
		return 0;
	return candidates_add(c, db, a,
	        "SELECT c.id, c.due_at FROM contact c JOIN base b ON b.id = c.base_id WHERE c.project_id = ?1 AND c.state = 'due' "
	        "AND c.last_operator_id = ?3 AND c.due_at <= ?2 AND c.last_result_id IS NOT NULL AND c.owed = 0 AND b.state = 'active' "
	        "AND NOT EXISTS (SELECT 1 FROM callback k WHERE k.contact_id = c.id AND k.state = 'open') ORDER BY c.due_at LIMIT 12",
	        VALS(V(p->id), V(now), V(user_id)), f);
}

/* Retries; those with a promise, or whom we owe an operator, are not among them, nor those who wait for the one who talked last and is
 * at work here. */
static int retried_ones(
        struct candidates *c, struct db *db, struct arena *a, const struct gate_project *p, int64_t now, struct fault *f)
{
	return candidates_add(c, db, a,
	        "SELECT c.id, c.due_at FROM contact c JOIN base b ON b.id = c.base_id WHERE c.project_id = ?1 AND c.state = 'due' "
	        "AND c.due_at <= ?2 AND c.owed = 0 AND b.state = 'active' AND (c.due_at <= ?3 OR c.last_result_id IS NULL OR "
	        "c.last_operator_id IS NULL OR NOT EXISTS (SELECT 1 FROM shift s WHERE s.user_id = c.last_operator_id AND s.project_id = "
	        "?1 AND s.ended_at IS NULL)) AND NOT EXISTS (SELECT 1 FROM callback k WHERE k.contact_id = c.id AND k.state = 'open') "
	        "ORDER BY c.due_at LIMIT 12",
	        VALS(V(p->id), V(now), V(now - p->stick_ms)), f);
}

/* What a refusal does to a contact that was chosen by itself, so that it does not stand before the others for ever. */
static int refusal_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	const struct dial *d = arg;
	enum gate_rule rule = (enum gate_rule)d->rule;
	struct gate_contact c;
	struct life l;
	bool number = rule == GATE_NUMBER_INVALID || rule == GATE_SPECIAL_NUMBER,
	     list = rule == GATE_DNC_ALL || rule == GATE_DNC_CUSTOMER || rule == GATE_DNC_PROJECT ||
	            rule == GATE_DNC_REGISTER;
	int err = contact_hold(db, a, d->contact_id, f);

	if (!err)
		err = gate_contact(db, a, d->contact_id, &c, f);
	if (err)
		return err;
	err = gate_refused(db, &c, d->refused_number, &(struct gate_answer){.rule = rule, .rule_id = d->rule_id}, d->now, f);
	if (err || (c.life.state != LIFE_FRESH && c.life.state != LIFE_DUE) || d->by_hand)
		return err;
	if (number || list)
		return db_run(db, "UPDATE phone SET state = ?2, version = version + 1 WHERE id = ?1",
		        VALS(V(d->refused_phone_id), V(list ? STR("refused") : STR("wrong"))), NULL, f);
	l = c.life;
	if (rule == GATE_NO_NUMBER || rule == GATE_ATTEMPTS_TOTAL) {
		l.state = LIFE_CLOSED;
		l.closed = rule == GATE_NO_NUMBER ? LIFE_CLOSED_NO_NUMBER : LIFE_CLOSED_ATTEMPTS;
	} else if (rule == GATE_CONSENT || rule == GATE_WORDS || rule == GATE_QUOTA ||
	           rule == GATE_TRUNK_NUMBER) { /* may change any day; not asked again and again until then */
		l.state = LIFE_DUE;
		l.due_at = d->now + CLOCK_DAY;
	} else {
		l.state = LIFE_DUE;
		l.due_at = d->until > d->now ? d->until : d->now + 5 * CLOCK_MINUTE;
	}
	return contact_put(db, &c, &l, 0, 0, f);
}

/* Who asks for the same number meanwhile, for another contact or on another node, waits for what comes of this. */
static int number_hold(struct db *db, struct arena *a, str e164, struct fault *f)
{
	struct val v;

	return e164.n ? db_one(db, a, db_word(db, DB_HOLD_TEXT), VALS(V(e164)), &v, 1, f) : 0;
}

/* The contact, the number and what the gate says of them; EPERM when it says no. */
static int ask_gate(struct db *db, struct arena *a, struct dial *d, const struct gate_project *p, struct gate_contact *c,
        int64_t phone_id, struct gate_phone *phone, struct fault *f)
{
	struct gate_answer answer;
	int64_t left;
	int err = 0;

	if (d->contact_id) {
		err = contact_hold(db, a, d->contact_id, f);
		if (!err)
			err = gate_contact(db, a, d->contact_id, c, f);
		if (!err && c->project_id != p->id)
			err = fail(f, ENOENT, "contact_id", "reference", "no such contact in this project");
		if (d->ticket_id)
			c->callback_at = d->now;
		if (!err)
			err = gate_phone(db, a, c->id, phone_id ? phone_id : c->callback_phone_id, phone, &left, f);
	}
	if (!err)
		err = number_hold(db, a, phone->e164, f);
	if (!err)
		err = gate_decide(db, a, p, c, phone->e164, d->call_id != 0, d->now, &answer, f);
	if (err)
		return err;
	d->rule = answer.rule;
	d->until = answer.until;
	d->rule_id = answer.rule_id;
	d->refused_phone_id = phone->id;
	d->refused_number = phone->e164;
	if (!answer.allowed)
		return fail(f, EPERM, NULL, gate_rule_names[answer.rule], "%s", gate_rule_what(answer.rule));
	return 0;
}

/* What goes with a dial for nobody in particular: how long the answer may wait, whether machines are told from people, and what a person
 * hears for whom there is no operator: the project's own words, or who called and how to stop it. */
static int ahead_command(struct db *db, struct arena *a, int64_t project_id, struct message *m, struct fault *f)
{
	struct val v[4];
	int err = db_one(db, a,
	        "SELECT p.abandoned_text, p.language, c.name, p.amd FROM project p JOIN customer c ON c.id = p.customer_id WHERE p.id = ?1",
	        VALS(V(project_id)), v, COUNT(v), f);

	if (err)
		return err;
	m->wait_ms = AHEAD_WAIT_MS;
	m->judging = val_int(v[3]) != 0;
	m->text = val_str(v[0]);
	if (!m->text.n)
		m->text =
		        str_eq(val_str(v[1]), STR("en"))
		                ? str_printf(a,
		                          "Hello! This was a call from %.*s. No operator was free, we will call you back. Press 9 "
		                          "not to be called again.",
		                          STR_ARG(val_str(v[2])))
		                : str_printf(a,
		                          "Здравствуйте! Вам звонила компания %.*s. Свободного оператора не оказалось, мы перезвоним. "
		                          "Чтобы вам больше не звонили, нажмите 9.",
		                          STR_ARG(val_str(v[2])));
	return 0;
}

/* … and for a flow: which, what of it is said to him alone, and what an answering machine is left. Words with a gap are said to nobody. */
static int flow_command(struct db *db, struct arena *a, struct dial *d, const struct gate_project *p, struct fault *f)
{
	struct message *m = &d->command;
	struct val v[2];
	str gap;
	int err = db_one(db, a, "SELECT machine_text, amd FROM project WHERE id = ?1", VALS(V(p->id)), v, COUNT(v), f);

	if (err)
		return err;
	m->flow = p->flow_id;
	m->judging = val_int(v[1]) != 0;
	m->text = m->judging ? val_str(v[0]) : (str){0};
	err = flow_words(db, a, p->flow_id, d->contact_id, &m->nodes, &gap, f);
	if (err || !gap.n)
		return err;
	d->rule = GATE_WORDS;
	return fail(f, EPERM, NULL, gate_rule_names[GATE_WORDS], "%s", gate_rule_what(GATE_WORDS));
}

static struct message dial_command(
        struct arena *a, const struct gate_project *p, const struct call_row *c, struct message_rows ways)
{
	struct message m = {.kind = CMD_DIAL,
	        .call = c->uuid,
	        .project = p->id,
	        .number = c->number,
	        .trunk = c->trunk_id,
	        .from = c->caller,
	        .routes = ways,
	        .label = p->caller_label,
	        .ring_ms = p->ring_ms,
	        .ticket = c->ticket_id,
	        .operator_id = c->operator_id,
	        .after = p->after_flow_id};
	char iso[32];

	clock_iso(c->asked_at, iso);
	if (p->records)
		m.record = str_printf(a, "%.7s/%.*s", iso, STR_ARG(c->uuid));
	if (p->records && p->record_notice && p->notice_text.n) {
		m.words = p->notice_text;
		m.voice = p->language;
	}
	return m;
}

/* May this operator have a call now, as far as we know? tel decides in the end. */
static int seat_free(struct db *db, struct arena *a, const struct dial *d, struct shift *ret, struct fault *f)
{
	int err = shift_hold(db, a, d->user_id, ret, f);
	bool ready = !err && ret->state == OPERATOR_READY, pause = !err && ret->state == OPERATOR_PAUSE,
	     preview = !err && ret->state == OPERATOR_PREVIEW;

	if (err == ENOENT)
		return fail(f, EINVAL, NULL, "no_shift", "take the seat first");
	if (err)
		return err;
	if (ret->project_id != d->project_id)
		return fail(f, EALREADY, NULL, "project", "the seat has moved to another project");
	if (!ret->leg_up)
		return fail(f, EINVAL, NULL, "no_leg", "the headset is not connected");
	if (d->call_id ? !preview : d->asked ? !ready && !pause : !ready)
		return fail(f, EALREADY, NULL, "state", "a call can be dialled when you are free");
	return 0;
}

/* His seat has this call now. */
static int seat_store(
        struct db *db, struct arena *a, const struct dial *d, const struct gate_project *p, struct shift *s, struct fault *f)
{
	enum operator_state state = d->preview ? OPERATOR_PREVIEW : OPERATOR_RESERVED;
	int err;

	s->call_id = d->call.id;
	s->muted = false;
	if (s->state != state)
		s->state_at = d->now;
	s->state = state;
	s->state_until = d->now + (d->preview ? p->preview_ms : p->ring_ms + 15 * CLOCK_SECOND);
	s->pause_reason_id = 0;
	err = shift_put(db, a, s, f);
	if (!err)
		seat_event(db, s->user_id, true, d->now);
	return err;
}

static int dial_store(struct db *db, struct arena *a, struct dial *d, const struct gate_project *p, struct gate_contact *c,
        const struct gate_phone *phone, struct fault *f)
{
	char day[11];
	int64_t next;
	int err = 0;

	if (!d->call_id) {
		d->call.project_id = p->id;
		d->call.base_id = c->base_id;
		d->call.contact_id = c->id;
		d->call.phone_id = phone->id;
		d->call.person_id = phone->person_id;
		d->call.operator_id = d->user_id;
		d->call.trunk_id = d->ways.n ? d->ways.rows[0].trunk : p->trunk_id;
		d->call.script_version_id = p->script_version_id;
		d->call.change_id = p->change_id;
		d->call.number = phone->e164;
		d->call.mode = p->mode;
		d->call.asked_at = d->now;
		d->call.ticket_id = d->ticket_id;
		err = split_assign(db, a, p->id, c->id, d->now, &d->call.script_version_id, f);
		if (!err)
			err = call_make(db, a, &d->call, f);
	}
	if (!err && c->id && !d->call_id)
		err = contact_reserve(db, c, d->call.id, d->now + p->preview_ms + CLOCK_HOUR, f);
	if (!err && !d->preview)
		err = gate_day(p, gate_zone(p, c->timezone, phone->e164), d->now, day, &next, f);
	if (!err && !d->preview)
		err = call_dialled(db, a, &d->call, day, d->call.tel_boot, d->now, f);
	if (!err && d->ticket_id)
		err = queue_ticket_dialled(db, a, d->ticket_id, d->call.id, d->now, f);
	return err;
}

/* The card he read is dialled now: by the number it was made for, or another of the contact. */
static int held_call(
        struct db *db, struct arena *a, struct dial *d, struct gate_phone *phone, int64_t *ret_phone_id, struct fault *f)
{
	struct call_row c;
	int err = call_hold(db, a, d->call_id, (str){0}, f);

	if (!err)
		err = call_find(db, a, d->call_id, (str){0}, &c, f);
	if (err)
		return err;
	if (c.state == CALL_ENDED || c.dialled_at || c.operator_id != d->user_id)
		return fail(f, EALREADY, NULL, "state", "this card was taken back");
	c.tel_boot = d->tel_boot;
	d->contact_id = c.contact_id;
	d->call = c;
	phone->e164 = c.number;
	*ret_phone_id = d->phone_id ? d->phone_id : c.phone_id;
	return 0;
}

static int held_number(struct db *db, struct dial *d, const struct gate_phone *phone, struct fault *f)
{
	if (phone->id == d->call.phone_id)
		return 0;
	d->call.number = phone->e164;
	d->call.phone_id = phone->id;
	return db_run(db, "UPDATE call SET number = ?2, phone_id = ?3, person_id = ?4 WHERE id = ?1",
	        VALS(V(d->call.id), V(phone->e164), val_ref(phone->id), val_ref(phone->person_id)), NULL, f);
}

static int ways_of(struct db *db, struct arena *a, struct dial *d, const struct gate_project *p, str number, struct fault *f)
{
	int err = trunk_ways(db, a, p->id, p->trunk_id, p->caller_number, number, d->now, &d->ways, f);

	if (!err && d->ways.n) {
		d->call.trunk_id = d->ways.rows[0].trunk;
		d->call.caller = d->ways.rows[0].from;
	}
	return err;
}

int dial_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct dial *d = arg;
	struct gate_project p;
	struct gate_contact c = {.life.state = LIFE_FRESH};
	struct gate_phone phone = {.e164 = d->number};
	int64_t phone_id = d->phone_id;
	struct shift s;
	int err = d->user_id ? seat_free(db, a, d, &s, f) : 0;

	d->call = (struct call_row){.uuid = d->uuid, .tel_boot = d->tel_boot};
	if (!err)
		err = gate_project(db, a, d->project_id, &p, f);
	p.by_hand = d->by_hand || d->asked || d->preview || d->call_id;
	p.paced = !d->user_id;
	if (!err && d->call_id)
		err = held_call(db, a, d, &phone, &phone_id, f);
	if (!err)
		err = ask_gate(db, a, d, &p, &c, phone_id, &phone, f);
	if (!err && d->call_id && d->contact_id)
		err = held_number(db, d, &phone, f);
	if (!err && !d->preview)
		err = ways_of(db, a, d, &p, phone.e164, f);
	if (!err)
		err = dial_store(db, a, d, &p, &c, &phone, f);
	if (!err && d->user_id)
		err = seat_store(db, a, d, &p, &s, f);
	if (!err)
		d->command = d->preview ? (struct message){.kind = CMD_PREVIEW,
		                                  .operator_id = d->user_id,
		                                  .call = d->call.uuid,
		                                  .preview = (enum operator_preview)p.preview_then}
		                        : dial_command(a, &p, &d->call, d->ways);
	if (!err && !d->user_id)
		err = p.mode == MODE_AGENTLESS ? flow_command(db, a, d, &p, f) : ahead_command(db, a, p.id, &d->command, f);
	return err;
}

int dial_now(struct store *s, struct db *db, struct arena *a, struct dial *d, struct fault *f)
{
	struct fault second = {0};
	char uuid[37], boot[37];
	int err;

	rand_uuid(uuid);
	err = placement_of(db, a, d->project_id, &d->node_id, f);
	if (err)
		return err;
	d->epoch = d->node_id ? wire_boot(d->node_id, boot) : 0;
	if (!d->epoch)
		return fail(f, EAGAIN, NULL, "tel_down", "the telephone process is not there; it comes back by itself");
	d->uuid = str_copy(a, str_of(uuid));
	d->tel_boot = str_copy(a, str_of(boot));
	err = store_write(s, db, a, dial_write, d, f);
	if (!err) {
		d->command.epoch = d->epoch;
		return wire_tell(d->node_id, &d->command, f);
	}
	if (err == EPERM && d->contact_id && store_write(s, db, a, refusal_write, d, &second))
		log_warn("dialer", "the gate's reason is not stored: %s", second.what);
	return err;
}

/* Whom anybody may have, in the project's order. from: those from there on take their turn among the retries. */
static int anybodys(struct candidates *c, size_t from, struct db *db, struct arena *a, const struct gate_project *p,
        int64_t now, struct fault *f)
{
	bool fresh_first = p->takes_first == TAKES_FRESH;
	int err = fresh_first ? fresh_ones(c, db, a, p, now, f) : retried_ones(c, db, a, p, now, f);

	if (!fresh_first)
		qsort(c->of + from, c->n - from, sizeof(c->of[0]), by_due);
	if (err || c->n >= CANDIDATES)
		return err;
	return fresh_first ? retried_ones(c, db, a, p, now, f) : fresh_ones(c, db, a, p, now, f);
}

/* What may be dialled for this operator now: what was promised, what is owed, who waits for him, then anybody's. Where promises take their turn,
 * they come after those who wait for him, among the retries. */
static int candidates_of(struct candidates *c, struct db *db, struct arena *a, const struct gate_project *p,
        const struct shift *s, bool card, int64_t now, struct fault *f)
{
	bool in_turn = p->promised_when == PROMISED_IN_TURN && p->takes_first == TAKES_RETRIES && p->mode < MODE_PREDICTIVE;
	int err = in_turn ? 0 : promised_ones(c, db, a, s, now, f);
	size_t before;

	if (!err)
		err = owed_ones(c, db, a, p->id, now, f);
	if (!err)
		err = his_retries(c, db, a, p, s->user_id, now, f);
	before = c->n;
	if (!err && in_turn)
		err = promised_ones(c, db, a, s, now, f);
	if (err || p->mode >= MODE_PREDICTIVE || before >= CANDIDATES || (!card && had_nobody(ANYBODYS, p->id, now)))
		return err;
	err = anybodys(c, before, db, a, p, now, f);
	if (!err && c->n == before)
		has_nobody(ANYBODYS, p->id, now);
	return err;
}

/* Dial the first of them whom the gate lets through, as d says. ENOENT: nobody. */
static int dial_one_of(
        struct store *store, struct db *db, struct arena *a, const struct candidates *c, struct dial *d, struct fault *f)
{
	for (size_t i = 0; i < c->n && i < TRIES; i++) {
		int err;
		d->contact_id = c->of[i].id;
		d->now = clock_ms();
		err = dial_now(store, db, a, d, f);
		if (err != EPERM && err != EALREADY)
			return err;
	}
	return ENOENT;
}

/* What holds for every contact alike is asked once, before any of them is moved for it. */
static bool may_dial(struct gate_project *p, bool card)
{
	p->by_hand = card || p->mode == MODE_PREVIEW;
	return p->running && p->trunk_up && p->trunk_room && gate_agreed(p) == GATE_OK && gate_of_project(p) == GATE_OK;
}

int choose_for(
        struct store *store, struct db *db, struct arena *a, const struct shift *s, bool card, int64_t now, struct fault *f)
{
	struct candidates c = {.n = 0};
	struct dial d = {.asked = card, .user_id = s->user_id, .project_id = s->project_id};
	struct gate_project p;
	int err = !card && had_nobody(HIS, s->user_id, now) ? ENOENT : gate_project(db, a, s->project_id, &p, f);

	if (!err && ((p.mode == MODE_MANUAL && !card) || (p.mode == MODE_PROGRESSIVE && card) || !may_dial(&p, card)))
		err = ENOENT;
	if (!err)
		err = candidates_of(&c, db, a, &p, s, card, now, f);
	if (err)
		return err;
	d.preview = card || p.mode == MODE_PREVIEW;
	err = dial_one_of(store, db, a, &c, &d, f);
	if (err == ENOENT && !c.n && !card) /* had there been some, all refused: the next ones in the next turn */
		has_nobody(HIS, s->user_id, now);
	return err;
}

int choose_ahead(struct store *store, struct db *db, struct arena *a, int64_t project_id, int64_t now, char ret_uuid[37],
        struct fault *f)
{
	struct candidates c = {.n = 0};
	struct dial d = {.project_id = project_id};
	struct gate_project p;
	int err = had_nobody(AHEAD, project_id, now) ? ENOENT : gate_project(db, a, project_id, &p, f);

	if (!err && (p.mode < MODE_PREDICTIVE || !may_dial(&p, false)))
		err = ENOENT;
	if (!err)
		err = anybodys(&c, 0, db, a, &p, now, f);
	if (err)
		return err;
	err = dial_one_of(store, db, a, &c, &d, f);
	if (!err)
		snprintf(ret_uuid, 37, "%.*s", STR_ARG(d.uuid));
	if (err == ENOENT && !c.n)
		has_nobody(AHEAD, project_id, now);
	return err;
}
