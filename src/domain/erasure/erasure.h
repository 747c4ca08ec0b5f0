/* SPDX-License-Identifier: GPL-3.0-or-later */
/* erasure.h - erasing one contact's personal data (X7; 152-FZ art. 21, GDPR art. 17): names, numbers, addresses, comments, answers, recordings, and
 * their traces in letters, audit and events, with value and salt of each in the verifiable log. What is left is that there was a call, when,
 * and with which result. It cannot be undone. */
#ifndef DOMAIN_ERASURE_ERASURE_H
#define DOMAIN_ERASURE_ERASURE_H

#include "kit/route/route.h"

extern const struct module erasure_module;

#endif
