/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "parse/worker/pieces.h"

#define GZIP_MAGIC   STR("\x1f\x8b")
#define INFLATE_GZIP (15 + 16) /* inflateInit2(): 32 KiB window, gzip's head and check */

int
pieces_open(struct pieces *p, struct str body, uint64_t max_bytes)
{
	*p = (struct pieces){ .rest = body, .max_bytes = max_bytes, .is_gzip = str_starts(body, GZIP_MAGIC) };
	if (!p->is_gzip)
		return 0;
	p->out = malloc(PIECE_BYTES);
	if (p->out == NULL)
		return -ENOMEM;
	if (inflateInit2(&p->z, INFLATE_GZIP) != Z_OK) {
		free(p->out);
		return -ENOMEM;
	}
	return 0;
}

void
pieces_close(struct pieces *p)
{
	if (!p->is_gzip)
		return;
	(void)inflateEnd(&p->z);
	free(p->out);
}

/* One call of inflate(). False: that was all there is, damaged or not. */
static bool
inflate_once(struct pieces *p)
{
	uInt n = p->rest.len < PIECE_BYTES ? (uInt)p->rest.len : PIECE_BYTES;
	int r;

	p->z.next_in = (Bytef *)(uintptr_t)p->rest.p;
	p->z.avail_in = n;
	r = inflate(&p->z, Z_NO_FLUSH);
	p->rest = str_n(p->rest.p + (n - p->z.avail_in), p->rest.len - (n - p->z.avail_in));
	/* Several members may follow one another (RFC 1952 §2.2); what is no member is not looked at. */
	if (r == Z_STREAM_END)
		return str_starts(p->rest, GZIP_MAGIC) && inflateReset(&p->z) == Z_OK;
	return r == Z_OK && (p->rest.len > 0 || p->z.avail_out == 0);
}

struct str
pieces_next(struct pieces *p)
{
	struct str piece;

	if (!p->is_gzip) {
		piece = str_n(p->rest.p, p->rest.len < PIECE_BYTES ? p->rest.len : PIECE_BYTES);
		p->rest = str_n(p->rest.p + piece.len, p->rest.len - piece.len);
		return piece;
	}
	p->z.next_out = (Bytef *)p->out;
	p->z.avail_out = PIECE_BYTES;
	while (!p->over && p->z.avail_out > 0)
		p->over = !inflate_once(p);
	piece = str_n(p->out, PIECE_BYTES - p->z.avail_out);
	p->total += piece.len;
	if (p->total > p->max_bytes) {
		p->over = p->cut = true;
		return STR("");
	}
	return piece;
}
