/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds a list of downloads back, besides room: pauses between two requests to a host, and budgets.
 *
 * A pause is counted from the last request to the host that began or was over. It is for what begins: redirects, and what is asked once more
 * of a file under way, go on. Without --wait there is none. Hosts that share a place keep each other's pauses: longer ones at worst, and a list
 * of any number of hosts takes no more memory.
 */
#include "config.h"

#include "base/clock.h"
#include "base/hash.h"
#include "crawler/get.h"

static int64_t
pause_us(const struct config *cf)
{
	struct hash_key random;
	int64_t us = cf->polite.wait;

	if (us <= 0 || !cf->polite.random_wait || hash_key_random(&random) < 0)
		return us > 0 ? us : 0; /* auto: none */
	return us / 2 + (int64_t)((unsigned __int128)(uint64_t)us * (uint32_t)random.seed >> 32);
}

static int64_t *
pause_of(struct get *g, struct str host)
{
	static const struct hash_key key = { 0 };

	return &g->pauses_us[hash_fingerprint(&key, host.p, host.len) % ARRAY_LEN(g->pauses_us)];
}

void
get_pace_note(struct get *g, struct str host)
{
	int64_t us = pause_us(g->config);

	if (us > 0)
		*pause_of(g, host) = clock_mono_us() + us;
}

bool
get_pace_may(struct get *g, struct str host)
{
	int64_t until_us = *pause_of(g, host);

	if (until_us <= clock_mono_us())
		return true;
	if (g->paused_us == 0 || until_us < g->paused_us)
		g->paused_us = until_us;
	return false;
}

void
get_look_at_budgets(struct get *g)
{
	const struct config *cf = g->config;

	if (g->stopping || (g->ready == NULL && g->later == NULL && g->n_active == 0))
		return;
	if (cf->scope.max_time > 0 && clock_mono_us() - g->start_us >= cf->scope.max_time) {
		g->budget = "--max-time";
		g->stopping = true;
		fetch_stop(g->fetch);
	} else if (cf->scope.quota > 0 && g->bytes >= cf->scope.quota && (g->ready != NULL || g->later != NULL)) {
		/* As wget's: what is under way comes to its end. */
		g->budget = "--quota";
		g->stopping = true;
	}
}
