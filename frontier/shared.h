/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shared.h: what the frontiers of all loops have in common: counters, all atomic. Private to frontier/.
 *
 * work      everything that must come to its end before the run is finished: URLs let in and not ended (wherever they are: queued,
 *           taken, on their way to another loop), robots.txt jobs, remembered refusals, holds
 * levels    with a level limit: of these, the URLs by depth. `floor` is the smallest depth with any; it only rises (a URL is let
 *           in while the page that it stands on is outstanding; a hold counts as a URL of the depth that it is for).
 * seeds     of these, the seeds and their redirect hops: while there are any, the scope may still grow
 */
#ifndef FRONTIER_SHARED_H
#define FRONTIER_SHARED_H

#include <stdatomic.h>

#include "frontier/depths.h"
#include "frontier/frontier.h"
#include "frontier/hostq.h"

#define SHARED_MAGIC     0x66736872u
#define SHARED_LEVELS    1024 /* deeper ones count as the last */
#define SHARED_MAX_LOOPS 256
#define SHARED_PAGES     ((UINT64_C(1) << 48) - 1)

struct shared_loop {
	_Alignas(64) _Atomic int64_t next_due_us;
	/* It waits for a level or for the seeds: somebody who changes these sends it a nudge (an empty parcel). */
	_Atomic bool wants_nudge;
};

struct frontier_shared {
	uint32_t magic;
	/* immutable after frontier_shared_new() */
	const struct frontier_config *config;
	int64_t start_wall_us; /* what queued_ms counts from */
	bool levels_on;
	struct server_window *windows;
	struct depths *depths; /* NULL: no level limit */
	/* atomic, sequentially consistent: decisions are made upon them across loops */
	_Alignas(64) _Atomic uint64_t work;
	_Atomic uint64_t seeds, holds;
	_Atomic uint64_t unread; /* those who do not know yet all that the runs before have left */
	_Atomic uint32_t floor;
	_Atomic bool finished, full_told;
	_Atomic bool stopping;       /* a loop was told to stop */
	_Atomic uint32_t left_level; /* the smallest of what was left since; SHARED_LEVELS: nothing */
	_Atomic int64_t paid_us; /* as polite->paid_us, of all hosts; with rate_bps */
	_Atomic uint64_t pages; /* taken, for max_pages; above SHARED_PAGES: of these, those that are open (shared_page()) */
	_Atomic uint64_t requests; /* the same for max_requests */
	_Atomic uint64_t levels[SHARED_LEVELS];
	/* atomic, relaxed: statistics, and a ceiling that need not be exact */
	_Alignas(64) _Atomic uint64_t offered;
	_Atomic uint64_t done, dropped, refused, untold, left, hosts, hosts_dead, hosts_walled, bytes;
	_Atomic uint64_t waiting[HOST_STATES];
	_Atomic uint64_t met[FRONTIER_SHARDS / 64]; /* bits: shards with a host */
	_Atomic unsigned n_met;
	struct shared_loop loops[SHARED_MAX_LOOPS];
};

static inline uint32_t
shared_level(uint32_t depth)
{
	return depth < SHARED_LEVELS ? depth : SHARED_LEVELS - 1;
}

/* What the settings mean to a host, and to an address that hosts share. Pure. */
void shared_polite(const struct frontier_config *config, struct polite_config *ret_host, struct polite_config *ret_server);

/* A URL is let in; it ends by exactly one of the others. */
void shared_let_in(struct frontier_shared *s, uint32_t depth, bool is_seed);
void shared_done(struct frontier_shared *s, uint32_t depth, bool is_seed);
void shared_drop(struct frontier_shared *s, uint32_t depth, bool is_seed);
void shared_leave(struct frontier_shared *s, uint32_t depth, bool is_seed);
/* The same of n that are no seeds. */
void shared_leave_many(struct frontier_shared *s, uint32_t depth, uint64_t n);
/*
 * With a level limit, is there something less deep that the run, which ends, leaves to the next one? Then a job of this depth is left, too:
 * that may turn out to be a redirect to it, and what is recorded keeps its depth.
 */
bool shared_is_ahead(const struct frontier_shared *s, uint32_t depth);
/* Or it was let in once more (depths.h), and this one does not count. */
void shared_forget(struct frontier_shared *s, uint32_t depth, bool is_seed);

/*
 * Of max_pages. One that was got is open until it is on its way (shared_page_asked()) or comes back (shared_unpage()). LATER: there is
 * none left, but an open one may come back; NONE: nor can that be.
 */
enum shared_page { SHARED_PAGE_GOT, SHARED_PAGE_LATER, SHARED_PAGE_NONE };
enum shared_page shared_page(struct frontier_shared *s);
void shared_page_asked(struct frontier_shared *s);
void shared_unpage(struct frontier_shared *s, bool is_open);

/*
 * Of max_requests. False: there is none left. What was taken and not used is given back; while another loop has it, a run may end that
 * one too early.
 */
bool shared_request(struct frontier_shared *s);
void shared_unrequest(struct frontier_shared *s);

/* A host of that shard was met. */
void shared_meet(struct frontier_shared *s, unsigned shard);

/* Other work: remembered links (by their depth), robots.txt jobs. */
void shared_work_add(struct frontier_shared *s);
void shared_work_sub(struct frontier_shared *s);
void shared_level_add(struct frontier_shared *s, uint32_t depth);
void shared_level_sub(struct frontier_shared *s, uint32_t depth);

/* The smallest level with anything outstanding; SHARED_LEVELS when there is none. 0 without a level limit. */
uint32_t shared_floor(struct frontier_shared *s);
/* May hosts still join the scope? */
bool shared_seeds_on(const struct frontier_shared *s);
/* True for exactly one caller, once nothing is pending. */
bool shared_finish(struct frontier_shared *s);

#endif
