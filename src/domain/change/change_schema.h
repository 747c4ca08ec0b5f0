/* SPDX-License-Identifier: GPL-3.0-or-later */
/* change_schema.h - the form of answers this folder prints by hand, as JSON Schema: the API document and the browser's types come from it. */
#ifndef DOMAIN_CHANGE_CHANGE_SCHEMA_H
#define DOMAIN_CHANGE_CHANGE_SCHEMA_H

#include "domain/flow/flow_schema.h"
#include "domain/script/script_schema.h"

#define DIFF_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"script\":" SCRIPT_DIFF_SCHEMA ",\"flow\":" FLOW_DIFF_SCHEMA \
	",\"base\":{\"type\":\"object\"," \
	"\"properties\":{\"name\":{\"type\":[\"string\",\"null\"]},\"file\":{\"type\":[\"string\",\"null\"]}," \
	"\"added\":{\"type\":\"integer\"},\"samples\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"company\":{\"type\":[\"string\",\"null\"]},\"city\":{\"type\":[\"string\",\"null\"]}}," \
	"\"required\":[\"company\",\"city\"]}},\"retired\":{\"type\":[\"string\",\"null\"]}," \
	"\"removed\":{\"type\":\"integer\"}},\"required\":[\"name\",\"file\",\"added\",\"samples\",\"retired\"," \
	"\"removed\"]},\"strategy\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"field\":{\"type\":\"string\"},\"old\":{},\"new\":{}},\"required\":[\"field\",\"old\"," \
	"\"new\"]}}}}"

#define EFFECT_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"before\":{\"type\":\"object\"," \
	"\"properties\":{\"dialogues\":{\"type\":\"integer\"},\"leads\":{\"type\":\"integer\"}}," \
	"\"required\":[\"dialogues\",\"leads\"]},\"after\":{\"type\":\"object\"," \
	"\"properties\":{\"dialogues\":{\"type\":\"integer\"},\"leads\":{\"type\":\"integer\"}}," \
	"\"required\":[\"dialogues\",\"leads\"]},\"difference\":{\"type\":[\"object\",\"null\"]," \
	"\"properties\":{\"low\":{\"type\":\"number\"},\"high\":{\"type\":\"number\"},\"decided\":{\"type\":\"boolean\"}," \
	"\"needed\":{\"type\":\"integer\"}},\"required\":[\"low\",\"high\",\"decided\",\"needed\"]}}," \
	"\"required\":[\"before\",\"after\",\"difference\"]}"

#endif
