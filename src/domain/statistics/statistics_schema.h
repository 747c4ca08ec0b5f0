/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics_schema.h - the form of the answer, for OpenAPI and the front end's types. */
#ifndef DOMAIN_STATISTICS_STATISTICS_SCHEMA_H
#define DOMAIN_STATISTICS_STATISTICS_SCHEMA_H

#define STAT_TEXT(name) "\"" name "\":{\"type\":\"string\"}"
#define STAT_MAYBE(name) "\"" name "\":{\"type\":[\"string\",\"null\"]}"
#define STAT_INT(name) "\"" name "\":{\"type\":\"integer\"}"
#define STAT_ROW \
	"{\"type\":\"object\",\"required\":[\"key\",\"name\",\"journal\",\"values\"],\"properties\":{" STAT_INT("key") "," STAT_TEXT( \
	        "name") "," STAT_MAYBE("journal") ",\"values\":{\"type\":\"array\",\"items\":{\"type\":[\"number\",\"null\"]}}}}"
#define STATISTICS_SCHEMA \
	"{\"type\":\"object\",\"required\":[\"by\",\"from\",\"to\",\"zone\",\"from_at\",\"until_at\",\"figures\",\"rows\",\"total\"]," \
	"\"properties\":{" STAT_TEXT("by") "," STAT_TEXT("from") "," STAT_TEXT("to") "," STAT_TEXT("zone") "," STAT_INT("from_at") "," STAT_INT( \
	        "until_at") "," \
	                    "\"figures\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"key\",\"name\",\"unit\",\"source\",\"counted\"," \
	                    "\"journal\"],\"properties\":{" STAT_TEXT("key") "," STAT_TEXT( \
	                            "name") "," \
	                                    "\"unit\":{\"type\":\"string\",\"enum\":[\"count\",\"hours\",\"seconds\",\"share\",\"money\"]}," STAT_TEXT( \
	                                            "source") ",\"counted\":{\"type\":\"boolean\"}," STAT_MAYBE("journal") "}}}," \
	                                                                                                                   "\"rows\":{\"type\":\"array\",\"items\":" STAT_ROW \
	                                                                                                                   "},\"total\":" STAT_ROW \
	                                                                                                                   "}}"

#endif
