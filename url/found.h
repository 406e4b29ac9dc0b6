/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * found.h: what a page has led to, packed: the discoveries of a page, as they are kept with it in
 * the job database until each has come to its end. About 20 bytes a URL on a usual site: a URL says
 * only what is new in it against the one before, and the page it was found on stands once.
 *
 * Order of calls: found_packer_init(); per page found_packer_fresh(), found_pack() for each of its
 * URLs; found_packer_release(). What several pages have packed may be put together in any order.
 * Reading: found_reader_init(), found_next() until it is not 1, found_reader_release().
 *
 * An entry (v: LEB128 number of at most 64 bits):
 *
 *	1     kind (low 4 bits), SEED, REMEMBERED; PARENT: a parent follows; MORE: so does
 *	      a byte of further bits
 *	1     LINK_* flags
 *	1     with MORE: CHAIN, ATTEMPT, LASTMOD; from 0x10 on the enum net. Without: no bits, NET_PUBLIC
 *	v     depth
 *	v     queued_ms, since 1970
 *	1+8n  with CHAIN: number of redirects and their fingerprints
 *	1 v   with ATTEMPT: the attempt that comes, and when it is due: ms since 1970
 *	v     with LASTMOD: lastmod_s
 *	v .   with PARENT: bytes of the page's URL, and these; without, the one before holds
 *	v v . bytes shared with the URL before, bytes that follow, and these
 *
 * The first one of a page has a parent, be it empty, and shares nothing.
 *
 * Failures: -ENOMEM, -EMSGSIZE (the ceiling of a buffer); -EBADMSG for what nobody has packed.
 */
#ifndef URL_FOUND_H
#define URL_FOUND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "url/link.h"
#include "url/net.h"

#define FOUND_MAX_REDIRECTS 255

struct found {
	struct str url;    /* canonical, without fragment */
	struct str parent; /* the page it was found on; empty for seeds */
	uint32_t depth;
	enum link_kind kind;
	unsigned flags; /* LINK_* */
	enum net from;  /* where it was found: NET_USER for seeds */
	bool is_seed;
	/* Refused for its host, but hosts may still join the scope: to be offered again. */
	bool remembered;
	unsigned attempt;   /* the one that comes, 1 = first */
	int64_t due_wall_us; /* of an attempt that is not the first */
	unsigned redirects; /* fingerprints in chain */
	const void *chain;  /* unaligned, 8 bytes each */
	int64_t queued_wall_us;
	uint32_t lastmod_s; /* what a sitemap says, since 1970; 0 = nothing */
};

/*
 * What a URL that was let in is known by until its end: its fingerprint; and, when it is let in once
 * more because a redirect leads back into its own chain, one that is its own for each time round.
 */
uint64_t found_key(uint64_t fp, struct str chain);

/* The URL and the page packed last. */
struct found_packer {
	struct buf url, parent;
	int64_t queued_wall_us;
	char queued[8]; /* of that, packed */
	size_t queued_len; /* 0: not packed yet */
	bool fresh;
};

void found_packer_init(struct found_packer *p);
void found_packer_release(struct found_packer *p);
/* What follows can be read without what came before. */
void found_packer_fresh(struct found_packer *p);
/* Appends an entry to out. 0, or a failure, which out->err keeps. */
MUST_CHECK int found_pack(struct found_packer *p, const struct found *f, struct buf *out);

struct found_reader {
	const char *p, *end;
	struct buf url, parent;
};

void found_reader_init(struct found_reader *r, struct str packed);
void found_reader_release(struct found_reader *r);
/* The next entry; its strings are valid until the next call. 1, 0 at the end, or a failure. */
MUST_CHECK int found_next(struct found_reader *r, struct found *ret_found);
/* Of all entries; 0 where there are none. 0, or a failure. */
MUST_CHECK int found_least_depth(struct str packed, uint32_t *ret_depth);

#endif
