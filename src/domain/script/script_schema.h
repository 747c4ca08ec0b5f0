/* SPDX-License-Identifier: GPL-3.0-or-later */
/* script_schema.h - the form of answers this folder prints by hand, as JSON Schema: the API document and the browser's types come from it. */
#ifndef DOMAIN_SCRIPT_SCRIPT_SCHEMA_H
#define DOMAIN_SCRIPT_SCRIPT_SCHEMA_H

#define GRAPH_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"start\":{\"type\":[\"string\",\"null\"]}," \
	"\"conflict\":{\"type\":[\"string\",\"null\"]},\"stages\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"},\"kind\":{\"type\":\"string\"," \
	"\"enum\":[\"contact\",\"orientation\",\"options\",\"decision\",\"exit\",\"conflict\"]}}," \
	"\"required\":[\"id\",\"name\",\"kind\"]}},\"nodes\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"string\"},\"stage\":{\"type\":\"string\"},\"type\":{\"type\":\"string\"," \
	"\"enum\":[\"say\",\"ask\",\"objection\",\"end\"]},\"title\":{\"type\":\"string\"}," \
	"\"text\":{\"type\":\"string\"},\"tone\":{\"type\":[\"string\",\"null\"]},\"hint\":{\"type\":[\"string\"," \
	"\"null\"]},\"forbidden\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}," \
	"\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}," \
	"\"articles\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},\"result_id\":{\"type\":[\"integer\"," \
	"\"null\"]},\"answers\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"string\"},\"label\":{\"type\":\"string\"},\"to\":{\"type\":[\"string\"," \
	"\"null\"]},\"set\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}}," \
	"\"required\":[\"id\",\"label\",\"to\"]}},\"x\":{\"type\":\"number\"},\"y\":{\"type\":\"number\"}}," \
	"\"required\":[\"id\",\"stage\",\"type\",\"title\",\"text\",\"answers\",\"x\",\"y\"]}}}," \
	"\"required\":[\"start\",\"conflict\",\"stages\",\"nodes\"]}"

#define SCRIPT_DIFF_SCHEMA \
	"{\"type\":\"object\"," \
	"\"properties\":{\"from\":{\"type\":[\"integer\",\"null\"]},\"to\":{\"type\":\"integer\"}," \
	"\"start\":{\"type\":[\"string\",\"null\"]},\"steps\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"string\"},\"title\":{\"type\":[\"string\",\"null\"]}," \
	"\"stage\":{\"type\":[\"string\",\"null\"]},\"what\":{\"type\":\"string\",\"enum\":[\"added\",\"removed\"," \
	"\"changed\"]},\"words\":{\"type\":\"array\",\"items\":{\"type\":\"array\",\"minItems\":2,\"maxItems\":2," \
	"\"items\":{\"type\":\"string\"}}},\"answers\":{\"type\":\"array\",\"items\":{\"type\":\"array\",\"minItems\":2," \
	"\"maxItems\":2,\"items\":{\"type\":\"string\"}}},\"others\":{\"type\":\"array\"," \
	"\"items\":{\"type\":\"string\"}}},\"required\":[\"id\",\"title\",\"stage\",\"what\",\"words\",\"answers\"]}}}," \
	"\"required\":[\"from\",\"to\",\"start\",\"steps\"]}"

#define UNANSWERED_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{" \
	"\"node\":{\"type\":\"string\"},\"title\":{\"type\":[\"string\",\"null\"]},\"label\":{\"type\":\"string\"}," \
	"\"count\":{\"type\":\"integer\"},\"phrases\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{" \
	"\"id\":{\"type\":\"integer\"},\"call_id\":{\"type\":\"integer\"},\"said\":{\"type\":\"string\"}," \
	"\"operator\":{\"type\":[\"string\",\"null\"]},\"said_at\":{\"type\":\"integer\"},\"number\":{\"type\":\"integer\"}}," \
	"\"required\":[\"id\",\"call_id\",\"said\",\"operator\",\"said_at\",\"number\"]}}},\"required\":[\"node\",\"title\"," \
	"\"label\",\"count\",\"phrases\"]}}},\"required\":[\"rows\"]}"

#define SCRIPT_STEPS_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{" \
	"\"operator_id\":{\"type\":\"integer\"},\"operator\":{\"type\":[\"string\",\"null\"]},\"node\":{\"type\":\"string\"}," \
	"\"calls\":{\"type\":\"integer\"},\"ended\":{\"type\":\"integer\"},\"lost\":{\"type\":\"integer\"}," \
	"\"won\":{\"type\":\"integer\"},\"ms\":{\"type\":\"integer\"}},\"required\":[\"operator_id\",\"operator\",\"node\"," \
	"\"calls\",\"ended\",\"lost\",\"won\",\"ms\"]}}},\"required\":[\"rows\"]}"

#define SPLIT_READING_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"sides\":{\"type\":\"array\",\"minItems\":2,\"maxItems\":2,\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"script_version_id\":{\"type\":\"integer\"},\"number\":{\"type\":\"integer\"},\"contacts\":{\"type\":\"integer\"}," \
	"\"talked\":{\"type\":\"integer\"},\"won\":{\"type\":\"integer\"},\"low\":{\"type\":\"number\"},\"high\":{\"type\":\"number\"}}," \
	"\"required\":[\"script_version_id\",\"number\",\"contacts\",\"talked\",\"won\",\"low\",\"high\"]}},\"verdict\":{\"type\":\"string\"," \
	"\"enum\":[\"early\",\"uneven\",\"open\",\"a\",\"b\"]},\"low\":{\"type\":\"number\"},\"high\":{\"type\":\"number\"}," \
	"\"better\":{\"type\":\"number\"},\"needed\":{\"type\":\"integer\"},\"seen\":{\"type\":\"number\"}},\"required\":[\"sides\"," \
	"\"verdict\",\"low\",\"high\",\"better\",\"needed\",\"seen\"]}"

#define SPLIT_PLAN_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"contacts\":{\"type\":\"integer\"},\"each\":{\"type\":\"integer\"}," \
	"\"share\":{\"type\":\"number\"},\"seen\":{\"type\":\"number\"}},\"required\":[\"contacts\",\"each\",\"share\",\"seen\"]}"

#define LINT_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"code\":{\"type\":\"string\"},\"error\":{\"type\":\"boolean\"}," \
	"\"node\":{\"type\":[\"string\",\"null\"]},\"what\":{\"type\":[\"string\",\"null\"]}},\"required\":[\"code\"," \
	"\"error\",\"node\",\"what\"]}}},\"required\":[\"rows\"]}"

#endif
