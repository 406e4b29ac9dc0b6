/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bodyfile.h: the body of a job to a file, under a name from which the caller renames it: a file
 * appears under its own name only when it is whole. One thread a directory.
 *
 * Bodies that come in a file are linked in, or copied where that cannot be. Failures: negative errno.
 */
#ifndef STORE_BODYFILE_H
#define STORE_BODYFILE_H

#include <sys/types.h>

#include "url/job.h"

/* mode: bodyfile_mode(). mtime_s: when it was changed last, since 1970; 0: now. *bytes_written is added to. */
MUST_CHECK int bodyfile_put(int dir_fd, const char *name, const struct job *j, mode_t mode, int64_t mtime_s,
	uint64_t *bytes_written);
MUST_CHECK int bodyfile_put_str(int dir_fd, const char *name, struct str data, int64_t mtime_s, uint64_t *bytes_written);
/* As open to others as the directory is, without the bits to search it. */
mode_t bodyfile_mode(int dir_fd);

#endif
