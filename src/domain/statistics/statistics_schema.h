/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics_schema.h - the form of the answers, for OpenAPI and the front end's types. */
#ifndef DOMAIN_STATISTICS_STATISTICS_SCHEMA_H
#define DOMAIN_STATISTICS_STATISTICS_SCHEMA_H

#define STAT_TEXT(name) "\"" name "\":{\"type\":\"string\"}"
#define STAT_MAYBE(name) "\"" name "\":{\"type\":[\"string\",\"null\"]}"
#define STAT_INT(name) "\"" name "\":{\"type\":\"integer\"}"
#define STAT_BOOL(name) "\"" name "\":{\"type\":\"boolean\"}"
#define STAT_MOMENT(name) "\"" name "\":{\"type\":[\"integer\",\"null\"]}"
#define STAT_VALUES(name) "\"" name "\":{\"type\":\"array\",\"items\":{\"type\":[\"number\",\"null\"]}}"
/* A list of objects of these members; an object of them. */
#define STAT_LIST(name, needed, members) "\"" name "\":{\"type\":\"array\",\"items\":" STAT_OBJECT(needed, members) "}"
#define STAT_OBJECT(needed, members) "{\"type\":\"object\",\"required\":[" needed "],\"properties\":{" members "}}"

#define STAT_FIGURES \
	STAT_LIST("figures", "\"key\",\"name\",\"unit\",\"source\",\"counted\",\"journal\"", \
	        STAT_TEXT("key") "," STAT_TEXT("name") ",\"unit\":{\"type\":\"string\",\"enum\":[\"count\",\"hours\",\"seconds\",\"share\",\"money\"]}," STAT_TEXT( \
	                "source") "," STAT_BOOL("counted") "," STAT_MAYBE("journal"))
#define STAT_ROW \
	STAT_OBJECT("\"key\",\"name\",\"journal\",\"values\"", \
	        STAT_INT("key") "," STAT_TEXT("name") "," STAT_MAYBE("journal") "," STAT_VALUES("values"))
#define STATISTICS_SCHEMA \
	STAT_OBJECT("\"by\",\"from\",\"to\",\"zone\",\"from_at\",\"until_at\",\"figures\",\"rows\",\"total\"", \
	        STAT_TEXT("by") "," STAT_TEXT("from") "," STAT_TEXT("to") "," STAT_TEXT("zone") "," STAT_INT( \
	                "from_at") "," STAT_INT("until_at") "," STAT_FIGURES "," \
	                                                    "\"rows\":{\"type\":\"array\",\"items\":" STAT_ROW "}" \
	                                                    "," \
	                                                    "\"total\":" STAT_ROW)
#define STAT_REAL(name) "\"" name "\":{\"type\":\"number\"}"
#define TALKS_MIDDLE \
	"{\"type\":[\"object\",\"null\"],\"required\":[\"value\",\"low\",\"high\",\"over\"],\"properties\":{" STAT_REAL( \
	        "value") "," STAT_REAL("low") "," STAT_REAL("high") "," STAT_INT("over") "}}"
#define TALKS_SCHEMA \
	STAT_OBJECT("\"least\",\"most\",\"figures\",\"rows\"", \
	        STAT_INT("least") "," STAT_INT("most") "," STAT_LIST("figures", "\"key\",\"name\",\"unit\",\"limit\"", \
	                STAT_TEXT("key") "," STAT_TEXT( \
	                        "name") ",\"unit\":{\"type\":\"string\",\"enum\":[\"count\",\"seconds\",\"share\"]}," \
	                                "\"limit\":{\"type\":[\"number\",\"null\"]}") "," STAT_LIST("rows", \
	                "\"key\",\"name\",\"talks\",\"middles\"", \
	                STAT_INT("key") "," STAT_TEXT("name") "," STAT_INT( \
	                        "talks") ",\"middles\":{\"type\":\"array\",\"items\":" TALKS_MIDDLE "}"))
#define CARD_SCHEMA \
	STAT_OBJECT( \
	        "\"user_id\",\"name\",\"from\",\"to\",\"zone\",\"figures\",\"values\",\"median\",\"team\",\"weeks\",\"extras\"", \
	        STAT_INT("user_id") "," STAT_TEXT("name") "," STAT_TEXT("from") "," STAT_TEXT("to") "," STAT_TEXT( \
	                "zone") "," STAT_FIGURES \
	                        "," STAT_VALUES("values") "," STAT_VALUES("median") "," STAT_INT("team") "," STAT_LIST( \
	                                "weeks", "\"from\",\"values\"", \
	                                STAT_TEXT("from") "," STAT_VALUES("values")) "," STAT_LIST("extras", \
	                                "\"key\",\"value\",\"counted\"", \
	                                STAT_TEXT("key") ",\"value\":{\"type\":[\"number\",\"null\"]}," STAT_BOOL( \
	                                        "counted")))
#define DAY_SCHEMA \
	STAT_OBJECT( \
	        "\"user_id\",\"name\",\"day\",\"zone\",\"from_at\",\"until_at\",\"figures\",\"values\",\"spans\",\"calls\"", \
	        STAT_INT("user_id") "," STAT_TEXT("name") "," STAT_TEXT("day") "," STAT_TEXT("zone") "," STAT_INT( \
	                "from_at") "," STAT_INT("until_at") "," STAT_FIGURES "," STAT_VALUES("values") "," STAT_LIST("spans", \
	                "\"from_at\",\"to_at\",\"state\",\"reason\",\"paid\"", \
	                STAT_INT("from_at") "," STAT_MOMENT("to_at") "," STAT_TEXT("state") "," STAT_MAYBE( \
	                        "reason") "," STAT_BOOL("paid")) "," STAT_LIST("calls", \
	                "\"id\",\"asked_at\",\"answered_at\",\"ended_at\",\"talk_ms\",\"direction\",\"company\",\"number\",\"project\",\"result\",\"counts_as\",\"is_dialogue\"", \
	                STAT_INT("id") "," STAT_INT("asked_at") "," STAT_MOMENT("answered_at") "," STAT_INT("ended_at") "," STAT_INT("talk_ms") "," STAT_TEXT("direction") "," STAT_MAYBE( \
	                        "company") "," STAT_TEXT("number") "," STAT_TEXT("project") "," STAT_MAYBE("result") "," STAT_TEXT("counts_as") "," STAT_BOOL("is_dialogue")))

#endif
