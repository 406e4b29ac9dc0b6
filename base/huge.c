/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdint.h>
#include <sys/mman.h>

#include "base/check.h"
#include "base/huge.h"

void *
huge_map(size_t bytes)
{
	char *p, *start;
	size_t before;

	CHECK(bytes > 0 && bytes % HUGE_BYTES == 0);
	if (bytes > SIZE_MAX - HUGE_BYTES)
		return NULL;
	p = mmap(NULL, bytes + HUGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	before = (HUGE_BYTES - (uintptr_t)p % HUGE_BYTES) % HUGE_BYTES;
	start = p + before;
	/* What cannot be cut off is only addresses. */
	if (before > 0)
		(void)munmap(p, before);
	(void)munmap(start + bytes, HUGE_BYTES - before);
	return start;
}

void
huge_want(void *p, size_t bytes, bool wanted)
{
	/* A kernel without them does as it would have done. */
	(void)madvise(p, bytes, wanted ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

void
huge_collapse(void *p, size_t bytes)
{
	huge_want(p, bytes, true);
#ifdef MADV_COLLAPSE
	(void)madvise(p, bytes, MADV_COLLAPSE);
#endif
}

void
huge_clear(void *p, size_t bytes)
{
	CHECK(madvise(p, bytes, MADV_DONTNEED) == 0);
}

void
huge_unmap(void *p, size_t bytes)
{
	if (p != NULL)
		CHECK(munmap(p, bytes) == 0);
}
