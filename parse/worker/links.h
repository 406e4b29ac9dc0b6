/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * links.h: the references of a page as they are written, before anything is decoded or resolved.
 *
 * Order of calls: links_init(); per page links_reset(), then links_tag() for each start tag that exists in the document and
 * links_add() for what else refers; links_release(). What is kept are spans of the body (or of memory that lives as long
 * as the page), so that adding costs a hash and a compare.
 *
 * A page refers to the same places again and again: a repeat (same bytes, kind and flags) is recognised here and points
 * to the first one. With `all` it is kept, for its own span; without, it is only counted, and what differs in the fragment
 * alone is a repeat too, since fragments are not part of what is asked for.
 *
 * Ceiling: max_refs; what comes later is counted and `cut` is set. One owner.
 */
#ifndef PARSE_WORKER_LINKS_H
#define PARSE_WORKER_LINKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/str.h"
#include "parse/worker/names.h"
#include "url/link.h"

enum link_syntax { SYNTAX_URL, SYNTAX_SRCSET, SYNTAX_STYLE, SYNTAX_SHEET, SYNTAX_SRCDOC, SYNTAX_REFRESH, SYNTAX_MANIFEST,
	SYNTAX_LD };

#define REF_FIRST UINT32_MAX

struct ref {
	struct str raw;
	uint32_t key_len;  /* raw[0, key_len) is what makes it a repeat; filled in here */
	uint32_t same;     /* index of the reference it repeats, REF_FIRST if none */
	uint8_t kind;      /* enum link_kind */
	uint8_t flags;     /* LINK_* */
	uint8_t syntax;    /* enum link_syntax */
	bool text;         /* raw is element text, not an attribute's value: no character references */
	bool utf8;         /* raw is UTF-8 whatever the page is in (of a srcdoc, decoded) */
	uint8_t frame;     /* whose base it is resolved with: struct reader's frames[frame - 1]; 0 = the page's */
	uint16_t tag;      /* enum tag */
	uint16_t attr;     /* enum attr */
	uint32_t lastmod_s; /* of a sitemap's entry, since 1970; 0 = not known */
	uint32_t at, at_len; /* where it stands in the body (of XML in UTF-16: in the text), if raw is no part of that; at_len 0: not known */
	struct str name;   /* of the element, as written, when tag is TAG_OTHER */
};

struct link_slot {
	uint32_t hash, epoch, index;
};

struct links {
	struct ref *refs;
	uint32_t n, cap;
	uint32_t max_refs;
	bool all, cut;
	bool utf8;     /* of what is added now: struct ref's */
	uint8_t frame;
	uint32_t counts[LINK_KIND_COUNT]; /* of single URLs; lists and style sheets are counted by who takes them apart */
	/* Open addressing. Only slots of the current epoch count, and of those there are only the first n_slots in use, by
	 * the size of this page and not of the largest: what is looked at stays in the processor's cache. */
	struct link_slot *slots;
	uint32_t slots_cap, n_slots, n_used, epoch;
	struct hash_key key;     /* secret: a page cannot make its links meet in one slot */
	int err; /* -ENOMEM, first failure */
};

/* A place to cut back to. */
struct links_mark {
	uint32_t n;
	bool cut;
	uint32_t counts[LINK_KIND_COUNT];
};

/* A start tag, as the tokenizer leaves it. */
struct link_tag {
	enum tag tag;
	struct str name;
	uint64_t seen;
	const struct str *value; /* by enum attr, where seen has the bit */
	bool foreign;            /* svg or math */
};

/* The attributes that can hold a link on some element. */
extern const uint64_t link_attrs;

void links_init(struct links *l);
void links_release(struct links *l);
void links_reset(struct links *l, const struct hash_key *key, bool all, uint32_t max_refs);
/*
 * The attributes of `seen` that can refer to something: those in link_attrs; a style only if it calls a function, with a
 * parenthesis or the character reference for one.
 */
uint64_t links_likely(uint64_t seen, const struct str *value);
/* All references of a start tag but those of <meta>. */
void links_tag(struct links *l, const struct link_tag *t);
/* One reference; same is filled in here. */
void links_add(struct links *l, const struct ref *ref);
/* Where the references stand now; forgets those added since. */
struct links_mark links_mark(const struct links *l);
void links_cut_back(struct links *l, const struct links_mark *mark);

/* What <link rel=... type=... as=...> is for. */
enum link_kind link_kind_by_rel(struct str rel, struct str type);

#endif
