/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/hash.h"
#include "url/seen.h"
#include "url/seen_layout.h"

#define SEEN_MAP_MAGIC 0x7365656eu

struct seen_map {
	uint32_t magic;
	struct seen_view view; /* immutable after seen_map() */
};

/* The writer is trusted (it is our parent), a wrong descriptor is not: this is the check for that. */
static bool
seen_header_fits(const struct seen_header *h, uint64_t file_bytes)
{
	return h->magic == SEEN_MAGIC && h->partition_bits <= SEEN_MAX_PARTITION_BITS &&
		h->unit_shift >= SEEN_MIN_UNIT_SHIFT && h->unit_shift <= SEEN_MAX_UNIT_SHIFT &&
		h->map_bytes == file_bytes;
}

int
seen_map(int fd, struct seen_map **ret_map)
{
	CLEANUP(freep) struct seen_map *m = NULL;
	const struct seen_header *h;
	struct stat st;
	void *base;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size < SEEN_TABLES_OFF)
		return -EINVAL;
	m = calloc(1, sizeof(*m));
	if (m == NULL)
		return -ENOMEM;
	base = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (base == MAP_FAILED)
		return -errno;
	h = base;
	if (!seen_header_fits(h, (uint64_t)st.st_size)) {
		(void)munmap(base, (size_t)st.st_size);
		return -EINVAL;
	}
	/* The writer's account counts small pages. */
	(void)madvise(base, (size_t)st.st_size, MADV_NOHUGEPAGE);
	(void)madvise(base, (size_t)st.st_size, MADV_DONTDUMP);
	m->magic = SEEN_MAP_MAGIC;
	m->view = (struct seen_view){
		.base = base,
		.map_bytes = h->map_bytes,
		.partition_bits = h->partition_bits,
		.unit_shift = h->unit_shift,
	};
	*ret_map = TAKE(m);
	return 0;
}

void
seen_unmap(struct seen_map *m)
{
	if (m == NULL)
		return;
	CHECK_MAGIC(m, SEEN_MAP_MAGIC);
	(void)munmap(m->view.base, m->view.map_bytes);
	m->magic = 0;
	free(m);
}

bool
seen_contains(const struct seen_map *m, uint64_t fp)
{
	CHECK_MAGIC(m, SEEN_MAP_MAGIC);
	return seen_view_find(&m->view, fp, NULL, NULL);
}

void
seen_prefetch(const struct seen_map *m, uint64_t fp)
{
	CHECK_MAGIC(m, SEEN_MAP_MAGIC);
	seen_view_prefetch(&m->view, fp);
}

uint64_t
seen_way_key(uint64_t fp, bool requisite, bool depth_refused, bool nofollow)
{
	return hash_mix(fp, (uint64_t)requisite | (uint64_t)depth_refused << 1 | (uint64_t)nofollow << 2);
}
