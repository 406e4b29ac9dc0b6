/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pool.h: the small pieces of memory of which a frontier has millions: buckets, servers, and chunks of records. Private to frontier/.
 *
 * They stand in regions of 2 MiB, each for pieces of one class. So a piece costs a few instructions and no bytes beside it; what is
 * near in time is near in memory; and all of it can stand in large pages (base/huge.h). A region that has become empty goes back to
 * the kernel, so what one class gives back is there for all others, and for hosts: that happens to all of them when the queues are
 * moved to the disk (tail.c), since then every chunk is given back.
 *
 *	P1  A region's address is a multiple of its size: so the piece leads to it.
 *	P2  The account (`bytes`) has what of each region was touched since it was empty, all of one that has large pages.
 *	P3  A class keeps one region that has room, so that one piece that comes and goes makes no system call.
 *	P4  So many empty ones with large pages as pool_keep() says are kept for whichever class wants one next, and stay in the account: else
 *	    the kernel would clear for each pass over the queues what it was given by the one before.
 *
 * Order of calls: pool_init(), pool_keep(); pool_get(), pool_put(), pool_trim(); pool_release(), whether all were put back or not. Owner: the loop's thread.
 * Failures: NULL.
 */
#ifndef FRONTIER_POOL_H
#define FRONTIER_POOL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* LASTING: 128 bytes too, for what stays while chunks come and go. */
enum pool_class { POOL_LASTING, POOL_128, POOL_256, POOL_1024, POOL_4096, POOL_CLASSES };

struct pool_region;

struct pool {
	struct pool_region *roomy[POOL_CLASSES]; /* those with room */
	struct pool_region *all;
	struct pool_region *spare; /* by next */
	unsigned n_regions, n_spare, max_spare;
	_Atomic uint64_t *bytes; /* the account of all loops */
};

void pool_init(struct pool *p, _Atomic uint64_t *bytes);
void pool_release(struct pool *p);
/* None by default. */
void pool_keep(struct pool *p, uint64_t bytes);
/* What is kept, in bytes; and all of it back to the kernel. */
uint64_t pool_spare_bytes(const struct pool *p);
void pool_trim(struct pool *p);

/* The bytes of a piece. */
size_t pool_piece_bytes(enum pool_class class);
/* A piece of that class, at a multiple of 64: what was in it is not cleared. */
void *pool_get(struct pool *p, enum pool_class class);
void pool_put(struct pool *p, void *piece);
/* CHECKs P1 to P3, and counts pieces that are out. */
uint64_t pool_check(const struct pool *p);

#endif
