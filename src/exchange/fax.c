/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fax.c - a call that carries a fax: a line like any other until it is answered, then our machine (engine/fax) speaks with the far one in the place of
 * an operator. The samples are its clock, so it lives on the tick; the line's own deadlines bound it. */
#include "engine/fax/fax.h"
#include "base/log.h"
#include "engine/crypto/crypto.h"
#include "exchange/house.h"
#include "exchange/link.h"

/* GOODBYE_MS: what our machine said last is on its way to the far one. */
enum { DEAF_MS = 30000, GOODBYE_MS = 400 };

struct line_fax {
	struct fax *machine;
	int64_t done_at;          /* 0: it is at work */
	struct fax_progress told; /* what app knows */
};

static void fax_destructor(void *arg)
{
	fax_end(((struct line_fax *)arg)->machine);
}

bool fax_take(struct line *l, const struct message *m)
{
	struct line_fax *x = mem_zalloc(sizeof(*x), fax_destructor);
	struct arena a = {0};
	struct fault f = {0};
	str tiff = base64url_decode(&a, m->document);
	int err = x && tiff.n ? fax_send(&x->machine, tiff, str_z(&a, m->name), &f) : EINVAL;

	arena_free(&a);
	if (err) {
		log_error("fax", "a fax cannot be sent: %s", f.what);
		mem_deref(x);
		return false;
	}
	l->fax = x;
	l->call.flows = true; /* what answers is nobody's to take */
	return true;
}

static void pull(void *arg, int16_t pcm[TEL_FRAME])
{
	fax_say(((struct line_fax *)arg)->machine, pcm);
}

static void push(void *arg, const int16_t pcm[TEL_FRAME])
{
	fax_hear(((struct line_fax *)arg)->machine, pcm);
}

void fax_begin(struct line *l)
{
	static const struct tel_leg_way way = {.pull = pull, .push = push};
	struct tel_leg *ours = NULL;
	int err = tel_leg_new(&ours, &way, l->fax);

	tel_leg_steady(l->leg);
	if (!err)
		err = tel_bridge_new(&l->bridge, ours, l->leg);
	mem_deref(ours); /* the bridge has it */
	if (err)
		line_step(l, &(struct call_input){.event = CALL_EV_FAILED, .cause = CAUSE_FAILED});
	else
		line_event(l, CALL_EV_FLOW);
}

void fax_tell(struct line *l)
{
	struct line_fax *x = l->fax;
	bool over = l->call.state == CALL_ENDED;
	struct message m = {.kind = EV_FAX,
	        .call = str_of(l->uuid),
	        .call_state = l->call.state,
	        .cause = l->call.cause,
	        .sip_code = l->call.sip_code,
	        .trunk = l->trunk};

	if (over && l->call.answered_at)
		fax_cut(x->machine);
	x->told = *fax_progress(x->machine);
	m.on = x->told.state == FAX_PAGES;
	m.pages = x->told.pages;
	m.rate = x->told.bit_rate;
	m.name = x->told.ident[0] ? str_of(x->told.ident) : (str){0};
	m.ok = x->told.state == FAX_DONE;
	if (over && x->told.state == FAX_FAILED) {
		m.what = str_of(x->told.code);
		m.text = str_of(x->told.why);
		m.lasting = x->told.lasting;
	}
	log_info("fax", "%s, %d of %d pages at %d bit/s %s", call_state_names[l->call.state], x->told.pages, x->told.of,
	        x->told.bit_rate, x->told.why ? x->told.why : "");
	link_tell(&m);
}

void fax_tick(struct line *l, int64_t now)
{
	struct line_fax *x = l->fax;
	const struct fax_progress *p = fax_progress(x->machine);

	if (l->call.state != CALL_IVR)
		return;
	if (p->state >= FAX_DONE && !x->done_at)
		x->done_at = now;
	if (x->done_at && now - x->done_at >= GOODBYE_MS)
		line_step(l, &(struct call_input){.event = CALL_EV_HANG_UP, .by = BY_SYSTEM});
	else if (tel_leg_deaf_ms(l->leg) > DEAF_MS)
		line_step(l, &(struct call_input){.event = CALL_EV_FAILED, .cause = CAUSE_NO_AUDIO});
	else if (!x->done_at && (p->state != x->told.state || p->pages != x->told.pages))
		fax_tell(l);
}
