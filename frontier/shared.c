/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "frontier/server.h"
#include "frontier/shared.h"

static unsigned
at_most(unsigned n, unsigned most)
{
	return n < most ? n : most;
}

/* fixed: 0 = by the law, which opens up to max. */
static struct polite_config
polite_of(const struct frontier_config *config, unsigned fixed, unsigned max)
{
	max = at_most(fixed > 0 ? fixed : max, POLITE_WINDOW_MAX);
	return (struct polite_config){
		.window_first = fixed > 0 ? max : at_most(POLITE_WINDOW_FIRST, max),
		.window_max = max,
		.wait_us = config->wait_us,
		.random_wait = config->random_wait,
		.dead_wait_us = config->retry_us,
		.rate_bps = config->host_rate_bps,
	};
}

void
shared_polite(const struct frontier_config *config, struct polite_config *ret_host, struct polite_config *ret_server)
{
	*ret_server = *ret_host = polite_of(config, config->per_host, config->per_host_max);
	if (config->per_address != 0)
		*ret_server = polite_of(config, config->per_address, 0);
	ret_server->window_least = ret_server->window_first;
	if (config->per_address == FRONTIER_NO_LIMIT)
		*ret_server = (struct polite_config){ 0 };
}

int
frontier_shared_new(const struct frontier_config *config, struct frontier_shared **ret_shared)
{
	struct frontier_shared *s;
	unsigned i;

	CHECK(config->n_loops >= 1 && config->n_loops <= SHARED_MAX_LOOPS);
	CHECK(config->tries >= 1 && (config->per_host >= 1 || config->per_host_max >= 1));
	s = aligned_alloc(_Alignof(struct frontier_shared), sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	memset(s, 0, sizeof(*s));
	s->magic = SHARED_MAGIC;
	s->config = config;
	s->start_wall_us = config->epoch_wall_us > 0 ? config->epoch_wall_us : clock_wall_us();
	s->levels_on = config->max_level != SCOPE_NO_LEVEL;
	atomic_init(&s->left_level, SHARED_LEVELS);
	s->windows = server_windows_new();
	if (s->windows == NULL || (s->levels_on && depths_new(&s->bytes, &s->depths) < 0)) {
		frontier_shared_free(s);
		return -ENOMEM;
	}
	for (i = 0; i < SHARED_MAX_LOOPS; i++)
		atomic_init(&s->loops[i].next_due_us, DUE_NEVER);
	*ret_shared = s;
	return 0;
}

void
frontier_shared_free(struct frontier_shared *s)
{
	if (s == NULL)
		return;
	CHECK_MAGIC(s, SHARED_MAGIC);
	server_windows_free(s->windows);
	depths_free(s->depths);
	s->magic = 0;
	free(s);
}

void
shared_level_add(struct frontier_shared *s, uint32_t depth)
{
	uint32_t level = shared_level(depth), floor;

	if (!s->levels_on)
		return;
	atomic_fetch_add(&s->levels[level], 1);
	/* Below the floor only while nothing is outstanding: more seeds. */
	floor = atomic_load(&s->floor);
	while (UNLIKELY(level < floor) && !atomic_compare_exchange_weak(&s->floor, &floor, level))
		continue;
}

void
shared_level_sub(struct frontier_shared *s, uint32_t depth)
{
	if (s->levels_on)
		CHECK(atomic_fetch_sub(&s->levels[shared_level(depth)], 1) > 0);
}

uint32_t
shared_floor(struct frontier_shared *s)
{
	uint32_t seen, level;

	if (!s->levels_on)
		return 0;
	seen = level = atomic_load(&s->floor);
	while (level < SHARED_LEVELS && atomic_load(&s->levels[level]) == 0)
		level++;
	/*
	 * The walk stops at the latest at a level that was outstanding all the time. It cannot have passed one that has come up
	 * since: that one's page was outstanding before it, and is. Only the empty frontier is no floor to remember.
	 */
	if (level != seen && level < SHARED_LEVELS)
		(void)atomic_compare_exchange_strong(&s->floor, &seen, level);
	return level;
}

void
shared_work_add(struct frontier_shared *s)
{
	atomic_fetch_add(&s->work, 1);
}

void
shared_work_sub(struct frontier_shared *s)
{
	CHECK(atomic_fetch_sub(&s->work, 1) > 0);
}

void
shared_let_in(struct frontier_shared *s, uint32_t depth, bool is_seed)
{
	atomic_fetch_add_explicit(&s->offered, 1, memory_order_relaxed);
	shared_work_add(s);
	shared_level_add(s, depth);
	if (is_seed)
		atomic_fetch_add(&s->seeds, 1);
}

static void
shared_out(struct frontier_shared *s, uint32_t depth, bool is_seed)
{
	if (is_seed)
		CHECK(atomic_fetch_sub(&s->seeds, 1) > 0);
	shared_level_sub(s, depth);
	shared_work_sub(s);
}

void
shared_done(struct frontier_shared *s, uint32_t depth, bool is_seed)
{
	atomic_fetch_add_explicit(&s->done, 1, memory_order_relaxed);
	shared_out(s, depth, is_seed);
}

void
shared_drop(struct frontier_shared *s, uint32_t depth, bool is_seed)
{
	atomic_fetch_add_explicit(&s->dropped, 1, memory_order_relaxed);
	shared_out(s, depth, is_seed);
}

/* Before the level is less by one: who sees that, sees this. */
static void
shared_lower_left(struct frontier_shared *s, uint32_t depth)
{
	uint32_t level = shared_level(depth), least = atomic_load(&s->left_level);

	while (s->levels_on && level < least && !atomic_compare_exchange_weak(&s->left_level, &least, level))
		continue;
}

static void
shared_note_left(struct frontier_shared *s, uint32_t depth)
{
	if (atomic_load(&s->stopping))
		shared_lower_left(s, depth);
}

bool
shared_is_ahead(const struct frontier_shared *s, uint32_t depth)
{
	return s->levels_on && atomic_load(&s->left_level) < shared_level(depth);
}

void
shared_leave(struct frontier_shared *s, uint32_t depth, bool is_seed)
{
	shared_note_left(s, depth);
	atomic_fetch_add_explicit(&s->left, 1, memory_order_relaxed);
	shared_out(s, depth, is_seed);
}

void
shared_leave_many(struct frontier_shared *s, uint32_t depth, uint64_t n)
{
	if (n == 0)
		return;
	shared_note_left(s, depth);
	atomic_fetch_add_explicit(&s->left, n, memory_order_relaxed);
	if (s->levels_on)
		CHECK(atomic_fetch_sub(&s->levels[shared_level(depth)], n) >= n);
	CHECK(atomic_fetch_sub(&s->work, n) >= n);
}

void
shared_forget(struct frontier_shared *s, uint32_t depth, bool is_seed)
{
	atomic_fetch_sub_explicit(&s->offered, 1, memory_order_relaxed);
	shared_out(s, depth, is_seed);
}

bool
shared_seeds_on(const struct frontier_shared *s)
{
	return atomic_load(&s->seeds) > 0 || atomic_load(&s->holds) > 0;
}

bool
shared_finish(struct frontier_shared *s)
{
	return atomic_load(&s->work) == 0 && !atomic_exchange(&s->finished, true);
}

static void
hold(struct frontier_shared *s, uint32_t depth)
{
	CHECK_MAGIC(s, SHARED_MAGIC);
	atomic_fetch_add(&s->holds, 1);
	shared_level_add(s, depth);
	shared_work_add(s);
}

static bool
unhold(struct frontier_shared *s, uint32_t depth)
{
	CHECK_MAGIC(s, SHARED_MAGIC);
	shared_level_sub(s, depth);
	CHECK(atomic_fetch_sub(&s->holds, 1) > 0);
	shared_work_sub(s);
	return shared_finish(s);
}

void
frontier_hold(struct frontier_shared *s)
{
	hold(s, 0);
}

bool
frontier_unhold(struct frontier_shared *s)
{
	return unhold(s, 0);
}

void
frontier_hold_rest(struct frontier_shared *s, uint32_t depth)
{
	atomic_fetch_add(&s->unread, 1);
	hold(s, depth);
}

bool
frontier_unhold_rest(struct frontier_shared *s, uint32_t depth, bool all_read)
{
	/* First: what was remembered is offered when there is no hold any more. */
	if (all_read)
		CHECK(atomic_fetch_sub(&s->unread, 1) > 0);
	else
		shared_lower_left(s, depth);
	return unhold(s, depth);
}

enum shared_page
shared_page(struct frontier_shared *s)
{
	uint64_t max = s->config->max_pages, old = atomic_load(&s->pages);

	if (max == 0)
		return SHARED_PAGE_GOT;
	do
		if ((old & SHARED_PAGES) >= max)
			return old > SHARED_PAGES ? SHARED_PAGE_LATER : SHARED_PAGE_NONE;
	while (!atomic_compare_exchange_weak(&s->pages, &old, old + SHARED_PAGES + 2)); /* one more of either */
	return SHARED_PAGE_GOT;
}

void
shared_page_asked(struct frontier_shared *s)
{
	if (s->config->max_pages > 0)
		atomic_fetch_sub(&s->pages, SHARED_PAGES + 1);
}

void
shared_unpage(struct frontier_shared *s, bool is_open)
{
	/* In one step: nobody may see it used up and not open. */
	if (s->config->max_pages > 0)
		atomic_fetch_sub(&s->pages, is_open ? SHARED_PAGES + 2 : 1);
}

bool
shared_request(struct frontier_shared *s)
{
	uint64_t max = s->config->max_requests;

	if (max == 0 || atomic_fetch_add(&s->requests, 1) < max)
		return true;
	atomic_fetch_sub(&s->requests, 1);
	return false;
}

void
shared_unrequest(struct frontier_shared *s)
{
	if (s->config->max_requests > 0)
		atomic_fetch_sub(&s->requests, 1);
}

void
shared_meet(struct frontier_shared *s, unsigned shard)
{
	uint64_t bit = UINT64_C(1) << shard % 64;

	if ((atomic_fetch_or_explicit(&s->met[shard / 64], bit, memory_order_relaxed) & bit) == 0)
		atomic_fetch_add_explicit(&s->n_met, 1, memory_order_relaxed);
}

void
frontier_stats(const struct frontier_shared *s, struct frontier_stats *ret_stats)
{
	struct frontier_stats st = {
		.done = atomic_load_explicit(&s->done, memory_order_relaxed),
		.dropped = atomic_load_explicit(&s->dropped, memory_order_relaxed),
		.refused = atomic_load_explicit(&s->refused, memory_order_relaxed),
		.untold = atomic_load_explicit(&s->untold, memory_order_relaxed),
		.left = atomic_load_explicit(&s->left, memory_order_relaxed),
		.hosts_walled = atomic_load_explicit(&s->hosts_walled, memory_order_relaxed),
		.hosts = atomic_load_explicit(&s->hosts, memory_order_relaxed),
		.sites = atomic_load_explicit(&s->n_met, memory_order_relaxed),
		.hosts_dead = atomic_load_explicit(&s->hosts_dead, memory_order_relaxed),
		.requests = atomic_load_explicit(&s->requests, memory_order_relaxed),
		.queue_bytes = atomic_load_explicit(&s->bytes, memory_order_relaxed),
		.depths_bytes = s->depths != NULL ? depths_bytes(s->depths) : 0,
		.waiting_window = atomic_load_explicit(&s->waiting[HOST_WINDOW], memory_order_relaxed) +
			atomic_load_explicit(&s->waiting[HOST_SERVER], memory_order_relaxed),
		.waiting_pause = atomic_load_explicit(&s->waiting[HOST_PAUSE], memory_order_relaxed),
		.waiting_backoff = atomic_load_explicit(&s->waiting[HOST_BACKOFF], memory_order_relaxed) +
			atomic_load_explicit(&s->waiting[HOST_PARKED], memory_order_relaxed),
		.waiting_robots = atomic_load_explicit(&s->waiting[HOST_ROBOTS], memory_order_relaxed),
		.waiting_address = atomic_load_explicit(&s->waiting[HOST_ADDRESS], memory_order_relaxed),
		.waiting_level = atomic_load_explicit(&s->waiting[HOST_LEVEL], memory_order_relaxed) +
			atomic_load_explicit(&s->waiting[HOST_ORDER], memory_order_relaxed),
		.next_due_us = DUE_NEVER,
	};
	unsigned i;

	CHECK_MAGIC(s, SHARED_MAGIC);
	/* Last, so that it is not behind the others: pending does not become negative. */
	st.offered = atomic_load_explicit(&s->offered, memory_order_relaxed);
	st.pending = st.offered - st.done - st.dropped;
	for (i = 0; i < s->config->n_loops; i++) {
		int64_t due_us = atomic_load_explicit(&s->loops[i].next_due_us, memory_order_relaxed);

		if (due_us < st.next_due_us)
			st.next_due_us = due_us;
	}
	*ret_stats = st;
}
