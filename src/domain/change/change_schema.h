/* SPDX-License-Identifier: GPL-3.0-or-later */
/* change_schema.h - the form of answers this folder prints by hand, as JSON Schema: the API document and the browser's types come from it. */
#ifndef DOMAIN_CHANGE_CHANGE_SCHEMA_H
#define DOMAIN_CHANGE_CHANGE_SCHEMA_H

#define DIFF_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"script\":{\"type\":\"object\"," \
	"\"properties\":{\"from\":{\"type\":[\"integer\",\"null\"]},\"to\":{\"type\":\"integer\"}," \
	"\"start\":{\"type\":[\"string\",\"null\"]},\"steps\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"string\"},\"title\":{\"type\":[\"string\",\"null\"]}," \
	"\"stage\":{\"type\":[\"string\",\"null\"]},\"what\":{\"type\":\"string\",\"enum\":[\"added\",\"removed\"," \
	"\"changed\"]},\"words\":{\"type\":\"array\",\"items\":{\"type\":\"array\",\"minItems\":2,\"maxItems\":2," \
	"\"items\":{\"type\":\"string\"}}},\"answers\":{\"type\":\"array\",\"items\":{\"type\":\"array\",\"minItems\":2," \
	"\"maxItems\":2,\"items\":{\"type\":\"string\"}}},\"others\":{\"type\":\"array\"," \
	"\"items\":{\"type\":\"string\"}}},\"required\":[\"id\",\"title\",\"stage\",\"what\",\"words\",\"answers\"]}}}," \
	"\"required\":[\"from\",\"to\",\"start\",\"steps\"]},\"base\":{\"type\":\"object\"," \
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
