/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trial.c - the test of a trunk: what its own life shows (name, ping, registration) is waited for and put in words. */
#include "base/clock.h"
#include "engine/tel/loop.h"
#include "engine/tel/sip_priv.h"

enum { STEPS_MAX = 4, PATIENCE_MS = 9000 };

struct trunk_trial {
	struct tel_trunk *t;
	tel_trunk_tested_h *h;
	void *arg;
	struct tel_trunk_step steps[STEPS_MAX];
	size_t n;
	struct sip_request *options;
	bool reached, logged_in; /* these steps are done */
	int64_t asked_ms;
	struct tmr tmr, end;
};

static void trial_destructor(void *arg)
{
	struct trunk_trial *r = arg;

	tmr_cancel(&r->tmr);
	tmr_cancel(&r->end);
	mem_deref(r->options);
}

static void on_end(void *arg)
{
	struct trunk_trial *r = arg;

	r->t->trial = NULL;
	r->h(r->steps, r->n, r->arg);
	mem_deref(r);
}

static void finish(struct trunk_trial *r)
{
	tmr_cancel(&r->tmr);
	tmr_start(&r->end, 0, on_end, r);
}

static void add(struct trunk_trial *r, const char *what, bool ok, const char *detail)
{
	if (r->n == STEPS_MAX)
		return;
	r->steps[r->n].what = what;
	r->steps[r->n].ok = ok;
	snprintf(r->steps[r->n++].detail, sizeof(r->steps[0].detail), "%s", detail);
}

static bool has_audio(const struct sip_msg *msg)
{
	str body = {(const char *)mbuf_buf(msg->mb), mbuf_get_left(msg->mb)};

	return str_find_str(body, STR("PCMA"), 0) < body.n || str_find_str(body, STR("PCMU"), 0) < body.n;
}

/* When all that was asked has come: name the codecs and end. */
static void look(struct trunk_trial *r)
{
	if (!r->reached || (r->t->registers && !r->logged_in))
		return;
	finish(r);
}

static void on_options(int err, const struct sip_msg *msg, void *arg)
{
	struct trunk_trial *r = arg;
	char z[200];

	if (!err && msg && msg->scode < 200)
		return;
	r->reached = true;
	if (err || !msg) {
		snprintf(z, sizeof(z), "nothing answers at: %.160s", r->t->uri);
		add(r, "reach", false, z);
		finish(r);
		return;
	}
	re_snprintf(z, sizeof(z), "%u %r, %lld ms", msg->scode, &msg->reason, (long long)(clock_mono_ms() - r->asked_ms));
	add(r, "reach", true, z);
	if (mbuf_get_left(msg->mb))
		add(r, "codec", has_audio(msg), has_audio(msg) ? "G.711" : "its answer names neither PCMA nor PCMU");
	else
		add(r, "codec", true, "it does not say beforehand what it speaks");
	look(r);
}

static int send_contact(enum sip_transp tp, const struct sa *src, const struct sa *dst, struct mbuf *mb, void *arg)
{
	struct trunk_trial *r = arg;
	struct sip_contact contact;

	(void)dst;
	sip_contact_set(&contact, r->t->contact, src, tp);
	return mbuf_printf(mb, "%H", sip_contact_print, &contact);
}

/* The name is known: ask the trunk, and see whether it let us in. */
static void ask(struct trunk_trial *r)
{
	struct tel_trunk *t = r->t;
	char address[TEL_ADDRESS_OCTETS], z[200];

	trunk_address(t, address);
	snprintf(z, sizeof(z), "%.120s = %s", t->host, address);
	add(r, "resolve", true, z);
	r->asked_ms = clock_mono_ms();
	if (sip_requestf(&r->options, sip_stack(), true, "OPTIONS", t->uri, NULL, NULL, send_contact, on_options, r,
	            "To: <%s>\r\nFrom: <%s>;tag=%016llx\r\nCall-ID: %016llx\r\nCSeq: 1 OPTIONS\r\nAccept: "
	            "application/sdp\r\n"
	            "Content-Length: 0\r\n\r\n",
	            t->uri, t->uri, rand_u64(), rand_u64()))
		on_options(EIO, NULL, r);
	if (t->registers && t->registered)
		trial_registered(t, 200, "registered");
	else if (t->registers && t->last_code >= 300)
		trial_registered(t, t->last_code, t->text);
}

static void patience_over(void *arg)
{
	struct trunk_trial *r = arg;

	r->options = mem_deref(r->options);
	if (!r->n)
		add(r, "resolve", false, "the name servers do not answer");
	else if (!r->reached)
		add(r, "reach", false, "nothing answers there, wrong address or port, or a firewall");
	else
		add(r, "register", false, "REGISTER was not answered");
	finish(r);
}

void trial_resolved(struct tel_trunk *t, const char *why)
{
	if (!t->trial || t->trial->n)
		return;
	if (t->n_addresses)
		return; /* ask() follows when its URI is made */
	add(t->trial, "resolve", false, *why ? why : "the name has no address");
	finish(t->trial);
}

void trial_pinged(struct tel_trunk *t, int code, int64_t ms)
{
	(void)code;
	(void)ms;
	if (t->trial && !t->trial->n && t->resolved)
		ask(t->trial);
}

void trial_registered(struct tel_trunk *t, int code, const char *reason)
{
	struct trunk_trial *r = t->trial;

	if (!r || r->logged_in || !r->n)
		return;
	r->logged_in = true;
	add(r, "register", code >= 200 && code < 300, code == 401 || code == 403 ? "login or password is refused" : reason);
	look(r);
}

void trial_over(struct tel_trunk *t)
{
	if (!t->trial)
		return;
	add(t->trial, "settings", false, "the trunk was changed meanwhile");
	t->trial->h(t->trial->steps, t->trial->n, t->trial->arg);
	t->trial = mem_deref(t->trial);
}

int tel_trunk_test(struct tel_trunk *t, tel_trunk_tested_h *h, void *arg)
{
	struct trunk_trial *r;

	if (t->trial)
		return EALREADY;
	r = mem_zalloc(sizeof(*r), trial_destructor);
	if (!r)
		return ENOMEM;
	r->t = t;
	r->h = h;
	r->arg = arg;
	t->trial = r;
	tmr_start(&r->tmr, PATIENCE_MS, patience_over, r);
	if (t->resolved)
		ask(r);
	return 0;
}
