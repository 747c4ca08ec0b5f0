/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What IMAP servers say, rightly and wrongly; where mail may go; and a server that answers from a script. */
#include "engine/mail/imap.h"
#include "engine/mail/wire.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static void test_answers(void **state)
{
	struct imap_answer r;

	(void)state;
	assert_true(imap_parse(STR("* 12 EXISTS"), &r));
	assert_true(r.kind == IMAP_UNTAGGED && r.number == 12 && str_eq(r.word, STR("EXISTS")));
	assert_true(imap_parse(STR("z3 NO [AUTHENTICATIONFAILED] Wrong password."), &r));
	assert_true(r.kind == IMAP_TAGGED && str_eq(r.code, STR("AUTHENTICATIONFAILED")) &&
	            str_eq(r.text, STR("Wrong password.")));
	assert_true(imap_parse(STR("+ idling"), &r) && r.kind == IMAP_GO_ON);
	assert_true(imap_parse(STR("* 3 FETCH (UID 77 RFC822.SIZE 1234)"), &r));
	assert_true(r.uid == 77 && r.size == 1234 && !r.has_body);
	assert_true(imap_parse(STR("* 3 FETCH (FLAGS (\\Seen $x) BODY[] {7}\r\na)\"{}\r\n UID 9)"), &r));
	assert_true(r.uid == 9 && r.has_body && str_eq(r.body, STR("a)\"{}\r\n")));
	assert_true(imap_parse(STR("* 3 FETCH (UID 9 BODY[]<0> \"q\\\"x\")"), &r) && str_eq(r.body, STR("q\\\"x")));
	assert_true(imap_parse(STR("* 3 FETCH (UID 9 BODY[] NIL)"), &r) && r.has_body && r.body.n == 0);
	assert_true(imap_parse(STR("* 3 FETCH (ENVELOPE (\"a\" ((NIL NIL {2}\r\n)) \"b\")) NIL) UID 4)"), &r) && r.uid == 4);
}

static void test_no_answers(void **state)
{
	static const char *const bad[] = {"", " ", "*", "* ", "* 3", "* 3 FETCH", "* 3 FETCH (", "* 3 FETCH (UID",
	        "* 3 FETCH (UID 7", "* 3 FETCH (UID 7 BODY[] {9}\r\nabc)", "* 3 FETCH (BODY[] {99999999999}\r\nabc)",
	        "* 3 FETCH UID 7)", "* 3 FETCH (X ((((()"};
	struct imap_answer r;
	struct arena a = {0};
	struct text deep = {.a = &a};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (imap_parse(str_of(bad[i]), &r))
			fail_msg("taken: %s", bad[i]);
	text_add(&deep, STR("* 1 FETCH (X "));
	for (int i = 0; i < 100000; i++)
		text_add_char(&deep, '(');
	assert_false(imap_parse(text_str(&deep), &r));
	arena_free(&a);
}

static void test_names(void **state)
{
	static const char *const names[][2] = {{"INBOX", "\"INBOX\""},
	        {"Отправленные", "\"&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-\""}, {"a&b", "\"a&-b\""},
	        {"с пробелом", "\"&BEE- &BD8EQAQ+BDEENQQ7BD4EPA-\""}, {"q\"\\", "\"q\\\"\\\\\""}};
	static const char *const bad[] = {"&", "&B", "&BB4", "&!!-", "&2AA-", "a\x01", "\xd0\xb0"};
	struct arena a = {0};
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		str name = imap_folder_name(&a, str_of(names[i][0]));

		assert_string_equal(str_z(&a, name), names[i][1]);
		if (i < 4)
			assert_true(str_eq(imap_folder_utf8(&a, str_sub(name, 1, name.n - 1)), str_of(names[i][0])));
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_null(imap_folder_utf8(&a, str_of(bad[i])).p);
	assert_true(imap_literal(STR("* 1 FETCH (BODY[] {120}"), &n) && n == 120);
	assert_false(imap_literal(STR("{-1}"), &n) || imap_literal(STR("{}"), &n) || imap_literal(STR("120}"), &n) ||
	             imap_literal(STR("{99999999999}"), &n));
	arena_free(&a);
}

static bool may(const char *ip, bool inside)
{
	struct sockaddr_in four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, ip, &four.sin_addr) == 1)
		return mail_wire_may((const struct sockaddr *)&four, inside);
	assert_int_equal(inet_pton(AF_INET6, ip, &six.sin6_addr), 1);
	return mail_wire_may((const struct sockaddr *)&six, inside);
}

static void test_where(void **state)
{
	static const char *const world[] = {"93.184.216.34", "2a02:6b8::1", "172.15.0.1", "172.32.0.1", "11.0.0.1"};
	static const char *const closed[] = {"127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255",
	        "192.168.0.1", "100.64.0.1", "0.0.0.0", "::1", "::", "fd00::1", "fc12::1", "::ffff:127.0.0.1",
	        "::ffff:10.0.0.1", "64:ff9b::7f00:1"};
	static const char *const never[] = {"169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "224.0.0.1",
	        "255.255.255.255", "ff02::1", "64:ff9b::a9fe:a9fe"};

	(void)state;
	for (size_t i = 0; i < COUNT(world); i++)
		assert_true(may(world[i], false) && may(world[i], true));
	for (size_t i = 0; i < COUNT(closed); i++)
		assert_true(!may(closed[i], false) && may(closed[i], true));
	for (size_t i = 0; i < COUNT(never); i++)
		assert_true(!may(never[i], false) && !may(never[i], true));
}

/* The script: what it says after each line of the client, a greeting first. */
struct server {
	int fd, port;
	const char *const *says;
	pthread_t thread;
};

static void *serve(void *arg)
{
	struct server *s = arg;
	int fd = accept(s->fd, NULL, NULL);
	char c;

	for (size_t i = 0; s->says[i]; i++) {
		ssize_t n = 1;

		(void)!write(fd, s->says[i], strlen(s->says[i]));
		while (s->says[i + 1] && (n = read(fd, &c, 1)) == 1 && c != '\n')
			;
		if (n != 1)
			break;
	}
	close(fd);
	return NULL;
}

static int talk(const char *const *says, struct imap **ret, enum imap_phase *phase, struct fault *f)
{
	static struct server s;
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t n = sizeof at;
	struct mail_server to = {.host = "127.0.0.1",
	        .login = "anna",
	        .password = "пароль",
	        .tls = MAIL_PLAIN,
	        .inside = true,
	        .timeout_s = 5};

	s = (struct server){.says = says, .fd = socket(AF_INET, SOCK_STREAM, 0)};
	assert_int_equal(bind(s.fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(s.fd, 1), 0);
	assert_int_equal(getsockname(s.fd, (struct sockaddr *)&at, &n), 0);
	to.port = ntohs(at.sin_port);
	pthread_create(&s.thread, NULL, serve, &s);
	pthread_detach(s.thread);
	*f = (struct fault){0};
	return imap_open(&to, ret, phase, f);
}

#define CAN "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nz1 OK\r\n"
#define IN "* OK hi\r\n", CAN, "+ \r\n", "z2 OK in\r\n", "* CAPABILITY IMAP4rev1\r\nz3 OK\r\n"

static void test_doors(void **state)
{
	static const struct {
		const char *const says[8];
		enum imap_phase phase;
		const char *code;
	} rows[] = {{{"220 smtp\r\n"}, IMAP_GREET, "imap_greeting"}, {{"* BYE full\r\n"}, IMAP_GREET, "imap_greeting"},
	        {{"* OK hi\r\n", CAN, "z2 NO no\r\n"}, IMAP_LOGIN, "imap_login"},
	        {{"* OK hi\r\n", CAN, "+ \r\n", "z2 NO no\r\n"}, IMAP_LOGIN, "imap_login"},
	        {{"* OK hi\r\n", "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nz1 OK\r\n"}, IMAP_LOGIN, "imap_plain"},
	        {{"* OK hi\r\n", "* CAPABILITY IMAP4rev1\r\nz1 OK\r\n", "z2 BAD no\r\n"}, IMAP_LOGIN, "imap_login"},
	        {{"* OK hi\r\n", "* BYE\r\n"}, IMAP_LOGIN, "imap_lost"},
	        {{"* OK hi\r\n", "* X {9999999}\r\n"}, IMAP_LOGIN, "imap_long"}};
	struct fault f;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum imap_phase phase;
		struct imap *c;

		assert_int_not_equal(talk(rows[i].says, &c, &phase, &f), 0);
		assert_string_equal(f.code, rows[i].code);
		assert_int_equal(phase, rows[i].phase);
	}
}

static void test_letters(void **state)
{
	static const char *const says[] = {IN, "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 12] ok\r\nz4 OK\r\n",
	        "* 2 FETCH (UID 11 RFC822.SIZE 5)\r\n* 1 FETCH (UID 9 RFC822.SIZE 3)\r\n* 1 FETCH (UID 9 RFC822.SIZE 3)\r\n* 1 FETCH (UID "
	        "4 RFC822.SIZE 3)\r\nz5 OK\r\n",
	        "* 1 FETCH (UID 9 BODY[] {3}\r\na\r\n)\r\n* 9 FETCH (UID 99 BODY[] {1}\r\nx)\r\nz6 OK\r\n",
	        "* 2 FETCH (UID 11 BODY[]<2> {3}\r\ncde)\r\nz7 OK\r\n", "z8 OK\r\n", NULL};
	struct imap_folder folder;
	struct imap_uid *uids;
	enum imap_phase phase;
	struct arena a = {0};
	struct fault f;
	struct imap *c;
	str bodies[2], piece;
	size_t n;

	(void)state;
	assert_int_equal(talk(says, &c, &phase, &f), 0);
	assert_int_equal(imap_examine(c, STR("INBOX"), &folder, &f), 0);
	assert_true(folder.uidvalidity == 7 && folder.uidnext == 12 && folder.exists == 2);
	assert_int_equal(imap_list(c, &a, 4, &uids, &n, &f), 0);
	assert_int_equal(n, 2);
	assert_true(uids[0].uid == 9 && uids[1].uid == 11 && uids[1].size == 5);
	assert_int_equal(imap_fetch(c, &a, uids, n, bodies, &f), 0);
	assert_true(str_eq(bodies[0], STR("a\r\n")) && !bodies[1].p);
	assert_int_equal(imap_fetch_piece(c, &a, 11, 2, 8, &piece, &f), 0);
	assert_true(str_eq(piece, STR("cde")));
	assert_int_equal(imap_fetch_piece(c, &a, 11, 5, 8, &piece, &f), ENOENT);
	imap_free(c);
	arena_free(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers), cmocka_unit_test(test_no_answers),
	        cmocka_unit_test(test_names), cmocka_unit_test(test_where), cmocka_unit_test(test_doors),
	        cmocka_unit_test(test_letters)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
