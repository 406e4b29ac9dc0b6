/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trust.h: whose word a job directory is. What stands in it is obeyed: settings, seeds, what to fetch. So before anything of it is read
 * it is looked whether somebody else could have written it. Public; for every command that opens a job.
 *
 *	T1  The directory, what a resume or an update reads its orders from, and the directory of an update are the user's or root's.
 *	T2  Nobody else may write to them: not the group either, unless it is the user's own (a name as the user's, no other members, no
 *	    ACL), as systems with umask 002 have it.
 *
 * A directory that the user has unpacked passes: what its settings may not say, whoever wrote them, is in crawler/config_secret.c.
 * Who may rename what stands above the directory is the user's to choose.
 *
 * Main thread (the system's list of users). Failures: negative errno, -EPERM with *ret_error, a malloc'd text that says what to do.
 */
#ifndef STORE_TRUST_H
#define STORE_TRUST_H

#include "base/check.h"

/* 0: there is no job in dir, or it may be obeyed. */
MUST_CHECK int trust_job(const char *dir, char **ret_error);
/* The same of a directory that is open, whether there is a job in it or not. */
MUST_CHECK int trust_dir(int dirfd, const char *path, char **ret_error);

#endif
