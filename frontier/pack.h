/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pack.h: numbers as they stand in what a run packs for the next one: little-endian, of 1 to 8 bytes. Pure. */
#ifndef FRONTIER_PACK_H
#define FRONTIER_PACK_H

#include <endian.h>
#include <string.h>

#include "base/buf.h"

static inline void
pack_number(struct buf *out, uint64_t v, unsigned bytes)
{
	uint64_t le = htole64(v);

	buf_add(out, &le, bytes);
}

/* From the front of *packed, which moves on. False: there is no more. */
static inline bool
unpack_number(struct str *packed, unsigned bytes, uint64_t *ret)
{
	uint64_t le = 0;

	if (packed->len < bytes)
		return false;
	memcpy(&le, packed->p, bytes);
	*packed = str_n(packed->p + bytes, packed->len - bytes);
	*ret = le64toh(le);
	return true;
}

#endif
