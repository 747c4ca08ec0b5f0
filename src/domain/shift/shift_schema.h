/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shift_schema.h - the form of answers this folder prints by hand, as JSON Schema: the API document and the browser's types come from it. */
#ifndef DOMAIN_SHIFT_SHIFT_SCHEMA_H
#define DOMAIN_SHIFT_SHIFT_SCHEMA_H

#define HOURS_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"user_id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"}," \
	"\"logged_ms\":{\"type\":\"integer\"},\"worked_ms\":{\"type\":\"integer\"}," \
	"\"ready_ms\":{\"type\":\"integer\"},\"offered_ms\":{\"type\":\"integer\"},\"reserved_ms\":{\"type\":\"integer\"}," \
	"\"preview_ms\":{\"type\":\"integer\"},\"talking_ms\":{\"type\":\"integer\"}," \
	"\"wrap_up_ms\":{\"type\":\"integer\"},\"pause_ms\":{\"type\":\"integer\"}," \
	"\"lost_ms\":{\"type\":\"integer\"}},\"required\":[\"user_id\",\"name\",\"logged_ms\",\"worked_ms\"," \
	"\"ready_ms\",\"offered_ms\",\"reserved_ms\",\"preview_ms\",\"talking_ms\",\"wrap_up_ms\",\"pause_ms\",\"lost_ms\"]}}}," \
	"\"required\":[\"rows\"]}"

#define FLOOR_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"user_id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"}," \
	"\"shift_id\":{\"type\":\"integer\"},\"started_at\":{\"type\":\"integer\"}," \
	"\"project_id\":{\"type\":[\"integer\",\"null\"]},\"project\":{\"type\":[\"string\",\"null\"]}," \
	"\"state\":{\"type\":\"string\"},\"state_since\":{\"type\":[\"integer\",\"null\"]}," \
	"\"state_until\":{\"type\":[\"integer\",\"null\"]},\"pause_reason_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"leg_up\":{\"type\":\"integer\"},\"call_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"call_number\":{\"type\":[\"string\",\"null\"]},\"call_state\":{\"type\":[\"string\",\"null\"]}," \
	"\"contact_id\":{\"type\":[\"integer\",\"null\"]},\"company\":{\"type\":[\"string\",\"null\"]}," \
	"\"my_mode\":{\"type\":[\"string\",\"null\"]},\"monitored_by\":{\"type\":[\"string\",\"null\"]}," \
	"\"call_mos\":{\"type\":[\"number\",\"null\"]}}," \
	"\"required\":[\"user_id\",\"name\",\"shift_id\",\"started_at\",\"project_id\",\"project\",\"state\"," \
	"\"state_since\",\"state_until\",\"pause_reason_id\",\"leg_up\",\"call_id\",\"call_number\",\"call_state\"," \
	"\"contact_id\",\"company\",\"my_mode\",\"monitored_by\",\"call_mos\"]}}},\"required\":[\"rows\"]}"

#endif
