/* SPDX-License-Identifier: GPL-3.0-or-later */
/* message.c - the protocol as two tables: fields with type and bound, kinds with their fields. */
#include "callflow/message.h"

#include "base/utf8.h"
#include "engine/json/json.h"

const char *const recording_state_names[] = {"open", "failed", "paused", "resumed", "closed", NULL};
const char *const talk_how_names[] = {"blind", "consult", NULL};
const char *const talk_turn_names[] = {"complete", "join", "back", NULL};
const char *const trunk_kind_names[] = {"sip", "practice", NULL};
const char *const trunk_transport_names[] = {"udp", "tcp", "tls", NULL};
const char *const trunk_state_names[] = {"unknown", "up", "down", NULL};

enum part_type { PART_TEXT, PART_INT, PART_BOOL, PART_WORD, PART_ROWS };
struct part {
	const char *name;
	size_t at;
	enum part_type type;
	int64_t max; /* bytes of a text, value of a number; the least number is -1 */
	const char *const *words;
	enum message_kind row;
};
/* The fields; the enum below names them in the same order. */
#define MEMBER(name, m) name, offsetof(struct message, m)
#define TEXT(name, m, n) [P_##m] = {MEMBER(name, m), PART_TEXT, n, NULL, 0}
#define NUMBER(name, m, n) [P_##m] = {MEMBER(name, m), PART_INT, n, NULL, 0}
#define FLAG(name, m) [P_##m] = {MEMBER(name, m), PART_BOOL, 1, NULL, 0}
#define WORD(name, m, list) [P_##m] = {MEMBER(name, m), PART_WORD, 0, list, 0}
#define ROWS(name, m, kind) [P_##m] = {MEMBER(name, m), PART_ROWS, MESSAGE_ROWS_MAX, NULL, kind}
enum {
	P_none,
	P_request,
	P_call,
	P_operator_id,
	P_project,
	P_trunk,
	P_reason,
	P_epoch,
	P_app_boot,
	P_boot,
	P_seq,
	P_last_seq,
	P_at,
	P_number,
	P_from,
	P_label,
	P_ring_ms,
	P_wrap_up_ms,
	P_preview_ms,
	P_preview,
	P_record,
	P_call_state,
	P_cause,
	P_by,
	P_sip_code,
	P_dialog,
	P_digits,
	P_operator_state,
	P_why,
	P_then,
	P_until,
	P_since,
	P_on,
	P_up,
	P_codec,
	P_sdp,
	P_error,
	P_recording,
	P_path,
	P_sha256,
	P_bytes,
	P_ms,
	P_trunk_kind,
	P_transport,
	P_trunk_state,
	P_host,
	P_login,
	P_password,
	P_port,
	P_channels,
	P_calls_per_s,
	P_code,
	P_registers,
	P_text,
	P_what,
	P_detail,
	P_ok,
	P_lag_ms,
	P_legs,
	P_calls_open,
	P_rss,
	P_command,
	P_rows,
	P_calls,
	P_operators,
	P_steps,
	P_wait_ms,
	P_idle,
	P_ringing,
	P_waiting,
	P_talking,
	P_floors,
	P_guest,
	P_how,
	P_turn,
	P_mode,
	P_judging,
	P_queued,
	P_queue,
	P_priority,
	P_level,
	P_target_ms,
	P_relax_ms,
	P_choice,
	P_alias,
	P_records,
	P_numbers,
	P_queues,
	P_members,
	P_node_kind,
	P_flow,
	P_node,
	P_next,
	P_other,
	P_tries,
	P_hours,
	P_words,
	P_keys,
	P_nodes,
	P_opens,
	P_routes,
	P_causes,
	P_srtp,
	P_phones,
	P_phone,
	P_ha1_sha256,
	P_ha1_md5,
	P_side,
	P_came,
	P_lost,
	P_late,
	P_sent,
	P_jitter_ms,
	P_buffer_ms,
	P_rtt_ms,
	P_far_lost,
	P_far_jitter_ms,
	P_mos,
	P_far_mos,
	P_sounds,
	P_name,
	P_uid,
	P_data,
	P_question,
	P_result,
	P_after,
	P_answers,
	P_refused,
	P_ticket,
	P_offer_ms,
	P_offer_place,
	P_tickets,
	P_voice,
	P_sound,
	P_announce_ms,
	P_accept_ms,
	P_drops,
	P_document,
	P_pages,
	P_rate,
	P_lasting,
	P_shared,
	P_shares,
	P_loads,
	P_more,
	PARTS
};
#define ID_MAX INT64_MAX
#define MS_MAX ((int64_t)7 * 24 * 3600 * 1000)
static const struct part parts[PARTS] = {
        NUMBER("request", request, ID_MAX),
        TEXT("call", call, 36),
        NUMBER("operator", operator_id, ID_MAX),
        NUMBER("project", project, ID_MAX),
        NUMBER("trunk", trunk, ID_MAX),
        NUMBER("reason", reason, ID_MAX),
        NUMBER("epoch", epoch, ID_MAX),
        TEXT("app_boot", app_boot, 36),
        TEXT("boot", boot, 36),
        NUMBER("seq", seq, ID_MAX),
        NUMBER("last_seq", last_seq, ID_MAX),
        NUMBER("at", at, ID_MAX),
        TEXT("number", number, 40),
        TEXT("from", from, 40),
        TEXT("label", label, 128),
        NUMBER("ring_ms", ring_ms, MS_MAX),
        NUMBER("wrap_up_ms", wrap_up_ms, MS_MAX),
        NUMBER("preview_ms", preview_ms, MS_MAX),
        TEXT("record", record, 200),
        WORD("state", call_state, call_state_names),
        WORD("cause", cause, call_cause_names),
        WORD("by", by, call_party_names),
        NUMBER("sip_code", sip_code, 999),
        TEXT("dialog", dialog, 4000),
        TEXT("digits", digits, 40),
        WORD("state", operator_state, operator_state_names),
        WORD("cause", why, operator_cause_names),
        WORD("then", then, operator_then_names),
        WORD("then", preview, operator_preview_names),
        NUMBER("until", until, ID_MAX),
        NUMBER("since", since, ID_MAX),
        FLAG("on", on),
        FLAG("up", up),
        TEXT("codec", codec, 40),
        TEXT("sdp", sdp, MESSAGE_SDP_MAX),
        TEXT("error", error, 200),
        WORD("state", recording, recording_state_names),
        TEXT("path", path, 300),
        TEXT("sha256", sha256, 64),
        NUMBER("bytes", bytes, ID_MAX),
        NUMBER("ms", ms, ID_MAX),
        WORD("kind", trunk_kind, trunk_kind_names),
        WORD("transport", transport, trunk_transport_names),
        WORD("state", trunk_state, trunk_state_names),
        TEXT("host", host, 255),
        TEXT("login", login, 200),
        TEXT("password", password, 200),
        NUMBER("port", port, 65535),
        NUMBER("channels", channels, 100000),
        NUMBER("calls_per_s", calls_per_s, 100000),
        NUMBER("code", code, 999),
        FLAG("registers", registers),
        TEXT("text", text, 1000),
        TEXT("what", what, 100),
        TEXT("detail", detail, 500),
        FLAG("ok", ok),
        NUMBER("lag_ms", lag_ms, ID_MAX),
        NUMBER("legs", legs, ID_MAX),
        NUMBER("calls", calls_open, ID_MAX),
        NUMBER("rss", rss, ID_MAX),
        TEXT("command", command, 40),
        ROWS("rows", rows, ROW_TRUNK),
        ROWS("calls", calls, ROW_CALL),
        ROWS("operators", operators, ROW_OPERATOR),
        ROWS("steps", steps, ROW_STEP),
        NUMBER("wait_ms", wait_ms, MS_MAX),
        NUMBER("idle", idle, ID_MAX),
        NUMBER("ringing", ringing, ID_MAX),
        NUMBER("waiting", waiting, ID_MAX),
        NUMBER("talking", talking, ID_MAX),
        ROWS("rows", floors, ROW_FLOOR),
        WORD("guest", guest, call_guest_names),
        WORD("how", how, talk_how_names),
        WORD("turn", turn, talk_turn_names),
        WORD("mode", mode, monitor_mode_names),
        FLAG("judging", judging),
        NUMBER("queued", queued, ID_MAX),
        NUMBER("queue", queue, ID_MAX),
        NUMBER("priority", priority, 9),
        NUMBER("level", level, QUEUE_LEVEL_MAX),
        NUMBER("target_ms", target_ms, MS_MAX),
        NUMBER("relax_ms", relax_ms, MS_MAX),
        WORD("choice", choice, queue_choice_names),
        TEXT("alias", alias, 64),
        FLAG("records", records),
        ROWS("numbers", numbers, ROW_NUMBER),
        ROWS("queues", queues, ROW_QUEUE),
        ROWS("members", members, ROW_MEMBER),
        WORD("type", node_kind, flow_kind_names),
        NUMBER("flow", flow, ID_MAX),
        NUMBER("node", node, FLOW_NODES_MAX),
        NUMBER("next", next, FLOW_NODES_MAX),
        NUMBER("other", other, FLOW_NODES_MAX),
        NUMBER("tries", tries, 10),
        NUMBER("hours", hours, ID_MAX),
        TEXT("words", words, MESSAGE_WORDS_MAX),
        TEXT("keys", keys, 100),
        ROWS("nodes", nodes, ROW_NODE),
        ROWS("opens", opens, ROW_OPEN),
        ROWS("routes", routes, ROW_ROUTE),
        ROWS("causes", causes, ROW_CAUSE),
        FLAG("srtp", srtp),
        ROWS("phones", phones, ROW_PHONE),
        FLAG("phone", phone),
        TEXT("ha1_sha256", ha1_sha256, 64),
        TEXT("ha1_md5", ha1_md5, 32),
        WORD("side", side, call_party_names),
        NUMBER("came", came, ID_MAX),
        NUMBER("lost", lost, ID_MAX),
        NUMBER("late", late, ID_MAX),
        NUMBER("sent", sent, ID_MAX),
        NUMBER("jitter_ms", jitter_ms, MS_MAX),
        NUMBER("buffer_ms", buffer_ms, MS_MAX),
        NUMBER("rtt_ms", rtt_ms, MS_MAX),
        NUMBER("far_lost", far_lost, ID_MAX),
        NUMBER("far_jitter_ms", far_jitter_ms, MS_MAX),
        NUMBER("mos", mos, ID_MAX),
        NUMBER("far_mos", far_mos, ID_MAX),
        ROWS("rows", sounds, ROW_SOUND),
        TEXT("name", name, 100),
        TEXT("uid", uid, 36),
        TEXT("data", data, MESSAGE_DATA_MAX),
        NUMBER("question", question, ID_MAX),
        NUMBER("result", result, ID_MAX),
        NUMBER("after", after, ID_MAX),
        TEXT("answers", answers, FLOW_KEYS),
        FLAG("refused", refused),
        NUMBER("ticket", ticket, ID_MAX),
        NUMBER("offer_ms", offer_ms, MS_MAX),
        NUMBER("offer_place", offer_place, 1000),
        ROWS("rows", tickets, ROW_TICKET),
        TEXT("voice", voice, 8),
        TEXT("sound", sound, 64),
        NUMBER("announce_ms", announce_ms, MS_MAX),
        NUMBER("accept_ms", accept_ms, MS_MAX),
        ROWS("drops", drops, ROW_DROP),
        TEXT("document", document, MESSAGE_DOCUMENT_MAX),
        NUMBER("pages", pages, 1000),
        NUMBER("rate", rate, ID_MAX),
        FLAG("lasting", lasting),
        FLAG("shared", shared),
        ROWS("rows", shares, ROW_SHARE),
        ROWS("rows", loads, ROW_LOAD),
        FLAG("more", more),
};

enum { LIST_MAX = 16 };
static const struct {
	const char *name;
	uint8_t must[LIST_MAX], may[LIST_MAX]; /* fields, ended by P_none; a may field of value zero is left out */
} kinds[MESSAGE_KINDS] = {
        [CMD_HELLO] = {"hello", {P_app_boot, P_epoch}, {0}},
        [CMD_TRUNKS] = {"trunks", {P_rows}, {0}},
        [CMD_SHARES] = {"shares", {P_request, P_shares}, {0}},
        [CMD_TRUNK_TEST] = {"trunk_test", {P_request, P_trunk}, {0}},
        [CMD_OPERATOR_START] = {"operator_start", {P_operator_id, P_wrap_up_ms, P_preview_ms}, {P_project, P_phone}},
        [CMD_OPERATOR_LEG] = {"operator_leg", {P_operator_id, P_sdp, P_request}, {0}},
        [CMD_OPERATOR_READY] = {"operator_ready", {P_operator_id}, {0}},
        [CMD_OPERATOR_PAUSE] = {"operator_pause", {P_operator_id}, {P_reason}},
        [CMD_OPERATOR_STOP] = {"operator_stop", {P_operator_id}, {0}},
        [CMD_WRAP_UP_DONE] = {"wrap_up_done", {P_operator_id, P_then}, {P_reason}},
        [CMD_WRAP_UP_EXTEND] = {"wrap_up_extend", {P_operator_id}, {0}},
        [CMD_PREVIEW] = {"preview", {P_operator_id, P_call}, {P_preview}},
        [CMD_DIAL] = {"dial", {P_call, P_project, P_number, P_trunk, P_ring_ms, P_operator_id},
                {P_from, P_label, P_record, P_wait_ms, P_text, P_routes, P_judging, P_flow, P_after, P_nodes, P_ticket,
                        P_words, P_voice}},
        [CMD_HANGUP] = {"hangup", {P_call, P_by}, {0}},
        [CMD_DTMF] = {"dtmf", {P_call, P_digits}, {0}},
        [CMD_MUTE] = {"mute", {P_operator_id, P_on}, {0}},
        [CMD_HOLD] = {"hold", {P_call, P_on}, {0}},
        [CMD_TRANSFER] = {"transfer", {P_call, P_how}, {P_operator_id, P_number, P_trunk, P_from, P_queue}},
        [CMD_TALK] = {"talk", {P_call, P_turn}, {0}},
        [CMD_GUEST_LEAVE] = {"guest_leave", {P_operator_id}, {0}},
        [CMD_RECORD] = {"record", {P_call, P_on}, {0}},
        [CMD_MONITOR] = {"monitor", {P_operator_id, P_call, P_mode, P_sdp, P_request}, {0}},
        [CMD_MONITOR_MODE] = {"monitor_mode", {P_operator_id, P_mode}, {0}},
        [CMD_ECHO] = {"echo", {P_request, P_sdp}, {0}},
        [CMD_LIST] = {"list", {P_project, P_operators}, {0}},
        [CMD_BYE] = {"bye", {P_trunk, P_dialog}, {0}},
        [CMD_PHONES] = {"phones", {P_phones}, {0}},
        [CMD_OPERATOR_PHONE] = {"operator_phone", {P_operator_id}, {0}},
        [CMD_ACK] = {"ack", {P_boot, P_seq}, {0}},
        [CMD_LEASE] = {"lease", {P_ms}, {P_since}},
        [CMD_FETCH] = {"fetch", {P_request, P_path}, {P_since}},
        [CMD_KEPT] = {"kept", {P_path}, {0}},
        [CMD_FAX] = {"fax", {P_call, P_project, P_number, P_trunk, P_ring_ms, P_document},
                {P_from, P_label, P_name, P_routes}},
        [EV_PIECE] = {"piece", {P_request}, {P_boot, P_at, P_data, P_bytes, P_error}},
        [EV_HELLO] = {"hello", {P_boot, P_calls, P_operators, P_last_seq}, {P_at, P_since, P_more}},
        [EV_NODE] = {"node", {P_boot}, {P_name, P_uid, P_host, P_epoch, P_up, P_at}},
        [EV_CALL] = {"call", {P_boot, P_seq, P_at, P_call, P_call_state},
                {P_cause, P_sip_code, P_by, P_operator_id, P_wait_ms, P_judging, P_queue}},
        [EV_GUEST] = {"guest", {P_boot, P_seq, P_at, P_call, P_guest},
                {P_operator_id, P_number, P_up, P_cause, P_sip_code, P_trunk, P_dialog}},
        [EV_MONITOR] = {"monitor", {P_boot, P_seq, P_at, P_operator_id, P_call, P_mode}, {0}},
        [CMD_INBOUND] = {"inbound", {P_numbers, P_queues, P_members}, {P_nodes, P_opens}},
        [CMD_TICKETS] = {"tickets", {P_tickets}, {0}},
        [EV_TICKET] = {"ticket", {P_boot, P_seq, P_at, P_call, P_queue, P_since}, {0}},
        [EV_TURN] = {"turn", {P_ticket, P_operator_id}, {P_boot, P_seq, P_at}},
        [ROW_TICKET] = {"", {P_ticket, P_queue, P_since}, {P_until, P_operator_id}},
        [CMD_ACCEPT] = {"accept", {P_operator_id}, {0}},
        [CMD_CALLER] = {"caller", {P_call, P_operator_id}, {0}},
        [EV_CALL_IN] = {"call_in", {P_boot, P_seq, P_at, P_call, P_project, P_trunk, P_number}, {P_from}},
        [EV_FAX] = {"fax", {P_boot, P_seq, P_at, P_call, P_call_state, P_trunk},
                {P_cause, P_sip_code, P_on, P_pages, P_rate, P_name, P_ok, P_what, P_text, P_lasting}},
        [EV_DIALOG] = {"dialog", {P_boot, P_seq, P_at, P_call, P_dialog}, {P_trunk}},
        [EV_ROUTE] = {"route", {P_boot, P_seq, P_at, P_call, P_trunk}, {P_from, P_cause, P_sip_code}},
        [EV_OPERATOR] = {"operator", {P_boot, P_seq, P_at, P_operator_id, P_operator_state},
                {P_call, P_until, P_why, P_reason, P_up}},
        [EV_LEG] = {"leg", {P_boot, P_seq, P_at, P_operator_id, P_up}, {P_codec}},
        [EV_SDP] = {"sdp", {P_request}, {P_boot, P_seq, P_at, P_sdp, P_error}},
        [EV_RECORDING] = {"recording", {P_boot, P_seq, P_at, P_call, P_recording, P_path},
                {P_bytes, P_ms, P_sha256, P_error}},
        [EV_SOUND] = {"sound", {P_boot, P_seq, P_at, P_call, P_sounds}, {0}},
        [EV_TRUNK] = {"trunk", {P_boot, P_seq, P_at, P_trunk, P_trunk_state}, {P_code, P_text, P_ms}},
        [EV_TRUNK_TESTED] = {"trunk_tested", {P_request, P_steps}, {P_boot, P_seq, P_at}},
        [EV_DTMF] = {"dtmf", {P_boot, P_seq, P_at, P_call, P_digits}, {0}},
        [EV_TOLD] = {"told", {P_boot, P_seq, P_at, P_call}, {0}},
        [EV_FLOW] = {"flow", {P_boot, P_seq, P_at, P_call}, {P_question, P_digits, P_result, P_refused, P_number}},
        [EV_FIGURES] = {"figures", {P_lag_ms, P_legs, P_calls_open, P_rss}, {P_boot, P_seq, P_at, P_since, P_drops}},
        [EV_LOAD] = {"load", {P_loads}, {P_request, P_boot, P_seq, P_at}},
        [EV_FLOOR] = {"floor", {P_floors}, {P_boot, P_seq, P_at}},
        [EV_PHONE] = {"phone", {P_boot, P_seq, P_at, P_operator_id, P_up}, {P_text, P_host}},
        [EV_UNREAD] = {"unread", {P_boot, P_seq, P_at}, {P_call, P_text}},
        [EV_REFUSED] = {"refused", {P_command}, {P_boot, P_seq, P_at, P_operator_id, P_call, P_text, P_request}},
        [ROW_TRUNK] = {"", {P_trunk, P_trunk_kind},
                {P_host, P_port, P_transport, P_login, P_password, P_registers, P_from, P_channels, P_calls_per_s, P_causes,
                        P_srtp, P_shared}},
        [ROW_SHARE] = {"", {P_trunk, P_channels, P_calls_per_s}, {0}},
        [ROW_LOAD] = {"", {P_trunk}, {P_calls_open, P_waiting, P_came}},
        [ROW_NUMBER] = {"", {P_number, P_project, P_queue}, {P_trunk, P_alias, P_records, P_flow, P_host, P_after}},
        [ROW_QUEUE] = {"", {P_queue, P_project, P_wait_ms},
                {P_priority, P_level, P_target_ms, P_relax_ms, P_choice, P_offer_ms, P_offer_place, P_words, P_text,
                        P_announce_ms, P_voice, P_accept_ms}},
        [ROW_NODE] = {"", {P_flow, P_node, P_node_kind},
                {P_words, P_next, P_other, P_keys, P_wait_ms, P_tries, P_queue, P_hours, P_voice, P_sound, P_ms, P_answers,
                        P_question, P_result, P_number}},
        [ROW_OPEN] = {"", {P_hours, P_since, P_until}, {0}},
        [ROW_MEMBER] = {"", {P_queue, P_operator_id, P_level}, {0}},
        [ROW_CALL] = {"", {P_call, P_call_state}, {P_operator_id, P_trunk, P_since, P_project}},
        [ROW_OPERATOR] = {"", {P_operator_id}, {P_operator_state, P_call, P_until, P_since, P_up, P_reason, P_project}},
        [ROW_FLOOR] = {"", {P_project, P_idle, P_ringing, P_waiting, P_talking}, {P_queued}},
        [ROW_SOUND] = {"", {P_side, P_codec, P_came, P_lost, P_late, P_sent, P_jitter_ms, P_buffer_ms},
                {P_rtt_ms, P_far_lost, P_far_jitter_ms, P_mos, P_far_mos}},
        [ROW_STEP] = {"", {P_what, P_ok}, {P_detail}},
        [ROW_PHONE] = {"", {P_operator_id, P_login, P_ha1_sha256, P_ha1_md5}, {P_up}},
        [ROW_ROUTE] = {"", {P_trunk}, {P_from}},
        [ROW_DROP] = {"", {P_what, P_came}, {0}},
        [ROW_CAUSE] = {"", {P_code, P_cause}, {0}},
};

static bool has(const uint8_t *list, int part)
{
	while (*list && *list != part)
		list++;
	return *list;
}

/* A command carries the epoch it was decided in; it need not stand in the lists above. */
static bool carries_epoch(enum message_kind kind)
{
	return kind < EV_HELLO && !has(kinds[kind].must, P_epoch);
}

const char *message_kind_name(enum message_kind kind)
{
	return kinds[kind].name;
}

bool message_from_tel(enum message_kind kind)
{
	return kind >= EV_HELLO && kind <= EV_REFUSED;
}

bool message_kept(enum message_kind kind)
{
	return message_from_tel(kind) && has(kinds[kind].must, P_seq);
}

#define AT(T, m, p) ((T *)((char *)(m) + (p)->at))
#define IN(T, m, p) ((const T *)((const char *)(m) + (p)->at))

static bool part_empty(const struct message *m, const struct part *p)
{
	switch (p->type) {
	case PART_TEXT: return !IN(str, m, p)->p;
	case PART_INT: return !*IN(int64_t, m, p);
	case PART_BOOL: return !*IN(bool, m, p);
	case PART_WORD: return !*IN(int, m, p);
	case PART_ROWS: return !IN(struct message_rows, m, p)->n;
	}
	return true;
}

/* As much of it as the other side takes; what is no UTF-8 is said by U+FFFD. */
static str fit(const struct part *p, str s, struct arena *a)
{
	size_t max = (size_t)p->max;

	if (s.n <= max / 3)
		return s;
	return utf8_cut(utf8_valid(s) ? s : utf8_clean(a, s), max);
}

static int64_t within(const struct part *p, int64_t n)
{
	return n < -1 ? -1 : n > p->max ? p->max : n;
}

static void put_object(const struct message *m, struct json_out *w);

static void put_part(const struct message *m, const struct part *p, struct json_out *w)
{
	const struct message_rows *rows;

	json_key(w, p->name);
	switch (p->type) {
	case PART_TEXT: json_add_text(w, IN(str, m, p)->p ? fit(p, *IN(str, m, p), w->t->a) : STR("")); break;
	case PART_INT: json_add_int(w, within(p, *IN(int64_t, m, p))); break;
	case PART_BOOL: json_add_bool(w, *IN(bool, m, p)); break;
	case PART_WORD: json_add_text(w, str_of(p->words[*IN(int, m, p)])); break;
	case PART_ROWS:
		rows = IN(struct message_rows, m, p);
		json_open(w, '[');
		for (size_t i = 0; i < rows->n; i++)
			put_object(rows->rows + i, w);
		json_close(w, ']');
		break;
	}
}

static void put_object(const struct message *m, struct json_out *w)
{
	json_open(w, '{');
	if (kinds[m->kind].name[0]) {
		json_key(w, "kind");
		json_add_text(w, str_of(kinds[m->kind].name));
	}
	for (const uint8_t *i = kinds[m->kind].must; *i; i++)
		put_part(m, parts + *i, w);
	for (const uint8_t *i = kinds[m->kind].may; *i; i++)
		if (!part_empty(m, parts + *i))
			put_part(m, parts + *i, w);
	if (carries_epoch(m->kind) && m->epoch)
		put_part(m, parts + P_epoch, w);
	json_close(w, '}');
}

int message_encode(const struct message *m, struct text *t, struct fault *f)
{
	struct json_out w = {.t = t};
	size_t was = t->n;

	put_object(m, &w);
	if (t->n - was <= MESSAGE_MAX)
		return 0;
	t->n = was;
	return fail(f, EMSGSIZE, NULL, "frame", "a message of this length cannot be sent");
}

int message_frame(const struct message *m, struct text *t, struct fault *f)
{
	size_t was = t->n, n;
	int err;

	text_add(t, (str){"\0\0\0\0", 4});
	err = message_encode(m, t, f);
	if (err) {
		t->n = was;
		return err;
	}
	n = t->n - was - 4;
	for (int i = 0; i < 4; i++)
		t->p[was + (size_t)i] = (char)(n >> (24 - 8 * i));
	return 0;
}

static int bad(struct fault *f, const struct part *p, const char *why)
{
	return fail(f, EINVAL, p->name, "message", "the member %s of the message is %s", p->name, why);
}

static int get_object(struct json o, enum message_kind kind, struct arena *a, struct message *ret, struct fault *f);

static int get_rows(const struct part *p, struct json v, struct arena *a, struct message *ret, struct fault *f)
{
	size_t n = json_count(v);
	struct message *rows;
	int err = 0;

	if (json_kind(v) != JSON_ARRAY || (int64_t)n > p->max)
		return bad(f, p, "no list, or too long");
	rows = n ? NEW_N(a, struct message, n) : NULL;
	for (size_t i = 0; i < n && !err; i++)
		err = get_object(json_at(v, i), p->row, a, rows + i, f);
	if (!err)
		*AT(struct message_rows, ret, p) = (struct message_rows){rows, n};
	return err;
}

static int get_part(const struct part *p, struct json v, struct arena *a, struct message *ret, struct fault *f)
{
	int64_t n;
	str s;

	switch (p->type) {
	case PART_TEXT:
		if (!json_text(v, &s) || (int64_t)s.n > p->max)
			return bad(f, p, "no text, or too long");
		*AT(str, ret, p) = s;
		return 0;
	case PART_INT:
		if (!json_int(v, &n) || n < -1 || n > p->max)
			return bad(f, p, "no whole number in range");
		*AT(int64_t, ret, p) = n;
		return 0;
	case PART_BOOL: return json_bool(v, AT(bool, ret, p)) ? 0 : bad(f, p, "neither true nor false");
	case PART_WORD:
		if (!json_text(v, &s) || call_word(p->words, s) < 0)
			return bad(f, p, "no word of its list");
		*AT(int, ret, p) = call_word(p->words, s);
		return 0;
	case PART_ROWS: return get_rows(p, v, a, ret, f);
	}
	return EINVAL;
}

/* Of the fields this kind has, the one of this name; P_none: it has none. */
static int part_find(enum message_kind kind, str name)
{
	for (const uint8_t *i = kinds[kind].must; *i; i++)
		if (str_eq(str_of(parts[*i].name), name))
			return *i;
	for (const uint8_t *i = kinds[kind].may; *i; i++)
		if (str_eq(str_of(parts[*i].name), name))
			return *i;
	return carries_epoch(kind) && str_eq(name, STR("epoch")) ? P_epoch : P_none;
}

static int get_object(struct json o, enum message_kind kind, struct arena *a, struct message *ret, struct fault *f)
{
	bool seen[PARTS] = {false};
	void *iter = NULL;
	struct json v;
	str name;
	int err = 0;

	if (json_kind(o) != JSON_OBJECT)
		return fail(f, EINVAL, NULL, "message", "a message is an object");
	*ret = (struct message){.kind = kind};
	while (!err && json_next(o, &iter, &name, &v)) {
		int i = part_find(kind, name);
		if (!i && kinds[kind].name[0] && str_eq(name, STR("kind")))
			continue;
		if (!i)
			return fail(f, EINVAL, "kind", "message", "an unknown member in a message %s", kinds[kind].name);
		err = get_part(parts + i, v, a, ret, f);
		seen[i] = true;
	}
	for (const uint8_t *i = kinds[kind].must; *i && !err; i++)
		if (!seen[*i])
			err = bad(f, parts + *i, "missing");
	return err;
}

int message_decode(str doc, bool from_tel, struct arena *a, struct message *ret, struct fault *f)
{
	enum message_kind first = from_tel ? EV_HELLO : CMD_HELLO, end = from_tel ? ROW_TRUNK : EV_HELLO;
	struct message m;
	struct json o;
	str name;
	int err = doc.n > MESSAGE_MAX ? fail(f, EMSGSIZE, NULL, "frame", "a message this long is refused")
	                              : json_parse(a, doc, &o, f);

	if (err)
		return err;
	name = json_get_text(o, "kind");
	for (enum message_kind k = first; k < end; k++)
		if (str_eq(str_of(kinds[k].name), name)) {
			err = get_object(o, k, a, &m, f);
			if (!err)
				*ret = m;
			return err;
		}
	return fail(f, EINVAL, "kind", "message", "an unknown kind of message");
}

bool message_unread(str doc, const char *why, struct arena *a, struct message *ret)
{
	struct message m = {.kind = EV_UNREAD, .text = str_copy(a, str_of(why))};
	struct json o;

	if (json_parse(a, doc, &o, NULL))
		return false;
	m.boot = json_get_text(o, "boot");
	m.call = json_get_text(o, "call");
	m.seq = json_get_int(o, "seq", 0);
	m.at = json_get_int(o, "at", 0);
	if (!m.boot.n || m.seq <= 0)
		return false;
	*ret = m;
	return true;
}
