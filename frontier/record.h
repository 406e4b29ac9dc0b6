/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record.h: a URL that waits, packed: 16 bytes and its path. Records stand one behind the other in chunks, so that queueing a
 * URL costs no allocation of its own; the page they were found on is kept once for all of them.
 *
 * Order of calls: rec_mem_init(); rec_fifo_push(), rec_fifo_peek(), rec_fifo_pop() on zeroed struct rec_fifo;
 * rec_fifo_clear() on each; rec_mem_release(). Everything belongs to one loop's thread, but the account (`bytes`).
 *
 * Failures: -ENOMEM; then nothing has changed.
 */
#ifndef FRONTIER_RECORD_H
#define FRONTIER_RECORD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"
#include "frontier/pool.h"
#include "url/link.h"
#include "url/net.h"
#include "url/url.h"

#define REC_MAX_REDIRECTS 255
#define REC_MAX_FAILED_HERE 15
/* Where the pointer to the parent stands in a packed record. */
#define REC_PARENT_OFF 8

/* The page that a URL was found on. Counted references; owner: loop thread. */
struct rec_parent {
	uint32_t refs, len;
	char text[];
};

struct rec {
	enum link_kind kind;
	unsigned flags; /* LINK_* */
	enum net from;  /* where it was found: NET_USER for seeds */
	bool is_seed, links_only;
	bool again;         /* only in parcels: it is known, and let in all the same */
	unsigned attempt;   /* the one that comes, 1 = first */
	unsigned failed_here; /* tries that are none: this machine had too little of something; at most REC_MAX_FAILED_HERE */
	unsigned redirects; /* fingerprints in chain */
	const void *chain;  /* unaligned, 8 bytes each */
	uint32_t queued_ms; /* since frontier_shared.start_wall_us */
	uint32_t lastmod_s; /* what a sitemap says, since 1970; 0 = nothing */
	int64_t due_us;     /* only on the way to a queue: not before; monotonic */
	struct rec_parent *parent; /* NULL: none */
	struct str text;    /* what is behind the origin, or the whole URL: as whoever keeps the queue says */
};

/* What the user asked for, what a page needs, and sitemaps are no way into a trap (trap.h). */
static inline bool
rec_may_be_trap(const struct rec *r)
{
	return !r->is_seed && r->kind != LINK_SITEMAP && !link_is_requisite(r->kind);
}

struct rec_chunk {
	struct rec_chunk *next;
	uint32_t cap, used, read;
	char data[];
};

struct rec_fifo {
	struct rec_chunk *head, *tail;
	uint64_t n;
};

struct rec_mem {
	_Atomic uint64_t *bytes; /* the account of all loops: parents, and chunks that are too large for the pool */
	struct pool *pool;       /* has chunks; their own account is the same */
	uint64_t held_bytes;     /* of chunks in use, and parents */
	struct rec_parent *last_parent; /* links come page by page */
};

void rec_mem_init(struct rec_mem *m, struct pool *pool);
void rec_mem_release(struct rec_mem *m);

/* The parent of this text, with a reference for the caller; *ret_parent is NULL for an empty text. */
MUST_CHECK int rec_parent_get(struct rec_mem *m, struct str text, struct rec_parent **ret_parent);
void rec_parent_unref(struct rec_mem *m, struct rec_parent *p);
static inline struct str
rec_parent_str(const struct rec_parent *p)
{
	return p != NULL ? str_n(p->text, p->len) : STR_NONE;
}

/* The same without the parent, to be kept elsewhere than in memory: bytes, and to and from p. Loading sets no parent. */
size_t rec_save_bytes(const struct rec *r);
void rec_save(const struct rec *r, char *dst);
size_t rec_load(const char *p, struct rec *ret_rec);

/* Bytes that rec_pack() needs. */
size_t rec_bytes(const struct rec *r);
void rec_pack(const struct rec *r, char *dst);
/* The record at p; its strings point there. Returns its bytes. */
size_t rec_unpack(const char *p, struct rec *ret_rec);

/* Takes the reference to the parent. */
MUST_CHECK int rec_fifo_push(struct rec_mem *m, struct rec_fifo *f, const struct rec *r);
/* The first one; its strings are valid until rec_fifo_pop(). False when empty. */
bool rec_fifo_peek(const struct rec_fifo *f, struct rec *ret_rec);
/* Removes the first one. The caller has its reference to the parent. */
void rec_fifo_pop(struct rec_mem *m, struct rec_fifo *f);
/* The parent of the first one, which is in the chunk at the head, will be looked at soon. */
static inline void
rec_prefetch_parent(const struct rec_chunk *head)
{
	const char *p;

	memcpy(&p, head->data + head->read + REC_PARENT_OFF, sizeof(p));
	__builtin_prefetch(p);
	if (p != NULL)
		__builtin_prefetch(p + 64);
}
/* Removes all, with their parents. */
void rec_fifo_clear(struct rec_mem *m, struct rec_fifo *f);

#endif
