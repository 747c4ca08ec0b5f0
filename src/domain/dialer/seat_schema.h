/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seat_schema.h - the form of answers this folder prints by hand, as JSON Schema: the API document and the browser's types come from it. */
#ifndef DOMAIN_DIALER_SEAT_SCHEMA_H
#define DOMAIN_DIALER_SEAT_SCHEMA_H

#include "domain/contact/contact_schema.h"
#include "domain/dialer/talk_schema.h"
#include "domain/script/script_schema.h"

/* A pause asked for in the call under way, and why. */
#define LEAVING_SCHEMA "\"leaving\":{\"type\":\"boolean\"},\"leaving_reason_id\":{\"type\":[\"integer\",\"null\"]}"

#define SEAT_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"position\":{\"type\":\"integer\"}," \
	"\"shift\":{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"integer\"}," \
	"\"started_at\":{\"type\":\"integer\"}},\"required\":[\"id\",\"started_at\"]},{\"type\":\"null\"}]}," \
	"\"state\":{\"type\":\"string\",\"enum\":[\"offline\",\"ready\",\"offered\",\"reserved\",\"preview\",\"talking\"," \
	"\"wrap_up\",\"pause\",\"lost\"]},\"state_since\":{\"type\":[\"integer\",\"null\"]}," \
	"\"state_until\":{\"type\":[\"integer\",\"null\"]},\"leg\":{\"type\":\"string\",\"enum\":[\"up\",\"down\"]}," \
	"\"pause_reason_id\":{\"type\":[\"integer\",\"null\"]}," LEAVING_SCHEMA "," \
	"\"project_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"today\":{\"type\":\"object\",\"properties\":{\"calls\":{\"type\":\"integer\"}," \
	"\"dialogues\":{\"type\":\"integer\"},\"leads\":{\"type\":\"integer\"},\"plan\":{\"type\":\"integer\"}}," \
	"\"required\":[\"calls\",\"dialogues\",\"leads\",\"plan\"]},\"queue\":{\"type\":\"integer\"}," \
	"\"offer\":" OFFER_SCHEMA ",\"guest_of\":" GUEST_OF_SCHEMA \
	",\"script_version_id\":{\"type\":[\"integer\",\"null\"]},\"call\":{\"oneOf\":[{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"integer\"},\"uuid\":{\"type\":\"string\"}," \
	"\"state\":{\"type\":\"string\"},\"mode\":{\"type\":\"string\"}," \
	"\"direction\":{\"type\":\"string\",\"enum\":[\"out\",\"in\"]},\"number\":{\"type\":\"string\"}," \
	"\"called\":{\"type\":[\"string\",\"null\"]},\"source\":{\"type\":[\"string\",\"null\"]}," \
	"\"queue\":{\"type\":[\"string\",\"null\"]},\"queued_at\":{\"type\":[\"integer\",\"null\"]}," \
	"\"contact_id\":{\"type\":[\"integer\",\"null\"]},\"phone_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"script_version_id\":{\"type\":[\"integer\",\"null\"]},\"asked_at\":{\"type\":\"integer\"}," \
	"\"dialled_at\":{\"type\":[\"integer\",\"null\"]},\"ringing_at\":{\"type\":[\"integer\",\"null\"]}," \
	"\"answered_at\":{\"type\":[\"integer\",\"null\"]},\"connected_at\":{\"type\":[\"integer\",\"null\"]}," \
	"\"talk_ended_at\":{\"type\":[\"integer\",\"null\"]},\"ended_at\":{\"type\":[\"integer\",\"null\"]},\"cause\":{\"type\":[\"string\",\"null\"]}," \
	"\"result_id\":{\"type\":[\"integer\",\"null\"]},\"result_at\":{\"type\":[\"integer\",\"null\"]}," \
	"\"muted\":{\"type\":\"boolean\"},\"held\":{\"type\":\"boolean\"},\"records\":{\"type\":\"boolean\"}," \
	"\"record_error\":{\"type\":[\"string\",\"null\"]},\"unrecorded\":{\"type\":\"boolean\"}," \
	"\"guest\":" GUEST_SCHEMA ",\"monitor\":" MONITOR_SCHEMA "," \
	"\"draft\":{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"result_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"due_at\":{\"type\":[\"integer\",\"null\"]},\"mine\":{\"type\":\"boolean\"},\"comment\":{\"type\":[\"string\",\"null\"]},\"answers\":{\"oneOf\":[{\"type\":\"object\"," \
	"\"additionalProperties\":{\"type\":\"string\"}},{\"type\":\"null\"}]}," \
	"\"path\":{\"oneOf\":[{\"type\":\"array\",\"items\":{\"type\":\"array\"}},{\"type\":\"null\"}]}}," \
	"\"required\":[]},{\"type\":\"null\"}]}},\"required\":[\"id\",\"uuid\",\"state\",\"mode\",\"direction\",\"number\"," \
	"\"called\",\"source\",\"queue\",\"queued_at\",\"contact_id\",\"phone_id\",\"script_version_id\",\"asked_at\",\"dialled_at\",\"ringing_at\"," \
	"\"answered_at\",\"connected_at\",\"talk_ended_at\",\"ended_at\",\"cause\",\"result_id\",\"result_at\",\"muted\",\"held\"," \
	"\"unrecorded\",\"guest\",\"monitor\",\"draft\"]},{\"type\":\"null\"}]}," \
	"\"card\":{\"oneOf\":[" CARD_SCHEMA ",{\"type\":\"null\"}]},\"project\":{\"oneOf\":[{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"},\"mode\":{\"type\":\"string\"}," \
	"\"wrap_up_s\":{\"type\":\"integer\"},\"preview_s\":{\"type\":\"integer\"}," \
	"\"preview_then\":{\"type\":\"string\",\"enum\":[\"pause\",\"skip\",\"dial\"]}," \
	"\"language\":{\"type\":\"string\"},\"state\":{\"type\":\"string\"},\"customer\":{\"type\":\"string\"}}," \
	"\"required\":[\"id\",\"name\",\"mode\",\"wrap_up_s\",\"preview_s\",\"preview_then\",\"language\",\"state\",\"customer\"]}," \
	"{\"type\":\"null\"}]},\"projects\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"}," \
	"\"mode\":{\"type\":\"string\"}},\"required\":[\"id\",\"name\",\"mode\"]}}," \
	"\"pause_reasons\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"}," \
	"\"paid\":{\"type\":\"integer\"}},\"required\":[\"id\",\"name\",\"paid\"]}}," \
	"\"script\":{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"integer\"}," \
	"\"number\":{\"type\":\"integer\"},\"approved_at\":{\"type\":[\"integer\",\"null\"]}," \
	"\"graph\":" GRAPH_SCHEMA "},\"required\":[\"id\",\"number\"," \
	"\"approved_at\",\"graph\"]},{\"type\":\"null\"}]},\"results\":{\"type\":\"array\"," \
	"\"items\":{\"$ref\":\"#/components/schemas/result\"}},\"form_fields\":{\"type\":\"array\"," \
	"\"items\":{\"$ref\":\"#/components/schemas/form_field\"}}},\"required\":[\"position\",\"shift\",\"state\"," \
	"\"state_since\",\"state_until\",\"leg\",\"pause_reason_id\",\"leaving\",\"leaving_reason_id\",\"project_id\",\"today\",\"queue\",\"offer\",\"guest_of\"," \
	"\"script_version_id\",\"call\",\"card\",\"project\",\"projects\",\"pause_reasons\",\"script\",\"results\"," \
	"\"form_fields\"]}"

#define SEAT_MOVED_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"shift\":{\"oneOf\":[{\"type\":\"object\"," \
	"\"properties\":{\"id\":{\"type\":\"integer\"},\"started_at\":{\"type\":\"integer\"}},\"required\":[\"id\"," \
	"\"started_at\"]},{\"type\":\"null\"}]},\"state\":{\"type\":\"string\",\"enum\":[\"offline\",\"ready\"," \
	"\"offered\",\"reserved\",\"preview\",\"talking\",\"wrap_up\",\"pause\",\"lost\"]}," \
	"\"state_since\":{\"type\":[\"integer\",\"null\"]},\"state_until\":{\"type\":[\"integer\",\"null\"]}," \
	"\"leg\":{\"type\":\"string\",\"enum\":[\"up\",\"down\"]},\"pause_reason_id\":{\"type\":[\"integer\"," \
	"\"null\"]}," LEAVING_SCHEMA ",\"project_id\":{\"type\":[\"integer\",\"null\"]},\"today\":{\"type\":\"object\"," \
	"\"properties\":{\"calls\":{\"type\":\"integer\"},\"dialogues\":{\"type\":\"integer\"}," \
	"\"leads\":{\"type\":\"integer\"},\"plan\":{\"type\":\"integer\"}},\"required\":[\"calls\",\"dialogues\"," \
	"\"leads\",\"plan\"]},\"queue\":{\"type\":\"integer\"},\"offer\":" OFFER_SCHEMA ",\"guest_of\":" GUEST_OF_SCHEMA \
	",\"script_version_id\":{\"type\":[\"integer\"," \
	"\"null\"]},\"call\":{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"integer\"}," \
	"\"uuid\":{\"type\":\"string\"},\"state\":{\"type\":\"string\"},\"mode\":{\"type\":\"string\"}," \
	"\"direction\":{\"type\":\"string\",\"enum\":[\"out\",\"in\"]},\"number\":{\"type\":\"string\"}," \
	"\"called\":{\"type\":[\"string\",\"null\"]},\"source\":{\"type\":[\"string\",\"null\"]}," \
	"\"queue\":{\"type\":[\"string\",\"null\"]},\"queued_at\":{\"type\":[\"integer\",\"null\"]},\"contact_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"phone_id\":{\"type\":[\"integer\",\"null\"]},\"script_version_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"asked_at\":{\"type\":\"integer\"},\"dialled_at\":{\"type\":[\"integer\",\"null\"]}," \
	"\"ringing_at\":{\"type\":[\"integer\",\"null\"]},\"answered_at\":{\"type\":[\"integer\",\"null\"]}," \
	"\"connected_at\":{\"type\":[\"integer\",\"null\"]},\"talk_ended_at\":{\"type\":[\"integer\",\"null\"]},\"ended_at\":{\"type\":[\"integer\",\"null\"]}," \
	"\"cause\":{\"type\":[\"string\",\"null\"]},\"result_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"result_at\":{\"type\":[\"integer\",\"null\"]},\"muted\":{\"type\":\"boolean\"}," \
	"\"held\":{\"type\":\"boolean\"},\"records\":{\"type\":\"boolean\"}," \
	"\"record_error\":{\"type\":[\"string\",\"null\"]},\"unrecorded\":{\"type\":\"boolean\"}," \
	"\"guest\":" GUEST_SCHEMA ",\"monitor\":" MONITOR_SCHEMA "," \
	"\"draft\":{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"result_id\":{\"type\":[\"integer\",\"null\"]}," \
	"\"due_at\":{\"type\":[\"integer\",\"null\"]},\"mine\":{\"type\":\"boolean\"},\"comment\":{\"type\":[\"string\",\"null\"]},\"answers\":{\"oneOf\":[{\"type\":\"object\"," \
	"\"additionalProperties\":{\"type\":\"string\"}},{\"type\":\"null\"}]}," \
	"\"path\":{\"oneOf\":[{\"type\":\"array\",\"items\":{\"type\":\"array\"}},{\"type\":\"null\"}]}}," \
	"\"required\":[]},{\"type\":\"null\"}]}},\"required\":[\"id\",\"uuid\",\"state\",\"mode\",\"direction\",\"number\"," \
	"\"called\",\"source\",\"queue\",\"queued_at\",\"contact_id\",\"phone_id\",\"script_version_id\",\"asked_at\",\"dialled_at\",\"ringing_at\"," \
	"\"answered_at\",\"connected_at\",\"talk_ended_at\",\"ended_at\",\"cause\",\"result_id\",\"result_at\",\"muted\",\"held\"," \
	"\"unrecorded\",\"guest\",\"monitor\",\"draft\"]},{\"type\":\"null\"}]}," \
	"\"card\":{\"oneOf\":[" CARD_SCHEMA ",{\"type\":\"null\"}]}},\"required\":[\"shift\",\"state\",\"state_since\"," \
	"\"state_until\",\"leg\",\"pause_reason_id\",\"leaving\",\"leaving_reason_id\",\"project_id\",\"today\",\"queue\",\"offer\",\"guest_of\",\"script_version_id\"," \
	"\"call\"]}"

#define SDP_SCHEMA "{\"type\":\"object\",\"properties\":{\"sdp\":{\"type\":\"string\"}},\"required\":[\"sdp\"]}"

#define STEPS_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"ok\":{\"type\":\"boolean\"},\"steps\":{\"type\":\"array\"," \
	"\"items\":{\"type\":\"object\",\"properties\":{\"what\":{\"type\":\"string\"},\"ok\":{\"type\":\"boolean\"}," \
	"\"detail\":{\"type\":[\"string\",\"null\"]}},\"required\":[\"what\",\"ok\",\"detail\"]}}}," \
	"\"required\":[\"ok\",\"steps\"]}"

#endif
