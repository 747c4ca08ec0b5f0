/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search_schema.h - the form of answers this folder prints by hand, as JSON Schema: the API document and the browser's types come from it. */
#ifndef DOMAIN_SEARCH_SEARCH_SCHEMA_H
#define DOMAIN_SEARCH_SEARCH_SCHEMA_H

#define SEARCH_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"kind\":{\"type\":\"string\"},\"id\":{\"type\":\"integer\"}," \
	"\"title\":{\"type\":\"string\"},\"subtitle\":{\"type\":[\"string\",\"null\"]}," \
	"\"page\":{\"type\":\"string\"}},\"required\":[\"kind\",\"id\",\"title\",\"subtitle\",\"page\"]}}}," \
	"\"required\":[\"rows\"]}"

#endif
