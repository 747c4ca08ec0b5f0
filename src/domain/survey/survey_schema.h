/* SPDX-License-Identifier: GPL-3.0-or-later */
/* survey_schema.h - the forms of choices and totals, for OpenAPI and the front end's types. */
#ifndef DOMAIN_SURVEY_SURVEY_SCHEMA_H
#define DOMAIN_SURVEY_SURVEY_SCHEMA_H

#define CHOICES_SCHEMA \
	"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"key\",\"value\"],\"properties\":{" \
	"\"key\":{\"type\":\"string\"},\"value\":{\"type\":\"string\"}}}}"
#define SURVEY_SCHEMA \
	"{\"type\":\"object\",\"required\":[\"rows\"],\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"required\":[\"id\",\"title\",\"words\",\"rates\",\"archived\",\"asked\",\"answered\",\"average\",\"choices\"],\"properties\":{" \
	"\"id\":{\"type\":\"integer\"},\"title\":{\"type\":\"string\"},\"words\":{\"type\":\"string\"}," \
	"\"rates\":{\"type\":\"boolean\"},\"archived\":{\"type\":\"boolean\"},\"asked\":{\"type\":\"integer\"}," \
	"\"answered\":{\"type\":\"integer\"},\"average\":{\"type\":[\"number\",\"null\"]},\"choices\":{\"type\":\"array\"," \
	"\"items\":{\"type\":\"object\",\"required\":[\"key\",\"value\",\"count\"],\"properties\":{\"key\":{\"type\":\"string\"}," \
	"\"value\":{\"type\":\"string\"},\"count\":{\"type\":\"integer\"}}}}}}}}}"

#endif
