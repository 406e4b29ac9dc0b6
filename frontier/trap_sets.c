/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "frontier/trap_sets.h"

int
recall_init(struct recall *r, uint32_t cap, bool with_values)
{
	unsigned i;

	*r = (struct recall){ .cap = cap };
	CHECK((cap & (cap - 1)) == 0);
	/* calloc() of so much is zero pages until they are used. */
	for (i = 0; i < 2; i++) {
		r->half[i].keys = calloc(cap, sizeof(uint64_t));
		if (with_values)
			r->half[i].values = calloc(cap, sizeof(uint64_t));
		if (r->half[i].keys == NULL || (with_values && r->half[i].values == NULL))
			return -ENOMEM;
	}
	return 0;
}

void
recall_release(struct recall *r)
{
	unsigned i;

	for (i = 0; i < 2; i++) {
		free(r->half[i].keys);
		free(r->half[i].values);
	}
	memset(r->half, 0, sizeof(r->half));
}

/* Where the key is in this half, or the free place where it would be. Never more than half full, so there is one. */
static uint32_t
recall_find(const struct recall *r, const struct recall_half *half, uint64_t key)
{
	uint32_t i = (uint32_t)(key >> 32) & (r->cap - 1);

	while (half->keys[i] != 0 && half->keys[i] != key)
		i = (i + 1) & (r->cap - 1);
	return i;
}

/* The older half is forgotten. */
static void
recall_turn(struct recall *r)
{
	struct recall_half old = r->half[1];

	memset(old.keys, 0, r->cap * sizeof(old.keys[0]));
	r->half[1] = r->half[0];
	r->half[0] = old;
	r->n = 0;
}

bool
recall_has(const struct recall *r, uint64_t key)
{
	return r->half[0].keys[recall_find(r, &r->half[0], key)] != 0 || r->half[1].keys[recall_find(r, &r->half[1], key)] != 0;
}

bool
recall_value(const struct recall *r, uint64_t key, uint64_t *ret_value)
{
	unsigned i;

	for (i = 0; i < 2; i++) {
		uint32_t at = recall_find(r, &r->half[i], key);

		if (r->half[i].keys[at] == 0)
			continue;
		*ret_value = r->half[i].values[at];
		return true;
	}
	return false;
}

bool
recall_put_value(struct recall *r, uint64_t key, uint64_t value)
{
	uint32_t at = recall_find(r, &r->half[0], key), old;
	bool known;

	if (r->half[0].keys[at] != 0)
		return true;
	if (r->n >= r->cap / 2) {
		recall_turn(r);
		at = recall_find(r, &r->half[0], key);
	}
	old = recall_find(r, &r->half[1], key);
	known = r->half[1].keys[old] != 0;
	r->half[0].keys[at] = key;
	if (r->half[0].values != NULL)
		r->half[0].values[at] = known ? r->half[1].values[old] : value;
	r->n++;
	return known;
}

bool
recall_put(struct recall *r, uint64_t key)
{
	return recall_put_value(r, key, 0);
}

int
trap_classes_init(struct trap_classes *c, uint32_t n_sets)
{
	CHECK((n_sets & (n_sets - 1)) == 0);
	c->n_sets = n_sets;
	c->sets = calloc((size_t)n_sets * TRAP_WAYS, sizeof(*c->sets));
	return c->sets == NULL ? -ENOMEM : 0;
}

void
trap_classes_release(struct trap_classes *c)
{
	free(c->sets);
	c->sets = NULL;
}

static struct trap_class *
class_set(const struct trap_classes *c, uint64_t key)
{
	return &c->sets[((key >> 40) & (c->n_sets - 1)) * TRAP_WAYS];
}

struct trap_class *
trap_class_find(struct trap_classes *c, uint64_t key)
{
	struct trap_class *set = class_set(c, key);
	unsigned i;

	for (i = 0; i < TRAP_WAYS; i++)
		if (set[i].key == key)
			return &set[i];
	return NULL;
}

/* How much would be lost with it. */
static int
class_weight(const struct trap_class *c)
{
	if (c->key == 0)
		return -1;
	return c->cut ? INT16_MAX : c->balance < 0 ? -c->balance : 2 * c->balance;
}

struct trap_class *
trap_class_get(struct trap_classes *c, uint64_t key)
{
	struct trap_class *set = class_set(c, key), *least = set, *found = trap_class_find(c, key);
	unsigned i;

	if (found != NULL)
		return found;
	for (i = 1; i < TRAP_WAYS; i++)
		if (class_weight(&set[i]) < class_weight(least))
			least = &set[i];
	*least = (struct trap_class){ .key = key };
	return least;
}
