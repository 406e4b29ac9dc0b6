/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_job.h: do a job's database and its files agree? For verify.c.
 *
 * Each file that a row of `urls` names is there: a regular file below the directory, no link on the way to it. Where it holds the
 * body as it came (body/, and of a mirror what has no references) it is as long as the row says, and hashes to what it says.
 * The files of lines (pages.jsonl, ...) are as long as was committed, or longer.
 * A page of a mirror is another text than its body: of that, only that it is there.
 */
#ifndef STORE_VERIFY_JOB_H
#define STORE_VERIFY_JOB_H

#include "store/verify.h"

/* Is there a database, or what only a job with one can have left? A directory with WARC files, and no more of ours than that, is none. */
bool verify_is_job(const char *dir);

/*
 * A job that nobody can run until verify_job_close(); others may verify it, too. 0, also where its database is missing (verify_job_files() tells
 * that), or negative errno: -EBUSY: it is running; others: it cannot be read. dir stays the caller's until then. *ret_job is to be closed where this fails, too; *ret_error as in verify_path().
 */
struct verify_job;
MUST_CHECK int verify_job_open(const char *dir, struct verify_job **ret_job, char **ret_error);
/* NULL is fine. */
void verify_job_close(struct verify_job *job);
/*
 * Of a WARC file in its warc/: how much of it counts. UINT64_MAX: all, as of a finished job, or of a file that is not the job's. Else what is
 * behind that was cut off by a kill, and goes when the job goes on. 0 or negative errno.
 */
MUST_CHECK int verify_job_committed(const struct verify_job *job, const char *name, uint64_t *ret_bytes);
/* Adds up; v->files counts them. 0 or negative errno. */
MUST_CHECK int verify_job_files(struct verify *v, const struct verify_job *job);

#endif
