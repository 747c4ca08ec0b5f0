/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate_schema.h - the form of answers this folder prints by hand, as JSON Schema: the API document and the browser's types come from it. */
#ifndef DOMAIN_GATE_GATE_SCHEMA_H
#define DOMAIN_GATE_GATE_SCHEMA_H

#define WHY_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"may\":{\"type\":\"boolean\"},\"rule\":{\"type\":\"string\"}," \
	"\"what\":{\"type\":\"string\"},\"until\":{\"type\":[\"integer\",\"null\"]}," \
	"\"rule_id\":{\"type\":[\"integer\",\"null\"]},\"source\":{\"type\":[\"string\",\"null\"]}," \
	"\"refusals\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"at\":{\"type\":\"integer\"}," \
	"\"rule\":{\"type\":\"string\"},\"number\":{\"type\":[\"string\",\"null\"]}},\"required\":[\"at\",\"rule\",\"number\"]}}}," \
	"\"required\":[\"may\",\"rule\",\"what\",\"until\",\"rule_id\",\"source\",\"refusals\"]}"

#define WATERFALL_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"loaded\":{\"type\":\"integer\"},\"diallable\":{\"type\":\"integer\"}," \
	"\"steps\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\"}," \
	"\"contacts\":{\"type\":\"integer\"}},\"required\":[\"code\",\"contacts\"]}}},\"required\":[\"loaded\"," \
	"\"diallable\",\"steps\"]}"

#define PROJECT_RULES_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"blocks\":{\"type\":[\"string\",\"null\"]},\"rules\":{\"type\":\"array\"," \
	"\"items\":{\"allOf\":[{\"$ref\":\"#/components/schemas/rule\"},{\"type\":\"object\"," \
	"\"properties\":{\"applies\":{\"type\":\"boolean\"},\"exception_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"exception_version\":{\"type\":\"integer\"},\"reason\":{\"type\":[\"string\",\"null\"]}}," \
	"\"required\":[\"applies\",\"exception_id\",\"exception_version\",\"reason\"]}]}}},\"required\":[\"blocks\",\"rules\"]}"

#define REGISTER_LOADED_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"integer\"},\"no_number\":{\"type\":\"integer\"}," \
	"\"numbers\":{\"type\":\"integer\"}},\"required\":[\"rows\",\"no_number\",\"numbers\"]}"

#endif
