/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sms.h - short messages: how many parts a text takes, and handing one to an SMS gateway by the HTTP interface of Kannel's smsbox
 * (https://kannel.org, user guide, "Using the SMS box": sendsms; the same is spoken by other gateways). It keeps nothing. Any thread. */
#ifndef ENGINE_SMS_SMS_H
#define ENGINE_SMS_SMS_H

#include "base/arena.h"
#include "base/fault.h"

enum { SMS_PARTS_MAX = 10 };

/* 3GPP TS 23.038: GSM 7 bit where the alphabet has every character, else UCS-2; a message of several parts has shorter ones (23.040). */
struct sms_size {
	bool ucs2;
	int64_t parts; /* 1 for an empty text */
	int64_t left;  /* characters until one more part is needed */
};
struct sms_size sms_measure(str text);

/* Its host comes from the settings of an administrator, never from anybody else; link-local addresses are refused all the same. */
struct sms_gateway {
	const char *url; /* "http://localhost:13013/cgi-bin/sendsms" */
	const char *login, *password;
	const char *from; /* sender's name or number, or NULL: the gateway's own */
	bool any_certificate;
	int timeout_s; /* 0: 30 */
};

enum sms_phase {
	SMS_RESOLVE, /* the name of the gateway */
	SMS_CONNECT,
	SMS_SECURE, /* TLS */
	SMS_ANSWER, /* something that speaks sendsms is there */
	SMS_LOGIN,
	SMS_ACCEPT, /* the message itself */
	SMS_DONE,
	SMS_PHASES
};
extern const char *const sms_phase_names[SMS_PHASES + 1];

enum sms_fate {
	SMS_TAKEN,
	SMS_NOT_TAKEN, /* for certain: another try is safe, and may do better */
	SMS_REFUSED,   /* another try changes nothing */
	SMS_UNKNOWN,   /* it was handed over and no answer came: it may have gone, so it must not be handed over again */
};
struct sms_report {
	enum sms_fate fate;
	enum sms_phase phase; /* the one that failed, or SMS_DONE */
	bool secured;
	int status;      /* of HTTP; 0: none */
	char reply[160]; /* the gateway's own words, printable */
};
/* Hand one message over. to: E.164. report_url: where the gateway tells what has become of it, with "%d" for the kind of news (1 delivered,
 * 2 failed, 16 refused by the carrier); absent: nobody asks. 0 when the gateway took it. ret is filled in any case. The fault's code:
 * sms_name, sms_refused, sms_timeout, sms_certificate, sms_tls, sms_login, sms_no_gateway, sms_message, sms_busy, sms_lost. Blocks: job
 * threads and the test button only. */
int sms_hand_over(
        const struct sms_gateway *g, str to, str text, str report_url, struct sms_report *ret, struct fault *f) MUST_USE;

#endif
