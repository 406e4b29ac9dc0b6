/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zip.h: ZIP files (APPNOTE.TXT 6.3.10) whose entries are stored, for archives that grow while they are written (wacz.h),
 * and the reading of anybody's.
 *
 *	[head "archive/a.warc.gz"][its bytes][head][bytes]...[directory]
 *
 * A head is written before the bytes it speaks of, with sizes of 0, and once more when they are known: in place, and of the
 * same length, for every entry is one of ZIP64. So a file that was not finished can be read from head to head.
 *
 * No state; any thread. Nothing that is read is believed: names have ZIP_NAME_MAX bytes at most, a directory ZIP_ENTRIES_MAX
 * entries, all of it lies within the file, and no two entries share bytes (so reading all of them takes linear time).
 */
#ifndef STORE_ZIP_H
#define STORE_ZIP_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/check.h"

#define ZIP_NAME_MAX    255
#define ZIP_ENTRIES_MAX 65535
#define ZIP_OWN_MAX     40

enum zip_method { ZIP_STORED = 0, ZIP_DEFLATED = 8 };

struct zip_entry {
	char name[ZIP_NAME_MAX + 1];
	uint64_t at;     /* of its head, in the file */
	uint64_t bytes;  /* in the file; 0: of one that was not finished */
	uint64_t raw_bytes; /* inflated; the same where it is stored */
	uint32_t crc;
	uint32_t dos_time; /* date and time of MS-DOS, in UTC */
	uint16_t method;
	uint8_t own_bytes; /* of own; 0: there is no such field */
	unsigned char own[ZIP_OWN_MAX]; /* in the head only: what its writer has to say to itself, in a field that others pass over (4.5.1) */
};

/* The head's length: the entry's bytes begin at `at` + this. Of heads that zip_put_head() writes. */
uint64_t zip_head_bytes(const struct zip_entry *e);
void zip_put_head(struct buf *b, const struct zip_entry *e);
/* What ends the file, if it is put at `at`. */
void zip_put_directory(struct buf *b, const struct zip_entry *entries, size_t n, uint64_t at);
uint32_t zip_dos_time(int64_t wall_us);

/* The head at `at`, as zip_put_head() writes them. 0, -EBADMSG (none begins there), other negative errno. */
MUST_CHECK int zip_read_head(int fd, uint64_t at, struct zip_entry *ret_entry);
/* *ret_entries: the caller's, to be freed; in the order in which they lie in the file. 0, -EBADMSG (no ZIP file, or not a whole one), -ENOMEM, other negative errno. */
MUST_CHECK int zip_read_directory(int fd, struct zip_entry **ret_entries, size_t *ret_n);
/* Where an entry's bytes begin, of anybody's. 0, -EBADMSG, other negative errno. */
MUST_CHECK int zip_data_at(int fd, const struct zip_entry *e, uint64_t *ret_at);
/*
 * Calls fn for the entry's bytes, inflated. 0, -EBADMSG (damaged: also when the checksum is another), -EOPNOTSUPP (another
 * method), what fn returns that is not 0, or other negative errno.
 */
MUST_CHECK int zip_each_piece(int fd, const struct zip_entry *e, int (*fn)(void *arg, const void *p, size_t n), void *arg);

#endif
