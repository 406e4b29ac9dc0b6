/* SPDX-License-Identifier: GPL-3.0-or-later */
/* live_keys.h: which settings can change while a job runs, and what has to be done then (live.c). Immutable. */
#ifndef CRAWLER_LIVE_KEYS_H
#define CRAWLER_LIVE_KEYS_H

#include <stdbool.h>

/* The last two need no loop. */
enum live_part { LIVE_LOOPS, LIVE_PARSERS, LIVE_SCOPE, LIVE_DIVISION, LIVE_PAUSE, LIVE_MAIN };

/* False: it cannot. */
bool live_keys_part(const char *key, enum live_part *ret_part);

#endif
