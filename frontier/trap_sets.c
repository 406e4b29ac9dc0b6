/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/prefault.h"
#include "frontier/pack.h"
#include "frontier/trap_sets.h"

#define FIRST_KEYS 1024u /* a recall begins with room for these, */
#define FIRST_SETS 64u   /* and classes with these */

static void
half_release(struct recall_half *half)
{
	free(half->keys);
	free(half->values);
	*half = (struct recall_half){ .keys = NULL };
}

static int
half_init(struct recall_half *half, uint32_t cap, bool with_values)
{
	half->keys = calloc(cap, sizeof(uint64_t));
	half->values = with_values ? calloc(cap, sizeof(uint64_t)) : NULL;
	/* Keys are anywhere in them, so that all of it is soon used. */
	prefault_pages(half->keys, cap * sizeof(uint64_t));
	prefault_pages(half->values, cap * sizeof(uint64_t));
	if (half->keys != NULL && (!with_values || half->values != NULL))
		return 0;
	half_release(half);
	return -ENOMEM;
}

int
recall_init(struct recall *r, uint32_t max, bool with_values)
{
	CHECK((max & (max - 1)) == 0);
	*r = (struct recall){ .cap = max < FIRST_KEYS ? max : FIRST_KEYS, .max = max, .with_values = with_values };
	return half_init(&r->half[0], r->cap, with_values);
}

void
recall_release(struct recall *r)
{
	half_release(&r->half[0]);
	half_release(&r->half[1]);
}

/* Where the key is in this half, or the free place where it would be. Never more than half full, so there is one. */
static inline uint32_t
half_find(const struct recall_half *half, uint32_t cap, uint64_t key)
{
	uint32_t i = (uint32_t)(key >> 32) & (cap - 1);

	while (half->keys[i] != 0 && half->keys[i] != key)
		i = (i + 1) & (cap - 1);
	return i;
}

/* True: key is at *ret_at. */
static inline bool
half_has(const struct recall *r, unsigned which, uint64_t key, uint32_t *ret_at)
{
	const struct recall_half *half = &r->half[which];

	if (half->keys == NULL)
		return false;
	*ret_at = half_find(half, r->cap, key);
	return half->keys[*ret_at] != 0;
}

/* The half that is being filled becomes twice as large. False: it stays as it is. */
static bool
recall_grow(struct recall *r)
{
	struct recall_half *old = &r->half[0], new;
	uint32_t cap = 2 * r->cap, i, at;

	/* There is an older half: it was as large as it could be. */
	if (cap > r->max || r->half[1].keys != NULL || half_init(&new, cap, r->with_values) < 0)
		return false;
	for (i = 0; i < r->cap; i++) {
		if (old->keys[i] == 0)
			continue;
		at = half_find(&new, cap, old->keys[i]);
		new.keys[at] = old->keys[i];
		if (r->with_values)
			new.values[at] = old->values[i];
	}
	half_release(old);
	*old = new;
	r->cap = cap;
	return true;
}

/* The older half is forgotten, the other takes its place. */
static void
recall_turn(struct recall *r)
{
	struct recall_half old = r->half[1];

	r->n = 0;
	if (old.keys == NULL && half_init(&old, r->cap, r->with_values) < 0) {
		/* No memory for two: all is forgotten. */
		memset(r->half[0].keys, 0, r->cap * sizeof(r->half[0].keys[0]));
		return;
	}
	memset(old.keys, 0, r->cap * sizeof(old.keys[0]));
	r->half[1] = r->half[0];
	r->half[0] = old;
}

bool
recall_has(const struct recall *r, uint64_t key)
{
	uint32_t at;

	return half_has(r, 0, key, &at) || half_has(r, 1, key, &at);
}

bool
recall_value(const struct recall *r, uint64_t key, uint64_t *ret_value)
{
	unsigned i;
	uint32_t at;

	for (i = 0; i < 2; i++) {
		if (!half_has(r, i, key, &at))
			continue;
		*ret_value = r->half[i].values[at];
		return true;
	}
	return false;
}

bool
recall_put_value(struct recall *r, uint64_t key, uint64_t value)
{
	uint32_t at = half_find(&r->half[0], r->cap, key), old;
	bool known;

	if (r->half[0].keys[at] == key)
		return true;
	if (UNLIKELY(r->n >= r->cap / 2)) {
		if (!recall_grow(r))
			recall_turn(r);
		at = half_find(&r->half[0], r->cap, key);
	}
	known = half_has(r, 1, key, &old);
	r->half[0].keys[at] = key;
	if (r->with_values)
		r->half[0].values[at] = known ? r->half[1].values[old] : value;
	r->n++;
	return known;
}

bool
recall_put(struct recall *r, uint64_t key)
{
	return recall_put_value(r, key, 0);
}

static uint32_t
half_count(const struct recall *r, unsigned which)
{
	const struct recall_half *h = &r->half[which];
	uint32_t n = 0;

	if (which == 0)
		return r->n;
	for (uint32_t i = 0; h->keys != NULL && i < r->cap; i++)
		n += h->keys[i] != 0;
	return n;
}

static void
half_pack(const struct recall *r, unsigned which, struct buf *out)
{
	const struct recall_half *h = &r->half[which];
	size_t n_bytes = half_count(r, which) * (r->with_values ? 2 * sizeof(uint64_t) : sizeof(uint64_t));
	uint64_t le;
	char *p;

	if (n_bytes == 0 || buf_reserve(out, n_bytes) < 0)
		return;
	p = out->data + out->len;
	out->len += n_bytes;
	for (uint32_t i = 0; i < r->cap; i++) {
		if (h->keys[i] == 0)
			continue;
		le = htole64(h->keys[i]);
		memcpy(p, &le, sizeof(le));
		p += sizeof(le);
		if (!r->with_values)
			continue;
		le = htole64(h->values[i]);
		memcpy(p, &le, sizeof(le));
		p += sizeof(le);
	}
}

void
recall_pack(const struct recall *r, struct buf *out)
{
	pack_number(out, (uint64_t)half_count(r, 1) + half_count(r, 0), 4);
	half_pack(r, 1, out);
	half_pack(r, 0, out);
}

static bool
is_wanted(const struct trap_wanted *wanted, uint64_t key)
{
	return wanted == NULL || wanted->is(wanted->arg, key);
}

int
recall_unpack(struct recall *r, struct str *packed, const struct trap_wanted *wanted)
{
	uint64_t n, key, value = 0;

	if (!unpack_number(packed, 4, &n) || n > r->max)
		return -EBADMSG;
	for (; n > 0; n--) {
		if (!unpack_number(packed, 8, &key) || (r->with_values && !unpack_number(packed, 8, &value)) || key == 0)
			return -EBADMSG;
		if (is_wanted(wanted, key))
			(void)recall_put_value(r, key, value);
	}
	return 0;
}

int
trap_classes_init(struct trap_classes *c, uint32_t max_sets)
{
	CHECK((max_sets & (max_sets - 1)) == 0);
	c->n_sets = max_sets < FIRST_SETS ? max_sets : FIRST_SETS;
	c->max_sets = max_sets;
	c->sets = calloc((size_t)c->n_sets * TRAP_WAYS, sizeof(*c->sets));
	return c->sets == NULL ? -ENOMEM : 0;
}

void
trap_classes_release(struct trap_classes *c)
{
	free(c->sets);
	c->sets = NULL;
}

/* The first or the second set of a key. */
static struct trap_class *
class_set(const struct trap_classes *c, uint64_t key, unsigned which)
{
	uint32_t set = (uint32_t)(which == 0 ? key >> 40 : key >> 16);

	return &c->sets[(size_t)(set & (c->n_sets - 1)) * TRAP_WAYS];
}

struct trap_class *
trap_class_find(struct trap_classes *c, uint64_t key)
{
	unsigned which, i;

	for (which = 0; which < 2; which++) {
		struct trap_class *set = class_set(c, key, which);

		for (i = 0; i < TRAP_WAYS; i++)
			if (set[i].key == key)
				return &set[i];
	}
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

static unsigned
class_count(const struct trap_class *set)
{
	unsigned i, n = 0;

	for (i = 0; i < TRAP_WAYS; i++)
		n += set[i].key != 0;
	return n;
}

static struct trap_class *
class_least(struct trap_class *set)
{
	struct trap_class *least = set;
	unsigned i;

	for (i = 1; i < TRAP_WAYS; i++)
		if (class_weight(&set[i]) < class_weight(least))
			least = &set[i];
	return least;
}

/* Where a key that is not there belongs: free, or the one of both sets that says least. */
static struct trap_class *
class_place(const struct trap_classes *c, uint64_t key)
{
	struct trap_class *one = class_set(c, key, 0), *two = class_set(c, key, 1);
	unsigned n_one = class_count(one), n_two = class_count(two);

	if (n_one < TRAP_WAYS || n_two < TRAP_WAYS)
		return class_least(n_one <= n_two ? one : two);
	one = class_least(one);
	two = class_least(two);
	return class_weight(one) <= class_weight(two) ? one : two;
}

/* Twice as many sets. False: there are as many as may be. */
static bool
classes_grow(struct trap_classes *c)
{
	struct trap_classes more = { .n_sets = 2 * c->n_sets, .max_sets = c->max_sets };
	uint32_t i;

	if (more.n_sets > more.max_sets)
		return false;
	more.sets = calloc((size_t)more.n_sets * TRAP_WAYS, sizeof(*more.sets));
	if (more.sets == NULL)
		return false;
	prefault_pages(more.sets, (size_t)more.n_sets * TRAP_WAYS * sizeof(*more.sets));
	/* Half full at most now: that both sets of one are full happens to none, or hardly any, which then says least. */
	for (i = 0; i < c->n_sets * TRAP_WAYS; i++)
		if (c->sets[i].key != 0)
			*class_place(&more, c->sets[i].key) = c->sets[i];
	free(c->sets);
	*c = more;
	return true;
}

struct trap_class *
trap_class_get(struct trap_classes *c, uint64_t key)
{
	struct trap_class *found = trap_class_find(c, key), *place;

	if (found != NULL)
		return found;
	do
		place = class_place(c, key);
	while (place->key != 0 && classes_grow(c));
	*place = (struct trap_class){ .key = key };
	return place;
}

void
trap_classes_pack(const struct trap_classes *c, struct buf *out)
{
	size_t n_ways = (size_t)c->n_sets * TRAP_WAYS;
	uint64_t n = 0;

	for (size_t i = 0; i < n_ways; i++)
		n += c->sets[i].key != 0;
	pack_number(out, n, 4);
	for (size_t i = 0; i < n_ways; i++) {
		const struct trap_class *class = &c->sets[i];

		if (class->key == 0)
			continue;
		pack_number(out, class->key, 8);
		pack_number(out, (uint64_t)class->cut << 16 | (uint16_t)class->balance, 4);
	}
}

int
trap_classes_unpack(struct trap_classes *c, struct str *packed, const struct trap_wanted *wanted, unsigned *ret_cut)
{
	uint64_t n, key, value;

	if (!unpack_number(packed, 4, &n) || n > (uint64_t)c->max_sets * TRAP_WAYS)
		return -EBADMSG;
	for (; n > 0; n--) {
		struct trap_class *class;

		if (!unpack_number(packed, 8, &key) || !unpack_number(packed, 4, &value) || key == 0 || value >> 17 != 0)
			return -EBADMSG;
		if (!is_wanted(wanted, key))
			continue;
		class = trap_class_get(c, key);
		*ret_cut += (value >> 16) > (unsigned)class->cut;
		class->cut |= value >> 16;
		class->balance = (int16_t)(uint16_t)value;
	}
	return 0;
}
