/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "frontier/due.h"

/* items[slot - 1] holds the thing with that slot; children of slot k are 2k and 2k + 1. */

void
due_release(struct due *d)
{
	free(d->items);
	*d = (struct due){ 0 };
}

int
due_reserve(struct due *d, size_t n)
{
	struct due_item **items;
	size_t cap = d->cap > 0 ? d->cap : 16;

	if (n <= d->cap)
		return 0;
	while (cap < n)
		cap *= 2;
	items = realloc(d->items, cap * sizeof(items[0]));
	if (items == NULL)
		return -ENOMEM;
	d->items = items;
	d->cap = cap;
	return 0;
}

static void
due_place(struct due *d, struct due_item *item, size_t slot)
{
	d->items[slot - 1] = item;
	item->slot = slot;
}

static void
due_up(struct due *d, struct due_item *item)
{
	size_t slot = item->slot;

	while (slot > 1 && d->items[slot / 2 - 1]->due_us > item->due_us) {
		due_place(d, d->items[slot / 2 - 1], slot);
		slot /= 2;
	}
	due_place(d, item, slot);
}

static void
due_down(struct due *d, struct due_item *item)
{
	size_t slot = item->slot;

	for (;;) {
		size_t child = slot * 2;

		if (child > d->n)
			break;
		if (child < d->n && d->items[child]->due_us < d->items[child - 1]->due_us)
			child++;
		if (d->items[child - 1]->due_us >= item->due_us)
			break;
		due_place(d, d->items[child - 1], slot);
		slot = child;
	}
	due_place(d, item, slot);
}

void
due_set(struct due *d, struct due_item *item, int64_t due_us)
{
	int64_t old = item->due_us;

	if (due_us == DUE_NEVER) {
		due_cancel(d, item);
		return;
	}
	item->due_us = due_us;
	if (item->slot == 0) {
		CHECK(d->n < d->cap);
		d->n++;
		due_place(d, item, d->n);
		due_up(d, item);
	} else if (due_us < old) {
		due_up(d, item);
	} else if (due_us > old) {
		due_down(d, item);
	}
}

void
due_cancel(struct due *d, struct due_item *item)
{
	struct due_item *last;
	size_t slot = item->slot;

	if (slot == 0)
		return;
	CHECK(slot <= d->n && d->items[slot - 1] == item);
	last = d->items[d->n - 1];
	d->n--;
	item->slot = 0;
	if (last == item)
		return;
	due_place(d, last, slot);
	due_up(d, last);
	due_down(d, last);
}

struct due_item *
due_first(const struct due *d)
{
	return d->n > 0 ? d->items[0] : NULL;
}

void
due_check(const struct due *d)
{
	size_t slot;

	CHECK(d->n <= d->cap);
	for (slot = 1; slot <= d->n; slot++) {
		CHECK(d->items[slot - 1]->slot == slot);
		CHECK(slot == 1 || d->items[slot / 2 - 1]->due_us <= d->items[slot - 1]->due_us);
	}
}
