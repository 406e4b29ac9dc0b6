/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "store/saved.h"

#define SAVED_TEXT_MAX_BYTES ((size_t)1 << 31)
#define SAVED_OFF_BITS       32
#define SAVED_KEY_BITS       62
#define SAVED_FIRST_SLOTS    1024
#define SAVED_REDIRECTS_MAX  20

enum kind {
	HAS_TYPE,  /* value: where its type stands in text, and how long it is */
	HAS_PATH,  /* the same of its path */
	REDIRECTS, /* the fingerprint of the target */
	IS_TARGET, /* of which there is no file (yet) */
};

struct slot {
	uint64_t fp; /* its key; 0 = free */
	uint64_t value : SAVED_KEY_BITS;
	uint64_t kind : 2;
};
_Static_assert(sizeof(struct slot) == 16, "saved.h says so");
_Static_assert(SAVED_TEXT_MAX_BYTES <= UINT64_C(1) << SAVED_OFF_BITS, "offsets into it");

struct saved {
	struct hash_key key;
	struct slot *slots;
	size_t n, cap;   /* cap: a power of two */
	struct buf text; /* paths; types once each, as long as they are the few that there are */
	struct slot types[64];
	size_t n_types;
};

int
saved_new(const struct hash_key *key, struct saved **ret_saved)
{
	struct saved *s = calloc(1, sizeof(*s));
	int r = s == NULL ? -ENOMEM : 0;

	if (r == 0) {
		s->key = *key;
		buf_init(&s->text, SAVED_TEXT_MAX_BYTES);
		s->cap = SAVED_FIRST_SLOTS;
		s->slots = calloc(s->cap, sizeof(*s->slots));
		r = s->slots == NULL ? -ENOMEM : 0;
	}
	if (r < 0) {
		saved_free(s);
		return r;
	}
	*ret_saved = s;
	return 0;
}

void
saved_free(struct saved *s)
{
	if (s == NULL)
		return;
	free(s->slots);
	buf_release(&s->text);
	free(s);
}

/* Where fp is, or the free slot where it would be. */
static struct slot *
find(const struct saved *s, uint64_t fp)
{
	size_t i = (size_t)fp & (s->cap - 1);

	while (s->slots[i].fp != 0 && s->slots[i].fp != fp)
		i = (i + 1) & (s->cap - 1);
	return &s->slots[i];
}

static int
grow(struct saved *s)
{
	struct slot *old = s->slots;
	size_t old_cap = s->cap, i;
	struct slot *slots = calloc(old_cap * 2, sizeof(*slots));

	if (slots == NULL)
		return -ENOMEM;
	s->slots = slots;
	s->cap = old_cap * 2;
	for (i = 0; i < old_cap; i++)
		if (old[i].fp != 0)
			*find(s, old[i].fp) = old[i];
	free(old);
	return 0;
}

uint64_t
saved_key_of(uint64_t fp)
{
	uint64_t key = fp >> (64 - SAVED_KEY_BITS);

	return key != 0 ? key : 1;
}

uint64_t
saved_key(const struct saved *s, struct str url)
{
	return saved_key_of(hash_fingerprint(&s->key, url.p, url.len));
}

static int
put_at(struct saved *s, uint64_t fp, enum kind kind, uint64_t value)
{
	struct slot *slot;
	int r = s->n * 3 >= s->cap * 2 ? grow(s) : 0;

	if (r < 0)
		return r;
	slot = find(s, fp);
	s->n += slot->fp == 0;
	*slot = (struct slot){ .fp = fp, .value = value, .kind = kind };
	return 0;
}

static struct str
text_of(const struct saved *s, const struct slot *slot)
{
	return str_n(s->text.data + (uint32_t)slot->value, slot->value >> SAVED_OFF_BITS);
}

static int
add_text(struct saved *s, struct str text, uint64_t *ret_value)
{
	size_t off = s->text.len;
	int r;

	if (text.len >= UINT64_C(1) << (SAVED_KEY_BITS - SAVED_OFF_BITS))
		return -EMSGSIZE;
	buf_add_str(&s->text, text);
	r = buf_err(&s->text);
	s->text.err = 0;
	*ret_value = (uint64_t)text.len << SAVED_OFF_BITS | off;
	return r;
}

int
saved_put(struct saved *s, uint64_t key, struct str type)
{
	struct slot value = { .kind = HAS_TYPE };
	uint64_t where = 0;
	size_t i;
	int r;

	for (i = 0; i < s->n_types; i++)
		if (str_eq(text_of(s, &s->types[i]), type))
			return put_at(s, key, HAS_TYPE, s->types[i].value);
	r = add_text(s, type, &where);
	if (r < 0)
		return r;
	value.value = where;
	if (s->n_types < ARRAY_LEN(s->types))
		s->types[s->n_types++] = value;
	return put_at(s, key, HAS_TYPE, where);
}

int
saved_redirect(struct saved *s, uint64_t key, uint64_t to)
{
	int r = find(s, to)->fp == 0 ? put_at(s, to, IS_TARGET, 0) : 0;

	return r < 0 ? r : put_at(s, key, REDIRECTS, to);
}

int
saved_put_path(struct saved *s, uint64_t key, struct str path)
{
	const struct slot *slot = find(s, key);
	uint64_t where = 0;
	int r;

	/* What comes again has the same, mostly. */
	if (slot->fp != 0 && slot->kind == HAS_PATH && str_eq(text_of(s, slot), path))
		return 0;
	r = add_text(s, path, &where);
	return r < 0 ? r : put_at(s, key, HAS_PATH, where);
}

bool
saved_needs_path(const struct saved *s, uint64_t key)
{
	const struct slot *slot = find(s, key);

	return slot->fp != 0 && slot->kind != HAS_TYPE;
}

void
saved_prefetch(const struct saved *s, uint64_t key)
{
	__builtin_prefetch(&s->slots[(size_t)key & (s->cap - 1)]);
}

bool
saved_has(const struct saved *s, uint64_t key)
{
	return find(s, key)->fp != 0;
}

static struct saved_file
file_of(const struct saved *s, const struct slot *slot)
{
	struct str text = text_of(s, slot);
	bool has_path = slot->kind == HAS_PATH;

	return (struct saved_file){ .type = has_path ? STR_NONE : text, .path = has_path ? text : STR_NONE, .key = slot->fp };
}

bool
saved_own(const struct saved *s, uint64_t key, struct saved_file *ret_file)
{
	const struct slot *slot = find(s, key);

	if (slot->fp == 0 || slot->kind == REDIRECTS || slot->kind == IS_TARGET)
		return false;
	*ret_file = file_of(s, slot);
	return true;
}

bool
saved_find(const struct saved *s, uint64_t key, struct saved_file *ret_file)
{
	unsigned hops;

	for (hops = 0; hops <= SAVED_REDIRECTS_MAX; hops++) {
		const struct slot *slot = find(s, key);

		if (slot->fp == 0 || slot->kind == IS_TARGET)
			return false;
		if (slot->kind != REDIRECTS) {
			/* saved_redirect() has been told. */
			CHECK(hops == 0 || slot->kind == HAS_PATH);
			*ret_file = file_of(s, slot);
			return true;
		}
		key = slot->value;
	}
	return false;
}
