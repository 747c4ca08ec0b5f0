/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pickup_schema.h - the form of the measurement, as OpenAPI shows it. */
#ifndef DOMAIN_RECORDING_PICKUP_SCHEMA_H
#define DOMAIN_RECORDING_PICKUP_SCHEMA_H

#define AMD_SCHEMA \
	"{\"type\":\"object\",\"properties\":{\"on\":{\"type\":\"boolean\"},\"good\":{\"type\":\"boolean\"}" \
	",\"labelled\":{\"type\":\"integer\"},\"least\":{\"type\":\"integer\"},\"people\":{\"type\":\"inte" \
	"ger\"},\"machines\":{\"type\":\"integer\"},\"wrong\":{\"type\":\"integer\"},\"found\":{\"type\":\"" \
	"integer\"},\"limit_pct\":{\"type\":\"integer\"},\"delay_ms\":{\"type\":\"integer\"},\"upper_pc" \
	"t\":{\"type\":\"number\"},\"reasons\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"" \
	"integer\"}},\"wrong_calls\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}},\"required\"" \
	":[\"on\",\"good\",\"labelled\",\"least\",\"people\",\"machines\",\"wrong\",\"found\",\"limit_pct\"" \
	",\"delay_ms\",\"upper_pct\",\"reasons\",\"wrong_calls\"]}"

#endif
