/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sound.c - the rows of how calls sound. */
#include "domain/call/sound.h"

#include "domain/call/call.h"
#include "domain/role/role.h"

struct sound {
	int64_t id, call_id, project_id;
	int side;
	str codec;
	int64_t came, lost, late, sent, jitter_ms, buffer_ms, rtt_ms, far_lost, far_jitter_ms;
	double mos, far_mos;
	int64_t at;
};
static const char *const sides[] = {"operator", "contact", NULL};

#define ENTITY struct sound
#define G GIVEN
#define GN (GIVEN | NULLABLE)
static const struct field fields[] = {
        F_ID(),
        F_REF(call_id, "journal", "Of which call", .flags = G),
        F_REF(project_id, "project", "Its project", .flags = G),
        F_WORD(side, sides, "Whose leg: the operator's, or the trunk's", .flags = G),
        F_STR(codec, 0, 40, "What it speaks", .flags = G),
        F_INT(came, 0, 0, "Packets that came from it", .flags = G),
        F_INT(lost, 0, 0, "Packets lost on the way to us", .flags = G),
        F_INT(late, 0, 0, "Packets that came too late to be played", .flags = G),
        F_INT(sent, 0, 0, "Packets sent to it", .flags = G),
        F_INT(jitter_ms, 0, 0, "Unevenness of their arrival (RFC 3550)", .flags = G),
        F_INT(buffer_ms, 0, 0, "What waited to be played", .flags = G),
        F_INT(rtt_ms, 0, 0, "There and back; null: it sends no reports", .flags = GN),
        F_INT(far_lost, 0, 0, "Packets lost on the way to it, as it reports", .flags = G),
        F_INT(far_jitter_ms, 0, 0, "Unevenness there, as it reports", .flags = G),
        F_REAL(mos, 1, 5, "Estimate of how it sounds to us, 1 to 4.4 (ITU-T G.107); null: too little to say", .flags = GN),
        F_REAL(far_mos, 1, 5, "Estimate of how we sound to it; null: it sends no reports", .flags = GN),
        F_TIME(at, "When it was told", .flags = G),
};
#undef ENTITY
static const struct entity sound_entity = ENTITY_OF(sound, fields, "sound", "How a call sounds on one of its legs");

const struct resource sound_resource = {
        .entity = &sound_entity,
        .path = "/call-sounds",
        .read = MAY_SEE_CALLS,
        .write = MAY_SET_UP,
        .not_made = true,
        .not_changed = true,
        .scope = SCOPE_PROJECT,
        .scope_column = "project_id",
        .sort = "-at",
        .silent = true,
};

/* Hundredths of a point; 0: nothing to say. */
static struct val points(int64_t hundredths)
{
	return hundredths > 0 ? V((double)hundredths / 100) : (struct val){0};
}

static int put(struct db *db, const struct call_row *c, const struct message *r, int64_t at, struct fault *f)
{
	return db_run(db,
	        "INSERT INTO sound (call_id, project_id, side, codec, came, lost, late, sent, jitter_ms, buffer_ms, rtt_ms, "
	        "far_lost, far_jitter_ms, mos, far_mos, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
	        "?14, ?15, ?16) ON CONFLICT (call_id, side) DO UPDATE SET codec = excluded.codec, came = excluded.came, "
	        "lost = excluded.lost, late = excluded.late, sent = excluded.sent, jitter_ms = excluded.jitter_ms, "
	        "buffer_ms = excluded.buffer_ms, rtt_ms = excluded.rtt_ms, far_lost = excluded.far_lost, "
	        "far_jitter_ms = excluded.far_jitter_ms, mos = excluded.mos, far_mos = excluded.far_mos, at = excluded.at",
	        VALS(V(c->id), V(c->project_id), V(str_of(call_party_names[r->side])), V(r->codec), V(r->came), V(r->lost),
	                V(r->late), V(r->sent), V(r->jitter_ms), V(r->buffer_ms), val_ref(r->rtt_ms), V(r->far_lost),
	                V(r->far_jitter_ms), points(r->mos), points(r->far_mos), V(at)),
	        NULL, f);
}

static int64_t worse(int64_t a, int64_t b)
{
	return a > 0 && (b <= 0 || a < b) ? a : b;
}

int sound_follow(struct db *db, struct arena *a, const struct message *m, struct fault *f)
{
	int64_t worst = 0;
	struct call_row c;
	int err = call_find(db, a, 0, m->call, &c, f);

	if (err)
		return err == ENOENT ? 0 : err;
	for (size_t i = 0; i < m->sounds.n && !err; i++) {
		const struct message *r = m->sounds.rows + i;
		if (r->side != BY_OPERATOR && r->side != BY_CONTACT)
			continue;
		worst = worse(r->mos, worse(r->far_mos, worst));
		err = put(db, &c, r, m->at, f);
	}
	if (!err && worst)
		err = db_run(db, "UPDATE call SET mos = ?2 WHERE id = ?1", VALS(V(c.id), points(worst)), NULL, f);
	return err;
}
