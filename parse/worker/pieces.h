/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pieces.h: a body in pieces, so that memory does not grow with it; inflated if it is gzip (RFC 1952), as far as that goes.
 *
 * Order of calls: pieces_open(); pieces_next() until it is empty; pieces_close(). One owner.
 */
#ifndef PARSE_WORKER_PIECES_H
#define PARSE_WORKER_PIECES_H

#include <stdbool.h>
#include <stdint.h>

#include <zlib.h>

#include "base/str.h"

#define PIECE_BYTES (64u * 1024)

struct pieces {
	struct str rest;
	bool is_gzip, over;
	bool cut;                  /* it unfolds to more than max_bytes; who reads may say so, too */
	z_stream z;
	uint64_t max_bytes, total; /* of what it unfolds to; of them given */
	char *out;                 /* PIECE_BYTES, with is_gzip */
};

/* body is borrowed until pieces_close(); max_bytes: of what gzip unfolds to. 0 or -ENOMEM. */
MUST_CHECK int pieces_open(struct pieces *p, struct str body, uint64_t max_bytes);
void pieces_close(struct pieces *p);
/* Of at most PIECE_BYTES; valid until the next call, and without gzip as long as the body. Empty at the end. */
struct str pieces_next(struct pieces *p);

#endif
