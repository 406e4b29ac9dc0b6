/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * due.h: a binary heap of things by the time they are due, embedded in their owners: O(log n), no allocation once there is
 * room for all. One thread.
 *
 * Order of calls: due_init() (a zeroed heap will do); due_reserve() when a new thing is made; due_set() and due_cancel() as
 * often as wanted, which then cannot fail; due_release().
 */
#ifndef FRONTIER_DUE_H
#define FRONTIER_DUE_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

#define DUE_NEVER INT64_MAX

/* Zeroed: not set. */
struct due_item {
	int64_t due_us;
	size_t slot; /* 1-based place in the heap, 0 = not in it */
};

struct due {
	struct due_item **items; /* 1-based: items[0] is the root's place */
	size_t n, cap;
};

void due_release(struct due *d);
/* Room for n things in all: 0 or -ENOMEM. */
MUST_CHECK int due_reserve(struct due *d, size_t n);
/* Due at due_us; moves it if it is set. DUE_NEVER cancels. */
void due_set(struct due *d, struct due_item *item, int64_t due_us);
void due_cancel(struct due *d, struct due_item *item);
/* The earliest, NULL when empty. */
struct due_item *due_first(const struct due *d);
/* CHECKs the heap's order; for tests. */
void due_check(const struct due *d);

#endif
