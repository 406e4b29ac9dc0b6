/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <zlib.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "store/unzip.h"

#define UNZIP_RAW_BYTES  (64 * 1024)
#define UNZIP_WINDOW     (15 + 16)
#define UNZIP_WINDOW_LOG 23 /* 8 MiB: what every reader has to have ("Window and dictionary limits") */

struct unzip {
	enum codec_kind kind;
	int fd;
	bool open; /* in a member */
	z_stream z;
#ifdef HAVE_ZSTD
	ZSTD_DCtx *zstd;
#endif
	uint64_t at;  /* in the file: behind raw */
	uint64_t end; /* of what may be read */
	size_t pos, len;
	unsigned char raw[UNZIP_RAW_BYTES];
};

/* More raw bytes if there are none left; *ret_some: there are. */
static int
refill(struct unzip *u, bool *ret_some)
{
	ssize_t n = 1;

	if (u->pos == u->len) {
		uint64_t left = u->end > u->at ? u->end - u->at : 0;

		do
			n = pread(u->fd, u->raw, left < sizeof(u->raw) ? (size_t)left : sizeof(u->raw), (off_t)u->at);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			return -errno;
		u->at += (uint64_t)n;
		u->pos = 0;
		u->len = (size_t)n;
	}
	*ret_some = n > 0;
	return 0;
}

static bool
begins(const struct unzip *u, const char *magic, size_t n)
{
	return u->len - u->pos >= n && memcmp(u->raw + u->pos, magic, n) == 0;
}

static int
open_kind(struct unzip *u)
{
	if (begins(u, "\x1f\x8b", 2)) {
		u->kind = CODEC_GZIP;
		return inflateInit2(&u->z, UNZIP_WINDOW) == Z_OK ? 0 : -ENOMEM;
	}
	u->kind = CODEC_NONE;
	if (!begins(u, "\x28\xb5\x2f\xfd", 4) && !begins(u, "\x5d\x2a\x4d\x18", 4))
		return 0;
#ifdef HAVE_ZSTD
	u->kind = CODEC_ZSTD;
	u->zstd = ZSTD_createDCtx();
	if (u->zstd == NULL || ZSTD_isError(ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax,
				       UNZIP_WINDOW_LOG)))
		return -ENOMEM;
	return 0;
#else
	return -EOPNOTSUPP;
#endif
}

int
unzip_open(int fd, uint64_t offset, uint64_t end, struct unzip **ret_unzip)
{
	struct unzip *u = calloc(1, sizeof(*u));
	bool some;
	int r;

	if (u == NULL)
		return -ENOMEM;
	u->fd = fd;
	u->at = offset;
	u->end = end;
	u->kind = CODEC_NONE;
	r = offset > INT64_MAX ? -EINVAL : refill(u, &some);
	if (r == 0)
		r = open_kind(u);
	if (r < 0) {
		unzip_close(u);
		return r;
	}
	*ret_unzip = u;
	return 0;
}

void
unzip_close(struct unzip *u)
{
	if (u == NULL)
		return;
	if (u->kind == CODEC_GZIP)
		(void)inflateEnd(&u->z);
#ifdef HAVE_ZSTD
	ZSTD_freeDCtx(u->zstd);
#endif
	free(u);
}

enum codec_kind
unzip_kind(const struct unzip *u)
{
	return u->kind;
}

uint64_t
unzip_offset(const struct unzip *u)
{
	return u->at - (u->len - u->pos);
}

int
unzip_next(struct unzip *u)
{
	bool some;
	int r = refill(u, &some);

	if (r < 0 || !some)
		return r;
	/* Anything else behind a member is no member; for zstd, frames of other kinds are skipped by it. */
	if (u->kind == CODEC_GZIP && u->raw[u->pos] != 0x1f)
		return -EBADMSG;
	if (u->kind == CODEC_GZIP && inflateReset(&u->z) != Z_OK)
		return -EBADMSG;
#ifdef HAVE_ZSTD
	if (u->kind == CODEC_ZSTD)
		(void)ZSTD_DCtx_reset(u->zstd, ZSTD_reset_session_only);
#endif
	u->open = true;
	return 1;
}

/* One step; *ret_n: bytes that came of it. */
static int
gzip_step(struct unzip *u, char *dst, size_t len, size_t *ret_n)
{
	int r;

	u->z.next_in = u->raw + u->pos;
	u->z.avail_in = (uInt)(u->len - u->pos);
	u->z.next_out = (unsigned char *)dst;
	u->z.avail_out = len < UINT_MAX ? (uInt)len : UINT_MAX;
	*ret_n = u->z.avail_out;
	r = inflate(&u->z, Z_NO_FLUSH);
	*ret_n -= u->z.avail_out;
	u->pos = u->len - u->z.avail_in;
	if (r == Z_STREAM_END)
		u->open = false;
	if (r == Z_MEM_ERROR)
		return -ENOMEM;
	return r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR ? 0 : -EBADMSG;
}

static int
zstd_step(struct unzip *u, char *dst, size_t len, size_t *ret_n)
{
#ifdef HAVE_ZSTD
	ZSTD_inBuffer in = { u->raw, u->len, u->pos };
	ZSTD_outBuffer out = { dst, len, 0 };
	size_t left = ZSTD_decompressStream(u->zstd, &out, &in);

	u->pos = in.pos;
	*ret_n = out.pos;
	if (ZSTD_isError(left))
		return -EBADMSG;
	if (left == 0)
		u->open = false;
	return 0;
#else
	return -EOPNOTSUPP;
#endif
}

static int
plain_step(struct unzip *u, char *dst, size_t len, size_t *ret_n)
{
	*ret_n = len < u->len - u->pos ? len : u->len - u->pos;
	memcpy(dst, u->raw + u->pos, *ret_n);
	u->pos += *ret_n;
	return 0;
}

int
unzip_read(struct unzip *u, char *dst, size_t len, size_t *ret_n)
{
	size_t n = 0;

	CHECK(len > 0);
	while (u->open && n == 0) {
		bool some = false;
		int r = refill(u, &some);

		if (r < 0)
			return r;
		if (!some && u->kind == CODEC_NONE)
			u->open = false;
		else if (!some)
			return -ENODATA;
		else if (u->kind == CODEC_GZIP)
			r = gzip_step(u, dst, len, &n);
		else
			r = u->kind == CODEC_ZSTD ? zstd_step(u, dst, len, &n)
						  : plain_step(u, dst, len, &n);
		if (r < 0)
			return r;
	}
	*ret_n = n;
	return 0;
}
