/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk_schema.h - parts of the seat's schema that tell of a third one in the talk, and the list of colleagues. */
#ifndef DOMAIN_DIALER_TALK_SCHEMA_H
#define DOMAIN_DIALER_TALK_SCHEMA_H

#define GUEST_SCHEMA \
	"{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"operator_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"name\":{\"type\":[\"string\",\"null\"]},\"number\":{\"type\":[\"string\",\"null\"]}," \
	"\"state\":{\"type\":\"string\",\"enum\":[\"asked\",\"in\",\"out\"]},\"cause\":{\"type\":[\"string\",\"null\"]}}," \
	"\"required\":[\"operator_id\",\"name\",\"number\",\"state\",\"cause\"]},{\"type\":\"null\"}]}"

#define MONITOR_SCHEMA \
	"{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"mode\":{\"type\":\"string\"," \
	"\"enum\":[\"whisper\",\"join\",\"take_over\"]}},\"required\":[\"name\",\"mode\"]},{\"type\":\"null\"}]}"

#define GUEST_OF_SCHEMA \
	"{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"call_id\":{\"type\":\"integer\"}," \
	"\"operator\":{\"type\":[\"string\",\"null\"]},\"company\":{\"type\":[\"string\",\"null\"]}," \
	"\"number\":{\"type\":\"string\"},\"state\":{\"type\":\"string\"}},\"required\":[\"call_id\",\"operator\"," \
	"\"company\",\"number\",\"state\"]},{\"type\":\"null\"}]}"

#define OFFER_SCHEMA \
	"{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"call_id\":{\"type\":\"integer\"},\"number\":{\"type\":\"string\"}," \
	"\"company\":{\"type\":[\"string\",\"null\"]},\"queue\":{\"type\":[\"string\",\"null\"]}," \
	"\"source\":{\"type\":[\"string\",\"null\"]},\"since\":{\"type\":[\"integer\",\"null\"]}}," \
	"\"required\":[\"call_id\",\"number\",\"company\",\"queue\",\"source\",\"since\"]},{\"type\":\"null\"}]}"

#define COLLEAGUES_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"user_id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"},\"state\":{\"type\":\"string\"}," \
	"\"free\":{\"type\":\"boolean\"}},\"required\":[\"user_id\",\"name\",\"state\",\"free\"]}}," \
	"\"queues\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"queue_id\":{\"type\":\"integer\"}," \
	"\"name\":{\"type\":\"string\"},\"waiting\":{\"type\":\"integer\"},\"ready\":{\"type\":\"integer\"}}," \
	"\"required\":[\"queue_id\",\"name\",\"waiting\",\"ready\"]}}},\"required\":[\"rows\",\"queues\"]}"

#endif
