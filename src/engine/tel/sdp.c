/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sdp.c - reading line by line, a table of attributes; what is not in it is skipped. */
#include "engine/tel/sdp.h"

#include "base/parse.h"

/* Lines before the first m= are of the session and stand for every media line that says nothing else. */
struct reader {
	struct tel_sdp *s;
	bool ours, any; /* within the audio line taken; a media line was seen */
	size_t n_pt;
	int pts[16]; /* payload types of the line, in its order */
};

static const struct {
	const char *name;
	enum tel_codec codec;
	uint32_t clock;
	int fixed; /* payload type that needs no rtpmap */
} known[] = {{"pcma", TEL_PCMA, 8000, 8}, {"pcmu", TEL_PCMU, 8000, 0}, {"opus", TEL_OPUS, 48000, -1}};

static int place(const struct reader *r, int pt)
{
	for (size_t i = 0; i < r->n_pt; i++)
		if (r->pts[i] == pt)
			return (int)i;
	return -1;
}

static void set_codec(struct reader *r, enum tel_codec codec, int pt)
{
	int at = place(r, pt);

	if (at < 0 || (r->s->pt[codec] >= 0 && r->s->order[codec] <= at))
		return;
	r->s->pt[codec] = pt;
	r->s->order[codec] = at;
}

static void read_rtpmap(struct reader *r, str value)
{
	str pt_text, name, clock_text;
	int64_t pt, clock;

	if (!str_cut(&value, ' ', &pt_text) || !str_cut(&value, '/', &name) || !str_cut(&value, '/', &clock_text))
		return;
	if (!parse_int(pt_text, 0, 127, &pt) || !parse_int(clock_text, 1, 192000, &clock))
		return;
	for (size_t i = 0; i < COUNT(known); i++)
		if (str_eq_nocase(name, str_of(known[i].name)) && clock == known[i].clock)
			set_codec(r, known[i].codec, (int)pt);
	if (str_eq_nocase(name, STR("telephone-event")) && r->s->n_events < TEL_EVENTS_MAX && place(r, (int)pt) >= 0) {
		r->s->events[r->s->n_events].pt = (int)pt;
		r->s->events[r->s->n_events++].clock = (uint32_t)clock;
	}
}

static void read_fingerprint(struct reader *r, str value)
{
	uint8_t bytes[TEL_FINGERPRINT];
	str hash;

	if (!str_cut(&value, ' ', &hash) || !str_eq_nocase(hash, STR("sha-256")) || value.n != 3 * TEL_FINGERPRINT - 1)
		return;
	for (size_t i = 0; i < TEL_FINGERPRINT; i++)
		if (!parse_hex(str_sub(value, 3 * i, 3 * i + 2), bytes + i, 1) ||
		        (i + 1 < TEL_FINGERPRINT && value.p[3 * i + 2] != ':'))
			return;
	memcpy(r->s->fingerprint, bytes, sizeof(bytes));
	r->s->has_fingerprint = true;
}

static void read_setup(struct reader *r, str value)
{
	if (str_eq(value, STR("actpass")))
		r->s->setup = TEL_SETUP_ACTPASS;
	else if (str_eq(value, STR("active")))
		r->s->setup = TEL_SETUP_ACTIVE;
	else if (str_eq(value, STR("passive")))
		r->s->setup = TEL_SETUP_PASSIVE;
}

static void read_ufrag(struct reader *r, str value)
{
	r->s->ufrag = value;
}

static void read_pwd(struct reader *r, str value)
{
	r->s->pwd = value;
}

static void read_mid(struct reader *r, str value)
{
	r->s->mid = value;
}

static void read_mux(struct reader *r, str value)
{
	(void)value;
	r->s->rtcp_mux = true;
}

/* "1 AES_CM_128_HMAC_SHA1_80 inline:BASE64|2^20": the first of this suite. A key with an identifier (MKI, "|1:4") or with session
 * parameters ("UNENCRYPTED_SRTP", …) is none for us. */
static void read_crypto(struct reader *r, str value)
{
	str tag, suite, method, key;
	int64_t n;

	if (r->s->srtp_key.p || !str_cut(&value, ' ', &tag) || !parse_int(tag, 0, 999999999, &n) ||
	        !str_cut(&value, ' ', &suite) || !str_eq(suite, STR("AES_CM_128_HMAC_SHA1_80")) ||
	        !str_cut(&value, ':', &method) || !str_eq(method, STR("inline")) || str_find(value, ':', 0) < value.n ||
	        str_find(value, ' ', 0) < value.n || !str_cut(&value, '|', &key) || key.n != TEL_SRTP_KEY_TEXT)
		return;
	r->s->srtp_key = key;
	r->s->srtp_tag = n;
}

static void read_sendonly(struct reader *r, str value)
{
	(void)value;
	r->s->way = TEL_SENDONLY;
}

static void read_recvonly(struct reader *r, str value)
{
	(void)value;
	r->s->way = TEL_RECVONLY;
}

static void read_inactive(struct reader *r, str value)
{
	(void)value;
	r->s->way = TEL_INACTIVE;
}

static const struct attribute {
	const char *name;
	void (*read)(struct reader *r, str value);
	bool media; /* counts within the audio line only */
} attributes[] = {
        {"rtpmap", read_rtpmap, true},
        {"mid", read_mid, true},
        {"rtcp-mux", read_mux, true},
        {"crypto", read_crypto, true},
        {"fingerprint", read_fingerprint, false},
        {"setup", read_setup, false},
        {"ice-ufrag", read_ufrag, false},
        {"ice-pwd", read_pwd, false},
        {"sendonly", read_sendonly, false},
        {"recvonly", read_recvonly, false},
        {"inactive", read_inactive, false},
};

static void read_attribute(struct reader *r, str line)
{
	str name;

	if (!str_cut(&line, ':', &name))
		return;
	if (r->any && r->s->n_lines && r->s->n_lines <= TEL_SDP_LINES_MAX && str_eq(name, STR("mid")))
		r->s->mids[r->s->n_lines - 1] = line;
	for (size_t i = 0; i < COUNT(attributes); i++)
		if (str_eq(name, str_of(attributes[i].name)) && (r->ours || (!r->any && !attributes[i].media)))
			attributes[i].read(r, line);
}

/* "audio 9 UDP/TLS/RTP/SAVPF 111 0 8 126" */
static int read_media(struct reader *r, str line, struct fault *f)
{
	str kind, ports, port_text, protocol, pt_text;
	int64_t port, pt;

	r->any = true;
	r->ours = false;
	if (r->s->n_lines >= TEL_SDP_LINES_MAX)
		return fail(f, EINVAL, "sdp", "sdp", "more than %d media lines", TEL_SDP_LINES_MAX);
	if (!str_cut(&line, ' ', &kind) || !str_cut(&line, ' ', &ports) || !str_cut(&line, ' ', &protocol))
		return fail(f, EINVAL, "sdp", "sdp", "a media line is cut short");
	if (!str_cut(&ports, '/', &port_text) || !parse_int(port_text, 0, 65535, &port))
		return fail(f, EINVAL, "sdp", "sdp", "a media line has no port");
	r->s->kinds[r->s->n_lines++] = kind;
	if (!str_eq(kind, STR("audio")) || r->s->protocol.p)
		return 0;
	r->ours = true;
	r->s->protocol = protocol;
	r->s->port = (uint16_t)port;
	r->s->line = r->s->n_lines - 1;
	while (r->n_pt < COUNT(r->pts) && str_cut(&line, ' ', &pt_text))
		if (parse_int(pt_text, 0, 127, &pt))
			r->pts[r->n_pt++] = (int)pt;
	for (size_t i = 0; i < COUNT(known); i++)
		if (known[i].fixed >= 0)
			set_codec(r, known[i].codec, known[i].fixed);
	return 0;
}

/* "IN IP4 192.0.2.7" */
static void read_connection(struct reader *r, str line)
{
	str net, kind;

	if (r->any && !r->ours)
		return;
	if (str_cut(&line, ' ', &net) && str_cut(&line, ' ', &kind) && str_eq(net, STR("IN")))
		str_cut(&line, '/', &r->s->address);
}

static int read_line(struct reader *r, str line, struct fault *f)
{
	line = str_trim(line);
	if (line.n < 2 || line.p[1] != '=')
		return 0;
	if (line.p[0] == 'm')
		return read_media(r, str_sub(line, 2, line.n), f);
	if (line.p[0] == 'c')
		read_connection(r, str_sub(line, 2, line.n));
	if (line.p[0] == 'a')
		read_attribute(r, str_sub(line, 2, line.n));
	return 0;
}

int tel_sdp_read(str text, struct tel_sdp *ret, struct fault *f)
{
	struct tel_sdp s = {0};
	struct reader r = {.s = &s};
	str line;
	int err = 0;

	if (text.n > TEL_SDP_MAX)
		return fail(f, EINVAL, "sdp", "sdp", "longer than %d", TEL_SDP_MAX);
	if (!str_starts(text, STR("v=0")))
		return fail(f, EINVAL, "sdp", "sdp", "does not begin with v=0");
	for (int i = 0; i < TEL_CODECS; i++)
		s.pt[i] = -1;
	while (!err && str_cut(&text, '\n', &line))
		err = read_line(&r, line, f);
	if (!err && !s.protocol.p)
		err = fail(f, EINVAL, "sdp", "sdp", "no audio in it");
	if (!err)
		*ret = s;
	return err;
}

bool tel_sdp_codec(const struct tel_sdp *s, enum tel_codec *ret)
{
	int best = -1;

	for (int i = 0; i < TEL_CODECS; i++)
		if (s->pt[i] >= 0 && (best < 0 || s->order[i] < s->order[best]))
			best = i;
	if (best >= 0)
		*ret = (enum tel_codec)best;
	return best >= 0;
}

bool tel_sdp_event(const struct tel_sdp *s, enum tel_codec codec, uint8_t *pt, uint32_t *clock)
{
	size_t best = 0;

	if (!s->n_events)
		return false;
	for (size_t i = s->n_events; i-- > 0;)
		if (s->events[i].clock == tel_codecs[codec].clock)
			best = i;
	*pt = (uint8_t)s->events[best].pt;
	*clock = s->events[best].clock;
	return true;
}

/* Writing ------------------------------------------------------------------------------------------------------------ */

/* version: one more whenever the same session says something else (RFC 3264 section 8), or peers pass it over. */
static void head(struct text *t, const char *address, uint64_t session, uint64_t version)
{
	const char *af = strchr(address, ':') ? "IP6" : "IP4";

	text_addf(t, "v=0\r\no=- %llu %llu IN %s %s\r\ns=-\r\n", (unsigned long long)session, (unsigned long long)version,
	        af, address);
	text_addf(t, "c=IN %s %s\r\nt=0 0\r\n", af, address);
}

static void codec_lines(struct text *t, enum tel_codec codec, int pt)
{
	const struct tel_codec_info *c = &tel_codecs[codec];

	text_addf(t, "a=rtpmap:%d %s/%u", pt, c->name, c->clock);
	text_addf(t, c->channels > 1 ? "/%d\r\n" : "\r\n", c->channels);
	if (codec == TEL_OPUS)
		text_addf(t, "a=fmtp:%d maxplaybackrate=8000;sprop-maxcapturerate=8000;stereo=0;useinbandfec=0\r\n", pt);
}

static void event_lines(struct text *t, int pt, uint32_t clock)
{
	text_addf(t, "a=rtpmap:%d telephone-event/%u\r\na=fmtp:%d 0-15\r\n", pt, clock, pt);
}

static const char *protocol_of(const struct tel_sdp_end *end)
{
	return end->srtp_key ? "RTP/SAVP" : "RTP/AVP";
}

static void crypto_line(struct text *t, const struct tel_sdp_end *end, int64_t tag)
{
	if (end->srtp_key)
		text_addf(t, "a=crypto:%lld AES_CM_128_HMAC_SHA1_80 inline:%s\r\n", (long long)tag, end->srtp_key);
}

void tel_sdp_offer(struct text *t, const struct tel_sdp_end *end)
{
	head(t, end->address, end->session, end->version);
	text_addf(t, "m=audio %u %s 8 0 101\r\n", end->port, protocol_of(end));
	codec_lines(t, TEL_PCMA, 8);
	codec_lines(t, TEL_PCMU, 0);
	event_lines(t, 101, 8000);
	crypto_line(t, end, 1);
	text_lit(t, "a=ptime:20\r\na=sendrecv\r\n");
}

/* The codec chosen, and events with it when the far side takes them: payload types by its numbers. */
static void agreed(struct text *t, const struct tel_sdp *offer, enum tel_codec codec, const char *protocol, uint16_t port)
{
	uint8_t event = 0;
	uint32_t clock = 0;
	bool events = tel_sdp_event(offer, codec, &event, &clock);

	text_addf(t, "m=audio %u %s %d", port, protocol, offer->pt[codec]);
	if (events)
		text_addf(t, " %u", event);
	text_lit(t, "\r\n");
	codec_lines(t, codec, offer->pt[codec]);
	if (events)
		event_lines(t, event, clock);
	text_lit(t, "a=ptime:20\r\na=maxptime:60\r\n");
}

static const char *way_back(enum tel_sdp_way way)
{
	switch (way) {
	case TEL_SENDRECV: return "sendrecv";
	case TEL_SENDONLY: return "recvonly";
	case TEL_RECVONLY: return "sendonly";
	case TEL_INACTIVE: break;
	}
	return "inactive";
}

/* Lines of the offer that are not the audio taken, in their places: refused (RFC 3264 section 6). */
static void refuse(struct text *t, const struct tel_sdp *offer, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		text_addf(t, "m=%.*s 0 %.*s 0\r\n", STR_ARG(offer->kinds[i]), STR_ARG(offer->protocol));
		if (offer->mids[i].p)
			text_addf(t, "a=mid:%.*s\r\n", STR_ARG(offer->mids[i]));
	}
}

void tel_sdp_answer(struct text *t, const struct tel_sdp *offer, enum tel_codec codec, const struct tel_sdp_end *end)
{
	head(t, end->address, end->session, end->version);
	refuse(t, offer, 0, offer->line);
	agreed(t, offer, codec, protocol_of(end), end->port);
	crypto_line(t, end, offer->srtp_tag);
	text_addf(t, "a=%s\r\n", way_back(offer->way));
	refuse(t, offer, offer->line + 1, offer->n_lines);
}

static void candidates(struct text *t, const struct tel_sdp_browser *b)
{
	uint32_t priority = 2130706431; /* of a host candidate, RFC 8445 section 5.1.2 */

	for (int i = 0; b->addresses[i]; i++, priority -= 256)
		text_addf(t, "a=candidate:%d 1 udp %u %s %u typ host\r\n", i + 1, priority, b->addresses[i], b->port);
	text_lit(t, "a=end-of-candidates\r\n");
}

void tel_sdp_answer_browser(struct text *t, const struct tel_sdp *offer, const struct tel_sdp_browser *b)
{
	head(t, b->addresses[0], b->session, 1);
	text_lit(t, "a=ice-lite\r\n");
	if (offer->mid.p)
		text_addf(t, "a=group:BUNDLE %.*s\r\n", STR_ARG(offer->mid));
	refuse(t, offer, 0, offer->line);
	agreed(t, offer, b->codec, "UDP/TLS/RTP/SAVPF", b->port);
	if (offer->mid.p)
		text_addf(t, "a=mid:%.*s\r\n", STR_ARG(offer->mid));
	text_addf(t, "a=rtcp-mux\r\na=%s\r\na=msid:zvonar audio\r\n", way_back(offer->way));
	text_addf(t, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\n", b->ufrag, b->pwd);
	text_addf(t, "a=fingerprint:sha-256 %s\r\na=setup:%s\r\n", b->fingerprint, b->active ? "active" : "passive");
	candidates(t, b);
	refuse(t, offer, offer->line + 1, offer->n_lines);
}
