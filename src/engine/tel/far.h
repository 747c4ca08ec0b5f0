/* SPDX-License-Identifier: GPL-3.0-or-later */
/* far.h - what the far side of a call reports, whether a trunk's (sip.h) or the simulated subscriber's (practice.h). All
 * handlers run on the loop and never from inside a function of ours, so that they may free what they were told about. */
#ifndef ENGINE_TEL_FAR_H
#define ENGINE_TEL_FAR_H

#include <stdbool.h>

/* Why it is over. */
enum tel_end {
	TEL_END_REPLY,  /* the final answer sip_code came instead of an answer */
	TEL_END_BYE,    /* the far side hung up after it had answered */
	TEL_END_SILENT, /* nothing at all came back in time */
	TEL_END_TRUNK,  /* it could not be sent: no such trunk, no name, no route, no free channel */
	TEL_END_MEDIA,  /* answered, but with audio nobody here speaks */
};

struct tel_far_handlers {
	void (*progress)(int sip_code, bool early_media, void *arg); /* 100 to 199, each as it comes */
	void (*answered)(void *arg);                                 /* audio can flow both ways on its leg */
	void (*ended)(enum tel_end end, int sip_code, void *arg);    /* once, and the last */
	void *arg;
};

#endif
