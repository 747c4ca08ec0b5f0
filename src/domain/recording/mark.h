/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mark.h - marks in recordings. */
#ifndef DOMAIN_RECORDING_MARK_H
#define DOMAIN_RECORDING_MARK_H

#include "kit/route/route.h"

extern const struct resource recording_mark_resource;

#endif
