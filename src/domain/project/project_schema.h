/* SPDX-License-Identifier: GPL-3.0-or-later */
/* project_schema.h - the form of answers this folder prints by hand, as JSON Schema: the API document and the browser's types come from it. */
#ifndef DOMAIN_PROJECT_PROJECT_SCHEMA_H
#define DOMAIN_PROJECT_PROJECT_SCHEMA_H

#define READINESS_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"ready\":{\"type\":\"boolean\"},\"missing\":{\"type\":\"array\"," \
	"\"items\":{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\"}," \
	"\"what\":{\"type\":\"string\"},\"page\":{\"type\":[\"string\",\"null\"]}},\"required\":[\"code\",\"what\"," \
	"\"page\"]}}},\"required\":[\"ready\",\"missing\"]}"

#define OVERVIEW_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"days\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"day\":{\"type\":\"string\"},\"calls\":{\"type\":\"integer\"}," \
	"\"answered\":{\"type\":\"integer\"},\"dialogues\":{\"type\":\"integer\"},\"leads\":{\"type\":\"integer\"}," \
	"\"meetings\":{\"type\":\"integer\"},\"presentations\":{\"type\":\"integer\"}," \
	"\"sales\":{\"type\":\"integer\"},\"refusals\":{\"type\":\"integer\"},\"callbacks\":{\"type\":\"integer\"}," \
	"\"talk_ms\":{\"type\":\"integer\"},\"wrap_ms\":{\"type\":\"integer\"}},\"required\":[\"day\",\"calls\"," \
	"\"answered\",\"dialogues\",\"leads\",\"meetings\",\"presentations\",\"sales\",\"refusals\",\"callbacks\"," \
	"\"talk_ms\",\"wrap_ms\"]}},\"today\":{\"type\":\"object\",\"properties\":{\"calls\":{\"type\":\"integer\"}," \
	"\"answered\":{\"type\":\"integer\"},\"dialogues\":{\"type\":\"integer\"},\"leads\":{\"type\":\"integer\"}," \
	"\"meetings\":{\"type\":\"integer\"},\"presentations\":{\"type\":\"integer\"}," \
	"\"sales\":{\"type\":\"integer\"},\"refusals\":{\"type\":\"integer\"},\"callbacks\":{\"type\":\"integer\"}," \
	"\"talk_ms\":{\"type\":\"integer\"},\"wrap_ms\":{\"type\":\"integer\"},\"plan\":{\"type\":\"integer\"}}," \
	"\"required\":[\"calls\",\"answered\",\"dialogues\",\"leads\",\"meetings\",\"presentations\",\"sales\"," \
	"\"refusals\",\"callbacks\",\"talk_ms\",\"wrap_ms\",\"plan\"]},\"total\":{\"type\":\"object\"," \
	"\"properties\":{\"calls\":{\"type\":\"integer\"},\"answered\":{\"type\":\"integer\"}," \
	"\"dialogues\":{\"type\":\"integer\"},\"leads\":{\"type\":\"integer\"},\"meetings\":{\"type\":\"integer\"}," \
	"\"presentations\":{\"type\":\"integer\"},\"sales\":{\"type\":\"integer\"}," \
	"\"refusals\":{\"type\":\"integer\"},\"callbacks\":{\"type\":\"integer\"},\"talk_ms\":{\"type\":\"integer\"}," \
	"\"wrap_ms\":{\"type\":\"integer\"},\"plan\":{\"type\":\"integer\"}},\"required\":[\"calls\",\"answered\"," \
	"\"dialogues\",\"leads\",\"meetings\",\"presentations\",\"sales\",\"refusals\",\"callbacks\",\"talk_ms\"," \
	"\"wrap_ms\",\"plan\"]},\"forecast\":{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"at\":{\"type\":\"integer\"}," \
	"\"fresh\":{\"type\":\"integer\"},\"due\":{\"type\":\"integer\"},\"calls_left\":{\"type\":\"integer\"}," \
	"\"calls_per_day\":{\"type\":\"integer\"}},\"required\":[\"at\",\"fresh\",\"due\",\"calls_left\"," \
	"\"calls_per_day\"]},{\"type\":\"null\"}]}},\"required\":[\"days\",\"today\",\"total\",\"forecast\"]}"

#endif
