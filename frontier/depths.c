/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "frontier/depths.h"
#include "frontier/visited.h"

#define DEPTHS_PART_BITS 10
#define DEPTHS_PARTS     (1u << DEPTHS_PART_BITS)
#define DEPTHS_MASK      ((uint64_t)DEPTHS_PARTS - 1)
#define DEPTHS_MIN_CAP   16

struct part {
	_Alignas(64) pthread_mutex_t lock;
	uint64_t *words; /* 0: free; else the fingerprint without its first bits, and 1 + depth */
	uint32_t cap, n;
};

struct depths {
	_Atomic uint64_t *account, bytes;
	struct part parts[DEPTHS_PARTS];
};

static void
note_bytes(struct depths *d, uint64_t more)
{
	atomic_fetch_add_explicit(&d->bytes, more, memory_order_relaxed);
	atomic_fetch_add_explicit(d->account, more, memory_order_relaxed);
}

uint64_t
depths_bytes(const struct depths *d)
{
	return atomic_load_explicit(&d->bytes, memory_order_relaxed);
}

int
depths_new(_Atomic uint64_t *bytes, struct depths **ret_depths)
{
	struct depths *d = aligned_alloc(_Alignof(struct depths), sizeof(*d));

	if (d == NULL)
		return -ENOMEM;
	d->account = bytes;
	atomic_init(&d->bytes, 0);
	for (unsigned i = 0; i < DEPTHS_PARTS; i++) {
		d->parts[i] = (struct part){ .cap = 0 };
		(void)pthread_mutex_init(&d->parts[i].lock, NULL);
	}
	note_bytes(d, sizeof(*d));
	*ret_depths = d;
	return 0;
}

void
depths_free(struct depths *d)
{
	if (d == NULL)
		return;
	for (unsigned i = 0; i < DEPTHS_PARTS; i++) {
		free(d->parts[i].words);
		(void)pthread_mutex_destroy(&d->parts[i].lock);
	}
	atomic_fetch_sub_explicit(d->account, depths_bytes(d), memory_order_relaxed);
	free(d);
}

static struct part *
part_lock(struct depths *d, uint64_t fp)
{
	struct part *p = &d->parts[fp >> (64 - DEPTHS_PART_BITS)];

	(void)pthread_mutex_lock(&p->lock);
	return p;
}

static void
part_unlock(struct part *p)
{
	(void)pthread_mutex_unlock(&p->lock);
}

static uint64_t
word_of(uint64_t fp, uint32_t depth)
{
	return fp << DEPTHS_PART_BITS | ((depth < DEPTHS_MAX ? depth : DEPTHS_MAX) + 1);
}

/* Where this word's fingerprint is, or would be. cap > n. */
static uint32_t
part_slot(const struct part *p, uint64_t word)
{
	uint32_t i = (uint32_t)((word >> 32) * p->cap >> 32);

	while (p->words[i] != 0 && (p->words[i] & ~DEPTHS_MASK) != (word & ~DEPTHS_MASK))
		if (++i == p->cap)
			i = 0;
	return i;
}

static uint32_t
part_get(const struct part *p, uint64_t fp)
{
	uint64_t word = p->cap > 0 ? p->words[part_slot(p, word_of(fp, 0))] : 0;

	return word != 0 ? (uint32_t)(word & DEPTHS_MASK) - 1 : DEPTHS_NONE;
}

/* Room for one more. */
MUST_CHECK static int
part_reserve(struct depths *d, struct part *p)
{
	struct part grown = { .cap = p->cap < DEPTHS_MIN_CAP ? DEPTHS_MIN_CAP : p->cap + p->cap / 3 };

	if ((uint64_t)p->n * 16 < (uint64_t)p->cap * 13)
		return 0;
	if (p->cap > UINT32_MAX / 4)
		return -ENOMEM;
	grown.words = calloc(grown.cap, sizeof(grown.words[0]));
	if (grown.words == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < p->cap; i++)
		if (p->words[i] != 0)
			grown.words[part_slot(&grown, p->words[i])] = p->words[i];
	note_bytes(d, (grown.cap - p->cap) * sizeof(uint64_t));
	free(p->words);
	p->words = grown.words;
	p->cap = grown.cap;
	return 0;
}

/* There is room. */
static void
part_set(struct part *p, uint64_t fp, uint32_t depth)
{
	uint64_t word = word_of(fp, depth);
	uint32_t i = part_slot(p, word);

	p->n += p->words[i] == 0;
	p->words[i] = word;
}

int
depths_insert(struct depths *d, struct visited *visited, uint64_t fp, const struct visited_place *place, uint32_t depth)
{
	struct part *p = part_lock(d, fp);
	int r = part_reserve(d, p);

	if (r == 0)
		r = visited_insert_at(visited, fp, place);
	if (r == 1)
		part_set(p, fp, depth);
	part_unlock(p);
	return r;
}

int
depths_lower(struct depths *d, uint64_t fp, uint32_t depth, bool from_before, uint32_t *ret_was)
{
	struct part *p = part_lock(d, fp);
	uint32_t was = part_get(p, fp);
	int r = was == DEPTHS_NONE ? from_before : (depth < DEPTHS_MAX ? depth : DEPTHS_MAX) < was;

	if (r == 1 && was == DEPTHS_NONE && part_reserve(d, p) < 0)
		r = -ENOMEM;
	if (r == 1)
		part_set(p, fp, depth);
	part_unlock(p);
	*ret_was = was;
	return r;
}

int
depths_set(struct depths *d, uint64_t fp, uint32_t depth)
{
	struct part *p = part_lock(d, fp);
	int r = part_reserve(d, p);

	if (r == 0)
		part_set(p, fp, depth);
	part_unlock(p);
	return r;
}

uint32_t
depths_get(struct depths *d, uint64_t fp)
{
	struct part *p = part_lock(d, fp);
	uint32_t depth = part_get(p, fp);

	part_unlock(p);
	return depth;
}
