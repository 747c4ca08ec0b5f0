/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fork.c - the calls answered lately, by whom, so that a second answer to one of them is known for what it is. */
#include "base/log.h"
#include "engine/tel/sip_priv.h"

/* Longer than anybody repeats an answer: 32 s of 16 calls a second. */
enum { KEPT = 512 };

static struct answered {
	char id[128], tag[64];
} kept[KEPT];
static size_t next;

static void copy(char *z, size_t n, const struct pl *pl)
{
	snprintf(z, n, "%.*s", (int)(pl->l < n ? pl->l : n), pl->p);
}

void fork_answered(const struct sip_msg *msg)
{
	struct answered *a = &kept[next++ % KEPT];

	copy(a->id, sizeof(a->id), &msg->callid);
	copy(a->tag, sizeof(a->tag), &msg->to.tag);
}

static void on_bye_answer(int err, const struct sip_msg *msg, void *arg)
{
	(void)arg;
	if (err || (msg && msg->scode >= 300))
		log_warn("sip", "a call answered in a second place was not heard to end");
}

static void say(const struct sip_msg *msg, const char *method, uint32_t cseq, sip_resp_h *h)
{
	struct mbuf *dialog = dialog_of(msg, cseq);

	if (!dialog || dialog_say(method, (str){(const char *)dialog->buf, dialog->end}, h))
		log_warn("sip", "a call answered in a second place cannot be ended: its answer has no address");
	mem_deref(dialog);
}

bool fork_take(const struct sip_msg *msg)
{
	bool ours = false;

	if (msg->scode < 200 || msg->scode > 299 || pl_strcmp(&msg->cseq.met, "INVITE") != 0)
		return false;
	for (size_t i = 0; i < KEPT; i++) {
		if (!*kept[i].id || pl_strcmp(&msg->callid, kept[i].id) != 0)
			continue;
		ours = true;
		if (!pl_strcmp(&msg->to.tag, kept[i].tag))
			return false; /* an answer known already, once more */
	}
	if (!ours)
		return false;
	log_info("sip", "a call is answered in a second place: ended there");
	say(msg, "ACK", msg->cseq.num, NULL);
	say(msg, "BYE", msg->cseq.num + 1, on_bye_answer);
	fork_answered(msg); /* said again, it needs nothing more: the BYE is repeated by itself */
	return true;
}
