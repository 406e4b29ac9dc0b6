/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * filesum.h: the SHA-256 of a file, a piece at a time, for whoever has other things to do meanwhile. Public.
 *
 * Order of calls: filesum_open() or filesum_of(); filesum_step() until it returns 0; filesum_free(). One thread.
 */
#ifndef STORE_FILESUM_H
#define STORE_FILESUM_H

#include <stdint.h>

#include "base/check.h"

#define FILESUM_BYTES 65 /* 64 small hexadecimal digits and a NUL */

struct filesum;

/* A file in a directory; a link is followed. -EINVAL: it is no regular file. */
MUST_CHECK int filesum_open(int dir_fd, const char *name, struct filesum **ret_sum);
/* The first `bytes` bytes of fd, which is borrowed, and whose offset does not change. */
MUST_CHECK int filesum_of(int fd, uint64_t bytes, struct filesum **ret_sum);
void filesum_free(struct filesum *s);
/* About max_bytes more of it. 1: there are more; 0: that was all, and this is its sum; -EIO: the file has become shorter. */
MUST_CHECK int filesum_step(struct filesum *s, uint64_t max_bytes, char ret_sum[FILESUM_BYTES]);

#endif
