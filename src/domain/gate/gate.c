/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate.c - the rules in their order, each a small function; the calendar they share. */
#include "domain/gate/gate.h"

#include "base/utf8.h"
#include "domain/trunk/trunk.h"
#include "kit/phone/phone.h"

static const struct {
	const char *name, *what;
} rules[GATE_RULES] = {
        [GATE_OK] = {"ok", "it may be dialled now"},
        [GATE_CLOSED] = {"closed", "the contact is closed"},
        [GATE_RESERVED] = {"reserved", "another call has it now"},
        [GATE_NO_NUMBER] = {"no_number", "no good number is left"},
        [GATE_NUMBER_INVALID] = {"number_invalid", "nobody has such a number"},
        [GATE_SPECIAL_NUMBER] = {"special_number",
                "emergency and short numbers are never dialled; paid and satellite ones only over a line that names them"},
        [GATE_DNC_ALL] = {"do_not_call_all", "the number is on the list of all"},
        [GATE_DNC_CUSTOMER] = {"do_not_call_customer", "the number is on the customer's list"},
        [GATE_DNC_PROJECT] = {"do_not_call_project", "the number is on the project's list"},
        [GATE_DNC_REGISTER] = {"do_not_call_register", "the number is in a register of refusals"},
        [GATE_CONSENT] = {"consent", "there is no valid consent to be called"},
        [GATE_QUOTA] = {"quota_full", "enough contacts of this kind have answered"},
        [GATE_HOURS] = {"hours", "it is outside the calling hours there"},
        [GATE_HOLIDAY] = {"holiday", "it is a holiday there"},
        [GATE_CALLBACK_LATER] = {"callback_later", "a call was promised for later"},
        [GATE_ATTEMPTS_TOTAL] = {"attempts_total", "the attempts are spent"},
        [GATE_ATTEMPTS_DAY] = {"attempts_day", "the attempts of the day are spent"},
        [GATE_ATTEMPTS_WEEK] = {"attempts_week", "the attempts of seven days are spent"},
        [GATE_ATTEMPTS_MONTH] = {"attempts_month", "the attempts of thirty days are spent"},
        [GATE_GAP] = {"gap", "it was dialled a short while ago"},
        [GATE_ABANDONED_LOCK] = {"abandoned_lock", "it was abandoned lately: dialled only when an operator waits"},
        [GATE_AUTOMATIC] = {"automatic", "automatic dialling is forbidden for such calls until a director allows it"},
        [GATE_CALLER_NUMBER] = {"caller_number", "no number that can be called back is shown"},
        [GATE_CALLER_LABEL] = {"caller_label", "the name shown with the number is longer than the rules allow"},
        [GATE_REGISTER_OLD] = {"register_old", "the register of refusals was not loaded in time"},
        [GATE_RECORD_NOTICE] = {"record_notice", "the called party must be told of the recording"},
        [GATE_BASE] = {"base_not_active", "the base is not approved"},
        [GATE_STRATEGY] = {"strategy_not_active", "the customer has not approved how it is dialled"},
        [GATE_SCRIPT] = {"script_not_active", "no script version is approved"},
        [GATE_FLOW] = {"flow_not_chosen", "it is not chosen which flow is heard"},
        [GATE_WORDS] = {"words_gap", "what is said to this contact has a merge field without a value"},
        [GATE_PROJECT] = {"project_not_running", "the project does not run"},
        [GATE_TRUNK] = {"trunk_down", "the project's trunk is down or not chosen"},
        [GATE_TRUNK_NUMBER] = {"trunk_number", "no line of the project may call numbers that begin so"},
        [GATE_TRUNK_HOUR] = {"trunk_hour", "the line has had all the calls it may have in an hour"},
};
const char *const gate_rule_names[] = {"ok", "closed", "reserved", "no_number", "number_invalid", "special_number",
        "do_not_call_all", "do_not_call_customer", "do_not_call_project", "do_not_call_register", "consent", "quota_full",
        "hours", "holiday", "callback_later", "attempts_total", "attempts_day", "attempts_week", "attempts_month", "gap",
        "abandoned_lock", "automatic", "caller_number", "caller_label", "register_old", "record_notice", "base_not_active",
        "strategy_not_active", "script_not_active", "flow_not_chosen", "words_gap", "project_not_running", "trunk_down",
        "trunk_number", "trunk_hour", NULL};

const char *gate_rule_what(enum gate_rule rule)
{
	return rules[rule].what;
}

str gate_zone(const struct gate_project *p, str contact_zone, str e164)
{
	const char *of_number;

	if (contact_zone.n && zone_valid(contact_zone))
		return contact_zone;
	of_number = e164.n ? phone_zone(e164) : NULL;
	return of_number ? str_of(of_number) : p->timezone;
}

/* The hours of a day: the project's, within those of the law. False: none. */
static bool hours_of(const struct gate_project *p, struct date d, int *from, int *to)
{
	int w = date_weekday(date_days(d));
	bool rest = law_rest(&p->law, d);
	int law_from = rest ? p->law.off_from : p->law.work_from, law_to = rest ? p->law.off_to : p->law.work_to;

	*from = p->hours.from[w] > law_from ? p->hours.from[w] : law_from;
	*to = p->hours.to[w] < law_to ? p->hours.to[w] : law_to;
	return *from < *to && (p->calls_days_off || !law_day_off(&p->law, d));
}

/* The first opening on or after the day at offset days from the date of t. 0 when no weekday has hours. */
static int opening(
        const struct gate_project *p, str zone, struct date from, int days, int64_t now, int64_t *ret, struct fault *f)
{
	int64_t first = date_days(from) + days, at;
	int err = 0;

	*ret = 0;
	for (int64_t d = first; d < first + 20 && !err; d++) { /* past the longest holidays */
		int opens, closes;
		if (!hours_of(p, date_of_days(d), &opens, &closes))
			continue;
		err = zone_instant(zone, date_of_days(d), opens, &at, f);
		if (!err && at > now) {
			*ret = at;
			break;
		}
	}
	return err;
}

int gate_open(const struct gate_project *p, str zone, int64_t now, bool *ret_open, int64_t *ret_until, struct fault *f)
{
	struct zone_time t;
	int64_t until = 0;
	bool open;
	int opens, closes, err = zone_local(zone, now, &t, f);

	if (err)
		return err;
	open = hours_of(p, t.date, &opens, &closes) && t.minute_of_day >= opens && t.minute_of_day < closes;
	if (!open)
		err = opening(p, zone, t.date, 0, now, &until, f);
	if (!err) {
		*ret_open = open;
		*ret_until = until;
	}
	return err;
}

int gate_day(const struct gate_project *p, str zone, int64_t now, char ret_day[11], int64_t *ret_next, struct fault *f)
{
	struct zone_time t;
	int64_t next;
	int err = zone_local(zone, now, &t, f);

	if (!err)
		err = opening(p, zone, t.date, 1, now, &next, f);
	if (err)
		return err;
	snprintf(ret_day, 11, "%04u-%02u-%02u", (unsigned)t.date.year % 10000u, (unsigned)t.date.month % 100u,
	        (unsigned)t.date.day % 100u);
	*ret_next = next ? next : now + CLOCK_DAY;
	return 0;
}

/* One question to the gate on its way through the rules. */
struct ask {
	struct db *db;
	struct arena *a;
	const struct gate_project *p;
	const struct gate_contact *c;
	str e164;
	struct gate_zones zones;
	bool held;
	bool guest;      /* a colleague is called into a talk: nobody whom a register of refusals is for */
	bool advertises; /* only a consent to advertising will do */
	bool proven;     /* … and it is asked for whether the law of the place wants one or not */
	int64_t now, until, rule_id;
};
/* Each sets *ret when it says no, and a->until when waiting helps. */
typedef int rule_fn(struct ask *q, enum gate_rule *ret, struct fault *f);

static int rule_contact(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	(void)f;
	if (q->c->life.state == LIFE_CLOSED)
		*ret = GATE_CLOSED;
	else if (q->c->life.state == LIFE_HIDDEN) /* its import runs, or waits for the customer */
		*ret = GATE_BASE;
	else if (q->c->life.state == LIFE_RESERVED && !q->held)
		*ret = GATE_RESERVED;
	return 0;
}

static int rule_number(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	(void)f;
	if (!q->e164.n) {
		*ret = GATE_NO_NUMBER;
		return 0;
	}
	switch (phone_kind(q->e164)) {
	case PHONE_UNKNOWN:
	case PHONE_KINDS: *ret = GATE_NUMBER_INVALID; break;
	case PHONE_SPECIAL: *ret = GATE_SPECIAL_NUMBER; break;
	case PHONE_PREMIUM: /* rule_costly */
	case PHONE_SATELLITE:
	case PHONE_FIXED:
	case PHONE_MOBILE:
	case PHONE_TOLL_FREE: break;
	}
	return 0;
}

/* A number may stand in the base more than once, and a talk may outlast every gap: who speaks with us now, or rings, is not rung again. */
static int rule_busy(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	struct val n;
	int err = db_one(q->db, q->a,
	        "SELECT COUNT(*) FROM call WHERE number = ?1 AND ended_at IS NULL AND (dialled_at IS NOT NULL OR direction = 'in')",
	        VALS(V(q->e164)), &n, 1, f);

	if (!err && val_int(n))
		*ret = GATE_RESERVED;
	return err;
}

static int rule_lists(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	static const enum gate_rule of_level[] = {GATE_DNC_ALL, GATE_DNC_CUSTOMER, GATE_DNC_PROJECT, GATE_DNC_REGISTER};
	struct val v;
	int err = db_one(q->db, q->a,
	        "SELECT MIN(CASE level WHEN 'all' THEN 0 WHEN 'customer' THEN 1 WHEN 'project' THEN 2 ELSE 3 END) FROM do_not_call "
	        "WHERE e164 = ?1 AND (level = 'all' OR (level = 'customer' AND owner_id = ?2) OR (level = 'project' AND owner_id = ?3) OR "
	        "(level = 'register' AND owner_id IN (SELECT id FROM register WHERE disabled = 0 AND jurisdiction = ?4)))",
	        VALS(V(q->e164), V(q->p->customer_id), V(q->p->id), V(q->guest ? (str){0} : q->p->jurisdiction)), &v, 1, f);

	if (!err && v.type != VAL_NULL)
		*ret = of_level[val_int(v)];
	return err;
}

static int refuse_by(struct ask *q, enum rule_kind kind, enum gate_rule rule, enum gate_rule *ret)
{
	*ret = rule;
	q->rule_id = q->p->law.of[kind].id;
	return 0;
}

/* Asked for where the law wants it. One that was taken back forbids what it allowed, until the same is allowed anew; and everything, while nothing
 * else allows it. That a talk may be recorded allows no call. */
static int rule_consent(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	struct val v[2];
	int err = db_one(q->db, q->a,
	        "SELECT COUNT(CASE WHEN (o.kind = 'advertising' OR ?5 = 0) AND o.given_at <= ?4 AND " CONSENT_STANDS("o",
	                "?3") " THEN 1 END), COUNT(o.revoked_at) FROM consent o WHERE o.e164 = ?1 AND o.customer_id = ?2 AND "
	                      "(o.project_id IS NULL OR o.project_id = ?3) AND o.kind <> 'recording'",
	        VALS(V(q->e164), V(q->p->customer_id), V(q->p->id), V(q->now), V((int64_t)q->advertises)), v, 2, f);

	if (!err && !val_int(v[0]) && (q->proven || q->p->law.of[RULE_CONSENT].value || val_int(v[1])))
		return refuse_by(q, RULE_CONSENT, GATE_CONSENT, ret);
	return err;
}

/* By hand one may ask one more of them. */
static int rule_quota(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	bool full = false;
	int err = q->p->quotas && q->c->id && !q->p->by_hand ? quota_full(q->db, q->a, q->p->id, q->c->id, &full, f) : 0;

	if (full)
		*ret = GATE_QUOTA;
	return err;
}

/* Open in every zone the number may be in. */
static int rule_hours(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	int err = 0;

	for (size_t i = 0; i < q->zones.n && !err; i++) {
		struct zone_time t;
		int64_t until;
		bool open = false;
		err = gate_open(q->p, q->zones.names[i], q->now, &open, &until, f);
		if (err || open)
			continue;
		err = zone_local(q->zones.names[i], q->now, &t, f);
		if (err)
			break;
		*ret = law_day_off(&q->p->law, t.date) && !q->p->calls_days_off ? GATE_HOLIDAY : GATE_HOURS;
		q->rule_id = q->p->law.of[law_rest(&q->p->law, t.date) ? RULE_HOURS_DAY_OFF : RULE_HOURS_WORKDAY].id;
		if (until > q->until)
			q->until = until;
	}
	return err;
}

static int rule_due(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	(void)f;
	if (q->c->callback_at > q->now) {
		*ret = GATE_CALLBACK_LATER;
		q->until = q->c->callback_at;
	} else if (q->c->life.state == LIFE_DUE && q->c->life.due_at > q->now && !q->c->callback_at) {
		*ret = GATE_GAP;
		q->until = q->c->life.due_at;
	}
	return 0;
}

/* What was dialled to a number for the customer, counted and with the oldest of the span: what it waits for. And what the contact got
 * on any of its numbers in the day of this one: they may be in zones whose days differ. */
struct dialled {
	int64_t today, contact_today, week, month, open_projects, last_other, week_oldest, month_oldest, abandoned_at;
};

#define NOT_HIS "'trunk_down', 'trunk_silent', 'operator_lost', 'gate', 'tel_lost', 'node_lost', 'cancelled'"
/* Of all the customer's projects, except what failed by our own fault (attempt_causes[].not_his); who calls us is no attempt of ours. A number has few calls, found by index. */
static int dialled_load(struct ask *q, int64_t midnight, struct dialled *ret, struct fault *f)
{
	struct val v[9];
	int err = db_one(q->db, q->a,
	        "SELECT COUNT(CASE WHEN c.asked_at >= ?3 THEN 1 END), (SELECT COUNT(*) FROM call k WHERE k.contact_id = ?6 AND k.asked_at "
	        ">= ?3 AND k.direction = 'out' AND k.dialled_at IS NOT NULL AND (k.cause IS NULL OR k.cause NOT IN (" NOT_HIS
	        "))), COUNT(CASE WHEN c.asked_at > ?4 THEN 1 END), COUNT(CASE WHEN "
	        "c.asked_at > ?5 THEN 1 END), COUNT(CASE WHEN p.state <> 'finished' THEN 1 END), MAX(CASE WHEN c.contact_id <> ?6 THEN "
	        "c.dialled_at END), MIN(CASE WHEN c.asked_at > ?4 THEN c.asked_at END), MIN(CASE WHEN c.asked_at > ?5 THEN c.asked_at "
	        "END), MAX(CASE WHEN c.cause = 'abandoned' THEN c.ended_at END) FROM call c JOIN project p ON p.id = c.project_id "
	        "WHERE c.number = ?1 AND p.customer_id = ?2 AND c.direction = 'out' AND c.dialled_at IS NOT NULL AND (c.cause IS NULL OR c.cause NOT IN "
	        "(" NOT_HIS "))",
	        VALS(V(q->e164), V(q->p->customer_id), V(midnight), V(q->now - 7 * (int64_t)CLOCK_DAY),
	                V(q->now - 30 * (int64_t)CLOCK_DAY), V(q->c->id)),
	        v, COUNT(v), f);

	if (!err)
		*ret = (struct dialled){val_int(v[0]), val_int(v[1]), val_int(v[2]), val_int(v[3]), val_int(v[4]),
		        val_int(v[5]), val_int(v[6]), val_int(v[7]), val_int(v[8])};
	return err;
}

static void attempts_left(struct ask *q, const struct dialled *d, int64_t next, enum gate_rule *ret)
{
	const struct gate_project *p = q->p;
	const struct law *l = &p->law;

	if (d->today >= p->rules.per_day || (q->c->id && d->contact_today >= p->rules.per_day)) {
		q->until = next;
		refuse_by(q, RULE_PER_DAY, GATE_ATTEMPTS_DAY, ret);
		if (l->of[RULE_PER_DAY].value != p->rules.per_day)
			q->rule_id = 0;
	} else if (p->per_week && d->week >= p->per_week) {
		q->until = d->week_oldest + 7 * (int64_t)CLOCK_DAY;
		refuse_by(q, RULE_PER_WEEK, GATE_ATTEMPTS_WEEK, ret);
	} else if (p->per_month && d->month >= p->per_month) {
		q->until = d->month_oldest + 30 * (int64_t)CLOCK_DAY;
		refuse_by(q, RULE_PER_MONTH, GATE_ATTEMPTS_MONTH, ret);
	} else if (d->last_other && d->last_other + p->rules.gap_ms > q->now) {
		q->until = d->last_other + p->rules.gap_ms;
		refuse_by(q, RULE_GAP, GATE_GAP, ret);
	}
}

/* A promised call is kept whatever the project's counts say; not so against the law's, nor against a fresh abandoned call. */
static int rule_attempts(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	const struct law *l = &q->p->law;
	int64_t lock = l->of[RULE_ABANDONED_LOCK].value * CLOCK_HOUR, midnight, next;
	bool promised = q->c->callback_at != 0,
	     bound = l->of[RULE_PER_DAY].value || l->of[RULE_PER_WEEK].value || l->of[RULE_PER_MONTH].value;
	struct dialled d;
	struct zone_time t;
	char day[11];
	int err;

	if (promised && !bound && !(lock && q->p->paced))
		return 0;
	err = zone_local(q->zones.names[0], q->now, &t, f);
	if (!err)
		err = zone_instant(q->zones.names[0], t.date, 0, &midnight, f);
	if (!err)
		err = gate_day(q->p, q->zones.names[0], q->now, day, &next, f);
	if (!err)
		err = dialled_load(q, midnight, &d, f);
	if (err)
		return err;
	if (!promised && q->c->id && !q->held &&
	        (!life_total_left(&q->c->life, &q->p->rules) || d.open_projects >= q->p->rules.total))
		*ret = GATE_ATTEMPTS_TOTAL;
	else if (!promised || bound)
		attempts_left(q, &d, next, ret);
	if (*ret == GATE_OK && lock && q->p->paced && d.abandoned_at + lock > q->now) {
		q->until = d.abandoned_at + lock;
		refuse_by(q, RULE_ABANDONED_LOCK, GATE_ABANDONED_LOCK, ret);
	}
	return 0;
}

static bool dialable(str e164)
{
	enum phone_kind kind = e164.n ? phone_kind(e164) : PHONE_UNKNOWN;

	return kind == PHONE_FIXED || kind == PHONE_MOBILE || kind == PHONE_TOLL_FREE;
}

enum gate_rule gate_of_project(const struct gate_project *p)
{
	const struct law *l = &p->law;

	if (l->of[RULE_NO_AUTOMATIC].value && p->mode >= MODE_PROGRESSIVE && !p->by_hand)
		return GATE_AUTOMATIC;
	if (l->of[RULE_CALLER_NUMBER].value && !p->practice && !dialable(p->shown_number))
		return GATE_CALLER_NUMBER;
	if (l->of[RULE_CALLER_LABEL].value && (int64_t)utf8_count(p->caller_label) > l->of[RULE_CALLER_LABEL].value)
		return GATE_CALLER_LABEL;
	if (l->stale_list)
		return GATE_REGISTER_OLD;
	if (l->of[RULE_RECORD_NOTICE].value && p->records && !p->record_notice)
		return GATE_RECORD_NOTICE;
	return GATE_OK;
}

enum gate_rule gate_agreed(const struct gate_project *p)
{
	if (!p->strategy_agreed)
		return GATE_STRATEGY;
	if (p->mode == MODE_AGENTLESS)
		return p->flow_id ? GATE_OK : GATE_FLOW;
	return p->script_version_id ? GATE_OK : GATE_SCRIPT;
}

static int64_t row_of(const struct law *l, enum gate_rule rule)
{
	return rule == GATE_AUTOMATIC       ? l->of[RULE_NO_AUTOMATIC].id
	       : rule == GATE_CALLER_NUMBER ? l->of[RULE_CALLER_NUMBER].id
	       : rule == GATE_CALLER_LABEL  ? l->of[RULE_CALLER_LABEL].id
	       : rule == GATE_REGISTER_OLD  ? l->stale_list
	                                    : l->of[RULE_RECORD_NOTICE].id;
}

static int rule_project(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	(void)f;
	*ret = gate_of_project(q->p);
	if (*ret != GATE_OK)
		q->rule_id = row_of(&q->p->law, *ret);
	return 0;
}

static int rule_approvals(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	(void)f;
	if (q->c->id && !q->c->base_active)
		*ret = GATE_BASE;
	else if (gate_agreed(q->p) != GATE_OK)
		*ret = gate_agreed(q->p);
	else if (!q->p->running)
		*ret = GATE_PROJECT;
	return 0;
}

static int rule_trunk(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	(void)f;
	if (!q->p->trunk_up)
		*ret = GATE_TRUNK;
	return 0;
}

/* What the lines may call; asked first of a number that costs more than a call. */
static int lines_say(struct ask *q, bool costly, enum gate_rule *ret, struct fault *f)
{
	struct toll_answer answer;
	int err = trunk_toll(q->db, q->a, q->p->id, q->p->trunk_id, q->e164, q->now, &answer, f);

	if (err || (costly && answer.toll != TOLL_COSTLY))
		return err;
	switch (answer.toll) {
	case TOLL_OK: break;
	case TOLL_HOUR: *ret = GATE_TRUNK_HOUR; break;
	case TOLL_ABROAD: *ret = GATE_TRUNK_NUMBER; break;
	case TOLL_COSTLY: *ret = GATE_SPECIAL_NUMBER; break;
	}
	q->until = answer.until;
	return 0;
}

static int rule_costly(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	enum phone_kind kind = phone_kind(q->e164);

	return kind == PHONE_PREMIUM || kind == PHONE_SATELLITE ? lines_say(q, true, ret, f) : 0;
}

static int rule_lines(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	return lines_say(q, false, ret, f);
}

static rule_fn *const order[] = {rule_contact, rule_number, rule_busy, rule_costly, rule_lists, rule_consent, rule_quota,
        rule_hours, rule_due, rule_attempts, rule_project, rule_approvals, rule_trunk, rule_lines};

/* The first rule that says no. */
static int ask_all(struct ask *q, rule_fn *const *rule, size_t n, struct gate_answer *ret, struct fault *f)
{
	enum gate_rule no = GATE_OK;
	int err = 0;

	for (size_t i = 0; i < n && !err && no == GATE_OK; i++) {
		q->until = q->rule_id = 0;
		err = rule[i](q, &no, f);
	}
	if (!err)
		*ret = (struct gate_answer){
		        .rule = no, .allowed = no == GATE_OK, .until = no == GATE_OK ? 0 : q->until, .rule_id = q->rule_id};
	return err;
}

int gate_decide(struct db *db, struct arena *a, const struct gate_project *p, const struct gate_contact *c, str e164,
        bool held, int64_t now, struct gate_answer *ret, struct fault *f)
{
	struct ask q = {.db = db,
	        .a = a,
	        .p = p,
	        .c = c,
	        .e164 = e164,
	        .held = held,
	        .advertises = p->purpose == PURPOSE_ADVERTISING,
	        .now = now};
	int err = gate_zones(db, a, p, c->timezone, e164, &q.zones, f);

	if (!err)
		err = ask_all(&q, order, COUNT(order), ret, f);
	return err;
}

int gate_guest(struct db *db, struct arena *a, const struct gate_project *p, str e164, int64_t now, struct gate_answer *ret,
        struct fault *f)
{
	static rule_fn *const guest[] = {rule_number, rule_costly, rule_lists, rule_trunk, rule_lines};
	struct ask q = {.db = db, .a = a, .p = p, .e164 = e164, .guest = true, .now = now};

	return ask_all(&q, guest, COUNT(guest), ret, f);
}

/* An advertisement in writing needs a consent to advertising wherever it is sent (38-FZ, article 18; PECR, regulation 22). */
int gate_send(struct db *db, struct arena *a, const struct gate_project *p, str e164, enum gate_message what, int64_t now,
        struct gate_answer *ret, struct fault *f)
{
	static rule_fn *const rules_of_it[] = {rule_number, rule_lists, rule_consent};
	bool advertises = what == GATE_ADVERTISING;
	struct ask q = {.db = db, .a = a, .p = p, .e164 = e164, .advertises = advertises, .proven = advertises, .now = now};

	return ask_all(&q, rules_of_it, COUNT(rules_of_it) - (what == GATE_WANTED), ret, f);
}

static int rule_running(struct ask *q, enum gate_rule *ret, struct fault *f)
{
	(void)f;
	if (!q->p->running)
		*ret = GATE_PROJECT;
	return 0;
}

int gate_fax(struct db *db, struct arena *a, const struct gate_project *p, str e164, str contact_zone,
        enum gate_message what, bool dials, int64_t now, struct gate_answer *ret, struct fault *f)
{
	static rule_fn *const calls[] = {
	        rule_costly, rule_hours, rule_project, rule_running, rule_trunk, rule_busy, rule_lines};
	enum { OF_THE_MOMENT = 3 };
	struct ask q = {.db = db, .a = a, .p = p, .e164 = e164, .now = now};
	int err = gate_send(db, a, p, e164, what, now, ret, f);

	if (err || !ret->allowed)
		return err;
	err = gate_zones(db, a, p, contact_zone, e164, &q.zones, f);
	return err ? err : ask_all(&q, calls, dials ? COUNT(calls) : OF_THE_MOMENT, ret, f);
}
