/* SPDX-License-Identifier: GPL-3.0-or-later */
/* split_http.c - what a split test says now, and what one could say before it begins. A side's trials are its contacts that were spoken with: a
 * talk of the threshold would count a script that is hung up on as one that was not tried. */
#include "domain/role/role.h"
#include "domain/script/script_priv.h"
#include "domain/script/split.h"
#include "engine/stats/sequential.h"

enum verdict { EARLY, UNEVEN, OPEN, WINS_A, WINS_B };
static const char *const verdicts[] = {"early", "uneven", "open", "a", "b"};
static const double COIN = 0.001; /* below this the halves are no halves */

struct side {
	int64_t version_id, number, contacts;
	struct share_of talked;
};

static int read_side(struct db *db, struct arena *a, const struct split *s, struct side *ret, struct fault *f)
{
	struct val v[4];
	int err = db_one(db, a,
	        "SELECT v.number, COALESCE(x.contacts, 0), COALESCE(x.talked, 0), COALESCE(x.won, 0) FROM script_version v LEFT JOIN split_side x ON "
	        "x.split_id = ?1 AND x.script_version_id = v.id WHERE v.id = ?2",
	        VALS(V(s->id), V(ret->version_id)), v, 4, f);

	if (!err)
		*ret = (struct side){ret->version_id, val_int(v[0]), val_int(v[1]), {val_int(v[2]), val_int(v[3])}};
	return err;
}

/* The normal approximation holds where nine of either kind are to be expected. */
static bool early(const struct share_of *a, const struct share_of *b)
{
	double p = (double)(a->hits + b->hits) / (double)(a->n + b->n ? a->n + b->n : 1),
	       n = (double)(a->n < b->n ? a->n : b->n);

	return n * p * (1 - p) < 9;
}

static enum verdict verdict_of(const struct side side[2], const struct sequential *s)
{
	if (coin_fair(side[0].contacts, side[1].contacts) < COIN)
		return UNEVEN;
	if (early(&side[0].talked, &side[1].talked))
		return EARLY;
	if (!s->decided)
		return OPEN;
	return s->low > 0 ? WINS_B : WINS_A;
}

static double share(const struct share_of *s)
{
	return s->n ? (double)s->hits / (double)s->n : 0;
}

static void put_side(struct json_out *w, const struct side *s)
{
	double low, high;

	share_likely(&s->talked, &low, &high);
	json_open(w, '{');
	json_member_int(w, "script_version_id", s->version_id);
	json_member_int(w, "number", s->number);
	json_member_int(w, "contacts", s->contacts);
	json_member_int(w, "talked", s->talked.n);
	json_member_int(w, "won", s->talked.hits);
	json_key(w, "low");
	json_add_real(w, low);
	json_key(w, "high");
	json_add_real(w, high);
	json_close(w, '}');
}

static void put_reading(struct json_out *w, const struct side side[2])
{
	const struct share_of *a = &side[0].talked, *b = &side[1].talked;
	double both = (double)(a->hits + b->hits) / (double)(a->n + b->n ? a->n + b->n : 1);
	struct sequential s;

	sequential_test(a, b, &s);
	json_open(w, '{');
	json_key(w, "sides");
	json_open(w, '[');
	put_side(w, &side[0]);
	put_side(w, &side[1]);
	json_close(w, ']');
	json_member_text(w, "verdict", str_of(verdicts[verdict_of(side, &s)]));
	json_key(w, "low");
	json_add_real(w, s.low);
	json_key(w, "high");
	json_add_real(w, s.high);
	json_key(w, "better");
	json_add_real(w, share_beats(b, a));
	json_member_int(w, "needed", needed_on_each(share(a), share(b)));
	json_key(w, "seen");
	json_add_real(w, seen_with(both, a->n < b->n ? a->n : b->n));
	json_close(w, '}');
}

int split_reading(struct request *q)
{
	struct side side[2];
	struct split s;
	int err = resource_find(&split_resource, q, q->id[0], &s);

	for (int i = 0; i < 2 && !err; i++) {
		side[i].version_id = i ? s.b_id : s.a_id;
		err = read_side(q->db, q->a, &s, &side[i], &q->fault);
	}
	if (!err)
		put_reading(&q->out, side);
	return err;
}

/* With the contacts that are left, at the rate of the 5000 that were called last. */
int split_plan(struct request *q)
{
	str goal = http_param(q->http, "goal");
	struct val left, v[3];
	int64_t each = 0;
	double p = 0;
	int err = access_project(q->db, q->a, q->who, q->id[0], &q->fault);

	if (!err)
		err = db_one(q->db, q->a,
		        "SELECT COALESCE(SUM(s.contacts), 0) FROM contact_state s JOIN base b ON b.id = s.base_id WHERE s.project_id = ?1 AND "
		        "b.state = 'active' AND s.state IN ('fresh', 'due')",
		        VALS(V(q->id[0])), &left, 1, &q->fault);
	if (!err)
		err = db_one(q->db, q->a,
		        "SELECT COUNT(*), COALESCE(SUM(x.talked), 0), COALESCE(SUM(x.won), 0) FROM (SELECT MAX(CASE WHEN c.connected_at IS NOT NULL THEN 1 ELSE "
		        "0 END) AS talked, MAX(CASE WHEN c.counts_as = ?2 THEN 1 ELSE 0 END) AS won FROM (SELECT id FROM contact WHERE project_id = ?1 AND "
		        "last_at IS NOT NULL ORDER BY last_at DESC NULLS LAST, id DESC LIMIT 5000) k JOIN call c ON c.contact_id = k.id WHERE "
		        "c.direction = 'out' AND c.dialled_at IS NOT NULL GROUP BY k.id) x",
		        VALS(V(q->id[0]), V(goal.n ? goal : STR("lead"))), v, 3, &q->fault);
	if (err)
		return err;
	if (val_int(v[0]) && val_int(v[1])) {
		each = (int64_t)((double)val_int(left) * (double)val_int(v[1]) / (double)val_int(v[0]) / 2);
		p = (double)val_int(v[2]) / (double)val_int(v[1]);
	}
	json_open(&q->out, '{');
	json_member_int(&q->out, "contacts", val_int(left));
	json_member_int(&q->out, "each", each);
	json_key(&q->out, "share");
	json_add_real(&q->out, p);
	json_key(&q->out, "seen");
	json_add_real(&q->out, seen_with(p, each));
	json_close(&q->out, '}');
	return 0;
}
