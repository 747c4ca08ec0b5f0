/* SPDX-License-Identifier: GPL-3.0-or-later */
/* turn.c - relays for headsets whose network lets no UDP out (TURN, RFC 8656). The relay and we share a secret; a browser gets a name that says
 * until when it serves, and a password made of both, as coturn's REST API has it (draft-uberti-behave-turn-rest-00). */
#include "base/clock.h"
#include "domain/role/role.h"
#include "domain/setting/setting_priv.h"
#include "engine/crypto/crypto.h"

enum { SERVES_MS = 12 * CLOCK_HOUR, URLS_MAX = 5 };

const char turn_schema[] =
        "{\"type\":\"object\",\"required\":[\"servers\"],\"properties\":{\"servers\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
        "\"required\":[\"urls\",\"username\",\"credential\"],\"properties\":{\"urls\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
        "\"username\":{\"type\":\"string\"},\"credential\":{\"type\":\"string\"}}}}}}";

static bool url_good(str url)
{
	str scheme;

	if (!str_cut(&url, ':', &scheme) || !(str_eq(scheme, STR("turn")) || str_eq(scheme, STR("turns"))) || !url.n)
		return false;
	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= ' ' || (unsigned char)url.p[i] >= 0x7f || url.p[i] == '/' || url.p[i] == '@')
			return false;
	return true;
}

/* The next of the addresses, which spaces part; false: there is none. */
static bool next_url(str *rest, str *ret)
{
	*rest = str_trim(*rest);
	*ret = str_sub(*rest, 0, str_find(*rest, ' ', 0));
	*rest = str_sub(*rest, ret->n, rest->n);
	return ret->n > 0;
}

int turn_check(const struct settings *s, struct fault *f)
{
	str rest = s->turn_urls, url;
	int n = 0;

	while (next_url(&rest, &url))
		if (!url_good(url) || ++n > URLS_MAX)
			return fail(f, EINVAL, "turn_urls", "turn_url",
			        "up to five addresses, by spaces: turn:host:3478 or turns:host:443?transport=tcp");
	if (n && !s->turn_secret.n)
		return fail(f, EINVAL, "turn_secret", "turn_secret", "a relay needs the secret it shares with us");
	return 0;
}

static void server(struct request *q, const struct settings *s)
{
	str rest = s->turn_urls, url;
	str name =
	        str_printf(q->a, "%lld:%lld", (long long)((q->now + SERVES_MS) / CLOCK_SECOND), (long long)q->who->user_id);
	uint8_t mac[SHA1_BYTES];

	hmac_sha1_any(s->turn_secret, name, mac);
	json_open(&q->out, '{');
	json_key(&q->out, "urls");
	json_open(&q->out, '[');
	while (next_url(&rest, &url))
		json_add_text(&q->out, url);
	json_close(&q->out, ']');
	json_member_text(&q->out, "username", name);
	json_member_text(&q->out, "credential", base64_plain(q->a, mac, sizeof mac));
	json_close(&q->out, '}');
}

int turn_give(struct request *q)
{
	struct settings s;
	int err;

	if (!may(q->who, MAY_SIT) && !may(q->who, MAY_SUPERVISE))
		return fail(&q->fault, EACCES, NULL, "right", "your role may not do this");
	err = settings_load(q->db, q->a, &s, &q->fault);
	if (err)
		return err;
	json_open(&q->out, '{');
	json_key(&q->out, "servers");
	json_open(&q->out, '[');
	if (str_trim(s.turn_urls).n)
		server(q, &s);
	json_close(&q->out, ']');
	json_close(&q->out, '}');
	return 0;
}
