/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cdxj.h: the index of WARC files: a line per capture, sorted, "KEY TIMESTAMP {JSON}".
 *
 * While the crawl runs, lines are appended to NAME.part in the order of the records; at the end
 * they are sorted into NAME, bytewise as LC_ALL=C sort does, in bounded memory: runs that fit are
 * sorted and written to a file without a name, then merged.
 *
 * Order of calls: cdxj_put() into the buffer of a linefile (linefile.h) opened as NAME.part; at the
 * end cdxj_sort(). cdxj_read() is for lines of any origin. One thread.
 */
#ifndef STORE_CDXJ_H
#define STORE_CDXJ_H

#include <stdint.h>

#include "base/buf.h"
#include "store/digest.h"
#include "url/url.h"

#define CDXJ_LINE_MAX_BYTES (256 * 1024) /* URL_MAX_BYTES twice, escaped, and some more */

struct cdxj_capture {
	const struct url *url;
	int64_t wall_us;
	struct str mime; /* "text/html"; "warc/revisit" */
	unsigned status;
	const char *digest; /* "sha1:...", or NULL */
	uint64_t offset, bytes;
	const char *file_name;
};

/* A line without its newline, appended to b; errors stay in it. */
void cdxj_put(struct buf *b, const struct cdxj_capture *c);

/* What a line says, borrowed from `memory`. */
struct cdxj_line {
	struct str key, stamp;
	struct str url, mime, digest, file_name; /* empty when there is none */
	uint64_t offset, bytes;                  /* UINT64_MAX when there is none */
	unsigned status;                         /* 0 when there is none */
	struct buf memory;
};

/* Reads a line (without its newline) of anybody's: 0, -EINVAL, -ENOMEM. ret->memory is reused. */
MUST_CHECK int cdxj_read(struct str line, struct cdxj_line *ret);

/* A line that was read, or made of one, without its newline; errors stay in b. */
void cdxj_put_line(struct buf *b, const struct cdxj_line *l);

/* Sorts dirfd/from into dirfd/to (replaced when it is whole and durable), then removes dirfd/from, unless it is to be kept. */
MUST_CHECK int cdxj_sort(int dirfd, const char *from, const char *to, size_t memory_bytes, bool keep);

#endif
