/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds a list of downloads back, besides room: pauses between two requests to a host, and budgets.
 *
 * A pause is counted from the last request to the host that began or was over. It is for what begins: redirects, and what is asked once more
 * of a file under way, go on. Without --wait there is none, and nothing is kept.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "crawler/get.h"
#undef uthash_fatal
#define uthash_fatal(msg) check_failed(msg, __FILE__, __LINE__, __func__)

struct get_pause {
	char *host; /* key */
	int64_t until_us;
	UT_hash_handle hh;
};

static int64_t
pause_us(const struct config *cf)
{
	struct hash_key random;
	int64_t us = cf->polite.wait;

	if (us <= 0 || !cf->polite.random_wait || hash_key_random(&random) < 0)
		return us > 0 ? us : 0; /* auto: none */
	return us / 2 + (int64_t)((unsigned __int128)(uint64_t)us * (uint32_t)random.seed >> 32);
}

void
get_pace_note(struct get *g, struct str host)
{
	int64_t us = pause_us(g->config);
	struct get_pause *p;

	if (us == 0)
		return;
	HASH_FIND(hh, g->pauses, host.p, host.len, p);
	if (p == NULL) {
		p = calloc(1, sizeof(*p));
		CHECK(p != NULL);
		p->host = strndup(host.p, host.len);
		CHECK(p->host != NULL);
		HASH_ADD_KEYPTR(hh, g->pauses, p->host, host.len, p);
	}
	p->until_us = clock_mono_us() + us;
}

bool
get_pace_may(struct get *g, struct str host)
{
	struct get_pause *p;

	HASH_FIND(hh, g->pauses, host.p, host.len, p);
	if (p == NULL || p->until_us <= clock_mono_us())
		return true;
	if (g->paused_us == 0 || p->until_us < g->paused_us)
		g->paused_us = p->until_us;
	return false;
}

void
get_pace_release(struct get *g)
{
	struct get_pause *p, *next;

	HASH_ITER(hh, g->pauses, p, next) {
		HASH_DEL(g->pauses, p);
		free(p->host);
		free(p);
	}
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
