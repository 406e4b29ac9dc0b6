/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dechunk.h: takes the chunked transfer coding off (RFC 9112 §7.1), byte by byte, as they come.
 *
 * Order of calls: a zeroed struct; dechunk() for each piece: it says which part of it, from the start, is
 * data or is not, until nothing is left. Never fails: what is not in order makes it DECHUNK_BAD, and
 * the rest is no data.
 */
#ifndef STORE_DECHUNK_H
#define STORE_DECHUNK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum dechunk_state {
	DECHUNK_SIZE,      /* digits of a chunk's size */
	DECHUNK_EXTENSION, /* the rest of that line */
	DECHUNK_DATA,
	DECHUNK_DATA_END, /* its CRLF */
	DECHUNK_TRAILER,  /* all that follows the last chunk */
	DECHUNK_BAD,
};

struct dechunk {
	enum dechunk_state state;
	uint64_t size; /* of this chunk: what is left of it */
	unsigned digits;
};

/* Cuts the next part off *rest (which must not be empty): *ret_data tells whether it is data. */
struct str dechunk(struct dechunk *d, struct str *rest, bool *ret_data);

#endif
