/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * seen_layout.h: the visited set as it lies in shared memory, and how to look into it. For frontier/visited.c, which
 * writes it and where the proof stands, and url/seen.c, which reads it in other processes. Nobody else.
 *
 *	byte 0      struct seen_header, immutable once the descriptor is handed out
 *	byte 4096   table words, one per partition (atomic)
 *	byte 12288  tables, in units of 1 << unit_shift bytes: one unit for each partition, its first; then all others
 *
 * The high partition_bits of a fingerprint choose the partition. A table word is (first unit << 32 | number of units), counted
 * from byte 0; 0 = no table yet. A table is an array of slots: 0 = empty, SEEN_FROZEN = was empty when the table was retired,
 * else a fingerprint. Linear probing from the slot that the remaining bits choose by multiplication.
 *
 * That choice is monotone: bigger fingerprints lie further right. So a table is almost sorted, and a growing one is copied by two
 * sequential walks instead of random writes.
 */
#ifndef URL_SEEN_LAYOUT_H
#define URL_SEEN_LAYOUT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

#define SEEN_MAGIC              UINT64_C(0x31306e6565736c79) /* "lyseen01" */
#define SEEN_FROZEN             UINT64_MAX
#define SEEN_MAX_PARTITION_BITS 10
#define SEEN_MIN_UNIT_SHIFT     6
#define SEEN_MAX_UNIT_SHIFT     10
#define SEEN_WORDS_OFF          4096
#define SEEN_TABLES_OFF         (SEEN_WORDS_OFF + (8 << SEEN_MAX_PARTITION_BITS))

struct seen_header {
	uint64_t magic;
	uint32_t partition_bits, unit_shift;
	uint64_t map_bytes; /* of the whole file */
};

/* One process's view of the set; immutable after it was made. */
struct seen_view {
	unsigned char *base;
	uint64_t map_bytes;
	unsigned partition_bits, unit_shift;
};

typedef _Atomic uint64_t seen_slot;

static inline seen_slot *
seen_table_word(const struct seen_view *v, unsigned partition)
{
	return (seen_slot *)(void *)(v->base + SEEN_WORDS_OFF) + partition;
}

static inline unsigned
seen_partition(const struct seen_view *v, uint64_t fp)
{
	return (unsigned)(fp >> 1 >> (63 - v->partition_bits));
}

static inline uint64_t
seen_word(uint64_t first_unit, uint64_t n_units)
{
	return first_unit << 32 | n_units;
}

static inline uint64_t
seen_word_off(const struct seen_view *v, uint64_t word)
{
	return word >> 32 << v->unit_shift;
}

static inline uint64_t
seen_word_bytes(const struct seen_view *v, uint64_t word)
{
	return (word & UINT32_MAX) << v->unit_shift;
}

static inline size_t
seen_word_slots(const struct seen_view *v, uint64_t word)
{
	return seen_word_bytes(v, word) / sizeof(seen_slot);
}

static inline seen_slot *
seen_word_table(const struct seen_view *v, uint64_t word)
{
	return (seen_slot *)(void *)(v->base + seen_word_off(v, word));
}

/* Where probing for fp begins in a table of n slots. */
static inline size_t
seen_first_slot(const struct seen_view *v, uint64_t fp, size_t n)
{
	return (size_t)((unsigned __int128)(fp << v->partition_bits) * n >> 64);
}

/* Where the search for fp will be is read into the cache meanwhile: one that misses looks at some 15 slots, which is the next line too. */
static inline void
seen_view_prefetch(const struct seen_view *v, uint64_t fp)
{
	uint64_t word = atomic_load_explicit(seen_table_word(v, seen_partition(v, fp)), memory_order_acquire);
	const char *slot = (const char *)&seen_word_table(v, word)[seen_first_slot(v, fp, seen_word_slots(v, word))];

	__builtin_prefetch(slot);
	__builtin_prefetch(slot + 64);
}

/*
 * Is fp in the set? Any thread, any process. When not, and ret_word is given: the table that was searched and the slot where the
 * search ended; every slot from fp's first one up to that holds another fingerprint, and always will.
 *
 * The retry: the memory of a table that was retired may be used for another one by now, so that a miss
 * counts only while the table word still names the table. Acquire loads keep that order.
 */
static inline bool
seen_view_find(const struct seen_view *v, uint64_t fp, uint64_t *ret_word, size_t *ret_slot)
{
	seen_slot *table_word = seen_table_word(v, seen_partition(v, fp));
	uint64_t word = atomic_load_explicit(table_word, memory_order_acquire);

	for (;;) {
		seen_slot *table = seen_word_table(v, word);
		size_t n = seen_word_slots(v, word), i = seen_first_slot(v, fp, n), left;
		uint64_t again;

		for (left = n; left > 0; left--) {
			uint64_t s = atomic_load_explicit(&table[i], memory_order_acquire);

			if (s == fp)
				return true;
			if (s + 1 <= 1) /* 0 or SEEN_FROZEN */
				break;
			if (++i == n)
				i = 0;
		}
		again = atomic_load_explicit(table_word, memory_order_acquire);
		if (LIKELY(again == word)) {
			if (ret_word != NULL) {
				*ret_word = word;
				*ret_slot = i;
			}
			return false;
		}
		word = again;
	}
}

#endif
