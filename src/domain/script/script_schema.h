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

#define LINT_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"code\":{\"type\":\"string\"},\"error\":{\"type\":\"boolean\"}," \
	"\"node\":{\"type\":[\"string\",\"null\"]},\"what\":{\"type\":[\"string\",\"null\"]}},\"required\":[\"code\"," \
	"\"error\",\"node\",\"what\"]}}},\"required\":[\"rows\"]}"

#endif
