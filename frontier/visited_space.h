/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * visited_space.h: the memory that the visited set's tables stand in, a shared mapping of a memfd. Only for visited.c.
 *
 * What tables leave is used for later ones: a page that the kernel has to find, to clear, and to take back costs as much as some
 * hundred entries to copy, and taking one back interrupts the other processors. Addresses are in units of the set; the file is
 *
 *	... | tables and free runs, in any order | addresses that were never used
 *	                                         ^ fresh
 *
 *	S1  A free run touches no other one of its kind, so there are hardly more of them than tables. Kinds: *wet*, with its memory, which
 *	    is counted and will be used first; *dry*, without, never used again (but readers that come late may put pages
 *	    there again, which go the next time that memory is short).
 *	S2  `resident` has all memory below `fresh` but that of dry runs; it never passes max_bytes: it is raised before memory is made.
 *	    Where it would pass, all wet runs become dry.
 *	S3  What is free and wet is at most an eighth of what is resident, or a little; where it would be more, the largest runs become dry.
 *
 * Order of calls: visited_space_init(); visited_space_take(), visited_space_give() in any thread; visited_space_release().
 * Failures: -ENOSPC, -ENOMEM.
 */
#ifndef FRONTIER_VISITED_SPACE_H
#define FRONTIER_VISITED_SPACE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "url/seen_layout.h"

struct visited_run {
	uint32_t first, n; /* units */
	bool wet;
};

struct visited_space {
	/* immutable after visited_space_init() */
	const struct seen_view *view;
	int fd;
	uint64_t max_bytes;
	/* atomic; raised under the lock */
	_Atomic uint64_t resident;
	pthread_mutex_t lock;
	/* guarded by lock */
	uint64_t fresh;            /* the first unit that was never used */
	struct visited_run *runs;  /* by address */
	size_t n_runs, cap;
	uint64_t wet_units;        /* of all of them */
};

/* What is before `fresh` is not its business, but its `resident` bytes are counted. max_runs: about as many as there are tables. 0 or -ENOMEM. */
MUST_CHECK int visited_space_init(struct visited_space *s, const struct seen_view *view, int fd, uint64_t fresh, uint64_t resident,
	uint64_t max_bytes, size_t max_runs);
void visited_space_release(struct visited_space *s);

/* So many units, all zeros. */
MUST_CHECK int visited_space_take(struct visited_space *s, uint64_t units, uint64_t *ret_first);
/* Nobody writes there any more; who reads there finds zeros and what comes next. */
void visited_space_give(struct visited_space *s, uint64_t first, uint64_t units);

#endif
