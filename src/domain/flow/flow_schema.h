/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow_schema.h - the form of a drawing and of what differs between two, as JSON Schema: the API document and the browser's types come from it. */
#ifndef DOMAIN_FLOW_FLOW_SCHEMA_H
#define DOMAIN_FLOW_FLOW_SCHEMA_H

#define FLOW_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"start\":{\"type\":[\"string\",\"null\"]},\"nodes\":{\"type\":\"array\"," \
	"\"items\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"},\"type\":{\"type\":\"string\"," \
	"\"enum\":[\"say\",\"menu\",\"hours\",\"queue\",\"voicemail\",\"end\",\"survey\",\"opt_out\"," \
	"\"outside\",\"callback\"]},\"title\":{\"type\":\"string\"}," \
	"\"words\":{\"type\":\"string\"},\"prompt_id\":{\"type\":[\"integer\",\"null\"]},\"next\":{\"type\":[\"string\",\"null\"]},\"other\":{\"type\":[\"string\"," \
	"\"null\"]},\"keys\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}," \
	"\"queue_id\":{\"type\":[\"integer\",\"null\"]},\"wait_s\":{\"type\":\"integer\"},\"tries\":{\"type\":\"integer\"}," \
	"\"hours\":{\"oneOf\":[{\"type\":\"array\",\"items\":{\"oneOf\":[{\"type\":\"null\"},{\"type\":\"array\"," \
	"\"items\":{\"type\":\"integer\"}}]}},{\"type\":\"null\"}]},\"answers\":{\"type\":\"object\"," \
	"\"additionalProperties\":{\"type\":\"string\"}},\"rates\":{\"type\":\"boolean\"},\"open_days_off\":{\"type\":\"boolean\"}," \
	"\"result_id\":{\"type\":[\"integer\",\"null\"]},\"number\":{\"type\":[\"string\",\"null\"]},\"x\":{\"type\":\"number\"}," \
	"\"y\":{\"type\":\"number\"}},\"required\":[\"id\",\"type\",\"title\",\"x\",\"y\"]}}}," \
	"\"required\":[\"start\",\"nodes\"]}"

#define FLOW_DIFF_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"from\":{\"type\":[\"integer\",\"null\"]}," \
	"\"to\":{\"type\":\"integer\"},\"steps\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"string\"},\"title\":{\"type\":[\"string\",\"null\"]}," \
	"\"type\":{\"type\":\"string\"},\"what\":{\"type\":\"string\",\"enum\":[\"added\",\"removed\",\"changed\"]}," \
	"\"words\":{\"type\":\"array\",\"items\":{\"type\":\"array\",\"minItems\":2,\"maxItems\":2," \
	"\"items\":{\"type\":\"string\"}}},\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"field\":{\"type\":\"string\"},\"key\":{\"type\":[\"string\",\"null\"]},\"old\":{},\"new\":{}}," \
	"\"required\":[\"field\",\"key\",\"old\",\"new\"]}}},\"required\":[\"id\",\"title\",\"type\",\"what\",\"words\"," \
	"\"rows\"]}}},\"required\":[\"name\",\"from\",\"to\",\"steps\"]}"

#endif
