/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * linefile.h: a file that is only appended to, by whole lines, with few write(2).
 *
 *	lf->buf holds: [lines that are whole ...][the line being made]
 *	                                         ^ lf->whole
 *
 * Order of calls: linefile_open(); per line: add to linefile_begin(), linefile_end();
 * linefile_flush(), linefile_sync(); linefile_close().
 *
 * Whatever happens, the file ends in a whole line: when the disk fills up in the middle of one,
 * that part is cut off again. The first failure stays: nothing is written after it. One thread.
 */
#ifndef STORE_LINEFILE_H
#define STORE_LINEFILE_H

#include "base/buf.h"
#include "store/dir.h"
#include "store/tee.h"

#define LINEFILE_FLUSH_BYTES (64 * 1024)
#define LINEFILE_LINE_MAX    (4 * 1024 * 1024) /* no record of ours comes near it */

struct linefile {
	int fd;
	struct tee tee;      /* what is written goes there too, behind it. The caller's, set after linefile_open() */
	struct buf buf;
	size_t whole;
	uint64_t file_bytes; /* whole lines in the file */
	uint64_t missing_bytes; /* of those that there should have been at the open */
	uint64_t synced_bytes;
	uint64_t *total;     /* bytes written are added here */
	int err;
};

#define LINEFILE_INIT ((struct linefile){ .fd = -1, .tee = TEE_NONE })

/*
 * The file's first `bytes` bytes stay, what is behind them is cut off; where there are fewer, what is
 * there stays as far as its lines are whole, and missing_bytes says how many are gone. *total is borrowed for its life. 0 or negative errno.
 */
MUST_CHECK int linefile_open(const struct store_dir *dir, const char *name, uint64_t bytes,
	uint64_t *total, struct linefile *ret_file);
/* The buffer to add a line to. */
static inline struct buf *
linefile_begin(struct linefile *lf)
{
	return &lf->buf;
}
/*
 * The line is complete (this adds its newline). 0 or the first failure; a line that did not fit in
 * memory is dropped whole, which is a failure too.
 */
MUST_CHECK int linefile_end(struct linefile *lf);
MUST_CHECK int linefile_flush(struct linefile *lf);
/* All lines are on the disk when it returns. */
MUST_CHECK int linefile_sync(struct linefile *lf);
/* Flushes. 0 or the first failure. */
MUST_CHECK int linefile_close(struct linefile *lf);

#endif
