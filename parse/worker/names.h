/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * names.h: names of elements and attributes to numbers, by one look at 16 bytes.
 *
 * names_init() once, before the first look-up (reader_new() does it); pure afterwards. Look-ups take names of any
 * length and ASCII case; what the tables do not know is TAG_OTHER, ATTR_OTHER.
 */
#ifndef PARSE_WORKER_NAMES_H
#define PARSE_WORKER_NAMES_H

#include <stdint.h>

#include "base/str.h"

enum tag {
	TAG_OTHER,
#define TAG(id, name, flags) TAG_##id,
#include "parse/worker/tags.def"
#undef TAG
	TAG_COUNT
};

enum attr {
	ATTR_OTHER,
#define ATTR(id, name) ATTR_##id,
#include "parse/worker/attrs.def"
#undef ATTR
	ATTR_COUNT
};

#define ATTR_BIT(a) (UINT64_C(1) << (a))

enum {
	TAG_RAWTEXT = 1u << 0,
	TAG_RCDATA = 1u << 1,
	TAG_IS_SCRIPT = 1u << 2,
	TAG_IS_PLAINTEXT = 1u << 3,
	TAG_VOID = 1u << 4,
	TAG_SPECIAL = 1u << 5,
	TAG_SCOPE = 1u << 6,
	TAG_IMPLIED = 1u << 7,
	TAG_CLOSE_P = 1u << 8,
	TAG_FORMAT = 1u << 9,
	TAG_BREAKOUT = 1u << 10,
	TAG_NOFRAMES_OK = 1u << 11,
	TAG_IN_HEAD = 1u << 12,
	TAG_CONTEXT = 1u << 13,
	TAG_TABLEPART = 1u << 14,
	TAG_NOTED = 1u << 15,
	TAG_BLOCK = 1u << 16,
};
/* The text behind such a start tag (in HTML) is not markup. */
#define TAG_TEXT_ONLY (TAG_RAWTEXT | TAG_RCDATA | TAG_IS_SCRIPT | TAG_IS_PLAINTEXT)

extern const uint32_t tag_flags[TAG_COUNT];

/* Thread-safe, idempotent. */
void names_init(void);

/* Sixteen bytes of a name, lower case, zeros behind its end. */
struct name_key {
	uint64_t lo, hi;
};

#define NAME_MAX_BYTES 16

/*
 * A perfect hash: names_init() looks for a multiplier under which no two names of a table meet, so that a look-up is two
 * loads and no loop. Names that are in no table end at a key that is not theirs.
 */
#define NAME_SLOT_BITS 12
struct name_table {
	uint64_t multiplier;
	uint8_t ids[1 << NAME_SLOT_BITS];
	struct name_key keys[256]; /* by id */
};
extern struct name_table name_tags, name_attrs;

static inline unsigned
name_slot_of(const struct name_table *t, struct name_key k)
{
	return (unsigned)(((k.lo ^ (k.hi * UINT64_C(0xff51afd7ed558ccd))) * t->multiplier) >> (64 - NAME_SLOT_BITS));
}

static inline unsigned
name_find(const struct name_table *t, struct name_key k)
{
	unsigned id = t->ids[name_slot_of(t, k)];

	return ((t->keys[id].lo ^ k.lo) | (t->keys[id].hi ^ k.hi)) == 0 ? id : 0;
}

static inline enum tag
tag_of_key(struct name_key k)
{
	return (enum tag)name_find(&name_tags, k);
}

static inline enum attr
attr_of_key(struct name_key k)
{
	return (enum attr)name_find(&name_attrs, k);
}

/* The key of name[0, len), len <= 16; zero, which is no name's, where a NUL is in it. */
struct name_key name_key_of(const char *p, size_t len);

enum tag tag_find(struct str name);
enum attr attr_find(struct str name);
/* Static; "" for TAG_OTHER, ATTR_OTHER. */
const char *tag_name(enum tag t);
const char *attr_name(enum attr a);

#endif
