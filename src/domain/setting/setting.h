/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setting.h - what an administrator sets for the whole house: mail server, address, backups, the second factor. A key and a value
 * each in the table setting, one member and one row of the field table (setting.c) each here; what was never set has its
 * default. Lists of jobs and the mail test are here too, since they belong to setting up. */
#ifndef DOMAIN_SETTING_SETTING_H
#define DOMAIN_SETTING_SETTING_H

#include "engine/mail/mail.h"
#include "kit/app/app.h"
#include "kit/route/route.h"

struct settings {
	str company_name;  /* in letters; absent: "Zvonar" */
	str public_url;    /* "https://zvonar.example.ru", no slash at the end; absent: --public-url */
	str smtp_host;     /* absent: letters wait */
	int64_t smtp_port; /* 0: the usual one for smtp_tls */
	int smtp_tls;      /* enum mail_tls */
	bool smtp_any_certificate;
	str smtp_login, smtp_password;
	bool smtp_password_set; /* shown instead of the password */
	str mail_from;
	bool mail_inside; /* mailboxes may be on servers in closed networks or on this machine */
	/* What stands below each letter of a person: {name}, {email}, {phone} stand for his own; absent: any signature will do. */
	str letter_signature;
	bool letter_strict; /* a letter with remarks of the guard is not sent, whatever the reason */
	str sms_url;        /* of sendsms of an SMS gateway; absent: messages wait */
	bool sms_any_certificate;
	str sms_login, sms_password;
	bool sms_password_set; /* shown instead of the password */
	str sms_from;          /* sender's name or number; absent: the gateway's own */
	str sms_callback_url;  /* where the gateway reaches us with its reports; absent: public_url */
	/* A relay for headsets whose network lets no UDP out: "turn:host:3478 turns:host:443?transport=tcp", and the secret it shares with us. */
	str turn_urls, turn_secret;
	bool turn_secret_set; /* shown instead of the secret */
	bool webhook_inside;  /* webhooks may go to programs in closed networks or on this machine */
	bool require_totp;    /* administrators must have a second factor; on by itself once the first of them has one */
	bool totp_exports;    /* people of customers must have one before they take tables out */
	/* A running project is stopped by the program when its line is down or so many per cent of its calls fail for so long, or its base has been
	 * used up for so long; 0: never. */
	int64_t stop_fault_min, stop_error_percent, stop_base_min;
	int64_t backup_hour, backup_keep; /* hour of the machine's day, -1 never; how many backups stay */
};
/* All settings as they stand. Text lives in a. */
int settings_load(struct db *db, struct arena *a, struct settings *ret, struct fault *f) MUST_USE;
/* "https://host" without a slash at the end. */
str settings_url(const struct app *app, const struct settings *s);
/* The name letters come from. */
str settings_sender_name(const struct settings *s, str language);
/* Can letters leave? EINVAL "mail_unset" tells what is missing. ret points into s and a. */
int settings_mail(const struct settings *s, struct arena *a, struct mail_server *ret, struct fault *f) MUST_USE;

/* probe.c: a step of a button that tries something out: what it is, whether it went well, else why not. */
#define PROBE_STEPS_SCHEMA \
	"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"what\",\"ok\",\"detail\"],\"properties\":{" \
	"\"what\":{\"type\":\"string\"},\"ok\":{\"type\":\"boolean\"},\"code\":{\"type\":[\"string\",\"null\"]}," \
	"\"detail\":{\"type\":\"string\"}}}}"
void probe_step(struct json_out *w, const char *what, bool ok, const char *code, str detail);

extern const struct module setting_module;

#endif
