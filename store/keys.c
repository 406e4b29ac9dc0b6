/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "store/keys.h"

int
keys_init(struct keys *k, uint64_t n)
{
	uint64_t cap = 16;

	while (cap < 2 * n)
		cap *= 2;
	k->mask = cap - 1;
	k->keys = calloc(cap, sizeof(*k->keys));
	return k->keys == NULL ? -ENOMEM : 0;
}

void
keys_release(struct keys *k)
{
	free(k->keys);
	*k = (struct keys){ 0 };
}

uint64_t
keys_slot(const struct keys *k, uint64_t key)
{
	uint64_t i = key & k->mask;

	while (k->keys[i] != 0 && k->keys[i] != key)
		i = (i + 1) & k->mask;
	return i;
}
