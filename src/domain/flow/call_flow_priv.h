/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call_flow_priv.h - a drawing read: its steps as nodes of callflow/flow.h, the first one first. */
#ifndef DOMAIN_FLOW_CALL_FLOW_PRIV_H
#define DOMAIN_FLOW_CALL_FLOW_PRIV_H

#include "domain/flow/call_flow.h"
#include "domain/project/project.h"
#include "domain/prompt/prompt.h"
#include "domain/survey/survey.h"

#define FLOW_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"start\":{\"type\":[\"string\",\"null\"]},\"nodes\":{\"type\":\"array\"," \
	"\"items\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"},\"type\":{\"type\":\"string\"," \
	"\"enum\":[\"say\",\"menu\",\"hours\",\"queue\",\"voicemail\",\"end\",\"survey\",\"opt_out\"," \
	"\"outside\",\"callback\"]},\"title\":{\"type\":\"string\"}," \
	"\"words\":{\"type\":\"string\"},\"prompt_id\":{\"type\":[\"integer\",\"null\"]},\"next\":{\"type\":[\"string\",\"null\"]},\"other\":{\"type\":[\"string\"," \
	"\"null\"]},\"keys\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}," \
	"\"queue_id\":{\"type\":[\"integer\",\"null\"]},\"wait_s\":{\"type\":\"integer\"},\"tries\":{\"type\":\"integer\"}," \
	"\"hours\":{\"oneOf\":[{\"type\":\"array\",\"items\":{\"oneOf\":[{\"type\":\"null\"},{\"type\":\"array\"," \
	"\"items\":{\"type\":\"integer\"}}]}},{\"type\":\"null\"}]},\"answers\":{\"type\":\"object\"," \
	"\"additionalProperties\":{\"type\":\"string\"}},\"rates\":{\"type\":\"boolean\"},\"open_days_off\":{\"type\":\"boolean\"}," \
	"\"result_id\":{\"type\":[\"integer\",\"null\"]},\"number\":{\"type\":[\"string\",\"null\"]},\"x\":{\"type\":\"number\"}," \
	"\"y\":{\"type\":\"number\"}},\"required\":[\"id\",\"type\",\"title\",\"x\",\"y\"]}}}," \
	"\"required\":[\"start\",\"nodes\"]}"

struct drawing {
	struct flow_node nodes[FLOW_NODES_MAX];
	str ids[FLOW_NODES_MAX];
	struct hours hours[FLOW_NODES_MAX];
	str titles[FLOW_NODES_MAX], choices[FLOW_NODES_MAX]; /* choices: of a question, as survey_question keeps them */
	bool rates[FLOW_NODES_MAX];
	bool open_days_off[FLOW_NODES_MAX]; /* hours: of the week alone, whatever the official calendar says */
	size_t n;
};
/* EINVAL on "graph", or on "graph.ID" where one step is wrong. Texts point into the arena. */
int drawing_read(struct arena *a, str graph, struct drawing *ret, struct fault *f) MUST_USE;
/* In whose language words are, by what stands between their fields. */
const char *flow_voice(struct arena *a, str words, enum language usual);

#endif
