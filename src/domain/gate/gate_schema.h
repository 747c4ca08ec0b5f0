/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate_schema.h - the form of answers this folder prints by hand, as JSON Schema: the API document and the browser's types come from it. */
#ifndef DOMAIN_GATE_GATE_SCHEMA_H
#define DOMAIN_GATE_GATE_SCHEMA_H

#define WHY_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"may\":{\"type\":\"boolean\"},\"rule\":{\"type\":\"string\"}," \
	"\"what\":{\"type\":\"string\"},\"until\":{\"type\":[\"integer\",\"null\"]}},\"required\":[\"may\",\"rule\"," \
	"\"what\",\"until\"]}"

#define WATERFALL_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"loaded\":{\"type\":\"integer\"},\"diallable\":{\"type\":\"integer\"}," \
	"\"steps\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\"}," \
	"\"contacts\":{\"type\":\"integer\"}},\"required\":[\"code\",\"contacts\"]}}},\"required\":[\"loaded\"," \
	"\"diallable\",\"steps\"]}"

#endif
