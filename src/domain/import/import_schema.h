/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import_schema.h - the form of answers this folder prints by hand, as JSON Schema: the API document and the browser's types come from it. */
#ifndef DOMAIN_IMPORT_IMPORT_SCHEMA_H
#define DOMAIN_IMPORT_IMPORT_SCHEMA_H

#define PREVIEW_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"format\":{\"type\":\"string\"},\"encoding\":{\"type\":\"string\"}," \
	"\"delimiter\":{\"type\":\"string\"},\"sheet\":{\"type\":[\"string\",\"null\"]}," \
	"\"sheets\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}," \
	"\"header_row\":{\"type\":\"integer\"},\"country\":{\"type\":\"string\"}," \
	"\"same_as_id\":{\"type\":[\"integer\",\"null\"]},\"encodings\":{\"type\":\"array\"," \
	"\"items\":{\"type\":\"string\"}},\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}," \
	"\"columns\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"index\":{\"type\":\"integer\"},\"title\":{\"type\":\"string\"}," \
	"\"field\":{\"type\":[\"string\",\"null\"]},\"samples\":{\"type\":\"array\"," \
	"\"items\":{\"type\":\"string\"}}},\"required\":[\"index\",\"title\",\"field\",\"samples\"]}}," \
	"\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{\"type\":[\"string\",\"null\"]}}}}," \
	"\"required\":[\"format\",\"encoding\",\"delimiter\",\"sheet\",\"sheets\",\"header_row\",\"country\",\"same_as_id\"," \
	"\"encodings\",\"fields\",\"columns\",\"rows\"]}"

#endif
