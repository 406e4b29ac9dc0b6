/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "store/saved.h"

#define SAVED_TEXT_MAX_BYTES ((size_t)1 << 31)
#define SAVED_LEN_MAX        ((1u << 30) - 1)
#define SAVED_FIRST_SLOTS    1024
#define SAVED_REDIRECTS_MAX  20

struct slot {
	uint64_t fp;       /* 0 = free */
	uint32_t text_off; /* of the type, the path, or the target */
	uint32_t text_len : 30;
	uint32_t redirects : 1;
	uint32_t has_path : 1;
};

struct saved {
	struct hash_key key;
	struct slot *slots;
	size_t n, cap;   /* cap: a power of two */
	struct buf text; /* targets; types once each, as long as they are the few that there are */
	struct slot types[64];
	size_t n_types;
};

int
saved_new(struct saved **ret_saved)
{
	struct saved *s = calloc(1, sizeof(*s));
	int r = s == NULL ? -ENOMEM : hash_key_random(&s->key);

	if (r == 0) {
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
saved_key(const struct saved *s, struct str url)
{
	return hash_fingerprint(&s->key, url.p, url.len);
}

static int
put(struct saved *s, struct str url, struct slot value)
{
	struct slot *slot;
	int r = s->n * 3 >= s->cap * 2 ? grow(s) : 0;

	if (r < 0)
		return r;
	value.fp = saved_key(s, url);
	slot = find(s, value.fp);
	s->n += slot->fp == 0;
	*slot = value;
	return 0;
}

static struct str
text_of(const struct saved *s, const struct slot *slot)
{
	return str_n(s->text.data + slot->text_off, slot->text_len);
}

static int
add_text(struct saved *s, struct str text, struct slot *ret)
{
	size_t off = s->text.len;
	int r;

	buf_add_str(&s->text, text);
	r = buf_err(&s->text);
	s->text.err = 0;
	ret->text_off = (uint32_t)off;
	ret->text_len = (uint32_t)text.len & SAVED_LEN_MAX;
	return r;
}

int
saved_put(struct saved *s, struct str url, struct str type)
{
	struct slot value = { 0 };
	size_t i;
	int r;

	for (i = 0; i < s->n_types; i++)
		if (str_eq(text_of(s, &s->types[i]), type))
			return put(s, url, s->types[i]);
	r = add_text(s, type, &value);
	if (r < 0)
		return r;
	if (s->n_types < ARRAY_LEN(s->types))
		s->types[s->n_types++] = value;
	return put(s, url, value);
}

int
saved_redirect(struct saved *s, struct str url, struct str to)
{
	struct slot value = { .redirects = 1 };
	int r = add_text(s, to, &value);

	return r < 0 ? r : put(s, url, value);
}

int
saved_put_path(struct saved *s, struct str url, struct str path)
{
	struct slot value = { .has_path = 1 };
	int r = add_text(s, path, &value);

	return r < 0 ? r : put(s, url, value);
}

static const struct slot *
slot_of(const struct saved *s, struct str url)
{
	return find(s, saved_key(s, url));
}

static struct saved_file
file_of(const struct saved *s, const struct slot *slot, struct str url)
{
	struct str text = text_of(s, slot);

	return (struct saved_file){ url, slot->has_path ? STR_NONE : text, slot->has_path ? text : STR_NONE, slot->fp };
}

bool
saved_own(const struct saved *s, struct str url, struct saved_file *ret_file)
{
	const struct slot *slot = slot_of(s, url);

	if (slot->fp == 0 || slot->redirects)
		return false;
	*ret_file = file_of(s, slot, url);
	return true;
}

bool
saved_find(const struct saved *s, struct str url, struct saved_file *ret_file)
{
	unsigned hops;

	for (hops = 0; hops <= SAVED_REDIRECTS_MAX; hops++) {
		const struct slot *slot = slot_of(s, url);

		if (slot->fp == 0)
			return false;
		if (!slot->redirects) {
			*ret_file = file_of(s, slot, url);
			return true;
		}
		url = text_of(s, slot);
	}
	return false;
}
