/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bridge.c - passes frames across, and to the recorder: what each side really said, silence for a muted one. Where a voice goes across
 * unchanged its packets go at once (tel_leg_relay), and the frame is for the recorder alone. */
#include "engine/tel/bridge.h"

#include "engine/tel/crew.h"
#include "engine/tel/loop.h"
#include "engine/tel/mixer.h"
#include "engine/tel/re.h"
#include "engine/tel/rtp.h"
#include "engine/tel/tone.h"

struct tel_bridge {
	struct le le;
	struct tel_leg *ours, *theirs;
	struct tel_recorder *recorder;
	bool mute, hold;
	uint64_t music_tick;
	int16_t music[TEL_FRAME];
};

static struct list bridges[TEL_CREW_PARTS]; /* by part of the far side's leg */
static const int16_t silence[TEL_FRAME];

/* Who hears whom unchanged, packet by packet. */
static void direct(struct tel_bridge *b)
{
	if (!b->ours)
		return;
	tel_leg_relay(b->ours, b->mute || b->hold ? NULL : b->theirs);
	tel_leg_relay(b->theirs, b->hold ? NULL : b->ours);
}

static void cut(struct tel_bridge *b)
{
	tel_leg_relay(b->theirs, NULL);
	if (b->ours)
		tel_leg_relay(b->ours, NULL);
}

static void bridge_destructor(void *arg)
{
	struct tel_bridge *b = arg;

	list_unlink(&b->le);
	cut(b);
	mem_deref(b->ours);
	mem_deref(b->theirs);
}

int tel_bridge_new(struct tel_bridge **ret, struct tel_leg *ours, struct tel_leg *theirs)
{
	struct tel_bridge *b = mem_zalloc(sizeof(*b), bridge_destructor);

	if (!b)
		return ENOMEM;
	b->ours = mem_ref(ours);
	b->theirs = mem_ref(theirs);
	list_append(&bridges[tel_leg_part(theirs)], &b->le, b);
	direct(b);
	*ret = b;
	return 0;
}

void tel_bridge_ours(struct tel_bridge *b, struct tel_leg *ours)
{
	struct tel_leg *was = b->ours;

	if (ours == was)
		return;
	cut(b);
	b->ours = mem_ref(ours);
	direct(b);
	mem_deref(was);
}

void tel_bridge_record(struct tel_bridge *b, struct tel_recorder *r)
{
	b->recorder = r;
}

void tel_bridge_mute(struct tel_bridge *b, bool on)
{
	b->mute = on;
	direct(b);
}

void tel_bridge_hold(struct tel_bridge *b, bool on)
{
	b->hold = on;
	direct(b);
}

static void tick(struct tel_bridge *b)
{
	const int16_t *theirs = tel_leg_in(b->theirs), *ours = silence;

	if (b->ours && !b->mute && !b->hold)
		ours = tel_leg_in(b->ours);
	if (b->recorder)
		tel_recorder_put(b->recorder, ours, theirs);
	if (b->hold || !b->ours) {
		tel_tone(TEL_MUSIC, b->music_tick++, b->music);
		tel_leg_out(b->theirs, b->music);
	} else {
		tel_leg_out(b->theirs, ours);
	}
	if (b->ours)
		tel_leg_out(b->ours, b->hold ? silence : theirs);
}

static void tick_all(int part)
{
	for (struct le *le = bridges[part].head; le; le = le->next)
		tick(le->data);
}

void tel_bridge_tick(void)
{
	tel_crew_run(tick_all);
}

static void media_beat(void *arg)
{
	(void)arg;
	tel_rtp_beat();
	tel_leg_tell();
}

static void media_tick(void *arg)
{
	(void)arg;
	tel_leg_tick_in();
	tel_bridge_tick();
	tel_mixer_tick();
	tel_leg_tick_out();
}

void tel_media_init(void)
{
	tel_loop_each_beat(media_beat, NULL);
	tel_loop_each_tick(media_tick, NULL);
}
