/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/fptable.h"

#define FIRST_SLOTS 1024

struct fptable_slot {
	uint64_t fp; /* 0 = free */
	uint64_t word;
};

int
fptable_init(struct fptable *t)
{
	*t = (struct fptable){ .cap = FIRST_SLOTS, .slots = calloc(FIRST_SLOTS, sizeof(*t->slots)) };
	return t->slots == NULL ? -ENOMEM : 0;
}

void
fptable_release(struct fptable *t)
{
	free(t->slots);
	*t = (struct fptable){ 0 };
}

void
fptable_clear(struct fptable *t)
{
	t->n = 0;
	if (t->slots != NULL)
		memset(t->slots, 0, t->cap * sizeof(*t->slots));
}

uint64_t
fptable_fp(const struct hash_key *key, struct str text, uint64_t tag)
{
	uint64_t fp = hash_fingerprint(key, text.p, text.len);

	if (tag != 0)
		fp = hash_mix(fp, tag);
	return fp != 0 ? fp : 1;
}

/* Where fp is, or the free slot where it would be. */
static struct fptable_slot *
slot_of(const struct fptable *t, uint64_t fp)
{
	size_t i = (size_t)fp & (t->cap - 1);

	while (t->slots[i].fp != 0 && t->slots[i].fp != fp)
		i = (i + 1) & (t->cap - 1);
	return &t->slots[i];
}

static int
grow(struct fptable *t)
{
	struct fptable_slot *slots = calloc(t->cap * 2, sizeof(*slots));
	struct fptable old = *t;

	if (slots == NULL)
		return -ENOMEM;
	t->slots = slots;
	t->cap = old.cap * 2;
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].fp != 0)
			*slot_of(t, old.slots[i].fp) = old.slots[i];
	free(old.slots);
	return 0;
}

int
fptable_put(struct fptable *t, uint64_t fp, uint64_t word)
{
	struct fptable_slot *slot;
	int r = t->n * 3 >= t->cap * 2 ? grow(t) : 0;

	CHECK(fp != 0);
	if (r < 0)
		return r;
	slot = slot_of(t, fp);
	t->n += slot->fp == 0;
	*slot = (struct fptable_slot){ fp, word };
	return 0;
}

const uint64_t *
fptable_find(const struct fptable *t, uint64_t fp)
{
	const struct fptable_slot *slot = slot_of(t, fp);

	return slot->fp != 0 ? &slot->word : NULL;
}
