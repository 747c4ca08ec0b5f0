/* SPDX-License-Identifier: GPL-3.0-or-later */
/* card.h - what leaves from a contact's card (A7): a letter with or without an offer as PDF, a short message, by a template filled for the
 * contact. Each passes the gate (lists of refusals, consent), a letter the guard too; each is kept with contact and call (domain/sending). */
#ifndef DOMAIN_CARD_CARD_H
#define DOMAIN_CARD_CARD_H

#include "kit/route/route.h"

extern const struct module card_module;

#endif
