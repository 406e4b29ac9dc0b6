/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify.h: is what was kept as it was written? For `lycosa verify`. Public.
 *
 * A WARC file: every record, its head, length and digests (warc_read.h). A CDXJ index (*.cdxj): sorted,
 * each line well-formed, and at its place, in a file beside the index, the record it speaks of. A
 * directory: all of these in it, or in its warc/ (a job's directory); and of a job, the files that its database names (verify_job.h).
 * Of a job that has not come to its end, each WARC file as far as it was committed.
 */
#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H

#include <stdint.h>

#include "base/check.h"
#include "base/str.h"

struct verify {
	/* Something is wrong; path and text are fit for a terminal. */
	void (*fault)(void *arg, struct str path, uint64_t offset, struct str text);
	/* A file of a job is missing or damaged: found_key() of its URL. NULL: nobody wants to know. 0 or negative errno. */
	int (*damaged)(void *arg, int64_t key);
	void *arg;
	uint64_t files, records, lines, faults;
	uint64_t uncommitted_bytes; /* of WARC files of jobs that were killed: behind what they have committed, not looked at */
};

/*
 * Adds up. 0, whatever is found; or negative errno: the file cannot be read, or the machine fails.
 * -ENODATA for a directory that has nothing to verify; -EBUSY: a job that is running. *ret_error: malloc'd text for the user, or NULL: there
 * is no more to say than the error has.
 */
MUST_CHECK int verify_path(struct verify *v, const char *path, char **ret_error);

#endif
