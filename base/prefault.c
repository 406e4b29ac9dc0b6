/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/prefault.h"

#ifndef MADV_POPULATE_WRITE /* Linux 5.14; glibc 2.35 */
#define MADV_POPULATE_WRITE 23
#endif

#define PAGE_BYTES  ((uintptr_t)4096) /* where pages are larger, what is not at the start of one is refused, and that is all */
#define BLOCK_BYTES ((size_t)120 * 1024) /* glibc maps what has 128 KiB by itself */

void
prefault_pages(void *p, size_t bytes)
{
	uintptr_t start = ((uintptr_t)p + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1), end = ((uintptr_t)p + bytes) & ~(PAGE_BYTES - 1);

	if (p != NULL && end > start)
		(void)madvise((void *)start, end - start, MADV_POPULATE_WRITE);
}

void
prefault_init(void)
{
	/*
	 * glibc gives back what is free at a heap's end from 128 KiB on, or from twice the size of the largest block that was mapped by itself
	 * and is freed. mallopt(3) could say so too, but would end this learning for good, and larger buffers do need it.
	 */
	void *volatile block = malloc(PREFAULT_HEAP_MAX / 2 + BLOCK_BYTES);

	free(block);
}

void
prefault_heap(size_t bytes)
{
	void *blocks[PREFAULT_HEAP_MAX / BLOCK_BYTES];
	size_t n = 0;

	while (n < sizeof(blocks) / sizeof(blocks[0]) && bytes > n * BLOCK_BYTES) {
		blocks[n] = malloc(BLOCK_BYTES);
		prefault_pages(blocks[n], BLOCK_BYTES);
		n++;
	}
	while (n > 0)
		free(blocks[--n]);
}
