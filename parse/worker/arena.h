/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * arena.h: memory for one page: taken in small pieces, given back all at once, kept for the next page.
 *
 * Order of calls: zeroed = empty; arena_take() any number of times; arena_reset() between pages; arena_release(). Pieces
 * are aligned to 8 bytes and stay where they are until the reset. One owner.
 */
#ifndef PARSE_WORKER_ARENA_H
#define PARSE_WORKER_ARENA_H

#include <stddef.h>

#include "base/check.h"
#include "base/str.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *first, *now; /* chunks from now on are free */
	size_t used;                     /* of now */
};

/* NULL: -ENOMEM. bytes may be 0. */
void *arena_take(struct arena *a, size_t bytes);
/* A copy of s; p NULL: -ENOMEM. */
struct str arena_str(struct arena *a, struct str s);
/* Everything taken is free again; at most keep_bytes stay reserved. */
void arena_reset(struct arena *a, size_t keep_bytes);
void arena_release(struct arena *a);

#endif
