/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run.h: what the loops of one run share. Made and freed by crawl.c; the loops (pipeline.c) borrow it.
 *
 * Why a run ends: nothing is left (finished), the user (interrupted), a budget, a full set, a failing disk. The first
 * reason given by run_stop() counts; it lets what is in flight come to its end. run_abort() does not.
 */
#ifndef CRAWLER_RUN_H
#define CRAWLER_RUN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/chan.h"
#include "base/hash.h"
#include "crawler/metrics.h"
#include "frontier/frontier.h"
#include "parse/parse.h"
#include "store/store.h"

#define RUN_LOOPS_MAX  64
#define RUN_GOES_ON    (-1)

struct pipeline;

/* Loops are divided anew (crawl_divide.c): nothing more is taken, and what is in flight is waited for, or not any longer. */
enum run_division { RUN_WHOLE, RUN_DRAINS, RUN_HURRIES };

/* Which sitemaps are read besides the user's. */
enum run_sitemaps { RUN_SITEMAPS_OFF, RUN_SITEMAPS_ROBOTS, RUN_SITEMAPS_ALL };

struct run {
	/* immutable while the loops run */
	struct hash_key key;
	struct visited *visited, *refused;
	struct scope *scope;
	struct frontier_config frontier_config;
	struct frontier_shared *frontier;
	struct parse_pool *parsers;
	struct store *store;
	struct parts *parts; /* large bodies on their way; NULL: none are kept */
	const struct homes *home; /* to which secrets go; NULL: there are none */
	unsigned n_loops;
	struct pipeline *loops[RUN_LOOPS_MAX];
	enum run_sitemaps sitemaps;
	bool save_body, save_text;
	bool verbose; /* each URL that comes to its end is said */
	bool mirror;
	bool all_links; /* the writer wants all links of a page (job->refs) */
	bool warc; /* bodies are kept whatever their status */
	uint64_t refs_max_bytes; /* per loop: of what pages refer to, past which the writer is waited for */
	bool keeps_bodies; /* the writer has them: for one of these */
	bool log_rejected;
	uint64_t quota_bytes; /* wire bytes of bodies; 0 = none */
	unsigned max_redirect;
	int64_t commit_us; /* of the store */
	int64_t start_wall_us, start_mono_us;
	int wakefd; /* eventfd: something for the main thread */
	struct metrics_sum past; /* of loops that are no more; main thread */

	_Atomic int stop;       /* RUN_GOES_ON or an enum outcome: why it ends early */
	const char *_Atomic budget; /* its option, where that is OUTCOME_BUDGET */
	_Atomic int write_error; /* negative errno: a large body's file; 0 = none */
	_Atomic bool aborted;   /* in flight or not, now */
	store_haste haste;
	_Atomic int division;   /* enum run_division */
	_Atomic unsigned n_reading; /* loops that read what the runs before had left */
	_Atomic bool paused;    /* nothing more is taken from the queues until it goes on */
	_Atomic bool finished;  /* nothing is pending any more */
	_Atomic bool rest_unread; /* it ended before all was read that the runs before had left */
	_Atomic bool told_of_home; /* that a seed has led to another origin */
	_Atomic bool broken;    /* a loop has ended with an error: the rest cannot be waited for */
	_Atomic uint64_t quota_used_bytes;
	_Atomic uint32_t n_sharing; /* transfers in flight in all loops, which share --limit-rate */
	_Atomic uint64_t n_left; /* asked for and not over: pending for the next run */
	_Atomic uint64_t n_blocked; /* of these, those that met walls */
	_Atomic uint64_t n_untrusted; /* robots.txt of servers that could not be authenticated, of each one */
	_Atomic int64_t backed_off_wall_us; /* until when the last host at least does not want to be asked; 0: none has said so */
	_Atomic uint64_t n_pages;   /* answered as one wishes */
};

/* Any thread, also more than once: the first reason counts. Wakes everyone. */
void run_stop(struct run *r, enum outcome why);
/* The same for a budget. option: static, what the user may raise ("--max-pages"). */
void run_stop_budget(struct run *r, const char *option);
/* A body's file could not be written: negative errno. Any thread; the first one counts. */
void run_write_failed(struct run *r, int error);
/* Nothing is pending any more, in any loop. Any thread. Wakes everyone. */
void run_finish(struct run *r);
/* A host does not want to be asked before. Any thread. */
void run_backed_off(struct run *r, int64_t due_wall_us);
/* Drops what is in flight. */
void run_abort(struct run *r);
static inline int
run_state(const struct run *r)
{
	return atomic_load_explicit(&r->stop, memory_order_acquire);
}
/* There is something for the main thread to look at. Any thread. */
void run_tell(struct run *r);
/* Wakes everyone. */
void run_divide(struct run *r, enum run_division how);
/* While paused nothing more is asked for; what is in flight comes to its end. Any thread. */
void run_pause(struct run *r, bool paused);
/* This loop's part of a total: all parts add up to it, none is 0. */
static inline unsigned
run_part(const struct run *r, unsigned total, unsigned loop)
{
	unsigned part = total / r->n_loops + (loop < total % r->n_loops ? 1 : 0);

	return part > 0 ? part : 1;
}
/* Sums of all loops, also of those that are no more. Main thread. */
void run_metrics(const struct run *r, struct metrics_sum *ret_sum);

#endif
