/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/check.h"
#include "base/huge.h"
#include "frontier/pool.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define POISON(p, n)   ((void)0)
#define UNPOISON(p, n) ((void)0)
#endif

#define POOL_MAGIC 0x706f6f6cu

/* Before the pieces. Somewhere in it stands the head: were all at the beginning, a few lines of the cache would be everybody's. */
#define HEAD_BYTES ((size_t)4096)
/* As many regions have small pages, so that a small crawl is small. */
#define SMALL_REGIONS (2u * POOL_CLASSES)
/* An empty region may keep as much. */
#define KEEP_BYTES ((size_t)64 * 1024)

struct free_piece {
	struct free_piece *next;
};

struct pool_region {
	_Alignas(64) uint32_t magic;
	uint8_t class;
	bool huge, is_roomy;
	uint32_t n_out;          /* pieces that were got and not put back */
	uint32_t used;           /* bytes from its start behind which no piece was ever got */
	uint32_t counted;        /* in the account */
	struct free_piece *free; /* before `used` */
	struct pool_region *prev, *next;         /* of those with room */
	struct pool_region *all_prev, *all_next;
};

_Static_assert(sizeof(struct pool_region) <= 128 && HEAD_BYTES % 128 == 0, "a head fits wherever it is put");

static const uint32_t piece_bytes[POOL_CLASSES] = {
	[POOL_LASTING] = 128, [POOL_128] = 128, [POOL_256] = 256, [POOL_1024] = 1024, [POOL_4096] = 4096,
};

void
pool_init(struct pool *p, _Atomic uint64_t *bytes)
{
	*p = (struct pool){ .bytes = bytes };
}

size_t
pool_piece_bytes(enum pool_class class)
{
	return piece_bytes[class];
}

/* P1. */
static char *
start_of(const void *piece)
{
	return (char *)piece - (uintptr_t)piece % HUGE_BYTES;
}

static struct pool_region *
head_of(char *start)
{
	return (void *)(start + (uintptr_t)start / HUGE_BYTES % (HEAD_BYTES / 128) * 128);
}

static void
count(struct pool *p, struct pool_region *r, uint32_t bytes)
{
	atomic_fetch_add_explicit(p->bytes, (uint64_t)bytes - r->counted, memory_order_relaxed);
	r->counted = bytes;
}

static void
roomy_add(struct pool *p, struct pool_region *r)
{
	r->is_roomy = true;
	r->prev = NULL;
	r->next = p->roomy[r->class];
	if (r->next != NULL)
		r->next->prev = r;
	p->roomy[r->class] = r;
}

static void
roomy_remove(struct pool *p, struct pool_region *r)
{
	if (r->prev != NULL)
		r->prev->next = r->next;
	else
		p->roomy[r->class] = r->next;
	if (r->next != NULL)
		r->next->prev = r->prev;
	r->is_roomy = false;
}

/* An empty region, and what of it is counted. NULL: no memory. */
static char *
region_start(struct pool *p, bool *ret_huge, uint32_t *ret_counted)
{
	struct pool_region *r = p->spare;
	char *start;

	if (r != NULL) {
		p->spare = r->next;
		p->n_spare--;
		*ret_huge = true;
		*ret_counted = HUGE_BYTES;
		return start_of(r);
	}
	start = huge_map(HUGE_BYTES);
	if (start == NULL)
		return NULL;
	*ret_huge = p->n_regions >= SMALL_REGIONS;
	*ret_counted = 0;
	huge_want(start, HUGE_BYTES, *ret_huge);
	return start;
}

static struct pool_region *
region_new(struct pool *p, enum pool_class class)
{
	uint32_t counted;
	bool huge;
	char *start = region_start(p, &huge, &counted);
	struct pool_region *r;

	if (start == NULL)
		return NULL;
	r = head_of(start);
	*r = (struct pool_region){ .magic = POOL_MAGIC, .class = (uint8_t)class, .huge = huge, .used = HEAD_BYTES, .counted = counted,
		.all_next = p->all };
	if (r->all_next != NULL)
		r->all_next->all_prev = r;
	p->all = r;
	p->n_regions++;
	count(p, r, huge ? HUGE_BYTES : HEAD_BYTES);
	POISON(start + HEAD_BYTES, HUGE_BYTES - HEAD_BYTES);
	roomy_add(p, r);
	return r;
}

static void
region_unmap(struct pool *p, struct pool_region *r)
{
	char *start = start_of(r);

	count(p, r, 0);
	UNPOISON(start, HUGE_BYTES);
	huge_unmap(start, HUGE_BYTES);
}

static void
region_free(struct pool *p, struct pool_region *r)
{
	if (r->is_roomy)
		roomy_remove(p, r);
	if (r->all_prev != NULL)
		r->all_prev->all_next = r->all_next;
	else
		p->all = r->all_next;
	if (r->all_next != NULL)
		r->all_next->all_prev = r->all_prev;
	p->n_regions--;
	if (!r->huge || p->n_spare >= p->max_spare) {
		region_unmap(p, r);
		return;
	}
	r->next = p->spare;
	p->spare = r;
	p->n_spare++;
}

/* Nothing of it is out: it goes (P3), or begins anew. */
static void
region_empty(struct pool *p, struct pool_region *r)
{
	char *start = start_of(r);

	if (r->prev != NULL || r->next != NULL) {
		region_free(p, r);
		return;
	}
	r->used = HEAD_BYTES;
	r->free = NULL;
	if (r->huge || r->counted <= HEAD_BYTES + KEEP_BYTES)
		return;
	huge_clear(start + HEAD_BYTES, HUGE_BYTES - HEAD_BYTES);
	count(p, r, HEAD_BYTES);
}

void
pool_release(struct pool *p)
{
	while (p->all != NULL)
		region_free(p, p->all);
	pool_trim(p);
}

void
pool_keep(struct pool *p, uint64_t bytes)
{
	p->max_spare = (unsigned)(bytes / HUGE_BYTES);
}

uint64_t
pool_spare_bytes(const struct pool *p)
{
	return p->n_spare * (uint64_t)HUGE_BYTES;
}

void
pool_trim(struct pool *p)
{
	struct pool_region *r;

	while ((r = p->spare) != NULL) {
		p->spare = r->next;
		p->n_spare--;
		region_unmap(p, r);
	}
}

void *
pool_get(struct pool *p, enum pool_class class)
{
	struct pool_region *r = p->roomy[class];
	uint32_t size = piece_bytes[class];
	void *piece;

	if (r == NULL)
		r = region_new(p, class);
	if (r == NULL)
		return NULL;
	if (r->free != NULL) {
		piece = r->free;
		UNPOISON(piece, size);
		r->free = r->free->next;
	} else {
		piece = start_of(r) + r->used;
		UNPOISON(piece, size);
		r->used += size;
		if (r->used > r->counted)
			count(p, r, r->used);
	}
	r->n_out++;
	if (r->free == NULL && HUGE_BYTES - r->used < size)
		roomy_remove(p, r);
	return piece;
}

void
pool_put(struct pool *p, void *piece)
{
	struct pool_region *r = head_of(start_of(piece));
	struct free_piece *f = piece;

	CHECK_MAGIC(r, POOL_MAGIC);
	CHECK(r->n_out > 0);
	f->next = r->free;
	r->free = f;
	POISON(piece, piece_bytes[r->class]);
	if (!r->is_roomy)
		roomy_add(p, r);
	if (--r->n_out == 0)
		region_empty(p, r);
}

uint64_t
pool_check(const struct pool *p)
{
	uint64_t n_out = 0;
	unsigned n = 0;

	for (const struct pool_region *r = p->all; r != NULL; r = r->all_next, n++) {
		bool has_room = r->free != NULL || HUGE_BYTES - r->used >= piece_bytes[r->class];

		CHECK_MAGIC(r, POOL_MAGIC);
		CHECK(head_of(start_of(r)) == r && r->is_roomy == has_room);
		CHECK(r->used <= HUGE_BYTES && (r->huge ? r->counted == HUGE_BYTES : r->counted >= r->used));
		CHECK(r->n_out > 0 || (p->roomy[r->class] == r && r->next == NULL));
		n_out += r->n_out;
	}
	CHECK(n == p->n_regions);
	for (const struct pool_region *r = p->spare; r != NULL; r = r->next, n++) {
		CHECK_MAGIC(r, POOL_MAGIC);
		CHECK(r->huge && r->n_out == 0 && r->counted == HUGE_BYTES);
	}
	CHECK(n == p->n_regions + p->n_spare && p->n_spare <= p->max_spare);
	return n_out;
}
