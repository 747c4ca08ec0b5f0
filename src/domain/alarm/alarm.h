/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alarm.h - what is wrong with the house now and needs a person. Nobody raises or ends an alarm: each kind looks at the thing itself (the
 * last recordings, the disk, the trunks …), so one that is mended is gone, and one that is not cannot be clicked away or forgotten by a
 * restart. */
#ifndef DOMAIN_ALARM_ALARM_H
#define DOMAIN_ALARM_ALARM_H

#include "kit/route/route.h"

enum alarm_kind {
	ALARM_TELEPHONE, /* the telephone process is away */
	ALARM_DATABASE,  /* the database refuses writes: its disk is full */
	ALARM_RECORDING, /* talks are not recorded; what: disk_full, write; n: recordings cut or lost */
	ALARM_DISK,      /* the disk of the data folder is nearly full; n: MB free */
	ALARM_TRUNK,     /* n trunks are down; what: the name of one */
	ALARM_TOLL,      /* n trunks have had all their calls of the hour and are not dialled over; what: the name of one */
	ALARM_CALLER,    /* n of our numbers are answered less than they were; what: one of them */
	ALARM_LETTER,    /* n letters were given up within a day; what: the last error */
	ALARM_MAILBOX, /* n mailboxes cannot be read: the password is refused, or the server not reached; what: the name of one */
	ALARM_JOB,    /* n other jobs were given up within a day; what: the kind of one */
	ALARM_BASE,   /* the bases of n running projects last less than a day; what: the name of one */
	ALARM_LEDGER, /* the verifiable logs of n projects get no signature; what: why, the signer's word */
	ALARM_NODE,   /* n nodes are lost; what: the name of one */
	ALARM_KINDS
};
extern const char *const alarm_kind_names[ALARM_KINDS + 1];

struct alarm {
	bool on;
	int64_t since, n; /* since 0: not known */
	str what;
};
/* All kinds, each as it stands. Reads only. */
int alarms_look(struct app *app, struct db *db, struct arena *a, int64_t now, struct alarm ret[ALARM_KINDS],
        struct fault *f) MUST_USE;

extern const struct module alarm_module;

#endif
