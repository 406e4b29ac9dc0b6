/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * codec.h: compresses records one by one, so that each can be read without those before it: a gzip
 * member (WARC/1.1 annex D) or a zstd frame (IIPC, "Zstandard Compression for WARC Files") for each,
 * or the bytes as they are.
 *
 * Order of calls: codec_new(); then for each record codec_begin(), codec_add()... of exactly
 * raw_bytes together, codec_end(); codec_free(). Output is appended to `out` as it comes about. One
 * owner, no locks.
 *
 * Failures: -ENOMEM, -EMSGSIZE (out is full); the record is to be dropped, the next
 * codec_begin() starts afresh.
 */
#ifndef STORE_CODEC_H
#define STORE_CODEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum codec_kind { CODEC_GZIP, CODEC_ZSTD, CODEC_NONE };

struct codec;

/* level 0: the usual one. -EOPNOTSUPP: built without this one. */
MUST_CHECK int codec_new(enum codec_kind kind, int level, struct codec **ret_codec);
void codec_free(struct codec *c);
/* dense: what comes is compressed already (an image), more effort would be for nothing. */
MUST_CHECK int codec_begin(struct codec *c, uint64_t raw_bytes, bool dense);
MUST_CHECK int codec_add(struct codec *c, const void *p, size_t len, struct buf *out);
MUST_CHECK int codec_end(struct codec *c, struct buf *out);
/* What a file's name ends in: ".warc.gz", ".warc.zst", ".warc". Static. */
const char *codec_suffix(enum codec_kind kind);

#endif
