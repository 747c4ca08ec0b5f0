/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call_priv.h - what the files of this folder share. */
#ifndef DOMAIN_CALL_CALL_PRIV_H
#define DOMAIN_CALL_CALL_PRIV_H

#include "domain/call/call.h"

int call_ratings(struct request *q);
#define RATINGS_SCHEMA \
	"{\"type\":\"object\",\"required\":[\"rows\"],\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"object\"," \
	"\"required\":[\"operator_id\",\"name\",\"talks\",\"rated\",\"average\",\"counts\"],\"properties\":{" \
	"\"operator_id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"},\"talks\":{\"type\":\"integer\"}," \
	"\"rated\":{\"type\":\"integer\"},\"average\":{\"type\":[\"number\",\"null\"]}," \
	"\"counts\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}}}}}}"

#endif
