/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses, MIME, and a mail server that answers from a script and hangs up where the script ends. */
#include "engine/mail/mail.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void test_addresses(void **state)
{
	static const char *const good[] = {"a@b", "anna.petrova+x@mail.example.ru", "o'neil@ex-ample.com"};
	static const char *const bad[] = {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b.", "a@.b", "a@-b", "a@b..c", "<a@b>",
	        "a@b\r\nDATA", "a@b>\r\n", "анна@пример.рф", "a@b c", "\"a\"@b", "a@b-"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(mail_address_valid(str_of(good[i])));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(mail_address_valid(str_of(bad[i])));
}

static struct mail_letter letter(void)
{
	return (struct mail_letter){STR("Колл-центр «Звонарь»"), STR("centre@example.ru"), STR("anna@example.ru"),
	        STR("pm@example.ru"), STR("Итоги дня, 12 марта: 5 лидов"), STR("Добрый вечер.\n.\nИтоги ниже."),
	        STR("<p>Добрый вечер.</p>"), STR("<11111111-2222-4333-8444-555555555555@example.ru>"), STR("ru"),
	        1773338400000};
}

static void test_mime(void **state)
{
	struct arena a = {0};
	struct mail_letter l = letter();
	struct fault f = {0};
	str one, two;

	(void)state;
	assert_int_equal(mail_build(&a, &l, &one, &f), 0);
	assert_int_equal(mail_build(&a, &l, &two, &f), 0);
	assert_true(str_eq(one, two));
	assert_true(str_find_str(one, STR("Message-Id: <11111111-2222-4333-8444-555555555555@example.ru>\r\n"), 0) < one.n);
	assert_true(str_find_str(one, STR("multipart/alternative"), 0) < one.n);
	assert_true(str_find_str(one, STR("Reply-To: pm@example.ru\r\n"), 0) < one.n);
	assert_true(str_find_str(one, STR("Date: Thu, 12 Mar 2026 18:00:00 +0000\r\n"), 0) < one.n);
	for (size_t i = 0; i < one.n; i++) {
		assert_in_range((unsigned char)one.p[i], 9, 126);
		if (one.p[i] == '\n')
			assert_int_equal(one.p[i - 1], '\r');
	}
	l.files = &(struct mail_attachment){
	        STR("statistics.csv"), STR("\xef\xbb\xbfДень;Лиды\r\n2026-11-01;5\r\n"), "text/csv"};
	l.n_files = 1;
	assert_int_equal(mail_build(&a, &l, &one, &f), 0);
	assert_int_equal(mail_build(&a, &l, &two, &f), 0);
	assert_true(str_eq(one, two));
	assert_true(str_find_str(one, STR("multipart/mixed"), 0) < str_find_str(one, STR("multipart/alternative"), 0));
	assert_true(str_find_str(one, STR("filename=statistics.csv"), 0) < one.n);
	assert_true(str_find_str(one, STR("77u/0JTQtdC90Yw70JvQuNC00YsNCjIwMjYtMTEtMDE7NQ0K"), 0) < one.n);
	l.to = STR("x@y\r\nBcc: z@w");
	assert_int_equal(mail_build(&a, &l, &one, &f), EINVAL);
	arena_free(&a);
}

/* The script: replies one after another, each after a line (or the whole letter) of the client. */
struct server {
	int fd, port;
	const char *const *replies;
	char heard[4096];
	pthread_t thread;
};

static void *serve(void *arg)
{
	struct server *s = arg;
	int fd = accept(s->fd, NULL, NULL);
	size_t have = 0;

	for (size_t i = 0; s->replies[i]; i++) {
		const char *from = s->heard + have;
		bool data = i > 0 && strncmp(s->replies[i - 1], "354", 3) == 0;

		while (i > 0 && !strstr(from, data ? "\r\n.\r\n" : "\r\n")) {
			ssize_t n = read(fd, s->heard + have, sizeof s->heard - 1 - have);

			if (n <= 0)
				break;
			have += (size_t)n;
		}
		(void)!write(fd, s->replies[i], strlen(s->replies[i]));
	}
	close(fd);
	return NULL;
}

static int talk(const char *const *replies, const char *login, struct mail_report *r, struct fault *f, char *ret_heard)
{
	struct server s = {.replies = replies};
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t n = sizeof at;
	struct mail_server to = {.host = "127.0.0.1",
	        .login = login,
	        .password = "geheim",
	        .tls = MAIL_PLAIN,
	        .inside = true,
	        .timeout_s = 5};
	int err;

	s.fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(s.fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(s.fd, 1), 0);
	assert_int_equal(getsockname(s.fd, (struct sockaddr *)&at, &n), 0);
	to.port = ntohs(at.sin_port);
	pthread_create(&s.thread, NULL, serve, &s);
	err = mail_send(&to, STR("a@example.ru"), STR("b@example.ru"), STR("Subject: x\r\n\r\n.dot\r\n"), r, f);
	pthread_join(s.thread, NULL);
	close(s.fd);
	if (ret_heard)
		memcpy(ret_heard, s.heard, sizeof s.heard);
	return err;
}

static void test_talks(void **state)
{
	static const char *const fine[] = {"220 hi\r\n", "250 me\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n",
	        "250 taken\r\n", NULL},
	                         *const turned[] = {"554 go away\r\n", NULL},
	                         *const sender[] = {"220 hi\r\n", "250 me\r\n", "553 5.7.1 not you\r\n", NULL},
	                         *const nobody[] = {"220 hi\r\n", "250 me\r\n", "250 ok\r\n", "550 5.1.1 nobody\r\n",
	                                 "221 bye\r\n", NULL},
	                         *const full[] = {"220 hi\r\n", "250 me\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n",
	                                 "452 4.3.1 full\r\n", NULL},
	                         *const lost[] = {"220 hi\r\n", "250 me\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n",
	                                 NULL},
	                         *const login[] = {"220 hi\r\n", "250-me\r\n250 AUTH PLAIN\r\n", "334 \r\n",
	                                 "535 5.7.8 wrong\r\n", NULL},
	                         *const ssh[] = {"SSH-2.0-OpenSSH_9.2\r\n", NULL};
	static const struct {
		const char *const *replies;
		const char *login, *code;
		int err;
		enum mail_phase phase;
		bool lasting;
	} rows[] = {{fine, NULL, "", 0, MAIL_DONE, false}, {turned, NULL, "smtp_greeting", EIO, MAIL_GREET, false},
	        {sender, NULL, "smtp_sender", EIO, MAIL_SENDER, false},
	        {nobody, NULL, "smtp_recipient", EINVAL, MAIL_RECIPIENT, true},
	        {full, NULL, "smtp_letter", EIO, MAIL_DATA, false}, {lost, NULL, "smtp_lost", EIO, MAIL_DATA, false},
	        {login, "me", "smtp_login", EIO, MAIL_LOGIN, false}, {ssh, NULL, "smtp_greeting", EIO, MAIL_GREET, false}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mail_report r;
		struct fault f = {0};

		assert_int_equal(talk(rows[i].replies, rows[i].login, &r, &f, NULL), rows[i].err);
		assert_string_equal(f.code, rows[i].code);
		assert_int_equal(r.phase, rows[i].phase);
		assert_int_equal(r.lasting, rows[i].lasting);
		assert_null(strstr(r.reply, "OpenSSH"));
	}
}

static void test_words_sent(void **state)
{
	static const char *const fine[] = {
	        "220 hi\r\n", "250 me\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 taken\r\n", NULL};
	struct mail_report r;
	struct fault f = {0};
	char heard[4096];

	(void)state;
	assert_int_equal(talk(fine, NULL, &r, &f, heard), 0);
	assert_non_null(strstr(heard, "MAIL FROM:<a@example.ru>\r\n"));
	assert_non_null(strstr(heard, "RCPT TO:<b@example.ru>\r\n"));
	assert_non_null(strstr(heard, "\r\n..dot\r\n.\r\n"));
}

static void test_nobody_there(void **state)
{
	struct mail_server closed = {.host = "127.0.0.1", .port = 1, .tls = MAIL_PLAIN};
	struct mail_server meta = {.host = "169.254.169.254", .port = 25, .tls = MAIL_PLAIN, .inside = true, .timeout_s = 5};
	struct mail_server none = {.host = "no-such-host.invalid", .port = 25, .tls = MAIL_PLAIN, .timeout_s = 20};
	struct mail_server bad = {.host = "a/b?c", .port = 25, .tls = MAIL_PLAIN};
	struct mail_report r;
	struct fault f = {0};

	(void)state;
	assert_int_equal(mail_send(&closed, STR("a@b"), STR("c@d"), STR("x\r\n"), &r, &f), EIO);
	assert_string_equal(f.code, "smtp_refused");
	assert_int_equal(mail_send(&meta, STR("a@b"), STR("c@d"), STR("x\r\n"), &r, &f), EIO);
	assert_string_equal(f.code, "smtp_refused");
	assert_int_equal(mail_send(&none, STR("a@b"), STR("c@d"), STR("x\r\n"), &r, &f), EIO);
	assert_string_equal(f.code, "smtp_name");
	assert_int_equal(mail_send(&bad, STR("a@b"), STR("c@d"), STR("x\r\n"), &r, &f), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_addresses), cmocka_unit_test(test_mime),
	        cmocka_unit_test(test_talks), cmocka_unit_test(test_words_sent), cmocka_unit_test(test_nobody_there)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
