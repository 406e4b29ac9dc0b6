/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "base/check.h"
#include "parse/worker/links.h"
#include "parse/worker/meta.h"
#include "url/header.h"

/* A row of links.def in one byte: kind + 1, and the syntax above it; 0 = no row. */
#define LINK_BY_REL LINK_KIND_COUNT
#define ROW(kind, syntax) ((uint8_t)((LINK_##kind + 1) | SYNTAX_##syntax << 4))
#define ROW_KIND(row)     (((row) & 15) - 1)
#define ROW_SYNTAX(row)   ((row) >> 4)

static const uint8_t html_rows[TAG_COUNT][ATTR_COUNT] = {
#define LINK(tag, attr, kind, syntax) [TAG_##tag][ATTR_##attr] = ROW(kind, syntax),
#define FOREIGN(tag, attr, kind, syntax)
#define ANY(attr, kind, syntax)
#include "parse/worker/links.def"
#undef LINK
#undef FOREIGN
#undef ANY
};

static const uint8_t foreign_rows[TAG_COUNT][ATTR_COUNT] = {
#define LINK(tag, attr, kind, syntax)
#define FOREIGN(tag, attr, kind, syntax) [TAG_##tag][ATTR_##attr] = ROW(kind, syntax),
#define ANY(attr, kind, syntax)
#include "parse/worker/links.def"
#undef LINK
#undef FOREIGN
#undef ANY
};

static const uint8_t any_rows[ATTR_COUNT] = {
#define LINK(tag, attr, kind, syntax)
#define FOREIGN(tag, attr, kind, syntax)
#define ANY(attr, kind, syntax) [ATTR_##attr] = ROW(kind, syntax),
#include "parse/worker/links.def"
#undef LINK
#undef FOREIGN
#undef ANY
};

const uint64_t link_attrs = 0
#define LINK(tag, attr, kind, syntax) | ATTR_BIT(ATTR_##attr)
#define FOREIGN(tag, attr, kind, syntax)
#define ANY(attr, kind, syntax) | ATTR_BIT(ATTR_##attr)
#include "parse/worker/links.def"
#undef LINK
#undef FOREIGN
#undef ANY
	;

#define SLOTS_MIN 256

void
links_init(struct links *l)
{
	*l = (struct links){ .epoch = 0 };
}

void
links_release(struct links *l)
{
	free(l->refs);
	free(l->slots);
	links_init(l);
}

/* Empties the table, which begins small again. */
static void
links_forget(struct links *l)
{
	if (++l->epoch == 0) { /* once in 4 G pages */
		if (l->slots != NULL)
			memset(l->slots, 0, l->slots_cap * sizeof(*l->slots));
		l->epoch = 1;
	}
	l->n_slots = l->slots_cap < SLOTS_MIN ? l->slots_cap : SLOTS_MIN;
	l->n_used = 0;
}

void
links_reset(struct links *l, const struct hash_key *key, bool all, uint32_t max_refs)
{
	l->key = *key;
	l->n = 0;
	l->all = all;
	l->max_refs = max_refs;
	l->cut = l->utf8 = false;
	l->frame = 0;
	l->err = 0;
	memset(l->counts, 0, sizeof(l->counts));
	links_forget(l);
}

/* Fragments longer than this are no repeats, so that a URL's ceiling cannot make a difference between two. */
#define KEY_RAW_MAX 1024

/*
 * Where raw's fragment begins: at a '#' that is no part of a character reference, nor behind a space (which is dropped at
 * an end, but not before a fragment).
 */
static uint32_t
key_len(struct str raw)
{
	const char *hash, *amp;

	if (raw.len == 0 || raw.len > KEY_RAW_MAX || (hash = memchr(raw.p, '#', raw.len)) == NULL)
		return (uint32_t)raw.len;
	amp = memchr(raw.p, '&', (size_t)(hash - raw.p));
	if (amp != NULL || (hash > raw.p && (unsigned char)hash[-1] <= ' '))
		return (uint32_t)raw.len;
	return (uint32_t)(hash - raw.p);
}

static bool
ref_same(const struct ref *a, const struct ref *b)
{
	return a->kind == b->kind && a->flags == b->flags && a->utf8 == b->utf8 && a->frame == b->frame && a->key_len == b->key_len &&
		memcmp(a->raw.p, b->raw.p, a->key_len) == 0;
}

static uint32_t
ref_hash(const struct links *l, const struct ref *r)
{
	return (uint32_t)hash_fingerprint(&l->key, r->raw.p, r->key_len) + (uint32_t)(r->frame << 16 | r->kind << 8 | r->flags) * 0x9e3779b1u;
}

/* The slot of a reference equal to r, or the free one where it belongs. */
static struct link_slot *
slot_find(struct links *l, const struct ref *r, uint32_t hash)
{
	uint32_t i = hash & (l->n_slots - 1);

	for (;; i = (i + 1) & (l->n_slots - 1)) {
		struct link_slot *s = &l->slots[i];

		if (s->epoch != l->epoch || (s->hash == hash && ref_same(&l->refs[s->index], r)))
			return s;
	}
}

static void
slot_fill(struct links *l, uint32_t hash, uint32_t index)
{
	uint32_t i = hash & (l->n_slots - 1);

	while (l->slots[i].epoch == l->epoch)
		i = (i + 1) & (l->n_slots - 1);
	l->slots[i] = (struct link_slot){ .hash = hash, .epoch = l->epoch, .index = index };
	l->n_used++;
}

static int
slots_reserve(struct links *l, uint32_t n)
{
	struct link_slot *slots;

	if (n <= l->slots_cap)
		return 0;
	if (n > UINT32_C(1) << 30)
		return -ENOMEM;
	slots = calloc(n, sizeof(*slots));
	if (slots == NULL)
		return -ENOMEM;
	free(l->slots);
	l->slots = slots;
	l->slots_cap = n;
	return 0;
}

static int
slots_grow(struct links *l)
{
	uint32_t n = l->n_slots == 0 ? SLOTS_MIN : l->n_slots * 2, i;
	int err = slots_reserve(l, n);

	if (err < 0)
		return err;
	links_forget(l);
	l->n_slots = n;
	for (i = 0; i < l->n; i++)
		if (l->refs[i].syntax == SYNTAX_URL && l->refs[i].same == REF_FIRST)
			slot_fill(l, ref_hash(l, &l->refs[i]), i);
	return 0;
}

static int
refs_push(struct links *l, const struct ref *r)
{
	if (l->n == l->cap) {
		uint32_t cap = l->cap == 0 ? 256 : l->cap * 2;
		struct ref *refs;

		if (cap > UINT32_MAX / 4)
			return -ENOMEM;
		refs = realloc(l->refs, cap * sizeof(*refs));
		if (refs == NULL)
			return -ENOMEM;
		l->refs = refs;
		l->cap = cap;
	}
	l->refs[l->n++] = *r;
	return 0;
}

void
links_add(struct links *l, const struct ref *ref)
{
	struct ref r = *ref;
	struct link_slot *slot = NULL;
	uint32_t hash = 0;

	if (l->err != 0)
		return;
	r.same = REF_FIRST;
	r.utf8 = l->utf8;
	r.frame = l->frame;
	if (r.syntax == SYNTAX_URL) {
		r.key_len = l->all ? (uint32_t)r.raw.len : key_len(r.raw);
		l->counts[r.kind]++;
		if (l->n_used * 2 >= l->n_slots && (l->err = slots_grow(l)) < 0)
			return;
		hash = ref_hash(l, &r);
		slot = slot_find(l, &r, hash);
		if (slot->epoch == l->epoch) {
			if (!l->all)
				return;
			r.same = slot->index;
		}
	}
	if (l->n >= l->max_refs) {
		l->cut = true;
		return;
	}
	l->err = refs_push(l, &r);
	if (l->err == 0 && slot != NULL && r.same == REF_FIRST)
		slot_fill(l, hash, l->n - 1);
}

struct links_mark
links_mark(const struct links *l)
{
	struct links_mark mark = { .n = l->n, .cut = l->cut };

	memcpy(mark.counts, l->counts, sizeof(mark.counts));
	return mark;
}

/* Linear in mark->n: happens at most once a document (a frameset that replaces the body; a page that needs the tree). */
void
links_cut_back(struct links *l, const struct links_mark *mark)
{
	bool utf8 = l->utf8;
	uint8_t frame = l->frame;
	uint32_t i;

	CHECK(mark->n <= l->n);
	if (mark->n < l->n) {
		links_forget(l);
		l->n = 0;
		for (i = 0; i < mark->n; i++) {
			struct ref r = l->refs[i];

			l->utf8 = r.utf8;
			l->frame = r.frame;
			links_add(l, &r);
		}
		l->utf8 = utf8;
		l->frame = frame;
	}
	l->cut = mark->cut;
	memcpy(l->counts, mark->counts, sizeof(l->counts));
}

/* Not a link at all when nothing stands in it and it is not an anchor's: src="" loads nothing. */
static bool
value_counts(enum attr attr, struct str value)
{
	return value.len != 0 || attr == ATTR_HREF || attr == ATTR_XLINK_HREF || attr == ATTR_ACTION;
}

uint64_t
links_likely(uint64_t seen, const struct str *value)
{
	uint64_t bits = seen & link_attrs;

	if ((bits & ATTR_BIT(ATTR_STYLE)) != 0) {
		struct str style = value[ATTR_STYLE];

		if (style.len == 0 || (memchr(style.p, '(', style.len) == NULL && memchr(style.p, '&', style.len) == NULL))
			bits &= ~ATTR_BIT(ATTR_STYLE);
	}
	return bits;
}

void
links_tag(struct links *l, const struct link_tag *t)
{
	uint64_t bits = links_likely(t->seen, t->value);
	unsigned flags = 0;

	if (LIKELY(bits == 0))
		return;
	if ((t->seen & ATTR_BIT(ATTR_REL)) != 0 && meta_has_word(t->value[ATTR_REL], STR("nofollow")))
		flags = LINK_NOFOLLOW;
	for (; bits != 0; bits &= bits - 1) {
		unsigned attr = (unsigned)__builtin_ctzll(bits);
		uint8_t row = t->foreign ? foreign_rows[t->tag][attr] : html_rows[t->tag][attr];
		unsigned kind;

		if (row == 0)
			row = any_rows[attr];
		if (row == 0 || !value_counts((enum attr)attr, t->value[attr]))
			continue;
		kind = (unsigned)ROW_KIND(row);
		if (kind == LINK_BY_REL)
			kind = link_kind_by_rel((t->seen & ATTR_BIT(ATTR_REL)) != 0 ? t->value[ATTR_REL] : STR(""),
				(t->seen & ATTR_BIT(ATTR_TYPE)) != 0 ? t->value[ATTR_TYPE] : STR(""));
		links_add(l, &(struct ref){ .raw = t->value[attr], .kind = (uint8_t)kind,
				     .flags = (uint8_t)(ROW_SYNTAX(row) == SYNTAX_STYLE ? LINK_IN_STYLE : flags | (t->foreign && t->tag == TAG_USE ? LINK_OF_USE : 0u)),
				     .syntax = ROW_SYNTAX(row), .tag = (uint16_t)t->tag,
				     .attr = (uint16_t)attr, .name = t->name });
	}
}

struct rel_row {
	struct str word;
	enum link_kind kind;
};

#define REL(word, kind) { { word, sizeof(word) - 1 }, LINK_##kind }

/* In order of weight: of the words that are there, the first of these rows decides ("alternate stylesheet" is a sheet). */
static const struct rel_row rel_rows[] = {
	REL("stylesheet", STYLE),
	REL("icon", REQUISITE),
	REL("apple-touch-icon", REQUISITE),
	REL("apple-touch-icon-precomposed", REQUISITE),
	REL("apple-touch-startup-image", REQUISITE),
	REL("mask-icon", REQUISITE),
	REL("fluid-icon", REQUISITE),
	REL("image_src", REQUISITE),
	REL("manifest", REQUISITE),
	REL("preload", REQUISITE),
	REL("modulepreload", REQUISITE),
	REL("canonical", CANONICAL),
	REL("feed", FEED),
	REL("alternate", ALTERNATE),
	REL("amphtml", ALTERNATE),
	REL("shortlink", ALTERNATE),
	REL("preconnect", HINT),
	REL("dns-prefetch", HINT),
	REL("prefetch", HINT),
	REL("prerender", HINT),
	REL("pingback", HINT),
	REL("search", HINT),
	REL("edituri", HINT),
	REL("wlwmanifest", HINT),
	REL("profile", HINT),
	REL("schema.dc", HINT),
};

static bool
is_feed_type(struct str type)
{
	struct str essence = header_media_type(type);

	return str_ieq(essence, STR("application/rss+xml")) || str_ieq(essence, STR("application/atom+xml")) ||
		str_ieq(essence, STR("application/rdf+xml")) || str_ieq(essence, STR("application/feed+json"));
}

enum link_kind
link_kind_by_rel(struct str rel, struct str type)
{
	size_t best = ARRAY_LEN(rel_rows), i;
	struct str word;
	bool any = false;

	while (meta_next_word(&rel, &word)) {
		any = true;
		for (i = 0; i < best; i++)
			if (str_ieq(word, rel_rows[i].word))
				best = i;
	}
	if (best == ARRAY_LEN(rel_rows))
		return any ? LINK_PAGE : LINK_HINT;
	if (rel_rows[best].kind == LINK_ALTERNATE && is_feed_type(type))
		return LINK_FEED;
	/* A page to search with, or a description of one for browsers. */
	if (str_eq(rel_rows[best].word, STR("search")) && !str_ieq(str_trim(type), STR("application/opensearchdescription+xml")))
		return LINK_PAGE;
	return rel_rows[best].kind;
}
