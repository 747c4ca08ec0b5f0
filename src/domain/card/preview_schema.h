/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preview_schema.h - the form of POST /contacts/{id}/preview. */
#ifndef DOMAIN_CARD_PREVIEW_SCHEMA_H
#define DOMAIN_CARD_PREVIEW_SCHEMA_H

#define PREVIEW_SCHEMA \
	"{\"type\":\"object\",\"required\":[\"kind\",\"to\",\"subject\",\"body\",\"gap\",\"parts\",\"may\",\"rule\",\"basis\",\"talked\"," \
	"\"violations\",\"offer_id\",\"editable\"],\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"letter\",\"sms\",\"fax\"]}," \
	"\"to\":{\"type\":[\"string\",\"null\"]},\"subject\":{\"type\":[\"string\",\"null\"]},\"body\":{\"type\":\"string\"}," \
	"\"gap\":{\"type\":[\"string\",\"null\"]},\"parts\":{\"type\":\"integer\"},\"may\":{\"type\":\"boolean\"}," \
	"\"rule\":{\"type\":\"string\"},\"basis\":{\"type\":\"string\",\"enum\":[\"service\",\"consent\",\"talk\"]}," \
	"\"talked\":{\"type\":\"boolean\"},\"violations\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"required\":[\"rule\",\"field\",\"at\",\"text\",\"why\"],\"properties\":{\"rule\":{\"type\":\"string\"}," \
	"\"field\":{\"type\":\"string\"},\"at\":{\"type\":\"integer\"},\"text\":{\"type\":\"string\"},\"why\":{\"type\":\"string\"}}}}," \
	"\"offer_id\":{\"type\":[\"integer\",\"null\"]},\"editable\":{\"type\":\"boolean\"}}}"

#endif
