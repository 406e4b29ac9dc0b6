/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tails of host queues in a file without a name: it is gone when the program is, however that ends.
 *
 * The file is made of regions. Pieces are added to the open region, in memory, which is written when it is full: a write for
 * some thousand pieces. Each region knows how many bytes of it are still wanted; when none are, it is used again. Addresses are
 * offsets, from 1 region on.
 *
 *	B1  A piece lies in one region.
 *	B2  live[r] is the sum of the lengths of the pieces in region r that have not been dropped.
 *	B3  A region is one of: open, in use (live > 0), free.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "frontier/backend.h"
#include "store/backend_local.h"

#define BACKEND_MAGIC  0x6261636bu
#define REGION_BYTES   ((size_t)256 * 1024)
#define REGIONS_MAX    (UINT32_C(1) << 26) /* 16 TiB, which is what an address can say */

_Static_assert(BACKEND_PIECE_MAX_BYTES <= REGION_BYTES, "a piece fits in a region");

struct backend_local {
	uint32_t magic;
	struct frontier_backend ops;
	int fd;
	int err;            /* the first failure */
	char *open;         /* REGION_BYTES */
	uint32_t open_at;   /* its number; 0: none yet */
	size_t open_bytes;
	uint32_t *live;     /* [1] is the first */
	uint32_t *free;     /* numbers; n_free of them */
	uint32_t n, cap, n_free;
	uint64_t live_bytes;
};

static int
failed(struct backend_local *b, int r)
{
	if (b->err == 0)
		b->err = r;
	return r;
}

static int
write_at(int fd, const char *p, size_t len, uint64_t at)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, p, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		p += n;
		len -= (size_t)n;
		at += (uint64_t)n;
	}
	return 0;
}

static int
grow(struct backend_local *b)
{
	uint32_t cap = b->cap > 0 ? b->cap * 2 : 64, *live, *spare;

	if (b->n + 1 < b->cap)
		return 0;
	if (cap > REGIONS_MAX)
		return -EFBIG;
	live = realloc(b->live, cap * sizeof(*live));
	if (live == NULL)
		return -ENOMEM;
	b->live = live;
	spare = realloc(b->free, cap * sizeof(*spare));
	if (spare == NULL)
		return -ENOMEM;
	b->free = spare;
	b->cap = cap;
	return 0;
}

/* The open region goes to the file, another one is begun. */
static int
next_region(struct backend_local *b)
{
	int r = grow(b);

	if (r == 0 && b->open_at > 0)
		r = write_at(b->fd, b->open, b->open_bytes, (uint64_t)b->open_at * REGION_BYTES);
	if (r < 0)
		return r;
	if (b->open_at > 0 && b->live[b->open_at] == 0) {
		/* All of it was dropped meanwhile: it goes on being the open one. */
		b->open_bytes = 0;
		return 0;
	}
	if (b->n_free > 0) {
		b->open_at = b->free[--b->n_free];
	} else {
		b->open_at = ++b->n;
		b->live[b->open_at] = 0;
	}
	b->open_bytes = 0;
	return 0;
}

static int
local_put(void *arg, const void *piece, size_t len, uint64_t *ret_address)
{
	struct backend_local *b = arg;

	CHECK_MAGIC(b, BACKEND_MAGIC);
	CHECK(len > 0 && len <= BACKEND_PIECE_MAX_BYTES);
	if (b->open_at == 0 || REGION_BYTES - b->open_bytes < len) {
		int r = next_region(b);

		if (r < 0)
			return failed(b, r);
	}
	memcpy(b->open + b->open_bytes, piece, len);
	*ret_address = (uint64_t)b->open_at * REGION_BYTES + b->open_bytes;
	b->open_bytes += len;
	b->live[b->open_at] += (uint32_t)len;
	b->live_bytes += len;
	return 0;
}

static int
local_get(void *arg, uint64_t address, void *dst, size_t len)
{
	struct backend_local *b = arg;
	char *p = dst;

	CHECK_MAGIC(b, BACKEND_MAGIC);
	CHECK(address / REGION_BYTES >= 1 && address / REGION_BYTES <= b->n && len <= REGION_BYTES - address % REGION_BYTES);
	if (address / REGION_BYTES == b->open_at) {
		CHECK(address % REGION_BYTES + len <= b->open_bytes);
		memcpy(dst, b->open + address % REGION_BYTES, len);
		return 0;
	}
	while (len > 0) {
		ssize_t n = pread(b->fd, p, len, (off_t)address);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return failed(b, n < 0 ? -errno : -EIO);
		p += n;
		len -= (size_t)n;
		address += (uint64_t)n;
	}
	return 0;
}

static void
local_drop(void *arg, uint64_t address, size_t len)
{
	struct backend_local *b = arg;
	uint32_t region = (uint32_t)(address / REGION_BYTES);

	CHECK_MAGIC(b, BACKEND_MAGIC);
	CHECK(region >= 1 && region <= b->n && b->live[region] >= len);
	b->live[region] -= (uint32_t)len;
	b->live_bytes -= len;
	if (b->live[region] == 0 && region != b->open_at)
		b->free[b->n_free++] = region;
}

int
backend_local_new(const struct store_dir *dir, struct backend_local **ret_backend)
{
	struct backend_local *b = calloc(1, sizeof(*b));
	int r;

	if (b == NULL)
		return -ENOMEM;
	b->magic = BACKEND_MAGIC;
	b->fd = -1;
	b->ops = (struct frontier_backend){ .put = local_put, .get = local_get, .drop = local_drop, .arg = b };
	b->open = malloc(REGION_BYTES);
	r = b->open != NULL ? dir_open_temporary(dir) : -ENOMEM;
	if (r < 0) {
		backend_local_free(b);
		return r;
	}
	b->fd = r;
	*ret_backend = b;
	return 0;
}

void
backend_local_free(struct backend_local *b)
{
	if (b == NULL)
		return;
	CHECK_MAGIC(b, BACKEND_MAGIC);
	closep(&b->fd);
	free(b->open);
	free(b->live);
	free(b->free);
	b->magic = 0;
	free(b);
}

const struct frontier_backend *
backend_local_ops(const struct backend_local *b)
{
	CHECK_MAGIC(b, BACKEND_MAGIC);
	return &b->ops;
}

int
backend_local_failed(const struct backend_local *b)
{
	CHECK_MAGIC(b, BACKEND_MAGIC);
	return b->err;
}

void
backend_local_bytes(const struct backend_local *b, uint64_t *ret_live, uint64_t *ret_file)
{
	CHECK_MAGIC(b, BACKEND_MAGIC);
	*ret_live = b->live_bytes;
	*ret_file = (uint64_t)b->n * REGION_BYTES;
}
