/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * depths.h: at which depth each URL was let in last, of all loops. Made only where a level limit makes depths matter.
 *
 * A redirect hop has the depth of the page that was redirected; its target may have been queued one level deeper already, by a
 * link that was committed before. Then the target is let in again at the smaller depth, and what stands at the greater one is
 * stale: it is thrown away when its turn comes (to be taken, or to be committed). Links cannot do that: while a level is
 * outstanding, all links that are found lead below it (G2 in gate.c).
 *
 *	P1  A URL that is let in is new to the visited set and has its depth in one step, under the lock of its part: so whoever finds
 *	    it known finds its depth, whichever loop lets it in and wherever it is on its way.
 *	P2  What is known and has no depth was let in by a run before this one, or refused for good. If all that those runs have left
 *	    was restored (frontier_restore()), it has come to its end.
 *
 * 1,024 parts with an open-addressed table each, at most 13/16 full and grown by a third: 8 bytes an entry, 13 at most with all
 * that is free. An entry is the fingerprint, of which the part says ten bits, and in their place the depth.
 *
 * Threads: any.
 */
#ifndef FRONTIER_DEPTHS_H
#define FRONTIER_DEPTHS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"

/* What is deeper counts as this. */
#define DEPTHS_MAX  1022
#define DEPTHS_NONE UINT32_MAX

struct depths;
struct visited;
struct visited_place;

/* bytes: the account that the tables are in. */
MUST_CHECK int depths_new(_Atomic uint64_t *bytes, struct depths **ret_depths);
void depths_free(struct depths *d);

/* P1: visited_insert_at(), and if it was new, its depth. As visited_insert(). */
MUST_CHECK int depths_insert(struct depths *d, struct visited *visited, uint64_t fp, const struct visited_place *place, uint32_t depth);
/*
 * A URL that is known has been met at this depth. *ret_was: at which it was let in before. Less deep than that, or (from_before) that
 * being DEPTHS_NONE: this is its depth now, and 1. Else 0; or, if it was DEPTHS_NONE, -ENOMEM.
 */
MUST_CHECK int depths_lower(struct depths *d, uint64_t fp, uint32_t depth, bool from_before, uint32_t *ret_was);
/* Whatever it was. 0 or -ENOMEM. */
MUST_CHECK int depths_set(struct depths *d, uint64_t fp, uint32_t depth);
/* What is dropped has depth 0, so that nothing is less. */
uint32_t depths_get(struct depths *d, uint64_t fp);
/* Of the account, what is this. */
uint64_t depths_bytes(const struct depths *d);

#endif
