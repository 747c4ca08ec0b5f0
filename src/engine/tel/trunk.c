/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trunk.c - keeping a trunk: its addresses, registration, and whether it lives. */
#include "base/clock.h"
#include "base/log.h"
#include "engine/tel/gate.h"
#include "engine/tel/loop.h"
#include "engine/tel/sip_priv.h"
#include "engine/tel/verify.h"

enum {
	PING_MS = 15000,
	PING_AGAIN_MS = 5000,  /* while it is down, or has not answered yet */
	PING_SILENT_MS = 4000, /* no answer to a ping in this time: down */
	RESOLVE_AGAIN_MS = 30000,
	FIRST_AGAIN_MS = 60000, /* the first address was silent: when it is asked again */
	EXPIRES_S = 300
};

/* Its certificates bear the name of one of its hosts. */
static void each_host(const struct tel_trunk *t, void (*h)(const char *host))
{
	str rest = str_of(t->host), one;
	char z[sizeof(t->host)];

	while (str_cut(&rest, ',', &one)) {
		one = str_trim(one);
		snprintf(z, sizeof(z), "%.*s", STR_ARG(str_sub(one, 0, str_find(one, ':', 0))));
		h(z);
	}
}

static void trunk_destructor(void *arg)
{
	struct tel_trunk *t = arg;

	tmr_cancel(&t->tmr);
	tmr_cancel(&t->tell);
	trial_over(t);
	mem_deref(t->ping);
	mem_deref(t->reg);
	for (size_t i = 0; i < t->n_addresses; i++)
		tel_gate_forbid(&t->addresses[i], TEL_GATE_IS_TRUNK);
	if (t->transport == TEL_TLS)
		each_host(t, tel_verify_forget);
}

/* State ---------------------------------------------------------------------------------------------------------------- */

static void tell(void *arg)
{
	struct tel_trunk *t = arg;

	if (t->h)
		t->h(t->state, t->last_code, t->text, t->took_ms, t->arg);
}

static void enter(struct tel_trunk *t, enum tel_trunk_state state, int code, int64_t ms, const char *text)
{
	bool news = state != t->state || code != t->last_code;

	t->state = state;
	t->last_code = code;
	t->took_ms = ms;
	snprintf(t->text, sizeof(t->text), "%s", text);
	if (news)
		tmr_start(&t->tell, 0, tell, t);
}

enum tel_trunk_state tel_trunk_state(const struct tel_trunk *t)
{
	return t->state;
}

bool tel_trunk_resolved(const struct tel_trunk *t)
{
	return t->resolved;
}

/* Ping ----------------------------------------------------------------------------------------------------------------- */

static void ping(void *arg);
static void resolve(void *arg);
static void start_registration(struct tel_trunk *t);

/* A name may have moved to another machine while the trunk was down. */
static void resolve_again(struct tel_trunk *t)
{
	struct sa sa;

	if (sa_set_str(&sa, t->host, 0))
		resolve(t);
}

/* libre asks name servers only: names they cannot know (localhost, /etc/hosts), and one address of several, go by the address. */
static void uri_of(const struct tel_trunk *t, size_t at, char z[URI_OCTETS])
{
	static const char *const params[] = {"", ";transport=tcp", ";transport=tls"};
	const struct sa *sa = &t->addresses[at];

	if (t->named && sip_has_dns() && !sa_is_loopback(sa))
		snprintf(z, URI_OCTETS, "sip:%s:%u%s", t->host, sa_port(sa), params[t->transport]);
	else
		re_snprintf(z, URI_OCTETS, "sip:%J%s", sa, params[t->transport]);
}

static void use(struct tel_trunk *t, size_t at)
{
	char address[TEL_ADDRESS_OCTETS];

	t->at = at;
	uri_of(t, at, t->uri);
	trunk_address(t, address);
	sip_contact_for(address, t->transport, t->contact);
	if (t->registers) {
		t->registered = false;
		t->reg = mem_deref(t->reg);
		start_registration(t);
	}
}

static void leave(struct tel_trunk *t)
{
	if (t->at == 0)
		t->left_ms = clock_mono_ms();
	use(t, (t->at + 1) % t->n_addresses);
}

size_t tel_trunk_addresses(const struct tel_trunk *t)
{
	return t->n_addresses ? t->n_addresses : 1;
}

bool trunk_leave(struct tel_trunk *t, size_t at)
{
	if (t->n_addresses < 2 || !t->h)
		return false;
	if (t->at == at)
		leave(t);
	return true;
}

void trunk_was_silent(struct tel_trunk *t, size_t at)
{
	if (t->n_addresses < 2)
		enter(t, TEL_TRUNK_DOWN, 0, 0, "no answer to a call");
	else if (trunk_leave(t, at))
		tmr_start(&t->tmr, 0, ping, t);
}

/* The address asked says nothing: the next is used, and asked at once; when all are silent the trunk is down. */
static void was_deaf(struct tel_trunk *t, const char *text)
{
	bool all = ++t->silent >= t->n_addresses;

	if (t->pinged == 0)
		t->left_ms = clock_mono_ms();
	if (t->pinged == t->at && t->n_addresses > 1)
		leave(t);
	if (all) {
		enter(t, TEL_TRUNK_DOWN, 0, 0, text);
		resolve_again(t);
	}
	tmr_start(&t->tmr, all ? PING_AGAIN_MS : 0, ping, t);
}

static void on_pong(int err, const struct sip_msg *msg, void *arg)
{
	struct tel_trunk *t = arg;
	int64_t ms = clock_mono_ms() - t->pinged_ms;
	char text[200];

	if (err || !msg) {
		trial_pinged(t, 0, ms);
		snprintf(text, sizeof(text), "no answer to OPTIONS");
		if (t->transport == TEL_TLS && *tel_verify_why())
			snprintf(text, sizeof(text), "its certificate is not accepted: %s", tel_verify_why());
		was_deaf(t, text);
		return;
	}
	if (msg->scode < 200)
		return;
	t->answered = true;
	t->silent = 0;
	if (t->pinged != t->at)
		use(t, t->pinged);
	trial_pinged(t, msg->scode, ms);
	if (!t->registers || t->registered) {
		re_snprintf(text, sizeof(text), "OPTIONS answered %u %r", msg->scode, &msg->reason);
		enter(t, TEL_TRUNK_UP, msg->scode, ms, text);
	}
	tmr_start(&t->tmr, PING_MS, ping, t);
}

static int send_contact(enum sip_transp tp, const struct sa *src, const struct sa *dst, struct mbuf *mb, void *arg)
{
	struct tel_trunk *t = arg;
	struct sip_contact contact;

	(void)dst;
	sip_contact_set(&contact, t->contact, src, tp);
	return mbuf_printf(mb, "%H", sip_contact_print, &contact);
}

/* Silence is noticed here, before libre gives up after 32 s. */
static void ping_silent(void *arg)
{
	struct tel_trunk *t = arg;

	t->ping = mem_deref(t->ping);
	on_pong(ETIMEDOUT, NULL, t);
}

static void ping(void *arg)
{
	struct tel_trunk *t = arg;
	char uri[URI_OCTETS];
	int err;

	t->ping = mem_deref(t->ping);
	t->pinged_ms = clock_mono_ms();
	t->pinged = t->at && t->pinged_ms - t->left_ms > FIRST_AGAIN_MS ? 0 : t->at;
	uri_of(t, t->pinged, uri);
	err = sip_requestf(&t->ping, sip_stack(), true, "OPTIONS", uri, NULL, NULL, send_contact, on_pong, t,
	        "To: <%s>\r\nFrom: <%s>;tag=%016llx\r\nCall-ID: %016llx\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
	        uri, uri, rand_u64(), rand_u64());
	if (err)
		on_pong(err, NULL, t);
	else
		tmr_start(&t->tmr, PING_SILENT_MS, ping_silent, t);
}

/* Registration --------------------------------------------------------------------------------------------------------- */

int trunk_auth(char **user, char **password, const char *realm, void *arg)
{
	struct tel_trunk *t = arg;
	int err;

	(void)realm;
	if (!*t->login)
		return EAUTH;
	err = str_dup(user, t->login);
	return err ? err : str_dup(password, t->password);
}

static void on_register(int err, const struct sip_msg *msg, void *arg)
{
	struct tel_trunk *t = arg;
	char text[200];

	if (err || !msg) {
		t->registered = false;
		snprintf(text, sizeof(text), "no answer to REGISTER: %s", strerror(err));
		trial_registered(t, 0, text);
		if (t->n_addresses < 2) /* of several the ping finds one that lives */
			enter(t, TEL_TRUNK_DOWN, 0, 0, text);
		return;
	}
	if (msg->scode < 200)
		return;
	re_snprintf(text, sizeof(text), "REGISTER answered %u %r", msg->scode, &msg->reason);
	t->answered = true;
	t->registered = msg->scode < 300;
	trial_registered(t, msg->scode, text);
	enter(t, t->registered ? TEL_TRUNK_UP : TEL_TRUNK_DOWN, msg->scode, 0, text);
}

static void start_registration(struct tel_trunk *t)
{
	char aor[URI_OCTETS];
	int err;

	snprintf(aor, sizeof(aor), "sip:%s@%s", t->login, t->host);
	err = sipreg_register(&t->reg, sip_stack(), t->uri, aor, NULL, aor, EXPIRES_S, "zvonar", NULL, 0, 0, trunk_auth, t,
	        false, on_register, t, NULL, NULL);
	if (err)
		enter(t, TEL_TRUNK_DOWN, 0, 0, "REGISTER cannot be sent");
}

/* Name ----------------------------------------------------------------------------------------------------------------- */

bool trunk_owns(const struct tel_trunk *t, const struct sa *sa)
{
	for (size_t i = 0; i < t->n_addresses; i++)
		if (sa_cmp(&t->addresses[i], sa, SA_ADDR))
			return true;
	return false;
}

void trunk_address(const struct tel_trunk *t, char z[TEL_ADDRESS_OCTETS])
{
	*z = '\0';
	if (t->n_addresses)
		re_snprintf(z, TEL_ADDRESS_OCTETS, "%j", &t->addresses[t->at]);
}

static bool among(const struct sa *v, size_t n, const struct sa *sa)
{
	for (size_t i = 0; i < n; i++)
		if (sa_cmp(v + i, sa, SA_ALL))
			return true;
	return false;
}

/* One more address: behind the others, or when there is no room in the place of one that the name does not stand for any more. */
static void add_address(struct tel_trunk *t, const struct sa *sa, const struct sa *v, size_t n)
{
	size_t at = t->n_addresses;

	if (at == TRUNK_ADDRESSES)
		for (at = 0; at < TRUNK_ADDRESSES && among(v, n, &t->addresses[at]);)
			at++;
	if (at == TRUNK_ADDRESSES || tel_gate_allow(sa, TEL_GATE_IS_TRUNK))
		return;
	if (at < t->n_addresses)
		tel_gate_forbid(&t->addresses[at], TEL_GATE_IS_TRUNK);
	else
		t->n_addresses++;
	t->addresses[at] = *sa;
	if (t->resolved && at == t->at)
		use(t, at);
}

static void on_resolved(const char *why, const struct sa *v, size_t n, bool named, void *arg)
{
	struct tel_trunk *t = arg;
	char text[200];

	if (!t->h) { /* closed meanwhile */
		mem_deref(t);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (!among(t->addresses, t->n_addresses, &v[i]))
			add_address(t, &v[i], v, n);
	trial_resolved(t, why);
	if (!t->n_addresses) {
		snprintf(text, sizeof(text), "the name %.80s is not found: %.60s", t->host, why);
		enter(t, TEL_TRUNK_DOWN, 0, 0, text);
		tmr_start(&t->tmr, RESOLVE_AGAIN_MS, resolve, t);
	} else if (!t->resolved) {
		t->resolved = true;
		t->named = named;
		use(t, 0);
		ping(t);
	}
	mem_deref(t);
}

static void resolve(void *arg)
{
	struct tel_trunk *t = arg;

	if (sip_resolve(t->host, t->port, t->transport, on_resolved, mem_ref(t)))
		mem_deref(t);
}

void tel_trunk_close(struct tel_trunk *t)
{
	if (!t)
		return;
	t->h = NULL;
	tmr_cancel(&t->tmr);
	trial_over(t);
	t->ping = mem_deref(t->ping);
	t->reg = mem_deref(t->reg);
	mem_deref(t);
}

/* The rest ------------------------------------------------------------------------------------------------------------- */

static bool same(const char *z, str s)
{
	return str_eq(str_of(z), s.p ? s : STR(""));
}

bool tel_trunk_same(const struct tel_trunk *t, const struct tel_trunk_settings *s)
{
	return same(t->host, s->host) && same(t->login, s->login) && same(t->password, s->password) &&
	       same(t->from, s->from) && t->port == s->port && t->transport == s->transport &&
	       t->registers == s->registers && t->srtp == s->srtp;
}

static void copy(char *z, size_t n, str s)
{
	snprintf(z, n, "%.*s", STR_ARG(s));
}

int tel_trunk_new(struct tel_trunk **ret, const struct tel_trunk_settings *s, tel_trunk_h *h, void *arg)
{
	struct tel_trunk *t;
	int err = sip_want(s->transport);

	if (err)
		return err;
	t = mem_zalloc(sizeof(*t), trunk_destructor);
	if (!t)
		return ENOMEM;
	copy(t->host, sizeof(t->host), s->host);
	copy(t->login, sizeof(t->login), s->login);
	copy(t->password, sizeof(t->password), s->password);
	copy(t->from, sizeof(t->from), s->from);
	t->port = s->port;
	t->transport = s->transport;
	t->registers = s->registers && *t->login;
	t->srtp = s->srtp;
	if (t->transport == TEL_TLS)
		each_host(t, tel_verify_expect);
	t->h = h;
	t->arg = arg;
	resolve(t);
	*ret = t;
	return 0;
}
