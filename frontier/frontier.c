/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Life, and coming to rest. take.c takes, answer.c hears of what came of it. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "frontier/inside.h"

#define FRONTIER_TEXT_MAX_BYTES (URL_MAX_BYTES * 2)

int
frontier_new(const struct frontier_config *config, struct frontier_shared *shared, unsigned loop_index,
	const struct frontier_ops *ops, struct frontier **ret_frontier)
{
	struct frontier *f = calloc(1, sizeof(*f));

	CHECK(loop_index < config->n_loops);
	if (f == NULL)
		return -ENOMEM;
	f->magic = FRONTIER_MAGIC;
	f->config = config;
	f->shared = shared;
	f->index = loop_index;
	f->ops = *ops;
	shared_polite(config, &f->polite, &f->polite_server);
	f->rate_bps = config->rate_bps;
	pool_init(&f->pool, &shared->bytes);
	origins_init(&f->origins, &shared->bytes);
	rec_mem_init(&f->mem, &f->pool);
	f->random = hash_mix(config->key->seed, loop_index);
	url_init(&f->url);
	url_init(&f->origin);
	buf_init(&f->text, FRONTIER_TEXT_MAX_BYTES);
	buf_init(&f->chain, 8 * (REC_MAX_REDIRECTS + 1));
	if ((traps_wanted(config) && traps_new(config, loop_index, &f->traps) < 0) ||
		(config->traps.soft_404 && !config->closed && soft404_new(&f->soft404) < 0)) {
		frontier_free(f);
		return -ENOMEM;
	}
	f->parcels = calloc(config->n_loops, sizeof(f->parcels[0]));
	f->n_parcels = config->n_loops;
	/* Pages of it that nobody touches cost nothing. */
	f->servers = calloc(SERVERS_MAX, sizeof(struct server *));
	if (f->parcels == NULL || f->servers == NULL || tails_init(f, ops->backend) < 0) {
		frontier_free(f);
		return -ENOMEM;
	}
	*ret_frontier = f;
	return 0;
}

void
frontier_free(struct frontier *f)
{
	unsigned i;

	if (f == NULL)
		return;
	CHECK_MAGIC(f, FRONTIER_MAGIC);
	frontier_asked(f);
	for (uint32_t n = 0; n < f->origins.n; n++)
		hosts_free(f, origins_at(&f->origins, n));
	free(f->ruled);
	origins_release(&f->origins);
	tails_release(f);
	rec_fifo_clear(&f->mem, &f->remembered);
	if (f->parcels != NULL)
		for (i = 0; i < f->n_parcels; i++)
			frontier_parcel_free(f->shared, f->parcels[i]);
	free(f->parcels);
	servers_free(f);
	rec_mem_release(&f->mem);
	pool_release(&f->pool);
	traps_free(f->traps);
	soft404_free(f->soft404);
	due_release(&f->due);
	url_release(&f->url);
	url_release(&f->origin);
	buf_release(&f->text);
	buf_release(&f->chain);
	f->magic = 0;
	free(f);
}

void
frontier_full(struct frontier *f, enum outcome reason)
{
	if (!atomic_exchange(&f->shared->full_told, true))
		f->ops.full(f->ops.arg, reason);
}

bool
frontier_request(struct frontier *f)
{
	if (shared_request(f->shared))
		return true;
	f->out_of_budget = true;
	frontier_full(f, OUTCOME_BUDGET);
	return false;
}

uint32_t
frontier_random(struct frontier *f)
{
	return (uint32_t)(hash_mix(f->random++, 0) >> 32);
}

int64_t
frontier_retry_pause_us(struct frontier *f, unsigned tries)
{
	int64_t us = f->config->retry_us << (tries > 0 ? (tries - 1 < 10 ? tries - 1 : 10) : 0);

	return us + (int64_t)((unsigned __int128)(uint64_t)us * frontier_random(f) >> 33);
}

/* --- coming to rest -------------------------------------------------------------------------------------------- */

/* The floor has risen: also for those that want a place, which the lowest level does without. */
static void
settle_list(struct frontier *f, struct host_list *list)
{
	size_t n;

	for (n = list->n; n > 0 && list->head != NULL; n--) {
		struct hostq *h = list->head;

		host_list_remove(h);
		gate_update(f, h);
	}
}

/*
 * G3 has places again: as many hosts as there are get ready, in their turn, and the others stay, however many they are. Until those are
 * taken there is nothing more to do.
 */
static bool
settle_places(struct frontier *f)
{
	uint64_t places = frontier_places(f);
	bool any = false;

	while (f->crowded.n > 0 && f->ready.n < places) {
		struct hostq *h = f->crowded.head;

		host_list_remove(h);
		gate_update(f, h);
		any = true;
	}
	return any;
}

/* One step; false when there is nothing to do. */
static bool
settle_step(struct frontier *f)
{
	bool seeds_on = shared_seeds_on(f->shared);
	bool seeds_done = f->seeds_were_on && !seeds_on;
	uint32_t floor;

	if (f->remembered.n > 0 && !seeds_on) {
		door_reoffer(f);
		return true;
	}
	/* Behind that: the others are still to be told. */
	f->seeds_were_on = seeds_on;
	if (!f->shared->levels_on) {
		if (seeds_done && f->config->n_loops > 1)
			parcels_nudge(f);
		return settle_places(f);
	}
	floor = shared_floor(f->shared);
	if (floor == f->settled_floor) {
		if (seeds_done && f->config->n_loops > 1)
			parcels_nudge(f);
		return settle_places(f);
	}
	f->settled_floor = floor;
	order_run_held(f);
	settle_list(f, &f->gated);
	settle_list(f, &f->crowded);
	if (f->config->n_loops > 1)
		parcels_nudge(f);
	return true;
}

void
frontier_settle(struct frontier *f)
{
	while (settle_step(f))
		continue;
}

bool
frontier_waits_for_others(const struct frontier *f)
{
	return f->gated.n > 0 || f->crowded.n > 0 || f->held != NULL || f->remembered.n > 0;
}

/*
 * The outermost call is over: what it made possible is done (levels that are complete let jobs go, remembered offers are
 * offered), other loops get their parcels, and if nothing is pending any more, the run hears of it.
 */
void
frontier_leave(struct frontier *f)
{
	CHECK(f->entered > 0);
	if (f->entered > 1) {
		f->entered--;
		return;
	}
	frontier_settle(f);
	if (f->config->n_loops > 1) {
		/* Said first, then looked again: whoever changes something either sees it, or we see the change. */
		while (frontier_waits_for_others(f)) {
			atomic_store(&f->shared->loops[f->index].wants_nudge, true);
			if (!settle_step(f))
				break;
		}
		parcels_send(f);
	}
	f->entered--;
	if (shared_finish(f->shared))
		f->ops.finished(f->ops.arg);
}

void
frontier_stop(struct frontier *f, enum outcome reason)
{
	(void)reason; /* the caller's summary has it: what is left is counted, not listed */
	frontier_enter(f);
	if (!f->stopped) {
		f->stopped = true;
		atomic_store(&f->shared->stopping, true);
		/* The scope is what it is now. */
		door_reoffer(f);
		for (uint32_t n = 0; n < f->origins.n; n++)
			hosts_leave(f, origins_at(&f->origins, n));
	}
	frontier_leave(f);
}
