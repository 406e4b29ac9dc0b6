/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warc_read.h: reads WARC files of anybody's (1.0, 1.1), record by record, and checks each: its head, its
 * length, its digests, that it stands in a member of its own. What is wrong is told to a function, by
 * offset; reading goes on where that has a sense.
 *
 * Bounded whatever the file says: a window of WARC_READ_WINDOW_BYTES holds a head at most, blocks pass
 * through it. No recursion, and time is linear in the bytes that come out of the file.
 *
 * Order of calls: warc_reader_open(); warc_reader_next() until it is over; warc_reader_close(). One
 * thread.
 */
#ifndef STORE_WARC_READ_H
#define STORE_WARC_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/check.h"

#define WARC_READ_WINDOW_BYTES (1024 * 1024)
#define WARC_READ_URI_BYTES    (64 * 1024)

/* text: ours, with what is quoted from the file escaped. */
typedef void (*warc_fault_fn)(void *arg, uint64_t offset, uint64_t record, struct str text);

struct warc_reader;

/* A record that was read. Borrowed until the next call. */
struct warc_facts {
	uint64_t offset, bytes; /* in the file; bytes: with its member */
	struct str type, uri, date, payload_digest;
};

/*
 * fd is borrowed; reading begins at offset, the start of a record, and ends before `end` (UINT64_MAX: with the file). one: only that record is wanted, nothing
 * behind it is looked for. 0 or negative errno, as unzip_open().
 */
MUST_CHECK int warc_reader_open(int fd, uint64_t offset, uint64_t end, bool one, warc_fault_fn fault, void *arg,
	struct warc_reader **ret_reader);
void warc_reader_close(struct warc_reader *r);
/* How much of the file it has gone through. */
uint64_t warc_reader_passed(const struct warc_reader *r);
/* What stands behind the HTTP head of a record's block goes to fn (with the arg of warc_reader_open()) too, piece by piece. */
void warc_reader_payload(struct warc_reader *r, void (*fn)(void *arg, struct str piece));
/*
 * 1: a record was read, right or wrong; 0: the file is over, or what follows cannot be read (that was
 * told); other negative errno: the machine's failure.
 */
MUST_CHECK int warc_reader_next(struct warc_reader *r, struct warc_facts *ret_facts);

#endif
