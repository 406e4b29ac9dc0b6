/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include <zlib.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "store/codec.h"

/* zlib: 6 makes documentation pages 7 % smaller than 4 does, and takes 1.7 times the CPU. */
#define GZIP_LEVEL  4
#define GZIP_DENSE  0
#define GZIP_WINDOW (15 + 16) /* with gzip's header and trailer */
#define GZIP_MEMORY 8
#define ZSTD_LEVEL  3
#define ZSTD_DENSE  (-5)

#define CODEC_PIECE_BYTES (16 * 1024)

struct codec {
	enum codec_kind kind;
	int level;
	bool dense;
	z_stream z;
#ifdef HAVE_ZSTD
	ZSTD_CCtx *zstd;
#endif
};

const char *
codec_suffix(enum codec_kind kind)
{
	static const char *const suffixes[] = {
		[CODEC_GZIP] = ".warc.gz",
		[CODEC_ZSTD] = ".warc.zst",
		[CODEC_NONE] = ".warc",
	};

	return suffixes[kind];
}

/* --- gzip --- */

static int
gzip_run(struct codec *c, const void *p, size_t len, int flush, struct buf *out)
{
	int r;

	CHECK(len <= UINT_MAX);
	c->z.next_in = (unsigned char *)(uintptr_t)p; /* zlib only reads it */
	c->z.avail_in = (uInt)len;
	do {
		if (buf_reserve(out, CODEC_PIECE_BYTES) < 0)
			return buf_err(out);
		c->z.next_out = (unsigned char *)out->data + out->len;
		c->z.avail_out = CODEC_PIECE_BYTES;
		r = deflate(&c->z, flush);
		CHECK(r != Z_STREAM_ERROR);
		out->len += CODEC_PIECE_BYTES - c->z.avail_out;
	} while (c->z.avail_out == 0);
	return 0;
}

static int
gzip_begin(struct codec *c, bool dense)
{
	CHECK(deflateReset(&c->z) == Z_OK);
	if (dense != c->dense &&
		deflateParams(&c->z, dense ? GZIP_DENSE : c->level, Z_DEFAULT_STRATEGY) != Z_OK)
		return -ENOMEM;
	c->dense = dense;
	return 0;
}

static int
gzip_new(struct codec *c)
{
	int r = deflateInit2(&c->z, c->level, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
		Z_DEFAULT_STRATEGY);

	return r == Z_OK ? 0 : -ENOMEM;
}

/* --- zstd --- */

#ifdef HAVE_ZSTD
static int
zstd_run(struct codec *c, const void *p, size_t len, ZSTD_EndDirective end, struct buf *out)
{
	ZSTD_inBuffer in = { p, len, 0 };
	size_t left;

	do {
		ZSTD_outBuffer piece;

		if (buf_reserve(out, CODEC_PIECE_BYTES) < 0)
			return buf_err(out);
		piece = (ZSTD_outBuffer){ out->data + out->len, CODEC_PIECE_BYTES, 0 };
		left = ZSTD_compressStream2(c->zstd, &piece, &in, end);
		if (ZSTD_isError(left))
			return -ENOMEM; /* sizes and parameters are right: nothing else can fail */
		out->len += piece.pos;
	} while (end == ZSTD_e_end ? left > 0 : in.pos < in.size);
	return 0;
}

static int
zstd_begin(struct codec *c, uint64_t raw_bytes, bool dense)
{
	/* Size and checksum are required in each frame (section "Zstandard frames"). */
	if (ZSTD_isError(ZSTD_CCtx_reset(c->zstd, ZSTD_reset_session_only)) ||
		ZSTD_isError(ZSTD_CCtx_setParameter(c->zstd, ZSTD_c_compressionLevel,
			dense ? ZSTD_DENSE : c->level)) ||
		ZSTD_isError(ZSTD_CCtx_setParameter(c->zstd, ZSTD_c_checksumFlag, 1)) ||
		ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(c->zstd, raw_bytes)))
		return -ENOMEM;
	return 0;
}
#endif

/* --- whichever --- */

int
codec_new(enum codec_kind kind, int level, struct codec **ret_codec)
{
	struct codec *c = calloc(1, sizeof(*c));
	int r = 0;

	if (c == NULL)
		return -ENOMEM;
	c->kind = kind;
	switch (kind) {
	case CODEC_GZIP:
		c->level = level != 0 ? level : GZIP_LEVEL;
		r = gzip_new(c);
		break;
	case CODEC_ZSTD:
#ifdef HAVE_ZSTD
		c->level = level != 0 ? level : ZSTD_LEVEL;
		c->zstd = ZSTD_createCCtx();
		r = c->zstd != NULL ? 0 : -ENOMEM;
#else
		r = -EOPNOTSUPP;
#endif
		break;
	case CODEC_NONE:
		break;
	}
	if (r < 0) {
		free(c);
		return r;
	}
	*ret_codec = c;
	return 0;
}

void
codec_free(struct codec *c)
{
	if (c == NULL)
		return;
	if (c->kind == CODEC_GZIP)
		(void)deflateEnd(&c->z);
#ifdef HAVE_ZSTD
	ZSTD_freeCCtx(c->zstd);
#endif
	free(c);
}

int
codec_begin(struct codec *c, uint64_t raw_bytes, bool dense)
{
	switch (c->kind) {
	case CODEC_GZIP:
		return gzip_begin(c, dense);
	case CODEC_ZSTD:
#ifdef HAVE_ZSTD
		return zstd_begin(c, raw_bytes, dense);
#endif
	case CODEC_NONE:
		break;
	}
	return 0;
}

int
codec_add(struct codec *c, const void *p, size_t len, struct buf *out)
{
	if (len == 0)
		return 0;
	switch (c->kind) {
	case CODEC_GZIP:
		return gzip_run(c, p, len, Z_NO_FLUSH, out);
	case CODEC_ZSTD:
#ifdef HAVE_ZSTD
		return zstd_run(c, p, len, ZSTD_e_continue, out);
#endif
	case CODEC_NONE:
		break;
	}
	return buf_add(out, p, len);
}

int
codec_end(struct codec *c, struct buf *out)
{
	switch (c->kind) {
	case CODEC_GZIP:
		return gzip_run(c, NULL, 0, Z_FINISH, out);
	case CODEC_ZSTD:
#ifdef HAVE_ZSTD
		return zstd_run(c, NULL, 0, ZSTD_e_end, out);
#endif
	case CODEC_NONE:
		break;
	}
	return 0;
}
