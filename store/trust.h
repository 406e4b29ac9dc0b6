/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trust.h: whose word a job directory is. What stands in it is obeyed: settings, seeds, what to fetch. So before anything of it is read
 * it is looked whether somebody else could have written it. Public; for every command that opens a job.
 *
 *	T1  The directory, what a resume or an update reads its orders from, and the directory of an update are the user's or root's.
 *	T2  Nobody else may write to them: not the group either, unless it is the user's own (a name as the user's, no other members, no
 *	    ACL), as systems with umask 002 have it.
 *	T3  A new job may begin in an empty directory of another user, as root finds one mounted into a container: nothing in it could be
 *	    obeyed. It is not gone on with there, for by then its owner may have put something else into its place.
 *
 * A directory that the user has unpacked passes: what its settings may not say, whoever wrote them, is in crawler/config_secret.c.
 * Who may rename what stands above the directory is the user's to choose.
 *
 * Main thread (the system's list of users). Failures: negative errno, -EPERM with *ret_error, a malloc'd text that says what to do.
 */
#ifndef STORE_TRUST_H
#define STORE_TRUST_H

#include <sys/types.h>

#include "base/check.h"

/* 0: there is no job in dir, or it may be obeyed. */
MUST_CHECK int trust_job(const char *dir, char **ret_error);
/* The same of a directory that is open, whether there is a job in it or not. */
MUST_CHECK int trust_dir(int dirfd, const char *path, char **ret_error);
/* As trust_dir(), or 1: it is *ret_owner's and empty (T3); if there is something in it later, that is to be asked of trust_dir(). */
MUST_CHECK int trust_new(int dirfd, const char *path, uid_t *ret_owner, char **ret_error);

#endif
