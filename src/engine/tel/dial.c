/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dial.c - one call over a trunk: an INVITE of ours with our offer, early media and the answer, or one of the trunk's that we answer at once;
 * re-INVITEs of the trunk, and the end. */
#include "base/log.h"
#include "base/parse.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "engine/crypto/crypto.h"
#include "engine/tel/rtp.h"
#include "engine/tel/sdp.h"
#include "engine/tel/sip_priv.h"

enum { CSEQ_AHEAD = 1000, DIALOG_PARTS = 6, NUMBER_MIN = 8, NUMBER_MAX = 16 };

struct tel_dial {
	struct tel_far_handlers h;
	struct tel_trunk *trunk; /* NULL: to a phone of ours */
	struct sipsess *sess;
	struct tel_rtp *rtp;
	struct tel_leg *leg;
	uint16_t port;
	uint64_t session, version; /* version: of the last SDP we said */
	size_t at;                 /* which address of the trunk */
	char address[TEL_ADDRESS_OCTETS];
	bool srtp;
	uint8_t key[TEL_SRTP_KEY]; /* ours */
	char key_text[TEL_SRTP_KEY_TEXT + 1];
	struct mbuf *dialog; /* text for another process */
	/* accepted: it is the far side's call, and we said 200; agreed: on audio, by some SDP of the far side */
	bool accepted, heard, agreed, answered, over;
	enum tel_end end;
	int code, asked_s; /* asked_s: Retry-After */
	struct tmr silent, tell;
};

static void dial_destructor(void *arg)
{
	struct tel_dial *d = arg;

	tmr_cancel(&d->silent);
	tmr_cancel(&d->tell);
	if (d->rtp)
		tel_rtp_close(d->rtp);
	mem_deref(d->sess); /* CANCEL or BYE goes out by itself */
	mem_deref(d->leg);
	mem_deref(d->rtp);
	mem_deref(d->dialog);
	mem_deref(d->trunk);
}

/* The end is told from a timer: whoever hears it may free us, and libre is still at work with the session here. */
static void tell_end(void *arg)
{
	struct tel_dial *d = arg;

	d->h.ended(d->end, d->code, d->h.arg);
}

static void end(struct tel_dial *d, enum tel_end why, int code)
{
	if (d->over)
		return;
	d->over = true;
	d->end = why;
	d->code = code;
	tmr_cancel(&d->silent);
	tmr_start(&d->tell, 0, tell_end, d);
}

static void silence(void *arg)
{
	struct tel_dial *d = arg;

	if (d->trunk)
		trunk_was_silent(d->trunk, d->at);
	end(d, TEL_END_SILENT, 0);
}

static str body_of(const struct sip_msg *msg)
{
	return (str){(const char *)mbuf_buf(msg->mb), mbuf_get_left(msg->mb)};
}

static struct tel_sdp_end end_of(const struct tel_dial *d)
{
	return (struct tel_sdp_end){.address = d->address,
	        .port = d->port,
	        .session = d->session,
	        .version = d->version + 1,
	        .srtp_key = d->srtp ? d->key_text : NULL};
}

static int make_key(struct tel_dial *d)
{
	size_t n = TEL_SRTP_KEY_TEXT;

	rand_bytes(d->key, sizeof(d->key));
	return base64_encode(d->key, sizeof(d->key), d->key_text, &n);
}

/* What was to be SRTP is SRTP, or nothing. */
static int take_key(struct tel_dial *d, const struct tel_sdp *s)
{
	uint8_t key[TEL_SRTP_KEY];
	size_t n = sizeof(key);
	bool secure = str_eq(s->protocol, STR("RTP/SAVP"));
	int err;

	if (!d->srtp)
		return secure ? EPROTO : 0;
	if (!secure || !s->srtp_key.p || base64_decode(s->srtp_key.p, s->srtp_key.n, key, &n) || n != sizeof(key))
		return EPROTO;
	err = tel_rtp_secure(d->rtp, d->key, key);
	forget(key, sizeof(key));
	return err;
}

/* Take what the trunk says of its audio: where to send, and in which codec. */
static int take_sdp(struct tel_dial *d, const struct tel_sdp *s, const struct sip_msg *msg, enum tel_codec *codec)
{
	struct tel_leg_format format = {0};
	char z[TEL_ADDRESS_OCTETS];
	struct sa remote;
	int err;

	snprintf(z, sizeof(z), "%.*s", STR_ARG(s->address));
	if (!s->port || !tel_sdp_codec(s, codec) || *codec == TEL_OPUS || sa_set_str(&remote, z, s->port))
		return EPROTO;
	if (take_key(d, s))
		return EPROTO;
	format.codec = *codec;
	format.pt = (uint8_t)s->pt[*codec];
	tel_sdp_event(s, *codec, &format.event_pt, &format.event_clock);
	tel_leg_holds(d->leg, s->way == TEL_RECVONLY || s->way == TEL_INACTIVE || sa_is_any(&remote));
	if (!sa_is_any(&remote)) /* 0.0.0.0 is the old way to say hold */
		tel_rtp_remote(d->rtp, &remote, &msg->src);
	err = tel_leg_start(d->leg, &format);
	d->agreed |= !err;
	return err;
}

static int take_body(struct tel_dial *d, const struct sip_msg *msg)
{
	struct fault f = {0};
	enum tel_codec codec;
	struct tel_sdp s;
	int err = tel_sdp_read(body_of(msg), &s, &f);

	if (!err)
		err = take_sdp(d, &s, msg, &codec);
	if (err)
		log_warn("sip", "the trunk's audio is none we speak: %s", *f.what ? f.what : "codec or address");
	return err;
}

/* What libre tells ----------------------------------------------------------------------------------------------------- */

static void heard(struct tel_dial *d)
{
	d->heard = true;
	tmr_cancel(&d->silent);
}

static void on_progress(const struct sip_msg *msg, void *arg)
{
	struct tel_dial *d = arg;
	bool media;

	heard(d);
	media = mbuf_get_left(msg->mb) && !take_body(d, msg);
	if (!d->over)
		d->h.progress(msg->scode, media, d->h.arg);
}

static int on_answer_sdp(const struct sip_msg *msg, void *arg)
{
	struct tel_dial *d = arg;

	heard(d);
	fork_answered(msg);
	if (!mbuf_get_left(msg->mb) && d->agreed) /* carriers that said it in 183 do not say it again */
		return 0;
	if (take_body(d, msg))
		end(d, TEL_END_MEDIA, msg->scode);
	return 0; /* the ACK is due in any case; the BYE follows */
}

static bool add_route(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	(void)msg;
	return mbuf_printf(arg, "Route: %r\r\n", &hdr->val) != 0;
}

/* Routes of the calling side are the recorded ones backwards, of the called side as they stand (RFC 3261 section 12.1). */
static int write_routes_as(struct re_printf *pf, const struct sip_msg *msg, bool forwards)
{
	struct mbuf *mb = mbuf_alloc(256);
	int err = mb ? 0 : ENOMEM;

	if (!err && sip_msg_hdr_apply(msg, forwards, SIP_HDR_RECORD_ROUTE, add_route, mb))
		err = ENOMEM;
	if (!err)
		err = re_hprintf(pf, "%b", mb->buf, mb->end);
	mem_deref(mb);
	return err;
}

static int write_routes(struct re_printf *pf, void *arg)
{
	return write_routes_as(pf, arg, false);
}

static int write_routes_called(struct re_printf *pf, void *arg)
{
	return write_routes_as(pf, arg, true);
}

/* Said with U+FFFD, which is three octets, for each that is no UTF-8. */
static bool too_long(const struct mbuf *mb)
{
	return mb->end > (utf8_valid((str){(const char *)mb->buf, mb->end}) ? TEL_DIALOG_MAX : TEL_DIALOG_MAX / 3);
}

struct mbuf *dialog_of(const struct sip_msg *msg, uint32_t cseq)
{
	const struct sip_hdr *contact = sip_msg_hdr(msg, SIP_HDR_CONTACT);
	struct sip_addr target;
	struct mbuf *mb;

	if (!contact || sip_addr_decode(&target, &contact->val))
		return NULL;
	mb = mbuf_alloc(512);
	if (mb && mbuf_printf(mb, "%r\n%r\n%u\n%r\n%r\n%H", &target.auri, &msg->callid, cseq, &msg->from.val, &msg->to.val,
	                  write_routes, msg))
		mb = mem_deref(mb);
	if (mb && too_long(mb))
		mb = mem_deref(mb);
	return mb;
}

static void on_established(const struct sip_msg *msg, void *arg)
{
	struct tel_dial *d = arg;

	if (!d->dialog)
		d->dialog = dialog_of(msg, msg->cseq.num + CSEQ_AHEAD);
	d->answered = true;
	if (!d->over)
		d->h.answered(d->h.arg);
}

/* What we say to an INVITE of the trunk, the first or a later one (hold, another address, another codec): an answer, or an offer to one
 * without. */
static int on_offer(struct mbuf **ret, const struct sip_msg *msg, void *arg)
{
	struct tel_dial *d = arg;
	struct arena a = {0};
	struct text t = {.a = &a};
	enum tel_codec codec;
	struct tel_sdp s;
	struct tel_sdp_end ours = end_of(d);
	int err = 0;

	if (!mbuf_get_left(msg->mb)) {
		tel_sdp_offer(&t, &ours);
	} else {
		err = tel_sdp_read(body_of(msg), &s, NULL);
		if (!err)
			err = take_sdp(d, &s, msg, &codec);
		if (!err)
			tel_sdp_answer(&t, &s, codec, &ours);
	}
	*ret = err ? NULL : mbuf_alloc(t.n + 1);
	if (!err && (!*ret || mbuf_write_mem(*ret, (const uint8_t *)t.p, t.n)))
		err = ENOMEM;
	if (*ret)
		(*ret)->pos = 0;
	d->version += !err;
	arena_free(&a);
	return err;
}

/* «120;duration=60», «30 (busy)» */
static str leading_digits(const struct sip_hdr *hdr)
{
	size_t n = 0;

	while (n < hdr->val.l && hdr->val.p[n] >= '0' && hdr->val.p[n] <= '9')
		n++;
	return (str){hdr->val.p, n};
}

static void on_close(int err, const struct sip_msg *msg, void *arg)
{
	struct tel_dial *d = arg;

	if (msg) {
		const struct sip_hdr *after = sip_msg_hdr(msg, SIP_HDR_RETRY_AFTER);
		int64_t s;
		if (after && parse_int(leading_digits(after), 0, INT32_MAX / 1000, &s))
			d->asked_s = (int)s;
		end(d, TEL_END_REPLY, msg->scode);
	} else if (d->answered || err == ECONNRESET) /* a BYE may come before the ACK of our 200 */
		end(d, d->answered || d->accepted ? TEL_END_BYE : TEL_END_TRUNK, 0);
	else
		end(d, err == ETIMEDOUT ? TEL_END_SILENT : TEL_END_TRUNK, 0);
}

/* Making one ----------------------------------------------------------------------------------------------------------- */

static struct mbuf *offer(struct tel_dial *d)
{
	struct arena a = {0};
	struct text t = {.a = &a};
	struct tel_sdp_end ours = end_of(d);
	struct mbuf *mb;

	tel_sdp_offer(&t, &ours);
	mb = mbuf_alloc(t.n);
	if (mb && mbuf_write_mem(mb, (const uint8_t *)t.p, t.n))
		mb = mem_deref(mb);
	if (mb)
		mb->pos = 0;
	d->version++;
	arena_free(&a);
	return mb;
}

/* What is called is a number of E.164 and nothing else: no parameters, no host, no "+00". */
static bool dialable(const char *number)
{
	size_t n = strlen(number);

	return n >= NUMBER_MIN && n <= NUMBER_MAX && number[0] == '+' && number[1] >= '1' && number[1] <= '9' &&
	       strspn(number + 1, "0123456789") == n - 1;
}

/* What we call from is the carrier's to define. */
static bool showable(const char *number)
{
	return strspn(number, "+0123456789*#") == strlen(number);
}

/* peer: the address it goes to; t NULL: a phone of ours. */
static int dial_alloc(struct tel_dial **ret, struct tel_trunk *t, const char *peer, const struct tel_far_handlers *h)
{
	struct tel_dial *d = mem_zalloc(sizeof(*d), dial_destructor);
	int err;

	if (!d)
		return ENOMEM;
	d->h = *h;
	d->trunk = mem_ref(t);
	d->at = t ? t->at : 0;
	d->session = rand_u64() >> 2;
	tel_ports_address_for(peer, d->address);
	d->srtp = t && t->srtp;
	err = d->srtp ? make_key(d) : 0;
	if (!err)
		err = tel_rtp_new(&d->rtp, &d->leg, &d->port);
	if (err)
		mem_deref(d);
	else
		*ret = d;
	return err;
}

/* Whom, as whom, and what else it says. */
struct calling {
	const char *to, *name, *from, *contact, *more; /* name: shown with from, NULL: none */
};

static int invite(struct tel_dial *d, const struct calling *c)
{
	struct mbuf *desc = offer(d);
	int err = desc ? sipsess_connect(&d->sess, sip_sessions(), c->to, c->name, c->from, c->contact, NULL, 0,
	                         "application/sdp", desc, d->trunk ? trunk_auth : NULL, d->trunk, true, on_offer,
	                         on_answer_sdp, on_progress, on_established, NULL, NULL, on_close, d,
	                         "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS\r\n%s", c->more)
	               : ENOMEM;

	mem_deref(desc);
	return err;
}

static int start(struct tel_dial **ret, struct tel_trunk *t, const char *peer, const struct calling *c, int64_t silent_ms,
        const struct tel_far_handlers *h)
{
	struct tel_dial *d;
	int err = dial_alloc(&d, t, peer, h);

	if (err)
		return err;
	err = invite(d, c);
	if (err) {
		mem_deref(d);
		return err;
	}
	tmr_start(&d->silent, (uint64_t)silent_ms, silence, d);
	*ret = d;
	return 0;
}

/* It stands between quotes in the From of the invitation. */
static bool quotable(const char *label)
{
	for (; *label; label++)
		if ((unsigned char)*label < ' ' || strchr("\"\\\x7f", *label))
			return false;
	return true;
}

int tel_dial_new(struct tel_dial **ret, struct tel_trunk *t, const char *number, const char *from, const char *label,
        int64_t silent_ms, const struct tel_far_handlers *h)
{
	char peer[TEL_ADDRESS_OCTETS], to_uri[URI_OCTETS + 64], from_uri[URI_OCTETS + 64];
	struct calling c = {
	        .to = to_uri, .name = *label ? label : NULL, .from = from_uri, .contact = t->contact, .more = ""};

	if (!t->resolved || t->state == TEL_TRUNK_DOWN)
		return EHOSTDOWN;
	if (!dialable(number) || !showable(from) || !quotable(label))
		return EINVAL;
	trunk_address(t, peer);
	snprintf(to_uri, sizeof(to_uri), "sip:%s@%s", number, t->uri + 4);
	snprintf(from_uri, sizeof(from_uri), "sip:%s@%s", *from ? from : *t->login ? t->login : "zvonar", t->host);
	return start(ret, t, peer, &c, silent_ms, h);
}

/* The ways phones know to be told that nobody should have to pick up: RFC 5373, and what Snom, Yealink, Grandstream, Cisco, Polycom and
 * Linphone read. One that knows none of them rings. */
int tel_dial_phone(struct tel_dial **ret, const struct tel_phone *phone, int64_t silent_ms, const struct tel_far_handlers *h)
{
	char contact[CONTACT_OCTETS];
	struct calling c = {.to = phone->uri,
	        .from = "sip:zvonar@" TEL_REALM,
	        .contact = contact,
	        .more = "Answer-Mode: Auto\r\nCall-Info: <sip:" TEL_REALM ">;answer-after=0\r\n"
	                "Alert-Info: <http://" TEL_REALM ">;info=alert-autoanswer;delay=0\r\n"};

	sip_contact_for(phone->address, TEL_UDP, contact);
	return start(ret, NULL, phone->address, &c, silent_ms, h);
}

struct tel_leg *tel_dial_leg(struct tel_dial *d)
{
	return d->leg;
}

int64_t tel_dial_asked_ms(const struct tel_dial *d)
{
	return (int64_t)d->asked_s * 1000;
}

bool tel_dial_leave(struct tel_dial *d)
{
	return d->trunk && trunk_leave(d->trunk, d->at);
}

str tel_dial_dialog(const struct tel_dial *d)
{
	return d->dialog ? (str){(const char *)d->dialog->buf, d->dialog->end} : (str){0};
}

/* A call of the trunk's ------------------------------------------------------------------------------------------------ */

/* Digits as a carrier writes them, without its brackets and hyphens; "" when there are none, or for who hides his number. */
static void digits_of(const struct pl *user, char z[TEL_NUMBER_OCTETS])
{
	size_t n = 0;

	for (size_t i = 0; i < user->l && n < TEL_NUMBER_OCTETS - 1; i++) {
		if (user->p[i] == ';' || user->p[i] == '@')
			break;
		if ((user->p[i] >= '0' && user->p[i] <= '9') || (user->p[i] == '+' && !n))
			z[n++] = user->p[i];
		else if (!strchr("-.() ", user->p[i]))
			n = 0; /* a name is no number */
	}
	z[n] = '\0';
}

/* Whatever digits are in it; "%2B" is none. */
static bool is_name(const struct pl *user)
{
	for (size_t i = 0; i < user->l && user->p[i] != ';' && user->p[i] != '@'; i++) {
		if (user->p[i] == '%')
			i += 2;
		else if ((user->p[i] | 32) >= 'a' && (user->p[i] | 32) <= 'z')
			return true;
	}
	return false;
}

/* Who calls: what the carrier asserts (RFC 3325), else what the caller says of himself. */
static void caller_of(const struct sip_msg *msg, char z[TEL_NUMBER_OCTETS])
{
	const struct sip_hdr *asserted = sip_msg_hdr(msg, SIP_HDR_P_ASSERTED_IDENTITY);
	struct sip_addr addr;
	struct uri uri;

	*z = '\0';
	if (asserted && !sip_addr_decode(&addr, &asserted->val) && !uri_decode(&uri, &addr.auri) && !is_name(&uri.user))
		digits_of(&uri.user, z);
	if (!*z && !is_name(&msg->from.uri.user))
		digits_of(&msg->from.uri.user, z);
}

void tel_arrival_read(struct tel_arrival *a, const struct sip_msg *msg)
{
	*a = (struct tel_arrival){.msg = msg};
	digits_of(&msg->uri.user, a->called);
	digits_of(&msg->to.uri.user, a->to);
	re_snprintf(a->name, sizeof(a->name), "%r", &msg->uri.user);
	caller_of(msg, a->caller);
}

bool tel_arrival_over(const struct tel_arrival *a, const struct tel_trunk *t)
{
	return trunk_owns(t, &a->msg->src);
}

/* The same lines as dialog_of, of the called side: its own From is the caller's To with the tag libre gives (the message's own). */
static void note_dialog_called(struct tel_dial *d, const struct sip_msg *msg)
{
	const struct sip_hdr *contact = sip_msg_hdr(msg, SIP_HDR_CONTACT);
	struct sip_addr target;

	if (!contact || sip_addr_decode(&target, &contact->val))
		return;
	d->dialog = mbuf_alloc(512);
	if (d->dialog && mbuf_printf(d->dialog, "%r\n%r\n%u\n%r;tag=%016llx\n%r\n%H", &target.auri, &msg->callid,
	                         sip_dialog_lseq(sipsess_dialog(d->sess)) + CSEQ_AHEAD, &msg->to.val, msg->tag,
	                         &msg->from.val, write_routes_called, msg))
		d->dialog = mem_deref(d->dialog);
	if (d->dialog && too_long(d->dialog))
		d->dialog = mem_deref(d->dialog);
}

int tel_dial_accept(
        struct tel_dial **ret, struct tel_trunk *t, const struct tel_arrival *a, const struct tel_far_handlers *h)
{
	char peer[TEL_ADDRESS_OCTETS];
	struct mbuf *desc = NULL;
	struct tel_dial *d;
	int err;

	trunk_address(t, peer);
	err = dial_alloc(&d, t, peer, h);
	if (err)
		return err;
	err = on_offer(&desc, a->msg, d);
	if (err == EINVAL || err == EPROTO)
		err = ENOTSUP;
	if (!err)
		err = sipsess_accept(&d->sess, sip_sessions(), a->msg, 200, "OK", t->contact, "application/sdp", desc,
		        trunk_auth, t, true, on_offer, on_answer_sdp, on_established, NULL, NULL, on_close, d,
		        "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS\r\n");
	mem_deref(desc);
	if (err) {
		mem_deref(d);
		return err;
	}
	d->accepted = d->heard = true;
	note_dialog_called(d, a->msg);
	*ret = d;
	return 0;
}

/* For a dead process --------------------------------------------------------------------------------------------------- */

static void on_bye_answer(int err, const struct sip_msg *msg, void *arg)
{
	(void)arg;
	if (err || !msg)
		log_warn("sip", "a call of before was not heard to end: %s", strerror(err));
	else if (msg->scode >= 200)
		log_info("sip", "a call of before is ended: %u", msg->scode);
}

/* No line break or control sign may get from the text into a message, except the breaks between our own routes. */
static bool clean(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20)
			return false;
	return s.n > 0;
}

static bool clean_routes(str s)
{
	str line;

	while (str_cut(&s, '\n', &line)) {
		line = str_trim(line);
		if (line.n && (!str_starts(line, STR("Route: ")) || !clean(line)))
			return false;
	}
	return true;
}

/* Where it goes first: the first route, else the target. */
static int next_hop(str routes, const char *target, struct uri *ret)
{
	struct pl pl = {target, strlen(target)};
	struct sip_addr addr;

	if (!str_starts(routes, STR("Route: ")))
		return uri_decode(ret, &pl);
	pl.p = routes.p + 7;
	pl.l = str_find(routes, '\r', 7) - 7;
	if (sip_addr_decode(&addr, &pl))
		return EINVAL;
	*ret = addr.uri;
	return 0;
}

int dialog_say(const char *method, str dialog, sip_resp_h *h)
{
	str part[DIALOG_PARTS - 1];
	char target[URI_OCTETS];
	struct uri hop;

	for (size_t i = 0; i < COUNT(part); i++)
		if (!str_cut(&dialog, '\n', &part[i]) || !clean(part[i]))
			return EINVAL;
	if (!dialog.p || !clean_routes(dialog) || part[0].n >= sizeof(target))
		return EINVAL;
	snprintf(target, sizeof(target), "%.*s", STR_ARG(part[0]));
	if (next_hop(dialog, target, &hop))
		return EINVAL;
	return sip_requestf(NULL, sip_stack(), h != NULL, method, target, &hop, NULL, NULL, h, NULL,
	        "%bCall-ID: %b\r\nCSeq: %b %s\r\nFrom: %b\r\nTo: %b\r\nContent-Length: 0\r\n\r\n", dialog.p, dialog.n,
	        part[1].p, part[1].n, part[2].p, part[2].n, method, part[3].p, part[3].n, part[4].p, part[4].n);
}

int tel_dial_bye(str dialog)
{
	return dialog_say("BYE", dialog, on_bye_answer);
}
