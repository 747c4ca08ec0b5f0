/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ice.c - on libre's STUN functions. What is not a right check gets no answer at all. */
#include "engine/tel/ice.h"

#include "base/clock.h"
#include "base/rand.h"

static bool ice_chars(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '+' || c == '/'))
			return false;
	}
	return true;
}

int tel_ice_init(struct tel_ice *ice, str theirs)
{
	char token[44];

	if (theirs.n < 4 || theirs.n > 256 || !ice_chars(theirs))
		return EINVAL;
	*ice = (struct tel_ice){0};
	rand_token(token);
	for (size_t i = 0; token[i]; i++)
		token[i] = token[i] == '-' ? '+' : token[i] == '_' ? '/' : token[i];
	memcpy(ice->ufrag, token, TEL_UFRAG);
	memcpy(ice->pwd, token + TEL_UFRAG, TEL_PWD);
	snprintf(ice->username, sizeof(ice->username), "%s:%.*s", ice->ufrag, STR_ARG(theirs));
	return 0;
}

enum tel_ice_packet tel_ice_kind(const struct mbuf *mb)
{
	uint8_t first;

	if (mbuf_get_left(mb) < 2)
		return TEL_ICE_DROP;
	first = *mbuf_buf(mb);
	if (first < 4)
		return TEL_ICE_STUN;
	if (first >= 20 && first < 64)
		return TEL_ICE_DTLS;
	return first >= 128 && first < 192 ? TEL_ICE_RTP : TEL_ICE_DROP;
}

bool tel_ice_verified(const struct tel_ice *ice, const struct sa *src)
{
	for (size_t i = 0; i < ice->n_sources; i++)
		if (sa_cmp(&ice->sources[i], src, SA_ALL))
			return true;
	return false;
}

static void remember(struct tel_ice *ice, const struct sa *src)
{
	if (tel_ice_verified(ice, src))
		return;
	if (ice->n_sources < TEL_ICE_SOURCES)
		ice->n_sources++;
	memmove(ice->sources + 1, ice->sources, (ice->n_sources - 1) * sizeof(*src));
	ice->sources[0] = *src;
}

static bool right(const struct tel_ice *ice, const struct stun_msg *msg)
{
	const struct stun_attr *name = stun_msg_attr(msg, STUN_ATTR_USERNAME);

	return stun_msg_class(msg) == STUN_CLASS_REQUEST && stun_msg_method(msg) == STUN_METHOD_BINDING &&
	       stun_msg_mcookie(msg) && name && !strcmp(name->v.username, ice->username) && !stun_msg_chk_fingerprint(msg) &&
	       !stun_msg_chk_mi(msg, (const uint8_t *)ice->pwd, TEL_PWD);
}

/* Take src for the peer? The first right one until a pair is nominated, the nominated from then on. */
static bool take(struct tel_ice *ice, const struct sa *src, bool nominates)
{
	bool same = ice->has_peer && sa_cmp(&ice->peer, src, SA_ALL);

	if (nominates)
		ice->nominated = true;
	if (same || (ice->has_peer && !nominates))
		return false;
	ice->peer = *src;
	ice->has_peer = true;
	return true;
}

bool tel_ice_check(struct tel_ice *ice, struct udp_sock *us, const struct sa *src, struct mbuf *mb)
{
	struct stun_unknown_attr unknown = {0};
	struct stun_msg *msg = NULL;
	bool changed = false;

	if (stun_msg_decode(&msg, mb, &unknown))
		return false;
	if (!unknown.typec && right(ice, msg) &&
	        !stun_reply(IPPROTO_UDP, us, src, 0, msg, (const uint8_t *)ice->pwd, TEL_PWD, true, 1,
	                STUN_ATTR_XOR_MAPPED_ADDR, src)) {
		remember(ice, src);
		ice->checked_ms = clock_mono_ms();
		changed = take(ice, src, stun_msg_attr(msg, STUN_ATTR_USE_CAND) != NULL);
	}
	mem_deref(msg);
	return changed;
}
