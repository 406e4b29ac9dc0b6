/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "frontier/depths.h"

#define DEPTHS_MIN_CAP 1024
#define DEPTHS_BYTES   (sizeof(uint64_t) + sizeof(uint32_t))

void
depths_release(struct depths *d)
{
	if (d->bytes != NULL)
		atomic_fetch_sub_explicit(d->bytes, (uint64_t)d->cap * DEPTHS_BYTES, memory_order_relaxed);
	free(d->keys);
	free(d->depths);
	*d = (struct depths){ .bytes = d->bytes };
}

/* Where fp is, or would be. cap > 0. */
static uint32_t
depths_slot(const struct depths *d, uint64_t fp)
{
	uint32_t i = (uint32_t)(fp >> 16) & (d->cap - 1);

	while (d->keys[i] != 0 && d->keys[i] != fp)
		i = (i + 1) & (d->cap - 1);
	return i;
}

uint32_t
depths_get(const struct depths *d, uint64_t fp)
{
	uint32_t i;

	if (d->cap == 0)
		return DEPTHS_NONE;
	i = depths_slot(d, fp);
	return d->keys[i] == fp ? d->depths[i] : DEPTHS_NONE;
}

MUST_CHECK static int
depths_grow(struct depths *d)
{
	struct depths grown = { .cap = d->cap == 0 ? DEPTHS_MIN_CAP : d->cap * 2, .n = d->n, .bytes = d->bytes };
	uint32_t i, k;

	if (d->cap > UINT32_MAX / 4)
		return -ENOMEM;
	grown.keys = calloc(grown.cap, sizeof(grown.keys[0]));
	grown.depths = malloc(grown.cap * sizeof(grown.depths[0]));
	if (grown.keys == NULL || grown.depths == NULL) {
		free(grown.keys);
		free(grown.depths);
		return -ENOMEM;
	}
	for (i = 0; i < d->cap; i++) {
		if (d->keys[i] == 0)
			continue;
		k = depths_slot(&grown, d->keys[i]);
		grown.keys[k] = d->keys[i];
		grown.depths[k] = d->depths[i];
	}
	atomic_fetch_add_explicit(d->bytes, (uint64_t)grown.cap * DEPTHS_BYTES, memory_order_relaxed);
	depths_release(d);
	*d = grown;
	return 0;
}

int
depths_set(struct depths *d, uint64_t fp, uint32_t depth)
{
	uint32_t i;
	int r;

	if (d->n >= d->cap / 3 * 2) {
		r = depths_grow(d);
		if (r < 0)
			return r;
	}
	i = depths_slot(d, fp);
	d->n += d->keys[i] == 0;
	d->keys[i] = fp;
	d->depths[i] = depth;
	return 0;
}
