/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <pthread.h>

#include "base/check.h"
#include "parse/worker/names.h"

#define RAWTEXT   TAG_RAWTEXT
#define RCDATA    TAG_RCDATA
#define SCRIPT    TAG_IS_SCRIPT
#define PLAINTEXT TAG_IS_PLAINTEXT
#define VOID      TAG_VOID
#define SPECIAL   TAG_SPECIAL
#define SCOPE     TAG_SCOPE
#define IMPLIED   TAG_IMPLIED
#define CLOSE_P   TAG_CLOSE_P
#define FORMAT    TAG_FORMAT
#define BREAKOUT  TAG_BREAKOUT
#define NOFRAMES  TAG_NOFRAMES_OK
#define HEAD      TAG_IN_HEAD
#define CONTEXT   TAG_CONTEXT
#define TABLEPART TAG_TABLEPART
#define NOTED     TAG_NOTED
#define BLOCK     TAG_BLOCK

const uint32_t tag_flags[TAG_COUNT] = {
#define TAG(id, name, flags) [TAG_##id] = flags,
#include "parse/worker/tags.def"
#undef TAG
};

static const char *const tag_names[TAG_COUNT] = {
	[TAG_OTHER] = "",
#define TAG(id, name, flags) [TAG_##id] = name,
#include "parse/worker/tags.def"
#undef TAG
};

static const char *const attr_names[ATTR_COUNT] = {
	[ATTR_OTHER] = "",
#define ATTR(id, name) [ATTR_##id] = name,
#include "parse/worker/attrs.def"
#undef ATTR
};

_Static_assert(ATTR_COUNT <= 64, "a set of attributes is a uint64_t");
_Static_assert(TAG_COUNT <= 256, "ids are bytes");

struct name_table name_tags, name_attrs;

struct name_key
name_key_of(const char *p, size_t len)
{
	unsigned char bytes[NAME_MAX_BYTES] = { 0 };
	struct name_key k = { 0 };
	size_t i;

	/* Behind the end of a name it means nothing; in one it is U+FFFD, which is in no name of ours. */
	if (memchr(p, '\0', len) != NULL)
		return k;
	for (i = 0; i < len; i++)
		bytes[i] = ascii_lower((unsigned char)p[i]);
	memcpy(&k, bytes, sizeof(k));
	return k;
}

/* Fills ids under t->multiplier; false if two names meet. */
static bool
table_place(struct name_table *t, unsigned n)
{
	unsigned id;

	memset(t->ids, 0, sizeof(t->ids));
	for (id = 1; id < n; id++) {
		uint8_t *slot = &t->ids[name_slot_of(t, t->keys[id])];

		if (*slot != 0)
			return false;
		*slot = (uint8_t)id;
	}
	return true;
}

static void
table_fill(struct name_table *t, const char *const *names, unsigned n)
{
	uint64_t m = UINT64_C(0x9e3779b97f4a7c15);
	unsigned id, tries;

	for (id = 1; id < n; id++) {
		size_t len = strlen(names[id]);

		CHECK(len > 0 && len <= NAME_MAX_BYTES && strspn(names[id], "abcdefghijklmnopqrstuvwxyz0123456789-:") == len);
		t->keys[id] = name_key_of(names[id], len);
	}
	/* about one in thirty fits the tags: 170 names in 4096 places */
	for (tries = 0; tries < 100000; tries++) {
		t->multiplier = m | 1;
		if (table_place(t, n))
			return;
		m = m * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	}
	CHECK(tries < 100000);
}

static void
names_fill(void)
{
	table_fill(&name_tags, tag_names, TAG_COUNT);
	table_fill(&name_attrs, attr_names, ATTR_COUNT);
}

void
names_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	CHECK(pthread_once(&once, names_fill) == 0);
}

enum tag
tag_find(struct str name)
{
	if (name.len == 0 || name.len > NAME_MAX_BYTES)
		return TAG_OTHER;
	return tag_of_key(name_key_of(name.p, name.len));
}

enum attr
attr_find(struct str name)
{
	if (name.len == 0 || name.len > NAME_MAX_BYTES)
		return ATTR_OTHER;
	return attr_of_key(name_key_of(name.p, name.len));
}

const char *
tag_name(enum tag t)
{
	CHECK((unsigned)t < TAG_COUNT);
	return tag_names[t];
}

const char *
attr_name(enum attr a)
{
	CHECK((unsigned)a < ATTR_COUNT);
	return attr_names[a];
}
