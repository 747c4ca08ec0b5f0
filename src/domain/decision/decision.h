/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decision.h - the link in a letter that asks the customer to decide: about a change, or about the term after a stop. No log-in: the link's secret
 * is his name. Opening it changes nothing (mail scanners follow links, and run scripts); the decision is a second request with the same
 * secret, and works once. A link that was used, is past its term, or whose question is answered or gone says so. */
#ifndef DOMAIN_DECISION_DECISION_H
#define DOMAIN_DECISION_DECISION_H

#include "kit/route/route.h"

extern const struct module decision_module;

#endif
