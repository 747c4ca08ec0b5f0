/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters as they come: sets that lie, names of files in all their spellings, machines, threads, and what is made to break a reader. */
#include "base/rand.h"
#include "base/text.h"
#include "base/utf8.h"
#include "engine/mail/charset.h"
#include "engine/mail/html.h"
#include "engine/mail/read.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* "Материалы по проекту" in three sets, and in base64 of them. */
#define WIN "\xCC\xE0\xF2\xE5\xF0\xE8\xE0\xEB\xFB \xEF\xEE \xEF\xF0\xEE\xE5\xEA\xF2\xF3"
#define KOI "\xED\xC1\xD4\xC5\xD2\xC9\xC1\xCC\xD9 \xD0\xCF \xD0\xD2\xCF\xC5\xCB\xD4\xD5"
#define WIN_64 "zODy5fDo4Ov7IO/uIO/w7uXq8vM="
#define KOI_64 "7cHUxdLJwczZINDPINDSz8XL1NU="
#define SAID "Материалы по проекту"

static struct mail_reader *reader;
static struct arena a;

static int set_up(void **state)
{
	struct fault f;

	(void)state;
	return mail_reader_new(&reader, &f);
}

static int tear_down(void **state)
{
	(void)state;
	mail_reader_free(reader);
	arena_free(&a);
	return 0;
}

static struct mail_read letter(str raw)
{
	struct mail_read r;
	struct fault f = {0};

	assert_int_equal(mail_read(reader, &a, raw, &r, &f), 0);
	return r;
}

#define READ(lit) letter(STR(lit))

static void equal(str s, const char *z)
{
	assert_string_equal(str_z(&a, s), z);
}

static void test_sets(void **state)
{
	static const struct {
		const char *subject, *set, *body;
	} rows[] = {{"=?windows-1251?B?" WIN_64 "?=", "windows-1251", WIN}, {"=?koi8-r?B?" KOI_64 "?=", "koi8-r", KOI},
	        {"=?koi8-r?B?" WIN_64 "?=", "koi8-r", WIN}, {"=?windows-1251?B?" KOI_64 "?=", "windows-1251", KOI},
	        {"=?utf-8?B?" WIN_64 "?=", "utf-8", WIN}, {"=?iso-8859-1?B?" WIN_64 "?=", "iso-8859-1", WIN},
	        {"=?us-ascii?B?" KOI_64 "?=", "us-ascii", KOI}, {WIN, "x-unknown", WIN}, {KOI, "", KOI},
	        {SAID, "windows-1251", SAID},
	        {"=?utf-8?B?0JzQsNGC0LXRgNC40LDQu9GLINC/?=\r\n =?utf-8?B?0L4g0L/RgNC+0LXQutGC0YM=?=", "koi8-r", SAID},
	        {"=?UTF-8?Q?=D0=9C=D0=B0=D1=82=D0=B5=D1=80=D0=B8=D0=B0=D0=BB=D1=8B?= =?UTF-8?Q?_=D0=BF=D0=BE_?= =?koi8-r?B?0NLPxcvU1Q?=",
	                "utf-8", SAID}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct mail_read r =
		        letter(str_printf(&a, "Subject: %s\r\nContent-Type: text/plain; charset=%s\r\n\r\n\r\n  %s\r\nx",
		                rows[i].subject, rows[i].set, rows[i].body));

		equal(r.subject, SAID);
		equal(r.first_line, SAID);
	}
	equal(READ("Subject: =?iso-8859-1?Q?Caf=E9_f=FCr_Gr=F6=DFe?=\n\nna\xEFve r\xE9sum\xE9").subject, "Café für Größe");
	equal(READ("\n\nna\xEFve r\xE9sum\xE9").first_line, "naïve résumé");
	equal(READ("Subject: x\n\nna\xEFve r\xE9sum\xE9").first_line, "naïve résumé");
	equal(READ("Subject: =?windows-1251?B?ysAgy8/Q?=\n\n").subject, "КА ЛПР");
	equal(charset_mend(&a, STR("ЛПР, КП, НДС и ТЗ")), "ЛПР, КП, НДС и ТЗ");
	equal(READ("Subject: x\n\n\x1B$B$3$s$K$A$O\x1B(B").first_line, "こんにちは");
	equal(READ("Subject: =?windows-1251?B?" WIN_64 "\n\n").subject, SAID);
	/* What has no headers is a text; lines may end with CR alone. */
	equal(READ("Просто текст: без заголовков\nещё").first_line, "Просто текст: без заголовков");
	equal(READ("Subject: x\r\rone\rtwo").text, "one\ntwo");
}

#define PART(head, body) "--b\r\n" head "\r\n\r\n" body "\r\n"
#define MIXED "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"

static void test_files(void **state)
{
	struct mail_read r = READ(MIXED PART("Content-Type: text/plain", "one") PART(
	        "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n"
	        " filename*0*=utf-8''%D0%94%D0%BE%D0%B3%D0%BE;\r\n filename*1*=%D0%B2%D0%BE%D1%80%20%E2%84%9612.pdf",
	        "eHh4") PART("Content-Type: a/b; name=\"=?utf-8?B?0KHRh9GR0YIgMTIvMy5wZGY=?=\"", "12345")
	                PART("Content-Type: a/b\r\nContent-Disposition: attachment; filename=../../etc/passwd", "")
	                        PART("Content-Type: a/b\r\nContent-Disposition: attachment; filename=\"" WIN ".doc\"", "")
	                                PART("Content-Type: message/rfc822", "Subject: inner\r\n\r\nbody")
	                                        PART("Content-Type: text/calendar", "BEGIN")
	                                                PART("Content-Type: application/ics; name=invite.ics", "BEGIN:V")
	                                                        PART("Content-Type: application/ms-tnef", "x") "--b--\r\n");
	static const struct {
		const char *name;
		int64_t size;
	} files[] = {{"Договор №12.pdf", 3}, {"Счёт 12_3.pdf", 5}, {"passwd", 0}, {SAID ".doc", 0}, {"inner.eml", 21},
	        {"invite.ics", 7}, {"winmail.dat", 1}};
	struct fault f = {0};
	str content;

	(void)state;
	equal(r.text, "one");
	assert_int_equal(r.n_files, COUNT(files));
	for (size_t i = 0; i < COUNT(files); i++) {
		equal(r.files[i].name, files[i].name);
		assert_int_equal(r.files[i].size, files[i].size);
	}
	assert_int_equal(
	        mail_part(reader, &a, STR(MIXED PART("", "one") PART("Content-Transfer-Encoding: base64", "eHh4") "--b--"),
	                1, &content, &f),
	        0);
	equal(content, "xxx");
	assert_int_equal(
	        mail_part(reader, &a, STR(MIXED PART("Content-Transfer-Encoding: base64", "eAB4") "--b--"), 0, &content, &f),
	        0);
	assert_int_equal(content.n, 3); /* a NUL within */
	assert_int_equal(mail_part(reader, &a, STR(MIXED PART("", "one") "--b--"), 7, &content, &f), ENOENT);
	/* Boundaries that are missing, or others. */
	equal(READ("Content-Type: multipart/mixed\r\n\r\n" PART("", "one") PART("Content-Type: a/b; name=f", "two") "--b--")
	                .files[0]
	                .name,
	        "f");
	equal(READ("Content-Type: multipart/mixed; boundary=c\r\n\r\n" PART("", "one") "--b--").first_line, "one");
	equal(READ("Content-Type: multipart/mixed; boundary=b\r\n\r\nnothing of the kind").text, "nothing of the kind");
	equal(READ(MIXED PART("Content-Type: text/plain", "no end")).first_line, "no end");
}

/* Format=flowed: lines broken by a program are one again, quotation keeps its depth, a signature its line. */
static void test_flowed(void **state)
{
#define FLOWED "Subject: x\nContent-Type: text/plain; charset=utf-8; format=flowed"
	(void)state;
	equal(READ(FLOWED "\n\nДобрый \nдень. \n\n> раз \n> два\n>> три\n -конец \n-- \nАнна\n >x").text,
	        "Добрый день. \n\n> раз два\n>> три\n-конец \n-- \nАнна\n >x");
	equal(READ(FLOWED "; delsp=yes\n\nСлово  \nдве \nполовины").first_line, "Слово двеполовины");
	equal(READ("Subject: x\n\nДобрый \nдень").first_line, "Добрый");
}

/* Names in pieces that came out of order, and a name for programs of either age. */
static void test_names(void **state)
{
	static const struct {
		const char *parameters, *name;
	} rows[] = {{"filename*1*=%D0%BE%D1%80.pdf; filename*0*=utf-8''%D0%94%D0%BE%D0%B3", "Догор.pdf"},
	        {"filename=plain.pdf; filename*=utf-8''%D0%94.pdf", "Д.pdf"},
	        {"filename*=utf-8''%D0%94.pdf; filename=plain.pdf", "Д.pdf"},
	        {"filename*=windows-1251'ru'%C4%EE%E3%EE%E2%EE%F0.pdf", "Договор.pdf"},
	        {"filename=\"a'b'c.pdf\"", "a'b'c.pdf"}, {"filename=Два слова.pdf", "Два слова.pdf"}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		equal(letter(str_printf(&a, MIXED "--b\r\nContent-Disposition: attachment; %s\r\n\r\nx\r\n--b--",
		                     rows[i].parameters))
		                .files[0]
		                .name,
		        rows[i].name);
}

static void test_nature(void **state)
{
	static const struct {
		const char *head;
		enum mail_nature nature;
	} rows[] = {{"Auto-Submitted: auto-replied", MAIL_AUTOMATIC},
	        {"Auto-Submitted: no\nSubject: Автоответ: нет", MAIL_PERSONAL}, {"Precedence: auto_reply", MAIL_AUTOMATIC},
	        {"Precedence: bulk", MAIL_AUTOMATIC}, {"Precedence: list\nList-Id: <x>", MAIL_PERSONAL},
	        {"Precedence: bulk\nList-Unsubscribe: <mailto:x@y>", MAIL_PERSONAL}, {"X-Autoreply: yes", MAIL_AUTOMATIC},
	        {"X-Autoreply: no", MAIL_PERSONAL}, {"Return-Path: <>", MAIL_AUTOMATIC},
	        {"Return-Path: <a@b>", MAIL_PERSONAL}, {"From: MAILER-DAEMON@x.ru", MAIL_BOUNCE},
	        {"X-Failed-Recipients: a@b", MAIL_BOUNCE},
	        {"Content-Type: multipart/report; report-type=delivery-status; boundary=b", MAIL_BOUNCE},
	        {"Content-Type: multipart/report; report-type=disposition-notification; boundary=b", MAIL_AUTOMATIC},
	        {"Subject: Автоматический ответ: Материалы", MAIL_AUTOMATIC}, {"Subject: Out of Office: x", MAIL_AUTOMATIC},
	        {"Subject: Re: Automatic reply: x", MAIL_PERSONAL}, {"Subject: [Автоответ] Re: x", MAIL_AUTOMATIC},
	        {"X-Autoresponse: yes", MAIL_AUTOMATIC}, {"Subject: Vacation reply", MAIL_AUTOMATIC},
	        {"Subject: Автоответ на линии: как настроить", MAIL_PERSONAL},
	        {"Subject: Out of office hours script", MAIL_PERSONAL},
	        {"Subject: Undelivered Mail Returned to Sender", MAIL_BOUNCE},
	        {"Subject: Ошибка доставки: правки скрипта", MAIL_PERSONAL},
	        {"X-Auto-Response-Suppress: All", MAIL_PERSONAL}};
	struct mail_read r;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(letter(str_printf(&a, "%s\n\nhello", rows[i].head)).nature, rows[i].nature);
	r = READ("From: MAILER-DAEMON@x\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" PART(
	        "", "sorry") PART("Content-Type: message/delivery-status", "Action: failed")
	                PART("Content-Type: message/rfc822", "Message-ID: <ours@x>\n\nhi") "--b--");
	assert_int_equal(r.n_references, 1);
	equal(r.references[0], "ours@x");
	assert_int_equal(r.n_returned, 0);
	r = READ("From: MAILER-DAEMON@x\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" PART(
	        "", "sorry") PART("Content-Type: message/delivery-status",
	        "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; New@y\nOriginal-Recipient: rfc822;Anna@x\nAction: failed\nStatus: 5.1.1\n"
	        "Diagnostic-Code: smtp; 550 no\n such user\n\nFinal-Recipient: rfc822; <b@x>\nAction: delayed\nStatus: 4.4.1\n") "--b--");
	assert_int_equal(r.n_returned, 2);
	equal(r.returned[0].address, "anna@x");
	assert_true(r.returned[0].failed);
	equal(r.returned[0].why, "550 no such user");
	equal(r.returned[1].address, "b@x");
	assert_false(r.returned[1].failed);
	equal(r.returned[1].why, "4.4.1");
	r = READ("X-Failed-Recipients: A@x, b@x\n\nno");
	assert_int_equal(r.n_returned, 2);
	equal(r.returned[0].address, "a@x");
}

static void test_people(void **state)
{
	struct mail_read r = READ(
	        "From: =?koi8-r?B?7cHUxdLJwczZ?= <Anna@x.ru>\nTo: \"Last, First\" <a@b>, c@d,\n  team: e@f, g@h;\nTo: i@j\nCc: undisclosed-recipients:;\n\n");

	(void)state;
	equal(r.from.name, "Материалы");
	equal(r.from.address, "Anna@x.ru");
	assert_int_equal(r.to.n, 5);
	equal(r.to.of[0].name, "Last, First");
	equal(r.to.of[4].address, "i@j");
	assert_int_equal(r.cc.n, 0);
	equal(READ("From: Ivan Petrov ivan@x.ru\n\n").from.address, "ivan@x.ru");
	assert_int_equal(READ("To: \"A; B\" <a@b>; c@d; e@f\n\n").to.n, 3);
}

static void test_threads(void **state)
{
	struct mail_threads *t = mail_threads_new();
	str bbb = STR("bbb"), aaa = STR("aaa"), chain[] = {STR("1"), STR("2"), STR("3")};
	struct mail_read r = READ(
	        "From: <me@x>\nTo: anna@y\nMessage-ID: <own@x>\nReferences: <a@x>\n\t<long\n id@x>,<own@x> junk\nIn-Reply-To: letter of <anna@y>\n\n");

	(void)state;
	assert_int_equal(r.n_references, 2);
	equal(r.references[1], "longid@x");
	equal(READ("In-Reply-To: bare@x\n\n").references[0], "bare@x");
	/* The grandchild first, then the child, then the root; another chain; a letter alone. */
	mail_threads_add(t, STR("ccc"), &bbb, 1);
	mail_threads_add(t, bbb, &aaa, 1);
	mail_threads_add(t, aaa, NULL, 0);
	mail_threads_add(t, STR("4"), chain, 3);
	mail_threads_add(t, STR("2b"), &chain[1], 1);
	mail_threads_add(t, STR("alone"), NULL, 0);
	equal(mail_threads_name(t, STR("ccc")), "aaa");
	equal(mail_threads_name(t, bbb), "aaa");
	equal(mail_threads_name(t, STR("2b")), "1");
	equal(mail_threads_name(t, STR("4")), "1");
	equal(mail_threads_name(t, STR("alone")), "alone");
	mail_threads_free(t);
}

/* The whole of it, n times one text within another's place. */
static str nested(const char *head, const char *each, size_t n, const char *end)
{
	struct text t = {.a = &a};

	text_add(&t, str_of(head));
	for (size_t i = 0; i < n; i++)
		text_add(&t, str_of(each));
	text_add(&t, str_of(end));
	return text_str(&t);
}

static void test_hostile(void **state)
{
	struct mail_read r;
	char junk[20000];

	(void)state;
	r = letter(nested("Subject: nest\n", "Content-Type: multipart/mixed; boundary=b\n\n--b\n", 10000, "\nhi"));
	equal(r.subject, "nest");
	assert_true(r.cut);
	equal(letter(nested("Subject: messages\n", "Content-Type: message/rfc822\n\n", 10000, "hi")).subject, "messages");
	equal(letter(nested("Subject: x\nContent-Type: text/html\n\n", "<div>", 200000, "hello")).first_line, "hello");
	equal(letter(nested("Subject: header\nX-Big: ", "0123456789", 10000, "\n\nhello")).first_line, "hello");
	assert_int_equal(
	        letter(nested(MIXED, PART("Content-Disposition: attachment; filename=f", "x"), 3000, "--b--")).n_files,
	        3000);
	assert_int_equal(
	        letter(nested(MIXED, PART("Content-Disposition: attachment; filename=f", "x"), 6000, "--b--")).n_files,
	        MAIL_FILES_MAX);
	rand_bytes(junk, sizeof junk);
	(void)letter((str){junk, sizeof junk});
	(void)READ("");
	/* After all this the next one is read as if nothing had been. */
	equal(READ("Subject: good\n\nhello").first_line, "hello");
}

static void test_html(void **state)
{
	static const struct {
		const char *html, *clean;
	} rows[] = {{"<p onclick=x()>a<script>alert(1)</script><b style='x'>b</b></p>", "<p>a<b>b</b></p>"},
	        {"<a href=' JavaScript:alert(1)'>x</a>", "<a rel=\"noopener noreferrer nofollow\" target=\"_blank\">x</a>"},
	        {"<a href='https://x/?a=1&b=\"'>x</a>",
	                "<a href=\"https://x/?a=1&amp;b=&quot;\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">x</a>"},
	        {"<img src=http://evil/x.png><img src=cid:1 width=10 height=9e9>", "<img src=\"cid:1\" width=\"10\">"},
	        {"<svg><style><img src=x onerror=alert(1)></style></svg>z", "z"},
	        {"<math><mtext><table><mglyph><style><img src=x>", ""},
	        {"<form action=http://e><input name=a>t</form><meta http-equiv=refresh content=0><base href=//e>", "t"},
	        {"<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<p></p>"},
	        {"&lt;script&gt;", "&lt;script&gt;"}, {"<iframe srcdoc='<script>'></iframe><object></object>y", "y"}};
	size_t blocked;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		equal(html_clean(&a, str_of(rows[i].html), 1 << 20, &blocked), rows[i].clean);
	(void)html_clean(&a, STR("<img src=http://x><img src=//y><img src=cid:z>"), 1 << 20, &blocked);
	assert_int_equal(blocked, 2);
	equal(html_text(&a,
	              STR("<title>t</title><div style='display: none'>pre</div><p>one&nbsp; two<br>three</p><blockquote>old<br>older</blockquote><ul><li>a<li>b</ul>"),
	              1000),
	        "one two\nthree\n\n> old\n> older\n- a\n- b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sets), cmocka_unit_test(test_files),
	        cmocka_unit_test(test_flowed), cmocka_unit_test(test_names), cmocka_unit_test(test_nature),
	        cmocka_unit_test(test_people), cmocka_unit_test(test_threads), cmocka_unit_test(test_hostile),
	        cmocka_unit_test(test_html)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
