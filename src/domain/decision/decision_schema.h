/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decision_schema.h - the form of answers this folder prints by hand, as JSON Schema. */
#ifndef DOMAIN_DECISION_DECISION_SCHEMA_H
#define DOMAIN_DECISION_DECISION_SCHEMA_H

#define DECISION_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"state\":{\"type\":\"string\",\"enum\":[\"open\",\"used\",\"expired\"," \
	"\"withdrawn\",\"decided\"]},\"language\":{\"type\":\"string\"},\"timezone\":{\"type\":\"string\"}," \
	"\"project\":{\"type\":\"string\"},\"company\":{\"type\":\"string\"},\"number\":{\"type\":\"integer\"}," \
	"\"title\":{\"type\":[\"string\",\"null\"]},\"became\":{\"type\":\"string\"}," \
	"\"change\":{\"$ref\":\"#/components/schemas/change\"},\"words\":{\"type\":\"array\"," \
	"\"items\":{\"type\":\"object\",\"properties\":{\"at\":{\"type\":\"integer\"},\"kind\":{\"type\":\"string\"}," \
	"\"said_by\":{\"type\":\"string\"},\"words\":{\"type\":\"string\"}},\"required\":[\"at\",\"kind\",\"said_by\"," \
	"\"words\"]}}},\"required\":[\"state\",\"language\",\"timezone\",\"project\",\"company\",\"number\",\"title\"," \
	"\"became\"]}"

#endif
