/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tail_backend.h: frontier/backend.h in memory, which checks what is asked of it, and can fail. */
#ifndef TESTS_TAIL_BACKEND_H
#define TESTS_TAIL_BACKEND_H

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "frontier/backend.h"

#define TAIL_BACKEND_PIECES 200000

struct tail_backend {
	struct frontier_backend ops;
	char *pieces[TAIL_BACKEND_PIECES]; /* by address */
	size_t lens[TAIL_BACKEND_PIECES];
	uint64_t n, n_live, n_puts, n_gets;
	uint64_t fails_from; /* the n-th put or get and all that follow; 0 = never */
	bool failed;
};

static inline int
tail_backend_fails(struct tail_backend *b)
{
	b->failed |= b->fails_from > 0 && b->n_puts + b->n_gets >= b->fails_from;
	return b->failed ? -EIO : 0;
}

static inline int
tail_backend_put(void *arg, const void *piece, size_t len, uint64_t *ret_address)
{
	struct tail_backend *b = arg;

	CHECK(!b->failed && len > 0 && len <= BACKEND_PIECE_MAX_BYTES && b->n + 1 < TAIL_BACKEND_PIECES);
	b->n_puts++;
	if (tail_backend_fails(b) < 0)
		return -EIO;
	b->n++;
	b->n_live++;
	b->pieces[b->n] = malloc(len);
	CHECK(b->pieces[b->n] != NULL);
	memcpy(b->pieces[b->n], piece, len);
	b->lens[b->n] = len;
	*ret_address = b->n;
	return 0;
}

static inline int
tail_backend_get(void *arg, uint64_t address, void *dst, size_t len)
{
	struct tail_backend *b = arg;

	CHECK(!b->failed && address >= 1 && address <= b->n && b->pieces[address] != NULL && b->lens[address] == len);
	b->n_gets++;
	if (tail_backend_fails(b) < 0)
		return -EIO;
	memcpy(dst, b->pieces[address], len);
	return 0;
}

static inline void
tail_backend_drop(void *arg, uint64_t address, size_t len)
{
	struct tail_backend *b = arg;

	CHECK(address >= 1 && address <= b->n && b->pieces[address] != NULL && b->lens[address] == len);
	free(b->pieces[address]);
	b->pieces[address] = NULL;
	b->n_live--;
}

static inline struct tail_backend *
tail_backend_new(void)
{
	struct tail_backend *b = calloc(1, sizeof(*b));

	CHECK(b != NULL);
	b->ops = (struct frontier_backend){ tail_backend_put, tail_backend_get, tail_backend_drop, b };
	return b;
}

static inline void
tail_backend_free(struct tail_backend *b)
{
	for (uint64_t i = 1; i <= b->n; i++)
		free(b->pieces[i]);
	free(b);
}

#endif
