/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dedup.h: which payloads are archived already, by digest.
 *
 * What is kept in memory is 16 bytes for each payload: a part of its digest, and where its CDXJ line
 * is. The line, read again when the part agrees, says whether the whole digest does, and which
 * capture it was. Lines come from the index of this job, of earlier runs and as it is being written, and from
 * the CDXJ files of other jobs.
 *
 * The table does not grow beyond its ceiling: what comes then is archived, and not remembered.
 *
 * Order of calls: dedup_new(); dedup_load_own(), before anything is added; dedup_load() for each file; dedup_find(), dedup_add() as payloads
 * come; dedup_free(). One thread.
 */
#ifndef STORE_DEDUP_H
#define STORE_DEDUP_H

#include "store/cdxj.h"
#include "store/linefile.h"

struct dedup;

/* index: of this job, borrowed; index_fd: the same file for reading, taken. */
MUST_CHECK int dedup_new(enum digest_kind kind, size_t max_bytes, const struct linefile *index,
	int index_fd, struct dedup **ret_dedup);
void dedup_free(struct dedup *d);
/* Remembers what the index has, as cdxj_put() wrote it: a million lines in a second. 0, or negative errno; -EINVAL: one is too long to be ours. */
MUST_CHECK int dedup_load_own(struct dedup *d);
/*
 * Remembers the captures of a CDXJ file of another job. 0 or negative errno; -EINVAL: no line of it
 * has a digest of this kind, or it is no CDXJ at all.
 */
MUST_CHECK int dedup_load(struct dedup *d, const char *path);
/*
 * The capture that has this payload. True: *ret_url and *ret_stamp ("20261125032844") are its,
 * borrowed until the next call.
 */
bool dedup_find(struct dedup *d, const struct digest_value *digest, struct str *ret_url,
	struct str *ret_stamp);
/* The line of the capture that begins at `offset` of this job's index has this digest. */
void dedup_add(struct dedup *d, const struct digest_value *digest, uint64_t offset);

#endif
