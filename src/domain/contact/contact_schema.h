/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contact_schema.h - the form of answers this folder prints by hand, as JSON Schema: the API document and the browser's types come from it. */
#ifndef DOMAIN_CONTACT_CONTACT_SCHEMA_H
#define DOMAIN_CONTACT_CONTACT_SCHEMA_H

#define CARD_SCHEMA \
	"{\"allOf\":[{\"$ref\":\"#/components/schemas/contact\"},{\"type\":\"object\"," \
	"\"properties\":{\"erased_at\":{\"type\":[\"integer\",\"null\"]},\"persons\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/person\"}}," \
	"\"phones\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/phone\"}}," \
	"\"sendings\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/sending\"}}," \
	"\"answers\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}," \
	"\"marks\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\"," \
	"\"properties\":{\"value\":{\"type\":\"string\"},\"version\":{\"type\":\"integer\"}," \
	"\"author\":{\"type\":[\"string\",\"null\"]},\"changed_at\":{\"type\":\"integer\"}},\"required\":[\"value\"," \
	"\"version\",\"author\",\"changed_at\"]}},\"history\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"integer\"},\"asked_at\":{\"type\":\"integer\"}," \
	"\"direction\":{\"type\":\"string\"},\"number\":{\"type\":\"string\"},\"operator_id\":{\"type\":[\"integer\"," \
	"\"null\"]},\"operator\":{\"type\":[\"string\",\"null\"]},\"result_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"result\":{\"type\":[\"string\",\"null\"]},\"reason\":{\"type\":[\"string\",\"null\"]}," \
	"\"comment\":{\"type\":[\"string\",\"null\"]},\"talk_ms\":{\"type\":\"integer\"}," \
	"\"recording_id\":{\"type\":[\"integer\",\"null\"]},\"cause\":{\"type\":[\"string\",\"null\"]}}," \
	"\"required\":[\"id\",\"asked_at\",\"direction\",\"number\",\"operator_id\",\"operator\",\"result_id\"," \
	"\"result\",\"reason\",\"comment\",\"talk_ms\",\"recording_id\",\"cause\"]}}," \
	"\"callbacks\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"integer\"},\"version\":{\"type\":\"integer\"}," \
	"\"phone_id\":{\"type\":[\"integer\",\"null\"]},\"operator_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"due_at\":{\"type\":\"integer\"},\"note\":{\"type\":[\"string\",\"null\"]},\"state\":{\"type\":\"string\"}," \
	"\"created_at\":{\"type\":\"integer\"}},\"required\":[\"id\",\"version\",\"phone_id\",\"operator_id\"," \
	"\"due_at\",\"note\",\"state\",\"created_at\"]}},\"survey\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"call_id\":{\"type\":\"integer\"},\"question\":{\"type\":\"string\"}," \
	"\"key\":{\"type\":[\"string\",\"null\"]},\"value\":{\"type\":[\"string\",\"null\"]}," \
	"\"asked_at\":{\"type\":\"integer\"},\"answered_at\":{\"type\":[\"integer\",\"null\"]}},\"required\":[\"call_id\"," \
	"\"question\",\"key\",\"value\",\"asked_at\",\"answered_at\"]}}},\"required\":[\"erased_at\",\"persons\",\"phones\",\"sendings\",\"answers\",\"marks\"," \
	"\"history\",\"callbacks\",\"survey\"]}]}"

#endif
