/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * depths.h: at which depth each URL of a loop was let in last. Kept only where a level limit makes depths matter.
 *
 * A redirect hop has the depth of the page that was redirected; its target may have been queued one level deeper already, by a
 * link that was committed before. Then the target is let in again at the smaller depth, and what stands at the greater one is
 * stale: it is thrown away when its turn comes (to be taken, or to be committed). Links cannot do that: while a level is
 * outstanding, all links that are found lead below it (G2 in gate.c).
 *
 * An open-addressed table, 12 bytes an entry, at most two thirds full. Owner: the loop's thread.
 */
#ifndef FRONTIER_DEPTHS_H
#define FRONTIER_DEPTHS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"

#define DEPTHS_NONE UINT32_MAX

struct depths {
	uint64_t *keys; /* 0 = free */
	uint32_t *depths;
	uint32_t cap; /* a power of two */
	uint32_t n;
	_Atomic uint64_t *bytes; /* the account of all loops */
};

void depths_release(struct depths *d);
/* Of the fingerprint; DEPTHS_NONE: it has not come here. What is dropped has depth 0, so that nothing is less. */
uint32_t depths_get(const struct depths *d, uint64_t fp);
/* 0 or -ENOMEM. */
MUST_CHECK int depths_set(struct depths *d, uint64_t fp, uint32_t depth);

#endif
