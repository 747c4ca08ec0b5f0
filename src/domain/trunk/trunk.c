/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trunk.c - fields and rules of trunks. */
#include "domain/trunk/trunk.h"

#include "base/clock.h"
#include "domain/role/role.h"
#include "kit/app/app.h"

#define ENTITY struct trunk
static const struct field fields[] = {
        F_ID(),
        F_VERSION(),
        F_STR(name, 1, 100, "Its name here", .flags = REQUIRED | SEARCHED),
        F_WORD(kind, trunk_kind_names, "A carrier by SIP, or the practice carrier", .flags = REQUIRED | FIXED),
        F_STR(host, 0, 255,
                "Host of the carrier; several, each with its port or not, by comma: the next is used when one is silent",
                .flags = NULLABLE | SEARCHED),
        F_INT(port, 1, 65535, "Its port"),
        F_WORD(transport, trunk_transport_names, "How SIP is carried"),
        F_STR(login, 0, 200, "Login of digest authentication", .flags = NULLABLE),
        F_STR(password, 0, 200, "Its password", .flags = NULLABLE | SECRET),
        F_BOOL(registers, "Registers with the carrier"),
        F_BOOL(srtp, "Audio by SRTP with its keys in the SDP (RFC 4568), and no other: over TLS only"),
        F_PHONE(caller_number, "The number the called party sees", .flags = NULLABLE),
        F_INT(channels, 1, 10000, "How many calls at once"),
        F_INT(calls_per_s, 1, 1000, "How many new calls a second"),
        F_STR(allowed, 0, 500,
                "How the numbers begin that may be called over it, by comma: +7, +375; null: all but paid and satellite numbers, which "
                "are called only when named: +7809",
                .flags = NULLABLE),
        F_INT(calls_per_hour, 0, 1000000, "How many calls within an hour before dialling over it stops; 0: no bound"),
        F_BOOL(disabled, "Not used"),
        F_WORD(state, trunk_state_names, "What the telephone process last said", .flags = GIVEN),
        F_STR(state_text, 0, 300, "In the carrier's words", .flags = GIVEN | NULLABLE),
        F_TIME(state_at, "Since when", .flags = GIVEN | NULLABLE),
        F_TIME(created_at, "When it was made", .flags = GIVEN),
};
#undef ENTITY
const struct entity trunk_entity = ENTITY_OF(trunk, fields, "trunk", "A line of a telephone carrier");

static bool host_good(str host)
{
	for (size_t i = 0; i < host.n; i++)
		if (!((host.p[i] >= '0' && host.p[i] <= '9') || (host.p[i] >= 'a' && host.p[i] <= 'z') ||
		            (host.p[i] >= 'A' && host.p[i] <= 'Z') || (host.p[i] && memchr(".-:[]_, ", host.p[i], 8))))
			return false;
	return true;
}

static bool printable(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

static int check(struct request *q, const void *old, void *new)
{
	const struct trunk *t = new, *was = old;
	struct val used;
	int err;

	if (!t) {
		if (was->kind == TRUNK_PRACTICE)
			return fail(&q->fault, EINVAL, "id", "practice", "the practice carrier stays");
		err = db_one(q->db, q->a,
		        "SELECT (SELECT COUNT(*) FROM project WHERE trunk_id = ?1) + (SELECT COUNT(*) FROM trunk_route WHERE trunk_id = ?1) + "
		        "(SELECT COUNT(*) FROM caller_number WHERE trunk_id = ?1) + (SELECT COUNT(*) FROM trunk_cause WHERE trunk_id = ?1)",
		        VALS(V(was->id)), &used, 1, &q->fault);
		return err || !val_int(used) ? err
		                             : fail(&q->fault, EINVAL, "id", "used",
		                                       "projects, routes, caller numbers or causes need this trunk");
	}
	if (!was && t->kind == TRUNK_PRACTICE)
		return fail(&q->fault, EINVAL, "kind", "practice", "there is one practice carrier already");
	if (t->kind == TRUNK_SIP && !t->host.n)
		return fail(&q->fault, EINVAL, "host", "missing", "a trunk needs the host of its carrier");
	if (!host_good(t->host))
		return fail(&q->fault, EINVAL, "host", "host", "a host name or an address; several by comma");
	if (t->srtp && t->transport != TRUNK_TLS)
		return fail(&q->fault, EINVAL, "srtp", "tls", "the keys of SRTP stand in the SDP: over TLS only");
	if (!toll_list_good(t->allowed))
		return fail(&q->fault, EINVAL, "allowed", "beginnings",
		        "+ and the first digits of the numbers, by comma: +7, +375");
	if (!printable(t->login) || !printable(t->password))
		return fail(&q->fault, EINVAL, "login", "text", "login and password hold no control characters");
	return t->registers && !t->login.n ? fail(&q->fault, EINVAL, "login", "missing", "registering needs a login") : 0;
}

static void fill(struct request *q, void *new)
{
	struct trunk *t = new;

	t->port = 5060;
	t->channels = 30;
	t->calls_per_s = 10;
	t->allowed = STR("+7");
	t->calls_per_hour = 6000;
	t->created_at = q->now;
}

const struct resource trunk_resource = {
        .entity = &trunk_entity,
        .path = "/trunks",
        .read = MAY_RUN_PROJECT,
        .write = MAY_SET_UP,
        .remove = MAY_SET_UP,
        .scope = SCOPE_OPEN,
        .scope_column = "id",
        .sort = "name",
        .check = check,
        .fill = fill,
};

int trunk_rows(struct db *db, struct arena *a, struct message_rows *ret, struct fault *f)
{
	struct message *rows = NEW_N(a, struct message, MESSAGE_ROWS_MAX);
	struct rows r;
	size_t n = 0;
	int err = db_ask(db, a,
	        "SELECT id, kind, host, port, transport, login, password, registers, caller_number, srtp "
	        "FROM trunk WHERE disabled = 0 ORDER BY id LIMIT 2000",
	        NO_VALS, &r, f);

	while (!err && !(err = rows_next(&r, f)))
		rows[n++] = (struct message){.kind = ROW_TRUNK,
		        .trunk = rows_int(&r, 0),
		        .trunk_kind = call_word(trunk_kind_names, rows_str(&r, 1)),
		        .host = rows_str(&r, 2),
		        .port = rows_int(&r, 3),
		        .transport = call_word(trunk_transport_names, rows_str(&r, 4)),
		        .login = rows_str(&r, 5),
		        .password = rows_str(&r, 6),
		        .registers = rows_int(&r, 7) != 0,
		        .from = rows_str(&r, 8),
		        .srtp = rows_int(&r, 9) != 0,
		        .shared = true};
	rows_done(&r);
	err = err == ENOENT ? 0 : err;
	for (size_t i = 0; i < n && !err; i++)
		err = trunk_causes(db, a, rows[i].trunk, &rows[i].causes, f);
	if (err)
		return err;
	*ret = (struct message_rows){rows, n};
	return 0;
}

int trunk_event(struct db *db, struct arena *a, const struct message *m, struct fault *f)
{
	int64_t changed = 0;
	int err = db_run(db, "UPDATE trunk SET state = ?2, state_text = ?3, state_at = ?4 WHERE id = ?1",
	        VALS(V(m->trunk), V(str_of(trunk_state_names[m->trunk_state])), V(m->text), V(m->at)), &changed, f);

	if (err || !changed)
		return err;
	return event_add(db, a,
	        &(struct event){.entity = "trunk",
	                .verb = "state",
	                .row_id = m->trunk,
	                .right = MAY_RUN_PROJECT,
	                .staff_only = true},
	        f);
}

static int practice_write(struct db *db, struct arena *a, void *arg, struct fault *f)
{
	struct val n;
	int err = db_one(db, a, "SELECT COUNT(*) FROM trunk WHERE kind = 'practice'", NO_VALS, &n, 1, f);

	(void)arg;
	if (err || val_int(n))
		return err;
	return db_run(db,
	        "INSERT INTO trunk (name, kind, channels, calls_per_s, created_at) VALUES ('Учебная линия', 'practice', 100, 50, "
	        "?1)",
	        VALS(V(clock_ms())), NULL, f);
}

static int start(struct app *app, struct fault *f)
{
	struct arena a = {0};
	int err = store_write(app->store, NULL, &a, practice_write, NULL, f);

	arena_free(&a);
	return err;
}

static const struct resource *const resources[] = {
        &trunk_resource, &trunk_route_resource, &caller_number_resource, &trunk_cause_resource, NULL};
const struct module trunk_module = {.name = "trunk", .resources = resources, .routes = caller_routes, .start = start};
