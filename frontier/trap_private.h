/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trap_private.h: what trap.c, which has the law, and trap_pack.c, by which the next run knows what was learned, share. */
#ifndef FRONTIER_TRAP_PRIVATE_H
#define FRONTIER_TRAP_PRIVATE_H

#include "base/buf.h"
#include "frontier/trap.h"
#include "frontier/trap_sets.h"
#include "url/pattern.h"

#define TRAP_SHARDS_CACHED 256 /* a power of two */

#define TRAP_WAY_MAX_BYTES (5 * 8 + 1 + 4 * SKETCH_MAX)

/* Where a URL was found. */
struct parent {
	uint64_t pattern; /* 0: nowhere */
	bool other_origin;
	bool stale, copy, alias; /* and of the same site */
	unsigned chain;   /* pages without anything new on the way, itself the last */
};

/* The shard of an origin's site, without a look into the list of public suffixes for each URL. */
struct trap_shard {
	uint64_t origin;
	unsigned shard;
};

struct traps {
	const struct frontier_config *config;
	unsigned loop;
	struct trap_shard shards[TRAP_SHARDS_CACHED];
	struct trap_classes classes;
	struct recall texts;    /* (origin, hash of the text) of the pages read */
	struct recall pieces;   /* (pattern, mark) */
	struct recall bodies;   /* (origin, hash of the body) */
	struct recall stale;    /* (of their site) fingerprints of pages without anything new, copies and aliases -> chain and flags */
	struct recall twins;    /* what stands around a slot -> fingerprint of the first URL with that */
	unsigned n_cut;         /* classes: as long as there is none, nothing is looked at */
	struct url url;         /* scratch: a parent */
	struct buf way;         /* scratch: of the page that was judged last */
	uint64_t parent_fp, parent_pattern, parent_origin; /* of the last one: the next page was found there, mostly */

	/* the page whose links are being offered */
	enum trap_verdict verdict; /* TRAP_FRESH: there is none, or all is said */
	struct pattern pattern;
	struct parent parent;
	bool is_foreign;        /* stale, and found on a page of another site */
	bool known;             /* its very text is that of another page */
	struct frontier_judgement is;
	unsigned leads;
	bool shows;             /* it has pictures or the like that no other page had */
};

/*
 * All that is remembered stands under a key that ends in the shard of the site it is of, so that the loop whose that is, in a run of
 * another number of loops, can take what is its own, and nothing else.
 */
static inline uint64_t
trap_key(uint64_t key, unsigned shard)
{
	return (key & ~(uint64_t)(FRONTIER_SHARDS - 1)) | shard;
}

static inline unsigned
trap_key_shard(uint64_t key)
{
	return (unsigned)(key & (FRONTIER_SHARDS - 1));
}

/* As hash_mix(), of the same site. */
static inline uint64_t
trap_mix(uint64_t key, uint64_t tag)
{
	return trap_key(hash_mix(key, tag), trap_key_shard(key));
}

static inline uint64_t
trap_text_key(const struct pattern *pattern, const struct frontier_page *page)
{
	return trap_mix(pattern->origin, page->text_hash);
}

static inline uint64_t
trap_body_key(const struct pattern *pattern, const struct frontier_page *page)
{
	return trap_mix(trap_mix(pattern->origin, page->content_hash[0]), page->content_hash[1]);
}

/* t->is.way, of the page that was judged; empty where it has something new. */
void trap_pack_way(struct traps *t, const struct frontier_page *page);

#endif
