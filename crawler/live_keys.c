/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/check.h"
#include "crawler/live_keys.h"

static const struct {
	const char *key;
	enum live_part part;
} live_keys[] = {
	{ "scope.domains", LIVE_SCOPE },
	{ "scope.exclude_domains", LIVE_SCOPE },
	{ "scope.accept", LIVE_SCOPE },
	{ "scope.reject", LIVE_SCOPE },
	{ "scope.accept_regex", LIVE_SCOPE },
	{ "scope.reject_regex", LIVE_SCOPE },
	{ "scope.max_time", LIVE_MAIN },
	{ "polite.per_host", LIVE_LOOPS },
	{ "polite.per_host_max", LIVE_LOOPS },
	{ "polite.wait", LIVE_LOOPS },
	{ "polite.random_wait", LIVE_LOOPS },
	{ "polite.limit_rate", LIVE_LOOPS },
	{ "polite.limit_rate_per_host", LIVE_LOOPS },
	{ "fetch.connections", LIVE_LOOPS },
	{ "fetch.loops", LIVE_DIVISION },
	{ "parse.workers", LIVE_PARSERS },
	{ "run.paused", LIVE_PAUSE },
};

bool
live_keys_part(const char *key, enum live_part *ret_part)
{
	for (size_t i = 0; i < ARRAY_LEN(live_keys); i++)
		if (strcmp(live_keys[i].key, key) == 0) {
			*ret_part = live_keys[i].part;
			return true;
		}
	return false;
}
