/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trap_sets.h: what a loop remembers to recognise traps (trap.h), in memory that grows with what there is, up to a fixed size.
 *
 * A recall holds the keys of late, and maybe a value for each: two open-addressed halves, one being filled; when it is half full the older one
 * is forgotten and they change places. What is asked for stays. So between MAX / 2 and MAX keys are known. To forget is to take for
 * new, which errs on the side of asking for a page. Until MAX is reached the one that is filled grows twofold instead, and nothing is
 * forgotten; where there is no memory for that, it is as if MAX were reached.
 *
 * Not thread-safe.
 */
#ifndef FRONTIER_TRAP_SETS_H
#define FRONTIER_TRAP_SETS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/check.h"

struct recall_half {
	uint64_t *keys;   /* 0 = free */
	uint64_t *values; /* NULL: there are none */
};
struct recall {
	struct recall_half half[2]; /* [0] is being filled, [1] is not there until that has been full */
	uint32_t cap, max, n;       /* cap: of each, a power of two */
	bool with_values;
};

/* max: a power of two. 0 or -ENOMEM. */
MUST_CHECK int recall_init(struct recall *r, uint32_t max, bool with_values);
void recall_release(struct recall *r);
/* Is the key known? Now it is. */
bool recall_put(struct recall *r, uint64_t key);
/* Is the key known, and what is its value? If not, it is put there with this one. */
bool recall_put_value(struct recall *r, uint64_t key, uint64_t value);
bool recall_has(const struct recall *r, uint64_t key);
/* recall_put() of this key comes soon: what it looks at first is on its way from memory. */
static inline void
recall_prefetch(const struct recall *r, uint64_t key)
{
	__builtin_prefetch(&r->half[0].keys[(uint32_t)(key >> 32) & (r->cap - 1)], 1);
}
bool recall_value(const struct recall *r, uint64_t key, uint64_t *ret_value);

/*
 * For the next run: appended to out, which keeps the failure; and read from the front of *packed, which moves on, the older ones
 * first, those that are wanted (NULL: all). What is there already stays. -EBADMSG: that is none of it; what was before it is read.
 *
 *	u32 n                          little-endian, as are all
 *	n times u64 key, u64 value     value: where there are values
 */
struct trap_wanted {
	bool (*is)(const void *arg, uint64_t key);
	const void *arg;
};
void recall_pack(const struct recall *r, struct buf *out);
MUST_CHECK int recall_unpack(struct recall *r, struct str *packed, const struct trap_wanted *wanted);

/* The record of a class of URLs. */
struct trap_class {
	uint64_t key; /* 0 = free */
	int16_t balance;
	bool cut; /* for good */
};
/* A class is in one of the two sets that its key names, so that no set is full long before most are. */
struct trap_classes {
	struct trap_class *sets; /* of TRAP_WAYS each */
	uint32_t n_sets, max_sets;
};

#define TRAP_WAYS 4

/* max_sets: a power of two; twice as many sets are made when both of a key are full, up to that. 0 or -ENOMEM. */
MUST_CHECK int trap_classes_init(struct trap_classes *c, uint32_t max_sets);
void trap_classes_release(struct trap_classes *c);
/* NULL: it has no record, or had and it was forgotten. */
struct trap_class *trap_class_find(struct trap_classes *c, uint64_t key);
/* As recall_pack(); u32 n, and n times u64 key, u32 balance + 2^16 * cut. *ret_cut: how many of them are cut, added. */
void trap_classes_pack(const struct trap_classes *c, struct buf *out);
MUST_CHECK int trap_classes_unpack(struct trap_classes *c, struct str *packed, const struct trap_wanted *wanted, unsigned *ret_cut);
/* Made if it is not there; where both sets are full, in the place of the one that says least. It stays where it is until the next call. */
struct trap_class *trap_class_get(struct trap_classes *c, uint64_t key);

#endif
