/* SPDX-License-Identifier: GPL-3.0-or-later */
/* webhook.h - events sent to other programs (X3): which kinds, of one project or of all its owner reaches, to which address. What leaves is the event
 * with its row as the owner would read it by the API at that moment. At least once, in order per row, signed. ADR 66, docs/webhooks.md. */
#ifndef DOMAIN_WEBHOOK_WEBHOOK_H
#define DOMAIN_WEBHOOK_WEBHOOK_H

#include "kit/route/route.h"

extern const struct module webhook_module;

#endif
