/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pacing_priv.h - what the files of this folder share, and the form of the answer printed by hand. */
#ifndef DOMAIN_PACING_PACING_PRIV_H
#define DOMAIN_PACING_PACING_PRIV_H

#include "domain/pacing/pacing.h"

/* GET /projects/{id}/replay: takes a second or two of a worker for a big day. */
int pacing_replay(struct request *q) MUST_USE;

/* clang-format off */
#define REPLAY_INT(NAME) "\"" NAME "\":{\"type\":\"integer\"},"
#define REPLAY_SUMS \
	"{\"type\":\"object\",\"properties\":{" \
	REPLAY_INT("dials") REPLAY_INT("answered") REPLAY_INT("connected") REPLAY_INT("abandoned") \
	REPLAY_INT("here_ms") REPLAY_INT("talk_ms") REPLAY_INT("wrap_ms") \
	"\"wait_s\":{\"type\":\"number\"}},\"required\":[\"dials\",\"answered\",\"connected\",\"abandoned\"," \
	"\"here_ms\",\"talk_ms\",\"wrap_ms\",\"wait_s\"]}"
#define REPLAY_SIDE \
	"{\"type\":\"object\",\"properties\":{\"all\":" REPLAY_SUMS ",\"hours\":{\"type\":\"array\",\"items\":" REPLAY_SUMS \
	"}},\"required\":[\"all\",\"hours\"]}"
#define REPLAY_SCHEMA \
	"{\"type\":\"object\",\"properties\":{" REPLAY_INT("began_at") REPLAY_INT("ended_at") REPLAY_INT("operators") \
	"\"recorded\":" REPLAY_SIDE ",\"simulated\":" REPLAY_SIDE "}," \
	"\"required\":[\"began_at\",\"ended_at\",\"operators\",\"recorded\",\"simulated\"]}"
/* clang-format on */

#endif
