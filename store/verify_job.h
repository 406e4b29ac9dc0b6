/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verify_job.h: do a job's database and its files agree? For verify.c.
 *
 * Each file that a row of `urls` names is there: a regular file below the directory, no link on the way to it. Where it holds the
 * body as it came (body/, and of a mirror what has no references) it is as long as the row says, and hashes to what it says.
 * A page of a mirror is another text than its body: of that, only that it is there.
 */
#ifndef STORE_VERIFY_JOB_H
#define STORE_VERIFY_JOB_H

#include "store/verify.h"

/* Adds up; v->files counts them. 0, or negative errno: -EBUSY: the job is running; others: it cannot be read. */
MUST_CHECK int verify_job(struct verify *v, const char *dir);
/* Is there a database? */
bool verify_is_job(const char *dir);

#endif
