/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jail_priv.h - within engine/jail */
#ifndef ENGINE_JAIL_JAIL_PRIV_H
#define ENGINE_JAIL_JAIL_PRIV_H

#include "engine/jail/jail.h"

#if defined(__SANITIZE_THREAD__)
#define JAIL_THREADED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define JAIL_THREADED 1
#endif
#endif

/* The new child takes its descriptors and limits. False: it must end at once. */
bool jail_hold(const struct jail *j) MUST_USE;

#endif
