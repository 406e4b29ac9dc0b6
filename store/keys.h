/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * keys.h: a set of found_key()s that is filled once, its size known before: open-addressed, at most half full. The keys are
 * keyed hashes, so nobody outside can make them collide. 0 is no key.
 *
 * Order of calls: keys_init(); keys_add(); keys_slot(), keys_has(); keys_release(), of a zeroed one too.
 */
#ifndef STORE_KEYS_H
#define STORE_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"

struct keys {
	uint64_t *keys; /* 0 = free */
	uint64_t mask;
};

/* For n keys. 0 or -ENOMEM. */
MUST_CHECK int keys_init(struct keys *k, uint64_t n);
void keys_release(struct keys *k);
/* Where the key is, or would be; below keys_slots(). */
uint64_t keys_slot(const struct keys *k, uint64_t key);

static inline uint64_t
keys_slots(const struct keys *k)
{
	return k->mask + 1;
}

static inline bool
keys_has(const struct keys *k, uint64_t key)
{
	return k->keys[keys_slot(k, key)] != 0;
}

/* Returns its slot. */
static inline uint64_t
keys_add(struct keys *k, uint64_t key)
{
	uint64_t at = keys_slot(k, key);

	k->keys[at] = key;
	return at;
}

#endif
