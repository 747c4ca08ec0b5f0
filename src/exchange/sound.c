/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sound.c - how a call sounds on both of its legs, told to app when it changed and at its end. */
#include "base/log.h"
#include "exchange/house.h"
#include "exchange/link.h"

#include <math.h>

enum { EVERY_MS = 5000, CHANGED = 10 };

void line_sound_begin(struct line *l)
{
	struct tel_leg *ours = l->seat ? seat_leg(l->seat) : NULL;

	if (!ours || ours == l->sound.ours)
		return;
	l->sound.ours = ours;
	tel_leg_figures(ours, &l->sound.ours_from);
}

static struct message row_of(const struct tel_leg *leg, enum call_party side, const struct tel_leg_figures *from)
{
	struct tel_leg_figures now;
	struct tel_sound s;

	tel_leg_figures(leg, &now);
	tel_sound_of(from, &now, &s);
	return (struct message){.kind = ROW_SOUND,
	        .side = side,
	        .codec = str_of(tel_leg_codec_name(leg)),
	        .came = s.came,
	        .lost = s.lost,
	        .late = s.late,
	        .sent = s.sent,
	        .jitter_ms = s.jitter_ms,
	        .buffer_ms = s.buffer_ms,
	        .rtt_ms = s.rtt_ms,
	        .far_lost = s.far_lost,
	        .far_jitter_ms = s.far_jitter_ms,
	        .mos = lround(100 * s.mos),
	        .far_mos = lround(100 * s.far_mos)};
}

static int64_t worst(const struct message *rows, size_t n)
{
	int64_t least = 0;

	for (size_t i = 0; i < n; i++) {
		const int64_t of[] = {rows[i].mos, rows[i].far_mos};
		for (size_t k = 0; k < COUNT(of); k++)
			if (of[k] && (!least || of[k] < least))
				least = of[k];
	}
	return least;
}

/* The legs of a talk that have packets; the simulated subscriber has none. */
static size_t rows_of(const struct line *l, struct message rows[2])
{
	static const struct tel_leg_figures nothing;
	struct tel_leg *ours = l->seat ? seat_leg(l->seat) : NULL;
	size_t n = 0;

	if (ours && ours == l->sound.ours)
		rows[n++] = row_of(ours, BY_OPERATOR, &l->sound.ours_from);
	if (l->leg && *tel_leg_codec_name(l->leg))
		rows[n++] = row_of(l->leg, BY_CONTACT, &nothing);
	return n;
}

static void tell(struct line *l, struct message *rows, size_t n)
{
	struct message m = {.kind = EV_SOUND, .call = str_of(l->uuid), .sounds = {rows, n}};

	link_tell(&m);
}

void line_sound_watch(struct line *l, int64_t now)
{
	struct message rows[2];
	size_t n;
	int64_t mos;

	if (now - l->sound.told_at < EVERY_MS)
		return;
	n = rows_of(l, rows);
	mos = worst(rows, n);
	if (!mos || llabs(mos - l->sound.told_mos) < CHANGED)
		return;
	l->sound.told_at = now;
	l->sound.told_mos = mos;
	tell(l, rows, n);
}

void line_sound_end(struct line *l)
{
	struct message rows[2];
	size_t n = l->call.answered_at ? rows_of(l, rows) : 0;

	for (size_t i = 0; i < n; i++)
		log_info("call",
		        "%s: %.*s, %lld packets in, %lld lost, %lld late, %lld out, jitter %lld ms, round trip %lld ms, MOS %.2f",
		        call_party_names[rows[i].side], STR_ARG(rows[i].codec), (long long)rows[i].came,
		        (long long)rows[i].lost, (long long)rows[i].late, (long long)rows[i].sent,
		        (long long)rows[i].jitter_ms, (long long)rows[i].rtt_ms, (double)rows[i].mos / 100);
	if (n)
		tell(l, rows, n);
	l->sound = (struct line_sound){0};
}
