/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * backend.h: where the tails of the hosts' queues are kept when memory runs short: pieces of bytes, put away and read back. The
 * one header of frontier/ that store/ includes; store/backend_local.c implements it with a file, tests with an array.
 *
 * It keeps a working copy, no more. What makes a URL durable is the transaction of the page that it was found on (table `found`
 * of the job database, store/writer.c S1-S2), and a resume makes the queues anew from that. So nothing here is synced, nothing
 * has to survive the program, and no commit waits for it.
 *
 * Order of calls: put() gives a piece its address, which get() and drop() take, as often as wanted and once. One for each
 * frontier; the loop's thread alone calls.
 *
 * Failures: negative errno of the disk (-ENOSPC, -EIO, ...), -ENOMEM. After any of them the frontier calls nothing but drop().
 */
#ifndef FRONTIER_BACKEND_H
#define FRONTIER_BACKEND_H

#include <stddef.h>
#include <stdint.h>

/* No piece is longer: the longest record of a queue, and some more. */
#define BACKEND_PIECE_MAX_BYTES ((size_t)64 * 1024)
/* Addresses are smaller, and never 0. */
#define BACKEND_ADDRESS_BITS 44

struct frontier_backend {
	int (*put)(void *arg, const void *piece, size_t len, uint64_t *ret_address);
	/* All of it: len as it was put. */
	int (*get)(void *arg, uint64_t address, void *dst, size_t len);
	void (*drop)(void *arg, uint64_t address, size_t len);
	void *arg;
};

#endif
