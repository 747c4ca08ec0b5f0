/* SPDX-License-Identifier: GPL-3.0-or-later */
/* desk.c - an operator's leg by his SIP phone: called at the start of his shift and kept up, as the browser's is. When it goes down in the
 * middle he is lost like by a broken headset, and the phone is called again while he may return. */
#include "base/log.h"
#include "engine/tel/registrar.h"
#include "engine/tel/sip.h"
#include "exchange/house.h"
#include "exchange/link.h"

#include <inttypes.h>

enum { AGAIN_MS = 4000, SILENT_MS = 5000, DEAF_MS = 30000, RING_MS = 40000, PHONES_MAX = 2000 };

void desk_drop(struct seat *s)
{
	s->desk_up = false;
	s->desk = mem_deref(s->desk);
}

static void on_progress(int code, bool early_media, void *arg)
{
	(void)code;
	(void)early_media;
	(void)arg;
}

/* It takes the place of a browser's leg, and a talk goes over to it. */
static void on_answered(void *arg)
{
	struct seat *s = arg;
	struct tel_webrtc *was = s->webrtc, *next = s->next;

	s->webrtc = s->next = NULL;
	s->desk_up = true;
	seat_up(s);
	mem_deref(was);
	mem_deref(next);
}

static void lost(struct seat *s, const char *why)
{
	bool was_up = s->desk_up;

	s->desk_at = house_now() + AGAIN_MS;
	desk_drop(s);
	if (was_up)
		seat_down(s, why);
}

static void on_ended(enum tel_end end, int code, void *arg)
{
	struct seat *s = arg;

	log_info("desk", "the phone of operator %" PRId64 ": %s %d", s->operator_id,
	        end == TEL_END_BYE     ? "hung up"
	        : end == TEL_END_REPLY ? "answered"
	                               : "is not reached",
	        code);
	lost(s, "the phone hung up");
}

void desk_call(struct seat *s)
{
	struct tel_far_handlers h = {.progress = on_progress, .answered = on_answered, .ended = on_ended, .arg = s};
	struct tel_phone phones[TEL_BINDINGS_MAX];
	size_t n = tel_registrar_phones(s->operator_id, phones);

	if (s->desk || s->day.state == OPERATOR_OFFLINE)
		return;
	s->desk_at = house_now() + RING_MS;
	for (size_t i = 0; i < n && !s->desk; i++)
		if (tel_dial_phone(&s->desk, phones + i, SILENT_MS, &h))
			log_warn("desk", "%s cannot be called", phones[i].uri);
}

void desk_order(const struct message *m)
{
	struct seat *s = seat_find(m->operator_id);

	if (!s || s->day.state == OPERATOR_OFFLINE || !tel_registrar_has(m->operator_id)) {
		house_refuse(m, s ? "phone" : "operator");
		return;
	}
	s->by_phone = true;
	desk_call(s);
}

void desk_tick(struct seat *s, int64_t now)
{
	if (s->desk_up && tel_leg_deaf_ms(tel_dial_leg(s->desk)) > DEAF_MS)
		lost(s, "the phone is silent");
	if (s->desk && !s->desk_up && now >= s->desk_at)
		lost(s, "nobody picks up");
	if (s->by_phone && !s->desk && s->day.state == OPERATOR_LOST && now >= s->desk_at)
		desk_call(s);
}

/* Phones ------------------------------------------------------------------------------------------------------------------ */

/* A phone that comes back in the middle of a shift is called. */
static void on_registered(int64_t account, bool up, const char *agent, const char *address, void *arg)
{
	struct seat *s = seat_find(account);
	struct message m = {
	        .kind = EV_PHONE, .operator_id = account, .up = up, .text = str_of(agent), .host = str_of(address)};

	(void)arg;
	link_tell(&m);
	if (up && s && s->by_phone && !seat_leg(s))
		desk_call(s);
}

void desk_take(const struct message *m)
{
	struct tel_account v[PHONES_MAX];
	size_t n = 0;

	for (; n < m->phones.n && n < PHONES_MAX; n++)
		v[n] = (struct tel_account){.id = m->phones.rows[n].operator_id,
		        .login = m->phones.rows[n].login,
		        .ha1_sha256 = m->phones.rows[n].ha1_sha256,
		        .ha1_md5 = m->phones.rows[n].ha1_md5,
		        .up = m->phones.rows[n].up};
	tel_registrar_accounts(v, n);
}

void desk_init(void)
{
	tel_registrar_init(on_registered, NULL);
}
