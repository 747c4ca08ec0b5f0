/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exchange.h - the tel process: callflow's machines over engine/tel's legs, told what to do by the app process over a
 * unix socket (callflow/message.h). It owns legs, calls, operators' phones and every deadline; it opens no database and
 * decides no business. The app may come and go: talks go on, events wait numbered until they are acknowledged. */
#ifndef EXCHANGE_EXCHANGE_H
#define EXCHANGE_EXCHANGE_H

#include "exchange/link.h"

enum { TEL_LOOPS_MAX = 16 };

/* How tel runs; all texts are kept by the caller for as long as tel_main runs. */
struct tel_settings {
	struct link_settings
	        link;           /* how apps reach it, or it them; the unix socket has mode 0600, a stale one is replaced */
	const char *record_dir; /* recordings of calls are written here; made when missing */
	const char *sound_dir;  /* what people uploaded to be played: app writes there; NULL: there is none */
	const char *spoken_dir; /* words once spoken are kept here; NULL: they are spoken anew after a restart */
	const char *
	        sip; /* "HOST:PORT" SIP listens on (UDP); NULL: 0.0.0.0:5060, "off": no SIP; a port that is taken: no SIP either, said in the log */
	int rtp_low, rtp_high; /* UDP ports of audio; 0: 16384 to 32767 */
	const char *public_ip; /* the address browsers and trunks send audio to; NULL: the machine's own addresses */
	int loops;      /* threads that carry sound, at most TEL_LOOPS_MAX; 0: one for each core given to the process */
	size_t crowded; /* legs on each before another one is used; 0: the usual number */
};

/* Run until SIGTERM or SIGINT. Returns the exit code: 0 after an ordered stop, 1 when it could not start (said in the log), 2 when its loop
 * failed. Calls still up at the stop are ended with a BYE. Call once per process, from its only thread; it closes every descriptor
 * above stderr and gives up what rights it can. */
int tel_main(const struct tel_settings *s);

#endif
