/* SPDX-License-Identifier: GPL-3.0-or-later */
/* final_schema.h - the form of the report, for OpenAPI and the front end's types. */
#ifndef DOMAIN_FINAL_FINAL_SCHEMA_H
#define DOMAIN_FINAL_FINAL_SCHEMA_H

#define FINAL_INT(name) "\"" name "\":{\"type\":\"integer\"}"
#define FINAL_TEXT(name) "\"" name "\":{\"type\":\"string\"}"
#define FINAL_SIDE(name) \
	"\"" name "\":{\"type\":\"object\",\"required\":[\"dialogues\",\"leads\"],\"properties\":{" FINAL_INT( \
	        "dialogues") "," FINAL_INT("leads") "}}"
#define FINAL_PARTS_SCHEMA(name) \
	"\"" name \
	"\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"name\",\"calls\",\"dialogues\",\"leads\",\"refusals\"," \
	"\"low\",\"high\"]," \
	"\"properties\":{" FINAL_TEXT("name") "," FINAL_INT("calls") "," FINAL_INT("dialogues") "," FINAL_INT( \
	        "leads") "," FINAL_INT("refusals") ",\"low\":{\"type\":\"number\"},\"high\":{\"type\":\"number\"}}}}"
#define FINAL_SCHEMA \
	"{\"type\":\"object\",\"required\":[\"made_at\",\"total\",\"weeks\",\"versions\",\"bases\",\"reasons\",\"left\",\"trend\",\"advice\"," \
	"\"advice_words\",\"said\",\"changes\"],\"properties\":{" FINAL_INT( \
	        "made_at") ",\"total\":{\"type\":\"object\",\"required\":[\"calls\",\"answered\",\"dialogues\",\"leads\",\"meetings\",\"sales\"," \
	                   "\"refusals\",\"talk_ms\"],\"properties\":{" FINAL_INT( \
	                           "calls") "," FINAL_INT("answered") "," FINAL_INT("dialogues") "," FINAL_INT("leads") "," FINAL_INT("meetings") "," FINAL_INT("sales") "," FINAL_INT("refusals") "," FINAL_INT("talk_ms") "}}," FINAL_PARTS_SCHEMA("weeks") "," FINAL_PARTS_SCHEMA("versions") "," FINAL_PARTS_SCHEMA("bases") ",\"reasons\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"name\",\"contacts\"],\"properties\":{" FINAL_TEXT("name") "," FINAL_INT("contacts") "}}},\"changes\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"number\",\"title\",\"applied_at\",\"before\",\"after\",\"between\",\"moved\"],\"properties\":{" FINAL_INT("number") "," FINAL_TEXT("title") "," FINAL_INT("applied_at") "," FINAL_SIDE("before") "," FINAL_SIDE("after") ",\"between\":{\"type\":[\"string\",\"null\"]},\"moved\":{\"type\":\"boolean\"}}}},\"left\":{\"type\":\"object\",\"required\":[\"fresh\",\"due\",\"dialogues\",\"low\",\"middle\",\"high\"],\"properties\":{" FINAL_INT("fresh") "," FINAL_INT("due") "," FINAL_INT("dialogues") "," FINAL_INT("low") "," FINAL_INT("middle") "," FINAL_INT("high") "}},\"trend\":{\"type\":\"object\",\"required\":[\"slope\",\"p\"],\"properties\":{\"slope\":{\"type\":\"number\"},\"p\":{\"type\":\"number\"}}},\"advice\":{\"type\":\"string\",\"enum\":[\"early\",\"extend\",\"new_base\",\"small\",\"script\",\"not_by_telephone\"]}," FINAL_TEXT("advice_words") ",\"said\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"letter\":{\"type\":\"object\",\"required\":[\"subject\",\"body\"],\"properties\":{" FINAL_TEXT("subject") "," FINAL_TEXT("body") "}}}}"

#endif
