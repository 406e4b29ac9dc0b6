/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unzip.h: reads what codec.h writes, from anybody's file: gzip members, zstd frames, or plain bytes,
 * told apart by how the file begins. Nothing in it is believed: memory is bounded whatever it says (a
 * frame that asks for more than the 8 MiB window the standard grants is refused).
 *
 * Order of calls: unzip_open(); unzip_next() begins a member; unzip_read() until it is over; unzip_next()
 * for the one behind it, ...; unzip_close(). A plain file is one member. One thread.
 */
#ifndef STORE_UNZIP_H
#define STORE_UNZIP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "store/codec.h"

struct unzip;

/* fd is borrowed; reading begins at offset, and ends before `end` (UINT64_MAX: with the file). 0, -EOPNOTSUPP (zstd, built without it), other negative errno. */
MUST_CHECK int unzip_open(int fd, uint64_t offset, uint64_t end, struct unzip **ret_unzip);
void unzip_close(struct unzip *u);
enum codec_kind unzip_kind(const struct unzip *u);
/* The next byte to be read, in the file. Between members: where the next begins. */
uint64_t unzip_offset(const struct unzip *u);
/* 1: a member begins; 0: the file is over; -EBADMSG: what comes is none; other negative errno. */
MUST_CHECK int unzip_next(struct unzip *u);
/*
 * At most len bytes of the member. *ret_n = 0: it is over. -EBADMSG: it is damaged; -ENODATA: the file
 * ends within it; other negative errno.
 */
MUST_CHECK int unzip_read(struct unzip *u, char *dst, size_t len, size_t *ret_n);

#endif
