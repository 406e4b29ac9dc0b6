/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warc_file.h: WARC files that are appended to by whole records.
 *
 *	the file:  [record][record][record][part of one]
 *	                                   ^ whole_bytes
 *
 * Order of calls: warc_file_init(); warc_file_next() makes a file; per record warc_file_begin(),
 * warc_file_add()..., warc_file_end(); warc_file_flush() now and then; warc_file_close().
 *
 * A record is whole or absent: what a failed write left of one is cut off again. After a kill a part
 * may be there; who commits (whole_bytes after a flush, and the file's name) opens it again with
 * warc_file_resume(), which cuts the file back to what was committed.
 *
 * The first failure stays: nothing is written after it. One thread.
 */
#ifndef STORE_WARC_FILE_H
#define STORE_WARC_FILE_H

#include "base/buf.h"
#include "store/codec.h"
#include "store/wacz.h"

#define WARC_FILE_NAME_BYTES 64
#define WARC_FILE_SERIAL_MAX 99999

struct warc_file {
	int dirfd, fd; /* dirfd is borrowed */
	struct wacz *wacz; /* NULL, or borrowed: the files lie in it; fd is its own then, offsets are its own */
	struct codec *codec;
	enum codec_kind kind;
	char stamp[16]; /* 20261125032844: of the job's start, the same in all names */
	char name[WARC_FILE_NAME_BYTES];
	uint32_t serial; /* of the next file */
	struct buf buf;  /* not yet written */
	uint64_t start;  /* of this WARC file: 0, or where it begins in the WACZ file */
	uint64_t file_bytes;
	uint64_t whole_bytes; /* end of the last whole record, buffer included */
	uint64_t safe_bytes;  /* the same as of the last write: what a failure leaves */
	uint64_t *total;      /* bytes written are added here */
	int err;
};

struct warc_span {
	uint64_t offset, bytes;
};

/* "lycosa-20261125032844-00007.warc.gz", or of a WACZ file, whose first has no serial. */
struct warc_name {
	uint64_t stamp;
	uint32_t serial;
	struct str suffix; /* a view of the name */
};

/* false: none that we give. */
bool warc_name_read(struct str name, struct warc_name *ret);
/* 0, -ENOMEM, -EOPNOTSUPP (codec). */
MUST_CHECK int warc_file_init(struct warc_file *f, int dirfd, enum codec_kind kind,
	int64_t start_wall_us, uint64_t *total);
/* Before the first warc_file_next(): files are made in there. */
void warc_file_contain(struct warc_file *f, struct wacz *wacz);
/* Ends the file there is, if any, and makes the next: "lycosa-STAMP-SERIAL.warc.gz"; serials of files that are there are passed over. */
MUST_CHECK int warc_file_next(struct warc_file *f);
/*
 * Instead of the first warc_file_next(): goes on with `name`, of which the first bytes count. Where somebody has taken it away, only with
 * its stamp, and the serials behind its own.
 */
MUST_CHECK int warc_file_resume(struct warc_file *f, const char *name, uint64_t bytes);
/* raw_bytes: all that will be added to this record. */
MUST_CHECK int warc_file_begin(struct warc_file *f, uint64_t raw_bytes, bool dense);
MUST_CHECK int warc_file_add(struct warc_file *f, const void *p, size_t len);
/* *ret_span: where the record is, compressed. */
MUST_CHECK int warc_file_end(struct warc_file *f, struct warc_span *ret_span);
MUST_CHECK int warc_file_flush(struct warc_file *f);
/* Ends the file there is; warc_file_next() may follow. */
MUST_CHECK int warc_file_finish(struct warc_file *f);
/* 0 or the first failure. Fine on one whose warc_file_init() failed. */
MUST_CHECK int warc_file_close(struct warc_file *f);

#endif
