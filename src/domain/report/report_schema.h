/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_schema.h - the form of answers this folder prints by hand, as JSON Schema: the API document and the browser's types come from it. */
#ifndef DOMAIN_REPORT_REPORT_SCHEMA_H
#define DOMAIN_REPORT_REPORT_SCHEMA_H

#define REPORT_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"integer\"},\"project_id\":{\"type\":\"integer\"}," \
	"\"base_id\":{\"type\":\"integer\"},\"company\":{\"type\":[\"string\",\"null\"]}," \
	"\"industry\":{\"type\":[\"string\",\"null\"]},\"activity\":{\"type\":[\"string\",\"null\"]}," \
	"\"city\":{\"type\":[\"string\",\"null\"]},\"address\":{\"type\":[\"string\",\"null\"]}," \
	"\"site\":{\"type\":[\"string\",\"null\"]},\"email\":{\"type\":[\"string\",\"null\"]}," \
	"\"fax\":{\"type\":[\"string\",\"null\"]},\"state\":{\"type\":\"string\"}," \
	"\"attempts\":{\"type\":\"integer\"},\"last_at\":{\"type\":[\"integer\",\"null\"]}," \
	"\"result_id\":{\"type\":\"integer\"},\"result\":{\"type\":\"string\"},\"counts_as\":{\"type\":\"string\"}," \
	"\"result_parent_id\":{\"type\":[\"integer\",\"null\"]},\"comment\":{\"type\":[\"string\",\"null\"]}," \
	"\"call_id\":{\"type\":[\"integer\",\"null\"]},\"number\":{\"type\":[\"string\",\"null\"]}," \
	"\"talk_ms\":{\"type\":\"integer\"},\"is_dialogue\":{\"type\":\"boolean\"}," \
	"\"operator_id\":{\"type\":[\"integer\",\"null\"]},\"operator\":{\"type\":[\"string\",\"null\"]}," \
	"\"recording_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"verdict\":{\"type\":[\"string\",\"null\"],\"enum\":[\"accepted\",\"rejected\",\"term\",null]}," \
	"\"verdict_reason\":{\"type\":[\"string\",\"null\"]},\"verdict_reply\":{\"type\":[\"string\",\"null\"]}," \
	"\"corrected_at\":{\"type\":[\"integer\",\"null\"]}," \
	"\"comments\":{\"type\":\"integer\"},\"unread\":{\"type\":\"integer\"},\"score\":{\"type\":\"integer\"}," \
	"\"accept_until\":{\"type\":\"integer\"},\"persons\":{\"type\":[\"string\",\"null\"]}," \
	"\"phones\":{\"type\":[\"string\",\"null\"]},\"answers\":{\"type\":\"object\"," \
	"\"additionalProperties\":{\"type\":\"string\"}},\"marks\":{\"type\":\"object\"," \
	"\"additionalProperties\":{\"type\":\"object\",\"properties\":{\"value\":{\"type\":\"string\"}," \
	"\"version\":{\"type\":\"integer\"},\"author\":{\"type\":[\"string\",\"null\"]}," \
	"\"changed_at\":{\"type\":\"integer\"}},\"required\":[\"value\",\"version\",\"author\",\"changed_at\"]}}," \
	"\"cells\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\",\"properties\":{" \
	"\"type\":{\"type\":\"string\",\"enum\":[\"text\",\"number\",\"date\",\"yes_no\",\"error\"]}," \
	"\"value\":{\"type\":\"string\"}},\"required\":[\"type\",\"value\"]}}}," \
	"\"required\":[\"id\",\"project_id\",\"state\",\"last_at\",\"result_id\",\"result\",\"counts_as\"," \
	"\"result_parent_id\",\"call_id\",\"is_dialogue\",\"recording_id\",\"answers\",\"marks\",\"cells\"]}},\"next\":{\"type\":[\"string\",\"null\"]}}," \
	"\"required\":[\"rows\",\"next\"]}"

#define COLUMNS_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"key\":{\"type\":\"string\"},\"label\":{\"type\":[\"string\",\"null\"]}," \
	"\"type\":{\"type\":\"string\"},\"column_id\":{\"type\":\"integer\"},\"own\":{\"type\":\"boolean\"}," \
	"\"personal\":{\"type\":\"boolean\"},\"inside\":{\"type\":\"boolean\"},\"gone\":{\"type\":\"boolean\"}," \
	"\"choices\":{\"oneOf\":[{\"type\":\"array\",\"items\":{\"type\":\"string\"}},{\"type\":\"null\"}]}}," \
	"\"required\":[\"key\",\"label\",\"type\",\"column_id\",\"own\",\"personal\",\"inside\",\"gone\",\"choices\"]}}},\"required\":[\"rows\"]}"

#define TOTALS_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"results\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"result_id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"}," \
	"\"counts_as\":{\"type\":\"string\"},\"contacts\":{\"type\":\"integer\"}},\"required\":[\"result_id\"," \
	"\"name\",\"counts_as\",\"contacts\"]}},\"rows\":{\"type\":\"integer\"},\"leads\":{\"type\":\"integer\"}," \
	"\"meetings\":{\"type\":\"integer\"},\"presentations\":{\"type\":\"integer\"}," \
	"\"sales\":{\"type\":\"integer\"},\"refusals\":{\"type\":\"integer\"}},\"required\":[\"results\",\"rows\"," \
	"\"leads\",\"meetings\",\"presentations\",\"sales\",\"refusals\"]}"

#endif
