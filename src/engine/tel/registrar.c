/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registrar.c - logins, their phones, and REGISTER step by step as RFC 3261 section 10.3 has it. */
#include "engine/tel/registrar.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/parse.h"
#include "base/rand.h"
#include "engine/tel/digest.h"
#include "engine/tel/gate.h"
#include "engine/tel/knock.h"
#include "engine/tel/sip_priv.h"

enum {
	TICK_MS = 1000,
	PING_MS = 25000,
	MISSED_MAX = 3,
	BUCKETS = 1024,
	USED_MAX = 16,
	OFFERS_MAX = 8,
	OFFER_DAYS = 7, /* so long an address is remembered for, after its phones were heard of last */
	EXPIRES_MAX_S = 600,
	CALLID_MAX = 128,
	AGENT_MAX = 100
};

/* One phone of a login. */
struct binding {
	struct le le;
	struct account *account;
	char uri[TEL_PHONE_URI], callid[CALLID_MAX], agent[AGENT_MAX]; /* uri: as it gave it */
	uint32_t cseq;
	struct sa src;
	int64_t expires_at, pinged_at, heard_at;
	int missed;
	bool let_in; /* src is, for its sake */
	struct sip_request *ping;
};
/* A nonce that was answered, and the highest count of it: nothing is believed twice. */
struct used {
	int64_t made_at;
	uint64_t hash;
	int64_t count;
};
struct challenge {
	char nonce[TEL_NONCE];
	bool md5_only, stale;
};
/* How phones at an address take challenges. */
struct offer {
	struct sa src;
	uint32_t cseq; /* of the REGISTER both algorithms were offered to, unanswered so far; 0: none */
	bool md5_only; /* such an offer was never answered */
	int64_t at;    /* when it was made, or answered */
};
struct account {
	struct le le, by_login;
	int64_t id;
	char login[TEL_LOGIN_MAX + 1], ha1[TEL_DIGESTS][TEL_DIGEST_HEX];
	struct list bindings;
	struct knock_login knock;
	struct used used[USED_MAX];
	int64_t used_before; /* nonces made until then are spent */
	struct offer offers[OFFERS_MAX];
	bool up, seen;
};

static struct {
	struct list accounts;
	struct hash *by_login;
	tel_registered_h *h;
	void *arg;
	uint8_t key[32]; /* of nonces; of this process */
	struct tmr tmr;
} the;

/* Bindings --------------------------------------------------------------------------------------------------------------- */

static void binding_destructor(void *arg)
{
	struct binding *b = arg;

	list_unlink(&b->le);
	mem_deref(b->ping);
	if (b->let_in)
		tel_gate_forbid(&b->src, TEL_GATE_IS_PHONE);
}

static void account_destructor(void *arg)
{
	struct account *a = arg;

	list_unlink(&a->le);
	hash_unlink(&a->by_login);
	list_flush(&a->bindings);
}

static struct binding *newest(const struct account *a)
{
	struct binding *best = NULL;

	for (struct le *le = a->bindings.head; le; le = le->next) {
		struct binding *b = le->data;
		if (!best || b->heard_at > best->heard_at)
			best = b;
	}
	return best;
}

/* Told by the tick, so never from inside of what others call. */
static void tell(struct account *a)
{
	const struct binding *b = newest(a);
	char address[TEL_ADDRESS_OCTETS + 8] = "";

	if (a->up == (b != NULL))
		return;
	a->up = b != NULL;
	if (b)
		re_snprintf(address, sizeof(address), "%J", &b->src);
	log_info("phone", "%s is %s %s", a->login, b ? "registered from" : "gone", address);
	if (the.h)
		the.h(a->id, a->up, b ? b->agent : "", address, the.arg);
}

/* At the address it speaks from, which is not the one it gave when there is a NAT between. */
static void uri_at(const struct binding *b, char z[TEL_PHONE_URI])
{
	struct pl pl = {b->uri, strlen(b->uri)};
	struct uri uri;

	if (!uri_decode(&uri, &pl) && uri.user.l)
		re_snprintf(z, TEL_PHONE_URI, "sip:%r@%J", &uri.user, &b->src);
	else
		re_snprintf(z, TEL_PHONE_URI, "sip:%J", &b->src);
}

/* Does it live? ------------------------------------------------------------------------------------------------------------ */

static void on_pong(int err, const struct sip_msg *msg, void *arg)
{
	struct binding *b = arg;

	if (!err && msg && msg->scode >= 200)
		b->missed = 0;
}

static void ping(struct binding *b, int64_t now)
{
	char uri[TEL_PHONE_URI];

	if (b->ping)
		b->missed++;
	b->ping = mem_deref(b->ping);
	b->pinged_at = now;
	uri_at(b, uri);
	if (sip_requestf(&b->ping, sip_stack(), true, "OPTIONS", uri, NULL, NULL, NULL, on_pong, b,
	            "To: <%s>\r\nFrom: <sip:zvonar@" TEL_REALM ">;tag=%016llx\r\nCall-ID: %016llx\r\nCSeq: 1 OPTIONS\r\n"
	            "Content-Length: 0\r\n\r\n",
	            uri, rand_u64(), rand_u64()))
		b->missed++;
}

static void tick(void *arg)
{
	int64_t now = clock_mono_ms();

	(void)arg;
	for (struct le *la = the.accounts.head; la; la = la->next) {
		struct account *a = la->data;
		struct le *lb = a->bindings.head;
		while (lb) {
			struct binding *b = lb->data;
			lb = lb->next;
			if (now >= b->expires_at || b->missed > MISSED_MAX)
				mem_deref(b);
			else if (now - b->pinged_at >= PING_MS)
				ping(b, now);
		}
		tell(a);
	}
	tmr_start(&the.tmr, TICK_MS, tick, NULL);
}

/* Whose, and is it he? ----------------------------------------------------------------------------------------------------- */

static bool has_login(struct le *le, void *login)
{
	return str_eq(str_of(((struct account *)le->data)->login), *(const str *)login);
}

static struct account *account_find(str login)
{
	return list_ledata(hash_lookup(the.by_login, hash_fast(login.p, login.n), has_login, &login));
}

static str of_pl(const struct pl *pl)
{
	return (str){pl->p, pl->l};
}

static bool is_bound_from(const struct account *a, const struct sa *src)
{
	for (struct le *le = a->bindings.head; le; le = le->next)
		if (sa_cmp(&((struct binding *)le->data)->src, src, SA_ADDR))
			return true;
	return false;
}

/* Fresh: made by us for him, young, and this count of it not seen before. */
static bool fresh(struct account *a, const struct tel_digest *d, str address, int64_t now)
{
	int64_t made_at = tel_nonce_made_at(the.key, address, d->nonce);
	uint64_t hash = 14695981039346656037u;
	struct used *oldest = a->used;

	for (size_t i = 0; i < d->nonce.n; i++)
		hash = (hash ^ (unsigned char)d->nonce.p[i]) * 1099511628211u;
	if (!made_at || now - made_at > TEL_NONCE_MS || made_at <= a->used_before)
		return false;
	for (struct used *u = a->used; u < a->used + USED_MAX; u++) {
		if (u->made_at == made_at && u->hash == hash) {
			bool more = d->count > u->count;
			u->count = more ? d->count : u->count;
			return more;
		}
		if (u->made_at < oldest->made_at)
			oldest = u;
	}
	if (oldest->made_at > a->used_before)
		a->used_before = oldest->made_at;
	*oldest = (struct used){made_at, hash, d->count};
	return made_at > a->used_before;
}

/* Phones that give up at an algorithm they do not know, instead of passing it over as RFC 8760 section 2.4 asks: libre before 2.9. */
static bool stumbles(const struct sip_msg *msg)
{
	static const char *const agents[] = {"baresip v0.", "baresip v1."};
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_USER_AGENT);

	for (size_t i = 0; hdr && i < COUNT(agents); i++)
		if (str_starts(of_pl(&hdr->val), str_of(agents[i])))
			return true;
	return false;
}

static int write_challenges(struct re_printf *pf, void *arg)
{
	const struct challenge *c = arg;
	int err = 0;

	for (int i = c->md5_only ? TEL_DIGEST_MD5 : 0; i < TEL_DIGESTS && !err; i++)
		err = re_hprintf(pf,
		        "WWW-Authenticate: Digest realm=\"" TEL_REALM "\", nonce=\"%s\", algorithm=%s, qop=\"auth\"%s\r\n",
		        c->nonce, tel_digest_names[i], c->stale ? ", stale=true" : "");
	return err;
}

/* Of this address, another's is no business of its; the one longest unused makes room. */
static struct offer *offer_of(struct account *a, const struct sa *src, int64_t now)
{
	struct offer *oldest = a->offers;

	for (struct offer *o = a->offers; o < a->offers + OFFERS_MAX; o++) {
		if (o->at && now - o->at < OFFER_DAYS * CLOCK_DAY && sa_cmp(&o->src, src, SA_ADDR))
			return o;
		if (o->at < oldest->at)
			oldest = o;
	}
	*oldest = (struct offer){.src = *src, .at = now};
	return oldest;
}

static void challenge(const struct offer *o, const struct sip_msg *msg, str address, bool stale)
{
	struct challenge c = {.md5_only = o->md5_only || stumbles(msg), .stale = stale};

	tel_nonce_make(the.key, address, clock_ms(), c.nonce);
	sip_replyf(sip_stack(), msg, 401, "Unauthorized", "%HContent-Length: 0\r\n\r\n", write_challenges, &c);
}

/* It comes without an answer. If both were offered there before, and it came again without one, it does not understand both. */
static void first_challenge(struct offer *o, const struct sip_msg *msg, str address, int64_t now)
{
	if (o->cseq && o->cseq != msg->cseq.num)
		o->md5_only = true;
	o->cseq = msg->cseq.num;
	o->at = now;
	challenge(o, msg, address, false);
}

struct asked {
	struct tel_digest digest;
	bool any;
};

static bool is_ours(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	struct asked *asked = arg;

	(void)msg;
	asked->any = !tel_digest_read(of_pl(&hdr->val), &asked->digest) && str_eq(asked->digest.realm, STR(TEL_REALM));
	return asked->any;
}

/* True: it is he. Else he was answered: by a challenge, or 403 when what he said is wrong. */
static bool is_he(struct account *a, const struct sip_msg *msg)
{
	struct asked asked = {.any = false};
	char z[TEL_ADDRESS_OCTETS];
	int64_t now = clock_mono_ms();
	struct offer *o = offer_of(a, &msg->src, now);
	bool right;

	re_snprintf(z, sizeof(z), "%j", &msg->src);
	sip_msg_hdr_apply(msg, true, SIP_HDR_AUTHORIZATION, is_ours, &asked);
	if (!asked.any) {
		first_challenge(o, msg, str_of(z), now);
		return false;
	}
	o->cseq = 0;
	right = str_eq(asked.digest.username, str_of(a->login)) &&
	        tel_digest_right(&asked.digest, STR("REGISTER"), a->ha1[asked.digest.algorithm]);
	if (right)
		o->at = now;
	if (right && fresh(a, &asked.digest, str_of(z), clock_ms()))
		return true;
	if (right) {
		challenge(o, msg, str_of(z), true);
		return false;
	}
	log_warn("phone", "a wrong secret for %s from %s", a->login, z);
	knock_login_wrong(&a->knock, now);
	if (!is_bound_from(a, &msg->src)) /* an office behind one address is not shut out by one phone of it */
		knock_address_wrong(sa_in(&msg->src), now);
	sip_treply(NULL, sip_stack(), msg, 403, "Forbidden");
	return false;
}

/* What it asks ------------------------------------------------------------------------------------------------------------- */

struct change {
	struct account *a;
	const struct sip_msg *msg;
	int64_t now, expires_s; /* of the header; -1: none */
	int code;               /* why not */
	bool apply;             /* else only look whether it can be done */
};

static struct binding *binding_find(const struct account *a, str uri)
{
	for (struct le *le = a->bindings.head; le; le = le->next) {
		struct binding *b = le->data;
		if (str_eq(str_of(b->uri), uri))
			return b;
	}
	return NULL;
}

/* Room for one more: who expires first goes. */
static void make_room(struct account *a)
{
	struct binding *first = NULL;

	if (list_count(&a->bindings) < TEL_BINDINGS_MAX)
		return;
	for (struct le *le = a->bindings.head; le; le = le->next) {
		struct binding *b = le->data;
		if (!first || b->expires_at < first->expires_at)
			first = b;
	}
	mem_deref(first);
}

static void copy_header(char *z, size_t n, const struct sip_msg *msg, enum sip_hdrid id)
{
	struct arena arena = {0};
	const struct sip_hdr *hdr = sip_msg_hdr(msg, id);

	snprintf(z, n, "%.*s", STR_ARG(hdr ? tel_gate_name(&arena, of_pl(&hdr->val)) : STR("")));
	arena_free(&arena);
}

/* Its address, which its NAT may have changed. False: the gate has no room for it. */
static bool let_in(struct binding *b, const struct sa *src)
{
	if (b->let_in && sa_cmp(&b->src, src, SA_ALL))
		return true;
	if (tel_gate_allow(src, TEL_GATE_IS_PHONE))
		return false;
	if (b->let_in)
		tel_gate_forbid(&b->src, TEL_GATE_IS_PHONE);
	b->let_in = true;
	b->src = *src;
	return true;
}

static int keep(struct change *c, str uri, int64_t expires_s)
{
	struct binding *b = binding_find(c->a, uri);

	if (!b) {
		make_room(c->a);
		b = mem_zalloc(sizeof(*b), binding_destructor);
		if (!b)
			return 503;
		b->account = c->a;
		snprintf(b->uri, sizeof(b->uri), "%.*s", STR_ARG(uri));
		b->pinged_at = c->now;
		list_append(&c->a->bindings, &b->le, b);
	}
	if (!let_in(b, &c->msg->src)) {
		mem_deref(b);
		return 503;
	}
	snprintf(b->callid, sizeof(b->callid), "%.*s", (int)c->msg->callid.l, c->msg->callid.p);
	b->cseq = c->msg->cseq.num;
	b->heard_at = c->now;
	b->missed = 0;
	b->expires_at = c->now + (expires_s > EXPIRES_MAX_S ? EXPIRES_MAX_S : expires_s) * CLOCK_SECOND;
	copy_header(b->agent, sizeof(b->agent), c->msg, SIP_HDR_USER_AGENT);
	return 0;
}

static bool old_news(const struct binding *b, const struct sip_msg *msg)
{
	return str_eq(str_of(b->callid), of_pl(&msg->callid)) && msg->cseq.num <= b->cseq;
}

static int64_t expires_of(const struct change *c, const struct sip_addr *addr)
{
	struct pl value;
	int64_t s;

	if (!msg_param_decode(&addr->params, "expires", &value) && parse_int(of_pl(&value), 0, INT32_MAX, &s))
		return s;
	return c->expires_s >= 0 ? c->expires_s : TEL_EXPIRES_S;
}

/* One contact. True ends the walk. */
static bool on_contact(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	struct change *c = arg;
	struct sip_addr addr;
	struct binding *b;
	int64_t s;
	str uri;

	if (sip_addr_decode(&addr, &hdr->val) || pl_strcasecmp(&addr.uri.scheme, "sip") || addr.auri.l >= TEL_PHONE_URI) {
		c->code = 400;
		return true;
	}
	uri = of_pl(&addr.auri);
	s = expires_of(c, &addr);
	b = binding_find(c->a, uri);
	if (s > 0 && s < TEL_EXPIRES_MIN_S)
		c->code = 423;
	else if (b && old_news(b, msg))
		c->code = 500;
	else if (c->apply && s)
		c->code = keep(c, uri, s);
	else if (c->apply)
		mem_deref(b);
	return c->code != 0;
}

static int write_contacts(struct re_printf *pf, void *arg)
{
	const struct account *a = arg;
	int64_t now = clock_mono_ms();
	int err = 0;

	for (struct le *le = a->bindings.head; le && !err; le = le->next) {
		const struct binding *b = le->data;
		err = re_hprintf(pf, "Contact: <%s>;expires=%lld\r\n", b->uri,
		        (long long)((b->expires_at - now + CLOCK_SECOND - 1) / CLOCK_SECOND));
	}
	return err;
}

static bool is_star(const struct sip_msg *msg)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_CONTACT);

	return hdr && !pl_strcmp(&hdr->val, "*");
}

/* All or nothing: the whole of it is looked at before any of it is done. */
static int change(struct change *c)
{
	if (is_star(c->msg)) {
		if (c->expires_s != 0 || sip_msg_hdr_count(c->msg, SIP_HDR_CONTACT) != 1)
			return 400;
		list_flush(&c->a->bindings);
		return 0;
	}
	sip_msg_hdr_apply(c->msg, true, SIP_HDR_CONTACT, on_contact, c);
	if (c->code)
		return c->code;
	c->apply = true;
	sip_msg_hdr_apply(c->msg, true, SIP_HDR_CONTACT, on_contact, c);
	return c->code;
}

void tel_registrar_take(const struct sip_msg *msg)
{
	struct account *a = account_find(of_pl(&msg->to.uri.user));
	struct change c = {.a = a, .msg = msg, .now = clock_mono_ms(), .expires_s = -1};

	if (!a || msg->tp != SIP_TRANSP_UDP) {
		sip_treply(NULL, sip_stack(), msg, 403, "Forbidden");
		return;
	}
	if (!knock_login(&a->knock, c.now) && !is_bound_from(a, &msg->src))
		return; /* somebody guesses: unheard */
	if (!is_he(a, msg))
		return;
	parse_int(of_pl(&msg->expires), 0, INT32_MAX, &c.expires_s);
	switch (change(&c)) {
	case 0:
		sip_treplyf(
		        NULL, NULL, sip_stack(), msg, false, 200, "OK", "%HContent-Length: 0\r\n\r\n", write_contacts, a);
		break;
	case 423:
		sip_replyf(sip_stack(), msg, 423, "Interval Too Brief", "Min-Expires: %d\r\nContent-Length: 0\r\n\r\n",
		        TEL_EXPIRES_MIN_S);
		break;
	case 400: sip_treply(NULL, sip_stack(), msg, 400, "Bad Contact"); break;
	case 503: sip_treply(NULL, sip_stack(), msg, 503, "No Room"); break;
	default: sip_treply(NULL, sip_stack(), msg, 500, "Out Of Order"); break;
	}
	tmr_start(&the.tmr, 0, tick, NULL);
}

/* The door ----------------------------------------------------------------------------------------------------------------- */

/* "sip:LOGIN@…" in the To of a message that was checked. */
static str login_of(str message)
{
	str head = str_sub(message, 0, str_find_str(message, STR("\r\n\r\n"), 0)), line, name;
	size_t at;

	while (head.n) {
		at = str_find_str(head, STR("\r\n"), 0);
		line = str_sub(head, 0, at);
		head = str_sub(head, at + 2, head.n);
		str_cut(&line, ':', &name);
		name = str_trim(name);
		if (!str_eq_nocase(name, STR("To")) && !str_eq_nocase(name, STR("t")))
			continue;
		at = str_find_str(line, STR("sip:"), 0);
		return str_sub(line, at + 4, str_find(line, '@', at));
	}
	return (str){0};
}

/* Of a stranger, before anything is decoded: a REGISTER for a login we have, from an address that does not knock too often. */
static bool may_knock(const struct sa *src, str message)
{
	return account_find(login_of(message)) && sa_af(src) == AF_INET && knock_address(sa_in(src), clock_mono_ms());
}

/* Accounts ----------------------------------------------------------------------------------------------------------------- */

static bool take_account(const struct tel_account *in)
{
	struct account *a = account_find(in->login);
	const str ha1[TEL_DIGESTS] = {[TEL_DIGEST_SHA256] = in->ha1_sha256, [TEL_DIGEST_MD5] = in->ha1_md5};

	if (in->login.n > TEL_LOGIN_MAX)
		return false;
	if (!a) {
		a = mem_zalloc(sizeof(*a), account_destructor);
		if (!a)
			return false;
		snprintf(a->login, sizeof(a->login), "%.*s", STR_ARG(in->login));
		list_append(&the.accounts, &a->le, a);
		hash_append(the.by_login, hash_fast(a->login, in->login.n), &a->by_login, a);
	}
	a->seen = true;
	a->up = a->up && in->up;
	a->id = in->id;
	for (size_t i = 0; i < TEL_DIGESTS; i++) {
		if (!str_eq(str_of(a->ha1[i]), ha1[i]))
			list_flush(&a->bindings);
		snprintf(a->ha1[i], sizeof(a->ha1[i]), "%.*s", STR_ARG(ha1[i]));
	}
	return true;
}

void tel_registrar_accounts(const struct tel_account *v, size_t n)
{
	struct le *le;

	for (le = the.accounts.head; le; le = le->next)
		((struct account *)le->data)->seen = false;
	for (size_t i = 0; i < n; i++)
		if (!take_account(v + i))
			log_warn("phone", "an account is left out");
	for (le = the.accounts.head; le;) {
		struct account *a = le->data;
		le = le->next;
		if (!a->seen)
			mem_deref(a);
	}
	tmr_start(&the.tmr, 0, tick, NULL);
}

static struct account *account_of(int64_t id)
{
	for (struct le *le = the.accounts.head; le; le = le->next)
		if (((struct account *)le->data)->id == id)
			return le->data;
	return NULL;
}

bool tel_registrar_has(int64_t id)
{
	const struct account *a = account_of(id);

	return a && a->bindings.head;
}

size_t tel_registrar_phones(int64_t id, struct tel_phone ret[TEL_BINDINGS_MAX])
{
	const struct account *a = account_of(id);
	const struct binding *order[TEL_BINDINGS_MAX];
	size_t n = 0, at;

	for (struct le *le = a ? a->bindings.head : NULL; le && n < TEL_BINDINGS_MAX; le = le->next) {
		const struct binding *b = le->data;
		for (at = n++; at > 0 && order[at - 1]->heard_at < b->heard_at; at--)
			order[at] = order[at - 1];
		order[at] = b;
	}
	for (size_t i = 0; i < n; i++) {
		uri_at(order[i], ret[i].uri);
		re_snprintf(ret[i].address, sizeof(ret[i].address), "%j", &order[i]->src);
	}
	return n;
}

void tel_registrar_init(tel_registered_h *h, void *arg)
{
	the.h = h;
	the.arg = arg;
	rand_bytes(the.key, sizeof(the.key));
	tel_gate_knocks(may_knock);
	if (hash_alloc(&the.by_login, BUCKETS))
		log_error("phone", "no memory for logins: no phone can register");
	tmr_start(&the.tmr, TICK_MS, tick, NULL);
}

void tel_registrar_done(void)
{
	tmr_cancel(&the.tmr);
	tel_gate_knocks(NULL);
	list_flush(&the.accounts);
	the.by_login = mem_deref(the.by_login);
	knock_forget();
}
