/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/huge.h"
#include "frontier/hostq.h"
#include "frontier/origins.h"

#define ORIGINS_MIN_CAP   64
/* Hosts of a slab; and of one of those that come when there are so many small ones. */
#define ORIGINS_SLAB      64u
#define ORIGINS_SLABS     64u
#define ORIGINS_LARGE     ((uint32_t)(HUGE_BYTES / sizeof(struct hostq)))
#define ORIGINS_TEXT_SIZE 4096

struct origin_slot {
	uint32_t fp[2];
	uint32_t host; /* its number and 1; 0 = free */
};

struct origin_text {
	struct origin_text *next;
	uint32_t used, cap;
	char data[];
};

void
origins_init(struct origins *o, _Atomic uint64_t *bytes)
{
	*o = (struct origins){ .bytes = bytes };
}

/* Where the i-th host is. */
static uint32_t
slab_of(uint32_t i)
{
	return i < ORIGINS_SLABS * ORIGINS_SLAB ? i / ORIGINS_SLAB : ORIGINS_SLABS + (i - ORIGINS_SLABS * ORIGINS_SLAB) / ORIGINS_LARGE;
}

static uint32_t
place_of(uint32_t i)
{
	return i < ORIGINS_SLABS * ORIGINS_SLAB ? i % ORIGINS_SLAB : (i - ORIGINS_SLABS * ORIGINS_SLAB) % ORIGINS_LARGE;
}

static size_t
slab_bytes(uint32_t slab)
{
	return slab < ORIGINS_SLABS ? ORIGINS_SLAB * sizeof(struct hostq) : HUGE_BYTES;
}

static void *
slab_new(uint32_t slab)
{
	size_t bytes = slab_bytes(slab);
	void *p = slab < ORIGINS_SLABS ? aligned_alloc(_Alignof(struct hostq), bytes) : huge_map(bytes);

	if (p != NULL && slab < ORIGINS_SLABS)
		memset(p, 0, bytes);
	else if (p != NULL)
		huge_want(p, bytes, true);
	return p;
}

static void
slab_free(void *p, uint32_t slab)
{
	if (slab < ORIGINS_SLABS)
		free(p);
	else
		huge_unmap(p, slab_bytes(slab));
}

static size_t
slots_bytes(uint32_t cap)
{
	size_t bytes = cap * sizeof(struct origin_slot);

	return bytes < HUGE_BYTES ? bytes : (bytes + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES;
}

static struct origin_slot *
slots_new(uint32_t cap)
{
	size_t bytes = slots_bytes(cap);
	void *p = bytes < HUGE_BYTES ? calloc(1, bytes) : huge_map(bytes);

	if (p != NULL && bytes >= HUGE_BYTES)
		huge_want(p, bytes, true);
	return p;
}

static void
slots_free(struct origin_slot *slots, uint32_t cap)
{
	if (slots_bytes(cap) < HUGE_BYTES)
		free(slots);
	else
		huge_unmap(slots, slots_bytes(cap));
}

static void *
counted(struct origins *o, void *p, size_t bytes)
{
	if (p != NULL)
		atomic_fetch_add_explicit(o->bytes, bytes, memory_order_relaxed);
	return p;
}

static void
uncount(struct origins *o, size_t bytes)
{
	atomic_fetch_sub_explicit(o->bytes, bytes, memory_order_relaxed);
}

void
origins_release(struct origins *o)
{
	struct origin_text *t;
	uint32_t i;

	for (i = 0; o->n > 0 && i <= slab_of(o->n - 1); i++) {
		uncount(o, slab_bytes(i));
		slab_free(o->slabs[i], i);
	}
	while ((t = o->texts) != NULL) {
		o->texts = t->next;
		uncount(o, sizeof(*t) + t->cap);
		free(t);
	}
	uncount(o, slots_bytes(o->cap) + o->slabs_cap * sizeof(o->slabs[0]));
	slots_free(o->slots, o->cap);
	free(o->slabs);
	origins_init(o, o->bytes);
}

/* Where fp is, or would be. cap > 0. */
static struct origin_slot *
slot_of(const struct origins *o, uint64_t fp)
{
	uint32_t i = (uint32_t)fp & (o->cap - 1);
	const uint32_t low = (uint32_t)fp, high = (uint32_t)(fp >> 32);

	while (o->slots[i].host != 0 && (o->slots[i].fp[0] != low || o->slots[i].fp[1] != high))
		i = (i + 1) & (o->cap - 1);
	return &o->slots[i];
}

struct hostq *
origins_at(const struct origins *o, uint32_t i)
{
	CHECK(i < o->n);
	return &o->slabs[slab_of(i)][place_of(i)];
}

struct hostq *
origins_find(const struct origins *o, uint64_t fp)
{
	uint32_t host = o->cap > 0 ? slot_of(o, fp)->host : 0;

	return host > 0 ? origins_at(o, host - 1) : NULL;
}

void
origins_prefetch(const struct origins *o, uint64_t fp)
{
	if (o->cap > 0)
		__builtin_prefetch(&o->slots[(uint32_t)fp & (o->cap - 1)]);
}

MUST_CHECK static int
grow_slots(struct origins *o)
{
	struct origins grown = *o;
	uint32_t i;

	if (o->n < o->cap / 4 * 3)
		return 0;
	if (o->cap > UINT32_MAX / 4)
		return -ENOMEM;
	grown.cap = o->cap == 0 ? ORIGINS_MIN_CAP : o->cap * 2;
	grown.slots = counted(o, slots_new(grown.cap), slots_bytes(grown.cap));
	if (grown.slots == NULL)
		return -ENOMEM;
	for (i = 0; i < o->cap; i++)
		if (o->slots[i].host != 0)
			*slot_of(&grown, o->slots[i].fp[0] | (uint64_t)o->slots[i].fp[1] << 32) = o->slots[i];
	uncount(o, slots_bytes(o->cap));
	slots_free(o->slots, o->cap);
	*o = grown;
	return 0;
}

/* Room for one host more. */
MUST_CHECK static int
grow_slabs(struct origins *o)
{
	uint32_t slab = slab_of(o->n), cap = o->slabs_cap > 0 ? 2 * o->slabs_cap : 16;
	struct hostq **grown;

	if (place_of(o->n) != 0)
		return 0;
	if (slab == o->slabs_cap) {
		grown = realloc(o->slabs, cap * sizeof(grown[0]));
		if (grown == NULL)
			return -ENOMEM;
		(void)counted(o, grown, (cap - o->slabs_cap) * sizeof(grown[0]));
		o->slabs = grown;
		o->slabs_cap = cap;
	}
	o->slabs[slab] = counted(o, slab_new(slab), slab_bytes(slab));
	return o->slabs[slab] != NULL ? 0 : -ENOMEM;
}

/* The last step of adding one, so that nothing is to be given back. */
static char *
add_text(struct origins *o, struct str origin)
{
	struct origin_text *t = o->texts;
	size_t cap = origin.len > ORIGINS_TEXT_SIZE ? origin.len : ORIGINS_TEXT_SIZE;

	if (t == NULL || t->cap - t->used < origin.len) {
		t = counted(o, malloc(sizeof(*t) + cap), sizeof(*t) + cap);
		if (t == NULL)
			return NULL;
		*t = (struct origin_text){ .next = o->texts, .cap = (uint32_t)cap };
		o->texts = t;
	}
	memcpy(t->data + t->used, origin.p, origin.len);
	t->used += (uint32_t)origin.len;
	return t->data + t->used - origin.len;
}

int
origins_add(struct origins *o, uint64_t fp, struct str origin, struct hostq **ret_host)
{
	struct origin_slot *slot;
	struct hostq *h;
	char *text;
	int r = grow_slots(o);

	if (r == 0)
		r = grow_slabs(o);
	if (r < 0)
		return r;
	text = add_text(o, origin);
	if (text == NULL) {
		/* An empty slab would be forgotten. */
		if (place_of(o->n) == 0) {
			uncount(o, slab_bytes(slab_of(o->n)));
			slab_free(o->slabs[slab_of(o->n)], slab_of(o->n));
		}
		return -ENOMEM;
	}
	slot = slot_of(o, fp);
	CHECK(slot->host == 0);
	*slot = (struct origin_slot){ { (uint32_t)fp, (uint32_t)(fp >> 32) }, ++o->n };
	h = origins_at(o, o->n - 1);
	h->origin = text;
	h->origin_len = (uint32_t)origin.len;
	*ret_host = h;
	return 0;
}
