/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "frontier/hostq.h"
#include "frontier/origins.h"

#define ORIGINS_MIN_CAP   64
#define ORIGINS_SLAB      64 /* hosts */
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

	for (i = 0; i < o->n; i += ORIGINS_SLAB) {
		uncount(o, ORIGINS_SLAB * sizeof(struct hostq));
		free(o->slabs[i / ORIGINS_SLAB]);
	}
	while ((t = o->texts) != NULL) {
		o->texts = t->next;
		uncount(o, sizeof(*t) + t->cap);
		free(t);
	}
	uncount(o, o->cap * sizeof(o->slots[0]) + o->slabs_cap * sizeof(o->slabs[0]));
	free(o->slots);
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
	return &o->slabs[i / ORIGINS_SLAB][i % ORIGINS_SLAB];
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
	grown.slots = counted(o, calloc(grown.cap, sizeof(grown.slots[0])), grown.cap * sizeof(grown.slots[0]));
	if (grown.slots == NULL)
		return -ENOMEM;
	for (i = 0; i < o->cap; i++)
		if (o->slots[i].host != 0)
			*slot_of(&grown, o->slots[i].fp[0] | (uint64_t)o->slots[i].fp[1] << 32) = o->slots[i];
	uncount(o, o->cap * sizeof(o->slots[0]));
	free(o->slots);
	*o = grown;
	return 0;
}

/* Room for one host more. */
MUST_CHECK static int
grow_slabs(struct origins *o)
{
	uint32_t slab = o->n / ORIGINS_SLAB, cap = o->slabs_cap > 0 ? 2 * o->slabs_cap : 16;
	struct hostq **grown;

	if (o->n % ORIGINS_SLAB != 0)
		return 0;
	if (slab == o->slabs_cap) {
		grown = realloc(o->slabs, cap * sizeof(grown[0]));
		if (grown == NULL)
			return -ENOMEM;
		(void)counted(o, grown, (cap - o->slabs_cap) * sizeof(grown[0]));
		o->slabs = grown;
		o->slabs_cap = cap;
	}
	o->slabs[slab] = counted(o, calloc(ORIGINS_SLAB, sizeof(struct hostq)), ORIGINS_SLAB * sizeof(struct hostq));
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
		if (o->n % ORIGINS_SLAB == 0) {
			uncount(o, ORIGINS_SLAB * sizeof(*h));
			free(o->slabs[o->n / ORIGINS_SLAB]);
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
