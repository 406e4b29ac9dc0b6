/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * visited.h: the set of fingerprints of every URL met, shared by threads and processes.
 *
 * Lock-free insert and lookup over shared memory (a memfd). Nothing is ever removed; there are no false negatives, and a
 * false positive needs two URLs with the same keyed 64-bit fingerprint. Exactly one of many concurrent inserts of a
 * fingerprint is told "new" (invariant J2's memory half: inserted before the URL is queued).
 *
 * Order of calls: visited_new() in the main process; visited_fd() for those who map it read-only (visited_map() in a
 * worker: lookups only); visited_insert(), visited_contains() in any thread; visited_free().
 *
 * Failures: -ENOSPC when max_bytes would be passed. See visited.c for the layout and the proof.
 */
#ifndef FRONTIER_VISITED_H
#define FRONTIER_VISITED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

struct visited;

/* max_bytes: ceiling of resident memory. Address space is reserved for it at once. 0 or negative errno. */
MUST_CHECK int visited_new(uint64_t max_bytes, struct visited **ret_visited);
void visited_free(struct visited *v);

/*
 * For tests: other shapes, so that small sets go through what large ones do. 1 << partition_bits partitions (at most 10 bits),
 * tables of whole units of 1 << unit_shift bytes (6 to 10), pages of four units. visited_new() is (8, 10).
 */
MUST_CHECK int visited_new_shaped(uint64_t max_bytes, unsigned partition_bits, unsigned unit_shift,
	struct visited **ret_visited);

/* 1 = it was new, 0 = it was there, -ENOSPC = full, -ENOMEM. fp: hash_fingerprint(), never 0 or UINT64_MAX. */
MUST_CHECK int visited_insert(struct visited *v, uint64_t fp);
/* So many will be in it soon: tables are made for that at once, where there is the memory. Before anything is inserted. */
void visited_expect(struct visited *v, uint64_t n);
/*
 * Inserts n of them, in an order of its own: the more at a time, the fewer are far apart in memory (a million take a fifth of the
 * time). 0, or as above: then some are in.
 */
MUST_CHECK int visited_insert_all(struct visited *v, const uint64_t *fps, size_t n);
bool visited_contains(const struct visited *v, uint64_t fp);
/* It will be asked for soon. */
void visited_prefetch(const struct visited *v, uint64_t fp);
/*
 * visited_contains() and visited_insert() of one fingerprint: the second goes on where the first has stopped, whatever others do in
 * between. Of a place that a find which said no has set.
 */
struct visited_place {
	uint64_t word;
	size_t slot;
};
bool visited_find(const struct visited *v, uint64_t fp, struct visited_place *ret_place);
MUST_CHECK int visited_insert_at(struct visited *v, uint64_t fp, const struct visited_place *place);

uint64_t visited_count(const struct visited *v);
/* Resident bytes, tables and headers. */
uint64_t visited_bytes(const struct visited *v);

/* More than half of what it may have. */
bool visited_is_half_full(const struct visited *v);

/* A descriptor that can only be mapped for reading; borrowed. */
int visited_fd(const struct visited *v);

#endif
